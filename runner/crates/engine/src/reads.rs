//! Reads of plugins, answered through the view with as few requests as can be.
//!
//! A planning reads nothing twice. Lookups that are asked for together become one query per object, and the queries one
//! request; the answers are filtered here, as SOQL compares.

mod asked;
mod bytes;
mod clauses;
mod components;
mod contested;
mod cut;
mod free;
mod kept;
mod made;
mod merge;
mod objects;
mod query;
mod resource;
mod rounds;
mod rows;
mod smaller;
mod today;
mod trace;
mod under_way;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde_json::{Value, json};
use usher_core::change::StepPlan;
use usher_core::known::{Known, Unknown, as_text};
use usher_core::limit;
use usher_core::lookup;
use usher_core::operation::{ComponentName, Condition, Field, Lookup, ResourcePath};
use usher_core::read::{Identity, ReadError, Record, Refusal};
use usher_core::rights::Made;
use usher_core::value::{Scalar, Token, Unit};
use usher_core::view::{Cloud, Count, Moment, Progress, View};

use crate::client::{Client, OrgError, Part, Who};
use crate::port::{Boxed, Reads};
use crate::reads::asked::{Asked, Other, Path};
use crate::reads::made::Notes;
use crate::reads::query::Group;
use crate::reads::resource::Resource;
use crate::reads::rounds::Seat;
use crate::reads::today::Today;
use crate::together::together;

pub use asked::Foreseen;
pub(crate) use contested::Shape;
pub use rounds::Rounds;
pub(crate) use trace::Trace;

/// Rounds that one read may take: each parent path leads one level further, and SOQL knows five.
const ROUNDS_MAX: usize = 12;

/// Lookups that are answered from memory before others get their turn: each takes less than a
/// millisecond, unless its answer is long.
const LOOKUPS_PER_TURN: usize = 16;

/// The reads of one planning: one org, one view, one snapshot.
pub struct Reader {
    today: Arc<Today>,
    /// The place of this reader among others that read at the same time; none: it reads at once.
    seat: Option<Seat>,
    view: Arc<RwLock<View>>,
    own: Mutex<Own>,
    /// Plans that are made with this reader count only if their traces hold.
    is_ahead: bool,
    /// It shares its view with another one.
    is_along: bool,
    /// Says that the org gave no answer to a read of a plugin.
    unanswered: AtomicBool,
}

/// The reads for the step that is planned.
#[derive(Default)]
struct Own {
    notes: Notes,
    /// The effects that answers have relied on, by the tokens that they bind.
    relied: BTreeSet<Token>,
    /// The answers, when the plan may be kept for later.
    trace: Option<Trace>,
}

impl Reader {
    /// Reads of `org`, before anything is planned.
    pub fn new(org: Arc<Client>) -> Self {
        Self {
            today: Arc::new(Today::new(org)),
            seat: None,
            view: Arc::default(),
            own: Mutex::default(),
            is_ahead: false,
            is_along: false,
            unanswered: AtomicBool::new(false),
        }
    }

    /// A reader of the same org with the same view, for the one at `place` of those that are planned side by side.
    /// Everything that it reads of the org is known to this one, too.
    #[must_use]
    pub fn beside(&self, rounds: &Arc<Rounds>, place: usize) -> Self {
        Self {
            seat: Some(rounds.seat(place)),
            ..self.apart()
        }
    }

    /// A reader for one of those that are planned ahead, side by side, while this one goes on: it sees what is planned with
    /// this one meanwhile.
    #[must_use]
    pub(crate) fn ahead(&self, seat: Seat) -> Self {
        let since = self.view().moment();
        Self {
            today: Arc::clone(&self.today),
            seat: Some(seat),
            view: Arc::clone(&self.view),
            own: Own::tracing(Some(since)),
            is_ahead: true,
            is_along: false,
            unanswered: AtomicBool::new(false),
        }
    }

    /// A reader in rounds that shares its view with this one: each sees what the other plans.
    #[must_use]
    pub(crate) fn along(&self, rounds: &Arc<Rounds>, place: usize) -> Self {
        let since = self.own().trace.as_ref().map(Trace::moment);
        Self {
            today: Arc::clone(&self.today),
            seat: Some(rounds.seat(place)),
            view: Arc::clone(&self.view),
            own: Own::tracing(since),
            is_ahead: self.is_ahead,
            is_along: true,
            unanswered: AtomicBool::new(false),
        }
    }

