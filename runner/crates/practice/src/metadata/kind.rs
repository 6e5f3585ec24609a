//! The kinds of components that the practice org knows, and their places in a package.

use crate::policies;

/// A kind of component that the practice org knows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ComponentKind {
    pub(crate) name: &'static str,
    /// The folder of its files in a package.
    pub(crate) folder: &'static str,
    pub(crate) suffix: &'static str,
}

/// The kinds that have files of their own.
pub(crate) static KINDS: [ComponentKind; 13] = [
    CUSTOM_OBJECT,
    CUSTOM_SITE,
    GROUP,
    NETWORK,
    PERMISSION_SET,
    PERMISSION_SET_GROUP,
    PROFILE,
    QUEUE,
    ROLE,
    SETTINGS,
    SHARING_RULES,
    SHARING_SET,
    USER_ACCESS_POLICY,
];

/// The kinds whose components are in the file of another kind: rules and fields in that of their object.
static PART_KINDS: [ComponentKind; 3] = [CUSTOM_FIELD, SHARING_CRITERIA_RULE, SHARING_OWNER_RULE];

static FIELDS: [ComponentKind; 1] = [CUSTOM_FIELD];

static RULES: [ComponentKind; 2] = [SHARING_CRITERIA_RULE, SHARING_OWNER_RULE];

/// The order in which a deployment takes kinds: those that others name come first \[inferred\].
const ORDER: [&str; 16] = [
    "Settings",
    "CustomObject",
    "CustomField",
    "Role",
    "Group",
    "Queue",
    "PermissionSet",
    "PermissionSetGroup",
    "Profile",
    "Network",
    "CustomSite",
    "SharingSet",
    "SharingRules",
    "SharingCriteriaRule",
    "SharingOwnerRule",
    policies::KIND,
];

pub(super) const CUSTOM_FIELD: ComponentKind = ComponentKind {
    name: "CustomField",
    ..CUSTOM_OBJECT
};

pub(super) const CUSTOM_OBJECT: ComponentKind = of("CustomObject", "objects", "object");

pub(super) const CUSTOM_SITE: ComponentKind = of("CustomSite", "sites", "site");

pub(super) const GROUP: ComponentKind = of("Group", "groups", "group");

pub(super) const NETWORK: ComponentKind = of("Network", "networks", "network");

pub(super) const PERMISSION_SET: ComponentKind =
    of("PermissionSet", "permissionsets", "permissionset");

pub(super) const PERMISSION_SET_GROUP: ComponentKind = of(
    "PermissionSetGroup",
    "permissionsetgroups",
    "permissionsetgroup",
);

pub(super) const PROFILE: ComponentKind = of("Profile", "profiles", "profile");

pub(super) const QUEUE: ComponentKind = of("Queue", "queues", "queue");

pub(super) const ROLE: ComponentKind = of("Role", "roles", "role");

pub(super) const SETTINGS: ComponentKind = of("Settings", "settings", "settings");

pub(super) const SHARING_RULES: ComponentKind = of("SharingRules", "sharingRules", "sharingRules");

pub(super) const SHARING_CRITERIA_RULE: ComponentKind = ComponentKind {
    name: "SharingCriteriaRule",
    ..SHARING_RULES
};

pub(super) const SHARING_OWNER_RULE: ComponentKind = ComponentKind {
    name: "SharingOwnerRule",
    ..SHARING_RULES
};

pub(super) const SHARING_SET: ComponentKind = of("SharingSet", "sharingSets", "sharingSet");

pub(super) const USER_ACCESS_POLICY: ComponentKind =
    of(policies::KIND, "useraccesspolicies", "useraccesspolicy");

const fn of(name: &'static str, folder: &'static str, suffix: &'static str) -> ComponentKind {
    ComponentKind {
        name,
        folder,
        suffix,
    }
}

/// The kind of that name.
pub(crate) fn kind(name: &str) -> Option<&'static ComponentKind> {
    let mut kinds = KINDS.iter().chain(&PART_KINDS);
    kinds.find(|kind| kind.name == name)
}

/// The place of a kind in a deployment.
pub(crate) fn place(name: &str) -> usize {
    let place = ORDER.iter().position(|known| *known == name);
    place.unwrap_or(ORDER.len())
}

impl ComponentKind {
    /// Says whether its components are parts of another kind's file.
    pub(crate) fn is_part(&self) -> bool {
        PART_KINDS.contains(self)
    }

    /// The kinds whose components are in this kind's files.
    pub(crate) fn parts(&self) -> &'static [ComponentKind] {
        match *self {
            CUSTOM_OBJECT => &FIELDS,
            SHARING_RULES => &RULES,
            _ => &[],
        }
    }

    /// The kind whose files hold the components.
    pub(crate) fn whole(&self) -> &'static ComponentKind {
        match *self {
            CUSTOM_FIELD => kind_of(&CUSTOM_OBJECT),
            SHARING_CRITERIA_RULE | SHARING_OWNER_RULE => kind_of(&SHARING_RULES),
            ref other => kind_of(other),
        }
    }

    /// The element that holds a component in the file of another kind.
    pub(crate) fn element(&self) -> &'static str {
        match *self {
            CUSTOM_FIELD => "fields",
            SHARING_CRITERIA_RULE => "sharingCriteriaRules",
            SHARING_OWNER_RULE => "sharingOwnerRules",
            _ => "",
        }
    }

    /// The file of a component in a package, without the folder above.
    pub(crate) fn file(&self, full_name: &str) -> String {
        let full_name = match self.is_part() {
            true => full_name.split('.').next().unwrap_or_default(),
            false => full_name,
        };
        format!("{}/{full_name}.{}", self.folder, self.suffix)
    }

    /// The full name of the component whose file that is; none for files of other kinds.
    pub(crate) fn full_name_of<'p>(&self, path: &'p str) -> Option<&'p str> {
        let file = path.strip_prefix(self.folder)?.strip_prefix('/')?;
        file.strip_suffix(self.suffix)?.strip_suffix('.')
    }

    /// The type that a component's file names: settings have one each.
    pub(crate) fn type_of(&self, full_name: &str) -> String {
        match *self {
            SETTINGS => format!("{full_name}Settings"),
            _ => self.whole().name.to_owned(),
        }
    }
}

fn kind_of(wanted: &ComponentKind) -> &'static ComponentKind {
    let found = KINDS.iter().find(|kind| *kind == wanted);
    found.expect("every kind that has files of its own is listed")
}
