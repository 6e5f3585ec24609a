//! Manual steps, and steps that are skipped.

use expect_test::expect;
use serde_json::{Value, json};

use crate::world::Product;

const RECIPE: &str = r#"title = "A site, by hand"

[inputs.user]
type = "record"
object = "User"

[inputs.share]
type = "boolean"
default = false

[inputs.note]
type = "string"
optional = true

[[steps]]
id = "domain"
[steps.manual]
title = "Enter a domain name"
text = ["From Setup, enter Digital Experiences and select Settings", "Enter a domain name for ${inputs.user}"]

[[steps]]
id = "shared"
use = "assign-permission-sets"
when = "${inputs.share}"
with = { user = "${inputs.user}", permission_sets = ["CLM Runtime User"] }

[[steps]]
id = "sets"
use = "assign-permission-sets"
with = { user = "${inputs.user}", permission_sets = ["Customer Community Read Only"] }

[[steps]]
id = "live"
[steps.manual]
title = "Activate the site"
text = ["Open the workspace", "Click Activate"]
look = { object = "Network", conditions = { Name = "Client Portal", Status = ["Live", "DownForMaintenance"] } }
"#;

fn product() -> Product {
    let product = Product::new();
    product.write_recipe("site.toml", RECIPE);
    product
}

const INPUTS: &str = "--org practice --set user=jane.doe@example.com";

