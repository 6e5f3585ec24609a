//! The permissions of plugins: granted by the packs in the box, and by a person, field by field.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use usher_core::diagnostic::SourceText;
use usher_core::grant::{Grant, lines};
use usher_core::manifest::Manifest;
use usher_core::recipe::{PackTexts, parse, parse_pack};

use crate::plugins::{PLAN, extracted, patched};

/// A new build of an allowed plugin with one field more.
#[test]
fn one_that_asks_for_a_field_more_asks_again_whatever_the_grant_is_for() {
    let (product, bytes) = extracted();
    let built = |from: &str, to: &str| {
        product.write("plugin.wasm", patched(&bytes, from, to));
    };
    built(r#""Username", "IsActive""#, r#""Username","IsActive" "#);
    product.allow(PLAN);
    assert_eq!(product.run(PLAN).exit, 0);
    let granted = std::fs::read_to_string(product.path("home/config/grants.toml")).expect("read");

    // Other bytes that ask for the same are others all the same, unless their folder is one for development.
    built(r#""Username", "IsActive""#, r#" "Username","IsActive""#);
    let refused = product.run(PLAN);
    assert_eq!(refused.exit, 30, "{}", refused.text());
    assert!(
        refused.err.contains("is for other bytes than these"),
        "{}",
        refused.text()
    );
    let without_digest: String = granted
        .lines()
        .filter(|line| !line.starts_with("digest"))
        .map(|line| format!("{line}\n"))
        .collect();
    product.write("home/config/grants.toml", &without_digest);
    let refused = product.run(PLAN);
    assert_eq!(refused.exit, 30, "{}", refused.text());
    assert!(
        refused
            .err
            .contains("has no `digest`, and the component lies below no folder"),
        "{}",
        refused.text()
    );
    let folder = product.path("");
    let development = format!("development = [{folder:?}]\n");
    product.write(
        "home/config/grants.toml",
        format!("{development}{without_digest}"),
    );
    assert_eq!(product.run(PLAN).exit, 0);

    // One field more is asked for, there too.
    built(r#""Username", "IsActive""#, r#""Email","Username"    "#);
    let refused = product.run(PLAN);
    assert_eq!(refused.exit, 30, "{}", refused.text());
    assert!(
        refused
            .err
            .contains("may not read `Email` of `User`\nhelp: to allow it, put this"),
        "{}",
        refused.text()
    );
    let lines = refused.lines_to_add();
    assert!(!lines.contains("digest"), "{lines}");
    product.write("home/config/grants.toml", format!("{development}{lines}"));
    let undeclared = product.run(PLAN);
    assert!(
        undeclared
            .err
            .contains("reads `IsActive` of `User`, which its manifest does not declare"),
        "{}",
        undeclared.text()
    );
}

#[test]
fn a_run_is_not_resumed_without_the_grant_and_nothing_is_lost() {
    let (product, bytes) = extracted();
    let other = patched(
        &bytes,
        r#""Username", "IsActive""#,
        r#""Username","IsActive" "#,
    );
    product.write("plugin.wasm", other);
    product.allow(PLAN);
    let apply = PLAN.replace("plan", "apply");
    let stopped = product.run_stopped(&format!("{apply} --yes"));
    assert_eq!(stopped.exit, 21, "{}", stopped.text());
    let grants = product.path("home/config/grants.toml");
    let granted = std::fs::read(&grants).expect("read");
    std::fs::remove_file(&grants).expect("removed");
    let refused = product.run("resume --yes");
    assert_eq!(refused.exit, 30, "{}", refused.text());
    assert_eq!(refused.lines_to_add().as_bytes(), granted);
    std::fs::write(&grants, granted).expect("written");
    let resumed = product.run("resume --yes");
    assert_eq!(resumed.exit, 0, "{}", resumed.text());
}

/// A file of the workspace.
fn source(path: &Path) -> SourceText {
    SourceText {
        name: path.display().to_string(),
        text: std::fs::read_to_string(path).expect("it is there"),
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    files
}

#[test]
fn each_pack_grants_exactly_what_the_plugins_of_its_recipes_ask_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let packs = files(&root.join("recipes"));
    assert!(packs.len() >= 4, "{packs:?}");
    for folder in packs {
        let texts = PackTexts {
            pack: source(&folder.join("pack.toml")),
            practice: None,
            recipes: Default::default(),
        };
        let pack = parse_pack(texts).expect("a pack");
        let mut used = BTreeSet::new();
        for file in files(&folder) {
            let name = file.file_name().and_then(|name| name.to_str());
            if !matches!(name, Some("pack.toml" | "practice.toml"))
                && file
                    .extension()
                    .is_some_and(|extension| extension == "toml")
            {
                let recipe = parse(source(&file)).expect("a recipe");
                used.extend(
                    recipe
                        .plugins()
                        .into_iter()
                        .map(|(plugin, _)| plugin.to_string()),
                );
            }
        }
        let granted: BTreeSet<String> = pack.plugins.keys().cloned().collect();
        assert_eq!(granted, used, "the plugins of {}", pack.name);
        for (name, plugin) in &pack.plugins {
            let manifest = source(&root.join("plugins").join(name).join("manifest.json"));
            let manifest = Manifest::parse(&manifest.text).expect("a manifest");
            let asked = Grant::asked_by(&manifest);
            assert_eq!(
                lines(&plugin.grant),
                lines(&asked),
                "`[plugins.{name}]` of {}",
                pack.name
            );
        }
    }
}
