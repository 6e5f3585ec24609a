//! Conditions of a query as SQL.
//!
//! SOQL is two-valued where SQL is three-valued: a record without a value is unequal to every value.
//! So `!=` and `NOT IN` take nulls in, and below a `NOT` every comparison is made definite.

use rusqlite::types::Value as Sql;
use usher_core::soql::{Comparison, Condition, Item, Membership, Path, Query};

use crate::query::compile::from::{From, collation};
use crate::query::literal::{Operand, operand};
use crate::query::object_of;
use crate::refusal::{Outcome, Refusal};
use crate::schema::{Field, FieldKind};
use crate::tenant::shown;

/// The result of a comparison with a null.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    /// SQL's null, which a `WHERE` takes for false: indexes stay of use.
    Loose,
    /// False, so that `NOT` turns it.
    Strict,
}

impl From<'_> {
    pub(super) fn condition(
        &mut self,
        condition: &Condition,
        truth: Truth,
        values: &mut Vec<Sql>,
    ) -> Outcome<String> {
        let sql = match condition {
            Condition::And(parts) => return self.joined(parts, " AND ", truth, values),
            Condition::Or(parts) => return self.joined(parts, " OR ", truth, values),
            Condition::Not(inner) => {
                let inner = self.condition(inner, Truth::Strict, values)?;
                return Ok(format!("(NOT {inner})"));
            }
            Condition::Compare {
                path,
                comparison,
                value,
            } => {
                let (sql, field) = self.filtered(path)?;
                comparison_sql(&sql, *comparison, operand(self.org, field, value)?, values)?
            }
            Condition::Like { path, pattern } => {
                let (sql, field) = self.filtered(path)?;
                if field.length().is_none() && !matches!(field.kind, FieldKind::Picklist(_)) {
                    let message = format!("invalid operator on field '{}'", field.name);
                    return Err(Refusal::new(400, "INVALID_QUERY_FILTER_OPERATOR", message));
                }
                values.push(Sql::Text(pattern.clone()));
                format!("platform_like(?, {sql})")
            }
            Condition::OneOf {
                path,
                membership,
                values: list,
            } => {
                let (sql, field) = self.filtered(path)?;
                let mut null = false;
                let mut places = Vec::new();
                for literal in list {
                    match operand(self.org, field, literal)? {
                        Operand::Null => null = true,
                        Operand::Value(value) => {
                            values.push(value);
                            places.push("?");
                        }
                        Operand::Range(..) => {
                            let message = "Named dates can't stand in a list";
                            return Err(Refusal::new(400, "MALFORMED_QUERY", message));
                        }
                    }
                }
                let places = places.join(", ");
                match (membership, null) {
                    (Membership::In, false) => format!("{sql} IN ({places})"),
                    (Membership::In, true) => format!("({sql} IN ({places}) OR {sql} IS NULL)"),
                    (Membership::NotIn, false) => {
                        format!("({sql} IS NULL OR {sql} NOT IN ({places}))")
                    }
                    (Membership::NotIn, true) => {
                        format!("({sql} IS NOT NULL AND {sql} NOT IN ({places}))")
                    }
                }
            }
            Condition::SemiJoin {
                path,
                membership,
                query,
            } => {
                let (sql, field) = self.filtered(path)?;
                if !matches!(field.kind, FieldKind::Id | FieldKind::Reference { .. }) {
                    let message = "The left operand field in the where expression for a semi-join must be an id";
                    return Err(Refusal::new(400, "MALFORMED_QUERY", message));
                }
                let inner = self.inner(query, values)?;
                match membership {
                    Membership::In => format!("{sql} IN ({inner})"),
                    Membership::NotIn => format!("({sql} IS NULL OR {sql} NOT IN ({inner}))"),
                }
            }
        };
        Ok(match truth {
            Truth::Loose => sql,
            Truth::Strict => format!("IFNULL({sql}, 0)"),
        })
    }

    fn joined(
        &mut self,
        parts: &[Condition],
        word: &str,
        truth: Truth,
        values: &mut Vec<Sql>,
    ) -> Outcome<String> {
        let mut sql = Vec::new();
        for part in parts {
            sql.push(self.condition(part, truth, values)?);
        }
        Ok(balanced(&sql, word))
    }

    /// The ids that the inner query of a semi-join selects.
    fn inner(&self, query: &Query, values: &mut Vec<Sql>) -> Outcome<String> {
        let object = object_of(self.org, &query.from)?;
        let mut from = From {
            org: self.org,
            object,
            prefix: format!("{}s", self.prefix),
            joins: Vec::new(),
        };
        let [Item::Field { path, .. }] = query.items.as_slice() else {
            let message = "The inner select of a semi-join selects exactly one id field";
            return Err(Refusal::new(400, "MALFORMED_QUERY", message));
        };
        let (_, sql, field) = from.path(path)?;
        if !matches!(field.kind, FieldKind::Id | FieldKind::Reference { .. }) {
            let message = "The inner select field of a semi-join must be an id";
            return Err(Refusal::new(400, "MALFORMED_QUERY", message));
        }
        let mut conditions = vec![format!("{sql} IS NOT NULL")];
        let alias = format!("{}0", from.prefix);
        conditions.extend(shown::rows(self.org, object, &alias, values)?);
        if let Some(condition) = &query.condition {
            conditions.push(from.condition(condition, Truth::Loose, values)?);
        }
        Ok(format!(
            "SELECT {sql} FROM {} WHERE {}",
            from.sql(),
            conditions.join(" AND ")
        ))
    }

    fn filtered(&mut self, path: &Path) -> Outcome<(String, &'static Field)> {
        let (_, sql, field) = self.path(path)?;
        if field
            .unfilterable_since
            .is_some_and(|since| self.org.version >= since)
        {
            let message = format!("field '{}' can not be filtered in a query call", field.name);
            return Err(Refusal::new(400, "INVALID_FIELD", message));
        }
        Ok((format!("{sql}{}", collation(field)), field))
    }
}

