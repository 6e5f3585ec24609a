//! The elements that each type of the WSDL allows (docs/salesforce/metadata.md#types), and XML read by them.

use serde_json::Value;

use crate::components::Content;
use crate::settings::kinds;
use crate::xml::Element;

/// The content that an element may have.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// One text.
    Text,
    Texts,
    /// One of `true` and `false`.
    Truth,
    /// Any number of parts.
    Parts(&'static str, Elements),
    /// Any content: the sources have the element, and not its content.
    Anything,
}

pub(crate) type Elements = &'static [(&'static str, Shape)];

/// The reason why XML does not fit a type, and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    pub(crate) text: String,
    pub(crate) line: usize,
}

pub(crate) const PROFILE: Elements = &[
    ("agentAccesses", Shape::Anything),
    ("applicationVisibilities", Shape::Anything),
    ("categoryGroupVisibilities", Shape::Anything),
    ("classAccesses", Shape::Anything),
    ("custom", Shape::Truth),
    ("customMetadataTypeAccesses", Shape::Anything),
    ("customPermissions", Shape::Anything),
    ("customSettingAccesses", Shape::Anything),
    ("description", Shape::Text),
    ("externalDataSourceAccesses", Shape::Anything),
    ("fieldPermissions", Shape::Anything),
    ("flowAccesses", Shape::Anything),
    ("genComputingSummaryDefAccesses", Shape::Anything),
    ("layoutAssignments", Shape::Anything),
    ("loginFlows", Shape::Anything),
    ("loginHours", Shape::Anything),
    ("loginIpRanges", Shape::Anything),
    (
        "objectPermissions",
        Shape::Parts("ProfileObjectPermissions", OBJECT_PERMISSIONS),
    ),
    ("pageAccesses", Shape::Anything),
    ("profileActionOverrides", Shape::Anything),
    ("recordTypeVisibilities", Shape::Anything),
    ("servicePresenceStatusAccesses", Shape::Anything),
    ("tabVisibilities", Shape::Anything),
    ("userLicense", Shape::Text),
    (
        "userPermissions",
        Shape::Parts("ProfileUserPermission", USER_PERMISSION),
    ),
];

pub(crate) const USER_PERMISSION: Elements = &[("enabled", Shape::Truth), ("name", Shape::Text)];

pub(crate) const OBJECT_PERMISSIONS: Elements = &[
    ("allowCreate", Shape::Truth),
    ("allowDelete", Shape::Truth),
    ("allowEdit", Shape::Truth),
    ("allowRead", Shape::Truth),
    ("modifyAllRecords", Shape::Truth),
    ("object", Shape::Text),
    ("viewAllFields", Shape::Truth),
    ("viewAllRecords", Shape::Truth),
];

pub(crate) const SHARING_SET: Elements = &[
    (
        "accessMappings",
        Shape::Parts("AccessMapping", ACCESS_MAPPING),
    ),
    ("description", Shape::Text),
    ("name", Shape::Text),
    ("profiles", Shape::Texts),
];

const ACCESS_MAPPING: Elements = &[
    ("accessLevel", Shape::Text),
    ("object", Shape::Text),
    ("objectField", Shape::Text),
    ("userField", Shape::Text),
];

/// Returns the content of XML whose elements are all allowed at their places. `fullName` is the name of the component,
/// not a part of it, unless the parts of a type have names of their own.
pub(crate) fn content_of(
    element: &Element,
    type_name: &str,
    allowed: Elements,
) -> Result<Content, Misfit> {
    let mut content = Content::new();
    let is_part = |name: &str| allowed.iter().any(|(known, _)| *known == name);
    for child in element
        .children
        .iter()
        .filter(|child| child.name != "fullName" || is_part("fullName"))
    {
        let misfit = |text: String| Misfit {
            text,
            line: child.line,
        };
        let Some((_, shape)) = allowed.iter().find(|(name, _)| *name == child.name) else {
            return Err(misfit(misplaced(&child.name, type_name)));
        };
        let occurrence = match shape {
            Shape::Text | Shape::Texts => Value::from(child.content()),
            Shape::Truth => Value::from(truth(child)?),
            Shape::Parts(name, allowed) => Value::Object(content_of(child, name, allowed)?),
            Shape::Anything => anything(child),
        };
        let all = content
            .entry(child.name.clone())
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(all) = all {
            if !all.is_empty() && matches!(shape, Shape::Text | Shape::Truth) {
                return Err(misfit(misplaced(&child.name, type_name)));
            }
            all.push(occurrence);
        }
    }
    Ok(content)
}

/// The checkboxes of settings.
pub(crate) fn settings_of(
    element: &Element,
    full_name: &str,
    version: u32,
) -> Result<Content, Misfit> {
    let kind = kinds::KINDS.iter().find(|kind| kind.full_name == full_name);
    let mut content = Content::new();
    for child in element
        .children
        .iter()
        .filter(|child| child.name != "fullName")
    {
        let known = kind.and_then(|kind| kind.fields.iter().find(|(name, _)| *name == child.name));
        if !known.is_some_and(|(_, versions)| versions.contains(&version)) {
            return Err(Misfit {
                text: misplaced(&child.name, &format!("{full_name}Settings")),
                line: child.line,
            });
        }
        content.insert(child.name.clone(), Value::from(vec![truth(child)?]));
    }
    Ok(content)
}

/// \[inferred\] The text.
fn misplaced(element: &str, type_name: &str) -> String {
    format!("Element {element} invalid at this location in type {type_name}")
}

fn truth(element: &Element) -> Result<&'static str, Misfit> {
    match element.content() {
        "true" | "1" => Ok("true"),
        "false" | "0" => Ok("false"),
        // [inferred] The text.
        other => Err(Misfit {
            text: format!("'{other}' is not a valid value for the type xsd:boolean"),
            line: element.line,
        }),
    }
}

fn anything(element: &Element) -> Value {
    if element.children.is_empty() {
        return Value::from(element.content());
    }
    let mut content = Content::new();
    for child in &element.children {
        let all = content
            .entry(child.name.clone())
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(all) = all {
            all.push(anything(child));
        }
    }
    Value::Object(content)
}
