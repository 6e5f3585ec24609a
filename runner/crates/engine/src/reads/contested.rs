//! Reads in which steps that are planned side by side get into each other's way: what the one plans changes the answer of the
//! other. Of those that want the same, the first goes on, and the others are held until its plan is in their view. They
//! would be planned again otherwise.

use std::collections::HashMap;

use tokio::sync::oneshot::{Receiver, Sender, channel};
use usher_core::name::fold;
use usher_core::operation::Lookup;

/// The object of a lookup and the fields that it compares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    object: String,
    compared: Vec<String>,
}

/// The steps of one window that want contested reads.
#[derive(Default)]
pub(super) struct Contest {
    /// Those that are not told yet whether they go on.
    asking: Vec<Asking>,
    /// The first step that wants a read, by its place.
    claimed: HashMap<Lookup, usize>,
    held: HashMap<usize, Sender<()>>,
    /// Nobody is held any more.
    is_over: bool,
}

struct Asking {
    place: usize,
    reads: Vec<Lookup>,
    goes_on: Sender<()>,
}

impl Shape {
    pub(crate) fn of(lookup: &Lookup) -> Self {
        let compared = lookup.conditions.iter();
        Self {
            object: fold(&lookup.object),
            compared: compared.map(|one| fold(&one.field)).collect(),
        }
    }

    pub(super) fn is_of(&self, lookup: &Lookup) -> bool {
        let (own, other) = (&self.compared, &lookup.conditions);
        self.object.eq_ignore_ascii_case(&lookup.object)
            && own.len() == other.len()
            && own
                .iter()
                .zip(other)
                .all(|(own, other)| own.eq_ignore_ascii_case(&other.field))
    }
}

impl Contest {
    /// The step at `place` wants these reads. Returns the way in which it is told to go on; none, when it may at once.
    pub(super) fn ask(
        &mut self,
        place: usize,
        reads: impl Iterator<Item = Lookup>,
    ) -> Option<Receiver<()>> {
        let is_open = |read: &Lookup| self.claimed.get(read) != Some(&place);
        let reads: Vec<Lookup> = reads.filter(is_open).collect();
        if self.is_over || reads.is_empty() {
            return None;
        }
        let (goes_on, told) = channel();
        self.asking.push(Asking {
            place,
            reads,
            goes_on,
        });
        Some(told)
    }

    /// The number of steps that ask.
    pub(super) fn asking(&self) -> usize {
        self.asking.len()
    }

    /// Tells everyone who asks, in the order of the steps. Returns the number of those who are held from here on.
    pub(super) fn decide(&mut self) -> usize {
        let mut asking = std::mem::take(&mut self.asking);
        asking.sort_by_key(|one| one.place);
        let before = self.held.len();
        for Asking {
            place,
            reads,
            goes_on,
        } in asking
        {
            let is_first = |read: &Lookup| self.claimed.get(read).is_none_or(|by| *by >= place);
            let goes = reads.iter().all(is_first);
            for read in reads {
                let by = self.claimed.entry(read).or_insert(place);
                *by = place.min(*by);
            }
            if goes {
                go_on(goes_on);
            } else {
                self.held.insert(place, goes_on);
            }
        }
        self.held.len() - before
    }

    pub(super) fn has_held(&self) -> bool {
        !self.held.is_empty()
    }

    /// Lets all go on, now and later. Returns the number of those who were held.
    pub(super) fn end(&mut self) -> usize {
        self.is_over = true;
        let held = std::mem::take(&mut self.held);
        let number = held.len();
        held.into_values().for_each(go_on);
        std::mem::take(&mut self.asking)
            .into_iter()
            .for_each(|one| go_on(one.goes_on));
        number
    }

    /// The step at `place` has ended. Says whether it was held.
    pub(super) fn leave(&mut self, place: usize) -> bool {
        self.asking.retain(|one| one.place != place);
        self.held.remove(&place).is_some()
    }
}

/// Tells a step. One that does not wait any longer has ended.
fn go_on(step: Sender<()>) {
    let _told = step.send(());
}

#[cfg(test)]
mod tests {
    use usher_core::operation::{Condition, Lookup};
    use usher_core::value::Scalar;

    use super::{Contest, Shape};

    fn roles_of(account: &str) -> Lookup {
        Lookup {
            object: "UserRole".into(),
            fields: Vec::new(),
            conditions: vec![Condition::is("PortalAccountId", Scalar::text(account))],
        }
    }

    #[test]
    fn the_first_goes_on_and_the_others_are_held_until_the_end() {
        let mut contest = Contest::default();
        let mut asks = |place: usize, accounts: &[&str]| {
            let reads = accounts.iter().map(|account| roles_of(account));
            contest.ask(place, reads).expect("it asks")
        };
        // Places decide, and not the order of asking. The second wants what the third does, and waits for the first.
        let mut third = asks(3, &["b"]);
        let mut second = asks(2, &["a", "b"]);
        let mut other = asks(4, &["c"]);
        let mut first = asks(1, &["a"]);
        assert_eq!((contest.asking(), contest.decide()), (4, 2));
        assert!(first.try_recv().is_ok() && other.try_recv().is_ok());
        assert!(second.try_recv().is_err() && third.try_recv().is_err());
        // A step need not ask again for its own read.
        assert!(contest.ask(1, [roles_of("a")].into_iter()).is_none());
        // One that ends is not held.
        assert!(contest.leave(3) && !contest.leave(1));
        assert_eq!(contest.end(), 1);
        assert!(second.try_recv().is_ok() && !contest.has_held());
        assert!(contest.ask(9, [roles_of("a")].into_iter()).is_none());
    }

    #[test]
    fn a_shape_is_known_in_any_case() {
        let shape = Shape::of(&roles_of("a"));
        let mut other = roles_of("b");
        other.object = "USERROLE".into();
        assert!(shape.is_of(&other));
        other.conditions[0].field = "Name".into();
        assert!(!shape.is_of(&other));
    }
}
