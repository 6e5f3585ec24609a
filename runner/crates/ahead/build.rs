//! Build script: compiles the plugins in the box for the target, and writes the Rust file that embeds their code. Code that
//! an earlier build has made of the same plugin with the same engine is taken again.

use std::collections::BTreeSet;
use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use usher_code::Compiler;

/// The reason for `unsafe` in the file that is written.
const REASON: &str = "the build script has compiled these very bytes of these components";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let target = env::var("TARGET")?;
    let mut code = String::from("// Made by the build script.\n\n");
    let mut list = String::new();
    let mut files = BTreeSet::new();
    match Compiler::for_target(&target) {
        Err(why) => println!(
            "cargo::warning=No plugin is compiled ahead for {target}; each is compiled at its first use: {why}"
        ),
        Ok(compiler) => {
            for (at, plugin) in usher_packs::plugins().iter().enumerate() {
                let digest = plugin.digest;
                let file = format!("{digest}-{}.cwasm", compiler.fingerprint());
                let path = out.join(&file);
                if !path.exists() {
                    write_whole(&path, &compiler.compile(plugin.component)?)?;
                }
                let bytes = fs::metadata(&path)?.len();
                writeln!(
                    code,
                    "static CODE_{at}: usher_code::Paged<[u8; {bytes}]> = usher_code::Paged(*include_bytes!({path:?}));"
                )?;
                writeln!(
                    list,
                    "    unsafe {{ usher_code::Ahead::new({digest:?}, &CODE_{at}.0) }},"
                )?;
                files.insert(OsString::from(file));
            }
        }
    }
    if !list.is_empty() {
        writeln!(code, "\n#[expect(unsafe_code, reason = {REASON:?})]")?;
    }
    writeln!(
        code,
        "pub(super) static PLUGINS: [usher_code::Ahead; {}] = [\n{list}];",
        files.len()
    )?;
    write_whole(&out.join("embedded.rs"), code.as_bytes())?;
    remove_others(&out, &files)
}

/// Writes a file whole or not at all.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let draft = path.with_extension("draft");
    fs::write(&draft, bytes)?;
    Ok(fs::rename(draft, path)?)
}

/// Deletes the code of plugins and engines that there were before.
fn remove_others(folder: &Path, files: &BTreeSet<OsString>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_code = path.extension().is_some_and(|it| it == "cwasm");
        if is_code && path.file_name().is_some_and(|name| !files.contains(name)) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}
