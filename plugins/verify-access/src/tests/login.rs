//! The conditions that let a user into a site, and those that keep a user out.

use expect_test::expect;
use serde_json::json;

use super::{ORG, check, check_in};

#[test]
fn a_member_of_a_live_site_gets_in() {
    check(
        json!({}),
        expect![[r#"
        ! info gets-in at /site: mia@example.com is active, enabled, and a member of the live site `Portal`
        = {"user_id":"005D00000000001IAA"}
    "#]],
    );
}

#[test]
fn everything_that_keeps_a_user_out_is_told_at_once() {
    check(
        json!({ "user": "005D00000000004IAA", "site": "Help" }),
        expect![[r#"
            unmet
            ! error user-inactive at /user: lost@example.com is inactive and cannot log in
                remedy: Activate the user: step `enable-user`, or Setup > Users
                rule: Object Reference, User, IsActive
            ! error not-portal-enabled at /user: lost@example.com has no access to sites: the user is not enabled as a customer or partner
                remedy: Enable the contact as a user: step `enable-user`
                rule: Object Reference, User, IsPortalEnabled
            ! error api-user-only at /user: The profile `Robots` of lost@example.com lets its users work through APIs only; they cannot enter a site
                remedy: Clear *Api Only User* in the profile
                rule: Salesforce Help, Turning an existing business account into a partner account
            ! error site-not-live at /site: The site `Help` is not live but UnderConstruction
                remedy: Activate it: step `activate-site`; or set {with.live} to false when it need not be live yet
                rule: Object Reference, Network, Status
            ! error not-a-member at /site: lost@example.com is not a member of the site `Help`
                remedy: Add the profile `Robots`, or a permission set of the user, to the site's members: step `add-site-members`, or Workspaces > Administration > Members
                rule: Object Reference, NetworkMemberGroup
        "#]],
    );
    check(
        json!({ "site": "Elsewhere" }),
        expect![[r#"
            unmet
            ! error unknown-site at /site: There is no site `Elsewhere`
                remedy: Set {with.site} to a site of this org. There are `Help` and `Portal`
        "#]],
    );
}

#[test]
fn an_org_without_sites() {
    let (before, rest) = ORG.split_once("[[records.Network]]").expect("sites");
    let (_, after) = rest.split_once("[[records.Account]]").expect("accounts");
    let org = format!("{before}[[records.Account]]{after}");
    check_in(
        &org,
        json!({}),
        expect![[r#"
        unmet
        ! error digital-experiences-off at /site: This org has no sites: Digital Experiences is off, or the signed-in user may not see them
            remedy: Turn it on: step `digital-experiences`
    "#]],
    );
}

#[test]
fn a_member_of_a_profile_may_not_be_a_member_yet() {
    let rows = ORG.replace("[[records.NetworkMember]]", "[[records.Other]]");
    let org = format!("{rows}\n[[records.NetworkMember]]\nId = \"0DOD00000000009OAA\"\n");
    let not_yet = expect![[r#"
        unmet
        ! error not-yet-a-member at /site: mia@example.com is not a member of the site `Portal` yet, although the profile `Customer Plus`, or a permission set of the user, is one: Salesforce may still be adding the user, or the Individual of the contact bars it
            remedy: Look again in some minutes; when nothing changes, look at the contact's Individual
            rule: docs/salesforce/sites.md#members
    "#]];
    check_in(&org, json!({}), not_yet);
    let adding = expect![[r#"
        unmet
        ! error not-yet-a-member at /site: mia@example.com is not a member of the site `Portal` yet: Salesforce is still adding the profile `Customer Plus`, or a permission set of the user, to the site
            remedy: Look again in some minutes
            rule: Object Reference, NetworkMemberGroup
    "#]];
    check_in(
        &org.replace("\"Added\"", "\"AddCalculated\""),
        json!({}),
        adding,
    );
    let by_set = org.replace(
        "\"00eD00000000001IAA\"\nAssignmentStatus",
        "\"0PSD00000000001OAA\"\nAssignmentStatus",
    );
    let none = expect![[r#"
        unmet
        ! error not-a-member at /site: mia@example.com is not a member of the site `Portal`
            remedy: Add the profile `Customer Plus`, or a permission set of the user, to the site's members: step `add-site-members`, or Workspaces > Administration > Members
            rule: Object Reference, NetworkMemberGroup
    "#]];
    check_in(&by_set, json!({}), none);
    let held = by_set.replace("PermissionSetAssignment = []", "")
        + "\n[[records.PermissionSetAssignment]]\nId = \"0PaD00000000001KAA\"\nAssigneeId = \"005D00000000001IAA\"\nPermissionSetId = \"0PSD00000000001OAA\"\n";
    let not_yet = expect![[r#"
        unmet
        ! error not-yet-a-member at /site: mia@example.com is not a member of the site `Portal` yet, although the profile `Customer Plus`, or a permission set of the user, is one: Salesforce may still be adding the user, or the Individual of the contact bars it
            remedy: Look again in some minutes; when nothing changes, look at the contact's Individual
            rule: docs/salesforce/sites.md#members
    "#]];
    check_in(&held, json!({}), not_yet);
}

#[test]
fn a_site_need_not_be_live_nor_be_named() {
    let later = expect![[r#"
        ! info gets-in at /site: mia@example.com is active, enabled, and a member of the site `Portal`
        ! info enters-later at /site: mia@example.com can enter the site `Portal` only when it is live; it is UnderConstruction
            rule: Object Reference, Network, Status
        = {"user_id":"005D00000000001IAA"}
    "#]];
    let help = ORG.replace("Status = \"Live\"", "Status = \"UnderConstruction\"");
    check_in(&help, json!({ "live": false }), later);
    let no_site = expect![[r#"
        ! info gets-in at /site: mia@example.com is active, and enabled for sites
        = {"user_id":"005D00000000001IAA"}
    "#]];
    check(json!({ "site": "", "sees": [""] }), no_site);
}
