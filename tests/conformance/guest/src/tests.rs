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

/// The text of each case in a file, which `usher plugin test` is held to as well.
#[test]
fn every_answer_has_the_text_of_the_file() {
    let mut texts = String::new();
    for case in case::cases(Runner::Rehearsal) {
        if case.only.is_some() || !case.has_the_guests_manifest() {
            continue;
        }
        let org = toml::to_string(&case.org).expect("an org state is TOML");
        let it = try_rehearse(&case.manifest(), &org, Json::Object(case.input()), plan);
        let text = match it.refused.is_empty() {
            true => it.answer,
            false => it.refused.iter().map(|why| format!("! {why}\n")).collect(),
        };
        texts.push_str(&format!("### {}\n{text}", case.name));
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../texts.txt");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(file, &texts).expect("written");
    }
    let known = std::fs::read_to_string(file).expect("the file is there");
    assert!(
        known == texts,
        "{file} is another text: UPDATE_EXPECT=1 writes it"
    );
}
