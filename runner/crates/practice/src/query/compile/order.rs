//! The order of records and groups (docs/salesforce/queries.md#order).

use crate::query::compile::terms::{Typed, rank_sql, unfit};
use crate::query::syntax::{Direction, Nulls, Order};
use crate::refusal::Outcome;
use crate::schema::{FieldKind, is_comparable};

/// One key: its SQL, and the words behind it.
pub(super) struct Key {
    pub(super) sql: String,
    pub(super) words: String,
}

/// The keys of one entry of an `ORDER BY`: two for picklists, whose values have an order of their own. Nulls come first
/// where nothing was said.
pub(super) fn keys(order: &Order, typed: &Typed) -> Outcome<Vec<Key>> {
    if !is_comparable(typed.kind) {
        return Err(unfit(typed, "sorted"));
    }
    let direction = match order.direction {
        Direction::Ascending => "ASC",
        Direction::Descending => "DESC",
    };
    let nulls = match order.nulls {
        Some(Nulls::Last) => "LAST",
        Some(Nulls::First) | None => "FIRST",
    };
    let words = format!(" {direction} NULLS {nulls}");
    let mut keys = Vec::new();
    if let FieldKind::Picklist(list) = typed.kind {
        keys.push(Key {
            sql: rank_sql(&typed.sql, list),
            words: words.clone(),
        });
    }
    keys.push(Key {
        sql: typed.sql.clone(),
        words: format!("{}{words}", collation(typed)),
    });
    Ok(keys)
}

/// Ids and dates sort as they are; a text that comes out of a union has lost its collation.
fn collation(typed: &Typed) -> &'static str {
    match typed.kind {
        FieldKind::Text(_)
        | FieldKind::LongText(_)
        | FieldKind::Email(_)
        | FieldKind::Phone(_)
        | FieldKind::Url(_)
        | FieldKind::Picklist(_) => " COLLATE platform",
        _ => "",
    }
}
