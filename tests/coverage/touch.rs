//! A test of the product touches a step when it runs a recipe that has the step, and looks at the step. Both are read in
//! the test and in the functions and constants that it reaches, of its file and of the files above. It looks at a step
//! when it passes the name to a function of these files, as in `step(&plan, "user")` or `for id in ["user"]`, or compares a
//! report that names it. A test of a plugin touches the steps that use the plugin.

use std::collections::{BTreeMap, BTreeSet};

/// The functions and constants of source files by name: the text of each, from its header to its end.
fn items(sources: &[String]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for source in sources {
        let mut open: Option<(String, String, String)> = None;
        for line in source.lines() {
            if open.is_none() {
                let indent = &line[..line.len() - line.trim_start().len()];
                if let Some(name) = function(line) {
                    open = Some((name, format!("{indent}}}"), String::new()));
                } else if let Some(name) = constant(line) {
                    open = Some((name, String::new(), String::new()));
                }
            }
            if let Some((name, end, mut body)) = open.take() {
                body.push_str(line);
                body.push('\n');
                let is_last = match end.as_str() {
                    "" => line.ends_with(';'),
                    end => line == end,
                };
                match is_last {
                    // The file of the test comes first.
                    true => _ = found.entry(name).or_insert(body),
                    false => open = Some((name, end, body)),
                }
            }
        }
    }
    found
}

/// The line without the word by which other files see its item.
fn private(line: &str) -> &str {
    let line = line.trim_start();
    let visible = ["pub(crate) ", "pub(super) ", "pub "];
    visible
        .iter()
        .find_map(|word| line.strip_prefix(word))
        .unwrap_or(line)
}

/// The name of the function that a line begins.
fn function(line: &str) -> Option<String> {
    let rest = private(line).strip_prefix("fn ")?;
    let name = rest.split(|c: char| !is_of_a_word(c)).next()?;
    Some(name.to_owned())
}

/// The name of the constant that a line begins.
fn constant(line: &str) -> Option<String> {
    let rest = private(line).strip_prefix("const ")?;
    Some(rest.split_once(':')?.0.to_owned())
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Says whether a body calls the function of that name, or has the constant.
fn has(body: &str, name: &str) -> bool {
    let is_constant = name.starts_with(|c: char| c.is_ascii_uppercase());
    body.match_indices(name).any(|(at, _)| {
        let (before, after) = (&body[..at], &body[at + name.len()..]);
        let begins = !before.ends_with(is_of_a_word);
        match is_constant {
            true => begins && !after.starts_with(is_of_a_word),
            false => {
                begins
                    && after.starts_with('(')
                    && !before.ends_with('.')
                    && !before.ends_with("fn ")
            }
        }
    })
}

/// Says whether a body names the recipe, in a command or as a value.
fn runs(body: &str, recipe: &str) -> bool {
    let is_of_a_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '/' | '_');
    body.match_indices(recipe).any(|(at, _)| {
        let (before, after) = (&body[..at], &body[at + recipe.len()..]);
        !before.ends_with(is_of_a_name) && !after.starts_with(is_of_a_name)
    })
}

/// Says whether a body looks at the step: passes `"user"` to one of these functions, or has a report that names it, as
/// `  done  user  "…"`, `user  enable-user 0.1.0`, `user: …`, "step `user`".
fn looks_at(body: &str, step: &str, plugins: &[String], functions: &BTreeSet<&str>) -> bool {
    let quoted = format!("\"{step}\"");
    let passed = body.match_indices(&quoted).any(|(at, _)| {
        let before = &body[..at];
        match of_each(before) {
            Some(each) => functions.iter().any(|name| passes(body, name, each)),
            None => called_with(before).is_some_and(|name| functions.contains(name)),
        }
    });
    let told = format!("step `{step}`");
    let events = ["done", "seen", "waiting", "planning", "as wanted"];
    let mut events = events.iter();
    let mut lines = body.lines().map(str::trim_start);
    passed
        || body.contains(&told)
        || events.any(|event| body.contains(&format!("  {event}  {step}  ")))
        || lines.any(|line| {
            let by = |plugin: &String| line.starts_with(&format!("{step}  {plugin} "));
            line.starts_with(&format!("{step}: ")) || plugins.iter().any(by)
        })
}

/// The name that each item of a list gets in a loop in whose list a text ends: `for id in ["site", `.
fn of_each(before: &str) -> Option<&str> {
    let (before, list) = before.rsplit_once('[')?;
    let each = before.rsplit_once("for ")?.1.strip_suffix(" in ")?;
    (!list.contains([']', ';', '{']) && each.chars().all(is_of_a_word)).then_some(each)
}

