//! Rules about the sources themselves: the dependencies of each package, and that there is one build.

mod circles;
mod citations;
mod codes;
mod comments;
mod crates;
mod door;
mod imports;
mod manifests;
mod one_build;
mod sources;
mod words;

use std::path::Path;

/// The workspace's folder.
fn workspace() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("`runner` is below the workspace")
}

/// Fails with one line for each breach.
#[track_caller]
fn none(rule: &str, mut breaches: Vec<String>) {
    breaches.sort();
    assert!(breaches.is_empty(), "{rule}:\n  {}", breaches.join("\n  "));
}
