//! The plugin does the planning: taken out, put back in, changed, broken.

use expect_test::expect;

use crate::world::Product;

const RECIPE: &str = r#"
title = "Mine"

[inputs.user]
type = "record"
object = "User"

[[steps]]
id = "permissions"
use = "./plugin.wasm"
with = { user = "${inputs.user}", permission_sets = ["Customer Community Read Only"] }
"#;

pub(crate) const PLAN: &str = "plan mine.toml --org practice --set user=jane.doe@example.com";

/// A product with the recipe above, and the plugin in the box as `plugin.wasm`.
pub(crate) fn extracted() -> (Product, Vec<u8>) {
    let product = Product::new();
    product.write("mine.toml", RECIPE);
    let inspected = product.run("plugin inspect assign-permission-sets --extract plugin.wasm");
    assert_eq!(inspected.exit, 0, "{}", inspected.text());
    let bytes = std::fs::read(product.path("plugin.wasm")).expect("extracted");
    (product, bytes)
}

/// The component with one text in it replaced by another of the same length: in its manifest and in its answer to
/// `describe`, both being the same bytes.
pub(crate) fn patched(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut patched = bytes.to_vec();
    let mut found = 0;
    for at in 0..patched.len().saturating_sub(from.len()) {
        if patched[at..].starts_with(from.as_bytes()) {
            patched[at..at + from.len()].copy_from_slice(to.as_bytes());
            found += 1;
        }
    }
    assert!(found >= 2, "`{from}` stands {found} times in the component");
    patched
}

#[test]
fn a_component_imports_the_contract_only() {
    let product = Product::new();
    let inspected = product
        .run("plugin inspect assign-permission-sets --json")
        .json();
    let imports = inspected["imports"].as_array().expect("imports");
    assert!(!imports.is_empty());
    for import in imports {
        let name = import["name"].as_str().expect("a name");
        assert!(name.starts_with("usher:step/"), "{name}");
        assert_eq!(import["kind"], "contract");
    }
    assert_eq!(inspected["manifest"]["name"], "assign-permission-sets");
}

#[test]
fn the_same_bytes_from_a_file_plan_the_same() {
    let (product, _) = extracted();
    product.allow(PLAN);
    let from_file = product.run(&format!("{PLAN} --json")).json();
    let from_box = product
        .run("plan fsc/assign-permissions --org practice --json")
        .json();
    assert_eq!(from_file["steps"], from_box["steps"]);
}

#[test]
fn one_that_asks_for_profiles_is_refused_until_somebody_allows_it() {
    let (product, bytes) = extracted();
    product.write(
        "plugin.wasm",
        patched(
            &bytes,
            r#""UserLicense": ["Name"]"#,
            r#""Profile"    : ["Name"]"#,
        ),
    );
    let refused = product.run(PLAN);
    assert_eq!(refused.exit, 30);
    assert!(
        refused.err.contains("read `Name` of `Profile`"),
        "{}",
        refused.text()
    );
    // The lines of the help, put where it says, allow it.
    product.allow(PLAN);
    let allowed = product.run(PLAN);
    assert_eq!(allowed.exit, 0, "{}", allowed.text());
    // It has the name of one in the box; the plan says that it is not that one.
    assert!(
        allowed
            .out
            .contains("assign-permission-sets 0.1.0, from the file `./plugin.wasm`\n"),
        "{}",
        allowed.text()
    );
    let json = product.run(&format!("{PLAN} --json")).json();
    assert_eq!(json["steps"][0]["file"], "./plugin.wasm");
}

#[test]
fn one_that_reads_or_writes_beyond_its_manifest_is_refused() {
    let (product, bytes) = extracted();
    for (from, to, what) in [
        (
            r#""PermissionSetGroup": ["#,
            r#""PermissionSetGroop": ["#,
            "reads `PermissionSetGroup`, which its manifest does not declare",
        ),
        (
            "\"create\": {\n      \"PermissionSetAssignment\"",
            "\"create\": {\n      \"PermissionSetAssignmint\"",
            "plans to create `PermissionSetAssignment`",
        ),
    ] {
        product.write("plugin.wasm", patched(&bytes, from, to));
        std::fs::remove_file(product.path("home/config/grants.toml")).ok();
        product.allow(PLAN);
        let before = product.practice().fingerprint();
        let refused = product.run(PLAN);
        assert_eq!(refused.exit, 30, "{}", refused.text());
        assert!(refused.err.contains(what), "{}", refused.text());
        assert_eq!(product.practice().fingerprint(), before);
    }
}

