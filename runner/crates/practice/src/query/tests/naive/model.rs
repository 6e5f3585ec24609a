//! The records as plain maps, and what the evaluator knows of their fields.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::Value;

use super::super::S;
use crate::testing::{TestOrg, bare};

/// The type of a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Id,
    Text,
    Picklist,
    /// Several values of a list, which are not ordered, grouped or counted.
    Selection,
    Number,
    Date,
    DateTime,
}

/// An object: its name, its fields, its parents (relationship, field, object), its children (relationship, field,
/// object).
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) fields: &'static [(&'static str, Kind)],
    pub(super) parents: &'static [(&'static str, &'static str, &'static str)],
    pub(super) children: &'static [(&'static str, &'static str, &'static str)],
}

pub(super) const SHAPES: [Shape; 3] = [
    Shape {
        name: "Account",
        fields: &[
            ("Id", Kind::Id),
            ("Name", Kind::Text),
            ("Type", Kind::Picklist),
            ("BillingCity", Kind::Text),
            ("NumberOfEmployees", Kind::Number),
            ("AnnualRevenue", Kind::Number),
            ("CreatedDate", Kind::DateTime),
            ("Tags__c", Kind::Selection),
        ],
        parents: &[("Parent", "ParentId", "Account")],
        children: &[
            ("Contacts", "AccountId", "Contact"),
            ("Cases", "AccountId", "Case"),
            ("ChildAccounts", "ParentId", "Account"),
        ],
    },
    Shape {
        name: "Contact",
        fields: &[
            ("Id", Kind::Id),
            ("LastName", Kind::Text),
            ("FirstName", Kind::Text),
            ("Name", Kind::Text),
            ("Birthdate", Kind::Date),
            ("Email", Kind::Text),
            ("CreatedDate", Kind::DateTime),
        ],
        parents: &[("Account", "AccountId", "Account")],
        children: &[("Cases", "ContactId", "Case")],
    },
    Shape {
        name: "Case",
        fields: &[
            ("Id", Kind::Id),
            ("Subject", Kind::Text),
            ("CreatedDate", Kind::DateTime),
        ],
        parents: &[
            ("Account", "AccountId", "Account"),
            ("Contact", "ContactId", "Contact"),
        ],
        children: &[],
    },
];

pub(super) type Record = serde_json::Map<String, Value>;

/// Every record, by object.
pub(super) struct Store {
    records: BTreeMap<&'static str, Vec<Record>>,
    /// The values of `Account.Type` in their order.
    types: Vec<String>,
    pub(super) today: String,
}

impl Store {
    /// Reads the org record by record.
    pub(super) fn of(org: &TestOrg) -> Self {
        let mut records = BTreeMap::new();
        for shape in &SHAPES {
            let ids = org.records(&format!("SELECT Id FROM {}", shape.name));
            let one = |id: &Value| {
                let id = id["Id"].as_str().expect("an id");
                let line = format!("GET {S}/sobjects/{}/{id}", shape.name);
                match bare(org.send(&line, "").1) {
                    Value::Object(record) => record,
                    other => panic!("a record: {other}"),
                }
            };
            records.insert(shape.name, ids.iter().map(one).collect());
        }
        let (_, described) = org.send(&format!("GET {S}/sobjects/Account/describe"), "");
        let fields = described["fields"].as_array().expect("fields");
        let kind = fields.iter().find(|field| field["name"] == "Type");
        let values = kind.expect("a field")["picklistValues"]
            .as_array()
            .expect("values");
        let value = |entry: &Value| entry["value"].as_str().expect("a value").to_lowercase();
        Self {
            records,
            types: values.iter().map(value).collect(),
            today: super::dates::own_today(org.now_ms),
        }
    }

    pub(super) fn all(&self, object: &str) -> &[Record] {
        &self.records[object]
    }

    /// The value behind a path; null below a parent that is none.
    pub(super) fn value(&self, shape: &Shape, record: &Record, path: &str) -> Value {
        let Some((relationship, rest)) = path.split_once('.') else {
            return record.get(path).cloned().unwrap_or(Value::Null);
        };
        match self.parent(shape, record, relationship) {
            None => Value::Null,
            Some((shape, record)) => self.value(shape, record, rest),
        }
    }

    pub(super) fn parent(
        &self,
        shape: &Shape,
        record: &Record,
        relationship: &str,
    ) -> Option<(&'static Shape, &Record)> {
        let (_, field, object) = shape
            .parents
            .iter()
            .find(|(name, ..)| *name == relationship)
            .expect("a relationship");
        let id = record.get(*field).filter(|id| !id.is_null())?;
        let parent = self.all(object).iter().find(|parent| parent["Id"] == *id);
        parent.map(|parent| (shape_of(object), parent))
    }

    /// Nulls first; picklists in their own order, texts without case.
    pub(super) fn order(&self, kind: Kind, a: &Value, b: &Value) -> Ordering {
        let rank = |value: &Value| {
            let text = value.as_str().unwrap_or_default().to_lowercase();
            let place = self.types.iter().position(|known| *known == text);
            (place.unwrap_or(usize::MAX), text)
        };
        match (a.is_null(), b.is_null()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            _ if kind == Kind::Picklist => rank(a).cmp(&rank(b)),
            _ => compare(kind, a, b),
        }
    }
}

/// Two values that are not null.
pub(super) fn compare(kind: Kind, a: &Value, b: &Value) -> Ordering {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match kind {
        Kind::Number => {
            let number = |value: &Value| value.as_f64().unwrap_or_default();
            number(a).total_cmp(&number(b))
        }
        Kind::Text | Kind::Picklist => text(a).to_lowercase().cmp(&text(b).to_lowercase()),
        Kind::Selection => selected(&text(a)).cmp(&selected(&text(b))),
        Kind::Id | Kind::Date | Kind::DateTime => text(a).cmp(&text(b)),
    }
}

/// The values of a selection, in no order and without case.
pub(super) fn selected(text: &str) -> Vec<String> {
    let mut values: Vec<String> = text.split(';').map(str::to_lowercase).collect();
    values.sort();
    values
}

/// The paths by which records can be ordered and grouped.
pub(super) fn comparable_paths(shape: &Shape) -> Vec<(String, Kind)> {
    let mut paths = paths(shape);
    paths.retain(|(_, kind)| *kind != Kind::Selection);
    paths
}

pub(super) fn shape_of(object: &str) -> &'static Shape {
    let mut shapes = SHAPES.iter();
    shapes.find(|shape| shape.name == object).expect("a shape")
}

/// Every path that a query of that object may name, up to two parents up.
pub(super) fn paths(shape: &Shape) -> Vec<(String, Kind)> {
    let mut paths: Vec<(String, Kind)> = Vec::new();
    let own = |shape: &Shape, before: &str, paths: &mut Vec<(String, Kind)>| {
        for (name, kind) in shape.fields {
            paths.push((format!("{before}{name}"), *kind));
        }
    };
    own(shape, "", &mut paths);
    for (relationship, _, object) in shape.parents {
        let parent = shape_of(object);
        own(parent, &format!("{relationship}."), &mut paths);
        for (above, _, object) in parent.parents {
            own(
                shape_of(object),
                &format!("{relationship}.{above}."),
                &mut paths,
            );
        }
    }
    paths
}
