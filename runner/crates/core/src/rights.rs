//! User permissions that the signed-in user needs for what a plan sends and reads. Salesforce refuses the rest, often
//! with words about a field that does not exist (docs/salesforce/permission-sets.md#reading-setup).

use std::collections::BTreeSet;

use usher_contract::manifest::{Reads, Writes};
use usher_contract::operation::{DeployComponents, Field, Operation, RestRequest};
use usher_contract::value::Scalar;

use crate::plan::{PlannedStep, StepState};

/// Something for which Salesforce asks a permission.
#[derive(Debug, PartialEq, Eq)]
pub struct Need {
    /// The thing, as the end of "may not …".
    pub to: &'static str,
    /// Permissions of which one is enough, the narrowest first.
    pub one_of: &'static [Right],
    /// The public page of the rule. `None`: no page says it \[inferred\].
    pub rule: Option<&'static str>,
}

/// A user permission.
#[derive(Debug, PartialEq, Eq)]
pub struct Right {
    /// The end of the column's name: `ManagePartners` of `PermissionsManagePartners`.
    pub name: &'static str,
    /// The name in Setup.
    pub label: &'static str,
}

macro_rules! rights {
    ($($constant:ident $name:literal $label:literal)*) => {
        $(const $constant: Right = Right { name: $name, label: $label };)*
        /// Every permission that a need names.
        pub const ALL: &[Right] = &[$($constant),*];
    };
}

rights! {
    ASSIGN_SETS "AssignPermissionSets" "Assign Permission Sets"
    CUSTOMIZE "CustomizeApplication" "Customize Application"
    INTERNAL_USERS "ManageInternalUsers" "Manage Internal Users"
    SITES_RIGHT "ManageNetworks" "Create and Set Up Experiences"
    EXTERNAL_USERS "ManagePartners" "Manage External Users"
    PROFILES_RIGHT "ManageProfilesPermissionsets" "Manage Profiles and Permission Sets"
    ROLES_RIGHT "ManageRoles" "Manage Roles"
    SHARING_RIGHT "ManageSharing" "Manage Sharing"
    USERS_RIGHT "ManageUsers" "Manage Users"
    MODIFY_ALL "ModifyAllData" "Modify All Data"
    METADATA_RIGHT "ModifyMetadata" "Modify Metadata Through Metadata API Functions"
    VIEW_ROLES "ViewRoles" "View Roles and Role Hierarchy"
    VIEW_SETUP "ViewSetup" "View Setup and Configuration"
}

const EXTERNAL: Need = Need {
    to: "make or change external users",
    one_of: &[EXTERNAL_USERS],
    rule: Some("Object Reference, User"),
};
const INTERNAL: Need = Need {
    to: "change internal users",
    one_of: &[INTERNAL_USERS, USERS_RIGHT],
    rule: Some("Object Reference, User"),
};
/// A change of a user of whom the operation does not say who it is.
const SOME_USER: Need = Need {
    to: "change users",
    one_of: &[EXTERNAL_USERS, INTERNAL_USERS, USERS_RIGHT],
    rule: Some("Object Reference, User"),
};
const FREEZE: Need = Need {
    to: "freeze users",
    one_of: &[USERS_RIGHT],
    rule: Some("Object Reference, UserLogin"),
};
const ASSIGN: Need = Need {
    to: "assign permission sets",
    one_of: &[ASSIGN_SETS, USERS_RIGHT],
    rule: Some("Object Reference, PermissionSetAssignment"),
};
const ROLES: Need = Need {
    to: "make or change roles",
    one_of: &[ROLES_RIGHT, USERS_RIGHT],
    rule: Some("Object Reference, UserRole"),
};
const SITES: Need = Need {
    to: "make, change or publish sites",
    one_of: &[SITES_RIGHT],
    rule: Some("Object Reference, Network"),
};
const PROFILES: Need = Need {
    to: "change profiles and permission sets",
    one_of: &[PROFILES_RIGHT],
    rule: Some("Field Reference, PermissionSet"),
};
const METADATA: Need = Need {
    to: "use the Metadata API",
    one_of: &[METADATA_RIGHT, MODIFY_ALL],
    rule: Some("Metadata API Developer Guide"),
};
const SHARING: Need = Need {
    to: "change sharing sets and sharing rules",
    one_of: &[SHARING_RIGHT, CUSTOMIZE],
    rule: Some("Metadata API, SharingSet"),
};
const SETTINGS: Need = Need {
    to: "change settings",
    one_of: &[CUSTOMIZE],
    rule: None,
};
const SEE_ROLES: Need = Need {
    to: "see roles",
    one_of: &[VIEW_ROLES, VIEW_SETUP, ROLES_RIGHT, USERS_RIGHT],
    rule: Some("Object Reference, UserRole"),
};
const SEE_LICENSES: Need = Need {
    to: "see permission set licenses",
    one_of: &[VIEW_SETUP],
    rule: Some("Object Reference, PermissionSetLicense"),
};

const SEE_SETS: Need = Need {
    to: "see permission sets",
    one_of: &[VIEW_SETUP, ASSIGN_SETS, USERS_RIGHT],
    rule: Some("Object Reference, PermissionSetAssignment"),
};

/// Names what a step needs: of what it plans, or may plan later.
pub fn of_step(step: &PlannedStep) -> Vec<&'static Need> {
    let mut needs: Vec<&'static Need> = Vec::new();
    let planned = step.plan.changes.iter();
    needs.extend(planned.flat_map(|change| of_operation(&change.operation)));
    if let (StepState::Deferred(_), Some(bound)) = (&step.state, &step.bound) {
        needs.extend(of_writes(&bound.writes));
    }
    unique(needs)
}

