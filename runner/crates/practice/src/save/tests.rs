//! Every way to save a record over REST asks the same: validation rules, duplicate rules, faults and the rights of the
//! sender.

use bytes::Bytes;
use expect_test::{Expect, expect};
use http::Request;
use serde_json::{Value, json};

use crate::fault::FaultKind;
use crate::testing::{NOW_MS, TestOrg, org_with};

const S: &str = "/services/data/v66.0";

/// An account that is keyed, with a contact; a validation rule; a user who may use the API and nothing else.
const START: &str = r#"
[[changes]]
ref = "profile_minimum"
fields = { PermissionsApiEnabled = true }

[[custom_fields]]
object = "Account"
name = "Number__c"
type = "number"
external_id = true
unique = true

[[records]]
object = "User"
fields = { Username = "clerk@practice.usher.example", LastName = "Clerk", Alias = "clerk", Email = "clerk@practice.usher.example", ProfileId = "@profile_minimum", TimeZoneSidKey = "America/New_York", LocaleSidKey = "en_US", EmailEncodingKey = "UTF-8", LanguageLocaleKey = "en_US" }

[[records]]
object = "Account"
ref = "fjord"
fields = { Name = "Fjord", Number__c = 7, OwnerId = "@user_standard" }

[[records]]
object = "Contact"
fields = { LastName = "Ness", AccountId = "@fjord", OwnerId = "@user_standard" }

[[validation_rules]]
object = "Account"
when = [{ field = "Site", is = "equal", value = "Nowhere" }]
message = "That site is closed."
"#;

/// The ways to create an account, each with its request.
fn creates(fields: &Value) -> Vec<(&'static str, String, Value)> {
    let with = |more: Value| {
        let mut all = fields.clone();
        for (name, value) in more.as_object().into_iter().flatten() {
            all[name] = value.clone();
        }
        all
    };
    let typed = json!({ "type": "Account", "referenceId": "r" });
    vec![
        ("create", "POST sobjects/Account".to_owned(), fields.clone()),
        ("id", "POST sobjects/Account/Id".to_owned(), fields.clone()),
        (
            "upsert",
            "PATCH sobjects/Account/Number__c/99".to_owned(),
            fields.clone(),
        ),
        (
            "upserts",
            "PATCH composite/sobjects/Account/Number__c".to_owned(),
            json!({ "records": [with(json!({ "attributes": typed, "Number__c": 99 }))] }),
        ),
        (
            "tree",
            "POST composite/tree/Account".to_owned(),
            json!({ "records": [with(json!({ "attributes": typed }))] }),
        ),
        (
            "graph",
            "POST composite/graph".to_owned(),
            json!({ "graphs": [{ "graphId": "g", "compositeRequest": [
                { "method": "POST", "url": format!("{S}/sobjects/Account"), "referenceId": "r", "body": fields },
            ]}]}),
        ),
    ]
}

/// The ways to change the account that is there.
fn changes(org: &TestOrg, fields: &Value) -> Vec<(&'static str, String, Value)> {
    let contact = org.id("SELECT Id FROM Contact WHERE LastName = 'Ness'");
    let mut row = fields.clone();
    row["attributes"] = json!({ "type": "Account" });
    row["Number__c"] = json!(7);
    vec![
        (
            "upsert",
            "PATCH sobjects/Account/Number__c/7".to_owned(),
            fields.clone(),
        ),
        (
            "upserts",
            "PATCH composite/sobjects/Account/Number__c".to_owned(),
            json!({ "records": [row] }),
        ),
        (
            "relationship",
            format!("PATCH sobjects/Contact/{contact}/Account"),
            fields.clone(),
        ),
    ]
}