    /// A reader for a rehearsal: what is planned with it is in the view of this one, until it ends.
    #[must_use]
    pub(crate) fn rehearsing(&self) -> Rehearsal {
        let since = self.view().moment();
        Rehearsal {
            reader: Self {
                today: Arc::clone(&self.today),
                seat: None,
                view: Arc::clone(&self.view),
                own: Own::tracing(Some(since)),
                is_ahead: true,
                is_along: false,
                unanswered: AtomicBool::new(false),
            },
            since,
        }
    }

    /// A reader of the same org that begins with the same view; what is planned with it stays with it.
    #[must_use]
    fn apart(&self) -> Self {
        let view = View::clone(&self.view());
        let since = self.own().trace.as_ref().map(Trace::moment);
        Self {
            today: Arc::clone(&self.today),
            seat: None,
            own: Own::tracing(Some(since.unwrap_or_else(|| view.moment()))),
            view: Arc::new(RwLock::new(view)),
            is_ahead: true,
            is_along: false,
            unanswered: AtomicBool::new(false),
        }
    }

    /// Says that a plan made with this reader counts only if its trace holds.
    pub(crate) fn is_ahead(&self) -> bool {
        self.is_ahead
    }

    /// Says that others are planned at the same time, and that no plan made with this reader is laid over its view.
    pub(crate) fn is_beside(&self) -> bool {
        self.is_ahead && self.seat.is_some() && !self.is_along
    }

    /// Carries steps to their end whose readers are [`beside`](Self::beside) this one.
    pub async fn drive<T>(&self, rounds: &Rounds, steps: impl Future<Output = T>) -> T {
        rounds.drive(&self.today, steps).await
    }

    /// Does the same until all steps that are left are held. None: they are.
    pub(crate) async fn drive_until_held<T>(
        &self,
        rounds: &Rounds,
        steps: impl Future<Output = T>,
    ) -> Option<T> {
        rounds.drive_until_held(&self.today, steps).await
    }

    /// Reads what is probably needed soon, in as few requests as can be. What gets no answer is asked for again when it is
    /// needed.
    pub async fn foresee(&self, foreseen: Foreseen) {
        let unread = self.fetch(foreseen.into()).await;
        self.today.forget(&unread);
    }

    /// Asks for the kind of the org, and for what is probably needed soon.
    ///
    /// # Errors
    ///
    /// As [`OrgError`]: the org does not answer what it is.
    pub(crate) async fn open(&self, who: Who, foreseen: Foreseen) -> Result<Identity, OrgError> {
        let org = &self.today.org;
        let asked = Asked::from(foreseen);
        let mut answer = self.organization(&asked).await;
        if let Err(error) = &answer
            && Client::refuses_version(error)
            && org.agree().await?
        {
            self.today.forget_all();
            answer = self.organization(&asked).await;
        }
        let (identity, organization) = org.identified(who, answer)?;
        self.today.learn("Organization", organization);
        Ok(identity)
    }

    async fn organization(&self, asked: &Asked) -> Result<Value, OrgError> {
        let part = self.today.org.organization_part();
        let (unread, mut answers) = self.today.read_with(asked, &[part]).await;
        self.today.forget(&unread);
        answers.pop().unwrap_or(Ok(Value::Null))
    }

    /// Returns the records that a query of Usher's own finds today. No step has asked for it.
    ///
    /// # Errors
    ///
    /// As [`ReadError`].
    pub(crate) async fn own_query(&self, soql: &str) -> Result<Vec<Record>, ReadError> {
        let asked = Other::Query(soql.to_owned());
        self.other(asked, |today| today.queries.known(soql)).await
    }

    /// Returns the names of the fields that an object has today. No step has asked for them.
    ///
    /// # Errors
    ///
    /// As [`ReadError`].
    pub(crate) async fn own_fields(&self, object: &str) -> Result<BTreeSet<String>, ReadError> {
        let path = asked::description(object);
        let asked = Other::Resource(path.clone());
        let known = |today: &Today| today.resources.known(&path);
        let described = self.other(asked, known).await?;
        Ok(described
            .fields()
            .map(|(name, _)| name.to_owned())
            .collect())
    }

    /// Lays what a step plans over everything read after this.
    pub fn plan_is(&self, unit: &Unit, plan: &StepPlan) {
        self.lays().add(unit, plan);
    }

