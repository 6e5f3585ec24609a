//! Settings that are configured.

use serde_json::{Value, json};
use usher_contract::known::Known;
use usher_contract::operation::ConfigureSettings;
use usher_contract::value::Token;

use crate::kind::{Planned, Restored, texts_of};
use crate::run::undo::made::Made;
use crate::run::undo::staying::Staying;
use crate::view::prediction::Predicted;

impl Planned for ConfigureSettings {
    fn predicted(&self, _token: &Token) -> Option<Predicted> {
        Some(Predicted::Configures {
            settings: self.settings.clone(),
            fields: self.fields.clone(),
        })
    }

    fn target(&self) -> Value {
        json!(["configure", self.settings])
    }

    fn refers(&self, known: &Known<'_>) -> Vec<String> {
        texts_of(&self.fields, known)
    }

    fn restored(&self, made: &Made<'_>, _stays: &Staying) -> Result<Option<Restored>, String> {
        let configure = Self {
            settings: self.settings.clone(),
            fields: made.former(&self.fields)?,
        };
        Ok(Some(Restored {
            by: configure.into(),
            left: made.ledger.of_settings(&self.settings, &self.fields),
            kept_with: Vec::new(),
        }))
    }
}
