//! Any table, in any form, is read as it was written. Another `SEED` makes other tables.

use super::parse_rows;
use crate::csv_form::{CsvForm, Encoding, LineEnd, guarded};
use crate::recipe::{Column, InputKind};

const TABLES: u64 = 400;

const SEED: u64 = 17;

/// Characters that a reader or a writer of CSV may mistake, and some that it may not.
const CHARACTERS: &[char] = &[
    ',', ';', '\t', '"', '\'', '\n', ' ', '=', '+', '-', '@', '[', '{', '|', '.', '1', '7', 'a',
    'B', 'ä', 'ß', '\u{301}', '\u{a0}', '\u{feff}', '\u{ff1d}', '東', '🦀',
];

/// The numbers of Knuth's MMIX.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn cell(&mut self) -> String {
        let length = self.below(7);
        (0..length).map(|_| self.of(CHARACTERS)).collect()
    }
}

fn columns(count: usize) -> Vec<Column> {
    let column = |number| Column {
        name: format!("c_{number}"),
        kind: InputKind::Text,
        default: None,
        is_optional: true,
        help: None,
        span: 0..0,
    };
    (0..count).map(column).collect()
}

#[test]
fn any_table_is_read_as_it_was_written() {
    for number in 0..TABLES {
        let mut dice = Dice(SEED.wrapping_mul(TABLES).wrapping_add(number));
        let count = 1 + dice.below(5);
        let columns = columns(count);
        let separator = dice.of(&[',', ';', '\t']);
        let form = CsvForm {
            separator,
            says_separator: dice.below(2) == 0,
            line_end: dice.of(&[LineEnd::Lf, LineEnd::CrLf, LineEnd::Cr]),
            encoding: dice.of(&[
                Encoding::Ascii,
                Encoding::Utf8,
                Encoding::Utf8Marked,
                Encoding::Utf16Little,
                Encoding::Utf16Big,
            ]),
            headers: columns
                .iter()
                .map(|column| column.name.to_uppercase())
                .collect(),
        };
        let rows = dice.below(6);
        let mut table: Vec<Vec<String>> = (0..rows)
            .map(|_| (0..count).map(|_| dice.cell()).collect())
            .collect();
        // A line without content is no row.
        table.retain(|row| row.iter().any(|cell| !cell.trim().is_empty()));
        let cells = table
            .iter()
            .map(|row| row.iter().map(|cell| guarded(cell)).collect());
        let bytes = form.file(std::iter::once(form.headers.clone()).chain(cells));
        let read = parse_rows("t.csv", &bytes, &columns);
        let read = read.unwrap_or_else(|found| panic!("seed {SEED}, table {number}: {found:?}"));
        let cells = read.rows.iter().map(|row| {
            assert_eq!(row.fault, None, "seed {SEED}, table {number}");
            let text =
                |column: &Column| row.cells[&column.name].as_str().expect("a text").to_owned();
            columns.iter().map(text).collect::<Vec<String>>()
        });
        assert_eq!(
            cells.collect::<Vec<_>>(),
            table,
            "seed {SEED}, table {number}"
        );
        let form_read = read.form.expect("a form");
        let again = std::iter::once(form_read.headers.clone());
        let again = form_read.file(
            again.chain(
                table
                    .into_iter()
                    .map(|row| row.iter().map(|cell| guarded(cell)).collect()),
            ),
        );
        assert_eq!(again, bytes, "seed {SEED}, table {number}");
    }
}
