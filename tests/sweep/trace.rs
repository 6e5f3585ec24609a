//! The trace of an undisturbed command: its requests and events.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::sweep::case::Counts;
use crate::sweep::stage::{events, kind};
use crate::world::{Product, Ran};

/// A harmless fault: it marks in the log the requests that the practice org takes for writing.
const MARKED: &str =
    "[[faults]]\nkind = \"date\"\nseconds = 0\non = \"write\"\ntimes = \"always\"\n";

const LOG: &str = "trace.jsonl";

/// The requests and events of a command.
pub(crate) struct Trace {
    requests: Vec<Request>,
    /// The kinds of events.
    pub(crate) events: Vec<String>,
    /// The write, from 1, by which each change was sent.
    batches: BTreeMap<(String, String), usize>,
    pub(crate) ran: Ran,
}

/// One request, as the practice org's log has it.
pub(crate) struct Request {
    line: String,
    pub(crate) writes: bool,
    /// The answer to another user who acted before it.
    pub(crate) rival: Option<String>,
}

impl Trace {
    /// Runs a command undisturbed. Returns the home then, and the requests and events.
    pub(crate) fn of(mut product: Product, line: &str, exits: &[u8]) -> (Product, Self) {
        let before = events(&product).len();
        let (ran, requests) = logged(&mut product, "", line);
        assert!(exits.contains(&ran.exit), "{line}: {}", ran.text());
        let events = events(&product).split_off(before);
        let trace = Self {
            requests,
            batches: batches(&events),
            events: events.iter().map(|event| kind(event)).collect(),
            ran,
        };
        (product, trace)
    }

    /// Returns the number of requests of a kind.
    pub(crate) fn count(&self, of: Counts) -> usize {
        let is = |request: &&Request| match of {
            Counts::Writes => request.writes,
            Counts::Saves => request.writes && request.saves(),
            Counts::Collections => request.writes && request.is_collection(),
            Counts::Jobs => request.starts_job(),
            Counts::Requests | Counts::Events | Counts::Deeds(_) => true,
        };
        self.requests.iter().filter(is).count()
    }

    /// The writing requests among all, from 1.
    pub(crate) fn writes(&self) -> Vec<u64> {
        let places = self.requests.iter().enumerate();
        let places = places.filter(|(_, request)| request.writes);
        places.map(|(place, _)| place as u64 + 1).collect()
    }

    /// The write, from 1, by which a change was sent.
    pub(crate) fn batch(&self, step: &str, address: &str) -> Option<usize> {
        self.batches
            .get(&(step.to_owned(), address.to_owned()))
            .copied()
    }
}

/// Runs a command, amid faults, with every request in the practice org's log.
pub(crate) fn logged(product: &mut Product, faults: &str, line: &str) -> (Ran, Vec<Request>) {
    product.write("faults.toml", format!("{faults}{MARKED}"));
    product.set("USHER_PRACTICE_FAULTS", "faults.toml");
    product.set("USHER_PRACTICE_LOG", LOG);
    let ran = product.run(line);
    product.unset("USHER_PRACTICE_FAULTS");
    product.unset("USHER_PRACTICE_LOG");
    let log = std::fs::read_to_string(product.path(LOG)).unwrap_or_default();
    let _nothing_sent = std::fs::remove_file(product.path(LOG));
    (ran, log.lines().map(request).collect())
}

fn request(line: &str) -> Request {
    let line: Value = serde_json::from_str(line).expect("JSON");
    let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
    Request {
        line: format!("{} {}", text("method"), text("path")),
        writes: text("fault") == "date",
        rival: line["rival"].as_str().map(str::to_owned),
    }
}

impl Request {
    fn is_collection(&self) -> bool {
        self.line.contains("/composite/sobjects")
    }

    fn saves(&self) -> bool {
        self.is_collection() || self.line.contains("/sobjects/")
    }

    fn starts_job(&self) -> bool {
        self.line.starts_with("POST") && self.line.contains("/connect/communities")
    }
}

/// Returns the intent, from 1, that holds each change: an undisturbed run sends one request for each.
fn batches(events: &[String]) -> BTreeMap<(String, String), usize> {
    let mut batches = BTreeMap::new();
    let events = events
        .iter()
        .map(|event| serde_json::from_str(event).expect("JSON"));
    let intents = events.filter(|event: &Value| event.get("intent").is_some());
    for (place, event) in intents.enumerate() {
        for change in event["intent"]["changes"].as_array().into_iter().flatten() {
            let text = |name: &str| change[name].as_str().unwrap_or_default().to_owned();
            batches.insert((text("step"), text("address")), place + 1);
        }
    }
    batches
}
