//! `[[change]]`: what is made so.

use std::ops::Range;

use usher_contract::manifest::Kind;
use usher_contract::name::is_api;
use usher_program::{Change, Each, Fields, Template, Verb};

use crate::diagnostic::did_you_mean;
use crate::recipe::data::Reader;
use crate::recipe::data::finds::{api, may_be_left_out};
use crate::recipe::data::lower::Takes;
use crate::recipe::data::scope::What;
use crate::recipe::data::told::within;
use crate::recipe::data::undo;
use crate::recipe::keys::{Keys, Spanned};
use crate::recipe::syntax::{Data, Entry, Table};

/// Changes of one plugin, each of which may be made for many records.
const CHANGES_MAX: usize = 50;

const VERBS: [&str; 4] = ["update", "ensure", "delete", "configure"];

/// The entries of one change.
struct Parts<'t> {
    set: Option<&'t Entry>,
    key: Option<&'t Entry>,
    new: Option<&'t Entry>,
    unique: Option<&'t Entry>,
    says_update: Option<&'t Entry>,
    header: &'t Range<usize>,
}

/// Every change, in the order of the file.
pub(super) fn read(entry: Option<&Entry>, kind: Kind, reader: &mut Reader<'_>) -> Vec<Change> {
    let Some(entry) = entry else {
        return vec![];
    };
    let tables = reader.mistakes.tables("change", &entry.value);
    if kind == Kind::Verifying && !tables.is_empty() {
        let message = "a verifying plugin changes nothing";
        let help = "leave out `kind`, or write `[[require]]` for what must be so";
        reader
            .mistakes
            .add("wrong-type", entry.key_span.clone(), message, help);
    }
    if tables.len() > CHANGES_MAX {
        let message = format!("{} changes, more than {CHANGES_MAX}", tables.len());
        let span = entry.key_span.clone();
        reader
            .mistakes
            .add("too-large", span, message, "make two plugins of it");
        return vec![];
    }
    let changes = tables.into_iter().map(|table| change(table, reader));
    // All of them are read, for their mistakes.
    let changes: Vec<Option<Change>> = changes.collect();
    changes.into_iter().flatten().collect()
}

fn change(table: &Table, reader: &mut Reader<'_>) -> Option<Change> {
    let what = match table.get("name").map(|entry| &entry.value.data) {
        Some(Data::Text(name)) => format!("change `{name}`"),
        _ => "the change".to_owned(),
    };
    let mut keys = Keys::new(table, what.clone());
    let name = keys.required_text("name", "name = \"title\"", &mut reader.mistakes);
    let each = keys.optional("for");
    let when = keys.optional("when");
    let verbs: Vec<&Entry> = VERBS
        .iter()
        .filter_map(|verb| keys.optional(verb))
        .collect();
    let parts = Parts {
        set: keys.optional("set"),
        key: keys.optional("key"),
        new: keys.optional("new"),
        unique: keys.optional("unique"),
        says_update: keys.optional("says_update"),
        header: &table.span,
    };
    let says = keys.required("says", "says = \"Give ${user.Username} the title\"");
    let after = keys.optional("after");
    let undone = keys.optional("undo");
    keys.finish(&[], &mut reader.mistakes);
    let name = name.filter(|name| reader.scope.is_free("a change", name, &mut reader.mistakes));
    let after = after.map_or(vec![], |entry| read_after(entry, reader));
    let verb = match verbs.as_slice() {
        [verb] => Some(*verb),
        others => {
            let message = match others.is_empty() {
                true => format!("{what} does nothing"),
                false => format!("{what} does {} things", others.len()),
            };
            let help = "write one of `update = \"<record>\"`, `ensure = \"<object>\"`, `delete = \"<record>\"`, `configure = \"<settings>\"`";
            reader
                .mistakes
                .add("missing-key", table.span.clone(), message, help);
            None
        }
    };
    let change = within(each, reader, |each, reader| {
        let when = when.map(|entry| reader.condition(entry));
        let verb = verb.and_then(|entry| read_verb(entry, &parts, each.as_ref(), reader));
        let says = says.map(|entry| reader.text(entry));
        let says_update = parts.says_update.map(|entry| reader.text(entry));
        let undo = undo::read(undone, verb.as_ref(), reader);
        Some(Change {
            name: name.as_ref()?.value.clone(),
            each,
            when: when.flatten(),
            verb: verb?,
            says: says?,
            says_update,
            after,
            undo,
        })
    });
    let is_each = each.is_some();
    if let Some(name) = name {
        if let Some(Verb::Ensure { object, .. }) = change.as_ref().map(|change| &change.verb) {
            reader.scope.make(&name.value, object, is_each);
        }
        reader.scope.changes.push(name.value);
    }
    change
}

fn read_after(entry: &Entry, reader: &mut Reader<'_>) -> Vec<String> {
    let names = reader
        .mistakes
        .texts("after", &entry.value)
        .unwrap_or_default();
    for name in &names {
        if !reader.scope.changes.contains(&name.value) {
            let known = reader.scope.changes.iter().map(String::as_str);
            let message = format!("there is no change `{}` before this one", name.value);
            let help = did_you_mean(&name.value, known);
            reader
                .mistakes
                .add("unknown-name", name.span.clone(), message, help);
        }
    }
    names.into_iter().map(|name| name.value).collect()
}

fn read_verb(
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
                takes => format!(
                    "leave it out; `{verb}` takes {}",
                    crate::diagnostic::list(takes)
                ),
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

/// Field → value, at least one.
pub(super) fn fields(
    name: &'static str,
    entry: Option<&Entry>,
    header: &Range<usize>,
    reader: &mut Reader<'_>,
) -> Fields {
    let Some(entry) = entry else {
        let message = format!("the change lacks `{name}`");
        let help = format!("add `{name} = {{ Title = \"${{inputs.title}}\" }}`");
        reader
            .mistakes
            .add("missing-key", header.clone(), message, help);
        return vec![];
    };
    let Some(table) = reader.mistakes.table(name, &entry.value) else {
        return vec![];
    };
    if table.entries.is_empty() {
        let message = format!("`{name}` names no field");
        let span = entry.value.span.clone();
        reader
            .mistakes
            .add("wrong-type", span, message, "name at least one");
    }
    let mut fields: Vec<(String, Template)> = vec![];
    for entry in &table.entries {
        if !is_api(&entry.key) {
            let message = format!("`{}` is not a valid field", entry.key);
            let help = "write its API name, as in `Email` or `Region__c`";
            reader
                .mistakes
                .add("bad-name", entry.key_span.clone(), message, help);
        }
        if fields
            .iter()
            .any(|(field, _)| field.eq_ignore_ascii_case(&entry.key))
        {
            let message = format!("`{}` is in `{name}` already", entry.key);
            let span = entry.key_span.clone();
            reader
                .mistakes
                .add("wrong-type", span, message, "name each field once");
        }
        let value = reader.value(&entry.key, &entry.value, Takes::One);
        fields.push((entry.key.clone(), value));
    }
    fields
}

impl Reader<'_> {
    /// True or false, or a mistake.
    pub(super) fn truth(&mut self, entry: &Entry) -> bool {
        let Data::Boolean(truth) = entry.value.data else {
            let example = format!("`{} = true`", entry.key);
            self.mistakes
                .wrong_type(&entry.key, &entry.value, "a boolean", &example);
            return false;
        };
        truth
    }
}
