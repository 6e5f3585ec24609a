//! Reads of a scripted org: numbers, endless pages, unreadable answers.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use serde_json::{Value, json};
use usher_core::change::{Change, StepPlan, Undo};
use usher_core::limit;
use usher_core::operation::{
    Condition, CreateRecord, DeleteRecord, Field, Key, Lookup, Operation, ResourcePath,
};
use usher_core::read::ReadError;
use usher_core::value::{Reference, Scalar, Token, Unit};

use crate::client::Client;
use crate::port::{Boxed, Reads};
use crate::reads::Reader;
use crate::session::{Fixed, Secret};
use crate::wire::{Wire, WireError};

/// An answer to each path.
pub(super) type Answers = fn(&str) -> (u16, String);

pub(super) struct Script {
    answers: Answers,
    asked: Mutex<Vec<String>>,
}

impl Script {
    /// The reads since the last call, each of a composite as itself.
    pub(super) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().expect("no test panics with it"))
    }

    fn answer(&self, path: &str) -> (u16, String) {
        let asked = path.trim_start_matches("/services/data/v66.0/");
        self.asked
            .lock()
            .expect("no test panics with it")
            .push(asked.replace("%20", " "));
        (self.answers)(path)
    }

    fn composite(&self, body: &[u8]) -> (u16, String) {
        let body: Value = serde_json::from_slice(body).expect("JSON");
        let parts = body["compositeRequest"].as_array().expect("a list");
        let answers = parts.iter().map(|part| {
            let (status, body) = self.answer(part["url"].as_str().expect("a text"));
            let body: Value = serde_json::from_str(&body).unwrap_or(Value::String(body));
            json!({ "httpStatusCode": status, "body": body, "referenceId": part["referenceId"] })
        });
        let answers: Vec<Value> = answers.collect();
        (200, json!({ "compositeResponse": answers }).to_string())
    }
}

impl Wire for Script {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Boxed<'_, Result<http::Response<Bytes>, WireError>> {
        let path = request.uri().to_string();
        let (status, body) = match path.ends_with("/composite") {
            true => self.composite(request.body()),
            false => self.answer(&path),
        };
        let reply = http::Response::builder()
            .status(status)
            .body(Bytes::from(body));
        Box::pin(async move {
            // Others go on while an answer is on its way.
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            reply.map_err(|error| WireError::Lost(error.to_string()))
        })
    }
}

pub(super) fn reader(answers: Answers) -> (Reader, Arc<Script>) {
    let script = Arc::new(Script {
        answers,
        asked: Mutex::default(),
    });
    let org = Client::new(
        Arc::<Script>::clone(&script),
        Arc::new(Fixed::new(Secret::new("t".into()))),
    );
    (Reader::new(Arc::new(org)), script)
}

fn members(site: &str) -> Vec<Condition> {
    vec![Condition::is("NetworkId", Scalar::text(site))]
}

fn creates(object: &str) -> StepPlan {
    StepPlan {
        changes: vec![Change {
            address: "new".into(),
            summary: String::new(),
            operation: Operation::from(CreateRecord {
                object: object.into(),
                fields: Vec::new(),
                key: Key {
                    conditions: Vec::new(),
                    enforced: false,
                },
                options: Vec::new(),
            }),
            after: Vec::new(),
            waits: Vec::new(),
            results: Vec::new(),
            undo: Undo::Nothing,
        }],
        ..StepPlan::default()
    }
}

#[tokio::test]
async fn the_org_counts_where_nothing_planned_can_matter() {
    let (reader, script) = reader(|path| match path.contains("COUNT") {
        true => (
            200,
            json!({ "totalSize": 150_000, "done": true, "records": [] }).to_string(),
        ),
        false => (
            200,
            json!({ "records": [{ "Id": "1", "NetworkId": "0DB1" }] }).to_string(),
        ),
    });
    let count = async || reader.count("NetworkMember".into(), members("0DB1")).await;
    assert_eq!(count().await, Ok(150_000));
    assert_eq!(count().await, Ok(150_000));
    let counted = "query?q=SELECT COUNT%28%29 FROM NetworkMember WHERE NetworkId %3D %270DB1%27";
    assert_eq!(script.asked(), [counted]);
    reader.plan_is(&Unit::step("s"), &creates("Account"));
    assert_eq!(count().await, Ok(150_000));
    assert_eq!(script.asked(), Vec::<String>::new());
    // The site of the new member is not known yet.
    reader.plan_is(&Unit::step("s"), &creates("NetworkMember"));
    assert!(matches!(count().await, Err(ReadError::Pending { .. })));
}

