//! `retrieve` and `checkRetrieveStatus` (docs/salesforce/metadata.md#retrieving).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::background;
use crate::refusal::{Outcome, Refusal};
use crate::retrievals::{self, Request, Retrieval, State};
use crate::soap::file_properties;
use crate::tenant::Tenant;
use crate::xml::{Element, escape};

/// `retrieve(RetrieveRequest)` → `AsyncResult`.
pub(super) fn retrieve(org: &Tenant<'_>, operation: &Element) -> Outcome<String> {
    // [inferred] The name of the parameter does not matter: jsforce calls it `request`, and works with real orgs
    // (docs/salesforce/metadata.md#parameters).
    let sent = operation.children.first().ok_or_else(|| {
        let message = "Required element is missing: retrieveRequest";
        Refusal::new(500, "XML_PARSER_ERROR", message)
    })?;
    let texts = |name: &str| -> Vec<String> {
        let named = sent.children.iter().filter(|child| child.name == name);
        named.map(|child| child.content().to_owned()).collect()
    };
    if !texts("rootTypesWithDependencies").is_empty() {
        // Not the platform's words: it finds dependencies.
        let message = "the practice org does not know `rootTypesWithDependencies`";
        return Err(Refusal::new(500, "INVALID_OPERATION", message));
    }
    let mut request = Request {
        packages: texts("packageNames"),
        files: texts("specificFiles"),
        is_single: sent
            .child_text("singlePackage")
            .eq_ignore_ascii_case("true"),
        version: version_of(sent.child_text("apiVersion")).unwrap_or(org.version),
        types: Vec::new(),
    };
    if let Some(manifest) = sent.child("unpackaged") {
        if let Some(version) = version_of(manifest.child_text("version")) {
            request.version = version;
        }
        for types in manifest
            .children
            .iter()
            .filter(|child| child.name == "types")
        {
            let members = types
                .children
                .iter()
                .filter(|child| child.name == "members");
            let members = members.map(|member| member.content().to_owned());
            request
                .types
                .push((types.child_text("name").to_owned(), members.collect()));
        }
    }
    let id = retrievals::start(org, &request)?;
    Ok(format!(
        "<result><done>false</done><id>{id}</id><state>Queued</state></result>"
    ))
}

/// `checkRetrieveStatus(asyncProcessId, includeZip)` → `RetrieveResult`. The zip comes unless it is not wanted.
pub(super) fn status(org: &Tenant<'_>, operation: &Element) -> Outcome<String> {
    let id = operation.child_text("asyncProcessId");
    background::look(org)?;
    let with_zip = !matches!(operation.child_text("includeZip"), "false" | "0");
    let retrieval = retrievals::find(org, id, with_zip)?.ok_or_else(|| invalid(id))?;
    Ok(format!("<result>{}</result>", shown(org, &retrieval)?))
}

fn shown(org: &Tenant<'_>, retrieval: &Retrieval) -> Outcome<String> {
    let mut xml = format!("<done>{}</done>", retrieval.state.is_done());
    if let Some((code, message)) = &retrieval.error {
        let message = escape(message);
        xml.push_str(&format!(
            "<errorMessage>{code}: {message}</errorMessage><errorStatusCode>{code}</errorStatusCode>"
        ));
    }
    let mut users = file_properties::Users::default();
    for properties in &retrieval.files {
        let shown = file_properties::shown(org, properties, &mut users)?;
        xml.push_str(&format!("<fileProperties>{shown}</fileProperties>"));
    }
    xml.push_str(&format!("<id>{}</id>", retrieval.id));
    for (file, problem) in &retrieval.messages {
        xml.push_str(&format!(
            "<messages><fileName>{}</fileName><problem>{}</problem></messages>",
            escape(file),
            escape(problem)
        ));
    }
    xml.push_str(&format!(
        "<status>{}</status><success>{}</success>",
        retrieval.state.name(),
        retrieval.state == State::Succeeded
    ));
    match &retrieval.zip {
        Some(zip) => xml.push_str(&format!("<zipFile>{}</zipFile>", STANDARD.encode(zip))),
        None => xml.push_str("<zipFile xsi:nil=\"true\"/>"),
    }
    Ok(xml)
}

/// The text is that of the older `checkStatus`; the code is \[inferred\].
pub(super) fn invalid(id: &str) -> Refusal {
    let message = format!("invalid cross reference id: {id}");
    Refusal::new(500, "INVALID_CROSS_REFERENCE_KEY", message)
}

/// `66.0`, or `66` as some clients write a number.
fn version_of(text: &str) -> Option<u32> {
    text.strip_suffix(".0").unwrap_or(text).parse().ok()
}
