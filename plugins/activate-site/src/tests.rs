use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};
use usher_sdk::testing::{Manifest, rehearse};

use crate::plan;

const MANIFEST: &str = include_str!("../manifest.json");

/// A site in each state, and one that an earlier step plans.
const ORG: &str = r#"
[resources]
"connect/communities/0DBD00000000001OAA" = { name = "Help", templateName = "Customer Account Portal", siteUrl = "https://acme.my.site.com/help" }
"connect/communities/0DBD00000000003OAA" = { name = "Down", templateName = "Build Your Own", siteUrl = "https://acme.my.site.com/down", loginUrl = "https://acme.my.site.com/down/login" }
"connect/communities/0DBD00000000004OAA" = { name = "Never", templateName = "VF Template" }

[[records.Profile]]
Id = "00eD00000000001IAA"
Name = "Systemadministrator"
UserType = "Standard"

[[records.Profile]]
Id = "00eD00000000002IAA"
Name = "Customer Community User"
UserType = "CspLitePortal"

[[records.Network]]
Id = "0DBD00000000001OAA"
Name = "Help"
Status = "UnderConstruction"
OptionsShowAllNetworkSettings = false
OptionsSendWelcomeEmail = true

[[records.Network]]
Id = "0DBD00000000002OAA"
Name = "Partners"
Status = "Live"
FirstActivationDate = "2026-01-01T10:00:00.000+0000"
OptionsShowAllNetworkSettings = false
OptionsSendWelcomeEmail = true

[[records.Network]]
Id = "0DBD00000000003OAA"
Name = "Down"
Status = "DownForMaintenance"
FirstActivationDate = "2026-01-01T10:00:00.000+0000"
OptionsShowAllNetworkSettings = true
OptionsSendWelcomeEmail = true

[[records.Network]]
Id = "0DBD00000000004OAA"
Name = "Never"
Status = "DownForMaintenance"
OptionsShowAllNetworkSettings = true
OptionsSendWelcomeEmail = false

[[records.Network]]
Id = { "$ref" = "site:site.id", "$object" = "Network" }
Name = "New"
Status = "UnderConstruction"
FirstActivationDate = { "$ref" = "site:network.FirstActivationDate" }
OptionsShowAllNetworkSettings = { "$ref" = "site:network.OptionsShowAllNetworkSettings" }
OptionsSendWelcomeEmail = { "$ref" = "site:network.OptionsSendWelcomeEmail" }

[[records.NetworkMemberGroup]]
Id = "0DLD00000000001OAA"
NetworkId = "0DBD00000000001OAA"
ParentId = "00eD00000000002IAA"

[[records.NetworkMemberGroup]]
Id = "0DLD00000000002OAA"
NetworkId = "0DBD00000000001OAA"
ParentId = "00eD00000000001IAA"

[[records.NetworkMember]]
Id = "0DOD00000000001OAA"
NetworkId = "0DBD00000000001OAA"

[[records.NetworkMember]]
Id = "0DOD00000000002OAA"
NetworkId = "0DBD00000000003OAA"
MemberId = "005PRACTICE0001Y5B"