    /// Makes reads of what a step without a plan may write pending.
    pub fn cloud(&self, cloud: Cloud) {
        self.lays().cloud(cloud);
    }

    /// Returns the effects that answers have relied on since the last call, by the tokens that they bind.
    pub fn take_relied(&self) -> Vec<Token> {
        let relied = std::mem::take(&mut self.own().relied);
        relied.into_iter().collect()
    }

    /// Takes the trace of the reads; none, when what is planned with this reader is not kept.
    pub(crate) fn take_trace(&self) -> Option<Trace> {
        self.own().trace.take()
    }

    /// Says whether everything that a plan was made from reads the same now.
    pub(crate) fn reads_as(&self, trace: &Trace, is_planned: impl Fn(&Unit) -> bool) -> bool {
        let view = self.view();
        trace.holds(&view, &self.today.snapshot(), is_planned)
    }

    /// The shape of the first lookup that has another answer now than when a plan was made.
    pub(crate) fn changed_since(&self, trace: &Trace) -> Option<Shape> {
        let view = self.view();
        trace.changed(&view, &self.today.snapshot()).map(Shape::of)
    }

    /// Notes that what is planned now may come out otherwise another time.
    pub(crate) fn is_planned_by_chance(&self) {
        self.traces(|trace, _| trace.breaks());
    }

    /// Notes that a plan depends on whether a unit is planned before it.
    pub(crate) fn asks_for_unit(&self, unit: &Unit, is_planned: bool) {
        self.traces(|trace, _| trace.unit(unit.clone(), is_planned));
    }

    fn traces(&self, note: impl FnOnce(&mut Trace, &View)) {
        let view = self.view();
        if let Some(trace) = &mut self.own().trace {
            note(trace, &view);
        }
    }

    /// Asks the view. What the trace holds of the answer, and the effects that it relies on, are noted of the same moment:
    /// others may lay something over the view, or take it back, right before and behind.
    fn through<T>(&self, note: impl FnOnce(&mut Trace, &View), ask: impl FnOnce(&View) -> T) -> T {
        let view = self.view();
        let mut own = self.own();
        if let Some(trace) = &mut own.trace {
            note(trace, &view);
        }
        let answer = ask(&view);
        own.relied.extend(view.take_relied());
        answer
    }

    /// Returns the reads since the last call.
    pub fn take_made(&self) -> Made {
        self.own().notes.take()
    }

    /// Says whether the org gave no answer to a read of a plugin since the last call.
    pub fn take_unanswered(&self) -> bool {
        self.unanswered.swap(false, Ordering::Relaxed)
    }

    /// Notes whether a plugin's read has an answer.
    fn noting<T>(&self, answer: Result<T, ReadError>) -> Result<T, ReadError> {
        if let Err(ReadError::Unavailable(_)) = answer {
            self.unanswered.store(true, Ordering::Relaxed);
        }
        answer
    }

    /// Says whether earlier steps configure the org, so that a refusal of today proves nothing about then.
    pub fn is_configured(&self) -> bool {
        self.through(Trace::configured, |view| view.configuring().is_some())
    }

    /// The records of the org as it is now, whatever is planned; read once per planning.
    pub async fn real(&self, lookups: &[Lookup]) -> Vec<Result<Vec<Record>, ReadError>> {
        let known = || -> Vec<_> {
            let snapshot = self.today.snapshot();
            lookups.iter().map(|lookup| snapshot.get(lookup)).collect()
        };
        let mut answers = known();
        let mut unread = Asked::default();
        if answers.iter().any(Option::is_none) {
            unread = self.fetch_lookups(lookups.to_vec()).await;
            answers = known();
        }
        let nothing = || Err(unread_yet());
        let answers: Vec<_> = answers
            .into_iter()
            .map(|answer| answer.unwrap_or_else(nothing))
            .collect();
        self.today.forget(&unread);
        self.traces(|trace, _| {
            let all = answers.iter();
            all.for_each(|answer| trace.breaks_unless_answered(answer));
        });
        let mut own = self.own();
        for (lookup, answer) in lookups.iter().zip(&answers) {
            own.notes.lookup(lookup, answer);
        }
        answers
    }

