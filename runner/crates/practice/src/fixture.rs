//! Fixtures: TOML that fills a new org. `[[records]]` in order, each with `object`, `fields` and
//! optionally `ref`, `raw`, `invented`; `[settings]` before them. Other keys are other people's: a
//! pack's `practice.toml` holds examples as well.
//!
//! `[[components]]` are metadata: `kind`, `full_name` and `content`, where a list is an element that occurs
//! several times.
//!
//! `[features]` says what the org has: `person_accounts`, and `default_record_types` by object.
//!
//! `[[apps]]` sign users in. `[[custom_fields]]`, `[[duplicate_rules]]` and `[[validation_rules]]` are the org's own. Rules, and required custom
//! fields, hold for what clients save: no fixture is refused by them.
//!
//! `[starts.<name>]` with all of its own is another start: an org of that name begins with the base
//! and this, without what is common to all.
//!
//! `overlay = true` makes a file an overlay: it lies over the base, before the other fixtures and whatever the start.
//! `[[changes]]` set fields of records that an earlier fixture made, by their `ref`; `[translations.<language>.<object>]`
//! are names in another language (`language`).
//!
//! `"@name"` is the id of the record with that `ref`, `"@name.set"` that of the hidden permission set of
//! such a profile. A record goes through the rules like an administrator's insert. Objects that the
//! platform does not let one create are written raw, and so is what says `raw = true`.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Map, Value};
use toml::Spanned;

use crate::components::{self, Content};
use crate::error::PracticeError;
use crate::fixture::file::{Change, Component, Fields, Record, Start, Translations, read};
use crate::hand::Hand;
use crate::language;
use crate::refusal::Refusal;
use crate::row::text;
use crate::save;
use crate::schema::{Verb, object, object_of_id};
use crate::settings;
use crate::tenant::{Tenant, custom_fields};

mod file;

/// A fixture beyond the built-in base.
#[derive(Clone, Copy, Debug)]
pub struct Fixture<'a> {
    /// For messages.
    pub name: &'a str,
    /// TOML.
    pub text: &'a str,
}

impl Fixture<'_> {
    /// The names of its starts.
    ///
    /// # Errors
    ///
    /// It has not the form of a fixture.
    pub fn starts(&self) -> Result<Vec<String>, PracticeError> {
        Ok(read(self)?.starts.into_keys().collect())
    }
}

/// Names of records given by `ref`, over all fixtures of an org.
type Refs = BTreeMap<String, String>;

