//! Changes, effects, notes and failures.

use serde_json::Value;

use usher_core::change::{
    Binding, Certainty, Change, Consequence, Deferral, Effect, Failure, Need, Note, NoteSeverity,
    OpenedField, Source, StepPlan, TakeBack, Undo, Wait, WayBack,
};
use usher_core::limit::CHANGES_PER_PLAN_MAX;
use usher_core::operation::{Component, Key, Method, Operation, Repetition};
use usher_core::value::Token;

use crate::bindings::usher::step::types as wit;
use crate::convert::value;
use crate::fault::{BadAnswer, Fault};
use crate::name;
use crate::text::shown;

/// A plan with well-formed names, numbers and JSON.
pub(crate) fn step_plan(plan: wit::StepPlan) -> Result<StepPlan, BadAnswer> {
    if plan.changes.len() > CHANGES_PER_PLAN_MAX {
        return Err(Fault::too_many_changes().at(""));
    }
    for (what, count) in [("effects", plan.effects.len()), ("notes", plan.notes.len())] {
        if count > CHANGES_PER_PLAN_MAX {
            let max = CHANGES_PER_PLAN_MAX;
            return Err(Fault::TooMany { what, max }.at(""));
        }
    }
    let changes = plan.changes.into_iter().map(|it| {
        let at = shown(&it.address);
        change(it).map_err(|fault| fault.at(&at))
    });
    let changes = changes.collect::<Result<_, _>>()?;
    let effects = plan.effects.into_iter().map(|it| {
        let at = shown(&it.address);
        effect(it).map_err(|fault| fault.at(&at))
    });
    Ok(StepPlan {
        changes,
        effects: effects.collect::<Result<_, _>>()?,
        outputs: outputs(&plan.outputs).map_err(|fault| fault.at("outputs"))?,
        notes: plan.notes.into_iter().map(note).collect(),
    })
}

/// A failure with texts that may be shown.
pub(crate) fn failure(failure: wit::Failure) -> Failure {
    let notes = |notes: Vec<wit::Diagnostic>| {
        let few = notes.into_iter().take(CHANGES_PER_PLAN_MAX);
        few.map(note).collect()
    };
    match failure {
        wit::Failure::Invalid(it) => Failure::Invalid(notes(it)),
        wit::Failure::Unmet(it) => Failure::Unmet(notes(it)),
        wit::Failure::Deferred(it) => Failure::Deferred(Deferral {
            waiting_for: it
                .waiting_for
                .iter()
                .map(|token| Token::of_text(token))
                .collect(),
            reason: shown(&it.reason),
            likely: it.likely.iter().map(|text| shown(text)).collect(),
        }),
        wit::Failure::Transient(reason) => Failure::Transient(shown(&reason)),
        wit::Failure::Broken(reason) => Failure::Broken(shown(&reason)),
    }
}

fn outputs(text: &str) -> Result<Value, Fault> {
    match serde_json::from_str(text) {
        Ok(Value::Object(outputs)) => Ok(Value::Object(outputs)),
        Ok(_) => Err(Fault::Json {
            what: "outputs",
            reason: "it is no object".to_owned(),
        }),
        Err(error) => Err(Fault::Json {
            what: "outputs",
            reason: error.to_string(),
        }),
    }
}

fn change(change: wit::Change) -> Result<Change, Fault> {
    Ok(Change {
        address: name::address(change.address)?,
        summary: shown(&change.summary),
        operation: operation(change.operation)?,
        needs: change
            .needs
            .into_iter()
            .map(|need| match need {
                wit::Need::Change(address) => Need::Change(address),
                wit::Need::Given(token) => Need::Given(Token::of_text(&token)),
            })
            .collect(),
        waits: waits(change.waits)?,
        results: change
            .results
            .into_iter()
            .map(binding)
            .collect::<Result<_, _>>()?,
        undo: undo(change.undo)?,
    })
}

fn operation(operation: wit::Operation) -> Result<Operation, Fault> {
    Ok(match operation {
        wit::Operation::Create(it) => {
            let object = name::api("name of an object", it.object)?;
            Operation::Create {
                fields: value::fields(it.fields)?,
                key: Key {
                    conditions: value::conditions(&object, it.key.conditions)?,
                    enforced: it.key.enforced,
                },
                options: options(it.options)?,
                object,
            }
        }
        wit::Operation::Update(it) => Operation::Update {
            object: name::api("name of an object", it.object)?,
            id: value::scalar(it.id)?,
            fields: value::fields(it.fields)?,
            options: options(it.options)?,
        },
        wit::Operation::Delete(it) => Operation::Delete {
            object: name::api("name of an object", it.object)?,
            id: value::scalar(it.id)?,
        },
        wit::Operation::Configure(it) => Operation::Configure {
            settings: name::api("name of settings", it.settings)?,
            fields: value::fields(it.fields)?,
        },
        wit::Operation::Deploy(it) => Operation::Deploy {
            components: it
                .components
                .into_iter()
                .map(component)
                .collect::<Result<_, _>>()?,
            removals: it
                .removals
                .into_iter()
                .map(value::component_name)
                .collect::<Result<_, _>>()?,
            options: options(it.options)?,
        },
        wit::Operation::Request(it) => Operation::Request {
            method: match it.method {
                wit::Method::Post => Method::Post,
                wit::Method::Put => Method::Put,
                wit::Method::Patch => Method::Patch,
                wit::Method::Delete => Method::Delete,
            },
            path: value::resource_path(it.path)?,
            body: it.body,
            repetition: match it.repetition {
                wit::Repetition::Safe => Repetition::Safe,
                wit::Repetition::Look(key) => Repetition::Look {
                    look: value::probe(key.look)?,
                    enforced: key.enforced,
                },
                wit::Repetition::Never => Repetition::Never,
            },
        },
        wit::Operation::WaitOnly => Operation::WaitOnly,
    })
}

