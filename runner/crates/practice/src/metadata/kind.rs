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
pub(crate) static KINDS: [ComponentKind; 5] = [
    PROFILE,
    SETTINGS,
    SHARING_RULES,
    SHARING_SET,
    USER_ACCESS_POLICY,
];

/// The kinds whose components are in the file of another kind: rules in that of their object.
static PART_KINDS: [ComponentKind; 2] = [SHARING_CRITERIA_RULE, SHARING_OWNER_RULE];

pub(super) const PROFILE: ComponentKind = ComponentKind {
    name: "Profile",
    folder: "profiles",
    suffix: "profile",
};

pub(super) const SETTINGS: ComponentKind = ComponentKind {
    name: "Settings",
    folder: "settings",
    suffix: "settings",
};

pub(super) const SHARING_RULES: ComponentKind = ComponentKind {
    name: "SharingRules",
    folder: "sharingRules",
    suffix: "sharingRules",
};

pub(super) const SHARING_CRITERIA_RULE: ComponentKind = ComponentKind {
    name: "SharingCriteriaRule",
    ..SHARING_RULES
};

pub(super) const SHARING_OWNER_RULE: ComponentKind = ComponentKind {
    name: "SharingOwnerRule",
    ..SHARING_RULES
};

pub(super) const SHARING_SET: ComponentKind = ComponentKind {
    name: "SharingSet",
    folder: "sharingSets",
    suffix: "sharingSet",
};

pub(super) const USER_ACCESS_POLICY: ComponentKind = ComponentKind {
    name: policies::KIND,
    folder: "useraccesspolicies",
    suffix: "useraccesspolicy",
};

/// The kind of that name.
pub(crate) fn kind(name: &str) -> Option<&'static ComponentKind> {
    let mut kinds = KINDS.iter().chain(&PART_KINDS);
    kinds.find(|kind| kind.name == name)
}

impl ComponentKind {
    /// Says whether its components are parts of another kind's file.
    pub(crate) fn is_part(&self) -> bool {
        PART_KINDS.contains(self)
    }

    /// The kinds whose components are in this kind's files.
    pub(crate) fn parts(&self) -> &'static [ComponentKind] {
        match *self {
            SHARING_RULES => &PART_KINDS,
            _ => &[],
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

    /// The type that a component's file names: settings have one each.
    pub(crate) fn type_of(&self, full_name: &str) -> String {
        match *self {
            SETTINGS => format!("{full_name}Settings"),
            _ if self.is_part() => SHARING_RULES.name.to_owned(),
            _ => self.name.to_owned(),
        }
    }
}
