//! `[inputs.<name>.keep]`: the set of records that the rows of an input stand for.
//!
//! A record of the set for which no row stands is gone: `for_each = "${gone.<name>}"` goes through these.

mod already;
mod check;
mod conditions;
mod read;

use serde_json::{Map, Value};

use crate::diagnostic::Diagnostic;
use crate::keep::Brake;
use crate::recipe::keep::already::Already;
use crate::recipe::keep::conditions::Conditions;
use usher_contract::operation::Lookup;

pub(super) use check::check;
pub(super) use read::read;

/// Parts of the item of a record that is gone.
pub(super) const PARTS: [&str; 3] = ["id", "name", "key"];

/// The set of records that the rows of an input stand for.
#[derive(Clone, Debug)]
pub struct Keep {
    pub object: String,
    /// The field that has the value of the key column.
    pub by: String,
    pub brake: Brake,
    /// Not empty, so that no set is a whole table.
    conditions: Conditions,
    already: Option<Already>,
}

impl Keep {
    /// Returns the lookup of the set, with these fields. `inputs`: with their records found.
    ///
    /// # Errors
    ///
    /// A condition has no value, or one that no field has. The error holds all of them.
    pub fn set(
        &self,
        inputs: &Map<String, Value>,
        fields: Vec<String>,
    ) -> Result<Lookup, Vec<Diagnostic>> {
        Ok(Lookup {
            object: self.object.clone(),
            fields,
            conditions: self.conditions.of(inputs)?,
        })
    }

    /// Returns the lookup of the records that say who was let go already, and its field with the id of such a record of
    /// the set; none: nothing says so. `inputs`: with their records found.
    ///
    /// # Errors
    ///
    /// As [`Keep::set`].
    pub fn already_gone(
        &self,
        inputs: &Map<String, Value>,
    ) -> Result<Option<(Lookup, &str)>, Vec<Diagnostic>> {
        match &self.already {
            Some(already) => already.lookup(inputs),
            None => Ok(None),
        }
    }
}
