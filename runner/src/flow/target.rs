//! The recipe that a person means, with inputs and org.

use std::path::PathBuf;

use crate::flow::rows::RowsFile;

/// A recipe, or a saved plan, and what it is given.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// `fsc/assign-permissions`, `./mine.toml`, `plan.json`.
    pub(crate) recipe: String,
    /// Inputs, each as `name=value`.
    pub(crate) set: Vec<String>,
    /// A file with inputs.
    pub(crate) inputs: Option<PathBuf>,
    /// Files of rows.
    pub(crate) rows: Vec<RowsFile>,
    /// A wrong row is left out, and a failed item takes no other down.
    pub(crate) goes_on: bool,
    /// The most records that are let go of a list that is kept true, in place of the recipe's brake: `40`, or `people=40`.
    pub(crate) let_go: Vec<String>,
    /// Files of results: `results.csv`, or `people=results.csv`.
    pub(crate) results: Vec<String>,
    /// The org by its name; none: `USHER_ORG`.
    pub(crate) org: Option<String>,
    /// Says that the roles which a plan is about are looked up, to be drawn.
    pub(crate) draws_roles: bool,
}
