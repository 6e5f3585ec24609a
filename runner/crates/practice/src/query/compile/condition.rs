//! Conditions of a query as SQL.
//!
//! SOQL is two-valued where SQL is three-valued: a record without a value is unequal to every value.
//! So `!=` and `NOT IN` take nulls in, and below a `NOT` every comparison is made definite.

use rusqlite::types::Value as Sql;

use crate::query::compile::from::From;
use crate::query::compile::groups::Groups;
use crate::query::compile::parts::{balanced, bound, invalid_operator};
use crate::query::compile::selection;
use crate::query::compile::semi_join;
use crate::query::compile::terms::{Typed, unfit};
use crate::query::literal::{Operand, is_text, operand};
use crate::query::syntax::{
    Comparison, Condition, Literal, Membership, Path, Query, Term, malformed,
};
use crate::query::{object_of, visible};
use crate::refusal::Outcome;
use crate::schema::{Field, FieldKind, is_long};
use crate::tenant::shown;

/// The result of a comparison with a null.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Truth {
    /// SQL's null, which a `WHERE` takes for false: indexes stay of use.
    Loose,
    /// False, so that `NOT` turns it.
    Strict,
}

/// Values of a list that are bound one by one: SQLite binds 32,766 in one statement, and a query of the platform's length
/// may have more. Longer lists are bound as one text.
const LIST_MAX: usize = 1_000;

/// One `WHERE`, or one `HAVING`.
pub(super) struct Filter<'f, 'a> {
    pub(super) from: &'f mut From<'a>,
    /// The groups of a `HAVING`; none: a `WHERE`.
    pub(super) groups: Option<Groups<'f>>,
    pub(super) values: &'f mut Vec<Sql>,
}

/// Keeps a list of values as one, and returns its place.
fn json(values: &mut Vec<Sql>, listed: &[Sql]) -> String {
    let listed: Vec<serde_json::Value> = listed
        .iter()
        .map(|value| match value {
            Sql::Integer(whole) => (*whole).into(),
            Sql::Real(real) => (*real).into(),
            Sql::Text(text) => text.as_str().into(),
            Sql::Null | Sql::Blob(_) => serde_json::Value::Null,
        })
        .collect();
    bound(
        values,
        Sql::Text(serde_json::Value::from(listed).to_string()),
    )
}

