//! The state of a deployment and the results of its components, as `DeployResult` shows them
//! (docs/salesforce/metadata.md#deploy-results). The same data becomes JSON and XML.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::deployments::{DONE_MS, Options, STARTS_MS};
use crate::refusal::Outcome;
use crate::row::text;
use crate::schema::object;
use crate::stamp;
use crate::tenant::Tenant;

/// The result of one component.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) kind: String,
    pub(crate) full_name: String,
    pub(crate) file: String,
    pub(crate) line: Option<usize>,
    pub(crate) id: Option<String>,
    pub(crate) created: bool,
    pub(crate) changed: bool,
    pub(crate) deleted: bool,
    pub(crate) problem: Option<String>,
    /// The problem is a warning.
    pub(crate) warning: bool,
}

impl Message {
    /// A warning is a failure unless warnings are ignored \[inferred\].
    pub(crate) fn is_success(&self, options: &Options) -> bool {
        self.problem.is_none() || self.warning && options.ignore_warnings
    }

    fn to_json(&self, options: &Options, at: &str) -> Value {
        let mut shown = Map::new();
        let mut put = |name: &str, value: Value| shown.insert(name.to_owned(), value);
        put("changed", json!(self.changed));
        put("componentType", json!(self.kind));
        put("created", json!(self.created));
        put("createdDate", json!(at));
        put("deleted", json!(self.deleted));
        put("fileName", json!(self.file));
        put("fullName", json!(self.full_name));
        if let Some(id) = &self.id {
            put("id", json!(id));
        }
        if let Some(line) = self.line {
            put("lineNumber", json!(line));
        }
        if let Some(problem) = &self.problem {
            put("problem", json!(problem));
            put(
                "problemType",
                json!(if self.warning { "Warning" } else { "Error" }),
            );
        }
        put("success", json!(self.is_success(options)));
        Value::Object(shown)
    }
}

/// The end of a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Report {
    status: String,
    success: bool,
    messages: Vec<Message>,
    ended_ms: i64,
    /// The user who cancelled it.
    #[serde(default)]
    canceled_by: Option<String>,
}

impl Report {
    pub(super) fn new(messages: Vec<Message>, options: &Options, ended_ms: i64) -> Self {
        let failed = messages.iter().any(|message| !message.is_success(options));
        let status = match (failed, options.rollback_on_error) {
            (false, _) => "Succeeded",
            (true, true) => "Failed",
            (true, false) => "SucceededPartial",
        };
        Self {
            status: status.to_owned(),
            success: !failed,
            messages,
            ended_ms,
            canceled_by: None,
        }
    }

    /// The end of a deployment that a user cancelled: nothing was done.
    pub(super) fn canceled(user_id: &str, ended_ms: i64) -> Self {
        Self {
            status: "Canceled".to_owned(),
            success: false,
            messages: Vec::new(),
            ended_ms,
            canceled_by: Some(user_id.to_owned()),
        }
    }

    /// Says whether it succeeded.
    pub(super) fn is_success(&self) -> bool {
        self.success
    }
}

/// A deployment as a look finds it.
#[derive(Debug)]
pub(crate) struct Deployment {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) submitted_ms: i64,
    pub(crate) options: Options,
    pub(crate) files: usize,
    pub(crate) bytes: usize,
    /// Components named.
    pub(crate) total: usize,
    pub(crate) started: bool,
    pub(crate) report: Option<Report>,
}

impl Deployment {
    /// Says whether the status is an end state.
    pub(crate) fn is_done(&self) -> bool {
        self.report.is_some()
    }

    /// `DeployResult`.
    pub(crate) fn to_json(&self, org: &Tenant<'_>, details: bool) -> Outcome<Map<String, Value>> {
        let users = object("User").expect("the schema has it");
        let user = org.row(users, &self.user_id)?.unwrap_or_default();
        let options = &self.options;
        let messages: &[Message] = self.report.as_ref().map_or(&[], |report| &report.messages);
        let (good, bad): (Vec<&Message>, Vec<&Message>) = messages
            .iter()
            .partition(|message| message.is_success(options));
        let status = match (&self.report, self.started) {
            (Some(report), _) => report.status.as_str(),
            (None, true) => "InProgress",
            (None, false) => "Pending",
        };
        let changed_ms = match (&self.report, self.started) {
            (Some(report), _) => report.ended_ms,
            (None, true) => self.submitted_ms + STARTS_MS,
            (None, false) => self.submitted_ms,
        };
        let mut shown = Map::new();
        let mut put = |name: &str, value: Value| shown.insert(name.to_owned(), value);
        if let Some(id) = self
            .report
            .as_ref()
            .and_then(|report| report.canceled_by.as_ref())
        {
            let canceler = org.row(users, id)?.unwrap_or_default();
            put("canceledBy", json!(id));
            put("canceledByName", json!(text(&canceler, "Name")));
        }
        put("checkOnly", json!(options.check_only));
        put("createdBy", json!(self.user_id));
        put("createdByName", json!(text(&user, "Name")));
        put("createdDate", json!(stamp::metadata(self.submitted_ms)));
        put("done", json!(self.is_done()));
        put("id", json!(self.id));
        put("ignoreWarnings", json!(options.ignore_warnings));
        put("lastModifiedDate", json!(stamp::metadata(changed_ms)));
        put("numberComponentErrors", json!(bad.len()));
        put("numberComponentsDeployed", json!(good.len()));
        put("numberComponentsTotal", json!(self.total));
        put("numberTestErrors", json!(0));
        put("numberTestsCompleted", json!(0));
        put("numberTestsTotal", json!(0));
        put("rollbackOnError", json!(options.rollback_on_error));
        put("runTestsEnabled", json!(false));
        put("status", json!(status));
        put(
            "success",
            json!(self.report.as_ref().is_some_and(|report| report.success)),
        );
        // From v64 on (docs/salesforce/metadata.md#deploy-results).
        if org.version >= 64 {
            put("numberFiles", json!(self.files));
            put("zipSize", json!(self.bytes));
        }
        if self.started {
            put(
                "startDate",
                json!(stamp::metadata(self.submitted_ms + STARTS_MS)),
            );
        }
        if let Some(report) = &self.report {
            let ended = stamp::metadata(report.ended_ms.max(self.submitted_ms + DONE_MS));
            put("completedDate", json!(ended));
            if details {
                let list = |messages: Vec<&Message>| {
                    let all = messages.into_iter();
                    Value::from_iter(all.map(|message| message.to_json(options, &ended)))
                };
                put(
                    "details",
                    json!({ "componentFailures": list(bad), "componentSuccesses": list(good) }),
                );
            }
        }
        Ok(shown)
    }
}
