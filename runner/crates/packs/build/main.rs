//! Build script: the plugins of this workspace as components, the recipes, the languages of plugins outside, and the Rust
//! file that embeds them.
//!
//! `USHER_COMPONENTS=<folder>` embeds the components in that folder instead, for packagers and sandboxes;
//! `USHER_WASM_STD=target|rustup|debian` forces one way to the standard library for WASM.

#![expect(
    clippy::print_stdout,
    reason = "a build script speaks to cargo on its standard output"
)]

mod error;
mod given;
mod languages;
mod recipes;

use std::env;
use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use usher_guest::{Build, Built, cache_home, plugins, target_beside, write_if_changed};

use crate::error::EmbedError;

fn main() -> ExitCode {
    let Err(error) = embed() else {
        return ExitCode::SUCCESS;
    };
    let mut cause: Option<&dyn Error> = Some(&error);
    while let Some(error) = cause {
        for line in error.to_string().lines() {
            println!("cargo::error={line}");
        }
        cause = error.source();
    }
    ExitCode::FAILURE
}

fn embed() -> Result<(), EmbedError> {
    let package = folder("CARGO_MANIFEST_DIR")?;
    let workspace = match package.ancestors().nth(3) {
        Some(workspace) => workspace.to_owned(),
        None => return Err(EmbedError::Outside(package)),
    };
    let out = folder("OUT_DIR")?;
    watch(&workspace);

    let components = match env::var_os("USHER_COMPONENTS") {
        Some(given) => given::components(&workspace.join(given), &packages(&workspace)?)?,
        None => built(&workspace, &out)?,
    };
    let mut code = String::from("// Made by the build script.\n\n");
    write_plugins(&mut code, &components);
    recipes::write(&mut code, &workspace.join("recipes"))?;
    languages::write(&mut code, &workspace)?;
    write_if_changed(&out.join("embedded.rs"), code.as_bytes())?;
    Ok(())
}

fn built(workspace: &Path, out: &Path) -> Result<Vec<Built>, EmbedError> {
    let forced = match env::var("USHER_WASM_STD") {
        Ok(way) => Some(way.parse()?),
        Err(_) => None,
    };
    let built = usher_guest::build(&Build {
        workspace: workspace.to_owned(),
        packages: packages(workspace)?,
        target: target_beside(out)?,
        out: out.join("components"),
        cargo: folder("CARGO")?,
        rustc: folder("RUSTC")?,
        cache: cache_home()?,
        wasm_std: forced,
        say: &|line| println!("cargo::warning={line}"),
    })?;
    Ok(built)
}

/// Everything that the embedded bytes depend on.
fn watch(workspace: &Path) {
    for variable in ["USHER_COMPONENTS", "USHER_WASM_STD"] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    for path in [
        "Cargo.toml",
        "Cargo.lock",
        "plugins",
        "wit",
        "recipes",
        "runner/crates/contract",
        "runner/crates/sameness",
    ] {
        let path = workspace.join(path);
        // Cargo would run the script every time for a watched path that does not exist.
        if path.exists() {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
}

/// The package of the component that follows the programs of plugins made of data.
const INTERPRETER: &str = "data-plugin";

/// Everything that is built as a component: the plugins and the interpreter.
fn packages(workspace: &Path) -> Result<Vec<String>, EmbedError> {
    let mut packages = plugins(workspace)?;
    packages.push(INTERPRETER.to_owned());
    Ok(packages)
}

fn write_plugins(code: &mut String, components: &[Built]) {
    let mut list = String::new();
    for component in components {
        if component.name == INTERPRETER {
            let path = &component.component;
            writeln!(
                code,
                "pub(crate) static INTERPRETER: &[u8] = include_bytes!({path:?});\n"
            )
            .expect("writing to a text cannot fail");
            continue;
        }
        let (name, path, digest) = (&component.name, &component.component, &component.digest);
        writeln!(
            list,
            "    EmbeddedPlugin {{\n        name: {name:?},\n        component: include_bytes!({path:?}),\n        \
             digest: {digest:?},\n    }},"
        )
        .expect("writing to a text cannot fail");
    }
    write!(
        code,
        "pub(crate) static PLUGINS: &[EmbeddedPlugin] = &[\n{list}];\n\n"
    )
    .expect("writing to a text cannot fail");
}

/// A variable that cargo sets for every build script.
fn folder(name: &'static str) -> Result<PathBuf, EmbedError> {
    env::var_os(name)
        .map(PathBuf::from)
        .ok_or(EmbedError::NoVariable(name))
}
