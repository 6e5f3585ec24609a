//! A German org: the labels of standard profiles are German, their full names are not.

use expect_test::{Expect, expect};
use usher_sdk::testing::{Manifest, OrgState};

use crate::profile::{EXTERNAL, ProfileNames, listed, unknown_profile};

const MANIFEST: &str = r#"{
    "format": 1, "name": "test", "version": "0.1.0", "summary": "A test", "kind": "changing",
    "input": {"type": "object", "properties": {}},
    "output": {"type": "object", "properties": {}},
    "reads": {"records": {"Profile": ["Name", "UserType"]}, "components": ["Profile"]},
    "writes": {}
}"#;

const ORG: &str = r#"
[[records.Profile]]
Id = "00eD00000000001IAA"
Name = "Customer Community Plus-Benutzer"
UserType = "PowerCustomerSuccess"

[[records.Profile]]
Id = "00eD00000000002IAA"
Name = "Kunden"
UserType = "CspLitePortal"

[[records.Profile]]
Id = "00eD00000000003IAA"
Name = "Systemadministrator"
UserType = "Standard"

[components.Profile."Customer Community Plus User"]
id = "00eD00000000001IAA"
content = {}

[components.Profile.Admin]
id = "00eD00000000003IAA"
content = {}
"#;

/// The labels of the profiles that the names mean.
#[track_caller]
fn check(org: &str, names: &[&str], expected: Expect) {
    let manifest = Manifest::parse(MANIFEST).expect("a manifest");
    let org = OrgState::parse(&manifest, org).expect("an org");
    let wanted = ProfileNames::of(names.iter().copied(), ["UserType"]);
    let text = match wanted.find(&org) {
        Ok(found) => {
            let labels = found.iter().map(|found| match found {
                Some(record) => record.text("Name").expect("a name").to_owned(),
                None => "-".to_owned(),
            });
            labels.collect::<Vec<_>>().join("\n")
        }
        Err(failure) => format!("{failure:?}"),
    };
    expected.assert_eq(&text);
}

#[test]
fn by_id_label_and_full_name() {
    check(
        ORG,
        &[
            "00eD00000000001",
            "00eD00000000001IAA",
            "KUNDEN",
            "Customer Community Plus-Benutzer",
            "customer community plus user",
            "Admin",
            "Partner",
            "00eD00000000009IAA",
        ],
        expect![[r#"
            Customer Community Plus-Benutzer
            Customer Community Plus-Benutzer
            Kunden
            Customer Community Plus-Benutzer
            Customer Community Plus-Benutzer
            Systemadministrator
            -
            -"#]],
    );
}

#[test]
fn labels_do_without_metadata() {
    let refused = format!("{ORG}\n[refused]\n\"components/Profile\" = \"INSUFFICIENT_ACCESS\"");
    check(
        &refused,
        &["Kunden", "Customer Community Plus User"],
        expect![[r#"
            Kunden
            -"#]],
    );
}

#[test]
fn an_unknown_name_is_answered_with_those_that_are_here() {
    let manifest = Manifest::parse(MANIFEST).expect("a manifest");
    let org = OrgState::parse(&manifest, ORG).expect("an org");
    let problem = unknown_profile(
        "Customers",
        "/profile",
        "Set {with.profile}",
        EXTERNAL,
        &org,
    );
    assert_eq!(problem.summary, "No profile has the name `Customers`");
    expect![[
        "Set {with.profile}: the name that Setup > Profiles shows, the API name or the id. Profiles for such users are `Customer Community Plus-Benutzer` and `Kunden`"
    ]]
    .assert_eq(&problem.remedy.unwrap_or_default());
    let none = unknown_profile("X", "/profile", "Set {with.profile}", &["Guest"], &org);
    expect!["Set {with.profile}: the name that Setup > Profiles shows, the API name or the id"]
        .assert_eq(&none.remedy.unwrap_or_default());
}

#[test]
fn at_most_ten_are_listed() {
    let names = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"];
    let text = |many: usize| listed(names.get(..many).unwrap_or(&names)).unwrap_or_default();
    assert_eq!(text(1), "The profile for such users is `A`");
    assert_eq!(text(2), "Profiles for such users are `A` and `B`");
    assert_eq!(
        text(12),
        "Profiles for such users are `A`, `B`, `C`, `D`, `E`, `F`, `G`, `H`, `I`, `J` and 2 more"
    );
}
