//! Seats, and everything else that an org has a limited number of: adds up what the steps of a plan take.

use serde_json::Value;
use usher_core::change::Note;
use usher_core::operation::{Condition, Lookup};
use usher_core::plan::{PlannedStep, ProblemClass, Taken, taken};
use usher_core::read::{ReadError, Record};

use crate::planning::problem::note;
use crate::reads::Reader;

/// Fields that name a record for people; not every object has one of them.
const LABELS: [&str; 2] = ["MasterLabel", "Name"];

/// Steps that take too many, or take from a record that does not exist.
pub(super) struct Shortage {
    /// Their places.
    pub(super) steps: Vec<usize>,
    pub(super) class: ProblemClass,
    pub(super) problem: Note,
}

/// The steps that take more than is left.
pub(super) async fn shortages(reader: &Reader, steps: &[PlannedStep]) -> Vec<Shortage> {
    let known: Vec<Taken> = taken(steps)
        .into_iter()
        .filter(|sum| sum.id.is_known())
        .collect();
    let answers = read(reader, &known).await;
    let short = known.into_iter().zip(answers).filter_map(|(sum, answer)| {
        let (class, problem, left) = shortage(&sum, answer)?;
        let mut taken = 0;
        let over = sum.takers.iter().filter(|(_, amount)| {
            taken += amount;
            taken > left
        });
        Some(Shortage {
            steps: over.map(|(place, _)| *place).collect(),
            class,
            problem,
        })
    });
    short.collect()
}

/// The record of each sum, with a label where its object has one.
async fn read(reader: &Reader, sums: &[Taken]) -> Vec<Result<Vec<Record>, ReadError>> {
    let mut answers = reader.real(&lookups(sums, Some(LABELS[0]))).await;
    for label in [Some(LABELS[1]), None] {
        let refused: Vec<usize> = (0..answers.len())
            .filter(|at| matches!(answers[*at], Err(ReadError::Refused(_))))
            .collect();
        if refused.is_empty() {
            break;
        }
        let again: Vec<Taken> = refused.iter().map(|at| sums[*at].clone()).collect();
        let read = reader.real(&lookups(&again, label)).await;
        for (at, answer) in refused.into_iter().zip(read) {
            answers[at] = answer;
        }
    }
    answers
}

fn lookups(sums: &[Taken], label: Option<&str>) -> Vec<Lookup> {
    let lookups = sums.iter().map(|sum| {
        let numbers = [sum.total.as_str(), sum.used.as_str()];
        let fields = numbers.into_iter().chain(label);
        Lookup {
            object: sum.object.clone(),
            fields: fields.map(str::to_owned).collect(),
            conditions: vec![Condition::is("Id", sum.id.clone())],
        }
    });
    lookups.collect()
}

/// The problem of a sum, and the number that can be taken all the same.
fn shortage(
    sum: &Taken,
    answer: Result<Vec<Record>, ReadError>,
) -> Option<(ProblemClass, Note, u64)> {
    let number = |record: &Record, field: &str| {
        let number = record.get(field).and_then(Value::as_i64);
        number.unwrap_or(0)
    };
    match answer.as_deref() {
        Ok([record]) => {
            let (total, used) = (number(record, &sum.total), number(record, &sum.used));
            let left = (total - used).max(0);
            // A negative total means that there is no limit.
            if total < 0 || left.unsigned_abs() >= sum.amount {
                return None;
            }
            let labels = LABELS
                .iter()
                .filter_map(|label| record.get(*label)?.as_str());
            let label = labels.into_iter().next().unwrap_or(&sum.object);
            let why = format!(
                "the whole plan takes {} of `{label}`, and {left} of {total} are left",
                sum.amount,
            );
            let note = Note {
                remedy: Some("free some, or buy more".to_owned()),
                ..note("plan/no-seat", why)
            };
            Some((ProblemClass::Unmet, note, left.unsigned_abs()))
        }
        Ok(_) => {
            let why = format!("it takes of a `{}` that is not there", sum.object);
            Some((ProblemClass::Plugin, note("plugin/bad-answer", why), 0))
        }
        Err(ReadError::Refused(refusal)) => {
            let why = format!(
                "it takes of a `{}`, and the org refuses to read it: {} {}",
                sum.object, refusal.code, refusal.message
            );
            Some((ProblemClass::Plugin, note("plugin/bad-answer", why), 0))
        }
        Err(error) => {
            let unread = note("org/unavailable", error.to_string());
            Some((ProblemClass::Unavailable, unread, 0))
        }
    }
}

#[cfg(test)]
mod tests;
