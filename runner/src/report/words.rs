//! Plurals, and foreign texts and values in an admin's words. Every text of a plugin, an org, a recipe or a file goes
//! through here on its way into a line.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_core::change::Certainty;
use usher_core::limit;
use usher_core::manifest::Writes;
use usher_core::operation::{ComponentName, Field, Lookup};
use usher_core::plan::{Terms, Within};
use usher_core::privilege;
use usher_core::text::{self, EMPTY, NOTHING};
use usher_core::value::{Piece, Scalar, Token};

use crate::report::Detail;
use crate::report::row::Row;
use crate::wording::token;

pub(crate) use crate::wording::count;

/// More values of one list than this are counted, not shown.
const LIST_SHOWN_MAX: usize = 20;

/// A plugin's text, in quotes, so that it is not taken for Usher's own words.
pub(super) fn said(summary: &str) -> String {
    format!("\"{}\"", text::sentence(summary).replace('"', "\\\""))
}

/// "(`--full` shows all)": the way to see what is only counted. A run that undoes another one has no such option.
pub(super) fn shows_all(detail: Detail) -> &'static str {
    match detail {
        Detail::Normal | Detail::Full => "(`--full` shows all)",
        Detail::Undo => "(`--json` shows all)",
    }
}

/// "30 s", "10 min", "3 h", "49 days".
pub(super) fn time(ms: u64) -> String {
    let (s, min) = (ms.div_ceil(1_000), ms.div_ceil(60_000));
    let (h, days) = (ms.div_ceil(3_600_000), ms.div_ceil(86_400_000));
    match s {
        _ if s < 120 => format!("{s} s"),
        _ if min < 120 => format!("{min} min"),
        _ if h < 48 => format!("{h} h"),
        _ => format!("{days} days"),
    }
}

/// All that a step may write, in one line: `update User (Email, Title); delete Contact`.
pub(super) fn bound(writes: &Writes) -> String {
    let mut parts = Vec::new();
    let mut add = |verb: &str, what: Vec<String>| {
        parts.extend(what.into_iter().map(|what| format!("{verb} {what}")));
    };
    let fields = |declared: &BTreeMap<String, Vec<String>>| {
        let each = declared.iter();
        each.map(|(of, fields)| format!("{of} ({})", fields.join(", ")))
            .collect()
    };
    add("create", fields(&writes.create));
    add("update", fields(&writes.update));
    add("delete", writes.delete.clone());
    add("configure", fields(&writes.configure));
    add("deploy", writes.deploy.clone());
    add("call", writes.requests.clone());
    text::visible(&parts.join("; "))
}

/// The number of changes that a step planned later may make: "2 changes".
pub(super) fn at_most(within: &Within) -> String {
    let changes = count(
        usize::try_from(within.changes).unwrap_or(usize::MAX),
        "change",
    );
    match within.entries {
        Some(_) => changes,
        None => format!("{changes} (its input does not show how many)"),
    }
}

/// The things that a step planned later may give to users: "`profiles` = A, B; what step `x` hands on".
pub(super) fn may_name(within: &Within) -> String {
    let values = within.values.iter().map(|(property, texts)| {
        let shown = texts.iter().take(LIST_SHOWN_MAX);
        let shown: Vec<String> = shown.map(|one| text::sentence(one)).collect();
        let more = match texts.len() - shown.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("`{property}` = {}{more}", shown.join(", "))
    });
    let handed_on = within.handed_on.iter();
    let handed_on = handed_on.map(|step| format!("what step `{step}` hands on"));
    let all: Vec<String> = values.chain(handed_on).collect();
    match all.is_empty() {
        true => "nothing".to_owned(),
        false => all.join("; "),
    }
}

