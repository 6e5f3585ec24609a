use std::fs;
use std::path::Path;

use super::{plugins, target_beside};

fn workspace(members: &str, crates: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &Path, text: &str| {
        fs::create_dir_all(path.parent().expect("below the workspace")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write(&folder.path().join("Cargo.toml"), members);
    for (name, toml) in crates {
        write(
            &folder.path().join("plugins").join(name).join("Cargo.toml"),
            toml,
        );
    }
    folder
}

const PLUGIN: &str = "[package]\nname = \"give-things\"\n[lib]\ncrate-type = [\"cdylib\"]\n";

#[test]
fn plugins_are_the_folders_that_make_one() {
    let folder = workspace(
        "members = [\"plugins/give-things\"]",
        &[
            ("give-things", PLUGIN),
            ("sdk", "[package]\nname = \"usher-sdk\"\n"),
        ],
    );
    assert_eq!(plugins(folder.path()).expect("plugins"), ["give-things"]);
}

#[test]
fn a_plugin_that_would_be_left_out_is_named() {
    let folder = workspace("members = []", &[("give-things", PLUGIN)]);
    let error = plugins(folder.path())
        .expect_err("not a member")
        .to_string();
    assert!(
        error.starts_with("the plugin `give-things` is not built: add `\"plugins/give-things\"`"),
        "{error}"
    );
    let folder = workspace("", &[("take-things", PLUGIN)]);
    let error = plugins(folder.path()).expect_err("misnamed").to_string();
    assert!(error.contains("must be called `take-things`"), "{error}");
}

#[test]
fn the_nested_target_lies_beside_the_profiles() {
    let target = |out: &str| target_beside(Path::new(out)).map_err(|error| error.to_string());
    assert_eq!(
        target("/build/usher/target/debug/build/usher-packs-1/out"),
        Ok("/build/usher/target/plugins".into())
    );
    assert_eq!(
        target("/t/x86_64-unknown-linux-gnu/release/build/usher-packs/1/out"),
        Ok("/t/x86_64-unknown-linux-gnu/plugins".into())
    );
    assert!(target("/somewhere/else").is_err());
}
