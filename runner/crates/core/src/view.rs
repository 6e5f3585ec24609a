//! The view: how the org will be when everything planned so far has been done. Records, settings and
//! metadata components are read through it.
//!
//! Reads of a plugin are answered from here. The view reads nothing itself: it says as data what it needs of the real
//! org ([`Progress::Ask`]) and is asked again once the [`Snapshot`] holds that. Case does not count in names of objects
//! and fields; a record holds them as they were asked for.

mod cloud;
mod components;
mod index;
mod overlay;
mod predict;
pub(crate) mod prediction;
mod since;
mod snapshot;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use usher_contract::change::{Certainty, StepPlan};
use usher_contract::name::fold;
use usher_contract::operation::Lookup;
use usher_contract::read::{ReadError, Record};
use usher_contract::value::{Token, Unit};

use crate::view::index::Index;
use crate::view::prediction::{Predicted, Prediction};

pub use cloud::Cloud;
pub use overlay::{Count, holds, widened};
pub use since::Moment;
pub use snapshot::{Print, Snapshot};

/// Either the answer, or the lookups that must be read of the real org first.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress<T> {
    /// Read these, put them into the snapshot, ask again. Never empty, never asked for twice.
    Ask(Vec<Lookup>),
    Answer(T),
}

/// The org with everything planned so far laid over it. Copies share that until something more is laid over one of them.
#[derive(Clone, Debug, Default)]
pub struct View {
    predictions: Arc<Vec<Arc<Prediction>>>,
    index: Arc<Index>,
    /// Everything that steps without a plan may write: reads of that are pending.
    clouds: Arc<Vec<Cloud>>,
    /// The first cloud over an object, by its folded name.
    clouded: Arc<HashMap<String, usize>>,
    /// Places of the effects that answers have relied on since they were last taken.
    relied: Relied,
}

/// Places of effects. Behind a lock, as reading changes no view.
#[derive(Debug, Default)]
struct Relied(Mutex<BTreeSet<usize>>);

impl Relied {
    fn places(&self) -> MutexGuard<'_, BTreeSet<usize>> {
        // Nothing panics while it holds the lock; should it ever, the places are still whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for Relied {
    fn clone(&self) -> Self {
        Self(Mutex::new(self.places().clone()))
    }
}

impl View {
    /// Lays a plan over the view. Its references must be global ([`StepPlan::globalise`]).
    pub fn add(&mut self, unit: &Unit, plan: &StepPlan) {
        let new = predict::of_plan(unit, plan);
        Arc::make_mut(&mut self.index).add(self.predictions.len(), &new);
        Arc::make_mut(&mut self.predictions).extend(new.into_iter().map(Arc::new));
    }

    /// Lays what a step without a plan may write over the view.
    pub fn cloud(&mut self, cloud: Cloud) {
        let place = self.clouds.len();
        for object in cloud.objects() {
            let clouded = Arc::make_mut(&mut self.clouded);
            clouded.entry(fold(object)).or_insert(place);
        }
        Arc::make_mut(&mut self.clouds).push(cloud);
    }

    /// The records that will meet `lookup`, ordered by id, planned ones last.
    ///
    /// # Errors
    ///
    /// As [`ReadError`]: pending when the answer depends on what is only possible or not known.
    pub fn find(
        &self,
        lookup: &Lookup,
        seen: &Snapshot,
    ) -> Progress<Result<Vec<Record>, ReadError>> {
        overlay::find(self, lookup, seen)
    }

    /// The parts of the number of records that will meet `lookup`; the org counts one of them. `None` when that would
    /// give a wrong number, so that the records must be found.
    ///
    /// # Errors
    ///
    /// As [`View::find`].
    pub fn count(
        &self,
        lookup: &Lookup,
        seen: &Snapshot,
    ) -> Option<Progress<Result<Count, ReadError>>> {
        overlay::count(self, lookup, seen)
    }

    /// Says whether the answer to `lookup` may differ from what the org says today.
    pub fn touches(&self, lookup: &Lookup) -> bool {
        self.cloud_over(&lookup.object).is_some() || overlay::is_touched(self, lookup)
    }

