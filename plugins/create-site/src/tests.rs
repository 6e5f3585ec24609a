use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};
use usher_sdk::testing::{Manifest, rehearse};

use crate::plan;

const MANIFEST: &str = include_str!("../manifest.json");

/// Two sites, and one that an earlier step plans.
const ORG: &str = r#"
[resources]
"connect/communities/templates" = { total = 2, templates = [
  { templateName = "Customer Account Portal", publisher = "Salesforce" },
  { templateName = "Build Your Own", publisher = "Salesforce" },
] }
"connect/communities/0DBD00000000001OAA" = { name = "Help", templateName = "Build Your Own" }

[[records.Network]]
Id = "0DBD00000000001OAA"
Name = "Help"
UrlPathPrefix = "help"

[[records.Network]]
Id = "0DBD00000000002OAA"
Name = "Main"

[[records.Network]]
Id = { "$ref" = "first:site.id", "$object" = "Network" }
Name = "New"
UrlPathPrefix = "new"
"#;

#[track_caller]
fn check(input: Json, expected: Expect) {
    check_in(ORG, input, expected);
}

#[track_caller]
fn check_in(org: &str, input: Json, expected: Expect) {
    expected.assert_eq(&rehearse(MANIFEST, org, input, plan));
}

fn contracts() -> Json {
    json!({ "name": "Contracts", "url": "contracts", "template": "customer account portal" })
}

