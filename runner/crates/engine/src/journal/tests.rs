use std::collections::{BTreeMap, BTreeSet};

use usher_core::change::StepPlan;
use usher_core::plan::{PlannedStep, StepState};
use usher_core::run::{ChangeKey, End, Event, How, Origin, Outcome, Phase, Stop, taken_back};
use usher_core::value::Unit;

use super::{Journal, JournalError};
use crate::port::{LogError, RunLog};

fn finished() -> Event {
    Event::Finished { end: End::Done }
}

/// A run with these events, whether or not they can follow each other.
fn begin(journal: &mut Journal, run: &str, events: &[Event]) {
    let mut run = journal.begin(run, 1);
    for (number, event) in (1..).zip(events) {
        run.append(number, event, 2).expect("appended");
    }
}

#[test]
fn a_run_that_cannot_be_is_damage() {
    let mut journal = Journal::in_memory().expect("a journal");
    begin(&mut journal, "a", &[finished()]);
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
    for (id, began_ms) in [("a", 1), ("b", 2)] {
        let mut run = journal.begin(id, began_ms);
        run.append(1, &finished(), began_ms).expect("appended");
    }
    let twice = journal.begin("b", 3).append(1, &finished(), 3);
    assert_eq!(
        twice.expect_err("an id is used once").to_string(),
        "another process has written to run b: it has 1 events, and this process knows 0"
    );
    drop(journal.begin("c", 3));
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
        "the journal has format 9; this Usher knows 5 and older"
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
    assert_eq!(loaded.state.events, 22);
    assert_eq!(loaded.state.phase, Phase::Finished(End::Done));
    assert_eq!(loaded.state.origin, Origin::default());
    assert_eq!(
        taken_back(&loaded.state, &BTreeSet::new()).len(),
        4,
        "it can be taken back"
    );
    assert!(journal.requests(&run).expect("reads").is_empty());
    // The newest format is written now.
    let mut late = journal.resume(&run, 22).expect("a run");
    late.append(23, &finished(), 3).expect("appended");
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
    let known = loaded.state.events;
    let mut late = journal.resume(&run, known).expect("a run");
    late.append(known + 1, &finished(), 3).expect("appended");
    let error = journal.load(&run).expect_err("one end is enough");
    assert!(matches!(error, JournalError::Damaged { .. }), "{error}");
}

#[test]
fn what_a_newer_usher_wrote_is_too_new_and_no_damage() {
    let mut journal = Journal::in_memory().expect("a journal");
    begin(&mut journal, "a", &[finished()]);
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
        "run a needs an Usher that knows format 9 of the journal; this one knows 5 and older"
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
        input: serde_json::Map::new().into(),
        plan: StepPlan::default(),
        before: BTreeMap::new(),
        bound: None,
        only_if: BTreeMap::new(),
        relies_on: Vec::new(),
        kept_with: BTreeMap::new(),
        of_loop: None,
        reads: Default::default(),
        terms: usher_core::plan::Terms::default(),
    };
    begin(
        &mut journal,
        "a",
        &[Event::StepPlanned { step }, finished()],
    );
    begin(&mut journal, "b", &[finished()]);
    let failed = |how| Event::Settled {
        change: ChangeKey::new(&Unit::step("s"), "a"),
        outcome: Outcome::Failed {
            code: "run/wait-failed".to_owned(),
            message: String::new(),
            how,
        },
    };
    begin(&mut journal, "c", &[failed(None)]);
    begin(&mut journal, "d", &[failed(Some(How::Sent))]);
    let needs = |run: &str| -> i64 {
        let sql = "SELECT needs FROM run WHERE id = ?1";
        let needs = journal.connection.query_row(sql, [run], |row| row.get(0));
        needs.expect("a number")
    };
    assert_eq!((needs("a"), needs("b")), (4, 1));
    assert_eq!((needs("c"), needs("d")), (1, 4));
}

#[test]
fn what_is_forgotten_is_gone_and_the_rest_stays() {
    let mut journal = Journal::in_memory().expect("a journal");
    for run in ["a", "b"] {
        begin(&mut journal, run, &[finished()]);
    }
    journal.forget(&["a".to_owned()]).expect("forgotten");
    assert_eq!(journal.runs().expect("lists"), ["b"]);
    let left: i64 = journal
        .connection
        .query_row("SELECT count(*) FROM event", [], |row| row.get(0))
        .expect("counts");
    assert_eq!(left, 1);
}

