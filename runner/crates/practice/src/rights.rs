//! Saves, and calls of Connect and of the Metadata API, that the user has no right to
//! (docs/salesforce/permission-sets.md#rights-of-a-user).

pub(crate) mod api;
pub(crate) mod metadata;
pub(crate) mod save;

#[cfg(test)]
mod tests;
