//! A plugin in C: a core module, which becomes a component as one in Rust does. The compiler is a package of PyPI.

use std::process::Command;

use crate::outside::python::packages;
use crate::outside::{PluginBuild, not_a_plugin, read};
use crate::tools::COMPILE_AT_MOST;
use crate::{GuestError, component, process};

/// The package with the compiler.
const TOOL: &str = "ziglang";

/// A module without a main function. It is small, because every byte is loaded for each plan.
const FLAGS: &[&str] = &[
    "-target",
    "wasm32-wasi",
    "-mexec-model=reactor",
    "-Os",
    "-Wall",
    "-Wextra",
];

/// The sources of the SDK.
const SDK: &[&str] = &["sdk/usher.c", "sdk/step.c", "sdk/step_component_type.o"];

pub(super) fn build(build: &PluginBuild) -> Result<Vec<u8>, GuestError> {
    let site = packages(build, TOOL)?;
    let bytes = build.manifest.iter().flatten();
    let bytes: String = bytes.map(|byte| format!("{byte},")).collect();
    let header = format!(
        "/* Made by `usher plugin build` of manifest.json. */\nstatic const char usher_manifest[] = {{{bytes}0}};\n"
    );
    build.make("manifest.h", &header)?;
    let out = build.made().join("plugin.wasm");
    let mut compile = Command::new("python3");
    compile
        .current_dir(&build.folder)
        .env("PYTHONPATH", &site)
        // The compiler keeps what it has compiled of its own libraries beside itself.
        .env("ZIG_GLOBAL_CACHE_DIR", site.with_file_name("cache"))
        .env("ZIG_LOCAL_CACHE_DIR", build.made().join("zig"))
        .args(["-m", "ziglang", "cc"])
        .args(FLAGS)
        .args(["-I", "sdk", "-I"])
        .arg(build.made())
        .arg("plugin.c")
        .args(SDK)
        .arg("-o")
        .arg(&out);
    process::run(&mut compile, Some(COMPILE_AT_MOST)).map_err(|output| build.failed(output))?;
    component::wrap_any(&read(&out)?).map_err(|source| not_a_plugin(build, source))
}