/// Says whether a body calls the function with this name among its arguments.
fn passes(body: &str, function: &str, name: &str) -> bool {
    body.match_indices(name).any(|(at, _)| {
        let after = &body[at + name.len()..];
        let alone = !body[..at].ends_with(is_of_a_word) && !after.starts_with(is_of_a_word);
        alone && called_with(&body[..at]) == Some(function)
    })
}

/// The name of the function in whose arguments a text ends.
fn called_with(before: &str) -> Option<&str> {
    let mut depth = 0;
    for (at, c) in before.char_indices().rev() {
        match c {
            ')' => depth += 1,
            '(' if depth > 0 => depth -= 1,
            '(' => {
                let name = &before[..at];
                let start = name
                    .rfind(|c: char| !is_of_a_word(c))
                    .map_or(0, |at| at + 1);
                return Some(&name[start..]).filter(|name| !name.is_empty());
            }
            ';' | '{' | '}' => return None,
            _ => {}
        }
    }
    None
}

/// A step, the plugins that keep it, and the recipes that have it so.
pub(super) struct Step<'s> {
    pub(super) id: &'s str,
    pub(super) plugins: &'s [String],
    pub(super) recipes: &'s [String],
}

/// Says whether a test of the product touches the step. `sources`: its file, and those above.
pub(super) fn reaches(sources: &[String], test: &str, step: &Step<'_>) -> bool {
    let items = items(sources);
    let functions: BTreeSet<&str> = items.keys().map(String::as_str).collect();
    let (mut reached, mut open) = (BTreeSet::new(), vec![test]);
    let (mut is_run, mut is_looked_at) = (false, false);
    while let Some(name) = open.pop() {
        let Some(body) = items.get(name).filter(|_| reached.insert(name)) else {
            continue;
        };
        is_run |= step.recipes.iter().any(|recipe| runs(body, recipe));
        is_looked_at |= looks_at(body, step.id, step.plugins, &functions);
        let others = functions.iter().copied();
        open.extend(others.filter(|other| has(body, other)));
    }
    is_run && is_looked_at
}

const SOURCE: &str = r#"
//! step `permissions` of `fsc/customer-user`

const RECIPE: &str = "fsc/customer-user";

fn account(org: &Org) -> String {
    org.create("Account", "user  enable-user")
}

#[test]
fn looks_at_the_user() {
    let account = account;
    helper(&run("plan fsc/customer-user --org practice"));
}

#[test]
fn looks_by_a_constant() {
    helper(&run(RECIPE));
}

#[test]
fn looks_at_a_plan_of_another_recipe() {
    helper(&run("plan fsc/customer-users --org practice"));
}

#[test]
fn looks_at_nothing() {
    assert_eq!(product.run("plan fsc/customer-user --set share=true --set user=x").exit, 0);
    product.helper(account);
    assert!(text.contains("owner_role"));
    let words = ["plan", "live"];
}

fn helper(plan: &Value) {
    assert_eq!(step(plan, "owner_role"), 1);
    expect![[r"
        live  activate-site 0.1.0
          done  members  text
    "]];
}
"#;

fn touches(test: &str, step: &str) -> bool {
    let above = "fn step(plan: &Value, id: &str) -> u8 {\n    1\n}\n";
    let plugins = ["activate-site".to_owned()];
    let recipes = ["fsc/customer-user".to_owned()];
    let step = Step {
        id: step,
        plugins: &plugins,
        recipes: &recipes,
    };
    reaches(&[SOURCE.to_owned(), above.to_owned()], test, &step)
}

#[test]
fn a_test_reaches_what_its_helpers_look_at() {
    for test in ["looks_at_the_user", "looks_by_a_constant"] {
        for step in ["owner_role", "live", "members"] {
            assert!(touches(test, step), "{test}: {step}");
        }
    }
}

#[test]
fn a_test_that_is_about_something_else_does_not_reach_a_step() {
    for (test, step) in [
        // The text of another function that is not called.
        ("looks_at_the_user", "user"),
        // A comment of the file.
        ("looks_at_the_user", "permissions"),
        // The recipe that is run is another one.
        ("looks_at_a_plan_of_another_recipe", "owner_role"),
        // An input of the same name.
        ("looks_at_nothing", "share"),
        ("looks_at_nothing", "user"),
        // A method of the same name as a function, and a word that is not passed to a function of the tests.
        ("looks_at_nothing", "owner_role"),
        ("looks_at_nothing", "live"),
        // A part of a word.
        ("looks_at_the_user", "owner"),
        ("is_not_there", "live"),
    ] {
        assert!(!touches(test, step), "{test} reaches {step}");
    }
}
