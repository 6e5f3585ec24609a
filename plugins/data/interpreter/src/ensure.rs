//! There is one record with a key. One lookup serves all cases of a change: it finds the records that have any of the
//! values, and each case takes its own among them.

use serde_json::{Value as Json, json};
use usher_program::{Change, Fields, Verb, tokens_of};
use usher_sdk::{
    Change as Planned, Condition, CreateRecord, Deferral, Diagnostic, Failure, Field, Key, Lookup,
    Org, Problems, Record, Reference, Scalar, UpdateRecord, Value, ticked,
};

use crate::case::{Case, differing, of};
use crate::known::{Known, scalar};
use crate::undo::{self, Made};

/// The result of an `ensure`.
pub(crate) struct Ensured {
    pub(crate) changes: Vec<Planned>,
    /// The id of the record of the last case.
    pub(crate) id: Option<Json>,
}

/// The parts of an `ensure`.
struct Wanted<'c> {
    change: &'c Change,
    object: &'c str,
    is_unique: bool,
    set: &'c Fields,
    new: &'c Fields,
}

pub(crate) fn plan(change: &Change, cases: &[Case], org: &dyn Org) -> Result<Ensured, Failure> {
    let Verb::Ensure {
        object,
        key,
        is_unique,
        set,
        new,
    } = &change.verb
    else {
        return Err(Failure::Broken(format!("{} ensures nothing", of(change))));
    };
    let wanted = Wanted {
        change,
        object,
        is_unique: *is_unique,
        set,
        new,
    };
    let mut keys = vec![];
    for case in cases {
        keys.push(values(change, key, &case.known)?);
    }
    let records = look(&wanted, key, &keys, org)?;
    let mut ensured = Ensured {
        changes: vec![],
        id: None,
    };
    let mut problems = Problems::default();
    for (case, key) in cases.iter().zip(keys) {
        let there: Vec<&Record> = records.iter().filter(|record| has(record, &key)).collect();
        match there.as_slice() {
            [] => {
                let created = create(&wanted, &key, case)?;
                ensured.id = Some(json!({ "$bound": [created.address, "id"] }));
                ensured.changes.push(created);
            }
            [record] => {
                ensured.id = Some(record.json("Id")?.clone());
                ensured.changes.extend(update(&wanted, record, case)?);
            }
            several => problems.unmet(not_unique(&wanted, several.len(), &key)),
        }
    }
    problems.none()?;
    Ok(ensured)
}

/// The values of the key. A text with a later value in it could not be compared.
fn values(change: &Change, key: &Fields, known: &Known) -> Result<Vec<Field>, Failure> {
    let mut fields = vec![];
    for (field, template) in key {
        let at = format!("`{field}` in the key of {}", of(change));
        let json = known.value(template, &at)?;
        if json.get("$join").is_some() {
            let waiting_for = tokens_of(&json);
            let reason = format!("{at} depends on a value that is not known yet");
            return Err(match waiting_for.is_empty() {
                true => Failure::Broken(reason),
                false => Failure::Deferred(Deferral {
                    waiting_for,
                    reason,
                    likely: vec![],
                }),
            });
        }
        let value = scalar(&json);
        let not_one = || Failure::Broken(format!("{at}: {json} is not a single value"));
        fields.push(Field::new(field, value.ok_or_else(not_one)?));
    }
    Ok(fields)
}

/// Says that the key names a record that this plan makes: nothing that is there refers to it.
fn is_of_new(key: &[Field]) -> bool {
    let bound = |field: &Field| matches!(field.value, Scalar::Reference(Reference::Bound(_)));
    key.iter().any(bound)
}

fn look(
    wanted: &Wanted<'_>,
    key: &Fields,
    keys: &[Vec<Field>],
    org: &dyn Org,
) -> Result<Vec<Record>, Failure> {
    let keys: Vec<&Vec<Field>> = keys.iter().filter(|key| !is_of_new(key)).collect();
    if keys.is_empty() {
        return Ok(vec![]);
    }
    let named = key
        .iter()
        .chain(wanted.set)
        .map(|(field, _)| field.as_str());
    let mut lookup = Lookup::of(wanted.object).read(named.filter(|field| *field != "Id"));
    for (at, (field, _)) in key.iter().enumerate() {
        let mut any_of: Vec<Scalar> = vec![];
        for key in &keys {
            if !any_of.iter().any(|known| same(known, &key[at].value)) {
                any_of.push(key[at].value.clone());
            }
        }
        lookup.conditions.push(Condition {
            field: field.clone(),
            any_of,
        });
    }
    Ok(org.find(&lookup)?)
}

/// Says that two values are written alike. Other spellings of the same value only make the lookup longer.
fn same(a: &Scalar, b: &Scalar) -> bool {
    format!("{a:?}") == format!("{b:?}")
}

fn has(record: &Record, key: &[Field]) -> bool {
    !is_of_new(key)
        && key.iter().all(|field| {
            let there = record.value(&field.name).unwrap_or(Value::Nothing);
            there.found_by(&field.name, field.value.clone())
        })
}

fn create(wanted: &Wanted<'_>, key: &[Field], case: &Case) -> Result<Planned, Failure> {
    let change = wanted.change;
    let mut record = CreateRecord::of(wanted.object);
    for (field, value) in wanted.set.iter().chain(wanted.new) {
        let at = format!("`{field}` of {}", of(change));
        if let Some(value) = case.known.scalar(value, &at)? {
            record.fields.push(Field::new(field, value));
        }
    }
    record.fields.extend_from_slice(key);
    // An empty field need not be sent.
    record
        .fields
        .retain(|field| !matches!(field.value, Scalar::Nothing));
    record.key = Key {
        conditions: key
            .iter()
            .map(|field| Condition::is(&field.name, field.value.clone()))
            .collect(),
        enforced: wanted.is_unique,
    };
    let summary = case.known.shown(&change.says, &of(change))?;
    let made = Made {
        object: wanted.object,
        id: Scalar::bound(&case.address, "id"),
        is_new: true,
    };
    let undo = undo::of(change, &made, &case.known)?;
    Ok(Planned::new(&case.address, summary, record).undo(undo))
}

fn update(wanted: &Wanted<'_>, record: &Record, case: &Case) -> Result<Option<Planned>, Failure> {
    let change = wanted.change;
    let fields = differing(change, record, wanted.set, &case.known)?;
    if fields.is_empty() {
        return Ok(None);
    }
    let summary = match &change.says_update {
        Some(says) => case.known.shown(says, &of(change))?,
        None => {
            let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
            format!(
                "Set {} of the record of `{}`",
                ticked(&names),
                wanted.object
            )
        }
    };
    let mut operation = UpdateRecord::of(wanted.object, record.id()?);
    operation.fields = fields;
    Ok(Some(Planned::new(&case.address, summary, operation)))
}

fn not_unique(wanted: &Wanted<'_>, count: usize, key: &[Field]) -> Diagnostic {
    let key: Vec<String> = key
        .iter()
        .map(|field| match &field.value {
            Scalar::Text(text) | Scalar::Number(text) => format!("{} {text}", field.name),
            Scalar::Truth(truth) => format!("{} {truth}", field.name),
            _ => field.name.clone(),
        })
        .collect();
    let summary = format!(
        "{count} records of `{}` have the same {}",
        wanted.object,
        ticked(&key)
    );
    let code = format!("{}-not-unique", wanted.change.name.replace('_', "-"));
    Diagnostic::error(&code, "", summary).remedy("Keep one of them, or make the key narrower")
}
