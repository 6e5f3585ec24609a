//! The form of an answer: its amounts, names, numbers and places. Texts for people come out as they may be shown.

use crate::change::{
    Binding, Change, Consequence, Effect, Failure, Note, Source, StepPlan, Undo, Wait, WayBack,
};
use crate::fault::{BadAnswer, Fault};
use crate::form::{self, OBJECT, SETTINGS};
use crate::limit::CHANGES_PER_PLAN_MAX;
use crate::name;
use crate::text::{self, shown};

/// Checks the form of a plan and tidies its texts.
pub(super) fn plan(plan: &mut StepPlan) -> Result<(), BadAnswer> {
    for (what, count) in [
        ("changes", plan.changes.len()),
        ("effects", plan.effects.len()),
        ("notes", plan.notes.len()),
    ] {
        if count > CHANGES_PER_PLAN_MAX {
            let max = CHANGES_PER_PLAN_MAX;
            return Err(Fault::TooMany { what, max }.at(""));
        }
    }
    for it in &mut plan.changes {
        change(it).map_err(|fault| fault.at(&shown(&it.address)))?;
    }
    for it in &mut plan.effects {
        effect(it).map_err(|fault| fault.at(&shown(&it.address)))?;
    }
    plan.notes.iter_mut().for_each(note);
    Ok(())
}

/// Tidies the texts of a failure.
pub(super) fn failure(failure: &mut Failure) {
    match failure {
        Failure::Invalid(notes) | Failure::Unmet(notes) => {
            notes.truncate(CHANGES_PER_PLAN_MAX);
            notes.iter_mut().for_each(note);
        }
        Failure::Deferred(it) => {
            tidy(&mut it.reason);
            it.likely.iter_mut().for_each(tidy);
        }
        Failure::Transient(reason) | Failure::Broken(reason) => tidy(reason),
    }
}

fn change(change: &mut Change) -> Result<(), Fault> {
    name::address(&change.address)?;
    tidy(&mut change.summary);
    change.operation.kind_mut().form()?;
    change.waits.iter_mut().try_for_each(wait)?;
    change.results.iter().try_for_each(binding)?;
    match &mut change.undo {
        Undo::Possible(back) => {
            if let WayBack::Instead(inverse) = &mut back.way {
                inverse.kind_mut().form()?;
            }
            back.waits.iter_mut().try_for_each(wait)?;
            back.only_if.iter().try_for_each(form::expectation)?;
            back.stays.iter_mut().for_each(tidy);
            back.destroys.iter_mut().for_each(tidy);
        }
        Undo::Nothing => {}
        Undo::Impossible(reason) => tidy(reason),
    }
    Ok(())
}

fn wait(wait: &mut Wait) -> Result<(), Fault> {
    form::probe(&wait.look)?;
    tidy(&mut wait.summary);
    form::finding(&wait.look, &wait.until)?;
    form::checks(&wait.look, &wait.failed)?;
    match &wait.reason_at {
        Some(at) => form::place(&wait.look, at),
        None => Ok(()),
    }
}

fn binding(binding: &Binding) -> Result<(), Fault> {
    name::result(&binding.name)?;
    match &binding.source {
        Source::Reply(at) => name::pointer(at),
        Source::Found { look, at } => {
            form::probe(look)?;
            form::place(look, at)
        }
    }
}

fn effect(effect: &mut Effect) -> Result<(), Fault> {
    name::address(&effect.address)?;
    tidy(&mut effect.summary);
    consequence(&effect.consequence)?;
    effect.remains.iter_mut().for_each(tidy);
    Ok(())
}

fn consequence(consequence: &Consequence) -> Result<(), Fault> {
    match consequence {
        Consequence::Appears {
            object,
            fields,
            key,
            id,
        } => {
            name::api(OBJECT, object)?;
            form::fields(fields)?;
            form::conditions(object, key)?;
            form::scalar(id)
        }
        Consequence::Alters { object, id, fields } => {
            name::api(OBJECT, object)?;
            form::scalar(id)?;
            form::fields(fields)
        }
        Consequence::Disappears { object, id } => {
            name::api(OBJECT, object)?;
            form::scalar(id)
        }
        Consequence::Configures { settings, fields } => {
            name::api(SETTINGS, settings)?;
            form::fields(fields)
        }
        Consequence::Opens { objects, fields } => {
            objects
                .iter()
                .try_for_each(|object| name::api(OBJECT, object))?;
            fields.iter().try_for_each(|opened| {
                name::api(OBJECT, &opened.object)?;
                name::api("field name", &opened.field)?;
                form::scalar(&opened.initial)
            })
        }
        Consequence::Takes {
            object,
            id,
            total,
            used,
            ..
        } => {
            name::api(OBJECT, object)?;
            form::scalar(id)?;
            name::field(total)?;
            name::field(used)
        }
        Consequence::Mails { to, .. } => form::scalars(to),
        Consequence::Other => Ok(()),
    }
}

fn note(note: &mut Note) {
    tidy(&mut note.code);
    tidy(&mut note.summary);
    note.remedy.iter_mut().for_each(tidy);
    note.rule.iter_mut().for_each(tidy);
    tidy(&mut note.at);
}

fn tidy(text: &mut String) {
    if !text::is_shown_as_it_is(text) {
        *text = shown(text);
    }
}
