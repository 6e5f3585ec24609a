//! Reading `manual`.

use crate::diagnostic::SourceText;
use crate::recipe::keys::{Keys, Mistakes, Spanned};
use crate::recipe::manual::{Look, Manual};
use crate::recipe::syntax::{Data, Entry, Node, Table};
use crate::recipe::template::{self, Template};

const LINES: &str = "`text = [\"From Setup, …\", \"Click …\"]`";
const CONDITIONS: &str = "`conditions = { Name = \"…\" }`";

/// Reads the table below `manual`. Its names have not been looked up.
pub(in crate::recipe) fn read(
    entry: &Entry,
    source: &SourceText,
    mistakes: &mut Mistakes,
) -> Option<Manual> {
    let Data::Table(table) = &entry.value.data else {
        let example = "`[steps.manual]` with its keys below";
        mistakes.wrong_type("manual", &entry.value, "a table", example);
        return None;
    };
    let mut keys = Keys::new(table, "`manual`");
    let title = keys.required("title", "title = \"What to do\"");
    let text = keys.required("text", "text = [\"From Setup, …\", \"Click …\"]");
    let look = keys.optional("look");
    keys.finish(&[], mistakes);
    let title = title.and_then(|entry| read_text("title", entry, source, mistakes));
    let lines = text.and_then(|entry| read_lines(entry, source, mistakes));
    let look = match look {
        Some(entry) => Some(read_look(entry, source, mistakes)?),
        None => None,
    };
    Some(Manual {
        title: title?,
        lines: lines?,
        look,
    })
}

fn read_text(
    name: &str,
    entry: &Entry,
    source: &SourceText,
    mistakes: &mut Mistakes,
) -> Option<Template> {
    mistakes.text(name, &entry.value)?;
    Some(template::read(&entry.value, source, mistakes))
}

fn read_lines(
    entry: &Entry,
    source: &SourceText,
    mistakes: &mut Mistakes,
) -> Option<Vec<Template>> {
    mistakes.texts("text", &entry.value)?;
    let Data::List(nodes) = &entry.value.data else {
        return None;
    };
    if nodes.is_empty() {
        let message = "`text` has no lines";
        let help = format!("write {LINES}");
        mistakes.add("wrong-type", entry.value.span.clone(), message, help);
        return None;
    }
    let lines = nodes
        .iter()
        .map(|node| template::read(node, source, mistakes));
    Some(lines.collect())
}

fn read_look(entry: &Entry, source: &SourceText, mistakes: &mut Mistakes) -> Option<Look> {
    let table = mistakes.table("look", &entry.value)?;
    let mut keys = Keys::new(table, "`look`");
    let object = keys.required_text("object", "object = \"Network\"", mistakes);
    let conditions = keys.required("conditions", "conditions = { Name = \"…\" }");
    keys.finish(&[], mistakes);
    let object = object.and_then(|object| read_object(object, mistakes));
    let conditions = conditions
        .and_then(|entry| Some((entry, mistakes.table("conditions", &entry.value)?)))
        .and_then(|(entry, table)| read_conditions(entry, table, source, mistakes));
    Some(Look {
        object: object?,
        conditions: conditions?,
    })
}

fn read_object(object: Spanned<String>, mistakes: &mut Mistakes) -> Option<String> {
    if usher_contract::name::is_api(&object.value) {
        return Some(object.value);
    }
    let message = format!("`{}` is not a valid object", object.value);
    let help = "write its API name, as in `User` or `FinServ__Claim__c`";
    mistakes.add("bad-name", object.span, message, help);
    None
}

fn read_conditions(
    entry: &Entry,
    table: &Table,
    source: &SourceText,
    mistakes: &mut Mistakes,
) -> Option<Vec<(Spanned<String>, Template)>> {
    if table.entries.is_empty() {
        let message = "`conditions` holds none, so every record would do";
        let help = format!("write {CONDITIONS}");
        mistakes.add("wrong-type", entry.value.span.clone(), message, help);
        return None;
    }
    let mut fit = true;
    for condition in &table.entries {
        if !usher_contract::name::is_field(&condition.key) {
            let message = format!("`{}` is not a valid field", condition.key);
            let help = "write its API name, as in `Status` or `\"Account.Name\"`";
            mistakes.add("bad-name", condition.key_span.clone(), message, help);
            fit = false;
        }
        let odd = match &condition.value.data {
            Data::List(nodes) if nodes.is_empty() => Some(&condition.value),
            Data::List(nodes) => nodes
                .iter()
                .find(|node| matches!(node.data, Data::List(_) | Data::Table(_))),
            Data::Table(_) => Some(&condition.value),
            _ => None,
        };
        if let Some(node) = odd {
            let message = format!("`{}` is compared with {}", condition.key, odd_what(node));
            let help = "write one value, or a list of those that are right";
            mistakes.add("wrong-type", node.span.clone(), message, help);
            fit = false;
        }
    }
    fit.then(|| template::read_table(table, source, mistakes))
}

fn odd_what(node: &Node) -> &'static str {
    match &node.data {
        Data::List(nodes) if nodes.is_empty() => "nothing",
        _ => node.what(),
    }
}
