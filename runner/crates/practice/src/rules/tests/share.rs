//! Shares (docs/salesforce/sharing.md#shares): the owner's row, manual ones, and what becomes of them.

use expect_test::expect;
use serde_json::json;

use crate::rules::tests::{S, account, enabled, settings};
use crate::testing::{TestOrg, org};

const SHARES: &str = "SELECT UserOrGroup.Alias, AccountAccessLevel, OpportunityAccessLevel, CaseAccessLevel, ContactAccessLevel, RowCause FROM AccountShare";

fn sam(org: &TestOrg) -> String {
    org.id("SELECT Id FROM User WHERE Alias = 'ssales'")
}

#[test]
fn an_account_is_shared_by_hand_until_its_owner_changes() {
    let org = org();
    let account = account(&org, "Acme");
    let partner = enabled(&org, &account, "Partner Community User", "one");
    org.query(SHARES, expect![[r#"
        {"AccountAccessLevel":"All","CaseAccessLevel":"Edit","ContactAccessLevel":"Edit","OpportunityAccessLevel":"Edit","RowCause":"Owner","UserOrGroup":{"Alias":"ssales"}}
    "#]]);
    let share = json!({ "AccountId": account, "UserOrGroupId": partner, "AccountAccessLevel": "Read", "OpportunityAccessLevel": "None" });
    org.check(
        &format!("POST {S}/sobjects/AccountShare"),
        &share.to_string(),
        expect![[r#"
            201
            {
              "errors": [],
              "id": "00rdnH000000002ABA",
              "success": true
            }
        "#]],
    );
    // The same record, user and cause: the share that is there changes.
    org.check(
        &format!("POST {S}/sobjects/AccountShare"),
        &json!({ "AccountId": account, "UserOrGroupId": partner, "AccountAccessLevel": "Edit", "OpportunityAccessLevel": "Read" }).to_string(),
        expect![[r#"
            201
            {
              "errors": [],
              "id": "00rdnH000000002ABA",
              "success": true
            }
        "#]],
    );
    org.query(SHARES, expect![[r#"
        {"AccountAccessLevel":"All","CaseAccessLevel":"Edit","ContactAccessLevel":"Edit","OpportunityAccessLevel":"Edit","RowCause":"Owner","UserOrGroup":{"Alias":"ssales"}}
        {"AccountAccessLevel":"Edit","CaseAccessLevel":"None","ContactAccessLevel":"None","OpportunityAccessLevel":"Read","RowCause":"Manual","UserOrGroup":{"Alias":"x"}}
    "#]]);
    let admin = org.id("SELECT Id FROM User WHERE Alias = 'aadmin'");
    let role = org.id("SELECT Id FROM UserRole WHERE Name = 'CEO'");
    for (line, body) in [
        (
            format!("PATCH {S}/sobjects/User/{admin}"),
            json!({ "UserRoleId": role }),
        ),
        (
            format!("PATCH {S}/sobjects/Account/{account}"),
            json!({ "OwnerId": admin }),
        ),
    ] {
        assert_eq!(org.send(&line, &body.to_string()).0, 204);
    }
    org.query(SHARES, expect![[r#"
        {"AccountAccessLevel":"All","CaseAccessLevel":"Edit","ContactAccessLevel":"Edit","OpportunityAccessLevel":"Edit","RowCause":"Owner","UserOrGroup":{"Alias":"aadmin"}}
    "#]]);
}

#[test]
fn shares_that_are_refused() {
    let org = org();
    let account = account(&org, "Acme");
    let sam = sam(&org);
    let line = format!("POST {S}/sobjects/AccountShare");
    let share = |changes: serde_json::Value| {
        let mut share = json!({ "AccountId": account, "UserOrGroupId": sam, "AccountAccessLevel": "Edit", "OpportunityAccessLevel": "None" });
        for (name, value) in changes.as_object().expect("fields") {
            share[name] = value.clone();
        }
        share
    };
    org.refused(
        &line,
        json!({ "AccountId": account, "UserOrGroupId": sam }),
        expect![[r#"400 REQUIRED_FIELD_MISSING: Required fields are missing: [AccountAccessLevel, OpportunityAccessLevel] ["AccountAccessLevel","OpportunityAccessLevel"]"#]],
    );
    org.refused(
        &line,
        share(json!({ "AccountAccessLevel": "None" })),
        expect![[r#"400 INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: Account Access: bad value for restricted picklist field: None ["AccountAccessLevel"]"#]],
    );
    org.refused(
        &line,
        share(json!({ "AccountAccessLevel": "All" })),
        expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: The access level All is the owner's ["AccountAccessLevel"]"#]],
    );
    org.refused(
        &line,
        share(json!({ "UserOrGroupId": org.id("SELECT Id FROM UserRole WHERE Name = 'CEO'") })),
        expect![[r#"400 MALFORMED_ID: User/Group ID: id value of incorrect type: 00EdnH000000001EBA ["UserOrGroupId"]"#]],
    );
    org.refused(
        &line,
        share(json!({ "UserOrGroupId": org.id("SELECT Id FROM User WHERE Alias = 'iinact'") })),
        expect![[r#"400 INACTIVE_OWNER_OR_USER: operation performed with inactive user [005dnH000000003ABA] ["UserOrGroupId"]"#]],
    );
    org.refused(&line, share(json!({ "RowCause": "Owner", "UserOrGroupId": org.id("SELECT Id FROM User WHERE Alias = 'aadmin'") })), expect![[r#"400 INSUFFICIENT_ACCESS_OR_READONLY: Shares of the cause Owner can't be written ["RowCause"]"#]]);
    let owners = org.id("SELECT Id FROM AccountShare WHERE RowCause = 'Owner'");
    org.refused(
        &format!("DELETE {S}/sobjects/AccountShare/{owners}"),
        json!(""),
        expect![[r#"400 INSUFFICIENT_ACCESS_OR_READONLY: Shares of the cause Owner can't be written ["RowCause"]"#]],
    );
    org.refused(
        &format!("PATCH {S}/sobjects/AccountShare/{owners}"),
        json!({ "AccountAccessLevel": "Read" }),
        expect![[r#"400 INSUFFICIENT_ACCESS_OR_READONLY: Shares of the cause Owner can't be written ["RowCause"]"#]],
    );
    settings(&org, json!({ "practice.internalAccess.Account": "Read" }));
    org.refused(
        &line,
        share(json!({ "AccountAccessLevel": "Read" })),
        expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: field integrity exception: AccountAccessLevel (trivial share level Read, for organization with default level Read) ["AccountAccessLevel"]"#]],
    );
}

#[test]
fn shares_are_taken_back_and_go_with_their_record() {
    let org = org();
    let account = account(&org, "Acme");
    let admin = org.id("SELECT Id FROM User WHERE Alias = 'aadmin'");
    let share = |level: &str| json!({ "AccountId": account, "UserOrGroupId": admin, "AccountAccessLevel": level, "OpportunityAccessLevel": "None" });
    let first = org.create("AccountShare", share("Read"));
    assert_eq!(
        org.send(&format!("DELETE {S}/sobjects/AccountShare/{first}"), "")
            .0,
        204
    );
    org.create("AccountShare", share("Edit"));
    org.create("Opportunity", json!({ "Name": "x", "AccountId": account, "StageName": "Prospecting", "CloseDate": "2026-12-31" }));
    assert_eq!(org.records("SELECT Id FROM AccountShare").len(), 2);
    assert_eq!(
        org.send(&format!("DELETE {S}/sobjects/Account/{account}"), "")
            .0,
        204
    );
    assert_eq!(org.records("SELECT Id FROM AccountShare").len(), 0);
    assert_eq!(org.records("SELECT Id FROM OpportunityShare").len(), 0);
}

#[test]
fn cases_are_numbered_and_keep_their_account() {
    let org = org();
    let account = account(&org, "Acme");
    let contact = org.create(
        "Contact",
        json!({ "LastName": "Doe", "AccountId": account }),
    );
    org.create("Case", json!({ "Subject": "one", "ContactId": contact }));
    org.create("Case", json!({ "Subject": "two" }));
    org.query(
        "SELECT CaseNumber, Account.Name, Status, Owner.Alias FROM Case",
        expect![[r#"
            {"Account":{"Name":"Acme"},"CaseNumber":"00001001","Owner":{"Alias":"aadmin"},"Status":"New"}
            {"Account":null,"CaseNumber":"00001002","Owner":{"Alias":"aadmin"},"Status":"New"}
        "#]],
    );
    org.refused(
        &format!("DELETE {S}/sobjects/Account/{account}"),
        json!(""),
        expect!["400 DELETE_FAILED: Your attempt to delete Acme could not be completed because it is associated with the following cases.: 00001001 []"],
    );
}

#[test]
fn what_a_partner_owns_names_the_partners_account() {
    let org = org();
    let account = account(&org, "Acme");
    let partner = enabled(&org, &account, "Partner Community User", "one");
    org.create(
        "Lead",
        json!({ "LastName": "Doe", "Company": "x", "OwnerId": partner }),
    );
    org.create("Lead", json!({ "LastName": "Own", "Company": "x" }));
    org.query(
        "SELECT LastName, PartnerAccount.Name FROM Lead",
        expect![[r#"
        {"LastName":"Doe","PartnerAccount":{"Name":"Acme"}}
        {"LastName":"Own","PartnerAccount":null}
    "#]],
    );
    let lead = org.id("SELECT Id FROM Lead WHERE LastName = 'Own'");
    org.refused(
        &format!("PATCH {S}/sobjects/Lead/{lead}"),
        json!({ "PartnerAccountId": account }),
        expect![[r#"400 INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: PartnerAccountId. Please check the security settings of this field and verify that it is read/write for your profile or permission set. ["PartnerAccountId"]"#]],
    );
}

#[test]
fn users_without_roles_get_no_share() {
    let org = org();
    let account = account(&org, "Acme");
    let customer = enabled(&org, &account, "Customer Community User", "one");
    org.refused(
        &format!("POST {S}/sobjects/AccountShare"),
        json!({ "AccountId": account, "UserOrGroupId": customer, "AccountAccessLevel": "Read", "OpportunityAccessLevel": "None", "CaseAccessLevel": "None" }),
        expect![[r#"400 FIELD_INTEGRITY_EXCEPTION: High-volume users can't be given a share; use a sharing set ["UserOrGroupId"]"#]],
    );
}
