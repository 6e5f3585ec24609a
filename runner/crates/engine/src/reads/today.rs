//! The org as it is, whatever is planned: read once in a planning, and shared by all readers of it.

use std::collections::HashMap;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde_json::Value;
use usher_core::component::Content;
use usher_core::limit;
use usher_core::operation::{Condition, Lookup};
use usher_core::read::{ReadError, Record};
use usher_core::value::Scalar;
use usher_core::view::{Snapshot, widened};

use crate::client::{Client, OrgError, Part, number};
use crate::port::Boxed;
use crate::reads::asked::{Asked, Other, Path};
use crate::reads::kept::Kept;
use crate::reads::resource::Resource;
use crate::reads::under_way::{Missing, Reads, Taken, UnderWay, Unknown};
use crate::reads::{Refused, free, merge, query, read_beside, read_error};
use crate::together::together;

/// The code of a refusal for a field that the org does not have, or the user may not see.
const NO_FIELD: &str = "INVALID_FIELD";

/// The org as it is.
pub(super) struct Today {
    pub(super) org: Arc<Client>,
    snapshot: RwLock<Snapshot>,
    under_way: UnderWay,
    /// Settings by name.
    pub(super) settings: Kept<String, Record>,
    /// Lists of components by kind.
    pub(super) listed: Kept<String, Vec<Record>>,
    /// Contents of components by kind and full name.
    pub(super) components: Kept<(String, String), Option<Content>>,
    /// Resources, descriptions of objects included.
    pub(super) resources: Kept<Path, Arc<Resource>>,
    /// Free queries by their text.
    pub(super) queries: Kept<String, Vec<Record>>,
    /// Numbers of records by lookup.
    pub(super) counts: Kept<Lookup, u64>,
    /// The objects that free queries name.
    pub(super) named: free::Named,
    /// Bytes of the texts of descriptions that are kept.
    pub(super) text_bytes: AtomicUsize,
}

/// A read, and the parts of requests that ask for it.
struct Carried<'a> {
    other: &'a Other,
    parts: Vec<Part>,
}

impl Today {
    /// Nothing has been read yet.
    pub(super) fn new(org: Arc<Client>) -> Self {
        Self {
            org,
            snapshot: RwLock::default(),
            under_way: UnderWay::default(),
            settings: Kept::default(),
            listed: Kept::default(),
            components: Kept::default(),
            resources: Kept::default(),
            queries: Kept::default(),
            counts: Kept::default(),
            named: free::Named::default(),
            text_bytes: AtomicUsize::default(),
        }
    }

    /// Everything that was read by lookup. Steps on several threads look at it at the same time.
    pub(super) fn snapshot(&self) -> RwLockReadGuard<'_, Snapshot> {
        // Nothing panics while it holds the lock; should it ever, the snapshot is still whole.
        self.snapshot.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same, for who has something to add.
    fn snapshot_mut(&self) -> RwLockWriteGuard<'_, Snapshot> {
        self.snapshot
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns those of the reads whose answers are not known.
    pub(super) fn missing(&self, asked: &Asked) -> Asked {
        let snapshot = self.snapshot();
        let lookups = asked.lookups.iter();
        let others = asked.others.iter();
        Asked {
            lookups: lookups
                .filter(|lookup| !snapshot.has(lookup))
                .cloned()
                .collect(),
            others: others
                .filter(|other| !self.is_known(other))
                .cloned()
                .collect(),
        }
    }

    /// The same, each lookup with the one that is sent for it.
    fn missing_to_send(&self, asked: &Asked) -> Missing {
        let Asked { lookups, others } = self.missing(asked);
        let snapshot = self.snapshot();
        let lookups = lookups.into_iter().map(|lookup| {
            let sent = wide(&lookup);
            Unknown {
                print: snapshot.print(&sent),
                lookup,
                sent,
            }
        });
        Missing {
            lookups: lookups.collect(),
            others,
        }
    }

    fn is_known(&self, other: &Other) -> bool {
        match other {
            Other::Resource(path) => self.resources.has(path),
            Other::Query(soql) => self.queries.has(soql),
            Other::Count(lookup) => self.counts.has(lookup),
            Other::Settings(name) => self.settings.has(name),
            Other::Listed(kind) => self.listed.has(kind),
            Other::Component(kind, name) => self.components.has(&(kind.clone(), name.clone())),
        }
    }

