//! Reading `in_org`. Its names have not been looked up.

use std::collections::BTreeMap;

use crate::diagnostic::SourceText;
use crate::recipe::conditions::{self, Empty};
use crate::recipe::in_org::{InOrg, Means, OrgValue, Question, Source};
use crate::recipe::keys::{Keys, Mistakes};
use crate::recipe::names;
use crate::recipe::syntax::{Data, Entry, Node, Table};
use crate::recipe::template::{Kind, Template};
use usher_contract::limit;
use usher_contract::name::{is_api, is_field};
use usher_contract::value::Scalar;

const EXAMPLE: &str = "`in_org = { object = \"User\", where = { ContactId = \"${inputs.contact}\" }, field = \"Username\" }`";

/// Questions of one value: more than a recipe has ways to see one.
const QUESTIONS_MAX: usize = 10;

/// A value of `[in_org.<name>]`. None where it is itself a mistake, so that references to it are not mistakes as well.
#[derive(Debug)]
pub(in crate::recipe) struct RawOrgValue {
    pub(in crate::recipe) name: String,
    pub(in crate::recipe) value: Option<OrgValue>,
}

/// The field that a question must have, or may lack.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::recipe) enum Asked {
    /// A value that has to be in a field.
    Value,
    /// A list of such values, which may be empty, as a value between is.
    List,
    /// True or false: without a field, if there is such a record.
    Truth,
}

/// Every value below `[in_org]`.
pub(in crate::recipe) fn read_values(
    entry: &Entry,
    source: &SourceText,
    mistakes: &mut Mistakes,
) -> Vec<RawOrgValue> {
    let Some(table) = mistakes.table("in_org", &entry.value) else {
        return Vec::new();
    };
    let max = limit::INPUTS_PER_RECIPE_MAX;
    if table.entries.len() > max {
        let message = format!("{} values, more than {max}", table.entries.len());
        mistakes.add(
            "too-large",
            entry.key_span.clone(),
            message,
            "split the recipe",
        );
        return Vec::new();
    }
    let values = table.entries.iter().map(|entry| {
        let is_named = names::check_snake("a value", &entry.key, &entry.key_span, mistakes);
        let in_org = read(entry, Asked::List, source, mistakes);
        let name = entry.key.clone();
        let value = in_org.filter(|_| is_named);
        RawOrgValue {
            value: value.map(|in_org| OrgValue {
                name: name.clone(),
                in_org,
            }),
            name,
        }
    });
    values.collect()
}

/// Reads one question, or a list of them.
pub(in crate::recipe) fn read(
    entry: &Entry,
    asked: Asked,
    source: &SourceText,
    mistakes: &mut Mistakes,
) -> Option<InOrg> {
    let nodes = match &entry.value.data {
        Data::List(nodes) => nodes.as_slice(),
        _ => std::slice::from_ref(&entry.value),
    };
    if nodes.is_empty() || nodes.len() > QUESTIONS_MAX {
        let message = format!("`{}` asks {} questions", entry.key, nodes.len());
        let help = format!("ask 1 to {QUESTIONS_MAX}, as in {EXAMPLE}");
        mistakes.add("wrong-type", entry.value.span.clone(), message, help);
        return None;
    }
    let questions = nodes
        .iter()
        .map(|node| question(&entry.key, node, asked, source, mistakes));
    // All of them are read, for their mistakes.
    let questions: Vec<Option<Question>> = questions.collect();
    Some(InOrg {
        questions: questions.into_iter().collect::<Option<_>>()?,
        span: entry.key_span.clone(),
    })
}

