//! The calls of the Metadata API for components other than settings, and those that list them
//! (docs/salesforce/metadata.md#calls).

use usher_core::component::Content;

use crate::metadata::{self, ComponentKind, KINDS};
use crate::refusal::{Outcome, Refusal};
use crate::soap::call::Call;
use crate::soap::file_properties;
use crate::soap::settings::{permit, rolled_back, saved};
use crate::tenant::Tenant;
use crate::xml::{Element, escape};

/// The kind that a type names, unless it is one of settings.
pub(super) fn kind_of(name: &str) -> Option<&'static ComponentKind> {
    let name = name.rsplit(':').next().unwrap_or_default();
    metadata::kind(name).filter(|kind| kind.name != "Settings")
}

/// `describeMetadata`: the kinds and where they stand in a package.
pub(super) fn describe() -> String {
    let objects: String = KINDS
        .iter()
        .map(|kind| {
            let parts = kind.parts().iter();
            let parts: String = parts
                .map(|part| format!("<childXmlNames>{}</childXmlNames>", part.name))
                .collect();
            format!(
                "<metadataObjects>{parts}<directoryName>{}</directoryName><inFolder>false</inFolder><metaFile>false</metaFile><suffix>{}</suffix><xmlName>{}</xmlName></metadataObjects>",
                kind.folder, kind.suffix, kind.name
            )
        })
        .collect();
    format!(
        "<result>{objects}<organizationNamespace></organizationNamespace><partialSaveAllowed>true</partialSaveAllowed><testRequired>false</testRequired></result>"
    )
}

/// Queries of one `listMetadata` (docs/salesforce/metadata.md#calls).
const QUERIES_MAX: usize = 3;

/// `listMetadata(queries…)`: a `FileProperties` for each component. Salesforce has types that the practice org does not
/// know: it has no components of them.
pub(super) fn list(org: &Tenant<'_>, operation: &Element) -> Outcome<String> {
    let queries: Vec<&Element> = operation
        .children
        .iter()
        .filter(|child| child.name == "queries")
        .collect();
    if queries.len() > QUERIES_MAX {
        // [inferred] The code and the text.
        let message = format!("At most {QUERIES_MAX} queries can be sent in one call");
        return Err(Refusal::new(500, "LIMIT_EXCEEDED", message));
    }
    let mut results = String::new();
    let mut users = file_properties::Users::default();
    for query in queries {
        let name = query.child_text("type");
        let Some(kind) = metadata::kind(name) else {
            match metadata::is_type(name) {
                true => continue,
                // docs/salesforce/metadata.md#names-that-lead-nowhere
                false => {
                    let message = format!("Unknown type:{name}");
                    return Err(Refusal::new(500, "INVALID_TYPE", message));
                }
            }
        };
        for listed in metadata::list(org, kind)? {
            let properties = file_properties::of_listed(kind, &listed);
            let shown = file_properties::shown(org, &properties, &mut users)?;
            results.push_str(&format!("<result>{shown}</result>"));
        }
    }
    Ok(results)
}

/// Says whether Salesforce has the type, and the practice org no components of it.
pub(super) fn is_empty(type_name: &str) -> bool {
    let name = type_name.rsplit(':').next().unwrap_or_default();
    metadata::is_type(name) && metadata::kind(name).is_none()
}

/// `readMetadata` of a type without components.
pub(super) fn read_nothing(operation: &Element) -> Outcome<String> {
    let records = "<records xsi:nil=\"true\"/>".repeat(full_names(operation)?.len());
    Ok(format!("<result>{records}</result>"))
}

/// `deleteMetadata` of a type without components, or of settings.
pub(super) fn delete_nothing(operation: &Element, type_name: &str) -> Outcome<String> {
    if !is_empty(type_name) {
        return Err(unknown(type_name));
    }
    let results = full_names(operation)?.into_iter().map(|full_name| {
        let refusal = absent(type_name, full_name);
        saved(full_name, &Err(refusal), "")
    });
    Ok(results.collect())
}

/// `renameMetadata(type, oldFullName, newFullName)` → `SaveResult`, with the new name when it is renamed
/// (docs/salesforce/metadata.md#renaming).
pub(super) fn rename(org: &Tenant<'_>, operation: &Element) -> Outcome<String> {
    let name = operation.child_text("type");
    let (old, new) = (
        operation.child_text("oldFullName"),
        operation.child_text("newFullName"),
    );
    let kind = kind_of(name);
    if kind.is_none() && !is_empty(name) {
        return Err(unknown(name));
    }
    let renamed = org.unit(|| match kind {
        None => Err(absent(name, old)),
        Some(kind) => match metadata::rename(org, kind, old, new)? {
            true => Ok(()),
            false => Err(absent(name, old)),
        },
    });
    let shown = if renamed.is_ok() { new } else { old };
    Ok(saved(shown, &renamed, ""))
}