/// The parts joined as a tree of even depth: SQLite takes no expression deeper than a thousand, and a
/// query of the platform's length has more parts than that.
fn balanced(parts: &[String], word: &str) -> String {
    match parts {
        [part] => part.clone(),
        parts => {
            let (left, right) = parts.split_at(parts.len() / 2);
            format!("({}{word}{})", balanced(left, word), balanced(right, word))
        }
    }
}

fn comparison_sql(
    sql: &str,
    comparison: Comparison,
    operand: Operand,
    values: &mut Vec<Sql>,
) -> Outcome<String> {
    Ok(match (operand, comparison) {
        (Operand::Null, Comparison::Equal) => format!("{sql} IS NULL"),
        (Operand::Null, Comparison::NotEqual) => format!("{sql} IS NOT NULL"),
        (Operand::Null, _) => {
            let message = "null can only be compared with = and !=";
            return Err(Refusal::new(400, "MALFORMED_QUERY", message));
        }
        (Operand::Value(value), comparison) => {
            values.push(value);
            match comparison {
                Comparison::Equal => format!("{sql} = ?"),
                Comparison::NotEqual => format!("({sql} IS NULL OR {sql} != ?)"),
                Comparison::Less => format!("{sql} < ?"),
                Comparison::LessOrEqual => format!("{sql} <= ?"),
                Comparison::Greater => format!("{sql} > ?"),
                Comparison::GreaterOrEqual => format!("{sql} >= ?"),
            }
        }
        (Operand::Range(start, end), comparison) => {
            let (text, used) = match comparison {
                Comparison::Equal => (format!("({sql} >= ? AND {sql} < ?)"), vec![start, end]),
                Comparison::NotEqual => (
                    format!("({sql} IS NULL OR {sql} < ? OR {sql} >= ?)"),
                    vec![start, end],
                ),
                Comparison::Less => (format!("{sql} < ?"), vec![start]),
                Comparison::LessOrEqual => (format!("{sql} < ?"), vec![end]),
                Comparison::Greater => (format!("{sql} >= ?"), vec![end]),
                Comparison::GreaterOrEqual => (format!("{sql} >= ?"), vec![start]),
            };
            values.extend(used);
            text
        }
    })
}
