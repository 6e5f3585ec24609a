//! A plugin in JavaScript: QuickJS in a component, with the script in it. The tool is a package of npm.

use std::process::Command;

use crate::outside::{PluginBuild, read};
use crate::tools::{COMPILE_AT_MOST, FETCH_AT_MOST};
use crate::{GuestError, process};

/// The package that makes components.
const TOOL: &str = "componentize-qjs";

pub(super) fn build(build: &PluginBuild) -> Result<Vec<u8>, GuestError> {
    let missing = |why| GuestError::NoTool {
        language: build.language,
        tool: "Node.js 20 or later with npm (https://nodejs.org)",
        why,
    };
    process::run(Command::new("node").arg("--version"), None).map_err(missing)?;
    let tools = build.tools();
    let what = format!("{TOOL} {} from npm", tools.version(TOOL));
    let tools = tools.folder(&what, |folder| {
        let mut npm = Command::new("npm");
        // No script of a package runs, and nothing is sent that npm would tell or ask besides.
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        process::run(npm.current_dir(folder), Some(FETCH_AT_MOST)).map(drop)
    })?;
    let out = build.made().join("plugin.wasm");
    let mut compile = Command::new("node");
    compile
        .current_dir(&build.folder)
        .arg(tools.join("build.mjs"))
        .arg(&build.folder)
        .arg(&out);
    process::run(&mut compile, Some(COMPILE_AT_MOST)).map_err(|output| build.failed(output))?;
    read(&out)
}
