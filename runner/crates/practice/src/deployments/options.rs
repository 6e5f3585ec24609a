//! The options of a deployment (docs/salesforce/metadata.md#deploy-options). Options that change nothing here are kept
//! for the answer.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::xml::Element;

/// Deploy options that mean something in the practice org: it has no Apex, so no tests to run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Options {
    pub(crate) check_only: bool,
    pub(crate) ignore_warnings: bool,
    pub(crate) rollback_on_error: bool,
    /// All of them, as the client sent them.
    pub(crate) sent: Map<String, Value>,
}

impl Options {
    /// Reads the options of REST: checkboxes as JSON or as texts (docs/salesforce/metadata.md#deploy-options).
    pub(crate) fn of_json(sent: &Map<String, Value>) -> Self {
        let is_on = |name: &str| match sent.get(name) {
            Some(Value::Bool(on)) => *on,
            Some(Value::String(text)) => text == "true",
            _ => false,
        };
        Self {
            check_only: is_on("checkOnly"),
            ignore_warnings: is_on("ignoreWarnings"),
            rollback_on_error: is_on("rollbackOnError"),
            sent: sent.clone(),
        }
    }

    /// As SOAP sends them.
    pub(crate) fn of_xml(element: Option<&Element>) -> Self {
        let children = element.into_iter().flat_map(|element| &element.children);
        let sent = children.map(|child| {
            let value = match child.content() {
                "true" => json!(true),
                "false" => json!(false),
                text => json!(text),
            };
            (child.name.clone(), value)
        });
        Self::of_json(&sent.collect())
    }
}
