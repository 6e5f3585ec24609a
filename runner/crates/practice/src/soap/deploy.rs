//! `deploy`, `checkDeployStatus` and the older `checkStatus` (docs/salesforce/metadata.md#calls).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::background;
use crate::deployments::{self, Deployment, Options};
use crate::refusal::{Outcome, Refusal};
use crate::tenant::Tenant;
use crate::xml::{Element, escape};

/// `deploy(ZipFile, DeployOptions)` → `AsyncResult`.
pub(super) fn deploy(org: &Tenant<'_>, operation: &Element) -> Outcome<String> {
    let options = Options::of_xml(operation.child("DeployOptions"));
    let text: String = operation.child_text("ZipFile").split_whitespace().collect();
    let zip = STANDARD.decode(text).map_err(|error| {
        Refusal::new(
            500,
            "XML_PARSER_ERROR",
            format!("ZipFile is no base64: {error}"),
        )
    })?;
    let id = deployments::start(org, &options, &zip)?;
    Ok(format!(
        "<result><done>false</done><id>{id}</id><state>Queued</state></result>"
    ))
}

/// `checkDeployStatus(asyncProcessId, includeDetails)` → `DeployResult`.
pub(super) fn status(org: &Tenant<'_>, operation: &Element) -> Outcome<String> {
    let deployment = find(org, operation)?;
    let details = operation.child_text("includeDetails") == "true";
    let shown = deployment.to_json(org, details)?;
    Ok(format!("<result>{}</result>", elements(&shown)))
}

/// `checkStatus(asyncProcessId)` → `AsyncResult`; clients still call it (docs/salesforce/metadata.md#calls).
pub(super) fn check(org: &Tenant<'_>, operation: &Element) -> Outcome<String> {
    let deployment = find(org, operation)?;
    let (done, state) = match (deployment.is_done(), deployment.started) {
        (true, _) => (true, "Completed"),
        (false, true) => (false, "InProgress"),
        (false, false) => (false, "Queued"),
    };
    Ok(format!(
        "<result><done>{done}</done><id>{}</id><state>{state}</state></result>",
        deployment.id
    ))
}

fn find(org: &Tenant<'_>, operation: &Element) -> Outcome<Deployment> {
    let id = operation.child_text("asyncProcessId");
    background::look(org)?;
    deployments::find(org, id)?.ok_or_else(|| {
        // [inferred] Code and text.
        let message = format!("invalid cross reference id: {id}");
        Refusal::new(500, "INVALID_CROSS_REFERENCE_KEY", message)
    })
}

/// JSON as elements: a list is its element again and again.
fn elements(object: &Map<String, Value>) -> String {
    let mut xml = String::new();
    for (name, value) in object {
        let all = match value {
            Value::Array(all) => all.as_slice(),
            one => std::slice::from_ref(one),
        };
        for one in all {
            let inner = match one {
                Value::Object(object) => elements(object),
                Value::String(text) => escape(text),
                other => other.to_string(),
            };
            xml.push_str(&format!("<{name}>{inner}</{name}>"));
        }
    }
    xml
}
