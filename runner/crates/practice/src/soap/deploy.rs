//! `deploy`, `checkDeployStatus`, `cancelDeploy`, `deployRecentValidation` and the older `checkStatus`
//! (docs/salesforce/metadata.md#calls).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::background;
use crate::deployments::{self, Deployment, Options};
use crate::refusal::{Outcome, Refusal};
use crate::retrievals::{self, State};
use crate::soap::retrieve::invalid;
use crate::tenant::Tenant;
use crate::xml::{Element, escape};

/// `deploy(ZipFile, DeployOptions)` → `AsyncResult`.
pub(super) fn deploy(org: &Tenant<'_>, operation: &Element) -> Outcome<String> {
    let options = Options::of_xml(operation.child("DeployOptions"))?;
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
    let mut shown = deployment.to_json(org, details)?;
    // The WSDL asks for the element (docs/salesforce/metadata.md#deploy-results).
    shown
        .entry("details")
        .or_insert_with(|| Value::Object(Map::new()));
    Ok(format!("<result>{}</result>", elements(&shown)))
}

/// `cancelDeploy(String)` → `CancelDeployResult`. The WSDL calls the parameter `String`; clients call it `id`, too.
pub(super) fn cancel(org: &Tenant<'_>, operation: &Element) -> Outcome<String> {
    let id = operation.children.first().map_or("", Element::content);
    background::catch_up(org)?;
    let done = deployments::cancel(org, id, 500)?;
    Ok(format!(
        "<result><done>{done}</done><id>{}</id></result>",
        escape(id)
    ))
}

/// `deployRecentValidation(validationId)` → the id of the new deployment.
pub(super) fn quick(org: &Tenant<'_>, operation: &Element) -> Outcome<String> {
    let id = operation.children.first().map_or("", Element::content);
    background::look(org)?;
    // [inferred] The text; the code is that which a client looks for.
    let refused = || {
        let message = "Invalid validation ID: there is no recent validation that can be deployed";
        Refusal::new(500, "INVALID_ID_FIELD", message)
    };
    let id = deployments::deploy_validated(org, id)?.ok_or_else(refused)?;
    Ok(format!("<result>{id}</result>"))
}

/// `checkStatus(asyncProcessId)` → `AsyncResult`; clients still call it (docs/salesforce/metadata.md#calls), for
/// deployments and for retrieves.
pub(super) fn check(org: &Tenant<'_>, operation: &Element) -> Outcome<String> {
    let id = operation.child_text("asyncProcessId");
    background::look(org)?;
    let (id, done, started) = match retrievals::find(org, id, false)? {
        Some(retrieval) => {
            let started = retrieval.state != State::Pending;
            (retrieval.id, retrieval.state.is_done(), started)
        }
        None => {
            let deployment = deployments::find(org, id)?.ok_or_else(|| invalid(id))?;
            let done = deployment.is_done();
            (deployment.id, done, deployment.started)
        }
    };
    let state = match (done, started) {
        (true, _) => "Completed",
        (false, true) => "InProgress",
        (false, false) => "Queued",
    };
    Ok(format!(
        "<result><done>{done}</done><id>{id}</id><state>{state}</state></result>"
    ))
}

fn find(org: &Tenant<'_>, operation: &Element) -> Outcome<Deployment> {
    let id = operation.child_text("asyncProcessId");
    background::look(org)?;
    deployments::find(org, id)?.ok_or_else(|| invalid(id))
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
