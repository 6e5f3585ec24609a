//! Queries, by what is asked.

use serde_json::json;

use crate::testing::{TestOrg, org};

mod automation;
mod count;
mod dates;
mod long;
mod lookups;
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
