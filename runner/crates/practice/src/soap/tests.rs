//! Settings over SOAP, as jsforce and CumulusCI send them.

mod components;

use bytes::Bytes;
use expect_test::{Expect, expect};
use http::Request;

use crate::testing::{TestOrg, org, org_with};

#[track_caller]
fn check(org: &TestOrg, operation: &str, expected: Expect) {
    check_at(
        org,
        "/services/Soap/m/66.0",
        &org.token,
        operation,
        expected,
    );
}

#[track_caller]
fn check_at(org: &TestOrg, path: &str, token: &str, operation: &str, expected: Expect) {
    let envelope = format!(
        "<?xml version=\"1.0\"?><env:Envelope xmlns:env=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><env:Header><SessionHeader xmlns=\"http://soap.sforce.com/2006/04/metadata\"><sessionId>{token}</sessionId></SessionHeader></env:Header><env:Body xmlns=\"http://soap.sforce.com/2006/04/metadata\">{operation}</env:Body></env:Envelope>"
    );
    let request = Request::post(path)
        .header("Content-Type", "text/xml; charset=UTF-8")
        .header("SOAPAction", "\"\"")
        .body(Bytes::from(envelope))
        .expect("a request");
    let response = org.practice.exchange(request, org.now_ms);
    let body = String::from_utf8_lossy(response.body()).into_owned();
    let inner = body
        .split("<soapenv:Body>")
        .nth(1)
        .and_then(|rest| rest.split("</soapenv:Body>").next());
    let text = format!("{} {}", response.status().as_u16(), inner.unwrap_or(&body));
    expected.assert_eq(&text.replace("><", ">\n<"));
}

const OFF: &str = "[settings]\n'CommunitiesSettings.enableNetworksEnabled' = false\n'CommunitiesSettings.enableOotbProfExtUserOpsEnable' = false";

