//! The fault sweep: every recipe's run is hurt at every point there is — each kind of fault at the nth
//! request, a full disk at the nth event of the journal, SIGKILL after the nth event — and must then be
//! resumed to the org that an undisturbed run leaves, and be taken back to what an undisturbed undo leaves.
//!
//! - without a variable: the worst points and a sample, drawn by `USHER_SWEEP_SEED` (1 when not set)
//! - `USHER_SWEEP=all cargo test -p usher sweep`: all of it
//! - `USHER_SWEEP='fsc/customer-user lose-answer 7' cargo test -p usher sweep`: one case, told whole

mod case;
mod drive;
mod dump;
mod stage;

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::sweep::case::{Case, HURTS, Hurt, Phase};
use crate::sweep::drive::Verdict;
use crate::sweep::stage::{OWN, Stage};
use crate::world::Product;

/// Cases drawn for a sample: with the worst, two minutes on two cores that others use as well.
const SAMPLE: usize = 75;

/// Cases carried out at once.
const THREADS: usize = 3;

#[test]
fn wherever_a_run_is_hurt_it_can_be_resumed_and_undone() {
    let wanted = std::env::var("USHER_SWEEP").unwrap_or_default();
    let seed = std::env::var("USHER_SWEEP_SEED").unwrap_or("1".to_owned());
    let one: Option<Case> = match wanted.as_str() {
        "" | "all" => None,
        case => Some(
            case.parse()
                .unwrap_or_else(|why| panic!("USHER_SWEEP: {why}")),
        ),
    };
    let recipes = match &one {
        Some(case) => vec![case.recipe.clone()],
        None => recipes(),
    };
    let stages: Vec<Stage> = recipes.iter().map(|recipe| Stage::of(recipe)).collect();
    let cases = match (&one, wanted.as_str()) {
        (Some(case), _) => vec![case.clone()],
        (None, "all") => all(&stages),
        (None, _) => {
            let mut cases = worst(&stages);
            cases.extend(sample(all(&stages), &seed));
            cases
        }
    };
    let swept = sweep(&stages, &cases, None);
    if one.is_some() {
        say(&swept.story);
    }
    say(&format!("seed {seed}; {}", swept.summary()));
    assert!(swept.lost.is_empty(), "{}", swept.lost.join("\n"));
}

/// A sweep that finds nothing in a broken engine proves nothing.
#[test]
fn the_sweep_finds_planted_bugs() {
    let stage = Stage::of(OWN);
    for bug in ["outcome-before-answer", "blind-resend"] {
        let hurts = [
            Hurt::FailBefore,
            Hurt::LoseAnswer,
            Hurt::CutAndGone,
            Hurt::LostAndGone,
        ];
        let writes = stage.writes();
        let cases = hurts.iter().flat_map(|hurt| {
            writes.iter().map(|n| Case {
                recipe: stage.recipe.clone(),
                phase: Phase::Apply,
                hurt: *hurt,
                n: *n,
            })
        });
        let swept = sweep(
            std::slice::from_ref(&stage),
            &cases.collect::<Vec<_>>(),
            Some(bug),
        );
        say(&format!("planted {bug}: {}", swept.summary()));
        assert!(!swept.lost.is_empty(), "planted {bug}: nothing was lost");
    }
}

/// What a sweep came to.
#[derive(Default)]
struct Swept {
    tried: usize,
    unhurt: usize,
    /// Right, of so many.
    resumed: (usize, usize),
    undone: (usize, usize),
    /// What was not as it must be, each with the command that repeats it.
    lost: Vec<String>,
    /// What the last case ran, and what that said.
    story: String,
}

impl Swept {
    fn count(&mut self, case: &Case, verdict: Verdict) {
        self.tried += 1;
        self.unhurt += usize::from(verdict.unhurt);
        let counts = [&mut self.resumed, &mut self.undone];
        let judged = [("resumed", verdict.resumed), ("undone", verdict.undone)];
        for ((what, judged), (right, of)) in judged.into_iter().zip(counts) {
            let Some(judged) = judged else {
                continue;
            };
            *of += 1;
            match judged {
                Ok(()) => *right += 1,
                Err(why) => self.lost.push(format!(
                    "{case}, {what}: {why}repeat: USHER_SWEEP='{case}' cargo test -p usher sweep\n"
                )),
            }
        }
        self.story = verdict.story;
    }

    fn summary(&self) -> String {
        format!(
            "points tried {} ({} ended unhurt), resumed equal {} of {}, undone equal {} of {}, lost {}",
            self.tried,
            self.unhurt,
            self.resumed.0,
            self.resumed.1,
            self.undone.0,
            self.undone.1,
            self.lost.len()
        )
    }
}

/// Carries cases out, some at a time.
fn sweep(stages: &[Stage], cases: &[Case], planted: Option<&str>) -> Swept {
    let swept = Mutex::new(Swept::default());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let stage = stages.iter().find(|stage| stage.recipe == case.recipe);
                    let stage = stage.expect("a stage for each recipe");
                    let mut verdict = drive::run(stage, case, planted);
                    let behind = case.n > stage.points(case.phase, case.hurt);
                    if behind && !verdict.unhurt && planted.is_none() {
                        verdict.undone = Some(Err("hurt behind its last point\n".to_owned()));
                    }
                    let mut swept = swept.lock().unwrap_or_else(PoisonError::into_inner);
                    swept.count(case, verdict);
                }
            });
        }
    });
    swept.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// The recipes in the box, and one of our own.
fn recipes() -> Vec<String> {
    let listed = Product::new().run("recipe list --json").json();
    let recipes = listed["recipes"].as_array().expect("recipes");
    let names = recipes
        .iter()
        .map(|recipe| recipe["name"].as_str().expect("a name"));
    names.chain([OWN]).map(str::to_owned).collect()
}

/// Every point, and one behind the last, at which a run must end unhurt.
fn all(stages: &[Stage]) -> Vec<Case> {
    let mut cases = Vec::new();
    for stage in stages {
        for phase in [Phase::Apply, Phase::Undo] {
            for hurt in HURTS {
                let points = stage.points(phase, hurt);
                cases.extend((1..=points + 1).map(|n| Case {
                    recipe: stage.recipe.clone(),
                    phase,
                    hurt,
                    n,
                }));
            }
        }
    }
    cases
}

/// Where most can go wrong: each write acts, its answer is lost, and nobody is there any more.
fn worst(stages: &[Stage]) -> Vec<Case> {
    let cases = stages.iter().flat_map(|stage| {
        stage.writes().into_iter().map(|n| Case {
            recipe: stage.recipe.clone(),
            phase: Phase::Apply,
            hurt: Hurt::LostAndGone,
            n,
        })
    });
    cases.collect()
}

/// Some of the cases: of each kind of hurt as many, else as the seed draws.
fn sample(mut cases: Vec<Case>, seed: &str) -> Vec<Case> {
    cases.sort_by_key(|case| Sha256::digest(format!("{seed} {case}")));
    let mut seen: BTreeMap<(Phase, Hurt), usize> = BTreeMap::new();
    let mut ranked: Vec<(usize, Case)> = Vec::new();
    for case in cases {
        let rank = seen.entry((case.phase, case.hurt)).or_insert(0);
        *rank += 1;
        ranked.push((*rank, case));
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked
        .into_iter()
        .take(SAMPLE)
        .map(|(_, case)| case)
        .collect()
}

/// Tells past the test's capture: who runs the sweep wants its summary when it is green, too.
fn say(line: &str) {
    let _closed = writeln!(std::io::stderr(), "sweep: {line}");
}
