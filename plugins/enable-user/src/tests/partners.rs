//! The statements of the partner document about partner users, sentence by sentence.

use expect_test::expect;
use serde_json::{Value as Json, json};

use crate::tests::{JANE, JOHN, check, check_only, org, with};

/// A copy of the partner profile whose users work through APIs only.
const API_ONLY: &str = r#"
[[records.Profile]]
Id = "00eD00000000009IAA"
Name = "Partner Api"
UserType = "PowerPartner"
PermissionsApiUserOnly = true
UserLicenseId = "100D00000000003IAA"
"#;

/// An earlier step makes Jane the first partner user of the account, which brings three roles.
const FIRST: &str = r#"
[[records.User]]
Id = { "$ref" = "first:user.id", "$object" = "User" }
Username = "jane@example.com"
IsActive = true
UserType = "PowerPartner"
ContactId = "003D00000000001IAA"
AccountId = "001D00000000001IAA"
UserRoleId = { "$ref" = "first:role/User.id", "$object" = "UserRole" }

[[records.UserRole]]
Id = { "$ref" = "first:role/User.id", "$object" = "UserRole" }
Name = "Acme & Söhne Partner User"
PortalType = "Partner"
PortalRole = "Worker"
PortalAccountId = "001D00000000001IAA"

[[records.UserRole]]
Id = { "$ref" = "first:role/Manager.id", "$object" = "UserRole" }
Name = "Acme & Söhne Partner Manager"
PortalType = "Partner"
PortalRole = "Manager"
PortalAccountId = "001D00000000001IAA"
"#;

fn partner(contact: &str) -> Json {
    json!({ "contact": contact, "license": "Partner Community", "profile": "Partner", "role_levels": 3 })
}

