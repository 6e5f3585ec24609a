//! The sources of the workspace, and the files that each file uses: without tests, comments and texts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::OnceLock;

use super::manifests::packages;
use super::workspace;

/// The sources of one package.
pub(super) struct Crate {
    /// The files, by the path of their module: `["view", "overlay"]`. The library's root has no segment.
    pub(super) files: BTreeMap<Vec<String>, File>,
}

pub(super) struct File {
    /// The path below the workspace.
    pub(super) path: String,
    /// Paths in the code: `use` declarations, and expressions with two segments or more.
    pub(super) names: Vec<Name>,
}

/// A path in the code, such as `crate::view::View`.
pub(super) struct Name {
    pub(super) segments: Vec<String>,
    pub(super) line: usize,
    pub(super) declaration: Declaration,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Declaration {
    Use,
    /// `pub use`: a file shows what another one has.
    Show,
    /// No declaration: a path in an expression or a type.
    None,
}

/// All packages of the workspace, without their tests. They are read once.
pub(super) fn crates() -> &'static [Crate] {
    static CRATES: OnceLock<Vec<Crate>> = OnceLock::new();
    CRATES.get_or_init(read_all)
}

fn read_all() -> Vec<Crate> {
    packages()
        .iter()
        .map(|package| {
            let source = format!("{}/src", package.folder);
            let mut files = BTreeMap::new();
            read(&source, &[], &mut files);
            Crate { files }.without_tests()
        })
        .collect()
}

fn read(folder: &str, module: &[String], files: &mut BTreeMap<Vec<String>, File>) {
    let entries = match fs::read_dir(workspace().join(folder)) {
        Ok(entries) => entries,
        Err(error) => panic!("{folder}: {error}"),
    };
    for entry in entries {
        let name = entry.expect("an entry").file_name();
        let name = name.to_str().expect("a name in UTF-8");
        let path = format!("{folder}/{name}");
        if let Some(stem) = name.strip_suffix(".rs") {
            let mut module = module.to_vec();
            if stem != "lib" {
                module.push(stem.to_owned());
            }
            let text = fs::read_to_string(workspace().join(&path)).expect("a source in UTF-8");
            let names = names(&text);
            files.insert(module, File { path, names });
        } else if workspace().join(&path).is_dir() {
            let mut module = module.to_vec();
            module.push(name.to_owned());
            read(&path, &module, files);
        }
    }
}

impl Crate {
    /// A package of these texts, by the path of their file without its ending.
    pub(super) fn of(texts: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| {
            let module = path.split('/').map(str::to_owned).collect();
            let path = format!("{path}.rs");
            (
                module,
                File {
                    path,
                    names: names(text),
                },
            )
        };
        Self {
            files: texts.iter().map(file).collect(),
        }
    }

    /// Leaves out the modules that are for tests only, with all below them.
    fn without_tests(mut self) -> Self {
        let mut tests: BTreeSet<Vec<String>> = BTreeSet::new();
        for (module, file) in &self.files {
            let text = fs::read_to_string(workspace().join(&file.path)).expect("it was just read");
            let mut lines = text.lines();
            while let Some(line) = lines.next() {
                if line.trim() == "#[cfg(test)]" {
                    let declared = lines.next().unwrap_or_default().trim();
                    let name = declared.rsplit(' ').next().unwrap_or_default();
                    let mut module = module.clone();
                    module.push(name.trim_end_matches(';').to_owned());
                    tests.insert(module);
                }
            }
        }
        self.files
            .retain(|module, _| !tests.iter().any(|tests| module.starts_with(tests)));
        self
    }
}