#[test]
fn the_manifest_is_this_crates() {
    let manifest = Manifest::parse(MANIFEST).expect("the manifest parses");
    assert_eq!(manifest.name, env!("CARGO_PKG_NAME"));
    assert_eq!(manifest.version.to_string(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn a_site_that_is_not_there_is_made() {
    check(
        contracts(),
        expect![[r#"
        ~ site: Make the site `Contracts` from the template `Customer Account Portal`
            POST connect/communities {"name":"Contracts","templateName":"Customer Account Portal","urlPathPrefix":"contracts"}
            unless found: Network (Name = "Contracts") {}, enforced
            wait: Salesforce makes the site — GET sobjects/BackgroundOperation/@site.job: /Status = "Complete"
                failed when /Status = "Error" | "Canceled"
                reason at: /Error
                every 5000 ms, at most 660000 ms
            wait: The site is there — Network (Name = "Contracts") {}: present
                every 5000 ms, at most 660000 ms
            bind job = the answer's /jobId
            bind id = Id of Network (Name = "Contracts") {}
            undo:
            update Network @site.id {Status: "DownForMaintenance"}
            stays: the site stays, down for maintenance; sites cannot be deleted
        > network: The site `Contracts` is under construction: only users who build it can enter
            appears Network @site.id {Name: "Contracts", UrlPathPrefix: "contracts", Status: "UnderConstruction"}, found by Name = "Contracts"
            certain, because of @site
        = {"site":"Contracts","site_id":{"$bound":["site","id"]}}
    "#]],
    );
}

#[test]
fn a_site_without_url_may_be_the_first() {
    let first = ORG.replace(
        r#"Name = "Main""#,
        "Name = \"Main\"\nUrlPathPrefix = \"main\"",
    );
    check_in(
        &first,
        json!({ "name": "Front", "url": "", "template": "Build Your Own" }),
        expect![[r#"
            ~ site: Make the site `Front` from the template `Build Your Own`
                POST connect/communities {"name":"Front","templateName":"Build Your Own","urlPathPrefix":""}
                unless found: Network (Name = "Front") {}, enforced
                wait: Salesforce makes the site — GET sobjects/BackgroundOperation/@site.job: /Status = "Complete"
                    failed when /Status = "Error" | "Canceled"
                    reason at: /Error
                    every 5000 ms, at most 660000 ms
                wait: The site is there — Network (Name = "Front") {}: present
                    every 5000 ms, at most 660000 ms
                bind job = the answer's /jobId
                bind id = Id of Network (Name = "Front") {}
                undo:
                update Network @site.id {Status: "DownForMaintenance"}
                stays: the site stays, down for maintenance; sites cannot be deleted
            > network: The site `Front` is under construction: only users who build it can enter
                appears Network @site.id {Name: "Front", UrlPathPrefix: null, Status: "UnderConstruction"}, found by Name = "Front"
                certain, because of @site
            = {"site":"Front","site_id":{"$bound":["site","id"]}}
        "#]],
    );
}

#[test]
fn a_site_that_is_there_stays() {
    check(
        json!({ "name": "help", "url": "help", "template": "Build Your Own" }),
        expect![[r#"
            = {"site":"Help","site_id":"0DBD00000000001OAA"}
        "#]],
    );
    check(
        json!({ "name": "Help", "url": "support", "template": "Customer Account Portal" }),
        expect![[r#"
            ! warning url-kept at /url: The site `Help` is there and keeps the URL `help`
            ! warning template-kept at /template: The site `Help` is there and was made from `Build Your Own`, which cannot be changed
            = {"site":"Help","site_id":"0DBD00000000001OAA"}
        "#]],
    );
    check(
        json!({ "name": "New", "url": "new", "template": "Anything" }),
        expect![[r#"
            = {"site":"New","site_id":{"$ref":"first:site.id"}}
        "#]],
    );
    // No read shows the template of this one.
    check(
        json!({ "name": "Main", "url": "", "template": "Anything" }),
        expect![[r#"
            = {"site":"Main","site_id":"0DBD00000000002OAA"}
        "#]],
    );
}

#[test]
fn urls_in_use_and_templates_that_the_org_lacks() {
    check(
        json!({ "name": "Contracts", "url": "HELP", "template": "Partner Central" }),
        expect![[r#"
            invalid
            ! error url-in-use at /url: The URL `HELP` is in use by the site `Help`
                remedy: Set `url` to one that no site has
                rule: Connect REST API, Communities, create
            ! error unknown-template at /template: This org has no template `Partner Central`
                remedy: Choose one that it lists: `Customer Account Portal` and `Build Your Own`
                rule: Connect REST API, Communities, create
        "#]],
    );
    check(
        json!({ "name": "Contracts", "url": "", "template": "Build Your Own" }),
        expect![[r#"
            invalid
            ! error url-in-use at /url: The site `Main` has the domain's own URL; every other site needs one behind it
                remedy: Set `url`
                rule: Connect REST API, Communities, create
        "#]],
    );
    check(
        json!({ "name": "Contracts", "url": "new", "template": "Build Your Own" }),
        expect![[r#"
            invalid
            ! error url-in-use at /url: The URL `new` is in use by the site `New`
                remedy: Set `url` to one that no site has
                rule: Connect REST API, Communities, create
        "#]],
    );
}

#[test]
fn an_org_without_sites() {
    check_in(
        "[records]",
        contracts(),
        expect![[r#"
        unmet
        ! error digital-experiences-off: This org has no sites: Digital Experiences is off, or the signed-in user may not see them
            remedy: Turn it on first: step `digital-experiences`, or Setup > Digital Experiences > Settings
    "#]],
    );
    // The org has no sites yet, and shows the templates later: as after a step that turns them on.
    let opened = "[records]\nNetwork = []\n[pending]\n\"connect/communities/templates\" = \"dx:networks.id\"";
    check_in(
        opened,
        contracts(),
        expect![[r#"
        ~ site: Make the site `Contracts` from the template `customer account portal`
            POST connect/communities {"name":"Contracts","templateName":"customer account portal","urlPathPrefix":"contracts"}
            unless found: Network (Name = "Contracts") {}, enforced
            wait: Salesforce makes the site — GET sobjects/BackgroundOperation/@site.job: /Status = "Complete"
                failed when /Status = "Error" | "Canceled"
                reason at: /Error
                every 5000 ms, at most 660000 ms
            wait: The site is there — Network (Name = "Contracts") {}: present
                every 5000 ms, at most 660000 ms
            bind job = the answer's /jobId
            bind id = Id of Network (Name = "Contracts") {}
            undo:
            update Network @site.id {Status: "DownForMaintenance"}
            stays: the site stays, down for maintenance; sites cannot be deleted
        > network: The site `Contracts` is under construction: only users who build it can enter
            appears Network @site.id {Name: "Contracts", UrlPathPrefix: "contracts", Status: "UnderConstruction"}, found by Name = "Contracts"
            certain, because of @site
        ! info template-not-checked at /template: Whether the org lists the template `customer account portal` shows when Digital Experiences is on
            rule: Connect REST API, Communities, create
        = {"site":"Contracts","site_id":{"$bound":["site","id"]}}
    "#]],
    );
}
