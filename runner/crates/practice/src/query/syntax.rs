//! SOQL as the practice org takes it: the syntax tree, and the refusal of a text that is none.
//!
//! The grammar is that of the SOQL reference (docs/salesforce/queries.md#clauses). It is larger than `usher_core::soql`,
//! which is what Usher itself sends; both stand on the same tokens. Objects and fields are not known here.

pub(crate) use usher_core::soql::{
    Comparison, Direction, Function, Literal, Membership, Nulls, Path,
};

use usher_core::soql::SoqlError;

use crate::refusal::Refusal;

pub(crate) use crate::query::syntax::parser::parse;

mod alias;
mod condition;
mod parser;
mod reader;
mod term;

/// One query, or one sub-select.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pub(crate) items: Vec<Item>,
    /// The object, or in a sub-select of the field list the child relationship.
    pub(crate) from: String,
    /// The word after `USING SCOPE`.
    pub(crate) scope: Option<String>,
    pub(crate) condition: Option<Condition>,
    pub(crate) groups: Groups,
    pub(crate) having: Option<Condition>,
    pub(crate) order_by: Vec<Order>,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: Option<u64>,
    /// `FOR UPDATE` was written.
    pub(crate) locks: bool,
}

/// One entry of a field list.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    Term { term: Term, alias: Option<String> },
    Children(Query),
    Fields(FieldSet),
    TypeOf(TypeOf),
}

/// The fields that `FIELDS()` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldSet {
    All,
    Standard,
    Custom,
}

/// `TYPEOF relationship WHEN object THEN fields … ELSE fields END`
#[derive(Clone, Debug)]
pub(crate) struct TypeOf {
    pub(crate) relationship: Path,
    pub(crate) whens: Vec<(String, Vec<Path>)>,
    pub(crate) otherwise: Vec<Path>,
}

/// A value of a row or of a group.
#[derive(Clone, Debug)]
pub(crate) enum Term {
    Field(Path),
    /// `path` is absent in `COUNT()` only.
    Aggregate {
        function: Function,
        path: Option<Path>,
    },
    Date {
        part: DatePart,
        path: Path,
        /// In the user's time zone instead of UTC: `convertTimezone()`.
        local: bool,
    },
    Label(Path),
    Format(Box<Term>),
    Grouping(Path),
}

/// The part of a date that a date function takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DatePart {
    Year,
    Quarter,
    Month,
    DayInMonth,
    DayInWeek,
    DayInYear,
    DayOnly,
    FiscalMonth,
    FiscalQuarter,
    FiscalYear,
    Hour,
    WeekInMonth,
    WeekInYear,
}

/// The terms of a `GROUP BY`; none: the query is not grouped.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    pub(crate) by: Vec<Term>,
    pub(crate) subtotals: Subtotals,
}

/// The rows that a grouped query has besides its groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Subtotals {
    #[default]
    None,
    Rollup,
    Cube,
}

/// A condition that a record or a group must meet. `And` and `Or` hold at least two.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Compare {
        term: Term,
        comparison: Comparison,
        value: Literal,
    },
    /// `pattern` has `%`, `_` and a backslash that makes the next character an ordinary one.
    Like {
        term: Term,
        pattern: String,
    },
    OneOf {
        term: Term,
        membership: Membership,
        values: Vec<Literal>,
    },
    /// `INCLUDES` and `EXCLUDES` of a multi-select picklist. Each text names values that are selected together.
    Selected {
        path: Path,
        membership: Membership,
        values: Vec<String>,
    },
    SemiJoin {
        path: Path,
        membership: Membership,
        query: Box<Query>,
    },
}

/// One key of an `ORDER BY`.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) term: Term,
    pub(crate) direction: Direction,
    /// `None`: not written.
    pub(crate) nulls: Option<Nulls>,
}

impl Query {
    /// Says whether the query brings groups, not records.
    pub(crate) fn aggregates(&self) -> bool {
        let aggregate = |item: &Item| match item {
            Item::Term { term, .. } => term.aggregates(),
            _ => false,
        };
        !self.groups.by.is_empty() || self.items.iter().any(aggregate)
    }

    /// Says whether this is `SELECT COUNT()`.
    pub(crate) fn counts(&self) -> bool {
        self.items.iter().any(|item| {
            matches!(
                item,
                Item::Term {
                    term: Term::Aggregate { path: None, .. },
                    ..
                }
            )
        })
    }
}

impl Term {
    /// Says whether the term is about several records.
    pub(crate) fn aggregates(&self) -> bool {
        match self {
            Self::Aggregate { .. } | Self::Grouping(_) => true,
            Self::Format(inner) => inner.aggregates(),
            Self::Field(_) | Self::Date { .. } | Self::Label(_) => false,
        }
    }

    fn path_mut(&mut self) -> Option<&mut Path> {
        match self {
            Self::Field(path)
            | Self::Date { path, .. }
            | Self::Label(path)
            | Self::Grouping(path) => Some(path),
            Self::Aggregate { path, .. } => path.as_mut(),
            Self::Format(inner) => inner.path_mut(),
        }
    }
}

/// `MALFORMED_QUERY` (docs/salesforce/queries.md#errors).
pub(crate) fn malformed(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "MALFORMED_QUERY", message)
}

/// The refusal of a part of SOQL that Salesforce knows and the practice org does not.
pub(crate) fn unknown_here(part: &str) -> Refusal {
    malformed(format!("the practice org does not know {part}"))
}

impl From<SoqlError> for Refusal {
    fn from(error: SoqlError) -> Self {
        malformed(error.to_string())
    }
}
