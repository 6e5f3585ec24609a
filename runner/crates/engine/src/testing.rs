//! The ground of the engine's tests: the practice org behind a wire that can lose requests and answers, and a clock
//! that does not wait.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use serde_json::{Value, json};
use usher_practice::{Fixture, Practice, Setup};

use crate::client::{Client, Duplicates};
use crate::port::{Boxed, Clock};
use crate::session::{Fixed, Secret};
use crate::wire::{Barrier, Unreached, Wire, WireError};

const NOW_MS: i64 = 1_795_341_600_000;

/// The fault of a writing request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It never arrives, and the wire does not say so.
    LostBefore,
    /// It acts, and the answer is lost.
    LostAfter,
    /// The org is not reachable.
    Unreachable,
    /// The certificate is of an authority that this machine does not trust.
    Untrusted,
}

/// The practice org, with faults for the writing requests to come: `None` lets one through.
pub(crate) struct TestOrg {
    pub(crate) org: Arc<Client>,
    wire: Arc<FaultyWire>,
}

impl TestOrg {
    /// A practice org with these records beside its own.
    pub(crate) fn new(fixture: &str) -> Self {
        Self::signed_in(fixture, None)
    }

    /// The same for a user by username.
    pub(crate) fn of_user(fixture: &str, username: &str) -> Self {
        Self::signed_in(fixture, Some(username))
    }

    fn signed_in(fixture: &str, username: Option<&str>) -> Self {
        let setup = Setup {
            seed: 1,
            start: None,
            fixtures: vec![Fixture {
                name: "test",
                text: fixture,
            }],
        };
        let practice = Practice::in_memory(&setup).expect("the fixture is right");
        let token = practice
            .sign_in(username, [7; 16])
            .expect("the user signs in");
        let wire = Arc::new(FaultyWire {
            practice,
            faults: Mutex::new(Vec::new()),
            requests: Mutex::new(Vec::new()),
        });
        let org = Client::new(
            Arc::<FaultyWire>::clone(&wire),
            Arc::new(Fixed::new(Secret::new(token))),
        );
        Self {
            org: Arc::new(org),
            wire,
        }
    }

    /// Sets the faults of the next writing requests, in order.
    pub(crate) fn faults(&self, faults: &[Option<Fault>]) {
        *self.wire.faults.lock().expect("no test panics with it") = faults.to_vec();
    }

    /// Method and path of every request since the last call.
    pub(crate) fn requests(&self) -> Vec<String> {
        std::mem::take(&mut *self.wire.requests.lock().expect("no test panics with it"))
    }

    /// The id of the one record that a condition finds.
    pub(crate) async fn id(&self, object: &str, condition: &str) -> String {
        let records = self
            .query(&format!("SELECT Id FROM {object} WHERE {condition}"))
            .await;
        let [record] = records.as_slice() else {
            panic!("{} records of {object} where {condition}", records.len());
        };
        record["Id"].as_str().expect("an id").to_owned()
    }

    /// Records without attributes.
    pub(crate) async fn query(&self, soql: &str) -> Vec<Value> {
        let mut records = self.org.query(soql).await.expect("the query is right");
        for record in &mut records {
            record
                .as_object_mut()
                .expect("a record")
                .remove("attributes");
        }
        records
    }

    /// Makes a record without the knowledge of a run.
    pub(crate) async fn create(&self, object: &str, row: Value) -> String {
        let saved = self
            .org
            .create(object, vec![row], Duplicates::AsRuled)
            .await;
        let saved = saved.expect("answered");
        match saved.as_slice() {
            [crate::client::Saved::Id(id)] => id.clone(),
            other => panic!("not created: {other:?}"),
        }
    }
}

struct FaultyWire {
    practice: Practice,
    faults: Mutex<Vec<Option<Fault>>>,
    requests: Mutex<Vec<String>>,
}

impl Wire for FaultyWire {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Boxed<'_, Result<http::Response<Bytes>, WireError>> {
        let line = format!("{} {}", request.method(), request.uri().path());
        let action = request.headers().get("soapaction");
        let reads = action
            .is_some_and(|action| matches!(action.as_bytes(), b"readMetadata" | b"listMetadata"));
        let writes =
            request.method() != http::Method::GET && !line.ends_with("/composite") && !reads;
        self.requests
            .lock()
            .expect("no test panics with it")
            .push(line);
        let mut faults = self.faults.lock().expect("no test panics with it");
        let fault = if writes && !faults.is_empty() {
            faults.remove(0)
        } else {
            None
        };
        let answer = match fault {
            None => Ok(self.practice.exchange(request, NOW_MS)),
            Some(Fault::LostBefore) => Err(WireError::Lost("the connection broke".into())),
            Some(Fault::LostAfter) => {
                drop(self.practice.exchange(request, NOW_MS));
                Err(WireError::Lost("the connection broke".into()))
            }
            Some(Fault::Unreachable) => {
                Err(WireError::Unreachable(Unreached::silent("nothing answers")))
            }
            Some(Fault::Untrusted) => Err(WireError::Unreachable(Unreached {
                barrier: Barrier::UnknownAuthority,
                why: "nobody vouches for it".to_owned(),
            })),
        };
        Box::pin(async move { answer })
    }
}

/// A clock that only sleeping moves.
#[derive(Default)]
pub(crate) struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now_ms(&self) -> i64 {
        NOW_MS + self.0.load(Ordering::Relaxed)
    }

    fn ticks_ms(&self) -> u64 {
        self.0.load(Ordering::Relaxed).unsigned_abs()
    }

    fn sleep(&self, ms: u64) -> Boxed<'_, ()> {
        self.0.fetch_add(ms.cast_signed(), Ordering::Relaxed);
        Box::pin(async {})
    }
}

/// An internal user to give things to, and sets to give.
pub(crate) const FIXTURE: &str = r#"
[[records]]
object = "User"
ref = "ada"
[records.fields]
FirstName = "Ada"
LastName = "Byron"
Username = "ada@usher-practice.example"
Email = "ada@example.com"
Alias = "ada"
CommunityNickname = "ada"
TimeZoneSidKey = "Europe/London"
LocaleSidKey = "en_GB"
LanguageLocaleKey = "en_US"
EmailEncodingKey = "UTF-8"
ProfileId = "@profile_standard"
IsActive = true

[[records]]
object = "PermissionSet"
fields = { Name = "First", Label = "First set" }

[[records]]
object = "PermissionSet"
fields = { Name = "Second", Label = "Second set" }
"#;

/// The fields of an assignment.
pub(crate) fn assignment(user: &str, set: &str) -> Value {
    json!({ "AssigneeId": user, "PermissionSetId": set })
}
