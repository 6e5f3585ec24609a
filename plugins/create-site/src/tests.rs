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
  { templateName = "Build Your Own (LWR)", publisher = "Salesforce" },
  { templateName = "VF Template", publisher = "Salesforce" },
] }
"connect/communities/0DBD00000000001OAA" = { name = "Help", templateName = "Build Your Own" }

[[records.Profile]]
Id = "00eD00000000001IAA"
Name = "System Administrator"

[[records.User]]
Id = "005PRACTICE0001Y5B"
ProfileId = "00eD00000000001IAA"

[[records.Network]]
Id = "0DBD00000000005OAA"
Name = "Store"
UrlPathPrefix = "storevforcesite"

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
                wait: Salesforce makes the site; a URL that Salesforce reserves is one cause of a failure — GET sobjects/BackgroundOperation/@site.job: /Status = "Complete"
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
                appears Network @site.id {Name: "Contracts", Status: "UnderConstruction"}, found by Name = "Contracts"
                certain, because of @site
            > address: Members of the site `Contracts` log in at `/contracts/login` behind the domain of the org's sites, once it is live
                alters Network @site.id {UrlPathPrefix: "contracts"}
                likely, because of @site
            > creator: The profile `System Administrator` of admin@practice.example is a member of the site `Contracts` from the beginning: its users get the mail of the activation, too
                other
                likely, because of @site
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
                wait: Salesforce makes the site; a URL that Salesforce reserves is one cause of a failure — GET sobjects/BackgroundOperation/@site.job: /Status = "Complete"
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
                appears Network @site.id {Name: "Front", Status: "UnderConstruction"}, found by Name = "Front"
                certain, because of @site
            > address: Members of the site `Front` log in at `/login` behind the domain of the org's sites, once it is live
                alters Network @site.id {UrlPathPrefix: null}
                likely, because of @site
            > creator: The profile `System Administrator` of admin@practice.example is a member of the site `Front` from the beginning: its users get the mail of the activation, too
                other
                likely, because of @site
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
                remedy: Set {with.url} to one that no site has
                rule: Connect REST API, Communities, create
            ! error unknown-template at /template: This org has no template `Partner Central`
                remedy: Set {with.template} to one that it lists: `Customer Account Portal`, `Build Your Own`, `Build Your Own (LWR)` and `VF Template`
                rule: Connect REST API, Communities, create
        "#]],
    );
    check(
        json!({ "name": "Contracts", "url": "", "template": "Build Your Own" }),
        expect![[r#"
            invalid
            ! error url-in-use at /url: The site `Main` has the domain's own URL; every other site needs one behind it
                remedy: Set {with.url} to one that no site has
                rule: Connect REST API, Communities, create
        "#]],
    );
    check(
        json!({ "name": "Contracts", "url": "new", "template": "Build Your Own" }),
        expect![[r#"
            invalid
            ! error url-in-use at /url: The URL `new` is in use by the site `New`
                remedy: Set {with.url} to one that no site has
                rule: Connect REST API, Communities, create
        "#]],
    );
}

#[test]
fn urls_that_salesforce_does_not_take() {
    let refused = expect![[r#"
        invalid
        ! error bad-url at /url: `test-store` cannot be the URL of a site: Salesforce takes letters and digits only
            remedy: Set {with.url} to `teststore`, or to other letters and digits
            rule: docs/salesforce/sites.md#names-and-addresses
    "#]];
    let input = json!({ "name": "Test Store", "url": "test-store", "template": "Build Your Own" });
    check(input, refused);
    let refused = expect![[r#"
        invalid
        ! error bad-url at /url: `_` cannot be the URL of a site: Salesforce takes letters and digits only
            remedy: Set {with.url} to letters and digits: no blank, `-`, `_` or other sign
            rule: docs/salesforce/sites.md#names-and-addresses
    "#]];
    check(
        json!({ "name": "Test Store", "url": "_", "template": "Build Your Own" }),
        refused,
    );
}

#[test]
fn lwr_sites_have_another_prefix() {
    let kept = expect![[r#"
        = {"site":"Store","site_id":"0DBD00000000005OAA"}
    "#]];
    let input = json!({ "name": "Store", "url": "store", "template": "Build Your Own (LWR)" });
    check(input, kept);
    let in_use = expect![[r#"
        invalid
        ! error url-in-use at /url: The URL `STORE` is in use by the site `Store`
            remedy: Set {with.url} to one that no site has
            rule: Connect REST API, Communities, create
    "#]];
    check(
        json!({ "name": "Shop", "url": "STORE", "template": "Build Your Own" }),
        in_use,
    );
    let made = expect![[r#"
        ~ site: Make the site `Shop` from the template `Build Your Own (LWR)`
            POST connect/communities {"name":"Shop","templateName":"Build Your Own (LWR)","urlPathPrefix":"shop"}
            unless found: Network (Name = "Shop") {}, enforced
            wait: Salesforce makes the site; a URL that Salesforce reserves is one cause of a failure — GET sobjects/BackgroundOperation/@site.job: /Status = "Complete"
                failed when /Status = "Error" | "Canceled"
                reason at: /Error
                every 5000 ms, at most 660000 ms
            wait: The site is there — Network (Name = "Shop") {}: present
                every 5000 ms, at most 660000 ms
            bind job = the answer's /jobId
            bind id = Id of Network (Name = "Shop") {}
            undo:
            update Network @site.id {Status: "DownForMaintenance"}
            stays: the site stays, down for maintenance; sites cannot be deleted
        > network: The site `Shop` is under construction: only users who build it can enter
            appears Network @site.id {Name: "Shop", Status: "UnderConstruction"}, found by Name = "Shop"
            certain, because of @site
        > address: Members of the site `Shop` log in at `/shop/login` behind the domain of the org's sites, once it is live
            alters Network @site.id {UrlPathPrefix: "shopvforcesite"}
            likely, because of @site
        > creator: The profile `System Administrator` of admin@practice.example is a member of the site `Shop` from the beginning: its users get the mail of the activation, too
            other
            likely, because of @site
        = {"site":"Shop","site_id":{"$bound":["site","id"]}}
    "#]];
    let input = json!({ "name": "Shop", "url": "shop", "template": "build your own (lwr)" });
    check(input, made);
}

#[test]
fn a_site_of_tabs_is_not_published() {
    let made = expect![[r#"
        ~ site: Make the site `Tabs` from the template `VF Template`
            POST connect/communities {"name":"Tabs","templateName":"VF Template","urlPathPrefix":"tabs"}
            unless found: Network (Name = "Tabs") {}, enforced
            wait: Salesforce makes the site; a URL that Salesforce reserves is one cause of a failure — GET sobjects/BackgroundOperation/@site.job: /Status = "Complete"
                failed when /Status = "Error" | "Canceled"
                reason at: /Error
                every 5000 ms, at most 660000 ms
            wait: The site is there — Network (Name = "Tabs") {}: present
                every 5000 ms, at most 660000 ms
            bind job = the answer's /jobId
            bind id = Id of Network (Name = "Tabs") {}
            undo:
            update Network @site.id {Status: "DownForMaintenance"}
            stays: the site stays, down for maintenance; sites cannot be deleted
        > network: The site `Tabs` is under construction: only users who build it can enter
            appears Network @site.id {Name: "Tabs", Status: "UnderConstruction"}, found by Name = "Tabs"
            certain, because of @site
        > address: Members of the site `Tabs` log in at `/tabs/login` behind the domain of the org's sites, once it is live
            alters Network @site.id {UrlPathPrefix: "tabs"}
            likely, because of @site
        > creator: The profile `System Administrator` of admin@practice.example is a member of the site `Tabs` from the beginning: its users get the mail of the activation, too
            other
            likely, because of @site
        ! warning cannot-be-published at /template: The site `Tabs` is made of Salesforce Tabs and Visualforce, which cannot be published: activate it in another run, when it is there
            rule: docs/salesforce/sites.md#publishing
        = {"site":"Tabs","site_id":{"$bound":["site","id"]}}
    "#]];
    check(
        json!({ "name": "Tabs", "url": "tabs", "template": "VF Template" }),
        made,
    );
}

#[test]
fn an_org_without_sites() {
    check_in(
        "[records]\nUser = []",
        contracts(),
        expect![[r#"
        unmet
        ! error digital-experiences-off: This org has no sites: Digital Experiences is off, or the signed-in user may not see them
            remedy: Turn it on first: step `digital-experiences`, or Setup > Digital Experiences > Settings
    "#]],
    );
    // The org has no sites yet, and shows the templates later: as after a step that turns them on.
    let opened = "[records]\nUser = []\nNetwork = []\n[pending]\n\"connect/communities/templates\" = \"dx:networks.id\"";
    check_in(
        opened,
        contracts(),
        expect![[r#"
            ~ site: Make the site `Contracts` from the template `customer account portal`
                POST connect/communities {"name":"Contracts","templateName":"customer account portal","urlPathPrefix":"contracts"}
                unless found: Network (Name = "Contracts") {}, enforced
                wait: Salesforce makes the site; a URL that Salesforce reserves is one cause of a failure — GET sobjects/BackgroundOperation/@site.job: /Status = "Complete"
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
                appears Network @site.id {Name: "Contracts", Status: "UnderConstruction"}, found by Name = "Contracts"
                certain, because of @site
            > address: Members of the site `Contracts` log in at `/contracts/login` behind the domain of the org's sites, once it is live
                alters Network @site.id {UrlPathPrefix: "contracts"}
                likely, because of @site
            > creator: The profile of admin@practice.example is a member of the site `Contracts` from the beginning: its users get the mail of the activation, too
                other
                likely, because of @site
            ! info template-not-checked at /template: Digital Experiences must be on before the org shows whether it has the template `customer account portal`
                rule: Connect REST API, Communities, create
            = {"site":"Contracts","site_id":{"$bound":["site","id"]}}
        "#]],
    );
}

#[test]
fn a_url_that_is_likely_reserved_comes_with_a_warning() {
    let mut input = contracts();
    for (url, warned) in [("Lightning", true), ("lightnings", false)] {
        input["url"] = json!(url);
        let planned = rehearse(MANIFEST, ORG, input.clone(), plan);
        assert_eq!(planned.contains("url-may-be-reserved"), warned, "{planned}");
        assert!(
            planned.contains("+ site") || planned.contains("~ site"),
            "{planned}"
        );
    }
}
