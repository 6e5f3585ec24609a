//! Filling in a recipe's inputs from an org as it is: asks what `in_org` says, round by round.

use serde_json::{Map, Value};
use usher_core::operation::Lookup;
use usher_core::read::{ReadError, Record};
use usher_core::recipe::{
    BoundInputs, FullNames, Origin, Recipe, Survey, Surveyed, names_profiles,
};

use crate::inputs::{InputsError, find_records};
use crate::names;
use crate::reads::Reader;

/// Asks the org for the inputs that `given` lacks: one request for the records that are given, one a round, and one more
/// where profiles are seen. What was given stays as a person wrote it.
///
/// # Errors
///
/// As [`InputsError`]: a record that is given is not found, or the org gives no answer.
pub async fn survey(
    recipe: &Recipe,
    given: &Map<String, Value>,
    reader: &Reader,
) -> Result<Vec<Surveyed>, InputsError> {
    let bound = BoundInputs {
        values: given.clone(),
        ..BoundInputs::default()
    };
    let found = find_records(recipe, bound, reader).await?;
    let mut values = found.inputs.values;
    values.retain(|name, _| given.contains_key(name));
    let mut survey = Survey::new(recipe, &values);
    loop {
        let lookups = survey.round();
        if lookups.is_empty() {
            break;
        }
        let answers = reader.real(&lookups).await;
        for answer in &answers {
            if let Err(error @ ReadError::Unavailable(_)) = answer {
                return Err(InputsError::Read(error.clone()));
            }
        }
        let full_names = full_names(&lookups, &answers, reader).await?;
        survey.answer(answers, &full_names);
    }
    let mut inputs = survey.finish();
    for input in &mut inputs {
        if input.origin == Origin::Given {
            input.value = given.get(&input.name).cloned();
        }
    }
    Ok(inputs)
}

/// The full names of profiles, where an answer names some.
async fn full_names(
    lookups: &[Lookup],
    answers: &[Result<Vec<Record>, ReadError>],
    reader: &Reader,
) -> Result<FullNames, InputsError> {
    let mut asked = lookups.iter().zip(answers);
    if !asked.any(|(lookup, answer)| names_profiles(lookup, answer)) {
        return Ok(FullNames::default());
    }
    names::full_names(reader).await.map_err(InputsError::Read)
}
