//! A TOML file with inputs, as `--inputs` takes it.

use serde_json::Value;

use usher_contract::text::{is_hidden, visible};

/// A line of the file, below its comment.
#[derive(Clone, Debug, PartialEq)]
pub struct InputLine {
    pub comment: String,
    pub name: String,
    /// None: the line is a comment as well.
    pub value: Option<Value>,
}

/// The text of a file: comments at its beginning, then each input behind its own.
pub fn written(head: &[String], lines: &[InputLine]) -> String {
    let mut out = String::new();
    for text in head {
        comment(text, &mut out);
    }
    for InputLine {
        comment: text,
        name,
        value,
    } in lines
    {
        out.push('\n');
        comment(text, &mut out);
        match value {
            Some(value) => out.push_str(&format!("{name} = {}\n", toml(value))),
            None => out.push_str(&format!("# {name} =\n")),
        }
    }
    out
}

fn comment(text: &str, out: &mut String) {
    let line = format!("# {}", visible(text));
    out.push_str(line.trim_end());
    out.push('\n');
}

/// A value as TOML writes it. No input has another type.
fn toml(value: &Value) -> String {
    match value {
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(toml).collect();
            format!("[{}]", values.join(", "))
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => quoted(text),
        Value::Object(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Object(entries) => {
            let entries = entries
                .iter()
                .map(|(name, value)| format!("{} = {}", quoted(name), toml(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        other => quoted(&other.to_string()),
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_hidden(c) && u32::from(c) <= 0xffff => {
                out.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c if is_hidden(c) => out.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
