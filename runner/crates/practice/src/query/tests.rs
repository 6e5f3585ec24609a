//! Queries, by what is asked.

use serde_json::json;

use crate::testing::{TestOrg, bare, org};

mod automation;
mod checkboxes;
mod clauses;
mod columns;
mod count;
mod dates;
mod fiscal;
mod functions;
mod groups;
mod joins;
mod long;
mod lookups;
mod naive;
mod names;
mod pages;
mod selections;
mod spans;
mod visible;

const S: &str = "/services/data/v66.0";

/// Four contacts, two of them born on one day.
fn contacts() -> TestOrg {
    let org = org();
    for (name, born) in [
        ("Adams", json!("1990-01-01")),
        ("Baker", json!("1990-01-01")),
        ("Clark", json!("1991-06-30")),
        ("Davis", json!(null)),
    ] {
        org.create("Contact", json!({ "LastName": name, "Birthdate": born }));
    }
    org
}

/// Each query with its answer: a line a record without `attributes`, or status and error.
fn answers(org: &TestOrg, queries: &[&str]) -> String {
    let mut text = String::new();
    for soql in queries {
        text.push_str(&format!("{soql}\n"));
        let escaped = soql.replace('%', "%25").replace('+', "%2B");
        let (status, body) = org.send(&format!("GET {S}/query?q={escaped}"), "");
        match body["records"].as_array() {
            Some(records) if records.is_empty() => {
                text.push_str(&format!("  {} without records\n", body["totalSize"]));
            }
            Some(records) => {
                for record in records {
                    text.push_str(&format!("  {}\n", bare(record.clone())));
                }
            }
            None => {
                let of = |name: &str| body[0][name].as_str().unwrap_or_default().to_owned();
                text.push_str(&format!(
                    "  {status} {}: {}\n",
                    of("errorCode"),
                    of("message")
                ));
            }
        }
    }
    text
}
