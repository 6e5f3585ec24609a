//! The org of a case behind the port of reads: the state that `usher_sdk::testing::OrgState` describes, answered
//! in the contract's own words and without the SDK.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use usher_contract::described;
use usher_contract::operation::{ComponentName, Condition, Field, Lookup, ResourcePath};
use usher_contract::read::{Answer, Boxed, ReadError, Reads, Record, Refusal};
use usher_contract::value::{Scalar, Token};

/// Records and settings of the org.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct State {
    records: BTreeMap<String, Vec<Record>>,
    settings: BTreeMap<String, Json>,
    describes: BTreeMap<String, Map<String, Json>>,
    components: BTreeMap<String, BTreeMap<String, Component>>,
    resources: BTreeMap<String, Json>,
    queries: BTreeMap<String, Vec<Record>>,
    /// Object or resource → token.
    pending: BTreeMap<String, String>,
    /// Object or resource → error code.
    refused: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Component {
    id: Json,
    content: Json,
}

impl State {
    pub(super) fn of(table: &toml::Table) -> Self {
        table.clone().try_into().expect("an org state")
    }

    fn may_answer(&self, name: &str) -> Answer<()> {
        if let Some(code) = self.refused.get(name) {
            return Err(refused(code, format!("`{name}` is not to be read")));
        }
        match self.pending.get(name) {
            Some(token) => Err(ReadError::Pending {
                token: Token::of_text(token),
                reason: format!("`{name}` hangs on something that is planned"),
            }),
            None => Ok(()),
        }
    }

    fn find(&self, what: &Lookup) -> Answer<Vec<Record>> {
        self.may_answer(&what.object)?;
        let Some(records) = self.records.get(&what.object) else {
            let what = format!("sObject type '{}' is not supported", what.object);
            return Err(refused("INVALID_TYPE", what));
        };
        let mut found: Vec<&Record> = vec![];
        for record in records {
            if self.meets(record, &what.conditions)? {
                found.push(record);
            }
        }
        found.sort_by_key(|record| record["Id"].as_str().map_or((true, ""), |id| (false, id)));
        let answer = |record: &Record| {
            let mut answer = Record::new();
            for field in what.fields.iter().map(String::as_str).chain(["Id"]) {
                answer.insert(field.to_owned(), self.value(record, field));
            }
            answer
        };
        Ok(found.into_iter().map(answer).collect())
    }

    fn meets(&self, record: &Record, conditions: &[Condition]) -> Answer<bool> {
        let mut open = None;
        for condition in conditions {
            let here = self.value(record, &condition.field);
            let here = Scalar::from_json(&here).unwrap_or(Scalar::Nothing);
            let same = |wanted: &Scalar| here.found_by(&condition.field, wanted);
            if condition.any_of.iter().any(same) {
                continue;
            }
            let values = condition.any_of.iter().chain([&here]);
            let mut tokens = values.filter_map(Scalar::token);
            // A record that is only planned is not one of those in the org; another unknown value may be.
            match tokens.find(|token| !self.is_planned(token)) {
                Some(token) => open = Some(token.clone()),
                None => return Ok(false),
            }
        }
        match open {
            None => Ok(true),
            Some(token) => Err(ReadError::Pending {
                token,
                reason: "the answer hangs on a value that is not known yet".to_owned(),
            }),
        }
    }

    fn is_planned(&self, token: &Token) -> bool {
        let token = token.to_string();
        let mut records = self.records.values().flatten();
        records.any(|record| record["Id"]["$ref"] == token.as_str())
    }

    /// The value at a field or a parent path.
    fn value(&self, record: &Record, path: &str) -> Json {
        if let Some(value) = record.get(path) {
            return value.clone();
        }
        let Some((parent, rest)) = path.split_once('.') else {
            return Json::Null;
        };
        let Some(id) = record.get(&format!("{parent}Id")) else {
            return Json::Null;
        };
        let mut records = self.records.values().flatten();
        let parent = records.find(|other| other["Id"] == *id);
        parent.map_or(Json::Null, |parent| self.value(parent, rest))
    }
}

