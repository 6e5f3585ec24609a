use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};
use usher_sdk::testing::{Manifest, rehearse};

use crate::plan;

mod large;
mod new;

const MANIFEST: &str = include_str!("../manifest.json");

/// One account Acme with a contact, two accounts Twin, and an account with a contact that earlier steps plan.
const ORG: &str = r#"
[describes.Account]
Name = { type = "string", length = 255, createable = true, updateable = true, nillable = false, defaultedOnCreate = false }
Phone = { type = "phone", length = 40, createable = true, updateable = true, nillable = true, defaultedOnCreate = false }
NumberOfEmployees = { type = "int", length = 0, createable = true, updateable = true, nillable = true, defaultedOnCreate = false }
Site = { type = "string", length = 80, createable = false, updateable = false, nillable = true, defaultedOnCreate = false }

[describes.Contact]
LastName = { type = "string", length = 80, createable = true, updateable = true, nillable = false, defaultedOnCreate = false }
FirstName = { type = "string", length = 40, createable = true, updateable = true, nillable = true, defaultedOnCreate = false }
Email = { type = "email", length = 80, createable = true, updateable = true, nillable = true, defaultedOnCreate = false }
Birthdate = { type = "date", length = 0, createable = true, updateable = true, nillable = true, defaultedOnCreate = false }
AccountId = { type = "reference", length = 18, createable = true, updateable = true, nillable = true, defaultedOnCreate = false }

[[records.Account]]
Id = "001D00000000001IAA"
Name = "Acme"
Phone = "+1 555 0100"
NumberOfEmployees = 12

[[records.Account]]
Id = "001D00000000002IAA"
Name = "Twin"

[[records.Account]]
Id = "001D00000000003IAA"
Name = "twin"

[[records.Account]]
Id = { "$ref" = "first:record.id", "$object" = "Account" }
Name = "New"
Phone = { "$ref" = "first:record.Phone" }

[[records.Contact]]
Id = "003D00000000001IAA"
LastName = "Doe"
Email = "jane@example.com"
Birthdate = 1990-01-01
AccountId = "001D00000000001IAA"

[[records.Contact]]
Id = { "$ref" = "second:record.id", "$object" = "Contact" }
LastName = "Roe"
Email = "roe@example.com"
AccountId = { "$ref" = "first:record.id", "$object" = "Account" }
"#;

#[track_caller]
fn check(input: Json, expected: Expect) {
    expected.assert_eq(&rehearse(MANIFEST, ORG, input, plan));
}

fn new_account() -> Json {
    json!({ "$ref": "first:record.id", "$object": "Account" })
}

#[test]
fn the_manifest_is_this_crates() {
    let manifest = Manifest::parse(MANIFEST).expect("the manifest parses");
    assert_eq!(manifest.name, env!("CARGO_PKG_NAME"));
    assert_eq!(manifest.version.to_string(), env!("CARGO_PKG_VERSION"));
    // Each field that is written can be compared, and each that is changed can be made.
    for (object, made) in &manifest.writes.create {
        let read = &manifest.reads.records[object];
        assert!(made.iter().all(|field| read.contains(field)), "{object}");
        let changed = &manifest.writes.update[object];
        assert!(changed.iter().all(|field| made.contains(field)), "{object}");
        let made_only = made.iter().filter(|field| !changed.contains(field));
        let made_only: Vec<&String> = made_only.collect();
        assert_eq!(made_only, ["OwnerId", "RecordTypeId"]);
    }
}

