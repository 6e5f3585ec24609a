//! `FileProperties`: one component as lists and retrieves show it (docs/salesforce/metadata.md#calls).

use std::collections::BTreeMap;

use crate::metadata::{ComponentKind, Listed};
use crate::refusal::Outcome;
use crate::retrievals::Properties;
use crate::row::text;
use crate::schema::object;
use crate::stamp;
use crate::tenant::Tenant;
use crate::xml::escape;

/// The names of users by id, each looked up once in a call.
#[derive(Default)]
pub(super) struct Users(BTreeMap<String, String>);

impl Users {
    fn name_of(&mut self, org: &Tenant<'_>, id: &str) -> Outcome<String> {
        if let Some(name) = self.0.get(id) {
            return Ok(name.clone());
        }
        let users = object("User").expect("the schema has it");
        let user = org.row(users, id)?.unwrap_or_default();
        let name = escape(text(&user, "Name"));
        self.0.insert(id.to_owned(), name.clone());
        Ok(name)
    }
}

/// The properties of a component that is listed.
pub(super) fn of_listed(kind: &ComponentKind, listed: &Listed) -> Properties {
    Properties::of(kind, listed, &kind.file(&listed.full_name))
}

/// The elements of a `FileProperties`.
pub(super) fn shown(
    org: &Tenant<'_>,
    properties: &Properties,
    users: &mut Users,
) -> Outcome<String> {
    let file = escape(&properties.file);
    let full_name = escape(&properties.full_name);
    // Of what is no record the practice org does not keep who made it when: the administrator, at the start.
    let (created_at, created_by, changed_at, changed_by) = match &properties.stamps {
        Some(stamps) => (
            stamps.created_at.replace("+0000", "Z"),
            stamps.created_by.clone(),
            stamps.changed_at.replace("+0000", "Z"),
            stamps.changed_by.clone(),
        ),
        None => {
            let start = stamp::metadata(stamp::FIXTURES_MS);
            let admin = org.user_id.clone();
            (start.clone(), admin.clone(), start, admin)
        }
    };
    Ok(format!(
        "<createdById>{created_by}</createdById><createdByName>{}</createdByName><createdDate>{created_at}</createdDate><fileName>{file}</fileName><fullName>{full_name}</fullName><id>{}</id><lastModifiedById>{changed_by}</lastModifiedById><lastModifiedByName>{}</lastModifiedByName><lastModifiedDate>{changed_at}</lastModifiedDate><type>{}</type>",
        users.name_of(org, &created_by)?,
        properties.id,
        users.name_of(org, &changed_by)?,
        properties.kind
    ))
}
