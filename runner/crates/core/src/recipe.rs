//! The recipe language: from a text to a [`Recipe`] in which every name has a meaning.
//!
//! `SourceText` → [`parse`] → [`RawRecipe`] → [`check`] → [`Recipe`]. All mistakes are collected, and each has its
//! place. Nothing is read from disk here: the caller brings the texts, and the manifests of the plugins that
//! [`RawRecipe::plugins`] names.

mod check;
mod conditions;
mod confirm;
mod data;
mod declared;
mod each;
mod evaluate;
mod expression;
mod fits;
mod fitting;
mod in_org;
mod inputs;
mod keep;
mod keys;
mod manual;
mod names;
mod orgs;
mod pack;
mod pointer;
mod policy;
mod raw;
mod references;
mod rehearsal;
mod rows;
mod seen;
mod syntax;
mod template;
mod terms;
mod time;
mod told;
mod traced;
mod unknown;
mod when;

use std::ops::Range;

use serde_json::{Map, Value};

use crate::diagnostic::SourceText;
use crate::plan::Terms;
use crate::recipe::each::Each;
use crate::recipe::keys::Spanned;
use crate::recipe::template::{Reasons, Template};
use crate::recipe::when::When;
use usher_contract::manifest::Manifest;
use usher_contract::name::is_kebab;

pub use check::check;
pub use confirm::Confirmable;
pub use data::{DataPlugin, parse_data_plugin};
pub use evaluate::{Evaluation, Item, Outputs, Place, Scope};
pub use in_org::{FullNames, InOrg, OrgValue, Origin, Survey, Surveyed, Unseen, names_profiles};
pub use inputs::{BoundInputs, InputLine, parse_inputs, parse_set, written};
pub use keep::Keep;
pub use manual::Manual;
pub use names::{NotARecipeName, RecipeName};
pub use orgs::parse_orgs;
pub use pack::{
    Example, FileMistakes, Grants, Pack, PackPlugin, PackTexts, PluginGrant, Practice, RecipesOf,
    Start, grant_header, grant_section, parse_grants, parse_pack, parse_practice, put_grant,
};
pub use policy::parse_policy;
pub use raw::{RawRecipe, parse};
pub use rehearsal::{Expected, Rehearsal, parse_rehearsal, put_expected};
pub use rows::{
    BoundRow, BoundRows, Column, GivenRow, GivenRows, REPAIR, RowFault, WrongRow, cell_text,
    composed, no_rows, parse_rows, place, twins,
};
pub use seen::Seen;
pub(crate) use seen::leaves;
pub use when::Runs;

/// A wanted state of an org: inputs to fill in, steps to keep. Every reference leads somewhere.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// `fsc/assign-permissions` in a pack, else the name of the file without `.toml`.
    pub name: String,
    /// One line for people.
    pub title: String,
    pub description: Option<String>,
    pub source: SourceText,
    /// In the order of the file.
    pub inputs: Vec<Input>,
    /// Values between an org and the inputs that are seen in it. No step knows them.
    pub in_org: Vec<OrgValue>,
    /// In the order of the file, which is the order of planning and applying.
    pub steps: Vec<Step>,
}

/// Something that a person fills in.
#[derive(Clone, Debug)]
pub struct Input {
    /// `snake_case`.
    pub name: String,
    pub kind: InputKind,
    /// A value of the right type. Without a default the input must be given, unless it is optional.
    pub default: Option<Value>,
    /// The input need not be given. It is then null, and left out where it is passed on alone.
    pub is_optional: bool,
    pub help: Option<String>,
    /// The way to see its value in an org that is set up already.
    pub in_org: Option<InOrg>,
    /// The set of records that its rows stand for.
    pub keep: Option<Keep>,
    /// The header.
    pub span: Range<usize>,
}

/// The type of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// A record of `object`: an id, or a unique name or email. It is a text here; the engine finds the record before
    /// planning.
    Record {
        object: String,
    },
    Text,
    Integer,
    Boolean,
    /// One of these texts.
    Choice {
        choices: Vec<String>,
    },
    /// A list of texts.
    List,
    /// Names, each with a text, a number or a boolean.
    Table,
    /// A text that is given to no plugin and never shown.
    Secret,
    /// The rows of a file. The column `key` recognises a row.
    Rows {
        key: String,
        columns: Vec<Column>,
    },
}

/// One promise about an org.
#[derive(Clone, Debug)]
pub struct Step {
    /// `snake_case`, unique in the recipe.
    pub id: String,
    pub kept: Kept,
    /// The `[[steps]]` header.
    pub span: Range<usize>,
    each: Option<Each>,
    /// A step runs when all of these are true.
    when: Vec<When>,
    /// The longest time for which Usher waits after each of its changes, in milliseconds; none: as long as its plugin says.
    pub timeout_ms: Option<u32>,
    /// The terms on which it is carried out.
    pub terms: Terms,
}

