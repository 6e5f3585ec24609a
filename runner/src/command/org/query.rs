//! `usher org query`: ask an org.

use serde_json::{Value, json};

use crate::args::{OrgArg, Output};
use crate::connect;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::report::{self, FORMAT};

pub(in crate::command) async fn query(
    soql: &str,
    org: &OrgArg,
    output: &Output,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let home = Home::of(&desk.world)?;
    let connection = connect::open(org.org.as_deref(), &home, &desk.world)?;
    connection.must_be_as_known().await?;
    let mut records = connection.org.query(soql).await?;
    records.iter_mut().for_each(strip);
    if output.json {
        desk.document(&json!({ "format": FORMAT, "records": records }));
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<(String, String)>> = records.iter().map(|record| flat("", record)).collect();
    let mut header: Vec<String> = Vec::new();
    for (name, _) in rows.iter().flatten() {
        if !header.contains(name) {
            header.push(name.clone());
        }
    }
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let cell = |name: &String| row.iter().find(|(other, _)| other == name);
            header
                .iter()
                .map(|name| cell(name).map_or(String::new(), |(_, text)| text.clone()))
                .collect()
        })
        .collect();
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    if !cells.is_empty() {
        desk.print(report::table(&names, &cells, desk.console.width));
    }
    desk.say(format!("{} found", report::count(cells.len(), "record")));
    Ok(Exit::Done)
}

/// Takes `attributes` out: they say what the query says.
fn strip(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.remove("attributes");
            object.values_mut().for_each(strip);
        }
        Value::Array(values) => values.iter_mut().for_each(strip),
        _ => {}
    }
}

/// Fields by path, parents joined by dots, what holds records as JSON.
fn flat(prefix: &str, record: &Value) -> Vec<(String, String)> {
    let mut cells = Vec::new();
    for (name, value) in record.as_object().into_iter().flatten() {
        let path = format!("{prefix}{name}");
        match value {
            Value::Object(object) if !object.contains_key("records") => {
                cells.extend(flat(&format!("{path}."), value));
            }
            Value::String(text) => cells.push((path, text.clone())),
            Value::Null => cells.push((path, String::new())),
            other => cells.push((path, other.to_string())),
        }
    }
    cells
}
