//! Checks that everything to which a plan refers gets a value in time. A step that refers to anything else is planned
//! later, when the value can be read.

use usher_core::change::{Change, Deferral, StepPlan};
use usher_core::plan::{Binder, StepState};
use usher_core::read::{ReadError, Reads};
use usher_core::value::{Token, Unit};

use crate::planning::course::Course;
use crate::planning::problem::unread;
use crate::reads::Reader;

/// Defers a step whose changes need a value that the steps before it may never bind.
pub(super) async fn check(
    reader: &Reader,
    unit: &Unit,
    plan: &StepPlan,
    course: &Course<'_>,
) -> Result<(), StepState> {
    for token in plan.changes.iter().flat_map(Change::tokens) {
        if matches!(token, Token::Input(_)) {
            continue;
        }
        let of = token.binder().map(|(of, _)| of);
        // The answer's check has covered what a plan binds itself.
        if of == Some(unit) {
            continue;
        }
        let binder = of.and_then(|of| course.of(of, |step| Binder::of(&token, step)));
        let binder = binder.unwrap_or(Binder::Nothing);
        let reason = match binder {
            Binder::Run => continue,
            Binder::Field { object, field } => match has_field(reader, &object, &field).await? {
                true => continue,
                false => format!(
                    "its plan needs `{field}` of a planned `{object}`, which has no such field today"
                ),
            },
            Binder::Possible => {
                "its plan needs a value of a record that may or may not come to be".to_owned()
            }
            Binder::Nothing => {
                "its plan needs a value that only the org shows, after the steps before it"
                    .to_owned()
            }
        };
        return Err(StepState::Deferred(Deferral {
            waiting_for: vec![token],
            reason,
            likely: Vec::new(),
        }));
    }
    Ok(())
}

/// Says whether records of the object have the field. An object that the org refuses today has no known field.
async fn has_field(reader: &Reader, object: &str, field: &str) -> Result<bool, StepState> {
    let described = reader.describe_object(object.to_owned(), vec![field.to_owned()]);
    match described.await {
        // The text of JSON without any field.
        Ok(fields) => Ok(&*fields != "{}"),
        Err(ReadError::Refused(_) | ReadError::Pending { .. }) => Ok(false),
        Err(error) => Err(unread(error)),
    }
}
