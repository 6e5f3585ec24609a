//! The values that answers show, and the value of an input among them.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::recipe::in_org::{InOrg, Question};
use crate::recipe::{Input, InputKind, fitting};
use usher_contract::read::Record;

/// The most values that a reason names.
const NAMED_MAX: usize = 5;

/// The reason why the org does not show a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unseen {
    /// The recipe does not say where to look.
    NotSaid,
    /// It is found by inputs that have no value.
    Behind(Vec<String>),
    /// No record has it, or has a value by which it is found.
    Nothing { object: String },
    /// Records have different values: the first of them, and how many there are.
    Several { values: Vec<String>, count: usize },
    /// The input does not take what the org shows.
    Unfit(String),
    /// The org answers one of the questions with an error, so the value may be a part of what is there.
    Refused(String),
}

/// The answer to a question, or the reason of its refusal. None: it was not asked.
pub(super) type Seen = Option<Result<Vec<Record>, String>>;

/// A value of the org. Two values are in the order of their texts.
#[derive(PartialEq, Eq)]
pub(super) struct Shown {
    text: String,
    pub(super) value: Value,
}

impl PartialOrd for Shown {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Shown {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

/// The value of an input, and the question that showed it; else the reason, or none when nothing was asked. A refused
/// question leaves a list without a value, and any other input, when no question before it has an answer.
pub(super) fn seen<'q>(
    input: &Input,
    in_org: &'q InOrg,
    answers: Vec<Seen>,
) -> Result<(Value, &'q Question), Option<Unseen>> {
    let mut first: Option<&Question> = None;
    let mut all: BTreeSet<Shown> = BTreeSet::new();
    let mut why = None;
    for (question, answer) in in_org.questions.iter().zip(answers) {
        let rows = match answer {
            None => continue,
            Some(Ok(rows)) => rows,
            Some(Err(error)) => return Err(Some(Unseen::Refused(error))),
        };
        let found = match question.field {
            Some(_) => values(question, &rows),
            None => vec![Shown::of(Value::Bool(!rows.is_empty()))],
        };
        if found.is_empty() && !question.may_be_empty {
            let object = question.object.clone();
            why = why.or(Some(Unseen::Nothing { object }));
            continue;
        }
        first = first.or(Some(question));
        all.extend(found);
        if input.kind != InputKind::List {
            break;
        }
    }
    let Some(question) = first else {
        return Err(why);
    };
    let value = match (&input.kind, all.len()) {
        (InputKind::List, _) => {
            let texts = all.into_iter().map(|shown| Value::String(shown.text));
            Value::Array(texts.collect())
        }
        (kind, 1) => {
            let shown = all.pop_first().unwrap_or_else(|| Shown::of(Value::Null));
            match kind {
                InputKind::Integer | InputKind::Boolean => shown.value,
                _ => Value::String(shown.text),
            }
        }
        (_, count) => {
            let values = all.into_iter().take(NAMED_MAX).map(|shown| shown.text);
            let values = values.collect();
            return Err(Some(Unseen::Several { values, count }));
        }
    };
    match fitting::fit(input.named(), &value) {
        Ok(value) => Ok((value, question)),
        Err(misfit) => Err(Some(Unseen::Unfit(misfit.message))),
    }
}

/// The values that rows have in the field of a question, under the names of the input. Empty ones count for nothing.
pub(super) fn values(question: &Question, rows: &[Record]) -> Vec<Shown> {
    let Some(field) = &question.field else {
        return Vec::new();
    };
    let values = rows.iter().filter_map(|row| row.get(field));
    let values = values.filter(|value| !value.is_null() && **value != "");
    let named = values.map(|value| match question.called(&text(value)) {
        Some(name) => Value::String(name),
        None => value.clone(),
    });
    named.map(Shown::of).collect()
}

impl Shown {
    fn of(value: Value) -> Self {
        Self {
            text: text(&value),
            value,
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