/// `readMetadata(type, fullNames…)`: a record for each name, nil for one there is not.
pub(super) fn read(org: &Tenant<'_>, kind: &ComponentKind, operation: &Element) -> Outcome<String> {
    let names = full_names(operation)?;
    let mut records = String::new();
    for name in names {
        match metadata::read(org, kind, name)? {
            None => records.push_str("<records xsi:nil=\"true\"/>"),
            Some(content) => records.push_str(&format!(
                "<records xsi:type=\"{}\"><fullName>{}</fullName>{}</records>",
                kind.name,
                escape(name),
                metadata::to_xml(&content)
            )),
        }
    }
    Ok(format!("<result>{records}</result>"))
}

/// `createMetadata`, `updateMetadata` and `upsertMetadata` of components of one kind: a result for each.
pub(super) fn write(
    org: &Tenant<'_>,
    kind: &'static ComponentKind,
    operation: &Element,
    all_or_none: bool,
    call: Call,
) -> Outcome<String> {
    let sent: Vec<&Element> = operation
        .children
        .iter()
        .filter(|child| child.name == "metadata")
        .collect();
    permit(sent.len())?;
    // A component that does not fit the schema is a fault of the whole message, before anything is written.
    let mut components: Vec<(&str, Content)> = Vec::new();
    for component in sent {
        if kind_of(component.attribute("type").unwrap_or_default()) != Some(kind) {
            // One type per call (docs/salesforce/metadata.md#calls); [inferred] the text.
            let message = "All components of one call must be of one type";
            return Err(Refusal::new(500, "INVALID_TYPE", message));
        }
        let full_name = component.child_text("fullName");
        let content = metadata::parse(kind, full_name, component, org.version)
            .map_err(|misfit| Refusal::new(500, "XML_PARSER_ERROR", misfit.text))?;
        components.push((full_name, content));
    }
    each(org, &components, all_or_none, |(full_name, content)| {
        let exists = metadata::read(org, kind, full_name)?.is_some();
        match (call, exists) {
            // [inferred] The text.
            (Call::Create, true) => Err(Refusal::save(
                "DUPLICATE_DEVELOPER_NAME",
                format!("This {} already exists: {full_name}", kind.name),
                &[],
            )),
            (Call::Update, false) => Err(absent(kind.name, full_name)),
            _ => {
                let written = metadata::write(org, kind, full_name, content, org.version)?;
                Ok((call == Call::Upsert).then_some(written.created))
            }
        }
    })
}

/// `deleteMetadata(type, fullNames…)`: a result for each name.
pub(super) fn delete(
    org: &Tenant<'_>,
    kind: &'static ComponentKind,
    operation: &Element,
    all_or_none: bool,
) -> Outcome<String> {
    let names: Vec<(&str, Content)> = full_names(operation)?
        .into_iter()
        .map(|name| (name, Content::new()))
        .collect();
    each(
        org,
        &names,
        all_or_none,
        |(full_name, _)| match metadata::remove(org, kind, full_name)? {
            true => Ok(None),
            false => Err(absent(kind.name, full_name)),
        },
    )
}

/// One unit for each; all taken back when one fails and all were wanted.
fn each(
    org: &Tenant<'_>,
    components: &[(&str, Content)],
    all_or_none: bool,
    save: impl Fn(&(&str, Content)) -> Outcome<Option<bool>>,
) -> Outcome<String> {
    let mut results: Vec<Outcome<Option<bool>>> = Vec::new();
    let undone = org
        .unit(|| {
            results = components
                .iter()
                .map(|one| org.unit(|| save(one)))
                .collect();
            match results.iter().find_map(|result| result.as_ref().err()) {
                Some(refusal) if all_or_none => Err(refusal.clone()),
                _ => Ok(()),
            }
        })
        .is_err();
    let results = components
        .iter()
        .zip(results)
        .map(|((full_name, _), result)| {
            let result = match result {
                Ok(_) if undone => Err(rolled_back()),
                result => result,
            };
            let created = match result {
                Ok(Some(created)) => format!("<created>{created}</created>"),
                _ => String::new(),
            };
            saved(full_name, &result.map(drop), &created)
        });
    Ok(results.collect())
}

fn full_names(operation: &Element) -> Outcome<Vec<&str>> {
    let names = operation
        .children
        .iter()
        .filter(|child| child.name == "fullNames");
    let names: Vec<&str> = names.map(|name| name.content()).collect();
    permit(names.len())?;
    Ok(names)
}

/// The form of docs/salesforce/metadata.md#names-that-lead-nowhere.
fn absent(kind: &str, full_name: &str) -> Refusal {
    let message = format!("no {kind} named {full_name} found");
    Refusal::save("INVALID_CROSS_REFERENCE_KEY", message, &[])
}

/// Not the platform's words: it has more kinds than the practice org.
pub(super) fn unknown(name: &str) -> Refusal {
    let message = format!("the practice org does not know metadata of type `{name}`");
    Refusal::new(500, "INVALID_TYPE", message)
}
