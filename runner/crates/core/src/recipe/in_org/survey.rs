//! A survey of an org: the questions of a recipe in rounds, and the value of each input that they give.
//!
//! A round asks together whatever waits for no other answer. A question whose condition has no value is not asked.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::recipe::in_org::{InOrg, Means, Question, Source};
use crate::recipe::{Input, InputKind, Recipe, inputs};
use usher_contract::id;
use usher_contract::operation::{Condition, Lookup};
use usher_contract::read::{ReadError, Record};
use usher_contract::value::Scalar;

/// The most values that a reason names.
const NAMED_MAX: usize = 5;

/// An input with the value that it has in an org.
#[derive(Clone, Debug, PartialEq)]
pub struct Surveyed {
    pub name: String,
    /// None: there is no value to write down.
    pub value: Option<Value>,
    pub origin: Origin,
}

/// The origin of an input's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A person gave it.
    Given,
    /// The org shows it: the field, and the object.
    Org {
        field: Option<String>,
        object: String,
    },
    /// The default of the recipe, or nothing where the input is optional.
    Default(Unseen),
    /// The input must be given.
    Missing(Unseen),
    /// It is never written down.
    Secret,
}

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
    /// The org answers with an error.
    Refused(String),
}

/// The state of a survey.
#[derive(Debug)]
pub struct Survey<'r> {
    recipe: &'r Recipe,
    /// The values that conditions refer to. None: there is no value.
    known: BTreeMap<Source, Option<Value>>,
    origins: BTreeMap<&'r str, Origin>,
    /// The reasons why values between have none.
    empty: BTreeMap<Source, Unseen>,
    /// The values that are still to be seen.
    open: BTreeMap<Source, &'r InOrg>,
    /// The value and the question of each lookup of this round.
    asked: Vec<(Source, usize)>,
}

/// The answer to a question. None: it was not asked.
type Answered = Option<Result<Vec<Record>, ReadError>>;

