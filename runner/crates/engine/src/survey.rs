//! Filling in a recipe's inputs from an org as it is: asks what `in_org` says, round by round.

use serde_json::{Map, Value};
use usher_core::read::ReadError;
use usher_core::recipe::{Origin, Recipe, Survey, Surveyed};

use crate::inputs::{InputsError, find_records};
use crate::reads::Reader;

/// Asks the org for the inputs that `given` lacks: one request for the records that are given, and one a round. What was
/// given stays as a person wrote it.
///
/// # Errors
///
/// As [`InputsError`]: a record that is given is not found, or the org gives no answer.
pub async fn survey(
    recipe: &Recipe,
    given: &Map<String, Value>,
    reader: &Reader,
) -> Result<Vec<Surveyed>, InputsError> {
    let found = find_records(recipe, given.clone(), reader).await?;
    let mut values = found.values;
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
        survey.answer(answers);
    }
    let mut inputs = survey.finish();
    for input in &mut inputs {
        if input.origin == Origin::Given {
            input.value = given.get(&input.name).cloned();
        }
    }
    Ok(inputs)
}
