//! The pages of the packs: each recipe and each of its inputs is on the page of its pack.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The entries of a folder, in order.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> String {
    let stem = path.file_stem().expect("a name");
    stem.to_string_lossy().into_owned()
}

/// The recipes of a pack: name and content.
fn recipes(pack: &Path) -> Vec<(String, toml::Table)> {
    let files = entries(pack).into_iter().filter(|file| {
        let name = stem(file);
        let is_toml = file.extension().is_some_and(|end| end == "toml");
        is_toml && name != "pack" && name != "practice"
    });
    files
        .map(|file| {
            let name = format!("{}/{}", stem(pack), stem(&file));
            (name, text(&file).parse().expect("TOML"))
        })
        .collect()
}

/// The names in backticks in the first cells of a page's tables.
fn first_cells(page: &str) -> BTreeSet<String> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| "));
    let cells = rows.filter_map(|row| row.split(" | ").next());
    cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

/// The section of a page about a recipe; the whole page where the pack has one recipe only.
fn section<'p>(page: &'p str, recipe: &str) -> &'p str {
    let heading = format!("## `{recipe}`\n");
    let Some((_, rest)) = page.split_once(&heading) else {
        return page;
    };
    rest.split("\n## ").next().unwrap_or(rest)
}

/// The inputs of a recipe that a page lacks, and those of the page that the recipe lacks.
fn breaches(page: &str, recipe: &str, inputs: &BTreeSet<String>) -> Vec<String> {
    let mut told = first_cells(section(page, recipe));
    told.retain(|name| !name.contains('/'));
    let missing = inputs.difference(&told);
    let missing = missing.map(|input| format!("{recipe}: the page lacks `{input}`"));
    let unknown = told.difference(inputs);
    let unknown = unknown.map(|input| format!("{recipe}: there is no input `{input}`"));
    missing.chain(unknown).collect()
}

#[test]
fn every_recipe_and_input_is_on_the_page_of_its_pack() {
    let docs = text(&root().join("docs/README.md"));
    let mut found = Vec::new();
    for pack in entries(&root().join("recipes")) {
        let link = format!("](../recipes/{}/README.md)", stem(&pack));
        assert!(docs.contains(&link), "docs/README.md lacks {link}");
        let page = text(&pack.join("README.md"));
        for (name, recipe) in recipes(&pack) {
            if !first_cells(&page).contains(&name) {
                found.push(format!("{name} is not in the table of its pack"));
            }
            let inputs = recipe.get("inputs").and_then(toml::Value::as_table);
            let inputs = inputs.into_iter().flat_map(toml::Table::keys);
            found.extend(breaches(&page, &name, &inputs.cloned().collect()));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_page_that_says_less_or_more_is_found() {
    let page =
        "| `a/one` | text |\n\n## `a/one`\n\n| `x`, `y` | `z` |\n\n## `a/two`\n\n| `w` | text |\n";
    let inputs = ["x", "w"].map(str::to_owned).into();
    let expected = ["a/one: the page lacks `w`", "a/one: there is no input `y`"];
    assert_eq!(breaches(page, "a/one", &inputs), expected);
}
