//! The reasons why a user sees a record, or does not.

use expect_test::expect;
use serde_json::json;

use super::{ORG, check, check_in};

const OWNED: &str = "500D00000000001IAA";
const BELOW: &str = "500D00000000002IAA";
const IN_SET: &str = "500D00000000003IAA";
const BY_HAND: &str = "500D00000000004IAA";
const NOTHING: &str = "500D00000000005IAA";
const NOBODY: &str = "500D00000000009IAA";

#[test]
fn each_reason_alone_and_none() {
    check(
        json!({ "sees": [OWNED, BELOW, IN_SET, BY_HAND], "must_not_see": [NOTHING] }),
        expect![[r#"
            ! info gets-in at /site: mia@example.com is active, enabled, and a member of the live site `Portal`
            ! info visible at /sees/0: mia@example.com sees the case `1` (All): the user owns it
            ! info visible at /sees/1: mia@example.com sees the case `2` (All): the user is above its owner carl@example.com in the role hierarchy, in which `Acme Customer User` is below the user's role
            ! info visible at /sees/2: mia@example.com sees the case `3` (Edit): the sharing set `OwnCases` gives it (Edit, as Case.Account is User.Account)
            ! info visible at /sees/3: mia@example.com sees the case `4` (Read): it is shared with the user by a manual share (Read)
            ! info hidden at /must_not_see/0: mia@example.com does not see the case `5`: the user neither owns it nor is above its owner in the role hierarchy, and neither a sharing set of the profile `Customer Plus` nor a manual share gives it
            = {"user_id":"005D00000000001IAA"}
        "#]],
    );
}

#[test]
fn what_is_not_as_wanted_is_told_beside_what_is() {
    check(
        json!({ "sees": [NOTHING, OWNED], "must_not_see": [NOBODY, BELOW, IN_SET, BY_HAND] }),
        expect![[r#"
            unmet
            ! info gets-in at /site: mia@example.com is active, enabled, and a member of the live site `Portal`
            ! error not-visible at /sees/0: mia@example.com does not see the case `5`: the user neither owns it nor is above its owner in the role hierarchy, and neither a sharing set of the profile `Customer Plus` nor a manual share gives it
                remedy: Share it with the user: step `share-records`, or a sharing rule. When that was done just now, look again in some minutes: Salesforce is still calculating
                rule: Object Reference, UserRecordAccess
            ! info visible at /sees/1: mia@example.com sees the case `1` (All): the user owns it
            ! error access-not-told at /must_not_see/0: Whether mia@example.com sees the case 500D00000000009IAA is not known: there is no such record, or the signed-in user cannot read it
                remedy: Compare the id; sign in as a user who may view all data
                rule: Object Reference, UserRecordAccess
            ! error not-hidden at /must_not_see/1: mia@example.com sees the case `2` (All): the user is above its owner carl@example.com in the role hierarchy, in which `Acme Customer User` is below the user's role
                remedy: To take it away: give the user a lower role, or the record an owner who is not below
                rule: Object Reference, UserRecordAccess
            ! error not-hidden at /must_not_see/2: mia@example.com sees the case `3` (Edit): the sharing set `OwnCases` gives it (Edit, as Case.Account is User.Account)
                remedy: To take it away: take the profile out of the sharing set `OwnCases`
                rule: Object Reference, UserRecordAccess
            ! error not-hidden at /must_not_see/3: mia@example.com sees the case `4` (Read): it is shared with the user by a manual share (Read)
                remedy: To take it away: take the manual share away
                rule: Object Reference, UserRecordAccess
        "#]],
    );
}

#[test]
fn other_reasons() {
    check(
        json!({ "sees": [
            "003D00000000002IAA",
            "001D00000000001IAA",
            "006D00000000001IAA",
            "005D00000000001IAA",
            "005D00000000002IAA",
            "a01D00000000001IAA",
        ] }),
        expect![[r#"
            ! info gets-in at /site: mia@example.com is active, enabled, and a member of the live site `Portal`
            ! info visible at /sees/0: mia@example.com sees the contact `Carl Customer` (Edit): it is shared with the user (Edit, cause Team)
            ! info visible at /sees/1: mia@example.com sees the account `Acme` (Read): it is the user's own, which external users read
            ! info visible at /sees/2: mia@example.com sees the opportunity `Big deal` (Read): not by ownership, role hierarchy, a sharing set or a manual share; an org-wide default, a sharing rule, a team, the account it belongs to, or a permission such as View All Data gives it
            ! info visible at /sees/3: mia@example.com sees the user `mia@example.com` (Edit): it is the user's own record
            ! info visible at /sees/4: mia@example.com sees the user `carl@example.com` (Read): the user is above that user in the role hierarchy, in which `Acme Customer User` is below the user's role
            ! info visible at /sees/5: mia@example.com sees the record a01D00000000001IAA (Read): Usher does not know why for records of this object
            ! warning mapping-not-followed: The sharing set `OwnCases` shares by `Opportunity.Campaign` and `User.Contact`, which is not followed here; it may be the reason
            = {"user_id":"005D00000000001IAA"}
        "#]],
    );
}

#[test]
fn what_a_disabled_user_owns_does_not_roll_up() {
    let disabled = ORG.replace(
        "Username = \"carl@example.com\"\nIsActive = true",
        "Username = \"carl@example.com\"\nIsActive = false",
    );
    let gone = refused(&disabled, BELOW);
    check_in(
        &gone,
        json!({ "sees": [BELOW] }),
        expect![[r#"
            unmet
            ! info gets-in at /site: mia@example.com is active, enabled, and a member of the live site `Portal`
            ! error not-visible at /sees/0: mia@example.com does not see the case `2`: the user neither owns it nor is above its owner in the role hierarchy, and neither a sharing set of the profile `Customer Plus` nor a manual share gives it; what carl@example.com owns does not roll up any more, as that user is disabled
                remedy: Share it with the user: step `share-records`, or a sharing rule. When that was done just now, look again in some minutes: Salesforce is still calculating
                rule: Object Reference, UserRecordAccess
        "#]],
    );
}

#[test]
fn a_reason_that_has_not_come_through_yet() {
    let lagging = refused(ORG, BY_HAND);
    check_in(
        &lagging,
        json!({ "sees": [BY_HAND] }),
        expect![[r#"
            unmet
            ! info gets-in at /site: mia@example.com is active, enabled, and a member of the live site `Portal`
            ! error not-visible at /sees/0: mia@example.com does not see the case `4`: although it is shared with the user by a manual share (Read)
                remedy: Look again in some minutes: Salesforce may still be calculating. Else look whether the user is active, and whether the profile lets the user read such records at all
                rule: Object Reference, UserRecordAccess
        "#]],
    );
}

/// The org, when Salesforce says that Mia does not see the record.
fn refused(org: &str, record: &str) -> String {
    let answer = format!("RecordId = \"{record}\"\nHasReadAccess = ");
    org.replace(&format!("{answer}true"), &format!("{answer}false"))
}