/// The way in which a step's promise is kept.
#[derive(Clone, Debug)]
pub enum Kept {
    ByPlugin(Use),
    ByHand(Manual),
}

/// A plugin and its input.
#[derive(Clone, Debug)]
pub struct Use {
    pub plugin: PluginRef,
    /// The value of `use`.
    pub plugin_span: Range<usize>,
    with: Vec<(Spanned<String>, Template)>,
    /// The value of `with`, else the header.
    with_span: Range<usize>,
}

/// The plugin that `use` names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PluginRef {
    /// A plugin of the pack, or one that comes with Usher.
    Named(String),
    /// A component file, or a plugin made of data, relative to the recipe: `./x.wasm`, `./x/plugin.toml`.
    File(String),
}

/// The manifests against which a recipe is checked.
pub trait PluginLookup {
    /// Returns the manifest; `None` when there is no such plugin.
    fn manifest(&self, plugin: &PluginRef) -> Option<&Manifest>;

    /// Names that `use` could have meant.
    fn names(&self) -> Vec<&str>;
}

impl Recipe {
    /// The input of that name.
    pub fn input(&self, name: &str) -> Option<&Input> {
        self.inputs.iter().find(|input| input.name == name)
    }
}

impl Step {
    /// Says whether the step runs, or is skipped because of its `when`.
    ///
    /// # Errors
    ///
    /// See [`Evaluation`].
    pub fn runs(&self, scope: &Scope<'_>) -> Result<Runs, Evaluation> {
        for when in &self.when {
            match when.runs(scope)? {
                Runs::Yes => {}
                no @ Runs::No { .. } => return Ok(no),
            }
        }
        Ok(Runs::Yes)
    }

    /// Says whether the step is kept once for each item of a loop.
    pub fn is_looped(&self) -> bool {
        self.each.is_some()
    }

    /// The input whose rows or texts the step goes through, when it is an input.
    pub fn looped_input(&self) -> Option<&str> {
        self.each.as_ref()?.input()
    }

    /// The input whose gone records the step goes through.
    pub fn looped_gone(&self) -> Option<&str> {
        self.each.as_ref()?.gone()
    }

    /// The words of its `for_each`, without the braces.
    pub fn loop_words(&self) -> Option<&str> {
        Some(self.each.as_ref()?.text())
    }

    /// Says whether both steps go through the same items.
    pub fn is_beside(&self, other: &Self) -> bool {
        match (&self.each, &other.each) {
            (Some(own), Some(other)) => own.is_same(other),
            _ => false,
        }
    }

    /// Returns the items of a loop over a list: each text is its own key. None: the step is in no loop.
    ///
    /// # Errors
    ///
    /// See [`Evaluation`].
    pub fn texts(&self, scope: &Scope<'_>) -> Option<Result<Vec<Item>, Evaluation>> {
        Some(self.each.as_ref()?.texts(scope))
    }

    /// Returns the place that names the plugin of the step: the value of `use`.
    pub fn plugin_place(&self) -> Place {
        let span = match &self.kept {
            Kept::ByPlugin(used) => &used.plugin_span,
            Kept::ByHand(_) => &self.span,
        };
        Place {
            span: span.clone(),
            input: None,
        }
    }

    /// Returns the place to which a JSON Pointer into the step's input leads (`/permission_sets/0`), or the nearest
    /// place around it.
    pub fn locate(&self, pointer: &str) -> Place {
        match &self.kept {
            Kept::ByPlugin(used) => template::locate(&used.with, &used.with_span, pointer),
            Kept::ByHand(_) => Place {
                span: self.span.clone(),
                input: None,
            },
        }
    }
}

impl Use {
    /// Returns the plugin's input: `with`, evaluated. Defaults of the plugin's schema are not filled in.
    ///
    /// # Errors
    ///
    /// See [`Evaluation`]. A failure comes before a step without outputs, and that before an unknown value.
    pub fn input(&self, scope: &Scope<'_>) -> Result<Map<String, Value>, Evaluation> {
        let mut reasons = Reasons::default();
        let input = template::evaluate_table(&self.with, scope, &mut reasons);
        reasons.or(input)
    }
}

impl InputKind {
    /// The value of `type` in a recipe.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Record { .. } => "record",
            Self::Text => "string",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Choice { .. } => "choice",
            Self::List => "list",
            Self::Table => "table",
            Self::Secret => "secret",
            Self::Rows { .. } => "rows",
        }
    }
}

impl PluginRef {
    /// Reads a `use`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_below = text.starts_with("./") || text.starts_with("../");
        let is_file = is_below && (text.ends_with(".wasm") || text.ends_with(".toml"));
        if is_file {
            return Some(Self::File(text.to_owned()));
        }
        is_kebab(text).then(|| Self::Named(text.to_owned()))
    }

    /// As `use` has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Named(text) | Self::File(text) => text,
        }
    }
}

impl std::fmt::Display for PluginRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests;
