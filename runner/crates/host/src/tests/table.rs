//! An org of a few records in memory, behind the port. It counts the reads that it is asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tokio::sync::Barrier;

use usher_contract::operation::{ComponentName, Condition, Field, Lookup, ResourcePath};
use usher_contract::read::{Answer, Boxed, ReadError, Reads, Record};
use usher_contract::value::{Scalar, Token};

use crate::tests::object;

pub(crate) struct Table {
    records: Vec<(&'static str, Record)>,
    pub(super) asked: AtomicUsize,
    silent: bool,
    /// Reads that are answered only when as many have come.
    gathered: Option<Barrier>,
}

/// Two users; the second one's id is not known yet.
pub(crate) fn few() -> Table {
    let user = |id: Value, name| ("User", object(json!({"Id": id, "Username": name})));
    Table {
        records: vec![
            user(json!("005000000000002AAA"), "ada@example.com"),
            user(
                json!({"$ref": "user:user.id", "$object": "User"}),
                "new@example.com",
            ),
        ],
        asked: AtomicUsize::new(0),
        silent: false,
        gathered: None,
    }
}

/// So many users of one name.
pub(super) fn many(count: usize) -> Table {
    let user = json!({"Id": "005000000000002AAA", "Username": "ada@example.com"});
    Table {
        records: vec![("User", object(user)); count],
        ..few()
    }
}

/// An org that never answers.
pub(super) fn silent() -> Table {
    Table {
        silent: true,
        ..few()
    }
}

/// An org that answers so many reads at a time, when all of them have come.
pub(super) fn gathering(reads: usize) -> Table {
    Table {
        gathered: Some(Barrier::new(reads)),
        ..few()
    }
}

impl Table {
    fn find(&self, object: &str, conditions: &[Condition]) -> Answer<Vec<Record>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if conditions
            .iter()
            .any(|it| it.any_of.contains(&Scalar::text("later")))
        {
            return Err(ReadError::Pending {
                token: Token::of_text("site:site.id"),
                reason: "the site is not there yet".to_owned(),
            });
        }
        let meets = |record: &Record| {
            conditions.iter().all(|condition| {
                let value = record.get(&condition.field).and_then(Scalar::from_json);
                value.is_some_and(|value| {
                    condition
                        .any_of
                        .iter()
                        .any(|it| it.found_by(&condition.field, &value))
                })
            })
        };
        let found = self
            .records
            .iter()
            .filter(|(of, record)| *of == object && meets(record));
        Ok(found.map(|(_, record)| record.clone()).collect())
    }
}

impl Reads for Table {
    fn find_all(&self, lookups: Vec<Lookup>) -> Boxed<'_, Vec<Answer<Vec<Record>>>> {
        Box::pin(async move {
            if self.silent {
                self.asked.fetch_add(1, Ordering::Relaxed);
                std::future::pending::<()>().await;
            }
            if let Some(gathered) = &self.gathered {
                gathered.wait().await;
            }
            let each = lookups.iter();
            each.map(|it| self.find(&it.object, &it.conditions))
                .collect()
        })
    }

    fn count(&self, object: String, conditions: Vec<Condition>) -> Boxed<'_, Answer<u64>> {
        Box::pin(async move { Ok(self.find(&object, &conditions)?.len() as u64) })
    }

    fn query(&self, _soql: String, _binds: Vec<Field>) -> Boxed<'_, Answer<Vec<Record>>> {
        Box::pin(async { Err(ReadError::Unavailable("no SOQL here".to_owned())) })
    }

    fn describe_object(&self, _: String, _: Vec<String>) -> Boxed<'_, Answer<Arc<str>>> {
        Box::pin(async { Ok("{}".into()) })
    }

    fn get_settings(&self, _: String) -> Boxed<'_, Answer<Value>> {
        Box::pin(async { Ok(json!({})) })
    }

    fn list_components(&self, _: String) -> Boxed<'_, Answer<Value>> {
        Box::pin(async { Ok(json!([])) })
    }

    fn read_component(&self, _: ComponentName, _: Vec<ComponentName>) -> Boxed<'_, Answer<Value>> {
        Box::pin(async { Ok(Value::Null) })
    }

    fn get(&self, _: ResourcePath) -> Boxed<'_, Answer<Value>> {
        Box::pin(async { Ok(json!({"$ref": "not:a.token"})) })
    }
}
