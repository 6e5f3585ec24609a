//! The references that one call was handed. No other may come back: a token made up, or kept from
//! another call, could pull a value to where nobody let it go.

use std::collections::HashSet;

use serde_json::Value;

use crate::value::{Reference, Scalar, Token};

use crate::fault::Fault;
use crate::text;

/// Tokens by how they were handed over.
#[derive(Debug, Default)]
pub struct Handed {
    /// As `{"$ref": …}` in the input or in what a read answered.
    given: HashSet<Token>,
    /// As the reason why a read is pending: good to wait for, not to write.
    pending: HashSet<Token>,
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

    pub fn note_pending(&mut self, token: &Token) {
        self.pending.insert(token.clone());
    }

    /// Whether the token may stand for a value.
    pub fn allows(&self, token: &Token) -> Result<(), Fault> {
        if self.given.contains(token) {
            return Ok(());
        }
        Err(forged(token))
    }

    /// Whether the token may be waited for.
    pub fn allows_waiting(&self, token: &Token) -> Result<(), Fault> {
        if self.given.contains(token) || self.pending.contains(token) {
            return Ok(());
        }
        Err(forged(token))
    }

    /// Whether a read may hold the value.
    pub fn allows_in_read(&self, scalar: &Scalar) -> Result<(), Fault> {
        for reference in scalar.references() {
            match reference {
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
            // As the plugin wrote it.
            Token::Loose(text) => text::shown(text),
            token => text::shown(&token.to_string()),
        },
    }
}
