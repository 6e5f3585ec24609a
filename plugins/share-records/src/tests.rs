mod rules;
mod set;
mod shares;

use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};
use usher_sdk::testing::{Manifest, rehearse};

use crate::plan;

const MANIFEST: &str = include_str!("../manifest.json");
const ORG: &str = include_str!("tests/org.toml");

#[track_caller]
fn check(input: Json, expected: Expect) {
    check_in(ORG, input, expected);
}

#[track_caller]
fn check_in(org: &str, input: Json, expected: Expect) {
    expected.assert_eq(&rehearse(MANIFEST, org, input, plan));
}

#[test]
fn the_manifest_is_this_crates() {
    let manifest = Manifest::parse(MANIFEST).expect("the manifest parses");
    assert_eq!(manifest.name, env!("CARGO_PKG_NAME"));
    assert_eq!(manifest.version.to_string(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn something_is_to_be_shared() {
    check(
        json!({}),
        expect![[r#"
            invalid
            ! error nothing-to-share: The step shares nothing
                remedy: Give one of {with.sharing_set}, {with.rules} and {with.shares}, or several
        "#]],
    );
}

#[test]
fn all_problems_are_reported_at_once() {
    let set = json!({
        "name": "Cases",
        "profiles": ["Nobody", "Standard User"],
        "mappings": [{ "object": "Lead", "object_field": "Id", "user_field": "Name" }],
    });
    let shares = json!([{ "record": "001D00000000009IAA", "user": "005D00000000009IAA" }]);
    check(
        json!({ "sharing_set": set, "shares": shares }),
        expect![[r#"
            invalid
            ! error cannot-be-in-sharing-set at /sharing_set/mappings/0/object: A sharing set cannot share `Lead`
                remedy: Set {with.sharing_set.mappings.0.object} to `Account`, `Campaign`, `Case`, `Contact`, `Opportunity`, `Order`, `ServiceContract`, `User` and `WorkOrder` or a custom object; share others by {with.rules}, or one by one by {with.shares}
                rule: Metadata API, SharingSet
            ! error unknown-user-field at /sharing_set/mappings/0/user_field: A sharing set cannot begin at `Name` of the user
                remedy: In {with.sharing_set.mappings}, write `Account`, `Contact`, `Contact.RelatedAccount`, `Manager.Account`, `Manager.Contact`, or a field of the user's account or contact: `Account.Parent`
                rule: Metadata API, SharingSet
            ! error unknown-profile at /sharing_set/profiles/0: There is no profile `Nobody`
                remedy: Set {with.sharing_set.profiles} to profiles of this org: the name that Setup > Profiles shows, the API name or the id. Profiles for such users are `Cloned`, `Customer Community User` and `Customer Plus`
                rule: docs/salesforce/profiles.md#full-names
            ! error internal-profile at /sharing_set/profiles/1: The profile `Standard User` is for internal users
                remedy: Set {with.sharing_set.profiles} to profiles of community licenses; share with internal users by {with.rules}
                rule: Metadata API, SharingSet
            ! error unknown-user at /shares/0/user: There is no user `005D00000000009IAA`
                remedy: Set {with.shares.0.user} to the id of a user of this org; it begins with 005
            ! error unknown-record at /shares/0/record: There is no record `001D00000000009IAA`
                remedy: Set {with.shares.0.record} to the id of a record of this org, or sign in as a user who may read it
        "#]],
    );
}
