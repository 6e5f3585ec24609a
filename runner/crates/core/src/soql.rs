//! SOQL as data: the syntax tree, its text, and the one query that Usher itself asks.
//!
//! This file knows what a query may look like and nothing of what an org holds: whether an object or
//! a field exists is the practice org's business. Aliases of objects are read and resolved while
//! parsing, so a tree never holds one.

use crate::operation::Lookup;
use crate::value::Scalar;

pub use crate::soql::parser::{SoqlError, parse};

mod alias;
mod cursor;
mod figure;
mod lexer;
mod parser;
mod text;

/// Characters of one query: Salesforce's own bound.
pub const SOQL_CHARACTERS_MAX: usize = 100_000;

/// How deep brackets, `NOT` and sub-selects may nest. Nobody reads deeper, and the parser recurses.
pub const SOQL_DEPTH_MAX: usize = 40;

/// One query, or one sub-select.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub items: Vec<Item>,
    /// The object, or in a sub-select of the field list the child relationship.
    pub from: String,
    pub condition: Option<Condition>,
    pub group_by: Vec<Path>,
    pub order_by: Vec<Order>,
    pub limit: Option<u64>,
    pub offset: Option<u64>,
}

/// One entry of a field list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    Field {
        path: Path,
        alias: Option<String>,
    },
    /// `path` is absent in `COUNT()` only.
    Aggregate {
        function: Function,
        path: Option<Path>,
        alias: Option<String>,
    },
    Children(Query),
}

/// A field with the parents that lead to it: `Account.Owner.Name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(pub Vec<String>);

/// An aggregate function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    Count,
    CountDistinct,
    Min,
    Max,
    Sum,
    Average,
}

/// What a record must meet. `And` and `Or` hold at least two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Compare {
        path: Path,
        comparison: Comparison,
        value: Literal,
    },
    /// `pattern` has `%`, `_` and a backslash that makes the next character an ordinary one.
    Like {
        path: Path,
        pattern: String,
    },
    OneOf {
        path: Path,
        membership: Membership,
        values: Vec<Literal>,
    },
    SemiJoin {
        path: Path,
        membership: Membership,
        query: Box<Query>,
    },
}

/// `=` and its kin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// `IN` or `NOT IN`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    In,
    NotIn,
}

/// A value as it stands in a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    Null,
    Truth(bool),
    /// As written: digits, sign, point.
    Number(String),
    Text(String),
    /// `2026-11-22`
    Date(String),
    /// `2026-11-22T10:00:00Z`, with an offset as written.
    DateTime(String),
    /// `TODAY`, `LAST_N_DAYS:30`; upper case.
    Named(String),
}

/// One key of an `ORDER BY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub path: Path,
    pub direction: Direction,
    /// `None`: not written.
    pub nulls: Option<Nulls>,
}

/// Which way an order runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

/// Where records without a value stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    First,
    Last,
}

impl Path {
    /// The parents' relationship names, and the field.
    pub fn split(&self) -> (&[String], &str) {
        let (field, parents) = self.0.split_last().expect("the parser makes no empty path");
        (parents, field)
    }
}

/// `text` as a SOQL string literal, quotes included.
pub fn quote(text: &str) -> String {
    text::quoted(text)
}

/// The query that answers `lookup`: `Id` first, then its fields, in the order of `Id`.
///
/// References are the view's business: none may be left in the conditions. One that is comes out as
/// a text nothing equals, so a slip finds too little rather than too much.
pub fn lookup_text(lookup: &Lookup) -> String {
    let mut fields = vec!["Id".to_owned()];
    for field in &lookup.fields {
        if !fields.iter().any(|known| known.eq_ignore_ascii_case(field)) {
            fields.push(field.clone());
        }
    }
    let mut soql = format!("SELECT {} FROM {}", fields.join(", "), lookup.object);
    let conditions: Vec<String> = lookup
        .conditions
        .iter()
        .map(|condition| {
            let values: Vec<String> = condition.any_of.iter().map(scalar_text).collect();
            match values.as_slice() {
                [one] => format!("{} = {one}", condition.field),
                // One of none: SOQL knows no empty list, and no record is without an id.
                [] => "Id = null".to_owned(),
                many => format!("{} IN ({})", condition.field, many.join(", ")),
            }
        })
        .collect();
    if !conditions.is_empty() {
        soql.push_str(" WHERE ");
        soql.push_str(&conditions.join(" AND "));
    }
    soql.push_str(" ORDER BY Id");
    soql
}

fn scalar_text(scalar: &Scalar) -> String {
    match scalar {
        Scalar::Nothing => "null".to_owned(),
        Scalar::Truth(truth) => truth.to_string(),
        Scalar::Number(number) => number.clone(),
        Scalar::Text(text) => quote(text),
        Scalar::Reference(_) | Scalar::Joined(_) => quote(&scalar.to_json().to_string()),
    }
}

#[cfg(test)]
mod tests;
