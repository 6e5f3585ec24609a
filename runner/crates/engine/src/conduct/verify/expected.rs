//! The effects that count, and the fields of them that count: effects whose causes are done, and of several predictions
//! or changes of one field only the last. Decided from the plan and the run's state alone.

use std::collections::{BTreeMap, HashMap, HashSet};

use usher_core::change::{Certainty, Change, Consequence, Effect};
use usher_core::id;
use usher_core::name::fold;
use usher_core::operation::{
    Condition, ConfigureSettings, DeleteRecord, Field, Lookup, UpdateRecord,
};
use usher_core::plan::PlannedStep;
use usher_core::run::{ChangeKey, ChangeState, Outcome, RunState};
use usher_core::value::{Reference, Scalar, Token, Unit};

use usher_core::known::Known;

/// An effect to look for.
pub(super) struct Expected<'a> {
    pub(super) key: ChangeKey,
    pub(super) effect: &'a Effect,
    pub(super) look: Look<'a>,
    /// The fields that nothing later sets.
    pub(super) fields: Vec<&'a Field>,
}

impl Expected<'_> {
    /// Says whether finding it yields an id that other effects may depend on.
    pub(super) fn binds(&self) -> bool {
        matches!(self.look, Look::There { binds: Some(_), .. })
    }

    /// Says whether its plugin gives no key to find it by.
    pub(super) fn is_keyless(&self) -> bool {
        matches!(&self.look, Look::There { conditions, .. } if conditions.is_empty())
    }
}

/// The place to look at.
pub(super) enum Look<'a> {
    /// A record that should exist. `binds`: the token that stands for its id until it is found.
    There {
        object: &'a str,
        conditions: Vec<Condition>,
        binds: Option<Token>,
    },
    /// A record that should not exist.
    Gone {
        object: &'a str,
        conditions: Vec<Condition>,
    },
    Settings(&'a str),
    /// Lookups that the org refuses as long as the objects and fields do not exist. They find no record.
    Open(Vec<Lookup>),
}

/// Every effect that counts and has no verdict yet, in the order of the plan.
pub(super) fn all<'a>(steps: &'a [PlannedStep], state: &RunState) -> Vec<Expected<'a>> {
    let mut claims = Claims::default();
    let mut expected = Vec::new();
    // From the last to the first: what comes later claims its fields first.
    for step in steps.iter().rev() {
        let (unit, done) = (step.unit(), done_of(step, state));
        for effect in step.plan.effects.iter().rev() {
            if is_caused(effect, &done) {
                let key = ChangeKey::new(&unit, &effect.address);
                let verified = state.verdicts.contains_key(&key);
                // An effect that is only possible decides nothing.
                let decides = effect.certainty != Certainty::Possible;
                let still = claims.take(key, effect, decides, state);
                expected.extend(still.filter(|_| !verified));
            }
        }
        for change in step.plan.changes.iter().rev() {
            if done.contains(change.address.as_str()) {
                claims.change(change, state);
            }
        }
    }
    expected.reverse();
    expected
}