/// Names what reads need that are hidden from a user without a permission.
pub fn of_reads(reads: &Reads) -> Vec<&'static Need> {
    let mut needs = Vec::new();
    for (object, fields) in reads.records.iter().chain(&reads.queries) {
        let shows_roles = |field: &String| {
            let path: Vec<&str> = field.split('.').collect();
            path.iter()
                .any(|name| is(name, "UserRoleId") || is(name, "UserRole"))
        };
        if is(object, "UserRole") || fields.iter().any(shows_roles) {
            needs.push(&SEE_ROLES);
        }
        if is(object, "PermissionSetLicense") {
            needs.push(&SEE_LICENSES);
        }
        // Others than the own are not there for a user who may not see them.
        if is(object, "PermissionSet") && fields.iter().any(|field| is(field, "Label")) {
            needs.push(&SEE_SETS);
        }
    }
    if !(reads.settings.is_empty() && reads.components.is_empty()) {
        needs.push(&METADATA);
    }
    unique(needs)
}

/// Names what an operation needs.
pub fn of_operation(operation: &Operation) -> Vec<&'static Need> {
    match operation {
        Operation::Create(create) => of_record(&create.object, &names(&create.fields), true),
        Operation::Update(update) => of_record(&update.object, &names(&update.fields), false),
        Operation::Delete(delete) => of_record(&delete.object, &[], false),
        Operation::Configure(_) => vec![&METADATA, &SETTINGS],
        Operation::Deploy(deployment) => of_deployment(deployment),
        Operation::Request(request) => of_request(request),
        Operation::WaitOnly(_) => Vec::new(),
    }
}

fn of_writes(writes: &Writes) -> Vec<&'static Need> {
    let mut needs = Vec::new();
    for (object, fields) in &writes.create {
        needs.extend(of_record(object, &texts(fields), true));
    }
    for (object, fields) in &writes.update {
        needs.extend(of_record(object, &texts(fields), false));
    }
    for object in &writes.delete {
        needs.extend(of_record(object, &[], false));
    }
    if !writes.configure.is_empty() {
        needs.extend([&METADATA, &SETTINGS]);
    }
    for kind in &writes.deploy {
        needs.extend(of_component(kind));
    }
    let mut requests = writes
        .requests
        .iter()
        .filter_map(|request| request.split_once(' '));
    if requests.any(|(_, path)| is_of_sites(path.split('/'))) {
        needs.push(&SITES);
    }
    needs
}

/// The resource of sites, by segments.
const COMMUNITIES: [&str; 2] = ["connect", "communities"];

fn is_of_sites<'s>(mut segments: impl Iterator<Item = &'s str>) -> bool {
    COMMUNITIES
        .iter()
        .all(|name| segments.next().is_some_and(|segment| is(segment, name)))
}

fn of_record(object: &str, fields: &[&str], is_new: bool) -> Vec<&'static Need> {
    let names = |name: &str| fields.iter().any(|field| is(field, name));
    let need = match object.to_ascii_lowercase().as_str() {
        "user" if names("ContactId") || names("PortalRole") || names("IsPortalEnabled") => {
            &EXTERNAL
        }
        "user" if is_new || names("UserRoleId") => &INTERNAL,
        "user" => &SOME_USER,
        "userlogin" => &FREEZE,
        "userrole" => &ROLES,
        "permissionsetassignment" | "permissionsetlicenseassign" => &ASSIGN,
        "profile" | "permissionset" | "permissionsetgroup" | "objectpermissions" => &PROFILES,
        "network" | "networkmembergroup" => &SITES,
        _ => return Vec::new(),
    };
    vec![need]
}

fn of_deployment(deployment: &DeployComponents) -> Vec<&'static Need> {
    let kinds = deployment
        .components
        .iter()
        .map(|one| one.name.kind.as_str());
    kinds.flat_map(of_component).collect()
}

fn of_component(kind: &str) -> Vec<&'static Need> {
    match kind.to_ascii_lowercase().as_str() {
        "profile" | "permissionset" => vec![&METADATA, &PROFILES],
        "sharingset" | "sharingrules" => vec![&METADATA, &SHARING],
        _ => vec![&METADATA],
    }
}

fn of_request(request: &RestRequest) -> Vec<&'static Need> {
    let segments = request.path.segments.iter().map(|segment| match segment {
        Scalar::Text(text) => text.as_str(),
        _ => "",
    });
    match is_of_sites(segments) {
        true => vec![&SITES],
        false => Vec::new(),
    }
}

fn names(fields: &[Field]) -> Vec<&str> {
    fields.iter().map(|field| field.name.as_str()).collect()
}

fn texts(fields: &[String]) -> Vec<&str> {
    fields.iter().map(String::as_str).collect()
}

fn is(name: &str, other: &str) -> bool {
    name.eq_ignore_ascii_case(other)
}

/// Each need once, in the order of the first.
pub fn unique(needs: Vec<&'static Need>) -> Vec<&'static Need> {
    let mut seen = BTreeSet::new();
    let mut needs = needs;
    needs.retain(|need| seen.insert(need.to));
    needs
}

impl Need {
    /// Says whether a user with these permissions has what it takes.
    pub fn is_met(&self, has: &BTreeSet<String>) -> bool {
        self.one_of.iter().any(|right| has.contains(right.name))
    }

    /// "*Manage Internal Users* or *Manage Users*".
    pub fn in_words(&self) -> String {
        let labels = self.one_of.iter().map(|right| format!("*{}*", right.label));
        labels.collect::<Vec<_>>().join(" or ")
    }
}

#[cfg(test)]
mod tests;
