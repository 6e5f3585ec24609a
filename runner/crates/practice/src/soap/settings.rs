//! `readMetadata`, `updateMetadata` and `upsertMetadata` for settings
//! (docs/salesforce/settings.md#components-of-settings).

use crate::refusal::{Outcome, Refusal};
use crate::settings;
use crate::settings::kinds::{KINDS, SettingsKind};
use crate::soap::call::Call;
use crate::tenant::Tenant;
use crate::xml::{Element, escape};

/// Components of one call.
const COMPONENTS_MAX: usize = 10;

/// One component that a client sends.
struct Component<'a> {
    kind: &'static SettingsKind,
    full_name: &'a str,
    fields: Vec<(&'a str, bool)>,
}

/// `readMetadata(type, fullNames…)`: a record for each name, nil for one there is not.
pub(super) fn read(org: &Tenant<'_>, operation: &Element) -> Outcome<String> {
    let kind = kind_of(operation.child_text("type"))?;
    let names: Vec<&Element> = operation
        .children
        .iter()
        .filter(|child| child.name == "fullNames")
        .collect();
    permit(names.len())?;
    let mut records = String::new();
    for name in names {
        if name.content() != kind.full_name {
            records.push_str("<records xsi:nil=\"true\"/>");
            continue;
        }
        records.push_str(&format!(
            "<records xsi:type=\"{}\"><fullName>{}</fullName>",
            kind.name, kind.full_name
        ));
        for (field, versions) in kind.fields {
            if versions.contains(&org.version) {
                let on = org.is_on(&format!("{}.{field}", kind.name))?;
                records.push_str(&format!("<{field}>{on}</{field}>"));
            }
        }
        records.push_str("</records>");
    }
    Ok(format!("<result>{records}</result>"))
}

/// `updateMetadata(metadata…)`: a result for each component, partial success unless all were wanted.
pub(super) fn write(
    org: &Tenant<'_>,
    operation: &Element,
    all_or_none: bool,
    call: Call,
) -> Outcome<String> {
    let components: Vec<&Element> = operation
        .children
        .iter()
        .filter(|child| child.name == "metadata")
        .collect();
    permit(components.len())?;
    // A component that does not fit the schema is a fault of the whole message, before anything is written.
    let components: Vec<Component<'_>> = components
        .into_iter()
        .map(|component| component_of(org, component))
        .collect::<Outcome<_>>()?;
    let mut results: Vec<Outcome<()>> = Vec::new();
    let undone = org
        .unit(|| {
            results = components
                .iter()
                .map(|component| {
                    org.unit(|| {
                        let Component {
                            kind, full_name, ..
                        } = component;
                        if *full_name != kind.full_name {
                            // [inferred] The text.
                            let message = format!("no {} named {full_name} found", kind.name);
                            return Err(Refusal::save("INVALID_CROSS_REFERENCE_KEY", message, &[]));
                        }
                        settings::update(org, kind, &component.fields)
                    })
                })
                .collect();
            match results.iter().find_map(|result| result.as_ref().err()) {
                Some(refusal) if all_or_none => Err(refusal.clone()),
                _ => Ok(()),
            }
        })
        .is_err();
    let results = components.iter().zip(results).map(|(component, result)| {
        let result = match result {
            Ok(()) if undone => Err(rolled_back()),
            result => result,
        };
        let created = match call {
            Call::Upsert => "<created>false</created>",
            _ => "",
        };
        saved(component.full_name, &result, created)
    });
    Ok(results.collect())
}

/// The refusal of a component that was right in itself, when all or none were wanted.
pub(super) fn rolled_back() -> Refusal {
    Refusal::save(
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "Record rolled back because not all records were valid and the request was using AllOrNone header",
        &[],
    )
}

/// `SaveResult`, and what an upsert says of it.
pub(super) fn saved(full_name: &str, result: &Outcome<()>, created: &str) -> String {
    let errors = match result {
        Ok(()) => String::new(),
        Err(refusal) => {
            let fields: String = refusal
                .fields
                .iter()
                .flatten()
                .map(|field| format!("<fields>{}</fields>", escape(field)))
                .collect();
            format!(
                "<errors>{fields}<message>{}</message><statusCode>{}</statusCode></errors>",
                escape(&refusal.message),
                refusal.code
            )
        }
    };
    format!(
        "<result>{created}{errors}<fullName>{}</fullName><success>{}</success></result>",
        escape(full_name),
        result.is_ok()
    )
}

/// A component as its XML says it.
fn component_of<'a>(org: &Tenant<'_>, component: &'a Element) -> Outcome<Component<'a>> {
    let kind = component.attribute("type").unwrap_or_default();
    let kind = kind_of(kind.rsplit(':').next().unwrap_or_default())?;
    let mut fields = Vec::new();
    for element in component
        .children
        .iter()
        .filter(|element| element.name != "fullName")
    {
        let known = kind.fields.iter().find(|(field, _)| *field == element.name);
        if !known.is_some_and(|(_, versions)| versions.contains(&org.version)) {
            let message = format!(
                "Element {{http://soap.sforce.com/2006/04/metadata}}{} invalid at this location in type {}",
                element.name, kind.name
            );
            return Err(Refusal::new(500, "XML_PARSER_ERROR", message));
        }
        let on = match element.content() {
            "true" | "1" => true,
            "false" | "0" => false,
            other => {
                let message = format!("'{other}' is not a valid value for the type xsd:boolean");
                return Err(Refusal::new(500, "XML_PARSER_ERROR", message));
            }
        };
        fields.push((element.name.as_str(), on));
    }
    Ok(Component {
        kind,
        full_name: component.child_text("fullName"),
        fields,
    })
}

fn kind_of(name: &str) -> Outcome<&'static SettingsKind> {
    KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| {
        // Not the platform's words: it has more kinds than the practice org.
        let message = format!("the practice org does not know metadata of type `{name}`");
        Refusal::new(500, "INVALID_TYPE", message)
    })
}

pub(super) fn permit(count: usize) -> Outcome<()> {
    match count > COMPONENTS_MAX {
        // The bound is that of docs/salesforce/metadata.md#calls; [inferred] the code and the text.
        true => Err(Refusal::new(
            500,
            "LIMIT_EXCEEDED",
            format!("At most {COMPONENTS_MAX} components can be sent in one call"),
        )),
        false => Ok(()),
    }
}
