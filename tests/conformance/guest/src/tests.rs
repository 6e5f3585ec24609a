//! The suite through a rehearsal, natively: an author's tests refuse the same as a host.

#[path = "../../case.rs"]
mod case;

use serde_json::Value as Json;
use usher_sdk::testing::try_rehearse;

use crate::plan;
use case::Runner;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../cases");

#[test]
fn every_case_comes_out_as_it_says() {
    let mut wrong = vec![];
    for case in case::cases(Runner::Rehearsal) {
        let org = toml::to_string(&case.org).expect("an org state is TOML");
        let rehearsed = try_rehearse(&case.manifest(), &org, Json::Object(case.input()), plan);
        let log: Vec<Json> = rehearsed
            .log
            .iter()
            .map(|line| serde_json::from_str(line).expect("a line of the log is JSON"))
            .collect();
        wrong.extend(case.compare(&rehearsed.refused, &log).err());
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
