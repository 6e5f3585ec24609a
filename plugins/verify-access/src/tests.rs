mod login;
mod reasons;

use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};
use usher_sdk::testing::{Kind, Manifest, rehearse};

use crate::plan;

const MANIFEST: &str = include_str!("../manifest.json");
const ORG: &str = include_str!("tests/org.toml");

/// Mia is the manager of Acme's customers, Carl a customer below her; see `org.toml`.
const MIA: &str = "005D00000000001IAA";

#[track_caller]
fn check(input: Json, expected: Expect) {
    check_in(ORG, input, expected);
}

#[track_caller]
fn check_in(org: &str, mut input: Json, expected: Expect) {
    let fields = input.as_object_mut().expect("an object");
    fields.entry("user").or_insert_with(|| json!(MIA));
    fields.entry("site").or_insert_with(|| json!("Portal"));
    expected.assert_eq(&rehearse(MANIFEST, org, input, plan));
}

#[test]
fn the_manifest_is_this_crates() {
    let manifest = Manifest::parse(MANIFEST).expect("the manifest parses");
    assert_eq!(manifest.name, env!("CARGO_PKG_NAME"));
    assert_eq!(manifest.version.to_string(), env!("CARGO_PKG_VERSION"));
    assert_eq!(manifest.kind, Kind::Verifying);
}

#[test]
fn ids_are_ids_and_wanted_one_way() {
    check(
        json!({ "sees": ["Acme", "500D00000000001IAA"], "must_not_see": ["500D00000000001"] }),
        expect![[r#"
            invalid
            ! error not-an-id at /sees/0: `Acme` is not the id of a record
                remedy: In {with.sees}, give the id; an input of the type `record` finds it by name
            ! error in-both-lists at /must_not_see/0: The record `500D00000000001` shall be seen and not be seen
                remedy: Take it out of {with.sees} or of {with.must_not_see}
        "#]],
    );
    check(
        json!({ "user": "mia@example.com" }),
        expect![[r#"
            invalid
            ! error unknown-user at /user: There is no user `mia@example.com`
                remedy: Set {with.user} to the id of a user of this org; it begins with 005
        "#]],
    );
}
