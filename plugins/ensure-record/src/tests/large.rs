//! Records in an org as people have them.

use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};
use usher_sdk::testing::rehearse;

use crate::plan;
use crate::tests::MANIFEST;

/// An org with person accounts, record types, custom fields, lists and duplicates of a name. The signed-in user makes
/// persons by default.
const LARGE: &str = r#"
[describes.Account]
Vip__c = { label = "VIP", type = "boolean", createable = true, nillable = false, defaultedOnCreate = false }
Name = { type = "string", length = 255, createable = true, updateable = true, nillable = false, defaultedOnCreate = false }
Phone = { type = "phone", length = 40, createable = true, updateable = true, nillable = true, defaultedOnCreate = false }
Industry = { type = "picklist", restrictedPicklist = true, createable = true, updateable = true, nillable = true, picklistValues = [{ value = "Energy", label = "Energie", active = true }, { value = "Banking", label = "Banken", active = true }, { value = "Old", label = "Alt", active = false }] }
BillingCountry = { type = "string", length = 80, createable = true, updateable = true, nillable = true }
BillingCountryCode = { type = "picklist", restrictedPicklist = true, createable = true, updateable = true, nillable = true, picklistValues = [{ value = "DE", label = "Deutschland", active = true }, { value = "NO", label = "Norwegen", active = true }] }
CurrencyIsoCode = { type = "picklist", restrictedPicklist = true, createable = true, updateable = true, nillable = false, defaultedOnCreate = true, picklistValues = [{ value = "EUR", label = "Euro", active = true }] }
IsPersonAccount = { type = "boolean", createable = false, updateable = false, nillable = false, defaultedOnCreate = true }
RecordTypeId = { type = "reference", length = 18, createable = true, updateable = true, nillable = true }
Segment__c = { label = "Marktsegment", type = "string", length = 20, createable = true, updateable = true, nillable = false, defaultedOnCreate = false }

[describes.Contact]
LastName = { type = "string", length = 80, createable = true, updateable = true, nillable = false, defaultedOnCreate = false }
Email = { type = "email", length = 80, createable = true, updateable = true, nillable = true, defaultedOnCreate = false }
AccountId = { type = "reference", length = 18, createable = true, updateable = true, nillable = true, defaultedOnCreate = false }

[resources]
"sobjects/Account/describe" = { recordTypeInfos = [{ recordTypeId = "012D00000000001IAA", available = true, defaultRecordTypeMapping = true }, { recordTypeId = "012D00000000002IAA", available = true, defaultRecordTypeMapping = false }, { recordTypeId = "012D00000000003IAA", available = false, defaultRecordTypeMapping = false }] }

[[records.RecordType]]
Id = "012D00000000001IAA"
Name = "Personenkonto"
DeveloperName = "PersonAccount"
SobjectType = "Account"
IsActive = true
IsPersonType = true

[[records.RecordType]]
Id = "012D00000000002IAA"
Name = "Firmenkonto"
DeveloperName = "Business"
SobjectType = "Account"
IsActive = true
IsPersonType = false

[[records.RecordType]]
Id = "012D00000000003IAA"
Name = "Behörde"
DeveloperName = "Agency"
SobjectType = "Account"
IsActive = true
IsPersonType = false

[[records.User]]
Id = "005D00000000001IAA"
Username = "ada@example.com"
Name = "Ada Admin"
Email = "ada@mail.example"
IsActive = true

[[records.User]]
Id = "005D00000000002IAA"
Username = "bob@example.com"
Name = "Bob Baker"
Email = "team@mail.example"
IsActive = true

[[records.User]]
Id = "005D00000000003IAA"
Username = "carl@example.com"
Name = "Carl Cook"
Email = "team@mail.example"
IsActive = true

[[records.User]]
Id = "005D00000000004IAA"
Username = "ian@example.com"
Name = "Ian Idle"
Email = "ian@mail.example"
IsActive = false

[[records.Account]]
Id = "001D00000000001IAA"
Name = "Fjord Shipping"
BillingCity = "Oslo"
OwnerId = "005D00000000001IAA"
RecordTypeId = "012D00000000002IAA"
IsPersonAccount = false

[[records.Account]]
Id = "001D00000000002IAA"
Name = "Fjord Shipping"
BillingCity = "Bergen"
OwnerId = "005D00000000002IAA"
IsPersonAccount = false

[[records.Account]]
Id = "001D00000000003IAA"
Name = "Petra Person"
IsPersonAccount = true

[[records.Account]]
Id = "001D00000000004IAA"
Name = "Nord"
OwnerId = "005D00000000001IAA"
RecordTypeId = "012D00000000002IAA"
IsPersonAccount = false
Segment__c = "S"

