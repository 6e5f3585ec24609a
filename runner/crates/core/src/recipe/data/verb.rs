//! The verb of a change, with the record, the object or the settings that it is about.

use std::ops::Range;

use usher_program::{Each, Verb};

use crate::diagnostic::{did_you_mean, list};
use crate::recipe::data::Reader;
use crate::recipe::data::fields::fields;
use crate::recipe::data::finds::{api, may_be_left_out};
use crate::recipe::data::scope::What;
use crate::recipe::keys::Spanned;
use crate::recipe::syntax::{Data, Entry};

/// The entries of one change.
pub(super) struct Parts<'t> {
    pub(super) set: Option<&'t Entry>,
    pub(super) key: Option<&'t Entry>,
    pub(super) new: Option<&'t Entry>,
    pub(super) unique: Option<&'t Entry>,
    pub(super) says_update: Option<&'t Entry>,
    pub(super) header: &'t Range<usize>,
}

/// The change that the entry names by its key.
pub(super) fn read(
    entry: &Entry,
    parts: &Parts<'_>,
    each: Option<&Each>,
    reader: &mut Reader<'_>,
) -> Option<Verb> {
    let target = reader.mistakes.text(&entry.key, &entry.value)?;
    let takes: &[&str] = match entry.key.as_str() {
        "ensure" => &["set", "key", "new", "unique", "says_update"],
        "delete" => &[],
        _ => &["set"],
    };
    unknown_keys(&entry.key, parts, takes, reader);
    match entry.key.as_str() {
        "update" => {
            let set = fields("set", parts.set, parts.header, reader);
            let (find, object) = record(&target, reader)?;
            for (field, _) in &set {
                reader.scope.read(find, field);
            }
            Some(Verb::Update {
                record: target.value,
                object,
                set,
            })
        }
        "delete" => {
            let (_, object) = record(&target, reader)?;
            Some(Verb::Delete {
                record: target.value,
                object,
            })
        }
        "configure" => {
            api("configure", &target, "Communities", reader);
            if each.is_some() {
                let message = "settings are there once, so `configure` has no `for`";
                let span = entry.key_span.clone();
                reader
                    .mistakes
                    .add("unknown-key", span, message, "leave out `for`");
            }
            Some(Verb::Configure {
                settings: target.value,
                set: fields("set", parts.set, parts.header, reader),
            })
        }
        _ => {
            api("ensure", &target, "Group", reader);
            Some(ensure(target, parts, reader))
        }
    }
}

fn ensure(object: Spanned<String>, parts: &Parts<'_>, reader: &mut Reader<'_>) -> Verb {
    let key = fields("key", parts.key, parts.header, reader);
    if let Some(Data::Table(table)) = parts.key.map(|entry| &entry.value.data) {
        for ((_, value), entry) in key.iter().zip(&table.entries) {
            may_be_left_out(value, entry, reader);
        }
    }
    let optional = |entry: Option<&Entry>, name: &'static str, reader: &mut Reader<'_>| match entry
    {
        Some(_) => fields(name, entry, parts.header, reader),
        None => vec![],
    };
    let set = optional(parts.set, "set", reader);
    let new = optional(parts.new, "new", reader);
    let tables = [
        ("key", &key, parts.key),
        ("set", &set, parts.set),
        ("new", &new, parts.new),
    ];
    for (at, (_, later, entry)) in tables.iter().enumerate() {
        for (name, earlier, _) in &tables[..at] {
            let twice = later.iter().find(|(field, _)| {
                earlier
                    .iter()
                    .any(|(other, _)| other.eq_ignore_ascii_case(field))
            });
            if let (Some((field, _)), Some(entry)) = (twice, entry) {
                let message = format!("`{field}` is in `{name}` already");
                let span = entry.value.span.clone();
                reader
                    .mistakes
                    .add("wrong-type", span, message, "name each field once");
            }
        }
    }
    Verb::Ensure {
        object: object.value,
        key,
        is_unique: parts.unique.is_some_and(|entry| reader.truth(entry)),
        set,
        new,
    }
}

fn unknown_keys(verb: &str, parts: &Parts<'_>, takes: &[&str], reader: &mut Reader<'_>) {
    let given = [
        parts.set,
        parts.key,
        parts.new,
        parts.unique,
        parts.says_update,
    ];
    for entry in given.into_iter().flatten() {
        if !takes.contains(&entry.key.as_str()) {
            let message = format!("a change with `{verb}` knows no key `{}`", entry.key);
            let help = match takes {
                [] => "leave it out".to_owned(),
                takes => format!("leave it out; `{verb}` takes {}", list(takes)),
            };
            reader
                .mistakes
                .add("unknown-key", entry.key_span.clone(), message, help);
        }
    }
}

/// The record that an `update` or a `delete` names: its find and its object.
fn record(name: &Spanned<String>, reader: &mut Reader<'_>) -> Option<(usize, String)> {
    let scope = &reader.scope;
    if let Some((item, find)) = &scope.item
        && *item == name.value
    {
        return match &scope.finds[*find].what {
            What::Many(object) => Some((*find, object.clone())),
            _ => None,
        };
    }
    let (message, help) = match scope
        .find(&name.value)
        .map(|find| (find, &scope.finds[find].what))
    {
        Some((find, What::One(object) | What::AtMostOne(object))) => {
            return Some((find, object.clone()));
        }
        Some((_, What::NotKnown)) => return None,
        Some((_, What::Many(_))) => (
            format!("`{}` is a list of records", name.value),
            format!(
                "name each of them: `for = \"one in {}\"`, and write `one` here",
                name.value
            ),
        ),
        Some((_, What::Settings)) => (
            format!("`{}` stands for settings, not for a record", name.value),
            "write `configure`".to_owned(),
        ),
        None => {
            let singles = scope
                .finds
                .iter()
                .filter(|find| matches!(find.what, What::One(_) | What::AtMostOne(_)));
            let names = singles.map(|find| find.name.as_str());
            let names = names.chain(scope.item.iter().map(|(item, _)| item.as_str()));
            (
                format!("there is no record `{}` here", name.value),
                format!(
                    "name a record that was found: {}",
                    did_you_mean(&name.value, names)
                ),
            )
        }
    };
    reader
        .mistakes
        .add("unknown-name", name.span.clone(), message, help);
    None
}
