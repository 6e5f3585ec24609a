//! Lays predictions over real records: decides which rows there will be, and their values.
//!
//! A field that the platform fills and that no plan announces is unknown. An answer that depends on an unknown value,
//! or on something that is only possible, is pending, never guessed.

mod count;
mod existing;
mod parents;
mod predicted;
mod row;

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};

use usher_contract::name::fold;
use usher_contract::operation::{Condition, Lookup};
use usher_contract::read::{ReadError, Record};
use usher_contract::value::{Scalar, Token};
use usher_contract::values::Values;

use crate::view::overlay::row::Row;
use crate::view::{Progress, Snapshot, View, pending};

pub use count::Count;
pub(super) use count::count;

/// The number of parents that a field path may name: SOQL's own limit.
const PARENTS_MAX: usize = 5;

pub(super) fn find(
    view: &View,
    lookup: &Lookup,
    seen: &Snapshot,
) -> Progress<Result<Vec<Record>, ReadError>> {
    let mut reading = Reading::of(view, lookup, seen);
    let answer = reading.rows();
    reading.came_to(answer)
}

/// Says whether anything planned can change the answer: by its object, or along a parent path.
pub(super) fn is_touched(view: &View, lookup: &Lookup) -> bool {
    let mut names = names(lookup);
    let path = names.any(|name| name.contains('.'));
    let of_object = view.index.object(&lookup.object);
    (path && (!view.clouds.is_empty() || view.index.has_records))
        || of_object.is_some_and(|object| object.is_touched())
        || lookup
            .conditions
            .iter()
            .any(|condition| condition.any_of.iter().any(|value| !value.is_known()))
}

/// Says whether a record meets a condition. Both hold known values.
pub fn holds(record: &Record, condition: &Condition) -> bool {
    let field = &condition.field;
    let value = record.get(field).or_else(|| {
        let mut fields = record.iter();
        let (_, value) = fields.find(|(name, _)| name.eq_ignore_ascii_case(field))?;
        Some(value)
    });
    let value = value.and_then(Scalar::from_json);
    let value = value.unwrap_or(Scalar::Nothing);
    is_one_of(&value, condition)
}

/// Says whether a value is one that the condition looks for.
fn is_one_of(value: &Scalar, condition: &Condition) -> bool {
    let mut wanted = condition.any_of.iter();
    wanted.any(|wanted| wanted.found_by(&condition.field, value))
}

struct Reading<'a> {
    view: &'a View,
    lookup: &'a Lookup,
    seen: &'a Snapshot,
    /// Lookups that the real org must still answer. The answer does not count while there is any.
    ask: Vec<Lookup>,
    asked: HashSet<Lookup>,
    /// Names, folded, of the fields that the answer is made from.
    needs: HashSet<String>,
    /// Places of the effects that the answer relies on.
    relied: RefCell<BTreeSet<usize>>,
}

/// A condition of the lookup, ready to be compared with many rows.
struct Wanted<'a> {
    condition: &'a Condition,
    any_of: Values,
}

impl<'a> Reading<'a> {
    fn of(view: &'a View, lookup: &'a Lookup, seen: &'a Snapshot) -> Self {
        Self {
            view,
            lookup,
            seen,
            ask: Vec::new(),
            asked: HashSet::new(),
            needs: HashSet::new(),
            relied: RefCell::default(),
        }
    }
}