    /// The records of one lookup as they are now, `most` at most: more than a plugin gets. They are not kept.
    pub(crate) async fn whole(
        &self,
        lookup: Lookup,
        most: usize,
    ) -> Result<Vec<Record>, ReadError> {
        let mut found = read_within(
            &self.today.org,
            vec![lookup],
            Some(most),
            Refused::AskSmaller,
        )
        .await;
        found
            .pop()
            .map_or(Ok(Vec::new()), |(_, answer)| answer.map_err(read_error))
    }

    /// The records as they will be when everything planned so far has been done.
    pub async fn planned(&self, lookups: Vec<Lookup>) -> Vec<Result<Vec<Record>, ReadError>> {
        let mut answers: Vec<Option<Result<Vec<Record>, ReadError>>> = lookups
            .iter()
            .map(|lookup| {
                lookup::check(lookup)
                    .err()
                    .map(|why| Err(ReadError::TooMuch(why)))
            })
            .collect();
        let mut unread = Asked::default();
        if let Some(seat) = &self.seat
            && seat.contests(&lookups)
        {
            // The reads for those who are held leave with the reads of the others.
            let ask = self.to_read(&lookups, &answers).await;
            unread.add(self.fetch_lookups(ask).await);
            seat.contest(&lookups).await;
        }
        for _ in 0..ROUNDS_MAX {
            let ask = self.ask(&lookups, &mut answers).await;
            if ask.is_empty() {
                break;
            }
            unread.add(self.fetch_lookups(ask).await);
        }
        self.today.forget(&unread);
        if answers.iter().any(Option::is_none) {
            self.is_planned_by_chance();
        }
        let endless = || {
            Err(ReadError::TooMuch(format!(
                "the read takes more than {ROUNDS_MAX} rounds"
            )))
        };
        let answers: Vec<_> = answers
            .into_iter()
            .map(|answer| answer.unwrap_or_else(endless))
            .collect();
        // A refusal is pending while earlier changes configure the org: it is one of today all the same.
        let real: Vec<Option<_>> = {
            let today = self.today.snapshot();
            let both = lookups.iter().zip(&answers);
            both.map(|(lookup, answer)| match answer {
                Err(ReadError::Pending { .. }) => today.get(lookup),
                _ => None,
            })
            .collect()
        };
        let mut own = self.own();
        for ((lookup, answer), real) in lookups.iter().zip(&answers).zip(&real) {
            own.notes.lookup(lookup, real.as_ref().unwrap_or(answer));
        }
        answers
    }

    /// Returns the lookups that must be read before those without an answer can be answered.
    async fn to_read(
        &self,
        lookups: &[Lookup],
        answers: &[Option<Result<Vec<Record>, ReadError>>],
    ) -> Vec<Lookup> {
        let mut asks = Vec::new();
        let open = lookups.iter().zip(answers);
        let open = open.filter(|(_, answer)| answer.is_none());
        for (turn, (lookup, _)) in open.enumerate() {
            give_way(turn).await;
            if let Progress::Ask(ask) = self.view().find(lookup, &self.today.snapshot()) {
                asks.extend(ask);
            }
        }
        asks
    }

    /// Answers what can be answered, and returns the lookups that must be read for the rest.
    async fn ask(
        &self,
        lookups: &[Lookup],
        answers: &mut [Option<Result<Vec<Record>, ReadError>>],
    ) -> Vec<Lookup> {
        let mut ask: Vec<Lookup> = Vec::new();
        let open = lookups
            .iter()
            .zip(answers)
            .filter(|(_, answer)| answer.is_none());
        for (turn, (lookup, answer)) in open.enumerate() {
            give_way(turn).await;
            let view = self.view();
            match view.find(lookup, &self.today.snapshot()) {
                Progress::Answer(found) => {
                    let relied = view.take_relied();
                    let mut own = self.own();
                    if let Some(trace) = &mut own.trace {
                        trace.found(lookup, &view, &found, relied.clone());
                    }
                    own.relied.extend(relied);
                    *answer = Some(found);
                }
                Progress::Ask(more) => ask.extend(more),
            }
        }
        ask
    }

    /// Reads of the real org what is not known, and returns what got no answer.
    async fn fetch(&self, asked: Asked) -> Asked {
        let Some(seat) = &self.seat else {
            return self.today.read(&asked).await;
        };
        let missing = self.today.missing(&asked);
        if !missing.is_empty() {
            seat.read(missing).await;
        }
        Asked::default()
    }

