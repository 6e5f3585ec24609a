//! The content of a clone that is deployed: what the source holds, without the parts that a deployment refuses.

use usher_sdk::{ComponentName, Content, Diagnostic, Failure, Org, ReadError, StepPlan, ticked};

use crate::Input;
use crate::seen::Profile;

/// Parts that are named in a note; the others are counted.
const NAMED_MAX: usize = 10;

/// The reason for which the content of the source cannot be had.
pub(crate) struct Unread {
    pub(crate) why: String,
}

/// The content that the source holds.
pub(crate) fn of(source: &Profile, org: &dyn Org) -> Result<Result<Content, Unread>, Failure> {
    let unread = |why: &str| {
        Ok(Err(Unread {
            why: why.to_owned(),
        }))
    };
    let listed = match org.list_components("Profile") {
        Ok(listed) => listed,
        Err(ReadError::Refused(refusal)) => return unread(&refusal.message),
        Err(error) => return Err(error.into()),
    };
    // The full name of a standard profile is not its label (docs/salesforce/profiles.md#full-names).
    let Some(listed) = listed.into_iter().find(|one| one.id.is_same_id(&source.id)) else {
        return unread("the list of profiles does not show it");
    };
    match org.read_component(&ComponentName::of("Profile", listed.full_name), &[]) {
        Ok(Some(content)) => Ok(Ok(content)),
        Ok(None) => unread("the org shows nothing of it"),
        Err(ReadError::Refused(refusal)) => unread(&refusal.message),
        Err(ReadError::TooMuch(why)) => unread(&why),
        Err(ReadError::Unavailable(why)) => Err(Failure::Transient(format!(
            "the profile `{}` cannot be read as a whole: {why}. Large profiles take the org long: choose a smaller one, or the way `records`",
            source.name
        ))),
        Err(error) => Err(error.into()),
    }
}

/// The content of the clone. Permissions that are not named in it are not granted: a new profile of an external license
/// begins with those that the license requires [inferred].
pub(crate) fn cloned(
    content: Content,
    input: &Input,
    source: &Profile,
    org: &dyn Org,
    plan: &mut StepPlan,
) -> Result<Content, Failure> {
    let permission =
        |name: &str, enabled: bool| Content::new().set("name", name).set("enabled", enabled);
    let mut content = content.without("fullName").set("custom", true);
    if content.text("userLicense")?.is_empty() {
        content = content.set("userLicense", &source.license);
    }
    let content = left_out(content, input, org, plan)?;
    let mut content = content.put("userPermissions", "name", permission("ApiUserOnly", false));
    if input.api_enabled {
        content = content.put("userPermissions", "name", permission("ApiEnabled", true));
    }
    Ok(content)
}

/// Leaves out what a deployment refuses: user permissions that this org does not have, tabs that it does not have, and
/// what the input names.
fn left_out(
    mut content: Content,
    input: &Input,
    org: &dyn Org,
    plan: &mut StepPlan,
) -> Result<Content, Failure> {
    for element in input.leave_out.iter().filter(|one| !one.is_empty()) {
        let is_there = content.elements().any(|one| one == element);
        if is_there {
            let summary = format!("The clone gets no `{element}`, as the input says");
            plan.note(Diagnostic::info("left-out", "/leave_out", summary));
        }
        content = content.without(element);
    }
    let (content, permissions) = unknown_permissions(content, org)?;
    let (content, tabs) = unknown_tabs(content, org)?;
    for (gone, what) in [
        (permissions, "user permissions"),
        (tabs, "settings of tabs"),
    ] {
        if gone.is_empty() {
            continue;
        }
        let shown = gone.get(..NAMED_MAX).unwrap_or(&gone);
        let more = match gone.len() - shown.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let summary = format!(
            "The clone does not get the {what} {}{more}: this org does not have them, and Salesforce would refuse the clone",
            ticked(shown)
        );
        plan.note(
            Diagnostic::warning("parts-left-out", "/source", summary)
                .rule("docs/salesforce/profiles.md#profiles-that-are-refused"),
        );
    }
    Ok(content)
}

/// A user permission of this name is the field `Permissions<name>` of profiles.
fn unknown_permissions(content: Content, org: &dyn Org) -> Result<(Content, Vec<String>), Failure> {
    let parts = content.parts("userPermissions")?;
    let mut names = vec![];
    for part in &parts {
        if part.text("enabled")? == "true" {
            names.push(format!("Permissions{}", part.text("name")?));
        }
    }
    if names.is_empty() {
        return Ok((content, vec![]));
    }
    let fields: Vec<&str> = names.iter().map(String::as_str).collect();
    let described = match org.describe_object("Profile", &fields) {
        Ok(described) => described,
        // Then the deployment has to show it.
        Err(ReadError::Refused(_) | ReadError::Pending(_)) => return Ok((content, vec![])),
        Err(error) => return Err(error.into()),
    };
    let is_known = |name: &str| {
        let field = format!("Permissions{name}");
        described
            .keys()
            .any(|known| known.eq_ignore_ascii_case(&field))
    };
    without(content, "userPermissions", "name", |part| {
        Ok(part.text("enabled")? != "true" || is_known(part.text("name")?))
    })
}

/// Tabs of custom objects and of pages are components; those of standard objects always are there.
fn unknown_tabs(content: Content, org: &dyn Org) -> Result<(Content, Vec<String>), Failure> {
    let mut custom = false;
    for part in content.parts("tabVisibilities")? {
        custom |= !is_standard(part.text("tab")?);
    }
    if !custom {
        return Ok((content, vec![]));
    }
    let tabs = match org.list_components("CustomTab") {
        Ok(tabs) => tabs,
        Err(ReadError::Refused(_) | ReadError::Pending(_)) => return Ok((content, vec![])),
        Err(error) => return Err(error.into()),
    };
    without(content, "tabVisibilities", "tab", |part| {
        let tab = part.text("tab")?;
        Ok(is_standard(tab)
            || tabs
                .iter()
                .any(|one| one.full_name.eq_ignore_ascii_case(tab)))
    })
}

fn is_standard(tab: &str) -> bool {
    tab.starts_with("standard-")
}

/// The content with those parts of an element that are kept, and the names of the others.
fn without(
    content: Content,
    element: &str,
    key: &str,
    keeps: impl Fn(&Content) -> Result<bool, Failure>,
) -> Result<(Content, Vec<String>), Failure> {
    let mut gone = vec![];
    let mut kept = content.clone().without(element);
    for part in content.parts(element)? {
        if keeps(&part)? {
            kept = kept.put(element, key, part);
        } else {
            gone.push(part.text(key)?.to_owned());
        }
    }
    match gone.is_empty() {
        true => Ok((content, gone)),
        false => Ok((kept, gone)),
    }
}
