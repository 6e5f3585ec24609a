//! Reads of plugins, answered through the view with as few requests as can be.
//!
//! What was read once in a planning is not read again. Lookups that are asked for together become one
//! query per object, and the queries one request; the answers are filtered here, as SOQL compares.

mod components;
mod merge;
mod objects;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};
use usher_core::change::StepPlan;
use usher_core::component::{self, Content};
use usher_core::operation::{ComponentName, Condition, Field, Lookup, ResourcePath};
use usher_core::read::{ReadError, Record, Refusal};
use usher_core::value::{Scalar, Token};
use usher_core::view::{Cloud, Progress, Snapshot, View};

use crate::org::{Org, OrgError};
use crate::port::{Boxed, Reads};

/// Rounds that one read may take: each parent path leads one level further, and SOQL knows five.
const ROUNDS_MAX: usize = 12;

/// The reads of one planning: one org, one view, one snapshot.
pub struct Reader {
    org: Arc<Org>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    view: View,
    components_view: component::View,
    snapshot: Snapshot,
    /// Settings of the real org, by name.
    settings: BTreeMap<String, Result<Record, ReadError>>,
    /// Components of the real org, by kind.
    listed: BTreeMap<String, Result<Vec<Record>, ReadError>>,
    /// What components of the real org hold, by kind and full name.
    components: BTreeMap<(String, String), Result<Option<Content>, ReadError>>,
}

impl Reader {
    /// Reads of `org`, before anything is planned.
    pub fn new(org: Arc<Org>) -> Self {
        Self {
            org,
            state: Mutex::default(),
        }
    }

    /// Lays what a step plans over everything read after this.
    pub fn plan_is(&self, scope: &str, plan: &StepPlan) {
        let mut state = self.state();
        state.view.add(scope, plan);
        state.components_view.add(scope, plan);
    }

    /// Makes reads of what a step without a plan may write pending.
    pub fn cloud(&self, cloud: Cloud) {
        let mut state = self.state();
        state
            .components_view
            .cloud(cloud.components(), cloud.token());
        state.view.cloud(cloud);
    }

    /// The records of the org as it is now, whatever is planned; read once per planning.
    pub async fn real(&self, lookups: &[Lookup]) -> Vec<Result<Vec<Record>, ReadError>> {
        let missing: Vec<Lookup> = {
            let state = self.state();
            lookups
                .iter()
                .filter(|lookup| state.snapshot.get(lookup).is_none())
                .cloned()
                .collect()
        };
        self.fetch(missing).await;
        let state = self.state();
        let unread = || Err(ReadError::Unavailable("it was not read".to_owned()));
        lookups
            .iter()
            .map(|lookup| state.snapshot.get(lookup).unwrap_or_else(unread))
            .collect()
    }

    async fn find(&self, lookups: Vec<Lookup>) -> Vec<Result<Vec<Record>, ReadError>> {
        for _ in 0..ROUNDS_MAX {
            let mut ask: Vec<Lookup> = Vec::new();
            let mut answers = Vec::new();
            {
                let state = self.state();
                for lookup in &lookups {
                    match state.view.find(lookup, &state.snapshot) {
                        Progress::Answer(answer) => answers.push(answer),
                        Progress::Ask(more) => ask.extend(more),
                    }
                }
            }
            if ask.is_empty() {
                return answers;
            }
            self.fetch(ask).await;
        }
        let endless = || {
            Err(ReadError::TooMuch(format!(
                "the read takes more than {ROUNDS_MAX} rounds"
            )))
        };
        lookups.iter().map(|_| endless()).collect()
    }

    /// Reads lookups of the real org into the snapshot.
    async fn fetch(&self, lookups: Vec<Lookup>) {
        let answers = read_all(&self.org, lookups).await;
        let mut state = self.state();
        for (lookup, answer) in answers {
            state.snapshot.put(lookup, answer.map_err(read_error));
        }
    }

