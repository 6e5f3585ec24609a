//! `UserRecordAccess` (docs/salesforce/sharing.md#userrecordaccess): each way of access, shown alone, and the queries
//! that the object answers.

mod many;
mod rules;

use expect_test::{Expect, expect};
use serde_json::json;

use crate::testing::{TestOrg, org_with};

/// Two accounts of Sam's, `Acme` with three partner users in a chain and a customer, `Other` with none;
/// Cora has no part in either.
const PEOPLE: &str = r#"
[[components]]
kind = "SharingSet"
full_name = "PartnerCases"
content = { name = "Partner cases", profiles = ["Partner Community User"], accessMappings = [{ accessLevel = "Edit", object = "Case", objectField = "Account", userField = "Account" }] }

[[records]]
object = "User"
ref = "cora"
fields = { Username = "cora@practice.example", LastName = "Cora", Email = "cora@practice.example", Alias = "cora", ProfileId = "@profile_standard", UserRoleId = "@role_support", TimeZoneSidKey = "Europe/Berlin", LocaleSidKey = "en_US", EmailEncodingKey = "UTF-8", LanguageLocaleKey = "en_US" }

[[records]]
object = "User"
ref = "boss"
fields = { Username = "boss@practice.example", LastName = "Boss", Email = "boss@practice.example", Alias = "boss", ProfileId = "@profile_standard", UserRoleId = "@role_vp_sales", TimeZoneSidKey = "Europe/Berlin", LocaleSidKey = "en_US", EmailEncodingKey = "UTF-8", LanguageLocaleKey = "en_US" }

[[records]]
object = "Account"
ref = "acme"
fields = { Name = "Acme", OwnerId = "@user_standard" }

[[records]]
object = "Account"
ref = "other"
fields = { Name = "Other", OwnerId = "@cora" }

[[records]]
object = "Contact"
ref = "contact_low"
fields = { LastName = "Low", AccountId = "@acme", OwnerId = "@user_standard" }

[[records]]
object = "Contact"
ref = "contact_high"
fields = { LastName = "High", AccountId = "@acme", OwnerId = "@user_standard" }

[[records]]
object = "Contact"
ref = "contact_customer"
fields = { LastName = "Customer", AccountId = "@acme", OwnerId = "@user_standard" }

[[records]]
object = "Contact"
fields = { LastName = "Stranger", AccountId = "@other", OwnerId = "@cora" }

[[records]]
object = "User"
ref = "low"
fields = { Username = "low@acme.example", LastName = "Low", Email = "low@acme.example", Alias = "low", ContactId = "@contact_low", ProfileId = "@profile_partner", TimeZoneSidKey = "Europe/Berlin", LocaleSidKey = "en_US", EmailEncodingKey = "UTF-8", LanguageLocaleKey = "en_US" }

[[records]]
object = "User"
ref = "high"
fields = { Username = "high@acme.example", LastName = "High", Email = "high@acme.example", Alias = "high", ContactId = "@contact_high", ProfileId = "@profile_partner", PortalRole = "Executive", TimeZoneSidKey = "Europe/Berlin", LocaleSidKey = "en_US", EmailEncodingKey = "UTF-8", LanguageLocaleKey = "en_US" }

[[records]]
object = "User"
ref = "customer"
fields = { Username = "customer@acme.example", LastName = "Customer", Email = "customer@acme.example", Alias = "cust", ContactId = "@contact_customer", ProfileId = "@profile_cc", TimeZoneSidKey = "Europe/Berlin", LocaleSidKey = "en_US", EmailEncodingKey = "UTF-8", LanguageLocaleKey = "en_US" }

[[records]]
object = "Lead"
fields = { LastName = "Lows", Company = "x", OwnerId = "@low" }

[[records]]
object = "Lead"
fields = { LastName = "Coras", Company = "x", OwnerId = "@cora" }

[[records]]
object = "Case"
fields = { Subject = "of Acme", AccountId = "@acme", OwnerId = "@cora" }

[[records]]
object = "Case"
fields = { Subject = "of Other", AccountId = "@other", OwnerId = "@cora" }

[[records]]
object = "Opportunity"
fields = { Name = "of Other", AccountId = "@other", StageName = "Prospecting", CloseDate = "2026-12-31", OwnerId = "@cora" }
"#;

