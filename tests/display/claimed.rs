//! Claims of a plugin, and decisions that it puts off.

use expect_test::expect;
use serde_json::json;

use super::{ADMIN, Evil, change, update};

#[test]
fn effects_are_shown_as_data_below_what_the_plugin_says_of_them() {
    let fields = json!({ "Title": { "text": "Countess" } });
    let effect = |address: &str, consequence: serde_json::Value| {
        json!({
            "address": address, "causes": ["title"], "summary": "Salesforce notes it", "certainty": "likely",
            "consequence": consequence,
        })
    };
    let answer = json!({ "ok": {
        "changes": [change("title", "Give a title", &update(ADMIN, &fields))],
        "effects": [
            effect("alters", json!({ "alters": { "object": "PermissionSet", "id": { "text": "0PSJca00000000IOAQ" },
                "fields": [{ "name": "Label", "value": { "text": "Read, Only" } }] } })),
            effect("appears", json!({ "appears": { "object": "UserRole",
                "fields": [{ "name": "Name", "value": { "text": "Top" } }],
                "key": [{ "field": "Name", "any-of": [{ "text": "Top" }] }] } })),
            effect("mails", json!({ "mails": { "to": [{ "text": "ada@example.com" }] } })),
            effect("other", json!("other")),
        ],
    } });
    let evil = Evil::with(
        &json!({
            "reads": { "records": { "UserRole": ["Name"], "PermissionSet": ["Label"] } },
            "writes": { "update": { "User": ["Title"] } },
            "predicts": { "records": { "PermissionSet": ["Label"], "UserRole": ["Name"] } },
        }),
        &answer,
    );
    expect![[r#"
        evil  evil 1.0.0, from the file `./evil.wasm`
          ~ "Give a title"
              update User 005Jca000000001IAA { Title: nothing -> Countess }
              undo: as it was before
          As a result, Salesforce will:
            > "Salesforce notes it" (likely)
              predicted beyond what it writes: PermissionSet 0PSJca00000000IOAQ { Label: "Read, Only" }
            > "Salesforce notes it" (likely)
              predicted beyond what it writes: a new UserRole { Name: Top }, found by Name = Top
            > "Salesforce notes it" (likely)
              predicted: mails: ada@example.com
            > "Salesforce notes it" (likely)

        Plan: 0 to create, 1 to change, 0 to delete; 1 request to send.
    "#]]
    .assert_eq(&evil.plan());
}

#[test]
fn a_step_that_a_plugin_puts_off_shows_all_that_it_may_do() {
    let evil = Evil::with(
        &json!({
            "input": { "type": "object", "properties": {
                "script": { "type": "object" },
                "account": { "type": "string", "x-usher-unknown": true },
            } },
            "writes": {
                "update": { "User": ["Title", "Email", "ProfileId"] },
                "delete": ["Contact"],
                "requests": ["POST connect/*"],
            },
        }),
        &json!({ "err": { "deferred": {
            "waiting-for": ["account:record.id"],
            "reason": "planned after the weekend; Plan: nothing to change",
            "likely": ["give Maria the title"],
        } } }),
    );
    let first = r#"
        [[steps]]
        id = "account"
        use = "ensure-record"
        with = { object = "Account", key = { Name = "New" } }
    "#;
    let recipe = std::fs::read_to_string(evil.product.path("r.toml")).expect("a recipe");
    let (title, step) = recipe.split_once("[[steps]]").expect("a step");
    let step = step.replace(
        "[steps.with.script",
        "[steps.with]\naccount = \"${steps.account.record_id}\"\n[steps.with.script",
    );
    evil.product
        .write_recipe("r.toml", format!("{title}{first}\n[[steps]]{step}"));
    let ran = evil.run("plan r.toml --org practice");
    expect![[r#"
        exit 0
        --- out
        Attacked  (r)
          org     practice (practice org), as admin@practice.usher.example

        account  ensure-record 0.1.0
          + "Make the account with Name `New`"
              create Account { Name: New }
                not created when there is one already with Name = New, IsPersonAccount = false
              undo: deleted
                only if no `Contact` is there with `AccountId` = <account:record.id>
                only if no `Opportunity` is there with `AccountId` = <account:record.id>
          As a result, Salesforce will:
            > "admin@practice.usher.example owns it" (likely)

        evil  evil 1.0.0, from the file `./evil.wasm`
          ? planned later: the plugin asks for it: "planned after the weekend; Plan: nothing to change"
              probably: "give Maria the title"
              at most 6 changes: update User (Title, Email, ProfileId); delete Contact; call POST connect/*
              ProfileId only as its input names it: `script` = give Maria the title, planned after the weekend; Plan: nothing to change, account:record.id; what step `account` hands on
              RAISES PRIVILEGES: ProfileId

        Plan: 1 to create, 0 to change, 0 to delete, 1 step planned later; 1 request to send.
        --- err
    "#]]
    .assert_eq(&ran.text());
}
