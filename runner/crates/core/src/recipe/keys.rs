//! Reads tables strictly: each known key is taken by name, every key left at the end is a mistake, and all mistakes are
//! collected.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, did_you_mean, suggestion};
use crate::recipe::syntax::{Data, Entry, Node, Table};
use usher_contract::limit;

/// A collector of mistakes, with the first half of their codes: `recipe`, `pack`, `grants`.
#[derive(Debug)]
pub(super) struct Mistakes {
    area: &'static str,
    found: Vec<Diagnostic>,
    is_full: bool,
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spanned<T> {
    pub(super) value: T,
    pub(super) span: Range<usize>,
}

/// The keys of one table.
pub(super) struct Keys<'t> {
    table: &'t Table,
    /// The table's name in messages: "step `user`".
    what: String,
    known: Vec<&'static str>,
    missing: Vec<(&'static str, String)>,
}

impl Mistakes {
    pub(super) fn new(area: &'static str) -> Self {
        Self {
            area,
            found: Vec::new(),
            is_full: false,
        }
    }

    /// Adds a mistake. `what` is the second half of its code.
    pub(super) fn add(
        &mut self,
        what: &str,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let code = format!("{}/{what}", self.area);
        self.push(Diagnostic::error(&code, message).at(span).help(help));
    }

    /// Adds a mistake that was found elsewhere. Mistakes beyond [`limit::MISTAKES_MAX`] are dropped.
    pub(super) fn push(&mut self, mistake: Diagnostic) {
        if self.found.len() >= limit::MISTAKES_MAX {
            self.is_full = true;
        } else {
            self.found.push(mistake);
        }
    }

    /// Says whether there was a mistake.
    pub(super) fn has_any(&self) -> bool {
        !self.found.is_empty()
    }

    /// Says whether further mistakes would be dropped.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    /// Returns `value`, unless there was a mistake; else the mistakes in the order of the file, each once.
    pub(super) fn or<T>(mut self, value: impl FnOnce() -> T) -> Result<T, Vec<Diagnostic>> {
        if self.found.is_empty() {
            return Ok(value());
        }
        let key = |d: &Diagnostic| d.span.as_ref().map(|span| (span.start, span.end));
        self.found.sort_by_key(key);
        self.found.dedup();
        if self.is_full
            && let Some(last) = self.found.last()
        {
            let code = format!("{}/too-many-mistakes", self.area);
            let message = format!("these are {} mistakes; there are more", self.found.len());
            let more = Diagnostic::error(&code, message).help("fix these first");
            let span = last.span.clone();
            self.found.push(Diagnostic { span, ..more });
        }
        Err(self.found)
    }

    /// Adds the mistake that `node` has the wrong type.
    pub(super) fn wrong_type(&mut self, name: &str, node: &Node, wanted: &str, example: &str) {
        let message = format!("`{name}` is {}, not {wanted}", node.what());
        self.add(
            "wrong-type",
            node.span.clone(),
            message,
            format!("write {example}"),
        );
    }

    /// The text, or a mistake.
    pub(super) fn text(&mut self, name: &str, node: &Node) -> Option<Spanned<String>> {
        match &node.data {
            Data::Text(text) => Some(Spanned {
                value: text.clone(),
                span: node.span.clone(),
            }),
            _ => {
                self.wrong_type(name, node, "a text", &format!("`{name} = \"…\"`"));
                None
            }
        }
    }

