//! Each flavour makes an org, whatever its start, and what makes it differ is there.

use expect_test::expect;
use serde_json::json;

use crate::testing::{NOW_MS, TestOrg};
use crate::{FLAVOURS, Fixture, Practice, Setup, flavour};

/// An org of that flavour and a start of its own.
fn org(name: &str) -> TestOrg {
    let start = "[[starts.other.records]]\nobject = 'Account'\nfields = { Name = 'Acme', OwnerId = '@user_standard' }";
    let setup = Setup {
        seed: 7,
        start: Some("other"),
        fixtures: vec![
            Fixture {
                name: "pack",
                text: start,
            },
            flavour(name).expect("a flavour"),
        ],
    };
    let practice = Practice::in_memory(&setup).expect("the fixture is right");
    let token = practice.sign_in(None, [7; 16]).expect("an administrator");
    TestOrg {
        practice,
        token,
        now_ms: NOW_MS,
    }
}

#[test]
fn every_flavour_makes_an_org() {
    for one in FLAVOURS {
        org(one.name).query(
            "SELECT Name FROM Account WHERE IsPersonAccount = false",
            expect![[r#"
            {"Name":"Acme"}
        "#]],
        );
    }
    assert!(flavour("nothing").is_none());
}

#[test]
fn german() {
    let org = org("german");
    org.query(
        "SELECT Name FROM Profile WHERE UserLicense.Name LIKE '%Partner%'",
        expect![[r#"
            {"Name":"Partner Community-Benutzer"}
            {"Name":"Partner Community-Anmeldebenutzer"}
        "#]],
    );
    org.query(
        "SELECT LanguageLocaleKey, Profile.Name FROM User WHERE Alias = 'aadmin'",
        expect![[r#"
            {"LanguageLocaleKey":"de","Profile":{"Name":"Systemadministrator"}}
        "#]],
    );
    let business = org.id("SELECT Id FROM RecordType WHERE DeveloperName = 'Business_Account'");
    let codes: Vec<String> = [
        json!({ "Name": "Nord" }),
        json!({ "Name": "Nord", "RecordTypeId": business }),
        json!({ "Name": "Acme AS", "RecordTypeId": business }),
    ]
    .iter()
    .map(|account| {
        let line = "POST /services/data/v66.0/sobjects/Account";
        let (status, answer) = org.send(line, &account.to_string());
        let code = answer[0]["errorCode"].as_str();
        code.map_or(status.to_string(), str::to_owned)
    })
    .collect();
    expect!["INVALID_FIELD_FOR_INSERT_UPDATE 201 DUPLICATES_DETECTED"].assert_eq(&codes.join(" "));
}

#[test]
fn renamed() {
    let org = org("renamed");
    org.query(
        "SELECT Name, DeveloperName FROM UserRole WHERE ParentRoleId = null",
        expect![[r#"
            {"DeveloperName":"ManagingDirector","Name":"Managing Director"}
        "#]],
    );
    org.query(
        "SELECT Name, UrlPathPrefix FROM Network",
        expect![[r#"
        {"Name":"Storefront","UrlPathPrefix":"storefrontvforcesite"}
    "#]],
    );
    org.query(
        "SELECT Member.Alias FROM NetworkMember",
        expect![[r#"
        {"Member":{"Alias":"aadmin"}}
    "#]],
    );
}

#[test]
fn limited() {
    let org = org("limited");
    org.query(
        "SELECT PermissionsManagePartners, PermissionsModifyAllData, PermissionsManageUsers FROM PermissionSet WHERE Id IN (SELECT PermissionSetId FROM PermissionSetAssignment WHERE Assignee.Alias = 'aadmin')",
        expect![[r#"
            {"PermissionsManagePartners":true,"PermissionsManageUsers":false,"PermissionsModifyAllData":false}
        "#]],
    );
    let statuses = [
        ("POST", "UserRole", json!({ "Name": "Clerks" })),
        ("POST", "Account", json!({ "Name": "Nord" })),
    ]
    .map(|(method, object, fields)| {
        let line = format!("{method} /services/data/v66.0/sobjects/{object}");
        org.send(&line, &fields.to_string()).0
    });
    assert_eq!(statuses, [400, 201]);
    let sams = org.id("SELECT Id FROM Account WHERE Name = 'Acme'");
    let line = format!("PATCH /services/data/v66.0/sobjects/Account/{sams}");
    assert_eq!(org.send(&line, r#"{"Site": "Bergen"}"#).0, 204);
}

#[test]
fn production() {
    let org = org("production");
    org.query(
        "SELECT Name, OrganizationType, IsSandbox, TrialExpirationDate FROM Organization",
        expect![[r#"
            {"IsSandbox":false,"Name":"Acme","OrganizationType":"Enterprise Edition","TrialExpirationDate":null}
        "#]],
    );
}

#[test]
fn scratch() {
    let org = org("scratch");
    org.query(
        "SELECT OrganizationType, IsSandbox, TrialExpirationDate FROM Organization",
        expect![[r#"
            {"IsSandbox":true,"OrganizationType":"Developer Edition","TrialExpirationDate":"2099-12-31T00:00:00.000+0000"}
        "#]],
    );
}
