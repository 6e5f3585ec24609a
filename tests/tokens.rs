//! An access token is seen nowhere: not when everything goes wrong, and not when an org, or something between, repeats
//! it in its answers. Every byte that a command prints and that lies in its folder is searched.

mod repeating;

use std::collections::BTreeSet;

use repeating::{ANSWERS, Repeating};
use usher_practice::FaultKind;

use crate::over_http::Served;
use crate::world::{Product, READY, holders};

/// The files that a command writes besides.
const INTO: &str = "--json-into run.json --markdown-into run.md --html-into run.html";

/// Faults of `docs/practice-faults.md` that any request may meet, in each of their ways.
const OF_ANY: &[&str] = &[
    "kind = \"refuse\"",
    "kind = \"throttle\"",
    "kind = \"throttle\"\nstatus = 503\nretry_after = 1",
    "kind = \"unreachable\"",
    "kind = \"fail-before\"",
    "kind = \"lose-answer\"",
    "kind = \"half-answer\"",
    "kind = \"half-answer\"\nafter = \"headers\"",
    "kind = \"stall\"\nms = 1",
    "kind = \"error\"\nacts = true",
    "kind = \"error\"\nacts = false",
    "kind = \"garbled\"\nshape = \"empty\"\nacts = true",
    "kind = \"bad-gateway\"\nacts = true",
    "kind = \"html\"\nacts = false",
    "kind = \"redirect\"",
    "kind = \"too-long\"",
    "kind = \"headers-too-large\"",
    "kind = \"sign-out\"",
    "kind = \"limit\"",
    "kind = \"date\"\nseconds = 60",
];

/// Those that only some requests meet.
const OF_FEW: &[&str] = &[
    "kind = \"job-error\"",
    "kind = \"refuse\"\nrow = 1",
    "kind = \"refuse\"\non = \"write\"",
    "kind = \"lock\"",
    "kind = \"busy\"",
    "kind = \"garbled\"\nshape = \"fewer\"\nacts = true",
    "kind = \"garbled\"\nshape = \"no-code\"\nacts = true",
    "kind = \"rival\"\non = \"write\"\n[faults.request]\nmethod = \"POST\"\npath = \"sobjects/Account\"\nbody = '{ \"Name\": \"Theirs\" }'",
];

/// Rounds in which every fault comes to its turn.
const ROUNDS_MAX: usize = 40;

/// Searches what a command line says, and all that lies in the folder but what `practice serve` has written itself.
fn search(product: &Product, token: &str, said: &str) {
    assert!(!said.contains(secret(token)), "the token is in:\n{said}");
    let found = holders(&product.path(""), secret(token), &[READY]);
    assert!(found.is_empty(), "the token is in {found:?}");
}

/// The part of a token that is a secret. Before it stands the id of the org.
fn secret(token: &str) -> &str {
    token.split_once('!').map_or(token, |(_, secret)| secret)
}

/// A file in which each fault meets so many of the requests that it counts.
fn file_of(faults: &[&str], chance: f64) -> String {
    let mut file = "seed = 7\n".to_owned();
    for fault in faults {
        let (own, below) = fault.split_once("\n[").unwrap_or((fault, ""));
        // Few runs come as far as a job.
        let turn = match own.contains("job-error") {
            true => "nth = 1".to_owned(),
            false => format!("chance = {chance}"),
        };
        file.push_str(&format!("\n[[faults]]\n{own}\n{turn}\n"));
        if !below.is_empty() {
            file.push_str(&format!("[{below}\n"));
        }
    }
    file
}

/// The kinds of some faults, each once.
fn kinds(faults: &[&'static str]) -> BTreeSet<&'static str> {
    let kind = |fault: &&'static str| fault.split('"').nth(1).expect("a kind");
    faults.iter().map(kind).collect()
}

/// Runs a recipe, carries it on and undoes it, until every fault has happened.
fn suffer(product: &mut Product, name: &str, faults: &[&'static str], chance: f64) {
    let (file, log) = (format!("{name}.toml"), format!("{name}.jsonl"));
    product.write(&file, file_of(faults, chance));
    let served = Served::start_with(product, &["--faults", &file, "--log", &log]);
    product.set("USHER_TOKEN", &served.token);
    product.set("USHER_ORG", &served.url);
    let mut said = String::new();
    let mut tell = |line: &str| {
        let ran = product.run(line);
        said.push_str(&format!("$ usher {line}\n{}", ran.text()));
    };
    let missed = || {
        let log = std::fs::read_to_string(product.path(&log)).unwrap_or_default();
        let mut missed = kinds(faults);
        missed.retain(|kind| !log.contains(&format!("\"fault\":\"{kind}\"")));
        missed
    };
    let events = ["--events -", "--events events.jsonl --json"];
    for round in 0..ROUNDS_MAX {
        let more = events[round % events.len()];
        tell(&format!("apply fsc/customer-user --yes {INTO} {more}"));
        tell(&format!("resume --yes {INTO} {more}"));
        tell(&format!("undo --yes --yes-destroy {INTO} {more}"));
        if missed().is_empty() {
            break;
        }
    }
    for line in ["runs --json", "show --json", "show --requests"] {
        tell(line);
    }
    assert!(!said.contains("code: bug"), "{said}");
    // The search finds a token that is there.
    let token = secret(&served.token);
    assert_eq!(
        holders(&product.path(""), token, &[]),
        [product.path(READY)]
    );
    search(product, &served.token, &said);
    assert!(
        missed().is_empty(),
        "{:?} did not happen:\n{said}",
        missed()
    );
    product.unset("USHER_TOKEN");
    product.unset("USHER_ORG");
}

#[test]
fn a_token_is_nowhere_whatever_goes_wrong() {
    let mut product = Product::new();
    product.set("USHER_LOG", "requests");
    suffer(&mut product, "few", OF_FEW, 0.1);
    suffer(&mut product, "any", OF_ANY, 0.015);
    let tried = kinds(&[OF_FEW, OF_ANY].concat());
    let all: BTreeSet<&str> = FaultKind::NAMES.iter().copied().collect();
    assert_eq!(tried, all);
}

#[test]
fn a_token_is_nowhere_whoever_repeats_it() {
    let base = Product::new();
    assert_eq!(base.run("practice reset").exit, 0);
    for answer in ANSWERS {
        let mut product = base.fork();
        let org = product.practice();
        let token = org.token().to_owned();
        let repeating = Repeating::start(org, answer);
        product.set("USHER_TOKEN", &token);
        product.set("USHER_LOG", "requests");
        product.set("USHER_ORG", &repeating.url);
        let mut said = String::new();
        let mut tell =
            |line: &str| said.push_str(&format!("$ usher {line}\n{}", product.run(line).text()));
        tell(&format!("apply fsc/customer-user --yes {INTO} --events -"));
        assert!(
            repeating.has_repeated(),
            "{}: nothing was repeated\n{said}",
            answer.name
        );
        tell("resume --yes --json --events events.jsonl");
        repeating.be_honest();
        for line in [
            "runs --json",
            "show --json",
            "show --requests",
            "undo --yes --json",
            "runs prune --older-than 0",
        ] {
            tell(line);
        }
        tell("org query Nonsense");
        assert!(!said.contains(secret(&token)), "{}:\n{said}", answer.name);
        assert!(!said.contains("code: bug"), "{}:\n{said}", answer.name);
        let found = holders(&product.path(""), secret(&token), &[]);
        assert!(
            found.is_empty(),
            "{}: the token is in {found:?}\n{said}",
            answer.name
        );
    }
}
