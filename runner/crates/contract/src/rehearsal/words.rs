//! Values, conditions and probes as one line of text.

use crate::operation::{Check, Condition, Field, Finding, Lookup, Probe, ResourcePath};
use crate::value::{Piece, Reference, Scalar};

pub(super) fn probe(probe: &Probe) -> String {
    match probe {
        Probe::Records(lookup) => self::lookup(lookup),
        Probe::Rest(path) => format!("GET {}", self::path(path)),
        Probe::Settings(name) => format!("settings {name}"),
        Probe::Component(name) => format!("{} {}", name.kind, scalar(&name.full_name)),
        Probe::Object(name) => format!("object {name}"),
    }
}

fn lookup(lookup: &Lookup) -> String {
    let read = lookup.fields.join(", ");
    format!(
        "{} ({}) {{{read}}}",
        lookup.object,
        conditions(&lookup.conditions)
    )
}

pub(super) fn finding(finding: &Finding) -> String {
    match finding {
        Finding::Present => "present".to_owned(),
        Finding::Absent => "absent".to_owned(),
        Finding::Holds(checks) => checks.iter().map(check).collect::<Vec<_>>().join(" and "),
    }
}

pub(super) fn check(check: &Check) -> String {
    equals(&check.at, &check.any_of)
}

pub(super) fn conditions(conditions: &[Condition]) -> String {
    let all = conditions.iter().map(|one| equals(&one.field, &one.any_of));
    all.collect::<Vec<_>>().join(", ")
}

fn equals(name: &str, any_of: &[Scalar]) -> String {
    let values: Vec<String> = any_of.iter().map(scalar).collect();
    format!("{name} = {}", values.join(" | "))
}

pub(super) fn fields(fields: &[Field]) -> String {
    let all = fields
        .iter()
        .map(|f| format!("{}: {}", f.name, scalar(&f.value)));
    format!("{{{}}}", all.collect::<Vec<_>>().join(", "))
}

pub(super) fn path(path: &ResourcePath) -> String {
    let segment = |segment: &Scalar| match segment {
        Scalar::Text(text) => text.clone(),
        other => scalar(other),
    };
    let segments: Vec<String> = path.segments.iter().map(segment).collect();
    let mut text = segments.join("/");
    for (at, parameter) in path.query.iter().enumerate() {
        let sign = if at == 0 { '?' } else { '&' };
        text.push_str(&format!(
            "{sign}{}={}",
            parameter.name,
            scalar(&parameter.value)
        ));
    }
    text
}

pub(super) fn scalar(scalar: &Scalar) -> String {
    match scalar {
        Scalar::Nothing => "null".to_owned(),
        Scalar::Truth(truth) => truth.to_string(),
        Scalar::Number(number) => number.clone(),
        Scalar::Text(text) => format!("{text:?}"),
        Scalar::Date(text) | Scalar::DateTime(text) => text.clone(),
        Scalar::Reference(reference) => self::reference(reference),
        Scalar::Joined(pieces) => {
            let piece = |piece: &Piece| match piece {
                Piece::Text(text) => format!("{text:?}"),
                Piece::Reference(reference) => self::reference(reference),
            };
            pieces.iter().map(piece).collect::<Vec<_>>().join(" & ")
        }
    }
}

fn reference(reference: &Reference) -> String {
    match reference {
        Reference::Given(token) => format!("⟨{token}⟩"),
        Reference::Bound(bound) => format!("@{}.{}", bound.address, bound.name),
    }
}
