//! Files of rows, as people and programs write them.

use std::sync::LazyLock;

use expect_test::{Expect, expect};
use serde_json::Value;

use super::{Room, parse_rows};
use crate::recipe::tests::recipe;
use crate::recipe::{Column, InputKind};

static COLUMNS: LazyLock<Vec<Column>> = LazyLock::new(|| {
    let recipe = recipe(
        r#"title = "t"
[inputs.people]
type = "rows"
key = "email"
[inputs.people.columns.email]
type = "string"
help = "The address of the person"
[inputs.people.columns.permission_sets]
type = "list"
[inputs.people.columns.title]
type = "string"
optional = true
[[steps]]
id = "s"
use = "anything"
"#,
    );
    match &recipe.inputs[0].kind {
        InputKind::Rows { columns, .. } => columns.clone(),
        _ => Vec::new(),
    }
});

fn read(bytes: &[u8]) -> String {
    let mut out = String::new();
    match parse_rows("people.csv", bytes, &COLUMNS) {
        Ok(rows) => {
            out += &format!("{}\n", rows.columns.join(" "));
            for row in rows.rows {
                let line = row.line.unwrap_or_default();
                out += &format!("{line} {}\n", Value::Object(row.cells));
                if let Some(fault) = row.fault {
                    let (code, message, help) = (fault.code, fault.message, fault.help);
                    out += &format!("  ! {code} {message} / {help}\n");
                }
                if let Some(repair) = row.repair {
                    out += &format!("  ? {repair}\n");
                }
            }
        }
        Err(found) => {
            for mistake in found {
                let line = mistake.row.as_ref().and_then(|row| row.line);
                let line = line.map_or("-".to_owned(), |line| line.to_string());
                let help = mistake.help.unwrap_or_default();
                out += &format!("! {line} {} {} / {help}\n", mistake.code, mistake.message);
            }
        }
    }
    out
}

fn check(text: &str, expected: Expect) {
    expected.assert_eq(&read(text.as_bytes()));
}

