//! Records that come back from the recycle bin, by the call that SOAP has for it.

use std::collections::{BTreeMap, BTreeSet};

use expect_test::expect;
use serde_json::json;

use crate::fault::FaultKind;
use crate::in_flight::{InFlight, Locks};
use crate::tenant::Tenant;
use crate::testing::{NOW_MS, TestOrg, org, org_with};
use crate::undelete::undelete;

const S: &str = "/services/data/v66.0";

/// Brings back as the user of that alias; the id, or the refusal.
fn bring_back(org: &TestOrg, alias: &str, id: &str, in_flight: &InFlight) -> String {
    let user_id = org.id(&format!("SELECT Id FROM User WHERE Alias = '{alias}'"));
    let inner = org.practice.inner.lock().expect("no test panicked inside");
    let tenant = Tenant {
        user_id,
        fills: false,
        ..Tenant::of_platform(&inner.db, NOW_MS + 60_000, 0, in_flight)
    };
    match undelete(&tenant, id) {
        Ok(id) => id,
        Err(refusal) => format!("{} {}: {}", refusal.status, refusal.code, refusal.message),
    }
}

fn admin(org: &TestOrg, id: &str) -> String {
    bring_back(org, "aadmin", id, &InFlight::default())
}

fn delete(org: &TestOrg, object: &str, id: &str) {
    let (status, json) = org.send(&format!("DELETE {S}/sobjects/{object}/{id}"), "");
    assert_eq!(status, 204, "{json}");
}

