//! The tree of an expression.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// An expression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Expression {
    /// A text, a number, true, false or null.
    Value(Json),
    /// A name with dots.
    Path(Vec<String>),
    List(Vec<Expression>),
    Unary(Unary, Box<Expression>),
    Binary(Binary, Box<Expression>, Box<Expression>),
    /// Condition, value when it holds, value when not.
    If(Box<Expression>, Box<Expression>, Option<Box<Expression>>),
    /// `list[0]`, `table["key"]`.
    Item(Box<Expression>, Box<Expression>),
    /// `list[a:b]`.
    Part(
        Box<Expression>,
        Option<Box<Expression>>,
        Option<Box<Expression>>,
    ),
    /// Value, filter, arguments.
    Filter(Box<Expression>, Filter, Vec<Expression>),
}

/// An operator with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unary {
    Not,
    Minus,
    IsNone,
}

/// An operator with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binary {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Add,
    Subtract,
    Join,
    Multiply,
    Divide,
    DivideWhole,
    Remainder,
}

/// A filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    Default,
    First,
    Join,
    Last,
    Length,
    Lower,
    Replace,
    Split,
    Trim,
    Upper,
}

impl Filter {
    /// The filter of that name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "default" => Self::Default,
            "first" => Self::First,
            "join" => Self::Join,
            "last" => Self::Last,
            "length" => Self::Length,
            "lower" => Self::Lower,
            "replace" => Self::Replace,
            "split" => Self::Split,
            "trim" => Self::Trim,
            "upper" => Self::Upper,
            _ => return None,
        })
    }
}

impl Expression {
    /// The only name, when the expression is nothing else.
    pub fn as_path(&self) -> Option<&[String]> {
        match self {
            Self::Path(path) => Some(path),
            _ => None,
        }
    }

    /// Adds the first name of each path to `roots`.
    pub fn roots<'e>(&'e self, roots: &mut Vec<&'e str>) {
        match self {
            Self::Value(_) => {}
            Self::Path(path) => roots.extend(path.first().map(String::as_str)),
            Self::List(items) => items.iter().for_each(|item| item.roots(roots)),
            Self::Unary(_, inner) => inner.roots(roots),
            Self::Binary(_, left, right) | Self::Item(left, right) => {
                left.roots(roots);
                right.roots(roots);
            }
            Self::If(condition, yes, no) => {
                condition.roots(roots);
                yes.roots(roots);
                if let Some(no) = no {
                    no.roots(roots);
                }
            }
            Self::Part(list, from, to) => {
                list.roots(roots);
                for end in [from, to].into_iter().flatten() {
                    end.roots(roots);
                }
            }
            Self::Filter(value, _, arguments) => {
                value.roots(roots);
                arguments.iter().for_each(|argument| argument.roots(roots));
            }
        }
    }
}
