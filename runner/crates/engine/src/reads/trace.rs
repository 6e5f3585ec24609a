//! The trace of what is read while a step is planned ahead: each answer that depends on what was planned by then. When every
//! one of them is the same later, the plan is that of the strict order, and need not be made again.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

use usher_core::operation::Lookup;
use usher_core::read::{ReadError, Record};
use usher_core::value::{Token, Unit};
use usher_core::view::{Count, Moment, Progress, Snapshot, View};

/// Answers that a plan was made from.
#[derive(Debug)]
pub(crate) struct Trace {
    /// The view that it began with is the one of this moment, with more laid over it in a rehearsal.
    since: Moment,
    seen: Vec<Seen>,
    /// Makes the marks of the answers.
    marks: RandomState,
    /// Some answer cannot be compared.
    is_broken: bool,
}

/// Tells answers apart. Hundreds of plans wait at once, and each record that they have read takes a kilobyte; of the records
/// a hash is kept, whose key is new in each planning of a step.
#[derive(Debug, PartialEq, Eq)]
enum Mark {
    Records(u64),
    Error(ReadError),
}

/// The view's part of a number of records. None: the records themselves were found.
type Parts = Option<Progress<Result<Count, ReadError>>>;

/// One answer.
#[derive(Debug)]
enum Seen {
    Found {
        lookup: Lookup,
        /// It was laid together from the org's answer and from plans.
        is_laid: bool,
        /// It was the one of the trace's moment.
        is_as_then: bool,
        answer: Mark,
        relied: Vec<Token>,
    },
    Counted {
        lookup: Lookup,
        /// The view's part of the number, and the effects that it relied on.
        parts: (Parts, Vec<Token>),
    },
    /// A free query over these objects.
    Queried(Arc<[String]>, Option<Token>),
    /// A resource with these segments.
    Got(Vec<String>, Option<Token>),
    /// A component of this kind, which is a record of an object as well.
    Component(String),
    /// A unit, which was planned before or not.
    Unit(Unit, bool),
}

impl Trace {
    pub(super) fn since(since: Moment) -> Self {
        Self {
            since,
            seen: Vec::new(),
            marks: RandomState::new(),
            is_broken: false,
        }
    }

    /// The moment that the views of this plan and of later ones have in common.
    pub(super) fn moment(&self) -> Moment {
        self.since
    }

    /// Notes that the plan cannot be compared.
    pub(super) fn breaks(&mut self) {
        self.is_broken = true;
        self.seen = Vec::new();
    }

    fn sees(&mut self, seen: Seen) {
        if self.is_broken {
            return self.breaks();
        }
        self.seen.push(seen);
    }

    pub(super) fn found(
        &mut self,
        lookup: &Lookup,
        view: &View,
        answer: &Result<Vec<Record>, ReadError>,
        relied: Vec<Token>,
    ) {
        self.breaks_unless_answered(answer);
        // The needs of such a read are those of what the org says by then.
        self.is_broken |= matches!(answer, Err(ReadError::Pending { .. }));
        self.sees(Seen::Found {
            is_laid: view.lays_over(lookup),
            is_as_then: view.leaves(lookup, self.since),
            lookup: lookup.clone(),
            answer: Mark::of(answer, &self.marks),
            relied,
        });
    }

    pub(super) fn counted(&mut self, lookup: &Lookup, view: &View, today: &Snapshot) {
        if self.is_broken || !view.leaves(lookup, self.since) {
            return self.breaks();
        }
        self.seen.push(Seen::Counted {
            parts: parts(lookup, view, today),
            lookup: lookup.clone(),
        });
    }

    pub(super) fn queried(&mut self, objects: Arc<[String]>, touched: Option<Token>) {
        self.sees(Seen::Queried(objects, touched));
    }

    pub(super) fn got(&mut self, segments: Vec<String>, touched: Option<Token>) {
        self.sees(Seen::Got(segments, touched));
    }

    pub(super) fn component(&mut self, kind: &str, view: &View) {
        self.configured(view);
        self.is_broken |= view.touched(&[kind]).is_some();
        self.sees(Seen::Component(kind.to_owned()));
    }

    pub(super) fn unit(&mut self, unit: Unit, is_planned: bool) {
        self.sees(Seen::Unit(unit, is_planned));
    }

    /// Notes an answer that only depends on how the org is configured.
    pub(super) fn configured(&mut self, view: &View) {
        self.is_broken |= view.is_configured_since(self.since);
    }

    pub(super) fn breaks_unless_answered<T>(&mut self, answer: &Result<T, ReadError>) {
        if let Err(ReadError::Unavailable(_)) = answer {
            self.breaks();
        }
    }

    /// Says whether every answer is the same in `view`, which has grown from that of the trace's moment.
    pub(super) fn holds(
        &self,
        view: &View,
        today: &Snapshot,
        is_planned: impl Fn(&Unit) -> bool,
    ) -> bool {
        if self.is_broken || view.is_configured_since(self.since) {
            return false;
        }
        self.seen.iter().all(|seen| match seen {
            Seen::Found { .. } => self.is_found(seen, view, today),
            Seen::Counted {
                lookup,
                parts: then,
            } => view.leaves(lookup, self.since) && *then == parts(lookup, view, today),
            Seen::Queried(objects, touched) => {
                let names: Vec<&str> = objects.iter().map(String::as_str).collect();
                view.touched(&names) == touched.as_ref()
            }
            Seen::Got(segments, touched) => view.touched_resource(segments) == touched.as_ref(),
            Seen::Component(kind) => view.touched(&[kind]).is_none(),
            Seen::Unit(unit, was_planned) => is_planned(unit) == *was_planned,
        })
    }
}

impl Trace {
    /// Says that each lookup had the answer of the trace's moment, whatever was laid over the view since.
    pub(crate) fn is_as_then(&self) -> bool {
        self.seen.iter().all(|seen| match seen {
            Seen::Found { is_as_then, .. } => *is_as_then,
            _ => true,
        })
    }

    /// The first lookup that has another answer in `view`.
    pub(super) fn changed(&self, view: &View, today: &Snapshot) -> Option<&Lookup> {
        self.seen.iter().find_map(|seen| match seen {
            Seen::Found { lookup, .. } if !self.is_found(seen, view, today) => Some(lookup),
            _ => None,
        })
    }

    /// Says whether a lookup has the same answer in `view`.
    fn is_found(&self, seen: &Seen, view: &View, today: &Snapshot) -> bool {
        let Seen::Found {
            lookup,
            is_laid,
            is_as_then,
            answer,
            relied,
        } = seen
        else {
            return false;
        };
        if *is_as_then && view.leaves(lookup, self.since) && *is_laid == view.lays_over(lookup) {
            return true;
        }
        let _of_another_step = view.take_relied();
        let Progress::Answer(now) = view.find(lookup, today) else {
            return false;
        };
        view.take_relied() == *relied && Mark::of(&now, &self.marks) == *answer
    }
}

fn parts(lookup: &Lookup, view: &View, today: &Snapshot) -> (Parts, Vec<Token>) {
    let _of_another_step = view.take_relied();
    let parts = view.count(lookup, today);
    (parts, view.take_relied())
}

impl Mark {
    fn of(answer: &Result<Vec<Record>, ReadError>, marks: &RandomState) -> Self {
        match answer {
            Ok(records) => Self::Records(marks.hash_one(records)),
            Err(error) => Self::Error(error.clone()),
        }
    }
}
