//! The folder of a plugin of one's own: made, looked at, its SDK renewed. Building with the tools of each language needs
//! registries; `tests/languages/run.sh` does that.

use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect;

use crate::world::Product;

/// The languages, as people type them.
const LANGUAGES: [&str; 5] = ["rust", "js", "python", "c", "data"];

/// Every file below a folder, with its text.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = vec![];
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).expect("a file");
                found.push((path, String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
    }
    found.sort();
    found
}

/// A manifest with these inputs, and reads and writes of `User`.
fn manifest(properties: &str) -> String {
    format!(
        r#"{{
  "format": 1,
  "name": "title",
  "version": "0.1.0",
  "summary": "A user has a title",
  "kind": "changing",
  "input": {{
    "type": "object",
    "properties": {properties}
  }},
  "output": {{ "type": "object", "additionalProperties": false }},
  "reads": {{ "records": {{ "User": ["*__c", "Title"] }} }},
  "writes": {{ "update": {{ "User": ["Title"] }} }}
}}
"#
    )
}

/// A product with the folder `title`, which holds a plugin in JavaScript with this manifest.
fn with_manifest(text: &str) -> Product {
    let product = Product::new();
    product.write("title/plugin.js", "export function plan() {}\n");
    product.write("title/manifest.json", text);
    product
}

#[test]
fn a_new_plugin_has_its_own_name_everywhere() {
    let product = Product::new();
    for language in LANGUAGES {
        let name = format!("my-{language}");
        let made = product.run(&format!("plugin new {name} --lang {language}"));
        if made.err.contains("workshop/no-template") {
            // A language that this Usher does not have yet says so, and leaves nothing behind.
            assert_eq!(made.exit, 60, "{}", made.text());
            assert!(!product.path(&name).exists());
            continue;
        }
        assert_eq!(made.exit, 0, "{}", made.text());
        let folder = product.path(&name);
        for (path, text) in files(&folder) {
            let of_sdk = path.starts_with(folder.join("sdk"));
            for word in ["{{name}}", "{{crate}}", "{{contract}}", "{{usher}}"] {
                let is_left = !of_sdk && text.contains(word);
                assert!(!is_left, "{}: {word}", path.display());
            }
        }
        let recipe = fs::read_to_string(folder.join("recipe.toml")).expect("a recipe");
        assert!(recipe.contains(&format!("./{name}.wasm")), "{recipe}");
        for file in ["README.md", ".gitignore", "practice.toml", "sdk/VERSION"] {
            assert!(folder.join(file).is_file(), "{name}/{file}");
        }
        // What comes with Usher has nothing to point out but that it is not built yet.
        let linted = product.run(&format!("plugin lint {name} --json")).json();
        let codes = linted["diagnostics"].as_array().expect("findings").iter();
        let codes: Vec<_> = codes.map(|finding| &finding["code"]).collect();
        assert_eq!(codes, ["lint/not-built"], "{linted}");
    }
}

#[test]
fn a_new_plugin_shows_its_files_and_the_next_commands() {
    let product = Product::new();
    expect![[""]].assert_eq(&product.run("plugin new title --lang js").text());
    let json = product.run("plugin new other --lang js --json").json();
    assert_eq!(json["language"], "js");
    assert_eq!(json["files"][0], ".github/workflows/plugin.yml");
}

#[test]
fn nothing_is_written_where_something_is() {
    let product = Product::new();
    product.write("title/notes.txt", "mine");
    expect![[""]].assert_eq(&product.run("plugin new title --lang js").text());
    assert_eq!(files(&product.path("title")).len(), 1);

    product.write("file", "");
    let file = product.run("plugin new file --lang js");
    assert_eq!(file.exit, 41, "{}", file.text());

    // An empty folder is a place for a plugin.
    fs::create_dir(product.path("empty")).expect("a folder");
    let made = product.run("plugin new empty --lang js");
    assert_eq!(made.exit, 0, "{}", made.text());
    let beside = fs::read_dir(product.path(".")).expect("a folder");
    let beside = beside.map(|entry| entry.expect("an entry").file_name());
    let mut beside: Vec<_> = beside.collect();
    beside.sort();
    assert_eq!(beside, ["empty", "file", "home", "title"], "no parts");
}

#[test]
fn a_name_is_one_that_a_plugin_can_have() {
    let product = Product::new();
    for name in ["Title", "my_title", "a--b", "-a", "1st", "../up", "a b", ""] {
        let refused = product.run_words(&["plugin", "new", name, "--lang", "js"]);
        assert_eq!(refused.exit, 2, "{name}: {}", refused.text());
    }
    expect![[""]].assert_eq(&product.run("plugin new My_Title --lang js").text());
    expect![[""]].assert_eq(&product.run("plugin new assign-role --lang js").text());
    let unknown = product.run("plugin new title --lang cobol");
    assert_eq!(unknown.exit, 2, "{}", unknown.text());
}