    /// Settings as they will be; those of the real org are read once per planning.
    ///
    /// # Errors
    ///
    /// As [`ReadError`]; pending when the org refuses today and earlier changes configure it, and when
    /// nobody can say yet what a step before makes of them.
    pub async fn settings(&self, name: &str) -> Result<Record, ReadError> {
        let known = self.state().settings.get(name).cloned();
        let real = match known {
            Some(real) => real,
            None => {
                let real = self.org.read_settings(name).await.map_err(read_error);
                self.state().settings.insert(name.to_owned(), real.clone());
                real
            }
        };
        let real = real.map_err(|error| self.pending_when_configuring(error))?;
        self.state().view.settings(name, real)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock; should it ever, the state is still whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn free_query(&self, soql: &str, binds: &[Field]) -> Result<Vec<Record>, ReadError> {
        let bound = merge::bind(soql, binds).map_err(ReadError::TooMuch)?;
        let objects = merge::objects_of(&bound).map_err(|why| {
            ReadError::Refused(Refusal {
                status: 400,
                code: "MALFORMED_QUERY".to_owned(),
                message: why,
            })
        })?;
        let names: Vec<&str> = objects.iter().map(String::as_str).collect();
        let touched = self.state().view.touched(&names).cloned();
        pending_on(touched, &names.join("`, `"))?;
        let rows = self.org.query(&bound).await.map_err(read_error)?;
        let records = rows.into_iter().filter_map(|row| match row {
            Value::Object(mut record) => {
                record.remove("attributes");
                Some(record)
            }
            _ => None,
        });
        Ok(records.collect())
    }

    async fn describe(&self, object: &str, fields: &[String]) -> Result<Value, ReadError> {
        let segments = ["sobjects", object, "describe"].map(str::to_owned);
        let mut described = self.real_get(&segments, &[]).await?;
        let all = described
            .get_mut("fields")
            .map(Value::take)
            .unwrap_or(Value::Null);
        let mut own = Map::new();
        if fields.is_empty() {
            if let Value::Object(object) = described {
                own = object;
                own.retain(|_, value| !value.is_array() && !value.is_object());
            }
            return Ok(Value::Object(own));
        }
        for field in all.as_array().into_iter().flatten() {
            let name = field
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or_default();
            if let Some(asked) = fields.iter().find(|asked| asked.eq_ignore_ascii_case(name)) {
                own.insert(asked.clone(), field.clone());
            }
        }
        for name in self.state().view.opened_fields(object) {
            if let Some(asked) = fields.iter().find(|asked| asked.eq_ignore_ascii_case(name)) {
                let described = || json!({ "name": name });
                own.entry(asked.clone()).or_insert_with(described);
            }
        }
        Ok(Value::Object(own))
    }

    async fn resource(&self, path: &ResourcePath) -> Result<Value, ReadError> {
        let segments = texts(path.segments.iter())?;
        let values = texts(path.query.iter().map(|field| &field.value))?;
        let names = path.query.iter().map(|field| field.name.clone());
        let query: Vec<(String, String)> = names.zip(values).collect();
        let touched = self.state().view.touched_resource(&segments).cloned();
        pending_on(touched, &segments.join("/"))?;
        self.real_get(&segments, &query).await
    }

    async fn real_get(
        &self,
        segments: &[String],
        query: &[(String, String)],
    ) -> Result<Value, ReadError> {
        let answer = self.org.get(segments, query).await.map_err(read_error);
        answer.map_err(|error| self.pending_when_configuring(error))
    }

    /// While earlier changes configure the org, its refusal today says nothing of then.
    fn pending_when_configuring(&self, error: ReadError) -> ReadError {
        match (error, self.state().view.configuring()) {
            (ReadError::Refused(refusal), Some(token)) => ReadError::Pending {
                token: token.clone(),
                reason: format!("the org refuses it today: {}", refusal.message),
            },
            (error, _) => error,
        }
    }
}

impl Reads for Reader {
    fn find_all(&self, lookups: Vec<Lookup>) -> Boxed<'_, Vec<Result<Vec<Record>, ReadError>>> {
        Box::pin(self.find(lookups))
    }

