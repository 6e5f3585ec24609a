//! New records: owner, record type, required fields, lists, duplicate rules.

use expect_test::expect;
use serde_json::json;

use crate::tests::large::{beta, check_large};

#[test]
fn the_owner_of_a_new_record_is_chosen() {
    check_large(
        beta(json!({ "owner": "005D00000000001IAA" })),
        expect![[r#"
            + record: Make the account with Name `Beta`, owned by ada@example.com, with the record type `Firmenkonto`
                create Account {Name: "Beta", Segment__c: "M", OwnerId: "005D00000000001IAA", RecordTypeId: "012D00000000002IAA"}
                key: Name = "Beta", IsPersonAccount = false
                undo: restore
                undo only if Contact (AccountId = @record.id) {}: absent
                undo only if Opportunity (AccountId = @record.id) {}: absent
            = {"record_id":{"$bound":["record","id"]}}
        "#]],
    );
    check_large(
        beta(json!({ "owner": "BOB@example.com " })),
        expect![[r#"
            + record: Make the account with Name `Beta`, owned by bob@example.com, with the record type `Firmenkonto`
                create Account {Name: "Beta", Segment__c: "M", OwnerId: "005D00000000002IAA", RecordTypeId: "012D00000000002IAA"}
                key: Name = "Beta", IsPersonAccount = false
                undo: restore
                undo only if Contact (AccountId = @record.id) {}: absent
                undo only if Opportunity (AccountId = @record.id) {}: absent
            = {"record_id":{"$bound":["record","id"]}}
        "#]],
    );
    check_large(
        beta(json!({ "owner": "ada@mail.example" })),
        expect![[r#"
            + record: Make the account with Name `Beta`, owned by ada@example.com, with the record type `Firmenkonto`
                create Account {Name: "Beta", Segment__c: "M", OwnerId: "005D00000000001IAA", RecordTypeId: "012D00000000002IAA"}
                key: Name = "Beta", IsPersonAccount = false
                undo: restore
                undo only if Contact (AccountId = @record.id) {}: absent
                undo only if Opportunity (AccountId = @record.id) {}: absent
            = {"record_id":{"$bound":["record","id"]}}
        "#]],
    );
    check_large(
        beta(json!({ "owner": "team@mail.example" })),
        expect![[r#"
            invalid
            ! error ambiguous-owner at /owner: 2 active users have the email `team@mail.example`: `bob@example.com` and `carl@example.com`
                remedy: Set {with.owner} to the username of the one that is meant
        "#]],
    );
    check_large(
        beta(json!({ "owner": "ian@example.com" })),
        expect![[r#"
            invalid
            ! error owner-inactive at /owner: ian@example.com is inactive and can own no new record
                remedy: Set {with.owner} to an active user
        "#]],
    );
    check_large(
        beta(json!({ "owner": "nobody@example.com" })),
        expect![[r#"
            invalid
            ! error unknown-owner at /owner: There is no user with the id, username or email `nobody@example.com`
                remedy: Set {with.owner} to an active user of this org: an id, a username, or an email that no other user has
        "#]],
    );
    check_large(
        json!({ "object": "Account", "key": { "Name": "Nord" }, "owner": "bob@example.com", "record_type": "Agency" }),
        expect![[r#"
            ! info found: There is the account with Name `Nord`: 001D00000000004IAA
            ! info owner-kept at /owner: The account has the owner `ada@example.com` and keeps it; {with.owner} is for a new one
            ! info record-type-kept at /record_type: The account has the record type `Firmenkonto` and keeps it; {with.record_type} is for a new one
            = {"record_id":"001D00000000004IAA"}
        "#]],
    );
    check_large(
        json!({ "object": "Account", "key": { "Name": "Nord" }, "owner": "ada@mail.example", "record_type": "Firmenkonto" }),
        expect![[r#"
            ! info found: There is the account with Name `Nord`: 001D00000000004IAA
            = {"record_id":"001D00000000004IAA"}
        "#]],
    );
}

#[test]
fn the_record_type_of_a_new_record_is_chosen() {
    check_large(
        beta(json!({ "record_type": "012D00000000002" })),
        expect![[r#"
            + record: Make the account with Name `Beta`, with the record type `Firmenkonto`
                create Account {Name: "Beta", Segment__c: "M", RecordTypeId: "012D00000000002IAA"}
                key: Name = "Beta", IsPersonAccount = false
                undo: restore
                undo only if Contact (AccountId = @record.id) {}: absent
                undo only if Opportunity (AccountId = @record.id) {}: absent
            > owner: admin@practice.example owns it
                alters Account @record.id {OwnerId: "005PRACTICE0001Y5B"}
                likely, because of @record
            = {"record_id":{"$bound":["record","id"]}}
        "#]],
    );
    check_large(
        beta(json!({ "record_type": "firmenkonto" })),
        expect![[r#"
            + record: Make the account with Name `Beta`, with the record type `Firmenkonto`
                create Account {Name: "Beta", Segment__c: "M", RecordTypeId: "012D00000000002IAA"}
                key: Name = "Beta", IsPersonAccount = false
                undo: restore
                undo only if Contact (AccountId = @record.id) {}: absent
                undo only if Opportunity (AccountId = @record.id) {}: absent
            > owner: admin@practice.example owns it
                alters Account @record.id {OwnerId: "005PRACTICE0001Y5B"}
                likely, because of @record
            = {"record_id":{"$bound":["record","id"]}}
        "#]],
    );
    check_large(
        beta(json!({ "record_type": "PersonAccount" })),
        expect![[r#"
            invalid
            ! error person-record-type at /record_type: The record type `Personenkonto` is for persons, and this step makes no person account
                remedy: Set {with.record_type} to one that the signed-in user may give: `Business`
                rule: docs/salesforce/accounts.md#record-types
        "#]],
    );
    check_large(
        beta(json!({ "record_type": "Agency" })),
        expect![[r#"
        unmet
        ! error record-type-not-assignable at /record_type: admin@practice.example may not give the record type `Behörde` to a new account
            remedy: Assign the record type to the profile of the signed-in user, or to a permission set of it, in Setup, or set {with.record_type} to another one
            rule: docs/salesforce/accounts.md#record-types
    "#]],
    );
    check_large(
        beta(json!({ "record_type": "Partner" })),
        expect![[r#"
        invalid
        ! error unknown-record-type at /record_type: This org has no active record type `Partner` of accounts
            remedy: Set {with.record_type} to one that the signed-in user may give: `Business`
            rule: docs/salesforce/accounts.md#record-types
    "#]],
    );
}

#[test]
fn a_default_record_type_for_persons_is_reported_before() {
    check_large(
        beta(json!({ "record_type": "" })),
        expect![[r#"
        invalid
        ! error default-record-type-person at /record_type: New accounts of admin@practice.example get the record type `Personenkonto`, which is for persons, and persons take no account name
            remedy: Set {with.record_type} to one that the signed-in user may give: `Business`
            rule: docs/salesforce/accounts.md#record-types
    "#]],
    );
}

#[test]
fn fields_that_this_org_requires_are_reported_before() {
    check_large(
        beta(json!({ "values": {} })),
        expect![[r#"
            invalid
            ! error missing-field at /values: A new account of this org needs *Marktsegment* (`Segment__c`)
                remedy: Set {with.values.Segment__c|more.Segment__c}, or give the field a default value in Setup > Object Manager > Account > Fields & Relationships
                rule: REST API, sObject Describe
        "#]],
    );
    check_large(
        beta(json!({ "values": { "Segment__c": "", "Other__c": "x" } })),
        expect![[r#"
            invalid
            ! error no-such-field at /values/Other__c: Account has no field `Other__c` here
                remedy: Leave it out, or let the signed-in user see the field
                rule: REST API, sObject Describe
        "#]],
    );
}

#[test]
fn values_of_lists_are_compared_with_the_lists() {
    check_large(
        beta(
            json!({ "values": { "Segment__c": "M", "Industry": "energy", "BillingCountry": "norwegen", "CurrencyIsoCode": "EUR" } }),
        ),
        expect![[r#"
            + record: Make the account with Name `Beta`, with the record type `Firmenkonto`
                create Account {Name: "Beta", BillingCountry: "norwegen", CurrencyIsoCode: "EUR", Industry: "energy", Segment__c: "M", RecordTypeId: "012D00000000002IAA"}
                key: Name = "Beta", IsPersonAccount = false
                undo: restore
                undo only if Contact (AccountId = @record.id) {}: absent
                undo only if Opportunity (AccountId = @record.id) {}: absent
            > owner: admin@practice.example owns it
                alters Account @record.id {OwnerId: "005PRACTICE0001Y5B"}
                likely, because of @record
            = {"record_id":{"$bound":["record","id"]}}
        "#]],
    );
    check_large(
        beta(
            json!({ "values": { "Segment__c": "M", "Industry": "Energie", "BillingCountryCode": "XX", "CurrencyIsoCode": "USD" } }),
        ),
        expect![[r#"
            invalid
            ! error not-in-picklist at /values/BillingCountryCode: `BillingCountryCode` takes `DE` and `NO` only, and `XX` is not among them
                remedy: Set {with.values.BillingCountryCode} to a value that the field can hold
                rule: REST API, sObject Describe
            ! error not-in-picklist at /values/CurrencyIsoCode: `CurrencyIsoCode` takes `EUR` only, and `USD` is not among them
                remedy: Set {with.values.CurrencyIsoCode} to a value that the field can hold
                rule: REST API, sObject Describe
            ! error not-in-picklist at /values/Industry: `Industry` takes the API name of a value: `Energy` for `Energie`
                remedy: Set {with.values.Industry} to a value that the field can hold
                rule: REST API, sObject Describe
        "#]],
    );
    check_large(
        beta(
            json!({ "values": { "Segment__c": "M", "Industry": "Old", "BillingCountry": "Norway" } }),
        ),
        expect![[r#"
            invalid
            ! error not-in-picklist at /values/Industry: `Industry` takes `Energy` and `Banking` only, and `Old` is not among them
                remedy: Set {with.values.Industry} to a value that the field can hold
                rule: REST API, sObject Describe
        "#]],
    );
    check_large(
        beta(json!({ "values": { "Segment__c": "M", "BillingCountry": "Norway" } })),
        expect![[r#"
            + record: Make the account with Name `Beta`, with the record type `Firmenkonto`
                create Account {Name: "Beta", BillingCountry: "Norway", Segment__c: "M", RecordTypeId: "012D00000000002IAA"}
                key: Name = "Beta", IsPersonAccount = false
                undo: restore
                undo only if Contact (AccountId = @record.id) {}: absent
                undo only if Opportunity (AccountId = @record.id) {}: absent
            > owner: admin@practice.example owns it
                alters Account @record.id {OwnerId: "005PRACTICE0001Y5B"}
                likely, because of @record
            ! warning not-in-list at /values/BillingCountry: `Norway` is not the label of an entry in the org's list of countries and states, and Salesforce likely refuses it as `BillingCountry`
                remedy: Write the label as Setup > State and Country/Territory Picklists shows it, or name `BillingCountryCode` in place of `BillingCountry`
                rule: docs/salesforce/accounts.md#countries-and-states
            = {"record_id":{"$bound":["record","id"]}}
        "#]],
    );
}

#[test]
fn the_answer_to_a_duplicate_rule_goes_along() {
    check_large(
        beta(json!({ "duplicates": "use" })),
        expect![[r#"
            + record: Make the account with Name `Beta`, with the record type `Firmenkonto`
                create Account {Name: "Beta", Segment__c: "M", RecordTypeId: "012D00000000002IAA"}
                key: Name = "Beta", IsPersonAccount = false
                options: {use-duplicate: true}
                undo: restore
                undo only if Contact (AccountId = @record.id) {}: absent
                undo only if Opportunity (AccountId = @record.id) {}: absent
            ! info duplicate-is-used at /duplicates: When a duplicate rule of this org finds one account that is the same, that one is used as it is
                remedy: Set {with.record} to it afterwards: its key finds no record
            = {"record_id":{"$bound":["record","id"]}}
        "#]],
    );
    check_large(
        beta(json!({ "duplicates": "save" })),
        expect![[r#"
        + record: Make the account with Name `Beta`, with the record type `Firmenkonto`
            create Account {Name: "Beta", Segment__c: "M", RecordTypeId: "012D00000000002IAA"}
            key: Name = "Beta", IsPersonAccount = false
            options: {allow-duplicates: true}
            undo: restore
            undo only if Contact (AccountId = @record.id) {}: absent
            undo only if Opportunity (AccountId = @record.id) {}: absent
        > owner: admin@practice.example owns it
            alters Account @record.id {OwnerId: "005PRACTICE0001Y5B"}
            likely, because of @record
        = {"record_id":{"$bound":["record","id"]}}
    "#]],
    );
}
