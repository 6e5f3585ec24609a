//! Compares a change with the org before the change is sent.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_core::known::Known;
use usher_core::operation::{CreateRecord, Field};
use usher_core::read::Record;
use usher_core::run::{Differing, How};
use usher_core::value::{Reference, Scalar, Token};

use crate::client::OrgError;
use crate::conduct::Conductor;
use crate::conduct::piece::Piece;

/// Values that an answer bound, by name.
pub(super) type Values = BTreeMap<String, Value>;

/// Compares the value of a field with the one that it should have.
pub(super) type Same = fn(field: &str, there: &Scalar, wanted: &Scalar) -> bool;

/// The standing of a change in the org.
#[derive(Debug)]
pub(super) enum Standing {
    AsWanted,
    /// As before, with the values of the record, when Usher looked at them.
    AsBefore(Option<Record>),
    /// While undoing: as before, and another user has added this to it.
    Shared(String),
    /// The org has the record as planned.
    There(There),
    /// The org has the record, and not as planned.
    Differs {
        values: Values,
        fields: Vec<Differing>,
    },
    /// Neither as the plan saw it nor as wanted: these fields have changed.
    Moved(Vec<Differing>),
    /// The org does not have the record.
    Gone,
    /// A person must look.
    Unclear(String),
}

/// The record that was found in the place of the one that a change makes.
#[derive(Debug)]
pub(super) struct There {
    /// Values that the record binds.
    pub(super) values: Values,
    /// A request of this run made it.
    pub(super) ours: bool,
}

impl There {
    /// Returns `Found` when the run made it, else `FoundNotOurs`.
    pub(super) fn how(&self) -> How {
        if self.ours {
            How::Found
        } else {
            How::FoundNotOurs
        }
    }
}

impl Conductor<'_> {
    /// Compares fields that a change sets, and what the plan saw of them, with what is there now.
    pub(super) fn compared(
        &self,
        planned: Option<&Record>,
        fields: &[Field],
        present: &Record,
        same: Same,
    ) -> Result<Standing, OrgError> {
        let known = Known(&self.state.bindings);
        let mut as_wanted = !fields.is_empty();
        for field in fields {
            let there = there(present, &field.name);
            as_wanted &= same(&field.name, &there, &known.scalar(&field.value)?);
        }
        if as_wanted {
            return Ok(Standing::AsWanted);
        }
        let mut moved = Vec::new();
        for (name, before) in planned.into_iter().flatten() {
            let there = there(present, name);
            let is_same = |before: Scalar| same(name, &there, &before);
            if name == "Id" || Scalar::from_json(before).is_none_or(is_same) {
                continue;
            }
            moved.push(Differing {
                field: name.clone(),
                there: there.to_json(),
                planned: before.clone(),
            });
        }
        if !moved.is_empty() {
            return Ok(Standing::Moved(moved));
        }
        let set = |name: &str| fields.iter().any(|field| field.name == name);
        let before = present.iter().filter(|(name, _)| set(name));
        let before = before.map(|(name, value)| (name.clone(), value.clone()));
        Ok(Standing::AsBefore(Some(before.collect())))
    }

    /// Compares a record that was found by its key with the create.
    pub(super) fn found(
        &self,
        piece: Piece<'_>,
        create: &CreateRecord,
        record: &Record,
    ) -> Result<Standing, OrgError> {
        let known = Known(&self.state.bindings);
        let values = id_of(record);
        let ours = self.made_by_us(piece, record);
        let mut author = ["CreatedById", "CreatedDate"].iter();
        if ours && author.all(|field| record.contains_key(*field)) {
            // The org may have changed our values while it saved them: that is no difference.
            return Ok(Standing::There(There { values, ours }));
        }
        let mut fields = Vec::new();
        for field in self.comparable(create) {
            if !record.contains_key(&field.name) {
                return Ok(Standing::Unclear(format!(
                    "such a `{}` is there, and the org does not show its `{}`",
                    create.object, field.name
                )));
            }
            let there = there(record, &field.name);
            let planned = known.scalar(&field.value)?;
            if !as_wanted(&field.name, &there, &planned) {
                fields.push(Differing {
                    field: field.name.clone(),
                    there: there.to_json(),
                    planned: planned.to_json(),
                });
            }
        }
        Ok(match fields.is_empty() {
            true => Standing::There(There { values, ours }),
            false => Standing::Differs { values, fields },
        })
    }

    /// Fields of a record to be made that can be compared with those of a record in the org. A secret is never read.
    pub(super) fn comparable<'c>(
        &'c self,
        create: &'c CreateRecord,
    ) -> impl Iterator<Item = &'c Field> {
        create.fields.iter().filter(|field| {
            let references = field.value.references().into_iter();
            let is_secret = |token: &Token| token.is_secret() || self.state.secrets.contains(token);
            !references.filter_map(Reference::token).any(is_secret)
        })
    }
}

/// The id of a record, as a change binds it.
pub(super) fn id_of(record: &Record) -> Values {
    let id = record.get("Id").cloned().unwrap_or(Value::Null);
    BTreeMap::from([("id".to_owned(), id)])
}

/// The value of a field.
fn there(present: &Record, field: &str) -> Scalar {
    let value = present.get(field).and_then(Scalar::from_json);
    value.unwrap_or(Scalar::Nothing)
}

/// Compares the field of a record.
pub(super) fn as_wanted(field: &str, there: &Scalar, wanted: &Scalar) -> bool {
    there.is_as_wanted(field, wanted)
}

/// Names the fields that another user changed since.
pub(super) fn moved(fields: &[Differing]) -> String {
    let first = fields.iter().take(FIELDS_TOLD).map(ToString::to_string);
    let mut told: Vec<String> = first.collect();
    if fields.len() > FIELDS_TOLD {
        told.push(format!("{} more", fields.len() - FIELDS_TOLD));
    }
    told.join(", ")
}

/// Fields that a sentence names.
const FIELDS_TOLD: usize = 5;
