use std::collections::{BTreeMap, BTreeSet};

use usher_core::change::StepPlan;
use usher_core::plan::{PlannedStep, StepState};
use usher_core::run::{ChangeKey, End, Event, How, Origin, Outcome, Phase, taken_back};
use usher_core::value::Unit;

use super::{Journal, JournalError};

fn finished() -> Event {
    Event::Finished { end: End::Done }
}

#[test]
fn a_run_that_cannot_be_is_damage() {
    let mut journal = Journal::in_memory().expect("a journal");
    journal
        .begin("a", 1)
        .expect("a run")
        .append(&finished(), 2)
        .expect("appended");
    let error = journal.load("a").expect_err("a run begins with its plan");
    assert_eq!(
        error.to_string(),
        "event 1 of run a is damaged: a run that is New cannot have the event `finished`"
    );
    journal
        .connection
        .execute("UPDATE event SET json = '{'", [])
        .expect("updated");
    assert!(matches!(
        journal.load("a"),
        Err(JournalError::Damaged { number: 1, .. })
    ));
    journal
        .connection
        .execute("UPDATE event SET number = 2", [])
        .expect("updated");
    let error = journal.load("a").expect_err("an event is missing");
    assert_eq!(
        error.to_string(),
        "event 2 of run a is damaged: events before it are missing"
    );
    assert!(matches!(journal.load("b"), Err(JournalError::NoSuchRun(_))));
}

#[test]
fn runs_are_listed_newest_first_and_last() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("journal.db");
    let mut journal = Journal::open(&file).expect("a journal");
    drop(journal.begin("a", 1).expect("a run"));
    drop(journal.begin("b", 2).expect("a run"));
    assert!(journal.begin("b", 3).is_err(), "an id is used once");
    drop(journal);
    assert_eq!(
        Journal::open(&file).expect("opens").runs().expect("lists"),
        ["b", "a"]
    );
}

#[test]
fn a_newer_journal_and_something_else_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("journal.db");
    let journal = Journal::open(&file).expect("a journal");
    journal
        .connection
        .execute_batch("PRAGMA user_version = 9")
        .expect("updated");
    drop(journal);
    let error = Journal::open(&file).err().expect("refused");
    assert_eq!(
        error.to_string(),
        "the journal has format 9; this Usher knows 4 and older"
    );
    std::fs::write(
        &file,
        b"no database at all, but long enough to be looked at",
    )
    .expect("written");
    assert!(matches!(Journal::open(&file), Err(JournalError::Store(_))));
}

#[test]
fn a_journal_of_format_1_loads_and_grows() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("journal.db");
    let old = rusqlite::Connection::open(&file).expect("a file");
    old.execute_batch(include_str!("format-1.sql"))
        .expect("the frozen journal");
    drop(old);
    let mut journal = Journal::open(&file).expect("opens");
    let run = journal.runs().expect("lists").remove(0);
    let loaded = journal.load(&run).expect("loads");
    assert_eq!(loaded.entries.len(), 22);
    assert_eq!(loaded.state.phase, Phase::Finished(End::Done));
    assert_eq!(loaded.state.origin, Origin::default());
    assert_eq!(
        taken_back(&loaded.state, &BTreeSet::new()).len(),
        4,
        "it can be taken back"
    );
    assert!(journal.requests(&run).expect("reads").is_empty());
    // The newest format is written now.
    let late = journal.resume(&run).expect("a run").append(&finished(), 3);
    late.expect("appended");
    let error = journal.load(&run).expect_err("one end is enough");
    assert!(error.to_string().starts_with("event 23 of run"), "{error}");
}

