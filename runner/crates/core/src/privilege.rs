//! Changes that give a user more than before: permissions, profiles, permission sets, roles. A plan marks them,
//! whatever the plugin calls them. Names are compared as Salesforce does: without regard to case.

use serde_json::Value;
use usher_contract::grant::Grant;
use usher_contract::manifest::{Manifest, Writes};
use usher_contract::name::is_api;
use usher_contract::operation::{DeployComponents, Field, Method, Operation, RestRequest};
use usher_contract::value::Scalar;

use crate::component::{Content, Difference, content, differences};

/// User permissions whose holder can do nearly everything, or can give such permissions to users.
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

/// The prefix of fields in a permission set's record: `PermissionsModifyAllData`.
const PERMISSION_PREFIX: &str = "permissions";

/// A parameter that makes Salesforce take a request for one of another method.
const METHOD_PARAMETER: &str = "_HttpMethod";

/// A role that no other one is above.
const ROLE_AT_THE_TOP: &str = "a role at the top";

/// The field of a role that names the role above it.
const PARENT: &str = "ParentRoleId";

/// Names what the operation raises: fields, permissions, metadata types.
pub fn raised(operation: &Operation) -> Vec<String> {
    match operation {
        Operation::Create(create) => {
            let mut raised = of_fields(&create.fields);
            if create.object.eq_ignore_ascii_case("UserRole") && !has_parent(&create.fields) {
                raised.push(ROLE_AT_THE_TOP.to_owned());
            }
            raised
        }
        Operation::Update(update) => {
            let mut raised = of_fields(&update.fields);
            let is_taken_away = parent(&update.fields).is_some_and(is_nothing);
            if update.object.eq_ignore_ascii_case("UserRole") && is_taken_away {
                raised.push(ROLE_AT_THE_TOP.to_owned());
            }
            raised
        }
        Operation::Request(request) => of_request(request),
        Operation::Deploy(deployment) => of_deployment(deployment),
        Operation::Delete(_) | Operation::Configure(_) | Operation::WaitOnly(_) => Vec::new(),
    }
}

/// Names what a step that is planned later may raise.
pub fn raised_by(bound: &Writes) -> Vec<String> {
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

/// Lists what a manifest asks for, with the privileges that its writes may raise. The user permissions in metadata that is
/// deployed and in bodies of requests are not known before there is a plan.
pub fn asked_by(manifest: &Manifest) -> Grant {
    let writes = &manifest.writes;
    let mut asked = Grant::asked_by(manifest);
    let raised = raised_by(writes);
    let fields = raised.iter().filter(|name| !is_one_of(DEPLOYED, name));
    fields.for_each(|field| asked.add("raises", permission_of(field)));
    let makes_roles = writes
        .create
        .keys()
        .any(|it| it.eq_ignore_ascii_case("UserRole"));
    let moves_roles = writes.update.iter().any(|(object, fields)| {
        object.eq_ignore_ascii_case("UserRole") && is_one_of_texts(fields, PARENT)
    });
    if makes_roles || moves_roles {
        asked.add("raises", ROLE_AT_THE_TOP);
    }
    asked
}

/// Lists the privileges that an operation raises beyond a grant, as a grant names them.
pub fn beyond(operation: &Operation, granted: &Grant) -> Vec<String> {
    let mut wanted = Grant::default();
    for raised in raised(operation) {
        wanted.add("raises", permission_of(&raised));
    }
    wanted
        .without(granted)
        .raises()
        .map(str::to_owned)
        .collect()
}

/// The values of a record's fields that raise privileges.
pub fn raised_values(operation: &Operation) -> impl Iterator<Item = &Scalar> {
    let fields = operation.fields().iter();
    fields
        .filter(|field| is_raising(field))
        .map(|field| &field.value)
}

/// Every name that raises privileges, with the value that it gets, in fields and in bodies of requests.
pub fn values(operation: &Operation) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let mut fields: Vec<&Field> = operation.fields().iter().collect();
    if let Operation::Request(request) = operation {
        fields.extend(&request.path.query);
        let body = request.body.as_deref();
        if let Some(body) = body.and_then(|body| serde_json::from_str(body).ok()) {
            members(&body, &mut |name, value| {
                if raises(name, value) {
                    found.push((name.to_owned(), value.clone()));
                }
            });
        }
    }
    let raising = fields.into_iter().filter(|field| is_raising(field));
    found.extend(raising.map(|field| (field.name.clone(), field.value.to_json())));
    found
}

/// Every user permission that an operation itself gives, whether it counts as raising or not: as a field of a profile
/// or a permission set, in the body of a request, in a component that is deployed.
pub fn permissions(operation: &Operation) -> Vec<String> {
    let mut given = Vec::new();
    let mut add = |name: &str, value: &Value| {
        if let Some(permission) = permission(name).filter(|_| !is_off(value)) {
            given.push(permission.to_owned());
        }
    };
    for field in operation.fields() {
        add(&field.name, &field.value.to_json());
    }
    match operation {
        Operation::Request(request) => {
            let body = request.body.as_deref();
            if let Some(body) = body.and_then(|body| serde_json::from_str(body).ok()) {
                members(&body, &mut add);
            }
        }
        Operation::Deploy(deployment) => {
            let nothing = Content::new();
            for component in &deployment.components {
                let all = differences(&nothing, &content(component));
                given.extend(all.iter().filter_map(user_permission));
            }
        }
        _ => {}
    }
    given
}

