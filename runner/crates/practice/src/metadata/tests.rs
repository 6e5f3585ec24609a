//! Components that are records, over SOAP: what is listed and read, what a call changes, and what is refused.

mod many_fields;

use expect_test::{Expect, expect};

use crate::testing::{TestOrg, org, org_with};

/// One of the calls that write, with one component.
fn call(org: &TestOrg, call: &str, kind: &str, elements: &str) -> String {
    let answer = org.soap(&format!(
        "<{call}><metadata xsi:type=\"{kind}\">{elements}</metadata></{call}>"
    ));
    let lines = answer
        .lines()
        .filter(|line| !line.ends_with("Response>") && !line.ends_with("result>"));
    lines.collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check(org: &TestOrg, name: &str, kind: &str, elements: &str, expected: Expect) {
    expected.assert_eq(&format!("{}\n", call(org, name, kind, elements)));
}

fn deleted(org: &TestOrg, kind: &str, name: &str) -> String {
    org.soap(&format!(
        "<deleteMetadata><type>{kind}</type><fullNames>{name}</fullNames></deleteMetadata>"
    ))
}

#[test]
fn a_role_is_a_record_below_its_parent() {
    let org = org();
    org.listed("Role", expect!["CEO, CFO, COO, SVPSalesMarketing, SVPCustomerServiceSupport, VPNorthAmericanSales, VPInternationalSales, DirectorChannelSales, DirectorDirectSales, CustomerSupportNorthAmerica"]);
    let helper = "<fullName>Helper</fullName><name>Helper of the CEO</name><parentRole>CEO</parentRole><description>Helps</description><caseAccessLevel>Read</caseAccessLevel>";
    check(
        &org,
        "createMetadata",
        "Role",
        helper,
        expect![[r#"
        <fullName>Helper</fullName>
        <success>true</success>
    "#]],
    );
    org.component(
        "Role",
        "Helper",
        expect![[r#"
        <records xsi:type="Role">
        <fullName>Helper</fullName>
        <caseAccessLevel>Read</caseAccessLevel>
        <contactAccessLevel>Edit</contactAccessLevel>
        <description>Helps</description>
        <mayForecastManagerShare>false</mayForecastManagerShare>
        <name>Helper of the CEO</name>
        <opportunityAccessLevel>Edit</opportunityAccessLevel>
        <parentRole>CEO</parentRole>
        </records>
    "#]],
    );
    org.query(
        "SELECT Name, ParentRole.DeveloperName FROM UserRole WHERE DeveloperName = 'Helper'",
        expect![[r#"
            {"Name":"Helper of the CEO","ParentRole":{"DeveloperName":"CEO"}}
        "#]],
    );
    check(
        &org,
        "createMetadata",
        "Role",
        helper,
        expect![[r#"
        <errors>
        <message>This Role already exists: Helper</message>
        <statusCode>DUPLICATE_DEVELOPER_NAME</statusCode>
        </errors>
        <fullName>Helper</fullName>
        <success>false</success>
    "#]],
    );
    let elsewhere = "<fullName>Helper</fullName><name>Helper</name><parentRole>Nobody</parentRole>";
    check(
        &org,
        "updateMetadata",
        "Role",
        elsewhere,
        expect![[r#"
        <errors>
        <fields>parentRole</fields>
        <message>In field: parentRole - no Role named Nobody found</message>
        <statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode>
        </errors>
        <fullName>Helper</fullName>
        <success>false</success>
    "#]],
    );
    let below = "<fullName>CEO</fullName><name>CEO</name><parentRole>Helper</parentRole>";
    check(
        &org,
        "updateMetadata",
        "Role",
        below,
        expect![[r#"
        <errors>
        <fields>ParentRoleId</fields>
        <message>A role can&apos;t report to itself or to a role below it</message>
        <statusCode>FIELD_INTEGRITY_EXCEPTION</statusCode>
        </errors>
        <fullName>CEO</fullName>
        <success>false</success>
    "#]],
    );
    assert!(deleted(&org, "Role", "Helper").contains("<success>true</success>"));
    assert!(deleted(&org, "Role", "Helper").contains("no Role named Helper found"));
}

#[test]
fn a_permission_set_is_written_whole() {
    let org = org();
    let first = "<fullName>Ours</fullName><label>Ours</label><description>First</description><hasActivationRequired>false</hasActivationRequired><objectPermissions><allowRead>true</allowRead><allowEdit>true</allowEdit><object>Account</object></objectPermissions><tabSettings><tab>standard-Account</tab><visibility>Visible</visibility></tabSettings><userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions>";
    check(
        &org,
        "upsertMetadata",
        "PermissionSet",
        first,
        expect![[r#"
            <created>true</created>
            <fullName>Ours</fullName>
            <success>true</success>
        "#]],
    );
    org.component(
        "PermissionSet",
        "Ours",
        expect![[r#"
        <records xsi:type="PermissionSet">
        <fullName>Ours</fullName>
        <description>First</description>
        <hasActivationRequired>false</hasActivationRequired>
        <label>Ours</label>
        <objectPermissions>
        <allowCreate>false</allowCreate>
        <allowDelete>false</allowDelete>
        <allowEdit>true</allowEdit>
        <allowRead>true</allowRead>
        <modifyAllRecords>false</modifyAllRecords>
        <object>Account</object>
        <viewAllRecords>false</viewAllRecords>
        </objectPermissions>
        <tabSettings>
        <tab>standard-Account</tab>
        <visibility>Visible</visibility>
        </tabSettings>
        <userPermissions>
        <enabled>true</enabled>
        <name>ApiEnabled</name>
        </userPermissions>
        </records>
    "#]],
    );
    let second = "<fullName>Ours</fullName><label>Still ours</label><objectPermissions><allowRead>true</allowRead><object>Contact</object></objectPermissions>";
    check(
        &org,
        "upsertMetadata",
        "PermissionSet",
        second,
        expect![[r#"
            <created>false</created>
            <fullName>Ours</fullName>
            <success>true</success>
        "#]],
    );
    org.component(
        "PermissionSet",
        "Ours",
        expect![[r#"
        <records xsi:type="PermissionSet">
        <fullName>Ours</fullName>
        <hasActivationRequired>false</hasActivationRequired>
        <label>Still ours</label>
        <objectPermissions>
        <allowCreate>false</allowCreate>
        <allowDelete>false</allowDelete>
        <allowEdit>false</allowEdit>
        <allowRead>true</allowRead>
        <modifyAllRecords>false</modifyAllRecords>
        <object>Contact</object>
        <viewAllRecords>false</viewAllRecords>
        </objectPermissions>
        </records>
    "#]],
    );
    org.query(
        "SELECT SobjectType, PermissionsRead FROM ObjectPermissions WHERE Parent.Name = 'Ours'",
        expect![[r#"
            {"PermissionsRead":true,"SobjectType":"Contact"}
        "#]],
    );
    let unknown = "<fullName>Ours</fullName><label>Ours</label><userPermissions><enabled>true</enabled><name>Fly</name></userPermissions>";
    check(
        &org,
        "updateMetadata",
        "PermissionSet",
        unknown,
        expect![[r#"
            <errors>
            <fields>userPermissions</fields>
            <message>the practice org does not know the user permission `Fly`</message>
            <statusCode>INVALID_FIELD</statusCode>
            </errors>
            <fullName>Ours</fullName>
            <success>false</success>
        "#]],
    );
}

#[test]
fn a_group_of_sets_allows_what_its_sets_allow() {
    let org = org();
    for (name, permission, object) in [
        ("One", "ViewSetup", "Account"),
        ("Two", "ViewRoles", "Lead"),
    ] {
        let set = format!(
            "<fullName>{name}</fullName><label>{name}</label><objectPermissions><allowRead>true</allowRead><object>{object}</object></objectPermissions><userPermissions><enabled>true</enabled><name>{permission}</name></userPermissions>"
        );
        call(&org, "createMetadata", "PermissionSet", &set);
    }
    let both = "<fullName>Both</fullName><label>Both</label><permissionSets>One</permissionSets><permissionSets>Two</permissionSets>";
    check(
        &org,
        "createMetadata",
        "PermissionSetGroup",
        both,
        expect![[r#"
            <fullName>Both</fullName>
            <success>true</success>
        "#]],
    );
    org.component(
        "PermissionSetGroup",
        "Both",
        expect![[r#"
        <records xsi:type="PermissionSetGroup">
        <fullName>Both</fullName>
        <hasActivationRequired>false</hasActivationRequired>
        <label>Both</label>
        <permissionSets>One</permissionSets>
        <permissionSets>Two</permissionSets>
        <status>Updated</status>
        </records>
    "#]],
    );
    let behind = "SELECT PermissionsViewSetup, PermissionsViewRoles, PermissionsApiEnabled, (SELECT SobjectType FROM ObjectPerms ORDER BY SobjectType) FROM PermissionSet WHERE PermissionSetGroup.DeveloperName = 'Both'";
    org.query(behind, expect![[r#"
        {"ObjectPerms":{"done":true,"records":[{"SobjectType":"Account"},{"SobjectType":"Lead"}],"totalSize":2},"PermissionsApiEnabled":false,"PermissionsViewRoles":true,"PermissionsViewSetup":true}
    "#]]);
    // The sets are records, too.
    let members = "SELECT PermissionSet.Name FROM PermissionSetGroupComponent WHERE PermissionSetGroup.DeveloperName = 'Both' ORDER BY PermissionSet.Name";
    org.query(
        members,
        expect![[r#"
        {"PermissionSet":{"Name":"One"}}
        {"PermissionSet":{"Name":"Two"}}
    "#]],
    );
    // A set that is written again is counted again.
    let less = "<fullName>Two</fullName><label>Two</label>";
    call(&org, "updateMetadata", "PermissionSet", less);
    org.query(behind, expect![[r#"
        {"ObjectPerms":{"done":true,"records":[{"SobjectType":"Account"}],"totalSize":1},"PermissionsApiEnabled":false,"PermissionsViewRoles":false,"PermissionsViewSetup":true}
    "#]]);
    let one = "<fullName>Both</fullName><label>Both</label><permissionSets>One</permissionSets>";
    call(&org, "updateMetadata", "PermissionSetGroup", one);
    org.query(
        members,
        expect![[r#"
        {"PermissionSet":{"Name":"One"}}
    "#]],
    );
    let missing =
        "<fullName>Both</fullName><label>Both</label><permissionSets>Three</permissionSets>";
    check(
        &org,
        "updateMetadata",
        "PermissionSetGroup",
        missing,
        expect![[r#"
            <errors>
            <fields>permissionSets</fields>
            <message>In field: permissionSets - no PermissionSet named Three found</message>
            <statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode>
            </errors>
            <fullName>Both</fullName>
            <success>false</success>
        "#]],
    );
    let muted = "<fullName>Both</fullName><label>Both</label><mutingPermissionSets>Quiet</mutingPermissionSets>";
    check(
        &org,
        "updateMetadata",
        "PermissionSetGroup",
        muted,
        expect![[r#"
            <errors>
            <fields>mutingPermissionSets</fields>
            <message>the practice org does not know `mutingPermissionSets`</message>
            <statusCode>INVALID_FIELD</statusCode>
            </errors>
            <fullName>Both</fullName>
            <success>false</success>
        "#]],
    );
}

#[test]
fn a_queue_holds_users_and_groups() {
    let org = org();
    call(
        &org,
        "createMetadata",
        "Group",
        "<fullName>Helpers</fullName><name>Helpers</name>",
    );
    let desk = "<fullName>Desk</fullName><name>Desk</name><queueMembers><publicGroups><publicGroup>Helpers</publicGroup></publicGroups><users><user>sam.sales@practice.usher.example</user></users></queueMembers><queueSobject><sobjectType>Case</sobjectType></queueSobject>";
    check(
        &org,
        "createMetadata",
        "Queue",
        desk,
        expect![[r#"
        <fullName>Desk</fullName>
        <success>true</success>
    "#]],
    );
    org.component(
        "Queue",
        "Desk",
        expect![[r#"
        <records xsi:type="Queue">
        <fullName>Desk</fullName>
        <name>Desk</name>
        <queueMembers>
        <publicGroups>
        <publicGroup>Helpers</publicGroup>
        </publicGroups>
        <users>
        <user>sam.sales@practice.usher.example</user>
        </users>
        </queueMembers>
        <queueSobject>
        <sobjectType>Case</sobjectType>
        </queueSobject>
        </records>
    "#]],
    );
    org.component(
        "Group",
        "Helpers",
        expect![[r#"
        <records xsi:type="Group">
        <fullName>Helpers</fullName>
        <doesIncludeBosses>true</doesIncludeBosses>
        <name>Helpers</name>
        </records>
    "#]],
    );
    org.listed("Queue", expect!["Desk"]);
    let nobody = "<fullName>Desk</fullName><name>Desk</name><queueMembers><users><user>nobody@example.com</user></users></queueMembers>";
    check(
        &org,
        "updateMetadata",
        "Queue",
        nobody,
        expect![[r#"
        <errors>
        <fields>queueMembers</fields>
        <message>In field: queueMembers - no User named nobody@example.com found</message>
        <statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode>
        </errors>
        <fullName>Desk</fullName>
        <success>false</success>
    "#]],
    );
    let less = "<fullName>Desk</fullName><name>Desk</name><queueMembers><users><user>sam.sales@practice.usher.example</user></users></queueMembers>";
    call(&org, "updateMetadata", "Queue", less);
    org.query(
        "SELECT Group.Name, UserOrGroupId FROM GroupMember WHERE Group.DeveloperName = 'Desk'",
        expect![[r#"
            {"Group":{"Name":"Desk"},"UserOrGroupId":"005dnH000000002ABA"}
        "#]],
    );
}

const SITE: &str = r#"
[[records]]
object = "Network"
raw = true
fields = { Name = "Client Portal", UrlPathPrefix = "clients", Status = "UnderConstruction", EmailSenderName = "Ada", EmailSenderAddress = "ada@example.com", PracticeTemplate = "Customer Service" }
"#;

#[test]
fn a_network_is_its_record_and_what_is_kept_beside() {
    let org = org_with(SITE);
    org.listed("Network", expect!["Client Portal"]);
    org.listed("CustomSite", expect!["Client_Portal"]);
    org.component("Network", "Client Portal", expect![[r#"
        <records xsi:type="Network">
        <fullName>Client Portal</fullName>
        <allowInternalUserLogin>false</allowInternalUserLogin>
        <allowMembersToFlag>false</allowMembersToFlag>
        <changePasswordTemplate>unfiled$public/CommunityChangePasswordEmailTemplate</changePasswordTemplate>
        <emailSenderAddress>ada@example.com</emailSenderAddress>
        <emailSenderName>Ada</emailSenderName>
        <enableDirectMessages>false</enableDirectMessages>
        <enableGuestChatter>false</enableGuestChatter>
        <enableGuestFileAccess>false</enableGuestFileAccess>
        <enableGuestMemberVisibility>false</enableGuestMemberVisibility>
        <enableInvitation>false</enableInvitation>
        <enableKnowledgeable>false</enableKnowledgeable>
        <enableMemberVisibility>false</enableMemberVisibility>
        <enableNicknameDisplay>false</enableNicknameDisplay>
        <enablePrivateMessages>false</enablePrivateMessages>
        <enableReputation>false</enableReputation>
        <enableShowAllNetworkSettings>false</enableShowAllNetworkSettings>
        <enableSiteAsContainer>false</enableSiteAsContainer>
        <forgotPasswordTemplate>unfiled$public/CommunityForgotPasswordEmailTemplate</forgotPasswordTemplate>
        <selfRegistration>false</selfRegistration>
        <sendWelcomeEmail>true</sendWelcomeEmail>
        <site>Client_Portal</site>
        <status>UnderConstruction</status>
        <tabs>
        <defaultTab>home</defaultTab>
        <standardTab>Chatter</standardTab>
        </tabs>
        <urlPathPrefix>clients</urlPathPrefix>
        <welcomeTemplate>unfiled$public/CommunityWelcomeEmailTemplate</welcomeTemplate>
        </records>
    "#]]);
    org.component(
        "CustomSite",
        "Client_Portal",
        expect![[r#"
        <records xsi:type="CustomSite">
        <fullName>Client_Portal</fullName>
        <active>false</active>
        <allowHomePage>false</allowHomePage>
        <allowStandardIdeasPages>false</allowStandardIdeasPages>
        <allowStandardLookups>false</allowStandardLookups>
        <allowStandardPortalPages>false</allowStandardPortalPages>
        <allowStandardSearch>false</allowStandardSearch>
        <browserXssProtection>true</browserXssProtection>
        <clickjackProtectionLevel>SameOriginOnly</clickjackProtectionLevel>
        <contentSniffingProtection>true</contentSniffingProtection>
        <indexPage>CommunitiesLanding</indexPage>
        <masterLabel>Client Portal</masterLabel>
        <referrerPolicyOriginWhenCrossOrigin>true</referrerPolicyOriginWhenCrossOrigin>
        <siteType>ChatterNetwork</siteType>
        <urlPathPrefix>clients</urlPathPrefix>
        </records>
    "#]],
    );
    let elements = "<fullName>Client Portal</fullName><changePasswordTemplate>a/B</changePasswordTemplate><emailSenderAddress>a@example.com</emailSenderAddress><emailSenderName>Sender</emailSenderName><forgotPasswordTemplate>a/C</forgotPasswordTemplate><networkMemberGroups><profile>Standard</profile></networkMemberGroups><selfRegProfile>Standard</selfRegProfile><selfRegistration>true</selfRegistration><site>Client_Portal</site><status>Live</status><tabs><defaultTab>home</defaultTab></tabs><welcomeTemplate>a/D</welcomeTemplate>";
    check(
        &org,
        "updateMetadata",
        "Network",
        elements,
        expect![[r#"
        <fullName>Client Portal</fullName>
        <success>true</success>
    "#]],
    );
    org.query(
        "SELECT Status, EmailSenderName, OptionsSelfRegistrationEnabled, SelfRegProfile.Name FROM Network WHERE Name = 'Client Portal'",
        expect![[r#"
            {"EmailSenderName":"Sender","OptionsSelfRegistrationEnabled":true,"SelfRegProfile":{"Name":"Standard User"},"Status":"Live"}
        "#]],
    );
    let back = elements.replace(">Live<", ">UnderConstruction<");
    check(
        &org,
        "updateMetadata",
        "Network",
        &back,
        expect![[r#"
        <errors>
        <fields>Status</fields>
        <message>A site that was activated can&apos;t go back to the status UnderConstruction</message>
        <statusCode>FIELD_INTEGRITY_EXCEPTION</statusCode>
        </errors>
        <fullName>Client Portal</fullName>
        <success>false</success>
    "#]],
    );
    let other = elements.replace("Client Portal", "Other");
    check(
        &org,
        "createMetadata",
        "Network",
        &other,
        expect![[r#"
        <errors>
        <message>the practice org makes sites by Connect and not by metadata: there is no site `Other`</message>
        <statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode>
        </errors>
        <fullName>Other</fullName>
        <success>false</success>
    "#]],
    );
}

#[test]
fn sharing_models_are_the_org_wide_defaults() {
    let org = org();
    org.listed(
        "CustomObject",
        expect!["Account, Case, Contact, Lead, Opportunity, User"],
    );
    let object = "<fullName>Case</fullName><externalSharingModel>Read</externalSharingModel><sharingModel>ReadWrite</sharingModel>";
    check(
        &org,
        "updateMetadata",
        "CustomObject",
        object,
        expect![[r#"
        <fullName>Case</fullName>
        <success>true</success>
    "#]],
    );
    org.component(
        "CustomObject",
        "Case",
        expect![[r#"
        <records xsi:type="CustomObject">
        <fullName>Case</fullName>
        <externalSharingModel>Read</externalSharingModel>
        <sharingModel>ReadWrite</sharingModel>
        </records>
    "#]],
    );
    let (_, settings) = org.send("GET /practice/settings", "");
    assert_eq!(settings["practice.internalAccess.Case"], "Edit");
    assert_eq!(settings["practice.externalAccess.Case"], "Read");
    let wider = "<fullName>Case</fullName><sharingModel>Private</sharingModel>";
    check(
        &org,
        "updateMetadata",
        "CustomObject",
        wider,
        expect![[r#"
        <errors>
        <fields>externalSharingModel</fields>
        <message>The external sharing model can&apos;t be wider than the internal one</message>
        <statusCode>FIELD_INTEGRITY_EXCEPTION</statusCode>
        </errors>
        <fullName>Case</fullName>
        <success>false</success>
    "#]],
    );
    let parent = "<fullName>Contact</fullName><sharingModel>ControlledByParent</sharingModel>";
    check(
        &org,
        "updateMetadata",
        "CustomObject",
        parent,
        expect![[r#"
        <errors>
        <fields>sharingModel</fields>
        <message>the practice org does not know the model `ControlledByParent` of the object Contact</message>
        <statusCode>FIELD_INTEGRITY_EXCEPTION</statusCode>
        </errors>
        <fullName>Contact</fullName>
        <success>false</success>
    "#]],
    );
    let made = "<fullName>Ours__c</fullName><label>Ours</label>";
    check(
        &org,
        "createMetadata",
        "CustomObject",
        made,
        expect![[r#"
        <errors>
        <message>the practice org does not know the object `Ours__c`</message>
        <statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode>
        </errors>
        <fullName>Ours__c</fullName>
        <success>false</success>
    "#]],
    );
}

#[test]
fn a_field_that_is_made_is_a_field_of_records() {
    let org = org();
    let number = "<fullName>Account.Number__c</fullName><externalId>true</externalId><label>Number</label><length>20</length><type>Text</type><unique>true</unique>";
    check(
        &org,
        "createMetadata",
        "CustomField",
        number,
        expect![[r#"
        <fullName>Account.Number__c</fullName>
        <success>true</success>
    "#]],
    );
    org.listed("CustomField", expect!["Account.Number__c"]);
    org.component(
        "CustomField",
        "Account.Number__c",
        expect![[r#"
        <records xsi:type="CustomField">
        <fullName>Account.Number__c</fullName>
        <externalId>true</externalId>
        <label>Number</label>
        <length>20</length>
        <type>Text</type>
        <unique>true</unique>
        </records>
    "#]],
    );
    let acme = org.create(
        "Account",
        serde_json::json!({ "Name": "Acme", "Number__c": "7" }),
    );
    org.query(
        "SELECT Name FROM Account WHERE Number__c = '7'",
        expect![[r#"
            {"Name":"Acme"}
        "#]],
    );
    let (status, body) = org.send(
        "POST /services/data/v66.0/sobjects/Account",
        r#"{"Name":"Other","Number__c":"7"}"#,
    );
    assert_eq!(
        (status, &body[0]["errorCode"]),
        (400, &"DUPLICATE_VALUE".into())
    );
    let (_, describe) = org.send("GET /services/data/v66.0/sobjects/Account/describe", "");
    let fields = describe["fields"].as_array().expect("fields");
    let field = fields.iter().find(|field| field["name"] == "Number__c");
    let field = field.expect("the field");
    assert_eq!(field["externalId"], true);
    assert_eq!(field["idLookup"], true);
    for elements in [
        "<fullName>Account.Number__c</fullName><label>Number</label><type>Date</type>",
        "<fullName>Account.Long__c</fullName><label>Long</label><type>Text</type><length>256</length>",
        "<fullName>Account.Parent__c</fullName><label>Parent</label><type>Lookup</type><referenceTo>User</referenceTo>",
        "<fullName>Account.Day__c</fullName><label>Day</label><type>Date</type><externalId>true</externalId>",
        "<fullName>Account.Plain</fullName><label>Plain</label><type>Date</type>",
        "<fullName>Ours__c.Day__c</fullName><label>Day</label><type>Date</type>",
    ] {
        let answer = call(&org, "upsertMetadata", "CustomField", elements);
        assert!(answer.contains("<success>false</success>"), "{answer}");
    }
    assert!(deleted(&org, "CustomField", "Account.Number__c").contains(">true<"));
    let (_, account) = org.send(
        &format!("GET /services/data/v66.0/sobjects/Account/{acme}"),
        "",
    );
    assert!(account.get("Number__c").is_none(), "{account}");
    // A field of the same name is another field.
    let again = "<fullName>Account.Number__c</fullName><label>Number</label><precision>18</precision><scale>0</scale><type>Number</type>";
    check(
        &org,
        "createMetadata",
        "CustomField",
        again,
        expect![[r#"
            <fullName>Account.Number__c</fullName>
            <success>true</success>
        "#]],
    );
    let (_, account) = org.send(
        &format!("GET /services/data/v66.0/sobjects/Account/{acme}"),
        "",
    );
    assert!(account["Number__c"].is_null(), "{account}");
}

#[test]
fn components_get_other_names() {
    let org = org();
    let rename = |kind: &str, old: &str, new: &str| {
        org.soap(&format!("<renameMetadata><type>{kind}</type><oldFullName>{old}</oldFullName><newFullName>{new}</newFullName></renameMetadata>"))
    };
    expect![[r#"
        200 <renameMetadataResponse>
        <result>
        <fullName>Head</fullName>
        <success>true</success>
        </result>
        </renameMetadataResponse>"#]]
    .assert_eq(&rename("Role", "CEO", "Head"));
    org.component(
        "Role",
        "Head",
        expect![[r#"
        <records xsi:type="Role">
        <fullName>Head</fullName>
        <caseAccessLevel>Edit</caseAccessLevel>
        <contactAccessLevel>Edit</contactAccessLevel>
        <mayForecastManagerShare>false</mayForecastManagerShare>
        <name>CEO</name>
        <opportunityAccessLevel>Edit</opportunityAccessLevel>
        </records>
    "#]],
    );
    expect![[r#"
        200 <renameMetadataResponse>
        <result>
        <errors>
        <message>no Role named CEO found</message>
        <statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode>
        </errors>
        <fullName>CEO</fullName>
        <success>false</success>
        </result>
        </renameMetadataResponse>"#]]
    .assert_eq(&rename("Role", "CEO", "Head"));
    expect![[r#"
        200 <renameMetadataResponse>
        <result>
        <errors>
        <message>You can&apos;t rename the standard profile Admin</message>
        <statusCode>FIELD_INTEGRITY_EXCEPTION</statusCode>
        </errors>
        <fullName>Admin</fullName>
        <success>false</success>
        </result>
        </renameMetadataResponse>"#]]
    .assert_eq(&rename("Profile", "Admin", "Head"));
    expect![[r#"
        200 <renameMetadataResponse>
        <result>
        <errors>
        <message>the practice org does not rename components of the type SharingRules</message>
        <statusCode>FIELD_INTEGRITY_EXCEPTION</statusCode>
        </errors>
        <fullName>Lead</fullName>
        <success>false</success>
        </result>
        </renameMetadataResponse>"#]]
    .assert_eq(&rename("SharingRules", "Lead", "Case"));
    expect![[r#"
        200 <renameMetadataResponse>
        <result>
        <errors>
        <message>no Flow named One found</message>
        <statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode>
        </errors>
        <fullName>One</fullName>
        <success>false</success>
        </result>
        </renameMetadataResponse>"#]]
    .assert_eq(&rename("Flow", "One", "Two"));
    expect![[r#"
        500 <soapenv:Fault>
        <faultcode>sf:INVALID_TYPE</faultcode>
        <faultstring>INVALID_TYPE: the practice org does not know metadata of type `Flows`</faultstring>
        </soapenv:Fault>"#]].assert_eq(&rename("Flows", "One", "Two"));
    let set = "<fullName>Ours</fullName><label>Ours</label><tabSettings><tab>standard-Account</tab><visibility>Visible</visibility></tabSettings>";
    call(&org, "createMetadata", "PermissionSet", set);
    let group = "<fullName>All</fullName><label>All</label><permissionSets>Ours</permissionSets>";
    call(&org, "createMetadata", "PermissionSetGroup", group);
    org.query(
        "SELECT Name, Visibility FROM PermissionSetTabSetting WHERE Parent.Name = 'Ours'",
        expect![[r#"
            {"Name":"standard-Account","Visibility":"DefaultOn"}
        "#]],
    );
    rename("PermissionSet", "Ours", "Theirs");
    org.component(
        "PermissionSet",
        "Theirs",
        expect![[r#"
        <records xsi:type="PermissionSet">
        <fullName>Theirs</fullName>
        <hasActivationRequired>false</hasActivationRequired>
        <label>Ours</label>
        <tabSettings>
        <tab>standard-Account</tab>
        <visibility>Visible</visibility>
        </tabSettings>
        </records>
    "#]],
    );
    org.component(
        "PermissionSetGroup",
        "All",
        expect![[r#"
        <records xsi:type="PermissionSetGroup">
        <fullName>All</fullName>
        <hasActivationRequired>false</hasActivationRequired>
        <label>All</label>
        <permissionSets>Theirs</permissionSets>
        <status>Updated</status>
        </records>
    "#]],
    );
}

#[test]
fn types_without_components_are_empty() {
    let org = org();
    for kind in [
        "Flow",
        "CustomApplication",
        "InstalledPackage",
        "ExperienceBundle",
        "MutingPermissionSet",
    ] {
        org.listed(kind, expect![[""]]);
        let answer = org.soap(&format!(
            "<readMetadata><type>{kind}</type><fullNames>One</fullNames></readMetadata>"
        ));
        assert!(answer.contains("<records xsi:nil=\"true\"/>"), "{answer}");
    }
    expect![[r#"
        200 <deleteMetadataResponse>
        <result>
        <errors>
        <message>no Flow named One found</message>
        <statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode>
        </errors>
        <fullName>One</fullName>
        <success>false</success>
        </result>
        </deleteMetadataResponse>"#]]
    .assert_eq(&deleted(&org, "Flow", "One"));
    expect![[r#"
        500 <soapenv:Fault>
        <faultcode>sf:INVALID_TYPE</faultcode>
        <faultstring>INVALID_TYPE: the practice org does not know metadata of type `Flow`</faultstring>
        </soapenv:Fault>"#]].assert_eq(&call(&org, "createMetadata", "Flow", "<fullName>One</fullName>"));
    let list = |kind: &str| format!("<queries><type>{kind}</type></queries>");
    expect![[r#"
        500 <soapenv:Fault>
        <faultcode>sf:INVALID_TYPE</faultcode>
        <faultstring>INVALID_TYPE: Unknown type:Flows</faultstring>
        </soapenv:Fault>"#]]
    .assert_eq(&org.soap(&format!("<listMetadata>{}</listMetadata>", list("Flows"))));
    let four = list("Role").repeat(4);
    expect![[r#"
        500 <soapenv:Fault>
        <faultcode>sf:LIMIT_EXCEEDED</faultcode>
        <faultstring>LIMIT_EXCEEDED: At most 3 queries can be sent in one call</faultstring>
        </soapenv:Fault>"#]]
    .assert_eq(&org.soap(&format!("<listMetadata>{four}</listMetadata>")));
}

#[test]
fn fields_that_are_made_keep_labels_and_defaults() {
    let org = org();
    let before = org.create("Account", serde_json::json!({ "Name": "Before" }));
    let value = |name: &str, label: &str, default: bool| {
        format!(
            "<value><fullName>{name}</fullName><default>{default}</default><label>{label}</label></value>"
        )
    };
    let values = format!("{}{}", value("b", "Bee", true), value("a", "Aye", false));
    let picklist = format!(
        "<fullName>Account.Kind__c</fullName><label>Kind</label><type>Picklist</type><valueSet><restricted>true</restricted><valueSetDefinition><sorted>false</sorted>{values}</valueSetDefinition></valueSet>"
    );
    let checkbox = "<fullName>Account.Seen__c</fullName><defaultValue>true</defaultValue><label>Seen</label><type>Checkbox</type>";
    for field in [picklist.as_str(), checkbox] {
        let made = org.soap(&format!(
            "<createMetadata><metadata xsi:type=\"CustomField\">{field}</metadata></createMetadata>"
        ));
        assert!(made.contains("<success>true</success>"), "{made}");
    }
    let after = org.create("Account", serde_json::json!({ "Name": "After" }));
    for id in [before, after] {
        let (_, account) = org.send(
            &format!("GET /services/data/v66.0/sobjects/Account/{id}"),
            "",
        );
        assert_eq!(account["Seen__c"], true, "{account}");
    }
    org.query(
        "SELECT Name, Kind__c, toLabel(Kind__c) shown FROM Account WHERE Kind__c = 'b'",
        expect![[r#"
            {"Kind__c":"b","Name":"After","shown":"Bee"}
        "#]],
    );
}
