use expect_test::expect;
use serde_json::json;

use super::{between, call, call_with, check, fault, send, session};
use crate::testing::{NOW_MS, TestOrg, org};
use crate::{Practice, Setup};

const SAM: &str = "sam.sales@practice.usher.example";

fn open() -> (TestOrg, String) {
    let org = org();
    let settings = json!({ "practice.soapLogin": true }).to_string();
    assert_eq!(org.send("PATCH /practice/settings", &settings).0, 204);
    let id = org.id(&format!("SELECT Id FROM User WHERE Username = '{SAM}'"));
    (org, id)
}

/// The answer to a login of Sam.
fn login(org: &TestOrg, password: &str) -> String {
    let call = format!("<login><username>{SAM}</username><password>{password}</password></login>");
    let (status, body) = send(org, super::PARTNER, "", &call);
    format!("{status} {}", between(&body, "soapenv:Body"))
}

fn set(id: &str, password: &str) -> String {
    format!("<setPassword><userId>{id}</userId><password>{password}</password></setPassword>")
}

#[test]
fn a_password_that_was_set_signs_in() {
    let (org, id) = open();
    check(
        &org,
        &set(&id, "geheim123"),
        expect![[r#"
        200 <setPasswordResponse>
        <result/>
        </setPasswordResponse>"#]],
    );
    let answer = login(&org, "geheim123ABCDEF");
    assert!(
        answer.contains("<passwordExpired>false</passwordExpired>"),
        "{answer}"
    );
    assert!(login(&org, "geheim12").starts_with("500"));
    expect!["500 INVALID_NEW_PASSWORD: Your password must be at least 8 characters long and have a mix of letters and numbers."].assert_eq(&fault(&call(&org, &set(&id, "kurz"))));
    expect!["500 INVALID_ID_FIELD: invalid user id: 005000000000001AAA"]
        .assert_eq(&fault(&call(&org, &set("005000000000001AAA", "geheim123"))));
    expect!["500 MALFORMED_ID: bad id 001"]
        .assert_eq(&fault(&call(&org, &set("001", "geheim123"))));
}

#[test]
fn rest_sets_the_same_password() {
    let (org, id) = open();
    let line = format!("/services/data/v64.0/sobjects/User/{id}/password");
    let body = json!({ "NewPassword": "geheim123" }).to_string();
    assert_eq!(org.send(&format!("POST {line}"), &body).0, 204);
    assert!(login(&org, "geheim123").starts_with("200"));
}

#[test]
fn a_reset_password_must_be_changed_first() {
    let (org, id) = open();
    let answer = call(
        &org,
        &format!("<resetPassword><userId>{id}</userId></resetPassword>"),
    );
    let temporary = between(&answer, "password");
    let rest = format!("GET /services/data/v64.0/sobjects/User/{id}/password");
    assert_eq!(org.send(&rest, "").1, json!({ "isExpired": true }));
    let answer = login(&org, &temporary);
    assert!(
        answer.contains("<passwordExpired>true</passwordExpired>"),
        "{answer}"
    );
    let token = session(&between(&answer, "sessionId"));
    let as_sam = |call: &str| {
        let (status, body) = send(&org, super::PARTNER, &token, call);
        format!("{status} {}", between(&body, "soapenv:Body"))
    };
    expect!["500 INVALID_OPERATION_WITH_EXPIRED_PASSWORD: The users password has expired, you must call SetPassword before attempting any other API operations"].assert_eq(&fault(&as_sam("<getUserInfo/>")));
    let change = |old: &str| {
        as_sam(&format!(
            "<changeOwnPassword><oldPassword>{old}</oldPassword><newPassword>geheim123</newPassword></changeOwnPassword>"
        ))
    };
    expect!["500 INVALID_OLD_PASSWORD: the old password is not valid"]
        .assert_eq(&fault(&change("wrong")));
    assert!(change(&temporary).starts_with("200"));
    assert!(as_sam("<getUserInfo/>").starts_with("200"));
    assert!(login(&org, &temporary).starts_with("500"));
    assert!(login(&org, "geheim123").starts_with("200"));
}

#[test]
fn a_reset_mails_only_when_it_is_asked_to() {
    let (org, id) = open();
    let reset = format!("<resetPassword><userId>{id}</userId></resetPassword>");
    let mails = || {
        org.send("GET /practice/mails", "").1["mails"]
            .as_array()
            .map(Vec::len)
    };
    call(&org, &reset);
    assert_eq!(mails(), Some(0));
    let header = "<EmailHeader><triggerAutoResponseEmail>false</triggerAutoResponseEmail><triggerOtherEmail>false</triggerOtherEmail><triggerUserEmail>true</triggerUserEmail></EmailHeader>";
    call_with(&org, super::PARTNER, header, &reset);
    assert_eq!(mails(), Some(1));
}

#[test]
fn passwords_survive_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("practice.db");
    let setup = Setup {
        seed: 7,
        start: None,
        fixtures: Vec::new(),
    };
    let open = || {
        let practice = Practice::open(&path, &setup).expect("an org");
        let token = practice.sign_in(None, [7; 16]).expect("an administrator");
        TestOrg {
            practice,
            token,
            now_ms: NOW_MS,
        }
    };
    let org = open();
    let settings = json!({ "practice.soapLogin": true }).to_string();
    assert_eq!(org.send("PATCH /practice/settings", &settings).0, 204);
    let id = org.id(&format!("SELECT Id FROM User WHERE Username = '{SAM}'"));
    call(&org, &set(&id, "geheim123"));
    let token = between(&login(&org, "geheim123"), "sessionId");
    drop(org);
    let org = open();
    let (status, _) = send(&org, super::PARTNER, &session(&token), "<getUserInfo/>");
    assert_eq!(status, 200);
    assert!(login(&org, "geheim123").starts_with("200"));
}

#[test]
fn a_password_that_rest_resets_is_temporary() {
    let (org, id) = open();
    let line = format!("DELETE /services/data/v64.0/sobjects/User/{id}/password");
    let (_, body) = org.send(&line, "");
    let new = body["NewPassword"].as_str().expect("a password");
    let answer = login(&org, new);
    assert!(
        answer.contains("<passwordExpired>true</passwordExpired>"),
        "{answer}"
    );
}

#[test]
fn a_new_user_is_mailed_only_when_the_call_asks_for_it() {
    let (org, _) = open();
    let profile = org.id("SELECT Id FROM Profile WHERE Name = 'Standard User'");
    let user = |name: &str| {
        format!(
            "<create><sObjects><type>User</type><Username>{name}@practice.example</Username><LastName>{name}</LastName><Email>{name}@example.com</Email><Alias>{name}</Alias><CommunityNickname>{name}</CommunityNickname><TimeZoneSidKey>America/New_York</TimeZoneSidKey><LocaleSidKey>en_US</LocaleSidKey><LanguageLocaleKey>en_US</LanguageLocaleKey><EmailEncodingKey>UTF-8</EmailEncodingKey><ProfileId>{profile}</ProfileId></sObjects></create>"
        )
    };
    let mails = || {
        let mails = org.send("GET /practice/mails", "").1["mails"].clone();
        let mails = mails.as_array().cloned().unwrap_or_default();
        let of = |mail: &serde_json::Value| format!("{} to {}", mail["kind"], mail["to"]);
        mails.iter().map(of).collect::<Vec<_>>().join("\n")
    };
    let answer = call(&org, &user("silent"));
    assert!(answer.contains("<success>true</success>"), "{answer}");
    assert_eq!(mails(), "");
    let header = "<EmailHeader><triggerUserEmail>true</triggerUserEmail></EmailHeader>";
    call_with(&org, super::PARTNER, header, &user("loud"));
    expect![[r#""new-user" to "loud@example.com""#]].assert_eq(&mails());
}

#[test]
fn a_user_sets_no_password_of_others() {
    let (org, id) = open();
    call(&org, &set(&id, "geheim123"));
    let token = session(&between(&login(&org, "geheim123"), "sessionId"));
    let admin = org.id("SELECT Id FROM User WHERE Username = 'admin@practice.usher.example'");
    let (status, body) = send(&org, super::PARTNER, &token, &set(&admin, "geheim123"));
    assert_eq!(status, 500);
    expect!["INSUFFICIENT_ACCESS: You don&apos;t have permission to set this user&apos;s password"]
        .assert_eq(&between(&body, "faultstring"));
}
