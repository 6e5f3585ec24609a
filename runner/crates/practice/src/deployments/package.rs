//! Reads a package in a zip into components to make and to delete (docs/salesforce/metadata.md#packages). Mistakes in
//! its files are found here, before anything is written.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::components::Content;
use crate::deployments::unzip;
use crate::metadata::{self, ComponentKind};
use crate::refusal::Outcome;
use crate::xml::{self, Element};

/// The work of a deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Package {
    pub(super) version: u32,
    pub(super) files: usize,
    pub(super) bytes: usize,
    pub(super) items: Vec<Item>,
    /// The mistakes in its files.
    pub(super) misfits: Vec<Misfit>,
}

/// One component of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Item {
    pub(super) kind: String,
    pub(super) full_name: String,
    pub(super) file: String,
    /// The content to give it; none: it is deleted.
    pub(super) content: Option<Content>,
}

/// One thing that is wrong with one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Misfit {
    pub(super) kind: String,
    pub(super) full_name: String,
    pub(super) file: String,
    pub(super) line: Option<usize>,
    pub(super) problem: String,
}

/// Reads a package.
///
/// # Errors
///
/// The bytes are no zip, or more than the platform takes.
pub(super) fn read(zip: &[u8]) -> Outcome<Package> {
    let mut files = unzip::unpacked(zip)?;
    let mut package = Package {
        files: files.len(),
        bytes: zip.len(),
        version: *crate::version::VERSIONS.end(),
        ..Package::default()
    };
    let Some(root) = root(&files) else {
        // [inferred] The text.
        package.misfits.push(misfit(
            "",
            "package.xml",
            "package.xml",
            None,
            "No package.xml found",
        ));
        return Ok(package);
    };
    let mut named = Vec::new();
    for (name, removes) in [
        ("destructiveChangesPre.xml", true),
        ("destructiveChanges.xml", true),
        ("package.xml", false),
        ("destructiveChangesPost.xml", true),
    ] {
        let Some(text) = files.remove(&format!("{root}{name}")) else {
            continue;
        };
        let path = format!("{root}{name}");
        match xml::parse(&text) {
            Err(why) => package.misfits.push(misfit("", name, &path, None, &why)),
            Ok(listing) => {
                if !removes && let Some(version) = version_of(&listing) {
                    package.version = version;
                }
                named.extend(
                    members(&listing)
                        .map(|(kind, full_name)| (kind, full_name, removes, path.clone())),
                );
            }
        }
    }
    let mut taken = BTreeSet::new();
    for (kind_name, full_name, removes, listing) in named {
        let Some(kind) = metadata::kind(&kind_name) else {
            let problem = match metadata::is_type(&kind_name) {
                // Not the platform's words: it has more kinds than the practice org.
                true if full_name == "*" => continue,
                true => format!("the practice org does not know metadata of type `{kind_name}`"),
                // docs/salesforce/metadata.md#names-that-lead-nowhere
                false => format!("Unknown type name '{kind_name}' specified in package.xml"),
            };
            package
                .misfits
                .push(misfit(&kind_name, &full_name, &listing, None, &problem));
            continue;
        };
        if full_name == "*" {
            // [inferred] A wildcard names the components that the package holds (docs/salesforce/metadata.md#packages).
            if !removes && !kind.is_part() {
                all_of(&mut package, kind, &root, &files, &mut taken);
            }
            continue;
        }
        if removes {
            package.items.push(Item {
                kind: kind_name,
                full_name,
                file: listing,
                content: None,
            });
            continue;
        }
        let file = format!("{root}{}", kind.file(&full_name));
        let found = match files.get(&file) {
            Some(text) => take(&mut package, kind, &full_name, &file, text),
            None => false,
        };
        if !found {
            let problem = format!(
                "An object '{full_name}' of type {kind_name} was named in package.xml, but was not found in zipped directory"
            );
            package
                .misfits
                .push(misfit(&kind_name, &full_name, &listing, None, &problem));
        }
        // A file may hold several components.
        taken.insert(file);
    }
    files.retain(|path, _| !taken.contains(path));
    // docs/salesforce/metadata.md#names-that-lead-nowhere
    for path in files.keys().filter(|path| !path.ends_with('/')) {
        package
            .misfits
            .push(misfit("", path, path, None, "Not in package.xml"));
    }
    Ok(package)
}

/// Takes every component of a kind that the package holds and that is not taken yet.
fn all_of(
    package: &mut Package,
    kind: &ComponentKind,
    root: &str,
    files: &BTreeMap<String, String>,
    taken: &mut BTreeSet<String>,
) {
    let folder = format!("{root}{}/", kind.folder);
    for (path, text) in files.range(folder.clone()..) {
        if !path.starts_with(&folder) {
            break;
        }
        let below = path.strip_prefix(root).unwrap_or(path);
        if let Some(full_name) = kind.full_name_of(below)
            && taken.insert(path.clone())
        {
            take(package, kind, full_name, path, text);
        }
    }
}

/// A component of a file becomes an item, or a misfit. Says whether the file has it.
fn take(
    package: &mut Package,
    kind: &ComponentKind,
    full_name: &str,
    file: &str,
    text: &str,
) -> bool {
    let wanted = kind.type_of(full_name);
    let content = xml::parse(text)
        .map_err(|text| metadata::Misfit { text, line: 1 })
        .and_then(|root| match root.name == wanted {
            true if kind.is_part() => metadata::part_of(kind, full_name, &root),
            true => metadata::parse(kind, full_name, &root, package.version).map(Some),
            false => Err(metadata::Misfit {
                text: format!("Element {} invalid at this location", root.name),
                line: root.line,
            }),
        });
    match content {
        Ok(None) => return false,
        Ok(content) => package.items.push(Item {
            kind: kind.name.to_owned(),
            full_name: full_name.to_owned(),
            file: file.to_owned(),
            content,
        }),
        Err(why) => {
            package.misfits.push(misfit(
                kind.name,
                full_name,
                file,
                Some(why.line),
                &why.text,
            ));
        }
    }
    true
}

fn misfit(kind: &str, full_name: &str, file: &str, line: Option<usize>, problem: &str) -> Misfit {
    Misfit {
        kind: kind.to_owned(),
        full_name: full_name.to_owned(),
        file: file.to_owned(),
        line,
        problem: problem.to_owned(),
    }
}

/// Returns the folder of `package.xml`: the top, or the only folder (docs/salesforce/metadata.md#packages).
fn root(files: &BTreeMap<String, String>) -> Option<String> {
    let mut paths = files.keys();
    paths.find_map(|path| {
        let root = path.strip_suffix("package.xml")?;
        (root.is_empty() || root.find('/') == Some(root.len() - 1)).then(|| root.to_owned())
    })
}

fn version_of(listing: &Element) -> Option<u32> {
    listing
        .child_text("version")
        .strip_suffix(".0")?
        .parse()
        .ok()
}

/// Kind and full name of everything that a listing names.
fn members(listing: &Element) -> impl Iterator<Item = (String, String)> {
    let types = listing
        .children
        .iter()
        .filter(|child| child.name == "types");
    types.flat_map(|types| {
        let kind = types.child_text("name").to_owned();
        let members = types
            .children
            .iter()
            .filter(|child| child.name == "members");
        members.map(move |member| (kind.clone(), member.content().to_owned()))
    })
}
