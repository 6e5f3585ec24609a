//! The refusals, with their words.

use expect_test::expect;
use serde_json::json;

use crate::tests::{JANE, check, org, plus, with};

#[test]
fn digital_experiences_must_be_on() {
    let off = org("").replace(
        "enableNetworksEnabled = true",
        "enableNetworksEnabled = false",
    );
    check(
        &off,
        plus(JANE),
        expect![[r#"
        unmet
        ! error digital-experiences-off: Digital Experiences is off, so there can be no external users
            remedy: Turn it on in Setup > Digital Experiences > Settings; it cannot be turned off again
            rule: Metadata API, CommunitiesSettings
    "#]],
    );
}

#[test]
fn contacts_that_cannot_be_users() {
    check(
        &org(""),
        plus("003D00000000099IAA"),
        expect![[r#"
            invalid
            ! error unknown-contact at /contact: There is no contact `003D00000000099IAA`
                remedy: Set {with.contact} to an id that begins with 003, of this org
        "#]],
    );
    check(
        &org(""),
        plus("001D00000000001IAA"),
        expect![[r#"
            invalid
            ! error account-instead-of-contact at /contact: `001D00000000001IAA` is an account, and a user is made from a contact
                remedy: Set {with.contact} to the id of one of its contacts; of a person account, its PersonContactId
        "#]],
    );
    check(
        &org(""),
        plus("Jane Doe"),
        expect![[r#"
            invalid
            ! error unknown-contact at /contact: There is no contact `Jane Doe`
                remedy: Set {with.contact} to an id that begins with 003, of this org
        "#]],
    );
    check(
        &org(""),
        plus("003D00000000005IAA"),
        expect![[r#"
        unmet
        ! error contact-without-account at /contact: Alone has no account
            remedy: Choose an account for the contact in the field Account Name
            rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, the contact must have a standard related account
    "#]],
    );
    check(
        &org(""),
        plus("003D00000000006IAA"),
        expect![[r#"
            unmet
            ! error no-email at /contact: Silent has no email
                remedy: Give the contact an email, or set {with.email}
                rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, the email with site access information
        "#]],
    );
    let partner = json!({ "contact": "003D00000000004IAA", "license": "Partner Community", "profile": "Partner" });
    check(
        &org(""),
        partner,
        expect![[r#"
            unmet
            ! error person-account at /contact: `Petra Person` is a person account, which cannot have partner users
                remedy: Set {with.contact} to one of a business account, or {with.profile} to a customer profile
                rule: Salesforce Help, Turning an existing business account into a partner account
        "#]],
    );
}

#[test]
fn owners_that_have_no_role() {
    check(
        &org(""),
        plus("003D00000000003IAA"),
        expect![[r#"
        unmet
        ! error owner-without-role at /contact: bob@example.com, owner of the account `Bolt`, has no role
            remedy: Give the owner a role first: step `assign-role`, or Setup > Users
            rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin
    "#]],
    );
    check(
        &org(""),
        plus("003D00000000007IAA"),
        expect![[r#"
        unmet
        ! error owner-inactive at /contact: ian@example.com, owner of the account `Idle`, is inactive
            remedy: Give the account to an active internal user who has a role
            rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin
    "#]],
    );
    let external = org("").replacen(
        r#"UserType = "Standard""#,
        r#"UserType = "PowerPartner""#,
        2,
    );
    check(
        &external,
        plus("003D00000000003IAA"),
        expect![[r#"
        unmet
        ! error owner-without-role at /contact: bob@example.com, owner of the account `Bolt`, has no role
            remedy: Give the owner a role first: step `assign-role`, or Setup > Users
            rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin
    "#]],
    );
}

#[test]
fn profiles_that_do_not_fit() {
    check(
        &org(""),
        with(plus(JANE), json!({ "profile": "Nobody" })),
        expect![[r#"
            invalid
            ! error unknown-profile at /profile: There is no profile `Nobody`
                remedy: Set {with.profile} to a profile for external users: the name that Setup > Profiles shows, the API name or the id. Profiles for such users are `Basic`, `Full`, `Gone`, `Partner`, `Plus`, `Plus Api` and `Plus Copy`
                rule: docs/salesforce/profiles.md#full-names
        "#]],
    );
    check(
        &org(""),
        with(plus(JANE), json!({ "profile": "Basic" })),
        expect![[r#"
            invalid
            ! error profile-of-another-license at /profile: The profile `Basic` is of the license `Customer Community`, not of `Customer Community Plus`
                remedy: Set {with.profile} to a profile of `Customer Community Plus`, or {with.license} to `Customer Community`. Profiles for such users are `Plus`, `Plus Api` and `Plus Copy`
                rule: Object Reference, Profile, UserLicenseId
        "#]],
    );
    check(
        &org(""),
        with(
            plus(JANE),
            json!({ "license": "Salesforce", "profile": "Standard User" }),
        ),
        expect![[r#"
            invalid
            ! error internal-profile at /profile: The profile `Standard User` is for internal users
                remedy: Set {with.profile} to a profile of a customer or partner license. Profiles for such users are `Basic`, `Full`, `Gone`, `Partner`, `Plus`, `Plus Api` and `Plus Copy`
                rule: Salesforce Help, Turning an existing business account into a partner account
        "#]],
    );
    check(
        &org(""),
        with(plus(JANE), json!({ "profile": "Plus Api" })),
        expect![[r#"
            unmet
            ! error api-user-only at /profile: The profile `Plus Api` lets its users work through APIs only; they could not enter a site
                remedy: Clear *Api Only User* in the profile, or set {with.profile} to another one
                rule: Salesforce Help, Turning an existing business account into a partner account
        "#]],
    );
}

#[test]
fn licenses_without_seat() {
    check(
        &org(""),
        with(plus(JANE), json!({ "license": "Full", "profile": "Full" })),
        expect![[r#"
            unmet
            ! error no-seat at /profile: 1 of 1 seats of the license `Full` are taken
                remedy: Deactivate a user of this license, or buy more
                rule: Object Reference, UserLicense
        "#]],
    );
    check(
        &org(""),
        with(plus(JANE), json!({ "license": "Gone", "profile": "Gone" })),
        expect![[r#"
            unmet
            ! error license-disabled at /profile: The license `Gone` is disabled in this org
                remedy: Ask Salesforce, or set {with.profile} to one of another license
        "#]],
    );
}

#[test]
fn standard_profiles_where_they_are_not_allowed() {
    let forbidden = org("").replace(
        "enableOotbProfExtUserOpsEnable = true",
        "enableOotbProfExtUserOpsEnable = false",
    );
    check(
        &forbidden,
        plus(JANE),
        expect![[r#"
            unmet
            ! error standard-profile at /profile: `Plus` is a standard profile, and this org does not allow them for external users
                remedy: Set {with.profile} to a copy of the profile, or tick *Allow using standard external profiles for self-registration, user creation, and login* in Setup > Digital Experiences > Settings
                rule: Metadata API, CommunitiesSettings, enableOotbProfExtUserOpsEnable
        "#]],
    );
    let copy = with(
        plus(JANE),
        json!({ "profile": "Plus Copy", "role_levels": 1, "crm_content": true }),
    );
    check(
        &forbidden,
        copy,
        expect![[r#"
            + user: Make Jane Doe of the account `Acme & Söhne` a user with the profile `Plus Copy`
                create User {Username: "jane.doe@example.com.fuypdp", LastName: "Doe", FirstName: "Jane", Email: "Jane.Doe@example.com", Alias: "jdoe", CommunityNickname: "jane.doe.fuypdp", TimeZoneSidKey: "America/New_York", LocaleSidKey: "en_GB", LanguageLocaleKey: "en_US", EmailEncodingKey: "UTF-8", ProfileId: "00eD00000000008IAA", ContactId: "003D00000000001IAA", IsActive: true, UserPermissionsSFContentUser: true}
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
            ! info no-site at /profile: No site has the profile `Plus Copy` as a member, so no welcome mail leaves now
                remedy: Add the profile to the members of a site
            = {"user_id":{"$bound":["user","id"]},"username":"jane.doe@example.com.fuypdp"}
        "#]],
    );
}

#[test]
fn all_at_once() {
    check(
        &org(""),
        with(
            plus("003D00000000003IAA"),
            json!({ "license": "None", "profile": "Plus Api" }),
        ),
        expect![[r#"
            invalid
            ! error profile-of-another-license at /profile: The profile `Plus Api` is of the license `Customer Community Plus`, not of `None`
                remedy: Set {with.profile} to a profile of `None`, or {with.license} to `Customer Community Plus`
                rule: Object Reference, Profile, UserLicenseId
            ! error owner-without-role at /contact: bob@example.com, owner of the account `Bolt`, has no role
                remedy: Give the owner a role first: step `assign-role`, or Setup > Users
                rule: Create a Customer User to Access Financial Services Cloud in Experience Cloud, before you begin
            ! error api-user-only at /profile: The profile `Plus Api` lets its users work through APIs only; they could not enter a site
                remedy: Clear *Api Only User* in the profile, or set {with.profile} to another one
                rule: Salesforce Help, Turning an existing business account into a partner account
        "#]],
    );
}
