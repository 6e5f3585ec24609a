//! Random recipes of honest plugins and a hostile one. The honest ones send what they send without the hostile one, or
//! the run stops. The hostile plugin is granted all that it asks for; it changes a title, and makes any claim.
//!
//! `USHER_HOSTILE_RUNS` sets how many recipes are tried, `USHER_HOSTILE_SEED` which ones.

use std::env;

use serde_json::{Value as Json, json};
use usher_contract::known::Known;
use usher_core::run::{ChangeState, Outcome};
use usher_engine::journal::Journal;

use crate::conformance::component;
use crate::hostile::random::Random;
use crate::hostile::{evil as evil_manifest, say};

use crate::world::Product;

/// Recipes that are tried without `USHER_HOSTILE_RUNS`: some ten seconds.
const RUNS: u64 = 40;

const ADMIN: &str = "005Jca000000001IAA";
const OWEN: &str = "005Jca000000006IAA";
const JANE: &str = "005Jca000000005IAA";
const MARIA: &str = "003Jca000000002IAA";
const JANES_CONTACT: &str = "003Jca000000001IAA";
const ACCOUNTS: [&str; 2] = ["001Jca000000001IAA", "001Jca000000002IAA"];
const USER_TYPES: [&str; 2] = ["Standard", "PowerCustomerSuccess"];
const NAMES: [&str; 3] = ["New", "Meyer", "Doe"];
const SETS: [(&str, &str); 3] = [
    ("0PSJca00000000FOAQ", "Customer Community Read Only"),
    ("0PSJca00000000IOAQ", "Advisor"),
    ("0PSJca00000000DOAQ", "Somebody"),
];

/// The manifest of the hostile plugin.
fn manifest() -> String {
    evil_manifest(&json!({
        "reads": { "records": { "User": ["Title", "Username", "ContactId"], "Contact": ["LastName"] } },
        "writes": { "update": { "User": ["Title"] } },
        "predicts": {
            "records": {
                "User": ["Username", "ContactId", "AccountId", "UserType", "IsActive", "UserRoleId", "ProfileId"],
                "PermissionSet": ["Label", "Name"],
                "PermissionSetAssignment": ["AssigneeId", "PermissionSetId"],
                "Contact": ["AccountId", "OwnerId", "LastName", "Email"],
                "Account": ["Name", "OwnerId", "IsPartner"],
                "UserRole": ["Name", "PortalType"],
            },
            "settings": { "Communities": ["enableNetworksEnabled"] },
            "objects": { "Account": ["IsPartner"], "User": ["ContactId", "UserType"] },
        },
    }))
    .to_string()
}

/// One step of a plugin in the box.
fn honest(random: &mut Random, index: usize) -> Json {
    let set = random.pick(&SETS).1;
    let (plugin, with) = match random.below(6) {
        0 => (
            "assign-permission-sets",
            json!({ "user": random.pick(&[JANE, ADMIN, OWEN]), "permission_sets": [set] }),
        ),
        1 => (
            "disable-user",
            json!({ "contact": random.pick(&[JANES_CONTACT, MARIA]) }),
        ),
        2 => ("disable-user", json!({ "user": JANE })),
        3 => (
            "assign-role",
            json!({ "owner_of": random.pick(&[JANES_CONTACT, MARIA]), "role": "CEO" }),
        ),
        4 => (
            "ensure-record",
            json!({ "object": "Contact", "key": { "LastName": random.pick(&NAMES) }, "values": { "Title": "Honest" } }),
        ),
        _ => (
            "enable-account",
            json!({ "account": random.pick(&ACCOUNTS), "as": random.pick(&["customer", "partner"]) }),
        ),
    };
    json!({ "id": format!("honest{index}"), "use": plugin, "with": with })
}

fn text(text: &str) -> Json {
    json!({ "text": text })
}

