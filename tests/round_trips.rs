//! The requests of a plan and of a run, in round trips: a request that begins after an answer has come may have waited
//! for it, so that it begins another round trip.

use serde_json::Value;

use crate::world::{Product, Ran};

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

/// The round trips of a plan, and those of a run of it with the plan. A run sends a change after the other.
fn of(recipe: &str) -> (Vec<usize>, Vec<usize>) {
    let product = Product::new();
    let plan = traced(&product, &format!("plan {recipe} --org practice"));
    let apply = traced(&product, &format!("apply {recipe} --org practice --yes"));
    (plan, apply)
}

fn assert_few(round_trips: &[usize], requests_max: usize, round_trips_max: usize) {
    let requests: usize = round_trips.iter().sum();
    assert!(
        requests <= requests_max && round_trips.len() <= round_trips_max,
        "{requests} requests in {} round trips: {round_trips:?}",
        round_trips.len()
    );
}

#[test]
fn a_customer_user_is_planned_and_made_in_few_round_trips() {
    let (plan, apply) = of("fsc/customer-user");
    assert_few(&plan, 12, 8);
    assert_few(&apply, 27, 23);
}

#[test]
fn one_assignment_is_planned_and_made_in_few_round_trips() {
    let (plan, apply) = of("fsc/assign-permissions");
    assert_few(&plan, 3, 3);
    assert_few(&apply, 5, 5);
}
