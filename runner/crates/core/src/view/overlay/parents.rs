//! Parent paths that lead through something planned.

use serde_json::Value;
use usher_contract::id;
use usher_contract::name::fold;
use usher_contract::operation::{Condition, Lookup};
use usher_contract::read::ReadError;
use usher_contract::value::{Scalar, Token};

use crate::view::overlay::row::Row;
use crate::view::overlay::{PARENTS_MAX, Reading, clouded, find, id_field};
use crate::view::{Cloud, Progress, pending};

impl Reading<'_> {
    /// Fills in parent paths that lead through something planned.
    pub(super) fn follow_parents(
        &mut self,
        rows: &mut [Row],
        needed: &[String],
    ) -> Result<(), ReadError> {
        for name in needed.iter().filter(|name| name.contains('.')) {
            for row in rows.iter_mut() {
                if let Some(value) = self.follow(row, name)? {
                    row.fields.insert(fold(name), value);
                }
            }
        }
        Ok(())
    }

    /// Returns the value of a path, when it is not simply what the real row says.
    fn follow(&mut self, row: &Row, path: &str) -> Result<Option<Value>, ReadError> {
        let segments: Vec<&str> = path.split('.').collect();
        for depth in 1..segments.len().min(PARENTS_MAX + 1) {
            let key = id_field(&segments[..depth]);
            let id = row.fields.get(&fold(&key));
            let Some(id) = id.and_then(Scalar::from_json) else {
                return Ok(None);
            };
            if let Some((token, object)) = self.cloud_over_record(&id) {
                return Err(clouded(token, object));
            }
            // The token of a planned row or an alteration that sets the parent.
            let moved = (depth == 1).then(|| self.alters(&row.id, &key)).flatten();
            let said = row.id.token().or(moved).cloned();
            if id == Scalar::Nothing && said.is_some() {
                return Ok(Some(Value::Null));
            }
            let touched = self.view.index.is_fresh(&id) || self.altered_object(&id).is_some();
            if said.is_some() || touched {
                let rest = segments[depth..].join(".");
                return self.parent(&id, &rest, said.as_ref()).map(Some);
            }
        }
        Ok(None)
    }

    /// Returns `path` of the record with that id, through the view. `said`: the token of the prediction that makes it
    /// the parent.
    fn parent(
        &mut self,
        id: &Scalar,
        path: &str,
        said: Option<&Token>,
    ) -> Result<Value, ReadError> {
        let object = match id {
            Scalar::Reference(_) => id.token().and_then(|token| self.view.object_of(token)),
            Scalar::Text(text) => id::object_of(text).or_else(|| self.altered_object(id)),
            _ => None,
        };
        let Some(object) = object else {
            return match id.token().or(said) {
                Some(token) => Err(pending(
                    token,
                    &format!("the record that `{path}` belongs to"),
                )),
                None => Ok(Value::Null),
            };
        };
        let lookup = Lookup {
            object: object.to_owned(),
            fields: vec![path.to_owned()],
            conditions: vec![Condition::is("Id", id.clone())],
        };
        match find(self.view, &lookup, self.seen) {
            Progress::Ask(ask) => {
                for lookup in ask {
                    if self.asked.insert(lookup.clone()) {
                        self.ask.push(lookup);
                    }
                }
                Ok(Value::Null)
            }
            Progress::Answer(answer) => {
                let value = answer?.first().and_then(|record| record.get(path)).cloned();
                Ok(value.unwrap_or(Value::Null))
            }
        }
    }

    /// The token of a step without a plan that may write the object of a record. A prefix that Usher does not know may
    /// be of any custom object.
    fn cloud_over_record(&self, id: &Scalar) -> Option<(&Token, &str)> {
        let object = match id {
            Scalar::Text(text) => id::object_of(text),
            _ => self.view.object_of(id.token()?),
        };
        match object {
            Some(object) => Some((self.view.cloud_over(object)?, object)),
            None => {
                let mut clouds = self.view.clouds.iter();
                let cloud = clouds.find(|cloud| cloud.has_custom_object())?;
                Some((Cloud::token(cloud), "a custom object"))
            }
        }
    }
}