/// A plan that makes members of sites and takes one away.
fn members_come_and_go(sites: &[&str], gone: Option<&str>) -> StepPlan {
    let mut plan = StepPlan::default();
    for (number, site) in sites.iter().enumerate() {
        let mut change = creates("NetworkMember").changes.remove(0);
        change.address = format!("member/{number}");
        if let Some(CreateRecord { fields, .. }) = change.operation.of_mut() {
            fields.push(Field {
                name: "NetworkId".into(),
                value: Scalar::text(*site),
            });
        }
        plan.changes.push(change);
    }
    if let Some(id) = gone {
        let mut change = creates("NetworkMember").changes.remove(0);
        change.address = "gone".into();
        change.operation = Operation::from(DeleteRecord {
            object: "NetworkMember".into(),
            id: Scalar::text(id),
        });
        plan.changes.push(change);
    }
    plan
}

#[tokio::test]
async fn what_is_planned_counts_beside_what_the_org_counts() {
    let (reader, script) = reader(|path| match path.contains("COUNT") {
        true => (200, json!({ "totalSize": 3_000 }).to_string()),
        false => (
            200,
            json!({ "records": [{ "Id": "0UZ000000000001AAA", "NetworkId": "0DB1" }] }).to_string(),
        ),
    });
    let count = async |site: &str| reader.count("NetworkMember".into(), members(site)).await;
    let comes = members_come_and_go(&["0DB1", "0DB2"], None);
    reader.plan_is(&Unit::step("s"), &comes);
    assert_eq!(count("0DB1").await, Ok(3_001));
    let counted = "query?q=SELECT COUNT%28%29 FROM NetworkMember WHERE NetworkId %3D %270DB1%27";
    assert_eq!(script.asked(), [counted]);
    // One that goes is looked at by its id.
    let goes = members_come_and_go(&["0DB1", "0DB1"], Some("0UZ000000000001AAA"));
    reader.plan_is(&Unit::step("t"), &goes);
    assert_eq!(count("0DB1").await, Ok(3_002));
    let one = "query?q=SELECT Id%2C NetworkId FROM NetworkMember WHERE NetworkId %3D %270DB1%27 AND Id %3D %270UZ000000000001AAA%27 ORDER BY Id";
    assert_eq!(script.asked(), [one]);
}

#[tokio::test]
async fn a_long_count_is_the_sum_of_its_pieces() {
    let (reader, script) = reader(|_| (200, json!({ "totalSize": 7 }).to_string()));
    let many = Condition {
        field: "Id".into(),
        any_of: (0..2_400)
            .map(|number| Scalar::text(format!("001Jca{number:09}AAA")))
            .collect(),
    };
    assert_eq!(reader.count("Account".into(), vec![many]).await, Ok(14));
    assert_eq!(script.asked().len(), 2);
}

#[tokio::test]
async fn more_rows_than_a_call_may_have_are_too_much() {
    let (reader, script) = reader(|_| {
        let records: Vec<_> = (0..2_000).map(|_| json!({ "Id": "1" })).collect();
        let next = "/services/data/v66.0/query/01g-2000";
        (
            200,
            json!({ "records": records, "nextRecordsUrl": next }).to_string(),
        )
    });
    let lookup = Lookup {
        object: "NetworkMember".into(),
        fields: Vec::new(),
        conditions: members("0DB1"),
    };
    let found = reader.find_all(vec![lookup]).await.remove(0);
    assert_eq!(
        found,
        Err(ReadError::TooMuch(
            "a query finds more than 50000 records".into()
        ))
    );
    let asked = script.asked();
    assert!(
        asked[0].ends_with("ORDER BY Id LIMIT 50001"),
        "{}",
        asked[0]
    );
    assert_eq!(asked.len(), 1 + limit::ROWS_PER_CALL_MAX / 2_000);
}

