//! The places of metadata components in a package, and so the kinds that Usher can deploy.

use crate::fault::Fault;
use crate::text;

/// The place of a kind of component in a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Metadata type as in package.xml.
    pub kind: &'static str,
    pub folder: &'static str,
    pub suffix: &'static str,
    /// `None`: each component has a file of its own.
    pub within: Option<Within>,
}

/// The place of components that share a file: `Lead.Web_Leads` is the rule `Web_Leads` in the file of `Lead`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Within {
    /// Metadata type of the file.
    pub kind: &'static str,
    /// The element that holds the components.
    pub element: &'static str,
}

/// Salesforce lists these in `describeMetadata`. They are fixed here because a plan is checked without asking the org.
const PLACES: &[Place] = &[
    Place {
        kind: "Profile",
        folder: "profiles",
        suffix: "profile",
        within: None,
    },
    Place {
        kind: "SharingCriteriaRule",
        folder: "sharingRules",
        suffix: "sharingRules",
        within: Some(Within {
            kind: "SharingRules",
            element: "sharingCriteriaRules",
        }),
    },
    Place {
        kind: "SharingOwnerRule",
        folder: "sharingRules",
        suffix: "sharingRules",
        within: Some(Within {
            kind: "SharingRules",
            element: "sharingOwnerRules",
        }),
    },
    Place {
        kind: "SharingSet",
        folder: "sharingSets",
        suffix: "sharingSet",
        within: None,
    },
];

/// The place of a kind; `None` when Usher cannot deploy it.
pub fn place(kind: &str) -> Option<Place> {
    PLACES.iter().copied().find(|place| place.kind == kind)
}

/// The path of a component's file in a package: `sharingSets/Partners.sharingSet`; of a component that shares its file,
/// the path of that: `sharingRules/Lead.sharingRules`.
///
/// # Errors
///
/// Usher cannot deploy the kind, or the full name cannot be the name of a file.
pub fn path(kind: &str, full_name: &str) -> Result<String, Fault> {
    let Some(place) = place(kind) else {
        let known: Vec<&str> = PLACES.iter().map(|place| place.kind).collect();
        return Err(Fault::Undeployable {
            kind: text::shown(kind),
            known: known.join(", "),
        });
    };
    let Place { folder, suffix, .. } = place;
    let is_unfit = |c: char| matches!(c, '/' | '\\' | ':') || c.is_control();
    let file = match place.within {
        Some(_) => parted(full_name).map(|(file, _)| file),
        None => Some(full_name),
    };
    match file {
        Some(file)
            if !file.is_empty() && !file.starts_with('.') && !full_name.contains(is_unfit) =>
        {
            Ok(format!("{folder}/{file}.{suffix}"))
        }
        _ => Err(Fault::FileName {
            text: text::shown(full_name),
        }),
    }
}

/// The two parts of the full name of a component that shares its file: `Lead` and `Web_Leads`.
pub fn parted(full_name: &str) -> Option<(&str, &str)> {
    let (file, name) = full_name.split_once('.')?;
    (!name.is_empty()).then_some((file, name))
}

/// Says that a name can be an element's, and so a settings component's or one of its fields'.
pub fn is_element(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::{is_element, path};

    #[test]
    fn a_component_has_a_file_of_its_own() {
        let place = path("SharingSet", "Partners of B & C");
        assert_eq!(
            place.as_deref(),
            Ok("sharingSets/Partners of B & C.sharingSet")
        );
        for name in ["", "a/b", "a\\b", "c:d", ".x", "a\nb"] {
            assert!(path("Profile", name).is_err(), "{name:?}");
        }
        assert!(path("Layout", "L").is_err());
    }

    #[test]
    fn rules_of_an_object_share_a_file() {
        let owner = path("SharingOwnerRule", "Lead.By_Owner");
        assert_eq!(owner.as_deref(), Ok("sharingRules/Lead.sharingRules"));
        assert_eq!(path("SharingCriteriaRule", "Lead.Web"), owner);
        for name in ["Lead", "Lead.", ".Web", "a/b.Web", "Lead.a/b"] {
            assert!(path("SharingCriteriaRule", name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn an_element_has_a_plain_name() {
        assert!(is_element("userPermissions") && is_element("a_1"));
        for name in ["", "1a", "a b", "a><b", "a:b", "é"] {
            assert!(!is_element(name), "{name:?}");
        }
    }
}
