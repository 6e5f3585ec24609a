//! The org of these tests: Ada owns everything but Bolt and has the role `CEO`; Bob has none.

mod existing;
mod frozen;
mod names;
mod partners;
mod refusals;
mod rights;
mod roles;
mod sites;
mod upgrades;
mod values;

use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};
use usher_sdk::testing::{Manifest, rehearse};

use crate::plan;

const MANIFEST: &str = include_str!("../manifest.json");
const ORG: &str = include_str!("tests/org.toml");

const JANE: &str = "003D00000000001IAA";
const JOHN: &str = "003D00000000002IAA";

/// The org of the tests with more in it.
fn org(more: &str) -> String {
    format!("{ORG}\n{more}")
}

/// The org with *Minimize the number of roles created* on.
fn minimising(more: &str) -> String {
    org(more).replace(
        "enableAccountRoleOptimization = false",
        "enableAccountRoleOptimization = true",
    )
}

/// A contact as a Customer Community Plus user.
fn plus(contact: &str) -> Json {
    json!({ "contact": contact, "license": "Customer Community Plus", "profile": "Plus" })
}

fn with(mut input: Json, more: Json) -> Json {
    if let (Json::Object(input), Json::Object(more)) = (&mut input, more) {
        input.extend(more);
    }
    input
}

#[track_caller]
fn check(org: &str, input: Json, expected: Expect) {
    expected.assert_eq(&rehearse(MANIFEST, org, input, plan));
}

/// Checks only the lines that begin with one of `prefixes`: another test shows the rest.
#[track_caller]
fn check_only(prefixes: &[&str], org: &str, input: Json, expected: Expect) {
    let text = rehearse(MANIFEST, org, input, plan);
    let mut wanted = String::new();
    let mut is_wanted = true;
    for line in text.lines() {
        if !line.starts_with(' ') {
            is_wanted = prefixes.iter().any(|prefix| line.starts_with(prefix));
        }
        if is_wanted {
            wanted.push_str(line);
            wanted.push('\n');
        }
    }
    expected.assert_eq(&wanted);
}

