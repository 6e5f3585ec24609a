//! The requests of a plan and of a run, in round trips: a request that begins after an answer has come may have waited
//! for it, so that it begins another round trip.

use serde_json::Value;

use crate::world::{Product, Ran};

/// Plans of which the one with the fewest round trips counts.
const ATTEMPTS: usize = 5;

/// The number of requests of each round trip.
fn round_trips(ran: &Ran) -> Vec<usize> {
    let mut round_trips = Vec::new();
    let mut is_answered = true;
    let lines = ran.err.lines().filter(|line| line.starts_with('{'));
    for line in lines {
        let line: Value = serde_json::from_str(line).expect("JSON");
        match (line["name"].as_str(), line["at"].as_str()) {
            (Some("request"), Some("begin")) => {
                if is_answered {
                    round_trips.push(0);
                    is_answered = false;
                }
                *round_trips.last_mut().expect("it was pushed") += 1;
            }
            (Some("request"), Some("end")) => is_answered = true,
            _ => {}
        }
    }
    round_trips
}

fn traced(product: &Product, line: &str) -> Vec<usize> {
    let ran = product.run(&format!("{line} --log-level trace --log-format json"));
    assert_eq!(ran.exit, 0, "{}", ran.text());
    round_trips(&ran)
}

/// Asserts that a plan takes so many requests and round trips at most, and a run of it with the plan so many requests.
fn assert_few(recipe: &str, (requests, round_trips): (usize, usize), with_run: usize) {
    let product = Product::new();
    let plan = format!("plan {recipe} --org practice");
    // The practice org in process may answer one request before the one beside it begins, which then looks as if it had
    // waited. Nothing looks the other way round.
    let plans: Vec<Vec<usize>> = (0..ATTEMPTS).map(|_| traced(&product, &plan)).collect();
    let fewest = plans.iter().map(Vec::len).min().unwrap_or_default();
    let most = plans.iter().map(|plan| plan.iter().sum::<usize>()).max();
    assert!(
        most <= Some(requests) && fewest <= round_trips,
        "{most:?} requests in {fewest} round trips: {plans:?}"
    );
    let apply = traced(&product, &format!("apply {recipe} --org practice --yes"));
    let sent: usize = apply.iter().sum();
    assert!(sent <= with_run, "{sent} requests: {apply:?}");
}

#[test]
fn a_customer_user_is_planned_and_made_in_few_round_trips() {
    assert_few("fsc/customer-user", (13, 8), 28);
}

#[test]
fn one_assignment_is_planned_and_made_in_few_round_trips() {
    assert_few("fsc/assign-permissions", (3, 3), 5);
}
