//! Finds the profiles and permission sets of the names: profiles by name, sets by label, else by API name, and nothing
//! that is ambiguous.

use usher_external_users::{EXTERNAL, ProfileNames, unknown_profile};
use usher_sdk::{Diagnostic, Failure, Lookup, Org, Problems, Record, Value, ticked};

use crate::Input;

/// A profile or permission set that is wanted as a member.
pub(crate) struct Named {
    pub(crate) kind: Kind,
    pub(crate) id: Value,
    /// A profile's name, a set's label.
    pub(crate) label: String,
    /// Its place in the input.
    pub(crate) at: String,
    /// With the prefix of its package; a profile's name.
    api_name: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Profile,
    Set,
}

impl Named {
    /// Returns the text for people.
    pub(crate) fn shown(&self) -> String {
        let noun = match self.kind {
            Kind::Profile => "profile",
            Kind::Set => "permission set",
        };
        format!("the {noun} `{}`", self.label)
    }

    /// Returns the address of the change that adds it.
    pub(crate) fn address(&self) -> String {
        let noun = match self.kind {
            Kind::Profile => "profile",
            Kind::Set => "permission-set",
        };
        format!("{noun}/{}", self.api_name)
    }
}

/// Returns everything that is named, each once; problems for names that mean nothing or several.
pub(crate) fn all(
    input: &Input,
    org: &dyn Org,
    problems: &mut Problems,
) -> Result<Vec<Named>, Failure> {
    if input.profiles.is_empty() && input.permission_sets.is_empty() {
        let problem = Diagnostic::error(
            "nobody-named",
            "",
            "The step names no profile and no permission set",
        );
        problems.invalid(problem.remedy("Set {with.profiles}, {with.permission_sets}, or both"));
    }
    // A name of a package's set is also looked for without the package's prefix.
    let bare = |name: &String| match name.split_once("__") {
        Some((_, bare)) => bare.to_owned(),
        None => name.clone(),
    };
    let sets = || {
        Lookup::of("PermissionSet")
            .read(["Label", "Name", "NamespacePrefix"])
            .read(["IsOwnedByProfile", "PermissionSetGroupId"])
    };
    let names = ProfileNames::of(input.profiles.iter().map(String::as_str), []);
    let [profile_by_id, profile_by_name] = names.lookups();
    let [profile_by_id, profile_by_name, by_label, by_name] = org.find_each([
        profile_by_id,
        profile_by_name,
        sets().whose_any("Label", &input.permission_sets),
        sets().whose_any("Name", input.permission_sets.iter().map(bare)),
    ])?;
    let profiles = names.resolve(&profile_by_id, &profile_by_name, org)?;
    let mut all: Vec<Named> = vec![];
    for (index, (name, found)) in input.profiles.iter().zip(&profiles).enumerate() {
        let at = format!("/profiles/{index}");
        match found {
            Some(found) => add(Some(profile(found, at)?), &mut all),
            None => {
                let remedy = "Write another name in {with.profiles}";
                problems.invalid(unknown_profile(name, at, remedy, EXTERNAL, org));
            }
        }
    }
    for (index, name) in input.permission_sets.iter().enumerate() {
        let at = format!("/permission_sets/{index}");
        add(set(name, at, &by_label, &by_name, problems)?, &mut all);
    }
    Ok(all)
}

fn add(named: Option<Named>, all: &mut Vec<Named>) {
    let new = named.filter(|named| !all.iter().any(|other| other.id.is_same_id(&named.id)));
    all.extend(new);
}

fn profile(record: &Record, at: String) -> Result<Named, Failure> {
    let label = record.text("Name")?;
    Ok(Named {
        kind: Kind::Profile,
        id: record.id()?,
        label: label.to_owned(),
        api_name: label.to_owned(),
        at,
    })
}

fn set(
    name: &str,
    at: String,
    by_label: &[Record],
    by_name: &[Record],
    problems: &mut Problems,
) -> Result<Option<Named>, Failure> {
    let mut found = candidates(by_label, |label, _, _| same(label, name))?;
    if found.is_empty() {
        found = candidates(by_name, |_, api_name, _| same(api_name, name))?;
    }
    if found.is_empty() {
        found = candidates(by_name, |_, _, bare| same(bare, name))?;
    }
    if found.len() > 1 {
        let names: Vec<&str> = found.iter().map(|set| set.api_name.as_str()).collect();
        let summary = format!("`{name}` may mean the permission sets {}", ticked(&names));
        let problem = Diagnostic::error("ambiguous-permission-set", at, summary).remedy(
            "In {with.permission_sets}, write the API name of the one that is meant, or give one of them another label",
        );
        problems.invalid(problem);
        return Ok(None);
    }
    let Some(found) = found.pop() else {
        let summary = format!("There is no permission set with the label or API name `{name}`");
        let problem = Diagnostic::error("unknown-permission-set", at, summary)
            .remedy("Compare {with.permission_sets} with Setup > Permission Sets; sets of a package come with the package, and groups cannot be members");
        problems.invalid(problem);
        return Ok(None);
    };
    Ok(Some(Named { at, ..found }))
}

/// The sets that fit by label, API name and bare name.
fn candidates(
    records: &[Record],
    fits: impl Fn(&str, &str, &str) -> bool,
) -> Result<Vec<Named>, Failure> {
    let mut found = vec![];
    for record in records {
        // The set of a profile or of a group cannot be added by itself.
        if record.truth("IsOwnedByProfile")?
            || record.value("PermissionSetGroupId")? != Value::Nothing
        {
            continue;
        }
        let (label, bare) = (record.text("Label")?, record.text("Name")?);
        let api_name = match record.text("NamespacePrefix")? {
            "" => bare.to_owned(),
            prefix => format!("{prefix}__{bare}"),
        };
        if fits(label, &api_name, bare) {
            found.push(Named {
                kind: Kind::Set,
                id: record.id()?,
                label: label.to_owned(),
                api_name,
                at: String::new(),
            });
        }
    }
    Ok(found)
}

/// Names are compared as SOQL compares them.
fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}
