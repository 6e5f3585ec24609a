//! The bound that a person approves of a step that is planned later, and the loss of records for good.

use expect_test::expect;
use serde_json::{Value, json};

use crate::conformance::component;
use crate::hostile::evil;
use crate::world::Product;

const ADMIN: &str = "005Jca000000001IAA";

/// A plugin that plans only when an account exists, and then gives its answer.
fn product(writes: &Value, with: &str, answer: &Value) -> Product {
    let product = Product::new();
    let manifest = evil(&json!({
        "input": { "type": "object", "properties": {
            "script": { "type": "object" },
            "account": { "type": "string" },
            "profiles": { "type": "array", "items": { "type": "string" } },
        } },
        "writes": writes,
    }));
    product.write("evil.wasm", component::under(&manifest.to_string()));
    let script = json!({ "script": { "answer": answer } });
    let script = toml::to_string(&script).expect("TOML");
    let script = script
        .replace("[script", "[steps.with.script")
        .replace("[[script", "[[steps.with.script");
    product.write(
        "later.toml",
        format!(
            "title = \"Later\"\n\n[[steps]]\nid = \"account\"\nuse = \"ensure-record\"\n\
             with = {{ object = \"Account\", key = {{ Name = \"New\" }} }}\n\n\
             [[steps]]\nid = \"evil\"\nuse = \"./evil.wasm\"\n[steps.with]\n\
             account = \"${{'there' if steps.account.record_id else 'gone'}}\"\n{with}\n{script}"
        ),
    );
    product.allow("plan later.toml --org practice");
    product
}

fn change(operation: &Value) -> Value {
    json!({ "ok": { "changes": [{
        "address": "one", "summary": "Make it so", "operation": operation,
        "undo": { "impossible": "it cannot" },
    }] } })
}

