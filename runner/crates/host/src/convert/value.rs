//! Values, lookups, paths and probes. Reads and plans both consist of these.

use usher_core::operation::{
    Check, ComponentName, Condition, Expectation, Field, Finding, Lookup, Probe, ResourcePath,
};
use usher_core::sameness::time;
use usher_core::value::{BindingName, Piece, Reference, Scalar, Token};

use crate::bindings::usher::step::types as wit;
use crate::fault::Fault;
use crate::name;
use crate::text;

pub(crate) fn reference(reference: wit::Reference) -> Reference {
    match reference {
        wit::Reference::Given(token) => Reference::Given(Token(token)),
        wit::Reference::Bound(bound) => Reference::Bound(BindingName {
            address: bound.address,
            name: bound.name,
        }),
    }
}

pub(crate) fn scalar(scalar: wit::Scalar) -> Result<Scalar, Fault> {
    Ok(match scalar {
        wit::Scalar::Nothing => Scalar::Nothing,
        wit::Scalar::Truth(truth) => Scalar::Truth(truth),
        wit::Scalar::Number(number) => {
            if !is_number(&number) {
                return Err(Fault::Number {
                    text: text::line(&number, 80),
                });
            }
            Scalar::Number(number)
        }
        wit::Scalar::Text(text) => Scalar::Text(text),
        wit::Scalar::Date(text) => match time::day(&text) {
            Some(_) => Scalar::Date(text),
            None => return Err(no_time("a date: `2026-11-22`", &text)),
        },
        wit::Scalar::DateTime(text) => match time::instant(&text) {
            Some(_) => Scalar::DateTime(text),
            None => return Err(no_time("a date-time: `2026-11-22T10:00:00Z`", &text)),
        },
        wit::Scalar::Reference(it) => Scalar::Reference(reference(it)),
        wit::Scalar::Joined(pieces) => Scalar::Joined(
            pieces
                .into_iter()
                .map(|piece| match piece {
                    wit::Piece::Text(text) => Piece::Text(text),
                    wit::Piece::Reference(it) => Piece::Reference(reference(it)),
                })
                .collect(),
        ),
    })
}

fn no_time(what: &'static str, given: &str) -> Fault {
    Fault::Time {
        what,
        text: text::line(given, 80),
    }
}

pub(crate) fn scalars(scalars: Vec<wit::Scalar>) -> Result<Vec<Scalar>, Fault> {
    scalars.into_iter().map(scalar).collect()
}

/// Fields to set, each once: Salesforce takes names without regard to case.
pub(crate) fn fields(fields: Vec<wit::Field>) -> Result<Vec<Field>, Fault> {
    let fields: Vec<Field> = named(fields, name::field)?;
    let mut names: Vec<String> = fields
        .iter()
        .map(|field| field.name.to_ascii_lowercase())
        .collect();
    names.sort();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Fault::Twice {
            name: pair[0].clone(),
        }),
        None => Ok(fields),
    }
}

/// Values below names of another kind: options, parameters, binds.
pub(crate) fn named(
    fields: Vec<wit::Field>,
    check: impl Fn(String) -> Result<String, Fault>,
) -> Result<Vec<Field>, Fault> {
    fields
        .into_iter()
        .map(|field| {
            Ok(Field {
                name: check(field.name)?,
                value: scalar(field.value)?,
            })
        })
        .collect()
}

pub(crate) fn conditions(
    object: &str,
    conditions: Vec<wit::Condition>,
) -> Result<Vec<Condition>, Fault> {
    if conditions.is_empty() {
        return Err(Fault::NoCondition {
            object: object.to_owned(),
        });
    }
    conditions
        .into_iter()
        .map(|condition| {
            Ok(Condition {
                field: name::field(condition.field)?,
                any_of: scalars(condition.any_of)?,
            })
        })
        .collect()
}

pub(crate) fn lookup(lookup: wit::Lookup) -> Result<Lookup, Fault> {
    let object = name::api("name of an object", lookup.object)?;
    let conditions = conditions(&object, lookup.conditions)?;
    let fields: Result<_, _> = lookup.fields.into_iter().map(name::field).collect();
    Ok(Lookup {
        object,
        fields: fields?,
        conditions,
    })
}

pub(crate) fn component_name(it: wit::ComponentName) -> Result<ComponentName, Fault> {
    Ok(ComponentName {
        kind: name::api("metadata type", it.kind)?,
        full_name: scalar(it.full_name)?,
    })
}

/// A path that may be read or written at all.
pub(crate) fn resource_path(path: wit::ResourcePath) -> Result<ResourcePath, Fault> {
    let path = ResourcePath {
        segments: scalars(path.segments)?,
        query: named(path.query, parameter)?,
    };
    name::resource(&path)?;
    Ok(path)
}

pub(crate) fn probe(probe: wit::Probe) -> Result<Probe, Fault> {
    Ok(match probe {
        wit::Probe::Records(it) => Probe::Records(lookup(it)?),
        wit::Probe::Rest(path) => Probe::Rest(resource_path(path)?),
        wit::Probe::Settings(it) => Probe::Settings(name::api("name of settings", it)?),
        wit::Probe::Component(it) => Probe::Component(component_name(it)?),
        wit::Probe::Object(it) => Probe::Object(name::api("name of an object", it)?),
    })
}

/// A place in what `probe` finds: a field name, or a JSON Pointer.
pub(crate) fn place(probe: &Probe, at: String) -> Result<String, Fault> {
    match probe {
        Probe::Records(_) | Probe::Settings(_) => name::field(at),
        Probe::Rest(_) | Probe::Component(_) | Probe::Object(_) => name::pointer(at),
    }
}

pub(crate) fn checks(probe: &Probe, checks: Vec<wit::Check>) -> Result<Vec<Check>, Fault> {
    checks
        .into_iter()
        .map(|check| {
            Ok(Check {
                at: place(probe, check.at)?,
                any_of: scalars(check.any_of)?,
            })
        })
        .collect()
}

pub(crate) fn finding(probe: &Probe, finding: wit::Finding) -> Result<Finding, Fault> {
    Ok(match finding {
        wit::Finding::Present => Finding::Present,
        wit::Finding::Absent => Finding::Absent,
        wit::Finding::Holds(it) => Finding::Holds(checks(probe, it)?),
    })
}

pub(crate) fn expectation(expectation: wit::Expectation) -> Result<Expectation, Fault> {
    let look = probe(expectation.look)?;
    Ok(Expectation {
        finding: finding(&look, expectation.finding)?,
        look,
    })
}

/// A parameter's name is encoded by the client, so any readable text will do.
fn parameter(name: String) -> Result<String, Fault> {
    if !name.is_empty() && text::is_plain(&name) {
        return Ok(name);
    }
    Err(Fault::Name {
        what: "name of a parameter",
        text: text::line(&name, 80),
    })
}

/// JSON's grammar without the exponent.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let positive = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match positive.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (positive, None),
    };
    digits(whole) && (whole == "0" || !whole.starts_with('0')) && fraction.is_none_or(digits)
}
