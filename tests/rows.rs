//! Rows of a file: wrong ones stop everything before the first change, or are left out; the results are taken again.
//!
//! `USHER_ROWS=10000 cargo test -p usher --test it rows::` tries the long list; `USHER_ROWS_SEED` makes another one.

mod forms;
mod going_on;
mod many;
mod people;
mod several;
mod unplanned;

use expect_test::expect;

use people::{RECIPE, contacts, product};

const SMALL: &str = "Email;last name;account;level\n\
    maria@example.com;Rivera;Brightwater;Manager\n\
    =cmd@example.com;O'Neil;Nowhere Ltd;Boss\n\
    jun@example.com;\"Sato; Jun\";Brightwater;\n\
    maria@example.com;Rivera;Brightwater;User\n";

#[test]
fn a_result_is_written_over_nothing_that_the_command_reads() {
    let product = product();
    product.write("people.csv", SMALL);
    let line = "apply people.toml --org practice --rows people.csv --yes --continue-on-error";
    for results in ["people.csv", "./people.csv", "people.toml"] {
        let ran = product.run(&format!("{line} --results {results}"));
        assert_eq!(ran.exit, 2, "{}", ran.text());
        assert!(ran.err.contains("code: report/own-file"), "{}", ran.text());
    }
    assert_eq!(product.read("people.csv"), SMALL);
    assert_eq!(product.read("people.toml"), RECIPE);
}

