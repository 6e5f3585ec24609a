//! The place where an answer says that a token was not accepted.

/// The place where an answer says that the token was not accepted.
#[derive(Clone, Copy)]
pub(super) enum Face {
    /// In its status.
    Rest,
    /// In its status, or in the status of a part.
    Composite,
    /// In its status, or in a fault.
    Soap,
}
