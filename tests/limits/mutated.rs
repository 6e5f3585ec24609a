//! Files that were damaged on the way, or made to do harm, as they come by the thousand: `plugin inspect` and
//! `recipe check` answer each of them soon, in little memory, and without a panic.
//!
//! - without a variable: a sample
//! - `USHER_MUTATED=all cargo test -p usher --test it mutated`: two thousand files
//! - `USHER_MUTATED=417 cargo test -p usher --test it mutated`: one of them, by its number

mod component;
mod random;
mod recipe;

use std::process::Command;
use std::time::{Duration, Instant};

use crate::world::Product;
use random::Random;

/// Files of the whole test, and of the sample.
const ALL: u64 = 2_000;
const SAMPLE: u64 = 150;

/// The limits for one file.
const TIME_MAX: Duration = Duration::from_secs(2);
const KIB_MAX: u64 = 256 * 1024;

/// One file in so many is also looked at by a process with a limit of memory.
const LIMITED_EACH: u64 = 25;

/// The exit codes of a command that gets such a file: fine, invalid, a limit, a file, a plugin.
const EXITS: &[u8] = &[0, 10, 31, 41, 60];

/// One damaged file and the command line that reads it.
struct Case {
    name: &'static str,
    bytes: Vec<u8>,
    line: &'static str,
    /// A description of the damage.
    how: String,
}

fn case(number: u64) -> Case {
    let mut random = Random::new(number);
    match number % 2 {
        0 => {
            let (bytes, how) = component::mutated(&mut random);
            let line = match random.below(4) {
                0 => "recipe check ./with-plugin.toml",
                _ => "plugin inspect ./plugin.wasm",
            };
            Case {
                name: "plugin.wasm",
                bytes,
                line,
                how,
            }
        }
        _ => {
            let (bytes, how) = recipe::mutated(&mut random);
            Case {
                name: "recipe.toml",
                bytes,
                line: "recipe check ./recipe.toml",
                how,
            }
        }
    }
}

const WITH_PLUGIN: &str = r#"
title = "A plugin from a file"

[[steps]]
id = "s"
use = "./plugin.wasm"
with = { user = "005", permission_sets = ["a", 1, { b = [] }], profile = 1.5 }
"#;

/// Returns the mistake in the end of a case, if there is one.
fn tried(product: &Product, number: u64) -> Option<String> {
    let case = case(number);
    product.write(case.name, &case.bytes);
    // Other tests use the same cores: a case is slow only when it is slow twice.
    let mut took = Duration::MAX;
    for _ in 0..2 {
        let begun = Instant::now();
        let ran = product.run(case.line);
        took = took.min(begun.elapsed());
        if !EXITS.contains(&ran.exit) {
            return Some(format!("{number} ({}): {}", case.how, ran.text()));
        }
        if took < TIME_MAX {
            break;
        }
    }
    if took >= TIME_MAX {
        return Some(format!("{number} ({}): {took:?}", case.how));
    }
    match number % LIMITED_EACH {
        0 | 1 => limited(product, &case).map(|why| format!("{number} ({}): {why}", case.how)),
        _ => None,
    }
}

/// Returns the mistake in the end of the program under a limit of memory, if there is one.
fn limited(product: &Product, case: &Case) -> Option<String> {
    let command = format!("ulimit -d {KIB_MAX}; exec \"$0\" {}", case.line);
    let ended = Command::new("sh")
        .args(["-c", &command, env!("CARGO_BIN_EXE_usher")])
        .env("USHER_HOME", product.path("home"))
        .current_dir(product.path("."))
        .output()
        .expect("a shell");
    let exit = ended.status.code().and_then(|code| u8::try_from(code).ok());
    match exit {
        Some(exit) if EXITS.contains(&exit) => None,
        _ => Some(format!(
            "with {KIB_MAX} KiB: {}\n{}",
            ended.status,
            String::from_utf8_lossy(&ended.stderr)
        )),
    }
}

#[test]
fn no_damaged_file_does_harm() {
    let wanted = std::env::var("USHER_MUTATED").unwrap_or_default();
    let numbers: Vec<u64> = match wanted.as_str() {
        "" => (0..SAMPLE)
            .map(|at| at * (ALL / SAMPLE))
            .map(|at| at + at / 2 % 2)
            .collect(),
        "all" => (0..ALL).collect(),
        one => vec![one.parse().expect("USHER_MUTATED is `all` or a number")],
    };
    let product = Product::new();
    product.write("with-plugin.toml", WITH_PLUGIN);
    let wrong: Vec<String> = numbers
        .iter()
        .filter_map(|number| tried(&product, *number))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        numbers.len(),
        wrong.join("\n")
    );
}