    fn count(
        &self,
        object: String,
        conditions: Vec<Condition>,
    ) -> Boxed<'_, Result<u64, ReadError>> {
        let lookup = Lookup {
            object,
            fields: Vec::new(),
            conditions,
        };
        Box::pin(async move {
            let mut answers = self.find(vec![lookup]).await;
            answers.remove(0).map(|records| records.len() as u64)
        })
    }

    fn query(&self, soql: String, binds: Vec<Field>) -> Boxed<'_, Result<Vec<Record>, ReadError>> {
        Box::pin(async move { self.free_query(&soql, &binds).await })
    }

    fn describe_object(
        &self,
        object: String,
        fields: Vec<String>,
    ) -> Boxed<'_, Result<Value, ReadError>> {
        Box::pin(async move { self.describe(&object, &fields).await })
    }

    fn get_settings(&self, name: String) -> Boxed<'_, Result<Value, ReadError>> {
        Box::pin(async move { self.settings(&name).await.map(Value::Object) })
    }

    fn list_components(&self, kind: String) -> Boxed<'_, Result<Value, ReadError>> {
        Box::pin(async move { self.listed(&kind).await })
    }

    fn read_component(
        &self,
        name: ComponentName,
        _companions: Vec<ComponentName>,
    ) -> Boxed<'_, Result<Value, ReadError>> {
        Box::pin(async move { self.read(&name).await })
    }

    fn get(&self, path: ResourcePath) -> Boxed<'_, Result<Value, ReadError>> {
        Box::pin(async move { self.resource(&path).await })
    }
}

/// The records of one lookup as the org has them this moment, past every view and snapshot.
pub(crate) async fn read_now(org: &Org, lookup: Lookup) -> Result<Vec<Record>, OrgError> {
    let mut records = Vec::new();
    for (_, answer) in read_all(org, vec![lookup]).await {
        records.extend(answer?);
    }
    Ok(records)
}

/// The records of many lookups as the org has them this moment, with as few requests as can be. Equal
/// lookups are answered once.
pub(crate) async fn read_all(
    org: &Org,
    lookups: Vec<Lookup>,
) -> Vec<(Lookup, Result<Vec<Record>, OrgError>)> {
    let groups = merge::groups(lookups);
    let soqls: Vec<String> = groups.iter().map(merge::Group::soql).collect();
    let mut all = Vec::new();
    for (group, answer) in groups.into_iter().zip(org.queries(&soqls).await) {
        match answer {
            // One unknown field refuses all that were merged: ask one by one who it was.
            Err(OrgError::Refused(_)) if group.lookups.len() > 1 => {
                for lookup in group.lookups {
                    for group in merge::groups(vec![lookup]) {
                        let answer = org.query(&group.soql()).await;
                        all.extend(told_apart(group, answer));
                    }
                }
            }
            answer => all.extend(told_apart(group, answer)),
        }
    }
    all
}

fn told_apart(
    group: merge::Group,
    answer: Result<Vec<Value>, OrgError>,
) -> Vec<(Lookup, Result<Vec<Record>, OrgError>)> {
    match answer {
        Ok(rows) => {
            let split = group.split(&rows).into_iter();
            split
                .map(|(lookup, records)| (lookup, Ok(records)))
                .collect()
        }
        Err(error) => group
            .lookups
            .into_iter()
            .map(|lookup| (lookup, Err(error.clone())))
            .collect(),
    }
}

/// What of the org's errors a plugin is told.
pub(crate) fn read_error(error: OrgError) -> ReadError {
    match error {
        OrgError::Refused(refusal) => ReadError::Refused(refusal),
        other => ReadError::Unavailable(other.to_string()),
    }
}

fn pending_on(token: Option<Token>, what: &str) -> Result<(), ReadError> {
    match token {
        None => Ok(()),
        Some(token) => Err(ReadError::Pending {
            token,
            reason: format!("an earlier change or step touches `{what}`"),
        }),
    }
}

fn texts<'a>(values: impl Iterator<Item = &'a Scalar>) -> Result<Vec<String>, ReadError> {
    values
        .map(|value| match value {
            Scalar::Text(text)
            | Scalar::Number(text)
            | Scalar::Date(text)
            | Scalar::DateTime(text) => Ok(text.clone()),
            Scalar::Truth(truth) => Ok(truth.to_string()),
            Scalar::Nothing => Ok(String::new()),
            Scalar::Reference(_) | Scalar::Joined(_) => Err(ReadError::Pending {
                token: value
                    .token()
                    .cloned()
                    .unwrap_or(Token("joined text".to_owned())),
                reason: "a part of the path".to_owned(),
            }),
        })
        .collect()
}

#[cfg(test)]
mod tests;
