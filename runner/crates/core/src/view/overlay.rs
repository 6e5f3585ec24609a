//! Laying predictions over real records: which rows there will be, and what will be in them.
//!
//! A field that the platform fills and nobody announced is unknown; an answer that hangs on an unknown
//! or on what is only possible is pending, never guessed.

mod predicted;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::view::{Predicted, Prediction, Progress, Snapshot, View};
use usher_contract::change::Certainty;
use usher_contract::id;
use usher_contract::operation::{Condition, Field, Lookup};
use usher_contract::read::{ReadError, Record};
use usher_contract::value::{Scalar, Token};

/// How many parents a field path may name: SOQL's own limit.
const PARENTS_MAX: usize = 5;

pub(super) fn find(
    view: &View,
    lookup: &Lookup,
    seen: &Snapshot,
) -> Progress<Result<Vec<Record>, ReadError>> {
    let mut reading = Reading {
        view,
        lookup,
        seen,
        ask: Vec::new(),
    };
    let answer = reading.rows();
    if reading.ask.is_empty() {
        Progress::Answer(answer)
    } else {
        Progress::Ask(reading.ask)
    }
}

/// Whether a record meets a condition. Both hold known values.
pub fn holds(record: &Record, condition: &Condition) -> bool {
    let value = record.get(&condition.field).and_then(Scalar::from_json);
    let value = value.unwrap_or(Scalar::Nothing);
    is_one_of(&value, condition)
}

/// Whether a value is one that the condition looks for.
fn is_one_of(value: &Scalar, condition: &Condition) -> bool {
    let mut wanted = condition.any_of.iter();
    wanted.any(|wanted| wanted.found_by(&condition.field, value))
}

struct Reading<'a> {
    view: &'a View,
    lookup: &'a Lookup,
    seen: &'a Snapshot,
    /// What is missing of the real org; the answer does not count while there is any.
    ask: Vec<Lookup>,
}

/// A row on its way to the answer.
struct Row {
    id: Scalar,
    fields: Record,
    /// What brings the row or takes it away, when that is only possible.
    possible: Option<Token>,
    /// Fields that may or may not be altered, and by what.
    unsure: BTreeMap<String, Token>,
}

