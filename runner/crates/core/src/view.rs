//! The view: how the org will be when everything planned so far has been done.
//!
//! Reads of a plugin are answered from here. The view asks for what it needs of the real org as
//! data ([`Progress::Ask`]) and is asked again once that is in the [`Snapshot`]; it never reads
//! anything itself. Rules: `paper-run.md` §1.1.

mod overlay;
mod snapshot;

use crate::change::{Certainty, Consequence, OpenedField, StepPlan};
use crate::operation::{Field, Lookup, Operation};
use crate::read::{ReadError, Record};
use crate::value::{Reference, Scalar, Token};

pub use overlay::holds;
pub use snapshot::Snapshot;

/// Something that will be so.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Predicted {
    /// A record comes to be. `id` is a token until it exists.
    Appears {
        object: String,
        id: Scalar,
        fields: Vec<Field>,
    },
    Alters {
        object: String,
        id: Scalar,
        fields: Vec<Field>,
    },
    Disappears {
        object: String,
        id: Scalar,
    },
    Configures {
        settings: String,
        fields: Vec<Field>,
    },
    Opens {
        objects: Vec<String>,
        fields: Vec<OpenedField>,
    },
    /// Components are deployed; what that does to reads is not known.
    Deploys,
    /// A REST request acts; what it does is told by effects.
    Requests,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Prediction {
    certainty: Certainty,
    /// What an answer that hangs on this waits for.
    token: Token,
    what: Predicted,
}

/// Either the answer, or what must be read of the real org first.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress<T> {
    /// Read these, put them into the snapshot, ask again. Never empty, never asked for twice.
    Ask(Vec<Lookup>),
    Answer(T),
}

/// The org with everything planned so far laid over it.
#[derive(Clone, Debug, Default)]
pub struct View {
    predictions: Vec<Prediction>,
    /// Objects that a step which could not be planned yet may write: reads of them are pending.
    clouded: Vec<(String, Token)>,
}

impl View {
    /// Lays a plan over the view. Its references must be global ([`StepPlan::globalise`]).
    pub fn add(&mut self, scope: &str, plan: &StepPlan) {
        for change in &plan.changes {
            let token = crate::change::token(scope, &change.address, "id");
            let what = match change.operation.clone() {
                Operation::Create { object, fields, .. } => Predicted::Appears {
                    object,
                    id: Scalar::Reference(Reference::Given(token.clone())),
                    fields,
                },
                Operation::Update {
                    object, id, fields, ..
                } => Predicted::Alters { object, id, fields },
                Operation::Delete { object, id } => Predicted::Disappears { object, id },
                Operation::Configure { settings, fields } => {
                    Predicted::Configures { settings, fields }
                }
                Operation::Deploy { .. } => Predicted::Deploys,
                Operation::Request { .. } => Predicted::Requests,
                Operation::WaitOnly => continue,
            };
            self.predictions.push(Prediction {
                certainty: Certainty::Certain,
                token,
                what,
            });
        }
        for effect in &plan.effects {
            let token = crate::change::token(scope, &effect.address, "id");
            let what = match effect.consequence.clone() {
                Consequence::Appears {
                    object, fields, id, ..
                } => Predicted::Appears {
                    object,
                    id: match id {
                        Scalar::Nothing => Scalar::Reference(Reference::Given(token.clone())),
                        id => id,
                    },
                    fields,
                },
                Consequence::Alters { object, id, fields } => {
                    Predicted::Alters { object, id, fields }
                }
                Consequence::Disappears { object, id } => Predicted::Disappears { object, id },
                Consequence::Configures { settings, fields } => {
                    Predicted::Configures { settings, fields }
                }
                Consequence::Opens { objects, fields } => Predicted::Opens { objects, fields },
                Consequence::Takes { .. } | Consequence::Mails { .. } | Consequence::Other => {
                    continue;
                }
            };
            self.predictions.push(Prediction {
                certainty: effect.certainty,
                token,
                what,
            });
        }
    }

    /// Marks objects that a step without a plan may write: what is read of them hangs on `token`.
    pub fn cloud(&mut self, objects: impl IntoIterator<Item = String>, token: &Token) {
        self.clouded
            .extend(objects.into_iter().map(|object| (object, token.clone())));
    }

    /// The records that will meet `lookup`, ordered by id, planned ones last.
    ///
    /// # Errors
    ///
    /// As [`ReadError`]: pending when the answer hangs on what is only possible or not known.
    pub fn find(
        &self,
        lookup: &Lookup,
        seen: &Snapshot,
    ) -> Progress<Result<Vec<Record>, ReadError>> {
        overlay::find(self, lookup, seen)
    }

    /// Settings as they will be: `real` with everything planned on top.
    pub fn settings(&self, name: &str, mut real: Record) -> Record {
        for prediction in &self.predictions {
            if let Predicted::Configures { settings, fields } = &prediction.what
                && settings == name
            {
                for field in fields {
                    real.insert(field.name.clone(), field.value.to_json());
                }
            }
        }
        real
    }

    /// The token that a free query over `objects` hangs on, if anything planned touches one of them.
    pub fn touched(&self, objects: &[&str]) -> Option<&Token> {
        let named = |object: &str| objects.iter().any(|name| name.eq_ignore_ascii_case(object));
        let clouded = self
            .clouded
            .iter()
            .find(|(object, _)| named(object))
            .map(|(_, token)| token);
        clouded.or_else(|| {
            self.predictions
                .iter()
                .find(|prediction| match &prediction.what {
                    Predicted::Appears { object, .. }
                    | Predicted::Alters { object, .. }
                    | Predicted::Disappears { object, .. } => named(object),
                    Predicted::Opens { objects, .. } => objects.iter().any(|object| named(object)),
                    _ => false,
                })
                .map(|prediction| &prediction.token)
        })
    }

    /// The token that a refused read hangs on while earlier changes configure the org, if any do.
    pub fn configuring(&self) -> Option<&Token> {
        self.predictions
            .iter()
            .find(|prediction| {
                matches!(
                    prediction.what,
                    Predicted::Configures { .. } | Predicted::Deploys | Predicted::Opens { .. }
                )
            })
            .map(|prediction| &prediction.token)
    }

    /// The object of the record that `token` is the id of, if an earlier plan makes it.
    pub fn object_of(&self, token: &Token) -> Option<&str> {
        self.predictions
            .iter()
            .find_map(|prediction| match &prediction.what {
                Predicted::Appears { object, id, .. } if id.token() == Some(token) => {
                    Some(object.as_str())
                }
                _ => None,
            })
    }
}

#[cfg(test)]
mod tests;
