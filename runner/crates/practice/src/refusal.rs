//! The platform's refusals: status, code, text, fields; and the array that REST answers with.

use std::borrow::Cow;

use serde_json::{Value, json};

/// One error as the platform states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    /// The fields that are shown beside a save's error; absent elsewhere.
    pub(crate) fields: Option<Vec<String>>,
    /// The part of an error that only its code has, and its name.
    pub(crate) result: Option<Box<(&'static str, Value)>>,
}

/// The result of most functions of this crate.
pub(crate) type Outcome<T> = Result<T, Refusal>;

impl Refusal {
    /// A refusal outside of saves.
    pub(crate) fn new(
        status: u16,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            fields: None,
            result: None,
        }
    }

    /// A save's refusal: status 400, with the fields it is about.
    pub(crate) fn save(
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
        fields: &[&str],
    ) -> Self {
        Self {
            status: 400,
            code: code.into(),
            message: message.into(),
            fields: Some(fields.iter().map(|&field| field.to_owned()).collect()),
            result: None,
        }
    }

    /// The same refusal with the part that only its code has.
    pub(crate) fn with_result(mut self, name: &'static str, result: Value) -> Self {
        self.result = Some(Box::new((name, result)));
        self
    }

    /// The same refusal, saying first which part of a request it is about.
    pub(crate) fn about(mut self, part: &str) -> Self {
        self.message = format!("{part}: {}", self.message);
        self
    }

    /// The resource does not exist (docs/salesforce/rest.md#errors).
    pub(crate) fn not_found() -> Self {
        Self::new(404, "NOT_FOUND", "The requested resource does not exist")
    }

    /// An id that points to nothing, or to nothing of the right kind.
    pub(crate) fn cross_reference(field: &str) -> Self {
        Self::save(
            "INVALID_CROSS_REFERENCE_KEY",
            "invalid cross reference id",
            &[field],
        )
    }

    /// As an entry of REST's error array.
    pub(crate) fn to_json(&self) -> Value {
        let mut entry = json!({ "message": self.message, "errorCode": self.code });
        if let Some(fields) = &self.fields {
            entry["fields"] = json!(fields);
        }
        if let Some(result) = &self.result {
            entry[result.0] = result.1.clone();
        }
        entry
    }

    /// Shows an entry of a collection's `errors`, where the code is called `statusCode`
    /// (docs/salesforce/rest.md#collections).
    pub(crate) fn to_row_json(&self) -> Value {
        json!({
            "statusCode": self.code,
            "message": self.message,
            "fields": self.fields.clone().unwrap_or_default(),
        })
    }
}

impl From<rusqlite::Error> for Refusal {
    /// The store failed: ours to mend, but the client must hear something it understands.
    fn from(error: rusqlite::Error) -> Self {
        Self::new(
            500,
            "UNKNOWN_EXCEPTION",
            format!("the practice org's store failed: {error}"),
        )
    }
}
