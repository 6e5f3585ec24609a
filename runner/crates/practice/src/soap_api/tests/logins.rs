use expect_test::expect;
use serde_json::json;

use super::{between, compare, fault, send, session};
use crate::testing::{TestOrg, org};

const ADMIN: &str = "admin@practice.usher.example";

/// An org in which everybody signs in with `secret1234`.
fn open() -> TestOrg {
    let org = org();
    set(
        &org,
        json!({ "practice.soapLogin": true, "practice.password": "secret1234" }),
    );
    org
}

fn set(org: &TestOrg, settings: serde_json::Value) {
    assert_eq!(
        org.send("PATCH /practice/settings", &settings.to_string())
            .0,
        204
    );
}

fn login_with(org: &TestOrg, path: &str, headers: &str, username: &str, password: &str) -> String {
    let call =
        format!("<login><username>{username}</username><password>{password}</password></login>");
    let (status, body) = send(org, path, headers, &call);
    format!("{status} {}", between(&body, "soapenv:Body"))
}

fn login(org: &TestOrg, username: &str, password: &str) -> String {
    login_with(org, super::PARTNER, "", username, password)
}

/// The answer to a call in that session.
fn user_of(org: &TestOrg, token: &str) -> String {
    let (status, body) = send(org, super::PARTNER, &session(token), "<getUserInfo/>");
    match status {
        200 => between(&body, "userName"),
        _ => between(&body, "faultstring"),
    }
}