fn question(
    name: &str,
    node: &Node,
    asked: Asked,
    source: &SourceText,
    mistakes: &mut Mistakes,
) -> Option<Question> {
    let Data::Table(table) = &node.data else {
        mistakes.wrong_type(name, node, "a table", EXAMPLE);
        return None;
    };
    let mut keys = Keys::new(table, format!("`{name}`"));
    let object = keys.required_text("object", "object = \"User\"", mistakes);
    let conditions = keys.required("where", "where = { ContactId = \"${inputs.contact}\" }");
    let field = match asked {
        Asked::Value | Asked::List => keys.required_text("field", "field = \"Username\"", mistakes),
        Asked::Truth => keys.optional_text("field", mistakes),
    };
    let called = keys.optional("called");
    let may_be_empty = keys.optional("may_be_empty");
    keys.finish(&[], mistakes);
    let object = object.and_then(|object| names::check_api(object, is_api, "object", mistakes));
    let conditions = conditions.and_then(|entry| read_where(entry, source, mistakes));
    let is_left_out = table.get("field").is_none();
    let field = field.and_then(|field| names::check_api(field, is_field, "field", mistakes));
    let called = match called {
        Some(entry) => read_called(entry, mistakes)?,
        None => BTreeMap::new(),
    };
    let may_be_empty = match may_be_empty {
        Some(entry) => read_may_be_empty(entry, asked, mistakes)?,
        None => false,
    };
    let question = Question {
        object: object?,
        conditions: conditions?,
        field,
        called,
        may_be_empty,
    };
    (question.field.is_some() || (is_left_out && asked == Asked::Truth)).then_some(question)
}

const NO_CONDITIONS: Empty = Empty {
    message: "`where` has no conditions, so every record would do",
    help: "write `where = { ContactId = \"${inputs.contact}\" }`",
};

fn read_where(
    entry: &Entry,
    source: &SourceText,
    mistakes: &mut Mistakes,
) -> Option<Vec<(String, Means)>> {
    let read = conditions::read(
        entry,
        &NO_CONDITIONS,
        source,
        mistakes,
        |value, mistakes| means(&value, mistakes),
    )?;
    let read = read.into_iter().map(|(field, means)| (field.value, means));
    Some(read.collect())
}

/// The right side of a condition: a value, a list of values, or one reference.
fn means(template: &Template, mistakes: &mut Mistakes) -> Option<Means> {
    let literal = |template: &Template| match &template.kind {
        Kind::Literal(value) if !value.is_null() => Scalar::from_json(value),
        _ => None,
    };
    let help = "write a value, a list of values, `\"${inputs.<name>}\"` or `\"${in_org.<name>}\"`";
    let span = template.span.clone();
    let means = match &template.kind {
        Kind::Literal(_) => literal(template).map(|one| Means::These(vec![one])),
        Kind::List(items) => {
            let values: Option<Vec<Scalar>> = items.iter().map(literal).collect();
            values.filter(|them| !them.is_empty()).map(Means::These)
        }
        Kind::Text(_) => {
            let path = template.as_expression().and_then(|it| it.as_path());
            let source = path.and_then(|path| match path.segments.as_slice() {
                [root, name] if root == "inputs" => Some(Source::Input(name.clone())),
                [root, name] if root == "in_org" => Some(Source::InOrg(name.clone())),
                _ => None,
            });
            let Some(source) = source else {
                let message = "a condition takes one reference, and nothing else beside it";
                mistakes.add("bad-expression", span, message, help);
                return None;
            };
            Some(Means::Of {
                source,
                span: span.clone(),
            })
        }
        Kind::Table(_) => None,
    };
    if means.is_none() {
        let message = "a condition takes a value, or a list of values";
        mistakes.add("wrong-type", span, message, help);
    }
    means
}

fn read_called(entry: &Entry, mistakes: &mut Mistakes) -> Option<BTreeMap<String, String>> {
    let table: &Table = mistakes.table("called", &entry.value)?;
    let names = table.entries.iter().map(|entry| {
        let text = mistakes.text(&entry.key, &entry.value)?;
        Some((entry.key.clone(), text.value))
    });
    let names: Vec<Option<(String, String)>> = names.collect();
    names.into_iter().collect()
}

fn read_may_be_empty(entry: &Entry, asked: Asked, mistakes: &mut Mistakes) -> Option<bool> {
    let Data::Boolean(may_be_empty) = entry.value.data else {
        let example = "`may_be_empty = true`";
        mistakes.wrong_type("may_be_empty", &entry.value, "a boolean", example);
        return None;
    };
    if asked != Asked::List {
        let message = "only the value of a list may be empty";
        let help = "leave `may_be_empty` out, or write `type = \"list\"`";
        mistakes.add("unknown-key", entry.key_span.clone(), message, help);
        return None;
    }
    Some(may_be_empty)
}
