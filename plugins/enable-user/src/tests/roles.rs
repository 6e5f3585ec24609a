//! The roles that are announced, for every row of the table of licenses and settings.

use expect_test::expect;
use serde_json::json;

use crate::tests::{JANE, JOHN, check, check_only, minimising, org, plus, with};

const ROLES: &[&str] = &[
    "> role",
    "> place",
    "> moved",
    "! info levels",
    "! info owner",
];

/// The account of Jane and John has two roles, and an active user in the lowest.
const GROWN: &str = r#"
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

/// Another account has two roles.
const ELSEWHERE: &str = r#"
[[records.UserRole]]
Id = "00ED00000000021MAA"
Name = "Old Customer User"
PortalType = "CustomerPortal"
PortalRole = "Worker"
PortalAccountId = "001D00000000008IAA"

[[records.UserRole]]
Id = "00ED00000000022MAA"
Name = "Newer Customer Manager"
PortalType = "CustomerPortal"
PortalRole = "Manager"
PortalAccountId = "001D00000000009IAA"

[[records.UserRole]]
Id = "00ED00000000023MAA"
Name = "Newer Customer User"
PortalType = "CustomerPortal"
PortalRole = "Worker"
PortalAccountId = "001D00000000009IAA"
"#;

/// Jane is a user in the shared role of Ada's accounts.
const SHARING: &str = r#"
[[records.UserRole]]
Id = "00ED00000000031MAA"
Name = "ada Customer Person Account"
PortalType = "CustomerPortal"
PortalRole = "PersonAccount"
PortalAccountOwnerId = "005D00000000001IAA"

[[records.User]]
Id = "005D00000000031IAA"
Username = "jane@portal.example"
CommunityNickname = "jane"
ContactId = "003D00000000001IAA"
AccountId = "001D00000000001IAA"
ProfileId = "00eD00000000001IAA"
UserType = "PowerCustomerSuccess"
UserRoleId = "00ED00000000031MAA"
IsActive = true
"#;

