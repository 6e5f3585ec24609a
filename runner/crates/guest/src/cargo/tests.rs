use std::ffi::OsStr;

use super::is_kept;

#[test]
fn the_outer_cargos_environment_stays_outside() {
    let kept = [
        "PATH",
        "HOME",
        "RUSTUP_TOOLCHAIN",
        "CARGO_HOME",
        "CARGO_NET_OFFLINE",
        "CARGO_HTTP_PROXY",
        "CARGO_REGISTRY_DEFAULT",
        "CARGO_REGISTRIES_MINE_INDEX",
        "CARGO_SOURCE_CRATES_IO_REPLACE_WITH",
    ];
    let removed = [
        "CARGO",
        "CARGO_MAKEFLAGS",
        "CARGO_TARGET_DIR",
        "CARGO_BUILD_BUILD_DIR",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_PROFILE_PLUGIN_OPT_LEVEL",
        "CARGO_CFG_UNIX",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTFLAGS",
        "CLIPPY_ARGS",
        "MAKEFLAGS",
        "TARGET",
        "OUT_DIR",
    ];
    for name in kept {
        assert!(is_kept(OsStr::new(name)), "{name}");
    }
    for name in removed {
        assert!(!is_kept(OsStr::new(name)), "{name}");
    }
}
