//! The needs, one by one: what Salesforce asks permissions for, and which.

use std::collections::BTreeSet;

/// Something for which Salesforce asks a permission.
#[derive(Debug, PartialEq, Eq)]
pub struct Need {
    /// The thing, as the end of "may not …".
    pub to: &'static str,
    /// Permissions of which one is enough, the narrowest first.
    pub one_of: &'static [Right],
    /// Permissions that may be enough as well.
    pub perhaps: &'static [Narrow],
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

/// A permission that is not enough for everybody, or for everything.
#[derive(Debug, PartialEq, Eq)]
pub struct Narrow {
    pub right: Right,
    /// The reason why it may not be enough: a sentence without its end.
    pub why: &'static str,
    /// The public page that says so. `None`: no page says what it allows.
    pub rule: Option<&'static str>,
}

/// The permissions of a user, compared with a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Met {
    Yes,
    /// The user has this one alone.
    Perhaps(&'static Narrow),
    No,
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
    DELEGATED_RIGHT "DelegatedPortalUserAdmin" "Delegated External User Administrator"
    INTERNAL_USERS "ManageInternalUsers" "Manage Internal Users"
    OWN_EXTERNAL_USERS "ManageMyExternalUsers" "Manage External Users (Limited)"
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

/// docs/salesforce/users.md#delegated-administrators
const SOME_EXTERNAL_USERS: &[Narrow] = &[
    Narrow {
        right: DELEGATED_RIGHT,
        why: "it lets external users create, edit and deactivate users of the accounts that they manage, and no document says that it counts outside of a site",
        rule: Some("Help, networks_partner_members"),
    },
    Narrow {
        right: OWN_EXTERNAL_USERS,
        why: "no public document says which users it is for",
        rule: None,
    },
];

pub(super) const EXTERNAL: Need = Need {
    to: "make or change external users",
    one_of: &[EXTERNAL_USERS],
    perhaps: SOME_EXTERNAL_USERS,
    rule: Some("Object Reference, User"),
};
pub(super) const INTERNAL: Need = Need {
    to: "change internal users",
    one_of: &[INTERNAL_USERS, USERS_RIGHT],
    perhaps: &[],
    rule: Some("Object Reference, User"),
};
/// A change of a user of whom the operation does not say who it is.
pub(super) const SOME_USER: Need = Need {
    to: "change users",
    one_of: &[EXTERNAL_USERS, INTERNAL_USERS, USERS_RIGHT],
    perhaps: SOME_EXTERNAL_USERS,
    rule: Some("Object Reference, User"),
};
pub(super) const FREEZE: Need = Need {
    to: "freeze users",
    one_of: &[USERS_RIGHT],
    perhaps: &[],
    rule: Some("Object Reference, UserLogin"),
};
pub(super) const ASSIGN: Need = Need {
    to: "assign permission sets",
    one_of: &[ASSIGN_SETS, USERS_RIGHT],
    perhaps: &[],
    rule: Some("Object Reference, PermissionSetAssignment"),
};
pub(super) const ROLES: Need = Need {
    to: "make or change roles",
    one_of: &[ROLES_RIGHT, USERS_RIGHT],
    perhaps: &[],
    rule: Some("Object Reference, UserRole"),
};
pub(super) const SITES: Need = Need {
    to: "make, change or publish sites",
    one_of: &[SITES_RIGHT],
    perhaps: &[],
    rule: Some("Object Reference, Network"),
};
pub(super) const PROFILES: Need = Need {
    to: "change profiles and permission sets",
    one_of: &[PROFILES_RIGHT],
    perhaps: &[],
    rule: Some("Field Reference, PermissionSet"),
};
pub(super) const METADATA: Need = Need {
    to: "use the Metadata API",
    one_of: &[METADATA_RIGHT, MODIFY_ALL],
    perhaps: &[],
    rule: Some("Metadata API Developer Guide"),
};
pub(super) const SHARING: Need = Need {
    to: "change sharing sets and sharing rules",
    one_of: &[SHARING_RIGHT, CUSTOMIZE],
    perhaps: &[],
    rule: Some("Metadata API, SharingSet"),
};
pub(super) const SETTINGS: Need = Need {
    to: "change settings",
    one_of: &[CUSTOMIZE],
    perhaps: &[],
    rule: None,
};
pub(super) const SEE_ROLES: Need = Need {
    to: "see roles",
    one_of: &[VIEW_ROLES, VIEW_SETUP, ROLES_RIGHT, USERS_RIGHT],
    perhaps: &[],
    rule: Some("Object Reference, UserRole"),
};
pub(super) const SEE_LICENSES: Need = Need {
    to: "see permission set licenses",
    one_of: &[VIEW_SETUP],
    perhaps: &[],
    rule: Some("Object Reference, PermissionSetLicense"),
};

pub(super) const SEE_SETS: Need = Need {
    to: "see permission sets",
    one_of: &[VIEW_SETUP, ASSIGN_SETS, USERS_RIGHT],
    perhaps: &[],
    rule: Some("Object Reference, PermissionSetAssignment"),
};

impl Need {
    /// Compares the permissions of a user with what it takes.
    pub fn met(&self, has: &BTreeSet<String>) -> Met {
        let has = |right: &Right| has.contains(right.name);
        if self.one_of.iter().any(has) {
            return Met::Yes;
        }
        let mut perhaps = self.perhaps.iter();
        perhaps
            .find(|narrow| has(&narrow.right))
            .map_or(Met::No, Met::Perhaps)
    }

    /// Every permission that is enough, or may be, in this order.
    pub fn rights(&self) -> impl Iterator<Item = &'static Right> {
        let perhaps = self.perhaps.iter().map(|narrow| &narrow.right);
        self.one_of.iter().chain(perhaps)
    }

    /// "*Manage Roles*", or "one of *Manage Internal Users* and *Manage Users*".
    pub fn in_words(&self) -> String {
        let labels: Vec<String> = self
            .rights()
            .map(|right| format!("*{}*", right.label))
            .collect();
        match labels.split_last() {
            Some((last, before)) if !before.is_empty() => {
                format!("one of {} and {last}", before.join(", "))
            }
            _ => labels.concat(),
        }
    }
}
