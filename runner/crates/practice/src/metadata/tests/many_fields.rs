//! Objects with as many custom fields as they can have (docs/salesforce/metadata.md#fields).

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use expect_test::expect;

use crate::testing::org_with;

/// A package with so many fields of accounts.
fn object(count: usize, more: &str) -> String {
    let mut text = "<CustomObject xmlns=\"http://soap.sforce.com/2006/04/metadata\">".to_owned();
    for number in 0..count {
        write!(text, "<fields><fullName>F{number}__c</fullName><label>F{number}</label><length>20</length><type>Text</type></fields>")
            .expect("memory takes it");
    }
    write!(text, "{more}</CustomObject>").expect("memory takes it");
    text
}

const PACKAGE: &str = "<Package><types><members>Account</members><name>CustomObject</name></types><version>66.0</version></Package>";

/// The time that a new org takes to make so many fields at once.
#[expect(clippy::disallowed_methods, reason = "the test takes the time")]
fn time(fields: usize) -> Duration {
    let org = org_with("");
    let object = object(fields, "");
    let begin = Instant::now();
    org.deployed(
        &[
            ("package.xml", PACKAGE),
            ("objects/Account.object", &object),
        ],
        expect![[r#"
            <changed>true</changed>
            <fullName>Account</fullName>
            <status>Succeeded</status>
        "#]],
    );
    begin.elapsed()
}

#[test]
fn four_times_as_many_fields_do_not_take_sixteen_times_as_long() {
    let (few, many) = (time(100), time(400));
    assert!(many < few * 10, "100 fields: {few:?}, 400: {many:?}");
}

#[test]
fn the_five_hundredth_field_is_the_last_of_the_orgs_own() {
    let org = org_with("");
    org.deployed(
        &[
            ("package.xml", PACKAGE),
            ("objects/Account.object", &object(500, "")),
        ],
        expect![[r#"
            <changed>true</changed>
            <fullName>Account</fullName>
            <status>Succeeded</status>
        "#]],
    );
    let field = |name: &str| {
        org.soap(&format!("<upsertMetadata><metadata xsi:type=\"CustomField\"><fullName>Account.{name}</fullName><label>More</label><length>20</length><type>Text</type></metadata></upsertMetadata>"))
    };
    let refused = field("More__c");
    let message = refused.lines().find(|line| line.starts_with("<message>"));
    expect!["<message>You have reached the maximum number of 500 custom fields for the object Account</message>"]
        .assert_eq(message.unwrap_or(&refused));
    // Those of packages do not count, and a field that is there can be changed.
    for name in ["FinServ__Status__c", "F7__c"] {
        let made = field(name);
        assert!(made.contains("<success>true</success>"), "{made}");
    }
    org.create(
        "Account",
        serde_json::json!({ "Name": "A", "F499__c": "x" }),
    );
    org.query(
        "SELECT Name FROM Account WHERE F499__c = 'x'",
        expect![[r#"
            {"Name":"A"}
        "#]],
    );
}

#[test]
fn an_unlimited_edition_has_eight_hundred() {
    let org = org_with(
        "[[records]]\nobject = \"Account\"\nfields = { Name = \"A\" }\n[[changes]]\nref = \"organization\"\nfields = { OrganizationType = \"Unlimited Edition\" }",
    );
    org.deployed(
        &[("package.xml", PACKAGE), ("objects/Account.object", &object(801, ""))],
        expect![[r#"
            <fullName>Account</fullName>
            <problem>You have reached the maximum number of 800 custom fields for the object Account</problem>
            <status>Failed</status>
        "#]],
    );
}
