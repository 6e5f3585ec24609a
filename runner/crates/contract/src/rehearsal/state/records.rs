//! Finds records in an org state: conditions as SOQL compares, parent paths, values that are not known yet.

use serde_json::{Map, Value as Json, json};

use crate::operation::{Condition, Lookup};
use crate::read::{Answer, Record};
use crate::rehearsal::state::{State, ignoring_case, pending, refused};
use crate::value::{Scalar, Token};

impl State {
    /// Returns the records that a lookup finds, declared or not, also those of an object that is not to be read.
    ///
    /// # Errors
    ///
    /// The object does not exist, or the answer depends on a value that is not known yet.
    pub fn look(&self, what: &Lookup) -> Answer<Vec<Record>> {
        let Some(records) = ignoring_case(&self.records, &what.object) else {
            let what = format!("sObject type '{}' is not supported", what.object);
            return Err(refused("INVALID_TYPE", what));
        };
        let mut found = vec![];
        for record in records {
            if self.meets(record, &what.conditions)? {
                found.push(record);
            }
        }
        // Planned records come last, in the order in which they are planned.
        found.sort_by_key(|record| record["Id"].as_str().map_or((true, ""), |id| (false, id)));
        found
            .into_iter()
            .map(|record| self.answer(record, &what.fields))
            .collect()
    }

    fn meets(&self, record: &Record, all: &[Condition]) -> Answer<bool> {
        let mut open = None;
        for condition in all {
            let here = self.value(record, &condition.field)?;
            let here = Scalar::from_json(&here).unwrap_or(Scalar::Nothing);
            let mut met = Ok(false);
            for wanted in &condition.any_of {
                match self.compare(&condition.field, &here, wanted) {
                    Ok(true) => met = Ok(true),
                    Err(token) if met == Ok(false) => met = Err(token),
                    _ => {}
                }
            }
            match met {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(token) => open = Some(token),
            }
        }
        match open {
            None => Ok(true),
            Some(token) => Err(pending(
                token,
                "the answer hangs on a value that is not known yet",
            )),
        }
    }

    /// Says whether the two are equal; returns the unknown token when that cannot be said.
    fn compare(&self, field: &str, here: &Scalar, wanted: &Scalar) -> Result<bool, Token> {
        if here.found_by(field, wanted) {
            return Ok(true);
        }
        // A record that is only planned is not one of the existing ones; any other unknown value may be.
        let mut unknown = here.token().into_iter().chain(wanted.token());
        let open = unknown.find(|token| !self.is_planned(token));
        open.map_or(Ok(false), |token| Err(token.clone()))
    }

    fn is_planned(&self, token: &Token) -> bool {
        let token = token.to_string();
        let mut records = self.records.values().flatten();
        records.any(|record| record["Id"]["$ref"] == token.as_str())
    }

    fn answer(&self, record: &Record, fields: &[String]) -> Answer<Record> {
        let mut answer = Map::new();
        answer.insert("Id".to_owned(), self.value(record, "Id")?);
        for field in fields
            .iter()
            .filter(|field| !field.eq_ignore_ascii_case("Id"))
        {
            answer.insert(field.clone(), self.value(record, field)?);
        }
        Ok(answer)
    }

    /// The value at a field or parent path: `Owner.Name` is the name of the record that `OwnerId` leads to.
    fn value(&self, record: &Record, path: &str) -> Answer<Json> {
        if let Some(value) = field(record, path) {
            return Ok(value.clone());
        }
        let Some((parent, rest)) = path.split_once('.') else {
            return Ok(Json::Null);
        };
        let reference = match parent.strip_suffix("__r") {
            Some(custom) => format!("{custom}__c"),
            None => format!("{parent}Id"),
        };
        let id = field(record, &reference).and_then(Scalar::from_json);
        let id = match id.unwrap_or(Scalar::Nothing) {
            Scalar::Nothing => return Ok(Json::Null),
            id => id,
        };
        let mut records = self.records.values().flatten();
        let parent = records
            .find(|other| Scalar::from_json(&other["Id"]).is_some_and(|it| it.is_same_id(&id)));
        match (parent, id.token()) {
            (Some(parent), _) => self.value(parent, rest),
            (None, Some(token)) => Ok(json!({ "$ref": format!("{token}.{rest}") })),
            (None, None) => {
                let id = id.to_json();
                Err(refused(
                    "INCOMPLETE_STATE",
                    format!("the org state has no record {id}, to which `{path}` leads"),
                ))
            }
        }
    }
}

fn field<'r>(record: &'r Record, name: &str) -> Option<&'r Json> {
    let (_, value) = record
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    Some(value)
}
