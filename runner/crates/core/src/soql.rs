//! SOQL as data: the syntax tree and its text.
//!
//! This file knows the form of a query and nothing of an org's objects and fields: the practice org checks that they
//! exist. Aliases of objects are resolved while parsing, so a tree never holds one.

pub use crate::soql::cursor::Cursor;
pub use crate::soql::error::SoqlError;
pub use crate::soql::figure::figure_kind;
pub use crate::soql::lexer::Token;
pub use crate::soql::parser::parse;
pub use crate::soql::text::{unescaped, unescaped_pattern};
pub use usher_contract::soql::selected;

mod alias;
mod cursor;
mod error;
mod figure;
mod lexer;
mod parser;
mod text;

/// Characters of one query: Salesforce's own bound.
pub const SOQL_CHARACTERS_MAX: usize = 100_000;

/// The depth to which brackets, `NOT` and sub-selects may nest. People do not write deeper, and the parser recurses.
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

/// A condition that a record must meet. `And` and `Or` hold at least two.
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

/// A value as it is written in a query.
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

/// The direction of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

/// The place of records without a value.
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

#[cfg(test)]
mod tests;
