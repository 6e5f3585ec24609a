//! Further fields of the user, and fields that the org wants.

use expect_test::expect;
use serde_json::{Value as Json, json};

use crate::tests::existing::USER;
use crate::tests::{JANE, check, check_only, org, with};

const DESCRIBED: &str = r#"
[describes.User.Title]
type = "string"
length = 80
createable = true
updateable = true

[describes.User.Department]
type = "string"
length = 10
createable = false
updateable = false
"#;

/// Fields that hold no text.
const TYPED: &str = r#"
[describes.User.Vip__c]
type = "boolean"
createable = true
updateable = true

[describes.User.Seats__c]
type = "double"
createable = true
updateable = true
"#;

/// In this org users need a region, whose field has no default.
const REQUIRED: &str = r#"
[describes.User]
Region__c = { label = "Region", type = "picklist", createable = true, nillable = false, defaultedOnCreate = false, custom = true }
Opted__c = { label = "Opted", type = "boolean", createable = true, nillable = false, defaultedOnCreate = false, custom = true }
DefaultCurrencyIsoCode = { label = "Default Currency", type = "picklist", createable = true, nillable = false, defaultedOnCreate = false }
DigestFrequency = { label = "Digest", type = "picklist", createable = true, nillable = false, defaultedOnCreate = true }
Username = { label = "Username", type = "string", createable = true, nillable = false, defaultedOnCreate = false }
"#;

fn basic(more: Json) -> Json {
    with(json!({ "contact": JANE, "profile": "Basic" }), more)
}