#[test]
fn an_account_comes_back_with_its_contacts_and_its_place() {
    let org = org();
    let account = org.create("Account", json!({ "Name": "Fjord" }));
    let contact = org.create(
        "Contact",
        json!({ "LastName": "Ness", "AccountId": account }),
    );
    org.create("Account", json!({ "Name": "Below", "ParentId": account }));
    let elsewhere = org.create("Account", json!({ "Name": "Moved", "ParentId": account }));
    delete(&org, "Account", &account);
    let line = format!("PATCH {S}/sobjects/Account/{elsewhere}");
    let below = org.id("SELECT Id FROM Account WHERE Name = 'Below'");
    org.send(&line, &json!({ "ParentId": below }).to_string());
    // A contact that went with its account does not come back by itself.
    expect!["400 UNDELETE_FAILED: Entity is not in the recycle bin"]
        .assert_eq(&admin(&org, &contact));
    assert_eq!(admin(&org, &account[..15]), account);
    org.query(
        "SELECT Name, IsDeleted, Parent.Name, (SELECT LastName FROM Contacts) FROM Account WHERE Name IN ('Fjord', 'Below', 'Moved')",
        expect![[r#"
            {"Contacts":{"done":true,"records":[{"LastName":"Ness"}],"totalSize":1},"IsDeleted":false,"Name":"Fjord","Parent":null}
            {"Contacts":null,"IsDeleted":false,"Name":"Below","Parent":{"Name":"Fjord"}}
            {"Contacts":null,"IsDeleted":false,"Name":"Moved","Parent":{"Name":"Below"}}
        "#]],
    );
    org.query(
        &format!("SELECT RowCause FROM AccountShare WHERE AccountId = '{account}'"),
        expect![[r#"
            {"RowCause":"Owner"}
        "#]],
    );
    expect!["400 UNDELETE_FAILED: Entity is not in the recycle bin"]
        .assert_eq(&admin(&org, &account));
    // It can be deleted again, and comes back again.
    delete(&org, "Account", &account);
    assert_eq!(admin(&org, &account), account);
}

#[test]
fn a_contact_comes_back_as_the_manager_of_others() {
    let org = org();
    let chief = org.create("Contact", json!({ "LastName": "Chief" }));
    org.create(
        "Contact",
        json!({ "LastName": "Mate", "ReportsToId": chief }),
    );
    delete(&org, "Contact", &chief);
    let reports = "SELECT ReportsTo.LastName FROM Contact WHERE LastName = 'Mate'";
    org.query(
        reports,
        expect![[r#"
        {"ReportsTo":null}
    "#]],
    );
    assert_eq!(admin(&org, &chief), chief);
    org.query(
        reports,
        expect![[r#"
        {"ReportsTo":{"LastName":"Chief"}}
    "#]],
    );
}

#[test]
fn what_does_not_come_back() {
    let org = org();
    let group = org.create("Group", json!({ "Name": "Crew" }));
    delete(&org, "Group", &group);
    expect!["400 UNDELETE_FAILED: Entity is not in the recycle bin"]
        .assert_eq(&admin(&org, &group));
    expect!["400 MALFORMED_ID: bad id x"].assert_eq(&admin(&org, "x"));
    expect!["400 UNDELETE_FAILED: Entity is not in the recycle bin"]
        .assert_eq(&admin(&org, "001000000000001AAA"));
}

#[test]
fn a_unique_value_may_be_taken_by_then() {
    let org = org_with(
        r#"
[[custom_fields]]
object = "Account"
name = "Number__c"
external_id = true
unique = true
"#,
    );
    let first = org.create("Account", json!({ "Name": "First", "Number__c": "7" }));
    delete(&org, "Account", &first);
    org.create("Account", json!({ "Name": "Second", "Number__c": "7" }));
    expect!["400 DUPLICATE_VALUE: duplicate value found: Number__c duplicates value on record with id: 001dnH000000002ABA"].assert_eq(&admin(&org, &first));
}

#[test]
fn rights_and_faults_hold() {
    let org = org();
    let account = org.create("Account", json!({ "Name": "Fjord" }));
    delete(&org, "Account", &account);
    let free = InFlight::default();
    expect!["400 INSUFFICIENT_ACCESS_OR_READONLY: insufficient access rights on object id"]
        .assert_eq(&bring_back(&org, "ssales", &account, &free));
    let faulty = Locks::default().met(Some(FaultKind::Lock { row: None }));
    expect!["400 UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record: 001dnH000000001ABA"].assert_eq(&bring_back(&org, "aadmin", &account, &faulty));
    assert_eq!(admin(&org, &account), account);
}

/// Accounts and contacts as they should be: the account of each contact, and what each deletion took.
#[derive(Default)]
struct Model {
    accounts: BTreeSet<String>,
    contacts: BTreeMap<String, String>,
    bin: BTreeMap<String, Vec<(String, String)>>,
}

impl Model {
    /// The ids of live records, and those of deleted ones.
    fn told(&self, object: &str) -> (BTreeSet<String>, BTreeSet<String>) {
        let contacts = || self.bin.values().flatten().map(|(id, _)| id.clone());
        match object {
            "Account" => {
                let binned = self.bin.keys().filter(|id| id.starts_with("001"));
                (self.accounts.clone(), binned.cloned().collect())
            }
            _ => (
                self.contacts.keys().cloned().collect(),
                contacts().collect(),
            ),
        }
    }

    /// Deletes a record, and what goes with it.
    fn delete(&mut self, id: &str) {
        let gone: Vec<(String, String)> = self
            .contacts
            .iter()
            .filter(|(contact, account)| *contact == id || *account == id)
            .map(|(contact, account)| (contact.clone(), account.clone()))
            .collect();
        self.accounts.remove(id);
        for (contact, _) in &gone {
            self.contacts.remove(contact);
        }
        self.bin.insert(id.to_owned(), gone);
    }

    /// Says whether the record comes back.
    fn undelete(&mut self, id: &str) -> bool {
        let Some(gone) = self.bin.remove(id) else {
            return false;
        };
        if id.starts_with("001") {
            self.accounts.insert(id.to_owned());
        }
        self.contacts.extend(gone);
        true
    }
}

#[test]
fn deletions_and_returns_in_any_order() {
    for seed in 1..=12_u64 {
        let org = org();
        let mut model = Model::default();
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut below = |most: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % 1_000_003).expect("small") % most
        };
        for step in 0..60 {
            let (accounts, _) = model.told("Account");
            let known: Vec<String> = accounts
                .iter()
                .chain(model.contacts.keys())
                .chain(model.bin.keys())
                .chain(model.bin.values().flatten().map(|(id, _)| id))
                .cloned()
                .collect();
            let any = (!known.is_empty()).then(|| known[below(known.len())].clone());
            match (below(5), any) {
                (0, _) | (_, None) => {
                    let id = org.create("Account", json!({ "Name": format!("A{step}") }));
                    model.accounts.insert(id);
                }
                (1, _) if !accounts.is_empty() => {
                    let account = accounts.iter().nth(below(accounts.len())).expect("one");
                    let fields = json!({ "LastName": format!("C{step}"), "AccountId": account });
                    let id = org.create("Contact", fields);
                    model.contacts.insert(id, account.clone());
                }
                (1 | 2, Some(id)) => {
                    let object = if id.starts_with("001") {
                        "Account"
                    } else {
                        "Contact"
                    };
                    let (status, _) = org.send(&format!("DELETE {S}/sobjects/{object}/{id}"), "");
                    let live = model.accounts.contains(&id) || model.contacts.contains_key(&id);
                    assert_eq!(
                        status,
                        if live { 204 } else { 404 },
                        "seed {seed}, step {step}"
                    );
                    if live {
                        model.delete(&id);
                    }
                }
                (_, Some(id)) => {
                    let (status, json) = org.send(&format!("POST /practice/undelete/{id}"), "");
                    let comes = model.undelete(&id);
                    let expected = if comes { 200 } else { 400 };
                    assert_eq!(status, expected, "seed {seed}, step {step}: {json}");
                }
            }
            for object in ["Account", "Contact"] {
                assert_eq!(
                    found(&org, object),
                    model.told(object),
                    "seed {seed}, step {step}"
                );
            }
        }
    }
}

/// The ids that a query for all finds: live records, and deleted ones.
fn found(org: &TestOrg, object: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let line = format!("GET {S}/queryAll?q=SELECT Id, IsDeleted FROM {object}");
    let (_, json) = org.send(&line, "");
    let (mut live, mut deleted) = (BTreeSet::new(), BTreeSet::new());
    for record in json["records"].as_array().expect("a list") {
        let id = record["Id"].as_str().expect("an id").to_owned();
        let new = match record["IsDeleted"] == true {
            true => deleted.insert(id),
            false => live.insert(id),
        };
        assert!(new, "each record comes once");
    }
    (live, deleted)
}

#[test]
fn a_contact_comes_back_without_the_account_that_is_still_gone() {
    let org = org();
    let account = org.create("Account", json!({ "Name": "Fjord" }));
    let fields = json!({ "LastName": "Frida", "AccountId": account });
    let contact = org.create("Contact", fields);
    delete(&org, "Contact", &contact);
    delete(&org, "Account", &account);
    assert_eq!(admin(&org, &contact), contact);
    let soql = "SELECT AccountId, Account.Name FROM Contact WHERE LastName = 'Frida'";
    org.query(
        soql,
        expect![[r#"
            {"Account":null,"AccountId":null}
        "#]],
    );
    assert_eq!(admin(&org, &account), account);
    org.query(
        soql,
        expect![[r#"
            {"Account":{"Name":"Fjord"},"AccountId":"001dnH000000001ABA"}
        "#]],
    );
}
