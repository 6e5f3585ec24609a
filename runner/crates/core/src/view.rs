//! The view: how the org will be when everything planned so far has been done.
//!
//! Reads of a plugin are answered from here. The view asks for what it needs of the real org as
//! data ([`Progress::Ask`]) and is asked again once that is in the [`Snapshot`]; it never reads
//! anything itself. Rules: `paper-run.md` §1.1.

mod cloud;
mod overlay;
mod snapshot;

use std::collections::BTreeMap;

use usher_contract::change::{Certainty, Consequence, OpenedField, StepPlan};
use usher_contract::operation::{Field, Lookup, Operation, ResourcePath};
use usher_contract::read::{ReadError, Record};
use usher_contract::value::{Reference, Scalar, Token};

pub use cloud::Cloud;
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
    /// Components are deployed; what that does to records is told by effects.
    Deploys,
    /// A REST request acts; what that does to records is told by effects. Segments, `*` for one that is
    /// not known yet.
    Requests(Vec<String>),
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
    /// What steps that could not be planned yet may write: reads of that are pending.
    clouds: Vec<Cloud>,
}

impl View {
    /// Lays a plan over the view. Its references must be global ([`StepPlan::globalise`]).
    pub fn add(&mut self, scope: &str, plan: &StepPlan) {
        for change in &plan.changes {
            let token = usher_contract::change::token(scope, &change.address, "id");
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
                Operation::Request { path, .. } => Predicted::Requests(segments(&path)),
                Operation::WaitOnly => continue,
            };
            self.predictions.push(Prediction {
                certainty: Certainty::Certain,
                token,
                what,
            });
        }
        for effect in &plan.effects {
            let token = usher_contract::change::token(scope, &effect.address, "id");
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

    /// Lays what a step without a plan may write over the view.
    pub fn cloud(&mut self, cloud: Cloud) {
        self.clouds.push(cloud);
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
    ///
    /// # Errors
    ///
    /// Pending: a step without a plan may configure them, or a change of one of their fields is only
    /// possible.
    pub fn settings(&self, name: &str, mut real: Record) -> Result<Record, ReadError> {
        if let Some(cloud) = self.clouds.iter().find(|cloud| cloud.has_settings(name)) {
            return Err(ReadError::Pending {
                token: cloud.token().clone(),
                reason: format!("an earlier step may still configure `{name}`"),
            });
        }
        let mut possible: BTreeMap<&str, &Token> = BTreeMap::new();
        for prediction in &self.predictions {
            let Predicted::Configures { settings, fields } = &prediction.what else {
                continue;
            };
            if settings != name {
                continue;
            }
            for field in fields {
                let value = field.value.to_json();
                match prediction.certainty {
                    Certainty::Certain | Certainty::Likely => {
                        possible.remove(field.name.as_str());
                        real.insert(field.name.clone(), value);
                    }
                    Certainty::Possible if real.get(&field.name) == Some(&value) => {}
                    Certainty::Possible => {
                        possible.insert(&field.name, &prediction.token);
                    }
                }
            }
        }
        match possible.first_key_value() {
            None => Ok(real),
            Some((field, token)) => Err(ReadError::Pending {
                token: (*token).clone(),
                reason: format!("`{name}.{field}` may or may not be set by then"),
            }),
        }
    }

    /// The token that the answer of a resource hangs on, if an earlier change or a step without a plan
    /// may touch it. `path`: segments.
    pub fn touched_resource(&self, path: &[String]) -> Option<&Token> {
        if let [root, object, ..] = path
            && root.eq_ignore_ascii_case("sobjects")
            && let Some(token) = self.touched(&[object])
        {
            return Some(token);
        }
        let cloud = self.clouds.iter().find(|cloud| cloud.has_resource(path));
        cloud.map(Cloud::token).or_else(|| {
            self.token_of(|what| match what {
                Predicted::Requests(acting) => cloud::overlap(acting, path),
                _ => false,
            })
        })
    }

    /// The token that a free query over `objects` hangs on, if anything planned touches one of them.
    pub fn touched(&self, objects: &[&str]) -> Option<&Token> {
        let named = |object: &str| objects.iter().any(|name| name.eq_ignore_ascii_case(object));
        let cloud = self
            .clouds
            .iter()
            .find(|cloud| objects.iter().any(|object| cloud.has_object(object)));
        cloud.map(Cloud::token).or_else(|| {
            self.token_of(|what| match what {
                Predicted::Appears { object, .. }
                | Predicted::Alters { object, .. }
                | Predicted::Disappears { object, .. } => named(object),
                Predicted::Opens { objects, .. } => objects.iter().any(|object| named(object)),
                _ => false,
            })
        })
    }

    /// The token that a refused read hangs on while earlier changes configure the org, if any do.
    pub fn configuring(&self) -> Option<&Token> {
        let configures = |what: &Predicted| {
            matches!(
                what,
                Predicted::Configures { .. } | Predicted::Deploys | Predicted::Opens { .. }
            )
        };
        let cloud = self.clouds.iter().find(|cloud| cloud.configures());
        self.token_of(configures).or(cloud.map(Cloud::token))
    }

    fn token_of(&self, wanted: impl Fn(&Predicted) -> bool) -> Option<&Token> {
        let found = self
            .predictions
            .iter()
            .find(|prediction| wanted(&prediction.what));
        found.map(|prediction| &prediction.token)
    }

    /// The fields of `object` that come to be.
    pub fn opened_fields(&self, object: &str) -> impl Iterator<Item = &str> {
        let opened = self.predictions.iter();
        opened
            .filter_map(|prediction| match &prediction.what {
                Predicted::Opens { fields, .. } => Some(fields),
                _ => None,
            })
            .flatten()
            .filter(move |field| field.object.eq_ignore_ascii_case(object))
            .map(|field| field.field.as_str())
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

fn segments(path: &ResourcePath) -> Vec<String> {
    let segments = path.segments.iter().map(|segment| match segment {
        Scalar::Text(text) | Scalar::Number(text) | Scalar::Date(text) | Scalar::DateTime(text) => {
            text.clone()
        }
        _ => "*".to_owned(),
    });
    segments.collect()
}

#[cfg(test)]
mod tests;
