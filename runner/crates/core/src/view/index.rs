//! Finds predictions by object, by record, by value and by token. Places are positions in the list of predictions.
//! Names of objects and fields are folded.
//!
//! An index may name too many places, never too few: every caller checks each prediction.

mod column;
mod object;

use std::collections::HashMap;

use usher_contract::name::fold;
use usher_contract::value::{Scalar, Token};
use usher_contract::values::key;

use crate::view::prediction::{Predicted, Prediction};

pub(super) use object::ObjectIndex;

/// Everything by which predictions are looked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    objects: HashMap<String, ObjectIndex>,
    /// The object of the record that a token is the id of.
    by_token: HashMap<Token, String>,
    /// Predictions that alter a record, whatever its object, by the key of its id.
    altering: HashMap<String, Vec<usize>>,
    /// Predictions that remove a record, by the key of its id.
    removing: HashMap<String, Vec<usize>>,
    /// Objects of which some record gets another value in a field, by field.
    altered_fields: HashMap<String, Vec<String>>,
    settings: HashMap<String, Vec<usize>>,
    pub(super) deploying: Vec<usize>,
    pub(super) requesting: Vec<usize>,
    /// The first prediction that configures the org, deploys components or opens objects.
    pub(super) configuring: Option<usize>,
    /// Says whether any record appears, alters or disappears.
    pub(super) has_records: bool,
}

impl Index {
    /// Takes in `new` predictions, the first of which is at `place`.
    pub(super) fn add(&mut self, place: usize, new: &[Prediction]) {
        // All records of a plan first, so that a reference to one of them is known to be one.
        for prediction in new {
            if let Predicted::Appears { object, id, .. } = &prediction.what
                && let Some(token) = id.token()
                && !self.by_token.contains_key(token)
            {
                self.by_token.insert(token.clone(), object.clone());
            }
        }
        for (offset, prediction) in new.iter().enumerate() {
            self.add_one(place + offset, prediction);
        }
    }

    fn add_one(&mut self, place: usize, prediction: &Prediction) {
        match &prediction.what {
            Predicted::Appears { object, id, fields } => {
                self.has_records = true;
                let by_token = &self.by_token;
                let is_fresh = |value: &Scalar| is_fresh(by_token, value);
                let of_object = self.objects.entry(fold(object)).or_default();
                of_object.appears(place, id, fields, &is_fresh);
            }
            Predicted::Alters { object, id, fields } => {
                self.has_records = true;
                self.altering.entry(id_key(id)).or_default().push(place);
                let object = fold(object);
                for field in fields {
                    let objects = self.altered_fields.entry(fold(&field.name)).or_default();
                    if !objects.contains(&object) {
                        objects.push(object.clone());
                    }
                }
                let by_token = &self.by_token;
                let is_fresh = |value: &Scalar| is_fresh(by_token, value);
                let of_object = self.objects.entry(object).or_default();
                of_object.alters(place, prediction.certainty, id, fields, &is_fresh);
            }
            Predicted::Disappears { object, id } => {
                self.has_records = true;
                self.removing.entry(id_key(id)).or_default().push(place);
                let of_object = self.objects.entry(fold(object)).or_default();
                of_object.disappears(place);
            }
            Predicted::Opens { objects, fields } => {
                self.configuring.get_or_insert(place);
                for object in objects {
                    let of_object = self.objects.entry(fold(object)).or_default();
                    of_object.opens(place, prediction.certainty);
                }
                for field in fields {
                    let of_object = self.objects.entry(fold(&field.object)).or_default();
                    of_object.opens_field(place, prediction.certainty, field);
                }
            }
            Predicted::Configures { settings, .. } => {
                self.configuring.get_or_insert(place);
                self.settings.entry(fold(settings)).or_default().push(place);
            }
            Predicted::Deploys { .. } => {
                self.configuring.get_or_insert(place);
                self.deploying.push(place);
            }
            Predicted::Requests(_) => self.requesting.push(place),
        }
    }

    /// Returns the predictions about the records of an object.
    pub(super) fn object(&self, object: &str) -> Option<&ObjectIndex> {
        self.objects.get(&fold(object))
    }

    pub(super) fn object_of(&self, token: &Token) -> Option<&str> {
        self.by_token.get(token).map(String::as_str)
    }

    /// Says whether the value is the id of a record that does not exist yet.
    pub(super) fn is_fresh(&self, value: &Scalar) -> bool {
        is_fresh(&self.by_token, value)
    }

    pub(super) fn altering(&self, id: &Scalar) -> &[usize] {
        places(&self.altering, id)
    }

    pub(super) fn removing(&self, id: &Scalar) -> &[usize] {
        places(&self.removing, id)
    }

    /// Objects, folded, of which some record gets another value in a field of that name.
    pub(super) fn altered_in(&self, field: &str) -> &[String] {
        let objects = self.altered_fields.get(&fold(field));
        objects.map_or(&[], Vec::as_slice)
    }

    pub(super) fn settings(&self, name: &str) -> &[usize] {
        self.settings.get(&fold(name)).map_or(&[], Vec::as_slice)
    }
}

fn is_fresh(by_token: &HashMap<Token, String>, value: &Scalar) -> bool {
    value
        .token()
        .is_some_and(|token| by_token.contains_key(token))
}

/// The key of a record's id. Ids that cannot be compared share one.
fn id_key(id: &Scalar) -> String {
    key(id).unwrap_or_default()
}

fn places<'a>(by_id: &'a HashMap<String, Vec<usize>>, id: &Scalar) -> &'a [usize] {
    by_id.get(&id_key(id)).map_or(&[], Vec::as_slice)
}
