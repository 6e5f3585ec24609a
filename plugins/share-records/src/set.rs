//! The sharing set: its present content together with the wanted one.

mod others;

use usher_external_users::{EXTERNAL, ProfileNames, unknown_profile};
use usher_sdk::{
    Certainty, Change, ComponentName, Consequence, Content, DeployComponents, Diagnostic, Effect,
    Failure, ListedComponent, Org, Problems, Record, StepPlan, Value, ticked,
};

use crate::access::{Place, Present};
use crate::{Mapping, SharingSet, input};

const RULE: &str = "Metadata API, SharingSet";

/// Standard objects that a sharing set may share. Leads are not among them (Metadata API, SharingSet).
const OBJECTS: &[&str] = &[
    "Account",
    "Campaign",
    "Case",
    "Contact",
    "Opportunity",
    "Order",
    "ServiceContract",
    "User",
    "WorkOrder",
];

/// A profile that is wanted in the set.
struct Profile {
    name: String,
    /// As a set names it: the full name of a standard profile is not its label.
    full_name: String,
}

pub(crate) fn plan(
    wanted: &SharingSet,
    may_lower: bool,
    org: &dyn Org,
    plan: &mut StepPlan,
    problems: &mut Problems,
) -> Result<(), Failure> {
    for (index, mapping) in wanted.mappings.iter().enumerate() {
        possible(mapping, index, &wanted.mappings[..index], problems);
    }
    let profiles = profiles(wanted, org, problems)?;
    let name = ComponentName::of("SharingSet", &wanted.name);
    let there = org.read_component(&name, &[])?;
    let is_new = there.is_none();
    let there = there.unwrap_or_default();
    let mut content = match is_new {
        true => Content::new().set("name", wanted.shown_name()),
        false => there.clone(),
    };
    let (mut adds, mut changes, mut gives) = (vec![], vec![], vec![]);
    for profile in &profiles {
        let has = there.texts("profiles")?;
        let full_name = &profile.full_name;
        if !has
            .iter()
            .any(|other| other.eq_ignore_ascii_case(full_name))
        {
            content = content.add("profiles", full_name);
            adds.push(format!("the profile `{}`", profile.name));
        }
    }
    for (index, mapping) in wanted.mappings.iter().enumerate() {
        let there = Mapped::of(mapping, index, &there, wanted, problems)?;
        let words = in_words(mapping, mapping.access.name());
        match there {
            Mapped::Otherwise => continue,
            Mapped::Absent => adds.push(words.clone()),
            Mapped::There(present) => {
                let place = Place {
                    at: format!("/sharing_set/mappings/{index}/access"),
                    giver: format!("The sharing set `{}`", wanted.name),
                    on: format!("on each {}", mapping.object),
                    present: &present,
                    may_lower,
                };
                match mapping.access.beside(&place, plan) {
                    Present::Stays => {
                        gives.push(in_words(mapping, &present));
                        continue;
                    }
                    Present::Raised => changes.push(format!("{words}, in place of {present}")),
                    Present::Lowered => {
                        changes.push(format!("{words}, lowered from {present}"));
                    }
                }
            }
        }
        gives.push(words);
        content = content.put("accessMappings", "object", part(mapping));
    }
    if adds.is_empty() && changes.is_empty() {
        return Ok(());
    }
    others::check(wanted, &profiles, org, plan, problems)?;
    let set = &wanted.name;
    let summary = match (is_new, changes.is_empty()) {
        (true, _) => format!("Make the sharing set `{set}`: {}", adds.join(", ")),
        (false, true) => format!("Add to the sharing set `{set}`: {}", adds.join(", ")),
        (false, false) => {
            // The access is that of all profiles of the set, not only of those that the input names.
            let all = content.texts("profiles")?;
            plan.note(for_all(set, &all));
            adds.extend(changes);
            format!("Change the sharing set `{set}`: {}", adds.join(", "))
        }
    };
    plan.change(Change::new(
        "set",
        summary,
        DeployComponents::of(name, &content),
    ));
    let names: Vec<&str> = profiles.iter().map(|one| one.name.as_str()).collect();
    let who = ticked(&names);
    let summary = format!(
        "Users with {who} get, as soon as Salesforce has calculated it: {}",
        gives.join(", ")
    );
    let effect = Effect::new("shared", summary, Certainty::Likely, Consequence::Other);
    plan.effect(effect.because_of("set"));
    Ok(())
}

impl SharingSet {
    /// The label of a new set.
    fn shown_name(&self) -> &str {
        match self.label.as_str() {
            "" => &self.name,
            label => label,
        }
    }
}

