//! Contacts that are users already.

use expect_test::expect;
use serde_json::json;

use crate::tests::{JANE, check, minimising, org, plus, with};

/// Jane is a user in the lowest of two roles.
pub(super) const USER: &str = r#"
[[records.User]]
Id = "005D00000000031IAA"
Username = "jane@portal.example"
CommunityNickname = "jane"
Alias = "jane"
ContactId = "003D00000000001IAA"
AccountId = "001D00000000001IAA"
ProfileId = "00eD00000000001IAA"
UserType = "PowerCustomerSuccess"
UserRoleId = "00ED00000000011MAA"
UserPermissionsSFContentUser = false
IsActive = true

[[records.UserRole]]
Id = "00ED00000000011MAA"
Name = "Acme & Söhne Customer User"
PortalType = "CustomerPortal"
PortalRole = "Worker"
PortalAccountId = "001D00000000001IAA"

[[records.UserRole]]
Id = "00ED00000000012MAA"
Name = "Acme & Söhne Customer Manager"
PortalType = "CustomerPortal"
PortalRole = "Manager"
PortalAccountId = "001D00000000001IAA"
"#;

fn inactive(state: &str) -> String {
    state.replace("IsActive = true", "IsActive = false")
}

#[test]
fn a_user_who_is_there_stays() {
    check(
        &org(USER),
        plus(JANE),
        expect![[r#"
        = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
    "#]],
    );
    check(
        &org(USER),
        with(
            plus(JANE),
            json!({ "portal_role": "User", "alias": "JANE" }),
        ),
        expect![[r#"
        = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
    "#]],
    );
    check(
        &org(USER),
        with(
            plus(JANE),
            json!({ "username": "jane@elsewhere.example", "nickname": "jj" }),
        ),
        expect![[r#"
        ! warning kept at /username: jane@portal.example is there already and keeps `jane@portal.example`
        ! warning kept at /nickname: jane@portal.example is there already and keeps `jane`
        = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
    "#]],
    );
}

#[test]
fn what_is_missing_is_added() {
    check(
        &org(USER),
        with(
            plus(JANE),
            json!({ "profile": "Plus Copy", "crm_content": true }),
        ),
        expect![[r#"
            ~ user: Make jane@portal.example a Salesforce CRM Content User
                update User "005D00000000031IAA" {UserPermissionsSFContentUser: true}
                undo: restore
            ! info profile-kept at /profile: jane@portal.example is there already and keeps the profile `Plus` (Customer Community Plus)
                remedy: Set {with.change_profile} to true to give the user the profile `Plus Copy` (Customer Community Plus) instead
            = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
        "#]],
    );
    check(
        &org(USER),
        with(plus(JANE), json!({ "portal_role": "Manager" })),
        expect![[r#"
        ~ user: Give jane@portal.example the role level Manager
            update User "005D00000000031IAA" {PortalRole: "Manager"}
            undo: restore
        > place: The user gets the role `Acme & Söhne Customer Manager`, which is there
            alters User "005D00000000031IAA" {UserRoleId: "00ED00000000012MAA"}
            certain, because of @user
        = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
    "#]],
    );
    check(
        &org(USER),
        with(
            plus(JANE),
            json!({ "license": "Full", "profile": "Full", "change_profile": true }),
        ),
        expect![[r#"
            unmet
            ! error no-seat at /profile: 1 of 1 seats of the license `Full` are taken
                remedy: Deactivate a user of this license, or buy more
                rule: Object Reference, UserLicense
        "#]],
    );
}

#[test]
fn an_inactive_user_comes_back() {
    check(
        &org(&inactive(USER)),
        plus(JANE),
        expect![[r#"
        ~ user: Activate jane@portal.example again
            update User "005D00000000031IAA" {IsActive: true}
            undo: restore
        > seat: One seat of the license `Customer Community Plus` is taken
            takes 1 of UserLicense "100D00000000001IAA" (UsedLicenses of TotalLicenses)
            certain, because of @user
        = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
    "#]],
    );
    check(
        &org(&inactive(USER)),
        with(plus(JANE), json!({ "portal_role": "Manager" })),
        expect![[r#"
        ~ user: Activate jane@portal.example again and give jane@portal.example the role level Manager
            update User "005D00000000031IAA" {IsActive: true, PortalRole: "Manager"}
            undo: restore
        > seat: One seat of the license `Customer Community Plus` is taken
            takes 1 of UserLicense "100D00000000001IAA" (UsedLicenses of TotalLicenses)
            certain, because of @user
        > place: The user gets the role `Acme & Söhne Customer Manager`, which is there
            alters User "005D00000000031IAA" {UserRoleId: "00ED00000000012MAA"}
            certain, because of @user
        = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
    "#]],
    );
}

#[test]
fn an_inactive_user_who_comes_back_brings_roles() {
    let alone = inactive(USER).replace("[[records.UserRole]]", "[[records.Gone]]");
    let alone = alone.replace("UserRoleId = \"00ED00000000011MAA\"\n", "");
    check(
        &org(&alone),
        with(plus(JANE), json!({ "role_levels": 1 })),
        expect![[r#"
            ~ user: Activate jane@portal.example again
                update User "005D00000000031IAA" {IsActive: true}
                undo: restore
            > seat: One seat of the license `Customer Community Plus` is taken
                takes 1 of UserLicense "100D00000000001IAA" (UsedLicenses of TotalLicenses)
                certain, because of @user
            > role/User: Salesforce makes the role `Acme & Söhne Customer User` below the role of ada@example.com
                appears UserRole {Name: "Acme & Söhne Customer User", PortalType: "CustomerPortal", PortalRole: "Worker", PortalAccountId: "001D00000000001IAA", ParentRoleId: "00ED00000000001MAA"}, found by PortalType = "CustomerPortal", PortalAccountId = "001D00000000001IAA", PortalRole = "Worker" | "User"
                likely, because of @user
                remains: the role stays
            > place: The user gets the role `Acme & Söhne Customer User`
                alters User "005D00000000031IAA" {UserRoleId: @role/User.id}
                certain, because of @user
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 1, as {with.role_levels} says; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
            = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
        "#]],
    );
    let second = format!(
        r#"{alone}
        [[records.User]]
        Id = "005D00000000032IAA"
        Username = "john@portal.example"
        ContactId = "003D00000000002IAA"
        AccountId = "001D00000000001IAA"
        UserType = "PowerCustomerSuccess"
        IsActive = true
    "#
    );
    check(
        &minimising(&second),
        with(plus(JANE), json!({ "role_levels": 1 })),
        expect![[r#"
            ~ user: Activate jane@portal.example again
                update User "005D00000000031IAA" {IsActive: true}
                undo: restore
            > seat: One seat of the license `Customer Community Plus` is taken
                takes 1 of UserLicense "100D00000000001IAA" (UsedLicenses of TotalLicenses)
                certain, because of @user
            > role/User: Salesforce makes the role `Acme & Söhne Customer User` below the role of ada@example.com
                appears UserRole {Name: "Acme & Söhne Customer User", PortalType: "CustomerPortal", PortalRole: "Worker", PortalAccountId: "001D00000000001IAA", ParentRoleId: "00ED00000000001MAA"}, found by PortalType = "CustomerPortal", PortalAccountId = "001D00000000001IAA", PortalRole = "Worker" | "User"
                likely, because of @user
                remains: the role stays
            > moved/john@portal.example: john@portal.example moves from the shared role to `Acme & Söhne Customer User`
                alters User "005D00000000032IAA" {UserRoleId: @role/User.id}
                certain, because of @user
            > place: The user gets the role `Acme & Söhne Customer User`
                alters User "005D00000000031IAA" {UserRoleId: @role/User.id}
                certain, because of @user
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 1, as {with.role_levels} says; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
            = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
        "#]],
    );
}

#[test]
fn another_kind_of_license_is_refused() {
    let basic = json!({ "contact": JANE, "license": "Customer Community", "profile": "Basic" });
    check(
        &org(USER),
        basic,
        expect![[r#"
            unmet
            ! error other-license at /profile: jane@portal.example has the license `Customer Community Plus`, which Salesforce does not change to `Customer Community`
                remedy: Set {with.profile} to one of the license `Customer Community Plus`, or {with.contact} to one without a user
                rule: docs/salesforce/licenses.md#upgrades
        "#]],
    );
    let partner = json!({ "contact": JANE, "license": "Partner Community", "profile": "Partner" });
    check(
        &org(USER),
        partner,
        expect![[r#"
            unmet
            ! error other-license at /profile: jane@portal.example has the license `Customer Community Plus`, which Salesforce does not change to `Partner Community`
                remedy: Set {with.profile} to one of the license `Customer Community Plus`, or {with.contact} to one without a user
                rule: docs/salesforce/licenses.md#upgrades
        "#]],
    );
}

#[test]
fn what_stands_against_a_change() {
    let ownerless = inactive(USER).replace("001D00000000001IAA", "001D00000000002IAA");
    let ownerless = org(&ownerless).replacen(
        "Email = \"Jane.Doe@example.com\"\nAccountId = \"001D00000000001IAA\"",
        "Email = \"Jane.Doe@example.com\"\nAccountId = \"001D00000000002IAA\"",
        1,
    );
    check(
        &ownerless,
        plus(JANE),
        expect![[r#"
        unmet
        ! error owner-without-role at /contact: bob@example.com, owner of the account `Bolt`, has no role
            remedy: Give the owner a role first: step `assign-role`, or Setup > Users
            rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin
    "#]],
    );
    let forbidden = org(USER).replace(
        "enableOotbProfExtUserOpsEnable = true",
        "enableOotbProfExtUserOpsEnable = false",
    );
    check(
        &forbidden,
        plus(JANE),
        expect![[r#"
        = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
    "#]],
    );
    check(
        &forbidden,
        with(plus(JANE), json!({ "crm_content": true })),
        expect![[r#"
            unmet
            ! error standard-profile at /profile: `Plus` is a standard profile, and this org does not allow them for external users
                remedy: Set {with.profile} to a copy of the profile, or tick *Allow using standard external profiles for self-registration, user creation, and login* in Setup > Digital Experiences > Settings
                rule: Metadata API, CommunitiesSettings, enableOotbProfExtUserOpsEnable
        "#]],
    );
    check(
        &org(USER),
        with(plus(JANE), json!({ "portal_role": "Executive" })),
        expect![[r#"
            invalid
            ! error no-such-level at /portal_role: The account `Acme & Söhne` has roles of the levels `User` and `Manager` and none of the level `Executive`
                remedy: Set {with.portal_role} to one of these levels, or leave it empty. An account gets its roles once: a later change of the setting leaves them as they are, and the others close up when one is deleted
                rule: docs/salesforce/roles.md#deleting-portal-roles
        "#]],
    );
}

#[test]
fn a_level_goes_down_only_when_one_is_given_and_with_a_warning() {
    let manager = org(USER).replace(
        r#"UserRoleId = "00ED00000000011MAA""#,
        r#"UserRoleId = "00ED00000000012MAA""#,
    );
    let stays = expect![[r#"
        = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
    "#]];
    check(
        &manager,
        with(plus(JANE), json!({ "portal_role": "" })),
        stays,
    );
    let lowered = expect![[r#"
        ~ user: Give jane@portal.example the role level User
            update User "005D00000000031IAA" {PortalRole: "Worker"}
            undo: restore
        > place: The user gets the role `Acme & Söhne Customer User`, which is there
            alters User "005D00000000031IAA" {UserRoleId: "00ED00000000011MAA"}
            certain, because of @user
        ! warning role-level-lowered at /portal_role: jane@portal.example goes down from the role level Manager to User, and no longer sees the records that Manager opens
            remedy: Leave {with.portal_role} empty to keep the level of the user
            rule: docs/salesforce/sharing.md#role-hierarchy
        = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
    "#]];
    check(
        &manager,
        with(plus(JANE), json!({ "portal_role": "User" })),
        lowered,
    );
}
