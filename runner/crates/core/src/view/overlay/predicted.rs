//! What the view says of one object or record: what alters it, what takes it away, what opens it, and
//! which step without a plan may still write it.

use serde_json::json;

use crate::view::overlay::{Reading, Row, id_field, unknown_field};
use crate::view::{Cloud, Predicted, Prediction};
use usher_contract::change::Certainty;
use usher_contract::id;
use usher_contract::operation::Field;
use usher_contract::value::{Scalar, Token};

/// What a change or an effect does to fields of one record.
pub(super) struct Alteration<'a> {
    prediction: &'a Prediction,
    pub(super) id: &'a Scalar,
    pub(super) fields: &'a [Field],
}

impl Alteration<'_> {
    /// What is only possible makes another value unknown.
    pub(super) fn apply(&self, row: &mut Row) {
        let possible = self.prediction.certainty == Certainty::Possible;
        for field in self.fields {
            let present = row.fields.get(&field.name).and_then(Scalar::from_json);
            if !possible {
                row.unsure.remove(&field.name);
                row.fields.insert(field.name.clone(), field.value.to_json());
            } else if !present
                .is_some_and(|present| present.is_as_wanted(&field.name, &field.value))
            {
                let unknown = json!({ "$ref": unknown_field(self.prediction, &field.name) });
                row.fields.insert(field.name.clone(), unknown);
                let token = self.prediction.token.clone();
                row.unsure.insert(field.name.clone(), token);
            }
        }
    }
}

impl Reading<'_> {
    pub(super) fn alterations(&self, object: &str) -> impl Iterator<Item = Alteration<'_>> {
        self.view
            .predictions
            .iter()
            .filter_map(move |prediction| match &prediction.what {
                Predicted::Alters {
                    object: altered,
                    id,
                    fields,
                } if altered.eq_ignore_ascii_case(object) => Some(Alteration {
                    prediction,
                    id,
                    fields,
                }),
                _ => None,
            })
    }

    pub(super) fn alters(&self, object: &str, id: &Scalar, field: &str) -> bool {
        self.alterations(object).any(|alteration| {
            alteration.id.is_same_id(id) && alteration.fields.iter().any(|f| f.name == field)
        })
    }

    /// Whether an alteration can bring a record into the answer: it sets what a condition compares, or
    /// the reference that the compared path begins with.
    pub(super) fn compares(&self, alteration: &Alteration<'_>) -> bool {
        let mut compared = self.lookup.conditions.iter().map(|condition| {
            let field = condition.field.as_str();
            match field.split_once('.') {
                Some((parent, _)) => id_field(&[parent]),
                None => field.to_owned(),
            }
        });
        compared.any(|compared| {
            let mut fields = alteration.fields.iter();
            fields.any(|field| field.name.eq_ignore_ascii_case(&compared))
        })
    }

    pub(super) fn is_altered(&self, id: &Scalar) -> bool {
        self.view.predictions.iter().any(|prediction| {
            matches!(&prediction.what,
                Predicted::Alters { id: altered, .. } | Predicted::Disappears { id: altered, .. }
                    if altered.is_same_id(id))
        })
    }

    pub(super) fn disappears(&self, id: &Scalar) -> bool {
        self.view.predictions.iter().any(|prediction| {
            prediction.certainty != Certainty::Possible && takes_away(prediction, id)
        })
    }

    /// The token of what may take the record away, and may not.
    pub(super) fn may_disappear(&self, id: &Scalar) -> Option<&Token> {
        let mut possible = self.view.predictions.iter().filter(|prediction| {
            prediction.certainty == Certainty::Possible && takes_away(prediction, id)
        });
        possible.next().map(|prediction| &prediction.token)
    }

    /// Whether the object will be there. What is only possibly opened hangs on the org's answer.
    pub(super) fn is_opened(&self, name: &str) -> bool {
        self.view.predictions.iter().any(|prediction| {
            prediction.certainty != Certainty::Possible
                && matches!(&prediction.what, Predicted::Opens { objects, .. }
                    if objects.iter().any(|object| object.eq_ignore_ascii_case(name)))
        })
    }

    /// The token of a step without a plan that may write the object.
    pub(super) fn cloud_over(&self, object: &str) -> Option<&Token> {
        let mut clouds = self.view.clouds.iter();
        clouds
            .find(|cloud| cloud.has_object(object))
            .map(Cloud::token)
    }

    /// The same for the object of a record. A prefix that nobody knows may be of any custom object.
    pub(super) fn cloud_over_record(&self, id: &Scalar) -> Option<(&Token, &str)> {
        let object = match id {
            Scalar::Text(text) => id::object_of(text),
            _ => self.view.object_of(id.token()?),
        };
        match object {
            Some(object) => Some((self.cloud_over(object)?, object)),
            None => {
                let mut clouds = self.view.clouds.iter();
                let cloud = clouds.find(|cloud| cloud.has_custom_object())?;
                Some((cloud.token(), "a custom object"))
            }
        }
    }

    pub(super) fn opened_fields(&self) -> Vec<(String, Scalar)> {
        let opened = self
            .view
            .predictions
            .iter()
            .filter(|prediction| prediction.certainty != Certainty::Possible)
            .filter_map(|prediction| match &prediction.what {
                Predicted::Opens { fields, .. } => Some(fields),
                _ => None,
            });
        opened
            .flatten()
            .filter(|field| field.object.eq_ignore_ascii_case(&self.lookup.object))
            .map(|field| (field.field.clone(), field.initial.clone()))
            .collect()
    }
}

fn takes_away(prediction: &Prediction, id: &Scalar) -> bool {
    matches!(&prediction.what, Predicted::Disappears { id: gone, .. } if gone.is_same_id(id))
}
