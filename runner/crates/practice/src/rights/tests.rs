//! Users with some rights, and those that they lack.

use expect_test::expect;
use serde_json::json;

use crate::testing::{TestOrg, org_with};

const S: &str = "/services/data/v66.0";

/// A clerk whose profile gives the API alone, an account with a contact of Sam's, and the sets that each give one right.
const CLERK: &str = r#"
[[changes]]
ref = "profile_minimum"
fields = { PermissionsApiEnabled = true }

[[records]]
object = "User"
ref = "clerk"
fields = { Username = "clerk@practice.usher.example", LastName = "Clerk", Alias = "clerk", Email = "clerk@practice.usher.example", ProfileId = "@profile_minimum", TimeZoneSidKey = "America/New_York", LocaleSidKey = "en_US", EmailEncodingKey = "UTF-8", LanguageLocaleKey = "en_US" }

[[records]]
object = "Account"
ref = "account"
fields = { Name = "Fjord Shipping", OwnerId = "@user_standard" }

[[records]]
object = "Contact"
ref = "contact"
fields = { LastName = "Ness", AccountId = "@account", OwnerId = "@user_standard" }

[[records]]
object = "PermissionSet"
fields = { Name = "External", Label = "External", PermissionsManagePartners = true }

[[records]]
object = "PermissionSet"
fields = { Name = "Internal", Label = "Internal", PermissionsManageInternalUsers = true }

[[records]]
object = "PermissionSet"
fields = { Name = "Assigning", Label = "Assigning", PermissionsAssignPermissionSets = true }

[[records]]
object = "PermissionSet"
fields = { Name = "Roles", Label = "Roles", PermissionsManageRoles = true }

[[records]]
object = "PermissionSet"
fields = { Name = "Sites", Label = "Sites", PermissionsManageNetworks = true }

[[records]]
object = "PermissionSet"
fields = { Name = "Deploying", Label = "Deploying", PermissionsModifyMetadata = true }

[[records]]
object = "PermissionSet"
fields = { Name = "Customizing", Label = "Customizing", PermissionsCustomizeApplication = true }

[[records]]
object = "PermissionSet"
fields = { Name = "Setup", Label = "Setup", PermissionsViewSetup = true }

[[records]]
object = "PermissionSet"
ref = "set_accounts"
fields = { Name = "Accounts", Label = "Accounts" }

[[records]]
object = "ObjectPermissions"
fields = { ParentId = "@set_accounts", SobjectType = "Account", PermissionsRead = true, PermissionsCreate = true, PermissionsEdit = true }

[[records]]
object = "Network"
ref = "site"
raw = true
fields = { Name = "Portal", UrlPathPrefix = "portal", Status = "UnderConstruction" }
"#;

/// The org, as the clerk sees it.
struct Clerk {
    org: TestOrg,
    admin: String,
    clerk: String,
}

impl Clerk {
    fn new() -> Self {
        let org = org_with(CLERK);
        let clerk = org
            .practice
            .sign_in(Some("clerk@practice.usher.example"), [8; 16])
            .expect("the clerk is active");
        let admin = org.token.clone();
        let mut this = Self { org, admin, clerk };
        this.org.token.clone_from(&this.clerk);
        this
    }

    /// Answers from what the administrator sees.
    fn as_admin<T>(&mut self, ask: impl FnOnce(&TestOrg) -> T) -> T {
        self.org.token.clone_from(&self.admin);
        let answer = ask(&self.org);
        self.org.token.clone_from(&self.clerk);
        answer
    }

    fn id(&mut self, soql: &str) -> String {
        self.as_admin(|org| org.id(soql))
    }

    /// Gives the clerk a permission set.
    fn give(&mut self, set: &str) {
        let user = self.id("SELECT Id FROM User WHERE Alias = 'clerk'");
        let set = self.id(&format!(
            "SELECT Id FROM PermissionSet WHERE Name = '{set}'"
        ));
        self.as_admin(|org| {
            org.create(
                "PermissionSetAssignment",
                json!({ "AssigneeId": user, "PermissionSetId": set }),
            )
        });
    }

