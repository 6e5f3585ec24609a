//! `already_gone`: records that say who was let go already, where the record of the set itself does not: a frozen user is
//! still an active one.

use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostic, SourceText};
use crate::recipe::conditions::Empty;
use crate::recipe::evaluate::{Evaluation, Outputs};
use crate::recipe::expression::Expression;
use crate::recipe::keep::conditions::{self, Conditions, of_inputs};
use crate::recipe::keys::{Keys, Mistakes, Spanned};
use crate::recipe::names;
use crate::recipe::syntax::Entry;
use crate::recipe::template::Template;
use crate::recipe::when::{self, Runs, When};
use usher_contract::name::{is_api, is_field};
use usher_contract::operation::Lookup;

/// The records that say so.
#[derive(Clone, Debug)]
pub(super) struct Already {
    object: String,
    /// The field with the id of the record of the set.
    by: String,
    conditions: Conditions,
    /// Nothing counts as let go already while this is false.
    when: Option<When>,
}

const EVERYBODY: Empty = Empty {
    message: "`where` has no conditions, so everybody would count as let go already",
    help: "say who was: `where = { IsFrozen = true }`",
};

/// Returns them, or adds mistakes.
pub(super) fn read(entry: &Entry, source: &SourceText, mistakes: &mut Mistakes) -> Option<Already> {
    let table = mistakes.table("already_gone", &entry.value)?;
    let mut keys = Keys::new(table, "`already_gone`");
    let object = keys.required_text("object", "object = \"UserLogin\"", mistakes);
    let by = keys.required_text("by", "by = \"UserId\"", mistakes);
    let conditions = keys.required("where", "where = { IsFrozen = true }");
    let when = keys.optional("when");
    keys.finish(&[], mistakes);
    let object = object.and_then(|object| names::check_api(object, is_api, "object", mistakes));
    let by = by.and_then(|by| names::check_api(by, is_field, "field", mistakes));
    let conditions =
        conditions.and_then(|entry| conditions::read(entry, &EVERYBODY, source, mistakes));
    let when = match when {
        Some(entry) => Some(when::read(entry, source, mistakes)?),
        None => None,
    };
    Some(Already {
        object: object?,
        by: by?,
        conditions: conditions?,
        when,
    })
}

impl Already {
    pub(super) fn conditions(&self) -> impl Iterator<Item = &(Spanned<String>, Template)> {
        self.conditions.iter()
    }

    pub(super) fn when(&self) -> Option<&Expression> {
        self.when.as_ref().map(When::expression)
    }

    /// Returns the lookup, and its field with the id of the record of the set. None: nobody counts as let go already.
    pub(super) fn lookup(
        &self,
        inputs: &Map<String, Value>,
    ) -> Result<Option<(Lookup, &str)>, Vec<Diagnostic>> {
        let outputs = Outputs::default();
        if let Some(when) = &self.when {
            match when.runs(&of_inputs(inputs, &outputs)) {
                Ok(Runs::Yes) => {}
                Err(Evaluation::Failed(mistakes)) => return Err(mistakes),
                Ok(Runs::No { .. }) | Err(_) => return Ok(None),
            }
        }
        let lookup = Lookup {
            object: self.object.clone(),
            fields: vec![self.by.clone()],
            conditions: self.conditions.of(inputs)?,
        };
        Ok(Some((lookup, &self.by)))
    }
}
