//! A sweep that finds nothing in a broken engine proves nothing: bugs are planted, and each must be found by its class.

use crate::sweep::case::{Case, Phase};
use crate::sweep::hurt::Hurt;
use crate::sweep::stage::{OWN, Stage};
use crate::sweep::{say, sweep};

/// A bug, and the cases that must show it.
struct Planted {
    bug: &'static str,
    recipe: &'static str,
    hurts: &'static [&'static str],
    places: Places,
}

/// The places at which a bug is looked for.
#[derive(Clone, Copy)]
enum Places {
    /// At each write.
    Writes,
    /// At each request after the first write.
    Behind,
    /// At the first points.
    First(u64),
}

const LOST: &[&str] = &[
    "fail-before",
    "lose-answer",
    "cut-and-gone",
    "lost-and-gone",
];

const PERMISSIONS: &str = "fsc/assign-permissions";

const PLANTED: [Planted; 9] = [
    planted("outcome-before-answer", OWN, LOST, Places::Writes),
    planted("blind-resend", OWN, LOST, Places::Writes),
    planted(
        "trusts-500",
        OWN,
        &["error-acted", "gateway-acted"],
        Places::Writes,
    ),
    planted("forgets-acted", OWN, &["refused"], Places::Behind),
    planted(
        "second-writer",
        PERMISSIONS,
        &["resume-meanwhile"],
        Places::First(4),
    ),
    planted("wall-clock", OWN, &["jump+1h"], Places::First(2)),
    planted("no-look", OWN, &["rival/same"], Places::First(2)),
    planted("overwrites", OWN, &["undo/rival/change"], Places::First(2)),
    planted("anyones", OWN, &["rival/other"], Places::First(2)),
];

const fn planted(
    bug: &'static str,
    recipe: &'static str,
    hurts: &'static [&'static str],
    places: Places,
) -> Planted {
    Planted {
        bug,
        recipe,
        hurts,
        places,
    }
}

#[test]
fn the_sweep_finds_planted_bugs() {
    let stages = [OWN, PERMISSIONS].map(Stage::of);
    for planted in &PLANTED {
        let stage = stages.iter().find(|stage| stage.recipe == planted.recipe);
        let cases = cases(stage.expect("a stage"), planted);
        let swept = sweep(&stages, &cases, Some(planted.bug));
        say(&format!("planted {}\n{}", planted.bug, swept.summary()));
        let lost = swept.first_lost;
        let lost = lost.unwrap_or_else(|| panic!("planted {}: nothing was lost", planted.bug));
        // It is the bug that was found.
        let without = sweep(&stages, &[lost], None);
        assert!(without.lost.is_empty(), "{}", without.lost.join("\n"));
    }
}

fn cases(stage: &Stage, planted: &Planted) -> Vec<Case> {
    let all = Hurt::all();
    let cases = planted.hurts.iter().flat_map(|name| {
        let (phase, name) = match name.strip_prefix("undo/") {
            Some(name) => (Phase::Undo, name),
            None => (Phase::Apply, *name),
        };
        let hurt = all.iter().find(|hurt| hurt.to_string() == name);
        let hurt = *hurt.expect("a hurt of that name");
        let points = stage.points(phase, hurt);
        let places = match planted.places {
            Places::Writes => stage.writes(),
            Places::Behind => (stage.writes()[0]..=points).collect(),
            Places::First(count) => (1..=count.min(points)).collect(),
        };
        places.into_iter().map(move |n| Case {
            recipe: stage.recipe.clone(),
            phase,
            hurt,
            n,
        })
    });
    cases.collect()
}
