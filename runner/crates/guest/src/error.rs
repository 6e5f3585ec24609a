//! The reasons why a plugin cannot be built.

use std::path::{Path, PathBuf};

use crate::language::Language;
use crate::way::WasmStd;

/// The reason why there is no component.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GuestError {
    #[error("`{}` cannot be read or written", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    /// No way led to a standard library for WASM; the text names every way.
    #[error(
        "no standard library for `wasm32-unknown-unknown`{}\n\
         any of these helps:\n  \
         rustup target add wasm32-unknown-unknown\n  \
         a Debian whose apt-get reaches its server (package `rustc-web`, 1.95 or later)\n  \
         USHER_COMPONENTS=<folder with the built components>",
        tried.iter().map(|way| format!("\n  {way}")).collect::<String>()
    )]
    NoWasmStd { tried: Vec<WayFailed> },
    #[error("`USHER_WASM_STD={0}` is not `target`, `rustup` or `debian`")]
    UnknownWay(String),
    #[error("building {packages} failed: {output}")]
    Cargo { packages: String, output: String },
    #[error("`{package}` made no `{}`: is it `crate-type = [\"cdylib\"]`?", module.display())]
    NoModule { package: String, module: PathBuf },
    #[error(
        "the plugin `{name}` is not built: add `\"plugins/{name}\"` to the members in `{}`",
        manifest.display()
    )]
    NotAMember { name: String, manifest: PathBuf },
    #[error("the package in `{}` must be called `{name}`, as its folder is", manifest.display())]
    Misnamed { name: String, manifest: PathBuf },
    #[error("`{}` lies below no `build` folder, as a build script's output does", .0.display())]
    NoTarget(PathBuf),
    #[error("there is no home folder to keep fetched files in: set `USHER_HOME`")]
    NoHome,
    /// A program of this machine without which nothing of the language can be built.
    #[error("building a plugin in {language} needs {tool}: {why}")]
    NoTool {
        language: Language,
        tool: &'static str,
        why: String,
    },
    /// The tools of a language that Usher fetches once.
    #[error("{tools} cannot be fetched: {output}")]
    NotFetched { tools: String, output: String },
    #[error("this Usher has no tools for {language}")]
    NoPins { language: Language },
    /// The words of the compiler.
    #[error("{output}")]
    Compiler { language: Language, output: String },
    #[error("`{package}` is not a plugin")]
    NotAPlugin { package: String, source: NotAPlugin },
}

/// The reason why bytes are not the module of a plugin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NotAPlugin {
    #[error("it is not a WASM module: {0}")]
    Malformed(String),
    #[error("it has no manifest: `usher_sdk::export!` is missing")]
    NoManifest,
    #[error("it has {0} manifests, where one is right")]
    SeveralManifests(usize),
    #[error("it is a core module, not a component")]
    Module,
    #[error("it has another manifest already")]
    OtherManifest,
    #[error("it cannot be wrapped as a component: {0}")]
    Wrapping(String),
    #[error("it has {0} places for a program, where one is right")]
    Places(usize),
}

/// The reason why one way to the wasm std failed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{way}: {why}")]
pub struct WayFailed {
    pub way: WasmStd,
    pub why: String,
}

impl GuestError {
    pub(crate) fn file(path: &Path, source: std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            source,
        }
    }
}