    async fn fetch_lookups(&self, lookups: Vec<Lookup>) -> Asked {
        let others = Vec::new();
        self.fetch(Asked { lookups, others }).await
    }

    /// Returns the answer to a read that is no lookup. One that got no answer is asked for again the next time.
    async fn other<T>(
        &self,
        other: Other,
        known: impl Fn(&Today) -> Option<Result<T, ReadError>>,
    ) -> Result<T, ReadError> {
        if let Some(answer) = known(&self.today) {
            return answer;
        }
        let unread = self.fetch(other.into()).await;
        let answer = known(&self.today);
        self.today.forget(&unread);
        answer.unwrap_or_else(|| Err(unread_yet()))
    }

    /// Returns the number of records that there will be. The org counts those of today when nothing planned alters a
    /// field of the conditions.
    async fn counted(&self, lookup: Lookup) -> Result<u64, ReadError> {
        lookup::check(&lookup).map_err(ReadError::TooMuch)?;
        // Records that are too many to find may still be few enough to count.
        let known = self.today.snapshot().get(&lookup);
        let is_read = !matches!(known, None | Some(Err(ReadError::TooMuch(_))));
        if !is_read
            && !query::is_calculated(&lookup.object)
            && let Some(count) = self.parts_of(&lookup).await?
        {
            let today = match count.today {
                Some(today) => self.counted_today(today).await,
                None => Ok(0),
            };
            match today {
                // The object may exist by then.
                Err(ReadError::Refused(_)) if self.view().touches(&lookup) => {}
                today => return Ok((today? + count.planned).saturating_sub(count.gone)),
            }
        }
        let records = self.planned(vec![lookup]).await.remove(0)?;
        Ok(records.len() as u64)
    }

    /// Returns the view's part of a number of records, unless it must see the records.
    async fn parts_of(&self, lookup: &Lookup) -> Result<Option<Count>, ReadError> {
        let mut unread = Asked::default();
        let mut parts = Ok(None);
        for _ in 0..ROUNDS_MAX {
            match self.parts_now(lookup) {
                Some(Progress::Ask(ask)) => unread.add(self.fetch_lookups(ask).await),
                Some(Progress::Answer(answer)) => {
                    parts = answer.map(Some);
                    break;
                }
                None => break,
            }
        }
        self.today.forget(&unread);
        parts
    }

    fn parts_now(&self, lookup: &Lookup) -> Option<Progress<Result<Count, ReadError>>> {
        let (view, today) = (self.view(), self.today.snapshot());
        let progress = view.count(lookup, &today);
        let mut own = self.own();
        own.relied.extend(view.take_relied());
        if let Some(trace) = &mut own.trace
            && !matches!(progress, Some(Progress::Ask(_)))
        {
            trace.counted(lookup, &view, &today);
        }
        progress
    }

    /// Returns the number of records that the org has for a lookup.
    async fn counted_today(&self, lookup: Lookup) -> Result<u64, ReadError> {
        let asked = Other::Count(lookup.clone());
        self.other(asked, |today| today.counts.known(&lookup)).await
    }

    /// Settings as they will be; those of the real org are read once per planning.
    ///
    /// # Errors
    ///
    /// As [`ReadError`]; pending when the org refuses today and earlier changes configure it, and when it is not known
    /// yet what an earlier step makes of them.
    pub async fn settings(&self, name: &str) -> Result<Record, ReadError> {
        let asked = Other::Settings(name.to_owned());
        let real = self.other(asked, |today| today.settings.known(name)).await;
        self.own().notes.settings(name, &real);
        self.through_today(real, |view, real| view.settings(name, real))
    }

