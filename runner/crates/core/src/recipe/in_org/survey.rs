//! A survey of an org: the questions of a recipe in rounds, and the value of each input that they give.
//!
//! A round asks together whatever waits for no other answer. A question whose condition has no value is not asked.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::recipe::in_org::profiles::{self, FullNames};
use crate::recipe::in_org::shown::{self, Seen, Shown, Unseen, seen};
use crate::recipe::in_org::{InOrg, Means, Question, Source};
use crate::recipe::{Input, InputKind, Recipe};
use usher_contract::id;
use usher_contract::operation::{Condition, Lookup};
use usher_contract::read::{ReadError, Record};
use usher_contract::value::Scalar;

/// Says that an answer names profiles, so that their full names are needed.
pub fn names_profiles(lookup: &Lookup, answer: &Result<Vec<Record>, ReadError>) -> bool {
    let has_rows = answer.as_ref().is_ok_and(|rows| !rows.is_empty());
    has_rows
        && lookup
            .fields
            .iter()
            .any(|field| profiles::is_label(&lookup.object, field))
}

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

/// The state of a survey.
#[derive(Debug)]
pub struct Survey<'r> {
    recipe: &'r Recipe,
    /// The values that conditions refer to. None: there is no value.
    known: BTreeMap<Source, Option<Value>>,
    origins: BTreeMap<&'r str, Origin>,
    /// The reasons why values between have none.
    empty: BTreeMap<Source, Unseen>,
    /// The values between for which having none is an answer.
    answered_empty: BTreeSet<Source>,
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
            answered_empty: BTreeSet::new(),
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

    /// Takes the answers to the lookups of this round, in their order. `full_names`: those of the profiles, where
    /// [`names_profiles`] says that an answer names some.
    pub fn answer(&mut self, answers: Vec<Result<Vec<Record>, ReadError>>, full_names: &FullNames) {
        let mut by_source: BTreeMap<Source, Vec<Answered>> = BTreeMap::new();
        for ((source, index), answer) in std::mem::take(&mut self.asked).into_iter().zip(answers) {
            let Some(in_org) = self.open.get(&source) else {
                continue;
            };
            let answer = match in_org.questions.get(index) {
                Some(Question {
                    object,
                    field: Some(field),
                    ..
                }) => answer.map(|rows| full_names.name(rows, object, field)),
                _ => answer,
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
            fields: profiles::read(&question.object, question.field.as_deref()),
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
        let answers = self.answered(in_org, answers);
        let (value, origin) = match seen(input, in_org, answers) {
            Ok((value, question)) => {
                let (field, object) = (question.field.clone(), question.object.clone());
                (Some(value), Origin::Org { field, object })
            }
            Err(why) => {
                let origin = unseen(input, why.unwrap_or_else(|| self.behind(in_org)));
                let default = input.default.clone();
                let default = default.filter(|_| matches!(origin, Origin::Default(_)));
                (default, origin)
            }
        };
        self.origins.insert(input.name.as_str(), origin);
        self.known.insert(source.clone(), value);
    }

    /// Settles a value of `[in_org]`: all values that its questions find. A part of them is not the value.
    fn settle_between(&mut self, source: &Source, in_org: &InOrg, answers: Vec<Answered>) {
        let mut found: BTreeSet<Shown> = BTreeSet::new();
        let mut why = None;
        let mut refused = None;
        let answers = self.answered(in_org, answers);
        for (question, answer) in in_org.questions.iter().zip(answers) {
            match answer {
                Some(Ok(rows)) => {
                    found.extend(shown::values(question, &rows));
                    let object = question.object.clone();
                    why.get_or_insert(Unseen::Nothing { object });
                }
                Some(Err(error)) => {
                    refused.get_or_insert(Unseen::Refused(error));
                }
                None => {}
            }
        }
        if refused.is_some() {
            found.clear();
        }
        if found.is_empty() {
            let may_be_empty = in_org.questions.iter().all(|it| it.may_be_empty);
            if may_be_empty && refused.is_none() && why.is_some() {
                self.answered_empty.insert(source.clone());
            }
            let why = refused.or(why).unwrap_or_else(|| self.behind(in_org));
            self.empty.insert(source.clone(), why);
        }
        let list = found.into_iter().map(|shown| shown.value).collect();
        self.known.insert(source.clone(), Some(Value::Array(list)));
    }

    /// The answers, with those to questions that were not asked and are answered all the same: because of a refusal they
    /// are refused, too, and no record is meant by an empty value that may be empty.
    fn answered(&self, in_org: &InOrg, answers: Vec<Answered>) -> Vec<Seen> {
        let questions = in_org.questions.iter().zip(answers);
        let seen = questions.map(|(question, answer)| match answer {
            Some(answer) => Some(answer.map_err(|error| error.to_string())),
            None => match self.refusal_behind(question) {
                Some(why) => Some(Err(why)),
                None => self.is_answered_empty(question).then(|| Ok(Vec::new())),
            },
        });
        seen.collect()
    }

    /// Says whether a question that was not asked lacks nothing but values that may be empty, or has only ids of other
    /// objects.
    fn is_answered_empty(&self, question: &Question) -> bool {
        question.conditions.iter().all(|(_, means)| match means {
            Means::Of { source, .. } => {
                !self.values_of(source).is_empty() || self.answered_empty.contains(source)
            }
            Means::These(_) => true,
        })
    }

    /// The refusal because of which a value lacks that a question needs.
    fn refusal_behind(&self, question: &Question) -> Option<String> {
        question.conditions.iter().find_map(|(_, means)| {
            let Means::Of { source, .. } = means else {
                return None;
            };
            match self.empty.get(source) {
                Some(Unseen::Refused(why)) => Some(why.clone()),
                _ => None,
            }
        })
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

/// The origin of an input that the org does not show. A default is what the recipe wishes: in place of several values
/// that are there it would be wrong.
fn unseen(input: &Input, why: Unseen) -> Origin {
    let is_several = matches!(why, Unseen::Several { .. });
    match !is_several && (input.default.is_some() || input.is_optional) {
        true => Origin::Default(why),
        false => Origin::Missing(why),
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