#[test]
fn a_partner_user_takes_a_partner_license_and_may_come_before_the_account() {
    check_only(
        &["+", "> seat", "! warning"],
        &org(""),
        with(partner(JANE), json!({ "crm_content": true })),
        expect![[r#"
            + user: Make Jane Doe of the account `Acme & Söhne` a user with the profile `Partner`
                create User {Username: "jane.doe@example.com.fuypdp", LastName: "Doe", FirstName: "Jane", Email: "Jane.Doe@example.com", Alias: "jdoe", CommunityNickname: "jane.doe.fuypdp", TimeZoneSidKey: "America/New_York", LocaleSidKey: "en_GB", LanguageLocaleKey: "en_US", EmailEncodingKey: "UTF-8", ProfileId: "00eD00000000003IAA", ContactId: "003D00000000001IAA", IsActive: true, UserPermissionsSFContentUser: true}
                key: ContactId = "003D00000000001IAA", enforced
                undo:
                update User @user.id {IsActive: false}
                stays: the user stays, inactive
            > seat: One seat of the license `Partner Community` is taken
                takes 1 of UserLicense "100D00000000003IAA" (UsedLicenses of TotalLicenses)
                certain, because of @user
            ! warning not-a-partner-account at /contact: `Acme & Söhne` is not enabled as a partner account; the user is made all the same, but opportunities and leads will not name the account
                rule: Object Reference, Account, IsPartner
        "#]],
    );
    let enabled = org("").replace(
        "Name = \"Acme & Söhne\"\nOwnerId = \"005D00000000001IAA\"\nIsPersonAccount = false\nIsPartner = false",
        "Name = \"Acme & Söhne\"\nOwnerId = \"005D00000000001IAA\"\nIsPersonAccount = false\nIsPartner = true",
    );
    check_only(&["! warning"], &enabled, partner(JANE), expect![[""]]);
}

#[test]
fn the_role_can_be_chosen_for_users_after_the_first() {
    check_only(
        &["+", "> place", "! error"],
        &org(FIRST),
        with(partner(JOHN), json!({ "portal_role": "Manager" })),
        expect![[r#"
            + user: Make John Doe of the account `Acme & Söhne` a user with the profile `Partner`
                create User {Username: "john@example.com.oqiyrx", LastName: "Doe", FirstName: "John", Email: "john@example.com", Alias: "jdoe", CommunityNickname: "john.doe.oqiyrx", TimeZoneSidKey: "America/New_York", LocaleSidKey: "en_GB", LanguageLocaleKey: "en_US", EmailEncodingKey: "UTF-8", ProfileId: "00eD00000000003IAA", ContactId: "003D00000000002IAA", IsActive: true, PortalRole: "Manager"}
                key: ContactId = "003D00000000002IAA", enforced
                after ⟨first:role/Manager.id⟩
                undo:
                update User @user.id {IsActive: false}
                stays: the user stays, inactive
            > place: The user gets the role `Acme & Söhne Partner Manager`, which is there
                alters User @user.id {UserRoleId: ⟨first:role/Manager.id⟩}
                certain, because of @user
        "#]],
    );
    check(
        &org(""),
        with(partner(JANE), json!({ "portal_role": "Executive" })),
        expect![[r#"
            invalid
            ! error no-such-level at /portal_role: The account `Acme & Söhne` gets its roles with this user, who cannot begin at the level `Executive`
                remedy: Leave {with.portal_role} empty; a level can be set once the account has it
                rule: Salesforce Help, Turning an existing business account into a partner account
        "#]],
    );
    // A level that is only possible cannot be chosen before the org shows it.
    let possible = "[pending]\nUserRole = \"first:role/Manager.id\"";
    check(
        &org(possible),
        with(partner(JOHN), json!({ "portal_role": "Manager" })),
        expect![[r#"
            deferred: `UserRole` hangs on something that is planned
                until ⟨first:role/Manager.id⟩ is known
        "#]],
    );
}

#[test]
fn profiles_that_are_not_valid_for_partner_users() {
    check(
        &org(API_ONLY),
        with(partner(JANE), json!({ "profile": "Partner Api" })),
        expect![[r#"
            unmet
            ! error api-user-only at /profile: The profile `Partner Api` lets its users work through APIs only; they could not enter a site
                remedy: Clear *Api Only User* in the profile, or set {with.profile} to another one
                rule: Salesforce Help, Turning an existing business account into a partner account
        "#]],
    );
    check(
        &org(""),
        with(partner(JANE), json!({ "profile": "Standard User" })),
        expect![[r#"
            invalid
            ! error internal-profile at /profile: The profile `Standard User` is for internal users
                remedy: Set {with.profile} to a profile of a customer or partner license. Profiles for such users are `Basic`, `Full`, `Gone`, `Partner`, `Plus`, `Plus Api` and `Plus Copy`
                rule: Salesforce Help, Turning an existing business account into a partner account
        "#]],
    );
    check(
        &org(""),
        with(partner(JANE), json!({ "profile": "Plus" })),
        expect![[r#"
            invalid
            ! error profile-of-another-license at /profile: The profile `Plus` is of the license `Customer Community Plus`, not of `Partner Community`
                remedy: Set {with.profile} to a profile of `Partner Community`, or {with.license} to `Customer Community Plus`. The profile for such users is `Partner`
                rule: Object Reference, Profile, UserLicenseId
        "#]],
    );
}

#[test]
fn accounts_and_licenses_that_are_not_ready() {
    check(
        &org(""),
        partner("003D00000000003IAA"),
        expect![[r#"
        unmet
        ! error owner-without-role at /contact: bob@example.com, owner of the account `Bolt`, has no role
            remedy: Give the owner a role first: step `assign-role`, or Setup > Users
            rule: Salesforce Help, Turning an existing business account into a partner account
    "#]],
    );
    check(
        &org(""),
        partner("003D00000000004IAA"),
        expect![[r#"
            unmet
            ! error person-account at /contact: `Petra Person` is a person account, which cannot have partner users
                remedy: Set {with.contact} to one of a business account, or {with.profile} to a customer profile
                rule: Salesforce Help, Turning an existing business account into a partner account
        "#]],
    );
    let taken = org("").replace(
        "LicenseDefinitionKey = \"PID_Partner_Community\"\nStatus = \"Active\"\nTotalLicenses = 10",
        "LicenseDefinitionKey = \"PID_Partner_Community\"\nStatus = \"Active\"\nTotalLicenses = 1",
    );
    check(
        &taken,
        partner(JANE),
        expect![[r#"
            unmet
            ! error no-seat at /profile: 1 of 1 seats of the license `Partner Community` are taken
                remedy: Deactivate a user of this license, or buy more
                rule: Salesforce Help, Turning an existing business account into a partner account
        "#]],
    );
}
