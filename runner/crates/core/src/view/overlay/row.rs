//! A row on its way to the answer. Its fields are under folded names.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_contract::name::fold;
use usher_contract::operation::Field;
use usher_contract::read::Record;
use usher_contract::value::{Piece, Reference, Scalar, Token};

use crate::view::View;

pub(super) struct Row {
    pub(super) id: Scalar,
    pub(super) fields: Record,
    /// Place of the prediction that makes the row; `None` for a row of the real org.
    pub(super) made_by: Option<usize>,
    /// The token of what makes or removes the row, when that is only possible.
    pub(super) possible: Option<Token>,
    /// The tokens of what may or may not alter fields.
    pub(super) unsure: BTreeMap<String, Token>,
    /// Places of the effects that alter fields which are asked for or compared.
    pub(super) relies_on: Vec<usize>,
}

impl Row {
    /// A record that will exist, with its id.
    pub(super) fn planned(view: &View, id: &Scalar, made_by: usize) -> Self {
        Self {
            id: id.clone(),
            fields: Record::from_iter([("id".to_owned(), id_json(view, id))]),
            made_by: Some(made_by),
            possible: None,
            unsure: BTreeMap::new(),
            relies_on: Vec::new(),
        }
    }

    /// A row of the real org.
    pub(super) fn of(record: Record) -> Self {
        let fields: Record = record
            .into_iter()
            .map(|(name, value)| (fold(&name), value))
            .collect();
        let id = fields.get("id").and_then(Scalar::from_json);
        Self {
            id: id.unwrap_or(Scalar::Nothing),
            fields,
            made_by: None,
            possible: None,
            unsure: BTreeMap::new(),
            relies_on: Vec::new(),
        }
    }

    pub(super) fn set(&mut self, fields: &[Field]) {
        for field in fields {
            self.fields.insert(fold(&field.name), field.value.to_json());
        }
    }

    /// The value that a condition compares.
    pub(super) fn value(&self, field: &str) -> Scalar {
        let field = fold(field);
        if field == "id" {
            return self.id.clone();
        }
        let json = self.fields.get(&field);
        json.and_then(scalar).unwrap_or(Scalar::Nothing)
    }

    /// The record as it was asked for.
    pub(super) fn project(&self, view: &View, fields: &[String]) -> Record {
        let mut record = Record::new();
        record.insert("Id".to_owned(), id_json(view, &self.id));
        for name in fields {
            let value = self.fields.get(&fold(name)).cloned().unwrap_or(Value::Null);
            let value = match Scalar::from_json(&value) {
                Some(scalar) if scalar.token().is_some() => id_json(view, &scalar),
                _ => value,
            };
            record.insert(name.clone(), value);
        }
        record
    }
}

/// A value with references, joined texts included.
fn scalar(json: &Value) -> Option<Scalar> {
    let Some(Value::Array(pieces)) = json.get("$join") else {
        return Scalar::from_json(json);
    };
    let pieces = pieces.iter().map(|piece| match Scalar::from_json(piece)? {
        Scalar::Text(text) => Some(Piece::Text(text)),
        piece => Some(Piece::Reference(Reference::Given(piece.token()?.clone()))),
    });
    Some(Scalar::Joined(pieces.collect::<Option<_>>()?))
}

/// A token with the object it is an id of, when that is known.
pub(super) fn id_json(view: &View, id: &Scalar) -> Value {
    let mut json = id.to_json();
    if let Some(object) = id.token().and_then(|token| view.object_of(token)) {
        json["$object"] = Value::from(object);
    }
    json
}
