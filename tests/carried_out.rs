//! The procedures of the source documents, carried out in the practice org and read back as any client reads them.

mod contracts;
mod licenses;
mod offboard;
mod partner;
mod personas;
mod sites;

use serde_json::{Value, json};

use crate::world::{Org, Product, Ran};

/// Words of a person at a manual step.
const LOOKED: [&str; 2] = ["--confirm", "login=looked"];

/// A recipe with the inputs of one test, on the common practice org.
struct Procedure<'p> {
    product: &'p Product,
    recipe: &'p str,
    inputs: Vec<String>,
}

impl<'p> Procedure<'p> {
    fn new(product: &'p Product, recipe: &'p str, inputs: &[&str]) -> Self {
        let inputs = inputs.iter().map(|input| (*input).to_owned()).collect();
        Self {
            product,
            recipe,
            inputs,
        }
    }

    /// The same with more inputs, or other values of the same ones.
    fn with(&self, inputs: &[&str]) -> Self {
        let name = |input: &str| input.split_once('=').map(|it| it.0.to_owned());
        let replaced: Vec<_> = inputs.iter().map(|input| name(input)).collect();
        let kept = self.inputs.iter();
        let kept = kept.filter(|input| !replaced.contains(&name(input)));
        let new = inputs.iter().map(|input| (*input).to_owned());
        Self {
            product: self.product,
            recipe: self.recipe,
            inputs: kept.cloned().chain(new).collect(),
        }
    }

    fn run(&self, command: &str, more: &[&str]) -> Ran {
        let mut words = vec![command, self.recipe, "--org", "practice"];
        for input in &self.inputs {
            words.extend(["--set", input]);
        }
        words.extend(more);
        self.product.run_words(&words)
    }

    /// The plan as JSON.
    #[track_caller]
    fn plan(&self) -> Value {
        let planned = self.run("plan", &["--json"]);
        assert_eq!(planned.exit, 0, "{}", planned.text());
        planned.json()
    }

    /// Applies it; then a check finds all as wanted, and a second apply has nothing to do.
    #[track_caller]
    fn carry_out(&self, more: &[&str]) -> Ran {
        let before = self.run("check", &[]);
        assert_eq!(before.exit, 11, "{}", before.text());
        let applied = self.run("apply", &[&["--yes"], more].concat());
        assert_eq!(applied.exit, 0, "{}", applied.text());
        let check = self.run("check", &[]);
        assert_eq!(check.exit, 0, "{}", check.text());
        let again = self.run("apply", &[&["--yes", "--json"], more].concat());
        assert_eq!(again.exit, 0, "{}", again.text());
        assert_eq!(again.json()["requests"]["write"], 0, "{}", again.text());
        applied
    }

    /// Undoes the run that carried it out, the newest.
    #[track_caller]
    fn undo(&self) -> Ran {
        let run = self.product.newest_run();
        let undone = self.product.run_words(&["undo", &run, "--yes"]);
        assert_eq!(undone.exit, 0, "{}", undone.text());
        undone
    }
}

/// A step of a plan.
#[track_caller]
fn step<'v>(plan: &'v Value, id: &str) -> &'v Value {
    let steps = plan["steps"].as_array().expect("steps");
    let step = steps.iter().find(|step| step["id"] == id);
    step.unwrap_or_else(|| panic!("no step {id}: {plan:#}"))
}

/// The summaries of a step's changes and effects: those whose address begins so.
#[track_caller]
fn summaries(step: &Value, list: &str, address: &str) -> Vec<String> {
    let items = step[list].as_array().expect("a list").iter();
    let items = items.filter(|item| {
        let own = item["address"].as_str().unwrap_or_default();
        own.starts_with(address)
    });
    items
        .filter_map(|item| Some(item["summary"].as_str()?.to_owned()))
        .collect()
}

/// The changes that a step has made in a run, line by line.
fn did(ran: &Ran, id: &str) -> Vec<String> {
    let start = format!("  done  {id}  ");
    let lines = ran.err.lines();
    lines
        .filter_map(|line| Some(line.strip_prefix(&start)?.trim_matches('"').to_owned()))
        .collect()
}

/// Records without what clients are told of them.
fn bare(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            fields.remove("attributes");
            for field in fields.values_mut() {
                *field = bare(field.take());
            }
        }
        Value::Array(items) => {
            for item in items {
                *item = bare(item.take());
            }
        }
        _ => {}
    }
    value
}

/// The records of a query, bare.
fn records(org: &Org, soql: &str) -> Value {
    bare(json!(org.query(soql)))
}

/// The number of seats of a license that are taken.
#[track_caller]
fn seats_taken(org: &Org, license: &str) -> u64 {
    let query = format!("SELECT UsedLicenses FROM UserLicense WHERE Name = '{license}'");
    let found = org.query(&query);
    found[0]["UsedLicenses"].as_u64().expect("a number")
}

/// The labels of the permission sets that the user of a contact, or a user, was assigned, in order.
fn sets_of(org: &Org, user: &str) -> Vec<String> {
    let query = format!(
        "SELECT PermissionSet.Label FROM PermissionSetAssignment WHERE {user} AND PermissionSet.IsOwnedByProfile = false ORDER BY PermissionSet.Label"
    );
    let sets = org.query(&query).into_iter();
    sets.filter_map(|set| Some(set["PermissionSet"]["Label"].as_str()?.to_owned()))
        .collect()
}

/// Kind and site of each mail to an address.
fn mails_to(org: &Org, address: &str) -> Vec<String> {
    let answer = org.send("GET", "/practice/mails", &Value::Null);
    let mails = answer["mails"].as_array().expect("mails").iter();
    mails
        .filter(|mail| mail["to"] == address)
        .map(|mail| format!("{} {}", mail["kind"], mail["site"]).replace('"', ""))
        .collect()
}
