//! Finds predictions by object, by record, by value and by token. Places are positions in the list of predictions.
//! Names of objects and fields are folded.
//!
//! An index may name too many places, never too few: every caller checks each prediction.

mod column;
mod object;

use std::collections::HashMap;
use std::sync::Arc;

use usher_contract::name::fold;
use usher_contract::value::{Scalar, Token};
use usher_contract::values::key;

use crate::view::prediction::{Predicted, Prediction};

pub(super) use object::ObjectIndex;

/// Everything by which predictions are looked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    objects: HashMap<String, ObjectIndex>,
    /// The object of the record that a token is the id of, and the place of the prediction that makes it.
    by_token: HashMap<Token, (String, usize)>,
    /// Predictions that alter a record, whatever its object, by the key of its id.
    altering: HashMap<String, Vec<usize>>,
    /// Predictions that remove a record, by the key of its id.
    removing: HashMap<String, Vec<usize>>,
    /// Objects of which some record gets another value in a field, by field.
    altered_fields: HashMap<String, AlteredField>,
    settings: HashMap<String, Vec<usize>>,
    pub(super) deploying: Vec<usize>,
    pub(super) requesting: Vec<usize>,
    /// The first prediction that configures the org, deploys components or opens objects.
    pub(super) configuring: Option<usize>,
    /// The last one of these.
    pub(super) last_configuring: Option<usize>,
    /// The last prediction that removes a record.
    pub(super) last_removing: Option<usize>,
    /// Says whether any record appears, alters or disappears.
    pub(super) has_records: bool,
}

/// The parts of an index that say when something was laid over the view last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lasts {
    configuring: Option<usize>,
    last_configuring: Option<usize>,
    last_removing: Option<usize>,
    has_records: bool,
}

/// A field of which some record gets another value.
#[derive(Clone, Debug, Default)]
struct AlteredField {
    objects: Vec<String>,
    /// The last prediction that alters it in a record that its own plan does not make.
    last: Option<usize>,
}

impl Index {
    /// Takes in `new` predictions, the first of which is at `place`.
    pub(super) fn add(&mut self, place: usize, new: &[Prediction]) {
        // All records of a plan first, so that a reference to one of them is known to be one.
        for (offset, prediction) in new.iter().enumerate() {
            if let Predicted::Appears { object, id, .. } = &prediction.what
                && let Some(token) = id.token()
                && !self.by_token.contains_key(token)
            {
                self.by_token
                    .insert(token.clone(), (object.clone(), place + offset));
            }
        }
        for (offset, prediction) in new.iter().enumerate() {
            self.add_one(place, place + offset, prediction);
        }
    }

