//! The predictions that a plugin declares, and the comparison of one effect with them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::limit;
use crate::manifest::Reads;
use crate::manifest::writes::{Undeclared, entry, names};

/// The changes that Salesforce makes by itself, as a plugin predicts in the effects of its plans.
///
/// Later steps are planned as if they had come, so a person grants them like writes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Predicts {
    /// Object → fields of records that appear or are altered. Records that only disappear need no field.
    pub records: BTreeMap<String, Vec<String>>,
    /// Settings → fields.
    pub settings: BTreeMap<String, Vec<String>>,
    /// Objects that will be opened → fields that will be opened in them.
    pub objects: BTreeMap<String, Vec<String>>,
}

/// One effect that is compared with what a manifest declares.
pub(crate) struct Prediction<'a> {
    pub(crate) predicts: &'a Predicts,
    /// The address of the effect.
    pub(crate) address: &'a str,
    pub(crate) found: &'a mut Vec<Undeclared>,
}

impl Prediction<'_> {
    pub(crate) fn records<'f>(&mut self, object: &str, fields: impl Iterator<Item = &'f String>) {
        let declared = &self.predicts.records;
        self.fields(declared, object, fields);
    }

    pub(crate) fn settings<'f>(&mut self, name: &str, fields: impl Iterator<Item = &'f String>) {
        let declared = &self.predicts.settings;
        self.fields(declared, name, fields);
    }

    pub(crate) fn objects(&mut self, object: &str, field: Option<&String>) {
        let declared = &self.predicts.objects;
        self.fields(declared, object, field.into_iter());
    }

    /// Finds fields of a key that the plugin neither reads nor predicts: Usher looks there, and binds what it finds.
    pub(crate) fn key<'f>(
        &mut self,
        object: &str,
        fields: impl Iterator<Item = &'f String>,
        reads: &Reads,
    ) {
        let read = entry(&reads.records, object);
        let predicted = entry(&self.predicts.records, object);
        for field in fields {
            let mut declared = read.iter().chain(&predicted);
            let is_declared = declared.any(|(_, declared)| names(declared, field));
            if !is_declared && !field.eq_ignore_ascii_case("Id") {
                self.add(Undeclared::ReadField {
                    object: object.to_owned(),
                    field: field.clone(),
                });
            }
        }
    }

    fn fields<'f>(
        &mut self,
        declared: &BTreeMap<String, Vec<String>>,
        target: &str,
        fields: impl Iterator<Item = &'f String>,
    ) {
        let address = self.address.to_owned();
        let Some((_, declared)) = entry(declared, target) else {
            self.add(Undeclared::Predict {
                target: target.to_owned(),
                address,
            });
            return;
        };
        for field in fields.filter(|field| !names(declared, field)) {
            self.add(Undeclared::PredictField {
                target: target.to_owned(),
                field: field.clone(),
                address: address.clone(),
            });
        }
    }

    fn add(&mut self, undeclared: Undeclared) {
        if self.found.len() < limit::UNDECLARED_MAX && !self.found.contains(&undeclared) {
            self.found.push(undeclared);
        }
    }
}
