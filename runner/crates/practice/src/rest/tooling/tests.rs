//! The Tooling API from outside.

use expect_test::{Expect, expect};
use serde_json::json;

use crate::testing::{TestOrg, org, org_with};

const T: &str = "/services/data/v66.0/tooling";

fn check(org: &TestOrg, soql: &str, expected: Expect) {
    let soql = soql.replace('%', "%25");
    let (status, body) = org.send(&format!("GET {T}/query?q={soql}"), "");
    let text = match body.get("records").and_then(|records| records.as_array()) {
        None => format!("{status} {body}\n"),
        Some(records) => {
            let lines: Vec<String> = records.iter().map(|record| format!("{record}\n")).collect();
            format!("{status} {}\n{}", body["entityTypeName"], lines.concat())
        }
    };
    expected.assert_eq(&text);
}

#[test]
fn definitions_of_objects() {
    let org = org();
    check(
        &org,
        "SELECT QualifiedApiName, KeyPrefix, Label FROM EntityDefinition WHERE QualifiedApiName LIKE 'network%' ORDER BY QualifiedApiName DESC LIMIT 2",
        expect![[r#"
            200 "EntityDefinition"
            {"KeyPrefix":"0DL","Label":"Experience Group","QualifiedApiName":"NetworkMemberGroup","attributes":{"type":"EntityDefinition"}}
            {"KeyPrefix":"0DO","Label":"Experience Member","QualifiedApiName":"NetworkMember","attributes":{"type":"EntityDefinition"}}
        "#]],
    );
    check(
        &org,
        "SELECT durableid FROM entitydefinition WHERE KeyPrefix IN ('001', '003') AND IsQueryable = true",
        expect![[r#"
            200 "EntityDefinition"
            {"DurableId":"Account","attributes":{"type":"EntityDefinition"}}
            {"DurableId":"Contact","attributes":{"type":"EntityDefinition"}}
        "#]],
    );
    check(
        &org,
        "SELECT Nothing FROM EntityDefinition",
        expect![[r#"
        400 [{"errorCode":"INVALID_FIELD","message":"No such column 'Nothing' on entity 'EntityDefinition'"}]
    "#]],
    );
    // The data API knows them as well.
    let found =
        org.records("SELECT QualifiedApiName FROM EntityDefinition WHERE DurableId = 'User'");
    assert_eq!(found[0]["QualifiedApiName"], "User");
}

#[test]
fn definitions_of_fields() {
    let org = org();
    check(
        &org,
        "SELECT QualifiedApiName, DataType, EntityDefinition.QualifiedApiName FROM FieldDefinition WHERE EntityDefinition.QualifiedApiName = 'Account' AND QualifiedApiName IN ('Name', 'OwnerId')",
        expect![[r#"
            200 "FieldDefinition"
            {"DataType":"Text(255)","EntityDefinition":{"QualifiedApiName":"Account","attributes":{"type":"EntityDefinition"}},"QualifiedApiName":"Name","attributes":{"type":"FieldDefinition"}}
            {"DataType":"Lookup(User)","EntityDefinition":{"QualifiedApiName":"Account","attributes":{"type":"EntityDefinition"}},"QualifiedApiName":"OwnerId","attributes":{"type":"FieldDefinition"}}
        "#]],
    );
    check(
        &org,
        "SELECT DurableId FROM FieldDefinition",
        expect![[r#"
        400 [{"errorCode":"EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION","message":"FieldDefinition: a filter on a reified column is required [EntityDefinitionId,DurableId]"}]
    "#]],
    );
}

#[test]
fn what_there_is_none_of() {
    let org = org();
    check(
        &org,
        "SELECT Id, Name FROM ApexClass",
        expect![[r#"
        200 "ApexClass"
    "#]],
    );
    check(
        &org,
        "SELECT COUNT(Id) n, MAX(Name) FROM apexclass",
        expect![[r#"
        200 "ApexClass"
        {"attributes":{"type":"AggregateResult"},"expr0":null,"n":0}
    "#]],
    );
    check(
        &org,
        "SELECT Id FROM SourceMember",
        expect![[r#"
        400 [{"errorCode":"INVALID_TYPE","message":"sObject type 'SourceMember' is not supported."}]
    "#]],
    );
    check(
        &org,
        "SELEC",
        expect![[r#"
        400 [{"errorCode":"MALFORMED_QUERY","message":"unexpected token `SELEC` at 0, expecting SELECT"}]
    "#]],
    );
}

#[test]
fn settings_and_shared_objects() {
    let org = org();
    check(
        &org,
        "SELECT FullName, Metadata FROM AccountSettings",
        expect![[r#"
            200 "AccountSettings"
            {"FullName":"Account","Metadata":{"enableAccountDiscovery":false,"enableAccountHistoryTracking":false,"enableAccountInsightsInMobile":false,"enableAccountOwnerReport":false,"enableAccountTeams":false,"enableContactHistoryTracking":false,"enableRelateContactToMultipleAccounts":false,"enableReportsToOnPersonAccount":false,"showViewHierarchyLink":false},"attributes":{"type":"AccountSettings"}}
        "#]],
    );
    check(
        &org,
        "SELECT FullName FROM SharingSettings",
        expect![[r#"
            200 "SharingSettings"
            {"FullName":"Sharing","attributes":{"type":"SharingSettings"}}
        "#]],
    );
    let (status, body) = org.send(
        &format!("GET {T}/query?q=SELECT Name FROM Organization"),
        "",
    );
    assert_eq!((status, &body["totalSize"]), (200, &json!(1)));
}

#[test]
fn no_apex_runs() {
    org().check(
        &format!("GET {T}/executeAnonymous?anonymousBody=System.debug(1);"),
        "",
        expect![[r#"
            200
            {
              "column": 1,
              "compileProblem": "The practice org does not run Apex",
              "compiled": false,
              "exceptionMessage": null,
              "exceptionStackTrace": null,
              "line": 1,
              "success": false
            }
        "#]],
    );
}

#[test]
fn objects_that_are_not_here() {
    let org = org();
    let (status, body) = org.send(&format!("GET {T}/sobjects"), "");
    assert_eq!(status, 200);
    assert_eq!(body["sobjects"][0]["name"], "ApexTrigger");
    let (status, _) = org.send(&format!("GET {T}/sobjects/SourceMember/describe"), "");
    assert_eq!(status, 404);
    let (status, body) = org.send(&format!("POST {T}/sobjects/ApexClass"), "{}");
    expect![[r#"403 [{"errorCode":"FUNCTIONALITY_NOT_ENABLED","message":"The practice org has no ApexClass and makes none"}]"#]].assert_eq(&format!("{status} {body}"));
}

#[test]
fn record_types_have_full_names() {
    let org = org_with(
        "[[records]]\nobject = 'RecordType'\nfields = { SobjectType = 'Account', Name = 'Business Account', DeveloperName = 'Business' }\n",
    );
    check(
        &org,
        "SELECT SobjectType, FullName FROM RecordType",
        expect![[r#"
            200 "RecordType"
            {"FullName":"Account.Business","SobjectType":"Account","attributes":{"type":"RecordType"}}
        "#]],
    );
}

#[test]
fn definitions_have_the_org_wide_defaults() {
    let org = org_with(
        "[settings]\n'practice.internalAccess.Account' = 'Edit'\n'practice.externalAccess.Account' = 'Read'\n'SharingSettings.enableExternalSharingModel' = true",
    );
    check(
        &org,
        "SELECT QualifiedApiName, InternalSharingModel, ExternalSharingModel FROM EntityDefinition WHERE QualifiedApiName IN ('Account', 'Contact', 'Profile', 'User')",
        expect![[r#"
            200 "EntityDefinition"
            {"ExternalSharingModel":"Read","InternalSharingModel":"ReadWrite","QualifiedApiName":"Account","attributes":{"type":"EntityDefinition"}}
            {"ExternalSharingModel":"Private","InternalSharingModel":"Private","QualifiedApiName":"Contact","attributes":{"type":"EntityDefinition"}}
            {"ExternalSharingModel":null,"InternalSharingModel":null,"QualifiedApiName":"Profile","attributes":{"type":"EntityDefinition"}}
            {"ExternalSharingModel":"Private","InternalSharingModel":"Read","QualifiedApiName":"User","attributes":{"type":"EntityDefinition"}}
        "#]],
    );
}

#[test]
fn nothing_is_neither_less_nor_greater() {
    let org = org();
    let mut found = Vec::new();
    for sign in ["=", "!=", "<", "<=", ">", ">="] {
        let soql = format!(
            "SELECT QualifiedApiName FROM EntityDefinition WHERE QualifiedApiName = 'Account' AND NamespacePrefix {sign} 'a'"
        );
        let (status, body) = org.send(&format!("GET {T}/query?q={soql}"), "");
        assert_eq!(status, 200, "{body}");
        if body["totalSize"] == 1 {
            found.push(sign);
        }
    }
    assert_eq!(found, ["!="]);
}
