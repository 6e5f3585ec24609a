//! Requirements, which must hold, and notes.

use usher_program::{Each, Message, Program};
use usher_sdk::{Diagnostic, Failure, Problems, StepPlan};

use crate::known::Known;

/// Checks everything that must hold.
///
/// # Errors
///
/// Something does not: all of it at once.
pub(crate) fn required(program: &Program, known: &Known) -> Result<(), Failure> {
    let mut problems = Problems::default();
    for require in &program.requires {
        let of = format!("the requirement `{}`", require.otherwise.code);
        for known in cases(require.each.as_ref(), known)? {
            if !known.holds(Some(&require.that), &of)? {
                let (summary, remedy) = texts(&require.otherwise, &known, &of)?;
                let problem = Diagnostic::error(&require.otherwise.code, "", summary);
                problems.unmet(with(problem, remedy));
            }
        }
    }
    problems.none()
}

/// Adds the notes.
pub(crate) fn notes(program: &Program, known: &Known, plan: &mut StepPlan) -> Result<(), Failure> {
    for note in &program.notes {
        let code = note.message.code.as_str();
        let of = format!("the note `{code}`");
        for known in cases(note.each.as_ref(), known)? {
            if known.holds(note.when.as_ref(), &of)? {
                let (summary, remedy) = texts(&note.message, &known, &of)?;
                let told = match note.is_warning {
                    true => Diagnostic::warning(code, "", summary),
                    false => Diagnostic::info(code, "", summary),
                };
                plan.note(with(told, remedy));
            }
        }
    }
    Ok(())
}

/// The values once for each record of a list; once without a list.
fn cases(each: Option<&Each>, known: &Known) -> Result<Vec<Known>, Failure> {
    let Some(each) = each else {
        return Ok(vec![known.clone()]);
    };
    let records = known.each(each)?;
    Ok(records
        .iter()
        .map(|(_, record)| known.at(each, record))
        .collect())
}

fn texts(message: &Message, known: &Known, of: &str) -> Result<(String, Option<String>), Failure> {
    let summary = known.shown(&message.summary, of)?;
    let remedy = message.remedy.as_ref();
    let remedy = remedy.map(|remedy| known.shown(remedy, of)).transpose()?;
    Ok((summary, remedy))
}

fn with(diagnostic: Diagnostic, remedy: Option<String>) -> Diagnostic {
    match remedy {
        Some(remedy) => diagnostic.remedy(remedy),
        None => diagnostic,
    }
}
