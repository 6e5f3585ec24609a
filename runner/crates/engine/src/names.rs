//! The names of records, as two plans are compared by them.

use usher_core::comparison::{Names, PROFILE};
use usher_core::operation::Lookup;
use usher_core::read::ReadError;
use usher_core::recipe::FullNames;

use crate::reads::Reader;

/// Asks an org for the names that these lookups find: one request for the records, and one for profiles. What the
/// signed-in user may not read has no name.
///
/// # Errors
///
/// The org gives no answer.
pub async fn names(lookups: &[Lookup], reader: &Reader) -> Result<Names, ReadError> {
    let mut names = Names::default();
    let (profiles, records): (Vec<Lookup>, Vec<Lookup>) = lookups
        .iter()
        .cloned()
        .partition(|lookup| lookup.object == PROFILE);
    if !records.is_empty() {
        let answers = reader.real(&records).await;
        for (lookup, answer) in records.iter().zip(answers) {
            match answer {
                Ok(rows) => names.records(lookup, &rows),
                Err(error @ ReadError::Unavailable(_)) => return Err(error),
                Err(_) => {}
            }
        }
    }
    if !profiles.is_empty() {
        let full_names = full_names(reader).await?;
        for lookup in &profiles {
            names.profiles(lookup, &full_names);
        }
    }
    Ok(names)
}

/// The full names of the org's profiles. Reading metadata is a right of its own, so a user who lacks it sees none.
///
/// # Errors
///
/// The org gives no answer.
pub(crate) async fn full_names(reader: &Reader) -> Result<FullNames, ReadError> {
    match reader.components(PROFILE).await {
        Ok(listed) => Ok(FullNames::of(&listed)),
        Err(error @ ReadError::Unavailable(_)) => Err(error),
        Err(_) => Ok(FullNames::default()),
    }
}

#[cfg(test)]
mod tests;