    /// Reads what is not known yet. Returns what got no answer: that is to be forgotten when it shall be read again.
    pub(super) async fn read(&self, asked: &Asked) -> Asked {
        self.read_with(asked, &[]).await.0
    }

    /// Reads what is not known yet, and has some parts answered in the same requests.
    pub(super) async fn read_with(
        &self,
        asked: &Asked,
        beside: &[Part],
    ) -> (Asked, Vec<Result<Value, OrgError>>) {
        let (mut taken, mut theirs) = self.under_way.take(|_| self.missing_to_send(asked));
        let (mut unread, answers) = self.read_taken(&mut taken, beside).await;
        while !theirs.asked.is_empty() {
            drop(taken);
            let wanted = theirs.asked.clone();
            theirs.one_ended().await;
            // If the other caller was cancelled, this one sends the read.
            (taken, theirs) = self.under_way.take(|reads| {
                unread
                    .lookups
                    .extend(self.take_over(&wanted.lookups, reads));
                self.missing_to_send(&wanted)
            });
            unread.add(self.read_taken(&mut taken, &[]).await.0);
        }
        (unread, answers)
    }

    /// Notes failures of lookups that another caller has sent in their wide form. They are failures of the lookup, too,
    /// unless a field was refused. Returns those that got no answer.
    fn take_over(&self, lookups: &[Lookup], under_way: &Reads) -> Vec<Lookup> {
        let mut unread = Vec::new();
        for lookup in lookups {
            let sent = wide(lookup);
            let mut snapshot = self.snapshot_mut();
            if !under_way.has_lookup(snapshot.print(&sent))
                && let Some(Err(error)) = snapshot.get(&sent)
                && !is_of_fields(&error)
            {
                if matches!(error, ReadError::Unavailable(_)) {
                    unread.push(lookup.clone());
                }
                snapshot.put(lookup.clone(), Err(error));
            }
        }
        unread
    }