#[test]
fn what_is_to_be_done_by_hand_is_shown_and_what_is_skipped_too() {
    let plan = product().run(&format!("plan site.toml {INPUTS}"));
    expect![[r#"
        exit 0
        --- out
        A site, by hand  (site)
          org     practice (practice org), as admin@practice.usher.example
          input   user = Jane Doe, jane.doe@usher-practice.example (005Jca000000006IAA)
          input   share = false

        domain  manual step
          * Enter a domain name
              1. From Setup, enter Digital Experiences and select Settings
              2. Enter a domain name for 005Jca000000006IAA
              Usher cannot verify this step: confirm it with `--confirm domain="what you did"`

        shared  assign-permission-sets 0.1.0
          skipped: `inputs.share` is false

        sets  assign-permission-sets 0.1.0
          + "Assign the permission set `Customer Community Read Only` to jane.doe@usher-practice.example"
              create PermissionSetAssignment { PermissionSetId: 0PSJca00000000FOAQ, AssigneeId: 005Jca000000006IAA }
              RAISES PRIVILEGES: PermissionSetId
              undo: deleted

        live  manual step
          * Activate the site
              1. Open the workspace
              2. Click Activate
              done when there is a `Network` with Name = Client Portal, Status = Live or DownForMaintenance

        Plan: 1 to create, 0 to change, 0 to delete, 2 manual steps; 1 request to send.
        --- err
    "#]].assert_eq(&plan.text());
}

#[test]
fn the_same_as_json() {
    let plan = product()
        .run(&format!("plan site.toml --json {INPUTS}"))
        .json();
    let steps = plan["steps"].as_array().expect("steps");
    let shown: Vec<Value> = steps
        .iter()
        .map(|step| {
            json!([
                step["id"],
                step["use"],
                step["state"],
                step["manual"],
                step["skipped"]
            ])
        })
        .collect();
    expect![[r#"
        [
          [
            "domain",
            null,
            "manual",
            {
              "confirmed": null,
              "look": null,
              "text": [
                "From Setup, enter Digital Experiences and select Settings",
                "Enter a domain name for 005Jca000000006IAA"
              ],
              "title": "Enter a domain name"
            },
            null
          ],
          [
            "shared",
            "assign-permission-sets",
            "skipped",
            null,
            {
              "reason": "`inputs.share` is false"
            }
          ],
          [
            "sets",
            "assign-permission-sets",
            "changes",
            null,
            null
          ],
          [
            "live",
            null,
            "manual",
            {
              "confirmed": null,
              "look": "a `Network` with Name = Client Portal, Status = Live or DownForMaintenance",
              "text": [
                "Open the workspace",
                "Click Activate"
              ],
              "title": "Activate the site"
            },
            null
          ]
        ]"#]]
    .assert_eq(&serde_json::to_string_pretty(&shown).expect("JSON"));
}

#[test]
fn nothing_is_sent_before_what_a_person_does_first() {
    let product = product();
    let before = product.practice().fingerprint();
    let waits = product.run(&format!("apply site.toml --yes {INPUTS}"));
    assert_eq!(waits.exit, 23, "{}", waits.text());
    assert_eq!(product.practice().fingerprint(), before);
    assert!(waits.err.contains("--confirm domain="), "{}", waits.text());
}

/// A run goes as far as it can, stops, and is resumed when the person is done.
#[test]
fn a_run_stops_for_a_person_and_is_carried_on() {
    let product = product();
    let org = product.practice();
    let waits = apply(&product, &["--confirm", "domain=clients, available"]);
    assert_eq!(waits.exit, 23, "{}", waits.text());
    expect![[r#"
          done  domain  confirmed by admin@practice.usher.example: clients, available
          done  sets  "Assign the permission set `Customer Community Read Only` to jane.doe@usher-practice.example"
          the manual step `live` is not done yet
        error: the manual step `live` is not done yet: Activate the site
        help: do what the step says, then `usher resume RUN`
        code: run/by-hand
    "#]].assert_eq(&waits.err);
    let resume = |more: &[&str]| {
        let mut words = vec!["resume"];
        words.extend(more);
        product.run_words(&words)
    };
    let refused = resume(&["--confirm", "live=I did"]);
    assert_eq!(refused.exit, 10, "{}", refused.text());
    let still = resume(&[]);
    assert_eq!(still.exit, 23, "{}", still.text());
    let site = org.id("Network", "Name = 'Client Portal'");
    org.update("Network", &site, &json!({ "Status": "Live" }));
    let done = resume(&[]);
    assert_eq!(done.exit, 0, "{}", done.text());
    let check = product.run(&format!("check site.toml {INPUTS}"));
    assert_eq!(check.exit, 0, "{}", check.text());
}

/// A difference that a lookup shows counts; one that only a person can see does not.
#[test]
fn a_check_counts_what_it_can_see() {
    let product = product();
    let org = product.practice();
    let check = || product.run(&format!("check site.toml {INPUTS}"));
    let user = org.id("User", "Email = 'jane.doe@example.com'");
    let set = org.id("PermissionSet", "Label = 'Customer Community Read Only'");
    org.create(
        "PermissionSetAssignment",
        &json!({ "AssigneeId": user, "PermissionSetId": set }),
    );
    let differs = check();
    assert_eq!(differs.exit, 11, "{}", differs.text());
    let site = org.id("Network", "Name = 'Client Portal'");
    org.update("Network", &site, &json!({ "Status": "Live" }));
    let as_wanted = check();
    expect![[r#"
        exit 0
        --- out
        A site, by hand  (site)
          org     practice (practice org), as admin@practice.usher.example
          input   user = Jane Doe, jane.doe@usher-practice.example (005Jca000000006IAA)
          input   share = false

        domain  manual step
          * Enter a domain name
              1. From Setup, enter Digital Experiences and select Settings
              2. Enter a domain name for 005Jca000000006IAA
              Usher cannot verify this step: confirm it with `--confirm domain="what you did"`

        shared  assign-permission-sets 0.1.0
          skipped: `inputs.share` is false

        sets  assign-permission-sets 0.1.0
          as wanted, nothing to do

        live  manual step
          as wanted, nothing to do

        Plan: 0 to create, 0 to change, 0 to delete, 1 manual step; 0 requests to send.
        --- err
    "#]]
    .assert_eq(&as_wanted.text());
}

#[test]
fn a_lookup_that_the_org_cannot_answer_is_told() {
    let product = Product::new();
    let text = RECIPE.replace("Status = [", "Stauts = [");
    product.write_recipe("site.toml", text);
    let refused = product.run(&format!("plan site.toml {INPUTS}"));
    expect![[r#"
        exit 10
        --- out
        A site, by hand  (site)
          org     practice (practice org), as admin@practice.usher.example
          input   user = Jane Doe, jane.doe@usher-practice.example (005Jca000000006IAA)
          input   share = false

        domain  manual step
          * Enter a domain name
              1. From Setup, enter Digital Experiences and select Settings
              2. Enter a domain name for 005Jca000000006IAA
              Usher cannot verify this step: confirm it with `--confirm domain="what you did"`

        shared  assign-permission-sets 0.1.0
          skipped: `inputs.share` is false

        sets  assign-permission-sets 0.1.0
          + "Assign the permission set `Customer Community Read Only` to jane.doe@usher-practice.example"
              create PermissionSetAssignment { PermissionSetId: 0PSJca00000000FOAQ, AssigneeId: 005Jca000000006IAA }
              RAISES PRIVILEGES: PermissionSetId
              undo: deleted

        live  manual step
          ! `look` cannot be answered: the org refuses: INVALID_FIELD No such column 'Stauts' on entity 'Network'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.

        This plan cannot be applied.
        --- err
        error: step `live`: `look` cannot be answered: the org refuses: INVALID_FIELD No such column 'Stauts' on entity 'Network'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.
          --> site.toml:32:1
           |
        32 | [[steps]]
           | ^^^^^^^^^
           |
           = help: check the object and the fields of `look`
        code: manual/bad-look

        error: the input is wrong; nothing was changed
    "#]].assert_eq(&refused.text());
}

/// The recipe without the step that a lookup verifies.
fn only_confirmed() -> Product {
    let product = Product::new();
    let end = RECIPE
        .find("[[steps]]\nid = \"live\"")
        .expect("the last step");
    product.write_recipe("site.toml", &RECIPE[..end]);
    product
}

fn apply(product: &Product, more: &[&str]) -> crate::world::Ran {
    let mut words = vec!["apply", "site.toml", "--yes"];
    words.extend(INPUTS.split(' '));
    words.extend(more);
    product.run_words(&words)
}

#[test]
fn who_said_that_it_is_done_is_kept_and_nobody_is_asked_again() {
    let product = only_confirmed();
    let waits = apply(&product, &[]);
    assert_eq!(waits.exit, 23, "{}", waits.text());
    let confirm = ["resume", "--confirm", "domain=clients, available"];
    let applied = product.run_words(&confirm);
    assert_eq!(applied.exit, 0, "{}", applied.text());
    assert_eq!(
        applied.err.lines().map(str::trim).collect::<Vec<_>>(),
        [
            "resumed",
            "done  domain  confirmed by admin@practice.usher.example: clients, available",
            "done  sets  \"Assign the permission set `Customer Community Read Only` to jane.doe@usher-practice.example\"",
        ]
    );
    let check = product.run(&format!("check site.toml {INPUTS}"));
    expect![[r#"
        exit 0
        --- out
        A site, by hand  (site)
          org     practice (practice org), as admin@practice.usher.example
          input   user = Jane Doe, jane.doe@usher-practice.example (005Jca000000006IAA)
          input   share = false

        domain  manual step
          done: Enter a domain name
              confirmed by admin@practice.usher.example at 2026-11-22T10:00:00Z: clients, available

        shared  assign-permission-sets 0.1.0
          skipped: `inputs.share` is false

        sets  assign-permission-sets 0.1.0
          as wanted, nothing to do

        Nothing to change: the org is as the recipe says.
        --- err
    "#]]
    .assert_eq(&check.text());
    let again = apply(&product, &["--json"]);
    assert_eq!(again.exit, 0, "{}", again.text());
    assert_eq!(again.json()["requests"]["write"], 0);
    assert_eq!(
        product.run("runs --json").json()["runs"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    // The confirmation was given for other words.
    let other = RECIPE.replace("Enter a domain name for", "Enter the name for");
    product.write_recipe(
        "site.toml",
        other.replace("id = \"live\"", "id = \"live\"\nwhen = \"${inputs.share}\""),
    );
    let asks = apply(&product, &[]);
    assert_eq!(asks.exit, 23, "{}", asks.text());
}

#[test]
fn the_example_confirms_on_a_practice_org() {
    let product = only_confirmed();
    product.write(
        "practice.toml",
        "[examples.site]\ninputs = { user = \"jane.doe@example.com\" }\nconfirm = { domain = \"no browser here\" }\n",
    );
    let applied = product.run("apply site.toml --yes --org practice");
    assert_eq!(applied.exit, 0, "{}", applied.text());
    assert!(
        applied
            .err
            .contains("confirmed by the recipe's example: no browser here"),
        "{}",
        applied.text()
    );
    product.write(
        "practice.toml",
        "[examples.site]\ninputs = { user = \"jane.doe@example.com\" }\nconfirm = { sets = \"x\" }\n",
    );
    let refused = product.run("apply site.toml --yes --org practice");
    assert_eq!(refused.exit, 10);
    expect![[r#"
        error: step `sets` is kept by the plugin `assign-permission-sets`; it is not a manual step
        help: confirm `domain`
        code: confirm/not-by-hand

        error: 1 mistake in the inputs
    "#]]
    .assert_eq(&refused.err);
}

#[test]
fn confirmations_that_mean_nothing() {
    let product = product();
    let before = product.practice().fingerprint();
    let confirm = ["domain", "domian=x", "sets=x", "live=x", "domain= "];
    let words: Vec<&str> = confirm
        .iter()
        .flat_map(|confirm| ["--confirm", confirm])
        .collect();
    let refused = apply(&product, &words);
    assert_eq!(refused.exit, 10);
    expect![[r#"
        error: `--confirm domain` has no note
        help: write `--confirm step="what you did"`
        code: confirm/no-note

        error: recipe `site` has no step `domian`
        help: did you mean `domain`?
        code: confirm/unknown-step

        error: step `sets` is kept by the plugin `assign-permission-sets`; it is not a manual step
        help: confirm `domain`
        code: confirm/not-by-hand

        error: Usher verifies step `live` with a lookup, so a confirmation does not count
        help: leave out `--confirm`, and do what the step says
        code: confirm/verified

        error: the confirmation of step `domain` has no note
        help: say what was done: `--confirm domain="…"`
        code: confirm/no-note

        error: 5 mistakes in the inputs
    "#]]
    .assert_eq(&refused.err);
    assert_eq!(product.practice().fingerprint(), before);
}