    /// Settings as they will be: `real` with everything planned on top.
    ///
    /// # Errors
    ///
    /// Pending: a step without a plan may configure them, or a change of one of their fields is only
    /// possible.
    pub fn settings(&self, name: &str, mut real: Record) -> Result<Record, ReadError> {
        if let Some(cloud) = self.clouds.iter().find(|cloud| cloud.has_settings(name)) {
            let reason = format!("an earlier step may still configure `{name}`");
            return Err(pending(cloud.token(), &reason));
        }
        let mut possible: BTreeMap<&str, &Token> = BTreeMap::new();
        for place in self.index.settings(name) {
            let prediction = &self.predictions[*place];
            let Predicted::Configures { fields, .. } = &prediction.what else {
                continue;
            };
            self.rely_on([*place]);
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
            Some((field, token)) => {
                let reason = format!("`{name}.{field}` may or may not be set by then");
                Err(pending(token, &reason))
            }
        }
    }

    /// The token that the answer of a resource depends on, if an earlier change or a step without a plan
    /// may touch it. `path`: segments.
    pub fn touched_resource(&self, path: &[String]) -> Option<&Token> {
        // No record changes what an org says of an object.
        if is_description(path) {
            let mut clouds = self.clouds.iter();
            let configuring = clouds.find(|cloud| cloud.configures() || cloud.has_resource(path));
            return configuring.map(Cloud::token);
        }
        if let [root, object, ..] = path
            && root.eq_ignore_ascii_case("sobjects")
            && let Some(token) = self.touched(&[object])
        {
            return Some(token);
        }
        let cloud = self.clouds.iter().find(|cloud| cloud.has_resource(path));
        let mut requests = self.at(&self.index.requesting);
        cloud.map(Cloud::token).or_else(|| {
            let acting = requests.find(|prediction| match &prediction.what {
                Predicted::Requests(acting) => cloud::overlap(acting, path),
                _ => false,
            });
            acting.map(|prediction| &prediction.token)
        })
    }

    /// The token that a free query over `objects` depends on, if anything planned touches one of them.
    pub fn touched(&self, objects: &[&str]) -> Option<&Token> {
        let clouds = objects
            .iter()
            .filter_map(|object| self.clouded.get(&fold(object)));
        if let Some(cloud) = clouds.min() {
            return Some(self.clouds[*cloud].token());
        }
        let touched = objects
            .iter()
            .filter_map(|object| self.index.object(object)?.touched());
        touched.min().map(|place| &self.predictions[place].token)
    }

    /// The token that a refused read depends on while earlier changes configure the org, if any do.
    pub fn configuring(&self) -> Option<&Token> {
        let configures = self.index.configuring;
        let cloud = || self.clouds.iter().find(|cloud| cloud.configures());
        configures
            .map(|place| &self.predictions[place].token)
            .or_else(|| cloud().map(Cloud::token))
    }

    /// The fields of `object` that will exist and do not exist today.
    pub fn opened_fields(&self, object: &str) -> impl Iterator<Item = &str> {
        let object = self.index.object(object).into_iter();
        let opened = object.flat_map(index::ObjectIndex::opened_fields);
        opened.map(|(place, _, field)| {
            self.rely_on([*place]);
            field.field.as_str()
        })
    }

    /// Takes the effects that answers have relied on since the last call, by the tokens that they bind: those without
    /// which an answer would have been another one.
    pub fn take_relied(&self) -> Vec<Token> {
        let places = std::mem::take(&mut *self.relied.places()).into_iter();
        let predictions = places.filter_map(|place| self.predictions.get(place));
        predictions
            .map(|prediction| prediction.token.clone())
            .collect()
    }

    fn rely_on(&self, places: impl IntoIterator<Item = usize>) {
        let effects = places
            .into_iter()
            .filter(|place| self.predictions[*place].is_effect);
        self.relied.places().extend(effects);
    }

    /// The object of the record that `token` is the id of, if an earlier plan makes it.
    pub fn object_of(&self, token: &Token) -> Option<&str> {
        self.index.object_of(token)
    }

    /// The token of a step without a plan that may write the object.
    fn cloud_over(&self, object: &str) -> Option<&Token> {
        let cloud = self.clouded.get(&fold(object))?;
        Some(self.clouds[*cloud].token())
    }

    fn at<'a>(&'a self, places: &'a [usize]) -> impl Iterator<Item = &'a Prediction> {
        places.iter().map(|place| self.predictions[*place].as_ref())
    }
}

fn pending(token: &Token, reason: &str) -> ReadError {
    ReadError::Pending {
        token: token.clone(),
        reason: reason.to_owned(),
    }
}

/// Says whether a path is that of the description of an object: `sobjects/User/describe`.
fn is_description(path: &[String]) -> bool {
    match path {
        [root, _, last] => {
            root.eq_ignore_ascii_case("sobjects") && last.eq_ignore_ascii_case("describe")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
