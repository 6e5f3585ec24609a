//! Records that are created, updated and deleted.

use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::form::{self, OBJECT};
use crate::manifest::Against;
use crate::name;
use crate::operation::{OperationKind, options, references::refers};
use crate::probe::{Condition, Field};
use crate::value::Scalar;

/// The key by which the record that a create makes is recognised.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Key {
    pub conditions: Vec<Condition>,
    /// Says that Salesforce itself refuses a second record with the key.
    pub enforced: bool,
}

/// A record to create.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CreateRecord {
    pub object: String,
    pub fields: Vec<Field>,
    pub key: Key,
    pub options: Vec<Field>,
}

/// A record to update.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UpdateRecord {
    pub object: String,
    pub id: Scalar,
    pub fields: Vec<Field>,
    pub options: Vec<Field>,
}

/// A record to delete.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DeleteRecord {
    pub object: String,
    pub id: Scalar,
}

/// The option of a create whose record is saved even if a duplicate rule finds a duplicate.
pub const ALLOW_DUPLICATES: &str = "allow-duplicates";

/// The option of a create that takes the record that a duplicate rule finds, if it finds one, in place of a new one.
pub const USE_DUPLICATE: &str = "use-duplicate";

/// Options of `create` that this host knows. Their values are `true` or `false`.
const CREATE_OPTIONS: &[&str] = &[ALLOW_DUPLICATES, USE_DUPLICATE];

impl CreateRecord {
    /// Says that a duplicate rule that only warns must not keep the record from being saved.
    pub fn allows_duplicates(&self) -> bool {
        self.is_on(ALLOW_DUPLICATES)
    }

    /// Says that the only record that a duplicate rule finds is taken in place of a new one.
    pub fn uses_duplicate(&self) -> bool {
        self.is_on(USE_DUPLICATE)
    }

    fn is_on(&self, name: &str) -> bool {
        let on = Scalar::Truth(true);
        let mut options = self.options.iter();
        options.any(|option| option.name == name && option.value == on)
    }
}

impl OperationKind for CreateRecord {
    fn verb(&self) -> &'static str {
        "create"
    }

    refers!(to, Self { fields, key: Key { conditions, .. }, options, .. } => {
        to.fields(fields);
        to.conditions(conditions);
        to.fields(options);
    });

    fn form(&mut self) -> Result<(), Fault> {
        name::api(OBJECT, &self.object)?;
        form::fields(&self.fields)?;
        form::conditions(&self.object, &self.key.conditions)?;
        options::form(&mut self.options)
    }

    fn check(&mut self, _is_awaited: bool) -> Result<(), Fault> {
        options::known(&self.options, CREATE_OPTIONS)
    }

    fn declared(&self, against: &mut Against<'_>) {
        let declared = &against.writes.create;
        against.fields(declared, &self.object, &self.fields);
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn collection(&self) -> Option<(&str, &[Field])> {
        Some((&self.object, &self.options))
    }

    fn binds_id(&self) -> bool {
        true
    }
}

impl OperationKind for UpdateRecord {
    fn verb(&self) -> &'static str {
        "update"
    }

    refers!(to, Self { id, fields, options, .. } => {
        to.scalar(id);
        to.fields(fields);
        to.fields(options);
    });

    fn form(&mut self) -> Result<(), Fault> {
        name::api(OBJECT, &self.object)?;
        form::scalar(&self.id)?;
        form::fields(&self.fields)?;
        options::form(&mut self.options)
    }

    fn check(&mut self, _is_awaited: bool) -> Result<(), Fault> {
        if self.fields.is_empty() {
            return Err(Fault::SetsNothing);
        }
        options::known(&self.options, &[])
    }

    fn declared(&self, against: &mut Against<'_>) {
        let declared = &against.writes.update;
        against.fields(declared, &self.object, &self.fields);
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn record(&self) -> Option<&Scalar> {
        Some(&self.id)
    }

    fn collection(&self) -> Option<(&str, &[Field])> {
        Some((&self.object, &self.options))
    }
}

impl OperationKind for DeleteRecord {
    fn verb(&self) -> &'static str {
        "delete"
    }

    refers!(to, Self { id, .. } => {
        to.scalar(id);
    });

    fn form(&mut self) -> Result<(), Fault> {
        name::api(OBJECT, &self.object)?;
        form::scalar(&self.id)
    }

    fn check(&mut self, _is_awaited: bool) -> Result<(), Fault> {
        Ok(())
    }

    fn declared(&self, against: &mut Against<'_>) {
        let declared = &against.writes.delete;
        against.name(declared, &self.object);
    }

    fn record(&self) -> Option<&Scalar> {
        Some(&self.id)
    }

    fn collection(&self) -> Option<(&str, &[Field])> {
        Some((&self.object, &[]))
    }

    /// A deleted record has another id when it is made again.
    fn is_restorable(&self) -> bool {
        false
    }
}
