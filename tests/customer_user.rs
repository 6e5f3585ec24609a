//! `fsc/customer-user`: the effects that it announces are found afterwards, and its errors for bad input.

mod bad_input;
mod members;
mod roles;

use serde_json::{Value, json};

use crate::world::{Org, Product};

const RECIPE: &str = "fsc/customer-user";

#[test]
fn differs_before_and_has_nothing_to_do_after() {
    let product = Product::new();
    let line = |command: &str| product.run(&format!("{command} {RECIPE} --org practice"));
    assert_eq!(line("check").exit, 11);
    let applied = line("apply --yes");
    assert_eq!(applied.exit, 0, "{}", applied.text());
    assert_eq!(line("check").exit, 0);
    let again = line("apply --yes --json").json();
    assert_eq!(again["requests"]["write"], 0, "{again}");
    for step in again["steps"].as_array().expect("steps") {
        assert_eq!(step["state"], "as-wanted", "{step}");
    }
}

/// An internal user who owns accounts and has no role yet; the id.
fn owner(org: &Org, number: usize) -> String {
    let profile = org.id("Profile", "Name = 'Standard User'");
    let fields = json!({
        "FirstName": "Oskar",
        "LastName": format!("O'Wner {number}"),
        "Username": format!("oskar.{number}@usher-practice.example"),
        "Email": format!("oskar.{number}@example.com"),
        "Alias": format!("o&ë'{number}"),
        "CommunityNickname": format!("oskar.{number}"),
        "TimeZoneSidKey": "Europe/Berlin",
        "LocaleSidKey": "en_US",
        "LanguageLocaleKey": "en_US",
        "EmailEncodingKey": "UTF-8",
        "ProfileId": profile,
    });
    org.create("User", &fields)
}

/// An account of that owner; the id.
fn account(org: &Org, name: &str, owner: &str) -> String {
    org.create("Account", &json!({ "Name": name, "OwnerId": owner }))
}

/// A contact of that account; the id.
fn contact(org: &Org, first_name: &str, last_name: &str, account: &str, owner: &str) -> String {
    let email = format!("{}.{account}@example.com", first_name.to_lowercase());
    let fields = json!({
        "FirstName": first_name,
        "LastName": last_name,
        "Email": email,
        "AccountId": account,
        "OwnerId": owner,
    });
    org.create("Contact", &fields)
}

fn text<'v>(record: &'v Value, field: &str) -> &'v str {
    record[field].as_str().unwrap_or_default()
}