const USERS: [&str; 6] = ["low", "high", "cust", "ssales", "boss", "cora"];

/// The greatest access that each of the people has to a record.
fn seen(org: &TestOrg, object: &str, condition: &str) -> String {
    let record = org.id(&format!("SELECT Id FROM {object} WHERE {condition}"));
    let mut text = String::new();
    for alias in USERS {
        let user = org.id(&format!("SELECT Id FROM User WHERE Alias = '{alias}'"));
        let rows = org.records(&format!(
            "SELECT MaxAccessLevel FROM UserRecordAccess WHERE UserId = '{user}' AND RecordId = '{record}'"
        ));
        let level = rows[0]["MaxAccessLevel"].as_str().expect("a level");
        text.push_str(&format!("{alias} {level}, "));
    }
    text.trim_end_matches(", ").to_owned()
}

#[track_caller]
fn sees(org: &TestOrg, object: &str, condition: &str, expected: Expect) {
    expected.assert_eq(&seen(org, object, condition));
}

fn settings(org: &TestOrg, wanted: serde_json::Value) {
    let (status, json) = org.send("PATCH /practice/settings", &wanted.to_string());
    assert_eq!(status, 204, "{json}");
}

#[test]
fn owners_and_whoever_is_above_them() {
    let org = org_with(PEOPLE);
    // The lead depends on no account: its owner, the role above in the account, the account's owner above
    // that, and the role above his.
    sees(
        &org,
        "Lead",
        "LastName = 'Lows'",
        expect!["low All, high All, cust None, ssales All, boss All, cora None"],
    );
    sees(
        &org,
        "Lead",
        "LastName = 'Coras'",
        expect!["low None, high None, cust None, ssales None, boss None, cora All"],
    );
    // "Disabling a partner user makes their partner role obsolete, so their records stop rolling up."
    let low = org.id("SELECT Id FROM User WHERE Alias = 'low'");
    let line = format!("PATCH /services/data/v66.0/sobjects/User/{low}");
    org.check(
        &line,
        r#"{"IsActive":false}"#,
        expect![[r#"
        204
    "#]],
    );
    sees(
        &org,
        "Lead",
        "LastName = 'Lows'",
        expect!["low None, high None, cust None, ssales None, boss None, cora None"],
    );
}

#[test]
fn sharing_sets() {
    let org = org_with(PEOPLE);
    sees(
        &org,
        "Case",
        "Subject = 'of Acme'",
        expect!["low Edit, high Edit, cust None, ssales Edit, boss Edit, cora All"],
    );
    sees(
        &org,
        "Case",
        "Subject = 'of Other'",
        expect!["low None, high None, cust None, ssales None, boss None, cora All"],
    );
}

#[test]
fn manual_shares() {
    let org = org_with(PEOPLE);
    sees(
        &org,
        "Lead",
        "LastName = 'Coras'",
        expect!["low None, high None, cust None, ssales None, boss None, cora All"],
    );
    let lead = org.id("SELECT Id FROM Lead WHERE LastName = 'Coras'");
    let low = org.id("SELECT Id FROM User WHERE Alias = 'low'");
    org.create(
        "LeadShare",
        json!({ "LeadId": lead, "UserOrGroupId": low, "LeadAccessLevel": "Edit" }),
    );
    sees(
        &org,
        "Lead",
        "LastName = 'Coras'",
        expect!["low Edit, high Edit, cust None, ssales Edit, boss Edit, cora All"],
    );
    // An account's share opens the records below the account as well.
    let account = org.id("SELECT Id FROM Account WHERE Name = 'Other'");
    let customer = org.id("SELECT Id FROM User WHERE Alias = 'cust'");
    // No client may give one to a customer without a role.
    let share = json!({ "AccountId": account, "UserOrGroupId": customer, "AccountAccessLevel": "Edit", "OpportunityAccessLevel": "None", "CaseAccessLevel": "Read" });
    let (status, json) = org.send("POST /practice/records/AccountShare", &share.to_string());
    assert_eq!(status, 201, "{json}");
    sees(
        &org,
        "Account",
        "Name = 'Other'",
        expect!["low None, high None, cust Edit, ssales None, boss None, cora All"],
    );
    sees(
        &org,
        "Case",
        "Subject = 'of Other'",
        expect!["low None, high None, cust Read, ssales None, boss None, cora All"],
    );
    sees(
        &org,
        "Opportunity",
        "Name = 'of Other'",
        expect!["low None, high None, cust None, ssales None, boss None, cora All"],
    );
    sees(
        &org,
        "Contact",
        "LastName = 'Stranger'",
        expect!["low None, high None, cust None, ssales None, boss None, cora All"],
    );
}

#[test]
fn what_comes_with_an_account() {
    let org = org_with(PEOPLE);
    sees(
        &org,
        "Account",
        "Name = 'Acme'",
        expect!["low Read, high Read, cust Read, ssales All, boss All, cora Read"],
    );
    sees(
        &org,
        "Contact",
        "LastName = 'High'",
        expect!["low Read, high Read, cust None, ssales All, boss All, cora None"],
    );
    sees(
        &org,
        "Contact",
        "LastName = 'Customer'",
        expect!["low Read, high Read, cust Read, ssales All, boss All, cora None"],
    );
    sees(
        &org,
        "Opportunity",
        "Name = 'of Other'",
        expect!["low None, high None, cust None, ssales None, boss None, cora All"],
    );
    // Users who have access to a record below an account may read the account: Cora owns a case of Acme.
    let case = org.id("SELECT Id FROM Case WHERE Subject = 'of Other'");
    let boss = org.id("SELECT Id FROM User WHERE Alias = 'boss'");
    let line = format!("PATCH /services/data/v66.0/sobjects/Case/{case}");
    org.check(
        &line,
        &json!({ "OwnerId": boss }).to_string(),
        expect![[r#"
        204
    "#]],
    );
    sees(
        &org,
        "Account",
        "Name = 'Other'",
        expect!["low None, high None, cust None, ssales None, boss Read, cora All"],
    );
}

#[test]
fn org_wide_defaults() {
    let org = org_with(PEOPLE);
    settings(
        &org,
        json!({ "practice.internalAccess.Lead": "Edit", "practice.externalAccess.Lead": "Read" }),
    );
    sees(
        &org,
        "Lead",
        "LastName = 'Coras'",
        expect!["low Read, high Read, cust Read, ssales Edit, boss Edit, cora All"],
    );
    // Without the external sharing model one default is for all users (docs/salesforce/sharing.md#org-wide-defaults).
    settings(
        &org,
        json!({ "SharingSettings.enableExternalSharingModel": false }),
    );
    sees(
        &org,
        "Lead",
        "LastName = 'Coras'",
        expect!["low Edit, high Edit, cust Edit, ssales Edit, boss Edit, cora All"],
    );
}

#[test]
fn permissions_that_open_all_records() {
    let org = org_with(PEOPLE);
    let cora = org.id("SELECT Id FROM User WHERE Alias = 'cora'");
    let allow = |name: &str, permission: &str| {
        let set = org.create("PermissionSet", json!({ "Name": name, "Label": name }));
        let mut allowed = json!({ "ParentId": set, "SobjectType": "Lead", "PermissionsRead": true, "PermissionsEdit": true, "PermissionsDelete": true, "PermissionsViewAllRecords": true });
        allowed[permission] = json!(true);
        org.create("ObjectPermissions", allowed);
        org.create(
            "PermissionSetAssignment",
            json!({ "AssigneeId": cora, "PermissionSetId": set }),
        );
    };
    allow("Viewers", "PermissionsViewAllRecords");
    sees(
        &org,
        "Lead",
        "LastName = 'Lows'",
        expect!["low All, high All, cust None, ssales All, boss All, cora Read"],
    );
    allow("Modifiers", "PermissionsModifyAllRecords");
    sees(
        &org,
        "Lead",
        "LastName = 'Lows'",
        expect!["low All, high All, cust None, ssales All, boss All, cora All"],
    );
    sees(
        &org,
        "Contact",
        "LastName = 'High'",
        expect!["low Read, high Read, cust None, ssales All, boss All, cora None"],
    );
}

#[test]
fn users_as_records() {
    let org = org_with(PEOPLE);
    sees(
        &org,
        "User",
        "Alias = 'low'",
        expect!["low Edit, high Read, cust None, ssales Read, boss Read, cora Read"],
    );
    settings(
        &org,
        json!({ "SharingSettings.enablePortalUserVisibility": true }),
    );
    sees(
        &org,
        "User",
        "Alias = 'low'",
        expect!["low Edit, high Read, cust Read, ssales Read, boss Read, cora Read"],
    );
}

#[test]
fn a_whole_answer() {
    let org = org_with(PEOPLE);
    let low = org.id("SELECT Id FROM User WHERE Alias = 'low'");
    let own = org.id("SELECT Id FROM Lead WHERE LastName = 'Lows'");
    let coras = org.id("SELECT Id FROM Lead WHERE LastName = 'Coras'");
    let case = org.id("SELECT Id FROM Case WHERE Subject = 'of Acme'");
    let line = format!(
        "GET /services/data/v66.0/query?q=SELECT RecordId, HasReadAccess, HasEditAccess, HasDeleteAccess, HasTransferAccess, HasAllAccess, MaxAccessLevel FROM UserRecordAccess WHERE UserId = '{low}' AND RecordId IN ('{own}', '{coras}', '{case}') ORDER BY MaxAccessLevel DESC"
    );
    org.check(
        &line,
        "",
        expect![[r#"
        200
        {
          "done": true,
          "records": [
            {
              "HasAllAccess": true,
              "HasDeleteAccess": true,
              "HasEditAccess": true,
              "HasReadAccess": true,
              "HasTransferAccess": true,
              "MaxAccessLevel": "All",
              "RecordId": "00QdnH000000001EBA",
              "attributes": {
                "type": "UserRecordAccess"
              }
            },
            {
              "HasAllAccess": false,
              "HasDeleteAccess": false,
              "HasEditAccess": true,
              "HasReadAccess": true,
              "HasTransferAccess": false,
              "MaxAccessLevel": "Edit",
              "RecordId": "500dnH000000001ABA",
              "attributes": {
                "type": "UserRecordAccess"
              }
            },
            {
              "HasAllAccess": false,
              "HasDeleteAccess": false,
              "HasEditAccess": false,
              "HasReadAccess": false,
              "HasTransferAccess": false,
              "MaxAccessLevel": "None",
              "RecordId": "00QdnH000000002EBA",
              "attributes": {
                "type": "UserRecordAccess"
              }
            }
          ],
          "totalSize": 3
        }
    "#]],
    );
    org.query(
        &format!("SELECT RecordId FROM UserRecordAccess WHERE UserId = '{low}' AND RecordId IN ('{own}', '{coras}', '{case}') AND HasEditAccess = true LIMIT 1"),
        expect![[r#"
            {"RecordId":"00QdnH000000001EBA"}
        "#]],
    );
}

#[test]
fn who_asks_sees_only_what_is_his() {
    let mut org = org_with(PEOPLE);
    let low = org.id("SELECT Id FROM User WHERE Alias = 'low'");
    let own = org.id("SELECT Id FROM Lead WHERE LastName = 'Lows'");
    let coras = org.id("SELECT Id FROM Lead WHERE LastName = 'Coras'");
    org.token = org
        .practice
        .sign_in(Some("sam.sales@practice.usher.example"), [8; 16])
        .expect("he is active");
    org.query(
        &format!("SELECT RecordId, HasReadAccess FROM UserRecordAccess WHERE UserId = '{low}' AND RecordId IN ('{own}', '{coras}')"),
        expect![[r#"
            {"HasReadAccess":true,"RecordId":"00QdnH000000001EBA"}
        "#]],
    );
}

#[test]
fn queries_that_are_refused() {
    let org = org_with(PEOPLE);
    let user = org.id("SELECT Id FROM User WHERE Alias = 'low'");
    let record = org.id("SELECT Id FROM Lead WHERE LastName = 'Lows'");
    let many: Vec<String> = (0..201).map(|n| format!("'00Q00000000{n:04}'")).collect();
    let role = org.id("SELECT Id FROM UserRole WHERE Name = 'CEO'");
    let mut text = String::new();
    for soql in [
        "SELECT RecordId FROM UserRecordAccess".to_owned(),
        format!("SELECT RecordId FROM UserRecordAccess WHERE UserId = '{user}'"),
        format!("SELECT RecordId FROM UserRecordAccess WHERE RecordId = '{record}'"),
        format!(
            "SELECT RecordId FROM UserRecordAccess WHERE UserId = '{user}' OR RecordId = '{record}'"
        ),
        format!(
            "SELECT RecordId FROM UserRecordAccess WHERE UserId IN ('{user}', '{role}') AND RecordId = '{record}'"
        ),
        format!(
            "SELECT RecordId FROM UserRecordAccess WHERE UserId = '{user}' AND RecordId IN ({})",
            many.join(", ")
        ),
        format!(
            "SELECT RecordId, HasReadAccess FROM UserRecordAccess WHERE UserId = '{user}' AND RecordId = '{record}' AND HasReadAccess = true"
        ),
        format!(
            "SELECT Id FROM UserRecordAccess WHERE UserId = '{user}' AND RecordId = '{record}'"
        ),
        format!(
            "SELECT COUNT() FROM UserRecordAccess WHERE UserId = '{user}' AND RecordId = '{record}'"
        ),
        format!("SELECT RecordId FROM UserRecordAccess WHERE UserId = '{user}' AND RecordId = 'x'"),
        format!(
            "SELECT RecordId FROM UserRecordAccess WHERE UserId = '{user}' AND RecordId = '{role}'"
        ),
    ] {
        let (status, json) = org.send(&format!("GET /services/data/v66.0/query?q={soql}"), "");
        text.push_str(&format!(
            "{status} {}: {}\n",
            json[0]["errorCode"].as_str().unwrap_or_default(),
            json[0]["message"].as_str().unwrap_or_default()
        ));
    }
    expect![[r#"
        400 MALFORMED_QUERY: UserRecordAccess needs a filter on one UserId and on one or more RecordIds, joined by AND
        400 MALFORMED_QUERY: UserRecordAccess needs a filter on one UserId and on one or more RecordIds, joined by AND
        400 MALFORMED_QUERY: UserRecordAccess needs a filter on one UserId and on one or more RecordIds, joined by AND
        400 MALFORMED_QUERY: UserRecordAccess needs a filter on one UserId and on one or more RecordIds, joined by AND
        400 MALFORMED_QUERY: UserRecordAccess needs a filter on one UserId and on one or more RecordIds, joined by AND
        400 MALFORMED_QUERY: UserRecordAccess can be asked for at most 200 records at once, not 201
        400 MALFORMED_QUERY: When filtering on access fields, only RecordId can be selected
        400 INVALID_FIELD: No such column 'Id' on entity 'UserRecordAccess'
        400 MALFORMED_QUERY: UserRecordAccess can't be counted or grouped
        400 INVALID_QUERY_FILTER_OPERATOR: invalid ID field: x
        400 INVALID_QUERY_FILTER_OPERATOR: the practice org does not know who may see the record 00EdnH000000001EBA: it knows accounts, cases, contacts, leads, opportunities and users
    "#]].assert_eq(&text);
}

#[test]
fn it_is_described_and_nothing_else() {
    let org = org_with("");
    let (status, json) = org.send(
        "GET /services/data/v66.0/sobjects/UserRecordAccess/describe",
        "",
    );
    let fields: Vec<&str> = json["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .filter_map(|field| field["name"].as_str())
        .collect();
    expect!["200 RecordId UserId HasReadAccess HasEditAccess HasDeleteAccess HasTransferAccess HasAllAccess MaxAccessLevel"].assert_eq(&format!("{status} {}", fields.join(" ")));
    let (status, json) = org.send("GET /services/data/v66.0/query?columns=true&q=SELECT RecordId, HasReadAccess FROM UserRecordAccess", "");
    let names: Vec<&str> = json["columnMetadata"]
        .as_array()
        .expect("columns")
        .iter()
        .filter_map(|column| column["columnName"].as_str())
        .collect();
    expect!["200 RecordId HasReadAccess"].assert_eq(&format!("{status} {}", names.join(" ")));
    org.refused(
        "POST /services/data/v66.0/sobjects/UserRecordAccess",
        json!({}),
        expect!["404 NOT_FOUND: The requested resource does not exist"],
    );
}