    /// The view as it is, until the answer is dropped. Readers on other threads see it at the same time, and each takes
    /// what its own answers have relied on.
    fn view(&self) -> Seen<'_> {
        // Nothing panics while it holds the lock; should it ever, the view is still whole.
        let held = self.view.read().unwrap_or_else(PoisonError::into_inner);
        Seen {
            view: held.clone(),
            _held: held,
        }
    }

    /// The view, to lay something over it.
    fn lays(&self) -> RwLockWriteGuard<'_, View> {
        self.view.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Taken behind the view, when both are.
    fn own(&self) -> MutexGuard<'_, Own> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn free_query(&self, soql: &str, binds: &[Field]) -> Result<Vec<Record>, ReadError> {
        for bind in binds {
            if let Some(token) = bind.value.waits_for().cloned() {
                return Err(ReadError::Pending {
                    token,
                    reason: format!("the value of `:{}` in a query", bind.name),
                });
            }
        }
        let bound = free::bind(soql, binds).map_err(ReadError::TooMuch)?;
        let objects = self.today.named.of(soql, &bound).map_err(|why| {
            ReadError::Refused(Refusal {
                status: 400,
                code: "MALFORMED_QUERY".to_owned(),
                message: why,
            })
        })?;
        let names: Vec<&str> = objects.iter().map(String::as_str).collect();
        let touched = self.view().touched(&names).cloned();
        self.traces(|trace, _| trace.queried(Arc::clone(&objects), touched.clone()));
        pending_on(touched, &names.join("`, `"))?;
        let asked = Other::Query(bound.clone());
        let answer = self.other(asked, |today| today.queries.known(&bound)).await;
        self.own().notes.query(soql, &answer);
        self.traces(|trace, _| trace.breaks_unless_answered(&answer));
        answer
    }

    async fn describe(&self, object: &str, fields: &[String]) -> Result<Arc<str>, ReadError> {
        let path = asked::description(object);
        if fields.is_empty() {
            self.pending_if_touched(&path.0)?;
            let described = self.real_get(path).await?;
            return Ok(described.text_of(fields, &self.today.text_bytes));
        }
        let described = self.real_get(path).await?;
        let opened: Vec<(String, Value)> = self.through(Trace::configured, |view| {
            let opened = view.opened_fields(object).filter_map(|name| {
                let asked = fields
                    .iter()
                    .find(|asked| asked.eq_ignore_ascii_case(name))?;
                Some((asked.clone(), json!({ "name": name })))
            });
            opened.collect()
        });
        if opened.is_empty() {
            return Ok(described.text_of(fields, &self.today.text_bytes));
        }
        let mut own = described.parts(fields);
        for (asked, field) in opened {
            own.entry(asked).or_insert(field);
        }
        Ok(Value::Object(own).to_string().into())
    }

    async fn resource(&self, path: &ResourcePath) -> Result<Value, ReadError> {
        let segments = texts(path.segments.iter())?;
        let values = texts(path.query.iter().map(|field| &field.value))?;
        let names = path.query.iter().map(|field| field.name.clone());
        let query: Vec<(String, String)> = names.zip(values).collect();
        self.pending_if_touched(&segments)?;
        let answer = self.real_get((segments, query)).await?;
        Ok(answer.body().clone())
    }

    /// Refuses a resource that an earlier change or step touches: it has no answer yet.
    fn pending_if_touched(&self, segments: &[String]) -> Result<(), ReadError> {
        let touched = self.view().touched_resource(segments).cloned();
        self.traces(|trace, _| trace.got(segments.to_vec(), touched.clone()));
        pending_on(touched, &segments.join("/"))
    }

    async fn real_get(&self, path: Path) -> Result<Arc<Resource>, ReadError> {
        let asked = Other::Resource(path.clone());
        let known = |today: &Today| today.resources.known(&path);
        let answer = self.other(asked, known).await;
        self.through_today(answer, |_, answer| Ok(answer))
    }

    /// Asks the view for what will become of what the org says today. A refusal of today is pending while earlier changes
    /// configure the org: it proves nothing about then.
    fn through_today<T, U>(
        &self,
        today: Result<T, ReadError>,
        ask: impl FnOnce(&View, T) -> Result<U, ReadError>,
    ) -> Result<U, ReadError> {
        self.traces(|trace, _| trace.breaks_unless_answered(&today));
        self.through(Trace::configured, |view| match today {
            Ok(today) => ask(view, today),
            Err(error) => Err(pending_when_configuring(error, view)),
        })
    }
}

fn pending_when_configuring(error: ReadError, view: &View) -> ReadError {
    match (error, view.configuring()) {
        (ReadError::Refused(refusal), Some(token)) => ReadError::Pending {
            token: token.clone(),
            reason: format!("the org refuses it today: {}", refusal.message),
        },
        (error, _) => error,
    }
}

/// A copy of a view, which holds it: were something laid over the view while there is a copy, all of it would be copied.
struct Seen<'v> {
    // Dropped first.
    view: View,
    _held: RwLockReadGuard<'v, View>,
}

impl Deref for Seen<'_> {
    type Target = View;

    fn deref(&self) -> &View {
        &self.view
    }
}