/// Records that the steps announce, that are needed, and whose ids are not known yet; and those by which they are found.
pub(super) fn referred_to<'a>(
    steps: &'a [PlannedStep],
    is_needed: &dyn Fn(&Token) -> bool,
    state: &RunState,
) -> Vec<Expected<'a>> {
    let announced = steps.iter().flat_map(|step| {
        let (unit, done) = (step.unit(), done_of(step, state));
        let effects = step.plan.effects.iter();
        let effects = effects.filter(|effect| is_announced(effect));
        effects.filter_map(move |effect| {
            let key = ChangeKey::new(&unit, &effect.address);
            let bound = unit.binds(&effect.address, "id");
            let open = !state.bindings.contains_key(&bound)
                && !state.verdicts.contains_key(&key)
                && is_caused(effect, &done);
            let look = appearance(&unit, effect, state).filter(|_| open)?;
            let expected = Expected {
                key,
                effect,
                look,
                fields: Vec::new(),
            };
            Some((bound, expected))
        })
    });
    let (bound, mut announced): (Vec<Token>, Vec<Option<Expected<'a>>>) = announced
        .map(|(bound, expected)| (bound, Some(expected)))
        .unzip();
    let places = bound.iter().enumerate();
    let places: HashMap<&Token, usize> = places.map(|(at, token)| (token, at)).collect();
    let needed = (0..bound.len()).filter(|place| is_needed(&bound[*place]));
    let mut needed: Vec<usize> = needed.collect();
    let mut expected: BTreeMap<usize, Expected<'a>> = BTreeMap::new();
    while let Some(place) = needed.pop() {
        let Some(one) = announced[place].take() else {
            continue;
        };
        // A record that is needed may be found only by the id of another.
        if let Look::There { conditions, .. } = &one.look {
            let values = conditions.iter().flat_map(|condition| &condition.any_of);
            let references = values.flat_map(Scalar::references);
            let tokens = references.filter_map(Reference::token);
            needed.extend(tokens.filter_map(|token| places.get(token).copied()));
        }
        expected.insert(place, one);
    }
    expected.into_values().collect()
}

/// Fields and records that something later has already decided.
#[derive(Default)]
struct Claims {
    /// Fields in lower case, by their record.
    fields: HashMap<String, HashSet<String>>,
    gone: HashSet<String>,
}

impl Claims {
    /// Returns the rest of an effect that nothing later has decided, and claims it for the effect if that `decides`.
    fn take<'a>(
        &mut self,
        key: ChangeKey,
        effect: &'a Effect,
        decides: bool,
        state: &RunState,
    ) -> Option<Expected<'a>> {
        let mut expected = Expected {
            key,
            effect,
            look: Look::Open(Vec::new()),
            fields: Vec::new(),
        };
        match &effect.consequence {
            Consequence::Appears {
                object, fields, id, ..
            } => {
                let unit = &expected.key.unit;
                let own = Scalar::Reference(Reference::Given(unit.binds(&effect.address, "id")));
                let id = if *id == Scalar::Nothing { &own } else { id };
                expected.fields = self.fields_of(record(object, id, state), fields, decides)?;
                expected.look = appearance(unit, effect, state)?;
            }
            Consequence::Alters { object, id, fields } => {
                expected.fields = self.fields_of(record(object, id, state), fields, decides)?;
                expected.look = Look::There {
                    object,
                    conditions: vec![Condition::is("Id", id.clone())],
                    binds: None,
                };
                if expected.fields.is_empty() {
                    return None;
                }
            }
            Consequence::Disappears { object, id } => {
                let gone = record(object, id, state);
                if self.gone.contains(&gone) {
                    return None;
                }
                if decides {
                    self.gone.insert(gone);
                }
                expected.look = Look::Gone {
                    object,
                    conditions: vec![Condition::is("Id", id.clone())],
                };
            }
            Consequence::Configures { settings, fields } => {
                expected.fields = self.fields_of(component(settings), fields, decides)?;
                expected.look = Look::Settings(settings);
                if expected.fields.is_empty() {
                    return None;
                }
            }
            Consequence::Opens { objects, fields } => {
                let mut opened: BTreeMap<&str, Vec<String>> = BTreeMap::new();
                for object in objects {
                    opened.entry(object).or_default();
                }
                for field in fields {
                    opened
                        .entry(&field.object)
                        .or_default()
                        .push(field.field.clone());
                }
                expected.look = Look::Open(opened.into_iter().map(nothing_of).collect());
            }
            // Other users take seats, too; who got a mail cannot be read.
            Consequence::Takes { .. } | Consequence::Mails { .. } | Consequence::Other => {
                return None;
            }
        }
        Some(expected)
    }

    fn change(&mut self, change: &Change, state: &RunState) {
        let operation = &change.operation;
        if let Some(UpdateRecord {
            object, id, fields, ..
        }) = operation.of()
        {
            self.fields_of(record(object, id, state), fields, true);
        } else if let Some(ConfigureSettings { settings, fields }) = operation.of() {
            self.fields_of(component(settings), fields, true);
        } else if let Some(DeleteRecord { object, id, .. }) = operation.of() {
            self.gone.insert(record(object, id, state));
        }
    }

    /// Returns those of the fields that were not claimed yet; none when the whole record goes. Claims them, if they are
    /// decided by that.
    fn fields_of<'a>(
        &mut self,
        of: String,
        fields: &'a [Field],
        decides: bool,
    ) -> Option<Vec<&'a Field>> {
        if self.gone.contains(&of) {
            return None;
        }
        let claimed = self.fields.get(&of);
        // The last of several in one list counts, too.
        let mut own = HashSet::new();
        let mut free: Vec<&Field> = fields
            .iter()
            .rev()
            .filter(|field| {
                let name = field.name.to_lowercase();
                !claimed.is_some_and(|claimed| claimed.contains(&name)) && own.insert(name)
            })
            .collect();
        free.reverse();
        if decides && !own.is_empty() {
            self.fields.entry(of).or_default().extend(own);
        }
        Some(free)
    }
}

