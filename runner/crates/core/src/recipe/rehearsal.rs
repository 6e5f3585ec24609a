//! A rehearsal of a plugin as a file: a state of an org, an input, and the answer that is expected.

mod put;

use std::ops::Range;

use serde_json::{Map, Value};
use usher_contract::limit;
use usher_contract::rehearsal::State;

use crate::diagnostic::{Diagnostic, SourceText};
use crate::recipe::keys::{Keys, Mistakes};
use crate::recipe::syntax::{self, Entry};

pub use put::put as put_expected;

/// A rehearsal.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// One line for people.
    pub title: String,
    pub input: Map<String, Value>,
    pub org: State,
    /// None: the file does not say yet what is expected.
    pub expected: Option<Expected>,
}

/// The things that a rehearsal expects of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// The answer as text; none when Usher must refuse it.
    pub answer: Option<String>,
    /// The reasons for which Usher must refuse the answer; empty: Usher takes it.
    pub refused: Vec<String>,
    /// The lines that the plugin logs; none: they do not matter.
    pub log: Option<Vec<String>>,
    /// The header, in the file.
    pub span: Range<usize>,
}

/// Reads a rehearsal.
///
/// # Errors
///
/// Every mistake in the file.
pub fn parse_rehearsal(source: &SourceText) -> Result<Rehearsal, Vec<Diagnostic>> {
    let root = syntax::parse(source, "rehearsal", limit::REHEARSAL_BYTES_MAX);
    let root = root.map_err(|mistake| vec![*mistake])?;
    let mut mistakes = Mistakes::new("rehearsal");
    let mut keys = Keys::new(&root, "a rehearsal");
    let title = keys.required_text("title", "title = \"A user without a title\"", &mut mistakes);
    let input = keys.optional("input");
    let org = keys.optional("org");
    let expected = keys.optional("expected");
    keys.finish(&[], &mut mistakes);
    let input = input.and_then(|entry| mistakes.table("input", &entry.value));
    let org = org.and_then(|entry| read_org(entry, &mut mistakes));
    let expected = expected.and_then(|entry| read_expected(entry, &mut mistakes));
    mistakes.or(|| Rehearsal {
        title: title.map(|title| title.value).unwrap_or_default(),
        input: input.map(|table| table.json()).unwrap_or_default(),
        org: org.unwrap_or_default(),
        expected,
    })
}

fn read_org(entry: &Entry, mistakes: &mut Mistakes) -> Option<State> {
    let table = mistakes.table("org", &entry.value)?;
    let state = serde_json::from_value::<State>(Value::Object(table.json()));
    let state = state.map_err(|error| error.to_string());
    match state.and_then(State::checked) {
        Ok(state) => Some(state),
        Err(why) => {
            // The part of the state that the message names is a better place than the first header.
            let parts = table.entries.iter();
            let mut named = parts.filter(|part| why.contains(&format!("`{}`", part.key)));
            let span = named
                .next()
                .map_or(&entry.key_span, |part| &part.key_span)
                .clone();
            let help = "the page about plugins shows all that an org state may hold";
            mistakes.add("bad-org", span, format!("the org state: {why}"), help);
            None
        }
    }
}

fn read_expected(entry: &Entry, mistakes: &mut Mistakes) -> Option<Expected> {
    let table = mistakes.table("expected", &entry.value)?;
    let mut keys = Keys::new(table, "`expected`");
    let answer = keys.optional_text("answer", mistakes);
    let refused = keys.optional("refused");
    let log = keys.optional("log");
    keys.finish(&[], mistakes);
    let mut texts = |name, entry: Option<&Entry>| {
        let texts = entry.map(|entry| mistakes.texts(name, &entry.value))?;
        Some(
            texts
                .into_iter()
                .flatten()
                .map(|it| it.value)
                .collect::<Vec<_>>(),
        )
    };
    let refused = texts("refused", refused).unwrap_or_default();
    let log = texts("log", log);
    if answer.is_none() && refused.is_empty() {
        mistakes.add(
            "expects-nothing",
            entry.key_span.clone(),
            "`expected` has neither an `answer` nor something `refused`",
            "run `usher plugin test --update`, which writes it, and read what it wrote",
        );
    }
    Some(Expected {
        answer: answer.map(|answer| answer.value),
        refused,
        log,
        span: entry.key_span.clone(),
    })
}

#[cfg(test)]
mod tests;