impl Reading<'_> {
    /// Returns the answer, unless something of the real org is missing.
    fn came_to<T>(self, answer: T) -> Progress<T> {
        if !self.ask.is_empty() {
            return Progress::Ask(self.ask);
        }
        self.view.rely_on(self.relied.into_inner());
        Progress::Answer(answer)
    }

    /// Notes that the answer depends on the prediction at `place`. Changes are not noted: whether they were made is
    /// known.
    fn rely_on(&self, place: usize) {
        if self.view.predictions[place].is_effect {
            self.relied.borrow_mut().insert(place);
        }
    }

    fn needs(&self, field: &str) -> bool {
        self.needs.contains(&fold(field))
    }

    fn rows(&mut self) -> Result<Vec<Record>, ReadError> {
        let object = &self.lookup.object;
        if let Some(token) = self.view.cloud_over(object) {
            return Err(clouded(token, object));
        }
        if !self.view.lays_over(self.lookup) {
            return self.real(self.lookup);
        }
        self.refuse_unknown_conditions()?;
        let fields = needed(self.lookup);
        self.needs = fields.iter().map(|name| fold(name)).collect();
        let wanted: Vec<Wanted<'_>> = self.lookup.conditions.iter().map(Wanted::of).collect();
        let mut rows = self.existing(&fields)?;
        self.alter(&mut rows);
        rows.extend(self.planned(&fields));
        // Rows that do not match need no parents.
        rows.retain(|row| self.stays(row, &wanted));
        self.follow_parents(&mut rows, &fields)?;
        let mut found = Vec::new();
        for row in rows {
            if self.matches(&row, &wanted)? {
                row.made_by
                    .into_iter()
                    .for_each(|place| self.rely_on(place));
                found.push(row.project(self.view, &self.lookup.fields));
            }
        }
        Ok(found)
    }

    fn refuse_unknown_conditions(&self) -> Result<(), ReadError> {
        for condition in &self.lookup.conditions {
            for value in &condition.any_of {
                if self.view.index.is_fresh(value) {
                    continue;
                }
                if let Some(token) = value.waits_for() {
                    let what = format!("`{}.{}`", self.lookup.object, condition.field);
                    let reason = format!("the value that {what} is compared with");
                    return Err(pending(token, &reason));
                }
            }
        }
        Ok(())
    }

    fn real(&mut self, lookup: &Lookup) -> Result<Vec<Record>, ReadError> {
        match self.seen.get(lookup) {
            Some(answer) => answer,
            None => {
                if self.asked.insert(lookup.clone()) {
                    self.ask.push(lookup.clone());
                }
                Ok(Vec::new())
            }
        }
    }

    /// Says whether the row may be in the answer: no value of its own is known and not wanted, and nothing removes it.
    /// Notes the effects that decide this.
    fn stays(&self, row: &Row, wanted: &[Wanted<'_>]) -> bool {
        let own = wanted
            .iter()
            .map(|wanted| (wanted, wanted.condition.field.as_str()));
        let own = own.filter(|(_, field)| !field.contains('.'));
        let mut failing = own.filter(|(wanted, field)| {
            let value = row.value(field);
            (value.is_known() || self.view.index.is_fresh(&value))
                && !wanted.any_of.contains(&value)
        });
        let Some((_, first)) = failing.next() else {
            row.relies_on.iter().for_each(|place| self.rely_on(*place));
            return !self.disappears(&row.id);
        };
        // Were the effects not to come, another value would fail still.
        let is_of_effect = |field: &str| {
            let mut effects = self.view.at(&row.relies_on);
            effects.any(|effect| effect.alters(field))
        };
        if is_of_effect(first) && failing.all(|(_, field)| is_of_effect(field)) {
            row.relies_on.iter().for_each(|place| self.rely_on(*place));
        }
        false
    }

    fn matches(&self, row: &Row, wanted: &[Wanted<'_>]) -> Result<bool, ReadError> {
        let mut unknown = None;
        for wanted in wanted {
            let field = &wanted.condition.field;
            let value = row.value(field);
            if wanted.any_of.contains(&value) {
                continue;
            }
            if self.view.index.is_fresh(&value) {
                return Ok(false);
            }
            match value.waits_for().cloned() {
                None => return Ok(false),
                Some(token) => unknown = Some((token, field)),
            }
        }
        let object = &self.lookup.object;
        if let Some((token, field)) = unknown {
            return Err(pending(
                &token,
                &format!("`{field}` of a planned `{object}`"),
            ));
        }
        if let Some(token) = &row.possible {
            let what = match row.id.token() {
                Some(_) => format!("a `{object}` that may come to be"),
                None => format!("a `{object}` that may be taken away"),
            };
            return Err(pending(token, &what));
        }
        let mut asked = self.lookup.fields.iter();
        match asked.find_map(|field| Some((field, row.unsure.get(&fold(field))?))) {
            Some((field, token)) => {
                let what = format!("`{object}.{field}`, which may or may not be set by then");
                Err(pending(token, &what))
            }
            None => Ok(true),
        }
    }
}

impl<'a> Wanted<'a> {
    fn of(condition: &'a Condition) -> Self {
        Self {
            condition,
            any_of: Values::of(&condition.field, &condition.any_of),
        }
    }
}

/// Returns a lookup with every field from which answers to `lookup` are made when plans are laid over its records.
pub fn widened(lookup: &Lookup) -> Lookup {
    Lookup {
        fields: needed(lookup),
        ..lookup.clone()
    }
}

/// Fields that every row must have: those that are asked for and compared, and the ids along parent paths.
fn needed(lookup: &Lookup) -> Vec<String> {
    let mut needed: Vec<String> = Vec::new();
    let mut seen = HashSet::from([fold("Id")]);
    let mut add = |name: String| {
        if seen.insert(fold(&name)) {
            needed.push(name);
        }
    };
    for name in names(lookup) {
        let segments: Vec<&str> = name.split('.').collect();
        for depth in 1..segments.len().min(PARENTS_MAX + 1) {
            add(id_field(&segments[..depth]));
        }
        add(name.clone());
    }
    needed
}

pub(super) fn names(lookup: &Lookup) -> impl Iterator<Item = &String> {
    let conditions = lookup.conditions.iter().map(|condition| &condition.field);
    lookup.fields.iter().chain(conditions)
}

fn clouded(token: &Token, object: &str) -> ReadError {
    pending(
        token,
        &format!("an earlier step may still write `{object}`"),
    )
}

/// `["Profile"]` → `ProfileId`, `["Account", "Owner"]` → `Account.OwnerId`, `["Plan__r"]` → `Plan__c`.
pub(super) fn id_field(parents: &[&str]) -> String {
    let joined = parents.join(".");
    match joined.strip_suffix("__r") {
        Some(custom) => format!("{custom}__c"),
        None => format!("{joined}Id"),
    }
}
