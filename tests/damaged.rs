//! Runs that cannot be read. An unreadable run does not keep Usher from reading the others.

use expect_test::expect;
use rusqlite::Connection;

use crate::world::Product;

const APPLY: &str = "apply fsc/assign-permissions --org practice --yes";

fn journal(product: &Product) -> Connection {
    Connection::open(product.path("home/state/journal.db")).expect("the journal opens")
}

fn spoil(product: &Product, sql: &str) {
    let changed = journal(product).execute(sql, []).expect("a statement");
    assert_eq!(changed, 1, "{sql}");
}

/// A home with a run that was stopped, and a newer one, done, into whose third event garbage was written; its id.
fn product() -> (Product, String) {
    let product = Product::new();
    let stopped = product.run_stopped("apply fsc/customer-user --org practice --yes");
    assert_eq!(stopped.exit, 21, "{}", stopped.text());
    assert_eq!(product.run(APPLY).exit, 0);
    let done = "SELECT run FROM event WHERE json LIKE '{\"finished\"%'";
    let done: String = journal(&product)
        .query_row(done, [], |row| row.get(0))
        .expect("one run");
    // The clock of tests does not move, so this makes it the newer one.
    let newer = format!("UPDATE run SET began_ms = began_ms + 1000 WHERE id = '{done}'");
    spoil(&product, &newer);
    let garbage = "UPDATE event SET json = CAST(x'7bff00fe' AS TEXT)";
    spoil(
        &product,
        &format!("{garbage} WHERE run = '{done}' AND number = 3"),
    );
    (product, done)
}