#[test]
fn settings_are_read() {
    let org = org();
    check(
        &org,
        "<readMetadata><type>SharingSettings</type><fullNames>Sharing</fullNames><fullNames>Nope</fullNames></readMetadata>",
        expect![[r#"
            200 <readMetadataResponse>
            <result>
            <records xsi:type="SharingSettings">
            <fullName>Sharing</fullName>
            <enableAccountRoleOptimization>false</enableAccountRoleOptimization>
            <enableAssetSharing>false</enableAssetSharing>
            <enableCommunityUserVisibility>false</enableCommunityUserVisibility>
            <enableExternalSharingModel>true</enableExternalSharingModel>
            <enableManagerGroups>false</enableManagerGroups>
            <enableManualUserRecordSharing>false</enableManualUserRecordSharing>
            <enablePartnerSuperUserAccess>false</enablePartnerSuperUserAccess>
            <enablePortalUserCaseSharing>false</enablePortalUserCaseSharing>
            <enablePortalUserVisibility>false</enablePortalUserVisibility>
            <enableRemoveTMGroupMembership>false</enableRemoveTMGroupMembership>
            <enableStandardReportVisibility>false</enableStandardReportVisibility>
            <enableTerritoryForecastManager>false</enableTerritoryForecastManager>
            <enableRestrictAccessLookupRecords>false</enableRestrictAccessLookupRecords>
            <enableSecureGuestAccess>false</enableSecureGuestAccess>
            <enableShareObjectReportTypes>false</enableShareObjectReportTypes>
            <deferGroupMembership>false</deferGroupMembership>
            <deferSharingRules>false</deferSharingRules>
            </records>
            <records xsi:nil="true"/>
            </result>
            </readMetadataResponse>"#]],
    );
    check_at(
        &org,
        "/services/Soap/m/47.0/00D000000000001",
        &org.token,
        "<readMetadata><type>CommunitiesSettings</type><fullNames>Communities</fullNames></readMetadata>",
        expect![[r#"
            200 <readMetadataResponse>
            <result>
            <records xsi:type="CommunitiesSettings">
            <fullName>Communities</fullName>
            <canModerateAllFeedPosts>false</canModerateAllFeedPosts>
            <canModerateInternalFeedPosts>false</canModerateInternalFeedPosts>
            <embeddedVisualforcePages>false</embeddedVisualforcePages>
            <enableCommunityWorkspaces>false</enableCommunityWorkspaces>
            <enableCspContactVisibilityPref>false</enableCspContactVisibilityPref>
            <enableCspNotesOnAccConPref>false</enableCspNotesOnAccConPref>
            <enableEnablePRM>false</enableEnablePRM>
            <enableExternalAccHierPref>false</enableExternalAccHierPref>
            <enableGuestRecordReassignOrgPref>false</enableGuestRecordReassignOrgPref>
            <enableInviteChatterGuestEnabled>false</enableInviteChatterGuestEnabled>
            <enableNetPortalUserReportOpts>false</enableNetPortalUserReportOpts>
            <enableNetworksEnabled>true</enableNetworksEnabled>
            <enableOotbProfExtUserOpsEnable>true</enableOotbProfExtUserOpsEnable>
            <enablePRMAccRelPref>false</enablePRMAccRelPref>
            <enablePowerCustomerCaseStatus>false</enablePowerCustomerCaseStatus>
            <enableRelaxPartnerAccountFieldPref>false</enableRelaxPartnerAccountFieldPref>
            <enableUsernameUniqForOrgPref>false</enableUsernameUniqForOrgPref>
            </records>
            </result>
            </readMetadataResponse>"#]],
    );
}

#[test]
fn settings_are_written() {
    let org = org();
    check(
        &org,
        "<updateMetadata><metadata xsi:type=\"SharingSettings\"><fullName>Sharing</fullName><enableAccountRoleOptimization>true</enableAccountRoleOptimization></metadata></updateMetadata>",
        expect![[r#"
            200 <updateMetadataResponse>
            <result>
            <fullName>Sharing</fullName>
            <success>true</success>
            </result>
            </updateMetadataResponse>"#]],
    );
    check(
        &org,
        "<upsertMetadata><metadata xsi:type=\"ns:UserManagementSettings\"><fullName>UserManagement</fullName><restrictedProfileCloning>1</restrictedProfileCloning></metadata></upsertMetadata>",
        expect![[r#"
            200 <upsertMetadataResponse>
            <result>
            <created>false</created>
            <fullName>UserManagement</fullName>
            <success>true</success>
            </result>
            </upsertMetadataResponse>"#]],
    );
    let (_, settings) = org.send("GET /practice/settings", "");
    assert_eq!(
        settings["SharingSettings.enableAccountRoleOptimization"],
        true
    );
    assert_eq!(
        settings["UserManagementSettings.restrictedProfileCloning"],
        true
    );
}

#[test]
fn digital_experiences_come_first_and_stay() {
    let org = org_with(OFF);
    let write = |fields: &str| {
        format!(
            "<updateMetadata><metadata xsi:type=\"CommunitiesSettings\"><fullName>Communities</fullName>{fields}</metadata></updateMetadata>"
        )
    };
    check(
        &org,
        &write("<enableOotbProfExtUserOpsEnable>true</enableOotbProfExtUserOpsEnable>"),
        expect![[r#"
            200 <updateMetadataResponse>
            <result>
            <errors>
            <fields>enableOotbProfExtUserOpsEnable</fields>
            <message>Enable digital experiences first</message>
            <statusCode>FUNCTIONALITY_NOT_ENABLED</statusCode>
            </errors>
            <fullName>Communities</fullName>
            <success>false</success>
            </result>
            </updateMetadataResponse>"#]],
    );
    check(
        &org,
        &write(
            "<enableNetworksEnabled>true</enableNetworksEnabled><enableOotbProfExtUserOpsEnable>true</enableOotbProfExtUserOpsEnable>",
        ),
        expect![[r#"
            200 <updateMetadataResponse>
            <result>
            <fullName>Communities</fullName>
            <success>true</success>
            </result>
            </updateMetadataResponse>"#]],
    );
    check(
        &org,
        &write("<enableNetworksEnabled>false</enableNetworksEnabled>"),
        expect![[r#"
            200 <updateMetadataResponse>
            <result>
            <errors>
            <fields>enableNetworksEnabled</fields>
            <message>Digital experiences can&apos;t be disabled once they are enabled</message>
            <statusCode>FIELD_INTEGRITY_EXCEPTION</statusCode>
            </errors>
            <fullName>Communities</fullName>
            <success>false</success>
            </result>
            </updateMetadataResponse>"#]],
    );
    let (_, settings) = org.send("GET /practice/settings", "");
    assert_eq!(settings["CommunitiesSettings.enableNetworksEnabled"], true);
    assert_eq!(settings["SharingSettings.enableExternalSharingModel"], true);
}

#[test]
fn some_or_all() {
    let org = org_with(OFF);
    let two = "<metadata xsi:type=\"SharingSettings\"><fullName>Sharing</fullName><enableManagerGroups>true</enableManagerGroups></metadata><metadata xsi:type=\"CommunitiesSettings\"><fullName>Wrong</fullName></metadata>";
    check(
        &org,
        &format!("<updateMetadata>{two}</updateMetadata>"),
        expect![[r#"
            200 <updateMetadataResponse>
            <result>
            <fullName>Sharing</fullName>
            <success>true</success>
            </result>
            <result>
            <errors>
            <message>no CommunitiesSettings named Wrong found</message>
            <statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode>
            </errors>
            <fullName>Wrong</fullName>
            <success>false</success>
            </result>
            </updateMetadataResponse>"#]],
    );
}

#[test]
fn what_is_a_fault() {
    let org = org();
    check_at(
        &org,
        "/services/Soap/m/66.0",
        "00D!wrong",
        "<readMetadata><type>SharingSettings</type></readMetadata>",
        expect![[r#"
            500 <soapenv:Fault>
            <faultcode>sf:INVALID_SESSION_ID</faultcode>
            <faultstring>INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: Illegal Session</faultstring>
            </soapenv:Fault>"#]],
    );
    check_at(
        &org,
        "/services/Soap/m/12.0",
        &org.token,
        "<readMetadata/>",
        expect![[r#"
            500 <soapenv:Fault>
            <faultcode>sf:UNSUPPORTED_API_VERSION</faultcode>
            <faultstring>UNSUPPORTED_API_VERSION: Invalid Api version specified on URL</faultstring>
            </soapenv:Fault>"#]],
    );
    check_at(
        &org,
        "/services/Soap/x/66.0",
        &org.token,
        "<readMetadata/>",
        expect![[r#"
            404 <soapenv:Fault>
            <faultcode>sf:NOT_FOUND</faultcode>
            <faultstring>NOT_FOUND: The requested resource does not exist</faultstring>
            </soapenv:Fault>"#]],
    );
    check(
        &org,
        "<readMetadata><type>Nope</type></readMetadata>",
        expect![[r#"
            500 <soapenv:Fault>
            <faultcode>sf:INVALID_TYPE</faultcode>
            <faultstring>INVALID_TYPE: the practice org does not know metadata of type `Nope`</faultstring>
            </soapenv:Fault>"#]],
    );
    check(
        &org,
        "<retrieve/>",
        expect![[r#"
            500 <soapenv:Fault>
            <faultcode>soapenv:Client</faultcode>
            <faultstring>Required element is missing: retrieveRequest</faultstring>
            </soapenv:Fault>"#]],
    );
    check(
        &org,
        "",
        expect![[r#"
            500 <soapenv:Fault>
            <faultcode>soapenv:Client</faultcode>
            <faultstring>the envelope has no operation in its body</faultstring>
            </soapenv:Fault>"#]],
    );
    check(
        &org,
        "<a>",
        expect![[r#"
            500 <soapenv:Fault>
            <faultcode>soapenv:Client</faultcode>
            <faultstring>ill-formed document: expected `&lt;/a&gt;`, but `&lt;/env:Body&gt;` was found</faultstring>
            </soapenv:Fault>"#]],
    );
    check(
        &org,
        "<updateMetadata><metadata xsi:type=\"SharingSettings\"><fullName>Sharing</fullName><nope>true</nope></metadata></updateMetadata>",
        expect![[r#"
            500 <soapenv:Fault>
            <faultcode>soapenv:Client</faultcode>
            <faultstring>Element {http://soap.sforce.com/2006/04/metadata}nope invalid at this location in type SharingSettings</faultstring>
            </soapenv:Fault>"#]],
    );
    check(
        &org,
        "<updateMetadata><metadata xsi:type=\"SharingSettings\"><fullName>Sharing</fullName><enableManagerGroups>maybe</enableManagerGroups></metadata></updateMetadata>",
        expect![[r#"
            500 <soapenv:Fault>
            <faultcode>soapenv:Client</faultcode>
            <faultstring>&apos;maybe&apos; is not a valid value for the type xsd:boolean</faultstring>
            </soapenv:Fault>"#]],
    );
    check(
        &org,
        &format!(
            "<updateMetadata>{}</updateMetadata>",
            "<metadata xsi:type=\"SharingSettings\"/>".repeat(11)
        ),
        expect![[r#"
            500 <soapenv:Fault>
            <faultcode>sf:LIMIT_EXCEEDED</faultcode>
            <faultstring>LIMIT_EXCEEDED: At most 10 components can be sent in one call</faultstring>
            </soapenv:Fault>"#]],
    );
}

#[test]
fn more_may_stand_behind_the_version() {
    let org = org();
    check_at(
        &org,
        "/services/Soap/m/62.0/deployRequest/0Af000000000001AAA",
        &org.token,
        "<checkDeployStatus><asyncProcessId>0Af000000000001AAA</asyncProcessId></checkDeployStatus>",
        expect![[r#"
            500 <soapenv:Fault>
            <faultcode>sf:INVALID_CROSS_REFERENCE_KEY</faultcode>
            <faultstring>INVALID_CROSS_REFERENCE_KEY: invalid cross reference id: 0Af000000000001AAA</faultstring>
            </soapenv:Fault>"#]],
    );
}

#[test]
fn the_prefix_of_fault_codes_is_declared() {
    let org = org();
    let request = Request::post("/services/Soap/m/66.0")
        .body(Bytes::from_static(b"<Envelope/>"))
        .expect("a request");
    let response = org.practice.exchange(request, org.now_ms);
    let body = String::from_utf8_lossy(response.body()).into_owned();
    assert!(body.contains("<faultcode>sf:INVALID_SESSION_ID</faultcode>"));
    assert!(body.contains(" xmlns:sf=\"http://soap.sforce.com/2006/04/metadata\""));
}
