//! The files of a home: other users cannot read them, and Usher refuses them when they are not as they should be.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use crate::over_http::Served;
use crate::world::{Product, READY};

#[test]
fn folders_are_private() {
    let product = Product::new();
    assert_eq!(
        product
            .run("apply fsc/assign-permissions --org practice --yes")
            .exit,
        0
    );
    for folder in ["home/state", "home/state/practice", "home/cache"] {
        let mode = std::fs::metadata(product.path(folder))
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700, "{folder}");
    }
}

#[test]
fn files_are_private() {
    let product = Product::new();
    let into = "--json-into out/run.json --markdown-into out/run.md --html-into out/run.html --events out/events.jsonl";
    std::fs::create_dir(product.path("out")).expect("a folder");
    for line in [
        "plan fsc/assign-permissions --org practice -o out/plan.json",
        "approve out/plan.json --yes --as ada",
        &format!("apply fsc/assign-permissions --org practice --yes {into}"),
        "org add uat http://127.0.0.1:1",
    ] {
        let ran = product.run(line);
        assert_eq!(ran.exit, 0, "{}", ran.text());
    }
    let mut open = Vec::new();
    for folder in ["home/state", "home/config", "out"] {
        open.extend(readable_by_others(&product.path(folder)));
    }
    assert!(open.is_empty(), "{open:?}");
}

/// The files below a folder that others than their owner may read or write.
fn readable_by_others(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let there = std::fs::symlink_metadata(&path).expect("there");
        match there.is_dir() {
            true => found.extend(readable_by_others(&path)),
            false if there.permissions().mode() & 0o077 != 0 => found.push(path),
            false => {}
        }
    }
    found
}

#[test]
fn the_ready_file_is_its_owners_and_follows_no_link() {
    let product = Product::new();
    product.write("victim", "mine");
    for part in ["ready.part", "ready.json.part"] {
        symlink(product.path("victim"), product.path(part)).expect("a link");
    }
    let served = Served::start(&product);
    let mode = std::fs::metadata(product.path(READY)).expect("it is there");
    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    drop(served);
    std::fs::remove_file(product.path(READY)).expect("it is there");
    symlink(product.path("victim"), product.path(READY)).expect("a link");
    let refused = product.run("practice serve --ready ready.json");
    assert_eq!(refused.exit, 41, "{}", refused.text());
    let victim = std::fs::read_to_string(product.path("victim"));
    assert_eq!(victim.expect("it is there"), "mine");
}

#[test]
fn a_journal_or_a_practice_org_that_is_none_is_refused() {
    let product = Product::new();
    let garbage = "this is no database, whatever its name says, and long enough to be looked at";
    product.write("home/state/journal.db", garbage);
    let runs = product.run("runs");
    assert_eq!(runs.exit, 41, "{}", runs.text());
    product.write("home/state/practice/practice.db", garbage);
    let plan = product.run("plan fsc/assign-permissions --org practice");
    assert_eq!(plan.exit, 41, "{}", plan.text());
    assert!(
        plan.err.contains("usher practice reset practice"),
        "{}",
        plan.text()
    );
    assert_eq!(product.run("practice reset").exit, 0);
    assert_eq!(
        product
            .run("plan fsc/assign-permissions --org practice")
            .exit,
        0
    );
}