#[test]
fn a_damaged_run_is_listed_passed_over_and_forgotten() {
    let (product, damaged) = product();
    let runs = product.run("runs");
    assert_eq!(runs.exit, 0, "{}", runs.text());
    assert!(
        runs.out.contains("damaged") && runs.out.contains("stopped"),
        "{}",
        runs.text()
    );
    let json = product.run("runs --json").json();
    assert_eq!(json["runs"][0]["end"], "damaged", "{json:#}");
    expect![[r#""event 3 of run RUN is damaged: invalid utf-8 sequence of 1 bytes from index 1""#]]
        .assert_eq(&json["runs"][0]["why"].to_string());
    assert_eq!(json["runs"][1]["why"], serde_json::Value::Null);
    // A command that names the run reports its error.
    for command in ["show", "resume", "undo"] {
        let refused = product.run(&format!("{command} {damaged}"));
        assert_eq!(refused.exit, 50, "{}", refused.text());
        assert!(
            refused.err.contains("error: event 3 of run RUN is damaged"),
            "{}",
            refused.text()
        );
    }
    // A command that names no run gets the newest that can be read.
    let shown = product.run("show");
    assert_eq!(shown.exit, 0, "{}", shown.text());
    assert!(shown.out.contains("fsc/customer-user"), "{}", shown.text());
    expect![[r#"
        Run RUN is passed over: event 3 of run RUN is damaged: invalid utf-8 sequence of 1 bytes from index 1.
    "#]].assert_eq(&shown.err);
    // A command that sends something takes no other run instead.
    let refused = product.run("resume");
    expect![[r#"
        exit 50
        --- out
        --- err
        error: run RUN is newer than run RUN and cannot be read: event 3 of run RUN is damaged: invalid utf-8 sequence of 1 bytes from index 1
        help: name the run that you mean, such as RUN; `usher runs` lists them
        code: run/newer-unreadable
    "#]].assert_eq(&refused.text());
    assert_eq!(product.run("undo --yes").exit, 0, "nothing was sent before");
    let runs = journal(&product);
    let stopped = "SELECT id FROM run ORDER BY began_ms LIMIT 1";
    let stopped: String = runs
        .query_row(stopped, [], |row| row.get(0))
        .expect("a run");
    drop(runs);
    let resumed = product.run(&format!("resume {stopped}"));
    assert_eq!(resumed.exit, 0, "{}", resumed.text());
    let refused = product.run("undo --yes");
    assert!(
        refused.err.contains("code: run/newer-unreadable"),
        "{}",
        refused.text()
    );
    let undone = product.run(&format!("undo {stopped} --yes"));
    assert_eq!(undone.exit, 0, "{}", undone.text());
    assert!(
        undone.out.contains("fsc/customer-user"),
        "{}",
        undone.text()
    );
    assert_eq!(product.run(APPLY).exit, 0);
    let pruned = product.run("runs prune");
    expect![[r#"
        exit 0
        --- out
        Forgot 0 runs that had ended and began 90 or more days ago. Kept 1 damaged run: RUN. `--damaged` forgets them at any age.
        --- err
    "#]].assert_eq(&pruned.text());
    let pruned = product.run("runs prune --damaged");
    expect![[r#"
        exit 0
        --- out
        Forgot 0 runs that had ended and began 90 or more days ago. Forgot 1 damaged run: RUN.
        --- err
    "#]]
    .assert_eq(&pruned.text());
    let left = product.run("runs --json").json();
    let left = left["runs"].as_array().expect("a list").iter();
    assert_eq!(
        left.filter(|run| run["end"] == "damaged").count(),
        0,
        "what is left can be read"
    );
    assert_eq!(product.run("show").err, "");
}

#[test]
fn a_run_that_is_too_new_is_never_forgotten_nor_what_it_may_need() {
    let (product, run) = product();
    product.write(
        "home/state/plugins/00.wasm",
        "of the run that nobody here can read",
    );
    spoil(
        &product,
        &format!("UPDATE run SET needs = 99 WHERE id = '{run}'"),
    );
    let json = product.run("runs --json").json();
    assert_eq!(json["runs"][0]["end"], "too-new", "{json:#}");
    let refused = product.run(&format!("undo {run}"));
    assert_eq!(refused.exit, 50, "{}", refused.text());
    assert!(
        refused.err.contains("code: journal/too-new"),
        "{}",
        refused.text()
    );
    let pruned = product.run("runs prune --older-than 0 --json").json();
    assert_eq!(pruned["forgotten"], serde_json::json!([]));
    assert!(product.path("home/state/plugins/00.wasm").exists());
    spoil(
        &product,
        &format!("UPDATE run SET needs = 1 WHERE id = '{run}'"),
    );
    let pruned = product.run("runs prune --damaged --json").json();
    assert_eq!(
        pruned["forgotten"].as_array().map(Vec::len),
        Some(1),
        "{pruned:#}"
    );
    assert!(!product.path("home/state/plugins/00.wasm").exists());
}

#[test]
fn a_run_without_any_event_breaks_nothing() {
    let (product, _) = product();
    // An earlier Usher made the run first, and died before its first event.
    spoil(
        &product,
        "INSERT INTO run (id, began_ms) VALUES ('20991122-100000-0000', 4000000000000)",
    );
    let json = product.run("runs --json").json();
    assert_eq!(json["runs"][0]["end"], "not-begun", "{json:#}");
    assert_eq!(product.run("runs").exit, 0);
    let shown = product.run("show");
    assert!(shown.out.contains("fsc/customer-user"), "{}", shown.text());
    for command in ["show", "resume", "undo"] {
        let refused = product.run(&format!("{command} 20991122-100000-0000"));
        assert_eq!(refused.exit, 50, "{}", refused.text());
        assert!(
            refused
                .err
                .contains("error: run 20991122-100000-0000 has no event"),
            "{}",
            refused.text()
        );
    }
    spoil(
        &product,
        "UPDATE run SET began_ms = 1 WHERE id LIKE '2099%'",
    );
    let pruned = product.run("runs prune --json").json();
    let forgotten = pruned["forgotten"].as_array().expect("a list");
    assert!(
        forgotten.contains(&serde_json::json!("20991122-100000-0000")),
        "{pruned:#}"
    );
}

#[test]
fn what_a_damaged_run_has_confirmed_is_asked_again_and_nothing_else_is() {
    let product = Product::new();
    product.write_recipe(
        "mine.toml",
        "title = \"By hand\"\n[[steps]]\nid = \"click\"\nmanual = { title = \"Click\", text = [\"Click it\"] }\n",
    );
    let first = product.run("apply mine.toml --org practice --yes --confirm click=done");
    assert_eq!(first.exit, 0, "{}", first.text());
    let confirmed = |product: &Product| {
        let planned = product.run("plan mine.toml --org practice --json");
        assert_eq!(planned.exit, 0, "{}", planned.text());
        planned.json()["steps"][0]["manual"]["confirmed"]["note"].clone()
    };
    assert_eq!(confirmed(&product), "done");
    spoil(&product, "UPDATE event SET json = 'x' WHERE number = 2");
    assert_eq!(confirmed(&product), serde_json::Value::Null);
}

#[test]
fn a_run_that_an_unreadable_run_may_undo_is_not_undone() {
    let product = Product::new();
    assert_eq!(product.run(APPLY).exit, 0);
    let run = product.newest_run();
    assert_eq!(product.run_stopped("undo --yes").exit, 21);
    let undo = journal(&product)
        .query_row(
            "SELECT run FROM event WHERE number = 1 AND run <> ?1",
            [&run],
            |row| row.get::<_, String>(0),
        )
        .expect("one undo");
    spoil(
        &product,
        &format!("UPDATE event SET json = 'x' WHERE run = '{undo}' AND number = 3"),
    );
    let refused = product.run(&format!("undo {run} --yes"));
    expect![[r#"
        exit 50
        --- out
        --- err
        error: run RUN may have undone a part of run RUN, and cannot be read: event 3 of run RUN is damaged: expected value at line 1 column 1
        help: look in the org; `usher runs prune --damaged` forgets damaged runs, and then the run can be undone
        code: undo/unreadable
    "#]].assert_eq(&refused.text());
    // Usher looks at each change before it undoes it, once the unreadable run is forgotten.
    assert_eq!(product.run("runs prune --damaged").exit, 0);
    assert_eq!(product.run(&format!("undo {run} --yes")).exit, 0);
}

#[test]
fn a_run_that_nobody_approved_is_declined_or_forgotten() {
    let mut product = Product::new();
    assert_eq!(product.run(APPLY).exit, 0);
    let run = product.newest_run();
    let cut = format!("DELETE FROM event WHERE run = '{run}' AND number > 1");
    journal(&product).execute(&cut, []).expect("cut");
    let copy = product.fork();
    product.answer(vec![Box::new(|| "no")]);
    let declined = product.run("resume");
    assert_eq!(declined.err.lines().last(), Some("Nothing was changed."));
    let runs = product.run("runs --json").json();
    assert_eq!(runs["runs"][0]["end"], "abandoned", "{runs:#}");
    let pruned = copy.run("runs prune --older-than 0 --json").json();
    assert_eq!(
        pruned["forgotten"].as_array().map(Vec::len),
        Some(1),
        "{pruned:#}"
    );
}
