//! The synchronous calls that write components and settings.

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Create,
    Update,
    Upsert,
}