/// The user permission that a value in a component enables.
fn user_permission(one: &Difference) -> Option<String> {
    let (part, element) = one.at.rsplit_once(": ")?;
    let (kind, name) = part.split_once(' ')?;
    let is_on = one.after.as_ref().is_some_and(|after| after != "false");
    (kind == "userPermissions" && element == "enabled" && is_on).then(|| name.to_owned())
}

/// Calls `to` for every name in a body, with its value.
fn members(json: &Value, to: &mut dyn FnMut(&str, &Value)) {
    match json {
        Value::Object(all) => {
            for (name, value) in all {
                to(name, value);
                members(value, to);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| members(value, to)),
        _ => {}
    }
}

fn is_off(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Bool(false))
}

/// The user permission behind a name that [`raised`] returns: `ModifyAllData` of `PermissionsModifyAllData`.
pub fn permission_of(raised: &str) -> &str {
    match permission(raised) {
        Some(permission) if !is_one_of(FIELDS, raised) => permission,
        _ => raised,
    }
}

/// Says that a text has the form in which a grant names a privilege: an API name (of a field, of a user permission),
/// `a role at the top`, or `viewAllRecords of Account`.
pub fn is_name(text: &str) -> bool {
    let of_object = |(element, object): (&str, &str)| opens_all_records(element) && is_api(object);
    is_api(text)
        || text.eq_ignore_ascii_case(ROLE_AT_THE_TOP)
        || text.eq_ignore_ascii_case(METHOD_PARAMETER)
        || text.split_once(" of ").is_some_and(of_object)
}

/// Says that setting the field raises privileges.
pub fn is_raising(field: &Field) -> bool {
    raises(&field.name, &field.value.to_json())
}

/// Says that the name, of a field or in a body, raises privileges when it gets this value.
pub fn raises(name: &str, value: &Value) -> bool {
    !is_off(value)
        && (is_one_of(FIELDS, name)
            || is_one_of(RECORD_FIELDS, name)
            || permission(name).is_some_and(is_user_permission)
            || name.eq_ignore_ascii_case(METHOD_PARAMETER))
}

/// Returns the rest of a name that begins with `Permissions`.
fn permission(name: &str) -> Option<&str> {
    let prefix = name.get(..PERMISSION_PREFIX.len());
    let prefix = prefix.filter(|prefix| prefix.eq_ignore_ascii_case(PERMISSION_PREFIX));
    prefix.map(|prefix| &name[prefix.len()..])
}

/// Says that the holder of the user permission can do nearly everything.
pub fn is_user_permission(name: &str) -> bool {
    is_one_of(USER_PERMISSIONS, name)
}

/// Says that a permission of an object opens all its records: `viewAllRecords`.
pub fn opens_all_records(element: &str) -> bool {
    is_one_of(&["modifyAllRecords", "viewAllRecords"], element)
}

/// Names what a value in a component raises; `None` when it raises nothing.
pub fn of_difference(one: &Difference) -> Option<String> {
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
    let nothing = Content::new();
    let mut raised = Vec::new();
    for component in &deployment.components {
        let all = differences(&nothing, &content(component));
        raised.extend(all.iter().filter_map(of_difference));
    }
    raised
}

fn of_request(request: &RestRequest) -> Vec<String> {
    let names = values(&Operation::Request(request.clone())).into_iter();
    let mut raised: Vec<String> = names.map(|(name, _)| name).collect();
    if makes_top_role(request) {
        raised.push(ROLE_AT_THE_TOP.to_owned());
    }
    raised
}

/// Says that a request to `sobjects/UserRole` may make a role at the top: it creates one without a parent, or takes the
/// parent away. A segment that is not known yet may be any object.
fn makes_top_role(request: &RestRequest) -> bool {
    let mut segments = request.path.segments.iter();
    let mut is = |name: &str| match segments.next() {
        None => false,
        Some(Scalar::Text(text)) => text.trim().eq_ignore_ascii_case(name),
        Some(_) => true,
    };
    if !(is("sobjects") && is("UserRole")) {
        return false;
    }
    // `UserRole/FIELD/VALUE` creates the record that it does not find.
    let may_create = match request.method {
        Method::Delete => return false,
        Method::Patch => segments.count() > 1,
        Method::Post | Method::Put => true,
    };
    let body = request.body.as_deref();
    let body = body.and_then(|body| serde_json::from_str(body).ok());
    let Some(Value::Object(body)) = body else {
        return may_create;
    };
    let mut parents = body
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case(PARENT))
        .map(|(_, value)| value)
        .peekable();
    if parents.peek().is_none() {
        return may_create;
    }
    parents.any(|parent| match parent {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    })
}

fn parent(fields: &[Field]) -> Option<&Scalar> {
    let mut fields = fields.iter();
    let parent = fields.find(|field| field.name.eq_ignore_ascii_case(PARENT));
    parent.map(|field| &field.value)
}

fn has_parent(fields: &[Field]) -> bool {
    parent(fields).is_some_and(|parent| !is_nothing(parent))
}

/// Says that a value sets a field to nothing: Salesforce takes an empty text for that.
fn is_nothing(value: &Scalar) -> bool {
    match value {
        Scalar::Nothing => true,
        Scalar::Text(text) => text.trim().is_empty(),
        _ => false,
    }
}

fn is_one_of_texts(names: &[String], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn is_one_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests;