impl<'r> Survey<'r> {
    /// Begins. `given`: the inputs that a person gave, a record as its id.
    pub fn new(recipe: &'r Recipe, given: &Map<String, Value>) -> Self {
        let mut known = BTreeMap::new();
        let mut origins = BTreeMap::new();
        let mut open = BTreeMap::new();
        let mut wanted = Vec::new();
        for input in &recipe.inputs {
            let source = Source::Input(input.name.clone());
            match (given.get(&input.name), &input.in_org) {
                (Some(value), _) => {
                    known.insert(source, Some(value.clone()));
                    origins.insert(input.name.as_str(), Origin::Given);
                }
                (None, Some(in_org)) => {
                    wanted.push(source.clone());
                    open.insert(source, in_org);
                }
                (None, None) => {
                    known.insert(source, input.default.clone());
                    origins.insert(input.name.as_str(), unseen(input, Unseen::NotSaid));
                }
            }
        }
        // Only those values between that an input needs are asked for.
        while let Some(source) = wanted.pop() {
            let references = open
                .get(&source)
                .map(|in_org: &&'r InOrg| in_org.references());
            for (other, _) in references.into_iter().flatten() {
                if let Source::InOrg(name) = other
                    && !open.contains_key(other)
                    && let Some(value) = recipe.in_org.iter().find(|value| value.name == *name)
                {
                    wanted.push(other.clone());
                    open.insert(other.clone(), &value.in_org);
                }
            }
        }
        Self {
            recipe,
            known,
            origins,
            empty: BTreeMap::new(),
            open,
            asked: Vec::new(),
        }
    }

    /// Returns the lookups of the next round; none when everything is answered.
    pub fn round(&mut self) -> Vec<Lookup> {
        loop {
            let is_ready = |in_org: &InOrg| {
                let mut references = in_org.references();
                references.all(|(source, _)| self.known.contains_key(source))
            };
            let ready = self.open.iter().filter(|(_, in_org)| is_ready(in_org));
            let ready: Vec<(Source, &InOrg)> = ready
                .map(|(source, in_org)| (source.clone(), *in_org))
                .collect();
            if ready.is_empty() {
                return Vec::new();
            }
            let mut lookups = Vec::new();
            for (source, in_org) in ready {
                let before = lookups.len();
                for (index, question) in in_org.questions.iter().enumerate() {
                    if let Some(lookup) = self.lookup(question) {
                        self.asked.push((source.clone(), index));
                        lookups.push(lookup);
                    }
                }
                if lookups.len() == before {
                    self.settle(&source, in_org, vec![None; in_org.questions.len()]);
                }
            }
            if !lookups.is_empty() {
                return lookups;
            }
        }
    }

    /// Takes the answers to the lookups of this round, in their order.
    pub fn answer(&mut self, answers: Vec<Result<Vec<Record>, ReadError>>) {
        let mut by_source: BTreeMap<Source, Vec<Answered>> = BTreeMap::new();
        for ((source, index), answer) in std::mem::take(&mut self.asked).into_iter().zip(answers) {
            let Some(in_org) = self.open.get(&source) else {
                continue;
            };
            let all = by_source.entry(source);
            let all = all.or_insert_with(|| vec![None; in_org.questions.len()]);
            all[index] = Some(answer);
        }
        for (source, answers) in by_source {
            if let Some(in_org) = self.open.get(&source).copied() {
                self.settle(&source, in_org, answers);
            }
        }
    }

    /// Returns every input, in the order of the recipe.
    pub fn finish(self) -> Vec<Surveyed> {
        let inputs = self.recipe.inputs.iter().map(|input| {
            let source = Source::Input(input.name.clone());
            let value = self.known.get(&source).cloned().flatten();
            let origin = self.origins.get(input.name.as_str()).cloned();
            let origin = origin.unwrap_or(Origin::Missing(Unseen::NotSaid));
            let (value, origin) = match input.kind {
                InputKind::Secret => (None, Origin::Secret),
                _ => (value, origin),
            };
            Surveyed {
                name: input.name.clone(),
                value,
                origin,
            }
        });
        inputs.collect()
    }

    /// The lookup of a question. None: a condition has no value, so no record can be meant.
    fn lookup(&self, question: &Question) -> Option<Lookup> {
        let mut conditions = Vec::new();
        for (field, means) in &question.conditions {
            let any_of = match means {
                Means::These(values) => values.clone(),
                Means::Of { source, .. } => self.values_of(source),
            };
            let any_of = match field.eq_ignore_ascii_case("Id") {
                true => any_of
                    .into_iter()
                    .filter(|id| may_be(id, &question.object))
                    .collect(),
                false => any_of,
            };
            if any_of.is_empty() {
                return None;
            }
            conditions.push(Condition {
                field: field.clone(),
                any_of,
            });
        }
        Some(Lookup {
            object: question.object.clone(),
            fields: question.field.iter().cloned().collect(),
            conditions,
        })
    }

    fn values_of(&self, source: &Source) -> Vec<Scalar> {
        let value = self.known.get(source).and_then(Option::as_ref);
        let values = match value {
            Some(Value::Array(values)) => values.iter().collect(),
            Some(value) => vec![value],
            None => Vec::new(),
        };
        let scalars = values.into_iter().filter_map(Scalar::from_json);
        // An empty text is an input that was not given.
        scalars
            .filter(|value| !matches!(value, Scalar::Nothing) && *value != Scalar::text(""))
            .collect()
    }

    fn settle(&mut self, source: &Source, in_org: &InOrg, answers: Vec<Answered>) {
        self.open.remove(source);
        let Source::Input(name) = source else {
            self.settle_between(source, in_org, answers);
            return;
        };
        let Some(input) = self.recipe.inputs.iter().find(|input| input.name == *name) else {
            return;
        };
        let (value, origin) = match seen(input, in_org, answers) {
            Ok((value, question)) => {
                let (field, object) = (question.field.clone(), question.object.clone());
                (Some(value), Origin::Org { field, object })
            }
            Err(why) => {
                let why = why.unwrap_or_else(|| self.behind(in_org));
                (input.default.clone(), unseen(input, why))
            }
        };
        self.origins.insert(input.name.as_str(), origin);
        self.known.insert(source.clone(), value);
    }

    /// Settles a value of `[in_org]`: all values that its questions find.
    fn settle_between(&mut self, source: &Source, in_org: &InOrg, answers: Vec<Answered>) {
        let mut found: BTreeSet<Shown> = BTreeSet::new();
        let mut why = None;
        for (question, answer) in in_org.questions.iter().zip(answers) {
            match answer {
                Some(Ok(rows)) => {
                    found.extend(values(question, &rows));
                    let object = question.object.clone();
                    why.get_or_insert(Unseen::Nothing { object });
                }
                Some(Err(error)) => why = Some(Unseen::Refused(error.to_string())),
                None => {}
            }
        }
        if found.is_empty() {
            let why = why.unwrap_or_else(|| self.behind(in_org));
            self.empty.insert(source.clone(), why);
        }
        let list = found.into_iter().map(|shown| shown.value).collect();
        self.known.insert(source.clone(), Some(Value::Array(list)));
    }

    /// The reason for a value whose questions could not be asked: that of the first value between that is empty, else
    /// the inputs without a value.
    fn behind(&self, in_org: &InOrg) -> Unseen {
        let references = in_org.references().map(|(source, _)| source);
        let missing = references.filter(|source| self.values_of(source).is_empty());
        let missing: BTreeSet<&Source> = missing.collect();
        let mut reasons = missing.iter().filter_map(|source| self.empty.get(source));
        reasons
            .next()
            .cloned()
            .unwrap_or_else(|| Unseen::Behind(missing.into_iter().map(Source::to_string).collect()))
    }
}

/// A value of the org. Two values are in the order of their texts.
#[derive(PartialEq, Eq)]
struct Shown {
    text: String,
    value: Value,
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

/// The origin of an input that the org does not show.
fn unseen(input: &Input, why: Unseen) -> Origin {
    match input.default.is_some() || input.is_optional {
        true => Origin::Default(why),
        false => Origin::Missing(why),
    }
}

/// The value of an input, and the question that showed it; else the reason, or none when nothing was asked.
fn seen<'q>(
    input: &Input,
    in_org: &'q InOrg,
    answers: Vec<Answered>,
) -> Result<(Value, &'q Question), Option<Unseen>> {
    let mut first: Option<&Question> = None;
    let mut all: BTreeSet<Shown> = BTreeSet::new();
    let mut why = None;
    for (question, answer) in in_org.questions.iter().zip(answers) {
        let rows = match answer {
            None => continue,
            Some(Ok(rows)) => rows,
            Some(Err(error)) => {
                why = Some(Unseen::Refused(error.to_string()));
                continue;
            }
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
    match inputs::fit(input, &value) {
        Ok(value) => Ok((value, question)),
        Err(misfit) => Err(Some(Unseen::Unfit(misfit.message))),
    }
}

/// The values that rows have in the field of a question, under the names of the input. Empty ones count for nothing.
fn values(question: &Question, rows: &[Record]) -> Vec<Shown> {
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

/// Says whether an id may be one of an object. A text that is not an id is left to the org.
fn may_be(id: &Scalar, object: &str) -> bool {
    let Scalar::Text(text) = id else {
        return true;
    };
    match id::object_of(text) {
        Some(other) if id::canonical(text).is_some() => other.eq_ignore_ascii_case(object),
        _ => true,
    }
}
