//! The source of a query's values: a table, the parents joined to it, aggregates and order over both.

use usher_core::soql::{Direction, Function, Nulls, Path, Query};

use crate::language;
use crate::refusal::{Outcome, Refusal};
use crate::schema::{self, Field, FieldKind, Object};
use crate::store;
use crate::tenant::{Tenant, expression};

/// The number of parents that a path may climb: Salesforce's own bound.
const PARENTS_MAX: usize = 5;

/// A table with the parents that were asked for.
pub(super) struct From<'a> {
    pub(super) org: &'a Tenant<'a>,
    pub(super) object: &'static Object,
    /// Aliases are this and a number, so that sub-selects have their own.
    pub(super) prefix: String,
    pub(super) joins: Vec<Join>,
}

#[derive(Clone)]
pub(super) struct Join {
    /// Relationship names from the root, canonical.
    path: Vec<String>,
    pub(super) alias: String,
    pub(super) object: &'static Object,
    on: String,
}

impl From<'_> {
    pub(super) fn sql(&self) -> String {
        let source = |object: &Object| store::source(object, self.org.deleted_too);
        let mut sql = format!("{} {}0", source(self.object), self.prefix);
        for join in &self.joins {
            sql.push_str(&format!(
                " LEFT JOIN {} {} ON {}",
                source(join.object),
                join.alias,
                join.on
            ));
        }
        sql
    }

    /// Canonical names, SQL and field behind a path.
    pub(super) fn path(&mut self, path: &Path) -> Outcome<(Vec<String>, String, &'static Field)> {
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
                Some(field) if self.org.shows_field(object, field)? => Some(field),
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
        let sql = language::expression_shown(self.org, object, field, &alias)?;
        Ok((names, sql, field))
    }

    pub(super) fn join(&self, path: &[String]) -> Join {
        let join = self.joins.iter().find(|join| join.path == path);
        join.expect("a path is joined before it is looked up")
            .clone()
    }

    pub(super) fn aggregate(
        &mut self,
        function: Function,
        path: Option<&Path>,
    ) -> Outcome<(String, FieldKind)> {
        let Some(path) = path else {
            return Ok(("COUNT(*)".to_owned(), FieldKind::Integer));
        };
        let (_, sql, field) = self.path(path)?;
        let number = matches!(field.kind, FieldKind::Integer | FieldKind::Double);
        Ok(match function {
            Function::Count => (format!("COUNT({sql})"), FieldKind::Integer),
            Function::CountDistinct => (format!("COUNT(DISTINCT {sql})"), FieldKind::Integer),
            Function::Min => (format!("MIN({sql})"), field.kind),
            Function::Max => (format!("MAX({sql})"), field.kind),
            Function::Sum if number => (format!("SUM({sql})"), FieldKind::Double),
            Function::Average if number => (format!("AVG({sql})"), FieldKind::Double),
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
    pub(super) fn order(&mut self, query: &Query, aggregated: bool) -> Outcome<Vec<String>> {
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
}

/// Columns bring their collation; computed texts need it said.
pub(super) fn collation(field: &Field) -> &'static str {
    match field.computed.is_some() && field.length().is_some() {
        true => " COLLATE platform",
        false => "",
    }
}

/// The one object a reference leads to; those that lead to several have no parent path here.
fn target_of(field: &Field) -> Option<&'static Object> {
    match field.kind {
        FieldKind::Reference { to: [one], .. } => schema::object(one),
        _ => None,
    }
}

fn relationship_name(field: &Field) -> &'static str {
    match field.kind {
        FieldKind::Reference { parent, .. } => parent,
        _ => "",
    }
}