#[test]
fn a_wrong_row_stops_everything_before_the_first_change() {
    let product = product();
    product.write("people.csv", SMALL);
    let before = contacts(&product);
    let ran =
        product.run("apply people.toml --org practice --rows people.csv --yes --results out.csv");
    assert_eq!(ran.exit, 10, "{}", ran.text());
    assert_eq!(contacts(&product), before);
    expect![[r#"
        exit 10
        --- out
        --- err
        error: line 5 has the same key `maria@example.com`
          --> people.csv:2, column `email`
        help: keep one of the rows
        code: rows/duplicate-key

        error: `Boss` is not a choice of `level`
          --> people.csv:3, column `level`
        help: there is `Executive`, `Manager` and `User`
        code: rows/bad-choice

        error: line 2 has the same key `maria@example.com`
          --> people.csv:5, column `email`
        help: keep one of the rows
        code: rows/duplicate-key

        error: 3 mistakes in 3 rows; nothing was changed
        help: correct the rows, or pass `--continue-on-error` to leave them out; `--results FILE` writes them with their mistakes
    "#]].assert_eq(&ran.text());
    expect![[r#"
        Email;last name;account;level;usher.outcome;usher.step;usher.code;usher.message
        maria@example.com;Rivera;Brightwater;Manager;left-out;;rows/duplicate-key;"line 5 has the same key `maria@example.com`; keep one of the rows"
        '=cmd@example.com;O'Neil;Nowhere Ltd;Boss;left-out;;rows/bad-choice;"`Boss` is not a choice of `level`; there is `Executive`, `Manager` and `User`"
        jun@example.com;"Sato; Jun";Brightwater;;not-begun;;;
        maria@example.com;Rivera;Brightwater;User;left-out;;rows/duplicate-key;"line 2 has the same key `maria@example.com`; keep one of the rows"
    "#]].assert_eq(&product.read("out.csv"));
    let ran = product.run("plan people.toml --org practice --rows people.csv --json");
    assert_eq!(ran.exit, 10);
    let document = ran.json();
    assert_eq!(document["diagnostics"].as_array().map(Vec::len), Some(3));
    expect![[r#"
        {
          "code": "rows/bad-choice",
          "column": "level",
          "file": "people.csv",
          "help": "there is `Executive`, `Manager` and `User`",
          "line": 3,
          "message": "`Boss` is not a choice of `level`",
          "severity": "error"
        }"#]]
    .assert_eq(&format!("{:#}", document["diagnostics"][1]));
}

#[test]
fn the_others_go_on_when_a_person_says_so() {
    let product = product();
    product.write("people.csv", SMALL);
    let line = "apply people.toml --org practice --rows people=people.csv --continue-on-error --yes --results";
    let ran = product.run(&format!("{line} out.jsonl"));
    assert_eq!(ran.exit, 10, "{}", ran.text());
    expect![[r#"
        exit 10
        --- out
        People  (people)
          org     practice (practice org), as admin@practice.usher.example
          input   people = 1 row of people.csv

        ! 3 rows are left out
          line 2: line 5 has the same key `maria@example.com`; keep one of the rows
          line 3: `Boss` is not a choice of `level`; there is `Executive`, `Manager` and `User`
          line 5: line 2 has the same key `maria@example.com`; keep one of the rows

        person  ensure-record 0.1.0
          for each of 1 row of people.csv: 1 create Contact
          person["jun@example.com"]
            + "Make the contact with Email `jun@example.com`"
                create Contact { Email: jun@example.com, Department: Floor 0, LastName: "Sato; Jun", Title: User, AccountId: 001Jca000000007IAA }
                undo: deleted
                  only if no `User` is there with `ContactId` = <person[jun@example.com]:record.id>
            As a result, Salesforce will:
              > "admin@practice.usher.example owns it" (likely)

        Plan: 1 to create, 0 to change, 0 to delete; 1 request to send.

        Done: 1 change. Run RUN.
        Next: run `usher check people.toml --org practice --rows people=people.csv` any time to see whether the org still matches the recipe.
        --- err
          done  person[jun@example.com]  "Make the contact with Email `jun@example.com`"
          seen  person[jun@example.com]  "admin@practice.usher.example owns it"
        error: 3 rows were left out
        help: correct them in the file that `--results FILE` writes, and pass that file with `--rows`: what is done already is not repeated
        code: rows/left-out
    "#]].assert_eq(&ran.text());
    expect![[r#"
        {"account":"Brightwater","email":"maria@example.com","last_name":"Rivera","level":"Manager","usher.code":"rows/duplicate-key","usher.message":"line 5 has the same key `maria@example.com`; keep one of the rows","usher.outcome":"left-out","usher.step":""}
        {"account":"Nowhere Ltd","email":"=cmd@example.com","last_name":"O'Neil","level":"Boss","usher.code":"rows/bad-choice","usher.message":"`Boss` is not a choice of `level`; there is `Executive`, `Manager` and `User`","usher.outcome":"left-out","usher.step":""}
        {"account":"Brightwater","email":"jun@example.com","last_name":"Sato; Jun","level":"","usher.code":"","usher.message":"","usher.outcome":"done","usher.person.record_id":"003Jca00000000CIAQ","usher.step":""}
        {"account":"Brightwater","email":"maria@example.com","last_name":"Rivera","level":"User","usher.code":"rows/duplicate-key","usher.message":"line 2 has the same key `maria@example.com`; keep one of the rows","usher.outcome":"left-out","usher.step":""}
    "#]].assert_eq(&product.read("out.jsonl"));
    // A formula is a text for a spreadsheet, and the same value for Usher.
    let run = product.newest_run();
    let ran = product.run(&format!("show {run} --results out.csv"));
    assert_eq!(ran.exit, 0, "{}", ran.text());
    expect![[r#"
        Email;last name;account;level;usher.outcome;usher.step;usher.code;usher.message;usher.person.record_id
        maria@example.com;Rivera;Brightwater;Manager;left-out;;rows/duplicate-key;"line 5 has the same key `maria@example.com`; keep one of the rows";
        '=cmd@example.com;O'Neil;Nowhere Ltd;Boss;left-out;;rows/bad-choice;"`Boss` is not a choice of `level`; there is `Executive`, `Manager` and `User`";
        jun@example.com;"Sato; Jun";Brightwater;;done;;;;003Jca00000000CIAQ
        maria@example.com;Rivera;Brightwater;User;left-out;;rows/duplicate-key;"line 2 has the same key `maria@example.com`; keep one of the rows";
    "#]].assert_eq(&product.read("out.csv"));
}

#[test]
fn rows_come_through_standard_input_and_inputs_files_too() {
    let mut product = product();
    product.input(
        "[{\"email\": \"a@example.com\", \"last_name\": \"A\", \"account\": \"Brightwater\"}]",
    );
    let ran = product.run("plan people.toml --org practice --rows -");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    expect![[r#"
        People  (people)
          org     practice (practice org), as admin@practice.usher.example
          input   people = 1 row of standard input

        person  ensure-record 0.1.0
          for each of 1 row of standard input: 1 create Contact
          person["a@example.com"]
            + "Make the contact with Email `a@example.com`"
                create Contact { Email: a@example.com, Department: Floor 0, LastName: A, Title: User, AccountId: 001Jca000000007IAA }
                undo: deleted
                  only if no `User` is there with `ContactId` = <person[a@example.com]:record.id>
            As a result, Salesforce will:
              > "admin@practice.usher.example owns it" (likely)

        Plan: 1 to create, 0 to change, 0 to delete; 1 request to send.
    "#]].assert_eq(&ran.out);
    product.write(
        "inputs.toml",
        "[[people]]\nemail = \"a@example.com\"\nlast_name = \"A\"\naccount = \"Nowhere\"\n",
    );
    let ran = product.run("plan people.toml --org practice --inputs inputs.toml");
    assert_eq!(ran.exit, 10, "{}", ran.text());
    expect![[r#"
        error: there is no `Account` `Nowhere`
          --> inputs.toml:1, column `account`
        help: pass an id, or what one record alone has in `Name`
        code: rows/no-such-record

        error: 1 mistake in 1 row; nothing was changed
        help: correct the rows, or pass `--continue-on-error` to leave them out; `--results FILE` writes them with their mistakes
    "#]].assert_eq(&ran.err);
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
    expect![[r#"
        10
        error: the line is not UTF-8; the file is probably in an older encoding, such as Windows-1252
          --> latin.csv:2
        help: save it as `CSV UTF-8` in the spreadsheet program, or convert it: `iconv -f WINDOWS-1252 -t UTF-8`
        code: rows/bad-encoding

        error: 1 mistake in the inputs
        --
        10
        error: there is no column `emial`
          --> header.csv:1
        help: did you mean `email`?
        code: rows/unknown-column

        error: there is no column `acount`
          --> header.csv:1
        help: did you mean `account`?
        code: rows/unknown-column

        error: the column `email` is missing
          --> header.csv:1
        help: add it to the header
        code: rows/missing-column

        error: the column `account` is missing
          --> header.csv:1
        help: add it to the header
        code: rows/missing-column

        error: 4 mistakes in the inputs
        --
        10
        error: the file is empty
          --> empty.csv
        help: write a header with the names of the columns, and rows below it
        code: rows/no-rows

        error: 1 mistake in the inputs
        --
        41
        error: cannot read `FOLDER/none.csv`: No such file or directory (os error 2)
        code: file/failed
        --
        10
        error: recipe `people` has no input `persons` of type `rows`
        help: there is `people`
        code: rows/no-input

        error: 1 mistake in the inputs
        --
        10
        error: recipe `fsc/assign-permissions` takes no rows
        help: leave `--rows` out
        code: rows/no-input

        error: 1 mistake in the inputs
    "#]].assert_eq(&said);
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
    expect![[r#"
        People  (people)
          org     practice (practice org), as admin@practice.usher.example
          input   people = 60 rows of people.csv

        person  ensure-record 0.1.0
          for each of 60 rows of people.csv: 60 create Contact
          person["p0@example.com"]
            + "Make the contact with Email `p0@example.com`"
                create Contact { Email: p0@example.com, Department: Floor 0, LastName: Person 0, Title: User, AccountId: 001Jca000000007IAA }
                undo: deleted
                  only if no `User` is there with `ContactId` = <person[p0@example.com]:record.id>
            As a result, Salesforce will:
              > "admin@practice.usher.example owns it" (likely)
          person["p1@example.com"]
            + "Make the contact with Email `p1@example.com`"
                create Contact { Email: p1@example.com, Department: Floor 0, LastName: Person 1, Title: User, AccountId: 001Jca000000007IAA }
                undo: deleted
                  only if no `User` is there with `ContactId` = <person[p1@example.com]:record.id>
            As a result, Salesforce will:
              > "admin@practice.usher.example owns it" (likely)
          person["p2@example.com"]
            + "Make the contact with Email `p2@example.com`"
                create Contact { Email: p2@example.com, Department: Floor 0, LastName: Person 2, Title: User, AccountId: 001Jca000000007IAA }
                undo: deleted
                  only if no `User` is there with `ContactId` = <person[p2@example.com]:record.id>
            As a result, Salesforce will:
              > "admin@practice.usher.example owns it" (likely)
          person["p59@example.com"]
            + "Make the contact with Email `p59@example.com`"
                create Contact { Email: p59@example.com, Department: Floor 0, LastName: Person 59, Title: User, AccountId: 001Jca000000007IAA }
                undo: deleted
                  only if no `User` is there with `ContactId` = <person[p59@example.com]:record.id>
            As a result, Salesforce will:
              > "admin@practice.usher.example owns it" (likely)
          … 56 more items (`--full` shows all)

        Plan: 60 to create, 0 to change, 0 to delete; 1 request to send.
    "#]].assert_eq(&ran.out);
    let ran = product.run("plan people.toml --org practice --rows people.csv --full");
    assert_eq!(ran.out.matches("person[\"").count(), 60);
    assert!(RECIPE.contains("for_each"));
}