/// Says which problems such a mapping would have in a sharing set.
fn possible(mapping: &Mapping, index: usize, before: &[Mapping], problems: &mut Problems) {
    let (object, user_field) = (&mapping.object, &mapping.user_field);
    let at = |field: &str| format!("/sharing_set/mappings/{index}/{field}");
    if !OBJECTS.contains(&object.as_str()) && !object.ends_with("__c") {
        let summary = format!("A sharing set cannot share `{object}`");
        problems.invalid(
            Diagnostic::error("cannot-be-in-sharing-set", at("object"), summary)
                .remedy(format!(
                    "Set {} to {} or a custom object; share others by {{with.rules}}, or one by one by {{with.shares}}",
                    input(&at("object")),
                    ticked(OBJECTS)
                ))
                .rule(RULE),
        );
    }
    if before.iter().any(|other| other.object == *object) {
        let summary = format!("`{object}` is shared by this set already");
        problems.invalid(
            Diagnostic::error("object-mapped-twice", at("object"), summary)
                .remedy("Take one of the two out of {with.sharing_set.mappings}: a set has one mapping for an object"),
        );
    }
    let known = ["Account", "Contact", "Manager.Account", "Manager.Contact"];
    let field_of = |parent: &str| {
        user_field
            .strip_prefix(parent)
            .is_some_and(|field| !field.is_empty())
    };
    if !known.contains(&user_field.as_str()) && !field_of("Account.") && !field_of("Contact.") {
        let summary = format!("A sharing set cannot begin at `{user_field}` of the user");
        problems.invalid(
            Diagnostic::error("unknown-user-field", at("user_field"), summary)
                .remedy("In {with.sharing_set.mappings}, write `Account`, `Contact`, `Contact.RelatedAccount`, `Manager.Account`, `Manager.Contact`, or a field of the user's account or contact: `Account.Parent`")
                .rule(RULE),
        );
    }
}

/// The mapping of an object that the set has.
enum Mapped {
    Absent,
    /// With this access.
    There(String),
    /// It leads elsewhere, belongs to another user and is not replaced.
    Otherwise,
}

impl Mapped {
    fn of(
        mapping: &Mapping,
        index: usize,
        there: &Content,
        set: &SharingSet,
        problems: &mut Problems,
    ) -> Result<Self, Failure> {
        for other in there.parts("accessMappings")? {
            if !other.text("object")?.eq_ignore_ascii_case(&mapping.object) {
                continue;
            }
            let (field, user) = (other.text("objectField")?, other.text("userField")?);
            if field == mapping.object_field && user == mapping.user_field {
                return Ok(Self::There(other.text("accessLevel")?.to_owned()));
            }
            let (name, object) = (&set.name, &mapping.object);
            let summary = format!(
                "The sharing set `{name}` shares `{object}` already, where `{field}` of the record is `{user}` of the user"
            );
            let at = format!("/sharing_set/mappings/{index}");
            problems.unmet(
                Diagnostic::error("mapping-differs", at, summary)
                    .remedy("Set {with.sharing_set.name} to another name, or take that mapping out in Setup > Digital Experiences > Settings")
                    .rule(RULE),
            );
            return Ok(Self::Otherwise);
        }
        Ok(Self::Absent)
    }
}

/// The mapping as a set holds it.
fn part(mapping: &Mapping) -> Content {
    Content::new()
        .set("accessLevel", mapping.access.name())
        .set("object", &mapping.object)
        .set("objectField", &mapping.object_field)
        .set("userField", &mapping.user_field)
}

fn for_all(set: &str, profiles: &[&str]) -> Diagnostic {
    let profiles = match profiles {
        [one] => format!("its profile, `{one}`"),
        several => format!("all its profiles: {}", ticked(several)),
    };
    let summary = format!("The access that the sharing set `{set}` gives is that of {profiles}");
    Diagnostic::info("for-all-profiles", "/sharing_set", summary).rule(RULE)
}

fn profiles(
    wanted: &SharingSet,
    org: &dyn Org,
    problems: &mut Problems,
) -> Result<Vec<Profile>, Failure> {
    let names = wanted.profiles.iter().map(String::as_str);
    let found = ProfileNames::of(names, ["UserType"]).find(org)?;
    let listed = org.list_components("Profile")?;
    let mut profiles: Vec<Profile> = vec![];
    for (index, (name, found)) in wanted.profiles.iter().zip(found).enumerate() {
        let at = format!("/sharing_set/profiles/{index}");
        let Some(profile) = found else {
            let remedy = "Set {with.sharing_set.profiles} to profiles of this org";
            problems.invalid(unknown_profile(name, at, remedy, EXTERNAL, org));
            continue;
        };
        let shown = profile.text("Name")?;
        if matches!(profile.value("UserType")?, Value::Text(kind) if !EXTERNAL.contains(&kind.as_str()))
        {
            let summary = format!("The profile `{shown}` is for internal users");
            problems.invalid(
                Diagnostic::error("internal-profile", at, summary)
                    .remedy("Set {with.sharing_set.profiles} to profiles of community licenses; share with internal users by {with.rules}")
                    .rule(RULE),
            );
        }
        let full_name = full_name(&profile, &listed)?;
        if !profiles.iter().any(|other| other.full_name == full_name) {
            profiles.push(Profile {
                name: shown.to_owned(),
                full_name,
            });
        }
    }
    Ok(profiles)
}

/// Returns the full name. A profile that is only planned has no id yet, and will be called by its name.
fn full_name(profile: &Record, listed: &[ListedComponent]) -> Result<String, Failure> {
    let id = profile.id()?;
    let listed = listed.iter().find(|one| one.id.is_same_id(&id));
    Ok(match listed {
        Some(one) => one.full_name.clone(),
        None => profile.text("Name")?.to_owned(),
    })
}

/// "Read on each Case whose Account is the user's Account".
fn in_words(mapping: &Mapping, access: &str) -> String {
    let Mapping {
        object,
        object_field,
        user_field,
        ..
    } = mapping;
    format!("{access} on each {object} whose {object_field} is {user_field} of the user")
}
