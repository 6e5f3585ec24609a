//! The mails that leave.

use expect_test::expect;
use serde_json::json;
use usher_sdk::testing::rehearse;

use crate::plan;
use crate::tests::existing::USER;
use crate::tests::{JANE, MANIFEST, check, check_only, org, plus, with};

#[test]
fn a_live_site_mails_at_once() {
    let live = org("").replace(r#"Status = "UnderConstruction""#, r#"Status = "Live""#);
    check_only(
        &["> m", "!"],
        &live,
        with(plus(JANE), json!({ "role_levels": 1 })),
        expect![[r#"
            > member/Help: The user becomes a member of the site `Help`
                appears NetworkMember {NetworkId: "0DBD00000000001OAA", MemberId: @user.id}, found by NetworkId = "0DBD00000000001OAA", MemberId = @user.id
                likely, because of @user
                within 60000 ms
            > mail/Help: Jane.Doe@example.com gets the welcome mail of the site `Help`, which is live
                mails 1 to ["Jane.Doe@example.com"]
                likely, because of @user
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 1, as {with.role_levels} says; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
        "#]],
    );
    let quiet = live.replace(
        "OptionsSendWelcomeEmail = true",
        "OptionsSendWelcomeEmail = false",
    );
    check_only(
        &["> m", "!"],
        &quiet,
        with(plus(JANE), json!({ "role_levels": 1 })),
        expect![[r#"
            > member/Help: The user becomes a member of the site `Help`
                appears NetworkMember {NetworkId: "0DBD00000000001OAA", MemberId: @user.id}, found by NetworkId = "0DBD00000000001OAA", MemberId = @user.id
                likely, because of @user
                within 60000 ms
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 1, as {with.role_levels} says; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
            ! info no-welcome-mail at /profile: The site `Help` sends no welcome mail; the user needs a password reset to get in
                rule: Experience Cloud, why members get no welcome email
        "#]],
    );
}

#[test]
fn a_profile_without_site() {
    let leaving = org("").replace(
        r#"AssignmentStatus = "Added""#,
        r#"AssignmentStatus = "WaitingForRemove""#,
    );
    check_only(
        &["> m", "!"],
        &leaving,
        with(plus(JANE), json!({ "role_levels": 1 })),
        expect![[r#"
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 1, as {with.role_levels} says; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
            ! info no-site at /profile: No site has the profile `Plus` as a member, so no welcome mail leaves now
                remedy: Add the profile to the members of a site
        "#]],
    );
}

#[test]
fn sites_are_not_known_yet() {
    let hidden = org("").replace("[[records.NetworkMemberGroup]]", "[[records.Hidden]]");
    check_only(
        &["> m", "!"],
        &hidden,
        with(plus(JANE), json!({ "role_levels": 1 })),
        expect![[r#"
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 1, as {with.role_levels} says; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
            ! info sites-not-known at /profile: The sites that the user becomes a member of, and the mails that leave, are not known yet
        "#]],
    );
}

#[test]
fn the_site_must_have_the_profile() {
    let two = org(r#"
        [[records.Network]]
        Id = "0DBD00000000002OAA"
        Name = "Shop"
        Status = "Live"
    "#);
    let mut found = vec![];
    for site in ["Help", "Shop", "Nowhere"] {
        let text = rehearse(
            MANIFEST,
            &two,
            with(plus(JANE), json!({ "role_levels": 1, "site": site })),
            plan,
        );
        let told = text.lines().filter(|line| line.contains(" at /site"));
        found.extend(told.map(str::to_owned));
    }
    expect![[r#"
        ! error profile-not-a-member at /site: Neither the profile `Plus` nor a permission set of the user is a member of the site `Shop`, so the user cannot enter the site
        ! error unknown-site at /site: There is no site `Nowhere`"#]].assert_eq(&found.join("\n"));
}

#[test]
fn a_user_who_is_there_must_enter_the_site_too() {
    let two = org(&format!(
        "{USER}{}",
        r#"
        [[records.Network]]
        Id = "0DBD00000000002OAA"
        Name = "Shop"
        Status = "Live"
    "#
    ));
    check(
        &two,
        with(plus(JANE), json!({ "site": "Help" })),
        expect![[r#"
            = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
        "#]],
    );
    check(
        &two,
        with(plus(JANE), json!({ "site": "Shop" })),
        expect![[r#"
            unmet
            ! error profile-not-a-member at /site: Neither the profile `Plus` nor a permission set of the user is a member of the site `Shop`, so the user cannot enter the site
                remedy: Add `Plus` to the members first: step `add-site-members`, or Administration > Members in the workspaces of the site; or set {with.profile} to a profile that is a member
                rule: docs/salesforce/sites.md#members
        "#]],
    );
}

#[test]
fn mails_to_invalid_addresses_do_not_arrive() {
    let sandbox = org("")
        .replace("Jane.Doe@example.com", "jane.doe@example.com.invalid")
        .replace("UnderConstruction", "Live");
    check_only(
        &["+", "> mail", "!"],
        &sandbox,
        with(plus(JANE), json!({ "role_levels": 1 })),
        expect![[r#"
            + user: Make Jane Doe of the account `Acme & Söhne` a user with the profile `Plus`
                create User {Username: "jane.doe@example.com.ciytuf", LastName: "Doe", FirstName: "Jane", Email: "jane.doe@example.com.invalid", Alias: "jdoe", CommunityNickname: "jane.doe.ciytuf", TimeZoneSidKey: "America/New_York", LocaleSidKey: "en_GB", LanguageLocaleKey: "en_US", EmailEncodingKey: "UTF-8", ProfileId: "00eD00000000001IAA", ContactId: "003D00000000001IAA", IsActive: true}
                key: ContactId = "003D00000000001IAA", enforced
                undo:
                update User @user.id {IsActive: false}
                stays: the user stays, inactive
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 1, as {with.role_levels} says; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
            ! warning email-invalid at /contact: No mail to jane.doe@example.com.invalid arrives: a refresh of a sandbox adds `.invalid` to addresses
                remedy: Set {with.email}, or give the contact an address without `.invalid` first
                rule: Salesforce Help, article 000386507
        "#]],
    );
}

/// A site whose only member is a permission set.
const BY_SET: &str = r#"
[[records.Network]]
Id = "0DBD00000000002OAA"
Name = "Shop"
Status = "Live"

[[records.PermissionSet]]
Id = "0PSD00000000009OAA"
Label = "Portal Entry"
Name = "PortalEntry"
NamespacePrefix = "shop"
IsOwnedByProfile = false

[[records.NetworkMemberGroup]]
Id = "0DLD00000000002OAA"
NetworkId = "0DBD00000000002OAA"
ParentId = "0PSD00000000009OAA"
AssignmentStatus = "Added"
"#;

#[test]
fn a_permission_set_of_a_later_step_lets_a_new_user_in() {
    let org = org(BY_SET);
    let mut found = vec![];
    for sets in [
        json!([]),
        json!(["Other"]),
        json!(["portal entry"]),
        json!(["shop__PortalEntry"]),
    ] {
        let input = json!({ "role_levels": 1, "site": "Shop", "permission_sets": sets });
        let text = rehearse(MANIFEST, &org, with(plus(JANE), input), plan);
        found.push(text.contains("profile-not-a-member"));
    }
    assert_eq!(found, [true, true, false, false]);
}

#[test]
fn a_membership_or_a_permission_set_lets_a_user_in() {
    let there = org(&format!("{USER}{BY_SET}"));
    let input = with(plus(JANE), json!({ "site": "Shop" }));
    let refused =
        |org: &str, input| rehearse(MANIFEST, org, input, plan).contains("profile-not-a-member");
    assert!(refused(&there, input.clone()));
    let member = r#"
        [[records.NetworkMember]]
        Id = "0DOD00000000001OAA"
        NetworkId = "0DBD00000000002OAA"
        MemberId = "005D00000000031IAA"
    "#;
    let member = format!("{there}{member}");
    assert!(!refused(&member, input.clone()));
    let holder = r#"
        [[records.PermissionSetAssignment]]
        Id = "0PaD00000000001KAA"
        AssigneeId = "005D00000000031IAA"
        PermissionSetId = "0PSD00000000009OAA"
    "#;
    let holder = format!("{there}{holder}");
    assert!(!refused(&holder, input.clone()));
    // A membership by the profile goes with the profile; one by a permission set stays.
    let change = with(
        input,
        json!({ "profile": "Plus Copy", "change_profile": true }),
    );
    assert!(refused(&member, change.clone()));
    assert!(!refused(&holder, change));
}
