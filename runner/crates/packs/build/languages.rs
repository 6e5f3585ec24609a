//! The languages of plugins outside of this workspace: templates, SDKs and the pins of their tools, below
//! `plugins/languages/<language>`, and the files of the repository that a list beside them names (`sdk.list`).

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::EmbedError;
use crate::recipes::{entries, text};

/// The parts of a language that are embedded.
const PARTS: &[&str] = &["template", "sdk", "toolchain"];

/// Folders that tools make beside sources when somebody tries them.
const MADE: &[&str] = &["node_modules", "target", "__pycache__", ".venv"];

/// Files by their path below the language's folder, with `/` on every machine.
type Files = Vec<(String, PathBuf)>;

/// Writes the contract, and the list of languages with their files, both sorted.
pub(crate) fn write(code: &mut String, workspace: &Path) -> Result<(), EmbedError> {
    let contract = workspace.join("wit").join("step.wit");
    let mut list = String::new();
    for folder in entries(&workspace.join("plugins").join("languages"))? {
        if !folder.is_dir() {
            continue;
        }
        let name = text(&folder.file_name().unwrap_or_default())?;
        let mut files = Files::new();
        for part in PARTS {
            collect(&folder.join(part), part, &mut files)?;
        }
        let listed = folder.join("sdk.list");
        match listed.is_file() {
            true => replace_sdk(&listed, workspace, &mut files)?,
            false => files.push(("sdk/step.wit".to_owned(), contract.clone())),
        }
        files.sort();
        let mut entries = String::new();
        for (relative, path) in files {
            writeln!(
                entries,
                "            ({relative:?}, include_bytes!({path:?})),"
            )
            .expect("writing to a text cannot fail");
        }
        writeln!(
            list,
            "    EmbeddedLanguage {{\n        name: {name:?},\n        files: &[\n{entries}        ],\n    }},"
        )
        .expect("writing to a text cannot fail");
    }
    write!(
        code,
        "\npub(crate) static CONTRACT: &str = include_str!({contract:?});\n\n\
         pub(crate) static LANGUAGES: &[EmbeddedLanguage] = &[\n{list}];\n"
    )
    .expect("writing to a text cannot fail");
    Ok(())
}

/// Every file below a folder, under its name below `at`. A folder that does not exist has none.
fn collect(folder: &Path, at: &str, files: &mut Files) -> Result<(), EmbedError> {
    if !folder.is_dir() {
        return Ok(());
    }
    for path in entries(folder)? {
        let name = text(&path.file_name().unwrap_or_default())?;
        let below = format!("{at}/{name}");
        if MADE.contains(&name.as_str()) || name.ends_with(".wasm") {
            continue;
        }
        match path.is_dir() {
            true => collect(&path, &below, files)?,
            false => files.push((below, path)),
        }
    }
    Ok(())
}

/// The SDK as the list says: a line `from -> to` for a file, or for a folder of Rust sources without their tests.
fn replace_sdk(list: &Path, workspace: &Path, files: &mut Files) -> Result<(), EmbedError> {
    files.retain(|(name, _)| !name.starts_with("sdk/"));
    let unread = |source| EmbedError::File {
        path: list.to_owned(),
        source,
    };
    for line in fs::read_to_string(list).map_err(unread)?.lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((from, to)) = line.split_once("->") else {
            return Err(EmbedError::ListLine {
                list: list.to_owned(),
                line: line.to_owned(),
            });
        };
        let (from, to) = (workspace.join(from.trim()), format!("sdk/{}", to.trim()));
        match from.is_dir() {
            true => sources(&from, &to, files)?,
            false => files.push((to, from)),
        }
    }
    Ok(())
}

fn sources(folder: &Path, at: &str, files: &mut Files) -> Result<(), EmbedError> {
    for path in entries(folder)? {
        let name = text(&path.file_name().unwrap_or_default())?;
        let below = format!("{at}/{name}");
        if path.is_dir() && name != "tests" {
            sources(&path, &below, files)?;
        } else if name.ends_with(".rs") && name != "tests.rs" {
            files.push((below, path));
        }
    }
    Ok(())
}
