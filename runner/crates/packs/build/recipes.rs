//! The packs: every `.toml` and `.md` below `recipes/<pack>`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::error::EmbedError;

/// Writes the list of packs, sorted by name, with their files sorted by path.
pub(crate) fn write(code: &mut String, recipes: &Path) -> Result<(), EmbedError> {
    let mut list = String::new();
    let packs = if recipes.is_dir() {
        entries(recipes)?
    } else {
        vec![]
    };
    for pack in packs.into_iter().filter(|pack| pack.is_dir()) {
        let mut files = vec![];
        collect(&pack, &pack, &mut files)?;
        let name = text(&pack.strip_prefix(recipes).unwrap_or(&pack))?;
        let mut entries = String::new();
        for (relative, path) in files {
            writeln!(
                entries,
                "            ({relative:?}, include_str!({path:?})),"
            )
            .expect("writing to a text cannot fail");
        }
        writeln!(
            list,
            "    EmbeddedPack {{\n        name: {name:?},\n        files: &[\n{entries}        ],\n    }},"
        )
        .expect("writing to a text cannot fail");
    }
    write!(
        code,
        "pub(crate) static PACKS: &[EmbeddedPack] = &[\n{list}];\n"
    )
    .expect("writing to a text cannot fail");
    Ok(())
}

/// Path below the pack, with `/` on every machine, and the file's path on this machine.
fn collect(
    pack: &Path,
    folder: &Path,
    files: &mut Vec<(String, PathBuf)>,
) -> Result<(), EmbedError> {
    for path in entries(folder)? {
        if path.is_dir() {
            collect(pack, &path, files)?;
        } else if path
            .extension()
            .is_some_and(|kind| kind == "toml" || kind == "md")
        {
            let mut parts = vec![];
            for part in path.strip_prefix(pack).unwrap_or(&path) {
                parts.push(text(&part)?);
            }
            files.push((parts.join("/"), path));
        }
    }
    Ok(())
}

pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, EmbedError> {
    let file = |source| EmbedError::File {
        path: folder.to_owned(),
        source,
    };
    let mut paths = vec![];
    for entry in folder.read_dir().map_err(file)? {
        paths.push(entry.map_err(file)?.path());
    }
    paths.sort();
    Ok(paths)
}

pub(crate) fn text(path: &impl AsRef<Path>) -> Result<String, EmbedError> {
    let path = path.as_ref();
    match path.to_str() {
        Some(text) => Ok(text.to_owned()),
        None => Err(EmbedError::Name(path.to_owned())),
    }
}
