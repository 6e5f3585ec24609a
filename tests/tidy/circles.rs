//! No file uses a file that uses it, directly or through others.
//!
//! A file may use the files above it in the tree of modules, and they may use it: a folder and its head are one.

use std::collections::{BTreeMap, BTreeSet};

use super::none;
use super::sources::{Crate, Declaration, crates, target};

/// One file uses another one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Arrow {
    from: String,
    to: String,
}

/// Arrows that make a circle and may stay, from and to by the beginnings of their paths, with the reason.
const ALLOWED: &[(&str, &str, &str)] = &[
    (
        "runner/crates/practice/src/rules/permission_set_assignment.rs",
        "runner/crates/practice/src/save.rs",
        "a rule saves what else must change, and saving follows the rules",
    ),
    (
        "runner/crates/practice/src/rules/user_role.rs",
        "runner/crates/practice/src/rules/portal.rs",
        "portal roles are roles, and a role that goes may be one of them",
    ),
    (
        "runner/crates/core/src/view/snapshot/rows.rs",
        "runner/crates/core/src/view/overlay.rs",
        "both find a parent by the field of its id",
    ),
];

/// Each arrow, with the first line that makes it.
fn arrows(of: &Crate) -> BTreeMap<Arrow, usize> {
    let mut arrows = BTreeMap::new();
    for (module, file) in &of.files {
        for name in &file.names {
            if name.declaration == Declaration::Show {
                continue;
            }
            if let Some(to) = target(of, module, name)
                && !module.starts_with(to)
            {
                let arrow = Arrow {
                    from: file.path.clone(),
                    to: of.files[to].path.clone(),
                };
                arrows.entry(arrow).or_insert(name.line);
            }
        }
    }
    arrows
}

/// All files that `from` leads to.
fn reached<'a>(from: &'a str, next: &BTreeMap<&'a str, Vec<&'a str>>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        for to in next.get(file).into_iter().flatten() {
            if reached.insert(*to) {
                open.push(to);
            }
        }
    }
    reached
}

/// The arrows that lead back to where they begin, through others.
fn circles(arrows: &BTreeMap<Arrow, usize>) -> Vec<(&Arrow, usize)> {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for arrow in arrows.keys() {
        next.entry(&arrow.from).or_default().push(&arrow.to);
    }
    let files = next.keys().map(|file| (*file, reached(file, &next)));
    let reached: BTreeMap<&str, BTreeSet<&str>> = files.collect();
    let leads_back = |arrow: &Arrow| {
        let back = reached.get(arrow.to.as_str());
        back.is_some_and(|back| back.contains(arrow.from.as_str()))
    };
    let lines = arrows.iter().filter(|(arrow, _)| leads_back(arrow));
    lines.map(|(arrow, line)| (arrow, *line)).collect()
}

fn allowed(arrow: &Arrow) -> Option<usize> {
    ALLOWED
        .iter()
        .position(|(from, to, _)| arrow.from.starts_with(from) && arrow.to.starts_with(to))
}

#[test]
fn files_make_no_circles() {
    let mut breaches = vec![];
    let mut used = BTreeSet::new();
    for one in crates() {
        let mut arrows = arrows(one);
        used.extend(
            circles(&arrows)
                .iter()
                .filter_map(|(arrow, _)| allowed(arrow)),
        );
        arrows.retain(|arrow, _| allowed(arrow).is_none());
        for (arrow, line) in circles(&arrows) {
            breaches.push(format!("{}:{line} uses {}", arrow.from, arrow.to));
        }
    }
    for (index, (from, to, _)) in ALLOWED.iter().enumerate() {
        if !used.contains(&index) {
            breaches.push(format!(
                "`ALLOWED` lists {from} → {to}, which makes no circle"
            ));
        }
    }
    none("These lines make a circle", breaches);
}

#[test]
fn a_planted_circle_is_found_with_its_lines() {
    let sources = [
        ("a", "mod child;\n\nuse crate::b::{self, B};\n"),
        ("a/child", "use super::A;\nuse crate::shown::C;\n"),
        (
            "b",
            "// crate::a\nfn b() -> &'static str {\n    crate::a::child::text(\"crate::c\")\n}\n",
        ),
        ("c", "use crate::a::A;\n\n#[cfg(test)]\nuse crate::b::B;\n"),
        ("shown", "pub use crate::c::C;\n"),
    ];
    let found = Crate::of(&sources);
    let arrows = arrows(&found);
    let found: Vec<String> = circles(&arrows)
        .iter()
        .map(|(arrow, line)| format!("{}:{line} uses {}", arrow.from, arrow.to))
        .collect();
    let expected = [
        "a.rs:3 uses b.rs",
        "a/child.rs:2 uses c.rs",
        "b.rs:3 uses a/child.rs",
        "c.rs:1 uses a.rs",
    ];
    assert_eq!(found, expected);
}
