//! Errors before there is an org.

use std::path::PathBuf;

use usher_core::diagnostic::Diagnostic;

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
    #[error("fixture `{fixture}`: {shown}")]
    Fixture {
        fixture: String,
        /// All mistakes of that fixture, in the order of the file.
        mistakes: Vec<Diagnostic>,
        /// A line for each.
        shown: String,
    },
    #[error("the practice org has no user `{username}` who may sign in")]
    NoUser { username: String },
}
