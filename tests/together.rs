//! Two commands at once in one home: a plan is carried out as it was seen, and a run as its journal ends.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use expect_test::expect;

use crate::world::{Answer, Product, Ran};

const APPLY: &str = "apply mine.toml --org practice";

/// A home with a recipe that wants these accounts.
fn product(names: &[&str]) -> Product {
    let product = Product::new();
    recipe(&product, "mine.toml", names);
    product
}

fn recipe(product: &Product, file: &str, names: &[&str]) {
    let mut recipe = "title = \"Accounts\"\n".to_owned();
    for name in names {
        let id = name.to_lowercase();
        recipe.push_str(&format!(
            "\n[[steps]]\nid = \"{id}\"\nuse = \"ensure-record\"\nwith = {{ object = \"Account\", key = {{ Name = \"{name}\" }} }}\n"
        ));
    }
    product.write_recipe(file, recipe);
}

/// Returns the number of accounts of such a name.
fn accounts(product: &Product, name: &str) -> usize {
    let soql = format!("SELECT Id FROM Account WHERE Name = '{name}'");
    product.practice().query(&soql).len()
}

/// Says yes after a command has been carried out in another terminal.
fn yes_after(product: &Product, line: &'static str) -> Answer {
    let other = product.beside();
    Box::new(move || {
        let ran = std::thread::spawn(move || other.run(line));
        let ran = ran.join().expect("no panic");
        assert_eq!(ran.exit, 0, "{}", ran.text());
        "yes"
    })
}

fn yes() -> Answer {
    Box::new(|| "yes")
}

fn asked(product: &mut Product, line: &str, answers: Vec<Answer>) -> Ran {
    product.answer(answers);
    product.run(line)
}

