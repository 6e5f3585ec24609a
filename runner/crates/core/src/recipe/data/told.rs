//! `[[require]]` and `[[note]]`: what must hold, and what is told.

use usher_program::{Each, Message, Note, Require};

use crate::recipe::data::Reader;
use crate::recipe::keys::{Keys, Spanned};
use crate::recipe::names::kebab_help;
use crate::recipe::syntax::{Entry, Table};
use usher_contract::name::is_kebab;

/// Requirements and notes of one plugin: more than a person reads.
const TOLD_MAX: usize = 50;

pub(super) fn requires(entry: Option<&Entry>, reader: &mut Reader<'_>) -> Vec<Require> {
    let tables = tables("require", entry, reader);
    let requires = tables.into_iter().map(|table| require(table, reader));
    let requires: Vec<Option<Require>> = requires.collect();
    requires.into_iter().flatten().collect()
}

pub(super) fn notes(entry: Option<&Entry>, reader: &mut Reader<'_>) -> Vec<Note> {
    let tables = tables("note", entry, reader);
    let notes = tables.into_iter().map(|table| note(table, reader));
    let notes: Vec<Option<Note>> = notes.collect();
    notes.into_iter().flatten().collect()
}

fn tables<'e>(name: &str, entry: Option<&'e Entry>, reader: &mut Reader<'_>) -> Vec<&'e Table> {
    let Some(entry) = entry else {
        return vec![];
    };
    let tables = reader.mistakes.tables(name, &entry.value);
    if tables.len() > TOLD_MAX {
        let message = format!("{} of `[[{name}]]`, more than {TOLD_MAX}", tables.len());
        let span = entry.key_span.clone();
        reader
            .mistakes
            .add("too-large", span, message, "make two plugins of it");
        return vec![];
    }
    tables
}

fn require(table: &Table, reader: &mut Reader<'_>) -> Option<Require> {
    let mut keys = Keys::new(table, "the requirement");
    let each = keys.optional("for");
    let that = keys.required("that", "that = \"${users | length > 0}\"");
    let otherwise = keys.required("otherwise", "otherwise = \"The account has no users\"");
    let remedy = keys.optional("remedy");
    let code = keys.optional_text("code", &mut reader.mistakes);
    keys.finish(&[], &mut reader.mistakes);
    let code = read_code(code, "not-as-required", reader);
    within(each, reader, |each, reader| {
        let that = that.and_then(|entry| reader.condition(entry));
        let message = message(code, otherwise, remedy, reader);
        Some(Require {
            each,
            that: that?,
            otherwise: message?,
        })
    })
}

fn note(table: &Table, reader: &mut Reader<'_>) -> Option<Note> {
    let mut keys = Keys::new(table, "the note");
    let each = keys.optional("for");
    let when = keys.optional("when");
    let says = keys.required("says", "says = \"Users of this account see its cases\"");
    let remedy = keys.optional("remedy");
    let warning = keys.optional("warning");
    let code = keys.optional_text("code", &mut reader.mistakes);
    keys.finish(&[], &mut reader.mistakes);
    let code = read_code(code, "note", reader);
    let is_warning = warning.is_some_and(|entry| reader.truth(entry));
    within(each, reader, |each, reader| {
        let when = when.map(|entry| reader.condition(entry));
        let message = message(code, says, remedy, reader);
        Some(Note {
            each,
            when: when.flatten(),
            is_warning,
            message: message?,
        })
    })
}

fn message(
    code: String,
    summary: Option<&Entry>,
    remedy: Option<&Entry>,
    reader: &mut Reader<'_>,
) -> Option<Message> {
    let summary = summary.map(|entry| reader.text(entry));
    let remedy = remedy.map(|entry| reader.text(entry));
    Some(Message {
        code,
        summary: summary?,
        remedy,
    })
}

/// The code of a message, or the one that it has without.
pub(super) fn read_code(
    code: Option<Spanned<String>>,
    default: &str,
    reader: &mut Reader<'_>,
) -> String {
    let Some(code) = code else {
        return default.to_owned();
    };
    if !is_kebab(&code.value) {
        let message = format!("`{}` is not a valid code", code.value);
        let help = kebab_help(&code.value);
        reader.mistakes.add("bad-name", code.span, message, help);
    }
    code.value
}

/// Reads a part below its `for`: the record at hand has a name in it.
pub(super) fn within<T>(
    entry: Option<&Entry>,
    reader: &mut Reader<'_>,
    part: impl FnOnce(Option<Each>, &mut Reader<'_>) -> T,
) -> T {
    let each = entry.and_then(|entry| each(entry, reader));
    if let Some((each, find)) = &each {
        reader.scope.item = Some((each.item.clone(), *find));
    }
    let part = part(each.map(|(each, _)| each), reader);
    reader.scope.item = None;
    part
}

/// `for = "user in users"`
fn each(entry: &Entry, reader: &mut Reader<'_>) -> Option<(Each, usize)> {
    let text = reader.mistakes.text("for", &entry.value)?;
    let words: Vec<&str> = text.value.split_whitespace().collect();
    let [item, "in", list] = words.as_slice() else {
        let message = format!("`for` is `{}`", text.value);
        let help = "write a name for the record at hand, and the find: `for = \"user in users\"`";
        reader.mistakes.add("wrong-type", text.span, message, help);
        return None;
    };
    let item = Spanned {
        value: (*item).to_owned(),
        span: text.span.clone(),
    };
    // Also a name that is taken has a meaning below this `for`, so that one slip gives one mistake.
    let scope = &reader.scope;
    scope.is_free("a record", &item, &mut reader.mistakes);
    let find = reader.scope.list(list, &text.span, &mut reader.mistakes)?;
    let each = Each {
        item: item.value,
        list: (*list).to_owned(),
    };
    Some((each, find))
}
