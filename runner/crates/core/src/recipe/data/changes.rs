//! `[[change]]`: what is made so.

use usher_contract::manifest::Kind;
use usher_program::{Change, Verb};

use crate::diagnostic::did_you_mean;
use crate::recipe::data::Reader;
use crate::recipe::data::told::within;
use crate::recipe::data::undo;
use crate::recipe::data::verb::{self, Parts};
use crate::recipe::keys::Keys;
use crate::recipe::syntax::{Data, Entry, Table};

/// Changes of one plugin, each of which may be made for many records.
const CHANGES_MAX: usize = 50;

const VERBS: [&str; 4] = ["update", "ensure", "delete", "configure"];

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
    let named = match verbs.as_slice() {
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
        let verb = named.and_then(|entry| verb::read(entry, &parts, each.as_ref(), reader));
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
