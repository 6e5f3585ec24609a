//! Reads that have been sent and not answered. Steps that are planned at the same time want much of the same. A step waits
//! for what another step has sent, and sends only the rest.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use usher_core::operation::Lookup;
use usher_core::view::Print;

use crate::reads::asked::{Asked, Other};

/// Reads whose answers are not known.
#[derive(Default)]
pub(super) struct Missing {
    pub(super) lookups: Vec<Unknown>,
    pub(super) others: Vec<Other>,
}

/// A lookup whose answer is not known.
pub(super) struct Unknown {
    pub(super) lookup: Lookup,
    /// The lookup that is sent for it.
    pub(super) sent: Lookup,
    /// That of `sent`: those of one print are one read.
    pub(super) print: Print,
}

/// The reads of one planning that are on their way.
#[derive(Default)]
pub(super) struct UnderWay {
    reads: Mutex<Reads>,
    /// Tells of the ends of reads.
    ended: watch::Sender<()>,
}

#[derive(Default)]
pub(super) struct Reads {
    lookups: HashSet<Print>,
    others: HashSet<Other>,
}

/// Reads that one caller sends. Dropping this ends them.
pub(super) struct Taken<'u> {
    under_way: &'u UnderWay,
    prints: Vec<Print>,
    pub(super) asked: Asked,
    /// The lookups that are sent for those that are asked for, in their order. Lookups of one print may differ in the order
    /// and the case of their names, and each has its own answer or refusal.
    pub(super) sent: Vec<Lookup>,
}

/// Reads that other callers have sent.
pub(super) struct Theirs {
    pub(super) asked: Asked,
    ended: watch::Receiver<()>,
}

impl UnderWay {
    /// Takes those of the reads that are not on their way. The rest is read by others. No read ends while `missing` looks.
    pub(super) fn take(&self, missing: impl FnOnce(&Reads) -> Missing) -> (Taken<'_>, Theirs) {
        let mut reads = self.reads();
        let ended = self.ended.subscribe();
        let Missing { lookups, others } = missing(&reads);
        let (theirs, own): (Vec<_>, Vec<_>) = lookups
            .into_iter()
            .partition(|unknown| reads.has_lookup(unknown.print));
        let mut once = HashSet::new();
        let others = others.into_iter();
        let others = others.filter(|other| once.insert(other.clone()));
        let (their_others, others): (Vec<_>, Vec<_>) =
            others.partition(|other| reads.others.contains(other));
        let own = own.into_iter();
        let own = own.map(|unknown| (unknown.print, (unknown.lookup, unknown.sent)));
        let (prints, (lookups, sent)): (Vec<Print>, (Vec<Lookup>, Vec<Lookup>)) = own.unzip();
        reads.lookups.extend(&prints);
        reads.others.extend(others.iter().cloned());
        let taken = Taken {
            under_way: self,
            prints,
            asked: Asked { lookups, others },
            sent,
        };
        let asked = Asked {
            lookups: theirs.into_iter().map(|unknown| unknown.lookup).collect(),
            others: their_others,
        };
        (taken, Theirs { asked, ended })
    }

    fn reads(&self) -> MutexGuard<'_, Reads> {
        // Nothing panics while it holds the lock; should it ever, each entry is still whole.
        self.reads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reads {
    /// Says whether the lookup with this print is on its way.
    pub(super) fn has_lookup(&self, print: Print) -> bool {
        self.lookups.contains(&print)
    }
}

impl Theirs {
    /// Waits until a read has ended after [`UnderWay::take`] returned this.
    pub(super) async fn one_ended(mut self) {
        // The sender outlives this, so that there is no error.
        let _changed = self.ended.changed().await.is_ok();
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        // A caller that took nothing ends nothing. If it woke the others, two callers that wait for each other would wake
        // each other for ever.
        if self.asked.is_empty() {
            return;
        }
        let mut reads = self.under_way.reads();
        for print in &self.prints {
            reads.lookups.remove(print);
        }
        for other in &self.asked.others {
            reads.others.remove(other);
        }
        self.under_way.ended.send_replace(());
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::{Missing, UnderWay};
    use crate::reads::asked::Other;

    fn asked(names: &[&str]) -> Missing {
        let names = names.iter().map(|name| Other::Query((*name).to_owned()));
        Missing {
            lookups: Vec::new(),
            others: names.collect(),
        }
    }

    #[tokio::test]
    async fn each_read_is_taken_once_and_again_when_it_has_ended() {
        let under_way = UnderWay::default();
        let (first, theirs) = under_way.take(|_| asked(&["a", "b", "a"]));
        assert_eq!(first.asked.others, asked(&["a", "b"]).others);
        assert!(theirs.asked.is_empty());
        let (second, theirs) = under_way.take(|_| asked(&["b", "c", "b"]));
        assert_eq!(second.asked.others, asked(&["c"]).others);
        assert_eq!(theirs.asked.others, asked(&["b"]).others);
        // A read that ends before somebody waits for it is not missed.
        drop(first);
        theirs.one_ended().await;
        let (third, theirs) = under_way.take(|_| asked(&["b", "c"]));
        assert_eq!(third.asked.others, asked(&["b"]).others);
        assert_eq!(theirs.asked.others, asked(&["c"]).others);
    }

    #[test]
    fn who_takes_nothing_wakes_nobody() {
        let under_way = UnderWay::default();
        let (_first, _) = under_way.take(|_| asked(&["a"]));
        let (second, theirs) = under_way.take(|_| asked(&["a"]));
        drop(second);
        assert!(theirs.one_ended().now_or_never().is_none());
    }
}