#[test]
fn the_manifest_is_this_crates() {
    let manifest = Manifest::parse(MANIFEST).expect("the manifest parses");
    assert_eq!(manifest.name, env!("CARGO_PKG_NAME"));
    assert_eq!(manifest.version.to_string(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn a_contact_becomes_a_user() {
    check(
        &org(""),
        with(plus(JANE), json!({ "role_levels": 3 })),
        expect![[r#"
            + user: Make Jane Doe of the account `Acme & Söhne` a user with the profile `Plus`
                create User {Username: "jane.doe@example.com.fuypdp", LastName: "Doe", FirstName: "Jane", Email: "Jane.Doe@example.com", Alias: "jdoe", CommunityNickname: "jane.doe.fuypdp", TimeZoneSidKey: "America/New_York", LocaleSidKey: "en_GB", LanguageLocaleKey: "en_US", EmailEncodingKey: "UTF-8", ProfileId: "00eD00000000001IAA", ContactId: "003D00000000001IAA", IsActive: true}
                key: ContactId = "003D00000000001IAA", enforced
                undo:
                update User @user.id {IsActive: false}
                stays: the user stays, inactive
            > seat: One seat of the license `Customer Community Plus` is taken
                takes 1 of UserLicense "100D00000000001IAA" (UsedLicenses of TotalLicenses)
                certain, because of @user
            > derived: The user belongs to the account `Acme & Söhne`
                alters User @user.id {AccountId: "001D00000000001IAA", UserType: "PowerCustomerSuccess", IsPortalEnabled: true}
                certain, because of @user
            > role/Executive: Salesforce makes the role `Acme & Söhne Customer Executive` below the role of ada@example.com
                appears UserRole {Name: "Acme & Söhne Customer Executive", PortalType: "CustomerPortal", PortalRole: "Executive", PortalAccountId: "001D00000000001IAA", ParentRoleId: "00ED00000000001MAA"}, found by PortalType = "CustomerPortal", PortalAccountId = "001D00000000001IAA", PortalRole = "Executive"
                likely, because of @user
                remains: the role stays
            > role/Manager: Salesforce makes the role `Acme & Söhne Customer Manager` below `Acme & Söhne Customer Executive`
                appears UserRole {Name: "Acme & Söhne Customer Manager", PortalType: "CustomerPortal", PortalRole: "Manager", PortalAccountId: "001D00000000001IAA", ParentRoleId: @role/Executive.id}, found by PortalType = "CustomerPortal", PortalAccountId = "001D00000000001IAA", PortalRole = "Manager"
                likely, because of @user
                remains: the role stays
            > role/User: Salesforce makes the role `Acme & Söhne Customer User` below `Acme & Söhne Customer Manager`
                appears UserRole {Name: "Acme & Söhne Customer User", PortalType: "CustomerPortal", PortalRole: "Worker", PortalAccountId: "001D00000000001IAA", ParentRoleId: @role/Manager.id}, found by PortalType = "CustomerPortal", PortalAccountId = "001D00000000001IAA", PortalRole = "Worker" | "User"
                likely, because of @user
                remains: the role stays
            > place: The user gets the role `Acme & Söhne Customer User`
                alters User @user.id {UserRoleId: @role/User.id}
                certain, because of @user
            > member/Help: The user becomes a member of the site `Help`
                appears NetworkMember {NetworkId: "0DBD00000000001OAA", MemberId: @user.id}, found by NetworkId = "0DBD00000000001OAA", MemberId = @user.id
                likely, because of @user
                within 60000 ms
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 3, as {with.role_levels} says; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
            ! info mail-at-activation at /profile: Jane.Doe@example.com gets the welcome mail of the site `Help` when that is activated
                rule: Experience Cloud, why members get no welcome email
            = {"user_id":{"$bound":["user","id"]},"username":"jane.doe@example.com.fuypdp"}
        "#]],
    );
}

#[test]
fn a_contact_that_is_only_planned_becomes_a_user() {
    let contact = json!({ "$ref": "contact:record.id", "$object": "Contact" });
    check(
        &org(""),
        json!({ "contact": contact, "license": "PID_Customer_Community_Plus", "profile": "plus", "role_levels": 1 }),
        expect![[r#"
            + user: Make New of the account `New` a user with the profile `Plus`
                create User {Username: "new@example.com.gtzyqw", LastName: "New", Email: "new@example.com", Alias: "new", CommunityNickname: "new.gtzyqw", TimeZoneSidKey: "America/New_York", LocaleSidKey: "en_GB", LanguageLocaleKey: "en_US", EmailEncodingKey: "UTF-8", ProfileId: "00eD00000000001IAA", ContactId: ⟨contact:record.id⟩, IsActive: true}
                key: ContactId = ⟨contact:record.id⟩, enforced
                undo:
                update User @user.id {IsActive: false}
                stays: the user stays, inactive
            > seat: One seat of the license `Customer Community Plus` is taken
                takes 1 of UserLicense "100D00000000001IAA" (UsedLicenses of TotalLicenses)
                certain, because of @user
            > derived: The user belongs to the account `New`
                alters User @user.id {AccountId: ⟨account:record.id⟩, UserType: "PowerCustomerSuccess", IsPortalEnabled: true}
                certain, because of @user
            > role/User: Salesforce makes the role `New Customer User` below the role of ada@example.com
                appears UserRole {Name: "New Customer User", PortalType: "CustomerPortal", PortalRole: "Worker", PortalAccountId: ⟨account:record.id⟩, ParentRoleId: "00ED00000000001MAA"}, found by PortalType = "CustomerPortal", PortalAccountId = ⟨account:record.id⟩, PortalRole = "Worker" | "User"
                likely, because of @user
                remains: the role stays
            > place: The user gets the role `New Customer User`
                alters User @user.id {UserRoleId: @role/User.id}
                certain, because of @user
            > member/Help: The user becomes a member of the site `Help`
                appears NetworkMember {NetworkId: "0DBD00000000001OAA", MemberId: @user.id}, found by NetworkId = "0DBD00000000001OAA", MemberId = @user.id
                likely, because of @user
                within 60000 ms
            ! info levels-given at /role_levels: Assuming that *Number of customer roles* is 1, as {with.role_levels} says; no API shows it
                remedy: Set {with.role_levels} to what Setup > Digital Experiences > Settings shows
                rule: Knowledge article 005167124, Roles automatically created for accounts when enabling external users
            ! info mail-at-activation at /profile: new@example.com gets the welcome mail of the site `Help` when that is activated
                rule: Experience Cloud, why members get no welcome email
            = {"user_id":{"$bound":["user","id"]},"username":"new@example.com.gtzyqw"}
        "#]],
    );
    let nobody = json!({ "$ref": "nobody:record.id", "$object": "Contact" });
    check(
        &org(""),
        json!({ "contact": nobody, "license": "Customer Community Plus", "profile": "Plus" }),
        expect![[r#"
        deferred: the answer hangs on a value that is not known yet
            until ⟨nobody:record.id⟩ is known
    "#]],
    );
}

#[test]
fn everything_can_be_given() {
    check(
        &org(""),
        json!({
            "contact": JANE, "license": "Customer Community", "profile": "Basic",
            "username": "Jane@Portal.example", "alias": "jd", "nickname": "jane", "email": "jd@example.com",
            "time_zone": "Europe/Berlin", "locale": "de_DE", "language": "de", "encoding": "ISO-8859-1",
            "crm_content": true
        }),
        expect![[r#"
            + user: Make Jane Doe of the account `Acme & Söhne` a user with the profile `Basic`
                create User {Username: "jane@portal.example", LastName: "Doe", FirstName: "Jane", Email: "jd@example.com", Alias: "jd", CommunityNickname: "jane", TimeZoneSidKey: "Europe/Berlin", LocaleSidKey: "de_DE", LanguageLocaleKey: "de", EmailEncodingKey: "ISO-8859-1", ProfileId: "00eD00000000002IAA", ContactId: "003D00000000001IAA", IsActive: true, UserPermissionsSFContentUser: true}
                key: ContactId = "003D00000000001IAA", enforced
                undo:
                update User @user.id {IsActive: false}
                stays: the user stays, inactive
            > seat: One seat of the license `Customer Community` is taken
                takes 1 of UserLicense "100D00000000002IAA" (UsedLicenses of TotalLicenses)
                certain, because of @user
            > derived: The user belongs to the account `Acme & Söhne`
                alters User @user.id {AccountId: "001D00000000001IAA", UserType: "CspLitePortal", IsPortalEnabled: true}
                certain, because of @user
            > place: The user gets no role; users of this license have none
                alters User @user.id {UserRoleId: null}
                certain, because of @user
            ! info no-site at /profile: No site has the profile `Basic` as a member, so no welcome mail leaves now
                remedy: Add the profile to the members of a site
            = {"user_id":{"$bound":["user","id"]},"username":"jane@portal.example"}
        "#]],
    );
}