#[test]
fn every_request_of_plan_and_apply() {
    let mut product = Product::new();
    product.set("USHER_LOG", "requests");
    let applied = product.run(&format!("apply {RECIPE} --org practice --yes"));
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let lines = applied.err.lines();
    let requests = lines.filter(|line| line.starts_with("request") || line.starts_with("    "));
    // Those that are in flight together come in any order.
    let mut requests: Vec<&str> = requests.collect();
    requests.sort_unstable();
    let requests = requests.iter();
    let requests: String = requests.map(|line| format!("{line}\n")).collect();
    expect_test::expect![[r#"
            "maria.meyer@example.com.uobsty is active, enabled, and a member of the live site `Client Portal`"
            query?q=SELECT COUNT() FROM NetworkMember WHERE NetworkId = '0DBJca000000001OAA'
            query?q=SELECT Id, Email, Name FROM Contact WHERE (Email = 'maria.meyer@example.com') OR (Name = 'maria.meyer@example.com') ORDER BY Id LIMIT 50001
            query?q=SELECT Id, IsSandbox, OrganizationType, TrialExpirationDate, TimeZoneSidKey, LanguageLocaleKey, DefaultLocaleSidKey FROM Organization
            query?q=SELECT Id, Label, Name, NamespacePrefix, LicenseId, IsOwnedByProfile, PermissionSetGroupId FROM PermissionSet WHERE (Label = 'Customer Community Read Only') OR (Name IN ('Customer Community Read Only', 'CustomerCommunityReadOnly', 'Customer_Community_Read_Only')) ORDER BY Id LIMIT 50001
            query?q=SELECT Id, Label, RecordTriggerType, IsActive, TriggerObjectOrEventId, TriggerType FROM FlowDefinitionView WHERE IsActive = true AND TriggerObjectOrEventId = 'User' AND TriggerType IN ('RecordBeforeSave', 'RecordAfterSave') ORDER BY Id LIMIT 50001
            query?q=SELECT Id, MasterLabel, DeveloperName, Status FROM PermissionSetGroup WHERE (MasterLabel = 'Customer Community Read Only') OR (DeveloperName IN ('Customer Community Read Only', 'CustomerCommunityReadOnly', 'Customer_Community_Read_Only')) ORDER BY Id LIMIT 50001
            query?q=SELECT Id, Name, DeveloperName, ParentRoleId, PortalType FROM UserRole WHERE (PortalType = 'None' AND DeveloperName = 'Customer Support, North America') OR (PortalType = 'None' AND Name = 'Customer Support, North America') ORDER BY Id LIMIT 50001
            query?q=SELECT Id, Name, PortalType, PortalAccountId, PortalRole FROM UserRole WHERE PortalType = 'CustomerPortal' AND PortalAccountId = '001Jca000000003IAA' AND PortalRole IN ('Worker', 'User') ORDER BY Id LIMIT 50001
            query?q=SELECT Id, Name, PortalType, PortalRole, PortalAccountId, ParentRoleId FROM UserRole WHERE PortalType = 'CustomerPortal' AND PortalAccountId = '001Jca000000003IAA' AND PortalRole IN ('Worker', 'User') ORDER BY Id
            query?q=SELECT Id, Name, Status, OptionsSendWelcomeEmail, FirstActivationDate, OptionsShowAllNetworkSettings FROM Network WHERE Name = 'Client Portal' ORDER BY Id LIMIT 50001
            query?q=SELECT Id, Name, UsageBeforeInsert, UsageAfterInsert, UsageBeforeUpdate, UsageAfterUpdate, Status, TableEnumOrId FROM ApexTrigger WHERE Status = 'Active' AND TableEnumOrId = 'User' ORDER BY Id LIMIT 50001
            query?q=SELECT Id, Name, UserType, PermissionsApiUserOnly, UserLicenseId, UserLicense.Name, UserLicense.MasterLabel, UserLicense.LicenseDefinitionKey, UserLicense.Status, UserLicense.TotalLicenses, UserLicense.UsedLicenses FROM Profile WHERE Name = 'Client Customer Community Plus' ORDER BY Id LIMIT 50001
            query?q=SELECT Id, NetworkId, MemberId FROM NetworkMember WHERE MemberId = '005Jca00000000CIAQ' ORDER BY Id LIMIT 50001
            query?q=SELECT Id, OwnerId, AccountId, Account.OwnerId, FirstName, LastName, Email, Account.Name, Account.Owner.Username, Account.Owner.Alias, Account.Owner.IsActive, Account.Owner.UserType, Account.Owner.UserRoleId, Account.IsPersonAccount, Account.IsPartner FROM Contact WHERE Id = '003Jca000000003IAA' ORDER BY Id
            query?q=SELECT Id, ParentId, AssignmentStatus, NetworkId FROM NetworkMemberGroup WHERE (NetworkId = '0DBJca000000001OAA' AND ParentId = '00eJca00000000DIAQ') OR (ParentId = '00eJca00000000DIAQ') ORDER BY Id LIMIT 50001
            query?q=SELECT Id, ParentId, AssignmentStatus, NetworkId FROM NetworkMemberGroup WHERE NetworkId = '0DBJca000000001OAA' ORDER BY Id LIMIT 50001
            query?q=SELECT Id, Status, Name FROM Network WHERE Name = 'Client Portal' ORDER BY Id LIMIT 50001
            query?q=SELECT Id, UserRoleId FROM User WHERE Id = '005Jca00000000CIAQ' ORDER BY Id
            query?q=SELECT Id, Username, CommunityNickname, Alias, Email, TimeZoneSidKey, LocaleSidKey, LanguageLocaleKey, EmailEncodingKey, IsActive, ProfileId, Profile.Name, Profile.UserType, Profile.PermissionsApiUserOnly, Profile.UserLicenseId, Profile.UserLicense.Name, Profile.UserLicense.MasterLabel, Profile.UserLicense.LicenseDefinitionKey, Profile.UserLicense.Status, Profile.UserLicense.TotalLicenses, Profile.UserLicense.UsedLicenses, UserRoleId, UserRole.PortalAccountId, UserRole.PortalRole, ContactId FROM User WHERE ContactId = '003Jca000000003IAA' ORDER BY Id LIMIT 50001
            query?q=SELECT Id, Username, IsActive, IsPortalEnabled, ProfileId, Profile.Name, Profile.PermissionsApiUserOnly, AccountId, ContactId, UserRoleId FROM User WHERE Id = '005Jca00000000CIAQ' ORDER BY Id
            query?q=SELECT Id, Username, IsActive, UserType, UserRoleId, UserRole.Name, UserRole.DeveloperName, CommunityNickname, FirstName, LastName, ContactId FROM User WHERE (Id IN ('005Jca000000007IAA', '005Jca000000001IAA')) OR (Username = 'maria.meyer@example.com.uobsty') OR (CommunityNickname = 'maria.meyer.uobsty') ORDER BY Id LIMIT 50001
            query?q=SELECT PermissionsAssignPermissionSets, PermissionsCustomizeApplication, PermissionsDelegatedPortalUserAdmin, PermissionsManageInternalUsers, PermissionsManageMyExternalUsers, PermissionsManageNetworks, PermissionsManagePartners, PermissionsManageProfilesPermissionsets, PermissionsManageRoles, PermissionsManageSharing, PermissionsManageUsers, PermissionsModifyAllData, PermissionsModifyMetadata, PermissionsViewRoles, PermissionsViewSetup FROM PermissionSet WHERE Id IN (SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = '005Jca000000001IAA')
            query?q=SELECT PortalAccountId, PortalRole FROM UserRole WHERE PortalType = 'CustomerPortal' AND PortalAccountId != null ORDER BY Id DESC LIMIT 600
            sobjects/Account/describe
            sobjects/PermissionSetAssignment/describe
            sobjects/User/describe
        request 200 GET connect/communities/0DBJca000000001OAA
        request 200 GET query?q=SELECT Id, AccountId, UserType, IsPortalEnabled FROM User WHERE Id = '005Jca00000000CIAQ' ORDER BY Id
        request 200 GET query?q=SELECT Id, AssigneeId, PermissionSetId, CreatedById, CreatedDate FROM PermissionSetAssignment WHERE AssigneeId = '005Jca00000000CIAQ' AND PermissionSetId = '0PSJca00000000FOAQ' ORDER BY Id
        request 200 GET query?q=SELECT Id, MemberId, Member.Email, NetworkId FROM NetworkMember WHERE NetworkId = '0DBJca000000001OAA' ORDER BY Id LIMIT 50001
        request 200 GET query?q=SELECT Id, NetworkId, MemberId FROM NetworkMember WHERE NetworkId = '0DBJca000000001OAA' AND MemberId = '005Jca00000000CIAQ' ORDER BY Id
        request 200 GET query?q=SELECT Id, Status FROM Network WHERE Id = '0DBJca000000001OAA' ORDER BY Id
        request 200 GET query?q=SELECT Id, UserRoleId FROM User WHERE Id = '005Jca000000007IAA' ORDER BY Id
        request 200 GET query?q=SELECT Id, Username, LastName, FirstName, Email, Alias, CommunityNickname, TimeZoneSidKey, LocaleSidKey, LanguageLocaleKey, EmailEncodingKey, ProfileId, ContactId, IsActive, CreatedById, CreatedDate FROM User WHERE ContactId = '003Jca000000003IAA' ORDER BY Id
        request 200 GET sobjects/BackgroundOperation/08PJca000000001MAA
        request 200 GET sobjects/BackgroundOperation/08PJca000000001MAA
        request 200 GET /services/oauth2/userinfo
        request 200 PATCH composite/sobjects
        request 200 PATCH composite/sobjects
        request 200 POST /services/Soap/m/66.0
        request 200 POST /services/Soap/m/66.0
        request 200 POST /services/Soap/m/66.0
        request 200 POST composite
        request 200 POST composite
        request 200 POST composite
        request 200 POST composite
        request 200 POST composite
        request 200 POST composite
        request 200 POST composite
        request 200 POST composite
        request 200 POST composite/sobjects
        request 200 POST composite/sobjects
        request 200 POST connect/communities/0DBJca000000001OAA/publish
        request 400 GET query?q=SELECT Id, MasterLabel, TriggerType, Status FROM UserAccessPolicy WHERE Status = 'Active' ORDER BY Id LIMIT 50001
    "#]].assert_eq(&requests.replace("/services/data/v66.0/", ""));
}

#[test]
fn effects_as_json_say_what_comes_where() {
    let product = Product::new();
    let plan = product
        .run(&format!("plan {RECIPE} --org practice --json"))
        .json();
    let steps = plan["steps"].as_array().expect("steps");
    let effects = steps
        .iter()
        .flat_map(|step| step["effects"].as_array().expect("effects"))
        .cloned();
    expect_test::expect![[r#"
        [
          {
            "address": "seat",
            "amount": 1,
            "causes": [
              "user"
            ],
            "certainty": "certain",
            "id": "100Jca00000000BIAQ",
            "kind": "takes",
            "object": "UserLicense",
            "remains": null,
            "summary": "One seat of the license `Client Customer Community Plus` is taken",
            "verified": null
          },
          {
            "address": "derived",
            "causes": [
              "user"
            ],
            "certainty": "certain",
            "fields": {
              "AccountId": "001Jca000000003IAA",
              "IsPortalEnabled": true,
              "UserType": "PowerCustomerSuccess"
            },
            "id": {
              "$ref": "user:user.id"
            },
            "kind": "alters",
            "object": "User",
            "remains": null,
            "summary": "The user belongs to the account `Lakeside Credit Union`",
            "verified": null
          },
          {
            "address": "role/User",
            "causes": [
              "user"
            ],
            "certainty": "likely",
            "fields": {
              "Name": "Lakeside Credit Union Customer User",
              "ParentRoleId": "00EJca00000000AMAQ",
              "PortalAccountId": "001Jca000000003IAA",
              "PortalRole": "Worker",
              "PortalType": "CustomerPortal"
            },
            "id": {
              "$ref": "user:role/User.id"
            },
            "kind": "appears",
            "name": "Lakeside Credit Union Customer User",
            "object": "UserRole",
            "parent": "00EJca00000000AMAQ",
            "remains": "the role stays",
            "summary": "Salesforce makes the role `Lakeside Credit Union Customer User` below the role of nora.north@usher-practice.example",
            "verified": null
          },
          {
            "address": "place",
            "causes": [
              "user"
            ],
            "certainty": "certain",
            "fields": {
              "UserRoleId": {
                "$ref": "user:role/User.id"
              }
            },
            "id": {
              "$ref": "user:user.id"
            },
            "kind": "alters",
            "object": "User",
            "remains": null,
            "summary": "The user gets the role `Lakeside Credit Union Customer User`",
            "verified": null
          },
          {
            "address": "member/Client Portal",
            "causes": [
              "user"
            ],
            "certainty": "likely",
            "fields": {
              "MemberId": {
                "$ref": "user:user.id"
              },
              "NetworkId": "0DBJca000000001OAA"
            },
            "id": {
              "$ref": "user:member/Client Portal.id"
            },
            "kind": "appears",
            "name": null,
            "object": "NetworkMember",
            "parent": null,
            "remains": null,
            "summary": "The user becomes a member of the site `Client Portal`",
            "verified": null
          },
          {
            "address": "mails",
            "causes": [
              "live"
            ],
            "certainty": "likely",
            "kind": "mails",
            "recipients": 2,
            "remains": null,
            "summary": "The site `Client Portal` mails its 2 members how to get in",
            "to": [],
            "verified": null
          }
        ]"#]]
        .assert_eq(&serde_json::to_string_pretty(&effects.collect::<Vec<_>>()).expect("JSON"));
}
