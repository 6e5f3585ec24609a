//! The `Cargo.toml` files of the workspace, read line by line: a breach is reported with its line.

use std::fs;

use super::workspace;

/// A package of the workspace.
pub(super) struct Package {
    /// The folder below the workspace.
    pub(super) folder: String,
    pub(super) name: String,
    pub(super) dependencies: Vec<Dependency>,
}

/// One line of a table of dependencies.
pub(super) struct Dependency {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) line: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Normal,
    /// Only on machines that tests run on, not in a plugin.
    Native,
    Build,
    Dev,
}

/// All packages, in the order of the workspace's members.
pub(super) fn packages() -> Vec<Package> {
    let root = read("Cargo.toml");
    let members = root
        .lines()
        .skip_while(|line| *line != "members = [")
        .skip(1);
    members
        .take_while(|line| *line != "]")
        .map(|line| package(line.trim().trim_matches(['"', ','])))
        .collect()
}

fn package(folder: &str) -> Package {
    let text = read(&format!("{folder}/Cargo.toml"));
    let mut name = String::new();
    let mut dependencies = vec![];
    let mut table = "";
    for (index, line) in text.lines().enumerate() {
        if let Some(header) = line.strip_prefix('[') {
            table = header.trim_end_matches(']');
            continue;
        }
        let key: String = line
            .chars()
            .take_while(|c| c.is_alphanumeric() || "-_".contains(*c))
            .collect();
        if key.is_empty() {
            continue;
        }
        if table == "package" && key == "name" {
            name = line.split('"').nth(1).unwrap_or_default().to_owned();
        }
        if let Some(kind) = kind(table) {
            dependencies.push(Dependency {
                name: key,
                kind,
                line: index + 1,
            });
        }
    }
    Package {
        folder: folder.to_owned(),
        name,
        dependencies,
    }
}

fn kind(table: &str) -> Option<Kind> {
    match table {
        "dependencies" => Some(Kind::Normal),
        "build-dependencies" => Some(Kind::Build),
        "dev-dependencies" => Some(Kind::Dev),
        _ if table.starts_with("target.") && table.ends_with(".dependencies") => Some(Kind::Native),
        _ => None,
    }
}

fn read(path: &str) -> String {
    let path = workspace().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
