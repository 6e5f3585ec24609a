//! Manual shares.

use expect_test::expect;
use serde_json::{Value as Json, json};

use super::{ORG, check, check_in};

const MIA: &str = "005D00000000001IAA";
const ACME: &str = "001D00000000001IAA";
const OTHER_ACME: &str = "001D00000000002IAA";

fn shares(shares: Json) -> Json {
    json!({ "shares": shares })
}

#[test]
fn records_are_shared() {
    let planned = json!({ "$ref": "user:user.id", "$object": "User" });
    let beta = json!({ "$ref": "account:record.id", "$object": "Account" });
    check(
        shares(json!([
            { "record": ACME, "user": planned.clone(), "access": "Edit" },
            { "record": OTHER_ACME, "user": planned },
            { "record": beta, "user": MIA },
        ])),
        expect![[r#"
            + share/Acme/new@example.com: Share the account `Acme` with new@example.com: Edit
                create AccountShare {AccountId: "001D00000000001IAA", UserOrGroupId: ⟨user:user.id⟩, AccountAccessLevel: "Edit", OpportunityAccessLevel: "None", CaseAccessLevel: "None", RowCause: "Manual"}
                key: AccountId = "001D00000000001IAA", UserOrGroupId = ⟨user:user.id⟩, RowCause = "Manual"
                undo: restore
            + share/Acme/new@example.com/1: Share the account `Acme` with new@example.com: Read
                create AccountShare {AccountId: "001D00000000002IAA", UserOrGroupId: ⟨user:user.id⟩, AccountAccessLevel: "Read", OpportunityAccessLevel: "None", CaseAccessLevel: "None", RowCause: "Manual"}
                key: AccountId = "001D00000000002IAA", UserOrGroupId = ⟨user:user.id⟩, RowCause = "Manual"
                undo: restore
            + share/Beta/mia@example.com: Share the account `Beta` with mia@example.com: Read
                create AccountShare {AccountId: ⟨account:record.id⟩, UserOrGroupId: "005D00000000001IAA", AccountAccessLevel: "Read", OpportunityAccessLevel: "None", CaseAccessLevel: "None", RowCause: "Manual"}
                key: AccountId = ⟨account:record.id⟩, UserOrGroupId = "005D00000000001IAA", RowCause = "Manual"
                undo: restore
            = {}
        "#]],
    );
}

#[test]
fn what_is_shared_stays_or_gets_the_access_that_is_wanted() {
    check(
        shares(json!([{ "record": ACME, "user": MIA }])),
        expect![[r#"
            = {}
        "#]],
    );
    check(
        shares(json!([{ "record": "001D00000000001", "user": MIA, "access": "Edit" }])),
        expect![[r#"
            ~ share/Acme/mia@example.com: Let mia@example.com have Edit on the account `Acme`, which is shared already
                update AccountShare "00rD00000000001IAA" {AccountAccessLevel: "Edit"}
                undo: restore
            = {}
        "#]],
    );
    let otherwise = ORG.replace("RowCause = \"Manual\"", "RowCause = \"Team\"");
    check_in(
        &otherwise,
        shares(json!([{ "record": ACME, "user": MIA }])),
        expect![[r#"
            + share/Acme/mia@example.com: Share the account `Acme` with mia@example.com: Read
                create AccountShare {AccountId: "001D00000000001IAA", UserOrGroupId: "005D00000000001IAA", AccountAccessLevel: "Read", OpportunityAccessLevel: "None", CaseAccessLevel: "None", RowCause: "Manual"}
                key: AccountId = "001D00000000001IAA", UserOrGroupId = "005D00000000001IAA", RowCause = "Manual"
                undo: restore
            = {}
        "#]],
    );
}

#[test]
fn an_owner_needs_no_share() {
    let case = json!([{ "record": "500D00000000001IAA", "user": MIA }]);
    check(
        shares(case),
        expect![[r#"
        ! info owned at /shares/0/user: mia@example.com owns the case `00001001` and has all access already
        = {}
    "#]],
    );
}

#[test]
fn ends_that_are_not_there() {
    check(
        shares(json!([
            { "record": "Acme", "user": MIA },
            { "record": MIA, "user": MIA },
            { "record": ACME, "user": "mia@example.com" },
            { "record": ACME, "user": "005D00000000002IAA" },
            { "record": OTHER_ACME, "user": MIA },
            { "record": OTHER_ACME, "user": MIA, "access": "Edit" },
        ])),
        expect![[r#"
            invalid
            ! error cannot-be-shared at /shares/0/record: `Acme` is not a record that can be shared
                remedy: Set {with.shares.0.record} to the id of an account, case, contact, lead or opportunity
            ! error cannot-be-shared at /shares/1/record: `005D00000000001IAA` is not a record that can be shared
                remedy: Set {with.shares.1.record} to the id of an account, case, contact, lead or opportunity
            ! error unknown-user at /shares/2/user: There is no user `mia@example.com`
                remedy: Set {with.shares.2.user} to the id of a user of this org; it begins with 005
            ! error user-inactive at /shares/3/user: left@example.com is inactive
                remedy: Activate the user first, in Setup > Users
            ! error shared-twice at /shares/5/access: The same record is shared with the same user in two ways
                remedy: Take one of the two out of {with.shares}
        "#]],
    );
    let nobody = json!({ "$ref": "nobody:user.id", "$object": "User" });
    check(
        shares(json!([{ "record": ACME, "user": nobody }])),
        expect![[r#"
            deferred: the answer hangs on a value that is not known yet
                until ⟨nobody:user.id⟩ is known
        "#]],
    );
}

#[test]
fn users_without_roles_get_no_single_shares() {
    let nora = json!([{ "record": ACME, "user": "005D00000000004IAA" }]);
    let refused = expect![[r#"
        unmet
        ! error user-without-role at /shares/0/user: nora@example.com has a license without roles, and Salesforce shares no single record with such users
            remedy: Take it out of {with.shares}, and share with the user's profile by {with.sharing_set}
            rule: docs/salesforce/sharing.md#shares
    "#]];
    check(shares(nora), refused);
}

#[test]
fn more_access_stays_unless_the_input_lowers_it() {
    let edit = ORG.replace(
        "AccountAccessLevel = \"Read\"",
        "AccountAccessLevel = \"Edit\"",
    );
    let mut input = shares(json!([{ "record": ACME, "user": MIA }]));
    let kept = expect![[r#"
        ! info more-access at /shares/0/access: The manual share with mia@example.com gives Edit on the account `Acme`, which is more than Read, and keeps it
            remedy: Set {with.lower_access} to true to lower it to Read
        = {}
    "#]];
    check_in(&edit, input.clone(), kept);
    input["lower_access"] = json!(true);
    let lowered = expect![[r#"
        ~ share/Acme/mia@example.com: Lower the access of mia@example.com to Read on the account `Acme`
            update AccountShare "00rD00000000001IAA" {AccountAccessLevel: "Read"}
            undo: restore
        ! warning access-lowered at /shares/0/access: The manual share with mia@example.com gives Edit on the account `Acme` and is lowered to Read
        = {}
    "#]];
    check_in(&edit, input, lowered);
}