#[test]
fn a_new_user_gets_them() {
    check_only(
        &["+"],
        &org(DESCRIBED),
        basic(json!({ "values": { "Title": "Buyer", "Department": null, "City": "" } })),
        expect![[r#"
            + user: Make Jane Doe of the account `Acme & Söhne` a user with the profile `Basic`
                create User {Username: "jane.doe@example.com.fuypdp", LastName: "Doe", FirstName: "Jane", Email: "Jane.Doe@example.com", Alias: "jdoe", CommunityNickname: "jane.doe.fuypdp", TimeZoneSidKey: "America/New_York", LocaleSidKey: "en_GB", LanguageLocaleKey: "en_US", EmailEncodingKey: "UTF-8", ProfileId: "00eD00000000002IAA", ContactId: "003D00000000001IAA", IsActive: true, Title: "Buyer"}
                key: ContactId = "003D00000000001IAA", enforced
                undo:
                update User @user.id {IsActive: false}
                stays: the user stays, inactive
        "#]],
    );
}

#[test]
fn a_user_who_is_there_gets_those_that_differ() {
    let user = format!(
        "{DESCRIBED}\n{}",
        USER.replace("Alias = \"jane\"", "Title = \"Buyer\"")
    );
    let plus = |values: Json| json!({ "contact": JANE, "profile": "Plus", "values": values });
    check(
        &org(&user),
        plus(json!({ "Title": "Buyer", "Department": "" })),
        expect![[r#"
            = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
        "#]],
    );
    check(
        &org(&user),
        plus(json!({ "Title": "Head" })),
        expect![[r#"
        ~ user: Set Title of jane@portal.example
            update User "005D00000000031IAA" {Title: "Head"}
            undo: restore
        = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
    "#]],
    );
    check(
        &org(&user),
        plus(json!({ "Department": "Sales" })),
        expect![[r#"
            unmet
            ! error read-only-field: `Department` cannot be changed in the user: the org describes it as not updateable
                remedy: Leave it out, or let the signed-in user edit the field
                rule: REST API, sObject Describe
        "#]],
    );
}

#[test]
fn values_that_do_not_fit() {
    check(
        &org(DESCRIBED),
        basic(json!({ "values": { "Username": "x", "title": "Buyer", "Nonsense": 1 } })),
        expect![[r#"
            invalid
            ! error unknown-field at /values/Nonsense: `Nonsense` of User is not a field that this step writes
                remedy: Name custom fields and some of `AboutMe`, `City`, `CompanyName`, `Country`, `CountryCode`, `CurrencyIsoCode`, `DefaultCurrencyIsoCode`, `Department`, `Division`, `EmployeeNumber`, `Extension`, `Fax`, `FederationIdentifier`, `ManagerId`, `MobilePhone`, `Phone`, `PostalCode`, `State`, `StateCode`, `Street` and `Title` in {with.values}
            ! error unknown-field at /values/Username: `Username` of User is not a field that this step writes
                remedy: Leave it out of {with.values}: another input, or the contact, decides it
            ! error unknown-field at /values/title: `title` of User is not a field that this step writes
                remedy: Write `Title` in {with.values}
        "#]],
    );
    check(
        &org(DESCRIBED),
        basic(json!({ "values": { "Title": 1, "Department": "Sales and more", "City": "Bonn" } })),
        expect![[r#"
            invalid
            ! error no-such-field at /values/City: User has no field `City` here
                remedy: Leave it out, or let the signed-in user see the field
                rule: REST API, sObject Describe
            ! error too-long at /values/Department: `Department` holds 10 characters at most, and this has 14
                remedy: Set {with.values.Department} to a value that the field can hold
                rule: REST API, sObject Describe
            ! error wrong-type at /values/Title: `Title` takes a text
                remedy: Set {with.values.Title} to a value that the field can hold
                rule: REST API, sObject Describe
            ! error read-only-field: `Department` cannot be set in a new user: the org describes it as not createable
                remedy: Leave it out, or let the signed-in user edit the field
                rule: REST API, sObject Describe
        "#]],
    );
}

#[test]
fn a_field_that_cannot_be_set() {
    check(
        &org(DESCRIBED),
        basic(json!({ "values": { "Department": "Sales" } })),
        expect![[r#"
            unmet
            ! error read-only-field: `Department` cannot be set in a new user: the org describes it as not createable
                remedy: Leave it out, or let the signed-in user edit the field
                rule: REST API, sObject Describe
        "#]],
    );
}

#[test]
fn fields_that_the_org_wants() {
    check(
        &org(REQUIRED),
        basic(json!({})),
        expect![[r#"
            invalid
            ! error missing-field at /values: A user of this org needs *Default Currency* (`DefaultCurrencyIsoCode`)
                remedy: Set {with.values.DefaultCurrencyIsoCode}, or give the field a default value in Setup > Object Manager > User > Fields & Relationships
                rule: REST API, sObject Describe
            ! error missing-field at /values: A user of this org needs *Region* (`Region__c`)
                remedy: Set {with.values.Region__c}, or give the field a default value in Setup > Object Manager > User > Fields & Relationships
                rule: REST API, sObject Describe
        "#]],
    );
}

#[test]
fn custom_fields() {
    let region = r#"
        [describes.User.Region__c]
        type = "string"
        length = 20
        createable = true
    "#;
    check_only(
        &["+", "invalid"],
        &org(region),
        basic(json!({ "values": { "Region__c": "North" } })),
        expect![[r#"
            + user: Make Jane Doe of the account `Acme & Söhne` a user with the profile `Basic`
                create User {Username: "jane.doe@example.com.fuypdp", LastName: "Doe", FirstName: "Jane", Email: "Jane.Doe@example.com", Alias: "jdoe", CommunityNickname: "jane.doe.fuypdp", TimeZoneSidKey: "America/New_York", LocaleSidKey: "en_GB", LanguageLocaleKey: "en_US", EmailEncodingKey: "UTF-8", ProfileId: "00eD00000000002IAA", ContactId: "003D00000000001IAA", IsActive: true, Region__c: "North"}
                key: ContactId = "003D00000000001IAA", enforced
                undo:
                update User @user.id {IsActive: false}
                stays: the user stays, inactive
        "#]],
    );
}

#[test]
fn a_box_that_this_org_does_not_have() {
    let lacking = org("").replace("UserPermissionsSFContentUser", "Other");
    check(
        &lacking,
        basic(json!({ "crm_content": true })),
        expect![[r#"
            unmet
            ! error no-content-user at /crm_content: This org has no box *Salesforce CRM Content User*, or the signed-in user may not see it
                remedy: Set {with.crm_content} to false
                rule: REST API, sObject Describe
        "#]],
    );
}

/// `--set user_values=Vip__c=true, Seats__c=3` hands in texts.
#[test]
fn a_text_is_a_number_or_a_truth_where_the_field_holds_one() {
    check_only(
        &["+"],
        &org(TYPED),
        basic(json!({ "values": { "Vip__c": "true", "Seats__c": "3.5" } })),
        expect![[r#"
            + user: Make Jane Doe of the account `Acme & Söhne` a user with the profile `Basic`
                create User {Username: "jane.doe@example.com.fuypdp", LastName: "Doe", FirstName: "Jane", Email: "Jane.Doe@example.com", Alias: "jdoe", CommunityNickname: "jane.doe.fuypdp", TimeZoneSidKey: "America/New_York", LocaleSidKey: "en_GB", LanguageLocaleKey: "en_US", EmailEncodingKey: "UTF-8", ProfileId: "00eD00000000002IAA", ContactId: "003D00000000001IAA", IsActive: true, Seats__c: 3.5, Vip__c: true}
                key: ContactId = "003D00000000001IAA", enforced
                undo:
                update User @user.id {IsActive: false}
                stays: the user stays, inactive
        "#]],
    );
    let user = USER.replace("Alias = \"jane\"", "Vip__c = true\nSeats__c = 3.0");
    let plus = |values: Json| json!({ "contact": JANE, "profile": "Plus", "values": values });
    check(
        &org(&format!("{TYPED}\n{user}")),
        plus(json!({ "Vip__c": "true", "Seats__c": "3" })),
        expect![[r#"
            = {"user_id":"005D00000000031IAA","username":"jane@portal.example"}
        "#]],
    );
    check(
        &org(TYPED),
        basic(json!({ "values": { "Vip__c": "yes", "Seats__c": "three" } })),
        expect![[r#"
            invalid
            ! error wrong-type at /values/Seats__c: `Seats__c` takes a number
                remedy: Set {with.values.Seats__c} to a value that the field can hold
                rule: REST API, sObject Describe
            ! error wrong-type at /values/Vip__c: `Vip__c` takes true or false
                remedy: Set {with.values.Vip__c} to a value that the field can hold
                rule: REST API, sObject Describe
        "#]],
    );
}