/// A reader for a rehearsal. When it ends, nothing of it is in the view.
pub(crate) struct Rehearsal {
    pub(crate) reader: Reader,
    since: Moment,
}

impl Drop for Rehearsal {
    fn drop(&mut self) {
        self.reader.lays().back_to(self.since);
    }
}

impl Own {
    /// For a plan that may be kept for later, when the view was one that has grown from that of a moment.
    fn tracing(since: Option<Moment>) -> Mutex<Self> {
        Mutex::new(Self {
            trace: since.map(Trace::since),
            ..Self::default()
        })
    }
}

impl Reads for Reader {
    fn find_all(&self, lookups: Vec<Lookup>) -> Boxed<'_, Vec<Result<Vec<Record>, ReadError>>> {
        Box::pin(async move {
            let answers = self.planned(lookups).await.into_iter();
            answers.map(|answer| self.noting(answer)).collect()
        })
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
            let count = self.counted(lookup.clone()).await;
            self.own().notes.count(&lookup, &count);
            self.traces(|trace, _| trace.breaks_unless_answered(&count));
            self.noting(count)
        })
    }

    fn query(&self, soql: String, binds: Vec<Field>) -> Boxed<'_, Result<Vec<Record>, ReadError>> {
        Box::pin(async move { self.noting(self.free_query(&soql, &binds).await) })
    }

    fn describe_object(
        &self,
        object: String,
        fields: Vec<String>,
    ) -> Boxed<'_, Result<Arc<str>, ReadError>> {
        Box::pin(async move { self.noting(self.describe(&object, &fields).await) })
    }

    fn get_settings(&self, name: String) -> Boxed<'_, Result<Value, ReadError>> {
        Box::pin(async move { self.noting(self.settings(&name).await.map(Value::Object)) })
    }

    fn list_components(&self, kind: String) -> Boxed<'_, Result<Value, ReadError>> {
        Box::pin(async move { self.noting(self.listed(&kind).await) })
    }

    fn read_component(
        &self,
        name: ComponentName,
        _companions: Vec<ComponentName>,
    ) -> Boxed<'_, Result<Value, ReadError>> {
        Box::pin(async move { self.noting(self.read(&name).await) })
    }

    fn get(&self, path: ResourcePath) -> Boxed<'_, Result<Value, ReadError>> {
        Box::pin(async move { self.noting(self.resource(&path).await) })
    }
}

/// The records of one lookup as the org has them this moment, past every view and snapshot.
pub(crate) async fn read_now(org: &Client, lookup: Lookup) -> Result<Vec<Record>, OrgError> {
    let mut records = Vec::new();
    for (_, answer) in read_all(org, vec![lookup]).await {
        records.extend(answer?);
    }
    Ok(records)
}

/// The records of many lookups as the org has them this moment, with as few requests as can be. Equal
/// lookups are answered once.
pub(crate) async fn read_all(
    org: &Client,
    lookups: Vec<Lookup>,
) -> Vec<(Lookup, Result<Vec<Record>, OrgError>)> {
    read_within(org, lookups, None, Refused::AskSmaller).await
}

/// Answers like [`read_all`], but does not look for the lookup because of which a merged query was refused.
pub(crate) async fn read_merged(
    org: &Client,
    lookups: Vec<Lookup>,
) -> Vec<(Lookup, Result<Vec<Record>, OrgError>)> {
    read_within(org, lookups, None, Refused::Refused).await
}

/// The next move for lookups that shared a refused query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    AskSmaller,
    Refused,
}

/// Answers to lookups.
type Found = Vec<(Lookup, Result<Vec<Record>, OrgError>)>;

/// Answers like [`read_all`]. `rows_max`: more records than that of one lookup are too much.
async fn read_within(
    org: &Client,
    lookups: Vec<Lookup>,
    rows_max: Option<usize>,
    refused: Refused,
) -> Found {
    read_beside(org, lookups, rows_max, refused, &[]).await.0
}

