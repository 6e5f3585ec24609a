//! A mistake in something a person wrote: what is wrong, where, why, and what to write instead.
//!
//! Data only. `usher::report` renders it. Checking collects all mistakes before any is shown.

use std::ops::Range;

use usher_contract::limit;
pub use usher_contract::text::list;

/// A text with the name it is shown under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// File path as the person gave it, or `fsc/customer-user` for an embedded recipe.
    pub name: String,
    pub text: String,
}

impl SourceText {
    /// Line and column (in characters) of a byte offset, both from 1.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &self.text[..offset];
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        (line, column)
    }
}

/// The severity of a diagnostic: only an error stops what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Warning,
    Error,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable, `area/what`, kebab-case: `recipe/unknown-step`.
    pub code: String,
    pub severity: Severity,
    /// Lowercase fragment, names in backticks, no full stop.
    pub message: String,
    /// Bytes in the source text; `None` when the mistake has no place in it.
    pub span: Option<Range<usize>>,
    /// Advice: what to do or write instead.
    pub help: Option<String>,
    /// The place in a file of rows, which has no text here.
    pub row: Option<Box<RowPlace>>,
}

/// A place in a file of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowPlace {
    /// The file as the person named it.
    pub file: Option<String>,
    /// From 1.
    pub line: Option<usize>,
    /// The column by its name.
    pub column: Option<String>,
}

impl Diagnostic {
    /// An error without place or help.
    pub fn error(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            severity: Severity::Error,
            message: message.into(),
            span: None,
            help: None,
            row: None,
        }
    }

    /// Adds the place.
    #[must_use]
    pub fn at(mut self, span: Range<usize>) -> Self {
        self.span = Some(span);
        self
    }

    /// Adds advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The candidate that `word` was probably meant to be: `did you mean …?`
pub fn suggestion<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // The cost of comparing is the product of both lengths, and people do not mistype names that are this long.
    let is_name = |text: &str| text.len() <= limit::SUGGESTED_BYTES_MAX;
    candidates
        .into_iter()
        .filter(|candidate| is_name(word) && is_name(candidate))
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().min(word.len()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Returns "did you mean `x`?", or the list of candidates.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    match suggestion(word, candidates.iter().copied()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None if candidates.is_empty() => "there is none".to_owned(),
        None => format!("there is {}", list(&candidates)),
    }
}

#[cfg(test)]
mod tests {
    use super::{SourceText, did_you_mean, list, suggestion};

    #[test]
    fn names_beyond_all_measure_are_not_compared() {
        let (long, longer) = ("a".repeat(400_000), "a".repeat(400_001));
        assert_eq!(suggestion(&longer, [long.as_str(), "a"]), None);
        assert_eq!(suggestion("b", [long.as_str(), "a"]), Some("a"));
    }

    #[test]
    fn positions_count_characters() {
        let source = SourceText {
            name: "r.toml".into(),
            text: "é = 1\nab".into(),
        };
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position(3), (1, 3));
        assert_eq!(source.position(8), (2, 2));
        assert_eq!(source.position(99), (2, 3));
    }

    #[test]
    fn near_names_are_suggested_and_far_ones_listed() {
        assert_eq!(
            did_you_mean("stpes", ["inputs", "steps"]),
            "did you mean `steps`?"
        );
        assert_eq!(
            did_you_mean("zzz", ["inputs", "steps"]),
            "there is `inputs` and `steps`"
        );
        assert_eq!(did_you_mean("zzz", []), "there is none");
        assert_eq!(list(&["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