/// The condition that a user's rights put on the rows of an object; `below` are those of one parent.
pub(super) fn rows_shown(
    from: &From<'_>,
    values: &mut Vec<Sql>,
    below: Option<(&'static Field, &str)>,
) -> Outcome<Vec<String>> {
    let alias = format!("{}0", from.prefix);
    let mut conditions = Vec::new();
    if let Some((condition, value)) = visible::condition(from.org, from.object, &alias, below)? {
        let place = bound(values, value);
        conditions.push(condition.replace('?', &place));
    }
    if let Some(shown) = shown::rows(from.org, from.object, &alias, values)? {
        conditions.push(shown.replace('?', &format!("?{}", values.len())));
    }
    Ok(conditions)
}

impl Filter<'_, '_> {
    /// The condition as SQL.
    pub(super) fn sql(&mut self, condition: &Condition) -> Outcome<String> {
        match self.groups {
            None => semi_join::check(condition)?,
            Some(_) => no_semi_joins(condition)?,
        }
        self.condition(condition, Truth::Loose)
    }

    fn condition(&mut self, condition: &Condition, truth: Truth) -> Outcome<String> {
        let sql = match condition {
            Condition::And(parts) => return self.joined(parts, " AND ", truth),
            Condition::Or(parts) => return self.joined(parts, " OR ", truth),
            Condition::Not(inner) => {
                let inner = self.condition(inner, Truth::Strict)?;
                return Ok(format!("(NOT {inner})"));
            }
            Condition::Compare {
                term,
                comparison,
                value,
            } => {
                let left = self.left(term)?;
                if matches!((term, value), (Term::Date { .. }, Literal::Named(_))) {
                    // The rule is documented, the words are [inferred].
                    return Err(malformed(
                        "The result of a date function can't be compared with a named date",
                    ));
                }
                if matches!(left.kind, FieldKind::Selection(_)) {
                    let sql = selection::compared(&left, *comparison, value, self.values)?;
                    return Ok(definite(sql, truth));
                }
                let operand = operand(self.from.org, left.name(), left.kind, value)?;
                comparison_sql(&left.collated(), *comparison, operand, self.values)?
            }
            Condition::Like { term, pattern } => {
                let left = self.left(term)?;
                if !is_text(left.kind) && !matches!(left.kind, FieldKind::Picklist(_)) {
                    return Err(invalid_operator(&left));
                }
                let pattern = bound(self.values, Sql::Text(pattern.clone()));
                format!("platform_like({pattern}, {})", left.sql)
            }
            Condition::OneOf {
                term,
                membership,
                values,
            } => {
                let left = self.left(term)?;
                if matches!(left.kind, FieldKind::Selection(_)) {
                    return Err(invalid_operator(&left));
                }
                self.one_of(&left, *membership, values)?
            }
            Condition::Selected {
                path,
                membership,
                values,
            } => {
                let left = self.left(&Term::Field(path.clone()))?;
                selection::one_of(&left, *membership, values, self.values)?
            }
            Condition::SemiJoin {
                path,
                membership,
                query,
            } => self.semi_join(path, *membership, query)?,
        };
        Ok(definite(sql, truth))
    }

    fn joined(&mut self, parts: &[Condition], word: &str, truth: Truth) -> Outcome<String> {
        let mut sql = Vec::new();
        for part in parts {
            sql.push(self.condition(part, truth)?);
        }
        Ok(balanced(&sql, word))
    }

    /// The left side of a comparison.
    fn left(&mut self, term: &Term) -> Outcome<Typed> {
        if let Some(groups) = self.groups {
            return groups.term(self.from, term, "Field");
        }
        if term.aggregates() {
            // The rule is documented, the words are [inferred].
            return Err(malformed(
                "Aggregate functions can't be used in a WHERE: use HAVING",
            ));
        }
        let mut left = self.from.term(term)?;
        if matches!(left.kind, FieldKind::Truth) {
            // Also the one of a parent that is not there (docs/salesforce/queries.md#checkboxes).
            left.sql = format!("IFNULL({}, 0)", left.sql);
        }
        if left.formatted {
            return Err(malformed("FORMAT() can't be used in a WHERE"));
        }
        let version = self.from.org.version;
        let unfilterable = left
            .field
            .and_then(|field| field.unfilterable_since)
            .is_some_and(|since| version >= since);
        match unfilterable || is_long(left.kind) {
            true => Err(unfit(&left, "filtered")),
            false => Ok(left),
        }
    }

    fn one_of(
        &mut self,
        left: &Typed,
        membership: Membership,
        literals: &[Literal],
    ) -> Outcome<String> {
        let sql = left.collated();
        let mut null = false;
        let mut listed = Vec::new();
        for literal in literals {
            match operand(self.from.org, left.name(), left.kind, literal)? {
                Operand::Null => null = true,
                Operand::Value(value) => listed.push(value),
                Operand::Range(..) => return Err(malformed("Named dates can't stand in a list")),
            }
        }
        let places = match listed.len() > LIST_MAX {
            true => format!(
                "SELECT value FROM json_each({})",
                json(self.values, &listed)
            ),
            false => {
                let places = listed.into_iter().map(|value| bound(self.values, value));
                places.collect::<Vec<_>>().join(", ")
            }
        };
        Ok(match (membership, null) {
            (Membership::In, false) => format!("{sql} IN ({places})"),
            (Membership::In, true) => format!("({sql} IN ({places}) OR {sql} IS NULL)"),
            (Membership::NotIn, false) => {
                format!("({sql} IS NULL OR {sql} NOT IN ({places}))")
            }
            (Membership::NotIn, true) => {
                format!("({sql} IS NOT NULL AND {sql} NOT IN ({places}))")
            }
        })
    }

    fn semi_join(&mut self, path: &Path, membership: Membership, query: &Query) -> Outcome<String> {
        let (names, sql, field) = self.from.path(path)?;
        if names.len() > 1 {
            // The rule is documented, the words are [inferred].
            return Err(malformed(
                "The left operand field of a semi-join can't be a relationship field",
            ));
        }
        let org = self.from.org;
        let object = object_of(org, &query.from)?;
        let selected = semi_join::inner(query, self.from.object, object)?;
        let mut from = From {
            org,
            object,
            prefix: format!("{}s", self.from.prefix),
            joins: Vec::new(),
        };
        let (_, inner_sql, inner_field) = from.path(&selected)?;
        semi_join::fit((self.from.object, field), (object, inner_field))?;
        let mut conditions = vec![format!("{inner_sql} IS NOT NULL")];
        conditions.extend(rows_shown(&from, self.values, None)?);
        if let Some(condition) = &query.condition {
            let mut filter = Filter {
                from: &mut from,
                groups: None,
                values: self.values,
            };
            conditions.push(filter.sql(condition)?);
        }
        let inner = format!(
            "SELECT {inner_sql} FROM {} WHERE {}",
            from.sql(),
            conditions.join(" AND ")
        );
        Ok(match membership {
            Membership::In => format!("{sql} IN ({inner})"),
            Membership::NotIn => format!("({sql} IS NULL OR {sql} NOT IN ({inner}))"),
        })
    }
}

fn definite(sql: String, truth: Truth) -> String {
    match truth {
        Truth::Loose => sql,
        Truth::Strict => format!("IFNULL({sql}, 0)"),
    }
}

/// A `HAVING` has no semi-joins (docs/salesforce/queries.md#groups).
fn no_semi_joins(condition: &Condition) -> Outcome<()> {
    match condition {
        Condition::And(parts) | Condition::Or(parts) => parts.iter().try_for_each(no_semi_joins),
        Condition::Not(inner) => no_semi_joins(inner),
        Condition::SemiJoin { .. } => Err(malformed(
            "Semi join sub-selects are not allowed in a HAVING",
        )),
        _ => Ok(()),
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
        (Operand::Null, _) => return Err(malformed("null can only be compared with = and !=")),
        (Operand::Value(value), comparison) => {
            let value = bound(values, value);
            match comparison {
                Comparison::Equal => format!("{sql} = {value}"),
                Comparison::NotEqual => format!("({sql} IS NULL OR {sql} != {value})"),
                Comparison::Less => format!("{sql} < {value}"),
                Comparison::LessOrEqual => format!("{sql} <= {value}"),
                Comparison::Greater => format!("{sql} > {value}"),
                Comparison::GreaterOrEqual => format!("{sql} >= {value}"),
            }
        }
        (Operand::Range(start, end), comparison) => {
            let mut put = |value| bound(values, value);
            match comparison {
                Comparison::Equal => format!("({sql} >= {} AND {sql} < {})", put(start), put(end)),
                Comparison::NotEqual => {
                    let (start, end) = (put(start), put(end));
                    format!("({sql} IS NULL OR {sql} < {start} OR {sql} >= {end})")
                }
                Comparison::Less => format!("{sql} < {}", put(start)),
                Comparison::LessOrEqual => format!("{sql} < {}", put(end)),
                Comparison::Greater => format!("{sql} >= {}", put(end)),
                Comparison::GreaterOrEqual => format!("{sql} >= {}", put(start)),
            }
        }
    })
}
