//! The form of values, names and places, whatever they mean: numbers are as in JSON, names are plain, a place fits the
//! thing that is searched. Reads and answers both consist of these.

use crate::fault::Fault;
use crate::name;
use crate::operation::{
    Check, ComponentName, Condition, Expectation, Field, Finding, Lookup, Probe, ResourcePath,
};
use crate::sameness::time;
use crate::text;
use crate::value::Scalar;

pub(crate) const OBJECT: &str = "name of an object";
pub(crate) const SETTINGS: &str = "name of settings";
pub(crate) const METADATA_TYPE: &str = "metadata type";

pub(crate) fn scalar(scalar: &Scalar) -> Result<(), Fault> {
    match scalar {
        Scalar::Number(number) if !is_number(number) => Err(Fault::Number {
            text: text::line(number, 80),
        }),
        Scalar::Date(date) if time::day(date).is_none() => {
            Err(no_time("a date: `2026-11-22`", date))
        }
        Scalar::DateTime(time) if time::instant(time).is_none() => {
            Err(no_time("a date-time: `2026-11-22T10:00:00Z`", time))
        }
        _ => Ok(()),
    }
}

fn no_time(what: &'static str, given: &str) -> Fault {
    Fault::Time {
        what,
        text: text::line(given, 80),
    }
}

pub(crate) fn scalars<'a>(scalars: impl IntoIterator<Item = &'a Scalar>) -> Result<(), Fault> {
    scalars.into_iter().try_for_each(scalar)
}

/// Fields to set, each once: Salesforce takes names without regard to case.
pub(crate) fn fields(fields: &[Field]) -> Result<(), Fault> {
    named(fields, name::field)?;
    let mut names: Vec<String> = fields
        .iter()
        .map(|field| field.name.to_ascii_lowercase())
        .collect();
    names.sort();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Fault::Twice {
            name: pair[0].clone(),
        }),
        None => Ok(()),
    }
}

/// Values below names of another kind: parameters, binds.
pub(crate) fn named(
    fields: &[Field],
    check: impl Fn(&str) -> Result<(), Fault>,
) -> Result<(), Fault> {
    fields.iter().try_for_each(|field| {
        check(&field.name)?;
        scalar(&field.value)
    })
}

pub(crate) fn conditions(object: &str, conditions: &[Condition]) -> Result<(), Fault> {
    if conditions.is_empty() {
        return Err(Fault::NoCondition {
            object: object.to_owned(),
        });
    }
    conditions.iter().try_for_each(|condition| {
        name::field(&condition.field)?;
        scalars(&condition.any_of)
    })
}

pub(crate) fn lookup(lookup: &Lookup) -> Result<(), Fault> {
    name::api(OBJECT, &lookup.object)?;
    conditions(&lookup.object, &lookup.conditions)?;
    lookup
        .fields
        .iter()
        .try_for_each(|field| name::field(field))
}

pub(crate) fn component_name(component: &ComponentName) -> Result<(), Fault> {
    name::api(METADATA_TYPE, &component.kind)?;
    scalar(&component.full_name)
}

/// A path that may be read or written at all.
pub(crate) fn resource_path(path: &ResourcePath) -> Result<(), Fault> {
    scalars(&path.segments)?;
    named(&path.query, name::parameter)?;
    name::resource(path)
}

pub(crate) fn probe(probe: &Probe) -> Result<(), Fault> {
    match probe {
        Probe::Records(it) => lookup(it),
        Probe::Rest(path) => resource_path(path),
        Probe::Settings(it) => name::api(SETTINGS, it),
        Probe::Component(it) => component_name(it),
        Probe::Object(it) => name::api(OBJECT, it),
    }
}

/// A place in the finding of `probe`: a field name, or a JSON Pointer.
pub(crate) fn place(probe: &Probe, at: &str) -> Result<(), Fault> {
    match probe {
        Probe::Records(_) | Probe::Settings(_) => name::field(at),
        Probe::Rest(_) | Probe::Component(_) | Probe::Object(_) => name::pointer(at),
    }
}

pub(crate) fn checks(probe: &Probe, checks: &[Check]) -> Result<(), Fault> {
    checks.iter().try_for_each(|check| {
        place(probe, &check.at)?;
        scalars(&check.any_of)
    })
}

pub(crate) fn finding(probe: &Probe, finding: &Finding) -> Result<(), Fault> {
    match finding {
        Finding::Present | Finding::Absent => Ok(()),
        Finding::Holds(it) => checks(probe, it),
    }
}

pub(crate) fn expectation(expectation: &Expectation) -> Result<(), Fault> {
    probe(&expectation.look)?;
    finding(&expectation.look, &expectation.finding)
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
