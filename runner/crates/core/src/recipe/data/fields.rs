//! Tables of fields and their values.

use std::ops::Range;

use usher_contract::name::is_api;
use usher_program::{Fields, Template};

use crate::recipe::data::Reader;
use crate::recipe::data::lower::Takes;
use crate::recipe::syntax::{Data, Entry};

/// Field → value, at least one.
pub(super) fn fields(
    name: &'static str,
    entry: Option<&Entry>,
    header: &Range<usize>,
    reader: &mut Reader<'_>,
) -> Fields {
    let Some(entry) = entry else {
        let message = format!("the change lacks `{name}`");
        let help = format!("add `{name} = {{ Title = \"${{inputs.title}}\" }}`");
        reader
            .mistakes
            .add("missing-key", header.clone(), message, help);
        return vec![];
    };
    let Some(table) = reader.mistakes.table(name, &entry.value) else {
        return vec![];
    };
    if table.entries.is_empty() {
        let message = format!("`{name}` names no field");
        let span = entry.value.span.clone();
        reader
            .mistakes
            .add("wrong-type", span, message, "name at least one");
    }
    let mut fields: Vec<(String, Template)> = vec![];
    for entry in &table.entries {
        if !is_api(&entry.key) {
            let message = format!("`{}` is not a valid field", entry.key);
            let help = "write its API name, as in `Email` or `Region__c`";
            reader
                .mistakes
                .add("bad-name", entry.key_span.clone(), message, help);
        }
        if fields
            .iter()
            .any(|(field, _)| field.eq_ignore_ascii_case(&entry.key))
        {
            let message = format!("`{}` is in `{name}` already", entry.key);
            let span = entry.key_span.clone();
            reader
                .mistakes
                .add("wrong-type", span, message, "name each field once");
        }
        let value = reader.value(&entry.key, &entry.value, Takes::One);
        fields.push((entry.key.clone(), value));
    }
    fields
}

impl Reader<'_> {
    /// True or false, or a mistake.
    pub(super) fn truth(&mut self, entry: &Entry) -> bool {
        let Data::Boolean(truth) = entry.value.data else {
            let example = format!("`{} = true`", entry.key);
            self.mistakes
                .wrong_type(&entry.key, &entry.value, "a boolean", &example);
            return false;
        };
        truth
    }
}