impl Reads for State {
    fn find_all(&self, lookups: Vec<Lookup>) -> Boxed<'_, Vec<Answer<Vec<Record>>>> {
        Box::pin(async move { lookups.iter().map(|what| self.find(what)).collect() })
    }

    fn count(&self, object: String, conditions: Vec<Condition>) -> Boxed<'_, Answer<u64>> {
        let what = Lookup {
            object,
            fields: vec![],
            conditions,
        };
        Box::pin(async move { Ok(self.find(&what)?.len() as u64) })
    }

    fn query(&self, soql: String, _: Vec<Field>) -> Boxed<'_, Answer<Vec<Record>>> {
        let found = self.queries.get(&soql).cloned();
        let answer =
            found.ok_or_else(|| refused("MALFORMED_QUERY", format!("no answer to: {soql}")));
        Box::pin(async { answer })
    }

    fn describe_object(&self, object: String, fields: Vec<String>) -> Boxed<'_, Answer<Arc<str>>> {
        let answer: Answer<Json> = match self.describes.get(&object) {
            Some(all) if fields.is_empty() => {
                let fields = all.iter().map(|(name, field)| (name.as_str(), field));
                let mut own = described::of_fields(fields);
                let whole = self.resources.get(&format!("sobjects/{object}/describe"));
                own.extend(whole.and_then(described::record_types));
                Ok(Json::Object(own))
            }
            Some(all) => {
                let wanted = all.iter().filter(|(name, _)| fields.contains(name));
                let wanted = wanted.map(|(name, value)| (name.clone(), value.clone()));
                Ok(Json::Object(wanted.collect()))
            }
            None => Err(refused("NOT_FOUND", format!("there is no `{object}`"))),
        };
        Box::pin(async { answer.map(|described| described.to_string().into()) })
    }

    fn get_settings(&self, name: String) -> Boxed<'_, Answer<Json>> {
        let settings = self.settings.get(&name).cloned();
        let answer = settings.ok_or_else(|| refused("NOT_FOUND", format!("no settings `{name}`")));
        Box::pin(async { answer })
    }

    fn list_components(&self, kind: String) -> Boxed<'_, Answer<Json>> {
        let components = self.components.get(&kind).into_iter().flatten();
        let list: Vec<Json> = components
            .map(|(name, component)| json!({ "fullName": name, "id": component.id }))
            .collect();
        Box::pin(async { Ok(Json::Array(list)) })
    }

    fn read_component(
        &self,
        name: ComponentName,
        _: Vec<ComponentName>,
    ) -> Boxed<'_, Answer<Json>> {
        let answer = match &name.full_name {
            Scalar::Text(full_name) => {
                let component = self
                    .components
                    .get(&name.kind)
                    .and_then(|all| all.get(full_name));
                Ok(component.map_or(Json::Null, |component| component.content.clone()))
            }
            other => match other.token() {
                Some(token) => Err(ReadError::Pending {
                    token: token.clone(),
                    reason: "the name of the component".to_owned(),
                }),
                None => Ok(Json::Null),
            },
        };
        Box::pin(async { answer })
    }

    fn get(&self, path: ResourcePath) -> Boxed<'_, Answer<Json>> {
        let text = |segment: &Scalar| match segment {
            Scalar::Text(text) => text.clone(),
            other => other.to_json().to_string(),
        };
        let text = path.segments.iter().map(text).collect::<Vec<_>>().join("/");
        let answer = self.may_answer(&text).and_then(|()| {
            let answer = self.resources.get(&text).cloned();
            answer.ok_or_else(|| refused("NOT_FOUND", format!("no resource `{text}`")))
        });
        Box::pin(async { answer })
    }
}

/// The org's refusal of a read.
fn refused(code: &str, message: String) -> ReadError {
    ReadError::Refused(Refusal {
        status: if code == "NOT_FOUND" { 404 } else { 400 },
        code: code.to_owned(),
        message,
    })
}