/// The paths in a source.
fn names(text: &str) -> Vec<Name> {
    let mut names = vec![];
    let mut declaration: Option<(usize, Declaration, String)> = None;
    let mut for_tests = false;
    for (index, line) in text.lines().enumerate() {
        let line = code(line);
        let trimmed = line.trim();
        if declaration.is_none() {
            if trimmed.is_empty() || trimmed.starts_with("#[") {
                for_tests |= trimmed == "#[cfg(test)]";
                continue;
            }
            let (kind, rest) = match trimmed.split_once("use ") {
                Some(("", rest)) => (Declaration::Use, rest),
                Some(("pub " | "pub(crate) " | "pub(super) ", rest)) => (Declaration::Show, rest),
                _ => {
                    for_tests = false;
                    expressions(&line, index + 1, &mut names);
                    continue;
                }
            };
            declaration = Some((index + 1, kind, rest.to_owned()));
        } else if let Some((_, _, tree)) = &mut declaration {
            tree.push_str(trimmed);
        }
        if !trimmed.ends_with(';') {
            continue;
        }
        if let Some((line, declaration, tree)) = declaration.take()
            && !for_tests
        {
            let mut paths = vec![];
            expand(&[], tree.trim_end_matches(';'), &mut paths);
            names.extend(paths.into_iter().map(|segments| Name {
                segments,
                line,
                declaration,
            }));
        }
        for_tests = false;
    }
    names
}

/// The line without its comment and without the text in quotes.
fn code(line: &str) -> String {
    let mut code = String::new();
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' if quoted => _ = characters.next(),
            '"' => quoted = !quoted,
            '/' if !quoted && characters.peek() == Some(&'/') => break,
            _ if !quoted => code.push(character),
            _ => {}
        }
    }
    code
}

/// The paths of a tree such as `a::{b, c::{self, d as e}}`.
fn expand(above: &[String], tree: &str, paths: &mut Vec<Vec<String>>) {
    let tree = tree.trim();
    if let Some((head, inner)) = tree.split_once('{') {
        let mut above = above.to_vec();
        above.extend(segments(head));
        let inner = inner.strip_suffix('}').unwrap_or(inner);
        let (mut depth, mut start) = (0_i32, 0);
        for (index, character) in inner.char_indices() {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    expand(&above, &inner[start..index], paths);
                    start = index + 1;
                }
                _ => {}
            }
        }
        expand(&above, &inner[start..], paths);
    } else if !tree.is_empty() {
        let path = tree.split(" as ").next().unwrap_or(tree);
        let mut full = above.to_vec();
        full.extend(segments(path).filter(|segment| above.is_empty() || segment != "self"));
        paths.push(full);
    }
}

fn segments(path: &str) -> impl Iterator<Item = String> {
    path.split("::")
        .map(|segment| segment.trim().to_owned())
        .filter(|segment| !segment.is_empty())
}

/// The paths with two segments or more in a line of code.
fn expressions(line: &str, number: usize, names: &mut Vec<Name>) {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    for path in line.split(|c| !is_path(c)) {
        let segments: Vec<String> = segments(path).collect();
        if path.contains("::") && segments.len() > 1 {
            names.push(Name {
                segments,
                line: number,
                declaration: Declaration::None,
            });
        }
    }
}

/// The file of the package that a name in the file of `module` leads to: through `crate`, `super`, `self`, a child,
/// and whatever a file shows of another one.
pub(super) fn target<'c>(of: &'c Crate, module: &[String], name: &Name) -> Option<&'c [String]> {
    absolute(of, module, &name.segments, 0)
}

/// Shows of shows of shows: no more than this.
const SHOWS_MAX: usize = 8;

fn absolute<'c>(
    of: &'c Crate,
    module: &[String],
    name: &[String],
    shows: usize,
) -> Option<&'c [String]> {
    let (head, rest) = name.split_first()?;
    let mut path = match head.as_str() {
        "crate" => vec![],
        "self" => module.to_vec(),
        "super" => module.split_last()?.1.to_vec(),
        _ => {
            let mut child = module.to_vec();
            child.push(head.clone());
            // A file without children imports names; a path that begins with one was counted there.
            of.files.contains_key(&child).then_some(child)?
        }
    };
    let mut rest = rest.iter();
    let mut next = rest.next();
    while let Some(segment) = next {
        if segment == "super" {
            path.pop()?;
        } else {
            path.push(segment.clone());
            if !of.files.contains_key(&path) {
                path.pop();
                break;
            }
        }
        next = rest.next();
    }
    let (found, file) = of.files.get_key_value(&path)?;
    if let Some(item) = next
        && shows < SHOWS_MAX
        && let Some(shown) = file.names.iter().find(|name| {
            name.declaration == Declaration::Show && name.segments.last() == Some(item)
        })
        && let Some(further) = absolute(of, &path, &shown.segments, shows + 1)
    {
        return Some(further);
    }
    Some(found)
}
