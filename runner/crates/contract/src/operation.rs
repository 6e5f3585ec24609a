//! What Usher can send: the operations of the contract as data, each kind in a file of its own with all that
//! the contract knows of it. Mirrors `wit/step.wit`, interface `types`; says nothing of how they are carried out.

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
pub use record::{ALLOW_DUPLICATES, CreateRecord, DeleteRecord, Key, UpdateRecord};
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

/// What every kind of operation says of itself.
pub(crate) trait OperationKind {
    /// The verb a person reads and a grant names.
    fn verb(&self) -> &'static str;
    /// Visits everything that may refer to a value of later.
    fn references(&self, to: &mut dyn reading::Visitor);
    /// Visits the same in order to change it.
    fn references_mut(&mut self, to: &mut dyn changing::Visitor);
    /// Checks names and values, and tidies texts for people.
    fn form(&mut self) -> Result<(), Fault>;
    /// Checks that it can be carried out, and tidies JSON. `is_awaited`: the change waits for something.
    fn check(&mut self, is_awaited: bool) -> Result<(), Fault>;
    /// Compares what it writes with what a manifest declares.
    fn declared(&self, against: &mut Against<'_>);
    /// What Usher looks at when the answer was lost, if the plugin says so.
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
    /// The object and the options that it shares with all in one request; none when it goes alone.
    fn collection(&self) -> Option<(&str, &[Field])> {
        None
    }
    /// Says that the id of what it makes is bound without being asked for.
    fn binds_id(&self) -> bool {
        false
    }
    /// Says that Usher can restore what was there before.
    fn is_restorable(&self) -> bool {
        true
    }
    /// Says that something is sent at all.
    fn is_sent(&self) -> bool {
        true
    }
}

/// A kind of operation.
pub trait OfKind: Into<Operation> {
    /// The operation, when it is of this kind.
    fn of(operation: &Operation) -> Option<&Self>;
    /// The same, to be changed.
    fn of_mut(operation: &mut Operation) -> Option<&mut Self>;
}

/// Makes an operation of each kind, and back.
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
    /// The operation as one of kind `K`; none when it is of another kind.
    pub fn of<K: OfKind>(&self) -> Option<&K> {
        K::of(self)
    }

    /// The same, to be changed.
    pub fn of_mut<K: OfKind>(&mut self) -> Option<&mut K> {
        K::of_mut(self)
    }

    /// The verb a person reads and a grant names.
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

    /// The references in what it goes to: the id of a record, the segments of a path.
    pub(crate) fn target_references(&self) -> Vec<&Reference> {
        let target = self.kind().target().into_iter();
        target.flat_map(Scalar::references).collect()
    }

    /// The object and the options that it shares with all in one request; none when it goes alone.
    pub fn collection(&self) -> Option<(&str, &[Field])> {
        self.kind().collection()
    }

    /// Says that the id of what it makes is bound without being asked for.
    pub fn binds_id(&self) -> bool {
        self.kind().binds_id()
    }

    /// Says that something is sent at all.
    pub fn is_sent(&self) -> bool {
        self.kind().is_sent()
    }
}

#[cfg(test)]
mod tests;
