//! Record types and person accounts.

use expect_test::expect;
use serde_json::{Value, json};

use crate::rules::tests::S;
use crate::testing::{TestOrg, org, org_with};

const TYPES: &str = r#"
[[records]]
object = "RecordType"
fields = { SobjectType = "Account", Name = "Business Account", DeveloperName = "Business" }

[[records]]
object = "RecordType"
fields = { SobjectType = "Account", Name = "Person Account", DeveloperName = "PersonAccount", IsPersonType = true }

[[records]]
object = "RecordType"
fields = { SobjectType = "Account", Name = "Old", DeveloperName = "Old", IsActive = false }

[[records]]
object = "Account"
fields = { Name = "From before", OwnerId = "@user_standard" }
"#;

fn typed(features: &str) -> TestOrg {
    org_with(&format!("{TYPES}\n[features]\n{features}"))
}

fn id(org: &TestOrg, developer_name: &str) -> String {
    org.id(&format!(
        "SELECT Id FROM RecordType WHERE SobjectType = 'Account' AND DeveloperName = '{developer_name}'"
    ))
}

fn fields(org: &TestOrg, object: &str) -> Vec<String> {
    let (_, json) = org.send(&format!("GET {S}/sobjects/{object}/describe"), "");
    let fields = json["fields"].as_array().cloned().unwrap_or_default();
    fields
        .iter()
        .map(|field| field["name"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn a_default_person_type_refuses_a_name() {
    let org = typed("default_record_types = { Account = \"PersonAccount\" }");
    let line = format!("POST {S}/sobjects/Account");
    org.refused(&line, json!({ "Name": "Nord" }), expect![[r#"400 INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: Name. Please check the security settings of this field and verify that it is read/write for your profile or permission set. ["Name"]"#]]);
    org.refused(
        &line,
        json!({ "Site": "Oslo" }),
        expect![[
            r#"400 REQUIRED_FIELD_MISSING: Required fields are missing: [LastName] ["LastName"]"#
        ]],
    );
    org.create("Account", json!({ "LastName": "Ness" }));
    let business = id(&org, "Business");
    org.create(
        "Account",
        json!({ "Name": "Nord", "RecordTypeId": business }),
    );
    org.query(
        "SELECT Name, RecordType.DeveloperName, IsPersonAccount FROM Account ORDER BY Name",
        expect![[r#"
            {"IsPersonAccount":false,"Name":"From before","RecordType":null}
            {"IsPersonAccount":true,"Name":"Ness","RecordType":{"DeveloperName":"PersonAccount"}}
            {"IsPersonAccount":false,"Name":"Nord","RecordType":{"DeveloperName":"Business"}}
        "#]],
    );
}

#[test]
fn a_business_type_refuses_a_person() {
    let org = typed("default_record_types = { Account = \"Business\" }");
    let line = format!("POST {S}/sobjects/Account");
    org.refused(&line, json!({ "LastName": "Ness" }), expect![[r#"400 INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: LastName. Please check the security settings of this field and verify that it is read/write for your profile or permission set. ["LastName"]"#]]);
    let person = id(&org, "PersonAccount");
    org.create(
        "Account",
        json!({ "LastName": "Ness", "RecordTypeId": person }),
    );
}

#[test]
fn a_record_type_must_be_one_of_the_object_and_in_use() {
    let org = typed("person_accounts = true");
    let old = id(&org, "Old");
    let refused = || {
        expect![[
            r#"400 INVALID_CROSS_REFERENCE_KEY: Record Type ID: this ID value isn't valid for the user: 012dnH000000003ABA ["RecordTypeId"]"#
        ]]
    };
    org.refused(
        &format!("POST {S}/sobjects/Account"),
        json!({ "Name": "Nord", "RecordTypeId": old }),
        refused(),
    );
    let account = org.create("Account", json!({ "Name": "Nord" }));
    org.refused(
        &format!("PATCH {S}/sobjects/Account/{account}"),
        json!({ "RecordTypeId": old }),
        refused(),
    );
}

#[test]
fn describes_show_record_types() {
    let org = typed("default_record_types = { Account = \"PersonAccount\" }");
    let infos = |object: &str| {
        let (_, json) = org.send(&format!("GET {S}/sobjects/{object}/describe"), "");
        let infos = json["recordTypeInfos"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let told = infos.iter().map(|info| {
            format!(
                "{} {} default {} master {}\n",
                info["developerName"],
                info["recordTypeId"],
                info["defaultRecordTypeMapping"],
                info["master"]
            )
        });
        told.collect::<String>()
    };
    expect![[r#"
        "Business" "012dnH000000001ABA" default false master false
        "PersonAccount" "012dnH000000002ABA" default true master false
        "Master" "012000000000000AAA" default false master true
    "#]]
    .assert_eq(&infos("Account"));
    assert_eq!(infos("Contact"), "");
    assert!(fields(&org, "Account").contains(&"RecordTypeId".to_owned()));
    assert!(!fields(&org, "Contact").contains(&"RecordTypeId".to_owned()));
}

#[test]
fn an_org_without_record_types_has_no_such_field() {
    let org = org();
    assert!(!fields(&org, "Account").contains(&"RecordTypeId".to_owned()));
    assert_eq!(
        org.records("SELECT Id FROM RecordType"),
        Vec::<Value>::new()
    );
}

#[test]
fn an_org_without_person_accounts_does_not_know_their_fields() {
    let org = org_with("[features]\nperson_accounts = false");
    for (object, field) in [
        ("Account", "IsPersonAccount"),
        ("Account", "PersonContactId"),
        ("Account", "LastName"),
        ("Contact", "IsPersonAccount"),
        ("RecordType", "IsPersonType"),
    ] {
        assert!(!fields(&org, object).contains(&field.to_owned()), "{field}");
        let line = format!("GET {S}/query?q=SELECT {field} FROM {object}");
        let (status, json) = org.send(&line, "");
        assert_eq!(
            (status, &json[0]["errorCode"]),
            (400, &json!("INVALID_FIELD"))
        );
    }
    org.refused(
        &format!("POST {S}/sobjects/Account"),
        json!({ "LastName": "Ness" }),
        expect!["400 INVALID_FIELD: No such column 'LastName' on sobject of type Account"],
    );
    org.create("Account", json!({ "Name": "Nord" }));
}
