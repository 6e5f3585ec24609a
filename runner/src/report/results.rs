//! The results of rows: each row as it was written, and what became of it. As CSV or JSON lines, which `--rows` takes
//! again.

mod cells;
mod outcome;

use std::collections::HashMap;

use serde_json::{Map, Value};
use usher_core::plan::{LeftOut, PlannedStep, UsedInput};
use usher_core::run::RunState;
use usher_core::text;

use cells::{csv_line, written};
use outcome::{Became, became, outputs};

/// The form of a file of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Csv,
    JsonLines,
}

/// Rows, and what is known of them.
#[derive(Clone, Copy)]
pub(crate) struct Results<'a> {
    pub(crate) inputs: &'a [UsedInput],
    pub(crate) left_out: &'a [LeftOut],
    pub(crate) steps: &'a [PlannedStep],
    /// The run; none: nothing was sent.
    pub(crate) state: Option<&'a RunState>,
}

/// One line of the results.
struct Line<'a> {
    line: Option<usize>,
    cells: &'a Map<String, Value>,
    became: Became<'a>,
    /// By the name of their column.
    outputs: Vec<(String, Value)>,
}

/// Columns that say what became of a row.
const OUTCOME: [&str; 4] = ["usher.outcome", "usher.step", "usher.code", "usher.message"];

impl Form {
    /// The form of a file of that name.
    pub(crate) fn of(name: &std::path::Path) -> Self {
        let extension = name.extension().and_then(|extension| extension.to_str());
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("json" | "jsonl" | "ndjson") => Self::JsonLines,
            _ => Self::Csv,
        }
    }
}

/// The text of a file of results.
pub(crate) fn results(of: &Results<'_>, form: Form) -> String {
    let mut columns: Vec<&str> = Vec::new();
    let mut lines: Vec<Line<'_>> = Vec::new();
    let by_item = by_item(of.steps);
    for input in of.inputs {
        let Some(rows) = &input.rows else {
            continue;
        };
        for name in &rows.columns {
            if !columns.contains(&name.as_str()) {
                columns.push(name);
            }
        }
        for row in &rows.rows {
            let words = Some(format!("inputs.{}", input.name));
            let steps = by_item.get(&(words.as_deref(), row.key.as_str()));
            let steps = steps.map_or(&[][..], Vec::as_slice);
            lines.push(Line {
                line: row.line,
                cells: &row.cells,
                became: became(steps, of.state),
                outputs: outputs(steps, of.state),
            });
        }
    }
    for row in of.left_out {
        lines.push(Line {
            line: row.line,
            cells: &row.cells,
            became: Became::left_out(row),
            outputs: Vec::new(),
        });
    }
    // Rows without a line keep their order: the sort is stable.
    lines.sort_by_key(|line| line.line);
    match form {
        Form::Csv => csv(&columns, &lines),
        Form::JsonLines => json_lines(&lines),
    }
}

/// The steps of each item, by its loop and key.
fn by_item(steps: &[PlannedStep]) -> HashMap<(Option<&str>, &str), Vec<&PlannedStep>> {
    let mut by_item: HashMap<_, Vec<&PlannedStep>> = HashMap::new();
    for step in steps {
        if let Some(item) = &step.item {
            let key = (step.of_loop.as_deref(), item.as_str());
            by_item.entry(key).or_default().push(step);
        }
    }
    by_item
}

fn csv(columns: &[&str], lines: &[Line<'_>]) -> String {
    let mut named: Vec<&str> = Vec::new();
    for (name, _) in lines.iter().flat_map(|line| &line.outputs) {
        if !named.contains(&name.as_str()) {
            named.push(name);
        }
    }
    let header = columns.iter().chain(&OUTCOME).chain(&named);
    let mut out = csv_line(header.map(|name| (*name).to_owned()));
    for line in lines {
        let own = columns.iter().map(|name| written(line.cells.get(*name)));
        let Became {
            outcome,
            step,
            code,
            message,
        } = &line.became;
        let message = text::sentence(message);
        let became = [outcome.word(), step, code, &message].map(str::to_owned);
        let outputs = named.iter().map(|name| {
            let output = line.outputs.iter().find(|(known, _)| known == name);
            written(output.map(|(_, value)| value))
        });
        out += &csv_line(own.chain(became).chain(outputs));
    }
    // Without the mark a spreadsheet reads letters beyond ASCII in the encoding of its machine.
    match out.is_ascii() {
        true => out,
        false => format!("\u{feff}{out}"),
    }
}

fn json_lines(lines: &[Line<'_>]) -> String {
    let mut out = String::new();
    for line in lines {
        let mut object = line.cells.clone();
        let Became {
            outcome,
            step,
            code,
            message,
        } = &line.became;
        let message = text::sentence(message);
        for (name, text) in OUTCOME.iter().zip([outcome.word(), step, code, &message]) {
            object.insert((*name).to_owned(), Value::from(text));
        }
        let outputs = line.outputs.iter().cloned();
        object.extend(outputs);
        out += &Value::Object(object).to_string();
        out.push('\n');
    }
    out
}
