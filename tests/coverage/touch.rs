//! A test touches a step when it names the step: a test of the product in a text of its own or of a function of its file
//! that it calls, a test of a plugin by being in the plugin that the step uses.

use std::collections::{BTreeMap, BTreeSet};

/// The functions of a source file by name: the text of each, from its header to its closing brace.
fn functions(source: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open: Option<(String, String, String)> = None;
    for line in source.lines() {
        if open.is_none() {
            let indent = &line[..line.len() - line.trim_start().len()];
            if let Some(name) = header(line) {
                open = Some((name, format!("{indent}}}"), String::new()));
            }
        }
        if let Some((name, end, mut body)) = open.take() {
            body.push_str(line);
            body.push('\n');
            match line == end {
                true => _ = found.insert(name, body),
                false => open = Some((name, end, body)),
            }
        }
    }
    found
}

/// The name of the function that a line begins.
fn header(line: &str) -> Option<String> {
    let line = line.trim_start();
    let line = line.strip_prefix("pub(crate) ").unwrap_or(line);
    let line = line.strip_prefix("pub(super) ").unwrap_or(line);
    let rest = line.strip_prefix("fn ")?;
    let name = rest.split(|c: char| !is_of_a_word(c)).next()?;
    Some(name.to_owned())
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Says whether a body calls the function of that name.
fn calls(body: &str, name: &str) -> bool {
    let call = format!("{name}(");
    let mut places = body.match_indices(&call);
    places.any(|(at, _)| {
        let before = &body[..at];
        !before.ends_with(is_of_a_word) && !before.ends_with('.') && !before.ends_with("fn ")
    })
}

/// Says whether a body names the step: `"user"` alone, as in `step(&plan, "user")`, or where a report names a step, as in
/// `  done  user  "…"`, `user  enable-user 0.1.0`, `user: …` at the begin of a line, and in "step `user`".
fn names(body: &str, step: &str) -> bool {
    let quoted = format!("\"{step}\"");
    let told = format!("step `{step}`");
    let between = format!("  {step}  ");
    let begins = [format!("{step}  "), format!("{step}: ")];
    let mut lines = body.lines().map(str::trim_start);
    body.contains(&quoted)
        || body.contains(&told)
        || body.contains(&between)
        || lines.any(|line| begins.iter().any(|begin| line.starts_with(begin)))
}

/// Says whether a test of the product, or a function of its file that it reaches, names the step.
pub(super) fn reaches(source: &str, test: &str, step: &str) -> bool {
    let functions = functions(source);
    let mut reached = BTreeSet::new();
    let mut open = vec![test];
    while let Some(name) = open.pop() {
        let Some(body) = functions.get(name) else {
            continue;
        };
        if !reached.insert(name) {
            continue;
        }
        if names(body, step) {
            return true;
        }
        let others = functions.keys().map(String::as_str);
        open.extend(others.filter(|other| calls(body, other)));
    }
    false
}

const SOURCE: &str = r#"
//! step `permissions`

fn account(org: &Org) -> String {
    org.create("Account", "user  enable-user")
}

#[test]
fn looks_at_the_user() {
    let account = account;
    helper(&plan);
}

#[test]
fn looks_at_nothing() {
    assert_eq!(product.run("plan --set share=true --set user=x").exit, 0);
    product.helper(account);
}

fn helper(plan: &Value) {
    assert_eq!(step(plan, "owner_role"), 1);
    expect![[r"
        live  activate-site 0.1.0
          done  members  text
    "]];
}
"#;

#[test]
fn a_test_reaches_what_its_helpers_name() {
    for step in ["owner_role", "live", "members"] {
        assert!(reaches(SOURCE, "looks_at_the_user", step), "{step}");
    }
}

#[test]
fn a_test_that_is_about_something_else_does_not_reach_a_step() {
    for (test, step) in [
        // The text of another function that is not called.
        ("looks_at_the_user", "user"),
        // A comment of the file.
        ("looks_at_the_user", "permissions"),
        // An input of the same name.
        ("looks_at_nothing", "share"),
        ("looks_at_nothing", "user"),
        // A method of the same name as a function.
        ("looks_at_nothing", "owner_role"),
        // A part of a word.
        ("looks_at_the_user", "owner"),
        ("is_not_there", "live"),
    ] {
        assert!(!reaches(SOURCE, test, step), "{test} reaches {step}");
    }
}