/// Sends each request amid the fault, and compares the codes of the refusals. Nothing is saved.
#[track_caller]
fn codes(
    org: &TestOrg,
    token: &str,
    ways: Vec<(&'static str, String, Value)>,
    fault: Option<&FaultKind>,
    expected: Expect,
) {
    let accounts = org.records("SELECT Id, Name, Site FROM Account");
    let mut told = String::new();
    for (way, line, body) in ways {
        let (method, path) = line.split_once(' ').expect("a method and a path");
        let request = Request::builder()
            .method(method)
            .uri(format!("{S}/{path}"))
            .header("Authorization", format!("Bearer {token}"))
            .body(Bytes::from(body.to_string()))
            .expect("a request");
        let sent = org.practice.exchange_amid(request, NOW_MS, fault.cloned());
        let answer: Value = serde_json::from_slice(sent.response.body()).unwrap_or_default();
        let refusal = refusal(&answer).unwrap_or("saved");
        told.push_str(&format!(
            "{way} {} {refusal}\n",
            sent.response.status().as_u16()
        ));
    }
    expected.assert_eq(&told);
    assert_eq!(
        accounts,
        org.records("SELECT Id, Name, Site FROM Account"),
        "nothing is saved"
    );
}

/// The first code of a refusal in an answer.
fn refusal(answer: &Value) -> Option<&str> {
    match answer {
        Value::Object(fields) => ["errorCode", "statusCode"]
            .iter()
            .find_map(|name| fields.get(*name)?.as_str())
            .or_else(|| fields.values().find_map(refusal)),
        Value::Array(items) => items.iter().find_map(refusal),
        _ => None,
    }
}

#[test]
fn validation_rules() {
    let org = org_with(START);
    let fields = json!({ "Name": "A", "Site": "Nowhere" });
    codes(
        &org,
        &org.token,
        creates(&fields),
        None,
        expect![[r#"
            create 400 FIELD_CUSTOM_VALIDATION_EXCEPTION
            id 400 FIELD_CUSTOM_VALIDATION_EXCEPTION
            upsert 400 FIELD_CUSTOM_VALIDATION_EXCEPTION
            upserts 200 FIELD_CUSTOM_VALIDATION_EXCEPTION
            tree 400 FIELD_CUSTOM_VALIDATION_EXCEPTION
            graph 200 FIELD_CUSTOM_VALIDATION_EXCEPTION
        "#]],
    );
    let fields = json!({ "Site": "Nowhere" });
    codes(
        &org,
        &org.token,
        changes(&org, &fields),
        None,
        expect![[r#"
        upsert 400 FIELD_CUSTOM_VALIDATION_EXCEPTION
        upserts 200 FIELD_CUSTOM_VALIDATION_EXCEPTION
        relationship 400 FIELD_CUSTOM_VALIDATION_EXCEPTION
    "#]],
    );
}

#[test]
fn duplicate_rules() {
    let org = org_with(START);
    let on = json!({ "practice.duplicateRule.Account": true });
    org.send("PATCH /practice/settings", &on.to_string());
    let fields = json!({ "Name": "Fjord" });
    codes(
        &org,
        &org.token,
        creates(&fields),
        None,
        expect![[r#"
            create 400 DUPLICATES_DETECTED
            id 400 DUPLICATES_DETECTED
            upsert 400 DUPLICATES_DETECTED
            upserts 200 DUPLICATES_DETECTED
            tree 400 DUPLICATES_DETECTED
            graph 200 DUPLICATES_DETECTED
        "#]],
    );
}

#[test]
fn faults() {
    let org = org_with(START);
    let lock = FaultKind::Lock { row: None };
    let fields = json!({ "Name": "A" });
    codes(
        &org,
        &org.token,
        creates(&fields),
        Some(&lock),
        expect![[r#"
            create 400 UNABLE_TO_LOCK_ROW
            id 400 UNABLE_TO_LOCK_ROW
            upsert 400 UNABLE_TO_LOCK_ROW
            upserts 200 UNABLE_TO_LOCK_ROW
            tree 400 UNABLE_TO_LOCK_ROW
            graph 200 UNABLE_TO_LOCK_ROW
        "#]],
    );
    let ways = changes(&org, &json!({ "Site": "Oslo" }));
    codes(
        &org,
        &org.token,
        ways,
        Some(&lock),
        expect![[r#"
        upsert 400 UNABLE_TO_LOCK_ROW
        upserts 200 UNABLE_TO_LOCK_ROW
        relationship 400 UNABLE_TO_LOCK_ROW
    "#]],
    );
    let deletes = || {
        vec![(
            "delete",
            "DELETE sobjects/Account/Number__c/7".to_owned(),
            json!({}),
        )]
    };
    codes(
        &org,
        &org.token,
        deletes(),
        Some(&lock),
        expect![[r#"
        delete 400 UNABLE_TO_LOCK_ROW
    "#]],
    );
}

#[test]
fn rights_of_the_sender() {
    let org = org_with(START);
    let clerk = org
        .practice
        .sign_in(Some("clerk@practice.usher.example"), [8; 16])
        .expect("the clerk may sign in");
    codes(
        &org,
        &clerk,
        creates(&json!({ "Name": "A" })),
        None,
        expect![[r#"
            create 400 CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY
            id 400 CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY
            upsert 400 CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY
            upserts 200 CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY
            tree 400 CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY
            graph 200 CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY
        "#]],
    );
    let ways = changes(&org, &json!({ "Site": "Oslo" }));
    codes(
        &org,
        &clerk,
        ways,
        None,
        expect![[r#"
        upsert 400 INSUFFICIENT_ACCESS_OR_READONLY
        upserts 200 INSUFFICIENT_ACCESS_OR_READONLY
        relationship 400 INSUFFICIENT_ACCESS_OR_READONLY
    "#]],
    );
    let deletes = vec![(
        "delete",
        "DELETE sobjects/Account/Number__c/7".to_owned(),
        json!({}),
    )];
    codes(
        &org,
        &clerk,
        deletes,
        None,
        expect![[r#"
        delete 400 INSUFFICIENT_ACCESS_OR_READONLY
    "#]],
    );
}

/// An external id that may repeat is for users who see all data (docs/salesforce/records.md#external-ids).
#[test]
fn upserts_by_what_is_not_unique() {
    let start = START.replace("unique = true\n", "");
    let org = org_with(&format!(
        "{start}\n[[records]]\nobject = \"PermissionSet\"\nref = \"edits\"\nfields = {{ Name = \"Edits\", Label = \"Edits\" }}\n[[records]]\nobject = \"ObjectPermissions\"\nfields = {{ ParentId = \"@edits\", SobjectType = \"Account\", PermissionsRead = true, PermissionsCreate = true, PermissionsEdit = true }}\n"
    ));
    let clerk_id = org.id("SELECT Id FROM User WHERE Alias = 'clerk'");
    let set = org.id("SELECT Id FROM PermissionSet WHERE Name = 'Edits'");
    org.create(
        "PermissionSetAssignment",
        json!({ "AssigneeId": clerk_id, "PermissionSetId": set }),
    );
    let clerk = org
        .practice
        .sign_in(Some("clerk@practice.usher.example"), [8; 16])
        .expect("the clerk may sign in");
    let upserts = || {
        creates(&json!({ "Name": "A" }))
            .into_iter()
            .filter(|(way, ..)| way.starts_with("upsert"))
            .collect()
    };
    codes(
        &org,
        &clerk,
        upserts(),
        None,
        expect![[r#"
        upsert 400 INSUFFICIENT_ACCESS_OR_READONLY
        upserts 200 INSUFFICIENT_ACCESS_OR_READONLY
    "#]],
    );
    org.send(
        &format!("PATCH {S}/sobjects/PermissionSet/{set}"),
        &json!({ "PermissionsViewAllData": true }).to_string(),
    );
    let request = Request::patch(format!("{S}/sobjects/Account/Number__c/99"))
        .header("Authorization", format!("Bearer {clerk}"))
        .body(Bytes::from(r#"{"Name": "A"}"#))
        .expect("a request");
    assert_eq!(org.practice.exchange(request, NOW_MS).status(), 201);
}

/// A request that makes users of an account locks it against every other way to make one
/// (docs/salesforce/users.md#locks).
#[test]
fn locks() {
    let org = org_with(START);
    let account = org.id("SELECT Id FROM Account WHERE Name = 'Fjord'");
    let profile = org.id("SELECT Id FROM Profile WHERE Name = 'Customer Community Plus User'");
    let user = |name: &str| {
        let contact = org.create("Contact", json!({ "LastName": name, "AccountId": account }));
        json!({
            "LastName": name, "Email": "x@locks.example", "Alias": "x", "CommunityNickname": name,
            "TimeZoneSidKey": "Europe/Berlin", "LocaleSidKey": "en_US", "EmailEncodingKey": "UTF-8",
            "LanguageLocaleKey": "en_US", "ProfileId": profile, "ContactId": contact,
        })
    };
    let exchange = |line: &str, body: Value| {
        let (method, path) = line.split_once(' ').expect("a method and a path");
        let request = Request::builder()
            .method(method)
            .uri(format!("{S}/{path}"))
            .header("Authorization", format!("Bearer {}", org.token))
            .body(Bytes::from(body.to_string()))
            .expect("a request");
        org.practice.exchange_amid(request, NOW_MS, None)
    };
    let first = exchange(
        "PATCH sobjects/User/Username/one@locks.example",
        user("one"),
    );
    assert_eq!(first.response.status(), 201);
    let mut second = user("two");
    let by_name = exchange(
        "PATCH sobjects/User/Username/two@locks.example",
        second.clone(),
    );
    second["Username"] = json!("two@locks.example");
    second["attributes"] = json!({ "type": "User", "referenceId": "r" });
    let body = json!({ "records": [second] });
    let told: Vec<String> = [
        by_name,
        exchange("PATCH composite/sobjects/User/Username", body.clone()),
        exchange("POST composite/tree/User", body),
    ]
    .iter()
    .map(|sent| {
        let answer: Value = serde_json::from_slice(sent.response.body()).unwrap_or_default();
        refusal(&answer).unwrap_or("saved").to_owned()
    })
    .collect();
    assert_eq!(told, ["UNABLE_TO_LOCK_ROW"; 3]);
    drop(first);
    let last = exchange(
        "PATCH sobjects/User/Username/two@locks.example",
        user("two"),
    );
    assert_eq!(last.response.status(), 201);
}

/// Parts of permission sets are for users who manage them (docs/salesforce/permission-sets.md#setup-entities).
#[test]
fn parts_of_permission_sets() {
    let org = org_with(START);
    let clerk = org
        .practice
        .sign_in(Some("clerk@practice.usher.example"), [8; 16])
        .expect("the clerk may sign in");
    let setup = org.create(
        "PermissionSet",
        json!({ "Name": "Setup", "Label": "Setup", "PermissionsViewSetup": true }),
    );
    let clerk_id = org.id("SELECT Id FROM User WHERE Alias = 'clerk'");
    org.create(
        "PermissionSetAssignment",
        json!({ "AssigneeId": clerk_id, "PermissionSetId": setup }),
    );
    let group = org.create(
        "PermissionSetGroup",
        json!({ "DeveloperName": "Crew", "MasterLabel": "Crew" }),
    );
    let ways = [
        (
            "PermissionSetGroupComponent",
            json!({ "PermissionSetGroupId": group, "PermissionSetId": setup }),
        ),
        (
            "PermissionSetTabSetting",
            json!({ "ParentId": setup, "Name": "standard-Lead", "Visibility": "DefaultOn" }),
        ),
        (
            "SetupEntityAccess",
            json!({ "ParentId": setup, "SetupEntityId": "01p000000000001AAA" }),
        ),
    ];
    let ways = ways.map(|(name, body)| (name, format!("POST sobjects/{name}"), body));
    codes(
        &org,
        &clerk,
        ways.into(),
        None,
        expect![[r#"
        PermissionSetGroupComponent 400 INSUFFICIENT_ACCESS_OR_READONLY
        PermissionSetTabSetting 400 INSUFFICIENT_ACCESS_OR_READONLY
        SetupEntityAccess 400 INSUFFICIENT_ACCESS_OR_READONLY
    "#]],
    );
}
