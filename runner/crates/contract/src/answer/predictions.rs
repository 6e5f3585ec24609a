//! Effects: a plan says that Salesforce will cause them by itself. Later steps are planned as if they had come, so the
//! manifest must declare one like a write: its object, its fields, and the key by which Usher will look for it.

use crate::change::{Consequence, Effect};
use crate::manifest::{Manifest, Prediction, Undeclared};
use crate::operation::Lookup;

pub(super) fn undeclared(effect: &Effect, manifest: &Manifest, found: &mut Vec<Undeclared>) {
    let mut claims = Prediction {
        predicts: &manifest.predicts,
        address: &effect.address,
        found,
    };
    match &effect.consequence {
        Consequence::Appears {
            object,
            fields,
            key,
            ..
        } => {
            claims.records(object, fields.iter().map(|field| &field.name));
            claims.key(
                object,
                key.iter().map(|condition| &condition.field),
                &manifest.reads,
            );
        }
        Consequence::Alters { object, fields, .. } => {
            claims.records(object, fields.iter().map(|field| &field.name));
        }
        Consequence::Disappears { object, .. } => claims.records(object, std::iter::empty()),
        Consequence::Configures { settings, fields } => {
            claims.settings(settings, fields.iter().map(|field| &field.name));
        }
        Consequence::Opens { objects, fields } => {
            for object in objects {
                claims.objects(object, None);
            }
            for field in fields {
                claims.objects(&field.object, Some(&field.field));
            }
        }
        Consequence::Takes {
            object,
            total,
            used,
            ..
        } => {
            let look = Lookup {
                object: object.clone(),
                fields: vec![total.clone(), used.clone()],
                conditions: Vec::new(),
            };
            found.extend(manifest.declares_lookup(&look).err());
        }
        Consequence::Mails { .. } | Consequence::Other => {}
    }
}
