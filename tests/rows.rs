//! Rows of a file: wrong ones stop everything before the first change, or are left out; the results are taken again.
//!
//! `USHER_ROWS=10000 cargo test -p usher --test it rows::` tries the long list; `USHER_ROWS_SEED` makes another one.

mod many;
mod people;

use expect_test::expect;

use people::{RECIPE, contacts, product};

const SMALL: &str = "Email;last name;account;level\n\
    maria@example.com;Rivera;Brightwater;Manager\n\
    =cmd@example.com;O'Neil;Nowhere Ltd;Boss\n\
    jun@example.com;\"Sato; Jun\";Brightwater;\n\
    maria@example.com;Rivera;Brightwater;User\n";

#[test]
fn a_wrong_row_stops_everything_before_the_first_change() {
    let product = product();
    product.write("people.csv", SMALL);
    let before = contacts(&product);
    let ran =
        product.run("apply people.toml --org practice --rows people.csv --yes --results out.csv");
    assert_eq!(ran.exit, 10, "{}", ran.text());
    assert_eq!(contacts(&product), before);
    expect![""].assert_eq(&ran.text());
    expect![""].assert_eq(&product.read("out.csv"));
    let ran = product.run("plan people.toml --org practice --rows people.csv --json");
    assert_eq!(ran.exit, 10);
    let document = ran.json();
    assert_eq!(document["diagnostics"].as_array().map(Vec::len), Some(4));
    expect![""].assert_eq(&format!("{:#}", document["diagnostics"][1]));
}

#[test]
fn the_others_go_on_when_a_person_says_so() {
    let product = product();
    product.write("people.csv", SMALL);
    let line = "apply people.toml --org practice --rows people=people.csv --continue-on-error --yes --results";
    let ran = product.run(&format!("{line} out.jsonl"));
    assert_eq!(ran.exit, 10, "{}", ran.text());
    expect![""].assert_eq(&ran.text());
    expect![""].assert_eq(&product.read("out.jsonl"));
    // A formula is a text for a spreadsheet, and the same value for Usher.
    let run = product.newest_run();
    let ran = product.run(&format!("show {run} --results out.csv"));
    assert_eq!(ran.exit, 0, "{}", ran.text());
    expect![""].assert_eq(&product.read("out.csv"));
}

#[test]
fn rows_come_through_standard_input_and_inputs_files_too() {
    let mut product = product();
    product.input(
        "[{\"email\": \"a@example.com\", \"last_name\": \"A\", \"account\": \"Brightwater\"}]",
    );
    let ran = product.run("plan people.toml --org practice --rows -");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    expect![""].assert_eq(&ran.out);
    product.write(
        "inputs.toml",
        "[[people]]\nemail = \"a@example.com\"\nlast_name = \"A\"\naccount = \"Nowhere\"\n",
    );
    let ran = product.run("plan people.toml --org practice --inputs inputs.toml");
    assert_eq!(ran.exit, 10, "{}", ran.text());
    expect![""].assert_eq(&ran.err);
}

#[test]
fn files_that_are_no_rows_say_so() {
    let product = product();
    product.write(
        "latin.csv",
        b"email,last_name,account\na@x,M\xfcller,Brightwater\n",
    );
    product.write("header.csv", "emial,last_name,acount\na,b,c\n");
    product.write("empty.csv", "");
    let lines = [
        "latin.csv",
        "header.csv",
        "empty.csv",
        "none.csv",
        "persons=people.csv",
    ];
    let mut said = String::new();
    for file in lines {
        let ran = product.run(&format!("plan people.toml --org practice --rows {file}"));
        said += &format!("{}\n{}--\n", ran.exit, ran.err);
    }
    let ran = product.run("plan fsc/assign-permissions --org practice --rows people.csv");
    said += &format!("{}\n{}", ran.exit, ran.err);
    expect![""].assert_eq(&said);
}

#[test]
fn the_plan_of_many_rows_is_a_sentence_and_a_few_of_them() {
    let product = product();
    let mut file = "email,last_name,account\n".to_owned();
    for n in 0..60 {
        file += &format!("p{n}@example.com,Person {n},Brightwater\n");
    }
    product.write("people.csv", file);
    let ran = product.run("plan people.toml --org practice --rows people.csv");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    expect![""].assert_eq(&ran.out);
    let ran = product.run("plan people.toml --org practice --rows people.csv --full");
    assert_eq!(ran.out.matches("person[\"").count(), 60);
    assert!(RECIPE.contains("for_each"));
}
