//! Components that were built elsewhere: `<name>.wasm` in one folder, and perhaps `digests.txt` with a line for each:
//! `<sha256>  <name>.wasm`.

use std::fs;
use std::path::Path;

use usher_guest::{Built, digest};

use crate::error::EmbedError;

/// The components in `folder`, sorted by name. All `plugins` of the workspace must be among them.
#[expect(clippy::print_stdout, reason = "tells cargo what to watch")]
pub(crate) fn components(folder: &Path, plugins: &[String]) -> Result<Vec<Built>, EmbedError> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let file = |source| EmbedError::File {
        path: folder.to_owned(),
        source,
    };
    let mut components = vec![];
    for entry in folder.read_dir().map_err(file)? {
        let path = entry.map_err(file)?.path();
        if path.extension().is_none_or(|extension| extension != "wasm") {
            continue;
        }
        let name = match path.file_stem().and_then(|name| name.to_str()) {
            Some(name) => name.to_owned(),
            None => return Err(EmbedError::Name(path)),
        };
        let bytes = fs::read(&path).map_err(|source| EmbedError::File {
            path: path.clone(),
            source,
        })?;
        components.push(Built {
            name,
            digest: digest(&bytes),
            component: path,
        });
    }
    components.sort_by(|a, b| a.name.cmp(&b.name));
    for name in plugins {
        if !components.iter().any(|component| component.name == *name) {
            return Err(EmbedError::NoComponent {
                name: name.clone(),
                folder: folder.to_owned(),
            });
        }
    }
    check(&folder.join("digests.txt"), &components)?;
    Ok(components)
}

/// Compares with the list, when there is one.
fn check(list: &Path, components: &[Built]) -> Result<(), EmbedError> {
    if !list.exists() {
        return Ok(());
    }
    let text = fs::read_to_string(list).map_err(|source| EmbedError::File {
        path: list.to_owned(),
        source,
    })?;
    for component in components {
        let file = format!("{}.wasm", component.name);
        let list = list.to_owned();
        let listed = text.lines().find_map(|line| {
            let (digest, name) = line.split_once(char::is_whitespace)?;
            // `sha256sum` marks binary files with a star.
            (name.trim_start().trim_start_matches('*') == file).then_some(digest)
        });
        match listed {
            None => return Err(EmbedError::NotListed { file, list }),
            Some(digest) if !digest.eq_ignore_ascii_case(&component.digest) => {
                return Err(EmbedError::OtherDigest { file, list });
            }
            Some(_) => {}
        }
    }
    Ok(())
}