/// Fills a new org: the base, then what lies over it, then the start of that name where one of the fixtures has it, else
/// the common records of all. Records behind the one called `admin` are made by that user.
pub(crate) fn fill(
    org: &mut Tenant<'_>,
    base: &Fixture<'_>,
    fixtures: &[Fixture<'_>],
    start: Option<&str>,
) -> Result<(), PracticeError> {
    let mut refs = Refs::new();
    load(org, base.name, &read(base)?.common(), &mut refs)?;
    let (mut overlays, mut starts, mut common) = (Vec::new(), Vec::new(), Vec::new());
    for fixture in fixtures {
        let mut file = read(fixture)?;
        if file.overlay {
            overlays.push((fixture.name, file.common()));
            continue;
        }
        starts.extend(start.and_then(|start| Some((fixture.name, file.starts.remove(start)?))));
        common.push((fixture.name, file.common()));
    }
    let chosen = if starts.is_empty() { common } else { starts };
    let parts: Vec<(&str, Start)> = overlays.into_iter().chain(chosen).collect();
    fields(org, &parts, false)?;
    for (name, part) in &parts {
        load(org, name, part, &mut refs)?;
    }
    // The org's own rules come last: they are about what clients save, not about fixtures.
    for (name, part) in &parts {
        lists(org, name, part)?;
    }
    fields(org, &parts, true)
}

/// Adds what a part says about the org's own rules.
fn lists(org: &Tenant<'_>, fixture: &str, part: &Start) -> Result<(), PracticeError> {
    let wrong =
        |name: &str, place: Option<Range<usize>>, refusal: Refusal| PracticeError::Fixture {
            fixture: fixture.to_owned(),
            record: format!("setting `{name}`"),
            message: refusal.message,
            place,
        };
    for (name, added) in part.lists() {
        let place = added.first().map(Spanned::span);
        if !added.is_empty() {
            add(org, name, added).map_err(|refusal| wrong(name, place, refusal))?;
        }
    }
    for (feature, value) in &part.features {
        let name = feature.setting();
        let set = plain(value.as_ref()).and_then(|value| settings::set(org, name, &value));
        set.map_err(|refusal| wrong(name, Some(value.span()), refusal))?;
    }
    Ok(())
}

/// Sets the custom fields of all parts. While records are made, none of them is required.
fn fields(org: &Tenant<'_>, parts: &[(&str, Start)], required: bool) -> Result<(), PracticeError> {
    let mut list = Vec::new();
    for (name, part) in parts {
        let wrong = |message: String| PracticeError::Fixture {
            fixture: (*name).to_owned(),
            record: "`custom_fields`".to_owned(),
            message,
            place: part.custom_fields.first().map(Spanned::span),
        };
        if part.custom_fields.is_empty() {
            continue;
        }
        for field in &part.custom_fields {
            let mut field = plain(field.as_ref()).map_err(|refusal| wrong(refusal.message))?;
            if let (false, Some(keys)) = (required, field.as_object_mut()) {
                keys.remove("required");
            }
            list.push(field);
        }
        settings::set(org, custom_fields::FIELDS, &Value::Array(list.clone()))
            .map_err(|refusal| wrong(refusal.message))?;
    }
    Ok(())
}

/// Adds tables to the list that a setting keeps.
fn add(org: &Tenant<'_>, name: &str, added: &[Spanned<toml::Value>]) -> Result<(), Refusal> {
    let mut list = match org.setting(name)? {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    };
    for table in added {
        list.push(plain(table.as_ref())?);
    }
    settings::set(org, name, &Value::Array(list))
}

/// A value in which `@` means nothing.
fn plain(value: &toml::Value) -> Result<Value, Refusal> {
    serde_json::to_value(value)
        .map_err(|error| Refusal::new(400, "JSON_PARSER_ERROR", error.to_string()))
}

fn load(
    org: &mut Tenant<'_>,
    fixture: &str,
    part: &Start,
    refs: &mut Refs,
) -> Result<(), PracticeError> {
    let wrong =
        |record: String, message: String, place: Option<Range<usize>>| PracticeError::Fixture {
            fixture: fixture.to_owned(),
            record,
            message,
            place,
        };
    translate(org, &part.translations).map_err(|(language, refusal)| {
        wrong(format!("translations `{language}`"), refusal.message, None)
    })?;
    for (name, value) in &part.settings {
        let set = json(value.as_ref(), refs).and_then(|value| settings::set(org, name, &value));
        set.map_err(|refusal| {
            let place = Some(value.span());
            wrong(format!("setting `{name}`"), refusal.message, place)
        })?;
    }
    for component in &part.components {
        let Component {
            kind,
            full_name,
            content,
        } = component.as_ref();
        components::put(org, kind, full_name, &occurring(content)).map_err(|refusal| {
            let place = Some(component.span());
            wrong(format!("component `{full_name}`"), refusal.message, place)
        })?;
    }
    for change in &part.changes {
        let (wanted, span) = (change.as_ref(), change.span());
        set(org, wanted, refs).map_err(|refusal| {
            let named = format!("change of `{}`", wanted.reference);
            let place = place(&refusal, &wanted.fields, span);
            wrong(
                named,
                format!("{}: {}", refusal.code, refusal.message),
                Some(place),
            )
        })?;
    }
    for (number, record) in part.records.iter().enumerate() {
        let (record, span) = (record.as_ref(), record.span());
        let id = create(org, record, refs).map_err(|refusal| {
            let named = record.reference.as_ref().map(|name| format!(" (`{name}`)"));
            let table = match object(record.object.as_ref()) {
                Some(_) => span.clone(),
                None => record.object.span(),
            };
            let place = place(&refusal, &record.fields, table);
            let record = format!(
                "record {}, {}{}",
                number + 1,
                record.object.as_ref(),
                named.unwrap_or_default()
            );
            wrong(
                record,
                format!("{}: {}", refusal.code, refusal.message),
                Some(place),
            )
        })?;
        let Some(name) = &record.reference else {
            continue;
        };
        if name == "admin" {
            org.user_id.clone_from(&id);
        }
        if let Some(set) = hidden_set(org, &id).map_err(|refusal| {
            let place = Some(span.clone());
            wrong(format!("record {}", number + 1), refusal.message, place)
        })? {
            refs.insert(format!("{name}.set"), set);
        }
        if refs.insert(name.clone(), id).is_some() {
            let message = format!("the name `{name}` is given twice");
            return Err(wrong(format!("record {}", number + 1), message, Some(span)));
        }
    }
    Ok(())
}

/// The permission set that holds what a profile allows; none where `id` is no profile's.
fn hidden_set(org: &Tenant<'_>, id: &str) -> Result<Option<String>, Refusal> {
    let sets = object("PermissionSet").expect("the schema has it");
    let found = org.rows(sets, &[("ProfileId", Value::from(id))])?;
    Ok(found.first().map(|set| text(set, "Id").to_owned()))
}

fn translate<'t>(
    org: &Tenant<'_>,
    translations: &'t Translations,
) -> Result<(), (&'t str, Refusal)> {
    for (language, objects) in translations {
        let about = |refusal| (language.as_str(), refusal);
        for (object, names) in objects {
            if !language::OBJECTS.contains(&object.as_str()) {
                let message = format!("names of `{object}` have no translation");
                return Err(about(Refusal::new(400, "INVALID_TYPE", message)));
            }
            for (name, shown) in names {
                language::put(org, language, object, name, shown).map_err(about)?;
            }
        }
    }
    Ok(())
}

