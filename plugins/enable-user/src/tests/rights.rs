//! Orgs in other languages, users without rights to metadata, and the org's own automation.

use expect_test::expect;
use serde_json::json;
use usher_sdk::testing::rehearse;

use crate::plan;
use crate::tests::existing::USER;
use crate::tests::{JANE, MANIFEST, check, check_only, org, plus, with};

const UNREADABLE: &str = r#"
[refused]
"settings/Communities" = "INSUFFICIENT_ACCESS"
"settings/Sharing" = "INSUFFICIENT_ACCESS"
"components/Profile" = "INSUFFICIENT_ACCESS"
"#;

#[test]
fn a_profile_is_found_by_full_name_and_id() {
    let german = org(r#"
        [components.Profile."Customer Community Plus User"]
        id = "00eD00000000001IAA"
        content = {}
    "#);
    for profile in ["customer community plus user", "00eD00000000001"] {
        let text = rehearse(
            MANIFEST,
            &german,
            json!({ "contact": JANE, "profile": profile, "role_levels": 1 }),
            plan,
        );
        assert!(text.contains("with the profile `Plus`"), "{text}");
    }
}

#[test]
fn a_user_without_rights_to_metadata_makes_users() {
    check(
        &org(UNREADABLE),
        with(plus(JANE), json!({ "role_levels": 1 })),
        expect![[r#"
            + user: Make Jane Doe of the account `Acme & Söhne` a user with the profile `Plus`
                create User {Username: "jane.doe@example.com.fuypdp", LastName: "Doe", FirstName: "Jane", Email: "Jane.Doe@example.com", Alias: "jdoe", CommunityNickname: "jane.doe.fuypdp", TimeZoneSidKey: "America/New_York", LocaleSidKey: "en_GB", LanguageLocaleKey: "en_US", EmailEncodingKey: "UTF-8", ProfileId: "00eD00000000001IAA", ContactId: "003D00000000001IAA", IsActive: true}
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
                likely, because of @user
            > member/Help: The user becomes a member of the site `Help`
                appears NetworkMember {NetworkId: "0DBD00000000001OAA", MemberId: @user.id}, found by NetworkId = "0DBD00000000001OAA", MemberId = @user.id
                likely, because of @user
                within 60000 ms
            ! info settings-not-read: admin@practice.example may not read the settings of Digital Experiences and of Sharing; assuming that users may have standard external profiles, and that *Minimize the number of roles created* is off
                remedy: Compare it with Setup, or sign in as a user with Modify Metadata Through Metadata API Functions and View Setup and Configuration
                rule: docs/salesforce/settings.md#rights
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 1, as {with.role_levels} says; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
            ! info mail-at-activation at /profile: Jane.Doe@example.com gets the welcome mail of the site `Help` when that is activated
                rule: Experience Cloud, why members get no welcome email
            = {"user_id":{"$bound":["user","id"]},"username":"jane.doe@example.com.fuypdp"}
        "#]],
    );
    check(
        &org(UNREADABLE),
        json!({ "contact": JANE, "profile": "Customer Community Plus User" }),
        expect![[r#"
            invalid
            ! error unknown-profile at /profile: There is no profile `Customer Community Plus User`
                remedy: Set {with.profile} to a profile for external users: the name that Setup > Profiles shows, the API name or the id. Profiles for such users are `Basic`, `Full`, `Gone`, `Partner`, `Plus`, `Plus Api` and `Plus Copy`
                rule: docs/salesforce/profiles.md#full-names
        "#]],
    );
    let off = org(UNREADABLE).replace("records.NetworkMemberGroup", "records.Gone");
    check(
        &off,
        with(plus(JANE), json!({ "role_levels": 1 })),
        expect![[r#"
            unmet
            ! error digital-experiences-off: This org has no sites: Digital Experiences is off, or the signed-in user may not see them
                remedy: Turn it on in Setup > Digital Experiences > Settings; it cannot be turned off again
                rule: Metadata API, CommunitiesSettings
        "#]],
    );
}

#[test]
fn a_signed_in_user_without_role_is_noted() {
    let runner = |more: &str| {
        org(&format!(
            r#"
            [[records.User]]
            Id = "005PRACTICE0001Y5B"
            Username = "admin@practice.example"
            IsActive = true
            UserType = "Standard"
            {more}
            "#
        ))
    };
    check_only(
        &["! info runner"],
        &runner(""),
        with(plus(JANE), json!({ "role_levels": 1 })),
        expect![[r#"
            ! info runner-without-role: admin@practice.example, in whose name Usher works, has no role; two articles of Salesforce ask for one where an external user is made, and may mean the owner of the account, who has one
                remedy: If Salesforce refuses the user with "portal account owner must have a role", give that user a role, too
                rule: docs/salesforce/roles.md#owner-needs-a-role
        "#]],
    );
    let with_role = runner(r#"UserRoleId = "00ED00000000001MAA""#);
    check_only(
        &["! info runner"],
        &with_role,
        with(plus(JANE), json!({ "role_levels": 1 })),
        expect![[r#""#]],
    );
    // A license without roles.
    let basic = json!({ "contact": JANE, "profile": "Basic" });
    check_only(&["! info runner"], &runner(""), basic, expect![[r#""#]]);
}

#[test]
fn what_the_org_does_by_itself_is_noted() {
    let busy = org(r#"
        [[records.ApexTrigger]]
        Id = "01qD00000000001AAA"
        Name = "UserSync"
        Status = "Active"
        TableEnumOrId = "User"
        UsageAfterInsert = true
        UsageAfterUpdate = false

        [[records.UserAccessPolicy]]
        Id = "0ZzD00000000001AAA"
        MasterLabel = "Portal users"
        Status = "Active"
        TriggerType = "CreateAndUpdate"
    "#);
    check_only(
        &["! info org", "! info user-access"],
        &busy,
        with(plus(JANE), json!({ "role_levels": 1 })),
        expect![[r#"
            ! info org-automation: When a user is made, this org runs the Apex trigger `UserSync`; it may change or refuse the record
                rule: docs/salesforce/users.md#automation
            ! info user-access-policy: The active user access policy `Portal users` may give the user permission sets, groups and queues, or take them away, as soon as the user is saved
                remedy: Look at its filter in Setup > User Access Policies
                rule: docs/salesforce/users.md#user-access-policies
        "#]],
    );
    let user = USER.replace("IsActive = true", "IsActive = false");
    check_only(
        &["! info org", "! info user-access"],
        &format!("{busy}\n{user}"),
        plus(JANE),
        expect![[r#"
            ! info user-access-policy: The active user access policy `Portal users` may give the user permission sets, groups and queues, or take them away, as soon as the user is saved
                remedy: Look at its filter in Setup > User Access Policies
                rule: docs/salesforce/users.md#user-access-policies
        "#]],
    );
}

#[test]
fn empty_texts_are_not_given() {
    check_only(
        &["+", "invalid", "unmet"],
        &org(""),
        json!({
            "contact": JANE, "license": "", "profile": "Basic", "site": "", "username": "", "username_suffix": "",
            "alias": "", "nickname": " ", "email": "", "time_zone": "", "locale": "", "language": "",
            "encoding": "", "portal_role": "", "role_levels": 0
        }),
        expect![[r#"
            + user: Make Jane Doe of the account `Acme & Söhne` a user with the profile `Basic`
                create User {Username: "jane.doe@example.com.fuypdp", LastName: "Doe", FirstName: "Jane", Email: "Jane.Doe@example.com", Alias: "jdoe", CommunityNickname: "jane.doe.fuypdp", TimeZoneSidKey: "America/New_York", LocaleSidKey: "en_GB", LanguageLocaleKey: "en_US", EmailEncodingKey: "UTF-8", ProfileId: "00eD00000000002IAA", ContactId: "003D00000000001IAA", IsActive: true}
                key: ContactId = "003D00000000001IAA", enforced
                undo:
                update User @user.id {IsActive: false}
                stays: the user stays, inactive
        "#]],
    );
}
