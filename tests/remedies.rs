//! Remedies of plugins in the recipes of the box: each `{with.NAME}` in the texts of a plugin leads, in each step that uses
//! it, to an input of the recipe. The steps' inputs that a recipe fixes or does not pass are listed below. Most refusals that
//! name them cannot come up in that recipe, which is not proved here; a remedy that does come up says that the recipe has no
//! input for it, and that it takes a recipe of one's own. A new line is to be read before it is taken.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use expect_test::expect;

/// Inputs of steps that a recipe fixes, because it is about nothing else.
const FIXED: &[&str] = &[
    // It is what the step is about.
    "fsc/assign-permissions permissions external_only",
    "partner/disable-partner-user user only",
    "partner/offboard-account users only",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
}

/// The files below a folder that end so, in order.
fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder).expect("a folder");
    for entry in entries.map(|entry| entry.expect("an entry").path()) {
        match entry.is_dir() {
            true => found.extend(files(&entry, end)),
            false if entry.to_string_lossy().ends_with(end) => found.push(entry),
            false => {}
        }
    }
    found.sort();
    found
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a file")
}

/// The texts of a plugin and of the libraries that speak for it: its sources without tests.
fn sources(plugin: &str) -> String {
    let mut all = String::new();
    let manifest = text(&root().join(format!("plugins/{plugin}/Cargo.toml")));
    let libraries = ["external-users", "permissions"];
    let own = std::iter::once(plugin);
    let used = libraries
        .into_iter()
        .filter(|library| manifest.contains(&format!("usher-{library}.")));
    for name in own.chain(used) {
        for file in files(&root().join(format!("plugins/{name}/src")), ".rs") {
            let shown = file.to_string_lossy();
            if !shown.contains("/tests") {
                all.push_str(&text(&file));
            }
        }
    }
    all
}

/// Every `{with.…}` in a text: the alternatives of each.
fn named(text: &str) -> BTreeSet<String> {
    let pieces = text.split("{with.").skip(1);
    pieces
        .filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()))
        .filter(|path| !is_made(path))
        .collect()
}

/// Says whether the recipe passes an input of its own, or what a step gives, where the path leads.
fn leads_to_an_input(with: &toml::Value, path: &str) -> bool {
    let mut value = with;
    for name in path.split('.') {
        match value {
            toml::Value::Table(table) => match table.get(name) {
                Some(below) => value = below,
                None => return false,
            },
            toml::Value::Array(items) => {
                match name.parse().ok().and_then(|at: usize| items.get(at)) {
                    Some(below) => value = below,
                    None => break,
                }
            }
            _ => break,
        }
    }
    match value {
        // Of an output of a step, the remedy names that step, and the input that the step is about.
        toml::Value::String(text) => text.contains("${inputs.") || text.contains("${steps."),
        toml::Value::Array(items) => {
            matches!(items.as_slice(), [toml::Value::String(text)] if text.contains("${inputs."))
        }
        toml::Value::Table(table) => {
            let entries = table.values().filter_map(toml::Value::as_str);
            entries.filter(|text| text.contains("${inputs.")).count() == 1
        }
        _ => false,
    }
}

/// A name that is made while the plugin runs, as in `{with.values.{name}}`.
fn is_made(path: &str) -> bool {
    path.contains('{') || path.ends_with('.')
}

