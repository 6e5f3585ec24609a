//! The arguments of `usher plugin`.

use std::path::PathBuf;

use clap::builder::TypedValueParser;
use clap::{Args as ClapArgs, Subcommand, ValueEnum, value_parser};
use usher_guest::Language;

use crate::args::Output;

#[derive(Subcommand, Debug)]
pub(crate) enum PluginCommand {
    /// Make the folder of a new plugin: source, manifest, tests, a recipe, and the SDK of its language
    New(NewArgs),
    /// Build the plugin of a folder: one file `NAME.wasm`, which a recipe uses
    ///
    /// Usher takes the tools of the language from this machine, or fetches them once, in fixed versions, into its cache.
    Build(FolderArgs),
    /// Test a plugin in its folder: its rehearsals, its recipe on a fresh practice org, generated inputs
    Test(TestPlugin),
    /// Build and test the plugin of a folder, and again whenever a file of it is saved, until you press Ctrl-C
    Dev(DevArgs),
    /// Point out what can be better in a plugin: its manifest, its recipe, its tests
    ///
    /// Nothing of the plugin runs. Exit code 0 without errors, 60 with errors; `--strict` counts warnings as errors.
    Lint(LintArgs),
    /// Show what a plugin declares: its inputs and results, what it reads and writes. Nothing of it runs
    Inspect {
        /// A plugin in the box (`assign-permission-sets`) or a file (`./x.wasm`)
        plugin: String,
        /// Also write the plugin to this file
        #[arg(long, value_name = "FILE")]
        extract: Option<PathBuf>,
        #[command(flatten)]
        output: Output,
    },
    /// Write the SDK of this Usher into the folder of a plugin, in the place of the one that is there
    Sdk(FolderArgs),
}

#[derive(ClapArgs, Debug)]
pub(crate) struct NewArgs {
    /// Name of the plugin and of its folder: lower-case letters, digits and hyphens
    pub(crate) name: String,
    /// Language in which you write it
    #[arg(long, value_enum)]
    pub(crate) lang: Lang,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// The folder of one plugin.
#[derive(ClapArgs, Debug)]
pub(crate) struct FolderArgs {
    /// Folder of the plugin
    #[arg(default_value = ".")]
    pub(crate) folder: PathBuf,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct DevArgs {
    /// Folder of the plugin
    #[arg(default_value = ".")]
    pub(crate) folder: PathBuf,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct LintArgs {
    /// Folder of a plugin, or a component (`./x.wasm`)
    #[arg(default_value = ".", value_name = "FOLDER|FILE")]
    pub(crate) plugin: PathBuf,
    /// Count warnings as errors
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// A plugin to test.
#[derive(ClapArgs, Debug)]
pub(crate) struct TestPlugin {
    /// The folder with the component, `tests/*.toml`, `recipe.toml` and `practice.toml`
    #[arg(default_value = ".")]
    pub(crate) folder: PathBuf,
    /// Write the answers of now into the rehearsals. Read what was written before you keep it
    #[arg(long, conflicts_with_all = ["declare", "only"])]
    pub(crate) update: bool,
    /// Write the reads and writes of the rehearsals into `manifest.json`
    #[arg(long, conflicts_with = "only")]
    pub(crate) declare: bool,
    /// Fail also when the manifest declares what no test needed
    #[arg(long)]
    pub(crate) strict: bool,
    /// The seed of generated inputs. The same seed makes the same inputs
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// The number of generated inputs
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = value_parser!(u16).map(usize::from))]
    pub(crate) cases: usize,
    /// Try this generated input alone, by its number
    #[arg(long, value_name = "N")]
    pub(crate) only: Option<usize>,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// A language of plugins, as people type it.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Lang {
    /// Rust, with `cargo`
    Rust,
    /// JavaScript, with Node.js
    Js,
    /// Python, with `pip`
    Python,
    /// C, with any clang, or zig from PyPI
    C,
    /// No code: a file `plugin.toml`
    Data,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Rust => Self::Rust,
            Lang::Js => Self::JavaScript,
            Lang::Python => Self::Python,
            Lang::C => Self::C,
            Lang::Data => Self::Data,
        }
    }
}
