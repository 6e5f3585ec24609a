mod ensures;
mod expects;
mod shared;

use std::cell::RefCell;
use std::path::Path;

use expect_test::expect;
use serde_json::{Map, Value as Json, json};
use usher_core::diagnostic::SourceText;
use usher_core::recipe::{DataPlugin, parse_data_plugin};
use usher_sdk::testing::{Rehearsal, try_rehearse};
use usher_sdk::{Failure, Org, StepPlan};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples");

thread_local! {
    /// The program of the plugin that is tried: a planner is a function without surroundings.
    static PROGRAM: RefCell<String> = const { RefCell::new(String::new()) };
}

fn follow(input: Map<String, Json>, org: &dyn Org) -> Result<StepPlan, Failure> {
    let text = PROGRAM.with_borrow(String::clone);
    crate::plan(&crate::program(text.as_bytes())?, input, org)
}

fn example(name: &str) -> String {
    let path = Path::new(EXAMPLES).join(name).join("plugin.toml");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn made(text: &str) -> DataPlugin {
    let source = SourceText {
        name: "plugin.toml".to_owned(),
        text: text.to_owned(),
    };
    parse_data_plugin(&source).unwrap_or_else(|why| panic!("{why:#?}"))
}

fn tried(plugin: &str, org: &str, input: Json) -> Rehearsal {
    let plugin = made(plugin);
    PROGRAM.set(plugin.program);
    try_rehearse(&plugin.manifest, org, input, follow)
}

#[track_caller]
fn rehearsed(plugin: &str, org: &str, input: Json) -> String {
    let rehearsal = tried(plugin, org, input);
    assert!(
        rehearsal.refused.is_empty(),
        "{:?}\n{}",
        rehearsal.refused,
        rehearsal.answer
    );
    rehearsal.answer
}

/// An account with two active users, one of them only planned, and one who is not active.
pub(crate) const ORG: &str = r#"
    [[records.Account]]
    Id = "001D0000000aBcDIAU"
    Name = "Acme"
    [[records.Contact]]
    Id = "003D0000000aBcDIAU"
    AccountId = "001D0000000aBcDIAU"
    [[records.User]]
    Id = "005D0000001aBcDIAU"
    Username = "ada@example.com"
    Title = "Countess"
    ContactId = "003D0000000aBcDIAU"
    IsActive = true
    [[records.User]]
    Id = { "$ref" = "user:user.id", "$object" = "User" }
    Username = "bob@example.com"
    ContactId = "003D0000000aBcDIAU"
    IsActive = true
    [[records.User]]
    Id = "005D0000001aBcFIAU"
    Username = "eve@example.com"
    ContactId = "003D0000000aBcDIAU"
    IsActive = false
"#;

pub(crate) const ACCOUNT: &str = "001D0000000aBcDIAU";

#[test]
fn each_record_that_is_not_as_wanted_is_updated() {
    let input = json!({ "account": ACCOUNT, "title": "Countess" });
    expect![[r#"
        ~ title/bob@example.com: Give bob@example.com of `Acme` the title Countess
            update User ⟨user:user.id⟩ {Title: "Countess"}
            undo: restore
        = {"count":2,"users":["005D0000001aBcDIAU",{"$ref":"user:user.id"}]}
    "#]]
    .assert_eq(&rehearsed(&example("welcome-title"), ORG, input));
}

#[test]
fn an_org_that_is_as_wanted_needs_no_change() {
    let org = ORG.replace(
        r#"{ "$ref" = "user:user.id", "$object" = "User" }"#,
        r#""005D0000001aBcGIAU""#,
    );
    let org = org.replace(
        "Username = \"bob@example.com\"",
        "Username = \"bob@example.com\"\nTitle = \"Countess\"",
    );
    let input = json!({ "account": ACCOUNT, "title": "Countess" });
    expect![[r#"
        = {"count":2,"users":["005D0000001aBcDIAU","005D0000001aBcGIAU"]}
    "#]]
    .assert_eq(&rehearsed(&example("welcome-title"), &org, input));
}

#[test]
fn a_value_that_is_not_known_yet_goes_into_the_field() {
    let title = json!({ "$ref": "other:title" });
    let input = json!({ "account": ACCOUNT, "title": title });
    expect![[r#"
        ~ title/ada@example.com: Give ada@example.com of `Acme` the title (known later)
            update User "005D0000001aBcDIAU" {Title: ⟨?other:title⟩}
            undo: restore
        ~ title/bob@example.com: Give bob@example.com of `Acme` the title (known later)
            update User ⟨user:user.id⟩ {Title: ⟨?other:title⟩}
            undo: restore
        = {"count":2,"users":["005D0000001aBcDIAU",{"$ref":"user:user.id"}]}
    "#]]
    .assert_eq(&rehearsed(&example("welcome-title"), ORG, input));
}

#[test]
fn settings_are_set_once() {
    let plugin = example("digital-experiences");
    let off = "[settings.Communities]\nenableNetworksEnabled = false";
    expect![[r#"
        ~ networks: Turn on Digital Experiences
            configure Communities {enableNetworksEnabled: true}
            undo: impossible, Digital Experiences cannot be turned off again
        = {}
    "#]]
    .assert_eq(&rehearsed(&plugin, off, json!({})));
    let on = "[settings.Communities]\nenableNetworksEnabled = true";
    expect![[r#"
        = {}
    "#]]
    .assert_eq(&rehearsed(&plugin, on, json!({})));
    let unknown = "[settings.Communities]\nother = true";
    expect![[r#"
        unmet
        ! error setting-not-visible: The settings `Communities` of this org do not show `enableNetworksEnabled`
            remedy: Sign in with a user who may customise the application, or look for the setting in Setup
    "#]].assert_eq(&rehearsed(&plugin, unknown, json!({})));
}
