//! The options of a deployment (docs/salesforce/metadata.md#deploy-options). Options that change nothing here are kept
//! for the answer.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::refusal::{Outcome, Refusal};
use crate::xml::Element;

/// The words of `testLevel` (docs/salesforce/metadata.md#deploy-options).
const TEST_LEVELS: [&str; 5] = [
    "NoTestRun",
    "RunSpecifiedTests",
    "RunLocalTests",
    "RunAllTestsInOrg",
    "RunRelevantTests",
];

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
    ///
    /// # Errors
    ///
    /// A word is none of the option's.
    pub(crate) fn of_json(sent: &Map<String, Value>) -> Outcome<Self> {
        if let Some(level) = sent.get("testLevel").and_then(Value::as_str)
            && !TEST_LEVELS.contains(&level)
        {
            // [inferred] The code and the text.
            let message = format!("'{level}' is not a valid value for the enum 'TestLevel'");
            return Err(Refusal::new(400, "INVALID_INPUT", message));
        }
        let is_on = |name: &str| match sent.get(name) {
            Some(Value::Bool(on)) => *on,
            Some(Value::String(text)) => text == "true",
            _ => false,
        };
        Ok(Self {
            check_only: is_on("checkOnly"),
            ignore_warnings: is_on("ignoreWarnings"),
            rollback_on_error: is_on("rollbackOnError"),
            sent: sent.clone(),
        })
    }

    /// The same for the components that were validated with them (docs/salesforce/metadata.md#quick-deployments).
    pub(super) fn for_real(&self) -> Self {
        let mut sent = self.sent.clone();
        sent.insert("checkOnly".to_owned(), json!(false));
        Self {
            check_only: false,
            sent,
            ..self.clone()
        }
    }

    /// Says whether tests were wanted.
    pub(super) fn runs_tests(&self) -> bool {
        let level = self.sent.get("testLevel").and_then(Value::as_str);
        level.is_some_and(|level| level != "NoTestRun")
    }

    /// As SOAP sends them; `True` is what Python calls it (docs/salesforce/metadata.md#parameters).
    pub(crate) fn of_xml(element: Option<&Element>) -> Outcome<Self> {
        let children = element.into_iter().flat_map(|element| &element.children);
        let sent = children.map(|child| {
            let value = match child.content() {
                "true" | "True" | "1" => json!(true),
                "false" | "False" | "0" => json!(false),
                text => json!(text),
            };
            (child.name.clone(), value)
        });
        Self::of_json(&sent.collect())
    }
}
