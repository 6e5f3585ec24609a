//! Looks once at the org for many effects, and judges each of them.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use usher_core::change::{Certainty, Consequence};
use usher_core::name::fold;
use usher_core::operation::{Condition, Field, Lookup};
use usher_core::read::Record;
use usher_core::value::{Scalar, Token};

use crate::client::OrgError;
use crate::conduct::kind::same_setting;
use crate::conduct::standing::{Same, as_wanted};
use crate::conduct::verify::expected::{Expected, Look};
use crate::conduct::verify::{Aim, Open};
use crate::conduct::{Conductor, stop};
use crate::reads;
use usher_core::known::Known;

/// The number of differences that a reason names.
const DIFFERENCES_SHOWN_MAX: usize = 3;

/// The org's answers to everything that is looked for at once.
pub(super) struct Answers {
    /// The lookups that showed each effect when the org was asked; none: a value was missing.
    asked: Vec<Option<Vec<Lookup>>>,
    records: HashMap<Lookup, Result<Vec<Record>, OrgError>>,
    settings: BTreeMap<String, Result<Record, OrgError>>,
}

/// The judgement of an effect at one look.
pub(super) enum Judgement {
    Held,
    /// The record is there under another name: no reason against a step that relies on it. The end of the run tells.
    OtherName,
    /// The effect is not as announced, for this reason.
    NotYet(String),
    Unreadable(String),
    /// The effect can be found or compared only by a value that is not known: the id of another record.
    Hangs(String),
}

impl Answers {
    /// Looks once, with as few requests as can be.
    pub(super) async fn read(conductor: &Conductor<'_>, open: &[Open<'_>]) -> Self {
        let known = Known(&conductor.state.bindings);
        let asked = open.iter();
        let asked = asked.map(|open| lookups(&open.expected, &known).ok());
        let asked: Vec<Option<Vec<Lookup>>> = asked.collect();
        let all = asked.iter().flatten().flatten();
        let records = reads::read_all(conductor.org, all.cloned().collect()).await;
        let mut settings = BTreeMap::new();
        for open in open {
            if let Look::Settings(name) = open.expected.look
                && !settings.contains_key(name)
            {
                settings.insert(name.to_owned(), conductor.org.read_settings(name).await);
            }
        }
        Self {
            asked,
            records: records.into_iter().collect(),
            settings,
        }
    }

    /// Returns an error by which the org cannot be asked now, if there is one. An error that does not pass comes first.
    pub(super) fn unanswered(&self) -> Option<&OrgError> {
        let records = self
            .records
            .values()
            .filter_map(|answer| answer.as_ref().err());
        let settings = self
            .settings
            .values()
            .filter_map(|answer| answer.as_ref().err());
        let errors = records.chain(settings);
        errors
            .filter(|error| stop(error).is_some())
            .min_by_key(|error| error.passes())
    }

    /// Returns the id of the record of the effect at `place` among those that were looked for, when it exists and its id
    /// was not known.
    pub(super) fn appeared(
        &self,
        place: usize,
        expected: &Expected<'_>,
        bindings: &BTreeMap<Token, Value>,
    ) -> Option<String> {
        let Look::There {
            binds: Some(token), ..
        } = &expected.look
        else {
            return None;
        };
        if bindings.contains_key(token) {
            return None;
        }
        let lookup = self.asked[place].as_ref()?.last()?;
        match self.records.get(lookup)?.as_deref() {
            Ok([record]) => record.get("Id")?.as_str().map(str::to_owned),
            _ => None,
        }
    }

    /// Judges the effect at `place` among those that were looked for.
    pub(super) fn judge(
        &self,
        place: usize,
        expected: &Expected<'_>,
        bindings: &BTreeMap<Token, Value>,
        aim: Aim,
    ) -> Judgement {
        let judgement = self.judged(place, expected, &expected.fields, bindings, aim);
        if aim != Aim::Relied
            || !matches!(judgement, Judgement::NotYet(_))
            || !is_named_by_org(expected)
        {
            return judgement;
        }
        let fields = expected
            .fields
            .iter()
            .filter(|field| fold(&field.name) != "name");
        let fields: Vec<&Field> = fields.copied().collect();
        match self.judged(place, expected, &fields, bindings, aim) {
            Judgement::Held => Judgement::OtherName,
            _ => judgement,
        }
    }

    /// Judges some fields of an effect.
    fn judged(
        &self,
        place: usize,
        expected: &Expected<'_>,
        fields: &[&Field],
        bindings: &BTreeMap<Token, Value>,
        aim: Aim,
    ) -> Judgement {
        let known = Known(bindings);
        if let Look::Settings(name) = expected.look {
            return match self.settings.get(name) {
                Some(Ok(settings)) => compare(settings, fields, &known, same_setting),
                Some(Err(error)) => Judgement::Unreadable(error.to_string()),
                None => Judgement::Unreadable("it was not read".to_owned()),
            };
        }
        // Values that are known now change nothing in a lookup that had all of its values.
        let now;
        let lookups = match &self.asked[place] {
            Some(asked) => asked,
            None => match lookups(expected, &known) {
                Ok(lookups) => {
                    now = lookups;
                    &now
                }
                Err(why) => return why,
            },
        };
        let mut judgement = Judgement::Held;
        for lookup in lookups {
            judgement = match (self.records.get(lookup), &expected.look) {
                (Some(Ok(records)), look) => found(records, look, fields, &known, aim),
                (Some(Err(OrgError::Refused(refusal))), Look::Open(_)) => {
                    Judgement::NotYet(refusal.message.clone())
                }
                (Some(Err(error)), _) => Judgement::Unreadable(error.to_string()),
                // It depended on another effect when the org was asked, and does not any more.
                (None, _) => Judgement::Hangs("it was not read".to_owned()),
            };
            if !matches!(judgement, Judgement::Held) {
                break;
            }
        }
        judgement
    }
}