/// Says where to look for a record that an effect announces: by its id when that is known, else by its key.
fn appearance<'a>(unit: &Unit, effect: &'a Effect, state: &RunState) -> Option<Look<'a>> {
    let Consequence::Appears {
        object, key, id, ..
    } = &effect.consequence
    else {
        return None;
    };
    let bound = unit.binds(&effect.address, "id");
    let by_id = |id: Scalar| Look::There {
        object,
        conditions: vec![Condition::is("Id", id)],
        binds: None,
    };
    Some(match id {
        Scalar::Nothing if state.bindings.contains_key(&bound) => {
            by_id(Scalar::Reference(Reference::Given(bound)))
        }
        Scalar::Nothing => Look::There {
            object,
            conditions: key.clone(),
            binds: Some(bound),
        },
        id => by_id(id.clone()),
    })
}

/// A lookup of fields of an object that finds no record.
fn nothing_of((object, fields): (&str, Vec<String>)) -> Lookup {
    Lookup {
        object: object.to_owned(),
        fields,
        conditions: vec![Condition {
            field: "Id".to_owned(),
            any_of: Vec::new(),
        }],
    }
}

/// Says whether an effect announces a record.
fn is_announced(effect: &Effect) -> bool {
    matches!(effect.consequence, Consequence::Appears { .. })
}

/// Says whether all changes that cause an effect are among those that are `done`.
fn is_caused(effect: &Effect, done: &HashSet<&str>) -> bool {
    let mut causes = effect.causes.iter();
    causes.all(|cause| done.contains(cause.as_str()))
}

/// The changes of a step that are done, by their addresses.
fn done_of<'a>(step: &'a PlannedStep, state: &RunState) -> HashSet<&'a str> {
    let unit = step.unit();
    let done = step.plan.changes.iter().filter(|change| {
        let state = state.change(&unit, &change.address);
        matches!(state, Some(ChangeState::Settled(Outcome::Done { .. })))
    });
    done.map(|change| change.address.as_str()).collect()
}

/// Returns one name for a record of an object, whether its id is known, was bound, or is still to come. A claim of
/// another object under the same id is about nothing.
fn record(object: &str, id: &Scalar, state: &RunState) -> String {
    let id = Known(&state.bindings)
        .scalar(id)
        .unwrap_or_else(|_| id.clone());
    let id = match &id {
        Scalar::Text(text) => id::canonical(text).unwrap_or_else(|| text.clone()),
        other => other.to_json().to_string(),
    };
    format!("{} {id}", fold(object))
}

fn component(settings: &str) -> String {
    format!("settings {settings}")
}