/// The value that a refusal is about, else the whole table.
fn place(refusal: &Refusal, fields: &Fields, table: Range<usize>) -> Range<usize> {
    let mut named = refusal.fields.iter().flatten();
    let value = named.find_map(|name| fields.get(name));
    // A field that the object does not have, and a name that no record has, are in the text of the refusal alone.
    let value = value.or_else(|| {
        let told = |text: String| refusal.message.contains(&text);
        let mut pairs = fields.iter();
        let found = pairs.find(|(name, value)| {
            let meant = value
                .as_ref()
                .as_str()
                .and_then(|text| text.strip_prefix('@'));
            told(format!("'{name}'")) || meant.is_some_and(|meant| told(format!("`{meant}`")))
        });
        found.map(|(_, value)| value)
    });
    value.map_or(table, Spanned::span)
}

/// Changes a record as it is, no rule asked.
fn set(org: &Tenant<'_>, change: &Change, refs: &Refs) -> Result<(), Refusal> {
    let id = refs.get(&change.reference).map(String::as_str);
    let Some((id, object)) = id.and_then(|id| Some((id, object_of_id(id)?))) else {
        let message = format!("no record before this one is called `{}`", change.reference);
        return Err(Refusal::new(400, "INVALID_CROSS_REFERENCE_KEY", message));
    };
    let fields = values(&change.fields, refs)?;
    save::update(org, object, id, &fields, Hand::Raw)
}

fn values(fields: &Fields, refs: &Refs) -> Result<Map<String, Value>, Refusal> {
    let values = fields.iter();
    values
        .map(|(name, value)| Ok((name.clone(), json(value.as_ref(), refs)?)))
        .collect()
}

fn create(org: &Tenant<'_>, record: &Record, refs: &Refs) -> Result<String, Refusal> {
    let Some(object) = object(record.object.as_ref()) else {
        return Err(Refusal::new(400, "INVALID_TYPE", "there is no such object"));
    };
    let fields = values(&record.fields, refs)?;
    let hand = match record.raw || !object.allows(Verb::Create) {
        true => Hand::Raw,
        false => Hand::Client,
    };
    save::create(org, object, &fields, hand)
}

/// A component's content in the form it is kept.
fn occurring(table: &toml::Table) -> Content {
    let once = |value: &toml::Value| match value {
        toml::Value::Table(table) => Value::Object(occurring(table)),
        toml::Value::String(text) => Value::from(text.as_str()),
        other => Value::from(other.to_string()),
    };
    let elements = table.iter().map(|(name, value)| {
        let occurrences = match value {
            toml::Value::Array(items) => items.iter().map(once).collect(),
            one => vec![once(one)],
        };
        (name.clone(), Value::Array(occurrences))
    });
    elements.collect()
}

/// A value, with `"@name"` as the id of the record of that name. `"@@…"` is a text that begins with
/// one `@`.
fn json(value: &toml::Value, refs: &Refs) -> Result<Value, Refusal> {
    Ok(match value {
        toml::Value::String(text) => match text.strip_prefix('@') {
            Some(rest) if rest.starts_with('@') => Value::from(rest),
            Some(name) => match refs.get(name) {
                Some(id) => Value::from(id.as_str()),
                None => {
                    let message = format!("no record before this one is called `{name}`");
                    return Err(Refusal::new(400, "INVALID_CROSS_REFERENCE_KEY", message));
                }
            },
            None => Value::from(text.as_str()),
        },
        toml::Value::Integer(number) => Value::from(*number),
        toml::Value::Float(number) => Value::from(*number),
        toml::Value::Boolean(truth) => Value::from(*truth),
        toml::Value::Datetime(time) => Value::from(time.to_string()),
        toml::Value::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| json(item, refs))
                .collect::<Result<_, _>>()?,
        ),
        toml::Value::Table(_) => {
            return Err(Refusal::new(
                400,
                "JSON_PARSER_ERROR",
                "a table is no value of a field",
            ));
        }
    })
}
