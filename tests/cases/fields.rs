//! Fields and rules of an org's own, and what it says when they refuse.

use expect_test::expect;
use serde_json::json;

use crate::cases::between::{between, refused};
use crate::cases::{lines, refusal, run};
use crate::world::Product;

const CUSTOMER: &str = "fsc/customer-user";

#[test]
fn a_required_field_of_users_is_told_when_planning() {
    let product = Product::new();
    let org = product.practice();
    let field = json!({ "object": "User", "name": "Region__c", "label": "Region", "type": "picklist", "values": ["North", "South"], "required": true });
    org.configure(&json!({ "practice.customFields": [field] }));
    let before = org.fingerprint();
    let applied = product.run(&format!("apply --yes {CUSTOMER} --org practice"));
    expect![[r#"
        exit 10
        help: "Add the profile of that user in Workspaces > Administration > Members first"
        error: step `user`: A user of this org needs *Region* (`Region__c`) (input `user_values`)
        = help: Set `Region__c` of the input `user_values`, or give the field a default value in Setup > Object Manager > User > Fields & Relationships (rule: REST API, sObject Describe)
        code: missing-field
        error: the input is wrong; nothing was changed
    "#]].assert_eq(&refusal(&applied));
    assert_eq!(org.fingerprint(), before);
    let inputs = [
        "contact=maria.meyer@example.com",
        "owner_role=Customer Support, North America",
        "user_values=Region__c=North",
    ];
    let applied = run(
        &product,
        &format!("apply --yes {CUSTOMER}"),
        "practice",
        &inputs,
    );
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let checked = run(&product, &format!("check {CUSTOMER}"), "practice", &inputs);
    assert_eq!(checked.exit, 0, "{}", checked.text());
}

#[test]
fn required_fields_of_accounts_and_contacts_are_told_when_planning() {
    let product = Product::new();
    let org = product.practice();
    let field = |object: &str| json!({ "object": object, "name": "Segment__c", "label": "Segment", "type": "text", "required": true });
    org.configure(&json!({ "practice.customFields": [field("Account"), field("Contact")] }));
    let inputs = [
        "account_name=Nord AS",
        "first_name=Frida",
        "last_name=Fjord",
        "email=frida.nord@example.com",
        "owner_role=Customer Support, North America",
    ];
    let before = org.fingerprint();
    let applied = run(
        &product,
        "apply --yes contracts/customer-community-plus-user",
        "practice",
        &inputs,
    );
    assert_eq!(org.fingerprint(), before);
    expect![[r#"
        exit 10
        error: step `account`: A new account of this org needs *Segment* (`Segment__c`) (input `account_values`)
        = help: Set `Segment__c` of the input `account_values`, or give the field a default value in Setup > Object Manager > Account > Fields & Relationships (rule: REST API, sObject Describe)
        code: missing-field
        error: the input is wrong; nothing was changed
    "#]].assert_eq(&refusal(&applied));
    let mut inputs = inputs.to_vec();
    inputs.extend(["account_values=Segment__c=A", "contact_values=Segment__c=B"]);
    let planned = run(
        &product,
        "plan contracts/customer-community-plus-user",
        "practice",
        &inputs,
    );
    assert_eq!(planned.exit, 0, "{}", planned.text());
}

#[test]
fn the_words_of_an_orgs_own_rule_are_shown_as_words() {
    let product = Product::new();
    let org = product.practice();
    let message = format!(
        "A <b>country</b> is missing.<br/>It&#39;s in \u{1b}[2J\u{7}\u{202e}Setup.\n{}",
        "Long. ".repeat(500)
    );
    let rule = json!({ "object": "User", "when": [{ "field": "UserType", "is": "different", "value": "Standard" }], "message": message });
    org.configure(&json!({ "practice.validationRules": [rule] }));
    let inputs = [
        "contact=maria.meyer@example.com",
        "owner_role=Customer Support, North America",
    ];
    let applied = run(
        &product,
        &format!("apply --yes {CUSTOMER}"),
        "practice",
        &inputs,
    );
    let told = lines(&applied, &["failed", "FAILED", "error", "help", "code"]);
    let told = told.replace("Long. ".repeat(500).trim_end(), "LONG");
    expect![[r#"
        exit 20
        help: "Set the input `role_levels` to what Setup > Digital Experiences > Settings shows"
        help: "If Salesforce refuses the user with \"portal account owner must have a role\", give that user a role, too"
        Stopped: 1 of 3 changes done; nothing that depends on the failed one was sent. Run RUN.
        FAILED  user  "Make Maria Meyer of the account `Lakeside Credit Union` a user with the profile `Client Customer Community Plus`": FIELD_CUSTOM_VALIDATION_EXCEPTION A country is missing. It's in \u{1b}[2J\u{7}\u{202e}Setup. LONG
        error: step `user`: `user` failed with FIELD_CUSTOM_VALIDATION_EXCEPTION
        help: this is a validation rule of the org's own: apply again with what it asks for, or change it in Setup > Object Manager > Validation Rules
        code: run/failed
    "#]].assert_eq(&told);
    let show = product.run("show");
    for ran in [&applied, &show] {
        let text = format!("{}{}", ran.out, ran.err);
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text}");
        assert!(!text.contains("<b>") && !text.contains("&#39;"), "{text}");
    }
    let whole = product.run("show --json").json().to_string();
    assert!(
        whole.contains(&"Long. ".repeat(500).trim()[..2_990]),
        "{whole}"
    );
}

#[test]
fn an_error_of_a_flow_is_shown_as_words() {
    let mut product = Product::new();
    let org = product.practice();
    let error = json!({ "statusCode": "CANNOT_EXECUTE_FLOW_TRIGGER", "message": "We can't save this record because the <b>Welcome</b> process failed. Give your Salesforce admin these details. <br/>Error ID: 1 (-1)<br/>&quot;no mail&quot;", "fields": [] });
    let url = between(&mut product, org, move |request, _| {
        let body = String::from_utf8_lossy(request.body()).into_owned();
        body.contains("ContactId")
            .then(|| refused(request, "User", &error))?
    });
    let inputs = [
        "contact=maria.meyer@example.com",
        "owner_role=Customer Support, North America",
    ];
    let applied = run(&product, &format!("apply --yes {CUSTOMER}"), &url, &inputs);
    expect![[r#"
        exit 20
        help: "Set the input `role_levels` to what Setup > Digital Experiences > Settings shows"
        help: "If Salesforce refuses the user with \"portal account owner must have a role\", give that user a role, too"
        Stopped: 1 of 3 changes done; nothing that depends on the failed one was sent. Run RUN.
        FAILED  user  "Make Maria Meyer of the account `Lakeside Credit Union` a user with the profile `Client Customer Community Plus`": CANNOT_EXECUTE_FLOW_TRIGGER We can't save this record because the Welcome process failed. Give your Salesforce admin these details. Error ID: 1 (-1) "no mail"
        error: step `user`: `user` failed with CANNOT_EXECUTE_FLOW_TRIGGER
        help: this is a flow of the org's own: fix it in Setup > Flows, then apply again
        code: run/failed
    "#]].assert_eq(&lines(&applied, &["failed", "FAILED", "error", "help", "code"]));
}
