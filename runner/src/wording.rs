//! Values in words, whole.

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

/// "1 change", "2 changes".
pub(crate) fn count(n: usize, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        n => format!("{n} {noun}s"),
    }
}
