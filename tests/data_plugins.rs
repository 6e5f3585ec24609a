//! Plugins made of data: a `plugin.toml` in a recipe, and the same as a component.

use std::fs;
use std::path::Path;

use expect_test::expect;

use crate::world::Product;

/// A file of the repository.
fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The text without what depends on the bytes of the interpreter.
fn steady(text: &str) -> String {
    let mut steady = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("sha256:") {
        let (before, digest) = rest.split_at(at);
        let hex = |c: char| !c.is_ascii_hexdigit();
        let rest_at = digest[7..].find(hex).map_or(digest.len(), |end| 7 + end);
        steady.push_str(before);
        steady.push_str("sha256:DIGEST");
        rest = &digest[rest_at..];
        // `plugin inspect` shows the size behind the digest.
        if let Some(at) = rest.find(" bytes\n").filter(|_| rest.starts_with(", ")) {
            steady.push_str(", MANY");
            rest = &rest[at..];
        }
    }
    steady + rest
}

/// A recipe that uses `plugin.toml`, with a record and nothing else.
fn recipe(input: &str, object: &str, with: &str) -> String {
    format!(
        r#"title = "Mine"

[inputs.{input}]
type = "record"
object = "{object}"

[[steps]]
id = "mine"
use = "./plugin.toml"
with = {{ {with} }}
"#
    )
}

/// A product with a plugin and a recipe that uses it.
fn product(plugin: &str, recipe: &str) -> Product {
    let product = Product::new();
    product.write("plugin.toml", plugin);
    product.write("recipe.toml", recipe);
    product
}

const ASSIGNED: &str = r#"
name = "assigned"
version = "0.1.0"
summary = "A user has a permission set"

[inputs.user]
type = "record"
object = "User"

[inputs.set]
type = "string"

[[find]]
name = "user"
object = "User"
where = { Id = "${inputs.user}" }
expect = "one"
otherwise = "There is no such user"

[[find]]
name = "set"
object = "PermissionSet"
where = { Label = "${inputs.set}" }
expect = "one"
otherwise = "There is no permission set `${inputs.set}`"
remedy = "Set {with.set} to the label of one"

[[change]]
name = "assignment"
ensure = "PermissionSetAssignment"
key = { AssigneeId = "${user}", PermissionSetId = "${set}" }
unique = true
says = "Assign `${set.Label}` to ${user.Username}"

[results]
assignment = "${assignment}"
"#;

