//! `CustomObject` (docs/salesforce/metadata.md#objects): the sharing models of standard objects, which are the org-wide
//! defaults, and the custom fields. Objects of the org's own are not in the practice org.

use serde_json::{Value, json};
use usher_core::component::{parts, texts};

use crate::access::{self, GUARDED, Level};
use crate::components::{self, Content};
use crate::metadata::custom_field;
use crate::metadata::record;
use crate::metadata::shape::{Elements, Shape};
use crate::metadata::{Listed, Written, id_of};
use crate::recalculation::{self, Subject};
use crate::refusal::{Outcome, Refusal};
use crate::rights;
use crate::schema::{Object, object};
use crate::tenant::Tenant;

const KIND: &str = "CustomObject";

/// Invented: standard objects have no ids.
const PREFIX: &str = "01I";

pub(super) const OBJECT: Elements = &[
    ("actionOverrides", Shape::Anything),
    ("allowInChatterGroups", Shape::Truth),
    ("businessProcesses", Shape::Anything),
    ("compactLayoutAssignment", Shape::Text),
    ("compactLayouts", Shape::Anything),
    ("customHelp", Shape::Text),
    ("customHelpPage", Shape::Text),
    ("customSettingsType", Shape::Text),
    ("deploymentStatus", Shape::Text),
    ("deprecated", Shape::Truth),
    ("description", Shape::Text),
    ("enableActivities", Shape::Truth),
    ("enableBulkApi", Shape::Truth),
    ("enableDataTranslation", Shape::Truth),
    ("enableDivisions", Shape::Truth),
    ("enableEnhancedLookup", Shape::Truth),
    ("enableFeeds", Shape::Truth),
    ("enableHistory", Shape::Truth),
    ("enableLicensing", Shape::Truth),
    ("enableReports", Shape::Truth),
    ("enableSearch", Shape::Truth),
    ("enableSharing", Shape::Truth),
    ("enableStreamingApi", Shape::Truth),
    ("externalSharingModel", Shape::Text),
    ("fieldSets", Shape::Anything),
    (
        "fields",
        Shape::Parts("CustomField", custom_field::FIELD_NAMED),
    ),
    ("gender", Shape::Text),
    ("household", Shape::Truth),
    ("indexes", Shape::Anything),
    ("label", Shape::Text),
    ("listViews", Shape::Anything),
    ("nameField", Shape::Anything),
    ("pluralLabel", Shape::Text),
    ("recordTypeTrackFeedHistory", Shape::Truth),
    ("recordTypeTrackHistory", Shape::Truth),
    ("recordTypes", Shape::Anything),
    ("searchLayouts", Shape::Anything),
    ("sharingModel", Shape::Text),
    ("sharingReasons", Shape::Anything),
    ("sharingRecalculations", Shape::Anything),
    ("startsWith", Shape::Text),
    ("validationRules", Shape::Anything),
    ("visibility", Shape::Text),
    ("webLinks", Shape::Anything),
];

/// Parts that would change what the org does. The others only change what users see, and are kept.
const UNKNOWN: [&str; 7] = [
    "businessProcesses",
    "enableSharing",
    "fieldSets",
    "indexes",
    "recordTypes",
    "sharingReasons",
    "validationRules",
];

/// The two models: element, and the setting that holds it.
const MODELS: [(&str, &str); 2] = [
    ("sharingModel", "practice.internalAccess"),
    ("externalSharingModel", "practice.externalAccess"),
];

/// The objects that are shared, users, and those with custom fields.
pub(super) fn list(org: &Tenant<'_>) -> Outcome<Vec<Listed>> {
    let mut names: Vec<&str> = GUARDED
        .iter()
        .map(|guarded| guarded.object().name)
        .collect();
    names.push("User");
    for listed in custom_field::list(org)? {
        if let Some((known, _)) = custom_field::split(&listed.full_name)
            && !names.contains(&known.name)
        {
            names.push(known.name);
        }
    }
    names.sort_unstable();
    let listed = names.into_iter().map(|name| Listed {
        full_name: name.to_owned(),
        id: id_of(PREFIX, name),
        stamps: None,
    });
    Ok(listed.collect())
}