/// Says whether Salesforce names a record that it is likely to make, in the language of the org.
fn is_named_by_org(expected: &Expected<'_>) -> bool {
    let consequence = &expected.effect.consequence;
    let is_made = matches!(
        consequence,
        Consequence::Appears {
            id: Scalar::Nothing,
            ..
        }
    );
    is_made && expected.effect.certainty == Certainty::Likely
}

/// The lookups that show an effect.
fn lookups(expected: &Expected<'_>, known: &Known<'_>) -> Result<Vec<Lookup>, Judgement> {
    let lookup = |object: &str, conditions: &[Condition]| {
        if conditions.is_empty() {
            let why = "its plugin does not say how to find it".to_owned();
            return Err(Judgement::Unreadable(why));
        }
        let hangs = |_| Judgement::Hangs("what it would be found by is not there".to_owned());
        Ok(vec![Lookup {
            object: object.to_owned(),
            fields: expected
                .fields
                .iter()
                .map(|field| field.name.clone())
                .collect(),
            conditions: known.conditions(conditions).map_err(hangs)?,
        }])
    };
    match &expected.look {
        Look::There {
            object, conditions, ..
        }
        | Look::Gone { object, conditions } => lookup(object, conditions),
        Look::Open(lookups) => Ok(lookups.clone()),
        Look::Settings(_) => Ok(Vec::new()),
    }
}

fn found(
    records: &[Record],
    look: &Look<'_>,
    fields: &[&Field],
    known: &Known<'_>,
    aim: Aim,
) -> Judgement {
    match (look, records) {
        (Look::There { .. }, [_]) if aim == Aim::Ids => Judgement::Held,
        (Look::There { .. }, [record]) => {
            // A step may have been planned with the exact case of a value.
            let same: Same = match aim {
                Aim::Relied => as_wanted,
                Aim::Ids | Aim::Verdicts => as_found,
            };
            compare(record, fields, known, same)
        }
        (Look::There { object, .. }, []) => {
            Judgement::NotYet(format!("there is no such `{object}`"))
        }
        (Look::There { object, .. }, many) => {
            Judgement::NotYet(format!("there are {} such `{object}`", many.len()))
        }
        (Look::Gone { object, .. }, [_, ..]) => {
            Judgement::NotYet(format!("the `{object}` is still there"))
        }
        (Look::Gone { .. } | Look::Open(_) | Look::Settings(_), _) => Judgement::Held,
    }
}

/// Compares a field with what was announced. Salesforce sets it, so it is compared as SOQL would find it.
fn as_found(field: &str, there: &Scalar, announced: &Scalar) -> bool {
    there.found_by(field, announced)
}

/// Compares what was announced with what the org holds.
fn compare(present: &Record, fields: &[&Field], known: &Known<'_>, same: Same) -> Judgement {
    let mut differences = Vec::new();
    let mut unknown = None;
    for field in fields {
        let Ok(wanted) = known.scalar(&field.value) else {
            unknown = Some(&field.name);
            continue;
        };
        let value = present.get(&field.name).unwrap_or(&Value::Null);
        if !Scalar::from_json(value).is_some_and(|value| same(&field.name, &value, &wanted)) {
            differences.push(format!(
                "`{}` is {}, not {}",
                field.name,
                shown(value),
                shown(&wanted.to_json())
            ));
        }
    }
    let more = differences.len().saturating_sub(DIFFERENCES_SHOWN_MAX);
    differences.truncate(DIFFERENCES_SHOWN_MAX);
    let mut why = differences.join("; ");
    if more > 0 {
        why.push_str(&format!("; and {more} more"));
    }
    match unknown {
        _ if !why.is_empty() => Judgement::NotYet(why),
        Some(field) => Judgement::Hangs(format!("what `{field}` should be is not known")),
        None => Judgement::Held,
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "empty".to_owned(),
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}
