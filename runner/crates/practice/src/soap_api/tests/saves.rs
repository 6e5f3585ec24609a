use expect_test::expect;

use super::{ENTERPRISE, call, call_with, check, compare, fault};
use crate::testing::{TestOrg, org};

fn id(answer: &str) -> String {
    super::between(answer, "id")
}

/// An account, and its id.
fn account(org: &TestOrg, name: &str) -> String {
    id(&call(
        org,
        &format!("<create><sObjects><type>Account</type><Name>{name}</Name></sObjects></create>"),
    ))
}

#[test]
fn records_are_created_and_some_are_refused() {
    check(
        &org(),
        "<create><s:sObjects xmlns:s=\"urn:sobject.partner.soap.sforce.com\"><s:type>Account</s:type><s:Name>Contoso &amp; Co</s:Name><s:Phone xsi:nil=\"true\"/><s:Website/></s:sObjects><sObjects><type>contact</type><FirstName>Maria</FirstName></sObjects></create>",
        expect![[r#"
            200 <createResponse>
            <result>
            <id>001dnH000000001ABA</id>
            <success>true</success>
            </result>
            <result>
            <errors>
            <fields>LastName</fields>
            <message>Required fields are missing: [LastName]</message>
            <statusCode>REQUIRED_FIELD_MISSING</statusCode>
            </errors>
            <id xsi:nil="true"/>
            <success>false</success>
            </result>
            </createResponse>"#]],
    );
}

#[test]
fn all_or_none_takes_back_what_was_saved() {
    let org = org();
    let header = "<AllOrNoneHeader><allOrNone>true</allOrNone></AllOrNoneHeader>";
    let answer = call_with(
        &org,
        super::PARTNER,
        header,
        "<create><sObjects><type>Account</type><Name>Contoso</Name></sObjects><sObjects><type>Account</type><Phone>1</Phone></sObjects></create>",
    );
    compare(
        &answer,
        expect![[r#"
        200 <createResponse>
        <result>
        <errors>
        <message>Record rolled back because not all records were valid and the request was using AllOrNone header</message>
        <statusCode>ALL_OR_NONE_OPERATION_ROLLED_BACK</statusCode>
        </errors>
        <id xsi:nil="true"/>
        <success>false</success>
        </result>
        <result>
        <errors>
        <fields>Name</fields>
        <message>Required fields are missing: [Name]</message>
        <statusCode>REQUIRED_FIELD_MISSING</statusCode>
        </errors>
        <id xsi:nil="true"/>
        <success>false</success>
        </result>
        </createResponse>"#]],
    );
    assert!(org.records("SELECT Id FROM Account").is_empty());
}

#[test]
fn fields_are_emptied_by_name_only() {
    let org = org();
    let id = account(&org, "Contoso");
    check(
        &org,
        &format!(
            "<update><sObjects><type>Account</type><Id>{id}</Id><Phone>030</Phone><Website>w.example</Website></sObjects></update>"
        ),
        expect![[r#"
            200 <updateResponse>
            <result>
            <id>001dnH000000001ABA</id>
            <success>true</success>
            </result>
            </updateResponse>"#]],
    );
    call(
        &org,
        &format!(
            "<update><sObjects><type>Account</type><fieldsToNull>phone</fieldsToNull><Id>{id}</Id><Website></Website></sObjects></update>"
        ),
    );
    org.query(
        "SELECT Phone, Website FROM Account",
        expect![[r#"
        {"Phone":null,"Website":"w.example"}
    "#]],
    );
}

#[test]
fn updates_need_an_id_of_a_record() {
    check(
        &org(),
        "<update><sObjects><type>Account</type><Name>A</Name></sObjects><sObjects><type>Account</type><Id>001000000000001AAA</Id><Name>A</Name></sObjects></update>",
        expect![[r#"
            200 <updateResponse>
            <result>
            <errors>
            <fields>Id</fields>
            <message>Id not specified in an update call</message>
            <statusCode>MISSING_ARGUMENT</statusCode>
            </errors>
            <id xsi:nil="true"/>
            <success>false</success>
            </result>
            <result>
            <errors>
            <message>invalid cross reference id</message>
            <statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode>
            </errors>
            <id xsi:nil="true"/>
            <success>false</success>
            </result>
            </updateResponse>"#]],
    );
}

#[test]
fn records_are_upserted_by_id() {
    let org = org();
    let id = account(&org, "Contoso");
    check(
        &org,
        &format!(
            "<upsert><externalIDFieldName>Id</externalIDFieldName><sObjects><type>Account</type><Name>Fabrikam</Name></sObjects><sObjects><type>Account</type><Id>{id}</Id><Name>Contoso 2</Name></sObjects></upsert>"
        ),
        expect![[r#"
            200 <upsertResponse>
            <result>
            <created>true</created>
            <id>001dnH000000002ABA</id>
            <success>true</success>
            </result>
            <result>
            <created>false</created>
            <id>001dnH000000001ABA</id>
            <success>true</success>
            </result>
            </upsertResponse>"#]],
    );
    org.query(
        "SELECT Name FROM Account ORDER BY Name",
        expect![[r#"
        {"Name":"Contoso 2"}
        {"Name":"Fabrikam"}
    "#]],
    );
}

#[test]
fn records_are_deleted() {
    let org = org();
    let id = account(&org, "Contoso");
    check(
        &org,
        &format!("<delete><ids>{id}</ids><ids>nonsense</ids></delete>"),
        expect![[r#"
            200 <deleteResponse>
            <result>
            <id>001dnH000000001ABA</id>
            <success>true</success>
            </result>
            <result>
            <errors>
            <message>bad id nonsense</message>
            <statusCode>MALFORMED_ID</statusCode>
            </errors>
            <id xsi:nil="true"/>
            <success>false</success>
            </result>
            </deleteResponse>"#]],
    );
    assert!(org.records("SELECT Id FROM Account").is_empty());
}

#[test]
fn records_come_back_from_the_recycle_bin() {
    let org = org();
    let id = account(&org, "Contoso");
    call(&org, &format!("<delete><ids>{id}</ids></delete>"));
    let all = |org: &TestOrg| {
        let query =
            "<queryAll><queryString>SELECT Id, IsDeleted FROM Account</queryString></queryAll>";
        super::between(&call(org, query), "sf:IsDeleted")
    };
    assert_eq!(all(&org), "true");
    check(
        &org,
        &format!("<undelete><ids>{id}</ids><ids>{id}</ids></undelete>"),
        expect![[r#"
            200 <undeleteResponse>
            <result>
            <id>001dnH000000001ABA</id>
            <success>true</success>
            </result>
            <result>
            <errors>
            <message>Entity is not in the recycle bin</message>
            <statusCode>UNDELETE_FAILED</statusCode>
            </errors>
            <id xsi:nil="true"/>
            <success>false</success>
            </result>
            </undeleteResponse>"#]],
    );
    assert_eq!(all(&org), "false");
}

#[test]
fn the_recycle_bin_is_emptied() {
    let org = org();
    let id = account(&org, "Contoso");
    call(&org, &format!("<delete><ids>{id}</ids></delete>"));
    check(
        &org,
        &format!(
            "<emptyRecycleBin><ids>{id}</ids><ids>{id}</ids><ids>nonsense</ids></emptyRecycleBin>"
        ),
        expect![[r#"
            200 <emptyRecycleBinResponse>
            <result>
            <id>001dnH000000001ABA</id>
            <success>true</success>
            </result>
            <result>
            <errors>
            <message>invalid record id; no recycle bin entry found</message>
            <statusCode>INVALID_ID_FIELD</statusCode>
            </errors>
            <id xsi:nil="true"/>
            <success>false</success>
            </result>
            <result>
            <errors>
            <message>bad id nonsense</message>
            <statusCode>MALFORMED_ID</statusCode>
            </errors>
            <id xsi:nil="true"/>
            <success>false</success>
            </result>
            </emptyRecycleBinResponse>"#]],
    );
    let undelete = format!("<undelete><ids>{id}</ids></undelete>");
    assert!(call(&org, &undelete).contains("UNDELETE_FAILED"));
}

#[test]
fn long_texts_are_cut_on_demand() {
    let org = org();
    let long = format!(
        "<create><sObjects><type>Account</type><Name>{}</Name></sObjects></create>",
        "ä".repeat(300)
    );
    assert!(call(&org, &long).contains("<statusCode>STRING_TOO_LONG</statusCode>"));
    let header = "<AllowFieldTruncationHeader><allowFieldTruncation>true</allowFieldTruncation></AllowFieldTruncationHeader>";
    call_with(&org, super::PARTNER, header, &long);
    let name = org.records("SELECT Name FROM Account")[0]["Name"].clone();
    assert_eq!(name.as_str().map(|name| name.chars().count()), Some(255));
}

#[test]
fn all_or_none_come_back() {
    let org = org();
    let id = account(&org, "Contoso");
    call(&org, &format!("<delete><ids>{id}</ids></delete>"));
    let header = "<AllOrNoneHeader><allOrNone>true</allOrNone></AllOrNoneHeader>";
    let undelete = format!("<undelete><ids>{id}</ids><ids>001000000000001AAA</ids></undelete>");
    compare(
        &call_with(&org, super::PARTNER, header, &undelete),
        expect![[r#"
            200 <undeleteResponse>
            <result>
            <errors>
            <message>Record rolled back because not all records were valid and the request was using AllOrNone header</message>
            <statusCode>ALL_OR_NONE_OPERATION_ROLLED_BACK</statusCode>
            </errors>
            <id xsi:nil="true"/>
            <success>false</success>
            </result>
            <result>
            <errors>
            <message>Entity is not in the recycle bin</message>
            <statusCode>UNDELETE_FAILED</statusCode>
            </errors>
            <id xsi:nil="true"/>
            <success>false</success>
            </result>
            </undeleteResponse>"#]],
    );
    assert!(org.records("SELECT Id FROM Account").is_empty());
}

#[test]
fn records_are_upserted_by_a_field_that_names_them() {
    let org = org();
    let contact = |name: &str, email: &str| {
        format!("<sObjects><type>Contact</type><LastName>{name}</LastName>{email}</sObjects>")
    };
    let upsert = |records: &str| {
        format!("<upsert><externalIDFieldName>Email</externalIDFieldName>{records}</upsert>")
    };
    let email = "<Email>maria@example.com</Email>";
    call(&org, &upsert(&contact("Meyer", email)));
    check(
        &org,
        &upsert(&format!(
            "{}{}",
            contact("Brown", email),
            contact("Nobody", "")
        )),
        expect![[r#"
            200 <upsertResponse>
            <result>
            <created>false</created>
            <id>003dnH000000001ABA</id>
            <success>true</success>
            </result>
            <result>
            <created>false</created>
            <errors>
            <fields>Email</fields>
            <message>Email not specified</message>
            <statusCode>MISSING_ARGUMENT</statusCode>
            </errors>
            <id xsi:nil="true"/>
            <success>false</success>
            </result>
            </upsertResponse>"#]],
    );
    org.query(
        "SELECT LastName, Email FROM Contact",
        expect![[r#"
        {"Email":"maria@example.com","LastName":"Brown"}
    "#]],
    );
    let wrong = upsert(&contact("A", "")).replace("Email<", "LastName<");
    expect!["500 INVALID_FIELD: Field name provided, LastName does not match an External ID, Salesforce Id, or indexed field for Contact"].assert_eq(&fault(&call(&org, &wrong)));
    expect!["500 MISSING_ARGUMENT: externalIDFieldName not specified"]
        .assert_eq(&fault(&call(&org, "<upsert/>")));
}

#[test]
fn changes_and_deletions_are_listed() {
    let org = org();
    let (kept, gone) = (account(&org, "Contoso"), account(&org, "Fabrikam"));
    call(&org, &format!("<delete><ids>{gone}</ids></delete>"));
    let of = |name: &str| {
        format!(
            "<{name}><sObjectType>Account</sObjectType><startDate>2026-11-22T09:00:00Z</startDate><endDate>2026-11-22T10:01:00.000Z</endDate></{name}>"
        )
    };
    let updated = call(&org, &of("getUpdated"));
    assert!(updated.contains(&kept), "{updated}");
    compare(
        &updated,
        expect![[r#"
        200 <getUpdatedResponse>
        <result>
        <ids>001dnH000000001ABA</ids>
        <latestDateCovered>2026-11-22T10:00:00.000Z</latestDateCovered>
        </result>
        </getUpdatedResponse>"#]],
    );
    check(
        &org,
        &of("getDeleted"),
        expect![[r#"
        200 <getDeletedResponse>
        <result>
        <deletedRecords>
        <deletedDate>2026-11-22T10:00:00.000Z</deletedDate>
        <id>001dnH000000002ABA</id>
        </deletedRecords>
        <earliestDateAvailable>2026-11-07T10:00:00.000Z</earliestDateAvailable>
        <latestDateCovered>2026-11-22T10:00:00.000Z</latestDateCovered>
        </result>
        </getDeletedResponse>"#]],
    );
    expect!["500 INVALID_TYPE: sObject type &apos;Nothing&apos; is not supported. If you are attempting to use a custom object, be sure to append the &apos;__c&apos; after the entity name. Please reference your WSDL or the describe call for the appropriate names."].assert_eq(&fault(&call(
        &org,
        &of("getDeleted").replace("Account", "Nothing"),
    )));
}

#[test]
fn types_are_named_as_the_wsdl_does() {
    let org = org();
    let answer = call_with(
        &org,
        ENTERPRISE,
        "",
        "<create><sObjects xsi:type=\"ens:Account\"><Name>Contoso</Name></sObjects></create>",
    );
    compare(
        &answer,
        expect![[r#"
        200 <createResponse>
        <result>
        <id>001dnH000000001ABA</id>
        <success>true</success>
        </result>
        </createResponse>"#]],
    );
}

/// The call of a public client for new profiles, as it is sent.
#[test]
fn a_profile_is_created() {
    let org = org();
    let license = org.id("SELECT Id FROM UserLicense WHERE Name = 'Customer Community Plus'");
    check(
        &org,
        &format!(
            "<urn:create xmlns:urn=\"urn:partner.soap.sforce.com\" xmlns:urn1=\"urn:sobject.partner.soap.sforce.com\"><urn:sObjects><urn1:type>Profile</urn1:type><urn1:Name>Clients</urn1:Name><urn1:UserLicenseId>{license}</urn1:UserLicenseId><urn1:Description>For clients</urn1:Description></urn:sObjects></urn:create>"
        ),
        expect![[r#"
            200 <createResponse>
            <result>
            <id>00ednH00000000FABQ</id>
            <success>true</success>
            </result>
            </createResponse>"#]],
    );
    org.query(
        "SELECT Name, UserLicense.Name FROM Profile WHERE Name = 'Clients'",
        expect![[r#"
            {"Name":"Clients","UserLicense":{"Name":"Customer Community Plus"}}
        "#]],
    );
}

#[test]
fn a_parent_is_named_by_a_field_of_its_own() {
    let org = org();
    let create = |fields: &str| {
        format!("<create><sObjects><type>Contact</type>{fields}</sObjects></create>")
    };
    call(
        &org,
        &create("<LastName>Meyer</LastName><Email>m@example.com</Email>"),
    );
    call(
        &org,
        &create(
            "<LastName>Brown</LastName><ReportsTo><type>Contact</type><Email>m@example.com</Email></ReportsTo>",
        ),
    );
    org.query(
        "SELECT LastName, ReportsTo.LastName FROM Contact ORDER BY LastName",
        expect![[r#"
            {"LastName":"Brown","ReportsTo":{"LastName":"Meyer"}}
            {"LastName":"Meyer","ReportsTo":null}
        "#]],
    );
}

/// Rights are those of the user whose session it is.
#[test]
fn a_user_without_the_right_saves_nothing() {
    let org = org();
    let body = r#"{"username":"sam.sales@practice.usher.example"}"#;
    let (_, body) = org.send("POST /practice/tokens", body);
    let token = super::session(body["access_token"].as_str().expect("a token"));
    let (status, body) = super::send(
        &org,
        super::PARTNER,
        &token,
        "<create><sObjects><type>UserRole</type><Name>A</Name></sObjects></create>",
    );
    assert_eq!(status, 200);
    compare(
        &super::between(&body, "createResponse"),
        expect![[r#"
        <result>
        <errors>
        <message>insufficient access rights on object id</message>
        <statusCode>INSUFFICIENT_ACCESS_OR_READONLY</statusCode>
        </errors>
        <id xsi:nil="true"/>
        <success>false</success>
        </result>"#]],
    );
}

#[test]
fn a_parent_that_no_field_names_is_refused() {
    let org = org();
    check(
        &org,
        "<create><sObjects><type>Contact</type><LastName>A</LastName><Account><type>Account</type><Nope__c>1</Nope__c></Account></sObjects></create>",
        expect![[r#"
            200 <createResponse>
            <result>
            <errors>
            <message>No such column &apos;Account&apos; on sobject of type Contact</message>
            <statusCode>INVALID_FIELD</statusCode>
            </errors>
            <id xsi:nil="true"/>
            <success>false</success>
            </result>
            </createResponse>"#]],
    );
}

#[test]
fn a_call_that_does_not_fit_is_refused_whole() {
    let org = org();
    let of = |call_text: &str| fault(&call(&org, call_text));
    expect!["500 INVALID_TYPE: sObject type &apos;Accounts&apos; is not supported. If you are attempting to use a custom object, be sure to append the &apos;__c&apos; after the entity name. Please reference your WSDL or the describe call for the appropriate names."].assert_eq(&of(
        "<create><sObjects><type>Accounts</type></sObjects></create>",
    ));
    expect!["500 INVALID_TYPE: Must send a concrete entity type."]
        .assert_eq(&of("<create><sObjects><Name>A</Name></sObjects></create>"));
    expect!["500 INVALID_FIELD: No such column &apos;Nome&apos; on entity &apos;Account&apos;. If you are attempting to use a custom field, be sure to append the &apos;__c&apos; after the custom field name. Please reference your WSDL or the describe call for the appropriate names."].assert_eq(&of(
        "<create><sObjects><type>Account</type><Nome>A</Nome></sObjects></create>",
    ));
    expect!["500 INVALID_FIELD: No such column &apos;Nome&apos; on entity &apos;Account&apos;. If you are attempting to use a custom field, be sure to append the &apos;__c&apos; after the custom field name. Please reference your WSDL or the describe call for the appropriate names."].assert_eq(&of(
        "<create><sObjects><type>Account</type><fieldsToNull>Nome</fieldsToNull></sObjects></create>",
    ));
    expect!["500 &apos;perhaps&apos; is not a valid value for the type xsd:boolean"].assert_eq(
        &of("<create><sObjects><type>User</type><IsActive>perhaps</IsActive></sObjects></create>"),
    );
    let many = "<sObjects><type>Account</type><Name>A</Name></sObjects>".repeat(201);
    expect!["500 EXCEEDED_ID_LIMIT: record limit reached. cannot submit more than 200 records into this call"].assert_eq(&of(&format!("<create>{many}</create>")));
    assert!(org.records("SELECT Id FROM Account").is_empty());
}

#[test]
fn two_hundred_records_are_one_call() {
    let org = org();
    let many = "<sObjects><type>Account</type><Name>A</Name></sObjects>".repeat(200);
    let answer = call(&org, &format!("<create>{many}</create>"));
    assert_eq!(answer.matches("<success>true</success>").count(), 200);
    assert_eq!(org.records("SELECT Id FROM Account").len(), 200);
}

#[test]
fn a_duplicate_rule_is_honoured() {
    let org = org();
    org.send(
        "PATCH /practice/settings",
        r#"{"practice.duplicateRule.Account":true}"#,
    );
    account(&org, "Contoso");
    let again = "<create><sObjects><type>Account</type><Name>Contoso</Name></sObjects></create>";
    let details = "<DuplicateRuleHeader><allowSave>false</allowSave><includeRecordDetails>true</includeRecordDetails><runAsCurrentUser>true</runAsCurrentUser></DuplicateRuleHeader>";
    compare(
        &call_with(&org, super::PARTNER, details, again),
        expect![[r#"
            200 <createResponse>
            <result>
            <errors xsi:type="DuplicateError">
            <message>Use one of these records?</message>
            <statusCode>DUPLICATES_DETECTED</statusCode>
            <duplicateResult>
            <allowSave>true</allowSave>
            <duplicateRule>Standard_Account_Duplicate_Rule</duplicateRule>
            <duplicateRuleEntityType>Account</duplicateRuleEntityType>
            <errorMessage>Use one of these records?</errorMessage>
            <matchResults>
            <entityType>Account</entityType>
            <matchEngine>ExactMatchEngine</matchEngine>
            <matchRecords>
            <matchConfidence>100.0</matchConfidence>
            <record xsi:type="sf:sObject">
            <sf:type>Account</sf:type>
            <sf:Id>001dnH000000001ABA</sf:Id>
            <sf:Id>001dnH000000001ABA</sf:Id>
            <sf:Name>Contoso</sf:Name>
            </record>
            </matchRecords>
            <rule>Standard_Account_Match_Rule_v1_0</rule>
            <size>1</size>
            <success>true</success>
            </matchResults>
            </duplicateResult>
            </errors>
            <id xsi:nil="true"/>
            <success>false</success>
            </result>
            </createResponse>"#]],
    );
    let allow = "<DuplicateRuleHeader><allowSave>true</allowSave></DuplicateRuleHeader>";
    let answer = call_with(&org, super::PARTNER, allow, again);
    assert!(answer.contains("<success>true</success>"), "{answer}");
}
