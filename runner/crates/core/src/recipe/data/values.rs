//! `[values]`: names for values that the file would otherwise hold several times.

use std::collections::BTreeSet;

use usher_program::Template;

use crate::recipe::data::Reader;
use crate::recipe::data::lower::Takes;
use crate::recipe::data::scope::NamedValue;
use crate::recipe::keys::Spanned;
use crate::recipe::syntax::Entry;

/// Values of one plugin: more than a person can follow.
const VALUES_MAX: usize = 50;

pub(super) fn read(entry: Option<&Entry>, reader: &mut Reader<'_>) -> Vec<(String, Template)> {
    let Some(table) = entry.and_then(|entry| reader.mistakes.table("values", &entry.value)) else {
        return vec![];
    };
    if table.entries.len() > VALUES_MAX {
        let message = format!("{} values, more than {VALUES_MAX}", table.entries.len());
        let span = table.span.clone();
        let help = "make two plugins of it";
        reader.mistakes.add("too-large", span, message, help);
        return vec![];
    }
    let mut values = vec![];
    for entry in &table.entries {
        let name = Spanned {
            value: entry.key.clone(),
            span: entry.key_span.clone(),
        };
        let is_free = reader.scope.is_free("a value", &name, &mut reader.mistakes);
        reader.scope.passed = BTreeSet::new();
        let value = reader.value(&entry.key, &entry.value, Takes::Anything);
        let passed = std::mem::take(&mut reader.scope.passed);
        if is_free {
            let name = name.value.clone();
            reader.scope.values.push(NamedValue { name, passed });
        }
        values.push((name.value, value));
    }
    values
}
