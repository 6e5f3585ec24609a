//! Special files: a pipe is never waited for, a device never read, and a kept plugin that was exchanged never run.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::compiling::{self, empty, module, with_module};
use crate::saved_plans::LATER;
use crate::world::{Product, Ran};

/// The time for a command that refuses a file.
const REFUSED_MAX: Duration = Duration::from_secs(5);

const RECIPE: &str = r#"
title = "With a plugin from a file"

[[steps]]
id = "set"
use = "./plugin.wasm"
with = { user = "u" }
"#;

/// Runs a command line that is to end at once.
fn run(product: &Product, line: &str) -> Ran {
    let begun = Instant::now();
    let ran = product.run(line);
    let took = begun.elapsed();
    assert!(took < REFUSED_MAX, "{line}: {took:?}\n{}", ran.text());
    ran
}

fn pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.expect("mkfifo runs").success());
}

fn device(path: &Path) {
    symlink("/dev/zero", path).expect("a link");
}

/// Command lines that read the file, and the exit code of each.
fn check(file: &str, lines: &[(&str, u8)]) {
    for make in [pipe, device] {
        let product = Product::new();
        product.write_recipe("mine.toml", RECIPE);
        std::fs::create_dir_all(product.path(file).parent().expect("one")).expect("made");
        let _none = std::fs::remove_file(product.path(file));
        make(&product.path(file));
        for (line, exit) in lines {
            let ran = run(&product, line);
            assert_eq!(ran.exit, *exit, "{line}: {}", ran.text());
            assert!(
                ran.err.contains("it is not a regular file"),
                "{line}: {}",
                ran.text()
            );
        }
    }
}

#[test]
fn a_component_is_a_regular_file() {
    check(
        "plugin.wasm",
        &[
            ("plugin inspect ./plugin.wasm", 60),
            ("recipe check ./mine.toml", 60),
            ("plan ./mine.toml --org practice", 60),
        ],
    );
}

/// Each name is a plugin of its own, even if the file is the same.
#[test]
fn the_plugins_of_a_recipe_fit_into_memory_together() {
    let product = Product::new();
    let extract = "plugin inspect assign-permission-sets --extract plugin.wasm";
    assert_eq!(product.run(extract).exit, 0);
    let mut component = std::fs::read(product.path("plugin.wasm")).expect("extracted");
    // A custom section of fifty megabytes: its length, and a name without letters.
    component.extend([0, 0x80, 0x80, 0x80, 0x18, 0]);
    component.resize(component.len() + 0x0300_0000 - 1, 0);
    product.write("plugin.wasm", component);
    let mut recipe = String::from("title = \"Many plugins\"\n");
    for name in ["a", "b", "c"] {
        let link = product.path(&format!("{name}.wasm"));
        symlink(product.path("plugin.wasm"), link).expect("a link");
        recipe.push_str(&format!(
            "\n[[steps]]\nid = \"{name}\"\nuse = \"./{name}.wasm\"\nwith = {{}}\n"
        ));
    }
    product.write_recipe("mine.toml", recipe);
    let refused = product.run("recipe check ./mine.toml");
    assert_eq!(refused.exit, 31, "{}", refused.text());
    assert!(
        refused.err.contains("code: plugin/too-large"),
        "{}",
        refused.text()
    );
}

#[test]
fn recipes_inputs_plans_and_faults_are_regular_files() {
    check("mine.toml", &[("recipe check ./mine.toml", 41)]);
    let inputs = "plan fsc/assign-permissions --org practice --inputs in.toml";
    check("in.toml", &[(inputs, 41)]);
    let saves = "plan fsc/assign-permissions --org practice -o plan.json";
    check("plan.json", &[("apply plan.json", 41), (saves, 41)]);
    let faults = "practice serve --faults faults.toml";
    check("faults.toml", &[(faults, 41)]);
}

#[test]
fn compiled_code_is_a_regular_file() {
    for make in [pipe, device] {
        let product = Product::new();
        // The cache of the tests is shared: this one is this test's own.
        std::fs::remove_file(product.path("home/cache")).expect("a link");
        // The plugins in the box are compiled already.
        product.write("plugin.wasm", with_module(&module(&[empty()])));
        product.write("mine.toml", compiling::RECIPE);
        product.allow(compiling::PLAN);
        let cache = product.path("home/cache/compiled");
        let files = std::fs::read_dir(&cache).expect("a folder");
        let paths = files.map(|file| file.expect("a file").path());
        let code = paths.filter(|path| path.extension().is_some_and(|it| it == "cwasm"));
        let code: Vec<_> = code.collect();
        assert_eq!(code.len(), 1, "{code:?}");
        for path in code {
            std::fs::remove_file(&path).expect("removed");
            make(&path);
        }
        let planned = product.run(compiling::PLAN);
        assert_eq!(planned.exit, 0, "{}", planned.text());
    }
}

#[test]
fn a_kept_plugin_that_was_exchanged_does_not_run() {
    let product = Product::new();
    product.write_recipe("later.toml", LATER);
    let stopped = product
        .run_stopped("apply later.toml --org practice --yes --set contact=maria.meyer@example.com");
    assert_eq!(stopped.exit, 21, "{}", stopped.text());
    let kept = std::fs::read_dir(product.path("home/state/plugins")).expect("a folder");
    let kept: Vec<_> = kept.map(|file| file.expect("a file").path()).collect();
    let [first, second, ..] = kept.as_slice() else {
        panic!("no two plugins are kept: {kept:?}");
    };
    let bytes = std::fs::read(first).expect("read");
    std::fs::copy(second, first).expect("exchanged");
    let refused = run(&product, "resume");
    assert_eq!(refused.exit, 60, "{}", refused.text());
    assert!(
        refused.err.contains("code: plugin/kept-changed"),
        "{}",
        refused.text()
    );
    std::fs::remove_file(first).expect("removed");
    pipe(first);
    let refused = run(&product, "resume");
    assert!(
        refused.err.contains("code: plugin/not-kept"),
        "{}",
        refused.text()
    );
    std::fs::remove_file(first).expect("removed");
    std::fs::write(first, bytes).expect("as it was");
    let resumed = product.run("resume --yes --yes-later");
    assert_eq!(resumed.exit, 0, "{}", resumed.text());
}