#[tokio::test]
async fn an_answer_that_nobody_can_read_is_asked_for_again() {
    let (reader, script) = reader(|_| (200, "<html>sign in to the hotel</html>".into()));
    let lookup = Lookup {
        object: "NetworkMember".into(),
        fields: Vec::new(),
        conditions: members("0DB1"),
    };
    for _ in 0..2 {
        let found = reader.find_all(vec![lookup.clone()]).await.remove(0);
        assert!(matches!(found, Err(ReadError::Unavailable(_))), "{found:?}");
        assert_eq!(script.asked().len(), 1);
        let described = reader.describe_object("User".into(), Vec::new()).await;
        assert!(
            matches!(described, Err(ReadError::Unavailable(_))),
            "{described:?}"
        );
        assert_eq!(script.asked().len(), 1);
    }
}

#[tokio::test]
async fn nothing_is_read_twice_and_equal_reads_share_a_request() {
    let (reader, script) = reader(|path| match path {
        path if path.contains("limits") => {
            let refusal = json!([{ "errorCode": "FORBIDDEN", "message": "no" }]);
            (403, refusal.to_string())
        }
        path if path.contains("describe") => (
            200,
            json!({ "fields": [{ "name": "Name" }], "keyPrefix": "001" }).to_string(),
        ),
        _ => (200, json!({ "records": [] }).to_string()),
    });
    let fields = || vec!["name".to_owned()];
    let (one, other) = tokio::join!(
        reader.describe_object("Account".into(), fields()),
        reader.describe_object("Account".into(), fields())
    );
    assert_eq!(one, Ok(r#"{"name":{"name":"Name"}}"#.into()));
    assert_eq!(one, other);
    let own = reader.describe_object("Account".into(), Vec::new()).await;
    assert_eq!(
        own,
        Ok(r#"{"keyPrefix":"001","referenceFields":{},"requiredFields":{}}"#.into())
    );
    let lookup = Lookup {
        object: "NetworkMember".into(),
        fields: Vec::new(),
        conditions: members("0DB1"),
    };
    let (one, other) = tokio::join!(
        reader.find_all(vec![lookup.clone()]),
        reader.find_all(vec![lookup.clone()])
    );
    assert_eq!(one, other);
    for _ in 0..2 {
        let query = reader.query("SELECT Id FROM X".into(), Vec::new()).await;
        assert_eq!(query, Ok(Vec::new()));
        let limits = ResourcePath {
            segments: vec![Scalar::text("limits")],
            query: Vec::new(),
        };
        let limits = reader.get(limits).await;
        assert!(matches!(limits, Err(ReadError::Refused(_))), "{limits:?}");
    }
    assert_eq!(
        script.asked(),
        [
            "sobjects/Account/describe",
            "query?q=SELECT Id%2C NetworkId FROM NetworkMember WHERE NetworkId %3D %270DB1%27 ORDER BY Id LIMIT 50001",
            "query?q=SELECT Id FROM X",
            "limits",
        ]
    );
}

#[tokio::test]
async fn a_value_that_nobody_knows_makes_a_free_query_pending() {
    let (reader, script) = reader(|_| (200, json!({ "records": [{ "Id": "1" }] }).to_string()));
    reader.plan_is(&Unit::step("account"), &creates("Account"));
    let token = Token::of_text("account:new.id");
    let bind = Field {
        name: "a".into(),
        value: Scalar::Reference(Reference::Given(token.clone())),
    };
    let soql = "SELECT Id FROM Contact WHERE AccountId = :a".to_owned();
    let answer = reader.query(soql, vec![bind]).await;
    assert_eq!(
        answer,
        Err(ReadError::Pending {
            token,
            reason: "the value of `:a` in a query".into()
        })
    );
    assert_eq!(script.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn a_lookup_beyond_its_limits_is_not_looked_at() {
    let (reader, script) = reader(|_| (200, json!({ "records": [] }).to_string()));
    let lookup = Lookup {
        object: "Account".into(),
        fields: Vec::new(),
        conditions: vec![Condition {
            field: "Name".into(),
            any_of: vec![Scalar::text("x"); limit::LOOKUP_VALUES_MAX + 1],
        }],
    };
    let found = reader.find_all(vec![lookup]).await.remove(0);
    let why = "a lookup of `Account` has 10001 values; one may have 10000";
    assert_eq!(found, Err(ReadError::TooMuch(why.into())));
    assert_eq!(script.asked(), Vec::<String>::new());
}
