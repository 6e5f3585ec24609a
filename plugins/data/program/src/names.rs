//! The values that expressions may use, and the reason why an expression has none.

use serde_json::Value as Json;

/// The values that an expression may use.
pub trait Names {
    /// The value to which a path leads; `None` when nothing has that name.
    ///
    /// # Errors
    ///
    /// The value is a part of one that is not known yet.
    fn find(&self, path: &[String]) -> Result<Option<Json>, NoValue>;
}

/// The reason why an expression has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoValue {
    /// It is computed from values that are not known yet.
    Unknown(Vec<String>),
    /// It cannot be evaluated.
    Failed(String),
}
