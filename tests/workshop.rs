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
        // A template has nothing to point out but that it is not built yet.
        let linted = product.run(&format!("plugin lint {name} --json")).json();
        let codes = linted["diagnostics"].as_array().expect("findings").iter();
        let codes: Vec<_> = codes.map(|finding| &finding["code"]).collect();
        assert_eq!(codes, ["lint/not-built"], "{linted}");
    }
}

#[test]
fn a_new_plugin_shows_its_files_and_the_next_commands() {
    let product = Product::new();
    expect![[r#"
        exit 0
        --- out
        Made the plugin `title` (JavaScript):
          title/.github/workflows/plugin.yml
          title/.gitignore
          title/README.md
          title/manifest.json
          title/plugin.js
          title/practice.toml
          title/recipe.toml
          title/tests/another-title.toml
          title/tests/as-wanted.toml
          title/tests/planned-user.toml
          title/tests/unknown-user.toml
          title/sdk  14 files, written by Usher

        Next:
          cd title
          usher plugin build
          usher plugin test
        --- err
    "#]]
    .assert_eq(&product.run("plugin new title --lang js").text());
    let json = product.run("plugin new other --lang js --json").json();
    assert_eq!(json["language"], "js");
    assert_eq!(json["files"][0], ".github/workflows/plugin.yml");
}

#[test]
fn nothing_is_written_where_something_is() {
    let product = Product::new();
    product.write("title/notes.txt", "mine");
    expect![[r#"
        exit 41
        --- out
        --- err
        error: the folder `title` is not empty
        help: give another name, or remove what is there; nothing was written
        code: workshop/not-empty
    "#]]
    .assert_eq(&product.run("plugin new title --lang js").text());
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
    expect![[r#"
        exit 2
        --- out
        --- err
        error: `My_Title` is not a valid name of a plugin
        help: write a lower-case letter, then lower-case letters, digits and single hyphens, at most 64, as in `account-groups`
        code: workshop/bad-name
    "#]].assert_eq(&product.run("plugin new My_Title --lang js").text());
    expect![[r#"
        exit 2
        --- out
        --- err
        error: `assign-role` is the name of a plugin in the box
        help: give another name: grants know a plugin by its name
        code: workshop/name-taken
    "#]]
    .assert_eq(&product.run("plugin new assign-role --lang js").text());
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
    expect![[r#"
        exit 2
        --- out
        --- err
        error: `none` is not the folder of a plugin: it has none of `Cargo.toml`, `plugin.js`, `plugin.py`, `plugin.c` and `plugin.toml`
        help: name the folder of a plugin, or make one with `usher plugin new NAME --lang LANG`
        code: workshop/no-plugin
    "#]].assert_eq(&product.run("plugin build none").text());
    expect![[r#"
        exit 2
        --- out
        --- err
        error: `two` has the sources of several plugins: `plugin.js` and `plugin.py`
        help: give each plugin a folder of its own, with one of these files
        code: workshop/several-sources
    "#]]
    .assert_eq(&product.run("plugin build two").text());
    expect![[r#"
        exit 60
        --- out
        --- err
        error: `bare` has no `manifest.json`, which says what the plugin reads and writes
        help: write one; `usher plugin new NAME --lang LANG` makes one to begin with
        code: workshop/no-manifest
    "#]]
    .assert_eq(&product.run("plugin build bare").text());
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
    expect![[r#"
        exit 10
        --- out
        --- err
        error: `My Title` is not a valid name of a plugin: lower-case letters, digits and single hyphens, 64 at most
         --> title/manifest.json:3:3
          |
        3 |   "name": "My Title",
          |   ^^^^^^^^^^^^^^^^^^
        code: plugin/bad-manifest

        error: `Bad Field` is not a valid name of a field, or of one of a parent (`Account.Owner.Name`, five parents at most)
          --> title/manifest.json:12:36
           |
        12 |   "reads": { "records": { "User": ["Bad Field", "Title"] } },
           |                                    ^^^^^^^^^^^
        code: plugin/bad-manifest

        error: 2 mistakes in `title/manifest.json`
    "#]].assert_eq(&product.run("plugin build title").text());
    let json = product.run("plugin build title --json").json();
    assert_eq!(json["diagnostics"][1]["line"], 12, "{json}");

    product.write("title/manifest.json", "{\n  \"format\": 1,\n  oops\n}\n");
    expect![[r#"
        exit 10
        --- out
        --- err
        error: this is not JSON: key must be a string at line 3 column 3
         --> title/manifest.json:3:3
          |
        3 |   oops
          |   ^
        code: plugin/bad-manifest

        error: 1 mistake in `title/manifest.json`
    "#]]
    .assert_eq(&product.run("plugin build title").text());
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
    expect![[r#"
        exit 0
        --- out
        warning: the input takes properties of any name, so a misspelt one is not found
         --> title/manifest.json:7:3
          |
        7 |   "input": {
          |   ^^^^^^^^^^
          |
          = help: write `"additionalProperties": false`
        code: lint/open-input

        warning: the input `user` has no description
          --> title/manifest.json:10:7
           |
        10 |       "user": { "type": "string", "x-usher-unkown": true },
           |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = help: write `"description"`: whoever writes a recipe reads it in `usher plugin inspect`
        code: lint/no-description

        warning: `x-usher-unkown` is not a word of Usher, so it does nothing
          --> title/manifest.json:10:35
           |
        10 |       "user": { "type": "string", "x-usher-unkown": true },
           |                                   ^^^^^^^^^^^^^^^^^^^^^^
           |
           = help: did you mean `x-usher-unknown`?
        code: lint/unknown-word

        warning: `format` checks nothing
          --> title/manifest.json:11:34
           |
        11 |       "day": { "type": "string", "format": "date", "description": "The first day" }
           |                                  ^^^^^^^^^^^^^^^^
           |
           = help: Usher does not check it; write a `pattern`, or say it in the description
        code: lint/idle-word

        warning: the plugin reads every custom field of `User`
          --> title/manifest.json:15:36
           |
        15 |   "reads": { "records": { "User": ["*__c", "Title"] } },
           |                                    ^^^^^^
           |
           = help: name the fields, unless the input names them: a person must allow all of this
        code: lint/wide

        warning: `title/sdk` is not there, or Usher has not written it
        help: run `usher plugin sdk`, which writes the SDK of this Usher
        code: lint/no-sdk

        warning: the plugin in `title` is not built
        help: run `usher plugin build`
        code: lint/not-built

        warning: `title/recipe.toml` is not there
        help: write a recipe that uses the plugin: `usher plugin test` carries it out on a practice org
        code: lint/no-recipe

        warning: `title/tests` holds no rehearsal
        help: write one: an org, an input and the expected plan, as docs/plugins.md shows
        code: lint/no-tests

        `title`: 0 errors, 9 warnings
        --- err
    "#]].assert_eq(&linted.text());
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
    let inspected = product.run("plugin inspect assign-role").text();
    // The bytes of a component differ from compiler to compiler.
    let lines = inspected
        .lines()
        .map(|line| match line.trim_start().starts_with("sha256:") {
            true => "  sha256:…\n".to_owned(),
            false => format!("{line}\n"),
        });
    let inspected: String = lines.collect();
    expect![[r#"
        exit 0
        --- out
        assign-role 0.1.0
          The owner of a contact and of its account, or a user, has a role
          sha256:…

        reads
          Account (OwnerId)
          Contact (OwnerId, AccountId, Account.OwnerId)
          User (Username, IsActive, UserType, UserRoleId, UserRole.Name, UserRole.DeveloperName, Account.OwnerId)
          UserRole (Name, DeveloperName, ParentRoleId, PortalType)

        reads in free SOQL
          UserRole (Name, DeveloperName, ParentRoleId, PortalType)

        updates
          User (UserRoleId)

        takes
          owner_of text, may not be known yet
            Id of a contact or an account whose owner gets the role; of a contact, the owner of its account too. Either this or `user`
          replace true or false, by default false
            Whether a user who has another role gets this one instead
          role text, by default ""
            An internal role, by id, developer name or name. It is needed when the account's owner, or the user, has none
          user id of a `User`, may not be known yet
            Id of the user who gets the role. Either this or `owner_of`

        gives
          owner_ids list of ids of `User`
            Ids of the users who then have a role, each once

        imports
          usher:step/log@1.0.0-rc  contract
          usher:step/types@1.0.0-rc  contract
          usher:step/org@1.0.0-rc  contract
        --- err
    "#]].assert_eq(&inspected);
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
    expect![[r#"
        exit 0
        --- out
        --- err
        error: this is not JSON: EOF while parsing an object at line 1 column 1
         --> title/manifest.json:1:1
          |
        1 | {
          | ^
        code: plugin/bad-manifest

        error: 1 mistake in `title/manifest.json`
        0.0 s.
        Watching `title`. Ctrl-C ends this.
    "#]]
    .assert_eq(&watched.text());
}
