use std::collections::BTreeSet;

use usher_core::run::{End, Event, Origin, Phase, taken_back};

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
        "the journal has format 9; this Usher knows 2 and older"
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
    // Format 2 is written now.
    let late = journal.resume(&run).expect("a run").append(&finished(), 3);
    late.expect("appended");
    let error = journal.load(&run).expect_err("one end is enough");
    assert!(error.to_string().starts_with("event 23 of run"), "{error}");
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
