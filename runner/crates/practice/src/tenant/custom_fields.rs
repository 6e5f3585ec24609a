//! Fields that an org has beyond the platform's own: `[[custom_fields]]` of fixtures, and `CustomField` of the Metadata API.
//!
//! The schema's tables are fixed; such a field is a further column of its object's table, and a [`Field`] like others. The
//! work to add one does not grow with those that are there.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use rusqlite::OptionalExtension;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::refusal::{Outcome, Refusal};
use crate::schema::{self, Field, Object, Preset};
use crate::store;
use crate::tenant::Tenant;
use crate::tenant::custom_fields::definition::Custom;

mod definition;

/// The setting that shows the fields as a list.
pub(crate) const FIELDS: &str = "practice.customFields";

/// The setting that holds a digest of all changes to the fields: orgs with the same one have the same fields.
const DIGEST: &str = "practice.customFieldsDigest";

/// Custom fields of an object at most, those of packages among them (docs/salesforce/metadata.md#fields).
pub(crate) const FIELDS_MAX: usize = 900;

/// The fields that this process has met, by the text of their definitions: fields live as long as the schema's own.
static FIELDS_MET: LazyLock<Mutex<BTreeMap<String, &'static Custom>>> =
    LazyLock::new(Mutex::default);

/// The fields that orgs of this process have now, by the digest of their changes.
static LISTS_MET: LazyLock<Mutex<BTreeMap<String, Lists>>> = LazyLock::new(Mutex::default);

/// The fields of an org by object, each list in the order in which they were made.
type Lists = BTreeMap<&'static str, Arc<Vec<&'static Field>>>;

/// Lists that are remembered at once: an org has one, and each change of its fields makes another.
const LISTS_MAX: usize = 256;

/// The custom fields of an object.
pub(crate) fn of(
    org: &Tenant<'_>,
    object: &Object,
) -> Outcome<impl Iterator<Item = &'static Field> + use<>> {
    let list = list(org, object.name)?;
    Ok((0..list.len()).map(move |place| list[place]))
}

fn list(org: &Tenant<'_>, object: &str) -> Outcome<Arc<Vec<&'static Field>>> {
    let Some(digest) = digest(org)? else {
        return Ok(Arc::default());
    };
    if let Some(lists) = lists_met().get(&digest) {
        return Ok(lists.get(object).cloned().unwrap_or_default());
    }
    let mut lists = Lists::new();
    for definition in all(org)? {
        if let Ok(custom) = met(&definition) {
            Arc::make_mut(lists.entry(custom.object).or_default()).push(&custom.field);
        }
    }
    let list = lists.get(object).cloned().unwrap_or_default();
    remember(digest, lists);
    Ok(list)
}

fn lists_met() -> std::sync::MutexGuard<'static, BTreeMap<String, Lists>> {
    LISTS_MET.lock().unwrap_or_else(PoisonError::into_inner)
}

fn remember(digest: String, lists: Lists) {
    let mut met = lists_met();
    if met.len() == LISTS_MAX {
        met.clear();
    }
    met.insert(digest, lists);
}

/// None where the fields never changed: there are none.
fn digest(org: &Tenant<'_>) -> Outcome<Option<String>> {
    let sql = "SELECT value FROM practice_setting WHERE name = ?";
    let mut statement = org.db.prepare_cached(sql)?;
    let found = statement.query_row([DIGEST], |row| row.get(0));
    Ok(found.optional()?)
}

/// The field of a definition, which was checked.
fn met(definition: &Value) -> Result<&'static Custom, String> {
    let text = definition.to_string();
    let known = || FIELDS_MET.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = known().get(&text) {
        return Ok(known);
    }
    let custom: &'static Custom = Box::leak(Box::new(definition::read(definition)?));
    known().insert(text, custom);
    Ok(custom)
}

/// Says what is wrong with a list of fields.
pub(crate) fn check(list: &Value) -> Result<(), String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for definition in list.as_array().into_iter().flatten() {
        let object = met(definition)?.object;
        let count = counts.entry(object).or_default();
        *count += 1;
        if *count > FIELDS_MAX {
            return Err(format!(
                "`{object}` has more than {FIELDS_MAX} custom fields"
            ));
        }
    }
    Ok(())
}

/// The definitions of all fields, as fixtures write them.
pub(crate) fn all(org: &Tenant<'_>) -> Outcome<Vec<Value>> {
    selected(org, "", &[])
}

/// The definitions of an object's fields.
pub(crate) fn of_object(org: &Tenant<'_>, object: &Object) -> Outcome<Vec<Value>> {
    selected(org, "WHERE object = ?", &[object.name])
}

/// The definition of a field.
pub(crate) fn find(org: &Tenant<'_>, object: &str, name: &str) -> Outcome<Option<Value>> {
    let found = selected(org, "WHERE object = ? AND name = ?", &[object, name])?;
    Ok(found.into_iter().next())
}

fn selected(org: &Tenant<'_>, condition: &str, values: &[&str]) -> Outcome<Vec<Value>> {
    let sql = format!("SELECT definition FROM practice_custom_field {condition} ORDER BY number");
    let mut statement = org.db.prepare_cached(&sql)?;
    let mut found = statement.query(rusqlite::params_from_iter(values))?;
    let mut definitions = Vec::new();
    while let Some(row) = found.next()? {
        let text = row.get_ref(0)?.as_str().unwrap_or_default();
        definitions.extend(serde_json::from_str::<Value>(text));
    }
    Ok(definitions)
}

