//! Inputs that are generated from the plugin's own schema: whatever fits it, the plugin answers, and it breaks off at
//! none of them.

mod random;
mod values;

use serde_json::{Map, Value};
use usher_core::manifest::Schema;
use usher_core::rehearsal::State;
use usher_host::Plugin;

use crate::error::Error;
use crate::report::shell_word;
use crate::trial::Testing;
use crate::trial::folder::Folder;
use crate::trial::outcome::{Case, Outcome, Part, Wrong};
use crate::trial::rehearsals::{self, Answer};

use random::Random;
use values::Values;

/// Attempts at one input. Schemas that no attempt fits are rare, and rehearsals have inputs that fit.
const ATTEMPTS_MAX: usize = 20;

/// Failures that are shown. More of them say little new.
const SHOWN_MAX: usize = 3;

/// An input that fits, and the org that it was written for.
type Base = (Map<String, Value>, State);

/// Tries the inputs.
pub(super) async fn tried(
    folder: &Folder,
    plugin: &Plugin,
    testing: &Testing,
) -> Result<Vec<Case>, Error> {
    let rehearsals = rehearsals::read(folder)?.into_iter();
    let mut bases: Vec<Base> = rehearsals.map(|(_, it)| (it.input, it.org)).collect();
    if bases.is_empty() {
        bases.push((Map::new(), State::empty_for(plugin.manifest())));
    }
    let schema = &plugin.manifest().input;
    let numbers = testing.only.map_or(0..testing.cases, |only| only..only + 1);
    let mut tally = Tally::default();
    let mut shown: Vec<Map<String, Value>> = Vec::new();
    let mut cases = Vec::new();
    for number in numbers {
        let mut random = Random::of(testing.seed, number);
        let base = random.one_of(&bases);
        let Some(input) = made(schema, base, &mut random) else {
            tally.unmade += 1;
            continue;
        };
        let answer = rehearsals::answer(plugin, input.clone(), base.1.clone(), false).await;
        if !is_wrong(&answer) {
            tally.note(&answer);
            continue;
        }
        tally.wrong += 1;
        if cases.len() < SHOWN_MAX {
            let (input, answer) = smallest(plugin, base, input, answer).await;
            if !shown.contains(&input) {
                cases.push(failure(testing, number, &input, answer));
                shown.push(input);
            }
        }
    }
    if testing.cases > 0 || testing.only.is_some() {
        cases.insert(0, tally.case(testing));
    }
    Ok(cases)
}

/// An input that fits the schema; none when no attempt does.
fn made(schema: &Schema, base: &Base, random: &mut Random) -> Option<Map<String, Value>> {
    (0..ATTEMPTS_MAX).find_map(|_| {
        let mut values = Values {
            schema: schema.json(),
            random: &mut *random,
        };
        let input = values.input(schema, &base.0);
        let filled = schema.with_defaults(&input);
        let fits =
            schema.unknowns_refused(&filled).is_empty() && schema.problems(&filled).is_empty();
        fits.then_some(input)
    })
}

fn is_wrong(answer: &Answer) -> bool {
    answer.is_fault || answer.is_broken || !answer.refused.is_empty()
}

/// Takes out of an input that fails whatever it fails without.
async fn smallest(
    plugin: &Plugin,
    base: &Base,
    mut input: Map<String, Value>,
    mut answer: Answer,
) -> (Map<String, Value>, Answer) {
    let schema = &plugin.manifest().input;
    let names: Vec<String> = input.keys().cloned().collect();
    for name in names {
        let mut less = input.clone();
        less.remove(&name);
        if !schema.problems(&schema.with_defaults(&less)).is_empty() {
            continue;
        }
        let other = rehearsals::answer(plugin, less.clone(), base.1.clone(), false).await;
        if is_wrong(&other) && other.is_fault == answer.is_fault {
            (input, answer) = (less, other);
        }
    }
    (input, answer)
}

fn failure(testing: &Testing, number: usize, input: &Map<String, Value>, answer: Answer) -> Case {
    let mut why = answer.refused;
    if answer.is_broken {
        why.push(answer.text.unwrap_or_default().trim_end().to_owned());
    }
    why.push(format!("the input: {}", Value::Object(input.clone())));
    let folder = testing.folder.display().to_string();
    let repeat = format!(
        "usher plugin test {} --seed {} --only {number}",
        shell_word(&folder),
        testing.seed
    );
    let wrong = Wrong {
        why,
        remedy: Some(match answer.remedy {
            Some(remedy) => format!("{remedy}; `{repeat}` repeats it"),
            None => format!("`{repeat}` repeats it"),
        }),
        log: answer.log,
        ..Wrong::default()
    };
    Case::of(
        Part::Generated,
        format!("Input {number}"),
        Outcome::Failed(wrong),
    )
}

/// The answers to generated inputs, counted.
#[derive(Default)]
struct Tally {
    plans: usize,
    reasons: usize,
    wrong: usize,
    unmade: usize,
}

impl Tally {
    fn note(&mut self, answer: &Answer) {
        let is_plan = answer.text.as_deref().is_some_and(is_plan);
        *if is_plan {
            &mut self.plans
        } else {
            &mut self.reasons
        } += 1;
    }

    fn case(&self, testing: &Testing) -> Case {
        let title = "Generated inputs";
        let tried = self.plans + self.reasons + self.wrong;
        if tried == 0 {
            let why = "no input could be made that fits the schema: write a rehearsal, whose input is varied then";
            return Case::of(Part::Generated, title, Outcome::Skipped(why.to_owned()));
        }
        let says = format!(
            "{tried} from the seed {}: {} plans, {} reasons for none",
            testing.seed, self.plans, self.reasons
        );
        let outcome = match self.wrong {
            0 => Outcome::Passed(says),
            1 => Outcome::Noted(format!("{says}, 1 fault")),
            wrong => Outcome::Noted(format!("{says}, {wrong} faults")),
        };
        Case::of(Part::Generated, title, outcome)
    }
}

/// Says that an answer is a plan: it ends with outputs.
fn is_plan(text: &str) -> bool {
    text.lines()
        .last()
        .is_some_and(|line| line.starts_with("= "))
}
