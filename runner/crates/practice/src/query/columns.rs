//! The answer to `query?columns=true`: the columns of a query, without running it (docs/salesforce/queries.md#columns).

use serde_json::{Value, json};
use usher_core::soql::{Function, Item, Path, Query};

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
        Item::Field { path, .. } => path.to_string().eq_ignore_ascii_case("Id"),
        _ => false,
    });
    Ok(json!({
        "columnMetadata": columns(org, object, &query)?,
        "entityName": object.name,
        "groupBy": !query.group_by.is_empty(),
        "idSelected": id_selected,
        "keyPrefix": object.prefix,
    }))
}

fn columns(org: &Tenant<'_>, object: &'static Object, query: &Query) -> Outcome<Vec<Value>> {
    let mut columns = Vec::new();
    let mut unnamed = 0;
    for item in &query.items {
        columns.push(match item {
            Item::Field { path, alias } => {
                let (names, kind) = walk(org, object, path)?;
                let (name, parents) = names.split_last().expect("a path has a last name");
                let mut joined = column(alias.as_deref().unwrap_or(name), kind, &[]);
                for parent in parents.iter().rev() {
                    joined = column(parent, FieldKind::Id, &[joined]);
                }
                joined
            }
            Item::Aggregate {
                function,
                path,
                alias,
            } => {
                let name = alias.clone().unwrap_or_else(|| {
                    unnamed += 1;
                    format!("expr{}", unnamed - 1)
                });
                let counts = matches!(function, Function::Count | Function::CountDistinct);
                let kind = match path {
                    Some(path) if !counts => walk(org, object, path)?.1,
                    _ => FieldKind::Integer,
                };
                let mut column = column(&name, kind, &[]);
                column["aggregate"] = Value::from(true);
                column
            }
            Item::Children(children) => {
                let (child, _) = compile::children(org, object, &children.from)?;
                let below = self::columns(org, child, children)?;
                let mut column = column(&children.from, FieldKind::Id, &below);
                column["aggregate"] = Value::from(true);
                column
            }
        });
    }
    Ok(columns)
}

/// Canonical names and the kind at the end. The query was compiled, so every name is known.
fn walk(
    org: &Tenant<'_>,
    object: &'static Object,
    path: &Path,
) -> Outcome<(Vec<String>, FieldKind)> {
    let (parents, name) = path.split();
    let mut at = object;
    let mut names = Vec::new();
    for relationship in parents {
        if let Some((parent, target)) = at.parent(relationship).and_then(|field| match field.kind {
            FieldKind::Reference {
                parent, to: [one], ..
            } => crate::schema::object(one).map(|to| (parent, to)),
            _ => None,
        }) {
            names.push(parent.to_owned());
            at = target;
        }
    }
    let field = org.any_field(at, name)?;
    names.push(field.map_or(name, |field| field.name).to_owned());
    Ok((names, field.map_or(FieldKind::Id, |field| field.kind)))
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