    /// Reads all of it, which nobody else does at the same time.
    async fn read_taken(
        &self,
        taken: &mut Taken<'_>,
        beside: &[Part],
    ) -> (Asked, Vec<Result<Value, OrgError>>) {
        let sent = std::mem::take(&mut taken.sent);
        let taken = &taken.asked;
        if taken.is_empty() && beside.is_empty() {
            return Default::default();
        }
        let (carried, alone): (Vec<&Other>, Vec<&Other>) =
            taken.others.iter().partition(|other| is_carried(other));
        let alone = alone
            .into_iter()
            .map(|other| -> Boxed<'_, ()> { Box::pin(self.read_alone(other)) });
        let alone = together(alone.collect());
        let read = self.read_carried((&taken.lookups, sent), &carried, beside);
        let ((unread, answers), _) = tokio::join!(read, alone);
        let others = taken.others.iter();
        let unread = Asked {
            lookups: unread,
            others: others
                .filter(|other| self.is_unanswered(other))
                .cloned()
                .collect(),
        };
        (unread, answers)
    }

    /// Reads lookups by those that are sent for them, other reads in the same requests, and some parts. Returns the lookups
    /// that got no answer, and the answers to the parts.
    async fn read_carried(
        &self,
        (lookups, sent): (&[Lookup], Vec<Lookup>),
        others: &[&Other],
        more: &[Part],
    ) -> (Vec<Lookup>, Vec<Result<Value, OrgError>>) {
        let mut carried = Vec::new();
        for other in others {
            match parts(other, &self.org) {
                Ok(parts) => carried.push(Carried { other, parts }),
                Err(error) => self.refuse(other, read_error(error)),
            }
        }
        let beside = carried.iter().flat_map(|carried| &carried.parts);
        let beside: Vec<Part> = more.iter().chain(beside).cloned().collect();
        let most = Some(limit::ROWS_PER_CALL_MAX);
        let (answers, beside) =
            read_beside(&self.org, sent, most, Refused::AskSmaller, &beside).await;
        let mut beside = beside.into_iter();
        let more = beside.by_ref().take(more.len()).collect();
        for Carried { other, parts } in carried {
            let own = beside.by_ref().take(parts.len()).collect();
            self.keep_carried(other, own).await;
        }
        let unread = match self.keep(answers) {
            failed if failed.is_empty() => Vec::new(),
            failed => self.narrowed(lookups, &failed).await,
        };
        (unread, more)
    }

    /// Keeps answers to lookups. Returns those that failed.
    fn keep(
        &self,
        answers: Vec<(Lookup, Result<Vec<Record>, OrgError>)>,
    ) -> HashMap<Lookup, ReadError> {
        let mut failed = HashMap::new();
        let mut snapshot = self.snapshot_mut();
        for (lookup, answer) in answers {
            let answer = answer.map_err(read_error);
            if let Err(error) = &answer {
                failed.insert(lookup.clone(), error.clone());
            }
            snapshot.put(lookup, answer);
        }
        failed
    }

    /// Asks for lookups as they were asked for whose wider ones were refused for a field: the org may have every field
    /// but one that was added. What else is wrong with a wider one is wrong with the lookup. Returns those that got no
    /// answer, in both forms.
    async fn narrowed(
        &self,
        lookups: &[Lookup],
        failed: &HashMap<Lookup, ReadError>,
    ) -> Vec<Lookup> {
        let mut narrow = Vec::new();
        let mut unread = Vec::new();
        for lookup in lookups {
            let sent = wide(lookup);
            match failed.get(&sent) {
                Some(error) if is_of_fields(error) && sent != *lookup => {
                    narrow.push(lookup.clone());
                }
                Some(error) => {
                    self.snapshot_mut().put(lookup.clone(), Err(error.clone()));
                    if matches!(error, ReadError::Unavailable(_)) {
                        unread.extend([lookup.clone(), sent]);
                    }
                }
                None => {}
            }
        }
        if !narrow.is_empty() {
            let most = Some(limit::ROWS_PER_CALL_MAX);
            let (answers, _) = read_beside(&self.org, narrow, most, Refused::AskSmaller, &[]).await;
            let failed = self.keep(answers).into_iter();
            let is_unread = |error: &ReadError| matches!(error, ReadError::Unavailable(_));
            let failed = failed.filter(|(_, error)| is_unread(error));
            unread.extend(failed.map(|(lookup, _)| lookup));
        }
        unread
    }

    /// Keeps the answer to a read that shared its requests. `answers`: those to its parts.
    async fn keep_carried(&self, other: &Other, answers: Vec<Result<Value, OrgError>>) {
        let answers: Result<Vec<Value>, OrgError> = answers.into_iter().collect();
        let mut answers = match answers {
            Ok(answers) => answers,
            Err(error) => return self.refuse(other, read_error(error)),
        };
        match other {
            Other::Query(soql) => {
                let first = answers.pop().unwrap_or(Value::Null);
                let rows = self.org.records(Ok(first), limit::ROWS_PER_CALL_MAX).await;
                let records = rows.map(free::records).map_err(read_error);
                self.queries.put(soql.clone(), records);
            }
            Other::Count(lookup) => {
                let numbers: Result<Vec<u64>, OrgError> = answers.iter().map(number).collect();
                let sum = numbers.map(|numbers| numbers.into_iter().sum());
                self.counts.put(lookup.clone(), sum.map_err(read_error));
            }
            Other::Resource(path) => {
                let answer = answers.pop().unwrap_or(Value::Null);
                self.resources
                    .put(path.clone(), Ok(Arc::new(Resource::new(answer))));
            }
            Other::Settings(_) | Other::Listed(_) | Other::Component(..) => {}
        }
    }

    /// Reads what can share no request.
    async fn read_alone(&self, other: &Other) {
        match other {
            Other::Resource(path) => {
                let answer = self.org.get(&path.0, &path.1).await;
                let answer = answer.map(|body| Arc::new(Resource::new(body)));
                self.resources.put(path.clone(), answer.map_err(read_error));
            }
            Other::Settings(name) => {
                let answer = self.org.read_settings(name).await;
                self.settings.put(name.clone(), answer.map_err(read_error));
            }
            Other::Listed(kind) => {
                let answer = self.org.list_components(kind).await;
                self.listed.put(kind.clone(), answer.map_err(read_error));
            }
            Other::Component(kind, name) => {
                let answer = self.org.read_component(kind, name).await;
                let key = (kind.clone(), name.clone());
                self.components.put(key, answer.map_err(read_error));
            }
            Other::Query(_) | Other::Count(_) => {}
        }
    }

    /// Knows that the org has this record, as a lookup of its id would show it.
    pub(super) fn learn(&self, object: &str, record: Record) {
        let id = record.get("Id").and_then(Scalar::from_json);
        let lookup = Lookup {
            object: object.to_owned(),
            fields: record.keys().cloned().collect(),
            conditions: vec![Condition::is("Id", id.unwrap_or(Scalar::Nothing))],
        };
        self.snapshot_mut().put(lookup, Ok(vec![record]));
    }

    /// Forgets everything.
    pub(super) fn forget_all(&self) {
        *self.snapshot_mut() = Snapshot::default();
        self.settings.forget_all();
        self.listed.forget_all();
        self.components.forget_all();
        self.resources.forget_all();
        self.queries.forget_all();
        self.counts.forget_all();
    }

    fn refuse(&self, other: &Other, error: ReadError) {
        match other {
            Other::Resource(path) => self.resources.put(path.clone(), Err(error)),
            Other::Query(soql) => self.queries.put(soql.clone(), Err(error)),
            Other::Count(lookup) => self.counts.put(lookup.clone(), Err(error)),
            Other::Settings(name) => self.settings.put(name.clone(), Err(error)),
            Other::Listed(kind) => self.listed.put(kind.clone(), Err(error)),
            Other::Component(kind, name) => {
                self.components
                    .put((kind.clone(), name.clone()), Err(error));
            }
        }
    }

    fn is_unanswered(&self, other: &Other) -> bool {
        fn is<V>(known: Option<Result<V, ReadError>>) -> bool {
            matches!(known, Some(Err(ReadError::Unavailable(_))))
        }
        match other {
            Other::Resource(path) => is(self.resources.known(path)),
            Other::Query(soql) => is(self.queries.known(soql)),
            Other::Count(lookup) => is(self.counts.known(lookup)),
            Other::Settings(name) => is(self.settings.known(name)),
            Other::Listed(kind) => is(self.listed.known(kind)),
            Other::Component(kind, name) => {
                is(self.components.known(&(kind.clone(), name.clone())))
            }
        }
    }

    /// Forgets the answers to reads.
    pub(super) fn forget(&self, asked: &Asked) {
        // Most reads get an answer, and those who look meanwhile would have to wait.
        if asked.is_empty() {
            return;
        }
        let mut snapshot = self.snapshot_mut();
        let lookups = asked.lookups.iter();
        lookups.for_each(|lookup| snapshot.forget(lookup));
        for other in &asked.others {
            match other {
                Other::Resource(path) => self.resources.forget(path),
                Other::Query(soql) => self.queries.forget(soql),
                Other::Count(lookup) => self.counts.forget(lookup),
                Other::Settings(name) => self.settings.forget(name),
                Other::Listed(kind) => self.listed.forget(kind),
                Other::Component(kind, name) => {
                    self.components.forget(&(kind.clone(), name.clone()));
                }
            }
        }
    }
}

fn is_of_fields(error: &ReadError) -> bool {
    matches!(error, ReadError::Refused(refusal) if refusal.code == NO_FIELD)
}

/// The lookup that is sent: a later reading of its records, which lays plans over them, wants more fields.
fn wide(lookup: &Lookup) -> Lookup {
    match query::is_calculated(&lookup.object) {
        true => lookup.clone(),
        false => widened(lookup),
    }
}

/// Says whether a composite can carry a read: of resources, those of objects (docs/salesforce/rest.md#composite).
fn is_carried(other: &Other) -> bool {
    match other {
        Other::Query(_) | Other::Count(_) => true,
        Other::Resource((segments, _)) => segments
            .first()
            .is_some_and(|root| root.eq_ignore_ascii_case("sobjects")),
        Other::Settings(_) | Other::Listed(_) | Other::Component(..) => false,
    }
}

/// The parts of requests that ask for a read that can be carried.
fn parts(other: &Other, org: &Client) -> Result<Vec<Part>, OrgError> {
    match other {
        Other::Resource((segments, query)) => Ok(vec![org.object_part(segments, query)?]),
        Other::Query(soql) => Ok(vec![org.query_part(soql)]),
        Other::Count(lookup) => {
            let soqls = merge::counts(lookup);
            Ok(soqls.iter().map(|soql| org.query_part(soql)).collect())
        }
        Other::Settings(_) | Other::Listed(_) | Other::Component(..) => Ok(Vec::new()),
    }
}
