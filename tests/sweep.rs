//! The fault sweep: every recipe's run is hurt at every point, and must then be resumed to the org that an undisturbed
//! run leaves, and be undone to what an undisturbed undo leaves. `sweep::hurt` lists the hurts by classes.
//!
//! - without a variable: the worst points and a sample of each class, drawn by `USHER_SWEEP_SEED` (1 when not set)
//! - `USHER_SWEEP=all cargo test -p usher sweep`: all of it
//! - `USHER_SWEEP='all of fsc/customer-user'`: all of one recipe
//! - `USHER_SWEEP='class http'`, `USHER_SWEEP='class http of fsc/customer-user'`: all of one class
//! - `USHER_SWEEP='fsc/customer-user lose-answer 7'`: one case, told whole

mod case;
mod choice;
mod desk;
mod drive;
mod dump;
mod fault;
mod hurt;
mod killed;
mod other_user;
mod planted;
pub(crate) mod process;
mod rival;
mod rivalry;
mod rows;
mod second;
mod stage;
mod tally;
mod trace;
mod verdict;

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::sweep::case::Case;
use crate::sweep::choice::Choice;
use crate::sweep::hurt::Class;
use crate::sweep::stage::{OWN, Stage};
use crate::sweep::tally::Tally;
use crate::sweep::verdict::Judged;
use crate::world::Product;

/// Cases carried out at once.
const THREADS: usize = 4;

#[test]
fn wherever_a_run_is_hurt_it_can_be_resumed_and_undone() {
    let wanted = std::env::var("USHER_SWEEP").unwrap_or_default();
    let seed = std::env::var("USHER_SWEEP_SEED").unwrap_or("1".to_owned());
    let choice = Choice::read(&wanted).unwrap_or_else(|why| panic!("USHER_SWEEP: {why}"));
    let recipes = match choice.recipe() {
        Some(recipe) => vec![recipe.to_owned()],
        None => recipes(),
    };
    let stages: Vec<Stage> = recipes.iter().map(|recipe| Stage::of(recipe)).collect();
    let swept = sweep(&stages, &choice.cases(&stages, &seed), None);
    if let Choice::One(_) = choice {
        say(&swept.story);
    }
    say(&format!("seed {seed}\n{}", swept.summary()));
    assert!(swept.lost.is_empty(), "{}", swept.lost.join("\n"));
}

/// Carries cases out, some at a time.
fn sweep(stages: &[Stage], cases: &[Case], planted: Option<&str>) -> Tally {
    let tally = Mutex::new(Tally::default());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let stage = stages.iter().find(|stage| stage.recipe == case.recipe);
                    let stage = stage.expect("a stage for each recipe");
                    let mut verdict = drive::run(stage, case, planted);
                    let behind = case.n > stage.points(case.phase, case.hurt);
                    // Over HTTP a wait looks as often as the clock lets it, so that a run may have more requests.
                    let is_counted = case.hurt.class() != Class::Http;
                    if behind && is_counted && !verdict.unhurt && planted.is_none() {
                        let why = "hurt behind its last point\n".to_owned();
                        verdict.judge(Judged::Course, Err(why));
                    }
                    let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
                    tally.count(case, verdict);
                }
            });
        }
    });
    tally.into_inner().unwrap_or_else(PoisonError::into_inner)
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

/// Prints past the test's capture, so that the summary is visible when the sweep is green, too.
fn say(text: &str) {
    for line in text.lines() {
        let _closed = writeln!(std::io::stderr(), "sweep: {line}");
    }
}