/// The plugin makes the id of the profile up: no list, and no text of its input shows it.
#[test]
fn a_profile_that_the_input_does_not_name_is_outside_of_the_bound() {
    let user = |profile: &[&str]| {
        let fields = json!([{ "name": "ProfileId", "value": { "text": { "parts": profile } } }]);
        change(
            &json!({ "update": { "object": "User", "id": { "text": ADMIN }, "fields": fields } }),
        )
    };
    let writes = json!({ "update": { "User": ["ProfileId"] } });
    let with = "profiles = [\"Client Customer Community Plus\"]";
    let other = Product::new();
    let admin = other
        .practice()
        .id("Profile", "Name = 'System Administrator'");
    let product = product(&writes, with, &user(&[&admin[..9], &admin[9..]]));
    let planned = product.run("plan later.toml --org practice --markdown-into later.md");
    let document = std::fs::read_to_string(product.path("later.md")).expect("it is there");
    let (_, later) = document.split_once("evil 1.0.0").expect("the step");
    expect![[r#"
        , from the file `./evil.wasm` ``

        - ` ? planned later: an expression needs a value that is not known yet `

        <details><summary>Details</summary>

        ```text
          ? planned later: an expression needs a value that is not known yet
              at most 2 changes: update User (ProfileId)
              ProfileId only as its input names it: `profiles` = Client Customer Community Plus; `script` = one, Make it so, User, ProfileId, 00eJca000, 000001IAA, 005Jca000000001IAA, it cannot; what step `account` hands on
              RAISES PRIVILEGES: ProfileId
        ```

        </details>
    "#]].assert_eq(later);
    let (_, later) = planned.out.split_once("evil  evil").expect("the step");
    expect![[r#"
         1.0.0, from the file `./evil.wasm`
          ? planned later: an expression needs a value that is not known yet
              at most 2 changes: update User (ProfileId)
              ProfileId only as its input names it: `profiles` = Client Customer Community Plus; `script` = one, Make it so, User, ProfileId, 00eJca000, 000001IAA, 005Jca000000001IAA, it cannot; what step `account` hands on
              RAISES PRIVILEGES: ProfileId

        Plan: 1 to create, 0 to change, 0 to delete, 1 step planned later; 1 request to send.
    "#]].assert_eq(later);
    let applied = product.run("apply later.toml --org practice --yes --yes-later");
    expect![[r#"
        exit 30
          done  account  "Make the account with Name `New`"
          planning  evil
          FAILED  evil  sets `ProfileId` to 00eJca000000001IAA, which the input of the step does not name; that is not within what was approved for this step
          seen  account  "admin@practice.usher.example owns it"
        error: step `evil`: sets `ProfileId` to 00eJca000000001IAA, which the input of the step does not name; that is not within what was approved for this step
        help: put right what the message names, in the org, the inputs or the recipe, then apply again
        code: run/outside-bound
    "#]].assert_eq(&format!("exit {}\n{}", applied.exit, applied.err));
    let now = product
        .practice()
        .query("SELECT Profile.Name FROM User WHERE Username LIKE 'admin@%'");
    assert_eq!(now[0]["Profile"]["Name"], "System Administrator");
}

#[test]
fn what_deletes_asks_by_itself() {
    let mut product = Product::new();
    let contact = product
        .practice()
        .create("Contact", &json!({ "LastName": "Gone" }));
    let manifest = evil(&json!({ "writes": { "delete": ["Contact"] } })).to_string();
    product.write("evil.wasm", component::under(&manifest));
    let delete = change(&json!({ "delete": { "object": "Contact", "id": { "text": contact } } }));
    let step =
        json!({ "id": "evil", "use": "./evil.wasm", "with": { "script": { "answer": delete } } });
    let recipe = json!({ "title": "Delete", "steps": [step] });
    product.write("r.toml", toml::to_string(&recipe).expect("TOML"));
    product.allow("plan r.toml --org practice");
    let refused = product.run("apply r.toml --org practice --yes");
    expect![[r#"
        exit 2
        error: 1 thing would be lost for good: `evil`: "Make it so", Contact 003Jca00000000CIAQ
        help: look at it with `usher plan`, then pass `--yes-destroy` as well
        code: apply/destroys
    "#]]
    .assert_eq(&format!("exit {}\n{}", refused.exit, refused.err));
    product.answer(vec![Box::new(|| "yes"), Box::new(|| "no")]);
    let asked = product.run("apply r.toml --org practice");
    expect![[r#"
        exit 0
        Apply these changes? Type yes:
        This is lost for good:
          `evil`: "Make it so", Contact 003Jca00000000CIAQ
        Destroy this? Type yes:
        Nothing was changed.
    "#]]
    .assert_eq(&format!("exit {}\n{}", asked.exit, asked.err));
    let done = product.run("apply r.toml --org practice --yes --yes-destroy");
    assert_eq!(done.exit, 0, "{}", done.text());
}

/// The undo of what the run itself made needs no further question; the roles of a partner account are lost.
#[test]
fn an_undo_asks_for_what_it_loses() {
    let product = Product::new();
    let applied = product.run("apply partner/enable-partner-account --org practice --yes");
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let refused = product.run("undo --yes");
    expect![[r#"
        exit 2
        error: 1 thing would be lost for good: `account`: the partner roles and groups of the account
        help: look at it with `usher plan`, then pass `--yes-destroy` as well
        code: apply/destroys
    "#]].assert_eq(&format!("exit {}\n{}", refused.exit, refused.err));
    let undone = product.run("undo --yes --yes-destroy");
    assert_eq!(undone.exit, 0, "{}", undone.text());
}

/// A plugin that knows everything it was given, and chooses to plan later all the same, is reported as one that chooses
/// so.
#[test]
fn a_deferral_that_the_plugin_chooses_is_told_as_one() {
    let product = Product::new();
    let manifest = evil(&json!({
        "reads": { "records": { "Account": ["Name"] } },
        "writes": { "update": { "User": ["Title"] } },
    }));
    product.write("evil.wasm", component::under(&manifest.to_string()));
    let name = json!({ "field": "Name", "any-of": [{ "text": "New" }] });
    let find = json!({ "what": { "object": "Account", "conditions": [name], "fields": ["Name"] } });
    let deferred = json!({ "waiting-for": ["account:record.id"], "reason": "later is better" });
    let script =
        json!({ "reads": [{ "find": find }], "answer": { "err": { "deferred": deferred } } });
    let account = json!({ "object": "Account", "key": { "Name": "New" } });
    let steps = json!([
        { "id": "account", "use": "ensure-record", "with": account },
        { "id": "evil", "use": "./evil.wasm", "with": { "script": script } },
    ]);
    let recipe = json!({ "title": "Later", "steps": steps });
    product.write("r.toml", toml::to_string(&recipe).expect("TOML"));
    product.allow("plan r.toml --org practice");
    let planned = product.run("plan r.toml --org practice");
    let (_, later) = planned.out.split_once("evil  evil").expect("the step");
    expect![[r#"
         1.0.0, from the file `./evil.wasm`
          ? planned later: the plugin chooses it, although its whole input is known: "later is better"
              at most 2 changes: update User (Title)

        Plan: 1 to create, 0 to change, 0 to delete, 1 step planned later; 1 request to send.
    "#]].assert_eq(later);
}
