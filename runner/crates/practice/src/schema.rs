//! The objects of the practice org and their fields: types, lengths, what a client may write, what points where. Data
//! only: `rules` says what happens on a save, `store` how it is stored.
//!
//! Names, lengths and flags are those of the Object Reference (docs/salesforce/README.md#sources). A field
//! whose name begins with `Practice` is invented, hidden from every Salesforce face, and holds what Salesforce knows
//! but has no field for.

pub(crate) use crate::schema::field::{
    Field, FieldKind, Picklist, Preset, Shown, WHOLE_DIGITS, is_comparable, is_long,
};

mod access;
mod account;
mod automation;
mod field;
mod group;
mod license;
mod network;
mod organization;
mod permission;
mod picklist;
mod record_type;
mod role;
mod set_access;
mod share;
mod user;
mod work;

/// One kind of record.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) plural: &'static str,
    /// The first three characters of its ids.
    pub(crate) prefix: &'static str,
    /// Without `Id` and the stamps.
    pub(crate) own: &'static [Field],
    /// The verbs that an admin may use over REST.
    pub(crate) verbs: &'static [Verb],
    pub(crate) area: Area,
    pub(crate) shown: Shown,
}

/// The verbs of an object besides reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Create,
    Update,
    Delete,
}

/// Setup objects and the others do not mix in one save (docs/salesforce/rest.md#setup-objects).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Area {
    Setup,
    Data,
}

const ALL: &[Verb] = &[Verb::Create, Verb::Update, Verb::Delete];

/// The prefix of the id of an org.
pub(crate) const ORGANIZATION_PREFIX: &str = "00D";

/// Every object, in the order of a global describe.
pub(crate) static OBJECTS: &[&Object] = &[
    &account::ACCOUNT,
    &share::ACCOUNT_SHARE,
    &automation::APEX_TRIGGER,
    &network::BACKGROUND_OPERATION,
    &work::CASE,
    &share::CASE_SHARE,
    &account::CONTACT,
    &share::CONTACT_SHARE,
    &automation::FLOW_DEFINITION_VIEW,
    &group::GROUP,
    &group::GROUP_MEMBER,
    &work::LEAD,
    &share::LEAD_SHARE,
    &network::NETWORK,
    &network::NETWORK_MEMBER,
    &network::NETWORK_MEMBER_GROUP,
    &permission::OBJECT_PERMISSIONS,
    &work::OPPORTUNITY,
    &share::OPPORTUNITY_SHARE,
    &organization::ORGANIZATION,
    &permission::PERMISSION_SET,
    &permission::PERMISSION_SET_ASSIGNMENT,
    &permission::PERMISSION_SET_GROUP,
    &set_access::PERMISSION_SET_GROUP_COMPONENT,
    &license::PERMISSION_SET_LICENSE,
    &license::PERMISSION_SET_LICENSE_ASSIGN,
    &set_access::PERMISSION_SET_TAB_SETTING,
    &permission::PROFILE,
    &group::QUEUE_SOBJECT,
    &record_type::RECORD_TYPE,
    &set_access::SETUP_ENTITY_ACCESS,
    &user::USER,
    &license::USER_LICENSE,
    &user::USER_LOGIN,
    &role::USER_ROLE,
];

/// The object of that name, in any case, when its records are calculated and not kept: it can be
/// described and queried, nothing else, and has neither ids nor stamps.
pub(crate) fn calculated(name: &str) -> Option<&'static Object> {
    let object = &access::USER_RECORD_ACCESS;
    object.name.eq_ignore_ascii_case(name).then_some(object)
}

/// The object of that name, in any case.
pub(crate) fn object(name: &str) -> Option<&'static Object> {
    let mut objects = OBJECTS.iter().copied();
    objects.find(|object| object.name.eq_ignore_ascii_case(name))
}

/// The object whose ids begin like `id`.
pub(crate) fn object_of_id(id: &str) -> Option<&'static Object> {
    OBJECTS
        .iter()
        .copied()
        .find(|object| id.starts_with(object.prefix))
}

/// The object and field behind a child relationship of `parent`, in any case.
pub(crate) fn children(
    parent: &Object,
    relationship: &str,
) -> Option<(&'static Object, &'static Field)> {
    OBJECTS.iter().copied().find_map(|child| {
        let field = child.fields().find(|field| match field.kind {
            FieldKind::Reference { to, children, .. } => {
                to.contains(&parent.name) && children.eq_ignore_ascii_case(relationship)
            }
            _ => false,
        });
        field.map(|field| (child, field))
    })
}

impl Object {
    /// `Id`, its own fields, the stamps.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &'static Field> + use<> {
        let own: &'static [Field] = self.own;
        [&field::ID].into_iter().chain(own).chain(field::STAMPS)
    }

    /// The field of that name, in any case.
    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields()
            .find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// The field whose parents are reached by that name, in any case.
    pub(crate) fn parent(&self, relationship: &str) -> Option<&'static Field> {
        self.fields().find(|field| match field.kind {
            FieldKind::Reference { parent, .. } => parent.eq_ignore_ascii_case(relationship),
            _ => false,
        })
    }

    /// The objects that a reference leads to as clients see it. The practice org's cases and leads have users as owners
    /// only; on the platform a group (queue) may be the owner of both (docs/salesforce/queries.md#typeof).
    pub(crate) fn leads_to(&self, field: &Field) -> &'static [&'static str] {
        match field.kind {
            FieldKind::Reference { to, .. } => to,
            _ => &[],
        }
    }

    /// Says whether deleted records go to the recycle bin: those of objects with `IsDeleted`
    /// (docs/salesforce/records.md#recycle-bin).
    pub(crate) fn keeps_deleted(&self) -> bool {
        self.own.iter().any(|field| field.name == "IsDeleted")
    }

    /// Says whether a client may do that.
    pub(crate) fn allows(&self, verb: Verb) -> bool {
        self.verbs.contains(&verb)
    }
}

#[cfg(test)]
mod tests;
