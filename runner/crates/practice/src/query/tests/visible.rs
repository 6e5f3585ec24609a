//! Queries that follow sharing, for a partner who may read one of two leads.

use expect_test::expect;
use serde_json::json;

use crate::testing::{TestOrg, org_with};

const PEOPLE: &str = r#"
[settings]
"practice.queriesFollowSharing" = true

[[changes]]
ref = "profile_partner"
fields = { PermissionsApiEnabled = true }

[[components]]
kind = "SharingRules"
full_name = "Lead"
content = { sharingCriteriaRules = [{ fullName = "Web", accessLevel = "Read", label = "Web", sharedTo = { allPartnerUsers = "" }, includeRecordsOwnedByAll = false, criteriaItems = [{ field = "LeadSource", operation = "equals", value = "Web" }] }] }

[[records]]
object = "Account"
ref = "acme"
fields = { Name = "Acme", OwnerId = "@user_standard" }

[[records]]
object = "Contact"
ref = "lara"
fields = { LastName = "Lara", AccountId = "@acme" }

[[records]]
object = "User"
fields = { Username = "lara@acme.example", LastName = "Lara", Email = "lara@acme.example", Alias = "lara", ContactId = "@lara", ProfileId = "@profile_partner", TimeZoneSidKey = "Europe/Berlin", LocaleSidKey = "en_US", EmailEncodingKey = "UTF-8", LanguageLocaleKey = "en_US" }

[[records]]
object = "Lead"
fields = { LastName = "Web", Company = "x", LeadSource = "Web" }

[[records]]
object = "Lead"
fields = { LastName = "Other", Company = "x" }
"#;

fn as_user(mut org: TestOrg, username: &str) -> TestOrg {
    let token = org.practice.sign_in(Some(username), [9; 16]);
    org.token = token.expect("the user is active");
    org
}

#[test]
fn queries_find_the_records_that_the_user_may_read() {
    let org = as_user(org_with(PEOPLE), "lara@acme.example");
    org.query(
        "SELECT LastName FROM Lead",
        expect![[r#"
        {"LastName":"Web"}
    "#]],
    );
    org.query(
        "SELECT COUNT(Id) n FROM Lead WHERE LastName != 'None'",
        expect![[r#"
            {"n":1}
        "#]],
    );
    let (_, counted) = org.send(
        "GET /services/data/v66.0/query?q=SELECT COUNT() FROM Lead",
        "",
    );
    assert_eq!(counted["totalSize"], json!(1));
    let org = as_user(org_with(PEOPLE), "admin@practice.usher.example");
    org.query(
        "SELECT LastName FROM Lead",
        expect![[r#"
        {"LastName":"Web"}
        {"LastName":"Other"}
    "#]],
    );
}

#[test]
fn queries_find_everything_until_the_setting_is_on() {
    let off = PEOPLE.replace("\"practice.queriesFollowSharing\" = true", "");
    let org = as_user(org_with(&off), "lara@acme.example");
    org.query(
        "SELECT LastName FROM Lead",
        expect![[r#"
        {"LastName":"Web"}
        {"LastName":"Other"}
    "#]],
    );
}

#[test]
fn records_are_found_by_id_as_queries_find_them() {
    let org = org_with(PEOPLE);
    let ids: Vec<String> = ["Web", "Other"]
        .iter()
        .map(|name| org.id(&format!("SELECT Id FROM Lead WHERE LastName = '{name}'")))
        .collect();
    let org = as_user(org, "lara@acme.example");
    let mut text = String::new();
    for id in &ids {
        let (status, json) = org.send(&format!("GET /services/data/v66.0/sobjects/Lead/{id}"), "");
        text.push_str(&format!(
            "{status} {} {}\n",
            json["LastName"], json[0]["errorCode"]
        ));
    }
    expect![[r#"
        200 "Web" null
        404 null "NOT_FOUND"
    "#]]
    .assert_eq(&text);
    let line = format!(
        "GET /services/data/v66.0/composite/sobjects/Lead?ids={}&fields=LastName",
        ids.join(",")
    );
    let (_, found) = org.send(&line, "");
    assert_eq!(found[0]["LastName"], "Web");
    assert!(found[1].is_null(), "{found}");
}

#[test]
fn sub_selects_bring_the_records_that_the_user_may_read() {
    let org = org_with(&PEOPLE.replace(
        "[[components]]",
        "[[components]]\nkind = 'SharingRules'\nfull_name = 'Case'\ncontent = { sharingCriteriaRules = [{ fullName = 'M', accessLevel = 'Read', label = 'M', sharedTo = { allPartnerUsers = '' }, includeRecordsOwnedByAll = true, criteriaItems = [{ field = 'Subject', operation = 'startsWith', value = 'mine' }] }] }\n\n[[components]]",
    ));
    let account = org.id("SELECT Id FROM Account WHERE Name = 'Acme'");
    for subject in ["mine too", "of another", "mine"] {
        org.create("Case", json!({ "Subject": subject, "AccountId": account }));
    }
    let org = as_user(org, "lara@acme.example");
    org.query(
        "SELECT Name, (SELECT Subject FROM Cases ORDER BY Subject) FROM Account",
        expect![[r#"
            {"Cases":{"done":true,"records":[{"Subject":"mine"},{"Subject":"mine too"}],"totalSize":2},"Name":"Acme"}
        "#]],
    );
}
