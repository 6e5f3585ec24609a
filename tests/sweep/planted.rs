//! A sweep that finds nothing in a broken engine proves nothing: bugs are planted, and each must be found by the
//! class that is there for it.

use crate::sweep::case::{Case, Phase};
use crate::sweep::hurt::Hurt;
use crate::sweep::stage::{OWN, Stage};
use crate::sweep::{say, sweep};

/// A bug, and the hurts that must show it.
const PLANTED: [(&str, &[&str]); 2] = [
    (
        "outcome-before-answer",
        &[
            "fail-before",
            "lose-answer",
            "cut-and-gone",
            "lost-and-gone",
        ],
    ),
    (
        "blind-resend",
        &[
            "fail-before",
            "lose-answer",
            "cut-and-gone",
            "lost-and-gone",
        ],
    ),
];

#[test]
fn the_sweep_finds_planted_bugs() {
    let stage = Stage::of(OWN);
    let all = Hurt::all();
    for (bug, hurts) in PLANTED {
        let cases = hurts.iter().flat_map(|name| {
            let hurt = all.iter().find(|hurt| hurt.to_string() == *name);
            points(&stage, *hurt.expect("a hurt of that name"))
        });
        let swept = sweep(
            std::slice::from_ref(&stage),
            &cases.collect::<Vec<_>>(),
            Some(bug),
        );
        say(&format!("planted {bug}\n{}", swept.summary()));
        assert!(!swept.lost.is_empty(), "planted {bug}: nothing was lost");
    }
}

/// The points at which a hurt is tried: of those that count requests, the writes.
fn points(stage: &Stage, hurt: Hurt) -> Vec<Case> {
    let points = match hurt {
        Hurt::Fault(fault) if fault.counts() == crate::sweep::case::Counts::Requests => {
            stage.writes()
        }
        _ => (1..=stage.points(Phase::Apply, hurt)).collect(),
    };
    let case = |n| Case {
        recipe: stage.recipe.clone(),
        phase: Phase::Apply,
        hurt,
        n,
    };
    points.into_iter().map(case).collect()
}