#[test]
fn a_journal_of_format_2_loads_and_grows() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("journal.db");
    let old = rusqlite::Connection::open(&file).expect("a file");
    old.execute_batch(include_str!("format-2.sql"))
        .expect("the frozen journal");
    drop(old);
    let mut journal = Journal::open(&file).expect("opens");
    let run = journal.runs().expect("lists").remove(0);
    let loaded = journal.load(&run).expect("loads");
    assert_eq!(loaded.state.phase, Phase::Finished(End::Done));
    assert!(!loaded.state.bindings.is_empty(), "it has bound ids");
    assert!(
        !loaded.state.verdicts.is_empty(),
        "it has looked for effects"
    );
    assert!(!taken_back(&loaded.state, &BTreeSet::new()).is_empty());
    assert!(!journal.requests(&run).expect("reads").is_empty());
    let late = journal.resume(&run).expect("a run").append(&finished(), 3);
    late.expect("appended");
    let error = journal.load(&run).expect_err("one end is enough");
    assert!(matches!(error, JournalError::Damaged { .. }), "{error}");
}

#[test]
fn what_a_newer_usher_wrote_is_too_new_and_no_damage() {
    let mut journal = Journal::in_memory().expect("a journal");
    drop(journal.begin("a", 1).expect("a run"));
    let wrote = |journal: &Journal, json: &str| {
        let sql = "INSERT OR REPLACE INTO event VALUES ('a', 1, 2, ?1)";
        journal.connection.execute(sql, [json]).expect("written");
    };
    let error = |journal: &Journal| journal.load("a").expect_err("too new").to_string();
    wrote(&journal, r#"{"wondered":{"why":"no reason"}}"#);
    assert_eq!(
        error(&journal),
        "event 1 of run a is `wondered`, which only a newer Usher knows"
    );
    wrote(&journal, r#""rested""#);
    assert_eq!(
        error(&journal),
        "event 1 of run a is `rested`, which only a newer Usher knows"
    );
    // An event that can be parsed, of a run that must not be replayed.
    wrote(&journal, r#"{"finished":{"end":"done"}}"#);
    let needs = "UPDATE run SET needs = 9";
    journal.connection.execute(needs, []).expect("written");
    assert_eq!(
        error(&journal),
        "run a needs an Usher that knows format 9 of the journal; this one knows 4 and older"
    );
}

#[test]
fn a_run_keeps_the_largest_number_that_its_events_need() {
    let mut journal = Journal::in_memory().expect("a journal");
    let step = PlannedStep {
        id: "s".to_owned(),
        item: Some("7".to_owned()),
        plugin: None,
        state: StepState::AsWanted,
        input: serde_json::Map::new(),
        plan: StepPlan::default(),
        before: BTreeMap::new(),
        bound: None,
        only_if: BTreeMap::new(),
        relies_on: Vec::new(),
        kept_with: BTreeMap::new(),
    };
    let mut run = journal.begin("a", 1).expect("a run");
    run.append(&Event::StepPlanned { step }, 2)
        .expect("appended");
    run.append(&finished(), 3).expect("appended");
    let mut run = journal.begin("b", 1).expect("a run");
    run.append(&finished(), 2).expect("appended");
    let mut run = journal.begin("c", 1).expect("a run");
    let failed = |how| Event::Settled {
        change: ChangeKey::new(&Unit::step("s"), "a"),
        outcome: Outcome::Failed {
            code: "run/wait-failed".to_owned(),
            message: String::new(),
            how,
        },
    };
    run.append(&failed(None), 2).expect("appended");
    let mut run = journal.begin("d", 1).expect("a run");
    run.append(&failed(Some(How::Sent)), 2).expect("appended");
    let needs = |run: &str| -> i64 {
        let sql = "SELECT needs FROM run WHERE id = ?1";
        let needs = journal.connection.query_row(sql, [run], |row| row.get(0));
        needs.expect("a number")
    };
    assert_eq!((needs("a"), needs("b")), (3, 1));
    assert_eq!((needs("c"), needs("d")), (1, 4));
}

#[test]
fn what_is_forgotten_is_gone_and_the_rest_stays() {
    let mut journal = Journal::in_memory().expect("a journal");
    for run in ["a", "b"] {
        let mut run = journal.begin(run, 1).expect("a run");
        run.append(&finished(), 2).expect("appended");
    }
    journal.forget(&["a".to_owned()]).expect("forgotten");
    assert_eq!(journal.runs().expect("lists"), ["b"]);
    let left: i64 = journal
        .connection
        .query_row("SELECT count(*) FROM event", [], |row| row.get(0))
        .expect("counts");
    assert_eq!(left, 1);
}
