//! The form of names: steps, inputs and outputs in `snake_case` (a hyphen would be a minus in an expression), plugins,
//! packs and recipes in kebab-case.

use std::ops::Range;

use usher_contract::name::{is_kebab, is_snake};

use crate::recipe::keys::{Mistakes, Spanned};

/// A recipe of a pack: `fsc/assign-permissions`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecipeName {
    pub pack: String,
    pub recipe: String,
}

/// The error for a text that is not the name of a pack's recipe.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a valid recipe name: a pack and a recipe in lower-case letters, digits and hyphens, as in `fsc/customer-user`"
)]
pub struct NotARecipeName(pub String);

impl RecipeName {
    /// Parses `pack/recipe`.
    ///
    /// # Errors
    ///
    /// There is not exactly one slash, or a part is not kebab-case.
    pub fn parse(text: &str) -> Result<Self, NotARecipeName> {
        match text.split_once('/') {
            Some((pack, recipe)) if is_kebab(pack) && is_kebab(recipe) => Ok(Self {
                pack: pack.to_owned(),
                recipe: recipe.to_owned(),
            }),
            _ => Err(NotARecipeName(text.to_owned())),
        }
    }
}

impl std::fmt::Display for RecipeName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.pack, self.recipe)
    }
}

/// Adds a mistake unless `name` is `snake_case`; says whether it is.
pub(super) fn check_snake(
    what: &str,
    name: &str,
    span: &Range<usize>,
    mistakes: &mut Mistakes,
) -> bool {
    let is_snake = is_snake(name);
    if !is_snake {
        let help = match to_snake(name) {
            Some(near) => format!("write `{near}`"),
            None => "write lower-case letters, digits and underscores, a letter first".to_owned(),
        };
        let message = format!("`{name}` is not a valid name for {what}");
        mistakes.add("bad-name", span.clone(), message, help);
    }
    is_snake
}

/// Returns the API name of an object or a field, or adds a mistake. `what`: `object` or `field`.
pub(super) fn check_api(
    text: Spanned<String>,
    is_right: impl Fn(&str) -> bool,
    what: &str,
    mistakes: &mut Mistakes,
) -> Option<String> {
    if is_right(&text.value) {
        return Some(text.value);
    }
    let message = format!("`{}` is not a valid {what}", text.value);
    let help = match what {
        "object" => "write its API name, as in `User` or `FinServ__Claim__c`",
        _ => "write its API name, as in `Username` or `Profile.Name`",
    };
    mistakes.add("bad-name", text.span, message, help);
    None
}

/// Returns what to write instead of a name that is not kebab-case.
pub(super) fn kebab_help(name: &str) -> String {
    match to_kebab(name) {
        Some(near) => format!("write `{near}`"),
        None => "write lower-case letters, digits and single hyphens".to_owned(),
    }
}

/// The nearest name in `snake_case`.
fn to_snake(name: &str) -> Option<String> {
    near(name, '_').filter(|name| is_snake(name))
}

/// The nearest name in kebab-case.
fn to_kebab(name: &str) -> Option<String> {
    near(name, '-').filter(|name| is_kebab(name))
}

fn near(name: &str, joint: char) -> Option<String> {
    let words = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase);
    let near = words.collect::<Vec<_>>().join(&joint.to_string());
    (!near.is_empty()).then_some(near)
}

#[cfg(test)]
mod tests;
