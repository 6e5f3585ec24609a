//! A finding about an org: what is not as it should be, for whom that matters, and the remedy.

use crate::doctor::Place;

/// The things that a finding matters to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// These steps of the plan. None: the plan as a whole.
    Plan { steps: Vec<String> },
    /// Nothing that is planned; it is there anyway.
    Anyway,
}

/// The weight of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Nothing can be carried out before it is mended.
    Missing,
    /// It may go wrong.
    Warning,
    /// Worth to know.
    Note,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable.
    pub code: String,
    pub scope: Scope,
    pub weight: Weight,
    /// A sentence without its end.
    pub what: String,
    pub remedy: Option<String>,
    /// The public page of the rule.
    pub rule: Option<String>,
    /// The page of Setup where the remedy is.
    pub place: Option<Place>,
}

impl Finding {
    /// A finding that is there anyway.
    pub(super) fn anyway(code: &str, weight: Weight, what: String) -> Self {
        Self {
            code: code.to_owned(),
            scope: Scope::Anyway,
            weight,
            what,
            remedy: None,
            rule: None,
            place: None,
        }
    }

    pub(super) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    pub(super) fn rule(mut self, rule: &str) -> Self {
        self.rule = Some(rule.to_owned());
        self
    }

    pub(super) fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Says that the plan cannot be carried out before this is mended.
    pub fn is_missing(&self) -> bool {
        self.weight == Weight::Missing && matches!(self.scope, Scope::Plan { .. })
    }
}