[[records.NetworkMember]]
Id = { "$ref" = "user:member/Help.id", "$object" = "NetworkMember" }
NetworkId = "0DBD00000000001OAA"
"#;

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
fn a_site_under_construction_goes_live() {
    check(
        json!({ "site": "help" }),
        expect![[r#"
            ~ publish: Publish the site `Help`
                POST connect/communities/0DBD00000000001OAA/publish
                safe to repeat
                wait: Salesforce publishes the site — GET sobjects/BackgroundOperation/@publish.job: /Status = "Complete"
                    failed when /Status = "Error" | "Canceled"
                    reason at: /Error
                    every 5000 ms, at most 960000 ms
                bind job = the answer's /jobId
            ~ all-settings: Show all settings of the site `Help` in Workspaces
                update Network "0DBD00000000001OAA" {OptionsShowAllNetworkSettings: true}
                undo: restore
            ~ live: Activate the site `Help`
                update Network "0DBD00000000001OAA" {Status: "Live"}
                after @publish
                undo:
                update Network "0DBD00000000001OAA" {Status: "DownForMaintenance"}
                stays: the site is down for maintenance, and goes live again only when an apply says so; under construction cannot come back
            > mails: The site `Help` mails its 2 members how to get in
                mails 2 to []
                likely, because of @live
            ! warning preview-ends at /site: The site `Help` is under construction and can never be so again; it can only be taken down for maintenance
                rule: Object Reference, Network, Status
            ! warning activation-mails at /site: The site `Help` mails its 2 members how to get in; mails cannot be called back
                rule: Salesforce CLI, community publish: activating sends the welcome mail to all members
            ! warning internal-members at /site: The internal profile `Systemadministrator` is a member of the site `Help`, so its users get the mail as well
                remedy: Where they shall get no mail, take the profile out in Workspaces > Administration > Members first
                rule: docs/salesforce/sites.md#members
            ! warning runner-not-a-member at /site: admin@practice.example, in whose name Usher works, is not a member of the site `Help`, and Salesforce may refuse to publish or activate it
                remedy: Add the profile of that user in Workspaces > Administration > Members first
                rule: docs/salesforce/sites.md#working-on-a-site
            ! info login-address at /site: Members of the site `Help` log in at https://acme.my.site.com/help/login
                rule: docs/salesforce/sites.md#names-and-addresses
            = {"site_id":"0DBD00000000001OAA"}
        "#]],
    );
}

#[test]
fn a_site_that_is_only_planned_goes_live() {
    check(
        json!({ "site": "New" }),
        expect![[r#"
            ~ publish: Publish the site `New`
                POST connect/communities/⟨site:site.id⟩/publish
                safe to repeat
                wait: Salesforce publishes the site — GET sobjects/BackgroundOperation/@publish.job: /Status = "Complete"
                    failed when /Status = "Error" | "Canceled"
                    reason at: /Error
                    every 5000 ms, at most 960000 ms
                bind job = the answer's /jobId
            ~ all-settings: Show all settings of the site `New` in Workspaces
                update Network ⟨site:site.id⟩ {OptionsShowAllNetworkSettings: true}
                undo: restore
            ~ live: Activate the site `New`
                update Network ⟨site:site.id⟩ {Status: "Live"}
                after @publish
                undo:
                update Network ⟨site:site.id⟩ {Status: "DownForMaintenance"}
                stays: the site is down for maintenance, and goes live again only when an apply says so; under construction cannot come back
            > mails: The site `New` mails its members how to get in
                mails ? to []
                likely, because of @live
            ! warning preview-ends at /site: The site `New` is under construction and can never be so again; it can only be taken down for maintenance
                rule: Object Reference, Network, Status
            ! warning activation-mails at /site: The site `New` mails its members how to get in; mails cannot be called back
                rule: Salesforce CLI, community publish: activating sends the welcome mail to all members
            = {"site_id":{"$ref":"site:site.id"}}
        "#]],
    );
}

#[test]
fn a_live_site_stays() {
    check(
        json!({ "site": "Partners", "show_all_settings": false }),
        expect![[r#"
            = {"site_id":"0DBD00000000002OAA"}
        "#]],
    );
    check(
        json!({ "site": "Partners" }),
        expect![[r#"
        ~ all-settings: Show all settings of the site `Partners` in Workspaces
            update Network "0DBD00000000002OAA" {OptionsShowAllNetworkSettings: true}
            undo: restore
        = {"site_id":"0DBD00000000002OAA"}
    "#]],
    );
}

#[test]
fn a_site_that_is_down_comes_back() {
    check(
        json!({ "site": "Down", "from_maintenance": true }),
        expect![[r#"
            ~ live: Activate the site `Down`
                update Network "0DBD00000000003OAA" {Status: "Live"}
                undo: restore
            > mails: The site `Down` mails those of its 1 member who joined while it was down
                mails ? to []
                possible, because of @live
            ! warning activation-mails at /site: The site `Down` mails those of its 1 member who joined while it was down; mails cannot be called back
                rule: Salesforce CLI, community publish: activating sends the welcome mail to all members
            ! info login-address at /site: Members of the site `Down` log in at https://acme.my.site.com/down/login
                rule: docs/salesforce/sites.md#names-and-addresses
            = {"site_id":"0DBD00000000003OAA"}
        "#]],
    );
    check(
        json!({ "site": "Never", "from_maintenance": true }),
        expect![[r#"
            ~ live: Activate the site `Never`
                update Network "0DBD00000000004OAA" {Status: "Live"}
                undo: restore
            ! info nothing-to-publish at /site: The site `Never` is made of Salesforce Tabs and Visualforce, which cannot be published; it is only activated
                rule: docs/salesforce/sites.md#publishing
            ! info no-welcome-mail at /site: The site `Never` sends no welcome mail; its members need a password reset to get in
            ! warning runner-not-a-member at /site: admin@practice.example, in whose name Usher works, is not a member of the site `Never`, and Salesforce may refuse to publish or activate it
                remedy: Add the profile of that user in Workspaces > Administration > Members first
                rule: docs/salesforce/sites.md#working-on-a-site
            = {"site_id":"0DBD00000000004OAA"}
        "#]],
    );
}

#[test]
fn a_site_that_somebody_took_down_stays_down() {
    let down = expect![[r#"
        unmet
        ! error site-is-down at /site: The site `Down` is down for maintenance: a user or the undo of a run took it down, and activating it lets its visitors in again
            remedy: Set {with.from_maintenance} to true when the site shall be open again; else activate nothing until it is back
            rule: Object Reference, Network, Status
    "#]];
    check(json!({ "site": "Down" }), down);
    let never = expect![[r#"
        unmet
        ! error site-is-down at /site: The site `Never` is down for maintenance: a user or the undo of a run took it down, and activating it lets its visitors in again
            remedy: Set {with.from_maintenance} to true when the site shall be open again; else activate nothing until it is back
            rule: Object Reference, Network, Status
    "#]];
    check(json!({ "site": "Never" }), never);
}

#[test]
fn sites_that_are_not_there() {
    check(
        json!({ "site": "Nowhere" }),
        expect![[r#"
            invalid
            ! error unknown-site at /site: There is no site `Nowhere`
                remedy: Set {with.site} to a site of this org. There are `Down`, `Help`, `Never`, `New` and `Partners`
        "#]],
    );
    check_in(
        "[records]",
        json!({ "site": "Help" }),
        expect![[r#"
        unmet
        ! error digital-experiences-off at /site: This org has no sites: Digital Experiences is off, or the signed-in user may not see them
            remedy: Turn it on in Setup > Digital Experiences > Settings, and make the site
    "#]],
    );
}

/// The org, in which the address of the first member is invalid, or that of each.
fn unreachable(each: bool) -> String {
    let mut parts = ORG.split("[[records.NetworkMember]]");
    let mut org = parts.next().unwrap_or_default().to_owned();
    for (at, part) in parts.enumerate() {
        let end = if at == 0 || each { ".invalid" } else { "" };
        org.push_str(&format!(
            "[[records.NetworkMember]]\n\"Member.Email\" = \"m{at}@x.example{end}\"{part}"
        ));
    }
    org
}

#[test]
fn members_whom_no_mail_reaches_are_not_counted() {
    let input = json!({ "site": "Help", "show_all_settings": false });
    check_in(
        &unreachable(false),
        input.clone(),
        expect![[r#"
        ~ publish: Publish the site `Help`
            POST connect/communities/0DBD00000000001OAA/publish
            safe to repeat
            wait: Salesforce publishes the site — GET sobjects/BackgroundOperation/@publish.job: /Status = "Complete"
                failed when /Status = "Error" | "Canceled"
                reason at: /Error
                every 5000 ms, at most 960000 ms
            bind job = the answer's /jobId
        ~ live: Activate the site `Help`
            update Network "0DBD00000000001OAA" {Status: "Live"}
            after @publish
            undo:
            update Network "0DBD00000000001OAA" {Status: "DownForMaintenance"}
            stays: the site is down for maintenance, and goes live again only when an apply says so; under construction cannot come back
        > mails: The site `Help` mails its 1 member how to get in
            mails 1 to []
            likely, because of @live
        ! warning preview-ends at /site: The site `Help` is under construction and can never be so again; it can only be taken down for maintenance
            rule: Object Reference, Network, Status
        ! warning invalid-addresses at /site: Salesforce mails no user of the site `Help` whose address ends in `.invalid`, which a refresh of a sandbox adds: 1 of its members
            remedy: Correct the addresses of those users first
            rule: Salesforce Help, article 000386507
        ! warning activation-mails at /site: The site `Help` mails its 1 member how to get in; mails cannot be called back
            rule: Salesforce CLI, community publish: activating sends the welcome mail to all members
        ! warning internal-members at /site: The internal profile `Systemadministrator` is a member of the site `Help`, so its users get the mail as well
            remedy: Where they shall get no mail, take the profile out in Workspaces > Administration > Members first
            rule: docs/salesforce/sites.md#members
        ! warning runner-not-a-member at /site: admin@practice.example, in whose name Usher works, is not a member of the site `Help`, and Salesforce may refuse to publish or activate it
            remedy: Add the profile of that user in Workspaces > Administration > Members first
            rule: docs/salesforce/sites.md#working-on-a-site
        ! info login-address at /site: Members of the site `Help` log in at https://acme.my.site.com/help/login
            rule: docs/salesforce/sites.md#names-and-addresses
        = {"site_id":"0DBD00000000001OAA"}
    "#]],
    );
    let none = rehearse(MANIFEST, &unreachable(true), input, plan);
    assert!(!none.contains("> mails"), "{none}");
    assert!(none.contains("invalid-addresses"), "{none}");
}

#[test]
fn how_many_members_is_not_known() {
    let members = ORG.replace("NetworkMember", "Hidden");
    check_in(
        &members,
        json!({ "site": "Help", "show_all_settings": false }),
        expect![[r#"
            ~ publish: Publish the site `Help`
                POST connect/communities/0DBD00000000001OAA/publish
                safe to repeat
                wait: Salesforce publishes the site — GET sobjects/BackgroundOperation/@publish.job: /Status = "Complete"
                    failed when /Status = "Error" | "Canceled"
                    reason at: /Error
                    every 5000 ms, at most 960000 ms
                bind job = the answer's /jobId
            ~ live: Activate the site `Help`
                update Network "0DBD00000000001OAA" {Status: "Live"}
                after @publish
                undo:
                update Network "0DBD00000000001OAA" {Status: "DownForMaintenance"}
                stays: the site is down for maintenance, and goes live again only when an apply says so; under construction cannot come back
            > mails: The site `Help` mails its members how to get in
                mails ? to []
                likely, because of @live
            ! warning preview-ends at /site: The site `Help` is under construction and can never be so again; it can only be taken down for maintenance
                rule: Object Reference, Network, Status
            ! warning activation-mails at /site: The site `Help` mails its members how to get in; mails cannot be called back
                rule: Salesforce CLI, community publish: activating sends the welcome mail to all members
            ! info login-address at /site: Members of the site `Help` log in at https://acme.my.site.com/help/login
                rule: docs/salesforce/sites.md#names-and-addresses
            = {"site_id":"0DBD00000000001OAA"}
        "#]],
    );
}

#[test]
fn whom_a_planned_group_brings_is_not_known() {
    let planned = r#"
[[records.NetworkMemberGroup]]
Id = { "$ref" = "members:profile/Customer.id", "$object" = "NetworkMemberGroup" }
NetworkId = "0DBD00000000003OAA"
"#;
    check_in(
        &format!("{ORG}{planned}"),
        json!({ "site": "Down", "from_maintenance": true }),
        expect![[r#"
            ~ live: Activate the site `Down`
                update Network "0DBD00000000003OAA" {Status: "Live"}
                undo: restore
            > mails: The site `Down` mails those of its members who joined while it was down
                mails ? to []
                possible, because of @live
            ! warning activation-mails at /site: The site `Down` mails those of its members who joined while it was down; mails cannot be called back
                rule: Salesforce CLI, community publish: activating sends the welcome mail to all members
            ! info login-address at /site: Members of the site `Down` log in at https://acme.my.site.com/down/login
                rule: docs/salesforce/sites.md#names-and-addresses
            = {"site_id":"0DBD00000000003OAA"}
        "#]],
    );
}

#[test]
fn nobody_is_mailed_where_nobody_is() {
    let empty = ORG.replace(
        r#"NetworkId = "0DBD00000000003OAA""#,
        r#"NetworkId = "0DBD00000000009OAA""#,
    );
    check_in(
        &empty,
        json!({ "site": "Down", "from_maintenance": true }),
        expect![[r#"
            ~ live: Activate the site `Down`
                update Network "0DBD00000000003OAA" {Status: "Live"}
                undo: restore
            ! info no-members at /site: The site `Down` has no member yet, so Salesforce mails no user
            ! warning runner-not-a-member at /site: admin@practice.example, in whose name Usher works, is not a member of the site `Down`, and Salesforce may refuse to publish or activate it
                remedy: Add the profile of that user in Workspaces > Administration > Members first
                rule: docs/salesforce/sites.md#working-on-a-site
            ! info login-address at /site: Members of the site `Down` log in at https://acme.my.site.com/down/login
                rule: docs/salesforce/sites.md#names-and-addresses
            = {"site_id":"0DBD00000000003OAA"}
        "#]],
    );
}

#[test]
fn a_site_is_named() {
    let refused = expect![[r#"
        invalid
        ! error site-not-given at /site: A site that goes live must be named, and {with.site} is empty
            remedy: Set {with.site} to the name of a site, as Setup > Digital Experiences > All Sites shows it; or let no site go live
            rule: Object Reference, Network, Status
    "#]];
    check(json!({ "site": " " }), refused);
}
