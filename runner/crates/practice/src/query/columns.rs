//! The answer to `query?columns=true`: the columns of a query, without running it (docs/salesforce/queries.md#columns).

use serde_json::{Value, json};

use crate::query::syntax::{FieldSet, Item, Query, Term};
use crate::query::{access, compile, object_of, parse};
use crate::refusal::Outcome;
use crate::schema::{FieldKind, Object};
use crate::tenant::Tenant;

/// The answer for a query.
pub(crate) fn describe(org: &Tenant<'_>, text: &str) -> Outcome<Value> {
    let query = parse(text)?;
    // Compiling finds what does not exist, so that the answer is never about nothing.
    let object = match crate::schema::calculated(&query.from) {
        Some(object) => {
            access::selected(object, &query)?;
            object
        }
        None => {
            let object = object_of(org, &query.from)?;
            compile::compile(org, object, &query, None)?;
            object
        }
    };
    let id_selected = query.items.iter().any(|item| match item {
        Item::Term {
            term: Term::Field(path),
            ..
        } => path.to_string().eq_ignore_ascii_case("Id"),
        Item::Fields(set) => *set != FieldSet::Custom,
        _ => false,
    });
    Ok(json!({
        "columnMetadata": columns(org, object, &query)?,
        "entityName": object.name,
        "groupBy": !query.groups.by.is_empty(),
        "idSelected": id_selected,
        "keyPrefix": object.prefix,
    }))
}

fn columns(org: &Tenant<'_>, object: &'static Object, query: &Query) -> Outcome<Vec<Value>> {
    let mut columns = Vec::new();
    let mut unnamed = 0;
    for item in &query.items {
        match item {
            Item::Term { term, alias } => {
                let (names, kind) = compile::described(org, object, term)?;
                let aggregate = term.aggregates();
                if alias.is_none() && compile::is_named(term) {
                    columns.push(joined(&names, kind, aggregate));
                    continue;
                }
                let name = alias.clone().unwrap_or_else(|| {
                    unnamed += 1;
                    format!("expr{}", unnamed - 1)
                });
                columns.push(joined(&[name], kind, aggregate));
            }
            Item::Fields(set) => {
                for term in compile::fields(org, object, *set, query)? {
                    let (names, kind) = compile::described(org, object, &term)?;
                    columns.push(joined(&names, kind, false));
                }
            }
            // The columns of a TYPEOF are [inferred]: one for the parent, with every field that is asked for.
            Item::TypeOf(kinds) => {
                let fields = kinds.whens.iter().flat_map(|(_, fields)| fields);
                let mut below: Vec<Value> = Vec::new();
                for field in fields.chain(&kinds.otherwise) {
                    let made = column(&field.to_string(), FieldKind::Text(255), &[]);
                    if !below.contains(&made) {
                        below.push(made);
                    }
                }
                let relationship = kinds.relationship.to_string();
                columns.push(column(&relationship, FieldKind::Id, &below));
            }
            Item::Children(children) => {
                let (child, _) = compile::children(org, object, &children.from)?;
                let below = self::columns(org, child, children)?;
                let mut column = column(&children.from, FieldKind::Id, &below);
                column["aggregate"] = Value::from(true);
                columns.push(column);
            }
        }
    }
    Ok(columns)
}

/// A column inside those of its parents.
fn joined(names: &[String], kind: FieldKind, aggregate: bool) -> Value {
    let Some((name, parents)) = names.split_last() else {
        return Value::Null;
    };
    let mut joined = column(name, kind, &[]);
    joined["aggregate"] = Value::from(aggregate);
    for parent in parents.iter().rev() {
        joined = column(parent, FieldKind::Id, &[joined]);
    }
    joined
}

fn column(name: &str, kind: FieldKind, below: &[Value]) -> Value {
    json!({
        "aggregate": false,
        "apexType": apex(kind),
        "booleanType": matches!(kind, FieldKind::Truth),
        "columnName": name,
        "custom": false,
        "displayName": name,
        "foreignKeyName": Value::Null,
        "insertable": true,
        "joinColumns": below,
        "numberType": matches!(kind, FieldKind::Integer | FieldKind::Double),
        "textType": !matches!(kind, FieldKind::Truth | FieldKind::Integer | FieldKind::Double | FieldKind::Date | FieldKind::DateTime),
        "updatable": true,
    })
}

fn apex(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Id | FieldKind::Reference { .. } => "Id",
        FieldKind::Truth => "Boolean",
        FieldKind::Integer => "Integer",
        FieldKind::Double => "Double",
        FieldKind::Date => "Date",
        FieldKind::DateTime => "Datetime",
        _ => "String",
    }
}
