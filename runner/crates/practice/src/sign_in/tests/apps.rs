use expect_test::expect;
use serde_json::json;

use super::{ADMIN, CLIENT, claims, jwt, org_with_app, refusal};
use crate::testing::{org, org_with};
use crate::{Fixture, Practice, Setup};

#[test]
fn apps_are_made_changed_shown_and_removed() {
    let org = org();
    let app = json!({ "name": "Usher", "client_id": CLIENT, "secret": "F00D" });
    let (status, body) = org.send("POST /practice/apps", &app.to_string());
    assert_eq!((status, body), (201, json!({ "client_id": CLIENT })));
    let line = format!("PATCH /practice/apps/{CLIENT}");
    assert_eq!(
        org.send(&line, r#"{"scopes": ["api"], "pkce": true}"#).0,
        204
    );
    // No secret is shown.
    org.check(
        "GET /practice/apps",
        "",
        expect![[r#"
            200
            {
              "apps": [
                {
                  "client_id": "3MVG9.usher",
                  "name": "Usher",
                  "pkce": true,
                  "scopes": [
                    "api"
                  ]
                }
              ]
            }
        "#]],
    );
    let line = format!("DELETE /practice/apps/{CLIENT}");
    assert_eq!(org.send(&line, "").0, 204);
    assert_eq!(org.send(&line, "").0, 404);
    assert_eq!(
        org.send("PUT /practice/apps", "{}").1[0]["errorCode"],
        "METHOD_NOT_ALLOWED"
    );
}

#[test]
fn wrong_apps_are_refused() {
    let org = org();
    let told = |app: serde_json::Value| {
        let (status, body) = org.send("POST /practice/apps", &app.to_string());
        format!(
            "{status} {}",
            body[0]["message"].as_str().unwrap_or_default()
        )
    };
    let refusals = [
        told(json!({ "name": "x" })),
        told(json!({ "name": "x", "client_id": "x", "secrets": "y" })),
        told(json!({ "name": "x", "client_id": "x", "scopes": ["sudo"] })),
        told(json!({ "name": "x", "client_id": "x", "client_credentials": true })),
        told(json!({ "name": "x", "client_id": "x", "certificate": "no" })),
        told(json!({ "name": "x", "client_id": "" })),
    ];
    expect![[r#"
        400 the setting `practice.apps`: missing field `client_id`
        400 the setting `practice.apps`: unknown field `secrets`, expected one of `name`, `client_id`, `secret`, `secret_required`, `callback_urls`, `scopes`, `certificate`, `pkce`, `plain_pkce`, `client_credentials`, `run_as`, `permitted`, `users`, `profiles`, `permission_sets`, `rotate_refresh_tokens`, `refresh_token_days`, `session_minutes`, `state`
        400 the setting `practice.apps`: `x`: there is no scope `sudo`
        400 the setting `practice.apps`: `x`: `client_credentials` needs a `secret`
        400 the setting `practice.apps`: `x`: `certificate` is the PEM of neither a certificate nor a public key
        400 the setting `practice.apps`: `x`: `client_id` and `secret` are no empty texts"#]].assert_eq(&refusals.join("\n"));
}

#[test]
fn two_apps_of_a_fixture_have_two_keys() {
    let twice = "[[apps]]\nname = 'a'\nclient_id = 'x'\n".repeat(2);
    let setup = Setup {
        seed: 1,
        start: None,
        fixtures: vec![Fixture {
            name: "twice",
            text: &twice,
        }],
    };
    let error = Practice::in_memory(&setup).err().expect("refused");
    expect!["fixture `twice`: line 4, column 1: setting `practice.apps`: the setting `practice.apps`: `client_id` `x` is given twice"].assert_eq(&error.to_string());
}

#[test]
fn an_administrator_approves_by_permission_set() {
    let org = org_with_app("permitted = 'approved'\npermission_sets = ['Approved']");
    assert_eq!(
        refusal(jwt(&org, &claims(ADMIN))),
        "400 invalid_grant: user hasn't approved this consumer"
    );
    let set = org.create(
        "PermissionSet",
        json!({ "Name": "Approved", "Label": "Approved" }),
    );
    let admin = org.id(&format!("SELECT Id FROM User WHERE Username = '{ADMIN}'"));
    org.create(
        "PermissionSetAssignment",
        json!({ "AssigneeId": admin, "PermissionSetId": set }),
    );
    assert_eq!(jwt(&org, &claims(ADMIN)).0, 200);
}

#[test]
fn an_org_has_no_app_of_its_own() {
    let org = org_with("");
    let (_, body) = org.send("GET /practice/apps", "");
    assert_eq!(body, json!({ "apps": [] }));
}