    fn person(&mut self, profile: &str, contact: Option<&str>) -> serde_json::Value {
        let profile = self.id(&format!("SELECT Id FROM Profile WHERE Name = '{profile}'"));
        let mut person = json!({
            "Username": "new@x.example", "LastName": "New", "Alias": "new", "Email": "new@x.example",
            "ProfileId": profile, "TimeZoneSidKey": "America/New_York", "LocaleSidKey": "en_US",
            "EmailEncodingKey": "UTF-8", "LanguageLocaleKey": "en_US",
        });
        if let Some(contact) = contact {
            person["ContactId"] = json!(contact);
        }
        person
    }
}

#[test]
fn an_external_user_needs_manage_external_users() {
    let mut clerk = Clerk::new();
    let contact = clerk.id("SELECT Id FROM Contact");
    let person = clerk.person("Customer Community Plus User", Some(&contact));
    let line = format!("POST {S}/sobjects/User");
    let missing = || {
        expect!["400 INSUFFICIENT_ACCESS_OR_READONLY: insufficient access rights on object id []"]
    };
    clerk.org.refused(&line, person.clone(), missing());
    clerk.give("Internal");
    clerk.org.refused(&line, person.clone(), missing());
    clerk.give("External");
    let user = clerk.org.create("User", person);
    let (status, _) = clerk.org.send(
        &format!("PATCH {S}/sobjects/User/{user}"),
        r#"{"IsActive": false}"#,
    );
    assert_eq!(status, 204);
}

