//! The reasons why a text is not a query.

use crate::soql::{SOQL_CHARACTERS_MAX, SOQL_DEPTH_MAX};

/// The reason why a text is not a query. Offsets are bytes from the start of the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SoqlError {
    #[error("unexpected character `{found}` at {at}")]
    Character { found: char, at: usize },
    #[error("a text that begins at {at} has no end")]
    UnclosedText { at: usize },
    #[error("illegal character sequence `{sequence}` in the text at {at}")]
    Escape { sequence: String, at: usize },
    #[error("unexpected token `{found}` at {at}, expecting {expected}")]
    Token {
        found: String,
        expected: &'static str,
        at: usize,
    },
    #[error("the query has {length} characters, more than {SOQL_CHARACTERS_MAX}")]
    TooLong { length: usize },
    #[error("the query is nested more than {SOQL_DEPTH_MAX} deep at {at}")]
    TooDeep { at: usize },
}
