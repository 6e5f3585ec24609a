//! The references that were handed to one call. The plugin may return no other one: a token that it made up, or kept
//! from another call, could bring a value to a place for which no user allowed it.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::value::{Reference, Scalar, Token};

use crate::change::tokens_in;
use crate::fault::Fault;
use crate::text;

/// Tokens by the way in which they were handed over.
#[derive(Debug, Default)]
pub struct Handed {
    /// Tokens in a `{"$ref": …}` of the input or of a read's answer.
    given: HashSet<Token>,
    /// Tokens that were the reason why a read is pending: a plugin may wait for them, but not write them.
    pending: HashSet<Token>,
    /// Secrets by the input that holds them.
    secrets: HashMap<Token, String>,
}

impl Handed {
    /// Notes every `$ref` in JSON that goes to the plugin.
    pub fn note(&mut self, json: &Value) {
        match json {
            Value::Object(object) => {
                if let Some(Value::String(token)) = object.get("$ref") {
                    self.given.insert(Token::of_text(token));
                }
                object.values().for_each(|value| self.note(value));
            }
            Value::Array(values) => values.iter().for_each(|value| self.note(value)),
            _ => {}
        }
    }

    /// Notes the secrets that an input holds.
    pub fn note_secrets(&mut self, name: &str, value: &Value) {
        let mut tokens = Vec::new();
        tokens_in(value, &mut tokens);
        for token in tokens.into_iter().filter(Token::is_secret) {
            self.secrets.entry(token).or_insert_with(|| name.to_owned());
        }
    }

    /// The input that holds a secret.
    pub fn input_of_secret(&self, token: &Token) -> Option<&str> {
        self.secrets.get(token).map(String::as_str)
    }

    pub fn note_pending(&mut self, token: &Token) {
        self.pending.insert(token.clone());
    }

    /// Checks that the token may stand for a value.
    pub fn allows(&self, token: &Token) -> Result<(), Fault> {
        if self.given.contains(token) {
            return Ok(());
        }
        Err(forged(token))
    }

    /// Checks that the plugin may wait for the token.
    pub fn allows_waiting(&self, token: &Token) -> Result<(), Fault> {
        if self.given.contains(token) || self.pending.contains(token) {
            return Ok(());
        }
        Err(forged(token))
    }

    /// Checks that a read may hold the value.
    pub fn allows_in_read(&self, scalar: &Scalar) -> Result<(), Fault> {
        for reference in scalar.references() {
            match reference {
                Reference::Given(token) if token.is_secret() => {
                    let name = self.input_of_secret(token).map(str::to_owned);
                    let name = name.unwrap_or_else(|| text::shown(&token.to_string()));
                    return Err(Fault::SecretPlace { name });
                }
                Reference::Given(token) => self.allows(token)?,
                Reference::Bound(_) => return Err(Fault::BoundInRead),
            }
        }
        Ok(())
    }
}

fn forged(token: &Token) -> Fault {
    Fault::Forged {
        token: match token {
            // The text as the plugin wrote it.
            Token::Loose(text) => text::shown(text),
            token => text::shown(&token.to_string()),
        },
    }
}
