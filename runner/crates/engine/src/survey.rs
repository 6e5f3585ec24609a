//! Filling in a recipe's inputs from an org as it is: asks what `in_org` says, round by round.

use serde_json::{Map, Value};
use usher_core::plan::UsedInput;
use usher_core::read::ReadError;
use usher_core::recipe::{Origin, Recipe, Survey, Surveyed};

use crate::inputs::{InputsError, find_records};
use crate::reads::Reader;

/// What an org shows of a recipe's inputs.
#[derive(Clone, Debug)]
pub struct Seen {
    /// In the order of the recipe. What a person gave is as the person wrote it.
    pub inputs: Vec<Surveyed>,
    /// The records that were given, as a person sees them.
    pub used: Vec<UsedInput>,
}

/// Asks the org for the inputs that `given` lacks. One request for the records that are given, and one a round.
///
/// # Errors
///
/// As [`InputsError`]: a record that is given is not found, or the org gives no answer.
pub async fn survey(
    recipe: &Recipe,
    given: &Map<String, Value>,
    reader: &Reader,
) -> Result<Seen, InputsError> {
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
    Ok(Seen {
        inputs,
        used: found.used,
    })
}