pub(super) fn read(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<Content>> {
    let Some(known) = shown(org, full_name)? else {
        return Ok(None);
    };
    let mut content = components::get(org, KIND, known.name)?.unwrap_or_default();
    if access::is_known(known) {
        for (element, external) in [("sharingModel", false), ("externalSharingModel", true)] {
            if external && !org.is_on("SharingSettings.enableExternalSharingModel")? {
                continue;
            }
            let model = access::org_wide(org, known, external)?.model();
            content.insert(element.to_owned(), json!([model]));
        }
    }
    let fields = custom_field::of_object(org, known)?;
    if !fields.is_empty() {
        content.insert("fields".to_owned(), Value::from(fields));
    }
    Ok(Some(content))
}

/// Lays models and fields over what is there.
pub(super) fn write(
    org: &Tenant<'_>,
    full_name: &str,
    content: &Content,
    version: u32,
) -> Outcome<Written> {
    let Some(known) = shown(org, full_name)? else {
        // Not the platform's words: it makes objects.
        let message = format!("the practice org does not know the object `{full_name}`");
        return Err(Refusal::save("INVALID_CROSS_REFERENCE_KEY", message, &[]));
    };
    record::refuse_unknown(content, &UNKNOWN)?;
    let before = read(org, full_name)?;
    models(org, known, content)?;
    for field in parts(content, "fields") {
        let name = texts(field, "fullName").next().unwrap_or_default();
        // A retrieved object names its standard fields, too; they stay as they are [inferred].
        if name.ends_with("__c") {
            let full_name = format!("{}.{name}", known.name);
            custom_field::write(org, &full_name, field, version)?;
        }
    }
    let beside: Vec<&str> = content
        .keys()
        .map(String::as_str)
        .filter(|element| *element != "fields" && !MODELS.iter().any(|(known, _)| known == element))
        .collect();
    record::keep(org, KIND, known.name, content, &beside)?;
    Ok(Written {
        id: id_of(PREFIX, known.name),
        created: false,
        changed: before != read(org, full_name)?,
    })
}

/// Standard objects stay. \[inferred\] The text.
pub(super) fn remove(org: &Tenant<'_>, full_name: &str) -> Outcome<bool> {
    match shown(org, full_name)? {
        None => Ok(false),
        Some(_) => {
            let message = format!("Cannot delete standard object: {full_name}");
            Err(Refusal::save("DELETE_FAILED", message, &[]))
        }
    }
}

fn shown(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<&'static Object>> {
    let Some(known) = object(full_name).filter(|known| known.name == full_name) else {
        return Ok(None);
    };
    let listed = access::is_known(known) || !custom_field::of_object(org, known)?.is_empty();
    Ok(match listed || custom_field::takes_fields(known) {
        true => Some(known),
        false => None,
    })
}

/// Sets the org-wide defaults of an object. The external one is never wider
/// (docs/salesforce/metadata.md#objects).
fn models(org: &Tenant<'_>, known: &Object, content: &Content) -> Outcome<()> {
    let sent = |element: &str| texts(content, element).next();
    if MODELS.iter().all(|(element, _)| sent(element).is_none()) {
        return Ok(());
    }
    rights::metadata::settings(org, "SharingSettings")?;
    let mut levels = [
        access::org_wide(org, known, false)?,
        access::org_wide(org, known, true)?,
    ];
    let is_external_on = org.is_on("SharingSettings.enableExternalSharingModel")?;
    for (place, (element, setting)) in MODELS.iter().enumerate() {
        let Some(model) = sent(element) else {
            continue;
        };
        let Some(level) = level_of(known, model) else {
            // Not the platform's words: it has more models.
            let message = format!(
                "the practice org does not know the model `{model}` of the object {}",
                known.name
            );
            return Err(Refusal::save(
                "FIELD_INTEGRITY_EXCEPTION",
                message,
                &[element],
            ));
        };
        if *element == "externalSharingModel" && !is_external_on {
            // [inferred] The code and the text.
            let message = "Enable the external sharing model first";
            return Err(Refusal::save(
                "FUNCTIONALITY_NOT_ENABLED",
                message,
                &[element],
            ));
        }
        levels[place] = level;
        org.configure(&format!("{setting}.{}", known.name), &json!(level.name()))?;
    }
    if is_external_on && levels[1] > levels[0] {
        // [inferred] The code and the text.
        let message = "The external sharing model can't be wider than the internal one";
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &["externalSharingModel"],
        ));
    }
    recalculation::begin(org, Subject::Access, &format!("{KIND}/{}", known.name))?;
    Ok(())
}

/// The models that the practice org carries out; users have no *Public Read/Write* \[inferred\].
fn level_of(known: &Object, model: &str) -> Option<Level> {
    match model {
        "Private" if access::is_known(known) => Some(Level::None),
        "Read" if access::is_known(known) => Some(Level::Read),
        "ReadWrite" if access::is_known(known) && known.name != "User" => Some(Level::Edit),
        _ => None,
    }
}
