//! Bytes that are not an honest plugin, and files that are not files, made by name.

use std::path::Path;
use std::process::Command;

use crate::limits::compiling::{empty, growing, locals_and_branches, module, with_module};

/// Writes the bytes called `name` in place of the plugin.
pub(super) fn write(name: &str, path: &Path) {
    let bytes = match name {
        "pipe" => {
            let made = Command::new("mkfifo").arg(path).status();
            assert!(made.expect("mkfifo runs").success());
            return;
        }
        "device" => {
            std::os::unix::fs::symlink("/dev/zero", path).expect("a link");
            return;
        }
        "folder" => {
            std::fs::create_dir(path).expect("a folder");
            return;
        }
        "locals" => with_module(&module(&[locals_and_branches(50_000, 10_000)])),
        "functions" => with_module(&module(&vec![empty(); 900_000])),
        "calls" => with_module(&module(&vec![growing(20_000); 20])),
        "nothing" => Vec::new(),
        "zeros" => vec![0; 70 * 1024 * 1024],
        other => panic!("nobody makes `{other}`"),
    };
    std::fs::write(path, bytes).expect("written");
}
