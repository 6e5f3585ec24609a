//! Names in the language of the user who asks, and those that no language touches.

use expect_test::expect;
use serde_json::json;

use crate::testing::{TestOrg, org_with};

const GERMAN: &str = r#"
overlay = true

[translations.de.Profile]
"System Administrator" = "Systemadministrator"
"Customer Community Plus User" = "Customer Community Plus-Benutzer"

[translations.de.PermissionSet]
"Customer Community Read Only" = "Kunden-Community nur lesen"

[translations.de.UserRole]
"Customer User" = "Kunde Benutzer"

[[changes]]
ref = "admin"
fields = { LanguageLocaleKey = "de" }

[[changes]]
ref = "organization"
fields = { LanguageLocaleKey = "de" }
"#;

fn own_language(org: &TestOrg, language: &str) {
    let user = org.id("SELECT Id FROM User WHERE Alias = 'aadmin'");
    let line = format!("PATCH /services/data/v66.0/sobjects/User/{user}");
    let body = json!({ "LanguageLocaleKey": language }).to_string();
    assert_eq!(org.send(&line, &body).0, 204);
}

#[test]
fn names_of_the_platform_come_in_the_language_of_the_user() {
    let org = org_with(GERMAN);
    org.query(
        "SELECT Name FROM Profile WHERE Name IN ('System Administrator', 'systemadministrator')",
        expect![[r#"
            {"Name":"Systemadministrator"}
        "#]],
    );
    org.query(
        "SELECT Profile.Name FROM User WHERE Profile.Name LIKE 'system%'",
        expect![[r#"
            {"Profile":{"Name":"Systemadministrator"}}
        "#]],
    );
    org.query(
        "SELECT Name, Label FROM PermissionSet WHERE Label = 'Kunden-Community nur lesen'",
        expect![[r#"
            {"Label":"Kunden-Community nur lesen","Name":"CustomerCommunityReadOnly"}
        "#]],
    );
    let id = org.id("SELECT Id FROM Profile WHERE Name = 'Systemadministrator'");
    let (_, record) = org.send(
        &format!("GET /services/data/v66.0/sobjects/Profile/{id}?fields=Name"),
        "",
    );
    assert_eq!(record["Name"], "Systemadministrator");
    own_language(&org, "en_US");
    org.query(
        "SELECT Name FROM Profile WHERE Name IN ('System Administrator', 'Systemadministrator')",
        expect![[r#"
            {"Name":"System Administrator"}
        "#]],
    );
}

/// A clone of that name is an administrator's text: no language touches it.
#[test]
fn names_that_people_gave_are_nobodys_to_translate() {
    let org = org_with(GERMAN);
    let license = org.id("SELECT Id FROM UserLicense WHERE Name = 'Salesforce'");
    org.create(
        "Profile",
        json!({ "Name": "Customer Community Plus User (ours)", "UserLicenseId": license }),
    );
    org.create(
        "PermissionSet",
        json!({ "Name": "Ours", "Label": "Customer Community Read Only" }),
    );
    org.query(
        "SELECT Name FROM PermissionSet WHERE Label = 'Customer Community Read Only'",
        expect![[r#"
            {"Name":"Ours"}
        "#]],
    );
}

#[test]
fn full_names_follow_neither_the_language_nor_the_name() {
    let org = org_with(GERMAN);
    org.component(
        "Profile",
        "Customer Community Plus User",
        expect![[r#"
        <records xsi:type="Profile">
        <fullName>Customer Community Plus User</fullName>
        <custom>false</custom>
        <objectPermissions>
        <allowCreate>false</allowCreate>
        <allowDelete>false</allowDelete>
        <allowEdit>false</allowEdit>
        <allowRead>true</allowRead>
        <modifyAllRecords>false</modifyAllRecords>
        <object>Account</object>
        <viewAllRecords>false</viewAllRecords>
        </objectPermissions>
        <objectPermissions>
        <allowCreate>true</allowCreate>
        <allowDelete>false</allowDelete>
        <allowEdit>true</allowEdit>
        <allowRead>true</allowRead>
        <modifyAllRecords>false</modifyAllRecords>
        <object>Case</object>
        <viewAllRecords>false</viewAllRecords>
        </objectPermissions>
        <objectPermissions>
        <allowCreate>true</allowCreate>
        <allowDelete>false</allowDelete>
        <allowEdit>true</allowEdit>
        <allowRead>true</allowRead>
        <modifyAllRecords>false</modifyAllRecords>
        <object>Contact</object>
        <viewAllRecords>false</viewAllRecords>
        </objectPermissions>
        <userLicense>Customer Community Plus</userLicense>
        </records>
    "#]],
    );
    let id = org.id("SELECT Id FROM Profile WHERE Name = 'Customer Community Plus-Benutzer'");
    let line = format!("PATCH /practice/records/Profile/{id}");
    assert_eq!(org.send(&line, r#"{"Name":"Umbenannt"}"#).0, 204);
    let listed = org.soap("<listMetadata><queries><type>Profile</type></queries></listMetadata>");
    assert!(listed.contains("<fullName>Customer Community Plus User</fullName>"));
    assert!(listed.contains("<fullName>Admin</fullName>"));
    assert!(!listed.contains("Umbenannt"));
}

#[test]
fn roles_are_named_in_the_language_of_the_org() {
    let org = org_with(&format!(
        "{GERMAN}\n[[records]]\nobject = 'Account'\nref = 'acme'\nfields = {{ Name = 'Acme', OwnerId = '@user_standard' }}\n[[records]]\nobject = 'Contact'\nref = 'eva'\nfields = {{ LastName = 'Eva', AccountId = '@acme' }}\n[[records]]\nobject = 'User'\nfields = {{ Username = 'eva@acme.example', LastName = 'Eva', Email = 'eva@acme.example', Alias = 'eva', ContactId = '@eva', ProfileId = '@profile_cc_plus', TimeZoneSidKey = 'Europe/Berlin', LocaleSidKey = 'en_US', EmailEncodingKey = 'UTF-8', LanguageLocaleKey = 'de' }}"
    ));
    org.query(
        "SELECT Name, DeveloperName, PortalRole FROM UserRole WHERE PortalType = 'CustomerPortal'",
        expect![[r#"
            {"DeveloperName":"AcmeKundeBenutzer","Name":"Acme Kunde Benutzer","PortalRole":"Worker"}
        "#]],
    );
}