/// The events of the run in the frozen journal.
fn frozen() -> Vec<Event> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("journal.db");
    let old = rusqlite::Connection::open(&file).expect("a file");
    old.execute_batch(include_str!("format-2.sql"))
        .expect("the frozen journal");
    let journal = Journal::open(&file).expect("opens");
    let run = journal.runs().expect("lists").remove(0);
    events_of(&journal, &run)
}

/// The events of a run.
fn events_of(journal: &Journal, run: &str) -> Vec<Event> {
    let mut events = Vec::new();
    let visited = journal.visit(run, |entry, _| events.push(entry.event.clone()));
    visited.expect("loads");
    events
}

#[test]
fn a_second_writer_is_refused_at_every_event() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("journal.db");
    let mut first = Journal::open(&file).expect("opens");
    let mut second = Journal::open(&file).expect("opens twice");
    let events = frozen();
    let whole = events.len() as u64;
    for known in 1..whole {
        let id = format!("r{known}");
        let so_far = usize::try_from(known).expect("a small number");
        begin(&mut first, &id, &events[..so_far]);
        // Both have loaded the run. The first one goes on.
        let mut other = second.resume(&id, known).expect("nothing was written yet");
        let mut run = first.resume(&id, known).expect("nothing was written yet");
        for number in known + 1..=whole {
            let event = &events[usize::try_from(number).expect("small") - 1];
            run.append(number, event, 3).expect("the first writer");
            let refused = other.append(known + 1, &finished(), 4);
            let found = number;
            let run = id.clone();
            assert_eq!(
                refused,
                Err(LogError::OtherWriter { run, known, found }),
                "{id}"
            );
        }
        let late = second.resume(&id, known).err().expect("refused");
        assert!(matches!(late, JournalError::OtherWriter { .. }), "{late}");
        let loaded = second.load(&id).expect("loads");
        assert_eq!(events_of(&second, &id), events, "{id}");
        assert_eq!(loaded.state.events, whole);
    }
}

#[test]
fn runs_that_begin_in_one_moment_keep_their_order() {
    let mut journal = Journal::in_memory().expect("a journal");
    for run in ["b", "c", "a"] {
        begin(&mut journal, run, &[finished()]);
    }
    assert_eq!(journal.runs().expect("lists"), ["a", "c", "b"]);
}

#[test]
fn a_run_is_in_the_journal_with_its_first_event_only() {
    let mut journal = Journal::in_memory().expect("a journal");
    drop(journal.begin("a", 1));
    assert!(journal.runs().expect("lists").is_empty());
    // An earlier Usher made the run before its first event.
    journal
        .connection
        .execute("INSERT INTO run (id, began_ms) VALUES ('a', 1)", [])
        .expect("written");
    let loaded = journal.load("a").expect("loads");
    assert_eq!((loaded.state.phase, loaded.state.events), (Phase::New, 0));
}

/// A journal with three runs, of which the second has a torn page.
fn torn(file: &std::path::Path) -> Journal {
    let mut journal = Journal::open(file).expect("a journal");
    begin(&mut journal, "run-a", &frozen());
    let mut events = frozen();
    events.pop();
    for _ in 0..200 {
        let why = Stop::Interrupted;
        events.extend([Event::Stopped { why }, Event::Resumed]);
    }
    begin(&mut journal, "run-b", &events);
    begin(&mut journal, "run-c", &frozen());
    journal.connection.execute_batch("VACUUM").expect("packed");
    let whole = "PRAGMA wal_checkpoint(TRUNCATE)";
    let checkpoint = journal.connection.query_row(whole, [], |_| Ok(()));
    checkpoint.expect("written to the file");
    drop(journal);
    let mut bytes = std::fs::read(file).expect("read");
    let has = |page: &[u8], text: &[u8]| page.windows(text.len()).any(|it| it == text);
    // A leaf of a table without row ids that holds events of this run only.
    let leaf = bytes.chunks_mut(4096).find(|page| {
        page[0] == 10
            && has(page, b"run-b")
            && !has(page, b"run-a")
            && !has(page, b"run-c")
            && has(page, b"resumed")
    });
    leaf.expect("such a page").fill(0xff);
    std::fs::write(file, bytes).expect("written");
    Journal::open(file).expect("opens")
}

