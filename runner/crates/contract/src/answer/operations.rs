//! One change by itself: whether its operation can be carried out, awaited and taken back.

use serde_json::Value;

use crate::change::{Binding, Change, Undo, Wait, WayBack};
use crate::operation::{
    ALLOW_DUPLICATES, ConfigureSettings, CreateRecord, DeployComponents, Field, Operation,
    RestRequest, UpdateRecord,
};
use crate::value::Scalar;

use crate::answer::json;
use crate::fault::Fault;
use crate::text;

/// Options of `create` that this host knows. Their values are `true` or `false`.
const CREATE_OPTIONS: &[&str] = &[ALLOW_DUPLICATES];

/// Checks one change. The JSON in it comes out tidied.
pub(super) fn check(change: &mut Change) -> Result<(), Fault> {
    operation(&mut change.operation, &change.waits)?;
    waits(&change.waits)?;
    results(change)?;
    let Undo::Possible(back) = &mut change.undo else {
        return Ok(());
    };
    match &mut back.way {
        WayBack::Instead(inverse) => operation(inverse, &back.waits)?,
        WayBack::Restore => {
            // What was deleted has another id when it is made again, and what a request did, only its
            // author knows.
            if let Operation::Delete(_) | Operation::Request(_) = &change.operation {
                let verb = change.operation.verb();
                return Err(Fault::NoRestore { verb });
            }
        }
    }
    waits(&back.waits)
}

fn operation(operation: &mut Operation, waits: &[Wait]) -> Result<(), Fault> {
    match operation {
        Operation::Create(CreateRecord { options: given, .. }) => options(given, CREATE_OPTIONS),
        Operation::Update(UpdateRecord {
            fields,
            options: given,
            ..
        }) => {
            sets_something(fields.is_empty())?;
            options(given, &[])
        }
        Operation::Configure(ConfigureSettings { fields, .. }) => sets_something(fields.is_empty()),
        Operation::Deploy(DeployComponents {
            components,
            removals,
            options: given,
        }) => {
            sets_something(components.is_empty() && removals.is_empty())?;
            for component in components {
                let json = json::tidy_text("component content", &mut component.content)?;
                content(&json)?;
            }
            options(given, &[])
        }
        Operation::Request(RestRequest { body, .. }) => match body {
            Some(body) => json::tidy_text("request body", body).map(drop),
            None => Ok(()),
        },
        Operation::Delete(_) => Ok(()),
        Operation::WaitOnly(_) if waits.is_empty() => Err(Fault::NoWait),
        Operation::WaitOnly(_) => Ok(()),
    }
}

fn sets_something(nothing: bool) -> Result<(), Fault> {
    match nothing {
        true => Err(Fault::SetsNothing),
        false => Ok(()),
    }
}

/// An option that is not known must not be passed over: it may be what makes the change right.
fn options(given: &[Field], known: &[&str]) -> Result<(), Fault> {
    let unknown = given.iter().find(|option| {
        !known.contains(&option.name.as_str()) || !matches!(option.value, Scalar::Truth(_))
    });
    match unknown {
        Some(option) => Err(Fault::Option {
            name: option.name.clone(),
        }),
        None => Ok(()),
    }
}

fn waits(waits: &[Wait]) -> Result<(), Fault> {
    match waits
        .iter()
        .find(|wait| wait.every_ms == 0 || wait.at_most_ms == 0)
    {
        Some(wait) => Err(Fault::Wait {
            every_ms: wait.every_ms,
            at_most_ms: wait.at_most_ms,
        }),
        None => Ok(()),
    }
}

/// A create binds `id` by itself.
fn results(change: &Change) -> Result<(), Fault> {
    let creates = matches!(change.operation, Operation::Create(_));
    let twice = |(index, result): (usize, &Binding)| {
        let before = &change.results[..index];
        (creates && result.name == "id") || before.iter().any(|other| other.name == result.name)
    };
    let mut each = change.results.iter().enumerate();
    match each.find(|it| twice(*it)) {
        Some((_, result)) => Err(Fault::Twice {
            name: result.name.clone(),
        }),
        None => Ok(()),
    }
}

/// Checks the content of a component: element name → list of its occurrences in order, each a text or such an
/// object again.
pub fn content(json: &Value) -> Result<(), Fault> {
    let wrong = |reason: String| Fault::Json {
        what: "component content",
        reason,
    };
    let Value::Object(elements) = json else {
        return Err(wrong("it is no object of elements".to_owned()));
    };
    for (name, occurrences) in elements {
        let Value::Array(occurrences) = occurrences else {
            let name = text::shown(name);
            return Err(wrong(format!("element `{name}` is no list of occurrences")));
        };
        for occurrence in occurrences {
            match occurrence {
                Value::String(_) => {}
                _ if json::is_stand_in(occurrence) => {}
                Value::Object(_) => content(occurrence)?,
                _ => {
                    let name = text::shown(name);
                    return Err(wrong(format!(
                        "element `{name}` holds neither text nor elements"
                    )));
                }
            }
        }
    }
    Ok(())
}
