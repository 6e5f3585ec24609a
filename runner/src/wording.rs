//! Values in words, whole.

use usher_core::recipe::Unseen;
use usher_core::text::{self, NOTHING};
use usher_core::value::{Piece, Reference, Scalar, Token};

/// The text of a value, as it is.
pub(crate) fn plain(value: &Scalar) -> String {
    match value {
        Scalar::Nothing => NOTHING.to_owned(),
        Scalar::Truth(truth) => truth.to_string(),
        Scalar::Number(text) | Scalar::Text(text) | Scalar::Date(text) | Scalar::DateTime(text) => {
            text.clone()
        }
        Scalar::Reference(reference) => token(reference),
        Scalar::Joined(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Reference(reference) => token(reference),
            })
            .collect(),
    }
}

/// A text of a recipe, which may hold values.
pub(crate) fn told(value: &Scalar) -> String {
    text::sentence(&plain(value))
}

/// Returns the words for a reference. The address in it is a plugin's.
pub(crate) fn token(reference: &Reference) -> String {
    let token = match reference {
        Reference::Given(Token::Input(name)) => {
            return format!("the secret `{}`", text::value(name));
        }
        Reference::Given(token) => token.to_string(),
        Reference::Bound(bound) => format!("{}.{}", bound.address, bound.name),
    };
    format!("<{}>", text::value(&token))
}

/// Returns the reason why an org does not show the value of an input.
pub(crate) fn unseen(why: &Unseen) -> String {
    match why {
        Unseen::NotSaid => "the recipe does not say where an org shows it".to_owned(),
        Unseen::Behind(names) => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            format!("{} has no value", text::list(&names))
        }
        Unseen::Nothing { object } => format!("the org has no `{object}` that shows it"),
        Unseen::Several { values, count } => {
            let shown: Vec<String> = values.iter().map(|one| text::value(one)).collect();
            let more = match count - values.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!("the org has {count}: {}{more}", shown.join(", "))
        }
        Unseen::Unfit(why) => format!(
            "the recipe does not take what is there: {}",
            text::sentence(why)
        ),
        Unseen::Refused(why) => text::sentence(why),
    }
}

/// "1 change", "2 changes".
pub(crate) fn count(n: usize, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        n => format!("{n} {noun}s"),
    }
}
