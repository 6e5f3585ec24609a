//! The program of a plugin made of data: what its `plugin.toml` says, checked and without its names for people.
//!
//! Usher makes it from `plugin.toml` and writes it into the component; the interpreter in the component follows it.
//! Expressions are parsed before, by [`parse`], so that the interpreter holds no parser.

mod evaluate;
mod expression;
mod filters;
mod names;
mod operators;
mod parse;
mod template;
mod tokens;
mod unknown;
mod value;

use serde::{Deserialize, Serialize};

pub use evaluate::evaluate;
pub use expression::{Binary, Expression, Filter, Unary};
pub use names::{Names, NoValue};
pub use parse::parse;
pub use template::{Piece, Template, as_shown};
pub use tokens::NotSupported;
pub use unknown::{is_unknown, tokens as tokens_of};

/// The version of this form. The interpreter in a component refuses any other.
pub const FORMAT: u32 = 1;

/// A step in data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    pub format: u32,
    /// In the order of the file. Each may use the inputs and those before it.
    pub finds: Vec<Find>,
    /// Name → value, in the order of the file. Each may use the finds and those before it.
    pub values: Vec<(String, Template)>,
    pub requires: Vec<Require>,
    pub changes: Vec<Change>,
    pub notes: Vec<Note>,
    /// Name → value, in the order of the file.
    pub results: Vec<(String, Template)>,
}

/// Something that is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Find {
    pub name: String,
    pub source: Source,
    /// Nothing is read, and nothing found, when this is false.
    pub when: Option<Expression>,
    pub expect: Expect,
    /// The message when it is otherwise than expected.
    pub otherwise: Message,
    /// The input to which the message belongs: it is wrong then. None: the org is not ready.
    pub input: Option<String>,
}

/// The place that is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Source {
    Records {
        object: String,
        /// Field → value, or list of values of which one is right.
        conditions: Vec<(String, Template)>,
        fields: Vec<String>,
        /// The field by which people know a record.
        called: Option<String>,
    },
    Settings(String),
}

/// The number of records that there must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expect {
    Any,
    One,
    AtMostOne,
    Some,
    None,
}

impl Expect {
    /// Says that there is at most one record: its name stands for the record, not for a list.
    pub fn is_single(self) -> bool {
        matches!(self, Self::One | Self::AtMostOne)
    }
}

/// A text for a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    pub code: String,
    pub summary: Template,
    pub remedy: Option<Template>,
}

/// One item of a list after another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Each {
    /// The name of the item.
    pub item: String,
    /// The find whose records are meant.
    pub list: String,
}

/// A condition that must hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Require {
    pub each: Option<Each>,
    pub that: Expression,
    pub otherwise: Message,
}

/// Something that is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    pub each: Option<Each>,
    pub when: Option<Expression>,
    /// A person should look.
    pub is_warning: bool,
    pub message: Message,
}

/// Something that is made so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Unique among changes and finds. A change for each record adds what the record is called to make an address.
    pub name: String,
    pub each: Option<Each>,
    pub when: Option<Expression>,
    pub verb: Verb,
    pub says: Template,
    /// The summary of an `ensure` that finds the record with other values.
    pub says_update: Option<Template>,
    /// Changes that come first when they are planned.
    pub after: Vec<String>,
    pub undo: Undo,
}

/// Field → value.
pub type Fields = Vec<(String, Template)>;

/// The change that is made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Verb {
    /// A record that was found has these values.
    Update {
        record: String,
        object: String,
        set: Fields,
    },
    /// There is one record with this key, and it has these values.
    Ensure {
        object: String,
        key: Fields,
        /// Salesforce itself refuses a second one.
        is_unique: bool,
        set: Fields,
        /// Values of a new record alone.
        new: Fields,
    },
    /// A record that was found is gone.
    Delete { record: String, object: String },
    /// Settings have these values.
    Configure { settings: String, set: Fields },
}

/// The way to undo a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Undo {
    Nothing,
    Impossible(Template),
    Possible {
        /// These values in place of the former ones; empty: Usher restores what was there.
        set: Fields,
        stays: Option<Template>,
        destroys: Option<Template>,
    },
}

#[cfg(test)]
mod tests;
