//! The reasons why there is no host, no plugin or no plan. Every case has a stable code; texts name the plugin and its
//! version as soon as they are known.

use std::fmt;
use std::path::PathBuf;

use usher_contract::answer::Breach;
use usher_contract::change::{Failure, Note};
use usher_contract::fault::BadAnswer;
use usher_contract::limit;
use usher_contract::manifest::{InputProblem, ManifestError, Undeclared};
use usher_contract::text::{self, some};
use usher_contract::used::Used;

use crate::contract::{self, CONTRACT};
use crate::limit::COMPILE_BYTES_MAX;
use crate::log::LogLine;

/// Name and version of a plugin, as its manifest gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ident {
    pub name: String,
    pub version: String,
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "plugin `{}` {}", self.name, self.version)
    }
}

/// The reason why there is no host.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    #[error("the WebAssembly engine does not start: {0}")]
    Engine(String),
    #[error("the folder for compiled plugins `{}` cannot be used: {source}", path.display())]
    Cache {
        path: PathBuf,
        source: std::io::Error,
    },
}

/// The reason why bytes are not a plugin, or not one that this host runs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PluginError {
    #[error(
        "a plugin of {bytes} bytes is larger than {} bytes",
        limit::COMPONENT_BYTES_MAX
    )]
    TooLarge { bytes: u64 },
    #[error("this is not a WebAssembly component: {reason}")]
    NotComponent { reason: String },
    #[error("this is a core WebAssembly module, not a component")]
    CoreModule,
    #[error(
        "this component needs asynchronous calls, which this Usher does not run \
         (`componentize-qjs` makes one that does not with `--sync`)"
    )]
    Asynchronous,
    #[error(
        "this plugin is for contract `usher:step@{found}`; this Usher has `{CONTRACT}`: {}",
        instead(found)
    )]
    ContractVersion { found: String },
    #[error(
        "this component has no manifest (custom section `usher:manifest`), so it is not a plugin"
    )]
    NoManifest,
    #[error("this component has two manifests that differ")]
    TwoManifests,
    #[error("{}", text::shown(&.0.to_string()))]
    BadManifest(ManifestError),
    #[error("{plugin} does not export `usher:step/planner`")]
    NoPlanner { plugin: Ident },
    #[error("{plugin} imports what no plugin gets: {}", ticked(names))]
    UnknownImports { plugin: Ident, names: Vec<String> },
    #[error("{plugin} is not valid: {reason}")]
    Invalid { plugin: Ident, reason: String },
    #[error(
        "{plugin} takes more than {} MiB of memory or {} s to compile: make it smaller, or its functions",
        COMPILE_BYTES_MAX / (1024 * 1024),
        seconds
    )]
    TooCostly { plugin: Ident, seconds: u64 },
    #[error("the WebAssembly compiler breaks off at this component: {reason}")]
    Compiler { reason: String },
    #[error(
        "{plugin} needs {}, which the contract of this Usher (`{CONTRACT}`) does not have",
        ticked(lacking)
    )]
    NewerContract { plugin: Ident, lacking: Vec<String> },
    #[error("{plugin} does not fit `{CONTRACT}`: {reason}")]
    Unfit { plugin: Ident, reason: String },
    #[error("{plugin} cannot say what it is: {why}")]
    Describe { plugin: Ident, why: String },
    #[error("{plugin} says something else than its manifest when asked what it is")]
    DescribeDiffers { plugin: Ident },
}

impl PluginError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "plugin/too-large",
            Self::NotComponent { .. } => "plugin/not-a-component",
            Self::CoreModule => "plugin/core-module",
            Self::Asynchronous => "plugin/asynchronous",
            Self::ContractVersion { .. } => "plugin/contract-version",
            Self::NoManifest => "plugin/no-manifest",
            Self::TwoManifests => "plugin/two-manifests",
            Self::BadManifest(_) => "plugin/bad-manifest",
            Self::NoPlanner { .. } => "plugin/no-planner",
            Self::UnknownImports { .. } => "plugin/unknown-imports",
            Self::Invalid { .. } => "plugin/invalid",
            Self::TooCostly { .. } => "plugin/too-costly",
            Self::Compiler { .. } => "plugin/compiler-failed",
            Self::NewerContract { .. } => "plugin/newer-contract",
            Self::Unfit { .. } => "plugin/unfit",
            Self::Describe { .. } => "plugin/describe-failed",
            Self::DescribeDiffers { .. } => "plugin/describe-differs",
        }
    }
}

