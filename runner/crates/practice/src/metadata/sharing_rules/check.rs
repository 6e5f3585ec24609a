//! The mistakes that a sharing rule can have. The platform's words are not known but for one
//! (docs/salesforce/sharing.md#rules-that-are-refused); the others are \[inferred\].

use usher_core::component::{parts, texts};

use crate::access::groups::{self, Target};
use crate::components::Content;
use crate::metadata::sharing_rules::name_of;
use crate::refusal::{Outcome, Refusal};
use crate::schema::{Shown, object};
use crate::tenant::Tenant;

/// From this version on a rule by criteria says whether it covers the records of high-volume users
/// (docs/salesforce/sharing.md#sharing-rules).
const OWNED_BY_ALL_SINCE: u32 = 54;

/// The operations of criteria that the practice org carries out; the platform has more.
const OPERATIONS: [&str; 9] = [
    "equals",
    "notEqual",
    "lessThan",
    "greaterThan",
    "lessOrEqual",
    "greaterOrEqual",
    "contains",
    "notContain",
    "startsWith",
];

/// Refuses a rule that the platform would refuse.
pub(super) fn rule(
    org: &Tenant<'_>,
    object_name: &str,
    kind: &str,
    rule: &Content,
    version: u32,
) -> Outcome<()> {
    let name = name_of(rule);
    if !is_name(name) {
        let message = format!(
            "The name {name:?} of the rule can only contain underscores and alphanumeric characters. It must begin with a letter, not include spaces, not end with an underscore, and not contain two consecutive underscores."
        );
        return Err(Refusal::save(
            "INVALID_FULLNAME_EXCEPTION",
            message,
            &["fullName"],
        ));
    }
    complete(rule, "label")?;
    complete(rule, "accessLevel")?;
    let level = texts(rule, "accessLevel").next().unwrap_or_default();
    if !matches!(level, "Read" | "Edit") {
        return Err(unfit("accessLevel", level));
    }
    account_settings(object_name, rule)?;
    shared(org, rule, "sharedTo")?;
    match kind {
        "SharingOwnerRule" => shared(org, rule, "sharedFrom"),
        _ => criteria(org, object_name, rule, version),
    }
}

fn criteria(org: &Tenant<'_>, object_name: &str, rule: &Content, version: u32) -> Outcome<()> {
    if version >= OWNED_BY_ALL_SINCE {
        complete(rule, "includeRecordsOwnedByAll")?;
    }
    let object = object(object_name).expect("rules are about objects of the schema");
    let mut count = 0;
    for item in parts(rule, "criteriaItems") {
        count += 1;
        complete(item, "field")?;
        complete(item, "operation")?;
        let one = |element: &str| texts(item, element).next().unwrap_or_default();
        if org.field(object, one("field"))?.is_none() {
            // The form of docs/salesforce/metadata.md#names-that-lead-nowhere.
            let message = format!(
                "In field: field - no CustomField named {object_name}.{} found",
                one("field")
            );
            return Err(Refusal::save(
                "INVALID_CROSS_REFERENCE_KEY",
                message,
                &["field"],
            ));
        }
        if !OPERATIONS.contains(&one("operation")) {
            return Err(unfit("operation", one("operation")));
        }
    }
    if count == 0 {
        return Err(missing("criteriaItems"));
    }
    if let Some(filter) = texts(rule, "booleanFilter").next()
        && !crate::access::criteria::is_filter(filter, count)
    {
        return Err(unfit("booleanFilter", filter));
    }
    Ok(())
}

/// Rules of accounts say what they open below the account, others do not \[inferred\].
fn account_settings(object_name: &str, rule: &Content) -> Outcome<()> {
    let settings = parts(rule, "accountSettings").next();
    match (object_name, settings) {
        ("Account", None) => Err(missing("accountSettings")),
        ("Account", Some(settings)) => {
            for element in [
                "caseAccessLevel",
                "contactAccessLevel",
                "opportunityAccessLevel",
            ] {
                complete(settings, element)?;
                let level = texts(settings, element).next().unwrap_or_default();
                if !matches!(level, "None" | "Read" | "Edit") {
                    return Err(unfit(element, level));
                }
            }
            Ok(())
        }
        (_, None) => Ok(()),
        (_, Some(_)) => Err(unfit("accountSettings", "the access below an account")),
    }
}

/// A rule shares with one group, and from one.
fn shared(org: &Tenant<'_>, rule: &Content, element: &'static str) -> Outcome<()> {
    let mut count = 0;
    for shared in parts(rule, element) {
        for (kind, name) in groups::named(shared) {
            count += 1;
            allowed(org, element, kind, name)?;
        }
    }
    match count {
        0 => Err(missing(element)),
        1 => Ok(()),
        _ => {
            let message = format!("{element} can name one group only");
            Err(Refusal::save(
                "FIELD_INTEGRITY_EXCEPTION",
                message,
                &[element],
            ))
        }
    }
}

/// Refuses a group that is missing, or that this org cannot share with: "sharedTo not allowed:role - CEO"
/// (docs/salesforce/sharing.md#rules-that-are-refused).
fn allowed(org: &Tenant<'_>, element: &'static str, kind: &str, name: &str) -> Outcome<()> {
    let external = org.shows(Shown::Experiences)?;
    let fits = match kind {
        // Without digital experiences the group is called *Roles and Internal Subordinates*.
        "roleAndSubordinates"
        | "portalRole"
        | "portalRoleAndSubordinates"
        | "allCustomerPortalUsers" => external,
        "allPartnerUsers" => org.shows(Shown::Partners)?,
        _ => true,
    };
    let target = Target::of(org, kind, name)?;
    if fits && target.is_some() {
        return Ok(());
    }
    let named = match name {
        "" => String::new(),
        name => format!(" - {name}"),
    };
    let message = format!("{element} not allowed:{kind}{named}");
    Err(Refusal::save(
        "FIELD_INTEGRITY_EXCEPTION",
        message,
        &[element],
    ))
}

/// The rule of names that the Metadata API has for `fullName`.
fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && !name.ends_with('_')
        && !name.contains("__")
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn complete(content: &Content, element: &'static str) -> Outcome<()> {
    match texts(content, element).next() {
        Some(text) if !text.is_empty() => Ok(()),
        _ => Err(missing(element)),
    }
}

fn missing(element: &'static str) -> Refusal {
    Refusal::save(
        "REQUIRED_FIELD_MISSING",
        format!("Required field is missing: {element}"),
        &[element],
    )
}

fn unfit(element: &'static str, value: &str) -> Refusal {
    let message = format!("In field: {element} - {value} is not allowed in a sharing rule");
    Refusal::save("FIELD_INTEGRITY_EXCEPTION", message, &[element])
}
