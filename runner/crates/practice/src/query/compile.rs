//! One SOQL query → one SQL statement with its values and what each column means.
//!
//! SOQL is two-valued where SQL is three-valued: a record without a value is unequal to every value.
//! So `!=` and `NOT IN` take nulls in, and below a `NOT` every comparison is made definite.

use rusqlite::types::Value as Sql;
use usher_core::soql::{
    Comparison, Condition, Direction, Function, Item, Membership, Nulls, Path, Query,
};

use crate::org::{Org, expression};
use crate::query::literal::{Operand, operand};
use crate::refusal::{Outcome, Refusal};
use crate::schema::{self, Field, Kind, Object};

/// Salesforce's own bound.
const OFFSET_MAX: u64 = 2_000;

/// How many parents a path may climb: Salesforce's own bound.
const PARENTS_MAX: usize = 5;

/// A statement, ready to run.
pub(crate) struct Compiled {
    pub(crate) sql: String,
    pub(crate) values: Vec<Sql>,
    pub(crate) columns: Vec<Column>,
    pub(crate) aggregated: bool,
}

/// What one column of the statement is.
pub(crate) struct Column {
    pub(crate) place: Place,
    pub(crate) kind: Kind,
}

/// Where a column's value goes in the record.
pub(crate) enum Place {
    /// The id behind `attributes`, of the record itself or of a parent.
    Identity {
        path: Vec<String>,
        object: &'static Object,
    },
    Value {
        path: Vec<String>,
    },
}

/// Compiles `query` over `object`; `below`: only children of that record.
pub(crate) fn compile(
    org: &Org<'_>,
    object: &'static Object,
    query: &Query,
    below: Option<(&'static Field, &str)>,
) -> Outcome<Compiled> {
    let mut from = From {
        org,
        object,
        prefix: "t".to_owned(),
        joins: Vec::new(),
    };
    let aggregated = !query.group_by.is_empty()
        || query
            .items
            .iter()
            .any(|item| matches!(item, Item::Aggregate { .. }));
    let (select, columns) = match aggregated {
        true => grouped_columns(&mut from, query)?,
        false => plain_columns(&mut from, query)?,
    };
    let mut values = Vec::new();
    let mut conditions = Vec::new();
    if let Some((field, parent_id)) = below {
        conditions.push(format!("t0.\"{}\" = ?", field.name));
        values.push(Sql::Text(parent_id.to_owned()));
    }
    if let Some(condition) = &query.condition {
        conditions.push(from.condition(condition, Truth::Loose, &mut values)?);
    }
    let mut groups = Vec::new();
    for path in &query.group_by {
        groups.push(from.path(path)?.1);
    }
    let order = from.order(query, aggregated)?;
    let mut sql = format!("SELECT {} FROM {}", select.join(", "), from.sql());
    if !conditions.is_empty() {
        sql.push_str(&format!(" WHERE {}", conditions.join(" AND ")));
    }
    if !groups.is_empty() {
        sql.push_str(&format!(" GROUP BY {}", groups.join(", ")));
    }
    if !order.is_empty() {
        sql.push_str(&format!(" ORDER BY {}", order.join(", ")));
    }
    if query.limit.is_some() || query.offset.is_some() {
        let limit = query
            .limit
            .map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
        let offset = query.offset.unwrap_or_default();
        if offset > OFFSET_MAX {
            let message = format!("Maximum SOQL offset allowed is {OFFSET_MAX}");
            return Err(Refusal::new(400, "NUMBER_OUTSIDE_VALID_RANGE", message));
        }
        sql.push_str(&format!(" LIMIT {limit} OFFSET {offset}"));
    }
    Ok(Compiled {
        sql,
        values,
        columns,
        aggregated,
    })
}

/// The object and field behind a child relationship, or `INVALID_TYPE`.
pub(crate) fn children(
    org: &Org<'_>,
    parent: &Object,
    relationship: &str,
) -> Outcome<(&'static Object, &'static Field)> {
    let found = schema::children(parent, relationship);
    let shown = match found {
        Some((child, field)) => org.shows(child.shown)? && org.shows(field.shown)?,
        None => false,
    };
    found.filter(|_| shown).ok_or_else(|| {
        let message = format!("Didn't understand relationship '{relationship}' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.");
        Refusal::new(400, "INVALID_TYPE", message)
    })
}

fn plain_columns(from: &mut From<'_>, query: &Query) -> Outcome<(Vec<String>, Vec<Column>)> {
    let identity = Place::Identity {
        path: Vec::new(),
        object: from.object,
    };
    let mut select = vec!["t0.\"Id\"".to_owned()];
    let mut columns = vec![Column {
        place: identity,
        kind: Kind::Id,
    }];
    let mut identified: Vec<Vec<String>> = Vec::new();
    for item in &query.items {
        let Item::Field { path, .. } = item else {
            if let Item::Children(below) = item {
                children(from.org, from.object, &below.from)?;
            }
            continue;
        };
        let found = from.path(path)?;
        for depth in 1..found.0.len() {
            let parent = found.0[..depth].to_vec();
            if identified.contains(&parent) {
                continue;
            }
            let join = from.join(&parent);
            select.push(format!("{}.\"Id\"", join.alias));
            columns.push(Column {
                place: Place::Identity {
                    path: parent.clone(),
                    object: join.object,
                },
                kind: Kind::Id,
            });
            identified.push(parent);
        }
        select.push(found.1);
        columns.push(Column {
            place: Place::Value { path: found.0 },
            kind: found.2.kind,
        });
    }
    Ok((select, columns))
}

fn grouped_columns(from: &mut From<'_>, query: &Query) -> Outcome<(Vec<String>, Vec<Column>)> {
    let (mut select, mut columns) = (Vec::new(), Vec::new());
    let mut unnamed = 0;
    for item in &query.items {
        let (sql, name, kind) = match item {
            Item::Field { path, alias } => {
                let grouped = query
                    .group_by
                    .iter()
                    .any(|group| group.to_string().eq_ignore_ascii_case(&path.to_string()));
                let (names, sql, field) = from.path(path)?;
                if !grouped {
                    let message = format!("Field must be grouped or aggregated: {}", field.name);
                    return Err(Refusal::new(400, "MALFORMED_QUERY", message));
                }
                let name = names.last().cloned().unwrap_or_default();
                (sql, alias.clone().unwrap_or(name), field.kind)
            }
            Item::Aggregate {
                function,
                path,
                alias,
            } => {
                let (sql, kind) = from.aggregate(*function, path.as_ref())?;
                let name = alias.clone().unwrap_or_else(|| {
                    unnamed += 1;
                    format!("expr{}", unnamed - 1)
                });
                (sql, name, kind)
            }
            Item::Children(_) => {
                let message = "Grouped queries have no sub-selects";
                return Err(Refusal::new(400, "MALFORMED_QUERY", message));
            }
        };
        select.push(sql);
        columns.push(Column {
            place: Place::Value { path: vec![name] },
            kind,
        });
    }
    Ok((select, columns))
}

/// A table with the parents that were asked for.
struct From<'a> {
    org: &'a Org<'a>,
    object: &'static Object,
    /// Aliases are this and a number, so that sub-selects have their own.
    prefix: String,
    joins: Vec<Join>,
}

