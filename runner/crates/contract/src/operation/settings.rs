//! Settings that are configured.

use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::form::{self, SETTINGS};
use crate::manifest::Against;
use crate::name;
use crate::operation::{OperationKind, references::refers};
use crate::probe::Field;

/// Fields of settings to set.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ConfigureSettings {
    pub settings: String,
    pub fields: Vec<Field>,
}

impl OperationKind for ConfigureSettings {
    fn verb(&self) -> &'static str {
        "configure"
    }

    refers!(to, Self { fields, .. } => {
        to.fields(fields);
    });

    fn form(&mut self) -> Result<(), Fault> {
        name::api(SETTINGS, &self.settings)?;
        for field in &self.fields {
            // Settings have no paths of parents.
            name::api("name of a field of settings", &field.name)?;
        }
        form::fields(&self.fields)
    }

    fn check(&mut self, _is_awaited: bool) -> Result<(), Fault> {
        match self.fields.is_empty() {
            true => Err(Fault::SetsNothing),
            false => Ok(()),
        }
    }

    fn declared(&self, against: &mut Against<'_>) {
        let declared = &against.writes.configure;
        against.fields(declared, &self.settings, &self.fields);
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }
}