[[records.Account]]
Id = "001D00000000005IAA"
Name = "Nord"
IsPersonAccount = true

[[records.Account]]
Id = { "$ref" = "first:record.id", "$object" = "Account" }
Name = "New"
IsPersonAccount = { "$ref" = "first:record.IsPersonAccount" }

[[records.Contact]]
Id = "003D00000000001IAA"
LastName = "Doe"
Email = "jane@example.com"
AccountId = "001D00000000001IAA"

[[records.Contact]]
Id = "003D00000000002IAA"
LastName = "Loose"
Email = "loose@example.com"

[[records.Contact]]
Id = "003D00000000003IAA"
LastName = "Twin"
Email = "twin@example.com"
AccountId = "001D00000000001IAA"

[[records.Contact]]
Id = "003D00000000004IAA"
LastName = "Twin"
Email = "twin@example.com"
AccountId = "001D00000000002IAA"

[[records.Contact]]
Id = { "$ref" = "second:record.id", "$object" = "Contact" }
LastName = "Roe"
Email = "roe@example.com"
AccountId = { "$ref" = "first:record.id", "$object" = "Account" }
"#;

#[track_caller]
pub(super) fn check_large(input: Json, expected: Expect) {
    expected.assert_eq(&rehearse(MANIFEST, LARGE, input, plan));
}

