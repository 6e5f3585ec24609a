//! Components that were built against an earlier contract plan, are applied and are undone as they were then. Their bytes
//! lie in `tests/fixtures/contract`, a folder a version, and stay as they are.

use std::path::Path;

use crate::world::Product;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/contract");

/// The files of a folder, without the folders in it.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let entries = entries.map(|entry| entry.expect("an entry").path());
    entries.filter(|path| path.is_file()).collect()
}

/// Copies the files of a folder.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for file in files(from) {
        let name = file.file_name().expect("a name");
        std::fs::copy(&file, to.join(name)).expect("copied");
    }
}

#[test]
fn every_component_of_the_past_does_what_it_did() {
    let mut tried = Vec::new();
    for version in std::fs::read_dir(FIXTURES).expect("a folder") {
        let version = version.expect("an entry").path();
        for component in files(&version) {
            if component.extension().is_none_or(|end| end != "wasm") {
                continue;
            }
            let product = Product::new();
            let folder = product.path("step");
            copy(&version.join("tests"), &folder.join("tests"));
            for name in ["recipe.toml", "practice.toml"] {
                std::fs::copy(version.join(name), folder.join(name)).expect("copied");
            }
            std::fs::copy(&component, folder.join("account-groups.wasm")).expect("copied");
            let tested = product.run("plugin test step --cases 8");
            let shown = component.display();
            assert_eq!(tested.exit, 0, "{shown}: {}", tested.text());
            assert!(
                tested.out.contains("\n21 passed.\n"),
                "{shown}: {}",
                tested.out
            );
            let name = |path: &Path| {
                path.file_name()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned()
            };
            tried.push(format!("{} {}", name(&version), name(&component)));
        }
    }
    tried.sort();
    assert_eq!(
        tried,
        [
            "1.0.0-rc c.wasm",
            "1.0.0-rc data.wasm",
            "1.0.0-rc js.wasm",
            "1.0.0-rc rust.wasm"
        ]
    );
}