#[test]
fn as_many_roles_as_given() {
    check_only(
        ROLES,
        &org(""),
        with(plus(JANE), json!({ "role_levels": 1 })),
        expect![[r#"
            > role/User: Salesforce makes the role `Acme & Söhne Customer User` below the role of ada@example.com
                appears UserRole {Name: "Acme & Söhne Customer User", PortalType: "CustomerPortal", PortalRole: "Worker", PortalAccountId: "001D00000000001IAA", ParentRoleId: "00ED00000000001MAA"}, found by PortalType = "CustomerPortal", PortalAccountId = "001D00000000001IAA", PortalRole = "Worker" | "User"
                likely, because of @user
                remains: the role stays
            > place: The user gets the role `Acme & Söhne Customer User`
                alters User @user.id {UserRoleId: @role/User.id}
                certain, because of @user
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 1, as {with.role_levels} says; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
        "#]],
    );
    check_only(
        ROLES,
        &org(""),
        with(plus(JANE), json!({ "role_levels": 2 })),
        expect![[r#"
            > role/Manager: Salesforce makes the role `Acme & Söhne Customer Manager` below the role of ada@example.com
                appears UserRole {Name: "Acme & Söhne Customer Manager", PortalType: "CustomerPortal", PortalRole: "Manager", PortalAccountId: "001D00000000001IAA", ParentRoleId: "00ED00000000001MAA"}, found by PortalType = "CustomerPortal", PortalAccountId = "001D00000000001IAA", PortalRole = "Manager"
                likely, because of @user
                remains: the role stays
            > role/User: Salesforce makes the role `Acme & Söhne Customer User` below `Acme & Söhne Customer Manager`
                appears UserRole {Name: "Acme & Söhne Customer User", PortalType: "CustomerPortal", PortalRole: "Worker", PortalAccountId: "001D00000000001IAA", ParentRoleId: @role/Manager.id}, found by PortalType = "CustomerPortal", PortalAccountId = "001D00000000001IAA", PortalRole = "Worker" | "User"
                likely, because of @user
                remains: the role stays
            > place: The user gets the role `Acme & Söhne Customer User`
                alters User @user.id {UserRoleId: @role/User.id}
                certain, because of @user
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 2, as {with.role_levels} says; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
        "#]],
    );
}

/// The roles that were made last: two of one account, and one of an account before it.
const NEWEST: &str = r#"
[queries]
"SELECT PortalAccountId, PortalRole FROM UserRole WHERE PortalType = :type AND PortalAccountId != null ORDER BY Id DESC LIMIT 600" = [
  { PortalAccountId = "001D00000000009IAA", PortalRole = "Worker" },
  { PortalAccountId = "001D00000000009IAA", PortalRole = "Manager" },
  { PortalAccountId = "001D00000000008IAA", PortalRole = "Executive" },
]
"#;

#[test]
fn as_many_roles_as_the_newest_account_has() {
    check_only(
        ROLES,
        &org(&format!("{ELSEWHERE}\n{NEWEST}")),
        with(plus(JANE), json!({ "role_levels": 0 })),
        expect![[r#"
            > role/Manager: Salesforce makes the role `Acme & Söhne Customer Manager` below the role of ada@example.com
                appears UserRole {Name: "Acme & Söhne Customer Manager", PortalType: "CustomerPortal", PortalRole: "Manager", PortalAccountId: "001D00000000001IAA", ParentRoleId: "00ED00000000001MAA"}, found by PortalType = "CustomerPortal", PortalAccountId = "001D00000000001IAA", PortalRole = "Manager"
                likely, because of @user
                remains: the role stays
            > role/User: Salesforce makes the role `Acme & Söhne Customer User` below `Acme & Söhne Customer Manager`
                appears UserRole {Name: "Acme & Söhne Customer User", PortalType: "CustomerPortal", PortalRole: "Worker", PortalAccountId: "001D00000000001IAA", ParentRoleId: @role/Manager.id}, found by PortalType = "CustomerPortal", PortalAccountId = "001D00000000001IAA", PortalRole = "Worker" | "User"
                likely, because of @user
                remains: the role stays
            > place: The user gets the role `Acme & Söhne Customer User`
                alters User @user.id {UserRoleId: @role/User.id}
                certain, because of @user
            ! info levels-inferred: Assuming that *Number of customer roles* is 2, because the account whose roles were created last has as many; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
        "#]],
    );
}

#[test]
fn how_many_roles_is_not_known() {
    check_only(
        ROLES,
        &org(""),
        plus(JANE),
        expect![[r#"
            > role/Executive: Salesforce may make the role `Acme & Söhne Customer Executive` below the role of ada@example.com
                appears UserRole {Name: "Acme & Söhne Customer Executive", PortalType: "CustomerPortal", PortalRole: "Executive", PortalAccountId: "001D00000000001IAA", ParentRoleId: "00ED00000000001MAA"}, found by PortalType = "CustomerPortal", PortalAccountId = "001D00000000001IAA", PortalRole = "Executive"
                possible, because of @user
                remains: the role stays
            > role/Manager: Salesforce may make the role `Acme & Söhne Customer Manager`
                appears UserRole {Name: "Acme & Söhne Customer Manager", PortalType: "CustomerPortal", PortalRole: "Manager", PortalAccountId: "001D00000000001IAA"}, found by PortalType = "CustomerPortal", PortalAccountId = "001D00000000001IAA", PortalRole = "Manager"
                possible, because of @user
                remains: the role stays
            > role/User: Salesforce makes the role `Acme & Söhne Customer User`
                appears UserRole {Name: "Acme & Söhne Customer User", PortalType: "CustomerPortal", PortalRole: "Worker", PortalAccountId: "001D00000000001IAA"}, found by PortalType = "CustomerPortal", PortalAccountId = "001D00000000001IAA", PortalRole = "Worker" | "User"
                likely, because of @user
                remains: the role stays
            > place: The user gets the role `Acme & Söhne Customer User`
                alters User @user.id {UserRoleId: @role/User.id}
                certain, because of @user
            ! info levels-not-known: No API shows the setting *Number of customer roles*, and no account shows it either; the upper roles may come or not
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
        "#]],
    );
}

#[test]
fn partners_have_roles_of_their_own() {
    let input = json!({ "contact": JANE, "license": "Partner Community", "profile": "Partner", "role_levels": 3 });
    check_only(
        ROLES,
        &org(GROWN),
        input,
        expect![[r#"
            > role/Executive: Salesforce makes the role `Acme & Söhne Partner Executive` below the role of ada@example.com
                appears UserRole {Name: "Acme & Söhne Partner Executive", PortalType: "Partner", PortalRole: "Executive", PortalAccountId: "001D00000000001IAA", ParentRoleId: "00ED00000000001MAA"}, found by PortalType = "Partner", PortalAccountId = "001D00000000001IAA", PortalRole = "Executive"
                likely, because of @user
                remains: the role stays
            > role/Manager: Salesforce makes the role `Acme & Söhne Partner Manager` below `Acme & Söhne Partner Executive`
                appears UserRole {Name: "Acme & Söhne Partner Manager", PortalType: "Partner", PortalRole: "Manager", PortalAccountId: "001D00000000001IAA", ParentRoleId: @role/Executive.id}, found by PortalType = "Partner", PortalAccountId = "001D00000000001IAA", PortalRole = "Manager"
                likely, because of @user
                remains: the role stays
            > role/User: Salesforce makes the role `Acme & Söhne Partner User` below `Acme & Söhne Partner Manager`
                appears UserRole {Name: "Acme & Söhne Partner User", PortalType: "Partner", PortalRole: "Worker", PortalAccountId: "001D00000000001IAA", ParentRoleId: @role/Manager.id}, found by PortalType = "Partner", PortalAccountId = "001D00000000001IAA", PortalRole = "Worker" | "User"
                likely, because of @user
                remains: the role stays
            > place: The user gets the role `Acme & Söhne Partner User`
                alters User @user.id {UserRoleId: @role/User.id}
                certain, because of @user
            ! info levels-given at /role_levels: Assuming that *Number of partner roles* is 3, as {with.role_levels} says; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
        "#]],
    );
}

#[test]
fn an_account_that_has_roles_gets_no_more() {
    check_only(
        ROLES,
        &org(GROWN),
        plus(JANE),
        expect![[r#"
        > place: The user gets the role `Acme & Söhne Customer User`, which is there
            alters User @user.id {UserRoleId: "00ED00000000011MAA"}
            certain, because of @user
    "#]],
    );
    check_only(
        ROLES,
        &minimising(GROWN),
        plus(JANE),
        expect![[r#"
        > place: The user gets the role `Acme & Söhne Customer User`, which is there
            alters User @user.id {UserRoleId: "00ED00000000011MAA"}
            likely, because of @user
    "#]],
    );
}

#[test]
fn a_level_that_is_there_can_be_chosen() {
    check(
        &org(GROWN),
        with(plus(JANE), json!({ "portal_role": "Manager" })),
        expect![[r#"
            + user: Make Jane Doe of the account `Acme & Söhne` a user with the profile `Plus`
                create User {Username: "jane.doe@example.com.fuypdp", LastName: "Doe", FirstName: "Jane", Email: "Jane.Doe@example.com", Alias: "jdoe", CommunityNickname: "jane.doe.fuypdp", TimeZoneSidKey: "America/New_York", LocaleSidKey: "en_GB", LanguageLocaleKey: "en_US", EmailEncodingKey: "UTF-8", ProfileId: "00eD00000000001IAA", ContactId: "003D00000000001IAA", IsActive: true, PortalRole: "Manager"}
                key: ContactId = "003D00000000001IAA", enforced
                undo:
                update User @user.id {IsActive: false}
                stays: the user stays, inactive
            > seat: One seat of the license `Customer Community Plus` is taken
                takes 1 of UserLicense "100D00000000001IAA" (UsedLicenses of TotalLicenses)
                certain, because of @user
            > derived: The user belongs to the account `Acme & Söhne`
                alters User @user.id {AccountId: "001D00000000001IAA", UserType: "PowerCustomerSuccess", IsPortalEnabled: true}
                certain, because of @user
            > place: The user gets the role `Acme & Söhne Customer Manager`, which is there
                alters User @user.id {UserRoleId: "00ED00000000012MAA"}
                certain, because of @user
            > member/Help: The user becomes a member of the site `Help`
                appears NetworkMember {NetworkId: "0DBD00000000001OAA", MemberId: @user.id}, found by NetworkId = "0DBD00000000001OAA", MemberId = @user.id
                likely, because of @user
                within 60000 ms
            ! info mail-at-activation at /profile: Jane.Doe@example.com gets the welcome mail of the site `Help` when that is activated
                rule: Experience Cloud, why members get no welcome email
            = {"user_id":{"$bound":["user","id"]},"username":"jane.doe@example.com.fuypdp"}
        "#]],
    );
    check_only(
        ROLES,
        &org(GROWN),
        with(plus(JANE), json!({ "portal_role": "User" })),
        expect![[r#"
            > place: The user gets the role `Acme & Söhne Customer User`, which is there
                alters User @user.id {UserRoleId: "00ED00000000011MAA"}
                certain, because of @user
        "#]],
    );
    let planned = GROWN.replace(
        r#""00ED00000000012MAA""#,
        r#"{ "$ref" = "first:role/Manager.id", "$object" = "UserRole" }"#,
    );
    check(
        &org(&planned),
        with(plus(JOHN), json!({ "portal_role": "Manager" })),
        expect![[r#"
            + user: Make John Doe of the account `Acme & Söhne` a user with the profile `Plus`
                create User {Username: "john@example.com.oqiyrx", LastName: "Doe", FirstName: "John", Email: "john@example.com", Alias: "jdoe", CommunityNickname: "john.doe.oqiyrx", TimeZoneSidKey: "America/New_York", LocaleSidKey: "en_GB", LanguageLocaleKey: "en_US", EmailEncodingKey: "UTF-8", ProfileId: "00eD00000000001IAA", ContactId: "003D00000000002IAA", IsActive: true, PortalRole: "Manager"}
                key: ContactId = "003D00000000002IAA", enforced
                after ⟨first:role/Manager.id⟩
                undo:
                update User @user.id {IsActive: false}
                stays: the user stays, inactive
            > seat: One seat of the license `Customer Community Plus` is taken
                takes 1 of UserLicense "100D00000000001IAA" (UsedLicenses of TotalLicenses)
                certain, because of @user
            > derived: The user belongs to the account `Acme & Söhne`
                alters User @user.id {AccountId: "001D00000000001IAA", UserType: "PowerCustomerSuccess", IsPortalEnabled: true}
                certain, because of @user
            > place: The user gets the role `Acme & Söhne Customer Manager`, which is there
                alters User @user.id {UserRoleId: ⟨first:role/Manager.id⟩}
                certain, because of @user
            > member/Help: The user becomes a member of the site `Help`
                appears NetworkMember {NetworkId: "0DBD00000000001OAA", MemberId: @user.id}, found by NetworkId = "0DBD00000000001OAA", MemberId = @user.id
                likely, because of @user
                within 60000 ms
            ! info mail-at-activation at /profile: john@example.com gets the welcome mail of the site `Help` when that is activated
                rule: Experience Cloud, why members get no welcome email
            = {"user_id":{"$bound":["user","id"]},"username":"john@example.com.oqiyrx"}
        "#]],
    );
}

#[test]
fn a_level_that_is_not_there_is_refused() {
    check(
        &org(GROWN),
        with(plus(JANE), json!({ "portal_role": "Executive" })),
        expect![[r#"
            invalid
            ! error no-such-level at /portal_role: The account `Acme & Söhne` has roles of the levels `User` and `Manager` and none of the level `Executive`
                remedy: Set {with.portal_role} to one of these levels, or leave it empty. An account gets its roles once: a later change of the setting leaves them as they are, and the others close up when one is deleted
                rule: docs/salesforce/roles.md#deleting-portal-roles
        "#]],
    );
    check(
        &org(""),
        with(plus(JANE), json!({ "portal_role": "Manager" })),
        expect![[r#"
            invalid
            ! error no-such-level at /portal_role: The account `Acme & Söhne` gets its roles with this user, who cannot begin at the level `Manager`
                remedy: Leave {with.portal_role} empty; a level can be set once the account has it
                rule: Salesforce Help, Turning an existing business account into a partner account
        "#]],
    );
    let basic = json!({ "contact": JANE, "license": "Customer Community", "profile": "Basic", "portal_role": "User" });
    check(
        &org(""),
        basic,
        expect![[r#"
            invalid
            ! error no-roles at /portal_role: Users of the license `Customer Community` have no role
                remedy: Leave {with.portal_role} empty, or set {with.profile} to one of another license
        "#]],
    );
    let person = with(
        plus("003D00000000004IAA"),
        json!({ "portal_role": "Manager" }),
    );
    check(
        &org(""),
        person,
        expect![[r#"
            invalid
            ! error no-such-level at /portal_role: The account `Petra Person` is a person account, whose users share one role without the level `Manager`
                remedy: Leave {with.portal_role} empty; a level can be set once the account has it
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
        "#]],
    );
}

#[test]
fn minimised_the_first_user_shares() {
    check_only(
        ROLES,
        &minimising(""),
        plus(JANE),
        expect![[r#"
            > role/shared: Salesforce makes the role `ada Customer Person Account`, which users of accounts of ada@example.com share
                appears UserRole {Name: "ada Customer Person Account", PortalType: "CustomerPortal", PortalRole: "PersonAccount", PortalAccountOwnerId: "005D00000000001IAA"}, found by PortalType = "CustomerPortal", PortalRole = "PersonAccount", PortalAccountOwnerId = "005D00000000001IAA"
                likely, because of @user
                remains: the role stays
            > place: The user gets the role `ada Customer Person Account`
                alters User @user.id {UserRoleId: @role/shared.id}
                certain, because of @user
        "#]],
    );
    let input = json!({ "contact": JANE, "license": "Partner Community", "profile": "Partner" });
    check_only(
        ROLES,
        &minimising(""),
        input,
        expect![[r#"
        > role/shared: Salesforce makes the role `ada Partner Person Account`, which users of accounts of ada@example.com share
            appears UserRole {Name: "ada Partner Person Account", PortalType: "Partner", PortalRole: "PersonAccount", PortalAccountOwnerId: "005D00000000001IAA"}, found by PortalType = "Partner", PortalRole = "PersonAccount", PortalAccountOwnerId = "005D00000000001IAA"
            likely, because of @user
            remains: the role stays
        > place: The user gets the role `ada Partner Person Account`
            alters User @user.id {UserRoleId: @role/shared.id}
            likely, because of @user
    "#]],
    );
}

#[test]
fn minimised_the_shared_role_is_made_once() {
    let left = SHARING.replace("IsActive = true", "IsActive = false");
    check_only(
        ROLES,
        &minimising(&left),
        plus(JOHN),
        expect![[r#"
        > place: The user gets the role `ada Customer Person Account`, which is there
            alters User @user.id {UserRoleId: "00ED00000000031MAA"}
            certain, because of @user
    "#]],
    );
}

#[test]
fn minimised_the_second_user_brings_the_roles() {
    check_only(
        ROLES,
        &minimising(SHARING),
        with(plus(JOHN), json!({ "role_levels": 2 })),
        expect![[r#"
            > role/Manager: Salesforce makes the role `Acme & Söhne Customer Manager` below the role of ada@example.com
                appears UserRole {Name: "Acme & Söhne Customer Manager", PortalType: "CustomerPortal", PortalRole: "Manager", PortalAccountId: "001D00000000001IAA", ParentRoleId: "00ED00000000001MAA"}, found by PortalType = "CustomerPortal", PortalAccountId = "001D00000000001IAA", PortalRole = "Manager"
                likely, because of @user
                remains: the role stays
            > role/User: Salesforce makes the role `Acme & Söhne Customer User` below `Acme & Söhne Customer Manager`
                appears UserRole {Name: "Acme & Söhne Customer User", PortalType: "CustomerPortal", PortalRole: "Worker", PortalAccountId: "001D00000000001IAA", ParentRoleId: @role/Manager.id}, found by PortalType = "CustomerPortal", PortalAccountId = "001D00000000001IAA", PortalRole = "Worker" | "User"
                likely, because of @user
                remains: the role stays
            > moved/jane@portal.example: jane@portal.example moves from the shared role to `Acme & Söhne Customer User`
                alters User "005D00000000031IAA" {UserRoleId: @role/User.id}
                certain, because of @user
            > place: The user gets the role `Acme & Söhne Customer User`
                alters User @user.id {UserRoleId: @role/User.id}
                certain, because of @user
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 2, as {with.role_levels} says; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
        "#]],
    );
}

#[test]
fn a_second_user_is_planned_as_the_second() {
    let planned = SHARING
        .replace(
            r#""005D00000000031IAA""#,
            r#"{ "$ref" = "first:user.id", "$object" = "User" }"#,
        )
        .replace(
            r#""00ED00000000031MAA""#,
            r#"{ "$ref" = "first:role/shared.id", "$object" = "UserRole" }"#,
        );
    check_only(
        ROLES,
        &minimising(&planned),
        with(plus(JOHN), json!({ "role_levels": 1 })),
        expect![[r#"
            > role/User: Salesforce makes the role `Acme & Söhne Customer User` below the role of ada@example.com
                appears UserRole {Name: "Acme & Söhne Customer User", PortalType: "CustomerPortal", PortalRole: "Worker", PortalAccountId: "001D00000000001IAA", ParentRoleId: "00ED00000000001MAA"}, found by PortalType = "CustomerPortal", PortalAccountId = "001D00000000001IAA", PortalRole = "Worker" | "User"
                likely, because of @user
                remains: the role stays
            > moved/jane@portal.example: jane@portal.example moves from the shared role to `Acme & Söhne Customer User`
                alters User ⟨first:user.id⟩ {UserRoleId: @role/User.id}
                certain, because of @user
            > place: The user gets the role `Acme & Söhne Customer User`
                alters User @user.id {UserRoleId: @role/User.id}
                certain, because of @user
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 1, as {with.role_levels} says; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
        "#]],
    );
}

#[test]
fn person_accounts_share() {
    check_only(
        ROLES,
        &org(""),
        plus("003D00000000004IAA"),
        expect![[r#"
            > role/shared: Salesforce makes the role `ada Customer Person Account`, which users of accounts of ada@example.com share
                appears UserRole {Name: "ada Customer Person Account", PortalType: "CustomerPortal", PortalRole: "PersonAccount", PortalAccountOwnerId: "005D00000000001IAA"}, found by PortalType = "CustomerPortal", PortalRole = "PersonAccount", PortalAccountOwnerId = "005D00000000001IAA"
                likely, because of @user
                remains: the role stays
            > place: The user gets the role `ada Customer Person Account`
                alters User @user.id {UserRoleId: @role/shared.id}
                certain, because of @user
        "#]],
    );
    check_only(
        ROLES,
        &org(SHARING),
        plus("003D00000000004IAA"),
        expect![[r#"
        > place: The user gets the role `ada Customer Person Account`, which is there
            alters User @user.id {UserRoleId: "00ED00000000031MAA"}
            certain, because of @user
    "#]],
    );
}

#[test]
fn users_without_roles_have_none() {
    let input = json!({ "contact": JANE, "license": "Customer Community", "profile": "Basic" });
    check_only(
        ROLES,
        &minimising(GROWN),
        input,
        expect![[r#"
        > place: The user gets no role; users of this license have none
            alters User @user.id {UserRoleId: null}
            certain, because of @user
    "#]],
    );
    let ownerless = json!({ "contact": "003D00000000003IAA", "license": "Customer Community", "profile": "Basic" });
    check_only(
        ROLES,
        &org(""),
        ownerless,
        expect![[r#"
        > place: The user gets no role; users of this license have none
            alters User @user.id {UserRoleId: null}
            certain, because of @user
        ! info owner-without-role at /contact: bob@example.com, owner of the account `Bolt`, has no role; users of this license do without, others of the account will not
            rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin
    "#]],
    );
}

#[test]
fn long_names_are_announced_whole() {
    let name = "A long name ".repeat(7);
    let long = org("").replace("Acme & Söhne", name.trim());
    check_only(
        ROLES,
        &long,
        with(plus(JANE), json!({ "role_levels": 1 })),
        expect![[r#"
            > role/User: Salesforce makes the role `A long name A long name A long name A long name A long name A long name A long name Customer User` below the role of ada@example.com
                appears UserRole {Name: "A long name A long name A long name A long name A long name A long name A long name Customer User", PortalType: "CustomerPortal", PortalRole: "Worker", PortalAccountId: "001D00000000001IAA", ParentRoleId: "00ED00000000001MAA"}, found by PortalType = "CustomerPortal", PortalAccountId = "001D00000000001IAA", PortalRole = "Worker" | "User"
                likely, because of @user
                remains: the role stays
            > place: The user gets the role `A long name A long name A long name A long name A long name A long name A long name Customer User`
                alters User @user.id {UserRoleId: @role/User.id}
                certain, because of @user
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 1, as {with.role_levels} says; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
        "#]],
    );
}
