use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};
use usher_sdk::testing::{Manifest, rehearse};

use crate::plan;

const MANIFEST: &str = include_str!("../manifest.json");

/// Everything is off; there are partner licenses.
const ORG: &str = r#"
[settings.Communities]
enableNetworksEnabled = false
enableOotbProfExtUserOpsEnable = false
enableEnablePRM = false

[settings.Sharing]
enableExternalSharingModel = false

[describes.Account]
[describes.User]

[[records.UserLicense]]
Id = "100D00000000001IAA"
LicenseDefinitionKey = "PID_Partner_Community"
Status = "Active"
TotalLicenses = 5
"#;

#[track_caller]
fn check(org: &str, input: Json, expected: Expect) {
    expected.assert_eq(&rehearse(MANIFEST, org, input, plan));
}

fn on(org: &str) -> String {
    org.replace(
        "enableNetworksEnabled = false",
        "enableNetworksEnabled = true",
    )
}

fn without_partners() -> String {
    ORG.replace("PID_Partner_Community", "PID_Customer_Community")
}

fn everything() -> Json {
    json!({ "partner_users": true })
}

#[test]
fn the_manifest_is_this_crates() {
    let manifest = Manifest::parse(MANIFEST).expect("the manifest parses");
    assert_eq!(manifest.name, env!("CARGO_PKG_NAME"));
    assert_eq!(manifest.version.to_string(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn everything_is_turned_on_in_order() {
    check(
        ORG,
        everything(),
        expect![[r#"
            ~ networks: Turn on Digital Experiences
                configure Communities {enableNetworksEnabled: true}
                wait: Digital Experiences comes up — object Network: present
                    every 5000 ms, at most 600000 ms
                undo: impossible, Digital Experiences cannot be turned off again
            ~ standard-profiles: Allow standard external profiles for self-registration, user creation, and login
                configure Communities {enableOotbProfExtUserOpsEnable: true}
                after @networks
                wait: The settings show it — settings Communities: enableOotbProfExtUserOpsEnable = true
                    every 5000 ms, at most 120000 ms
                undo: restore
            ~ partner-users: Allow partner users
                configure Communities {enableEnablePRM: true}
                after @networks
                wait: The settings show it — settings Communities: enableEnablePRM = true
                    every 5000 ms, at most 120000 ms
                undo: restore
                undo only if User (UserType = "PowerPartner", IsActive = true) {}: absent
            > objects: Sites come to be, and the fields of external users and their accounts
                opens Network, NetworkMember, NetworkMemberGroup {Account.IsCustomerPortal false, User.AccountId null, User.ContactId null, User.IsPortalEnabled false, User.PortalRole null, Account.IsPartner false}
                certain, because of @networks
                within 600000 ms
            > external-sharing: Salesforce turns on the external sharing model: defaults of their own for external users
                configures Sharing {enableExternalSharingModel: true}
                likely, because of @networks
                within 600000 ms
                remains: the model stays on
            ! warning standard-profiles-allowed at /standard_external_profiles: Standard external profiles are not allowed in this org: Salesforce turned them off for security. Users of a cloned profile do not need the box
                remedy: Set {with.standard_external_profiles} to false when every external user gets a cloned profile
                rule: docs/salesforce/users.md#standard-external-profiles
            ! info domain-by-hand: The domain name is not a setting that an API sets; an org with enhanced domains needs none
                remedy: Where Setup > Digital Experiences > Settings asks for a domain name, enter it there first
                rule: Set Up Salesforce Contracts Customer Community Plus User, configure a domain name
            = {}
        "#]],
    );
}

#[test]
fn partner_accounts_come_with_licenses_or_with_the_box() {
    check(
        &without_partners(),
        json!({}),
        expect![[r#"
            ~ networks: Turn on Digital Experiences
                configure Communities {enableNetworksEnabled: true}
                wait: Digital Experiences comes up — object Network: present
                    every 5000 ms, at most 600000 ms
                undo: impossible, Digital Experiences cannot be turned off again
            ~ standard-profiles: Allow standard external profiles for self-registration, user creation, and login
                configure Communities {enableOotbProfExtUserOpsEnable: true}
                after @networks
                wait: The settings show it — settings Communities: enableOotbProfExtUserOpsEnable = true
                    every 5000 ms, at most 120000 ms
                undo: restore
            > objects: Sites come to be, and the fields of external users and their accounts
                opens Network, NetworkMember, NetworkMemberGroup {Account.IsCustomerPortal false, User.AccountId null, User.ContactId null, User.IsPortalEnabled false, User.PortalRole null}
                certain, because of @networks
                within 600000 ms
            > external-sharing: Salesforce turns on the external sharing model: defaults of their own for external users
                configures Sharing {enableExternalSharingModel: true}
                likely, because of @networks
                within 600000 ms
                remains: the model stays on
            ! warning standard-profiles-allowed at /standard_external_profiles: Standard external profiles are not allowed in this org: Salesforce turned them off for security. Users of a cloned profile do not need the box
                remedy: Set {with.standard_external_profiles} to false when every external user gets a cloned profile
                rule: docs/salesforce/users.md#standard-external-profiles
            ! info domain-by-hand: The domain name is not a setting that an API sets; an org with enhanced domains needs none
                remedy: Where Setup > Digital Experiences > Settings asks for a domain name, enter it there first
                rule: Set Up Salesforce Contracts Customer Community Plus User, configure a domain name
            = {}
        "#]],
    );
    check(
        &without_partners(),
        everything(),
        expect![[r#"
            ~ networks: Turn on Digital Experiences
                configure Communities {enableNetworksEnabled: true}
                wait: Digital Experiences comes up — object Network: present
                    every 5000 ms, at most 600000 ms
                undo: impossible, Digital Experiences cannot be turned off again
            ~ standard-profiles: Allow standard external profiles for self-registration, user creation, and login
                configure Communities {enableOotbProfExtUserOpsEnable: true}
                after @networks
                wait: The settings show it — settings Communities: enableOotbProfExtUserOpsEnable = true
                    every 5000 ms, at most 120000 ms
                undo: restore
            ~ partner-users: Allow partner users
                configure Communities {enableEnablePRM: true}
                after @networks
                wait: The settings show it — settings Communities: enableEnablePRM = true
                    every 5000 ms, at most 120000 ms
                undo: restore
                undo only if User (UserType = "PowerPartner", IsActive = true) {}: absent
            > objects: Sites come to be, and the fields of external users and their accounts
                opens Network, NetworkMember, NetworkMemberGroup {Account.IsCustomerPortal false, User.AccountId null, User.ContactId null, User.IsPortalEnabled false, User.PortalRole null}
                certain, because of @networks
                within 600000 ms
            > partner-accounts: Accounts can be partner accounts
                opens  {Account.IsPartner false}
                certain, because of @partner-users
                within 600000 ms
            > external-sharing: Salesforce turns on the external sharing model: defaults of their own for external users
                configures Sharing {enableExternalSharingModel: true}
                likely, because of @networks
                within 600000 ms
                remains: the model stays on
            ! warning standard-profiles-allowed at /standard_external_profiles: Standard external profiles are not allowed in this org: Salesforce turned them off for security. Users of a cloned profile do not need the box
                remedy: Set {with.standard_external_profiles} to false when every external user gets a cloned profile
                rule: docs/salesforce/users.md#standard-external-profiles
            ! info domain-by-hand: The domain name is not a setting that an API sets; an org with enhanced domains needs none
                remedy: Where Setup > Digital Experiences > Settings asks for a domain name, enter it there first
                rule: Set Up Salesforce Contracts Customer Community Plus User, configure a domain name
            = {}
        "#]],
    );
}

#[test]
fn what_is_on_stays() {
    let all = on(ORG)
        .replace(
            "enableOotbProfExtUserOpsEnable = false",
            "enableOotbProfExtUserOpsEnable = true",
        )
        .replace("enableEnablePRM = false", "enableEnablePRM = true");
    check(
        &all,
        everything(),
        expect![[r#"
        = {}
    "#]],
    );
    check(
        &all,
        json!({ "standard_external_profiles": false }),
        expect![[r#"
            = {}
        "#]],
    );
}

#[test]
fn a_box_is_ticked_in_an_org_that_has_sites() {
    let described = on(ORG).replace("[describes.Account]", "[describes.Account]\nIsPartner = {}");
    check(
        &on(ORG),
        json!({}),
        expect![[r#"
            ~ standard-profiles: Allow standard external profiles for self-registration, user creation, and login
                configure Communities {enableOotbProfExtUserOpsEnable: true}
                wait: The settings show it — settings Communities: enableOotbProfExtUserOpsEnable = true
                    every 5000 ms, at most 120000 ms
                undo: restore
            ! warning standard-profiles-allowed at /standard_external_profiles: Standard external profiles are not allowed in this org: Salesforce turned them off for security. Users of a cloned profile do not need the box
                remedy: Set {with.standard_external_profiles} to false when every external user gets a cloned profile
                rule: docs/salesforce/users.md#standard-external-profiles
            = {}
        "#]],
    );
    check(
        &described,
        json!({ "standard_external_profiles": false, "partner_users": true }),
        expect![[r#"
            ~ partner-users: Allow partner users
                configure Communities {enableEnablePRM: true}
                wait: The settings show it — settings Communities: enableEnablePRM = true
                    every 5000 ms, at most 120000 ms
                undo: restore
                undo only if User (UserType = "PowerPartner", IsActive = true) {}: absent
            = {}
        "#]],
    );
    check(
        &on(&without_partners()),
        json!({ "standard_external_profiles": false, "partner_users": true }),
        expect![[r#"
            ~ partner-users: Allow partner users
                configure Communities {enableEnablePRM: true}
                wait: The settings show it — settings Communities: enableEnablePRM = true
                    every 5000 ms, at most 120000 ms
                undo: restore
                undo only if User (UserType = "PowerPartner", IsActive = true) {}: absent
            > partner-accounts: Accounts can be partner accounts
                opens  {Account.IsPartner false}
                certain, because of @partner-users
                within 600000 ms
            = {}
        "#]],
    );
}

#[test]
fn settings_that_nobody_shows() {
    let old = ORG.replace("enableOotbProfExtUserOpsEnable = false", "");
    check(
        &old,
        json!({}),
        expect![[r#"
        unmet
        ! error setting-not-visible: The settings of Digital Experiences do not show `enableOotbProfExtUserOpsEnable`
            remedy: Sign in with a user who may customise the application, or tick it in Setup > Digital Experiences > Settings
            rule: Metadata API, CommunitiesSettings
    "#]],
    );
    check(
        "",
        json!({}),
        expect![[r#"
        unmet
        ! error read-refused: The org refuses to be read: NOT_FOUND no settings `Communities`
    "#]],
    );
}
