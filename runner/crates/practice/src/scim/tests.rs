//! SCIM from outside.

use expect_test::expect;
use serde_json::{Value, json};

use crate::testing::{TestOrg, org, org_with};

const V1: &str = "/services/scim/v1/Users";
const V2: &str = "/services/scim/v2/Users";

fn profile(org: &TestOrg) -> String {
    org.id("SELECT Id FROM Profile WHERE Name = 'Standard User'")
}

/// The body that the Salesforce CLI sends.
fn by_cli(org: &TestOrg, username: &str) -> Value {
    json!({
        "username": username,
        "emails": ["nora@example.com"],
        "name": { "familyName": "North" },
        "nickName": username,
        "entitlements": [{ "value": profile(org) }],
    })
}

#[test]
fn a_user_is_made_as_the_cli_asks() {
    let org = org();
    let body = by_cli(&org, "nora@example.com");
    let response = org.answer(&format!("POST {V1}"), &[], body.to_string().as_bytes());
    assert_eq!(response.status(), 201);
    // The session comes from no app: there is none to approve.
    assert_eq!(response.headers().get("auto-approve-user"), None);
    let made: Value = serde_json::from_slice(response.body()).expect("JSON");
    expect![[r#"
        {
          "active": true,
          "displayName": "North",
          "emails": [
            {
              "primary": true,
              "type": "work",
              "value": "nora@example.com"
            }
          ],
          "entitlements": [
            {
              "display": "Standard User",
              "primary": true,
              "type": "Profile",
              "value": "00ednH000000002ABA"
            }
          ],
          "externalId": null,
          "id": "005dnH000000004ABA",
          "locale": "en_US",
          "meta": {
            "created": "2026-11-22T10:00:00.000+0000",
            "lastModified": "2026-11-22T10:00:00.000+0000",
            "location": "https://practice.usher.example/services/scim/v1/Users/005dnH000000004ABA",
            "resourceType": "User"
          },
          "name": {
            "familyName": "North",
            "formatted": "North",
            "givenName": null
          },
          "nickName": "nora@example.com",
          "preferredLanguage": "en_US",
          "schemas": [
            "urn:scim:schemas:core:1.0",
            "urn:scim:schemas:extension:enterprise:1.0"
          ],
          "timezone": "America/New_York",
          "title": null,
          "userName": "nora@example.com",
          "userType": "Standard"
        }"#]]
    .assert_eq(&format!("{made:#}"));
    org.query(
        "SELECT Username, Alias, TimeZoneSidKey, LanguageLocaleKey, EmailEncodingKey FROM User WHERE Username = 'nora@example.com'",
        expect![[r#"
            {"Alias":"north","EmailEncodingKey":"UTF-8","LanguageLocaleKey":"en_US","TimeZoneSidKey":"America/New_York","Username":"nora@example.com"}
        "#]],
    );
    // The same again: the rules of users hold.
    let (status, body) = org.send(&format!("POST {V1}"), &body.to_string());
    expect![[r#"400 {"Errors":[{"code":400,"description":"Duplicate Username.<br>The username already exists in this or another Salesforce organization. Usernames must be unique across all Salesforce organizations. To resolve, use a different username (it doesn't need to match the user's email address). "}]}"#]].assert_eq(&format!("{status} {body}"));
}

#[test]
fn the_app_gets_a_token_of_the_new_user() {
    let mut org = org_with(
        "[[apps]]\nname = 'CLI'\nclient_id = 'cli'\nsecret = 's'\ncallback_urls = ['http://localhost/']\nclient_credentials = true\nrun_as = 'admin@practice.usher.example'\n",
    );
    let (_, body) = org.send(
        "POST /services/oauth2/token?grant_type=client_credentials&client_id=cli&client_secret=s",
        "",
    );
    org.token = body["access_token"].as_str().expect("a token").to_owned();
    let body = by_cli(&org, "nora@example.com").to_string();
    let line = format!("POST {V1}");
    let response = org.answer(&line, &[("auto-approve-user", "true")], body.as_bytes());
    assert_eq!(response.status(), 201);
    let token = response.headers()["auto-approve-user"]
        .to_str()
        .expect("text");
    let (status, body) = org.send(
        &format!(
            "POST /services/oauth2/token?grant_type=refresh_token&client_id=cli&client_secret=s&refresh_token={token}"
        ),
        "",
    );
    assert_eq!(status, 200, "{body}");
    org.token = body["access_token"].as_str().expect("a token").to_owned();
    let (_, who) = org.send("GET /services/oauth2/userinfo", "");
    assert_eq!(who["preferred_username"], "nora@example.com");
}

#[test]
fn users_are_read_and_found() {
    let org = org();
    let id = org.id("SELECT Id FROM User WHERE Username = 'admin@practice.usher.example'");
    let (status, user) = org.send(&format!("GET {V2}/{id}"), "");
    assert_eq!(
        (status, &user["userName"]),
        (200, &json!("admin@practice.usher.example"))
    );
    let filter = "filter=userName eq \"admin@practice.usher.example\"";
    let (_, found) = org.send(&format!("GET {V2}?{filter}"), "");
    assert_eq!(found["totalResults"], 1);
    assert_eq!(found["Resources"][0]["id"], json!(id));
    let all = org.records("SELECT Id FROM User").len();
    let (_, page) = org.send(&format!("GET {V2}?startIndex=2&count=1"), "");
    assert_eq!(page["totalResults"], json!(all));
    assert_eq!(page["itemsPerPage"], 1);
    let (status, body) = org.send(&format!("GET {V2}?filter=userName co \"a\""), "");
    expect![[r#"400 {"detail":"The practice org knows filters like userName eq \"name\", and not: userName co \"a\"","schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400"}"#]].assert_eq(&format!("{status} {body}"));
    let (status, _) = org.send(&format!("GET {V2}/005000000000001AAA"), "");
    assert_eq!(status, 404);
}

#[test]
fn users_are_changed_and_made_inactive() {
    let org = org();
    let (_, user) = org.send(
        &format!("POST {V2}"),
        &by_cli(&org, "nora@example.com").to_string(),
    );
    let id = user["id"].as_str().expect("an id");
    let line = format!("PATCH {V2}/{id}");
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [
            { "op": "replace", "path": "name.givenName", "value": "Nora" },
            { "op": "Replace", "value": { "title": "Owner" } },
            { "op": "replace", "path": "emails[type eq \"work\"].value", "value": "n@example.com" },
        ],
    });
    let (status, changed) = org.send(&line, &body.to_string());
    assert_eq!(status, 200, "{changed}");
    assert_eq!(
        (
            &changed["displayName"],
            &changed["title"],
            &changed["emails"][0]["value"]
        ),
        (
            &json!("Nora North"),
            &json!("Owner"),
            &json!("n@example.com")
        )
    );
    let (status, body) = org.send(&line, &json!({ "shoeSize": 42 }).to_string());
    expect![[r#"400 {"detail":"The practice org does not know the attribute shoesize","schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400"}"#]].assert_eq(&format!("{status} {body}"));
    let (status, _) = org.send(
        &format!("PATCH {V1}/{id}"),
        &json!({ "active": false }).to_string(),
    );
    assert_eq!(status, 200);
    let (status, _) = org.send(&format!("DELETE {V2}/{id}"), "");
    assert_eq!(status, 204);
    let soql = format!("SELECT IsActive FROM User WHERE Id = '{id}'");
    assert_eq!(org.records(&soql)[0]["IsActive"], false);
}

#[test]
fn the_rest_is_not_here() {
    let org = org();
    let (status, body) = org.send("GET /services/scim/v2/Groups", "");
    expect![[r#"404 {"detail":"The practice org has users over SCIM, and no other resources","schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404"}"#]].assert_eq(&format!("{status} {body}"));
    let (status, _) = org.send("GET /services/scim/v3/Users", "");
    assert_eq!(status, 404);
    let (status, _) = org.send(&format!("PATCH {V2}"), "");
    assert_eq!(status, 405);
}
