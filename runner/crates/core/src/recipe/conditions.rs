//! `where`: the fields of records, and the values that they have. Two parts of a recipe ask an org so, and each decides
//! itself which values it takes.

use crate::diagnostic::SourceText;
use crate::recipe::keys::{Mistakes, Spanned};
use crate::recipe::names;
use crate::recipe::syntax::Entry;
use crate::recipe::template::{self, Template};
use usher_contract::limit;
use usher_contract::name::is_field;

/// The mistake of a `where` without conditions.
pub(super) struct Empty {
    pub(super) message: &'static str,
    pub(super) help: &'static str,
}

/// Reads every condition by `value`, which returns the value of one or adds a mistake. `None`: there is a mistake.
pub(super) fn read<T>(
    entry: &Entry,
    empty: &Empty,
    source: &SourceText,
    mistakes: &mut Mistakes,
    mut value: impl FnMut(Template, &mut Mistakes) -> Option<T>,
) -> Option<Vec<(Spanned<String>, T)>> {
    let table = mistakes.table("where", &entry.value)?;
    let count = table.entries.len();
    if count == 0 {
        let span = entry.value.span.clone();
        mistakes.add("wrong-type", span, empty.message, empty.help);
        return None;
    }
    if count > limit::LOOKUP_CONDITIONS_MAX {
        let message = format!(
            "{count} conditions, more than {}",
            limit::LOOKUP_CONDITIONS_MAX
        );
        let help = "leave out those that the others imply";
        mistakes.add("too-large", entry.value.span.clone(), message, help);
        return None;
    }
    let conditions = table.entries.iter().map(|entry| {
        let field = Spanned {
            value: entry.key.clone(),
            span: entry.key_span.clone(),
        };
        let span = field.span.clone();
        let field = names::check_api(field, is_field, "field", mistakes);
        let template = template::read(&entry.value, source, mistakes);
        let value = value(template, mistakes);
        let field = Spanned {
            value: field?,
            span,
        };
        Some((field, value?))
    });
    // All of them are read, for their mistakes.
    let conditions: Vec<Option<(Spanned<String>, T)>> = conditions.collect();
    conditions.into_iter().collect()
}