/// One claim.
fn claim(random: &mut Random, index: usize) -> Json {
    let user = *random.pick(&[ADMIN, OWEN, JANE]);
    let set = random.pick(&SETS);
    let contact = *random.pick(&[MARIA, JANES_CONTACT]);
    let account = *random.pick(&ACCOUNTS);
    let user_type = *random.pick(&USER_TYPES);
    let name = *random.pick(&NAMES);
    let alters = |object: &str, id: &str, field: &str, value: Json| json!({ "alters": { "object": object, "id": text(id), "fields": [{ "name": field, "value": value }] } });
    let consequence = match random.below(18) {
        0 => alters("PermissionSet", set.0, "Label", text(random.pick(&SETS).1)),
        1 => alters("PermissionSet", set.0, "Name", text("Gone")),
        2 => alters("User", user, "ContactId", text(contact)),
        3 => alters(
            "User",
            user,
            "IsActive",
            json!({ "truth": random.below(2) == 0 }),
        ),
        4 => alters("User", user, "UserType", text(user_type)),
        5 => alters("User", user, "AccountId", text(account)),
        6 => alters("User", user, "UserRoleId", text("00EJca000000001MAA")),
        7 => alters("Contact", contact, "AccountId", text(account)),
        8 => alters("Contact", contact, "OwnerId", text(user)),
        9 => alters("Contact", contact, "LastName", text(name)),
        10 => alters("Account", account, "OwnerId", text(user)),
        11 => json!({ "disappears": { "object": "Contact", "id": text(contact) } }),
        12 => json!({ "appears": {
            "object": "PermissionSetAssignment",
            "fields": [{ "name": "AssigneeId", "value": text(user) }, { "name": "PermissionSetId", "value": text(set.0) }],
            "key": [{ "field": "AssigneeId", "any-of": [text(user)] }, { "field": "PermissionSetId", "any-of": [text(set.0)] }],
        } }),
        13 => json!({ "opens": { "objects": [], "fields": [
            { "object": "User", "field": "ContactId", "initial": text(contact) },
            { "object": "User", "field": "UserType", "initial": text("PowerCustomerSuccess") },
        ] } }),
        14 => json!({ "configures": {
            "settings": "Communities",
            "fields": [{ "name": "enableNetworksEnabled", "value": { "truth": false } }],
        } }),
        15 => alters("Account", contact, "OwnerId", text(user)),
        16 => json!({ "disappears": { "object": "User", "id": text(user) } }),
        _ => json!({ "appears": {
            "object": "Contact",
            "fields": [{ "name": "LastName", "value": text("New") }],
            "key": [{ "field": "LastName", "any-of": [text("New")] }],
        } }),
    };
    json!({
        "address": format!("claim{index}"),
        "causes": ["title"],
        "summary": "Salesforce notes it",
        "certainty": random.pick(&["certain", "likely", "likely", "possible"]),
        "consequence": consequence,
    })
}

fn evil(random: &mut Random) -> Json {
    let effects: Vec<Json> = (0..=random.below(3))
        .map(|index| claim(random, index))
        .collect();
    let change = json!({
        "address": "title",
        "summary": "Give somebody a title",
        "operation": { "update": { "object": "User", "id": text(OWEN), "fields": [{ "name": "Title", "value": text("Countess") }] } },
        "undo": { "possible": { "way": "restore" } },
    });
    let script =
        json!({ "reads": [], "answer": { "ok": { "changes": [change], "effects": effects } } });
    json!({ "id": "evil", "use": "./evil.wasm", "with": { "script": script } })
}

fn recipe(steps: &[Json]) -> String {
    toml::to_string(&json!({ "title": "Attacked", "steps": steps })).expect("a recipe")
}

/// Returns what honest steps sent, and how the run ended.
fn sent(base: &Product, component: &[u8], steps: &[Json]) -> (u8, Vec<Json>, String) {
    let product = base.fork();
    product.write("evil.wasm", component);
    product.write_recipe("r.toml", recipe(steps));
    let ran = product.run("apply r.toml --org practice --yes --yes-later --yes-destroy");
    let file = product.path("home/state/journal.db");
    let mut sent = Vec::new();
    if file.exists() {
        let journal = Journal::open(&file).expect("a journal");
        for run in journal.runs().expect("lists") {
            let state = journal.load(&run).expect("loads").state;
            let known = Known(&state.bindings);
            for step in state.steps().iter().filter(|step| step.id != "evil") {
                for change in &step.plan.changes {
                    if let Some(ChangeState::Settled(Outcome::Done { .. })) =
                        state.change(&step.unit(), &change.address)
                    {
                        let operation = json!(change.operation);
                        sent.push(json!({ "step": step.id, "operation": known.json_as_known(&operation) }));
                    }
                }
            }
        }
    }
    (ran.exit, sent, ran.text())
}

#[test]
fn honest_plugins_send_what_they_send_without_the_hostile_one() {
    let number = |name: &str, usual| {
        let value = env::var(name).ok();
        value.map_or(usual, |value| value.parse().expect("a number"))
    };
    let (runs, seed) = (
        number("USHER_HOSTILE_RUNS", RUNS),
        number("USHER_HOSTILE_SEED", 1),
    );
    let base = Product::new();
    base.practice();
    let component = component::under(&manifest());
    base.write("evil.wasm", &component);
    base.write_recipe("r.toml", recipe(&[evil(&mut Random::of(0, 0))]));
    let (mut stopped, mut went_on) = (0, 0);
    for run in 0..runs {
        let mut random = Random::of(seed, run);
        let mut steps: Vec<Json> = (0..=random.below(3))
            .map(|index| honest(&mut random, index))
            .collect();
        let (exit_without, without, _) = sent(&base, &component, &steps);
        let place = random.below(steps.len());
        steps.insert(place, evil(&mut random));
        let (exit, with, said) = sent(&base, &component, &steps);
        let story = || format!("seed {seed}, run {run}\n{}\n{said}", recipe(&steps));
        // A run that stops has sent the beginning of it.
        for one in &with {
            assert!(
                without.contains(one) || exit_without != 0,
                "{one} was not to be sent\n{}",
                story()
            );
        }
        if exit == 0 {
            went_on += 1;
            assert_eq!((exit_without, &without), (0, &with), "{}", story());
        } else {
            stopped += 1;
        }
    }
    say(&format!("{went_on} runs went on, {stopped} stopped"));
    assert!(
        went_on > 0 && stopped > 0,
        "{went_on} went on, {stopped} stopped"
    );
}
