//! Wishes for the client to an org: a budget of API requests, and a trace.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::world::Product;

const APPLY: &str = "apply fsc/assign-permissions --org practice --yes";

#[test]
fn a_budget_stops_a_command_before_the_request_after_it() {
    let product = Product::new();
    let plan =
        |budget| format!("plan fsc/assign-permissions --org practice --api-budget {budget} --json");
    // The last of the three requests asks for the user and the permission sets.
    for budget in 1..3 {
        let ran = product.run(&plan(budget));
        let error = &ran.json()["error"];
        assert_eq!(
            error["code"], "org/api-budget",
            "budget {budget}: {}",
            ran.out
        );
        assert_eq!(ran.exit, 31);
    }
    assert_eq!(product.run(&plan(3)).exit, 0);
}

#[test]
fn a_run_whose_budget_is_used_up_is_resumed() {
    let mut stopped = 0;
    for budget in (1..).step_by(3) {
        let product = Product::new();
        let ran = product.run(&format!("{APPLY} --api-budget {budget}"));
        if ran.exit == 0 {
            break;
        }
        assert_eq!(ran.exit, 31, "budget {budget}: {}", ran.err);
        if product.runs().is_empty() {
            continue;
        }
        stopped += 1;
        let resumed = product.run("resume");
        assert_eq!(resumed.exit, 0, "budget {budget}: {}", resumed.err);
        let check = product.run("check fsc/assign-permissions --org practice");
        assert_eq!(check.exit, 0, "budget {budget}: {}", check.out);
    }
    assert!(stopped > 0, "no run was stopped");
}

#[test]
fn a_trace_is_an_archive_without_values() {
    let product = Product::new();
    let ran = product.run(&format!("{APPLY} --trace run.har"));
    assert_eq!(ran.exit, 0, "{}", ran.err);
    let path = product.path("run.har");
    let mode = std::fs::metadata(&path).expect("a file").permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&path).expect("a text");
    let trace: Value = serde_json::from_str(&text).expect("JSON");
    let entries = trace["log"]["entries"].as_array().expect("entries");
    assert!(entries.len() > 3, "{text}");
    let practice = product.practice();
    let users = practice.query("SELECT Name, Username, Email FROM User");
    let values = users
        .iter()
        .flat_map(|user| ["Name", "Username", "Email"].map(|field| user[field].clone()))
        .filter_map(|value| value.as_str().map(str::to_owned));
    for value in values.chain([practice.token().to_owned()]) {
        assert!(!text.contains(&value), "`{value}` is in the trace");
    }
    // Another trace does not take its place.
    let again = product.run("plan fsc/assign-permissions --org practice --trace run.har");
    assert_eq!(again.exit, 41, "{}", again.err);
    assert_eq!(std::fs::read_to_string(&path).expect("a text"), text);
}
