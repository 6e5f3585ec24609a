//! The profile of a user who is there: kept unless the input says otherwise, and with it the license.

use expect_test::expect;
use serde_json::json;

use crate::tests::existing::USER;
use crate::tests::{JANE, check, org, plus, with};

/// Jane is a user of the license without roles, with a permission set of it.
const BASIC: &str = r#"
[[records.User]]
Id = "005D00000000031IAA"
Username = "jane@portal.example"
ContactId = "003D00000000001IAA"
AccountId = "001D00000000001IAA"
ProfileId = "00eD00000000002IAA"
UserType = "CspLitePortal"
IsActive = true

[[records.PermissionSet]]
Id = "0PSD00000000021OAA"
Label = "Portal Basics"
LicenseId = "100D00000000002IAA"
IsOwnedByProfile = false

[[records.PermissionSetAssignment]]
Id = "0PaD00000000021OAA"
AssigneeId = "005D00000000031IAA"
PermissionSetId = "0PSD00000000021OAA"
"#;

#[test]
fn a_profile_is_changed_when_said() {
    let copy = with(plus(JANE), json!({ "profile": "Plus Copy" }));
    check(
        &org(USER),
        copy.clone(),
        expect![[r#"
        ! info profile-kept at /profile: jane@portal.example is there already and keeps the profile `Plus` (Customer Community Plus)
            remedy: Set {with.change_profile} to true to give the user the profile `Plus Copy` (Customer Community Plus) instead
        = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
    "#]],
    );
    check(
        &org(USER),
        with(copy, json!({ "change_profile": true })),
        expect![[r#"
            ~ user: Give jane@portal.example the profile `Plus Copy` instead of `Plus`
                update User "005D00000000031IAA" {ProfileId: "00eD00000000008IAA"}
                undo: restore
            ! warning profile-changed at /profile: jane@portal.example loses the profile `Plus` and gets `Plus Copy`: pages, fields and sites of the user change
                rule: docs/salesforce/users.md#profile-and-license
            = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
        "#]],
    );
}

#[test]
fn another_license_is_never_kept_silently() {
    check(
        &org(BASIC),
        with(plus(JANE), json!({ "role_levels": 1 })),
        expect![[r#"
            unmet
            ! error other-license at /profile: jane@portal.example has the license `Customer Community`; the profile `Plus` brings the license `Customer Community Plus`
                remedy: Set {with.change_profile} to true to upgrade the license, or {with.profile} to one of the license `Customer Community`
                rule: docs/salesforce/licenses.md#upgrades
        "#]],
    );
}

#[test]
fn an_upgrade_brings_roles() {
    check(
        &org(BASIC),
        with(
            plus(JANE),
            json!({ "change_profile": true, "role_levels": 1 }),
        ),
        expect![[r#"
            ~ user: Give jane@portal.example the profile `Plus` instead of `Basic`
                update User "005D00000000031IAA" {ProfileId: "00eD00000000001IAA"}
                undo: impossible, Salesforce does not change the license `Customer Community Plus` back to `Customer Community`
            > seat: One seat of the license `Customer Community Plus` is taken
                takes 1 of UserLicense "100D00000000001IAA" (UsedLicenses of TotalLicenses)
                certain, because of @user
            > derived: The user has the license `Customer Community Plus`
                alters User "005D00000000031IAA" {UserType: "PowerCustomerSuccess"}
                certain, because of @user
            > role/User: Salesforce makes the role `Acme & Söhne Customer User` below the role of ada@example.com
                appears UserRole {Name: "Acme & Söhne Customer User", PortalType: "CustomerPortal", PortalRole: "Worker", PortalAccountId: "001D00000000001IAA", ParentRoleId: "00ED00000000001MAA"}, found by PortalType = "CustomerPortal", PortalAccountId = "001D00000000001IAA", PortalRole = "Worker" | "User"
                likely, because of @user
                remains: the role stays
            > place: The user gets the role `Acme & Söhne Customer User`
                alters User "005D00000000031IAA" {UserRoleId: @role/User.id}
                certain, because of @user
            ! warning profile-changed at /profile: jane@portal.example loses the profile `Basic` and gets `Plus`: pages, fields and sites of the user change, and the license changes from `Customer Community` to `Customer Community Plus`
                rule: docs/salesforce/users.md#profile-and-license
            ! warning assignments-of-the-license at /profile: jane@portal.example has permission sets of the license `Customer Community`, which may go or stand in the way: `Portal Basics`
                remedy: Assign sets of the new license afterwards; when Salesforce refuses the change, take these away first
                rule: docs/salesforce/licenses.md#upgrades
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 1, as {with.role_levels} says; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
            = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
        "#]],
    );
    check(
        &org(BASIC),
        json!({ "contact": JANE, "profile": "Partner", "change_profile": true, "role_levels": 1 }),
        expect![[r#"
            ~ user: Give jane@portal.example the profile `Partner` instead of `Basic`
                update User "005D00000000031IAA" {ProfileId: "00eD00000000003IAA"}
                undo: impossible, Salesforce does not change the license `Partner Community` back to `Customer Community`
            > seat: One seat of the license `Partner Community` is taken
                takes 1 of UserLicense "100D00000000003IAA" (UsedLicenses of TotalLicenses)
                certain, because of @user
            > derived: The user has the license `Partner Community`
                alters User "005D00000000031IAA" {UserType: "PowerPartner"}
                certain, because of @user
            > role/User: Salesforce makes the role `Acme & Söhne Partner User` below the role of ada@example.com
                appears UserRole {Name: "Acme & Söhne Partner User", PortalType: "Partner", PortalRole: "Worker", PortalAccountId: "001D00000000001IAA", ParentRoleId: "00ED00000000001MAA"}, found by PortalType = "Partner", PortalAccountId = "001D00000000001IAA", PortalRole = "Worker" | "User"
                likely, because of @user
                remains: the role stays
            > place: The user gets the role `Acme & Söhne Partner User`
                alters User "005D00000000031IAA" {UserRoleId: @role/User.id}
                certain, because of @user
            ! warning profile-changed at /profile: jane@portal.example loses the profile `Basic` and gets `Partner`: pages, fields and sites of the user change, and the license changes from `Customer Community` to `Partner Community`
                rule: docs/salesforce/users.md#profile-and-license
            ! warning assignments-of-the-license at /profile: jane@portal.example has permission sets of the license `Customer Community`, which may go or stand in the way: `Portal Basics`
                remedy: Assign sets of the new license afterwards; when Salesforce refuses the change, take these away first
                rule: docs/salesforce/licenses.md#upgrades
            ! info levels-given at /role_levels: Assuming that *Number of partner roles* is 1, as {with.role_levels} says; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
            = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
        "#]],
    );
}

#[test]
fn the_owner_of_an_upgraded_user_needs_a_role() {
    let ownerless = BASIC.replace("001D00000000001IAA", "001D00000000002IAA");
    let ownerless = org(&ownerless).replacen(
        "Email = \"Jane.Doe@example.com\"\nAccountId = \"001D00000000001IAA\"",
        "Email = \"Jane.Doe@example.com\"\nAccountId = \"001D00000000002IAA\"",
        1,
    );
    check(
        &ownerless,
        with(plus(JANE), json!({ "change_profile": true })),
        expect![[r#"
            unmet
            ! error owner-without-role at /contact: bob@example.com, owner of the account `Bolt`, has no role
                remedy: Give the owner a role first: step `assign-role`, or Setup > Users
                rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin
        "#]],
    );
}

#[test]
fn a_license_is_not_changed_downwards() {
    let down = json!({ "contact": JANE, "profile": "Basic", "change_profile": true });
    check(
        &org(USER),
        down,
        expect![[r#"
        unmet
        ! error other-license at /profile: jane@portal.example has the license `Customer Community Plus`, which Salesforce does not change to `Customer Community`
            remedy: Set {with.profile} to one of the license `Customer Community Plus`, or {with.contact} to one without a user
            rule: docs/salesforce/licenses.md#upgrades
    "#]],
    );
}