#[test]
fn every_remedy_names_something_that_the_recipe_has() {
    let mut missing: Vec<String> = Vec::new();
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files(&root().join("recipes"), ".toml") {
        let recipe: toml::Value = toml::from_str(&text(&file)).expect("TOML");
        let Some(steps) = recipe.get("steps").and_then(toml::Value::as_array) else {
            continue;
        };
        let pack = file.parent().and_then(Path::file_name).expect("a pack");
        let name = file.file_stem().expect("a name");
        let name = format!("{}/{}", pack.to_string_lossy(), name.to_string_lossy());
        for step in steps {
            let Some(plugin) = step.get("use").and_then(toml::Value::as_str) else {
                continue;
            };
            let id = step["id"].as_str().expect("an id");
            let paths = seen
                .entry(plugin.to_owned())
                .or_insert_with(|| named(&sources(plugin)));
            let with = step.get("with").cloned();
            let with = with.unwrap_or_else(|| toml::Value::Table(toml::Table::new()));
            for path in paths.iter() {
                let place = format!("{name} {id} {path}");
                let mut ways = path.split('|');
                if !ways.any(|way| leads_to_an_input(&with, way))
                    && !FIXED.contains(&place.as_str())
                {
                    missing.push(place);
                }
            }
        }
    }
    expect![[r#"
        contracts/clm-partner owner_role replace
        contracts/clm-partner owner_role user
        contracts/clm-partner members permission_sets
        contracts/clm-partner user crm_content
        contracts/clm-partner user portal_role
        contracts/clm-partner permissions persona
        contracts/clm-partner permissions sets
        contracts/clm-runtime-user permissions persona
        contracts/clm-runtime-user permissions sets
        contracts/customer-community-plus-user account account
        contracts/customer-community-plus-user contact values.ParentId
        contracts/customer-community-plus-user owner_role replace
        contracts/customer-community-plus-user owner_role user
        contracts/customer-community-plus-user profile way
        contracts/customer-community-plus-user members add
        contracts/customer-community-plus-user members permission_sets
        contracts/customer-community-plus-user user crm_content
        contracts/customer-community-plus-user user license
        contracts/customer-community-plus-user user portal_role
        contracts/customer-community-plus-user permissions persona
        contracts/customer-community-plus-user permissions sets
        contracts/customer-community-plus-user share rules
        contracts/customer-community-plus-user share rules.0.name
        contracts/customer-community-plus-user share shares
        contracts/customer-community-plus-user share sharing_set.mappings
        contracts/site digital_experiences standard_external_profiles
        contracts/site members add
        fsc/customer-user owner_role replace
        fsc/customer-user owner_role user
        fsc/customer-user members permission_sets
        fsc/customer-user user crm_content
        fsc/customer-user user portal_role
        fsc/customer-users roles account
        fsc/customer-users roles levels
        fsc/keep-customers gone account
        fsc/keep-customers gone contact
        fsc/keep-customers gone user
        partner/add-partner-user contact key
        partner/add-partner-user contact owner
        partner/add-partner-user contact record_type
        partner/add-partner-user contact values.ParentId
        partner/add-partner-user owner_role replace
        partner/add-partner-user owner_role user
        partner/add-partner-user user crm_content
        partner/disable-partner-user user account
        partner/disable-partner-user user contact
        partner/disable-partner-user user how
        partner/enable-partner-account contact key
        partner/enable-partner-account contact owner
        partner/enable-partner-account contact record_type
        partner/enable-partner-account contact values.ParentId
        partner/enable-partner-account partner_users standard_external_profiles
        partner/enable-partner-account owner_role replace
        partner/enable-partner-account owner_role user
        partner/enable-partner-account profile way
        partner/enable-partner-account members add
        partner/enable-partner-account members permission_sets
        partner/enable-partner-account user crm_content
        partner/enable-partner-account user portal_role
        partner/enable-partner-account share rules
        partner/enable-partner-account share rules.0.name
        partner/enable-partner-account share shares
        partner/enable-partner-account share sharing_set.mappings
        partner/enable-partner-account leads_of_role rules
        partner/enable-partner-account leads_of_role shares
        partner/enable-partner-account leads_of_role sharing_set
        partner/enable-partner-account leads_of_role sharing_set.mappings
        partner/enable-partner-account leads_of_role sharing_set.name
        partner/enable-partner-account leads_of_role sharing_set.profiles
        partner/enable-partner-account leads_by_field rules
        partner/enable-partner-account leads_by_field shares
        partner/enable-partner-account leads_by_field sharing_set
        partner/enable-partner-account leads_by_field sharing_set.mappings
        partner/enable-partner-account leads_by_field sharing_set.name
        partner/enable-partner-account leads_by_field sharing_set.profiles
        partner/enable-partner-account access live
        partner/offboard-account users contact
        partner/offboard-account users how
        partner/offboard-account users user"#]]
    .assert_eq(&missing.join("\n"));
}

/// The names of a plugin's inputs.
fn inputs(plugin: &str) -> BTreeSet<String> {
    let manifest = text(&root().join(format!("plugins/{plugin}/manifest.json")));
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    let properties = manifest["input"]["properties"].as_object().expect("inputs");
    properties.keys().cloned().collect()
}

#[test]
fn every_text_that_names_an_input_says_with() {
    let mut wrong = Vec::new();
    let plugins = root().join("plugins");
    let own = |manifest: &PathBuf| manifest.parent().and_then(Path::parent) == Some(&plugins);
    for manifest in files(&plugins, "manifest.json").into_iter().filter(own) {
        let folder = manifest
            .parent()
            .and_then(Path::file_name)
            .expect("a folder");
        let plugin = folder.to_string_lossy().into_owned();
        let (inputs, sources) = (inputs(&plugin), sources(&plugin));
        for path in named(&sources) {
            for way in path.split('|') {
                let first = way.split('.').next().unwrap_or(way);
                if !inputs.contains(first) {
                    wrong.push(format!("{plugin}: there is no input `{first}`"));
                }
            }
        }
        // "Set `nickname`": an input as a word of the text.
        for line in sources
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
        {
            for verb in ["Set `", "set `", "Leave out `", "leave `"] {
                let Some((_, rest)) = line.split_once(verb) else {
                    continue;
                };
                let name = rest.split(['`', ' ', '=']).next().unwrap_or(rest);
                if inputs.contains(name) {
                    wrong.push(format!("{plugin}: {verb}{name}`"));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
