//! A certain effect that did not come: what the org shows instead, and what its prediction rested on.

use usher_core::change::{Note, NoteSeverity};
use usher_core::run::{EFFECT_MISSING, RunState};

use crate::error::Error;
use crate::exit::Exit;

/// The error of a run whose certain effects are not all there; the first of these.
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
        true => error.help("look at it in Setup; completed changes are not repeated when you apply again"),
        false => error.help(format!(
            "the plan may have assumed something that is not true. {}. Completed changes are not repeated when \
             you apply again",
            granted.join(". ")
        )),
    })
}

/// What a plugin says it went by without being able to look, and what to set when that was wrong.
fn taken_for_granted(note: &Note) -> Option<String> {
    let remedy = note.remedy.as_ref()?;
    (note.severity == NoteSeverity::Info).then(|| format!("{}. {remedy}", note.summary))
}
