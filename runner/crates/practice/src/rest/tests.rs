//! The REST face from outside: versions, sessions, queries, records, collections, composites.

use bytes::Bytes;
use expect_test::{Expect, expect};
use http::Request;
use serde_json::json;

use crate::testing::{NOW_MS, org, shown};

const S: &str = "/services/data/v66.0";

#[test]
fn versions_need_no_session_and_are_ascending() {
    let org = org();
    let request = Request::get("/services/data/")
        .body(Bytes::new())
        .expect("a request");
    let response = org.practice.exchange(request, NOW_MS);
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers().get("Sforce-Limit-Info"), None);
    let versions: Vec<serde_json::Value> = serde_json::from_slice(response.body()).expect("JSON");
    assert_eq!(versions.len(), 37);
    expect![[r#"{"label":"Summer '14","url":"/services/data/v31.0","version":"31.0"}"#]]
        .assert_eq(&versions[0].to_string());
    expect![[r#"{"label":"Summer '26","url":"/services/data/v67.0","version":"67.0"}"#]]
        .assert_eq(&versions[36].to_string());
}

#[test]
fn without_a_session() {
    let org = org();
    let request = Request::get("/services/data/v66.0/limits")
        .body(Bytes::new())
        .expect("a request");
    let response = org.practice.exchange(request, NOW_MS);
    // A call without a session does not count.
    expect![[r#"
        401
        www-authenticate: Token
        [{"errorCode":"INVALID_SESSION_ID","message":"Session expired or invalid"}]
    "#]]
    .assert_eq(&shown(&response));
    assert_eq!(response.headers().get("Sforce-Limit-Info"), None);
    let counted = org.answer("GET /services/data/v66.0/limits", &[], b"");
    assert_eq!(counted.headers()["Sforce-Limit-Info"], "api-usage=1/15000");
}

#[test]
fn what_is_not_there() {
    let org = org();
    org.check(
        "GET /services/data/v99.0/limits",
        "",
        expect![[r#"
        404
        [
          {
            "errorCode": "NOT_FOUND",
            "message": "The requested resource does not exist"
          }
        ]
    "#]],
    );
    org.check("GET /services/data/v30.0/limits", "", expect![[r#"
        410
        [
          {
            "errorCode": "GONE",
            "message": "The requested resource has been retired or removed. Delete or update any references to the resource."
          }
        ]
    "#]]);
    org.check(
        "GET /services/data/v31.0/sobjects/Nothing",
        "",
        expect![[r#"
            404
            [
              {
                "errorCode": "NOT_FOUND",
                "message": "The requested resource does not exist"
              }
            ]
        "#]],
    );
    org.check(
        "GET /services/data/v66.0/nothing",
        "",
        expect![[r#"
        404
        [
          {
            "errorCode": "NOT_FOUND",
            "message": "The requested resource does not exist"
          }
        ]
    "#]],
    );
    org.check(
        "GET /services/data/v66.0/sobjects/Nothing/describe",
        "",
        expect![[r#"
        404
        [
          {
            "errorCode": "NOT_FOUND",
            "message": "The requested resource does not exist"
          }
        ]
    "#]],
    );
    org.check(
        "GET /services/data/v66.0/sobjects/User/005000000000001AAA",
        "",
        expect![[r#"
        404
        [
          {
            "errorCode": "NOT_FOUND",
            "message": "The requested resource does not exist"
          }
        ]
    "#]],
    );
    org.check(
        "PUT /services/data/v66.0/query?q=x",
        "",
        expect![[r#"
            405
            [
              {
                "errorCode": "METHOD_NOT_ALLOWED",
                "message": "HTTP Method 'PUT' not allowed. Allowed are GET,HEAD"
              }
            ]
        "#]],
    );
}

#[test]
fn too_long() {
    let org = org();
    org.check(
        &format!("GET {S}/query?q={}", "x".repeat(16_384)),
        "",
        expect![[r#"
        414
        [
          {
            "errorCode": "URI_TOO_LONG",
            "message": "The length of the URI exceeds the 16,384 byte limit"
          }
        ]
    "#]],
    );
    org.check(
        &format!("GET {S}/query?q={}", "x".repeat(16_300)),
        "",
        expect![[r#"
        431
        [
          {
            "errorCode": "REQUEST_HEADER_FIELDS_TOO_LARGE",
            "message": "The combined length of the URI and headers exceeds the 16,384 byte limit"
          }
        ]
    "#]],
    );
}

#[test]
fn who_am_i() {
    org().check(
        "GET /services/oauth2/userinfo",
        "",
        expect![[r#"
            200
            {
              "active": true,
              "email": "admin@practice.usher.example",
              "email_verified": true,
              "family_name": "Admin",
              "given_name": "Ada",
              "is_app_installed": true,
              "language": "en_US",
              "locale": "en_US",
              "name": "Ada Admin",
              "nickname": "ada.admin",
              "organization_id": "00DdnH000000001EBA",
              "photos": null,
              "preferred_username": "admin@practice.usher.example",
              "sub": "https://login.salesforce.com/id/00DdnH000000001EBA/005dnH000000001ABA",
              "updated_at": "2026-01-01T00:00:00.000+0000",
              "urls": {
                "custom_domain": "https://practice.usher.example",
                "enterprise": "https://practice.usher.example/services/Soap/c/{version}/00DdnH000000001",
                "limits": "https://practice.usher.example/services/data/v67.0/limits",
                "metadata": "https://practice.usher.example/services/Soap/m/{version}/00DdnH000000001",
                "partner": "https://practice.usher.example/services/Soap/u/{version}/00DdnH000000001",
                "query": "https://practice.usher.example/services/data/v{version}/query/",
                "rest": "https://practice.usher.example/services/data/v{version}/",
                "sobjects": "https://practice.usher.example/services/data/v{version}/sobjects/"
              },
              "user_id": "005dnH000000001ABA",
              "user_type": "STANDARD",
              "zoneinfo": "America/New_York"
            }
        "#]],
    );
}

#[test]
fn resources_and_limits() {
    let org = org();
    org.check(
        &format!("GET {S}/"),
        "",
        expect![[r#"
            200
            {
              "appMenu": "/services/data/v66.0/appMenu",
              "composite": "/services/data/v66.0/composite",
              "connect": "/services/data/v66.0/connect",
              "identity": "https://practice.usher.example/id/00DdnH000000001EBA/005dnH000000001ABA",
              "jobs": "/services/data/v66.0/jobs",
              "limits": "/services/data/v66.0/limits",
              "metadata": "/services/data/v66.0/metadata",
              "query": "/services/data/v66.0/query",
              "queryAll": "/services/data/v66.0/queryAll",
              "quickActions": "/services/data/v66.0/quickActions",
              "recent": "/services/data/v66.0/recent",
              "sobjects": "/services/data/v66.0/sobjects",
              "tabs": "/services/data/v66.0/tabs",
              "theme": "/services/data/v66.0/theme",
              "tooling": "/services/data/v66.0/tooling"
            }
        "#]],
    );
    org.check(
        &format!("GET {S}/limits/"),
        "",
        expect![[r#"
            200
            {
              "DailyApiRequests": {
                "Max": 15000,
                "Remaining": 14998
              },
              "DailyBulkApiBatches": {
                "Max": 15000,
                "Remaining": 15000
              },
              "DailyBulkV2QueryJobs": {
                "Max": 10000,
                "Remaining": 10000
              },
              "DataStorageMB": {
                "Max": 5,
                "Remaining": 5
              },
              "MassEmail": {
                "Max": 10,
                "Remaining": 10
              },
              "PermissionSets": {
                "Max": 1500,
                "Remaining": 1472
              },
              "SingleEmail": {
                "Max": 15,
                "Remaining": 15
              }
            }
        "#]],
    );
}

#[test]
fn a_query() {
    let org = org();
    org.check(
        &format!("GET {S}/query/?q=select id, NAME, profile.userlicense.name from USER where username like 'ADMIN@%' limit 1"),
        "",
        expect![[r#"
            200
            {
              "done": true,
              "records": [
                {
                  "Id": "005dnH000000001ABA",
                  "Name": "Ada Admin",
                  "Profile": {
                    "UserLicense": {
                      "Name": "Salesforce",
                      "attributes": {
                        "type": "UserLicense",
                        "url": "/services/data/v66.0/sobjects/UserLicense/100dnH000000001ABA"
                      }
                    },
                    "attributes": {
                      "type": "Profile",
                      "url": "/services/data/v66.0/sobjects/Profile/00ednH000000001ABA"
                    }
                  },
                  "attributes": {
                    "type": "User",
                    "url": "/services/data/v66.0/sobjects/User/005dnH000000001ABA"
                  }
                }
              ],
              "totalSize": 1
            }
        "#]],
    );
}

#[test]
fn children_come_nested_or_null() {
    let org = org();
    org.query(
        "SELECT Username, (SELECT PermissionSet.Profile.Name FROM PermissionSetAssignments), (SELECT Id FROM PermissionSetLicenseAssignments) FROM User ORDER BY Username LIMIT 1",
        expect![[r#"
            {"PermissionSetAssignments":{"done":true,"records":[{"PermissionSet":{"Profile":{"Name":"System Administrator"}}}],"totalSize":1},"PermissionSetLicenseAssignments":null,"Username":"admin@practice.usher.example"}
        "#]],
    );
}

#[test]
fn counts_and_groups() {
    let org = org();
    org.check(
        &format!("GET {S}/query?q=SELECT COUNT() FROM UserRole WHERE ParentRoleId = null"),
        "",
        expect![[r#"
        200
        {
          "done": true,
          "records": [],
          "totalSize": 1
        }
    "#]],
    );
    org.query("SELECT ParentRole.Name, COUNT(Id) n, COUNT(ParentRoleId) FROM UserRole GROUP BY ParentRole.Name", expect![[r#"
        {"Name":null,"expr0":0,"n":1}
        {"Name":"CEO","expr0":4,"n":4}
        {"Name":"SVP, Customer Service & Support","expr0":1,"n":1}
        {"Name":"SVP, Sales & Marketing","expr0":2,"n":2}
        {"Name":"VP, North American Sales","expr0":2,"n":2}
    "#]]);
}

#[test]
fn conditions() {
    let org = org();
    org.query("SELECT Name FROM UserRole WHERE ParentRole.Name != 'ceo' AND NOT (Name LIKE 'VP%' OR Name IN ('CFO'))", expect![[r#"
        {"Name":"CEO"}
        {"Name":"Director, Channel Sales"}
        {"Name":"Director, Direct Sales"}
        {"Name":"Customer Support, North America"}
    "#]]);
    org.query(
        "SELECT Name FROM UserRole WHERE Id IN (SELECT UserRoleId FROM User WHERE IsActive = true)",
        expect![[r#"
        {"Name":"VP, North American Sales"}
    "#]],
    );
    org.query(
        "SELECT COUNT(Id) FROM UserRole WHERE Id NOT IN (SELECT UserRoleId FROM User)",
        expect![[r#"
        {"expr0":9}
    "#]],
    );
    org.query("SELECT Username FROM User WHERE CreatedDate < TODAY AND LastLoginDate = null ORDER BY LastName DESC", expect![[r#"
        {"Username":"sam.sales@practice.usher.example"}
        {"Username":"ian.inactive@practice.usher.example"}
        {"Username":"admin@practice.usher.example"}
    "#]]);
}

#[test]
fn queries_that_are_refused() {
    let org = org();
    let refused = |soql: &str, expected: Expect| {
        org.refused(&format!("GET {S}/query?q={soql}"), json!(""), expected)
    };
    refused(
        "SELECT Id FROM ScratchOrgInfo",
        expect![
            "400 INVALID_TYPE: sObject type 'ScratchOrgInfo' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names."
        ],
    );
    refused(
        "SELECT Nope FROM User",
        expect![
            "400 INVALID_FIELD: No such column 'Nope' on entity 'User'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names."
        ],
    );
    refused(
        "SELECT Nope.Name FROM User",
        expect![
            "400 INVALID_FIELD: Didn't understand relationship 'Nope' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names."
        ],
    );
    refused(
        "SELECT Id, (SELECT Id FROM Nopes) FROM User",
        expect![
            "400 INVALID_TYPE: Didn't understand relationship 'Nopes' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names."
        ],
    );
    refused(
        "SELECT PracticeUserType FROM UserLicense",
        expect![
            "400 INVALID_FIELD: No such column 'PracticeUserType' on entity 'UserLicense'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names."
        ],
    );
    refused(
        "SELECT Id FROM User WHERE",
        expect!["400 MALFORMED_QUERY: unexpected token `<EOF>` at 25, expecting a condition"],
    );
    refused(
        "SELECT Id FROM User WHERE IsActive = 'true'",
        expect![
            "400 INVALID_FIELD: value of filter criterion for field 'IsActive' must be of type boolean and should not be enclosed in quotes"
        ],
    );
    refused(
        "SELECT Id FROM User WHERE Name = true",
        expect![
            "400 INVALID_FIELD: value of filter criterion for field 'Name' must be of type string and should be enclosed in quotes"
        ],
    );
    refused(
        "SELECT Id FROM User WHERE Id = 'x'",
        expect!["400 INVALID_QUERY_FILTER_OPERATOR: invalid ID field: x"],
    );
    refused(
        "SELECT Id FROM UserLicense WHERE UsedLicenses > 1",
        expect!["400 INVALID_FIELD: field 'UsedLicenses' can not be filtered in a query call"],
    );
    refused(
        "SELECT Id FROM User OFFSET 2001",
        expect!["400 NUMBER_OUTSIDE_VALID_RANGE: Maximum SOQL offset allowed is 2000"],
    );
    refused(
        "SELECT Name, COUNT(Id) FROM User GROUP BY ProfileId",
        expect!["400 MALFORMED_QUERY: Field must be grouped or aggregated: Name"],
    );
}

#[test]
fn columns() {
    org().check(&format!("GET {S}/query?q=SELECT Id, Profile.Name, (SELECT Id FROM PermissionSetAssignments) FROM User&columns=true"), "", expect![[r#"
        200
        {
          "columnMetadata": [
            {
              "aggregate": false,
              "apexType": "Id",
              "booleanType": false,
              "columnName": "Id",
              "custom": false,
              "displayName": "Id",
              "foreignKeyName": null,
              "insertable": true,
              "joinColumns": [],
              "numberType": false,
              "textType": true,
              "updatable": true
            },
            {
              "aggregate": false,
              "apexType": "Id",
              "booleanType": false,
              "columnName": "Profile",
              "custom": false,
              "displayName": "Profile",
              "foreignKeyName": null,
              "insertable": true,
              "joinColumns": [
                {
                  "aggregate": false,
                  "apexType": "String",
                  "booleanType": false,
                  "columnName": "Name",
                  "custom": false,
                  "displayName": "Name",
                  "foreignKeyName": null,
                  "insertable": true,
                  "joinColumns": [],
                  "numberType": false,
                  "textType": true,
                  "updatable": true
                }
              ],
              "numberType": false,
              "textType": true,
              "updatable": true
            },
            {
              "aggregate": true,
              "apexType": "Id",
              "booleanType": false,
              "columnName": "PermissionSetAssignments",
              "custom": false,
              "displayName": "PermissionSetAssignments",
              "foreignKeyName": null,
              "insertable": true,
              "joinColumns": [
                {
                  "aggregate": false,
                  "apexType": "Id",
                  "booleanType": false,
                  "columnName": "Id",
                  "custom": false,
                  "displayName": "Id",
                  "foreignKeyName": null,
                  "insertable": true,
                  "joinColumns": [],
                  "numberType": false,
                  "textType": true,
                  "updatable": true
                }
              ],
              "numberType": false,
              "textType": true,
              "updatable": true
            }
          ],
          "entityName": "User",
          "groupBy": false,
          "idSelected": true,
          "keyPrefix": "005"
        }
    "#]]);
}

#[test]
fn pages_of_two_thousand() {
    let org = org();
    let records: Vec<_> = (0..200)
        .map(|n| json!({ "attributes": { "type": "Account" }, "Name": format!("Account {n}") }))
        .collect();
    for _ in 0..11 {
        let (status, _) = org.send(
            &format!("POST {S}/composite/sobjects"),
            &json!({ "records": records }).to_string(),
        );
        assert_eq!(status, 200);
    }
    let (_, first) = org.send(&format!("GET {S}/query?q=SELECT Name FROM Account"), "");
    assert_eq!(first["totalSize"], 2_200);
    assert_eq!(first["records"].as_array().map(Vec::len), Some(2_000));
    let next = first["nextRecordsUrl"].as_str().expect("more");
    expect!["/services/data/v66.0/query/01g000000000001AAA-2000"].assert_eq(next);
    let (_, second) = org.send(&format!("GET {next}"), "");
    assert_eq!(second["records"].as_array().map(Vec::len), Some(200));
    assert_eq!(second["done"], true);
    org.check(
        &format!("GET {S}/query/01g000000000009AAA-2000"),
        "",
        expect![[r#"
        400
        [
          {
            "errorCode": "INVALID_QUERY_LOCATOR",
            "message": "invalid query locator"
          }
        ]
    "#]],
    );
}

#[test]
fn a_record_lives() {
    let org = org();
    let (status, json) = org.send(
        &format!("POST {S}/sobjects/account/"),
        r#"{"name":"  Müller & Söhne 'AG' ","numberofemployees":12}"#,
    );
    assert_eq!(status, 201, "{json}");
    let id = json["id"].as_str().expect("an id").to_owned();
    org.check(
        &format!(
            "GET {S}/sobjects/Account/{}?fields=Name,NumberOfEmployees,OwnerId",
            &id[..15]
        ),
        "",
        expect![[r#"
        200
        {
          "Id": "001dnH000000001ABA",
          "Name": "Müller & Söhne 'AG'",
          "NumberOfEmployees": 12,
          "OwnerId": "005dnH000000001ABA",
          "attributes": {
            "type": "Account",
            "url": "/services/data/v66.0/sobjects/Account/001dnH000000001ABA"
          }
        }
    "#]],
    );
    org.check(
        &format!("PATCH {S}/sobjects/Account/{id}"),
        r#"{"Website":"https://example.com","NumberOfEmployees":null}"#,
        expect![[r#"
        204
    "#]],
    );
    org.check(
        &format!("GET {S}/sobjects/Account/{id}?fields=Website,NumberOfEmployees"),
        "",
        expect![[r#"
        200
        {
          "Id": "001dnH000000001ABA",
          "NumberOfEmployees": null,
          "Website": "https://example.com",
          "attributes": {
            "type": "Account",
            "url": "/services/data/v66.0/sobjects/Account/001dnH000000001ABA"
          }
        }
    "#]],
    );
    org.check(
        &format!("DELETE {S}/sobjects/Account/{id}"),
        "",
        expect![[r#"
        204
    "#]],
    );
    org.check(
        &format!("GET {S}/sobjects/Account/{id}"),
        "",
        expect![[r#"
            404
            [
              {
                "errorCode": "ENTITY_IS_DELETED",
                "message": "entity is deleted"
              }
            ]
        "#]],
    );
}

#[test]
fn describes() {
    let org = org();
    let (status, json) = org.send(&format!("GET {S}/sobjects/User/describe/"), "");
    assert_eq!(status, 200);
    let fields = json["fields"].as_array().expect("fields");
    let field = |name: &str| {
        fields
            .iter()
            .find(|field| field["name"] == name)
            .expect("a field")
            .clone()
    };
    expect![[r#"
        {
          "aggregatable": true,
          "autoNumber": false,
          "byteLength": 765,
          "calculated": false,
          "calculatedFormula": null,
          "cascadeDelete": false,
          "caseSensitive": false,
          "compoundFieldName": null,
          "controllerName": null,
          "createable": true,
          "custom": false,
          "defaultValue": null,
          "defaultValueFormula": null,
          "defaultedOnCreate": false,
          "dependentPicklist": false,
          "deprecatedAndHidden": false,
          "digits": 0,
          "displayLocationInDecimal": false,
          "encrypted": false,
          "externalId": false,
          "extraTypeInfo": null,
          "filterable": true,
          "filteredLookupInfo": null,
          "formulaTreatNullNumberAsZero": false,
          "groupable": true,
          "highScaleNumber": false,
          "htmlFormatted": false,
          "idLookup": false,
          "inlineHelpText": null,
          "label": "Portal Role Level",
          "length": 255,
          "mask": null,
          "maskType": null,
          "name": "PortalRole",
          "nameField": false,
          "namePointing": false,
          "nillable": true,
          "permissionable": false,
          "picklistValues": [
            {
              "active": true,
              "defaultValue": false,
              "label": "Executive",
              "validFor": null,
              "value": "Executive"
            },
            {
              "active": true,
              "defaultValue": false,
              "label": "Manager",
              "validFor": null,
              "value": "Manager"
            },
            {
              "active": true,
              "defaultValue": false,
              "label": "User",
              "validFor": null,
              "value": "Worker"
            },
            {
              "active": true,
              "defaultValue": false,
              "label": "Person Account",
              "validFor": null,
              "value": "PersonAccount"
            }
          ],
          "polymorphicForeignKey": false,
          "precision": 0,
          "queryByDistance": false,
          "referenceTargetField": null,
          "referenceTo": [],
          "relationshipName": null,
          "relationshipOrder": null,
          "restrictedDelete": false,
          "restrictedPicklist": true,
          "scale": 0,
          "soapType": "xsd:string",
          "sortable": true,
          "type": "picklist",
          "unique": false,
          "updateable": true,
          "writeRequiresMasterRead": false
        }"#]]
    .assert_eq(&format!("{:#}", field("PortalRole")));
    expect![[r#"
        {
          "aggregatable": true,
          "autoNumber": false,
          "byteLength": 18,
          "calculated": false,
          "calculatedFormula": null,
          "cascadeDelete": false,
          "caseSensitive": false,
          "compoundFieldName": null,
          "controllerName": null,
          "createable": true,
          "custom": false,
          "defaultValue": null,
          "defaultValueFormula": null,
          "defaultedOnCreate": false,
          "dependentPicklist": false,
          "deprecatedAndHidden": false,
          "digits": 0,
          "displayLocationInDecimal": false,
          "encrypted": false,
          "externalId": false,
          "extraTypeInfo": null,
          "filterable": true,
          "filteredLookupInfo": null,
          "formulaTreatNullNumberAsZero": false,
          "groupable": true,
          "highScaleNumber": false,
          "htmlFormatted": false,
          "idLookup": false,
          "inlineHelpText": null,
          "label": "Contact ID",
          "length": 18,
          "mask": null,
          "maskType": null,
          "name": "ContactId",
          "nameField": false,
          "namePointing": false,
          "nillable": true,
          "permissionable": false,
          "picklistValues": [],
          "polymorphicForeignKey": false,
          "precision": 0,
          "queryByDistance": false,
          "referenceTargetField": null,
          "referenceTo": [
            "Contact"
          ],
          "relationshipName": "Contact",
          "relationshipOrder": null,
          "restrictedDelete": false,
          "restrictedPicklist": false,
          "scale": 0,
          "soapType": "tns:ID",
          "sortable": true,
          "type": "reference",
          "unique": false,
          "updateable": false,
          "writeRequiresMasterRead": false
        }"#]]
    .assert_eq(&format!("{:#}", field("ContactId")));
    assert!(!fields.iter().any(|field| {
        field["name"]
            .as_str()
            .is_some_and(|name| name.starts_with("Practice"))
    }));
}

#[test]
fn collections() {
    let org = org();
    let account = |name: &str| json!({ "attributes": { "type": "Account" }, "Name": name });
    let line = format!("POST {S}/composite/sobjects");
    org.check(
        &line,
        &json!({ "records": [account("One"), account(""), account("Two")] }).to_string(),
        expect![[r#"
        200
        [
          {
            "errors": [],
            "id": "001dnH000000001ABA",
            "success": true
          },
          {
            "errors": [
              {
                "fields": [
                  "Name"
                ],
                "message": "Required fields are missing: [Name]",
                "statusCode": "REQUIRED_FIELD_MISSING"
              }
            ],
            "success": false
          },
          {
            "errors": [],
            "id": "001dnH000000002ABA",
            "success": true
          }
        ]
    "#]],
    );
    org.check(&line, &json!({ "allOrNone": true, "records": [account("Three"), account("")] }).to_string(), expect![[r#"
        200
        [
          {
            "errors": [
              {
                "fields": [],
                "message": "Record rolled back because not all records were valid and the request was using AllOrNone header",
                "statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK"
              }
            ],
            "success": false
          },
          {
            "errors": [
              {
                "fields": [
                  "Name"
                ],
                "message": "Required fields are missing: [Name]",
                "statusCode": "REQUIRED_FIELD_MISSING"
              }
            ],
            "success": false
          }
        ]
    "#]]);
    org.query(
        "SELECT Name FROM Account",
        expect![[r#"
        {"Name":"One"}
        {"Name":"Two"}
    "#]],
    );
    let role = json!({ "attributes": { "type": "UserRole" }, "Name": "R" });
    org.check(&line, &json!({ "records": [account("Four"), role] }).to_string(), expect![[r#"
        400
        [
          {
            "errorCode": "INVALID_INPUT",
            "message": "You can't create records for multiple object types in one call when one of the types is related to a feature in the Setup area."
          }
        ]
    "#]]);
    let many: Vec<_> = (0..201).map(|_| account("x")).collect();
    org.check(
        &line,
        &json!({ "records": many }).to_string(),
        expect![[r#"
        400
        [
          {
            "errorCode": "EXCEEDED_ID_LIMIT",
            "message": "record limit reached. cannot submit more than 200 records in this call"
          }
        ]
    "#]],
    );
    let ids: Vec<String> = org
        .records("SELECT Id FROM Account")
        .iter()
        .map(|record| record["Id"].as_str().expect("an id").to_owned())
        .collect();
    org.check(
        &format!(
            "GET {S}/composite/sobjects/Account?ids={},001000000000001AAA&fields=Name",
            ids[0]
        ),
        "",
        expect![[r#"
        200
        [
          {
            "Id": "001dnH000000001ABA",
            "Name": "One",
            "attributes": {
              "type": "Account",
              "url": "/services/data/v66.0/sobjects/Account/001dnH000000001ABA"
            }
          },
          null
        ]
    "#]],
    );
    let update = json!({ "attributes": { "type": "Account" }, "id": ids[0], "Name": "Uno" });
    org.check(
        &format!("PATCH {S}/composite/sobjects"),
        &json!({ "records": [update] }).to_string(),
        expect![[r#"
        200
        [
          {
            "errors": [],
            "id": "001dnH000000001ABA",
            "success": true
          }
        ]
    "#]],
    );
    org.check(
        &format!(
            "DELETE {S}/composite/sobjects?ids={}&allOrNone=false",
            ids.join(",")
        ),
        "",
        expect![[r#"
        200
        [
          {
            "errors": [],
            "id": "001dnH000000001ABA",
            "success": true
          },
          {
            "errors": [],
            "id": "001dnH000000002ABA",
            "success": true
          }
        ]
    "#]],
    );
    org.query("SELECT Name FROM Account", expect![]);
}

#[test]
fn references_bring_in_no_more_than_a_bound() {
    let org = org();
    let name = "@{d}".repeat(1_000);
    let body = json!({ "compositeRequest": [
        { "method": "GET", "referenceId": "d", "url": "/services/data/v66.0/sobjects/User/describe" },
        { "method": "POST", "referenceId": "a", "url": "/services/data/v66.0/sobjects/Account", "body": { "Name": name } },
    ] });
    let (status, answer) = org.send(&format!("POST {S}/composite"), &body.to_string());
    assert_eq!(status, 200);
    let refused = &answer["compositeResponse"][1];
    assert_eq!(refused["httpStatusCode"], 400);
    assert_eq!(refused["body"][0]["errorCode"], "PROCESSING_HALTED");
    let long = format!(r#"{{"Name":"{}"}}"#, "x".repeat(100_000));
    let (_, answer) = org.send("POST /services/data/v66.0/sobjects/Account", &long);
    assert!(answer.to_string().len() < 2_000, "{answer}");
}

#[test]
fn composites() {
    let org = org();
    let body = json!({ "compositeRequest": [
        { "method": "POST", "url": "/services/data/v66.0/sobjects/Account", "referenceId": "account", "body": { "Name": "Acme" } },
        { "method": "POST", "url": "/services/data/v66.0/sobjects/Contact", "referenceId": "contact", "body": { "LastName": "Doe", "AccountId": "@{account.id}" } },
        { "method": "GET", "url": "/services/data/v66.0/query?q=SELECT+Name,Account.Name+FROM+Contact+WHERE+Id='@{contact.id}'", "referenceId": "found" },
        { "method": "PATCH", "url": "/services/data/v66.0/sobjects/Account/@{found.records[0].Id}", "referenceId": "wrong", "body": { "Name": "x" } },
        { "method": "GET", "url": "/services/data/v66.0/sobjects/Contact/@{nobody.id}", "referenceId": "nobody's" },
    ]});
    org.check(
        &format!("POST {S}/composite"),
        &body.to_string(),
        expect![[r#"
        200
        {
          "compositeResponse": [
            {
              "body": {
                "errors": [],
                "id": "001dnH000000001ABA",
                "success": true
              },
              "httpHeaders": {
                "Location": "/services/data/v66.0/sobjects/Account/001dnH000000001ABA"
              },
              "httpStatusCode": 201,
              "referenceId": "account"
            },
            {
              "body": {
                "errors": [],
                "id": "003dnH000000001ABA",
                "success": true
              },
              "httpHeaders": {
                "Location": "/services/data/v66.0/sobjects/Contact/003dnH000000001ABA"
              },
              "httpStatusCode": 201,
              "referenceId": "contact"
            },
            {
              "body": {
                "done": true,
                "records": [
                  {
                    "Account": {
                      "Name": "Acme",
                      "attributes": {
                        "type": "Account",
                        "url": "/services/data/v66.0/sobjects/Account/001dnH000000001ABA"
                      }
                    },
                    "Name": "Doe",
                    "attributes": {
                      "type": "Contact",
                      "url": "/services/data/v66.0/sobjects/Contact/003dnH000000001ABA"
                    }
                  }
                ],
                "totalSize": 1
              },
              "httpHeaders": {},
              "httpStatusCode": 200,
              "referenceId": "found"
            },
            {
              "body": [
                {
                  "errorCode": "PROCESSING_HALTED",
                  "message": "Invalid reference specified. No value for found.records[0].Id found"
                }
              ],
              "httpHeaders": {},
              "httpStatusCode": 400,
              "referenceId": "wrong"
            },
            {
              "body": [
                {
                  "errorCode": "PROCESSING_HALTED",
                  "message": "Invalid reference specified. No value for nobody.id found"
                }
              ],
              "httpHeaders": {},
              "httpStatusCode": 400,
              "referenceId": "nobody's"
            }
          ]
        }
    "#]],
    );
    let body = json!({ "allOrNone": true, "compositeRequest": [
        { "method": "POST", "url": "/services/data/v66.0/sobjects/Account", "referenceId": "a", "body": { "Name": "Gone" } },
        { "method": "POST", "url": "/services/data/v66.0/sobjects/Account", "referenceId": "b", "body": {} },
        { "method": "POST", "url": "/services/data/v66.0/sobjects/Account", "referenceId": "c", "body": { "Name": "Never" } },
    ]});
    org.check(&format!("POST {S}/composite"), &body.to_string(), expect![[r#"
        200
        {
          "compositeResponse": [
            {
              "body": [
                {
                  "errorCode": "PROCESSING_HALTED",
                  "message": "The transaction was rolled back since another operation in the same transaction failed."
                }
              ],
              "httpHeaders": {},
              "httpStatusCode": 400,
              "referenceId": "a"
            },
            {
              "body": [
                {
                  "errorCode": "REQUIRED_FIELD_MISSING",
                  "fields": [
                    "Name"
                  ],
                  "message": "Required fields are missing: [Name]"
                }
              ],
              "httpHeaders": {},
              "httpStatusCode": 400,
              "referenceId": "b"
            },
            {
              "body": [
                {
                  "errorCode": "PROCESSING_HALTED",
                  "message": "The transaction was rolled back since another operation in the same transaction failed."
                }
              ],
              "httpHeaders": {},
              "httpStatusCode": 400,
              "referenceId": "c"
            }
          ]
        }
    "#]]);
    org.query(
        "SELECT Name FROM Account",
        expect![[r#"
        {"Name":"Acme"}
    "#]],
    );
}

#[test]
fn composites_have_bounds() {
    let org = org();
    let part = |n: usize, url: &str| json!({ "method": "GET", "url": url, "referenceId": format!("r{n}") });
    let many: Vec<_> = (0..26)
        .map(|n| part(n, "/services/data/v66.0/limits"))
        .collect();
    org.check(
        &format!("POST {S}/composite"),
        &json!({ "compositeRequest": many }).to_string(),
        expect![[r#"
        400
        [
          {
            "errorCode": "LIMIT_EXCEEDED",
            "message": "The composite request has 26 subrequests, more than 25"
          }
        ]
    "#]],
    );
    let heavy: Vec<_> = (0..6)
        .map(|n| part(n, "/services/data/v66.0/query?q=SELECT+Id+FROM+Network"))
        .collect();
    org.check(
        &format!("POST {S}/composite"),
        &json!({ "compositeRequest": heavy }).to_string(),
        expect![[r#"
        400
        [
          {
            "errorCode": "LIMIT_EXCEEDED",
            "message": "The composite request has 6 queries and collections, more than 5"
          }
        ]
    "#]],
    );
    let nested = json!({ "compositeRequest": [{ "method": "POST", "url": "/services/data/v66.0/composite", "referenceId": "a", "body": {} }] });
    org.check(
        &format!("POST {S}/composite"),
        &nested.to_string(),
        expect![[r#"
        200
        {
          "compositeResponse": [
            {
              "body": [
                {
                  "errorCode": "INVALID_INPUT",
                  "message": "Composites can't be nested"
                }
              ],
              "httpHeaders": {},
              "httpStatusCode": 400,
              "referenceId": "a"
            }
          ]
        }
    "#]],
    );
}

#[test]
fn batches() {
    let org = org();
    let body = json!({ "batchRequests": [
        { "method": "GET", "url": "v66.0/query?q=SELECT+Name+FROM+Organization" },
        { "method": "POST", "url": "v66.0/sobjects/Account", "richInput": {} },
        { "method": "GET", "url": "/services/data/v66.0/nothing" },
    ]});
    org.check(
        &format!("POST {S}/composite/batch"),
        &body.to_string(),
        expect![[r#"
        200
        {
          "hasErrors": true,
          "results": [
            {
              "result": {
                "done": true,
                "records": [
                  {
                    "Name": "Usher Practice",
                    "attributes": {
                      "type": "Organization",
                      "url": "/services/data/v66.0/sobjects/Organization/00DdnH000000001EBA"
                    }
                  }
                ],
                "totalSize": 1
              },
              "statusCode": 200
            },
            {
              "result": [
                {
                  "errorCode": "REQUIRED_FIELD_MISSING",
                  "fields": [
                    "Name"
                  ],
                  "message": "Required fields are missing: [Name]"
                }
              ],
              "statusCode": 400
            },
            {
              "result": [
                {
                  "errorCode": "NOT_FOUND",
                  "message": "The requested resource does not exist"
                }
              ],
              "statusCode": 404
            }
          ]
        }
    "#]],
    );
}

#[test]
fn bodies_that_are_none() {
    let org = org();
    org.check(
        &format!("POST {S}/sobjects/Account"),
        "{",
        expect![[r#"
        400
        [
          {
            "errorCode": "JSON_PARSER_ERROR",
            "message": "the body is no JSON: EOF while parsing an object at line 1 column 1"
          }
        ]
    "#]],
    );
    org.check(
        &format!("POST {S}/sobjects/Account"),
        "[]",
        expect![[r#"
        400
        [
          {
            "errorCode": "JSON_PARSER_ERROR",
            "message": "the body is no JSON object"
          }
        ]
    "#]],
    );
    org.check(
        &format!("POST {S}/composite"),
        "{}",
        expect![[r#"
        400
        [
          {
            "errorCode": "JSON_PARSER_ERROR",
            "message": "the body has no list `compositeRequest`"
          }
        ]
    "#]],
    );
    org.check(
        &format!("POST {S}/composite/sobjects"),
        r#"{"records":[{"Name":"x"}]}"#,
        expect![[r#"
        400
        [
          {
            "errorCode": "INVALID_FIELD",
            "message": "Each record needs `attributes` with its `type`"
          }
        ]
    "#]],
    );
}

#[test]
fn same_seed_same_answers() {
    let run = || {
        let org = org();
        org.send(&format!("POST {S}/sobjects/Account"), r#"{"Name":"x"}"#);
        org.send(&format!("POST {S}/sobjects/Account"), "{}");
        org.send(&format!("POST {S}/sobjects/Account"), r#"{"Name":"y"}"#);
        org.send(
            &format!("GET {S}/query?q=SELECT Id, Name, CreatedDate FROM Account"),
            "",
        )
        .1
        .to_string()
    };
    assert_eq!(run(), run());
}

/// Nothing that a client sends makes the org fall over: it never blames itself. `USHER_SEED` repeats a
/// run.
#[test]
#[expect(clippy::disallowed_methods, reason = "the seed comes from outside")]
fn odd_requests_are_answered() {
    let seed = std::env::var("USHER_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(1_u64);
    let mut state = seed;
    let mut pick = |many: usize| {
        // Knuth's constants; the low bits are the poor ones.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % many
    };
    let org = org();
    let methods = ["GET", "POST", "PATCH", "DELETE", "PUT", "HEAD"];
    let words = [
        "services",
        "data",
        "v66.0",
        "sobjects",
        "composite",
        "batch",
        "query",
        "User",
        "Account",
        "Network",
        "PermissionSetAssignment",
        "describe",
        "005dnH000000001ABA",
        "005dnH000000001",
        "%FF",
        "%00",
        "a'b",
        "..",
        "connect",
        "communities",
        "publish",
        "practice",
        "records",
        "settings",
        "01g-1",
        "🙂",
        "password",
    ];
    let bodies = [
        "",
        "{}",
        "[]",
        "null",
        "{\"records\":[{\"attributes\":{\"type\":\"User\"},\"Id\":5}]}",
        "{\"records\":[null,1,{}]}",
        "{\"compositeRequest\":[{\"method\":\"GET\",\"url\":\"@{a.b}\",\"referenceId\":\"a\"}]}",
        "{\"compositeRequest\":[{}]}",
        "{\"batchRequests\":[{\"method\":\"\",\"url\":\"\"}]}",
        "{\"Name\":[1],\"Id\":null}",
        "{\"Name\":\"\\u0000\",\"OwnerId\":\"005\"}",
        "{\"ContactId\":{},\"ProfileId\":true}",
        "\u{feff}{}",
    ];
    let queries = [
        "",
        "?q=",
        "?q=SELECT",
        "?q=SELECT+Id+FROM+User+LIMIT+99999999999999999999",
        "?fields=,&ids=,,x",
        "?%ZZ=&&=",
        "?q=SELECT+Id+FROM+User+WHERE+Name+LIKE+'%25'&columns=TRUE",
    ];
    for _ in 0..3_000 {
        let depth = pick(7);
        let start = if pick(3) == 0 {
            ""
        } else {
            "/services/data/v66.0"
        };
        let mut path = start.to_owned();
        for _ in 0..depth {
            path.push('/');
            path.push_str(words[pick(words.len())]);
        }
        let uri = format!(
            "{}{}",
            if path.is_empty() { "/" } else { &path },
            queries[pick(queries.len())]
        );
        let method = methods[pick(methods.len())];
        let body = bodies[pick(bodies.len())];
        let Ok(request) = Request::builder()
            .method(method)
            .uri(&uri)
            .header("Authorization", format!("Bearer {}", org.token))
            .body(Bytes::from_static(body.as_bytes()))
        else {
            continue;
        };
        let response = org.practice.exchange(request, NOW_MS);
        assert!(
            response.status().as_u16() < 500,
            "seed {seed}: {method} {uri} {body}: {response:?}"
        );
    }
}

/// Each face has its own answer to an id that is none (docs/salesforce/rest.md#malformed-ids).
#[test]
fn a_malformed_id_at_each_face() {
    let org = org();
    let mut table = String::new();
    for given in ["moo", "005000000000001AAA", "001000000000001AAB"] {
        table.push_str(&format!("{given}\n"));
        let update = json!({ "records": [{ "attributes": { "type": "Account" }, "Id": given, "Site": "x" }] });
        for (face, line, body) in [
            (
                "read",
                format!("GET {S}/sobjects/Account/{given}"),
                String::new(),
            ),
            (
                "change",
                format!("PATCH {S}/sobjects/Account/{given}"),
                json!({ "Site": "x" }).to_string(),
            ),
            (
                "reference",
                format!("POST {S}/sobjects/Contact"),
                json!({ "LastName": "x", "AccountId": given }).to_string(),
            ),
            (
                "change several",
                format!("PATCH {S}/composite/sobjects"),
                update.to_string(),
            ),
            (
                "delete several",
                format!("DELETE {S}/composite/sobjects?ids={given}"),
                String::new(),
            ),
            (
                "query",
                format!("GET {S}/query?q=SELECT Name FROM Account WHERE Id = '{given}'"),
                String::new(),
            ),
        ] {
            let (status, json) = org.send(&line, &body);
            let error = match json[0].get("errors") {
                Some(errors) => &errors[0],
                None => &json[0],
            };
            let code = error.get("statusCode").or(error.get("errorCode"));
            let told = match code.and_then(serde_json::Value::as_str) {
                Some(code) => format!("{code}: {}", error["message"].as_str().unwrap_or_default()),
                None => json.to_string(),
            };
            table.push_str(&format!("  {face}: {status} {told}\n"));
        }
        let soap = |operation: &str| {
            let answer = org.answer(
                "POST /services/Soap/u/66.0",
                &[("SOAPAction", "\"\""), ("Content-Type", "text/xml")],
                format!("<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header><SessionHeader xmlns=\"urn:partner.soap.sforce.com\"><sessionId>{}</sessionId></SessionHeader></e:Header><e:Body>{operation}</e:Body></e:Envelope>", org.token).as_bytes(),
            );
            let text = String::from_utf8_lossy(answer.body()).into_owned();
            let inner = |name: &str| {
                let rest = text.split(&format!("<{name}>")).nth(1)?;
                Some(rest.split('<').next()?.to_owned())
            };
            inner("faultstring").or(inner("message")).unwrap_or(text)
        };
        table.push_str(&format!(
            "  soap delete: {}\n  soap retrieve: {}\n",
            soap(&format!("<delete xmlns=\"urn:partner.soap.sforce.com\"><ids>{given}</ids></delete>")),
            soap(&format!("<retrieve xmlns=\"urn:partner.soap.sforce.com\"><fieldList>Id</fieldList><sObjectType>Account</sObjectType><ids>{given}</ids></retrieve>")),
        ));
    }
    expect![[r#"
        moo
          read: 404 NOT_FOUND: Provided external ID field does not exist or is not accessible: moo
          change: 404 NOT_FOUND: Provided external ID field does not exist or is not accessible: moo
          reference: 400 MALFORMED_ID: Account ID: id value of incorrect type: moo
          change several: 200 MALFORMED_ID: Account ID: id value of incorrect type: moo
          delete several: 200 MALFORMED_ID: malformed id moo
          query: 400 INVALID_QUERY_FILTER_OPERATOR: invalid ID field: moo
          soap delete: bad id moo
          soap retrieve: MALFORMED_ID: bad id moo
        005000000000001AAA
          read: 400 MALFORMED_ID: Account ID: id value of incorrect type: 005000000000001AAA
          change: 400 MALFORMED_ID: Account ID: id value of incorrect type: 005000000000001AAA
          reference: 400 MALFORMED_ID: Account ID: id value of incorrect type: 005000000000001AAA
          change several: 200 MALFORMED_ID: Account ID: id value of incorrect type: 005000000000001AAA
          delete several: 200 NOT_FOUND: The requested resource does not exist
          query: 200 {"done":true,"records":[],"totalSize":0}
          soap delete: invalid cross reference id
          soap retrieve: MALFORMED_ID: bad id 005000000000001AAA
        001000000000001AAB
          read: 404 NOT_FOUND: Provided external ID field does not exist or is not accessible: 001000000000001AAB
          change: 404 NOT_FOUND: Provided external ID field does not exist or is not accessible: 001000000000001AAB
          reference: 400 MALFORMED_ID: Account ID: id value of incorrect type: 001000000000001AAB
          change several: 200 MALFORMED_ID: Account ID: id value of incorrect type: 001000000000001AAB
          delete several: 200 MALFORMED_ID: malformed id 001000000000001AAB
          query: 400 INVALID_QUERY_FILTER_OPERATOR: invalid ID field: 001000000000001AAB
          soap delete: bad id 001000000000001AAB
          soap retrieve: MALFORMED_ID: bad id 001000000000001AAB
    "#]].assert_eq(&table);
}
