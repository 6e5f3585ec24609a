//! The names of records that are the same for everybody.

use usher_core::read::ReadError;
use usher_core::recipe::FullNames;

use crate::reads::Reader;

/// The full names of the org's profiles. Reading metadata is a right of its own, so a user who lacks it sees none.
///
/// # Errors
///
/// The org gives no answer.
pub(crate) async fn full_names(reader: &Reader) -> Result<FullNames, ReadError> {
    match reader.components("Profile").await {
        Ok(listed) => Ok(FullNames::of(&listed)),
        Err(error @ ReadError::Unavailable(_)) => Err(error),
        Err(_) => Ok(FullNames::default()),
    }
}

#[cfg(test)]
mod tests;