#[test]
fn a_record_is_made_when_it_is_absent() {
    let with = r#"user = "${inputs.user}", set = "Customer Community Read Only""#;
    let product = product(ASSIGNED, &recipe("user", "User", with));
    let line = "recipe.toml --org practice --set user=jane.doe@example.com";
    expect![[r#"
        exit 30
        --- out
        --- err
        error: plugin `assigned` 0.1.0 (`./plugin.toml`) may not raise privileges: give users permission sets (`PermissionSetId`), create `PermissionSetAssignment` with `AssigneeId` and `PermissionSetId`, read `Label` of `PermissionSet`, read `AssigneeId` and `PermissionSetId` of `PermissionSetAssignment`, read `Username` of `User`
        help: to allow it, run `usher allow recipe.toml`, or add to `FOLDER/home/config/grants.toml`:
        [recipes."FOLDER/recipe.toml".plugins.assigned]
        digest = "sha256:DIGEST"
        read.PermissionSet = ["Label"]
        read.PermissionSetAssignment = ["AssigneeId", "PermissionSetId"]
        read.User = ["Username"]
        create.PermissionSetAssignment = ["AssigneeId", "PermissionSetId"]
        raises = ["PermissionSetId"]
        code: grant/missing
    "#]].assert_eq(&steady(&product.run(&format!("plan {line}")).text()));
    product.allow(&format!("plan {line}"));
    expect![[r#"
        exit 0
        --- out
        Mine  (recipe)
          org     practice (practice org), as admin@practice.usher.example
          input   user = Jane Doe, jane.doe@usher-practice.example (005Jca000000006IAA)

        mine  assigned 0.1.0, from the file `./plugin.toml`
          + "Assign `Customer Community Read Only` to jane.doe@usher-practice.example"
              create PermissionSetAssignment { PermissionSetId: 0PSJca00000000FOAQ, AssigneeId: 005Jca000000006IAA }
              RAISES PRIVILEGES: PermissionSetId
              undo: deleted

        Plan: 1 to create, 0 to change, 0 to delete; 1 request to send.

        Done: 1 change. Run RUN.
        Next: run `usher check recipe.toml --org practice --set user=jane.doe@example.com` any time to see whether the org still matches the recipe.
        --- err
          done  mine  "Assign `Customer Community Read Only` to jane.doe@usher-practice.example"
    "#]].assert_eq(&product.run(&format!("apply {line} --yes")).text());
    assert_eq!(product.run(&format!("check {line}")).exit, 0);
    let again = product.run(&format!("apply {line} --yes"));
    assert!(
        again.out.contains("as wanted, nothing to do"),
        "{}",
        again.text()
    );
    let undone = product.run("undo --yes");
    assert_eq!(undone.exit, 0, "{}", undone.text());
    assert_eq!(product.run(&format!("check {line}")).exit, 11);

    product.write(
        "recipe.toml",
        recipe(
            "user",
            "User",
            r#"user = "${inputs.user}", set = "Customer Comunity""#,
        ),
    );
    expect![[r#"
        exit 10
        --- out
        Mine  (recipe)
          org     practice (practice org), as admin@practice.usher.example
          input   user = Jane Doe, jane.doe@usher-practice.example (005Jca000000006IAA)

        mine  assigned 0.1.0, from the file `./plugin.toml`
          ! There is no permission set `Customer Comunity`

        This plan cannot be applied.
        --- err
        error: step `mine`: There is no permission set `Customer Comunity`
          --> recipe.toml:10:41
           |
        10 | with = { user = "${inputs.user}", set = "Customer Comunity" }
           |                                         ^^^^^^^^^^^^^^^^^^^
           |
           = help: Set `set` under `with` of the step `mine` to the label of one. This recipe has no input for `set`, so that takes a recipe of your own
        code: set-not-found

        error: the input is wrong; nothing was changed
    "#]].assert_eq(&steady(&product.run(&format!("plan {line}")).text()));
}

#[test]
fn each_record_of_a_list_is_updated() {
    let plugin = read("plugins/data/examples/welcome-title/plugin.toml");
    let recipe = recipe("account", "Account", r#"account = "${inputs.account}""#);
    let account = "object = \"Account\"\n";
    let default = format!("{account}default = \"Harbour Savings Club\"\n");
    let product = product(&plugin, &recipe.replace(account, &default));
    let line = "recipe.toml --org practice";
    product.allow(&format!("plan {line}"));
    expect![[r#"
        exit 0
        --- out
        Mine  (recipe)
          org     practice (practice org), as admin@practice.usher.example
          input   account = Harbour Savings Club (001Jca000000002IAA)

        mine  welcome-title 0.1.0, from the file `./plugin.toml`
          ~ "Give jane.doe@usher-practice.example of `Harbour Savings Club` the title Member"
              update User 005Jca000000006IAA { Title: nothing -> Member }
              undo: as it was before

        Plan: 0 to create, 1 to change, 0 to delete; 1 request to send.
        --- err
    "#]]
    .assert_eq(&steady(&product.run(&format!("plan {line}")).text()));
    let applied = product.run(&format!("apply {line} --yes"));
    assert_eq!(applied.exit, 0, "{}", applied.text());
    assert_eq!(product.run(&format!("check {line}")).exit, 0);
    assert_eq!(product.run("undo --yes").exit, 0);
    assert_eq!(product.run(&format!("check {line}")).exit, 11);
}

#[test]
fn settings_take_ten_lines() {
    let plugin = r#"name = "partner-users"
version = "0.1.0"
summary = "Partner users are allowed"

[[change]]
name = "partner_users"
configure = "Communities"
set = { enableEnablePRM = true }
says = "Allow partner users"
"#;
    let recipe = recipe("user", "User", "");
    let product = product(
        plugin,
        &recipe.replace("[inputs.user]\ntype = \"record\"\nobject = \"User\"\n", ""),
    );
    let line = "recipe.toml --org practice";
    product.allow(&format!("plan {line}"));
    expect![[r#"
        exit 0
        --- out
        Mine  (recipe)
          org     practice (practice org), as admin@practice.usher.example

        mine  partner-users 0.1.0, from the file `./plugin.toml`
          ~ "Allow partner users"
              configure Communities { enableEnablePRM: false -> true }
              undo: as it was before

        Plan: 0 to create, 1 to change, 0 to delete; 1 request to send.

        Done: 1 change. Run RUN.
        Next: run `usher check recipe.toml --org practice` any time to see whether the org still matches the recipe.
        --- err
          done  mine  "Allow partner users"
    "#]].assert_eq(&product.run(&format!("apply {line} --yes")).text());
    assert_eq!(product.run(&format!("check {line}")).exit, 0);
    let undone = product.run("undo --yes");
    assert_eq!(undone.exit, 0, "{}", undone.text());
    assert_eq!(product.run(&format!("check {line}")).exit, 11);
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let plugin = ASSIGNED
        .replace("expect = \"one\"", "expects = \"one\"")
        .replace("${set.Label}", "${sett.Label}")
        .replace(
            "[inputs.set]\ntype = \"string\"",
            "[inputs.set]\ntype = \"text\"",
        )
        .replace("${assignment}", "${assignment | upper}");
    let with = r#"user = "${inputs.user}", set = "x""#;
    let product = product(&plugin, &recipe("user", "User", with));
    expect![[r#"
        exit 10
        --- out
        --- err
        error: input `set` has no type `text`
          --> ./plugin.toml:11:8
           |
        11 | type = "text"
           |        ^^^^^^
           |
           = help: there is `record`, `string`, `integer`, `boolean`, `choice`, `list`, `table`, `secret` and `rows`
        code: data/unknown-type

        error: find `user` knows no key `expects`
          --> ./plugin.toml:17:1
           |
        17 | expects = "one"
           | ^^^^^^^
           |
           = help: did you mean `expect`?
        code: data/unknown-key

        error: find `set` knows no key `expects`
          --> ./plugin.toml:24:1
           |
        24 | expects = "one"
           | ^^^^^^^
           |
           = help: did you mean `expect`?
        code: data/unknown-key

        error: `sett` is not known here
          --> ./plugin.toml:33:19
           |
        33 | says = "Assign `${sett.Label}` to ${user.Username}"
           |                   ^^^^^^^^^^
           |
           = help: did you mean `set`?
        code: data/unknown-name

        error: the id of `assignment` is known only when the record is made, so nothing can be computed from it
          --> ./plugin.toml:36:17
           |
        36 | assignment = "${assignment | upper}"
           |                 ^^^^^^^^^^
           |
           = help: let `${assignment}` stand alone, or in a text
        code: data/made-later

        error: 5 mistakes in `./plugin.toml`
    "#]].assert_eq(&product.run("recipe check recipe.toml").text());
    expect![[r#"
        exit 10
        --- out
        --- err
        error: input `set` has no type `text`
          --> FOLDER/plugin.toml:11:8
           |
        11 | type = "text"
           |        ^^^^^^
           |
           = help: there is `record`, `string`, `integer`, `boolean`, `choice`, `list`, `table`, `secret` and `rows`
        code: data/unknown-type

        error: find `user` knows no key `expects`
          --> FOLDER/plugin.toml:17:1
           |
        17 | expects = "one"
           | ^^^^^^^
           |
           = help: did you mean `expect`?
        code: data/unknown-key

        error: find `set` knows no key `expects`
          --> FOLDER/plugin.toml:24:1
           |
        24 | expects = "one"
           | ^^^^^^^
           |
           = help: did you mean `expect`?
        code: data/unknown-key

        error: `sett` is not known here
          --> FOLDER/plugin.toml:33:19
           |
        33 | says = "Assign `${sett.Label}` to ${user.Username}"
           |                   ^^^^^^^^^^
           |
           = help: did you mean `set`?
        code: data/unknown-name

        error: the id of `assignment` is known only when the record is made, so nothing can be computed from it
          --> FOLDER/plugin.toml:36:17
           |
        36 | assignment = "${assignment | upper}"
           |                 ^^^^^^^^^^
           |
           = help: let `${assignment}` stand alone, or in a text
        code: data/made-later

        error: 5 mistakes in `FOLDER/plugin.toml`
    "#]].assert_eq(&steady(&product.run("plugin inspect ./plugin.toml").text()));
}

#[test]
fn the_same_file_gives_the_same_component() {
    let product = Product::new();
    product.write("mine/plugin.toml", ASSIGNED);
    let built = product.run("plugin build mine");
    assert_eq!(built.exit, 0, "{}", built.text());
    let first = fs::read(product.path("mine/assigned.wasm")).expect("a component");
    assert_eq!(product.run("plugin build mine").exit, 0);
    let second = fs::read(product.path("mine/assigned.wasm")).expect("a component");
    assert!(first == second, "the bytes differ");
    let digest =
        |file: &str| product.run(&format!("plugin inspect {file} --json")).json()["digest"].clone();
    assert_eq!(digest("./mine/plugin.toml"), digest("./mine/assigned.wasm"));
    expect![[r#"
        exit 0
        --- out
        assigned 0.1.0
          A user has a permission set
          sha256:DIGEST, MANY bytes

        reads
          PermissionSet (Label)
          PermissionSetAssignment (AssigneeId, PermissionSetId)
          User (Username)

        creates
          PermissionSetAssignment (AssigneeId, PermissionSetId)

        takes
          set text, required, may not be known yet
          user id of a `User`, required, may not be known yet

        gives
          assignment id of a `PermissionSetAssignment`, may not be known yet

        imports
          usher:step/log@1.0.0-rc  contract
          usher:step/types@1.0.0-rc  contract
          usher:step/org@1.0.0-rc  contract
        --- err
    "#]]
    .assert_eq(&steady(
        &product.run("plugin inspect ./mine/plugin.toml").text(),
    ));

    product.write("mine/manifest.json", "{}");
    let refused = product.run("plugin build mine");
    assert_ne!(refused.exit, 0, "{}", refused.text());
}

#[test]
fn a_new_plugin_is_built_and_passes_its_tests() {
    let product = Product::new();
    let made = product.run("plugin new my-title --lang data");
    assert_eq!(made.exit, 0, "{}", made.text());
    let built = product.run("plugin build my-title");
    assert_eq!(built.exit, 0, "{}", built.text());
    let tested = product.run("plugin test my-title");
    assert_eq!(tested.exit, 0, "{}", tested.text());
}

#[test]
fn the_step_of_every_language_is_data_as_well() {
    let product = Product::new();
    let plugin = read("plugins/examples/account-groups/data/plugin.toml");
    product.write("account-groups/plugin.toml", plugin);
    let tests =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/examples/account-groups/tests");
    fs::create_dir(product.path("account-groups/tests")).expect("a folder");
    for entry in fs::read_dir(tests).expect("rehearsals") {
        let path = entry.expect("a rehearsal").path();
        let name = path.file_name().unwrap_or_default();
        fs::copy(&path, product.path("account-groups/tests").join(name)).expect("a copy");
    }
    let built = product.run("plugin build account-groups");
    assert_eq!(built.exit, 0, "{}", built.text());
    let tested = product.run("plugin test account-groups");
    assert_eq!(tested.exit, 0, "{}", tested.text());
}
