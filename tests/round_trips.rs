//! The requests of a plan and of a run, in round trips: a request that begins after an answer has come may have waited
//! for it, so that it begins another round trip.

use serde_json::Value;

use crate::world::{Product, Ran};

/// Requests in round trips, each as its method and its path without values.
fn round_trips(ran: &Ran) -> Vec<Vec<String>> {
    let mut round_trips: Vec<Vec<String>> = Vec::new();
    let mut is_answered = true;
    let lines = ran.err.lines().filter(|line| line.starts_with('{'));
    for line in lines {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let text = |field: &str| line[field].as_str().unwrap_or_default();
        match (text("name"), text("at")) {
            ("request", "begin") => {
                if is_answered {
                    round_trips.push(Vec::new());
                    is_answered = false;
                }
                let path = text("path").replace("/services/data/v66.0/", "");
                let last = round_trips.last_mut().expect("it was pushed");
                last.push(format!("{} {path}", text("method")));
            }
            ("request", "end") => is_answered = true,
            _ => {}
        }
    }
    round_trips
}

/// The round trips as a text, a line each, below their number and that of the requests.
fn shown(ran: &Ran) -> String {
    let round_trips = round_trips(ran);
    let requests: usize = round_trips.iter().map(Vec::len).sum();
    let mut shown = format!("{requests} requests in {} round trips\n", round_trips.len());
    for round_trip in round_trips {
        shown.push_str(&format!("{}\n", round_trip.join(", ")));
    }
    shown
}

fn traced(product: &Product, line: &str) -> Ran {
    let ran = product.run(&format!("{line} --log-level trace --log-format json"));
    assert_eq!(ran.exit, 0, "{}", ran.text());
    ran
}

#[test]
fn a_customer_user_is_planned_and_made_in_few_round_trips() {
    let product = Product::new();
    let plan = traced(&product, "plan fsc/customer-user --org practice");
    expect_test::expect![[r#"
        13 requests in 9 round trips
        GET 
        POST , POST , POST 
        POST 
        POST , GET , GET 
        POST 
        POST 
        POST 
        POST 
        POST 
    "#]]
    .assert_eq(&shown(&plan));
    let apply = traced(&product, "apply fsc/customer-user --org practice --yes");
    expect_test::expect![[r#"
        28 requests in 24 round trips
        GET 
        POST , POST , POST 
        POST 
        POST 
        GET , GET 
        POST , POST 
        POST 
        POST 
        POST 
        GET 
        PATCH 
        GET 
        POST 
        GET 
        GET 
        POST 
        GET 
        POST 
        GET 
        GET 
        GET 
        PATCH 
        POST 
        POST 
    "#]]
    .assert_eq(&shown(&apply));
}

#[test]
fn one_assignment_is_planned_and_made_in_few_round_trips() {
    let product = Product::new();
    let plan = traced(&product, "plan fsc/assign-permissions --org practice");
    expect_test::expect![[r#"
        3 requests in 3 round trips
        GET 
        POST 
        POST 
    "#]]
    .assert_eq(&shown(&plan));
    let apply = traced(
        &product,
        "apply fsc/assign-permissions --org practice --yes",
    );
    expect_test::expect![[r#"
        5 requests in 5 round trips
        GET 
        POST 
        POST 
        GET 
        POST 
    "#]]
    .assert_eq(&shown(&apply));
}
