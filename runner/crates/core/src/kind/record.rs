//! Records that are created, updated and deleted.

use serde_json::{Value, json};
use usher_contract::known::Known;
use usher_contract::operation::{CreateRecord, DeleteRecord, UpdateRecord};
use usher_contract::value::Token;

use crate::kind::{Planned, Restored, texts_of};
use crate::run::undo::made::{Made, never_known};
use crate::run::undo::staying::Staying;
use crate::view::prediction::{Predicted, given};

impl Planned for CreateRecord {
    fn predicted(&self, token: &Token) -> Option<Predicted> {
        Some(Predicted::Appears {
            object: self.object.clone(),
            id: given(token),
            fields: self.fields.clone(),
        })
    }

    fn target(&self) -> Value {
        json!(["create", self.object])
    }

    fn refers(&self, known: &Known<'_>) -> Vec<String> {
        texts_of(&self.fields, known)
    }

    fn restored(&self, made: &Made<'_>, stays: &Staying) -> Result<Option<Restored>, String> {
        let id = made.bound("id").ok_or("its id is not known")?;
        let kept_with = stays.record(&id)?;
        let left = made.ledger.record(&id);
        let delete = DeleteRecord {
            object: self.object.clone(),
            id,
        };
        Ok(Some(Restored {
            by: delete.into(),
            left,
            kept_with,
        }))
    }
}

impl Planned for UpdateRecord {
    fn predicted(&self, _token: &Token) -> Option<Predicted> {
        Some(Predicted::Alters {
            object: self.object.clone(),
            id: self.id.clone(),
            fields: self.fields.clone(),
        })
    }

    fn target(&self) -> Value {
        json!(["update", self.object, self.id.to_json()])
    }

    fn refers(&self, known: &Known<'_>) -> Vec<String> {
        texts_of(&self.fields, known)
    }

    fn restored(&self, made: &Made<'_>, _stays: &Staying) -> Result<Option<Restored>, String> {
        let fields = made.former(&self.fields)?;
        let id = made.known().scalar(&self.id);
        let id = id.map_err(|unknown| never_known(&unknown))?;
        let left = made.ledger.of_record(&id, &self.fields);
        let update = Self {
            object: self.object.clone(),
            id,
            fields,
            options: self.options.clone(),
        };
        Ok(Some(Restored {
            by: update.into(),
            left,
            kept_with: Vec::new(),
        }))
    }
}

impl Planned for DeleteRecord {
    fn predicted(&self, _token: &Token) -> Option<Predicted> {
        Some(Predicted::Disappears {
            object: self.object.clone(),
            id: self.id.clone(),
        })
    }

    fn target(&self) -> Value {
        json!(["delete", self.object, self.id.to_json()])
    }

    fn restored(&self, _made: &Made<'_>, _stays: &Staying) -> Result<Option<Restored>, String> {
        Err("Usher cannot restore it".to_owned())
    }
}