/// Whether an option is known is decided with the operation it stands with.
fn options(options: Vec<wit::Field>) -> Result<Vec<usher_core::operation::Field>, Fault> {
    value::named(options, |name| Ok(shown(&name)))
}

fn component(component: wit::Component) -> Result<Component, Fault> {
    Ok(Component {
        name: value::component_name(component.name)?,
        content: component.content,
    })
}

fn waits(waits: Vec<wit::Wait>) -> Result<Vec<Wait>, Fault> {
    waits.into_iter().map(wait).collect()
}

fn wait(wait: wit::Wait) -> Result<Wait, Fault> {
    let look = value::probe(wait.look)?;
    let reason_at = wait.reason_at.map(|at| value::place(&look, at));
    Ok(Wait {
        summary: shown(&wait.summary),
        until: value::finding(&look, wait.until)?,
        failed: value::checks(&look, wait.failed)?,
        reason_at: reason_at.transpose()?,
        every_ms: wait.every_ms,
        at_most_ms: wait.at_most_ms,
        look,
    })
}

fn binding(binding: wit::Binding) -> Result<Binding, Fault> {
    Ok(Binding {
        name: name::result(binding.name)?,
        source: match binding.source {
            wit::Source::Reply(at) => Source::Reply(name::pointer(at)?),
            wit::Source::Found(found) => {
                let look = value::probe(found.look)?;
                Source::Found {
                    at: value::place(&look, found.at)?,
                    look,
                }
            }
        },
        secret: binding.secret,
    })
}

fn undo(undo: wit::Undo) -> Result<Undo, Fault> {
    Ok(match undo {
        wit::Undo::Possible(it) => Undo::Possible(TakeBack {
            way: match it.way {
                wit::WayBack::Restore => WayBack::Restore,
                wit::WayBack::Instead(inverse) => WayBack::Instead(operation(inverse)?),
            },
            waits: waits(it.waits)?,
            only_if: it
                .only_if
                .into_iter()
                .map(value::expectation)
                .collect::<Result<_, _>>()?,
            stays: it.stays.as_deref().map(shown),
            destroys: it.destroys.as_deref().map(shown),
        }),
        wit::Undo::Nothing => Undo::Nothing,
        wit::Undo::Impossible(reason) => Undo::Impossible(shown(&reason)),
    })
}

fn effect(effect: wit::Effect) -> Result<Effect, Fault> {
    Ok(Effect {
        address: name::address(effect.address)?,
        causes: effect.causes,
        summary: shown(&effect.summary),
        certainty: match effect.certainty {
            wit::Certainty::Certain => Certainty::Certain,
            wit::Certainty::Likely => Certainty::Likely,
            wit::Certainty::Possible => Certainty::Possible,
        },
        consequence: consequence(effect.consequence)?,
        within_ms: effect.within_ms,
        remains: effect.remains.as_deref().map(shown),
    })
}

fn consequence(consequence: wit::Consequence) -> Result<Consequence, Fault> {
    let object = |name| name::api("name of an object", name);
    Ok(match consequence {
        wit::Consequence::Appears(it) => {
            let object = object(it.object)?;
            Consequence::Appears {
                fields: value::fields(it.fields)?,
                key: value::conditions(&object, it.key)?,
                id: value::scalar(it.id)?,
                object,
            }
        }
        wit::Consequence::Alters(it) => Consequence::Alters {
            object: object(it.object)?,
            id: value::scalar(it.id)?,
            fields: value::fields(it.fields)?,
        },
        wit::Consequence::Disappears(it) => Consequence::Disappears {
            object: object(it.object)?,
            id: value::scalar(it.id)?,
        },
        wit::Consequence::Configures(it) => Consequence::Configures {
            settings: name::api("name of settings", it.settings)?,
            fields: value::fields(it.fields)?,
        },
        wit::Consequence::Opens(it) => Consequence::Opens {
            objects: it
                .objects
                .into_iter()
                .map(object)
                .collect::<Result<_, _>>()?,
            fields: it
                .fields
                .into_iter()
                .map(|opened| {
                    Ok(OpenedField {
                        object: object(opened.object)?,
                        field: name::api("field name", opened.field)?,
                        initial: value::scalar(opened.initial)?,
                    })
                })
                .collect::<Result<_, _>>()?,
        },
        wit::Consequence::Takes(it) => Consequence::Takes {
            object: object(it.object)?,
            id: value::scalar(it.id)?,
            total: name::field(it.total)?,
            used: name::field(it.used)?,
            amount: it.amount,
        },
        wit::Consequence::Mails(it) => Consequence::Mails {
            recipients: it.recipients,
            to: value::scalars(it.to)?,
        },
        wit::Consequence::Other => Consequence::Other,
    })
}

fn note(note: wit::Diagnostic) -> Note {
    Note {
        severity: match note.severity {
            wit::Severity::Error => NoteSeverity::Error,
            wit::Severity::Warning => NoteSeverity::Warning,
            wit::Severity::Info => NoteSeverity::Info,
        },
        code: shown(&note.code),
        summary: shown(&note.summary),
        remedy: note.remedy.as_deref().map(shown),
        rule: note.rule.as_deref().map(shown),
        at: shown(&note.at),
    }
}
