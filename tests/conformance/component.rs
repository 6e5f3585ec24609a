//! The component of the suite: built from `guest`, with the manifest of a case written over its own.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use usher_guest::{Build, cache_home};

const PACKAGE: &str = "usher-conformance";

/// Bytes that the guest keeps for a manifest, in its custom section and in the answer of `describe`.
const SLOT_BYTES: usize = 8 * 1024;

/// The built component; built once a process. If components are built elsewhere (`USHER_COMPONENTS`), it is there too.
pub(crate) fn built() -> &'static [u8] {
    static BUILT: OnceLock<Vec<u8>> = OnceLock::new();
    BUILT.get_or_init(read_built)
}

/// The component under a manifest.
pub(crate) fn under(manifest: &str) -> Vec<u8> {
    with_manifest(built(), manifest)
}

fn read_built() -> Vec<u8> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let path = match env::var_os("USHER_COMPONENTS") {
        Some(folder) => workspace.join(folder).join(format!("{PACKAGE}.wasm")),
        None => build(&workspace),
    };
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn build(workspace: &Path) -> PathBuf {
    let target = target();
    let built = usher_guest::build(&Build {
        workspace: workspace.canonicalize().expect("the workspace is there"),
        packages: vec![PACKAGE.to_owned()],
        // The plugins in the box were built in this folder: the crates that this one needs are compiled there already.
        target: target.join("plugins"),
        out: target.join("conformance"),
        cargo: env!("CARGO").into(),
        rustc: env::var_os("RUSTC")
            .unwrap_or_else(|| "rustc".into())
            .into(),
        cache: cache_home().expect("a home"),
        wasm_std: None,
        say: &|_| {},
    });
    let [built] = built
        .expect("the guest builds")
        .try_into()
        .expect("one package");
    built.component
}

/// The folder of compiled components.
pub(super) fn cache() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("conformance-cache")
}

fn target() -> PathBuf {
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    tmp.parent().expect("a target folder").to_owned()
}

/// The component with `manifest` in every place that holds one.
pub(crate) fn with_manifest(component: &[u8], manifest: &str) -> Vec<u8> {
    let from = slot(super::case::MANIFEST);
    let to = slot(manifest);
    let mut patched = component.to_vec();
    let mut found = 0;
    let mut at = 0;
    while at + SLOT_BYTES <= patched.len() {
        if patched[at..].starts_with(&from) {
            patched[at..at + SLOT_BYTES].copy_from_slice(&to);
            found += 1;
            at += SLOT_BYTES;
        } else {
            at += 1;
        }
    }
    assert!(
        found >= 2,
        "the manifest stands {found} times in the component"
    );
    patched
}

fn slot(manifest: &str) -> Vec<u8> {
    assert!(manifest.len() <= SLOT_BYTES, "the manifest is too large");
    let mut slot = manifest.as_bytes().to_vec();
    slot.resize(SLOT_BYTES, b' ');
    slot
}
