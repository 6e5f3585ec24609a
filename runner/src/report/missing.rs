//! A certain effect that did not come: the present value in the org, and the ground of its prediction.

use usher_core::change::{Note, NoteSeverity};
use usher_core::run::{EFFECT_MISSING, RunState};

use crate::error::Error;
use crate::exit::Exit;

/// The error of a run some of whose certain effects did not come; the first of these.
pub(crate) fn effect_missing(state: &RunState) -> Option<Error> {
    let missed = state.missed();
    let (step, effect, why) = missed.first()?;
    let message = format!(
        "step `{step}`: what Salesforce was to do did not come: {}: {why}",
        effect.summary
    );
    let error = Error::new(Exit::Failed, EFFECT_MISSING, message);
    let notes = state.step(step).map(|step| step.plan.notes.as_slice());
    let granted: Vec<String> = notes
        .unwrap_or_default()
        .iter()
        .filter_map(taken_for_granted)
        .collect();
    Some(match granted.is_empty() {
        true => error.help("look at it in Setup; what is done stays done when you apply again"),
        false => error.help(format!(
            "the plan may have taken something for granted that is not so. {}. What is done stays done when \
             you apply again",
            granted.join(". ")
        )),
    })
}

/// Returns the assumption that a plugin made without being able to look, and the input to set if it was wrong.
fn taken_for_granted(note: &Note) -> Option<String> {
    let remedy = note.remedy.as_ref()?;
    (note.severity == NoteSeverity::Info).then(|| format!("{}. {remedy}", note.summary))
}
