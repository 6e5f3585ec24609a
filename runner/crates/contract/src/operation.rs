//! The operations that Usher can send, as data. Each kind has a file of its own with all that the contract knows of it.
//! Mirrors `wit/step.wit`, interface `types`. The engine carries them out.

mod components;
mod options;
mod record;
pub(crate) mod references;
mod request;
mod settings;
mod wait;

use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::manifest::Against;
use crate::operation::references::{changing, reading};
use crate::value::{Reference, Scalar};

pub use crate::probe::{
    Check, ComponentName, Condition, Expectation, Field, Finding, Lookup, Probe, ResourcePath,
    in_words,
};
pub use components::{Component, DeployComponents, content};
pub use record::{ALLOW_DUPLICATES, CreateRecord, DeleteRecord, Key, USE_DUPLICATE, UpdateRecord};
pub use request::{Method, Repetition, RestRequest};
pub use settings::ConfigureSettings;
pub use wait::WaitOnly;

/// The only things Usher can send.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    Create(CreateRecord),
    Update(UpdateRecord),
    Delete(DeleteRecord),
    Configure(ConfigureSettings),
    Deploy(DeployComponents),
    Request(RestRequest),
    /// Skipping its field makes it `"wait-only"`, as in every journal.
    WaitOnly(#[serde(skip)] WaitOnly),
}

/// The facts that every kind of operation gives about itself.
pub(crate) trait OperationKind {
    /// The verb that a person reads and a grant names.
    fn verb(&self) -> &'static str;
    /// Visits everything that may refer to a later value.
    fn references(&self, to: &mut dyn reading::Visitor);
    /// Visits the same to change it.
    fn references_mut(&mut self, to: &mut dyn changing::Visitor);
    /// Checks names and values, and tidies texts for people.
    fn form(&mut self) -> Result<(), Fault>;
    /// Checks that it can be carried out, and tidies JSON. `is_awaited`: the change waits for something.
    fn check(&mut self, is_awaited: bool) -> Result<(), Fault>;
    /// Compares what it writes with what a manifest declares.
    fn declared(&self, against: &mut Against<'_>);
    /// The probe that Usher looks at when the answer was lost, if the plugin gives one.
    fn look(&self) -> Option<&Probe> {
        None
    }
    /// The fields that it sets.
    fn fields(&self) -> &[Field] {
        &[]
    }
    /// The id of the record that it changes.
    fn record(&self) -> Option<&Scalar> {
        None
    }
    /// The target: the id of a record, the segments of a path.
    fn target(&self) -> Vec<&Scalar> {
        self.record().into_iter().collect()
    }
    /// The object and the options that it shares with all in one request; `None` when it is sent alone.
    fn collection(&self) -> Option<(&str, &[Field])> {
        None
    }
    /// Says that the id of what it makes is bound even if the plugin does not ask for it.
    fn binds_id(&self) -> bool {
        false
    }
    /// Says that Usher can restore what was there before.
    fn is_restorable(&self) -> bool {
        true
    }
    /// Says that the operation sends a request.
    fn is_sent(&self) -> bool {
        true
    }
}

/// A kind of operation.
pub trait OfKind: Into<Operation> {
    /// The operation, when it is of this kind.
    fn of(operation: &Operation) -> Option<&Self>;
    /// The same, mutable.
    fn of_mut(operation: &mut Operation) -> Option<&mut Self>;
}

/// Converts between an operation and its kinds.
macro_rules! kinds {
    ($($variant:ident($kind:ty),)*) => {
        $(
            impl From<$kind> for Operation {
                fn from(kind: $kind) -> Self {
                    Self::$variant(kind)
                }
            }

            impl OfKind for $kind {
                fn of(operation: &Operation) -> Option<&Self> {
                    match operation {
                        Operation::$variant(kind) => Some(kind),
                        _ => None,
                    }
                }

                fn of_mut(operation: &mut Operation) -> Option<&mut Self> {
                    match operation {
                        Operation::$variant(kind) => Some(kind),
                        _ => None,
                    }
                }
            }
        )*

        impl Operation {
            pub(crate) fn kind(&self) -> &dyn OperationKind {
                match self {
                    $(Self::$variant(kind) => kind,)*
                }
            }

            pub(crate) fn kind_mut(&mut self) -> &mut dyn OperationKind {
                match self {
                    $(Self::$variant(kind) => kind,)*
                }
            }
        }
    };
}

kinds! {
    Create(CreateRecord),
    Update(UpdateRecord),
    Delete(DeleteRecord),
    Configure(ConfigureSettings),
    Deploy(DeployComponents),
    Request(RestRequest),
    WaitOnly(WaitOnly),
}

impl Operation {
    /// The operation as one of kind `K`; `None` when it is of another kind.
    pub fn of<K: OfKind>(&self) -> Option<&K> {
        K::of(self)
    }

    /// The same, mutable.
    pub fn of_mut<K: OfKind>(&mut self) -> Option<&mut K> {
        K::of_mut(self)
    }

    /// The verb that a person reads and a grant names.
    pub fn verb(&self) -> &'static str {
        self.kind().verb()
    }

    /// The fields that it sets.
    pub fn fields(&self) -> &[Field] {
        self.kind().fields()
    }

    /// The id of the record that it changes.
    pub fn record(&self) -> Option<&Scalar> {
        self.kind().record()
    }

    /// The references in its target: the id of a record, the segments of a path.
    pub(crate) fn target_references(&self) -> Vec<&Reference> {
        let target = self.kind().target().into_iter();
        target.flat_map(Scalar::references).collect()
    }

    /// The object and the options that it shares with all in one request; `None` when it is sent alone.
    pub fn collection(&self) -> Option<(&str, &[Field])> {
        self.kind().collection()
    }

    /// Says that the id of what it makes is bound even if the plugin does not ask for it.
    pub fn binds_id(&self) -> bool {
        self.kind().binds_id()
    }

    /// Says that the operation sends a request.
    pub fn is_sent(&self) -> bool {
        self.kind().is_sent()
    }
}

#[cfg(test)]
mod tests;