/// The reason why a call gave no plan, with what the call left behind.
#[derive(Debug, thiserror::Error)]
#[error("{plugin}: {why}")]
pub struct PlanError {
    pub plugin: Ident,
    pub why: NoPlan,
    /// Reads beyond the manifest that were refused: often the reason for `why`.
    pub denied: Vec<Undeclared>,
    pub log: Vec<LogLine>,
    /// The reads that were answered or refused by the org.
    pub used: Used,
}

/// The reason why a call gave no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoPlan {
    /// The input does not fit the manifest's schema; the plugin was not called.
    #[error("the input does not fit: {}", problems(.0))]
    Input(Vec<InputProblem>),
    /// The input has a `$ref` where the manifest's schema wants a known value; the plugin was not called.
    #[error(
        "its input refers to an unknown value at {}, where the schema of its manifest wants a known one",
        some(.0, |at| format!("`{}`", text::shown(at)))
    )]
    UnknownInput(Vec<String>),
    /// The planning time is not valid; the plugin was not called.
    #[error(
        "the planning time `{}` is not a time as in 2026-11-22T10:00:00Z",
        text::shown(now)
    )]
    BadTime { now: String },
    /// The plugin's own answer.
    #[error("{}", failure(.0))]
    Failed(Failure),
    /// The plan writes, undoes or looks at something that the manifest does not declare.
    #[error("{}", some(.0, ToString::to_string))]
    Undeclared(Vec<Undeclared>),
    #[error("no answer after {ms} ms")]
    OutOfTime { ms: u128 },
    #[error("it computed for {ms} ms without asking the org anything")]
    OutOfCompute { ms: u128 },
    #[error("it took {ms} ms in all, without what it waited for the org")]
    OutOfOwnTime { ms: u128 },
    #[error("it needs more memory than {bytes} bytes")]
    OutOfMemory { bytes: usize },
    #[error("it handed over more than {bytes} bytes at once")]
    TooMuchData { bytes: usize },
    /// The plugin did not finish: a trap, an exit, a stack that was too small.
    /// `stack`: the functions of the plugin that were open, the innermost first.
    #[error("it broke off: {reason}")]
    Trap { reason: String, stack: Vec<String> },
    #[error("its answer cannot be right: {0}")]
    BadAnswer(BadAnswer),
}

impl From<Breach> for NoPlan {
    fn from(breach: Breach) -> Self {
        match breach {
            Breach::BadAnswer(bad) => Self::BadAnswer(bad),
            Breach::Undeclared(what) => Self::Undeclared(what),
        }
    }
}

impl NoPlan {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Input(_) => "plugin/input",
            Self::UnknownInput(_) => "plugin/unknown-input",
            Self::BadTime { .. } => "plugin/bad-time",
            Self::Failed(Failure::Invalid(_)) => "step/invalid",
            Self::Failed(Failure::Unmet(_)) => "step/unmet",
            Self::Failed(Failure::Deferred(_)) => "step/deferred",
            Self::Failed(Failure::Transient(_)) => "step/transient",
            Self::Failed(Failure::Broken(_)) => "plugin/broken",
            Self::Undeclared(_) => "plugin/undeclared",
            Self::OutOfTime { .. } | Self::OutOfCompute { .. } | Self::OutOfOwnTime { .. } => {
                "plugin/out-of-time"
            }
            Self::OutOfMemory { .. } => "plugin/out-of-memory",
            Self::TooMuchData { .. } => "plugin/too-much-data",
            Self::Trap { .. } => "plugin/trap",
            Self::BadAnswer(_) => "plugin/bad-answer",
        }
    }
}

/// The way out for a plugin of another version of the contract.
fn instead(found: &str) -> &'static str {
    match contract::is_later(found) {
        true => "it needs a newer Usher",
        false => "build it again with the SDK of this Usher",
    }
}

fn ticked(names: &[String]) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    text::list(&names)
}

fn problems(problems: &[InputProblem]) -> String {
    some(problems, |problem| match problem.at.as_str() {
        "" => problem.message.clone(),
        at => format!("`{at}`: {}", problem.message),
    })
}

fn failure(failure: &Failure) -> String {
    let summaries = |notes: &[Note]| some(notes, |note| note.summary.clone());
    match failure {
        Failure::Invalid(notes) => format!("the input is wrong: {}", summaries(notes)),
        Failure::Unmet(notes) => format!("the org is not ready: {}", summaries(notes)),
        Failure::Deferred(deferral) => format!("it has to wait: {}", deferral.reason),
        Failure::Transient(reason) => format!("it may work later: {reason}"),
        Failure::Broken(reason) => format!("it is at fault itself: {reason}"),
    }
}
