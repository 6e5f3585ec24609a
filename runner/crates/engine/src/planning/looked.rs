//! The steps and items that were planned ahead, with everything that their plans were made from.

use std::collections::HashMap;

use usher_core::recipe::Step;

use crate::planning::Drafted;
use crate::planning::items::Items;
use crate::reads::{Shape, Trace};

/// Items of one window. Their reads leave together: larger windows take fewer requests. The plugins of three windows may
/// plan at a time, and each holds its memory until it has its plan; the host bounds that of all of them.
const WINDOW_ITEMS_MAX: usize = 200;

/// Rehearsals of the items that were planned ahead together. Each brings what the items read because of those before them:
/// the second of an account reads other things than the first.
const REHEARSALS_MAX: usize = 3;

/// Shapes of contested lookups of one step. Each read of a plugin is compared with all of them.
const CONTESTED_MAX: usize = 8;

/// The steps and items that were planned ahead.
pub(super) struct Ahead {
    /// The most items of one step in a window.
    items_max: usize,
    /// Numbers of items that are planned or being planned, by the step's place. Of the step whose turn it is: of those in
    /// windows that were entered.
    done: HashMap<usize, usize>,
    /// Rehearsals that are left for the window that was entered last.
    pub(super) rehearsals: usize,
    /// No plan of it had to be made again so far.
    pub(super) is_first: bool,
    /// Steps behind the one whose turn it is are not looked at.
    is_alone: bool,
    /// Shapes of lookups because of which items had to be planned again, by the step's place.
    contested: HashMap<usize, Vec<Shape>>,
    /// Plans that were made ahead, by the step's place and the number of the item in its turn.
    pub(super) looked: HashMap<(usize, usize), Looked>,
}

/// A plan that was made ahead, with everything that it was made from.
pub(super) struct Looked {
    pub(super) drafted: Drafted,
    pub(super) trace: Trace,
    /// It was made in the turn of its own step.
    pub(super) is_of_turn: bool,
}

/// The number of an item in its turn, its plan, and the reads for that.
pub(super) type Rehearsed = (usize, Drafted, Option<Trace>);

/// The step whose turn it is.
#[derive(Clone, Copy)]
pub(super) struct Turn<'a> {
    /// Its place in the recipe.
    pub(super) place: usize,
    pub(super) step: &'a Step,
    pub(super) items: &'a Items,
    /// Those of its items that are planned, in order.
    pub(super) indices: &'a [usize],
}

impl Default for Ahead {
    fn default() -> Self {
        Self {
            items_max: WINDOW_ITEMS_MAX,
            done: HashMap::new(),
            rehearsals: 0,
            is_first: false,
            is_alone: false,
            contested: HashMap::new(),
            looked: HashMap::new(),
        }
    }
}

impl Ahead {
    /// Keeps a plan of the step at `place`, if its reads are known.
    pub(super) fn keep(
        &mut self,
        place: usize,
        is_of_turn: bool,
        (nth, drafted, trace): Rehearsed,
    ) {
        if let Some(trace) = trace {
            let looked = Looked {
                drafted,
                trace,
                is_of_turn,
            };
            self.looked.insert((place, nth), looked);
        }
    }

    /// For items of one step alone.
    pub(super) fn alone() -> Self {
        Self {
            is_alone: true,
            ..Self::default()
        }
    }

    /// With windows of so many items.
    #[cfg(test)]
    pub(super) fn in_windows(items_max: usize) -> Self {
        Self {
            items_max,
            ..Self::default()
        }
    }

    /// The same, with lookups of these shapes contested in each of the first steps.
    #[cfg(test)]
    pub(super) fn contesting(items_max: usize, contested: &[Shape]) -> Self {
        Self {
            contested: (0..8).map(|place| (place, contested.to_vec())).collect(),
            ..Self::in_windows(items_max)
        }
    }

    pub(super) fn items_max(&self) -> usize {
        self.items_max
    }

    /// The number of items of the step at `place` that are planned, or being planned.
    pub(super) fn done(&self, place: usize) -> usize {
        self.done.get(&place).copied().unwrap_or(0)
    }

    /// Notes that so many items of the step at `place` are being planned.
    pub(super) fn plans(&mut self, place: usize, items: usize) {
        self.done.insert(place, items);
    }

    /// Says whether steps behind the one whose turn it is are not looked at.
    pub(super) fn is_alone(&self) -> bool {
        self.is_alone
    }

    /// Shapes of lookups because of which items of the step at `place` had to be planned again.
    pub(super) fn contested(&self, place: usize) -> &[Shape] {
        self.contested.get(&place).map_or(&[], Vec::as_slice)
    }

    /// Notes such a shape.
    pub(super) fn contests(&mut self, place: usize, shape: Shape) {
        let contested = self.contested.entry(place).or_default();
        if contested.len() < CONTESTED_MAX && !contested.contains(&shape) {
            contested.push(shape);
        }
    }

    /// Forgets the shapes of the step at `place`: nobody had to wait for another item.
    pub(super) fn contests_nothing(&mut self, place: usize) {
        self.contested.remove(&place);
    }

    /// Takes over what was `planned`, with the place of the step, in the window that ends in front of the item `end` of the
    /// step at `place`.
    pub(super) fn enter(&mut self, place: usize, end: usize, planned: Vec<(usize, Rehearsed)>) {
        let first = self.done(place);
        self.looked
            .retain(|(of, nth), _| *of != place || *nth >= first);
        self.rehearsals = REHEARSALS_MAX;
        self.is_first = true;
        self.plans(place, end);
        for (of, planned) in planned {
            self.keep(of, of == place, planned);
        }
    }
}