#[test]
fn a_folder_without_a_plugin_is_refused() {
    let product = Product::new();
    product.write("two/plugin.js", "");
    product.write("two/plugin.py", "");
    product.write("none/readme.txt", "");
    product.write("bare/plugin.py", "");
    expect![[""]].assert_eq(&product.run("plugin build none").text());
    expect![[""]].assert_eq(&product.run("plugin build two").text());
    expect![[""]].assert_eq(&product.run("plugin build bare").text());
    let missing = product.run("plugin build missing");
    assert_eq!(missing.exit, 41, "{}", missing.text());
}

#[test]
fn mistakes_of_a_manifest_are_shown_at_their_places() {
    let product = with_manifest(
        &manifest("{}")
            .replace("\"name\": \"title\"", "\"name\": \"My Title\"")
            .replace("\"*__c\"", "\"Bad Field\""),
    );
    expect![[""]].assert_eq(&product.run("plugin build title").text());
    let json = product.run("plugin build title --json").json();
    assert_eq!(json["diagnostics"][1]["line"], 12, "{json}");

    product.write("title/manifest.json", "{\n  \"format\": 1,\n  oops\n}\n");
    expect![[""]].assert_eq(&product.run("plugin build title").text());
}

#[test]
fn findings_say_what_can_be_better() {
    let product = with_manifest(&manifest(
        r#"{
      "user": { "type": "string", "x-usher-unkown": true },
      "day": { "type": "string", "format": "date", "description": "The first day" }
    }"#,
    ));
    let linted = product.run("plugin lint title");
    assert_eq!(linted.exit, 0, "{}", linted.text());
    expect![[""]].assert_eq(&linted.text());
    let strict = product.run("plugin lint title --strict");
    assert_eq!(strict.exit, 60, "{}", strict.text());
    let json = product.run("plugin lint title --json").json();
    assert_eq!(json["diagnostics"][0]["file"], "title/manifest.json");
}

#[test]
fn a_component_is_linted_by_itself() {
    let product = Product::new();
    let extracted = product.run("plugin inspect ensure-record --extract one.wasm");
    assert_eq!(extracted.exit, 0, "{}", extracted.text());
    let linted = product.run("plugin lint one.wasm --json").json();
    let wide = linted["diagnostics"].as_array().expect("findings").iter();
    let wide = wide
        .filter(|finding| finding["code"] == "lint/wide")
        .count();
    assert!(wide > 0, "{linted}");
    product.write("not.wasm", "nothing");
    let not = product.run("plugin lint not.wasm");
    assert_eq!(not.exit, 60, "{}", not.text());
}

#[test]
fn an_inspection_lists_inputs_and_results() {
    let product = Product::new();
    expect![[""]].assert_eq(&product.run("plugin inspect assign-role").text());
    let json = product.run("plugin inspect assign-role --json").json();
    let user = json["inputs"].as_array().expect("inputs").iter();
    let user: Vec<_> = user.filter(|input| input["record"] == "User").collect();
    assert!(!user.is_empty(), "{json}");
}

#[test]
fn an_sdk_is_replaced_as_a_whole_when_it_is_ushers() {
    let product = Product::new();
    let made = product.run("plugin new title --lang js");
    assert_eq!(made.exit, 0, "{}", made.text());
    let before = files(&product.path("title/sdk"));
    product.write("title/sdk/VERSION", "usher 0.1.0\nusher:step@0.1.0\n");
    product.write("title/sdk/old.js", "gone");
    let other = product.run("plugin lint title --json").json();
    assert_eq!(other["diagnostics"][0]["code"], "lint/other-sdk", "{other}");
    let renewed = product.run("plugin sdk title");
    assert_eq!(renewed.exit, 0, "{}", renewed.text());
    assert!(
        renewed
            .out
            .contains("before: usher 0.1.0, usher:step@0.1.0"),
        "{}",
        renewed.text()
    );
    assert_eq!(files(&product.path("title/sdk")), before);

    fs::remove_file(product.path("title/sdk/VERSION")).expect("removed");
    let foreign = product.run("plugin sdk title");
    assert_eq!(foreign.exit, 41, "{}", foreign.text());
    assert!(product.path("title/sdk/usher.js").is_file());
}

#[test]
fn watching_shows_a_mistake_and_ends_with_0() {
    let product = with_manifest("{");
    let watched = product.run_stopped("plugin dev title");
    assert_eq!(watched.exit, 0, "{}", watched.text());
    expect![[""]].assert_eq(&watched.text());
}