    /// The table, or a mistake.
    pub(super) fn table<'n>(&mut self, name: &str, node: &'n Node) -> Option<&'n Table> {
        match &node.data {
            Data::Table(table) => Some(table),
            _ => {
                self.wrong_type(name, node, "a table", &format!("`{name} = {{ … }}`"));
                None
            }
        }
    }

    /// The tables of a list of tables, or mistakes.
    pub(super) fn tables<'n>(&mut self, name: &str, node: &'n Node) -> Vec<&'n Table> {
        let Data::List(nodes) = &node.data else {
            self.wrong_type(
                name,
                node,
                "a list of tables",
                &format!("`[[{name}]]` above each"),
            );
            return Vec::new();
        };
        nodes
            .iter()
            .filter_map(|node| match &node.data {
                Data::Table(table) => Some(table),
                _ => {
                    let example = format!("`[[{name}]]` above each");
                    self.wrong_type(name, node, "a table", &example);
                    None
                }
            })
            .collect()
    }

    /// The texts of a list, or mistakes.
    pub(super) fn texts(&mut self, name: &str, node: &Node) -> Option<Vec<Spanned<String>>> {
        let example = format!("`{name} = [\"…\", \"…\"]`");
        let Data::List(nodes) = &node.data else {
            self.wrong_type(name, node, "a list of texts", &example);
            return None;
        };
        let mut texts = Vec::new();
        for node in nodes {
            match &node.data {
                Data::Text(text) => texts.push(Spanned {
                    value: text.clone(),
                    span: node.span.clone(),
                }),
                _ => self.wrong_type(name, node, "a text", &example),
            }
        }
        (texts.len() == nodes.len()).then_some(texts)
    }
}

impl<'t> Keys<'t> {
    pub(super) fn new(table: &'t Table, what: impl Into<String>) -> Self {
        Self {
            table,
            what: what.into(),
            known: Vec::new(),
            missing: Vec::new(),
        }
    }

    /// The key's entry, if it exists.
    pub(super) fn optional(&mut self, key: &'static str) -> Option<&'t Entry> {
        self.known.push(key);
        self.table.get(key)
    }

    /// The key's entry. Its absence becomes a mistake in `finish`, which knows misspelt keys.
    pub(super) fn required(&mut self, key: &'static str, example: &str) -> Option<&'t Entry> {
        let entry = self.optional(key);
        if entry.is_none() {
            self.missing.push((key, example.to_owned()));
        }
        entry
    }

    /// A required text, or a mistake.
    pub(super) fn required_text(
        &mut self,
        key: &'static str,
        example: &str,
        mistakes: &mut Mistakes,
    ) -> Option<Spanned<String>> {
        let entry = self.required(key, example)?;
        mistakes.text(key, &entry.value)
    }

    /// A text, or `None` when the key is missing or its value is a mistake.
    pub(super) fn optional_text(
        &mut self,
        key: &'static str,
        mistakes: &mut Mistakes,
    ) -> Option<Spanned<String>> {
        let entry = self.optional(key)?;
        mistakes.text(key, &entry.value)
    }

    /// Adds mistakes for keys that are left over or missing. `reserved`: keys that will have a meaning one day, with
    /// what to do until then; "did you mean" must not suggest them.
    pub(super) fn finish(&self, reserved: &[(&'static str, &str)], mistakes: &mut Mistakes) {
        let mut misspelt = Vec::new();
        for entry in &self.table.entries {
            let key = entry.key.as_str();
            if self.known.contains(&key) || mistakes.is_full() {
                continue;
            }
            if let Some((_, instead)) = reserved.iter().find(|(name, _)| *name == key) {
                let message = format!("`{key}` is not supported by this Usher yet");
                mistakes.add("not-supported", entry.key_span.clone(), message, *instead);
                continue;
            }
            misspelt.extend(suggestion(key, self.known.iter().copied()));
            mistakes.add(
                "unknown-key",
                entry.key_span.clone(),
                format!("{} knows no key `{key}`", self.what),
                did_you_mean(key, self.known.iter().copied()),
            );
        }
        for (key, example) in &self.missing {
            // One slip gives one message: "did you mean" has named the key already.
            if misspelt.contains(key) {
                continue;
            }
            mistakes.add(
                "missing-key",
                self.table.span.clone(),
                format!("{} lacks `{key}`", self.what),
                format!("add `{example}`"),
            );
        }
    }
}
