//! Tells what everything that was laid over a view since some moment leaves as it was, so that an answer of that moment
//! need not be made again. It may say "not left" of an answer that is the same, never the other way round.

use std::sync::Arc;

use usher_contract::name::fold;
use usher_contract::operation::Lookup;
use usher_contract::value::Scalar;

use crate::view::View;
use crate::view::index::Lasts;
use crate::view::overlay::{self, id_field};

/// A moment of a view: the number of things that had been laid over it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    predictions: usize,
    clouds: usize,
    lasts: Lasts,
}

impl View {
    /// This moment.
    pub fn moment(&self) -> Moment {
        Moment {
            predictions: self.predictions.len(),
            clouds: self.clouds.len(),
            lasts: self.index.lasts(),
        }
    }

    /// Takes back the plans that were laid over the view since that moment. No cloud was.
    pub fn back_to(&mut self, then: Moment) {
        let predictions = Arc::make_mut(&mut self.predictions);
        let last = predictions.split_off(then.predictions.min(predictions.len()));
        let index = Arc::make_mut(&mut self.index);
        index.take_back(predictions.len(), &last);
        index.put_back(then.lasts);
    }

    /// Says whether any read may have another answer than at that moment because the org is configured, or because of a
    /// step without a plan.
    pub fn is_configured_since(&self, then: Moment) -> bool {
        self.clouds.len() != then.clouds || is_since(self.index.last_configuring, then.predictions)
    }

    /// Says whether the answer to `lookup` is laid together from the org's and from plans.
    pub fn lays_over(&self, lookup: &Lookup) -> bool {
        let mut conditions = lookup.conditions.iter();
        let is_known = conditions.all(|condition| condition.any_of.iter().all(Scalar::is_known));
        overlay::is_touched(self, lookup) && !(is_known && self.leaves(lookup, Moment::default()))
    }

    /// Says that the answer to `lookup` is the one of that moment: of the predictions since then, none makes a record
    /// that may be in it, and none changes or removes a record of the kind that it is made from.
    pub fn leaves(&self, lookup: &Lookup, then: Moment) -> bool {
        let since = then.predictions;
        if self.moment() == then {
            return true;
        }
        // A record is taken out by its id, whatever object the plan names.
        if self.is_configured_since(then) || is_since(self.index.last_removing, since) {
            return false;
        }
        if let Some(object) = self.index.object(&lookup.object)
            && object.may_differ_since(&lookup.conditions, since)
        {
            return false;
        }
        let mut paths = overlay::names(lookup).filter(|name| name.contains('.'));
        !paths.any(|path| self.leads_elsewhere_since(path, since))
    }

    /// Says whether a path may lead to another value: something alters one of its fields.
    fn leads_elsewhere_since(&self, path: &str, since: usize) -> bool {
        let segments: Vec<&str> = path.split('.').collect();
        (1..segments.len()).any(|depth| {
            let field = match depth + 1 == segments.len() {
                true => fold(segments[depth]),
                false => fold(&id_field(&segments[depth..=depth])),
            };
            is_since(self.index.last_altering(&field), since)
        })
    }
}

pub(super) fn is_since(place: Option<usize>, since: usize) -> bool {
    place.is_some_and(|place| place >= since)
}
