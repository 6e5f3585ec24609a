//! Accounts of one name, person accounts, and duplicate rules.

use expect_test::expect;
use serde_json::json;

use crate::cases::{lines, refusal, run};
use crate::world::{Product, Ran};

const CONTRACTS: &str = "contracts/customer-community-plus-user";

fn contracts(product: &Product, command: &str, more: &[&str]) -> Ran {
    let mut inputs = vec![
        "account_name=Fjord Shipping",
        "first_name=Frida",
        "last_name=Fjord",
        "email=frida.fjord@example.com",
        "owner_role=Customer Support, North America",
    ];
    inputs.extend(more);
    run(
        product,
        &format!("{command} {CONTRACTS}"),
        "practice",
        &inputs,
    )
}

#[test]
fn one_of_two_accounts_of_a_name_is_chosen() {
    let product = Product::new();
    let org = product.practice();
    let account = |city: &str| {
        org.create(
            "Account",
            &json!({ "Name": "Fjord Shipping", "BillingCity": city }),
        )
    };
    let (bergen, _oslo) = (account("Bergen"), account("Oslo"));
    let before = org.fingerprint();
    let planned = contracts(&product, "apply --yes", &[]);
    assert_eq!(org.fingerprint(), before);
    expect![[r#"
        exit 10
        error: step `account`: 2 accounts match the key: 001Jca000000007IAA (owner Ada Admin, Bergen), 001Jca000000008IAA (owner Ada Admin, Oslo)
        = help: Set the input `account` to the id of the account that is meant
        code: ambiguous-key
        error: the input is wrong; nothing was changed
    "#]].assert_eq(&refusal(&planned));
    let chosen = contracts(&product, "plan", &[&format!("account={bergen}")]);
    assert_eq!(chosen.exit, 0, "{}", chosen.text());
    assert!(!chosen.out.contains("create Account"), "{}", chosen.out);
}

#[test]
fn a_person_account_is_not_the_account_of_a_contact() {
    let product = Product::new();
    let org = product.practice();
    org.create(
        "Account",
        &json!({ "FirstName": "Fjord", "LastName": "Shipping" }),
    );
    let only_person = contracts(&product, "plan", &[]);
    expect![[r#"
        exit 0
        create Account { Name: Fjord Shipping }
        note: "The person account 001Jca000000007IAA matches the key, and is not used, because no contact belongs to a person account"
        help: "Set the input `role_levels` to what Setup > Digital Experiences > Settings shows"
    "#]].assert_eq(&lines(&only_person, &["error", "help", "code", "create Account", "person"]));
    let business = org.create("Account", &json!({ "Name": "Fjord Shipping" }));
    let both = contracts(&product, "plan", &[]);
    assert_eq!(both.exit, 0, "{}", both.text());
    assert!(both.out.contains(&business), "{}", both.out);
}

/// A duplicate rule of the org.
fn rule(object: &str, fields: &[&str]) -> serde_json::Value {
    json!({ "object": object, "name": format!("{object}s here"), "match": fields, "fuzzy": true, "action": "alert", "message": "Use one of these records?" })
}

#[test]
fn a_duplicate_rule_is_named_with_what_it_found() {
    let product = Product::new();
    let org = product.practice();
    let there = org.create("Account", &json!({ "Name": "Fjord Shipping AS" }));
    org.configure(&json!({ "practice.duplicateRules": [rule("Account", &["Name"]), rule("Contact", &["LastName", "Email"])] }));
    let refused = contracts(&product, "apply --yes", &[]);
    expect![[r#"
        exit 20
        help: "Set the input `role_levels` to what Setup > Digital Experiences > Settings shows"
        Stopped: 0 of 13 changes done; nothing that depends on the failed one was sent. Run RUN.
        FAILED  account  "Make the account with Name `Fjord Shipping`": DUPLICATES_DETECTED the duplicate rule `Accounts here` of this org takes it for the same as `Fjord Shipping AS` (001Jca000000007IAA)
        error: step `account`: `record` failed with DUPLICATES_DETECTED
        help: apply again with the record that the rule has found, or with the input `duplicates` where the recipe has one; or allow such records in Setup > Duplicate Rules
        code: run/failed
    "#]].assert_eq(&lines(&refused, &["failed", "FAILED", "error", "help", "code"]));
    let used = contracts(&product, "apply --yes", &[&format!("account={there}")]);
    assert_eq!(used.exit, 0, "{}", used.text());
    let contact =
        &org.query("SELECT AccountId FROM Contact WHERE Email = 'frida.fjord@example.com'")[0];
    assert_eq!(contact["AccountId"], there);
}

const USE: &str = r#"
format = 1
title = "Have an account"

[[steps]]
id = "account"
use = "ensure-record"
with = { object = "Account", key = { Name = "Fjord Shipping" }, duplicates = "use" }
"#;

#[test]
fn the_record_that_a_duplicate_rule_finds_is_used_when_said() {
    let product = Product::new();
    product.write_recipe("use.toml", USE);
    let org = product.practice();
    let there = org.create("Account", &json!({ "Name": "Fjord Shipping AS" }));
    org.configure(&json!({ "practice.duplicateRules": [rule("Account", &["Name"])] }));
    let used = product.run("apply --yes use.toml --org practice");
    assert_eq!(used.exit, 0, "{}", used.text());
    let shown = product.run("show");
    for told in [&used.err, &shown.out] {
        let taken = r#"  done  account  "Make the account with Name `Fjord Shipping`"  (taken: the duplicate rule `Accounts here` found it)"#;
        assert!(told.lines().any(|line| line.ends_with(taken)), "{told}");
    }
    let outcome = product.run("show --json").json()["steps"][0]["changes"][0]["outcome"].clone();
    assert_eq!(
        outcome,
        json!({ "state": "done", "how": "duplicate", "rule": "Accounts here", "values": { "id": there } })
    );
    let undone = product.run("undo --yes");
    assert_eq!(undone.out, "Nothing to undo.\n", "{}", undone.text());
    assert_eq!(
        org.id("Account", "Name LIKE 'Fjord Shipping%'"),
        there,
        "no second account is made"
    );
}

/// The id of the account is known only when the rule has found it, so everything behind it is planned later, within what
/// the inputs name.
#[test]
fn a_whole_recipe_goes_on_with_the_record_that_a_duplicate_rule_finds() {
    let product = Product::new();
    let org = product.practice();
    let there = org.create("Account", &json!({ "Name": "Fjord Shipping AS" }));
    org.configure(&json!({ "practice.duplicateRules": [rule("Account", &["Name"])] }));
    let inputs = [
        "duplicates=use",
        "account_name=Fjord Shipping AB",
        "owner_role=Customer Support, North America",
    ];
    let used = contracts(&product, "apply --yes --yes-later", &inputs);
    assert_eq!(used.exit, 0, "{}", used.text());
    let found = org.query("SELECT Name FROM Account WHERE Name LIKE 'Fjord Shipping%'");
    assert_eq!(found.len(), 1, "{found:?}");
    // The key does not find it, so a check names it.
    let named = format!("account={there}");
    let checked = contracts(
        &product,
        "check",
        &[&inputs[..], &[named.as_str()]].concat(),
    );
    assert_eq!(checked.exit, 0, "{}", checked.text());
    let user = &org.query("SELECT AccountId FROM User WHERE Email = 'frida.fjord@example.com'")[0];
    assert_eq!(user["AccountId"], there);
}

/// A rule compares names and addresses, so it may find the contact of another account.
#[test]
fn a_duplicate_of_another_account_is_not_used() {
    let product = Product::new();
    let org = product.practice();
    org.configure(&json!({ "practice.duplicateRules": [rule("Contact", &["Email"])] }));
    let refused = contracts(
        &product,
        "apply --yes --yes-later",
        &["duplicates=use", "email=maria.meyer@example.com"],
    );
    assert_eq!(refused.exit, 20, "{}", refused.text());
    expect![[r#"
        exit 20
        Stopped: 1 of 3 changes done; nothing that depends on the failed one was sent. Run RUN.
        FAILED  contact  "Make the contact with AccountId `001Jca000000007IAA` and Email `maria.meyer@example.com`": DUPLICATES_DETECTED the duplicate rule `Contacts here` of this org takes it for the same as `Maria Meyer` (003Jca000000003IAA), which cannot be used: its `AccountId` is 001Jca000000003IAA, and not 001Jca000000007IAA
        error: step `contact`: `record` failed with DUPLICATES_DETECTED
        code: run/failed
    "#]].assert_eq(&lines(
        &refused,
        &["failed", "FAILED", "error", "cannot be used"],
    ));
    let users = org.query("SELECT Id FROM User WHERE Email = 'maria.meyer@example.com'");
    assert!(users.is_empty(), "{users:?}");
}

#[test]
fn a_duplicate_rule_that_alerts_gives_way_when_said() {
    let product = Product::new();
    let org = product.practice();
    org.create("Account", &json!({ "Name": "Fjord Shipping AS" }));
    org.configure(&json!({ "practice.duplicateRules": [rule("Account", &["Name"])] }));
    let saved = contracts(&product, "apply --yes", &["duplicates=save"]);
    assert_eq!(saved.exit, 0, "{}", saved.text());
    let checked = contracts(&product, "check", &["duplicates=save"]);
    assert_eq!(checked.exit, 0, "{}", checked.text());
}

#[test]
fn a_duplicate_rule_for_contacts_is_named_with_what_it_found() {
    let product = Product::new();
    let org = product.practice();
    let other = org.create("Account", &json!({ "Name": "Elsewhere" }));
    org.create("Contact", &json!({ "FirstName": "F.", "LastName": "Fjord", "Email": "frida.fjord@example.com", "AccountId": other }));
    org.configure(&json!({ "practice.duplicateRules": [rule("Contact", &["LastName", "Email"])] }));
    let refused = contracts(&product, "apply --yes", &[]);
    expect![[r#"
        exit 20
        help: "Set the input `role_levels` to what Setup > Digital Experiences > Settings shows"
        Stopped: 1 of 13 changes done; nothing that depends on the failed one was sent. Run RUN.
        FAILED  contact  "Make the contact with Email `frida.fjord@example.com`": DUPLICATES_DETECTED the duplicate rule `Contacts here` of this org takes it for the same as `F. Fjord` (003Jca00000000CIAQ)
        error: step `contact`: `record` failed with DUPLICATES_DETECTED
        help: apply again with the record that the rule has found, or with the input `duplicates` where the recipe has one; or allow such records in Setup > Duplicate Rules
        code: run/failed
    "#]].assert_eq(&lines(&refused, &["failed", "FAILED", "error", "help", "code"]));
}
