//! Reads `[inputs.<name>.keep]`. The names in its conditions have not been looked up.

use crate::diagnostic::SourceText;
use crate::keep::Brake;
use crate::recipe::conditions::Empty;
use crate::recipe::keep::{Keep, already, conditions};
use crate::recipe::keys::{Keys, Mistakes};
use crate::recipe::names;
use crate::recipe::syntax::{Data, Entry};
use usher_contract::limit;
use usher_contract::name::{is_api, is_field};

/// Returns the set, or adds mistakes.
pub(in crate::recipe) fn read(
    entry: &Entry,
    source: &SourceText,
    mistakes: &mut Mistakes,
) -> Option<Keep> {
    let table = mistakes.table("keep", &entry.value)?;
    let mut keys = Keys::new(table, "`keep`");
    let object = keys.required_text("object", "object = \"User\"", mistakes);
    let by = keys.required_text("by", "by = \"ContactId\"", mistakes);
    let conditions = keys.required("where", "where = { IsActive = true }");
    let brake = keys.optional("brake");
    let already = keys.optional("already_gone");
    keys.finish(&[], mistakes);
    let object = object.and_then(|object| names::check_api(object, is_api, "object", mistakes));
    let by = by.and_then(|by| names::check_api(by, is_field, "field", mistakes));
    let conditions =
        conditions.and_then(|entry| conditions::read(entry, &EVERYBODY, source, mistakes));
    let brake = match brake {
        Some(entry) => read_brake(entry, mistakes)?,
        None => Brake::default(),
    };
    let already = match already {
        Some(entry) => Some(already::read(entry, source, mistakes)?),
        None => None,
    };
    Some(Keep {
        object: object?,
        by: by?,
        brake,
        conditions: conditions?,
        already,
    })
}

const EVERYBODY: Empty = Empty {
    message: "`where` has no conditions, so every record would belong to the set",
    help: "say whom the list is about: `where = { IsActive = true, \"Profile.Name\" = \"…\" }`",
};

fn read_brake(entry: &Entry, mistakes: &mut Mistakes) -> Option<Brake> {
    let table = mistakes.table("brake", &entry.value)?;
    let mut keys = Keys::new(table, "`brake`");
    let most = keys.optional("most");
    let percent = keys.optional("percent");
    keys.finish(&[], mistakes);
    if most.or(percent).is_none() {
        let message = "`brake` has neither `most` nor `percent`";
        let help = "write `brake = { most = 50, percent = 10 }`, or one of both";
        mistakes.add("missing-key", entry.value.span.clone(), message, help);
        return None;
    }
    let most = most.map(|entry| number(entry, limit::ROWS_MAX, mistakes));
    let percent = percent.map(|entry| number(entry, 100, mistakes));
    if most == Some(None) || percent == Some(None) {
        return None;
    }
    Some(Brake {
        most: most.flatten(),
        percent: percent.flatten(),
    })
}

/// A whole number from 0 to `max`.
fn number(entry: &Entry, max: usize, mistakes: &mut Mistakes) -> Option<usize> {
    let number = match entry.value.data {
        Data::Integer(number) => usize::try_from(number).ok().filter(|it| *it <= max),
        _ => None,
    };
    if number.is_none() {
        let message = format!("`{}` is not a whole number from 0 to {max}", entry.key);
        let help = format!("write `{} = 10`", entry.key);
        mistakes.add("wrong-type", entry.value.span.clone(), message, help);
    }
    number
}