/// Answers like [`read_within`], and the other parts as well: they share the requests.
async fn read_beside(
    org: &Client,
    lookups: Vec<Lookup>,
    rows_max: Option<usize>,
    refused: Refused,
    beside: &[Part],
) -> (Found, Vec<Result<Value, OrgError>>) {
    let mut known = HashSet::new();
    let lookups = lookups.into_iter();
    let lookups: Vec<Lookup> = lookups
        .filter(|lookup| known.insert(lookup.clone()))
        .collect();
    let mut found: Vec<OfLookup> = lookups.iter().map(|_| OfLookup::default()).collect();
    let most = rows_max.unwrap_or(limit::ROWS_PER_CALL_MAX);
    let mut groups = merge::groups(&lookups);
    let mut unasked = beside;
    let mut answered = Vec::new();
    while !groups.is_empty() || !unasked.is_empty() {
        let queries = groups
            .iter()
            .map(|group| org.query_part(&group.soql(rows_max)));
        let parts: Vec<Part> = queries.chain(unasked.iter().cloned()).collect();
        let mut answers = org.answers(&parts).await;
        answered.extend(answers.split_off(groups.len()));
        unasked = &[];
        let answers = answers.into_iter();
        let answers = answers.map(|first| -> Boxed<'_, _> { Box::pin(org.records(first, most)) });
        let answers = together(answers.collect()).await;
        let mut smaller: Vec<Group> = Vec::new();
        for (group, answer) in groups.into_iter().zip(answers) {
            tokio::task::yield_now().await;
            match answer {
                Ok(rows) => {
                    take(&group, Ok(rows), &mut found);
                    smaller.extend(group.behind.into_iter().map(Group::alone));
                }
                Err(error) => match smaller::groups(group, &error, refused) {
                    Ok(groups) => smaller.extend(groups),
                    Err(mut group) => {
                        if !smaller::is_of_names(&error) {
                            smaller.extend(group.behind.drain(..).map(Group::alone));
                        }
                        take(&group, Err(error), &mut found);
                    }
                },
            }
        }
        groups = smaller;
    }
    let answers = found.into_iter().map(|found| found.answer(most));
    (lookups.into_iter().zip(answers).collect(), answered)
}

/// The records of one lookup so far, from all its parts.
#[derive(Default)]
struct OfLookup {
    records: Vec<Record>,
    parts: usize,
    error: Option<OrgError>,
}

impl OfLookup {
    /// All records, ordered by id like those of one query.
    fn answer(self, rows_max: usize) -> Result<Vec<Record>, OrgError> {
        let mut records = self.records;
        if let Some(error) = self.error {
            return Err(error);
        }
        if self.parts == 0 {
            let why = "a lookup was not asked for".to_owned();
            return Err(OrgError::Malformed(why));
        }
        if records.len() > rows_max {
            return Err(OrgError::TooMuch(format!(
                "a lookup finds more than {rows_max} records"
            )));
        }
        if self.parts > 1 {
            let id = |record: &Record| record.get("Id").map(Value::to_string).unwrap_or_default();
            records.sort_by_cached_key(id);
            records.dedup_by_key(|record| id(record));
        }
        Ok(records)
    }
}

fn take(group: &Group, answer: Result<Vec<Value>, OrgError>, found: &mut [OfLookup]) {
    match answer {
        Ok(rows) => {
            for (of, records) in group.split(&rows) {
                found[of].records.extend(records);
                found[of].parts += 1;
            }
        }
        Err(error) => {
            for query::Part { of, .. } in group.parts.iter().chain(&group.behind) {
                found[*of].error.get_or_insert_with(|| error.clone());
            }
        }
    }
}

/// Lets others have their turn, now and then. `turn`: lookups that were answered before.
async fn give_way(turn: usize) {
    if turn % LOOKUPS_PER_TURN == LOOKUPS_PER_TURN - 1 {
        tokio::task::yield_now().await;
    }
}

/// The error of a read that nobody has made.
fn unread_yet() -> ReadError {
    ReadError::Unavailable("it was not read".to_owned())
}

/// The part of an org's error that a plugin may see.
pub(crate) fn read_error(error: OrgError) -> ReadError {
    match error {
        OrgError::Refused(refusal) => ReadError::Refused(refusal),
        OrgError::TooMuch(why) => ReadError::TooMuch(why),
        OrgError::Barred(why) => ReadError::Denied(why.to_string()),
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
    let nothing = BTreeMap::new();
    let texts = values.map(|value| match Known(&nothing).value(value) {
        Ok(value) => Ok(as_text(&value)),
        Err(Unknown(token)) => Err(ReadError::Pending {
            token,
            reason: "a part of the path".to_owned(),
        }),
    });
    texts.collect()
}

#[cfg(test)]
mod tests;
