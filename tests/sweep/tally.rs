//! The result of a sweep, class by class.

use std::collections::BTreeMap;

use crate::sweep::case::Case;
use crate::sweep::hurt::Class;
use crate::sweep::verdict::{Judged, Verdict};

/// Counts of a class.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    tried: usize,
    unhurt: usize,
    /// Right, of so many.
    resumed: (usize, usize),
    undone: (usize, usize),
    lost: usize,
}

/// The result of a sweep.
#[derive(Default)]
pub(crate) struct Tally {
    classes: BTreeMap<Class, Counted>,
    /// Cases with a wrong result, each with the command that repeats it.
    pub(crate) lost: Vec<String>,
    /// The first case that was not right.
    pub(crate) first_lost: Option<Case>,
    /// The commands of the last case, and their output.
    pub(crate) story: String,
}

impl Tally {
    pub(crate) fn count(&mut self, case: &Case, verdict: Verdict) {
        let counted = self.classes.entry(case.hurt.class()).or_default();
        counted.tried += 1;
        counted.unhurt += usize::from(verdict.unhurt);
        for (what, judged) in verdict.judged {
            let counts = match what {
                Judged::Resumed => Some(&mut counted.resumed),
                Judged::Undone => Some(&mut counted.undone),
                Judged::Course => None,
            };
            if let Some((right, of)) = counts {
                *of += 1;
                *right += usize::from(judged.is_ok());
            }
            if let Err(why) = judged {
                counted.lost += 1;
                self.first_lost.get_or_insert_with(|| case.clone());
                self.lost.push(format!(
                    "{case}, {what}: {why}repeat: USHER_SWEEP='{case}' cargo test -p usher sweep\n"
                ));
            }
        }
        self.story = verdict.story;
    }

    /// One line a class.
    pub(crate) fn summary(&self) -> String {
        let lines = self.classes.iter().map(|(class, counted)| {
            let Counted {
                tried,
                unhurt,
                resumed,
                undone,
                lost,
            } = counted;
            format!(
                "{}: points tried {tried} ({unhurt} ended unhurt), resumed equal {} of {}, undone equal {} of {}, lost {lost}",
                class.name(),
                resumed.0,
                resumed.1,
                undone.0,
                undone.1,
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}