/// "a `Network` with Name = Clients, Status = Live or DownForMaintenance".
pub(super) fn lookup(lookup: &Lookup) -> String {
    let conditions = lookup.conditions.iter().map(|condition| {
        let values = condition.any_of.iter();
        let values: Vec<String> = values.map(|value| scalar(value, Detail::Normal)).collect();
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

/// A value as a person reads it, with marks around it. A value that is not known yet is named by what will make it
/// known.
pub(super) fn scalar(value: &Scalar, detail: Detail) -> String {
    match value {
        Scalar::Nothing => NOTHING.to_owned(),
        Scalar::Truth(truth) => truth.to_string(),
        Scalar::Number(text) | Scalar::Text(text) | Scalar::Date(text) | Scalar::DateTime(text) => {
            self::text(text, detail)
        }
        Scalar::Reference(reference) => token(reference),
        Scalar::Joined(pieces) => {
            let pieces = pieces.iter().map(|piece| match piece {
                Piece::Text(text) => self::text(text, detail),
                Piece::Reference(reference) => token(reference),
            });
            pieces.collect()
        }
    }
}

/// A text that is a value.
pub(super) fn text(text: &str, detail: Detail) -> String {
    match detail {
        Detail::Full => text::value(text),
        Detail::Normal | Detail::Undo => text::value_in(text, limit::SHOWN_VALUE_BYTES_MAX),
    }
}

/// JSON as a person reads it. A reference to a later value is shown as such.
pub(super) fn value(value: &Value, detail: Detail) -> String {
    match value {
        Value::Array(values) if !values.is_empty() => list(values, detail),
        value => inner(value, detail),
    }
}

/// The first values of a list, and the number of the others.
fn list(values: &[Value], detail: Detail) -> String {
    let shown = match detail {
        Detail::Full => values.len(),
        Detail::Normal | Detail::Undo => values.len().min(LIST_SHOWN_MAX),
    };
    let mut parts: Vec<String> = values[..shown]
        .iter()
        .map(|one| inner(one, detail))
        .collect();
    if shown < values.len() {
        parts.push(format!(
            "… {} more {}",
            values.len() - shown,
            shows_all(detail)
        ));
    }
    parts.join(", ")
}

/// JSON with the signs that mark its beginning and end.
fn inner(value: &Value, detail: Detail) -> String {
    match (Scalar::from_json(value), value) {
        (Some(Scalar::Text(text)), _) if text.is_empty() => EMPTY.to_owned(),
        (Some(scalar), _) => self::scalar(&scalar, detail),
        (None, Value::Array(values)) => format!("[{}]", list(values, detail)),
        (None, Value::Object(members)) => {
            let members = members
                .iter()
                .map(|(name, value)| format!("{}: {}", text::value(name), inner(value, detail)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        (None, other) => text(&other.to_string(), detail),
    }
}

/// `` `Partners` ``: the name of a component.
pub(super) fn name(name: &ComponentName) -> String {
    match &name.full_name {
        Scalar::Text(full_name) if text::value(full_name) == *full_name => format!("`{full_name}`"),
        other => scalar(other, Detail::Normal),
    }
}

/// Fields with their values, as a person reads them.
pub(super) fn fields(fields: &[Field], detail: Detail) -> String {
    let fields: Vec<String> = fields.iter().map(|one| field(one, detail)).collect();
    fields.join(", ")
}

/// A field with the value it gets.
fn field(field: &Field, detail: Detail) -> String {
    row(field, None, detail).text()
}

/// A field with the value it gets, and the one it had.
pub(super) fn row(field: &Field, before: Option<&Value>, detail: Detail) -> Row {
    Row {
        before: before.map(|before| value(before, detail)),
        is_secret: matches!(field.value.token(), Some(Token::Input(_))),
        raises: privilege::is_raising(field),
        ..Row::new(field.name.clone(), scalar(&field.value, detail))
    }
}

/// The terms of a step, behind its keeper: ", at the end in any case, sent again 3 times at most".
pub(super) fn terms(terms: &Terms) -> String {
    let mut said = String::new();
    if terms.finally {
        said.push_str(", at the end in any case");
    }
    if let Some(retry) = terms.retry {
        said.push_str(&format!(
            ", sent again {} at most",
            count(retry.times as usize, "time")
        ));
    }
    said
}
