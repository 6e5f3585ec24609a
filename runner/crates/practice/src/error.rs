//! Errors before there is an org.

use std::ops::Range;
use std::path::PathBuf;

/// The reason why there is no practice org.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PracticeError {
    #[error("the practice org's store failed: {0}")]
    Store(#[from] rusqlite::Error),
    #[error("`{path}` cannot be opened: {source}")]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("`{path}` is no practice org")]
    NotPractice { path: PathBuf },
    #[error("`{path}` was made by another version of usher; reset the practice org to go on")]
    OtherVersion { path: PathBuf },
    #[error("fixture `{fixture}`, the file: {shown}")]
    Form {
        fixture: String,
        /// The message with the lines that it is about.
        shown: String,
        message: String,
        /// Bytes of the fixture's text.
        place: Option<Range<usize>>,
    },
    #[error("fixture `{fixture}`, {record}: {message}")]
    Fixture {
        fixture: String,
        record: String,
        message: String,
        /// Bytes of the fixture's text.
        place: Option<Range<usize>>,
    },
    #[error("the practice org has no user `{username}` who may sign in")]
    NoUser { username: String },
}
