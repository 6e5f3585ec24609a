//! The results of rows: each row as it was written, and what became of it. As CSV or JSON lines, which `--rows` takes
//! again.

mod outcome;

use std::collections::HashMap;

use serde_json::{Map, Value};
use usher_core::csv_form::{guarded, tamed};
use usher_core::plan::{LeftOut, PlannedStep, UsedInput, UsedRows};
use usher_core::recipe::{REPAIR, cell_text};
use usher_core::run::RunState;

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
    cells: Map<String, Value>,
    /// A part of the row that no cell holds.
    repair: Option<&'a str>,
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

/// The bytes of a file of results. `input`: the input whose rows they are.
pub(crate) fn results(of: &Results<'_>, input: &str, form: Form) -> Vec<u8> {
    let inputs = of.inputs.iter().find(|used| used.name == input);
    let rows = inputs.and_then(|used| used.rows.as_ref());
    let by_item = by_item(of.steps);
    let words = format!("inputs.{input}");
    let mut lines: Vec<Line<'_>> = Vec::new();
    for row in rows.into_iter().flat_map(|rows| &rows.rows) {
        let steps = by_item.get(&(Some(words.as_str()), row.key.as_str()));
        let steps = steps.map_or(&[][..], Vec::as_slice);
        lines.push(Line {
            line: row.line,
            cells: row.cells.object(),
            repair: None,
            became: became(steps, of.state),
            outputs: outputs(steps, of.state),
        });
    }
    for row in of.left_out.iter().filter(|row| row.input == input) {
        lines.push(Line {
            line: row.line,
            cells: row.cells.clone(),
            repair: row.repair.as_deref(),
            became: Became::left_out(row),
            outputs: Vec::new(),
        });
    }
    // Rows without a line keep their order: the sort is stable.
    lines.sort_by_key(|line| line.line);
    match form {
        Form::Csv => csv(rows, &lines),
        Form::JsonLines => json_lines(&lines).into_bytes(),
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

/// The lines in the form of the file that they are of.
fn csv(rows: Option<&UsedRows>, lines: &[Line<'_>]) -> Vec<u8> {
    let form = rows.and_then(|rows| rows.form.clone()).unwrap_or_default();
    let columns = rows.map_or(&[][..], |rows| rows.columns.as_slice());
    let mut named: Vec<&str> = Vec::new();
    for (name, _) in lines.iter().flat_map(|line| &line.outputs) {
        if !named.contains(&name.as_str()) {
            named.push(name);
        }
    }
    let repairs: Vec<Option<String>> = lines.iter().map(|line| repair(line, columns)).collect();
    let has_repair = repairs.iter().any(Option::is_some);
    // A program's rows have the names of the columns for headers.
    let headers = match form.headers.len() == columns.len() {
        true => form.headers.as_slice(),
        false => columns,
    };
    let own = headers.iter().map(|header| guarded(header));
    let ours = has_repair.then_some(REPAIR).into_iter().chain(OUTCOME);
    let ours = ours.chain(named.iter().copied()).map(str::to_owned);
    let header: Vec<String> = own.chain(ours).collect();
    let records = lines.iter().zip(repairs).map(|(line, repair)| {
        let own = columns.iter().map(|name| cell_text(line.cells.get(name)));
        let repair = has_repair.then(|| repair.unwrap_or_default());
        let own = own.chain(repair).map(|cell| guarded(&cell));
        let outputs = named.iter().map(|name| {
            let output = line.outputs.iter().find(|(known, _)| known == name);
            tamed(&cell_text(output.map(|(_, value)| value)))
        });
        let became = line.became.texts().map(|text| tamed(&text));
        own.chain(became).chain(outputs).collect()
    });
    form.file(std::iter::once(header).chain(records))
}

/// A part of the row that no column holds: what was apart when the row was read, and cells without a column.
fn repair(line: &Line<'_>, columns: &[String]) -> Option<String> {
    let others = line.cells.iter();
    let others = others.filter(|(name, value)| !columns.contains(name) && !value.is_null());
    let others: Map<String, Value> = others
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let others = (!others.is_empty()).then(|| Value::Object(others).to_string());
    match (line.repair, others) {
        (Some(repair), Some(others)) => Some(format!("{repair}\n{others}")),
        (repair, others) => repair.map(str::to_owned).or(others),
    }
}

fn json_lines(lines: &[Line<'_>]) -> String {
    let mut out = String::new();
    for line in lines {
        let mut object = line.cells.clone();
        if let Some(repair) = line.repair {
            object.insert(REPAIR.to_owned(), Value::from(repair));
        }
        for (name, text) in OUTCOME.iter().zip(line.became.texts()) {
            object.insert((*name).to_owned(), Value::from(text));
        }
        let outputs = line.outputs.iter().cloned();
        object.extend(outputs);
        out += &Value::Object(object).to_string();
        out.push('\n');
    }
    out
}
