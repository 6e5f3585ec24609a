//! Sharing sets: metadata components of kind `SharingSet` (docs/salesforce/sharing.md#sharing-sets). A user whose
//! profile is in one has access to the records of an object that point where the user points.

use std::rc::Rc;

use usher_core::component::{parts, texts};

use crate::access::{Level, Viewer, known};
use crate::components::{self, Content};
use crate::full_name;
use crate::recalculation::{self, Subject};
use crate::refusal::Outcome;
use crate::row::{Row, text};
use crate::schema::{FieldKind, Object};
use crate::tenant::Tenant;

/// The part of a sharing set that is about one object, for one viewer.
pub(super) struct Mapping {
    /// The path from the record.
    path: String,
    /// The id that it must lead to: where the viewer's own path ends.
    wanted: String,
    level: Level,
}

impl Mapping {
    /// The field of the record with which the path begins.
    pub(super) fn field(&self, object: &Object) -> Option<String> {
        let name = self.path.split('.').next().unwrap_or_default();
        let field = object.field(name).or_else(|| object.parent(name));
        field.map(|field| field.name.to_owned())
    }
}

/// The most that the sharing sets of the user's profile give.
pub(super) fn level(
    org: &Tenant<'_>,
    viewer: &Viewer,
    object: &'static Object,
    record: &Row,
) -> Outcome<Level> {
    let mut level = Level::None;
    for mapping in mappings(org, viewer, object)?.iter() {
        if mapping.level > level
            && end(org, viewer, object, record, &mapping.path)? == mapping.wanted
        {
            level = mapping.level;
        }
    }
    Ok(level)
}

/// The mappings of sharing sets that may open records of an object to the viewer.
pub(super) fn mappings(
    org: &Tenant<'_>,
    viewer: &Viewer,
    object: &'static Object,
) -> Outcome<Rc<Vec<Mapping>>> {
    viewer.memo.mappings.get(object.name, |_| {
        let mut mappings = Vec::new();
        if !viewer.is_external() || viewer.is_new {
            return Ok(Rc::new(mappings));
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
                if element(mapping, "object").eq_ignore_ascii_case(object.name) {
                    mappings.extend(read(org, viewer, mapping)?);
                }
            }
        }
        Ok(Rc::new(mappings))
    })
}

/// None where the viewer's path leads nowhere.
fn read(org: &Tenant<'_>, viewer: &Viewer, mapping: &Content) -> Outcome<Option<Mapping>> {
    // Related accounts beyond the contact's own are not in the practice org.
    let user_field = match element(mapping, "userField") {
        "Contact.RelatedAccount" => "Contact.Account",
        field => field,
    };
    let wanted = end(org, viewer, known("User"), &viewer.user, user_field)?;
    Ok((!wanted.is_empty()).then(|| Mapping {
        path: element(mapping, "objectField").to_owned(),
        wanted,
        level: Level::of(element(mapping, "accessLevel")),
    }))
}

/// The id at the end of a path like `Owner.Account`: each name a relationship, the last one a field or
/// a relationship. Empty where there is none.
fn end(
    org: &Tenant<'_>,
    viewer: &Viewer,
    object: &'static Object,
    record: &Row,
    path: &str,
) -> Outcome<String> {
    let (name, rest) = match path.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    let Some(field) = object.field(name).or_else(|| object.parent(name)) else {
        return Ok(String::new());
    };
    let id = text(record, field.name).to_owned();
    match (rest, field.kind) {
        (None, FieldKind::Id | FieldKind::Reference { .. }) => Ok(id),
        (Some(rest), FieldKind::Reference { to: [one], .. }) => {
            let key = (id, rest.to_owned());
            viewer.memo.ends.get(key, |(id, rest)| {
                let object = known(one);
                let record = org.row(object, id)?.unwrap_or_default();
                end(org, viewer, object, &record, rest)
            })
        }
        _ => Ok(String::new()),
    }
}

fn element<'a>(content: &'a Content, name: &str) -> &'a str {
    texts(content, name).next().unwrap_or_default()
}
