//! The view's predictions about one record: those that make it, alter it, and remove it.

use usher_contract::change::Certainty;
use usher_contract::name::fold;
use usher_contract::operation::Field;
use usher_contract::value::{Reference, Scalar, Token};

use crate::view::Prediction;
use crate::view::index::ObjectIndex;
use crate::view::overlay::Reading;
use crate::view::overlay::row::Row;
use crate::view::prediction::Predicted;

impl Reading<'_> {
    /// The predictions about the object that is looked up.
    pub(super) fn object(&self) -> Option<&ObjectIndex> {
        self.view.index.object(&self.lookup.object)
    }

    /// Lays alterations over real rows.
    pub(super) fn alter(&self, rows: &mut [Row]) {
        for row in rows {
            self.apply_alterations(row);
            row.possible = self.may_disappear(&row.id).cloned();
        }
    }

    /// Records that will exist, with the values that later changes and effects give them.
    pub(super) fn planned(&self, needed: &[String]) -> Vec<Row> {
        let Some(of_object) = self.object() else {
            return Vec::new();
        };
        let places = of_object.rows_that_may_meet(&self.lookup.conditions);
        let rows = places.iter().filter_map(|place| {
            let prediction = &self.view.predictions[*place];
            let Predicted::Appears { id, fields, .. } = &prediction.what else {
                return None;
            };
            let possible = (prediction.certainty == Certainty::Possible)
                .then_some(&prediction.token)
                .or_else(|| self.may_disappear(id));
            let mut row = Row::planned(self.view, id, *place);
            row.possible = possible.cloned();
            row.set(fields);
            self.apply_alterations(&mut row);
            for name in needed.iter().filter(|name| !name.contains('.')) {
                let field = row.fields.entry(fold(name));
                field.or_insert_with(|| unknown(prediction, name).to_json());
            }
            Some(row)
        });
        rows.collect()
    }

    fn apply_alterations(&self, row: &mut Row) {
        let id = row.id.clone();
        let places = self.object().map_or(&[][..], |object| object.altering(&id));
        for place in places {
            let prediction = &self.view.predictions[*place];
            if let Predicted::Alters {
                id: altered,
                fields,
                ..
            } = &prediction.what
                && altered.is_same_id(&id)
            {
                if prediction.is_effect && fields.iter().any(|field| self.needs(&field.name)) {
                    row.relies_on.push(*place);
                }
                apply(prediction, fields, row);
            }
        }
    }

    /// Returns the token of what alters that field of a record of the object that is looked up, if anything does.
    pub(super) fn alters(&self, id: &Scalar, name: &str) -> Option<&Token> {
        let mut predictions = self.view.at(self.object()?.altering(id));
        let found = predictions.find(|prediction| {
            matches!(&prediction.what, Predicted::Alters { id: altered, fields, .. }
                if altered.is_same_id(id) && fields.iter().any(|one| one.name.eq_ignore_ascii_case(name)))
        });
        found.map(|prediction| &prediction.token)
    }

    /// The object of a record that something alters or removes.
    pub(super) fn altered_object(&self, id: &Scalar) -> Option<&str> {
        let index = &self.view.index;
        let mut touching = self
            .view
            .at(index.altering(id))
            .chain(self.view.at(index.removing(id)));
        touching.find_map(|prediction| match &prediction.what {
            Predicted::Alters {
                object,
                id: touched,
                ..
            }
            | Predicted::Disappears {
                object,
                id: touched,
            } if touched.is_same_id(id) => Some(object.as_str()),
            _ => None,
        })
    }

    pub(super) fn disappears(&self, id: &Scalar) -> bool {
        let removing = self.view.index.removing(id).iter();
        let mut certain = removing.copied().filter(|place| {
            let prediction = &self.view.predictions[*place];
            prediction.certainty != Certainty::Possible && removes(prediction, id)
        });
        let gone = certain.next();
        gone.into_iter().for_each(|place| self.rely_on(place));
        gone.is_some()
    }

    /// The token of what may or may not remove the record.
    pub(super) fn may_disappear(&self, id: &Scalar) -> Option<&Token> {
        let mut possible = self.removing(id);
        possible
            .find(|prediction| prediction.certainty == Certainty::Possible)
            .map(|prediction| &prediction.token)
    }

    fn removing(&self, id: &Scalar) -> impl Iterator<Item = &Prediction> {
        let removing = self.view.at(self.view.index.removing(id));
        removing.filter(|prediction| removes(prediction, id))
    }
}

fn removes(prediction: &Prediction, id: &Scalar) -> bool {
    matches!(&prediction.what, Predicted::Disappears { id: gone, .. } if gone.is_same_id(id))
}

/// Lays an alteration over a row. An alteration that is only possible makes a differing value unknown.
fn apply(prediction: &Prediction, fields: &[Field], row: &mut Row) {
    for field in fields {
        let name = fold(&field.name);
        if prediction.certainty != Certainty::Possible {
            row.unsure.remove(&name);
            row.fields.insert(name, field.value.to_json());
        } else if !row.value(&name).is_as_wanted(&field.name, &field.value)
            || !row.fields.contains_key(&name)
        {
            let unknown = unknown(prediction, &field.name).to_json();
            row.fields.insert(name.clone(), unknown);
            row.unsure.insert(name, prediction.token.clone());
        }
    }
}

/// The unknown value of a field that no plan announces, in a record that a prediction is about. If the change has a
/// result of the field's name, the value has a token that nothing binds, because the other token stands for the result.
fn unknown(prediction: &Prediction, field: &str) -> Scalar {
    let token = prediction.token.field(field);
    let is_result = prediction.results.iter().any(|name| name == field);
    Scalar::Reference(Reference::Given(match is_result {
        true => Token::Loose(token.to_string()),
        false => token,
    }))
}
