//! Sharing sets: metadata components of kind `SharingSet` (docs/salesforce/sharing.md#sharing-sets). A user whose
//! profile is in one has access to the records of an object that point where the user points.

use usher_core::component::{parts, texts};

use crate::access::{Level, Viewer, known};
use crate::components::{self, Content};
use crate::full_name;
use crate::recalculation::{self, Subject};
use crate::refusal::Outcome;
use crate::row::{Row, text};
use crate::schema::{FieldKind, Object};
use crate::tenant::Tenant;

/// The most that the sharing sets of the user's profile give.
pub(super) fn level(
    org: &Tenant<'_>,
    viewer: &Viewer,
    object: &'static Object,
    record: &Row,
) -> Outcome<Level> {
    let mut level = Level::None;
    if !viewer.is_external() || viewer.is_new {
        return Ok(level);
    }
    let profile = &viewer.profile;
    let names = [full_name::of(profile), text(profile, "Name")];
    for (name, set) in components::list(org, "SharingSet")? {
        if recalculation::goes_on(org, Subject::Access, &format!("SharingSet/{name}"))? {
            continue;
        }
        // Components name a profile by its full name; a label is taken, too [inferred].
        let mut profiles = texts(&set, "profiles");
        if !profiles.any(|name| names.iter().any(|own| name.eq_ignore_ascii_case(own))) {
            continue;
        }
        for mapping in parts(&set, "accessMappings") {
            if element(mapping, "object").eq_ignore_ascii_case(object.name)
                && fits(org, viewer, object, record, mapping)?
            {
                level = level.max(Level::of(element(mapping, "accessLevel")));
            }
        }
    }
    Ok(level)
}

/// Says whether record and user lead to the same record.
fn fits(
    org: &Tenant<'_>,
    viewer: &Viewer,
    object: &'static Object,
    record: &Row,
    mapping: &Content,
) -> Outcome<bool> {
    let ends = end(org, object, record, element(mapping, "objectField"))?;
    // Related accounts beyond the contact's own are not in the practice org.
    let user_field = match element(mapping, "userField") {
        "Contact.RelatedAccount" => "Contact.Account",
        field => field,
    };
    let wanted = end(org, known("User"), &viewer.user, user_field)?;
    Ok(!ends.is_empty() && ends == wanted)
}

/// The id at the end of a path like `Owner.Account`: each name a relationship, the last one a field or
/// a relationship. Empty where there is none.
fn end(org: &Tenant<'_>, object: &'static Object, record: &Row, path: &str) -> Outcome<String> {
    let (mut object, mut record) = (object, record.clone());
    let mut names = path.split('.').peekable();
    while let Some(name) = names.next() {
        let Some(field) = object.field(name).or_else(|| object.parent(name)) else {
            return Ok(String::new());
        };
        let id = text(&record, field.name).to_owned();
        match (names.peek(), field.kind) {
            (None, FieldKind::Id | FieldKind::Reference { .. }) => return Ok(id),
            (Some(_), FieldKind::Reference { to: [one], .. }) => {
                object = known(one);
                record = org.row(object, &id)?.unwrap_or_default();
            }
            _ => return Ok(String::new()),
        }
    }
    Ok(String::new())
}

fn element<'a>(content: &'a Content, name: &str) -> &'a str {
    texts(content, name).next().unwrap_or_default()
}