#[test]
fn as_spreadsheets_write_them() {
    check(
        "\u{feff}email,Permission Sets,title\r\na@x,A;B,Dr.\r\n\r\n,,\r\n\"b@x\",\"A,B\",\"two\r\nlines \"\"q\"\"\"\r\nc@x,A,d\"e",
        expect![[r#"
            email permission_sets title
            2 {"email":"a@x","permission_sets":"A;B","title":"Dr."}
            5 {"email":"b@x","permission_sets":"A,B","title":"two\nlines \"q\""}
            7 {"email":"c@x","permission_sets":"A","title":"d\"e"}
        "#]],
    );
    check(
        "EMAIL;permission-sets\na@x;\"A;B\"\n",
        expect![[r#"
        email permission_sets
        2 {"email":"a@x","permission_sets":"A;B"}
    "#]],
    );
    check(
        "sep=;\r\nemail;permission_sets\r\na@x;\"A;B\"\r\n",
        expect![[r#"
            email permission_sets
            3 {"email":"a@x","permission_sets":"A;B"}
        "#]],
    );
    check(
        "email\tpermission_sets\ttitle\ra@x\tA\t\r",
        expect![[r#"
            email permission_sets title
            2 {"email":"a@x","permission_sets":"A","title":""}
        "#]],
    );
    check(
        "\n\nemail,permission_sets,,usher.outcome,Usher.Code\nb,'=1+1,,done,x\nc,''-1\n",
        expect![[r#"
            email permission_sets
            4 {"email":"b","permission_sets":"=1+1"}
            5 {"email":"c","permission_sets":"'-1"}
              ! rows/ragged the row has 2 cells, and the header has 5 / write every cell, also an empty one
              ? 2 of 5 cells
        "#]],
    );
}

#[test]
fn encodings_are_read_without_doubt_or_refused() {
    let utf_16: Vec<u8> = "\u{feff}email\tpermission_sets\nä@x\tA\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let big: Vec<u8> = "\u{feff}email,permission_sets\nä@x,A\n"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let cases: [&[u8]; 8] = [
        &utf_16,
        &big,
        &big[..big.len() - 1],
        b"email,permission_sets\nm\xfcller@x,A\n",
        b"e\0m\0a\0i\0l\0",
        b"PK\x03\x04rest",
        b"\xd0\xcf\x11\xe0rest",
        b"",
    ];
    let shown: Vec<String> = cases.iter().map(|bytes| read(bytes)).collect();
    expect![[r#"
        email permission_sets
        2 {"email":"ä@x","permission_sets":"A"}
        --
        email permission_sets
        2 {"email":"ä@x","permission_sets":"A"}
        --
        ! - rows/not-text the file begins as UTF-16, and is not / save it as `CSV UTF-8` in the spreadsheet program
        --
        ! 2 rows/bad-encoding the line is not UTF-8; the file is probably in an older encoding, such as Windows-1252 / save it as `CSV UTF-8` in the spreadsheet program, or convert it: `iconv -f WINDOWS-1252 -t UTF-8`
        --
        ! 1 rows/not-text the file has bytes without a meaning in a text / save it as `CSV UTF-8` in the spreadsheet program
        --
        ! - rows/not-text the file is a spreadsheet or an archive, not a text / save it as `CSV UTF-8` in the spreadsheet program
        --
        ! - rows/not-text the file is a spreadsheet or an archive, not a text / save it as `CSV UTF-8` in the spreadsheet program
        --
        ! - rows/no-rows the file is empty / write a header with the names of the columns, and rows below it
    "#]].assert_eq(&shown.join("--\n"));
}

#[test]
fn headers_that_are_wrong_are_told_at_once() {
    check(
        "emial,title,Title,phone\na,b,c,d\n",
        expect![[r#"
        ! 1 rows/unknown-column there is no column `emial` / did you mean `email`?
        ! 1 rows/duplicate-column the column `title` is there twice / keep one of them
        ! 1 rows/unknown-column there is no column `phone` / there is `email`, `permission_sets` and `title`
        ! 1 rows/missing-column the column `email` is missing / add it to the header (The address of the person)
        ! 1 rows/missing-column the column `permission_sets` is missing / add it to the header
    "#]],
    );
    check(
        "email;permission_sets",
        expect![[r#"
            email permission_sets
        "#]],
    );
    check(
        "hello world",
        expect![[r#"
        ! 1 rows/unknown-column there is no column `hello world` / there is `email`, `permission_sets` and `title`
        ! 1 rows/missing-column the column `email` is missing / add it to the header (The address of the person)
        ! 1 rows/missing-column the column `permission_sets` is missing / add it to the header
    "#]],
    );
}

#[test]
fn rows_that_are_wrong_take_no_other_down() {
    check(
        "email,permission_sets\na,A,more\nb\n\"c\"x,A\nd,A,,\ne,A\n",
        expect![[r#"
            email permission_sets
            2 {"email":"a","permission_sets":"A"}
              ! rows/ragged the row has 3 cells, and the header has 2 / put a text that has the separator in it into double quotes
              ? more
            3 {"email":"b"}
              ! rows/ragged the row has 1 cell, and the header has 2 / write every cell, also an empty one
              ? 1 of 2 cells
            4 {"email":"cx","permission_sets":"A"}
              ! rows/bad-quote cell 1 goes on behind its closing quote / write a quote within quotes twice: `""`
              ? "c"x
            5 {"email":"d","permission_sets":"A"}
            6 {"email":"e","permission_sets":"A"}
        "#]],
    );
    check(
        "email,permission_sets\na,A\nb,\"A\nc,A\n",
        expect![[r#"
            ! 3 rows/open-quote the quote that opens cell 2 of this line is never closed / close it, or write a quote within quotes twice: `""`
        "#]],
    );
}

#[test]
fn json_is_a_list_or_lines() {
    check(
        "[\n  {\"email\": \"a]\\\"\", \"Permission Sets\": [\"A\"], \"usher.outcome\": \"done\"},\n\n  {\"email\": 3,\n \"phone\": null}\n]\n",
        expect![[r#"
            email permission_sets
            2 {"email":"a]\"","permission_sets":["A"]}
            4 {"email":3,"phone":null}
        "#]],
    );
    check(
        "{\"email\": \"a\", \"permission_sets\": [\"A\"]}\n\n{\"email\": \"b\"\n{\"email\": \"c\", \"EMAIL\": \"d\"}\n",
        expect![[r#"
            email permission_sets
            1 {"email":"a","permission_sets":["A"]}
            3 {}
              ! rows/not-json the row is not a JSON object: EOF while parsing an object / write `{ "email": "…" }`
              ? {"email": "b"
            4 {"email":"d"}
              ! rows/duplicate-column the row has `email` twice / keep one of them
              ? {"email":"c"}
        "#]],
    );
    for text in [
        "[{},]",
        "[{}",
        "[{}] x",
        "[",
        "[]",
        "[3, \"a\", []]",
        "[{]",
        "{",
    ] {
        let shown = read(text.as_bytes());
        assert!(!shown.is_empty(), "{text}");
    }
    let shown: Vec<String> = ["[{},]", "[{}", "[{}] x", "[", "[]", "[3, [], {\"email\":}]"]
        .iter()
        .map(|text| read(text.as_bytes()))
        .collect();
    expect![[r#"
        ! 1 rows/not-json an object is missing here / write a list of objects: `[{ "email": "…" }, { "email": "…" }]`
        --
        ! 1 rows/not-json the list is never closed / write a list of objects: `[{ "email": "…" }, { "email": "…" }]`
        --
        ! 1 rows/not-json the list has ended, and more follows / write a list of objects: `[{ "email": "…" }, { "email": "…" }]`
        --
        ! 1 rows/not-json the list is never closed / write a list of objects: `[{ "email": "…" }, { "email": "…" }]`
        --

        --

        1 {}
          ! rows/not-json the row is not a JSON object: invalid type: integer `3`, expected an object / write `{ "email": "…" }`
          ? 3
        1 {}
          ! rows/not-json the row is not a JSON object: invalid type: sequence, expected an object / write `{ "email": "…" }`
          ? []
        1 {}
          ! rows/not-json the row is not a JSON object: expected value / write `{ "email": "…" }`
          ? {"email":}
    "#]].assert_eq(&shown.join("--\n"));
}

#[test]
fn no_file_of_rows_makes_a_reader_panic() {
    let good = "email,permission_sets,title\r\na@x,\"A;B\",\"Dr. \"\"x\"\"\"\r\n[{\"email\": \"ä\\\"\"}]{\"a\":1}\n";
    let bytes = good.as_bytes();
    for from in 0..bytes.len() {
        for to in from..bytes.len() {
            read(&bytes[from..to]);
        }
    }
    for place in 0..bytes.len() {
        for byte in [0, b'"', b'\r', b'[', b'{', b',', 0xff] {
            let mut damaged = bytes.to_vec();
            damaged[place] = byte;
            read(&damaged);
        }
    }
}

#[test]
fn a_row_that_was_wrong_stays_wrong_until_its_part_apart_is_emptied() {
    check(
        "email,permission_sets,usher.repair,usher.outcome\na,A,more,left-out\nb,B,,left-out\n",
        expect![[r#"
            email permission_sets
            2 {"email":"a","permission_sets":"A"}
              ! rows/not-repaired the row was wrong, and `usher.repair` has what no cell of it holds / correct the row, then empty its cell `usher.repair`
              ? more
            3 {"email":"b","permission_sets":"B"}
        "#]],
    );
    check(
        "email,permission_sets,title\na,A,Dr.,,=1\nb,B\n\"c\"x,C,\n",
        expect![[r#"
            email permission_sets title
            2 {"email":"a","permission_sets":"A","title":"Dr."}
              ! rows/ragged the row has 5 cells, and the header has 3 / put a text that has the separator in it into double quotes
              ? =1
            3 {"email":"b","permission_sets":"B"}
              ! rows/ragged the row has 2 cells, and the header has 3 / write every cell, also an empty one
              ? 2 of 3 cells
            4 {"email":"cx","permission_sets":"C","title":""}
              ! rows/bad-quote cell 1 goes on behind its closing quote / write a quote within quotes twice: `""`
              ? "c"x
        "#]],
    );
    check(
        "{\"email\": \"a\", \"permission_sets\": [], \"usher.repair\": \"more\"}\n{\"email\": \"b\", \"usher.repair\": \"\"}\n",
        expect![[r#"
            email permission_sets
            1 {"email":"a","permission_sets":[]}
              ! rows/not-repaired the row was wrong, and `usher.repair` has what no cell of it holds / correct the row, then empty its cell `usher.repair`
              ? more
            2 {"email":"b"}
        "#]],
    );
}

#[test]
fn a_quote_is_reported_where_it_opens() {
    check(
        "email,permission_sets\na,A\nb,\"A\nc,\"B\"\nd,A\n",
        expect![[r#"
            email permission_sets
            2 {"email":"a","permission_sets":"A"}
            3 {"email":"b","permission_sets":"A\nc,B\""}
              ! rows/bad-quote the quote that opens cell 2 in line 3 is closed in line 4 only, and the cell goes on there / close it in line 3, or write a quote within quotes twice: `""`
              ? "A
            c,"B"
            5 {"email":"d","permission_sets":"A"}
        "#]],
    );
    check(
        "email,permission_sets\rm\u{fc}ller@x,A\r\"b\",\"A\rc,A\r",
        expect![[r#"
            ! 3 rows/open-quote the quote that opens cell 2 of this line is never closed / close it, or write a quote within quotes twice: `""`
        "#]],
    );
}

#[test]
fn files_of_old_macs_and_files_without_any_form_are_read() {
    check(
        "sep=;\remail;permission_sets\ra;\"A;B\"\rb;\"two\rlines\"\r",
        expect![[r#"
            email permission_sets
            3 {"email":"a","permission_sets":"A;B"}
            4 {"email":"b","permission_sets":"two\nlines"}
        "#]],
    );
    expect![[r#"
        ! 3 rows/bad-encoding the line is not UTF-8; the file is probably in an older encoding, such as Windows-1252 / save it as `CSV UTF-8` in the spreadsheet program, or convert it: `iconv -f WINDOWS-1252 -t UTF-8`
    "#]].assert_eq(&read(b"email,permission_sets\ra,A\rm\xfcller,A\r"));
    let commas = vec![b','; 5_000_000];
    expect![[r#"
        ! 1 rows/unknown-column there is no column `,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,…` / there is `email`, `permission_sets` and `title`
        ! 1 rows/missing-column the column `email` is missing / add it to the header (The address of the person)
        ! 1 rows/missing-column the column `permission_sets` is missing / add it to the header
    "#]].assert_eq(&read(&commas));
    let mut wide = b"email,permission_sets\na".to_vec();
    wide.extend(&commas);
    expect![[r#"
        ! 2 rows/too-large the row has more than 2000 cells / check that this is a file of rows with a header
    "#]].assert_eq(&read(&wide));
    let many = |row: &str, count| row.repeat(count);
    let too_many = [
        read(format!("email,permission_sets\n{}", many("a,b\n", 100_001)).as_bytes()),
        read(many("{}\n", 5_000_000).as_bytes()),
        read(format!("[{}", many("1,", 5_000_000)).as_bytes()),
    ];
    expect![[r#"
        ! - rows/too-large the file has more than 100000 rows / split the file
        ! - rows/too-large the file has more than 100000 rows / split the file
        ! - rows/too-large the file has more than 100000 rows / split the file
    "#]]
    .assert_eq(&too_many.concat());
    let room = Room {
        rows: 1,
        cells: 2_000_001,
    };
    assert_eq!(
        room.fault().map(|fault| fault.message).as_deref(),
        Some("the rows have more than 2000000 cells")
    );
    let mut header = "x".repeat(40_000);
    header.push_str(",email,permission_sets\na,b,c\n");
    assert!(read(header.as_bytes()).len() < 5_000);
}

#[test]
fn the_form_of_a_file_is_kept() {
    let form = |bytes: &[u8]| {
        let rows = parse_rows("people.csv", bytes, &COLUMNS).expect("rows");
        let form = rows.form.expect("a form");
        format!(
            "{:?} {:?} {:?} {:?}\n",
            form.separator, form.line_end, form.encoding, form.headers
        )
    };
    let utf_16: Vec<u8> = "\u{feff}email\tpermission_sets\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let forms = [
        form(b"email,permission_sets\n"),
        form(
            "\u{feff}E-Mail ; Permission Sets;;usher.outcome\r\n"
                .replace("E-Mail", "Email")
                .as_bytes(),
        ),
        form("email\tpermission_sets\rä\tA".as_bytes()),
        form(&utf_16),
    ];
    expect![[r#"
        ',' Lf Ascii ["email", "permission_sets"]
        ';' CrLf Utf8Marked ["Email", "Permission Sets"]
        '\t' Cr Utf8 ["email", "permission_sets"]
        '\t' Lf Utf16Little ["email", "permission_sets"]
    "#]]
    .assert_eq(&forms.concat());
}
