//! The pages that people learn from: each command in them runs as it is written, and shows what the page shows.
//!
//! A block ` ```console ` holds commands behind `$ `, each with pieces of its output below it. A comment behind a command
//! says with which exit code it ends, if not with 0. A block ` ```toml mine.toml ` is that file; with `+` behind the name
//! it is added to it. The blocks of a page run in order, in one home.

use std::fs;
use std::path::Path;

use crate::plugins::{extracted, patched};
use crate::world::{Product, Ran};

/// A part of a page.
#[derive(Debug, PartialEq, Eq)]
enum Part<'p> {
    File {
        name: &'p str,
        is_added: bool,
        text: String,
    },
    Command {
        line: &'p str,
        exit: u8,
        shows: Vec<&'p str>,
    },
    /// The lines of the last refusal go into `grants.toml`.
    Allow,
}

const ALLOW: &str = "<!-- test: the lines of the refusal are added to grants.toml -->";

fn parts(page: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line == ALLOW {
            parts.push(Part::Allow);
        }
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else {
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let words: Vec<&str> = info.split(' ').collect();
        match words.as_slice() {
            ["console"] => commands(&block, &mut parts),
            ["toml", name, more @ ..] => parts.push(Part::File {
                name,
                is_added: *more == ["+"],
                text: format!("{}\n", block.join("\n")),
            }),
            _ => {}
        }
    }
    parts
}

fn commands<'p>(block: &[&'p str], parts: &mut Vec<Part<'p>>) {
    for line in block {
        match (line.strip_prefix("$ "), parts.last_mut()) {
            (Some(line), _) => {
                let (line, exit) = line.split_once("  # exit code ").unwrap_or((line, "0"));
                let exit = exit.parse().expect("an exit code");
                let shows = Vec::new();
                parts.push(Part::Command { line, exit, shows });
            }
            (None, Some(Part::Command { shows, .. })) => shows.push(line.trim()),
            (None, _) => panic!("`{line}` is behind no command"),
        }
    }
}

/// The words of a command, as a shell parts them: at blanks outside of double quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![];
    let mut word: Option<String> = None;
    let mut is_quoted = false;
    for character in line.chars() {
        match character {
            '"' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            ' ' if !is_quoted => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

fn follow(page: &str, mut product: Product) {
    let text = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../docs")
            .join(page),
    );
    let text = text.expect("the page");
    let mut refused: Option<Ran> = None;
    let mut ran = 0;
    for part in parts(&text) {
        match part {
            Part::File {
                name,
                is_added,
                text,
            } => {
                let before = if is_added {
                    fs::read_to_string(product.path(name)).expect("the file is there")
                } else {
                    String::new()
                };
                product.write(name, before + &text);
            }
            Part::Allow => {
                let refused = refused.take().expect("a refusal");
                product.grant(&refused.lines_to_add());
            }
            Part::Command { line, exit, shows } => {
                let words = words(line);
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                match words.as_slice() {
                    ["usher", words @ ..] => {
                        let done = product.run_words(words);
                        let said = product.clean(&done.text());
                        assert_eq!(done.exit, exit, "{page}: {line}\n{said}");
                        for show in shows {
                            assert!(
                                said.contains(show),
                                "{page}: {line}: no {show:?} in\n{said}"
                            );
                        }
                        ran += 1;
                        if exit == 30 {
                            refused = Some(done);
                        }
                    }
                    ["export", variable] => {
                        let (name, value) = variable.split_once('=').expect("NAME=value");
                        product.set(name, value);
                    }
                    ["unset", name] => product.unset(name),
                    _ => panic!("{page}: `{line}` is not a command of Usher"),
                }
            }
        }
    }
    assert!(ran > 0, "{page} has no command");
}

#[test]
fn the_first_run() {
    follow("first-run.md", Product::new());
}

#[test]
fn my_first_user() {
    follow("how-to/my-first-user.md", Product::new());
}

#[test]
fn a_run_stopped() {
    follow("how-to/a-run-stopped.md", Product::new());
}

#[test]
fn a_partners_plugin() {
    let (product, bytes) = extracted();
    // Other bytes than those in the box, so that the box's grant does not count.
    let bytes = patched(
        &bytes,
        r#""Username", "IsActive""#,
        r#""Username","IsActive" "#,
    );
    product.write("partner.wasm", bytes);
    follow("how-to/allow-a-partners-plugin.md", product);
}

#[test]
fn a_recipe() {
    follow("how-to/write-a-recipe.md", Product::new());
}

#[test]
fn inputs_from_an_org() {
    follow("how-to/inputs-from-an-org.md", Product::new());
}

#[test]
fn a_plan_in_a_pull_request() {
    follow("how-to/a-plan-in-a-pull-request.md", Product::new());
}

#[test]
fn trouble() {
    follow("troubleshooting.md", Product::new());
}

#[test]
fn a_page_is_read_as_it_says() {
    let page = "# A\n\n```toml a.toml +\nx = 1\n```\n\n```sh\n$ rm\n```\n\n```console\n$ usher a \"b c\"  # exit code 2\n  shown\n```\n";
    let expected = [
        Part::File {
            name: "a.toml",
            is_added: true,
            text: "x = 1\n".to_owned(),
        },
        Part::Command {
            line: "usher a \"b c\"",
            exit: 2,
            shows: vec!["shown"],
        },
    ];
    assert_eq!(parts(page), expected);
    assert_eq!(words("usher a \"b c\""), ["usher", "a", "b c"]);
}
