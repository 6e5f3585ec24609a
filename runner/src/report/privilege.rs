//! What gives somebody more than they had: permissions, profiles, permission sets, roles. It is marked in a plan
//! whatever its plugin calls it. Names are compared as Salesforce does: without regard to case.

use serde_json::Value;
use usher_core::component::{Difference, content};
use usher_core::manifest::Writes;
use usher_core::operation::{DeployComponents, Field, Operation, RestRequest};
use usher_core::text;
use usher_core::value::Scalar;

use crate::page::{Page, Style};

/// User permissions by which their holder can do about everything, or can give that to somebody.
const USER_PERMISSIONS: &[&str] = &[
    "ApiEnabled",
    "AssignPermissionSets",
    "AuthorApex",
    "BulkApiHardDelete",
    "CustomizeApplication",
    "DataExport",
    "ManageAuthProviders",
    "ManageCertificates",
    "ManageEncryptionKeys",
    "ManageInternalUsers",
    "ManageIpAddresses",
    "ManageLoginAccessPolicies",
    "ManagePasswordPolicies",
    "ManageProfilesPermissionsets",
    "ManageRemoteAccess",
    "ManageRoles",
    "ManageSharing",
    "ManageUsers",
    "ModifyAllData",
    "ModifyMetadata",
    "ResetPasswords",
    "ViewAllData",
    "ViewAllUsers",
    "ViewSetup",
];

/// Fields of records that decide what a user may do, on any object.
const FIELDS: &[&str] = &[
    "PermissionSetGroupId",
    "PermissionSetId",
    "ProfileId",
    "UserRoleId",
];

/// Fields of records of permissions that open all records of an object.
const RECORD_FIELDS: &[&str] = &["PermissionsModifyAllRecords", "PermissionsViewAllRecords"];

/// Metadata types that hold permissions.
const DEPLOYED: &[&str] = &["PermissionSet", "PermissionSetGroup", "Profile"];

/// What a field of a permission set's record begins with: `PermissionsModifyAllData`.
const PERMISSION_PREFIX: &str = "permissions";

/// A parameter by which Salesforce takes a request for one of another method.
const METHOD_PARAMETER: &str = "_HttpMethod";

/// What the operation raises, in the words of its own names.
pub(super) fn raised(operation: &Operation) -> Vec<String> {
    match operation {
        Operation::Create(create) => {
            let mut raised = of_fields(&create.fields);
            if create.object.eq_ignore_ascii_case("UserRole") && !has_parent(&create.fields) {
                raised.push("a role at the top".to_owned());
            }
            raised
        }
        Operation::Update(update) => {
            let mut raised = of_fields(&update.fields);
            let parent = parent(&update.fields);
            if update.object.eq_ignore_ascii_case("UserRole") && parent == Some(&Scalar::Nothing) {
                raised.push("a role at the top".to_owned());
            }
            raised
        }
        Operation::Request(request) => of_request(request),
        Operation::Deploy(deployment) => of_deployment(deployment),
        Operation::Delete(_) | Operation::Configure(_) | Operation::WaitOnly(_) => Vec::new(),
    }
}

/// What a step may raise that is planned later.
pub(super) fn raised_by(bound: &Writes) -> Vec<String> {
    let fields = bound.create.values().chain(bound.update.values()).flatten();
    let mut raised: Vec<String> = fields
        .filter(|field| raises(field, &Value::Bool(true)))
        .cloned()
        .collect();
    let kinds = bound.deploy.iter();
    raised.extend(kinds.filter(|kind| is_one_of(DEPLOYED, kind)).cloned());
    raised.sort();
    raised.dedup();
    raised
}

/// Adds the mark of what gives somebody more than they had; nothing when nothing does.
pub(super) fn mark(raised: &[String], indent: usize, page: &mut Page) {
    if !raised.is_empty() {
        let what = format!(" {}", text::visible(&raised.join(", ")));
        page.headed(indent, Style::Red, "RAISES PRIVILEGES:", what);
    }
}

/// The values of a record's fields that raise privileges.
pub(super) fn raised_values(operation: &Operation) -> impl Iterator<Item = &Scalar> {
    let fields = operation.fields().iter();
    fields
        .filter(|field| is_raising(field))
        .map(|field| &field.value)
}

/// Says that setting the field raises privileges.
pub(super) fn is_raising(field: &Field) -> bool {
    raises(&field.name, &field.value.to_json())
}

/// Says that the name, of a field or in a body, raises privileges when it gets this value.
pub(super) fn raises(name: &str, value: &Value) -> bool {
    let is_off = matches!(value, Value::Null | Value::Bool(false));
    let permission = name
        .get(..PERMISSION_PREFIX.len())
        .filter(|prefix| prefix.eq_ignore_ascii_case(PERMISSION_PREFIX))
        .map(|prefix| &name[prefix.len()..]);
    !is_off
        && (is_one_of(FIELDS, name)
            || is_one_of(RECORD_FIELDS, name)
            || permission.is_some_and(is_user_permission)
            || name.eq_ignore_ascii_case(METHOD_PARAMETER))
}

/// Says that the user permission lets its holder do about everything.
pub(super) fn is_user_permission(name: &str) -> bool {
    is_one_of(USER_PERMISSIONS, name)
}

/// Says that a permission of an object opens all its records: `viewAllRecords`.
pub(super) fn opens_all_records(element: &str) -> bool {
    is_one_of(&["modifyAllRecords", "viewAllRecords"], element)
}

/// What a value in a component raises; none: nothing.
pub(super) fn of_difference(one: &Difference) -> Option<String> {
    let (part, element) = one.at.rsplit_once(": ")?;
    let (kind, name) = part.split_once(' ')?;
    let is_on = one.after.as_ref().is_some_and(|after| after != "false");
    let raises = match kind {
        "userPermissions" => element == "enabled" && is_user_permission(name),
        "objectPermissions" => opens_all_records(element),
        _ => false,
    };
    let text = match kind {
        "userPermissions" => name.to_owned(),
        _ => format!("{element} of {name}"),
    };
    (raises && is_on).then_some(text)
}

fn of_fields(fields: &[Field]) -> Vec<String> {
    let raising = fields.iter().filter(|field| is_raising(field));
    raising.map(|field| field.name.clone()).collect()
}

fn of_deployment(deployment: &DeployComponents) -> Vec<String> {
    let nothing = usher_core::component::Content::new();
    let mut raised = Vec::new();
    for component in &deployment.components {
        let all = usher_core::component::differences(&nothing, &content(component));
        raised.extend(all.iter().filter_map(of_difference));
    }
    raised
}

fn of_request(request: &RestRequest) -> Vec<String> {
    let mut raised = of_fields(&request.path.query);
    let body = request.body.as_deref();
    if let Some(body) = body.and_then(|body| serde_json::from_str(body).ok()) {
        of_json(&body, &mut raised);
    }
    raised
}

fn of_json(json: &Value, raised: &mut Vec<String>) {
    match json {
        Value::Object(members) => {
            for (name, value) in members {
                if raises(name, value) {
                    raised.push(name.clone());
                }
                of_json(value, raised);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| of_json(value, raised)),
        _ => {}
    }
}

fn parent(fields: &[Field]) -> Option<&Scalar> {
    let mut fields = fields.iter();
    let parent = fields.find(|field| field.name.eq_ignore_ascii_case("ParentRoleId"));
    parent.map(|field| &field.value)
}

fn has_parent(fields: &[Field]) -> bool {
    parent(fields).is_some_and(|parent| *parent != Scalar::Nothing)
}

fn is_one_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}
