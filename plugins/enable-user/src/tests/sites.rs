//! The mails that leave.

use expect_test::expect;
use serde_json::json;

use crate::tests::{JANE, check_only, org, plus, with};

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
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 1, as `role_levels` says; no API shows it
                remedy: Set `role_levels` to what Setup > Digital Experiences > Settings shows
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
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 1, as `role_levels` says; no API shows it
                remedy: Set `role_levels` to what Setup > Digital Experiences > Settings shows
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
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 1, as `role_levels` says; no API shows it
                remedy: Set `role_levels` to what Setup > Digital Experiences > Settings shows
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
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 1, as `role_levels` says; no API shows it
                remedy: Set `role_levels` to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
            ! info sites-not-known at /profile: Which sites the user becomes a member of, and whether a mail leaves, is not known yet
        "#]],
    );
}
