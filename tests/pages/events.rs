//! `--events`: the journal's events as lines of JSON.

use serde_json::Value;
use usher_engine::journal::Journal;

use crate::world::Product;

/// The lines, each parsed.
fn events(text: &str) -> Vec<Value> {
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// The events of the newest run, as the journal holds them.
fn journal(product: &Product) -> Vec<Value> {
    let journal = Journal::open(&product.path("home/state/journal.db")).expect("a journal");
    let mut events = Vec::new();
    journal
        .visit(&product.newest_run(), |entry, _| {
            events.push(serde_json::to_value(&entry.event).expect("an event"));
        })
        .expect("the run");
    events
}

#[test]
fn a_file_holds_what_the_journal_holds() {
    let product = Product::new();
    product.write("events", "of another run");
    let ran = product.run("apply fsc/customer-user --org practice --yes --events events");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    let text = std::fs::read_to_string(product.path("events")).expect("written");
    let lines = events(&text);
    let told: Vec<Value> = lines.iter().map(|line| line["event"].clone()).collect();
    assert_eq!(told, journal(&product));
    for (index, line) in lines.iter().enumerate() {
        assert_eq!(line["number"], index + 1);
        assert_eq!(line["run"], product.newest_run().as_str());
    }
    assert_eq!(lines.first().expect("events")["name"], "planned");
    assert_eq!(lines.last().expect("events")["name"], "finished");
}

#[test]
fn standard_output_holds_nothing_but_lines() {
    let product = Product::new();
    let ran = product.run("apply fsc/assign-permissions --org practice --yes --events -");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    assert_eq!(events(&ran.out).len(), journal(&product).len());
    assert!(ran.err.contains("Done: 1 change."), "{}", ran.err);
    let undone = product.run("undo --yes --events -");
    let names: Vec<Value> = events(&undone.out)
        .iter()
        .map(|line| line["name"].clone())
        .collect();
    let expected = ["planned", "approved", "intent", "settled", "finished"];
    assert_eq!(names, expected);
}

#[test]
fn a_run_that_goes_on_tells_its_own_part() {
    let product = Product::new();
    let stopped = product.run_stopped("apply fsc/customer-user --org practice --yes");
    assert_eq!(stopped.exit, 21, "{}", stopped.text());
    let before = journal(&product).len();
    let ran = product.run("resume --yes --events -");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    let lines = events(&ran.out);
    assert_eq!(lines.first().expect("events")["name"], "resumed");
    assert_eq!(lines.first().expect("events")["number"], before + 1);
    assert_eq!(lines.len(), journal(&product).len() - before);
}
