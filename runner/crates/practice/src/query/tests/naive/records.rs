//! Random accounts, contacts and cases, with texts that are hard to compare.

use serde_json::{Value, json};

use super::chance::Chance;
use super::dates;
use crate::testing::{TestOrg, org_with};

const NAMES: [&str; 16] = [
    "Müller",
    "MÜLLER",
    "müller",
    "Straße",
    "STRASSE",
    "Éclair",
    "éclair",
    "Zoë",
    "100%",
    "a_b",
    "axb",
    "O'Hara",
    "back\\slash",
    "Ärger",
    "Ober",
    "日本",
];
const CITIES: [&str; 6] = ["Bonn", "bonn", "Köln", "KÖLN", "Ulm", "Ångermünde"];
const TAGS: [&str; 6] = ["Gold", "gold", "Bank", "Straße", "O'Hara", "a b"];
const FIELDS: &str = "[[custom_fields]]\nobject = 'Account'\nname = 'Tags__c'\ntype = 'multipicklist'\nvalues = ['Gold', 'Bank', 'a b']\nrestricted = false";
const TYPES: [&str; 4] = ["Prospect", "Other", "Customer - Direct", "Own kind"];

/// Accounts: the half have parents. Contacts: most have an account. Cases of both.
pub(super) fn fill(chance: &mut Chance) -> TestOrg {
    let mut org = org_with(FIELDS);
    let mut accounts: Vec<String> = Vec::new();
    for _ in 0..30 {
        org.now_ms += i64::try_from(chance.below(9_000_000)).unwrap_or_default();
        let mut fields = json!({
            "Name": format!("{} {}", chance.one(&NAMES), chance.below(6)),
            "Type": maybe(chance, |chance| json!(chance.one(&TYPES))),
            "Tags__c": maybe(chance, |chance| json!(tags(chance).join(";"))),
            "BillingCity": maybe(chance, |chance| json!(chance.one(&CITIES))),
            "NumberOfEmployees": maybe(chance, |chance| json!(chance.below(8))),
            "AnnualRevenue": maybe(chance, |chance| json!(f64::from(u8::try_from(chance.below(9)).unwrap_or_default()) / 2.0)),
        });
        if !accounts.is_empty() && chance.once_in(2) {
            fields["ParentId"] = json!(chance.one(&accounts));
        }
        accounts.push(org.create("Account", fields));
    }
    let mut contacts: Vec<String> = Vec::new();
    for place in 0..50 {
        org.now_ms += i64::try_from(chance.below(90_000_000)).unwrap_or_default();
        let born =
            dates::days("2026-11-22") - i64::try_from(chance.below(1_200)).unwrap_or_default();
        let fields = json!({
            "LastName": chance.one(&NAMES),
            "FirstName": maybe(chance, |chance| json!(chance.one(&CITIES))),
            "Birthdate": maybe(chance, |_| json!(dates::text(born))),
            "Email": maybe(chance, |_| json!(format!("c{place}@example.com"))),
            "AccountId": maybe(chance, |chance| json!(chance.one(&accounts))),
        });
        contacts.push(org.create("Contact", fields));
    }
    for place in 0..25 {
        org.now_ms += 1_000;
        let fields = json!({
            "Subject": format!("{} {}", chance.one(&NAMES), place % 4),
            "AccountId": maybe(chance, |chance| json!(chance.one(&accounts))),
            "ContactId": maybe(chance, |chance| json!(chance.one(&contacts))),
        });
        org.create("Case", fields);
    }
    org
}

/// One to three values, some of them twice.
pub(super) fn tags(chance: &mut Chance) -> Vec<&'static str> {
    let count = 1 + chance.below(3);
    (0..count).map(|_| *chance.one(&TAGS)).collect()
}

fn maybe(chance: &mut Chance, value: impl FnOnce(&mut Chance) -> Value) -> Value {
    match chance.once_in(5) {
        true => Value::Null,
        false => value(chance),
    }
}
