//! Steps that are carried out at the end, whatever happened before.

use expect_test::expect;
use serde_json::Value;

use crate::world::{Product, Ran};

const RECIPE: &str = r#"title = "A while"

[inputs.account]
type = "record"
object = "Account"

[[steps]]
id = "busy"
use = "ensure-record"
retry = { times = 2, wait = "1s" }
with = { object = "Account", record = "${inputs.account}", values = { Description = "busy" } }

[[steps]]
id = "contact"
use = "ensure-record"
with = { object = "Contact", key = { LastName = "Ephemeral" }, account = "${inputs.account}" }

[[steps]]
id = "never"
use = "ensure-record"
with = { object = "Contact", key = { LastName = "Unreached" }, account = "${inputs.account}" }

[[steps]]
id = "end"
finally = true

[[steps.group]]
id = "of_contact"
use = "ensure-record"
with = { object = "Contact", record = "${steps.contact.record_id}", values = { Title = "End" } }

[[steps.group]]
id = "free"
use = "ensure-record"
with = { object = "Account", record = "${inputs.account}", values = { Description = "free" } }
"#;

const ACCOUNT: &str = "Harbour Savings Club";

fn product() -> Product {
    let product = Product::new();
    product.write_recipe("while.toml", RECIPE);
    product.write("inputs.toml", format!("account = \"{ACCOUNT}\"\n"));
    product
}

fn run(product: &Product, command: &str) -> Ran {
    product.run(&format!(
        "{command} while.toml --org practice --inputs inputs.toml"
    ))
}

fn description(product: &Product) -> Value {
    let soql = format!("SELECT Description FROM Account WHERE Name = '{ACCOUNT}'");
    product.practice().query(&soql)[0]["Description"].clone()
}