#[test]
fn a_torn_page_spoils_one_run_and_can_be_forgotten() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("journal.db");
    let mut journal = torn(&file);
    let shown = |journal: &Journal| {
        let lengths = journal.lengths().expect("reads");
        let all = lengths.into_iter().map(|(run, length)| {
            let why = journal.load(&run).err();
            format!(
                "{run}: {length:?} {}\n",
                why.map_or(String::new(), |why| why.to_string())
            )
        });
        all.collect::<String>()
    };
    expect_test::expect![[r#"
        run-a: Some(22) 
        run-b: Some(421) run run-b is damaged: database disk image is malformed
        run-c: Some(22) 
    "#]]
    .assert_eq(&shown(&journal));
    // Another run is forgotten; the readable part of the torn one is kept, and cannot be resumed.
    journal.forget(&["run-a".to_owned()]).expect("forgotten");
    expect_test::expect![[r#"
        run-b: Some(5) event 5 of run run-b is damaged: expected value at line 1 column 1
        run-c: Some(22) 
    "#]]
    .assert_eq(&shown(&journal));
    journal.forget(&["run-b".to_owned()]).expect("forgotten");
    expect_test::expect![[r#"
        run-c: Some(22) 
    "#]]
    .assert_eq(&shown(&journal));
    let checked: String = journal
        .connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("checks");
    assert_eq!(checked, "ok");
    drop(journal);
    let bytes = std::fs::read(&file).expect("read");
    assert!(!bytes.windows(5).any(|it| it == b"run-b"), "it is gone");
    begin(
        &mut Journal::open(&file).expect("opens"),
        "run-d",
        &frozen(),
    );
}

#[test]
fn a_run_with_garbage_is_one_damaged_run() {
    let mut journal = Journal::in_memory().expect("a journal");
    for run in ["a", "b", "c"] {
        begin(&mut journal, run, &frozen());
    }
    let spoil = |sql: &str| {
        // A torn page may hold what none of our statements writes.
        let garbage = format!(
            "PRAGMA ignore_check_constraints = true; PRAGMA writable_schema = true;
             UPDATE sqlite_schema SET sql = replace(sql, ') STRICT, WITHOUT ROWID', ') WITHOUT ROWID');
             PRAGMA writable_schema = RESET; {sql}"
        );
        journal.connection.execute_batch(&garbage).expect("spoilt");
        let mut seen = Vec::new();
        let all = journal.find(|run| {
            seen.push(match run {
                Ok(run) => format!("{}: {} events", run.id, run.state.events),
                Err(unreadable) => {
                    assert!(!unreadable.is_too_new());
                    format!("{}: {}", unreadable.id, unreadable.why)
                }
            });
            None::<()>
        });
        assert!(all.is_ok(), "the others can be read");
        assert_eq!(seen.len(), 3);
        seen.remove(1)
    };
    let all: Vec<String> = [
        "UPDATE event SET json = 'no JSON' WHERE run = 'b' AND number = 3",
        "UPDATE event SET json = CAST(x'ff00fe' AS TEXT) WHERE run = 'b' AND number = 3",
        "UPDATE event SET json = x'ff00fe' WHERE run = 'b' AND number = 3",
        "UPDATE event SET json = 7 WHERE run = 'b' AND number = 2",
        "UPDATE event SET at_ms = 'noon' WHERE run = 'b' AND number = 1",
        "UPDATE run SET needs = 'much' WHERE id = 'b'",
    ]
    .into_iter()
    .map(spoil)
    .collect();
    expect_test::expect![[r#"
        b: event 3 of run b is damaged: expected value at line 1 column 1
        b: event 3 of run b is damaged: invalid utf-8 sequence of 1 bytes from index 0
        b: event 3 of run b is damaged: it is not a text but Blob
        b: event 2 of run b is damaged: expected value at line 1 column 1
        b: event 1 of run b is damaged: its time is not a number
        b: run b is damaged: what it needs is not a number
    "#]]
    .assert_eq(&(all.join("\n") + "\n"));
    let first = journal.find(|run| run.ok().map(|run| run.id));
    assert_eq!(first.expect("reads").as_deref(), Some("c"));
    assert_eq!(journal.lengths().expect("reads").len(), 3);
}

#[test]
fn a_journal_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("journal.db");
    let modes = || {
        let files = std::fs::read_dir(folder.path()).expect("a folder");
        let mut modes: Vec<String> = files
            .map(|file| {
                let file = file.expect("a file");
                let mode = file.metadata().expect("a mode").permissions().mode();
                format!("{} {:o}", file.file_name().display(), mode & 0o777)
            })
            .collect();
        modes.sort();
        modes.join(", ")
    };
    let journal = Journal::open(&file).expect("a journal");
    assert_eq!(
        modes(),
        "journal.db 600, journal.db-shm 600, journal.db-wal 600"
    );
    drop(journal);
    // One that an older Usher has made.
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("set");
    std::fs::write(folder.path().join("journal.db-wal"), b"").expect("written");
    let journal = Journal::open(&file).expect("a journal");
    assert_eq!(
        modes(),
        "journal.db 600, journal.db-shm 600, journal.db-wal 600"
    );
    drop(journal);
}
