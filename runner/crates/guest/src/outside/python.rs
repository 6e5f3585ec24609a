//! A plugin in Python: CPython in a component, with the modules in it. The tool is a package of PyPI.

use std::path::PathBuf;
use std::process::Command;

use crate::outside::{PluginBuild, quoted, read};
use crate::tools::{COMPILE_AT_MOST, FETCH_AT_MOST};
use crate::{GuestError, process};

/// The package that makes components.
const TOOL: &str = "componentize-py";

/// Calls the tool as its own script does. The script itself names the Python that fetched it.
const SCRIPT: &str = "import sys, componentize_py; sys.exit(componentize_py.script())";

/// The component's own module, among the pins: the build puts the manifest in.
const ENTRY: &str = "usher_entry.py";

pub(super) fn build(build: &PluginBuild) -> Result<Vec<u8>, GuestError> {
    let site = packages(build, TOOL)?;
    let manifest = quoted(build.manifest_text()?);
    build.make(ENTRY, &build.pin(ENTRY)?.replace("{{manifest}}", &manifest))?;
    let out = build.made().join("plugin.wasm");
    let mut compile = Command::new("python3");
    compile
        .current_dir(&build.folder)
        .env("PYTHONPATH", &site)
        // Else packages of this machine's Python would be in reach of the plugin.
        .env("VIRTUAL_ENV", &site)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env_remove("RUST_BACKTRACE")
        .args(["-c", SCRIPT, "--quiet", "--wit-path", "sdk/step.wit"])
        .args(["--world", "step", "componentize", "--python-path"])
        .arg(build.made())
        .args(["--python-path", ".", "--python-path", "sdk", "--output"])
        .arg(&out)
        .arg(ENTRY.trim_end_matches(".py"));
    process::run(&mut compile, Some(COMPILE_AT_MOST)).map_err(|output| build.failed(output))?;
    read(&out)
}

/// The folder with the packages of PyPI that the pins name; `what` is the first of them.
pub(super) fn packages(build: &PluginBuild, what: &str) -> Result<PathBuf, GuestError> {
    let missing = |why| GuestError::NoTool {
        language: build.language,
        tool: "Python 3.10 or later with pip (https://python.org)",
        why,
    };
    let tools = build.tools();
    let named = format!("{what} {} from PyPI", tools.version(what));
    let mut asked = Command::new("python3");
    process::run(asked.args(["-m", "pip", "--version"]), None).map_err(missing)?;
    let folder = tools.folder(&named, |folder| {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--no-input"]);
        pip.args(["--disable-pip-version-check", "--only-binary", ":all:"]);
        pip.args(["--require-hashes", "--requirement", "requirements.txt"]);
        pip.args(["--target", "site"]);
        process::run(pip.current_dir(folder), Some(FETCH_AT_MOST)).map(drop)
    })?;
    Ok(folder.join("site"))
}