    /// `first`: the place of the first prediction of its plan.
    fn add_one(&mut self, first: usize, place: usize, prediction: &Prediction) {
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
                let is_own = id.token().is_some_and(|token| {
                    let made = self.by_token.get(token);
                    made.is_some_and(|(_, place)| *place >= first)
                });
                for field in fields {
                    let altered = self.altered_fields.entry(fold(&field.name)).or_default();
                    if !altered.objects.contains(&object) {
                        altered.objects.push(object.clone());
                    }
                    if !is_own {
                        altered.last = Some(place);
                    }
                }
                let by_token = &self.by_token;
                let is_fresh = |value: &Scalar| is_fresh(by_token, value);
                let of_object = self.objects.entry(object).or_default();
                of_object.alters(place, prediction.certainty, id, fields, &is_fresh);
                if !is_own {
                    of_object.changes_what_is_there(place);
                }
            }
            Predicted::Disappears { object, id } => {
                self.has_records = true;
                self.removing.entry(id_key(id)).or_default().push(place);
                let of_object = self.objects.entry(fold(object)).or_default();
                of_object.disappears(place);
                of_object.changes_what_is_there(place);
                self.last_removing = Some(place);
            }
            Predicted::Opens { objects, fields } => {
                self.configures(place);
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
                self.configures(place);
                self.settings.entry(fold(settings)).or_default().push(place);
            }
            Predicted::Deploys { .. } => {
                self.configures(place);
                self.deploying.push(place);
            }
            Predicted::Requests(_) => self.requesting.push(place),
        }
    }

    /// Takes back the last predictions, the first of which is at `place`.
    pub(super) fn take_back(&mut self, place: usize, last: &[Arc<Prediction>]) {
        for (offset, prediction) in last.iter().enumerate().rev() {
            self.take_one_back(place + offset, prediction);
        }
        // A reference to a record is known to be one until everything that may refer to it is gone.
        for (offset, prediction) in last.iter().enumerate() {
            if let Predicted::Appears { id, .. } = &prediction.what
                && let Some(token) = id.token()
            {
                let made = self.by_token.get(token);
                if made.is_some_and(|(_, at)| *at == place + offset) {
                    self.by_token.remove(token);
                }
            }
        }
    }

    fn take_one_back(&mut self, place: usize, prediction: &Prediction) {
        let by_token = &self.by_token;
        let is_fresh = |value: &Scalar| is_fresh(by_token, value);
        match &prediction.what {
            Predicted::Appears { object, id, fields } => {
                if let Some(of_object) = self.objects.get_mut(&fold(object)) {
                    of_object.appears_not(place, id, fields, &is_fresh);
                }
            }
            Predicted::Alters { object, id, fields } => {
                if let Some(of_object) = self.objects.get_mut(&fold(object)) {
                    of_object.alters_not(place, prediction.certainty, id, fields, &is_fresh);
                }
                take_back_at(&mut self.altering, &id_key(id), place);
            }
            Predicted::Disappears { object, id } => {
                if let Some(of_object) = self.objects.get_mut(&fold(object)) {
                    of_object.disappears_not(place);
                }
                take_back_at(&mut self.removing, &id_key(id), place);
            }
            Predicted::Opens { objects, fields } => {
                let named = fields.iter().map(|field| &field.object);
                for object in objects.iter().chain(named) {
                    if let Some(of_object) = self.objects.get_mut(&fold(object)) {
                        of_object.opens_not(place);
                    }
                }
            }
            Predicted::Configures { settings, .. } => {
                take_back_at(&mut self.settings, &fold(settings), place);
            }
            Predicted::Deploys { .. } => take_back(&mut self.deploying, place),
            Predicted::Requests(_) => take_back(&mut self.requesting, place),
        }
    }

    pub(super) fn lasts(&self) -> Lasts {
        Lasts {
            configuring: self.configuring,
            last_configuring: self.last_configuring,
            last_removing: self.last_removing,
            has_records: self.has_records,
        }
    }

    /// Puts back what was [`Self::lasts`] when the last predictions that are left were there.
    pub(super) fn put_back(&mut self, lasts: Lasts) {
        self.configuring = lasts.configuring;
        self.last_configuring = lasts.last_configuring;
        self.last_removing = lasts.last_removing;
        self.has_records = lasts.has_records;
    }

    fn configures(&mut self, place: usize) {
        self.configuring.get_or_insert(place);
        self.last_configuring = Some(place);
    }

    /// The last prediction that alters a field, folded, in a record that its own plan does not make.
    pub(super) fn last_altering(&self, field: &str) -> Option<usize> {
        self.altered_fields.get(field)?.last
    }

    /// Returns the predictions about the records of an object.
    pub(super) fn object(&self, object: &str) -> Option<&ObjectIndex> {
        self.objects.get(&fold(object))
    }

    pub(super) fn object_of(&self, token: &Token) -> Option<&str> {
        self.by_token.get(token).map(|(object, _)| object.as_str())
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
        objects.map_or(&[], |altered| altered.objects.as_slice())
    }

    pub(super) fn settings(&self, name: &str) -> &[usize] {
        self.settings.get(&fold(name)).map_or(&[], Vec::as_slice)
    }
}

fn is_fresh(by_token: &HashMap<Token, (String, usize)>, value: &Scalar) -> bool {
    value
        .token()
        .is_some_and(|token| by_token.contains_key(token))
}

/// Takes a place back that was added last, if it is this one.
fn take_back(places: &mut Vec<usize>, place: usize) {
    if places.last() == Some(&place) {
        places.pop();
    }
}

fn take_back_at(by_key: &mut HashMap<String, Vec<usize>>, key: &str, place: usize) {
    if let Some(places) = by_key.get_mut(key) {
        take_back(places, place);
        if places.is_empty() {
            by_key.remove(key);
        }
    }
}

/// The key of a record's id. Ids that cannot be compared share one.
fn id_key(id: &Scalar) -> String {
    key(id).unwrap_or_default()
}

fn places<'a>(by_id: &'a HashMap<String, Vec<usize>>, id: &Scalar) -> &'a [usize] {
    by_id.get(&id_key(id)).map_or(&[], Vec::as_slice)
}