#[derive(Clone)]
struct Join {
    /// Relationship names from the root, canonical.
    path: Vec<String>,
    alias: String,
    object: &'static Object,
    on: String,
}

/// What a comparison with a null gives.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Truth {
    /// SQL's null, which a `WHERE` takes for false: indexes stay of use.
    Loose,
    /// False, so that `NOT` turns it.
    Strict,
}

impl From<'_> {
    fn sql(&self) -> String {
        let mut sql = format!("\"{}\" {}0", self.object.name, self.prefix);
        for join in &self.joins {
            sql.push_str(&format!(
                " LEFT JOIN \"{}\" {} ON {}",
                join.object.name, join.alias, join.on
            ));
        }
        sql
    }

    /// Canonical names, SQL and field behind a path.
    fn path(&mut self, path: &Path) -> Outcome<(Vec<String>, String, &'static Field)> {
        let (parents, name) = path.split();
        // `Account.Name` in a query over accounts is the account's own name.
        let own = parents.len() == 1
            && parents[0].eq_ignore_ascii_case(self.object.name)
            && self.object.parent(&parents[0]).is_none();
        let parents = if own { &[] } else { parents };
        if parents.len() > PARENTS_MAX {
            let message =
                format!("SELECT relationships can't go more than {PARENTS_MAX} levels up");
            return Err(Refusal::new(400, "MALFORMED_QUERY", message));
        }
        let mut names: Vec<String> = Vec::new();
        let (mut alias, mut object) = (format!("{}0", self.prefix), self.object);
        for relationship in parents {
            let field = match object.parent(relationship) {
                Some(field) if self.org.shows(field.shown)? => Some(field),
                _ => None,
            };
            let Some((field, target)) =
                field.and_then(|field| target_of(field).map(|to| (field, to)))
            else {
                let message = format!(
                    "Didn't understand relationship '{relationship}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names."
                );
                return Err(Refusal::new(400, "INVALID_FIELD", message));
            };
            names.push(relationship_name(field).to_owned());
            if !self.joins.iter().any(|join| join.path == names) {
                let next = format!("{}{}", self.prefix, self.joins.len() + 1);
                self.joins.push(Join {
                    path: names.clone(),
                    on: format!("{next}.\"Id\" = {}", expression(field, &alias)),
                    alias: next,
                    object: target,
                });
            }
            let join = self.join(&names);
            (alias, object) = (join.alias, join.object);
        }
        let Some(field) = self.org.field(object, name)? else {
            let message = format!(
                "No such column '{name}' on entity '{}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.",
                object.name
            );
            return Err(Refusal::new(400, "INVALID_FIELD", message));
        };
        names.push(field.name.to_owned());
        Ok((names, expression(field, &alias), field))
    }

    fn join(&self, path: &[String]) -> Join {
        let join = self.joins.iter().find(|join| join.path == path);
        join.expect("a path is joined before it is looked up")
            .clone()
    }

    fn aggregate(&mut self, function: Function, path: Option<&Path>) -> Outcome<(String, Kind)> {
        let Some(path) = path else {
            return Ok(("COUNT(*)".to_owned(), Kind::Integer));
        };
        let (_, sql, field) = self.path(path)?;
        let number = matches!(field.kind, Kind::Integer | Kind::Double);
        Ok(match function {
            Function::Count => (format!("COUNT({sql})"), Kind::Integer),
            Function::CountDistinct => (format!("COUNT(DISTINCT {sql})"), Kind::Integer),
            Function::Min => (format!("MIN({sql})"), field.kind),
            Function::Max => (format!("MAX({sql})"), field.kind),
            Function::Sum if number => (format!("SUM({sql})"), Kind::Double),
            Function::Average if number => (format!("AVG({sql})"), Kind::Double),
            Function::Sum | Function::Average => {
                let message = format!(
                    "field {} does not support aggregate operator {}",
                    field.name,
                    function.name()
                );
                return Err(Refusal::new(400, "MALFORMED_QUERY", message));
            }
        })
    }

    /// Nulls stand first where nothing was said; `Id` settles what is left.
    fn order(&mut self, query: &Query, aggregated: bool) -> Outcome<Vec<String>> {
        let mut keys = Vec::new();
        for order in &query.order_by {
            let (_, sql, field) = self.path(&order.path)?;
            let direction = match order.direction {
                Direction::Ascending => "ASC",
                Direction::Descending => "DESC",
            };
            let nulls = match order.nulls {
                Some(Nulls::Last) => "LAST",
                Some(Nulls::First) | None => "FIRST",
            };
            keys.push(format!(
                "{}{} {direction} NULLS {nulls}",
                sql,
                collation(field)
            ));
        }
        if aggregated {
            // Groups in the order of what they were grouped by.
            for path in &query.group_by {
                keys.push(self.path(path)?.1);
            }
        } else {
            keys.push(format!("{}0.\"Id\"", self.prefix));
        }
        Ok(keys)
    }

    fn condition(
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
                if field.length().is_none() && !matches!(field.kind, Kind::Picklist(_)) {
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
                if !matches!(field.kind, Kind::Id | Kind::Reference { .. }) {
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
        Ok(format!("({})", sql.join(word)))
    }

    /// The ids that the inner query of a semi-join selects.
    fn inner(&self, query: &Query, values: &mut Vec<Sql>) -> Outcome<String> {
        let object = super::object_of(self.org, &query.from)?;
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
        if !matches!(field.kind, Kind::Id | Kind::Reference { .. }) {
            let message = "The inner select field of a semi-join must be an id";
            return Err(Refusal::new(400, "MALFORMED_QUERY", message));
        }
        let mut conditions = vec![format!("{sql} IS NOT NULL")];
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

/// Columns bring their collation; computed texts need it said.
fn collation(field: &Field) -> &'static str {
    match field.computed.is_some() && field.length().is_some() {
        true => " COLLATE platform",
        false => "",
    }
}

/// The one object a reference leads to; those that lead to several have no parent path here.
fn target_of(field: &Field) -> Option<&'static Object> {
    match field.kind {
        Kind::Reference { to: [one], .. } => schema::object(one),
        _ => None,
    }
}

fn relationship_name(field: &Field) -> &'static str {
    match field.kind {
        Kind::Reference { parent, .. } => parent,
        _ => "",
    }
}