impl Reading<'_> {
    fn rows(&mut self) -> Result<Vec<Record>, ReadError> {
        let object = &self.lookup.object;
        if let Some(token) = self.cloud_over(object) {
            return Err(clouded(token, object));
        }
        if !self.is_touched() {
            return self.real(self.lookup.clone());
        }
        self.refuse_unknown_conditions()?;
        let fields = self.needed();
        let mut rows = self.existing(&fields)?;
        self.alter(&mut rows);
        rows.retain(|row| !self.disappears(&row.id));
        rows.extend(self.planned(&fields));
        // Nobody needs the parents of what does not match anyway.
        rows.retain(|row| !self.fails(row));
        self.follow_parents(&mut rows, &fields)?;
        let mut found = Vec::new();
        for row in rows {
            if self.matches(&row)? {
                found.push(self.project(&row));
            }
        }
        Ok(found)
    }

    /// Whether anything planned can change the answer: by its object, or along a parent path.
    fn is_touched(&self) -> bool {
        let path = self.names().any(|name| name.contains('.'));
        (path && !self.view.clouds.is_empty())
            || self
                .view
                .predictions
                .iter()
                .any(|prediction| match &prediction.what {
                    Predicted::Appears { object, .. }
                    | Predicted::Alters { object, .. }
                    | Predicted::Disappears { object, .. } => {
                        path || object.eq_ignore_ascii_case(&self.lookup.object)
                    }
                    Predicted::Opens { objects, fields } => {
                        let object = &self.lookup.object;
                        objects
                            .iter()
                            .any(|opened| opened.eq_ignore_ascii_case(object))
                            || fields
                                .iter()
                                .any(|field| field.object.eq_ignore_ascii_case(object))
                    }
                    _ => false,
                })
            || self
                .lookup
                .conditions
                .iter()
                .any(|condition| condition.any_of.iter().any(|value| !value.is_known()))
    }

    fn refuse_unknown_conditions(&self) -> Result<(), ReadError> {
        for condition in &self.lookup.conditions {
            for value in &condition.any_of {
                if value.is_known() || self.is_fresh(value) {
                    continue;
                }
                let token = value
                    .token()
                    .cloned()
                    .unwrap_or(Token("joined text".to_owned()));
                let what = format!("`{}.{}`", self.lookup.object, condition.field);
                return Err(pending(
                    &token,
                    &format!("the value that {what} is compared with"),
                ));
            }
        }
        Ok(())
    }

    /// Whether the value is the id of a record that does not exist yet: it matches no real one.
    fn is_fresh(&self, value: &Scalar) -> bool {
        value
            .token()
            .is_some_and(|token| self.view.object_of(token).is_some())
    }

    fn names(&self) -> impl Iterator<Item = &String> {
        let conditions = self
            .lookup
            .conditions
            .iter()
            .map(|condition| &condition.field);
        self.lookup.fields.iter().chain(conditions)
    }

    /// Fields to have of every row: what is asked for and compared, and the ids along parent paths.
    fn needed(&self) -> Vec<String> {
        let mut needed: Vec<String> = Vec::new();
        let mut add = |name: String| {
            if name != "Id" && !needed.contains(&name) {
                needed.push(name);
            }
        };
        for name in self.names() {
            let segments: Vec<&str> = name.split('.').collect();
            for depth in 1..segments.len().min(PARENTS_MAX + 1) {
                add(id_field(&segments[..depth]));
            }
            add(name.clone());
        }
        needed
    }

    fn real(&mut self, lookup: Lookup) -> Result<Vec<Record>, ReadError> {
        match self.seen.get(&lookup) {
            Some(answer) => answer,
            None => {
                if !self.ask.contains(&lookup) {
                    self.ask.push(lookup);
                }
                Ok(Vec::new())
            }
        }
    }

    /// Real rows that meet the known part of the conditions, and those that an alteration may bring in.
    fn existing(&mut self, fields: &[String]) -> Result<Vec<Row>, ReadError> {
        let object = self.lookup.object.clone();
        let opened = self.opened_fields();
        let asked: Vec<String> = fields
            .iter()
            .filter(|field| !opened.iter().any(|(name, _)| name == *field))
            .cloned()
            .collect();
        let mut conditions = Vec::new();
        let mut possible = true;
        for condition in &self.lookup.conditions {
            let known: Vec<Scalar> = condition
                .any_of
                .iter()
                .filter(|value| value.is_known())
                .cloned()
                .collect();
            possible &= !known.is_empty();
            // An opened field holds its initial value in every existing row: compared here, not there.
            if !opened.iter().any(|(name, _)| *name == condition.field) {
                conditions.push(Condition {
                    field: condition.field.clone(),
                    any_of: known,
                });
            }
        }
        let mut records = Vec::new();
        if possible {
            let answer = self.real(Lookup {
                object: object.clone(),
                fields: asked.clone(),
                conditions,
            });
            records = match answer {
                Err(ReadError::Refused(_)) if self.is_opened(&object) => Vec::new(),
                Err(ReadError::Refused(refusal)) => match self.view.configuring() {
                    Some(token) => return Err(pending(token, &refusal.message)),
                    None => return Err(ReadError::Refused(refusal)),
                },
                answer => answer?,
            };
        }
        let have: Vec<Scalar> = records.iter().map(id_of).collect();
        let altered: Vec<Scalar> = self
            .alterations(&object)
            .filter(|alteration| self.compares(alteration))
            .map(|alteration| alteration.id)
            .filter(|id| id.is_known() && !have.iter().any(|known| known.is_same_id(id)))
            .cloned()
            .collect();
        for id in altered {
            records.extend(self.real(Lookup {
                object: object.clone(),
                fields: asked.clone(),
                conditions: vec![Condition::is("Id", id)],
            })?);
        }
        let mut rows: Vec<Row> = Vec::new();
        for mut record in records {
            for (name, initial) in &opened {
                record
                    .entry(name.clone())
                    .or_insert_with(|| initial.to_json());
            }
            let id = id_of(&record);
            if !rows.iter().any(|row| row.id.is_same_id(&id)) {
                rows.push(Row {
                    id,
                    fields: record,
                    possible: None,
                    unsure: BTreeMap::new(),
                });
            }
        }
        rows.sort_by_key(|row| row.id.to_json().to_string());
        Ok(rows)
    }

    /// Lays what is planned for existing rows over them.
    fn alter(&self, rows: &mut [Row]) {
        for row in rows {
            for alteration in self.alterations(&self.lookup.object) {
                if alteration.id.is_same_id(&row.id) {
                    alteration.apply(row);
                }
            }
            row.possible = self.may_disappear(&row.id).cloned();
        }
    }

    /// Records that come to be, with what later changes and effects make of them.
    fn planned(&self, needed: &[String]) -> Vec<Row> {
        let mut rows = Vec::new();
        for prediction in &self.view.predictions {
            let Predicted::Appears { object, id, fields } = &prediction.what else {
                continue;
            };
            if !object.eq_ignore_ascii_case(&self.lookup.object) || self.disappears(id) {
                continue;
            }
            let possible = (prediction.certainty == Certainty::Possible)
                .then_some(&prediction.token)
                .or_else(|| self.may_disappear(id));
            let mut row = Row {
                id: id.clone(),
                fields: Record::from_iter([("Id".to_owned(), self.id_json(id))]),
                possible: possible.cloned(),
                unsure: BTreeMap::new(),
            };
            set(&mut row.fields, fields);
            for alteration in self.alterations(object) {
                if alteration.id == id {
                    alteration.apply(&mut row);
                }
            }
            for name in needed.iter().filter(|name| !name.contains('.')) {
                row.fields
                    .entry(name.clone())
                    .or_insert_with(|| json!({ "$ref": unknown_field(prediction, name) }));
            }
            rows.push(row);
        }
        rows
    }

    /// Fills in parent paths that lead through something planned.
    fn follow_parents(&mut self, rows: &mut [Row], needed: &[String]) -> Result<(), ReadError> {
        for name in needed.iter().filter(|name| name.contains('.')) {
            for row in rows.iter_mut() {
                if let Some(value) = self.follow(row, name)? {
                    row.fields.insert(name.clone(), value);
                }
            }
        }
        Ok(())
    }

    /// The value of a path, when it is not simply what the real row says.
    fn follow(&mut self, row: &Row, path: &str) -> Result<Option<Value>, ReadError> {
        let segments: Vec<&str> = path.split('.').collect();
        for depth in 1..segments.len().min(PARENTS_MAX + 1) {
            let key = id_field(&segments[..depth]);
            let Some(id) = row.fields.get(&key).and_then(Scalar::from_json) else {
                return Ok(None);
            };
            if let Some((token, object)) = self.cloud_over_record(&id) {
                return Err(clouded(token, object));
            }
            let planned_row = row.id.token().is_some();
            let moved = depth == 1 && self.alters(&self.lookup.object, &row.id, &key);
            if id == Scalar::Nothing && (planned_row || moved) {
                return Ok(Some(Value::Null));
            }
            if planned_row || moved || self.is_fresh(&id) || self.is_altered(&id) {
                return self.parent(&id, &segments[depth..].join(".")).map(Some);
            }
        }
        Ok(None)
    }

    /// `path` of the record with that id, through the view.
    fn parent(&mut self, id: &Scalar, path: &str) -> Result<Value, ReadError> {
        let object = match id {
            Scalar::Reference(_) => id.token().and_then(|token| self.view.object_of(token)),
            Scalar::Text(text) => id::object_of(text),
            _ => None,
        };
        let Some(object) = object else {
            let token = id.token().cloned().unwrap_or(Token(path.to_owned()));
            return Err(pending(
                &token,
                &format!("the record that `{path}` belongs to"),
            ));
        };
        let lookup = Lookup {
            object: object.to_owned(),
            fields: vec![path.to_owned()],
            conditions: vec![Condition::is("Id", id.clone())],
        };
        match find(self.view, &lookup, self.seen) {
            Progress::Ask(ask) => {
                self.ask.extend(ask);
                Ok(Value::Null)
            }
            Progress::Answer(answer) => {
                let value = answer?.first().and_then(|record| record.get(path)).cloned();
                Ok(value.unwrap_or(Value::Null))
            }
        }
    }

    /// Whether a value of the row itself is known and not wanted.
    fn fails(&self, row: &Row) -> bool {
        let own = self
            .lookup
            .conditions
            .iter()
            .filter(|condition| !condition.field.contains('.'));
        own.map(|condition| (value_of(row, condition), condition))
            .any(|(value, condition)| {
                (value.is_known() || self.is_fresh(&value)) && !is_one_of(&value, condition)
            })
    }

    fn matches(&self, row: &Row) -> Result<bool, ReadError> {
        let mut unknown = None;
        for condition in &self.lookup.conditions {
            let value = value_of(row, condition);
            if is_one_of(&value, condition) {
                continue;
            }
            if value.is_known() || self.is_fresh(&value) {
                return Ok(false);
            }
            unknown = Some((value, &condition.field));
        }
        if let Some((value, field)) = unknown {
            let token = value.token().cloned().unwrap_or(Token(field.clone()));
            let what = format!("`{field}` of a planned `{}`", self.lookup.object);
            return Err(pending(&token, &what));
        }
        let object = &self.lookup.object;
        if let Some(token) = &row.possible {
            let what = match row.id.token() {
                Some(_) => format!("a `{object}` that may come to be"),
                None => format!("a `{object}` that may be taken away"),
            };
            return Err(pending(token, &what));
        }
        let mut asked = self.lookup.fields.iter();
        match asked.find_map(|field| Some((field, row.unsure.get(field)?))) {
            Some((field, token)) => {
                let what = format!("`{object}.{field}`, which may or may not be set by then");
                Err(pending(token, &what))
            }
            None => Ok(true),
        }
    }

    fn project(&self, row: &Row) -> Record {
        let mut record = Record::new();
        record.insert("Id".to_owned(), self.id_json(&row.id));
        for name in &self.lookup.fields {
            let value = row.fields.get(name).cloned().unwrap_or(Value::Null);
            let value = match Scalar::from_json(&value) {
                Some(scalar) if scalar.token().is_some() => self.id_json(&scalar),
                _ => value,
            };
            record.insert(name.clone(), value);
        }
        record
    }

    /// A token with the object it is an id of, when that is known.
    fn id_json(&self, id: &Scalar) -> Value {
        match id.token() {
            Some(token) => match self.view.object_of(token) {
                Some(object) => json!({ "$ref": token.0, "$object": object }),
                None => json!({ "$ref": token.0 }),
            },
            None => id.to_json(),
        }
    }
}

