//! Taking a table of a faults file apart, key by key.

use std::ops::Range;

use toml::de::{DeTable, DeValue};
use usher_core::diagnostic::{Diagnostic, did_you_mean};

use crate::fault::file::{COUNT_MAX, mistake, wrong_type};

/// The keys of one table: each is taken by name, what is left at the end is a mistake.
pub(super) struct Keys<'t> {
    what: String,
    span: Range<usize>,
    table: &'t DeTable<'t>,
    known: Vec<&'static str>,
}

impl<'t> Keys<'t> {
    pub(super) fn new(what: impl Into<String>, span: Range<usize>, table: &'t DeTable<'t>) -> Self {
        Self {
            what: what.into(),
            span,
            table,
            known: Vec::new(),
        }
    }

    pub(super) fn take(&mut self, key: &'static str) -> Option<(&'t DeValue<'t>, Range<usize>)> {
        self.known.push(key);
        let value = self.table.get(key)?;
        Some((value.get_ref(), value.span()))
    }

    pub(super) fn place(&self, key: &str) -> Option<Range<usize>> {
        self.table.get(key).map(toml::Spanned::span)
    }

    pub(super) fn text(
        &mut self,
        key: &'static str,
        found: &mut Vec<Diagnostic>,
    ) -> Option<(&'t str, Range<usize>)> {
        match self.take(key)? {
            (DeValue::String(text), span) => Some((text, span)),
            (_, span) => {
                found.push(wrong_type(key, "a text", span));
                None
            }
        }
    }

    pub(super) fn required_text(
        &mut self,
        key: &'static str,
        found: &mut Vec<Diagnostic>,
    ) -> Option<(&'t str, Range<usize>)> {
        if self.place(key).is_none() {
            self.lacks(key, found);
        }
        self.text(key, found)
    }

    pub(super) fn choice(
        &mut self,
        key: &'static str,
        choices: &[&'static str],
        found: &mut Vec<Diagnostic>,
    ) -> Option<&'static str> {
        let (text, span) = self.text(key, found)?;
        let chosen = choices.iter().find(|choice| **choice == text);
        if chosen.is_none() {
            let help = did_you_mean(text, choices.iter().copied());
            let message = format!("`{key}` cannot be `{text}`");
            found.push(
                mistake(&format!("unknown-{key}"), message)
                    .at(span)
                    .help(help),
            );
        }
        chosen.copied()
    }

    pub(super) fn required_choice(
        &mut self,
        key: &'static str,
        choices: &[&'static str],
        found: &mut Vec<Diagnostic>,
    ) -> Option<&'static str> {
        if self.place(key).is_none() {
            self.lacks(key, found);
        }
        self.choice(key, choices, found)
    }

    pub(super) fn number(
        &mut self,
        key: &'static str,
        range: std::ops::RangeInclusive<i64>,
        found: &mut Vec<Diagnostic>,
    ) -> Option<i64> {
        let (value, span) = self.take(key)?;
        let number = match value {
            DeValue::Integer(integer) => {
                i64::from_str_radix(integer.as_str(), integer.radix()).ok()
            }
            _ => {
                found.push(wrong_type(key, "a whole number", span));
                return None;
            }
        };
        let fits = number.filter(|number| range.contains(number));
        if fits.is_none() {
            let message = format!(
                "`{key}` is not a whole number from {} to {}",
                range.start(),
                range.end()
            );
            found.push(mistake("out-of-range", message).at(span));
        }
        fits
    }

    pub(super) fn required_number(
        &mut self,
        key: &'static str,
        range: std::ops::RangeInclusive<i64>,
        found: &mut Vec<Diagnostic>,
    ) -> Option<i64> {
        if self.place(key).is_none() {
            self.lacks(key, found);
        }
        self.number(key, range, found)
    }

    /// `true` or `false`, which must be there.
    pub(super) fn required_flag(
        &mut self,
        key: &'static str,
        found: &mut Vec<Diagnostic>,
    ) -> Option<bool> {
        match self.take(key) {
            Some((DeValue::Boolean(flag), _)) => Some(*flag),
            Some((_, span)) => {
                found.push(wrong_type(key, "`true` or `false`", span));
                None
            }
            None => {
                self.lacks(key, found);
                None
            }
        }
    }

    /// The keys of a table in this one, which must be there.
    pub(super) fn required_table(
        &mut self,
        key: &'static str,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Keys<'t>> {
        match self.take(key) {
            Some((DeValue::Table(table), span)) => {
                let what = format!("`{key}` of {}", self.what);
                Some(Keys::new(what, span, table))
            }
            Some((_, span)) => {
                found.push(wrong_type(key, "a table", span));
                None
            }
            None => {
                self.lacks(key, found);
                None
            }
        }
    }

    /// A probability: above 0, at most 1.
    pub(super) fn share(&mut self, key: &'static str, found: &mut Vec<Diagnostic>) -> Option<f64> {
        let (value, span) = self.take(key)?;
        let number = match value {
            DeValue::Integer(integer) => integer.as_str().parse::<f64>().ok(),
            DeValue::Float(float) => float.as_str().parse::<f64>().ok(),
            _ => {
                found.push(wrong_type(key, "a number", span));
                return None;
            }
        };
        let share = number.filter(|number| *number > 0.0 && *number <= 1.0);
        if share.is_none() {
            let message = format!("`{key}` is not a number above 0 and at most 1");
            found.push(mistake("out-of-range", message).at(span));
        }
        share
    }

    /// Reads `times`: a number, or `"always"`, which gives none.
    pub(super) fn times(&mut self, found: &mut Vec<Diagnostic>) -> Option<Option<u64>> {
        if let Some(DeValue::String(_)) = self.table.get("times").map(toml::Spanned::get_ref) {
            return self.choice("times", &["always"], found).map(|_| None);
        }
        let number = self.number("times", 1..=COUNT_MAX, found)?;
        Some(Some(number.unsigned_abs()))
    }

    /// The tables of a list of tables.
    pub(super) fn tables(
        &mut self,
        key: &'static str,
        found: &mut Vec<Diagnostic>,
    ) -> Vec<Keys<'t>> {
        let (values, span) = match self.take(key) {
            Some((DeValue::Array(values), span)) => (values, span),
            Some((_, span)) => {
                found.push(wrong_type(key, "a list of tables", span));
                return Vec::new();
            }
            None => {
                self.lacks(key, found);
                return Vec::new();
            }
        };
        let tables = values.iter().enumerate().filter_map(|(place, value)| {
            let DeValue::Table(table) = value.get_ref() else {
                found.push(wrong_type(key, "a list of tables", span.clone()));
                return None;
            };
            Some(Keys::new(
                format!("fault {}", place + 1),
                value.span(),
                table,
            ))
        });
        tables.collect()
    }

    pub(super) fn lacks(&self, key: &str, found: &mut Vec<Diagnostic>) {
        let message = format!("{} lacks `{key}`", self.what);
        found.push(mistake("missing-key", message).at(self.span.clone()));
    }

    pub(super) fn finish(&self, found: &mut Vec<Diagnostic>) {
        for (key, _) in self.table {
            let name = key.get_ref().as_ref();
            if self.known.contains(&name) {
                continue;
            }
            let message = format!("{} knows no key `{name}`", self.what);
            let help = did_you_mean(name, self.known.iter().copied());
            found.push(mistake("unknown-key", message).at(key.span()).help(help));
        }
    }
}
