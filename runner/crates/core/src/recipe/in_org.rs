//! Values that an org shows: `in_org` of an input, and the `[in_org.<name>]` between inputs and org.
//!
//! A recipe says in which records the value of an input can be seen. `read` reads that, `check` looks its names up,
//! `survey` asks an org. Nothing here is needed to plan: it fills in inputs for an org that is set up already.

mod check;
mod profiles;
mod read;
mod shown;
mod survey;

use std::collections::BTreeMap;
use std::ops::Range;

use usher_contract::value::Scalar;

pub(super) use check::check;
pub use profiles::FullNames;
pub(super) use read::{Asked, RawOrgValue, read, read_values};
pub use shown::Unseen;
pub use survey::{Origin, Survey, Surveyed, names_profiles};

/// A value of `[in_org.<name>]`: all values that its questions find, each once. Questions refer to it.
#[derive(Clone, Debug)]
pub struct OrgValue {
    /// `snake_case`.
    pub name: String,
    in_org: InOrg,
}

/// The questions by which a value is seen in an org. A list takes the answers to all of them; any other value takes the
/// answer to the first that has one. An error in place of an answer leaves both without a value.
#[derive(Clone, Debug)]
pub struct InOrg {
    questions: Vec<Question>,
    /// The key, or the header.
    span: Range<usize>,
}

/// Records of one object, and the field that is looked at.
#[derive(Clone, Debug)]
struct Question {
    object: String,
    /// At least one: no question reads a whole table.
    conditions: Vec<(String, Means)>,
    /// None: the question is if there is such a record.
    field: Option<String>,
    /// The input's names for values of the org: `Worker` is `User`. With `*` at the beginning of both, values that end so
    /// get another end. Other values keep their names.
    called: BTreeMap<String, String>,
    /// An empty list is an answer; else a list keeps its default when no record has a value.
    may_be_empty: bool,
}

/// The values of which a record has one.
#[derive(Clone, Debug)]
enum Means {
    These(Vec<Scalar>),
    Of { source: Source, span: Range<usize> },
}

/// A value that a condition refers to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Input(String),
    InOrg(String),
}

impl InOrg {
    /// The references of all questions, each with its place.
    fn references(&self) -> impl Iterator<Item = (&Source, &Range<usize>)> {
        let conditions = self.questions.iter().flat_map(|it| &it.conditions);
        conditions.filter_map(|(_, means)| match means {
            Means::Of { source, span } => Some((source, span)),
            Means::These(_) => None,
        })
    }
}

impl Question {
    /// The input's name for a value of the org; none when the value keeps its own.
    fn called(&self, value: &str) -> Option<String> {
        if let Some(name) = self.called.get(value) {
            return Some(name.clone());
        }
        self.called.iter().find_map(|(of, name)| {
            let begin = value.strip_suffix(of.strip_prefix('*')?)?;
            let end = name.strip_prefix('*')?;
            (!begin.is_empty()).then(|| format!("{begin}{end}"))
        })
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Input(name) => write!(f, "inputs.{name}"),
            Self::InOrg(name) => write!(f, "in_org.{name}"),
        }
    }
}

#[cfg(test)]
mod tests;
