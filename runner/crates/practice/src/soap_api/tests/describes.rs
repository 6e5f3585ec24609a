use expect_test::expect;

use super::{call, check, fault};
use crate::testing::org;
use crate::xml::{Element, parse};

fn names(of: &Element) -> Vec<&str> {
    let mut names: Vec<&str> = of
        .children
        .iter()
        .map(|child| child.name.as_str())
        .collect();
    names.dedup();
    names
}

#[test]
fn an_object_is_described_in_the_order_of_the_wsdl() {
    let answer = call(
        &org(),
        "<describeSObject><sObjectType>account</sObjectType></describeSObject>",
    );
    let result = format!(
        "<result xmlns:xsi=\"\" >{}</result>",
        super::between(&answer, "result")
    );
    let result = parse(&result).expect("XML");
    expect!["activateable associateEntityType associateParentEntity childRelationships compactLayoutable createable custom customSetting deepCloneable defaultImplementation deletable deprecatedAndHidden feedEnabled fields hasSubtypes idEnabled implementedBy implementsInterfaces isInterface isSubtype keyPrefix label labelPlural layoutable mergeable mruEnabled name networkScopeFieldName queryable replicateable retrieveable searchLayoutable searchable supportedScopes triggerable undeletable updateable urlDetail urlEdit urlNew"].assert_eq(&names(&result).join(" "));
    let fields = result.children.iter().filter(|part| part.name == "fields");
    let name = fields
        .into_iter()
        .find(|field| field.child_text("name") == "Name")
        .expect("a name");
    expect!["aggregatable aiPredictionField autoNumber byteLength calculated cascadeDelete caseSensitive createable custom defaultedOnCreate dependentPicklist deprecatedAndHidden digits displayLocationInDecimal encrypted externalId filterable groupable highScaleNumber htmlFormatted idLookup label length name nameField namePointing nillable permissionable polymorphicForeignKey precision queryByDistance restrictedDelete restrictedPicklist scale searchPrefilterable soapType sortable type unique updateable writeRequiresMasterRead"].assert_eq(&names(name).join(" "));
    assert_eq!(name.child_text("soapType"), "xsd:string");
    assert_eq!(result.child_text("keyPrefix"), "001");
}

/// Clients of older WSDLs refuse elements that those do not have.
#[test]
fn older_versions_have_fewer_elements() {
    let org = org();
    let of = |version: u32, call: &str| {
        let path = format!("/services/Soap/u/{version}.0");
        super::call_with(&org, &path, "", call)
    };
    let describe = "<describeSObject><sObjectType>Account</sObjectType></describeSObject>";
    let has = |answer: &str| {
        [
            "aggregatable",
            "aiPredictionField",
            "deepCloneable",
            "associateEntityType",
            "isSubtype",
        ]
        .map(|name| answer.contains(&format!("<{name}")))
    };
    assert_eq!(has(&of(31, describe)), [false; 5]);
    assert_eq!(has(&of(43, describe)), [true, true, false, false, true]);
    assert_eq!(has(&of(50, describe)), [true; 5]);
    let info = of(39, "<getUserInfo/>");
    assert!(info.contains("<orgDefaultCurrencyLocale") && !info.contains("<chatterExternal"));
}

#[test]
fn objects_are_described_in_their_order() {
    let org = org();
    let answer = call(
        &org,
        "<describeSObjects><sObjectType>User</sObjectType><sObjectType>Account</sObjectType></describeSObjects>",
    );
    let labels: Vec<&str> = answer.split("<labelPlural>").skip(1).collect();
    let labels: Vec<&str> = labels
        .iter()
        .filter_map(|rest| rest.split('<').next())
        .collect();
    assert_eq!(labels, ["Users", "Accounts"]);
    expect!["500 INVALID_TYPE: sObject type &apos;Nothing&apos; is not supported. If you are attempting to use a custom object, be sure to append the &apos;__c&apos; after the entity name. Please reference your WSDL or the describe call for the appropriate names."].assert_eq(&fault(&call(
        &org,
        "<describeSObjects><sObjectType>User</sObjectType><sObjectType>Nothing</sObjectType></describeSObjects>",
    )));
}

#[test]
fn the_org_is_described() {
    let answer = call(&org(), "<describeGlobal/>");
    assert!(
        answer.contains("<name>PermissionSetAssignment</name>"),
        "{answer}"
    );
    assert_eq!(super::between(&answer, "maxBatchSize"), "200");
}

#[test]
fn the_user_and_the_time_are_shown() {
    let org = org();
    check(
        &org,
        "<getUserInfo/>",
        expect![[r#"
        200 <getUserInfoResponse>
        <result>
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
        </result>
        </getUserInfoResponse>"#]],
    );
    check(
        &org,
        "<getServerTimestamp/>",
        expect![[r#"
        200 <getServerTimestampResponse>
        <result>
        <timestamp>2026-11-22T10:00:00.000Z</timestamp>
        </result>
        </getServerTimestampResponse>"#]],
    );
}