#[test]
fn a_login_opens_a_session() {
    let org = open();
    let answer = login(&org, &ADMIN.to_uppercase(), "secret1234TOKEN");
    let token = between(&answer, "sessionId");
    compare(
        &answer.replace(&token, "TOKEN"),
        expect![[r#"
        200 <loginResponse>
        <result>
        <metadataServerUrl>https://127.0.0.1:8443/services/Soap/m/64.0/00DdnH000000001</metadataServerUrl>
        <passwordExpired>false</passwordExpired>
        <sandbox>false</sandbox>
        <serverUrl>https://127.0.0.1:8443/services/Soap/u/64.0/00DdnH000000001</serverUrl>
        <sessionId>TOKEN</sessionId>
        <userId>005dnH000000001ABA</userId>
        <userInfo>
        <accessibilityMode>false</accessibilityMode>
        <chatterExternal>false</chatterExternal>
        <currencySymbol xsi:nil="true"/>
        <orgAttachmentFileSizeLimit>5242880</orgAttachmentFileSizeLimit>
        <orgDefaultCurrencyIsoCode xsi:nil="true"/>
        <orgDefaultCurrencyLocale xsi:nil="true"/>
        <orgDisallowHtmlAttachments>false</orgDisallowHtmlAttachments>
        <orgHasPersonAccounts>true</orgHasPersonAccounts>
        <organizationId>00DdnH000000001EBA</organizationId>
        <organizationMultiCurrency>false</organizationMultiCurrency>
        <organizationName>Usher Practice</organizationName>
        <profileId>00ednH000000001ABA</profileId>
        <roleId xsi:nil="true"/>
        <sessionSecondsValid>7200</sessionSecondsValid>
        <userDefaultCurrencyIsoCode xsi:nil="true"/>
        <userEmail>admin@practice.usher.example</userEmail>
        <userFullName>Ada Admin</userFullName>
        <userId>005dnH000000001ABA</userId>
        <userLanguage>en_US</userLanguage>
        <userLocale>en_US</userLocale>
        <userName>admin@practice.usher.example</userName>
        <userTimeZone>America/New_York</userTimeZone>
        <userType>Standard</userType>
        <userUiSkin>Theme3</userUiSkin>
        </userInfo>
        </result>
        </loginResponse>"#]],
    );
    assert_eq!(user_of(&org, &token), ADMIN);
    // The session is one of REST, too.
    assert_eq!(rest(&org, &token), 200);
}

/// The status of a request of REST in that session.
fn rest(org: &TestOrg, token: &str) -> u16 {
    let request = http::Request::get("/services/data/v64.0/limits")
        .header("Authorization", format!("Bearer {token}"))
        .body(bytes::Bytes::new())
        .expect("a request");
    let response = org.practice.exchange(request, org.now_ms);
    response.status().as_u16()
}

#[test]
fn a_wrong_password_is_a_fault_of_logins() {
    let org = open();
    compare(
        &login(&org, ADMIN, "wrong"),
        expect![[r#"
        500 <soapenv:Fault>
        <faultcode>sf:INVALID_LOGIN</faultcode>
        <faultstring>INVALID_LOGIN: Invalid username, password, security token; or user locked out.</faultstring>
        <detail>
        <sf:LoginFault xsi:type="sf:LoginFault">
        <sf:exceptionCode>INVALID_LOGIN</sf:exceptionCode>
        <sf:exceptionMessage>Invalid username, password, security token; or user locked out.</sf:exceptionMessage>
        </sf:LoginFault>
        </detail>
        </soapenv:Fault>"#]],
    );
    let refused = fault(&login(&org, ADMIN, "wrong"));
    assert_eq!(
        fault(&login(&org, "nobody@x.example", "secret1234")),
        refused
    );
    assert_eq!(fault(&login(&org, ADMIN, "")), refused);
}

#[test]
fn new_orgs_and_new_versions_have_no_login() {
    let org = org();
    set(&org, json!({ "practice.password": "secret1234" }));
    expect!["500 INVALID_OPERATION: SOAP API login() is disabled by default in this org. Contact the org administrator to enable SOAP API login()."].assert_eq(&fault(&login(&org, ADMIN, "secret1234")));
    set(&org, json!({ "practice.soapLogin": true }));
    assert!(login(&org, ADMIN, "secret1234").starts_with("200"));
    let newer = login_with(&org, "/services/Soap/u/65.0", "", ADMIN, "secret1234");
    expect!["500 INVALID_OPERATION: The SOAP Login operation is not available in the API version specified (65.0). Refer to the documentation for supported versions."].assert_eq(&fault(&newer));
}

#[test]
fn without_a_password_nobody_signs_in() {
    let org = org();
    set(&org, json!({ "practice.soapLogin": true }));
    let answer = fault(&login(&org, ADMIN, ""));
    assert!(answer.contains("INVALID_LOGIN"), "{answer}");
}

#[test]
fn inactive_users_and_users_from_elsewhere_do_not_sign_in() {
    let org = open();
    let sam = "sam.sales@practice.usher.example";
    assert!(login(&org, sam, "secret1234").starts_with("200"));
    set(&org, json!({ "practice.ipRestricted": [sam] }));
    expect!["500 LOGIN_DURING_RESTRICTED_DOMAIN: The user is not allowed to log in from this IP address."].assert_eq(&fault(&login(&org, sam, "secret1234")));
    set(&org, json!({ "practice.ipRestricted": [] }));
    let id = org.id(&format!("SELECT Id FROM User WHERE Username = '{sam}'"));
    let line = format!("PATCH /services/data/v64.0/sobjects/User/{id}");
    assert_eq!(org.send(&line, r#"{"IsActive":false}"#).0, 204);
    assert!(fault(&login(&org, sam, "secret1234")).contains("INVALID_LOGIN"));
}

#[test]
fn a_user_without_the_api_does_not_sign_in() {
    let org = open();
    set(&org, json!({ "practice.apiDisabled": true }));
    expect!["500 API_DISABLED_FOR_ORG: API is not enabled for this Organization or Partner"]
        .assert_eq(&fault(&login(&org, ADMIN, "secret1234")));
}

#[test]
fn the_org_may_be_named_and_must_be_this_one() {
    let org = open();
    let named = |id: &str| {
        let header =
            format!("<LoginScopeHeader><organizationId>{id}</organizationId></LoginScopeHeader>");
        login_with(&org, super::PARTNER, &header, ADMIN, "secret1234")
    };
    let own = org.id("SELECT Id FROM Organization");
    assert!(named(&own).starts_with("200"));
    assert!(named(&own[..15]).starts_with("200"));
    assert!(fault(&named("00D000000000009")).contains("INVALID_LOGIN"));
}

#[test]
fn sessions_end() {
    let mut org = open();
    let token = |org: &TestOrg| between(&login(org, ADMIN, "secret1234"), "sessionId");
    let (first, second, third) = (token(&org), token(&org), token(&org));
    let (status, _) = send(&org, super::PARTNER, &session(&first), "<logout/>");
    assert_eq!(status, 200);
    assert!(user_of(&org, &first).contains("INVALID_SESSION_ID"));
    let call = format!(
        "<invalidateSessions><sessionIds>{second}</sessionIds><sessionIds>x</sessionIds></invalidateSessions>"
    );
    compare(
        &super::call(&org, &call),
        expect![[r#"
        200 <invalidateSessionsResponse>
        <result>
        <success>true</success>
        </result>
        <result>
        <errors>
        <message>Invalid Session ID</message>
        <statusCode>INVALID_SESSION_ID</statusCode>
        </errors>
        <success>false</success>
        </result>
        </invalidateSessionsResponse>"#]],
    );
    assert!(user_of(&org, &second).contains("INVALID_SESSION_ID"));
    assert_eq!(user_of(&org, &third), ADMIN);
    org.now_ms += 120 * 60_000;
    assert!(user_of(&org, &third).contains("INVALID_SESSION_ID"));
}