/// A new account that lacks nothing, with more inputs.
pub(super) fn beta(more: Json) -> Json {
    let mut input = json!({
        "object": "Account",
        "key": { "Name": "Beta" },
        "values": { "Segment__c": "M" },
        "record_type": "Business"
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        input[name] = value.clone();
    }
    input
}

#[test]
fn a_record_that_the_input_names_is_used() {
    check_large(
        json!({ "object": "Account", "record": "001D00000000002IAA", "key": { "Name": "" }, "values": { "Phone": "" } }),
        expect![[r#"
            ! info found: There is the account 001D00000000002IAA
            = {"record_id":"001D00000000002IAA"}
        "#]],
    );
    check_large(
        json!({ "object": "Account", "record": "001D00000000002", "key": { "Name": "Beta" }, "values": { "Phone": "+47 1" } }),
        expect![[r#"
            ~ record: Set Phone of the account 001D00000000002
                update Account "001D00000000002IAA" {Phone: "+47 1"}
                undo: restore
            ! info key-not-used at /key: {with.record} decides: `Name` of the account is `Fjord Shipping`, and stays
            = {"record_id":"001D00000000002IAA"}
        "#]],
    );
    check_large(
        json!({ "object": "Account", "record": { "$ref": "first:record.id", "$object": "Account" } }),
        expect![[r#"
            = {"record_id":{"$ref":"first:record.id"}}
        "#]],
    );
    check_large(
        json!({ "object": "Account", "record": "001D00000000009IAA" }),
        expect![[r#"
            invalid
            ! error unknown-account at /record: There is no account `001D00000000009IAA`
                remedy: Set {with.record} to an id of this org that begins with 001
        "#]],
    );
    check_large(
        json!({ "object": "Account", "record": "003D00000000001IAA" }),
        expect![[r#"
            invalid
            ! error unknown-account at /record: There is no account `003D00000000001IAA`
                remedy: Set {with.record} to an id of this org that begins with 001
        "#]],
    );
    check_large(
        json!({ "object": "Account", "record": { "$ref": "second:record.id", "$object": "Contact" } }),
        expect![[r#"
            invalid
            ! error unknown-account at /record: The record is of the object Contact and not of accounts
                remedy: Set {with.record} to an id of this org that begins with 001
        "#]],
    );
    check_large(
        json!({ "object": "Account", "record": { "$ref": "third:record.id", "$object": "Account" } }),
        expect![[r#"
            deferred: the answer hangs on a value that is not known yet
                until ⟨third:record.id⟩ is known
        "#]],
    );
    check_large(
        json!({ "object": "Account", "record": "001D00000000003IAA" }),
        expect![[r#"
            invalid
            ! error person-account at /record: `001D00000000003IAA` is a person account, to which no contact belongs
                remedy: Set {with.record} to a business account
                rule: docs/salesforce/accounts.md#person-accounts
        "#]],
    );
    check_large(
        json!({ "object": "Account", "record": "" }),
        expect![[r#"
            invalid
            ! error no-key at /key: Nothing says which account it is
                remedy: Set {with.record} to the account, or {with.key} to a field and value by which it is recognised
        "#]],
    );
}

#[test]
fn a_contact_belongs_to_the_account() {
    check_large(
        json!({ "object": "Contact", "record": "003D00000000001IAA", "account": "001D00000000001IAA" }),
        expect![[r#"
            ! info found: There is the contact 003D00000000001IAA
            = {"record_id":"003D00000000001IAA"}
        "#]],
    );
    check_large(
        json!({ "object": "Contact", "record": "003D00000000001IAA", "account": "001D00000000002IAA" }),
        expect![[r#"
            invalid
            ! error contact-of-another-account at /record: The contact 003D00000000001IAA belongs to `Fjord Shipping` (001D00000000001IAA), not to `Fjord Shipping` (001D00000000002IAA)
                remedy: Set {with.record} to a contact of the account, or {with.account} to the account of the contact
                rule: docs/salesforce/users.md#contact
        "#]],
    );
    check_large(
        json!({ "object": "Contact", "key": { "Email": "jane@example.com" }, "account": "001D00000000004IAA" }),
        expect![[r#"
            invalid
            ! error contact-of-another-account at /key: The contact with Email `jane@example.com` belongs to `Fjord Shipping` (001D00000000001IAA), not to `Nord` (001D00000000004IAA)
                remedy: Set {with.record} to a contact of the account, or {with.account} to the account of the contact
                rule: docs/salesforce/users.md#contact
        "#]],
    );
    check_large(
        json!({ "object": "Contact", "record": "003D00000000002IAA", "account": "001D00000000001IAA" }),
        expect![[r#"
            invalid
            ! error contact-of-another-account at /record: The contact 003D00000000002IAA belongs to no account, not to `Fjord Shipping` (001D00000000001IAA)
                remedy: Set {with.record} to a contact of the account, or {with.account} to the account of the contact
                rule: docs/salesforce/users.md#contact
        "#]],
    );
    check_large(
        json!({ "object": "Contact", "record": { "$ref": "second:record.id", "$object": "Contact" }, "account": { "$ref": "first:record.id", "$object": "Account" } }),
        expect![[r#"
            = {"record_id":{"$ref":"second:record.id"}}
        "#]],
    );
    check_large(
        json!({ "object": "Contact", "key": { "Email": "roe@example.com" }, "account": "001D00000000001IAA" }),
        expect![[r#"
            deferred: the account of the contact is not known yet
                until ⟨first:record.id⟩ is known
        "#]],
    );
    check_large(
        json!({ "object": "Contact", "record": "003D00000000001IAA", "account": { "$ref": "first:record.id", "$object": "Account" } }),
        expect![[r#"
            invalid
            ! error contact-of-another-account at /record: The contact 003D00000000001IAA belongs to `Fjord Shipping` (001D00000000001IAA), not to `New`
                remedy: Set {with.record} to a contact of the account, or {with.account} to the account of the contact
                rule: docs/salesforce/users.md#contact
        "#]],
    );
    check_large(
        json!({ "object": "Contact", "record": "003D00000000001IAA", "account": "001D00000000009IAA" }),
        expect![[r#"
            invalid
            ! error unknown-account at /account: There is no account `001D00000000009IAA`
                remedy: Set {with.account} to an id of this org that begins with 001
        "#]],
    );
    check_large(
        json!({ "object": "Account", "key": { "Name": "Beta" }, "account": "001D00000000001IAA" }),
        expect![[r#"
            invalid
            ! error account-of-an-account at /account: Only a contact belongs to an account
                remedy: Leave {with.account} empty, or set {with.values.ParentId} to the account above
        "#]],
    );
}

#[test]
fn a_new_contact_gets_the_account() {
    check_large(
        json!({ "object": "Contact", "key": { "Email": "new@example.com" }, "values": { "LastName": "Poe" }, "account": "001D00000000001IAA" }),
        expect![[r#"
            + record: Make the contact with Email `new@example.com`
                create Contact {Email: "new@example.com", LastName: "Poe", AccountId: "001D00000000001IAA"}
                key: Email = "new@example.com"
                undo: restore
                undo only if User (ContactId = @record.id) {}: absent
            > owner: admin@practice.example owns it
                alters Contact @record.id {OwnerId: "005PRACTICE0001Y5B"}
                likely, because of @record
            = {"record_id":{"$bound":["record","id"]}}
        "#]],
    );
    check_large(
        json!({ "object": "Contact", "key": { "Email": "new@example.com", "AccountId": "001D00000000001IAA" }, "values": { "LastName": "Poe" }, "account": "001D00000000001" }),
        expect![[r#"
            + record: Make the contact with AccountId `001D00000000001IAA` and Email `new@example.com`
                create Contact {AccountId: "001D00000000001IAA", Email: "new@example.com", LastName: "Poe"}
                key: AccountId = "001D00000000001IAA", Email = "new@example.com"
                undo: restore
                undo only if User (ContactId = @record.id) {}: absent
            > owner: admin@practice.example owns it
                alters Contact @record.id {OwnerId: "005PRACTICE0001Y5B"}
                likely, because of @record
            = {"record_id":{"$bound":["record","id"]}}
        "#]],
    );
    check_large(
        json!({ "object": "Contact", "key": { "Email": "new@example.com", "AccountId": "001D00000000002IAA" }, "values": { "LastName": "Poe" }, "account": "001D00000000001IAA" }),
        expect![[r#"
            invalid
            ! error contact-of-another-account at /account: `AccountId` of the new contact is another account than `Fjord Shipping`
                remedy: Leave out `AccountId`, because {with.account} sets it
        "#]],
    );
}

#[test]
fn accounts_of_one_name_are_told_apart() {
    check_large(
        json!({ "object": "Account", "key": { "Name": "Fjord Shipping" } }),
        expect![[r#"
            invalid
            ! error ambiguous-key at /key: 2 accounts match the key: 001D00000000001IAA (owner Ada Admin, Oslo), 001D00000000002IAA (owner Bob Baker, Bergen)
                remedy: Set {with.record} to the id of the account that is meant
        "#]],
    );
}

#[test]
fn a_person_account_is_no_match_for_a_business_account() {
    check_large(
        json!({ "object": "Account", "key": { "Name": "Nord" } }),
        expect![[r#"
            ! info found: There is the account with Name `Nord`: 001D00000000004IAA
            = {"record_id":"001D00000000004IAA"}
        "#]],
    );
    check_large(
        json!({ "object": "Account", "key": { "Name": "Petra Person" }, "values": { "Segment__c": "S" }, "record_type": "Business" }),
        expect![[r#"
            + record: Make the account with Name `Petra Person`, with the record type `Firmenkonto`
                create Account {Name: "Petra Person", Segment__c: "S", RecordTypeId: "012D00000000002IAA"}
                key: Name = "Petra Person", IsPersonAccount = false
                undo: restore
                undo only if Contact (AccountId = @record.id) {}: absent
                undo only if Opportunity (AccountId = @record.id) {}: absent
            > owner: admin@practice.example owns it
                alters Account @record.id {OwnerId: "005PRACTICE0001Y5B"}
                likely, because of @record
            ! info person-account-left-out at /key: The person account 001D00000000003IAA matches the key, and is not used, because no contact belongs to a person account
                rule: docs/salesforce/accounts.md#person-accounts
            = {"record_id":{"$bound":["record","id"]}}
        "#]],
    );
    check_large(
        json!({ "object": "Account", "key": { "Name": "New" } }),
        expect![[r#"
            = {"record_id":{"$ref":"first:record.id"}}
        "#]],
    );
}

#[test]
fn white_space_that_salesforce_cuts_is_cut_before() {
    check_large(
        beta(
            json!({ "key": { "Name": " \tBeta AS\n" }, "values": { "Segment__c": "M ", "Phone": "  " } }),
        ),
        expect![[r#"
            + record: Make the account with Name `Beta AS`, with the record type `Firmenkonto`
                create Account {Name: "Beta AS", Segment__c: "M", RecordTypeId: "012D00000000002IAA"}
                key: Name = "Beta AS", IsPersonAccount = false
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
        json!({ "object": "Account", "record": " 001D00000000004IAA ", "values": { "Segment__c": " S" } }),
        expect![[r#"
            ! info found: There is the account 001D00000000004IAA
            = {"record_id":"001D00000000004IAA"}
        "#]],
    );
    check_large(
        beta(json!({ "key": { "Name": "\u{3000}Beta\u{a0}" } })),
        expect![[r#"
            + record: Make the account with Name `　Beta `, with the record type `Firmenkonto`
                create Account {Name: "\u{3000}Beta\u{a0}", Segment__c: "M", RecordTypeId: "012D00000000002IAA"}
                key: Name = "\u{3000}Beta\u{a0}", IsPersonAccount = false
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
fn the_account_tells_contacts_of_one_email_apart() {
    let twin = |account: &str| json!({ "object": "Contact", "key": { "Email": "twin@example.com" }, "account": account });
    check_large(
        twin("001D00000000002IAA"),
        expect![[r#"
        ! info found: There is the contact with Email `twin@example.com`: 003D00000000004IAA
        = {"record_id":"003D00000000004IAA"}
    "#]],
    );
    check_large(
        twin("001D00000000004IAA"),
        expect![[r#"
        invalid
        ! error ambiguous-key at /key: 2 contacts match the key: 003D00000000003IAA, 003D00000000004IAA
            remedy: Set {with.record} to the id of the contact that is meant
    "#]],
    );
}
