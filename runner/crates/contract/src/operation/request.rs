//! REST requests: the escape hatch.

use serde::{Deserialize, Serialize};

use crate::answer::json;
use crate::fault::Fault;
use crate::form;
use crate::manifest::Against;
use crate::operation::{OperationKind, references::refers};
use crate::probe::{Probe, ResourcePath};
use crate::value::Scalar;

/// HTTP method of the escape hatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// The method of that name, written as in a request line.
    pub fn of_name(name: &str) -> Option<Self> {
        let all = [Self::Post, Self::Put, Self::Patch, Self::Delete];
        all.into_iter().find(|method| method.name() == name)
    }

    /// As in a request line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// The thing to do when the answer to a request was lost.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repetition {
    Safe,
    Look { look: Probe, enforced: bool },
    Never,
}

/// A REST request: the escape hatch.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RestRequest {
    pub method: Method,
    pub path: ResourcePath,
    pub body: Option<String>,
    pub repetition: Repetition,
}

impl OperationKind for RestRequest {
    fn verb(&self) -> &'static str {
        "request"
    }

    refers!(to, Self { path, body, repetition, .. } => {
        to.resource(path);
        if let Some(body) = body {
            to.json(body);
        }
        if let Repetition::Look { look, .. } = repetition {
            to.probe(look);
        }
    });

    fn form(&mut self) -> Result<(), Fault> {
        form::resource_path(&self.path)?;
        match &self.repetition {
            Repetition::Look { look, .. } => form::probe(look),
            Repetition::Safe | Repetition::Never => Ok(()),
        }
    }

    fn check(&mut self, _is_awaited: bool) -> Result<(), Fault> {
        match &mut self.body {
            Some(body) => json::tidy_text("request body", body).map(drop),
            None => Ok(()),
        }
    }

    fn declared(&self, against: &mut Against<'_>) {
        against.request(self.method.name(), &self.path);
    }

    fn target(&self) -> Vec<&Scalar> {
        self.path.segments.iter().collect()
    }

    fn look(&self) -> Option<&Probe> {
        match &self.repetition {
            Repetition::Look { look, .. } => Some(look),
            Repetition::Safe | Repetition::Never => None,
        }
    }

    /// Only its author knows what a request did.
    fn is_restorable(&self) -> bool {
        false
    }
}