fn clouded(token: &Token, object: &str) -> ReadError {
    pending(
        token,
        &format!("an earlier step may still write `{object}`"),
    )
}

/// What the row holds of what a condition compares.
fn value_of(row: &Row, condition: &Condition) -> Scalar {
    if condition.field.eq_ignore_ascii_case("Id") {
        return row.id.clone();
    }
    let json = row.fields.get(&condition.field);
    json.and_then(Scalar::from_json).unwrap_or(Scalar::Nothing)
}

fn set(record: &mut Record, fields: &[Field]) {
    for field in fields {
        record.insert(field.name.clone(), field.value.to_json());
    }
}

fn id_of(record: &Record) -> Scalar {
    record
        .get("Id")
        .and_then(Scalar::from_json)
        .unwrap_or(Scalar::Nothing)
}

/// `["Profile"]` → `ProfileId`, `["Account", "Owner"]` → `Account.OwnerId`, `["Plan__r"]` → `Plan__c`.
pub(super) fn id_field(parents: &[&str]) -> String {
    let joined = parents.join(".");
    match joined.strip_suffix("__r") {
        Some(custom) => format!("{custom}__c"),
        None => format!("{joined}Id"),
    }
}

fn unknown_field(prediction: &Prediction, field: &str) -> String {
    let token = prediction
        .token
        .0
        .strip_suffix(".id")
        .unwrap_or(&prediction.token.0);
    format!("{token}.{field}")
}

fn pending(token: &Token, reason: &str) -> ReadError {
    ReadError::Pending {
        token: token.clone(),
        reason: reason.to_owned(),
    }
}