/// Makes the fields of a list the fields of the org; the list was checked.
pub(crate) fn set(org: &Tenant<'_>, list: &Value) -> Outcome<()> {
    let mut kept = Vec::new();
    for definition in list.as_array().into_iter().flatten() {
        put(org, definition)?;
        kept.push((&definition["object"], &definition["name"]));
    }
    for definition in all(org)? {
        if !kept.contains(&(&definition["object"], &definition["name"])) {
            let text = |key: &str| definition[key].as_str().unwrap_or_default();
            remove(org, text("object"), text("name"))?;
        }
    }
    Ok(())
}

/// Makes a field, or changes the one of its name.
pub(crate) fn put(org: &Tenant<'_>, definition: &Value) -> Outcome<()> {
    let custom = met(definition).map_err(|wrong| {
        // [inferred] The code; the words are ours.
        Refusal::save("FIELD_INTEGRITY_EXCEPTION", wrong, &[])
    })?;
    let (object, field) = (custom.object, &custom.field);
    let text = definition.to_string();
    let sql = "SELECT definition FROM practice_custom_field WHERE object = ? AND name = ?";
    let mut statement = org.db.prepare_cached(sql)?;
    let before: Option<String> = statement
        .query_row([object, field.name], |row| row.get(0))
        .optional()?;
    if before.as_ref() == Some(&text) {
        return Ok(());
    }
    match &before {
        None if list(org, object)?.len() >= FIELDS_MAX => {
            let message = format!("`{object}` has {FIELDS_MAX} custom fields, which is the most");
            return Err(Refusal::save("LIMIT_EXCEEDED", message, &[]));
        }
        None => {}
        Some(_) if field.unique => refuse_equal_values(org, object, field)?,
        Some(_) => {}
    }
    let sql = "INSERT INTO practice_custom_field (object, name, definition) VALUES (?1, ?2, ?3) ON CONFLICT (object, name) DO UPDATE SET definition = ?3";
    org.db
        .prepare_cached(sql)?
        .execute([object, field.name, &text])?;
    if before.is_none() {
        make_column(org, object, field)?;
    }
    if field.unique || field.external_id {
        org.db.execute_batch(&format!(
            "CREATE INDEX IF NOT EXISTS \"{object}.{0}\" ON \"{object}\" (\"{0}\")",
            field.name
        ))?;
    }
    changed(org, &text, |lists| {
        let fields = Arc::make_mut(lists.entry(object).or_default());
        match fields.iter_mut().find(|known| known.name == field.name) {
            Some(known) => *known = field,
            None => fields.push(field),
        }
    })
}

/// Refuses that a field becomes unique while records have equal values. \[inferred\] That it is refused, the code, and the
/// text.
fn refuse_equal_values(org: &Tenant<'_>, object: &str, field: &Field) -> Outcome<()> {
    let sql = format!(
        "SELECT EXISTS (SELECT 1 FROM \"{object}\" WHERE \"{0}\" IS NOT NULL GROUP BY \"{0}\" HAVING COUNT(*) > 1)",
        field.name
    );
    match org.db.query_row(&sql, [], |row| row.get(0))? {
        true => {
            let message = format!(
                "Cannot make the field {} unique: there are records with the same value",
                field.name
            );
            Err(Refusal::save("DUPLICATE_VALUE", message, &[field.name]))
        }
        false => Ok(()),
    }
}

/// Removes a field with its values: a later field of its name begins empty. Says whether there was one.
pub(crate) fn remove(org: &Tenant<'_>, object: &str, name: &str) -> Outcome<bool> {
    let sql = "DELETE FROM practice_custom_field WHERE object = ? AND name = ?";
    if org.db.prepare_cached(sql)?.execute([object, name])? == 0 {
        return Ok(false);
    }
    let Some(known) = schema::object(object) else {
        return Ok(true);
    };
    org.db.execute_batch(&format!(
        "DROP INDEX IF EXISTS \"{object}.{name}\"; ALTER TABLE \"{object}\" DROP COLUMN \"{name}\""
    ))?;
    if let Some(bin) = store::bin(known) {
        org.db
            .execute_batch(&format!("ALTER TABLE \"{bin}\" DROP COLUMN \"{name}\""))?;
    }
    changed(org, &format!("{object}.{name}"), |lists| {
        let fields = Arc::make_mut(lists.entry(known.name).or_default());
        fields.retain(|field| field.name != name);
    })?;
    Ok(true)
}

/// Notes a change of the fields, and makes it to the lists where they are known.
fn changed(org: &Tenant<'_>, change: &str, make: impl FnOnce(&mut Lists)) -> Outcome<()> {
    let before = digest(org)?;
    let mut hash = Sha256::new();
    hash.update(before.as_deref().unwrap_or_default());
    hash.update(change);
    let after: String = hash
        .finalize()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let sql = "INSERT INTO practice_setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value";
    org.db.prepare_cached(sql)?.execute([DIGEST, &after])?;
    let lists = match &before {
        Some(before) => lists_met().get(before).cloned(),
        None => Some(Lists::new()),
    };
    if let Some(mut lists) = lists {
        make(&mut lists);
        remember(after, lists);
    }
    org.changed()
}

fn make_column(org: &Tenant<'_>, object: &str, field: &Field) -> Outcome<()> {
    let column = match field.preset {
        // The records that are there have the value, too: a checkbox is never null.
        Preset::Truth(on) => format!("{} DEFAULT {}", store::column(field), i64::from(on)),
        _ => store::column(field),
    };
    let bin = schema::object(object).and_then(store::bin);
    for table in [Some(object), bin.as_deref()].into_iter().flatten() {
        org.db
            .execute_batch(&format!("ALTER TABLE \"{table}\" ADD COLUMN {column}"))?;
    }
    Ok(())
}
