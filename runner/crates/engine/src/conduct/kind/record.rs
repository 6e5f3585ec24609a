//! Records: judged by what is found under their key or id, sent many in a request.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use usher_core::known::{Known, Unknown};
use usher_core::operation::{CreateRecord, DeleteRecord, OfKind, UpdateRecord};
use usher_core::read::Record;

use crate::client::{Duplicates, OrgError, Saved};
use crate::conduct::Conductor;
use crate::conduct::kind::Answers;
use crate::conduct::piece::Piece;
use crate::conduct::standing::{Standing, Values, as_wanted};
use crate::port::Boxed;

/// Objects that no sharing rule or org-wide default is known for, so that a user sees all of their records or none.
/// [inferred]
const UNSHARED: [&str; 5] = [
    "NetworkMember",
    "NetworkMemberGroup",
    "PermissionSetAssignment",
    "PermissionSetLicenseAssign",
    "UserRole",
];

impl<'a> Conductor<'a> {
    /// Compares a create with the record under its key.
    pub(in crate::conduct) fn creation_standing(
        &self,
        piece: Piece<'_>,
        creation: &CreateRecord,
        found: &[Record],
    ) -> Result<Standing, OrgError> {
        match found {
            [] => Ok(Standing::AsBefore(None)),
            [record] => self.found(piece, creation, record),
            many => Ok(Standing::Unclear(format!(
                "{} such `{}` are there",
                many.len(),
                creation.object
            ))),
        }
    }

    /// Compares what an update sets with what the org holds now.
    pub(in crate::conduct) fn update_standing(
        &self,
        planned: Option<&Record>,
        update: &UpdateRecord,
        found: &[Record],
    ) -> Result<Standing, OrgError> {
        match found.first() {
            Some(record) => self.compared(planned, &update.fields, record, as_wanted),
            None => Ok(Standing::Gone),
        }
    }

    /// Sees whether the record is still there, and still as the plan saw it.
    pub(in crate::conduct) fn deletion_standing(
        &self,
        planned: Option<&Record>,
        object: &str,
        found: &[Record],
    ) -> Result<Standing, OrgError> {
        match found.first() {
            Some(record) => self.compared(planned, &[], record, as_wanted),
            None if self.may_be_hidden(object) => Ok(Standing::AsBefore(None)),
            None => Ok(Standing::AsWanted),
        }
    }

    /// Says whether another user than the one who looks may have made a record that this one does not see.
    pub(in crate::conduct) fn may_be_hidden(&self, object: &str) -> bool {
        let is_shared = !UNSHARED.iter().any(|one| one.eq_ignore_ascii_case(object));
        is_shared && self.state.is_seen_in_part()
    }

    /// Creates the records of all changes. `first`: that of the first; the others are of its object and have its
    /// options.
    pub(in crate::conduct) fn create(
        &self,
        first: &CreateRecord,
        pieces: &[Piece<'_>],
    ) -> Boxed<'a, Answers> {
        let rows = self.rows(pieces, |known, create: &CreateRecord| {
            known.object(&create.fields).map(Value::Object)
        });
        let duplicates = match first.allows_duplicates() {
            true => Duplicates::Allowed,
            false => Duplicates::AsRuled,
        };
        let (org, object) = (self.org, first.object.clone());
        Box::pin(async move { Ok(each(org.create(&object, rows?, duplicates).await?)) })
    }

    /// Updates the records of all changes, which are of the object of the `first`.
    pub(in crate::conduct) fn update(
        &self,
        first: &UpdateRecord,
        pieces: &[Piece<'_>],
    ) -> Boxed<'a, Answers> {
        let rows = self.rows(pieces, |known, update: &UpdateRecord| {
            let mut row = known.object(&update.fields)?;
            row.insert("Id".to_owned(), known.value(&update.id)?);
            Ok(Value::Object(row))
        });
        let (org, object) = (self.org, first.object.clone());
        Box::pin(async move { Ok(each(org.update(&object, rows?).await?)) })
    }

    /// Deletes the records of all changes.
    pub(in crate::conduct) fn delete(&self, pieces: &[Piece<'_>]) -> Boxed<'a, Answers> {
        let ids = self.rows(pieces, |known, delete: &DeleteRecord| {
            known.value(&delete.id)
        });
        let org = self.org;
        Box::pin(async move {
            let ids = ids?;
            let ids = ids.iter().filter_map(Value::as_str).map(str::to_owned);
            Ok(each(org.delete(&ids.collect::<Vec<_>>()).await?))
        })
    }

    /// One row for each change: the record, or the id to delete.
    fn rows<K: OfKind>(
        &self,
        pieces: &[Piece<'_>],
        row: impl Fn(&Known<'_>, &K) -> Result<Value, Unknown>,
    ) -> Result<Vec<Value>, Unknown> {
        let known = Known(&self.state.bindings);
        let operations = pieces.iter();
        let operations = operations.filter_map(|piece| piece.change.operation.of());
        operations.map(|operation| row(&known, operation)).collect()
    }
}

/// The org's answer to each change.
fn each(saved: Vec<Saved>) -> Vec<Result<Values, OrgError>> {
    let each = saved.into_iter().map(|saved| match saved {
        Saved::Id(id) => Ok(BTreeMap::from([("id".to_owned(), json!(id))])),
        Saved::Refused(refusal) => Err(OrgError::Refused(refusal)),
        Saved::Duplicates(duplicated) => Err(OrgError::Duplicates(duplicated)),
    });
    each.collect()
}
