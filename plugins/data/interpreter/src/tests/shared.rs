//! The step that is written in every language, as data: it passes the rehearsals of all of them.

use std::fs;
use std::path::Path;

use serde_json::Value as Json;

use super::tried;

const STEP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/account-groups");

#[test]
fn the_rehearsals_of_every_language_pass() {
    let folder = Path::new(STEP);
    let plugin = fs::read_to_string(folder.join("data/plugin.toml")).expect("the plugin");
    let mut files: Vec<_> = fs::read_dir(folder.join("tests"))
        .expect("the rehearsals")
        .map(|entry| entry.expect("a file").path())
        .collect();
    files.sort();
    let mut wrong = vec![];
    for file in &files {
        let text = fs::read_to_string(file).expect("a rehearsal");
        let rehearsal: toml::Table = text.parse().expect("TOML");
        let input: Json = rehearsal["input"].clone().try_into().expect("JSON");
        let org = rehearsal["org"].as_table().expect("an org").to_string();
        let answer = rehearsal["expected"]["answer"].as_str().expect("an answer");
        let tried = tried(&plugin, &org, input);
        if tried.answer != answer || !tried.refused.is_empty() {
            let name = file.file_stem().unwrap_or_default().to_string_lossy();
            wrong.push(format!("{name}: {:?}\n{}", tried.refused, tried.answer));
        }
    }
    assert!(files.len() > 10, "the rehearsals are gone");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