#[test]
fn two_who_say_yes_to_one_plan_make_one_record() {
    let mut product = product(&["Brightwater"]);
    let first = yes_after(&product, "apply mine.toml --org practice --yes");
    let second = asked(&mut product, APPLY, vec![first]);
    expect![[r#"
        exit 0
        --- out
        Accounts  (mine)
          org     practice (practice org), as admin@practice.usher.example

        brightwater  ensure-record 0.1.0
          + "Make the account with Name `Brightwater`"
              create Account { Name: Brightwater }
                not created when there is one already with Name = Brightwater, IsPersonAccount = false
              undo: deleted
                only if no `Contact` is there with `AccountId` = <brightwater:record.id>
                only if no `Opportunity` is there with `AccountId` = <brightwater:record.id>
          As a result, Salesforce will:
            > "admin@practice.usher.example owns it" (likely)

        Plan: 1 to create, 0 to change, 0 to delete; 1 request to send.
        Accounts  (mine)
          org     practice (practice org), as admin@practice.usher.example

        brightwater  ensure-record 0.1.0
          as wanted, nothing to do
          note: "There is the account with Name `Brightwater`: 001Jca000000007IAA"

        Nothing to change: the org is as the recipe says.
        --- err
        Apply these changes? Type yes:
        Another run has changed the org since this plan was made. The plan is now:
    "#]]
    .assert_eq(&second.text());
    assert_eq!(accounts(&product, "Brightwater"), 1);
}

#[test]
fn what_is_otherwise_now_is_shown_and_asked_again() {
    let mut product = product(&["Ash", "Birch"]);
    recipe(&product, "ash.toml", &["Ash"]);
    let first = yes_after(&product, "apply ash.toml --org practice --yes");
    let applied = asked(&mut product, APPLY, vec![first, yes()]);
    assert_eq!(applied.exit, 0, "{}", applied.text());
    let plans: Vec<&str> = applied.out.split("\nPlan: ").skip(1).collect();
    assert!(
        plans.len() == 2
            && plans[0].starts_with("2 to create")
            && plans[1].starts_with("1 to create"),
        "{}",
        applied.text()
    );
    assert!(applied.err.contains("Another run has changed the org"));
    assert_eq!(accounts(&product, "Ash") + accounts(&product, "Birch"), 2);
    // Once more, and the person does not want it any more.
    recipe(&product, "mine.toml", &["Cedar", "Dogwood"]);
    recipe(&product, "cedar.toml", &["Cedar"]);
    let first = yes_after(&product, "apply cedar.toml --org practice --yes");
    let declined = asked(&mut product, APPLY, vec![first, Box::new(|| "no")]);
    assert_eq!(declined.exit, 0, "{}", declined.text());
    assert!(declined.err.ends_with("Nothing was changed.\n"));
    assert_eq!(accounts(&product, "Dogwood"), 0);
}

#[test]
fn a_plan_that_is_still_the_same_is_not_asked_again() {
    let mut product = product(&[]);
    recipe(&product, "fir.toml", &["Fir"]);
    for (name, line) in [
        ("Elder", "apply fir.toml --org practice --yes"),
        ("Elm", "apply fir.toml --org practice:other --yes"),
    ] {
        recipe(&product, "mine.toml", &[name]);
        let first = yes_after(&product, line);
        let applied = asked(&mut product, APPLY, vec![first]);
        assert_eq!(applied.exit, 0, "{}", applied.text());
        assert!(!applied.err.contains("Another run"), "{}", applied.text());
        assert_eq!(accounts(&product, name), 1);
    }
}

#[test]
fn a_saved_plan_that_another_run_has_moved_is_refused_after_the_yes() {
    let mut product = product(&["Ash", "Birch"]);
    recipe(&product, "ash.toml", &["Ash"]);
    assert_eq!(
        product
            .run("plan mine.toml --org practice -o plan.json")
            .exit,
        0
    );
    let first = yes_after(&product, "apply ash.toml --org practice --yes");
    let refused = asked(&mut product, "apply plan.json", vec![first]);
    assert_eq!(refused.exit, 12, "{}", refused.text());
    assert!(
        refused.err.contains("code: plan/moved"),
        "{}",
        refused.text()
    );
    assert_eq!(accounts(&product, "Birch"), 0);
    // Nothing is left to do once all of the changes are done.
    assert_eq!(product.run("undo --yes").exit, 0);
    let first = yes_after(&product, "apply mine.toml --org practice --yes");
    let idle = asked(&mut product, "apply plan.json", vec![first]);
    assert_eq!(idle.exit, 0, "{}", idle.text());
    assert_eq!(accounts(&product, "Ash") + accounts(&product, "Birch"), 2);
}

/// The file of the only lease.
fn lease(product: &Product) -> PathBuf {
    let leases = std::fs::read_dir(product.path("home/state/leases")).expect("a folder");
    let lease = leases.map(|entry| entry.expect("an entry").path()).next();
    lease.expect("a lease")
}

#[test]
fn what_changes_nothing_needs_no_lease_and_what_may_change_takes_it_first() {
    let mut product = product(&["Gum"]);
    let apply = format!("{APPLY} --yes");
    assert_eq!(product.run(&apply).exit, 0);
    let held = std::fs::File::open(lease(&product)).expect("opens");
    held.lock().expect("nobody else holds it");
    for line in [
        "plan mine.toml --org practice",
        "check mine.toml --org practice",
        "show",
        "runs",
    ] {
        let ran = product.run(line);
        assert_eq!(ran.exit, 0, "{}", ran.text());
    }
    // `resume` finds nothing that it could do while the other command is at work.
    for line in [apply.as_str(), "undo --yes", "resume"] {
        let refused = product.run(line);
        let expected = if line == "resume" {
            "run/none"
        } else {
            "run/org-in-use"
        };
        assert!(refused.err.contains(expected), "{line}: {}", refused.text());
    }
    // A command that asks a person finds out after the yes.
    recipe(&product, "mine.toml", &["Gum", "Hazel"]);
    let refused = asked(&mut product, APPLY, vec![yes()]);
    assert_eq!(refused.exit, 20, "{}", refused.text());
    assert!(refused.err.contains("code: run/org-in-use"));
    assert_eq!(accounts(&product, "Hazel"), 0);
}

/// Carries a command out while another one in another terminal has found its run and has not got the lease yet.
fn overtaken(product: &mut Product, line: &str, by: &'static str) -> (Ran, Ran) {
    let other = product.beside();
    let first = Arc::new(Mutex::new(None));
    let done = Arc::clone(&first);
    product.meanwhile(move || {
        *done.lock().expect("no panic") = Some(other.run(by));
    });
    let second = product.run(line);
    let first = first.lock().expect("no panic").take();
    (first.expect("the clock was looked at"), second)
}

#[test]
fn a_run_that_another_process_has_ended_meanwhile_is_reported_as_it_ended() {
    let mut product = product(&["Ivy"]);
    let stopped = product.run_stopped("apply mine.toml --org practice --yes");
    assert_eq!(stopped.exit, 21, "{}", stopped.text());
    let (first, second) = overtaken(&mut product, "resume", "resume");
    assert_eq!((first.exit, second.exit), (0, 0), "{}", second.text());
    assert!(second.out.contains("Done: 1 change."), "{}", second.text());
    assert_eq!(accounts(&product, "Ivy"), 1);
    // The second wrote nothing, and everything can be read.
    assert_eq!(product.run("runs").exit, 0);
    let (first, second) = overtaken(&mut product, "undo --yes", "undo --yes");
    assert_eq!((first.exit, second.exit), (0, 0), "{}", second.text());
    assert!(second.out.contains("Nothing to undo"), "{}", second.text());
    assert_eq!(accounts(&product, "Ivy"), 0);
    let runs = product.run("runs --json").json();
    assert_eq!(runs["runs"].as_array().map(Vec::len), Some(2), "{runs:#}");
}

#[test]
fn an_open_undo_that_another_process_has_ended_meanwhile_is_not_carried_on() {
    let mut product = product(&["Juniper"]);
    assert_eq!(product.run("apply mine.toml --org practice --yes").exit, 0);
    assert_eq!(product.run_stopped("undo --yes").exit, 21);
    let (first, second) = overtaken(&mut product, "undo --yes", "undo --yes");
    assert_eq!((first.exit, second.exit), (0, 0), "{}", second.text());
    assert!(first.err.contains("Going on with run"), "{}", first.text());
    assert!(second.out.contains("Nothing to undo"), "{}", second.text());
    assert_eq!(accounts(&product, "Juniper"), 0);
}

#[test]
fn a_run_that_another_process_writes_to_stops_and_sends_nothing() {
    let mut product = product(&["Larch"]);
    let before = product.practice().fingerprint();
    let file = product.path("home/state/journal.db");
    product.at_each_look(move || {
        let journal = rusqlite::Connection::open(&file).expect("opens");
        // Not by an Usher of this home, which would have to hold the lease.
        let event = "INSERT INTO event SELECT run, 3, at_ms, '\"resumed\"' FROM event
                     GROUP BY run HAVING max(number) = 2";
        journal.execute(event, []).expect("a journal");
    });
    product.run("runs");
    let stopped = product.run(&format!("{APPLY} --yes"));
    assert_eq!(stopped.exit, 20, "{}", stopped.text());
    expect![[r#"
        error: another process has written to run RUN: it has 3 events, and this process knows 2
        help: this process has stopped and sends nothing more: run `usher resume RUN` to continue from the journal
        code: run/other-writer
    "#]].assert_eq(&stopped.err);
    assert_eq!(product.practice().fingerprint(), before);
    product.at_each_look(|| ());
    // The journal holds one run, which can be resumed.
    let resumed = product.run("resume");
    assert_eq!(resumed.exit, 0, "{}", resumed.text());
    assert_eq!(accounts(&product, "Larch"), 1);
}

#[test]
fn plugins_of_a_run_that_begins_are_not_forgotten() {
    let mut product = product(&["Kapok"]);
    // A step that is planned later keeps the plugins.
    product.write_recipe(
        "mine.toml",
        r#"title = "Later"
[[steps]]
id = "account"
use = "ensure-record"
with = { object = "Account", key = { Name = "Kapok" } }
[[steps]]
id = "roles"
use = "check-roles"
with = { kind = "customer", account = "${steps.account.record_id}" }
"#,
    );
    let (lock, folder) = (
        product.path("home/state/plugins.lock"),
        product.path("home/state/plugins"),
    );
    let looker = product.beside();
    let seen = Arc::new(Mutex::new(0));
    let unsafe_looks = Arc::clone(&seen);
    product.at_each_look(move || {
        let kept = std::fs::read_dir(&folder).map_or(0, Iterator::count);
        let journal = usher_engine::journal::Journal::open(&looker.path("home/state/journal.db"));
        let begun = journal
            .and_then(|journal| journal.runs())
            .is_ok_and(|runs| !runs.is_empty());
        if kept > 0 && !begun {
            let lock = std::fs::File::open(&lock).expect("the lock is there");
            assert!(lock.try_lock().is_err(), "`usher runs prune` has to wait");
            *unsafe_looks.lock().expect("no panic") += 1;
        }
    });
    let ran = product.run("apply mine.toml --org practice --yes");
    assert!(*seen.lock().expect("no panic") > 0, "{}", ran.text());
}
