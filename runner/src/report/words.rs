//! Plurals, values in an admin's words, colour.

use serde_json::Value;
use usher_core::change::Certainty;
use usher_core::manifest::Writes;
use usher_core::operation::{Field, Lookup};
use usher_core::value::{Piece, Reference, Scalar, Token};

use crate::world::World;

/// Whether to colour. A sign never is coloured only: it says the same without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    Plain,
    Colour,
}

impl Paint {
    /// Colour, where this console shows it.
    pub(crate) fn of(world: &World) -> Self {
        if world.console.colour {
            Self::Colour
        } else {
            Self::Plain
        }
    }

    /// The sign of a verb: `+ create`, `~ change`, `- delete`, `? after …`, `* by hand`.
    pub(super) fn sign(self, verb: &str) -> String {
        let (sign, code) = match verb {
            "create" => ("+", 32),
            "delete" => ("-", 31),
            "wait" => (".", 36),
            "deferred" => ("?", 35),
            "by hand" => ("*", 35),
            _ => ("~", 33),
        };
        self.wrap(sign, code)
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.wrap(text, 1)
    }

    pub(super) fn wrap(self, text: &str, code: u8) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Colour => format!("\x1b[{code}m{text}\x1b[0m"),
        }
    }
}

/// "1 change", "2 changes".
pub(crate) fn count(n: usize, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        n => format!("{n} {noun}s"),
    }
}

/// All that a step may write, in one line.
pub(super) fn bound(writes: &Writes) -> String {
    let mut parts = Vec::new();
    let mut add = |verb: &str, what: Vec<&String>| {
        if !what.is_empty() {
            let what: Vec<&str> = what.into_iter().map(String::as_str).collect();
            parts.push(format!("{verb} {}", what.join(", ")));
        }
    };
    add("create", writes.create.keys().collect());
    add("update", writes.update.keys().collect());
    add("delete", writes.delete.iter().collect());
    add("configure", writes.configure.keys().collect());
    add("deploy", writes.deploy.iter().collect());
    add("call", writes.requests.iter().collect());
    parts.join("; ")
}

/// "a `Network` with Name = Clients, Status = Live or DownForMaintenance".
pub(super) fn lookup(lookup: &Lookup) -> String {
    let conditions = lookup.conditions.iter().map(|condition| {
        let values: Vec<String> = condition.any_of.iter().map(scalar).collect();
        format!("{} = {}", condition.field, values.join(" or "))
    });
    let conditions: Vec<String> = conditions.collect();
    format!("a `{}` with {}", lookup.object, conditions.join(", "))
}

/// " (likely)", or nothing when it is certain.
pub(super) fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Certain => "",
        Certainty::Likely => " (likely)",
        Certainty::Possible => " (possible)",
    }
}

/// A value as a person reads it. What is not known yet is told by what will make it known.
pub(crate) fn scalar(value: &Scalar) -> String {
    match value {
        Scalar::Nothing => "nothing".to_owned(),
        Scalar::Truth(truth) => truth.to_string(),
        Scalar::Number(text) | Scalar::Text(text) | Scalar::Date(text) | Scalar::DateTime(text) => {
            text.clone()
        }
        Scalar::Reference(reference) => token(reference),
        Scalar::Joined(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Reference(reference) => token(reference),
            })
            .collect(),
    }
}

/// JSON as a person reads it.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) if text.is_empty() => "(empty)".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values
            .iter()
            .map(self::value)
            .collect::<Vec<_>>()
            .join(", "),
        other => other.to_string(),
    }
}

fn token(reference: &Reference) -> String {
    match reference {
        Reference::Given(Token::Input(name)) => format!("the secret `{name}`"),
        Reference::Given(token) => format!("<{token}>"),
        Reference::Bound(bound) => format!("<{}.{}>", bound.address, bound.name),
    }
}

/// Fields with their values, as a person reads them.
pub(super) fn fields(fields: &[Field]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|field| match field.value.token() {
            // Where a secret goes is seen at once.
            Some(Token::Input(_)) => format!("{} ← {}", field.name, scalar(&field.value)),
            _ => format!("{}: {}", field.name, scalar(&field.value)),
        })
        .collect();
    fields.join(", ")
}
