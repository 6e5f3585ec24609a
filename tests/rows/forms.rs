//! The form of results: that of the file they are of, with everything that it holds.

use expect_test::expect;

use super::people::{contacts, product};

const APPLY: &str = "apply people.toml --org practice --yes --rows";

#[test]
fn a_row_that_is_wrong_as_a_whole_stays_refused_until_it_is_repaired() {
    let product = product();
    product.write(
        "people.csv",
        "email,last_name,account,level\n\
         a@example.com,Rivera,Jr.,Brightwater,User\n\
         b@example.com,Sato,Brightwater\n\
         \"c@example.com\"x,Tan,Brightwater,User\n\
         d@example.com,Ueda,Brightwater,User\n",
    );
    let before = contacts(&product);
    let ran = product.run(&format!("{APPLY} people.csv --results first.csv"));
    assert_eq!(ran.exit, 10, "{}", ran.text());
    let first = product.read("first.csv");
    expect![[r#"
        email,last_name,account,level,usher.repair,usher.outcome,usher.step,usher.code,usher.message
        a@example.com,Rivera,Jr.,Brightwater,User,left-out,,rows/ragged,"the row has 5 cells, and the header has 4; put a text that has the separator in it into double quotes"
        b@example.com,Sato,Brightwater,,3 of 4 cells,left-out,,rows/ragged,"the row has 3 cells, and the header has 4; write every cell, also an empty one"
        c@example.comx,Tan,Brightwater,User,"""c@example.com""x",left-out,,rows/bad-quote,"cell 1 goes on behind its closing quote; write a quote within quotes twice: `""""`"
        d@example.com,Ueda,Brightwater,User,,not-begun,,,
    "#]].assert_eq(&first);
    // Results that nobody has touched are refused for the same rows, and come back the same but for the reason.
    let ran = product.run(&format!("{APPLY} first.csv --results second.csv"));
    assert_eq!(ran.exit, 10, "{}", ran.text());
    expect![[r#"
        error: the row was wrong, and `usher.repair` has what no cell of it holds
          --> first.csv:2, column `usher.repair`
        help: correct the row, then empty its cell `usher.repair`
        code: rows/not-repaired

        error: the row was wrong, and `usher.repair` has what no cell of it holds
          --> first.csv:3, column `usher.repair`
        help: correct the row, then empty its cell `usher.repair`
        code: rows/not-repaired

        error: the row was wrong, and `usher.repair` has what no cell of it holds
          --> first.csv:4, column `usher.repair`
        help: correct the row, then empty its cell `usher.repair`
        code: rows/not-repaired

        error: 3 mistakes in 3 rows; nothing was changed
        help: correct the rows, or pass `--continue-on-error` to leave them out; `--results FILE` writes them with their mistakes
    "#]].assert_eq(&ran.err);
    expect![[r#"
        email,last_name,account,level,usher.repair,usher.outcome,usher.step,usher.code,usher.message
        a@example.com,Rivera,Jr.,Brightwater,User,left-out,,rows/not-repaired,"the row was wrong, and `usher.repair` has what no cell of it holds; correct the row, then empty its cell `usher.repair`"
        b@example.com,Sato,Brightwater,,3 of 4 cells,left-out,,rows/not-repaired,"the row was wrong, and `usher.repair` has what no cell of it holds; correct the row, then empty its cell `usher.repair`"
        c@example.comx,Tan,Brightwater,User,"""c@example.com""x",left-out,,rows/not-repaired,"the row was wrong, and `usher.repair` has what no cell of it holds; correct the row, then empty its cell `usher.repair`"
        d@example.com,Ueda,Brightwater,User,,not-begun,,,
    "#]].assert_eq(&product.read("second.csv"));
    assert_eq!(contacts(&product), before);
    let ran = product.run(&format!("{APPLY} first.csv --results lines.jsonl"));
    assert_eq!(ran.exit, 10, "{}", ran.text());
    let ran = product.run(&format!("{APPLY} lines.jsonl --results third.csv"));
    assert_eq!(ran.exit, 10, "{}", ran.text());
    let repairs = |name: &str| -> Vec<String> {
        let text = product.read(name);
        let lines = text.lines().skip(1);
        lines
            .map(|line| line.split(',').nth(4).unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(repairs("third.csv"), repairs("second.csv"));
    product.write(
        "corrected.csv",
        "email,last_name,account,level,usher.repair\n\
         a@example.com,\"Rivera, Jr.\",Brightwater,User,\n\
         b@example.com,Sato,Brightwater,,\n\
         c@example.com,Tan,Brightwater,User,\n\
         d@example.com,Ueda,Brightwater,User,\n",
    );
    let ran = product.run(&format!("{APPLY} corrected.csv --results third.csv"));
    assert_eq!(ran.exit, 0, "{}", ran.text());
    assert_eq!(contacts(&product), before + 4);
}

#[test]
fn results_have_the_form_of_the_file_of_rows() {
    let product = product();
    let text = "\u{feff}E-Mail;Last Name;account;Floor;active\r\n\
        maria@example.com;Müller;Brightwater;-3;WAHR\r\n\
        jun@example.com;\"Sato; \"\"Jun\"\"\";Brightwater;7;FALSCH\r\n"
        .replace("E-Mail", "EMAIL");
    product.write("people.csv", text);
    let ran = product.run(&format!("{APPLY} people.csv --results results.csv"));
    assert_eq!(ran.exit, 0, "{}", ran.text());
    expect![[r#"
        ﻿EMAIL;Last Name;account;Floor;active;usher.outcome;usher.step;usher.code;usher.message;usher.person.record_id<CR>
        maria@example.com;Müller;Brightwater;-3;WAHR;done;;;;003Jca00000000CIAQ<CR>
        jun@example.com;"Sato; ""Jun""";Brightwater;7;FALSCH;done;;;;003Jca00000000DIAQ<CR>
    "#]].assert_eq(&product.read("results.csv").replace('\r', "<CR>"));
    let run = product.newest_run();
    let ran = product.run(&format!("show {run} --results shown.csv"));
    assert_eq!(ran.exit, 0, "{}", ran.text());
    assert_eq!(product.read("shown.csv"), product.read("results.csv"));
    let ran =
        product.run("check people.toml --org practice --rows results.csv --results again.csv");
    assert_eq!(ran.exit, 0, "{}", ran.text());
    let again = product.read("again.csv");
    assert_eq!(again.matches(";as-wanted;").count(), 2, "{again}");
}

#[test]
fn results_of_utf_16_are_utf_16() {
    let product = product();
    let text = "\u{feff}email\tlast_name\taccount\r\nmaria@example.com\tMüller\tBrightwater\r\n";
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    product.write("people.txt", bytes);
    let ran = product.run(&format!("{APPLY} people.txt --results results.csv"));
    assert_eq!(ran.exit, 0, "{}", ran.text());
    let bytes = std::fs::read(product.path("results.csv")).expect("results");
    let (units, rest) = bytes.as_chunks::<2>();
    assert_eq!(rest, [0_u8; 0]);
    let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    let text = String::from_utf16(&units).expect("UTF-16");
    expect![[r#"
        ﻿email	last_name	account	usher.outcome	usher.step	usher.code	usher.message	usher.person.record_id<CR>
        maria@example.com	Müller	Brightwater	done				003Jca00000000CIAQ<CR>
    "#]].assert_eq(&text.replace('\r', "<CR>"));
    let ran = product.run("check people.toml --org practice --rows results.csv");
    assert_eq!(ran.exit, 0, "{}", ran.text());
}

#[test]
fn no_text_is_a_formula_for_a_spreadsheet_with_another_separator() {
    let product = product();
    let row = "a@example.com,Rivera,Brightwater,\"x;=HYPERLINK(\"\"http://e\"\")\"\n";
    product.write(
        "people.csv",
        format!("email,last_name,account,level\n{row}"),
    );
    let ran = product.run(&format!("{APPLY} people.csv --results results.csv"));
    assert_eq!(ran.exit, 10, "{}", ran.text());
    expect![[r#"
        email,last_name,account,level,usher.outcome,usher.step,usher.code,usher.message
        a@example.com,Rivera,Brightwater,"x;=HYPERLINK(""http://e"")",left-out,,rows/bad-choice,"`x;'=HYPERLINK(""http://e"")` is not a choice of `level`; there is `Executive`, `Manager` and `User`"
    "#]].assert_eq(&product.read("results.csv"));
}

#[test]
fn a_cell_of_a_row_that_is_known_by_another_case_is_the_same_record() {
    let product = product();
    product.write(
        "people.csv",
        "email,last_name,account\nmaria@example.com,Rivera,Brightwater\nMaria@Example.com,Rivera,Brightwater\n",
    );
    let ran = product.run("plan people.toml --org practice --rows people.csv");
    assert_eq!(ran.exit, 10, "{}", ran.text());
    expect![[r#"
        error: line 3 has the same key, written `Maria@Example.com`
          --> people.csv:2, column `email`
        help: keep one of the rows
        code: rows/duplicate-key

        error: line 2 has the same key, written `maria@example.com`
          --> people.csv:3, column `email`
        help: keep one of the rows
        code: rows/duplicate-key

        error: 2 mistakes in 2 rows; nothing was changed
        help: correct the rows, or pass `--continue-on-error` to leave them out; `--results FILE` writes them with their mistakes
    "#]].assert_eq(&ran.err);
}

#[test]
fn many_mistakes_are_counted_by_their_kinds() {
    let product = product();
    let row = |n: usize| match n % 3 {
        0 => format!("p{n}@example.com,,Brightwater,User\n"),
        1 => format!("p{n}@example.com,P,Brightwater,Boss\n"),
        _ => format!("p{n}@example.com,P,Brightwater,User,x\n"),
    };
    let rows: String = (0..130).map(row).collect();
    product.write(
        "people.csv",
        format!("email,last_name,account,level\n{rows}"),
    );
    let ran = product.run("plan people.toml --org practice --rows people.csv");
    assert_eq!(ran.exit, 10, "{}", ran.text());
    assert_eq!(ran.err.matches("  --> ").count(), 100);
    let lines: Vec<&str> = ran.err.lines().collect();
    expect![[r#"
        … 30 more mistakes (`--json` and `--results FILE` show all)
        in all: 44 rows/missing-cell, 43 rows/bad-choice, 43 rows/ragged

        error: 130 mistakes in 130 rows; nothing was changed
        help: correct the rows, or pass `--continue-on-error` to leave them out; `--results FILE` writes them with their mistakes"#]]
    .assert_eq(&lines[lines.len() - 5..].join("\n"));
}