#[test]
fn an_internal_user_needs_manage_internal_users() {
    let mut clerk = Clerk::new();
    clerk.give("External");
    let person = clerk.person("Standard User", None);
    let line = format!("POST {S}/sobjects/User");
    clerk.org.refused(
        &line,
        person.clone(),
        expect![[
            r#"400 REQUIRED_FIELD_MISSING: Required fields are missing: [ProfileId] ["ProfileId"]"#
        ]],
    );
    let sam = clerk.id("SELECT Id FROM User WHERE Alias = 'ssales'");
    let role = clerk.id("SELECT Id FROM UserRole WHERE Name = 'CFO'");
    clerk.org.refused(
        &format!("PATCH {S}/sobjects/User/{sam}"),
        json!({ "UserRoleId": role }),
        expect![[r#"400 INVALID_FIELD: No such column 'UserRoleId' on sobject of type User"#]],
    );
    clerk.give("Setup");
    clerk.org.refused(
        &format!("PATCH {S}/sobjects/User/{sam}"),
        json!({ "UserRoleId": role }),
        expect!["400 INSUFFICIENT_ACCESS_OR_READONLY: insufficient access rights on object id []"],
    );
    clerk.give("Internal");
    clerk.org.create("User", person);
    let (status, _) = clerk.org.send(
        &format!("PATCH {S}/sobjects/User/{sam}"),
        &json!({ "UserRoleId": role }).to_string(),
    );
    assert_eq!(status, 204);
}

#[test]
fn users_change_their_own_texts_and_nothing_that_is_administered() {
    let mut clerk = Clerk::new();
    let own = clerk.id("SELECT Id FROM User WHERE Alias = 'clerk'");
    let line = format!("PATCH {S}/sobjects/User/{own}");
    assert_eq!(clerk.org.send(&line, r#"{"Title": "Clerk"}"#).0, 204);
    let admins = clerk.id("SELECT Id FROM Profile WHERE Name = 'System Administrator'");
    clerk.org.refused(
        &line,
        json!({ "ProfileId": admins }),
        expect!["400 INSUFFICIENT_ACCESS_OR_READONLY: insufficient access rights on object id []"],
    );
}

#[test]
fn assignments_need_assign_permission_sets() {
    let mut clerk = Clerk::new();
    let user = clerk.id("SELECT Id FROM User WHERE Alias = 'ssales'");
    let set = clerk.id("SELECT Id FROM PermissionSet WHERE Name = 'Accounts'");
    let fields = json!({ "AssigneeId": user, "PermissionSetId": set });
    clerk.org.refused(
        &format!("POST {S}/sobjects/PermissionSetAssignment"),
        fields.clone(),
        expect!["400 INSUFFICIENT_ACCESS_OR_READONLY: insufficient access rights on object id []"],
    );
    clerk.give("Assigning");
    let id = clerk.org.create("PermissionSetAssignment", fields);
    let line = format!("DELETE {S}/sobjects/PermissionSetAssignment/{id}");
    assert_eq!(clerk.org.send(&line, "").0, 204);
}

#[test]
fn roles_need_manage_roles() {
    let mut clerk = Clerk::new();
    clerk.give("Setup");
    let fields = json!({ "Name": "Clerks" });
    clerk.org.refused(
        &format!("POST {S}/sobjects/UserRole"),
        fields.clone(),
        expect!["400 INSUFFICIENT_ACCESS_OR_READONLY: insufficient access rights on object id []"],
    );
    clerk.give("Roles");
    clerk.org.create("UserRole", fields);
}

#[test]
fn sites_need_create_and_set_up_experiences() {
    let mut clerk = Clerk::new();
    let site = clerk.id("SELECT Id FROM Network");
    let publish = format!("POST {S}/connect/communities/{site}/publish");
    let refused = || {
        expect![[r#"
        403
        [
          {
            "errorCode": "INSUFFICIENT_ACCESS",
            "message": "You don't have permission to create or set up experiences."
          }
        ]
    "#]]
    };
    clerk.org.check(&publish, "", refused());
    let make = format!("POST {S}/connect/communities");
    let body = r#"{"name": "New", "urlPathPrefix": "new", "templateName": "Customer Service"}"#;
    clerk.org.check(&make, body, refused());
    clerk.org.refused(
        &format!("PATCH {S}/sobjects/Network/{site}"),
        json!({ "Status": "Live" }),
        expect!["400 INSUFFICIENT_ACCESS_OR_READONLY: insufficient access rights on object id []"],
    );
    clerk.give("Sites");
    assert_eq!(clerk.org.send(&make, body).0, 201);
    assert_eq!(clerk.org.send(&publish, "").0, 200);
}

#[test]
fn records_need_object_permissions_and_access() {
    let mut clerk = Clerk::new();
    let new = json!({ "Name": "Nord" });
    let create = format!("POST {S}/sobjects/Account");
    clerk.org.refused(
        &create,
        new.clone(),
        expect![
            "400 CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: entity type cannot be inserted: Account []"
        ],
    );
    clerk.give("Accounts");
    let own = clerk.org.create("Account", new);
    let line = format!("PATCH {S}/sobjects/Account/{own}");
    assert_eq!(clerk.org.send(&line, r#"{"Site": "Bergen"}"#).0, 204);
    let sams = clerk.id("SELECT Id FROM Account WHERE Name = 'Fjord Shipping'");
    for line in [
        format!("PATCH {S}/sobjects/Account/{sams}"),
        format!("DELETE {S}/sobjects/Account/{own}"),
    ] {
        clerk.org.refused(
            &line,
            json!({ "Site": "Bergen" }),
            expect![
                "400 INSUFFICIENT_ACCESS_OR_READONLY: insufficient access rights on object id []"
            ],
        );
    }
    let user = clerk.id("SELECT Id FROM User WHERE Alias = 'clerk'");
    clerk.org.refused(
        &format!("POST {S}/sobjects/AccountShare"),
        json!({ "AccountId": sams, "UserOrGroupId": user, "AccountAccessLevel": "Edit", "OpportunityAccessLevel": "None", "CaseAccessLevel": "None" }),
        expect!["400 INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: insufficient access rights on cross-reference id: 001dnH000000001ABA []"],
    );
}

#[test]
fn the_own_rights_are_read_by_everybody() {
    let mut clerk = Clerk::new();
    clerk.give("External");
    let own = clerk.id("SELECT Id FROM User WHERE Alias = 'clerk'");
    clerk.org.query(
        &format!("SELECT IsOwnedByProfile, PermissionsManagePartners, PermissionsManageUsers FROM PermissionSet WHERE Id IN (SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = '{own}') ORDER BY IsOwnedByProfile"),
        expect![[r#"
            {"IsOwnedByProfile":false,"PermissionsManagePartners":true,"PermissionsManageUsers":false}
            {"IsOwnedByProfile":true,"PermissionsManagePartners":false,"PermissionsManageUsers":false}
        "#]],
    );
    clerk.org.query(
        "SELECT Name FROM PermissionSet WHERE Name = 'Accounts'",
        expect![""],
    );
    clerk.org.query(
        "SELECT Assignee.Alias FROM PermissionSetAssignment GROUP BY Assignee.Alias",
        expect![[r#"
            {"Alias":"clerk"}
        "#]],
    );
}

#[test]
fn setup_is_as_if_it_did_not_exist() {
    let mut clerk = Clerk::new();
    let query = |clerk: &Clerk, soql: &str| {
        let (status, json) = clerk.org.send(&format!("GET {S}/query?q={soql}"), "");
        match status {
            200 => "200\n".to_owned(),
            _ => format!("{status} {}\n", json[0]["errorCode"]),
        }
    };
    let all = |clerk: &Clerk| {
        [
            "SELECT Id, UserRoleId FROM User",
            "SELECT UserRole.Name FROM User",
            "SELECT Owner.UserRoleId FROM Account",
            "SELECT Id FROM UserRole",
            "SELECT Id FROM PermissionSetLicense",
            "SELECT Id FROM PermissionSetLicenseAssign",
            "SELECT Id FROM UserLogin",
        ]
        .map(|soql| format!("{soql}: {}", query(clerk, soql)))
        .concat()
    };
    expect![[r#"
        SELECT Id, UserRoleId FROM User: 400 "INVALID_FIELD"
        SELECT UserRole.Name FROM User: 400 "INVALID_FIELD"
        SELECT Owner.UserRoleId FROM Account: 400 "INVALID_FIELD"
        SELECT Id FROM UserRole: 400 "INVALID_TYPE"
        SELECT Id FROM PermissionSetLicense: 400 "INVALID_TYPE"
        SELECT Id FROM PermissionSetLicenseAssign: 400 "INVALID_TYPE"
        SELECT Id FROM UserLogin: 400 "INVALID_TYPE"
    "#]]
    .assert_eq(&all(&clerk));
    clerk.give("Setup");
    expect![[r#"
        SELECT Id, UserRoleId FROM User: 200
        SELECT UserRole.Name FROM User: 200
        SELECT Owner.UserRoleId FROM Account: 200
        SELECT Id FROM UserRole: 200
        SELECT Id FROM PermissionSetLicense: 200
        SELECT Id FROM PermissionSetLicenseAssign: 200
        SELECT Id FROM UserLogin: 400 "INVALID_TYPE"
    "#]]
    .assert_eq(&all(&clerk));
}

#[test]
fn the_metadata_api_asks_for_its_right_and_for_that_of_the_feature() {
    let mut clerk = Clerk::new();
    let envelope = |clerk: &Clerk, operation: &str| {
        let body = format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><e:Header><SessionHeader><sessionId>{}</sessionId></SessionHeader></e:Header><e:Body xmlns=\"http://soap.sforce.com/2006/04/metadata\">{operation}</e:Body></e:Envelope>",
            clerk.clerk
        );
        let request = http::Request::post("/services/Soap/m/66.0")
            .body(bytes::Bytes::from(body))
            .expect("a request");
        let response = clerk.org.practice.exchange(request, clerk.org.now_ms);
        let text = String::from_utf8_lossy(response.body()).into_owned();
        let inner = text.split("<soapenv:Body>").nth(1).unwrap_or_default();
        format!(
            "{} {}",
            response.status().as_u16(),
            inner.split("</soapenv:Body>").next().unwrap_or_default()
        )
    };
    let list = "<listMetadata><queries><type>SharingSet</type></queries></listMetadata>";
    let settings = "<updateMetadata><metadata xsi:type=\"AccountSettings\"><fullName>Account</fullName><enableAccountTeams>true</enableAccountTeams></metadata></updateMetadata>";
    let profile =
        "<deleteMetadata><type>Profile</type><fullNames>Standard User</fullNames></deleteMetadata>";
    expect!["500 <soapenv:Fault><faultcode>sf:INSUFFICIENT_ACCESS</faultcode><faultstring>INSUFFICIENT_ACCESS: use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions</faultstring></soapenv:Fault>"]
        .assert_eq(&envelope(&clerk, list));
    assert_eq!(
        clerk
            .org
            .send(&format!("POST {S}/metadata/deployRequest"), "")
            .0,
        403
    );
    clerk.give("Deploying");
    expect!["200 <listMetadataResponse></listMetadataResponse>"].assert_eq(&envelope(&clerk, list));
    expect!["200 <updateMetadataResponse><result><errors><message>insufficient access rights on AccountSettings</message><statusCode>INSUFFICIENT_ACCESS_OR_READONLY</statusCode></errors><fullName>Account</fullName><success>false</success></result></updateMetadataResponse>"]
        .assert_eq(&envelope(&clerk, settings));
    expect!["200 <deleteMetadataResponse><result><errors><message>insufficient access rights on Profile</message><statusCode>INSUFFICIENT_ACCESS_OR_READONLY</statusCode></errors><fullName>Standard User</fullName><success>false</success></result></deleteMetadataResponse>"]
        .assert_eq(&envelope(&clerk, profile));
    for (kind, name) in [
        ("CustomField", "Account.Number__c"),
        ("CustomObject", "Account"),
        ("Group", "Helpers"),
        ("Network", "Portal"),
        ("PermissionSet", "Sites"),
        ("PermissionSetGroup", "All"),
        ("Queue", "Desk"),
        ("Role", "CEO"),
    ] {
        for operation in [
            format!(
                "<deleteMetadata><type>{kind}</type><fullNames>{name}</fullNames></deleteMetadata>"
            ),
            format!(
                "<upsertMetadata><metadata xsi:type=\"{kind}\"><fullName>{name}</fullName></metadata></upsertMetadata>"
            ),
            format!(
                "<renameMetadata><type>{kind}</type><oldFullName>{name}</oldFullName><newFullName>Other</newFullName></renameMetadata>"
            ),
        ] {
            let answer = envelope(&clerk, &operation);
            let refused = format!("insufficient access rights on {kind}<");
            assert!(answer.contains(&refused), "{operation}: {answer}");
        }
    }
    clerk.give("Customizing");
    expect!["200 <updateMetadataResponse><result><fullName>Account</fullName><success>true</success></result></updateMetadataResponse>"]
        .assert_eq(&envelope(&clerk, settings));
}

#[test]
fn rights_of_a_group_count_and_revoked_ones_do_not() {
    let mut clerk = Clerk::new();
    clerk.give("Roles");
    let create = format!("POST {S}/sobjects/UserRole");
    let role = json!({ "Name": "Clerks" });
    clerk.give("Setup");
    let assigned = clerk.id("SELECT Id FROM PermissionSetAssignment WHERE Assignee.Alias = 'clerk' AND PermissionSet.Name = 'Roles'");
    clerk.as_admin(|org| {
        let line = format!("PATCH {S}/sobjects/PermissionSetAssignment/{assigned}");
        assert_eq!(org.send(&line, r#"{"IsRevoked": true}"#).0, 204);
    });
    clerk.org.refused(
        &create,
        role.clone(),
        expect!["400 INSUFFICIENT_ACCESS_OR_READONLY: insufficient access rights on object id []"],
    );
    let user = clerk.id("SELECT Id FROM User WHERE Alias = 'clerk'");
    clerk.as_admin(|org| {
        let names = json!({ "DeveloperName": "Clerks", "MasterLabel": "Clerks" });
        let group = org.create("PermissionSetGroup", names);
        let behind = org.id(&format!(
            "SELECT Id FROM PermissionSet WHERE PermissionSetGroupId = '{group}'"
        ));
        let line = format!("PATCH /practice/records/PermissionSet/{behind}");
        assert_eq!(
            org.send(&line, r#"{"PermissionsManageRoles": true}"#).0,
            204
        );
        let fields = json!({ "AssigneeId": user, "PermissionSetGroupId": group });
        org.create("PermissionSetAssignment", fields);
    });
    clerk.org.create("UserRole", role);
}
