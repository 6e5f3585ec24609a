//! The record that a duplicate rule found, in the place of one that the rule refuses.

use serde_json::Value;
use usher_core::change::Change;
use usher_core::known::Known;
use usher_core::operation::CreateRecord;
use usher_core::run::{How, Outcome};
use usher_core::{id, text};

use crate::client::{Duplicated, OrgError, duplicates};
use crate::conduct::{Conductor, Flow, unread};

/// The owner of a record says nothing about what it belongs to.
const OWNER: &str = "OwnerId";

/// The fate of a change that a duplicate rule refuses, and whose plugin says that the record that it finds is to be used.
pub(super) enum Duplicate {
    /// The record is used.
    Used { id: String, how: How },
    /// The record belongs to something else than the one that was to be made.
    Elsewhere(Outcome),
}

impl Conductor<'_> {
    /// Looks at the only record that a rule found; `None` when it is not to be used. A rule compares names and
    /// addresses: the contact that it finds may be one of another account.
    pub(super) async fn duplicate(
        &self,
        change: &Change,
        error: &OrgError,
    ) -> Flow<Option<Duplicate>> {
        let (Some(create), OrgError::Duplicates(duplicated)) =
            (change.operation.of::<CreateRecord>(), error)
        else {
            return Ok(None);
        };
        let Some(id) = duplicated.only(&create.object) else {
            return Ok(None);
        };
        if !create.uses_duplicate() {
            return Ok(None);
        }
        let belongs = self.belongs(create)?;
        let elsewhere = match belongs.is_empty() {
            true => None,
            false => self.elsewhere(create, id, &belongs).await?,
        };
        Ok(Some(match elsewhere {
            Some(why) => Duplicate::Elsewhere(failed(duplicated, &why)),
            None => Duplicate::Used {
                id: id.to_owned(),
                how: How::Duplicate {
                    rule: duplicated.rule().map(str::to_owned),
                },
            },
        }))
    }

    /// The records that the new one was to belong to, by field.
    fn belongs<'c>(&self, create: &'c CreateRecord) -> Flow<Vec<(&'c str, String)>> {
        let known = Known(&self.state.bindings);
        let mut belongs = Vec::new();
        for field in &create.fields {
            let holds_ids = field.name.ends_with("Id") || field.name.ends_with("__c");
            if !holds_ids || field.name == OWNER {
                continue;
            }
            let value = known.scalar(&field.value);
            let value = value.map_err(|unknown| unread(&OrgError::from(unknown)))?;
            if let Some(id) = value.to_json().as_str().and_then(id::canonical) {
                belongs.push((field.name.as_str(), id));
            }
        }
        Ok(belongs)
    }

    /// Says what the record belongs to instead; `None` when it is as wanted.
    async fn elsewhere(
        &self,
        create: &CreateRecord,
        id: &str,
        belongs: &[(&str, String)],
    ) -> Flow<Option<String>> {
        let fields: Vec<&str> = belongs.iter().map(|(field, _)| *field).collect();
        let soql = format!(
            "SELECT Id, {} FROM {} WHERE Id = '{id}'",
            fields.join(", "),
            create.object
        );
        let found = self.org.query(&soql).await;
        let found = found.map_err(|error| unread(&error))?;
        let [record] = found.as_slice() else {
            return Ok(Some(
                "the signed-in user does not see that record".to_owned(),
            ));
        };
        let there = |field: &str| record[field].as_str().and_then(id::canonical);
        let other = belongs
            .iter()
            .find(|(field, wanted)| there(field).as_ref() != Some(wanted));
        Ok(other.map(|(field, wanted)| {
            let there = match &record[*field] {
                Value::Null => "empty".to_owned(),
                value => text::shown(value.as_str().unwrap_or_default()).to_string(),
            };
            format!("its `{field}` is {there}, and not {wanted}")
        }))
    }
}

fn failed(duplicated: &Duplicated, why: &str) -> Outcome {
    Outcome::Failed {
        code: duplicates::CODE.to_owned(),
        message: format!("{duplicated}, which cannot be used: {why}"),
        how: None,
    }
}