#[test]
fn what_is_no_plugin_is_refused() {
    let (product, bytes) = extracted();
    product.write("plugin.wasm", b"\x07 random bytes \xff\x00");
    let random = product.run(PLAN);
    assert_eq!(random.exit, 60);
    expect![[r#"
        error: `./plugin.wasm` cannot be used: this is not a WebAssembly component: it does not begin as WebAssembly does
        code: plugin/not-a-component
    "#]].assert_eq(&random.err);
    for length in [0, 4, 8, 100, bytes.len() / 2, bytes.len() - 1] {
        product.write("plugin.wasm", &bytes[..length]);
        let broken = product.run(PLAN);
        assert_eq!(broken.exit, 60, "{length}: {}", broken.text());
    }
    std::fs::remove_file(product.path("plugin.wasm")).expect("removed");
    let missing = product.run(PLAN);
    assert_eq!(missing.exit, 60, "{}", missing.text());
    let unknown = product.run("plugin inspect asign-permission-sets");
    assert_eq!(unknown.exit, 60);
    assert!(
        unknown
            .err
            .contains("did you mean `assign-permission-sets`?"),
        "{}",
        unknown.text()
    );
}

#[test]
fn a_plugin_in_javascript_plans_on_the_same_host() {
    let product = Product::new();
    let fixture = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/fixtures/js-guest/js-guest.wasm"
    );
    product.write(
        "js-guest.wasm",
        std::fs::read(fixture).expect("the fixture is there"),
    );
    product.write(
        "mine.toml",
        r#"
title = "In JavaScript"

[inputs.user]
type = "record"
object = "User"

[[steps]]
id = "set"
use = "./js-guest.wasm"
with = { user = "${inputs.user}", permission_set = "Customer Community Read Only" }
"#,
    );
    let apply = "apply mine.toml --org practice --yes --json --set user=jane.doe@example.com";
    product.write(
        "home/config/grants.toml",
        "[recipes.\"/mine.toml\".plugins.js-guest]\nread = [\"PermissionSet\"]\n",
    );
    let old = product.run(apply);
    assert_eq!(
        old.json()["error"]["code"],
        "grants/no-fields",
        "{}",
        old.text()
    );
    std::fs::remove_file(product.path("home/config/grants.toml")).expect("removed");
    product.allow(&apply.replace("--json", ""));
    let applied = product.run(apply);
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let address = "assignment/CustomerCommunityReadOnly";
    assert_eq!(applied.json()["steps"][0]["changes"][0]["address"], address);
    assert_eq!(product.run(apply).json()["requests"]["write"], 0);
    // The changes of the plugin in the box are done.
    assert_eq!(
        product
            .run("check fsc/assign-permissions --org practice")
            .exit,
        0
    );
}

#[test]
fn free_soql_does_not_take_a_value_that_is_not_known_for_null() {
    let product = Product::new();
    let fixture = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/fixtures/js-guest/js-guest.wasm"
    );
    product.write(
        "js-guest.wasm",
        std::fs::read(fixture).expect("the fixture is there"),
    );
    product.write(
        "mine.toml",
        r#"
title = "In JavaScript"

[inputs.user]
type = "record"
object = "User"

[[steps]]
id = "account"
use = "ensure-record"
with = { object = "Account", key = { Name = "Planned" } }

[[steps]]
id = "set"
use = "./js-guest.wasm"
with = { user = "${inputs.user}", permission_set = "Customer Community Read Only", account = "${steps.account.record_id}" }
"#,
    );
    product.allow("plan mine.toml --org practice --set user=jane.doe@example.com");
    let command = |command: &str| {
        product.run(&format!(
            "{command} mine.toml --org practice --json --set user=jane.doe@example.com"
        ))
    };
    let planned = command("plan");
    assert_eq!(
        planned.json()["steps"][1]["state"],
        "deferred",
        "{}",
        planned.text()
    );
    let applied = command("apply --yes --yes-later");
    assert_eq!(applied.exit, 0, "{}", applied.text());
    assert_eq!(applied.json()["steps"][1]["outputs"]["contacts"], 0);
}
