//! Several lists in one recipe: each has its own file of results, and its own brake.

use expect_test::expect;
use serde_json::json;

use crate::world::Product;

const RECIPE: &str = r#"title = "Two lists"
[inputs.people]
type = "rows"
key = "email"
[inputs.people.columns.email]
type = "string"
[inputs.people.columns.name]
type = "string"
[inputs.people.keep]
object = "Contact"
by = "Email"
where = { Department = "People" }
[inputs.guests]
type = "rows"
key = "email"
[inputs.guests.columns.email]
type = "string"
[inputs.guests.columns.floor]
type = "integer"
[inputs.guests.keep]
object = "Contact"
by = "Email"
where = { Department = "Guests" }
[[steps]]
id = "person"
for_each = "${inputs.people}"
use = "ensure-record"
[steps.with]
object = "Contact"
key = { Email = "${item.email}" }
values = { LastName = "${item.name}", Department = "People" }
[[steps]]
id = "guest"
for_each = "${inputs.guests}"
use = "ensure-record"
[steps.with]
object = "Contact"
key = { Email = "${item.email}" }
values = { LastName = "Guest", Department = "Guests" }
"#;

const LINE: &str = "two.toml --org practice --rows people=people.csv --rows guests=guests.csv";

/// A home whose org has three people and two guests. The lists have one of each.
fn product() -> Product {
    let product = Product::new();
    product.write_recipe("two.toml", RECIPE);
    let org = product.practice();
    for (name, department) in [
        ("p0", "People"),
        ("p1", "People"),
        ("p2", "People"),
        ("g0", "Guests"),
        ("g1", "Guests"),
    ] {
        let fields = json!({
            "LastName": name,
            "Email": format!("{name}@example.com"),
            "Department": department,
        });
        org.create("Contact", &fields);
    }
    product.write("people.csv", "email;name\np0@example.com;p0\n");
    product.write("guests.csv", "email,floor\ng0@example.com,3\n");
    product
}

#[test]
fn each_list_has_its_own_brake() {
    let product = product();
    let mut said = String::new();
    for more in [
        "",
        "--let-go 5",
        "--let-go people=2",
        "--let-go people=1 --let-go guests=1",
        "--let-go people=2 --let-go guests=1 --let-go people=3",
        "--let-go person=2",
        "--let-go people=many",
    ] {
        let ran = product.run(&format!("plan {LINE} {more}"));
        said += &format!("{more}: {}\n{}--\n", ran.exit, ran.err);
    }
    expect![[r#"
        : 31
        error: 2 of 3 `Contact` records of the set are not in `people.csv`, more than 10 %; 1 of 2 `Contact` records of the set is not in `guests.csv`, more than 10 %; nothing was changed
        help: check that the lists are whole; to let them go, pass `--let-go people=2 --let-go guests=1`
        code: keep/brake
        --
        --let-go 5: 2
        error: recipe `two` keeps several lists true
        help: say which, as in `--let-go people=5`; there is `people` and `guests`
        code: keep/no-list
        --
        --let-go people=2: 31
        error: 1 of 2 `Contact` records of the set is not in `guests.csv`, more than 10 %; nothing was changed
        help: check that the list is whole; to let them go, pass `--let-go people=2 --let-go guests=1`
        code: keep/brake
        --
        --let-go people=1 --let-go guests=1: 31
        error: 2 of 3 `Contact` records of the set are not in `people.csv`, more than the 1 of `--let-go`; nothing was changed
        help: check that the list is whole; to let them go, pass `--let-go people=2 --let-go guests=1`
        code: keep/brake
        --
        --let-go people=2 --let-go guests=1 --let-go people=3: 2
        error: `--let-go` is there twice for `people`
        help: keep one of them
        code: keep/bad-number
        --
        --let-go person=2: 2
        error: recipe `two` keeps no list `person` true
        help: there is `people` and `guests`
        code: keep/no-list
        --
        --let-go people=many: 2
        error: `many` is not a number of records
        help: write digits alone, as in `--let-go 40`
        code: keep/bad-number
        --
    "#]].assert_eq(&said);
    let ran = product.run(&format!("plan {LINE} --let-go people=2 --let-go guests=1"));
    assert_eq!(ran.exit, 0, "{}", ran.text());
}

#[test]
fn each_list_has_its_own_results() {
    let product = product();
    let line = format!("apply {LINE} --let-go people=2 --let-go guests=1 --yes");
    let mut said = String::new();
    for more in [
        "--results one.csv",
        "--results persons=one.csv --results guests=one.csv",
    ] {
        let ran = product.run(&format!("{line} {more}"));
        said += &format!("{more}: {}\n{}--\n", ran.exit, ran.err);
    }
    expect![[r#"
        --results one.csv: 10
        error: recipe `two` has several inputs of type `rows`
        help: say which, as in `--results people=one.csv`; there is `people` and `guests`
        code: rows/no-input

        error: 1 mistake in the inputs
        --
        --results persons=one.csv --results guests=one.csv: 2
        error: two results would be written to `FOLDER/one.csv`
        help: give each a file of its own
        code: report/same-file
        --
    "#]]
    .assert_eq(&said);
    assert!(!product.path("one.csv").exists());
    let ran = product.run(&format!(
        "{line} --results people=p.csv --results guests=g.csv"
    ));
    assert_eq!(ran.exit, 0, "{}", ran.text());
    expect![[r#"
        email;name;usher.outcome;usher.step;usher.code;usher.message;usher.person.record_id
        p0@example.com;p0;as-wanted;;;;003Jca00000000CIAQ
        --
        email,floor,usher.outcome,usher.step,usher.code,usher.message,usher.guest.record_id
        g0@example.com,3,done,,,,003Jca00000000FIAQ
    "#]]
    .assert_eq(&format!(
        "{}--\n{}",
        product.read("p.csv"),
        product.read("g.csv")
    ));
    let run = product.newest_run();
    let ran = product.run(&format!("show {run} --results one.csv"));
    assert_eq!(ran.exit, 10, "{}", ran.text());
    let ran = product.run(&format!("show {run} --results guests=one.csv"));
    assert_eq!(ran.exit, 0, "{}", ran.text());
    assert_eq!(product.read("one.csv"), product.read("g.csv"));
    let ran = product.run("check two.toml --org practice --let-go people=2 --let-go guests=1 --rows people=p.csv --rows guests=g.csv");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    let ran = product.run("plan fsc/assign-permissions --org practice --results one.csv");
    assert_eq!(ran.exit, 10, "{}", ran.text());
}