#[test]
fn the_end_is_shown_in_the_plan_and_carried_out_when_all_is_done() {
    let product = product();
    let ran = run(&product, "plan");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    expect![[r#"
        A while  (while)
          org     practice (practice org), as admin@practice.usher.example
          input   account = Harbour Savings Club (001Jca000000002IAA)

        busy  ensure-record 0.1.0, sent again 2 times at most
          ~ "Set Description of the account 001Jca000000002IAA"
              update Account 001Jca000000002IAA { Description: nothing -> busy }
              undo: as it was before

        contact  ensure-record 0.1.0
          + "Make the contact with LastName `Ephemeral`"
              create Contact { LastName: Ephemeral, AccountId: 001Jca000000002IAA }
              undo: deleted
                only if no `User` is there with `ContactId` = <contact:record.id>
          As a result, Salesforce will:
            > "admin@practice.usher.example owns it" (likely)

        never  ensure-record 0.1.0
          + "Make the contact with LastName `Unreached`"
              create Contact { LastName: Unreached, AccountId: 001Jca000000002IAA }
              undo: deleted
                only if no `User` is there with `ContactId` = <never:record.id>
          As a result, Salesforce will:
            > "admin@practice.usher.example owns it" (likely)

        of_contact  ensure-record 0.1.0, at the end in any case
          ~ "Set Title of the contact"
              update Contact <contact:record.id> { Title: End }
              undo: as it was before

        free  ensure-record 0.1.0, at the end in any case
          ~ "Set Description of the account 001Jca000000002IAA"
              update Account 001Jca000000002IAA { Description: busy -> free }
              undo: as it was before

        Plan: 2 to create, 3 to change, 0 to delete; 5 requests to send.
    "#]]
    .assert_eq(&ran.out);
    let ran = run(&product, "apply --yes");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    assert_eq!(description(&product), "free");
    let ran = product.run(&format!("undo {} --yes", product.newest_run()));
    assert_eq!(ran.exit, 0, "{}", ran.text());
    assert_eq!(description(&product), Value::Null);
}

#[test]
fn a_run_that_fails_is_brought_to_its_end() {
    let mut product = product();
    product.practice();
    product.write(
        "faults.toml",
        "[[faults]]\nkind = \"refuse\"\non = \"write\"\nnth = 2\nrow = 1\n",
    );
    product.set("USHER_PRACTICE_FAULTS", "faults.toml");
    let ran = run(&product, "apply --yes");
    assert_eq!(ran.exit, 20, "{}", ran.text());
    expect![[r#"
        A while  (while)
          org     practice (practice org), as admin@practice.usher.example
          input   account = Harbour Savings Club (001Jca000000002IAA)

        busy  ensure-record 0.1.0, sent again 2 times at most
          ~ "Set Description of the account 001Jca000000002IAA"
              update Account 001Jca000000002IAA { Description: nothing -> busy }
              undo: as it was before

        contact  ensure-record 0.1.0
          + "Make the contact with LastName `Ephemeral`"
              create Contact { LastName: Ephemeral, AccountId: 001Jca000000002IAA }
              undo: deleted
                only if no `User` is there with `ContactId` = <contact:record.id>
          As a result, Salesforce will:
            > "admin@practice.usher.example owns it" (likely)

        never  ensure-record 0.1.0
          + "Make the contact with LastName `Unreached`"
              create Contact { LastName: Unreached, AccountId: 001Jca000000002IAA }
              undo: deleted
                only if no `User` is there with `ContactId` = <never:record.id>
          As a result, Salesforce will:
            > "admin@practice.usher.example owns it" (likely)

        of_contact  ensure-record 0.1.0, at the end in any case
          ~ "Set Title of the contact"
              update Contact <contact:record.id> { Title: End }
              undo: as it was before

        free  ensure-record 0.1.0, at the end in any case
          ~ "Set Description of the account 001Jca000000002IAA"
              update Account 001Jca000000002IAA { Description: busy -> free }
              undo: as it was before

        Plan: 2 to create, 3 to change, 0 to delete; 5 requests to send.

        Stopped: 2 of 4 changes done; nothing that depends on the failed one was sent. Run RUN.
        Next: fix the problem above, then apply again. Completed changes are not repeated. `usher undo RUN` undoes them.
          done  busy  "Set Description of the account 001Jca000000002IAA"
          FAILED  contact  "Make the contact with LastName `Ephemeral`": FIELD_CUSTOM_VALIDATION_EXCEPTION A fault of the practice org refuses this
          skipped  of_contact  step `contact` has not done what this step refers to
          done  free  "Set Description of the account 001Jca000000002IAA"
        error: step `contact`: `record` failed with FIELD_CUSTOM_VALIDATION_EXCEPTION
        help: this is a validation rule of the org's own: apply again with what it asks for, or change it in Setup > Object Manager > Validation Rules
        code: run/failed
    "#]].assert_eq(&format!("{}{}", ran.out, ran.err));
    product.write("faults.toml", "faults = []\n");
    assert_eq!(description(&product), "free");
    let made = "SELECT Id FROM Contact WHERE LastName IN ('Ephemeral', 'Unreached')";
    assert_eq!(product.practice().query(made).len(), 0);
    let shown = product.run(&format!("show {}", product.newest_run()));
    expect![[r#"
        Run RUN, 2026-11-22 10:00:00 +00:00
        A while  (while)
          org     practice (practice org), as admin@practice.usher.example
          input   account = Harbour Savings Club (001Jca000000002IAA)

        busy  ensure-record 0.1.0, sent again 2 times at most
          ~ "Set Description of the account 001Jca000000002IAA"
              update Account 001Jca000000002IAA { Description: nothing -> busy }
              undo: as it was before

        contact  ensure-record 0.1.0
          + "Make the contact with LastName `Ephemeral`"
              create Contact { LastName: Ephemeral, AccountId: 001Jca000000002IAA }
              undo: deleted
                only if no `User` is there with `ContactId` = <contact:record.id>
          As a result, Salesforce will:
            > "admin@practice.usher.example owns it" (likely)

        never  ensure-record 0.1.0
          + "Make the contact with LastName `Unreached`"
              create Contact { LastName: Unreached, AccountId: 001Jca000000002IAA }
              undo: deleted
                only if no `User` is there with `ContactId` = <never:record.id>
          As a result, Salesforce will:
            > "admin@practice.usher.example owns it" (likely)

        of_contact  ensure-record 0.1.0, at the end in any case
          skipped: step `contact` has not done what this step refers to

        free  ensure-record 0.1.0, at the end in any case
          ~ "Set Description of the account 001Jca000000002IAA"
              update Account 001Jca000000002IAA { Description: busy -> free }
              undo: as it was before

        Plan: 2 to create, 2 to change, 0 to delete; 5 requests to send.

        10:00:00.000    done  busy  "Set Description of the account 001Jca000000002IAA"
        10:00:00.000    FAILED  contact  "Make the contact with LastName `Ephemeral`": FIELD_CUSTOM_VALIDATION_EXCEPTION A fault of the practice org refuses this
        10:00:00.000    skipped  of_contact  step `contact` has not done what this step refers to
        10:00:00.000    done  free  "Set Description of the account 001Jca000000002IAA"

        Stopped: 2 of 4 changes done; nothing that depends on the failed one was sent. Run RUN.
        Next: fix the problem above, then apply again. Completed changes are not repeated. `usher undo RUN` undoes them.
    "#]].assert_eq(&shown.out);
    let ran = product.run(&format!("undo {} --yes", product.newest_run()));
    assert_eq!(ran.exit, 0, "{}", ran.text());
    assert_eq!(description(&product), Value::Null);
}