#[test]
fn a_record_that_is_not_there_is_made() {
    check(
        json!({ "object": "Account", "key": { "Name": "Beta" }, "values": { "Phone": "+1 555 0199", "NumberOfEmployees": 3 } }),
        expect![[r#"
            + record: Make the account with Name `Beta`
                create Account {Name: "Beta", NumberOfEmployees: 3, Phone: "+1 555 0199"}
                key: Name = "Beta"
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

#[test]
fn a_record_below_one_that_is_only_planned_is_made() {
    check(
        json!({
            "object": "Contact",
            "key": { "Email": "new@example.com", "AccountId": new_account() },
            "values": { "LastName": "Poe", "FirstName": null }
        }),
        expect![[r#"
            + record: Make the contact with Email `new@example.com`
                create Contact {AccountId: ⟨first:record.id⟩, Email: "new@example.com", LastName: "Poe"}
                key: AccountId = ⟨first:record.id⟩, Email = "new@example.com"
                undo: restore
                undo only if User (ContactId = @record.id) {}: absent
            > owner: admin@practice.example owns it
                alters Contact @record.id {OwnerId: "005PRACTICE0001Y5B"}
                likely, because of @record
            = {"record_id":{"$bound":["record","id"]}}
        "#]],
    );
}

#[test]
fn a_record_that_is_there_stays() {
    check(
        json!({ "object": "Account", "key": { "Name": "ACME" }, "values": { "NumberOfEmployees": 12 } }),
        expect![[r#"
            ! info found: There is the account with Name `ACME`: 001D00000000001IAA
            = {"record_id":"001D00000000001IAA"}
        "#]],
    );
    check(
        json!({
            "object": "Contact",
            "key": { "Email": "roe@example.com", "AccountId": new_account() },
            "values": { "LastName": "Roe" }
        }),
        expect![[r#"
            = {"record_id":{"$ref":"second:record.id"}}
        "#]],
    );
}

#[test]
fn a_contact_is_found_by_its_date_of_birth() {
    check(
        json!({ "object": "Contact", "key": { "LastName": "doe ", "Birthdate": "1990-01-01" } }),
        expect![[r#"
            ! info found: There is the contact with Birthdate `1990-01-01` and LastName `doe`: 003D00000000001IAA
            = {"record_id":"003D00000000001IAA"}
        "#]],
    );
    check(
        json!({ "object": "Contact", "key": { "LastName": "Doe", "Birthdate": "1990-01-02" } }),
        expect![[r#"
            + record: Make the contact with Birthdate `1990-01-02` and LastName `Doe`
                create Contact {Birthdate: 1990-01-02, LastName: "Doe"}
                key: Birthdate = 1990-01-02, LastName = "Doe"
                undo: restore
                undo only if User (ContactId = @record.id) {}: absent
            > owner: admin@practice.example owns it
                alters Contact @record.id {OwnerId: "005PRACTICE0001Y5B"}
                likely, because of @record
            = {"record_id":{"$bound":["record","id"]}}
        "#]],
    );
    check(
        json!({ "object": "Contact", "key": { "LastName": "Doe", "Birthdate": "1.1.1990" } }),
        expect![[r#"
            invalid
            ! error no-date at /key/Birthdate: `Birthdate` takes a date: `2026-11-22`
                remedy: Set {with.key.Birthdate} to a value that the field can hold
                rule: REST API, sObject Describe
        "#]],
    );
}

#[test]
fn the_case_of_a_value_is_set_and_blanks_at_its_ends_are_not() {
    let doe = |last_name: &str| {
        json!({
            "object": "Contact",
            "key": { "Email": "JANE@example.com" },
            "values": { "LastName": last_name, "Birthdate": "1990-01-01" }
        })
    };
    check(
        doe("DOE"),
        expect![[r#"
            ~ record: Set LastName of the contact with Email `JANE@example.com`
                update Contact "003D00000000001IAA" {LastName: "DOE"}
                undo: restore
            = {"record_id":"003D00000000001IAA"}
        "#]],
    );
    check(
        doe(" Doe "),
        expect![[r#"
            ! info found: There is the contact with Email `JANE@example.com`: 003D00000000001IAA
            = {"record_id":"003D00000000001IAA"}
        "#]],
    );
}

#[test]
fn values_that_differ_are_set() {
    check(
        json!({ "object": "Account", "key": { "Name": "Acme" }, "values": { "Phone": null, "NumberOfEmployees": 13 } }),
        expect![[r#"
            ~ record: Set NumberOfEmployees, Phone of the account with Name `Acme`
                update Account "001D00000000001IAA" {NumberOfEmployees: 13, Phone: null}
                undo: restore
            = {"record_id":"001D00000000001IAA"}
        "#]],
    );
    // Values of a command are texts.
    check(
        json!({ "object": "Account", "key": { "Name": "Acme" }, "values": { "NumberOfEmployees": "12" } }),
        expect![[r#"
            ! info found: There is the account with Name `Acme`: 001D00000000001IAA
            = {"record_id":"001D00000000001IAA"}
        "#]],
    );
    check(
        json!({ "object": "Account", "key": { "Name": "Acme" }, "values": { "NumberOfEmployees": "a dozen" } }),
        expect![[r#"
            invalid
            ! error wrong-type at /values/NumberOfEmployees: `NumberOfEmployees` takes a number
                remedy: Set {with.values.NumberOfEmployees} to a value that the field can hold
                rule: REST API, sObject Describe
        "#]],
    );
    check(
        json!({ "object": "Account", "key": { "Name": "New" }, "values": { "Phone": "+1 555 0123" } }),
        expect![[r#"
            ~ record: Set Phone of the account with Name `New`
                update Account ⟨first:record.id⟩ {Phone: "+1 555 0123"}
                undo: restore
            = {"record_id":{"$ref":"first:record.id"}}
        "#]],
    );
}

#[test]
fn keys_that_find_several_or_hang_on_something() {
    check(
        json!({ "object": "Account", "key": { "Name": "Twin" } }),
        expect![[r#"
            invalid
            ! error ambiguous-key at /key: 2 accounts match the key: 001D00000000002IAA, 001D00000000003IAA
                remedy: Set {with.record} to the id of the account that is meant
        "#]],
    );
    check(
        json!({ "object": "Account", "key": { "Phone": "+1 555 0101" } }),
        expect![[r#"
            deferred: the answer hangs on a value that is not known yet
                until ⟨first:record.Phone⟩ is known
        "#]],
    );
}

#[test]
fn fields_that_cannot_be() {
    check(
        json!({ "object": "Account", "key": { "Name": " ", "phone": "1" }, "values": { "Name": "Acme", "OwnerId": "005D00000000001IAA" } }),
        expect![[r#"
            invalid
            ! error empty-key at /key/Name: `Name` is empty, and every record without one would match
                remedy: Set {with.key.Name}, or {with.record} to the account
            ! error unknown-field at /key/phone: `phone` of Account is not a field that this step writes
                remedy: Write `Phone` in {with.key}
            ! error field-twice at /values/Name: `Name` is given twice
                remedy: Name each field once
            ! error unknown-field at /values/OwnerId: `OwnerId` of Account is not a field that this step writes
                remedy: Leave it out, and set {with.owner}
        "#]],
    );
    check(
        json!({
            "object": "Contact",
            "key": { "Email": "x".repeat(81) },
            "values": { "Title": "Dr", "LastName": 7, "AccountId": "Acme" }
        }),
        expect![[r#"
            invalid
            ! error too-long at /key/Email: `Email` holds 80 characters at most, and this has 81
                remedy: Set {with.key.Email} to a value that the field can hold
                rule: REST API, sObject Describe
            ! error no-id at /values/AccountId: `AccountId` takes the id of a record, and `Acme` is none
                remedy: Set {with.values.AccountId} to a value that the field can hold
                rule: REST API, sObject Describe
            ! error wrong-type at /values/LastName: `LastName` takes a text
                remedy: Set {with.values.LastName} to a value that the field can hold
                rule: REST API, sObject Describe
            ! error no-such-field at /values/Title: Contact has no field `Title` here
                remedy: Leave it out, or let the signed-in user see the field
                rule: REST API, sObject Describe
        "#]],
    );
    check(
        json!({ "object": "Account", "key": { "Name": "Acme" }, "values": { "Site": "North" } }),
        expect![[r#"
            unmet
            ! error read-only-field: `Site` cannot be changed in the account: the org describes it as not updateable
                remedy: Leave it out, or let the signed-in user edit the field
                rule: REST API, sObject Describe
        "#]],
    );
    check(
        json!({ "object": "Contact", "key": { "Email": "nobody@example.com" }, "values": { "LastName": "" } }),
        expect![[r#"
            invalid
            ! error missing-field at /values: A new contact needs `LastName`
                remedy: Set {with.values.LastName}
                rule: REST API, sObject Describe
        "#]],
    );
}
