//! The org as one request sees it: rows by name, ids, settings, units of saving. Rules and faces stand
//! on this; nothing here knows a rule.

use std::collections::BTreeMap;

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use serde_json::Value;
use sha2::{Digest, Sha256};
use usher_core::id;

use crate::in_flight::InFlight;
use crate::refusal::Outcome;
use crate::row::Row;
use crate::schema::{self, Field, Object, Shown};
use crate::stamp;
use crate::store;
use crate::tenant::duplicate_header::DuplicateHeader;
use crate::tenant::readable::Readable;
use crate::value;
use crate::version;

mod changed;
pub(crate) mod custom_fields;
pub(crate) mod duplicate_header;
pub(crate) mod readable;
pub(crate) mod rights;
pub(crate) mod shown;

/// The store, the hour and the person, for the length of one request.
pub(crate) struct Tenant<'a> {
    pub(crate) db: &'a Connection,
    pub(crate) now_ms: i64,
    /// The user who asks.
    pub(crate) user_id: String,
    /// The org is being filled: no right is asked.
    pub(crate) fills: bool,
    /// `66` of `v66.0`: some things changed over time.
    pub(crate) version: u32,
    /// Calls of this day, without this one.
    pub(crate) calls: u64,
    /// Other requests, and the fault that this one was dealt.
    pub(crate) in_flight: &'a InFlight,
    /// The effect of duplicate rules on what this request saves.
    pub(crate) duplicates: DuplicateHeader,
    /// Permission set assignments that this request deletes together.
    pub(crate) unassigns: usize,
    /// Reads find records in the recycle bin, too.
    pub(crate) deleted_too: bool,
    /// The records that the user may read, once a query has asked.
    pub(crate) readable: Readable,
}

impl Tenant<'_> {
    /// The org as the platform itself sees it: no right is asked.
    pub(crate) fn of_platform<'o>(
        db: &'o Connection,
        now_ms: i64,
        calls: u64,
        in_flight: &'o InFlight,
    ) -> Tenant<'o> {
        Tenant {
            db,
            now_ms,
            user_id: String::new(),
            fills: true,
            version: *version::VERSIONS.end(),
            calls,
            in_flight,
            duplicates: DuplicateHeader::default(),
            unassigns: 0,
            deleted_too: false,
            readable: Readable::default(),
        }
    }

    /// The record with that id.
    pub(crate) fn row(&self, object: &'static Object, id: &str) -> Outcome<Option<Row>> {
        Ok(self
            .rows(object, &[("Id", Value::from(id))])?
            .into_iter()
            .next())
    }

    /// The fields of these names of the record with that id; none of them, where there is no such record.
    pub(crate) fn part(&self, object: &'static Object, id: &str, names: &[&str]) -> Outcome<Row> {
        let fields = object.fields();
        let fields = fields.filter(|field| names.contains(&field.name));
        let fields: Vec<&'static Field> = fields.collect();
        debug_assert_eq!(fields.len(), names.len(), "{} has {names:?}", object.name);
        let found = self.rows_of(object, &fields, &[("Id", Value::from(id))])?;
        Ok(found.into_iter().next().unwrap_or_default())
    }

    /// The records that hold all these values, in the order of `Id`.
    pub(crate) fn rows(
        &self,
        object: &'static Object,
        holds: &[(&str, Value)],
    ) -> Outcome<Vec<Row>> {
        self.rows_of(object, &self.every_field(object)?, holds)
    }

    /// The same with these fields only.
    pub(crate) fn rows_of(
        &self,
        object: &'static Object,
        fields: &[&'static Field],
        holds: &[(&str, Value)],
    ) -> Outcome<Vec<Row>> {
        let (condition, values) = where_all(holds);
        let source = store::source(object, self.deleted_too);
        let mut sql = String::new();
        for (place, field) in fields.iter().enumerate() {
            sql.push_str(if place == 0 { "SELECT " } else { ", " });
            push_expression(field, "t", &mut sql);
        }
        for part in [" FROM ", &source, " t", &condition, " ORDER BY t.\"Id\""] {
            sql.push_str(part);
        }
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut found = statement.query(params_from_iter(values))?;
        let mut rows = Vec::new();
        while let Some(record) = found.next()? {
            let mut row = Row::new();
            for (place, field) in fields.iter().enumerate() {
                row.insert(field.name, value::from_sql(field.kind, record.get(place)?));
            }
            rows.push(row);
        }
        Ok(rows)
    }

    /// The ids of the records that hold all these values, in their order.
    pub(crate) fn ids(
        &self,
        object: &'static Object,
        holds: &[(&str, Value)],
    ) -> Outcome<Vec<String>> {
        let (condition, values) = where_all(holds);
        let source = store::source(object, self.deleted_too);
        let sql = format!("SELECT t.\"Id\" FROM {source} t{condition} ORDER BY t.\"Id\"");
        let mut statement = self.db.prepare_cached(&sql)?;
        let found = statement.query_map(params_from_iter(values), |row| row.get(0))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Returns the number of records that hold all these values.
    pub(crate) fn count(&self, object: &Object, holds: &[(&str, Value)]) -> Outcome<i64> {
        let (condition, values) = where_all(holds);
        let sql = format!("SELECT COUNT(*) FROM \"{}\" t{condition}", object.name);
        let mut statement = self.db.prepare_cached(&sql)?;
        Ok(statement.query_row(params_from_iter(values), |row| row.get(0))?)
    }

    /// Writes a new row with the stamps of now. `row` holds its id.
    pub(crate) fn insert(&self, object: &Object, row: &Row) -> Outcome<()> {
        let now = Value::from(stamp::date_time(self.now_ms));
        let user = Value::from(self.user_id.as_str());
        let mut row = row.clone();
        for (name, value) in [
            ("CreatedDate", &now),
            ("CreatedById", &user),
            ("LastModifiedDate", &now),
            ("LastModifiedById", &user),
            ("SystemModstamp", &now),
        ] {
            row.entry(name).or_insert_with(|| value.clone());
        }
        let mut stored = self.every_field(object)?;
        stored.retain(|field| field.computed.is_none());
        let names: Vec<String> = stored
            .iter()
            .map(|field| format!("\"{}\"", field.name))
            .collect();
        let values: Vec<Sql> = stored
            .iter()
            .map(|field| row.get(field.name).map_or(Sql::Null, value::to_sql))
            .collect();
        let places = vec!["?"; names.len()].join(", ");
        let sql = format!(
            "INSERT INTO \"{}\" ({}) VALUES ({places})",
            object.name,
            names.join(", ")
        );
        self.db
            .prepare_cached(&sql)?
            .execute(params_from_iter(values))?;
        self.changes(object)
    }

    /// Sets fields of one row, and the stamps of its last change.
    pub(crate) fn set(&self, object: &Object, id: &str, fields: &[(&str, Value)]) -> Outcome<()> {
        let now = Value::from(stamp::date_time(self.now_ms));
        let mut all: BTreeMap<&str, Value> = BTreeMap::from([
            ("LastModifiedDate", now.clone()),
            ("LastModifiedById", Value::from(self.user_id.as_str())),
            ("SystemModstamp", now),
        ]);
        all.extend(fields.iter().map(|(name, value)| (*name, value.clone())));
        let names: Vec<String> = all.keys().map(|name| format!("\"{name}\" = ?")).collect();
        let mut values: Vec<Sql> = all.values().map(value::to_sql).collect();
        values.push(Sql::Text(id.to_owned()));
        let sql = format!(
            "UPDATE \"{}\" SET {} WHERE \"Id\" = ?",
            object.name,
            names.join(", ")
        );
        self.db
            .prepare_cached(&sql)?
            .execute(params_from_iter(values))?;
        self.changes(object)
    }

    /// Removes the rows that hold all these values.
    pub(crate) fn remove(&self, object: &Object, holds: &[(&str, Value)]) -> Outcome<()> {
        let (condition, values) = where_all(holds);
        let sql = format!("DELETE FROM \"{}\" AS t{condition}", object.name);
        self.db
            .prepare_cached(&sql)?
            .execute(params_from_iter(values))?;
        self.changes(object)
    }

    /// The object of that name, when this org shows it to clients.
    pub(crate) fn object(&self, name: &str) -> Outcome<Option<&'static Object>> {
        match schema::object(name) {
            Some(object) if self.shows_object(object)? => Ok(Some(object)),
            _ => Ok(None),
        }
    }

    /// The field of that name, when this org shows it to clients.
    pub(crate) fn field(&self, object: &Object, name: &str) -> Outcome<Option<&'static Field>> {
        match self.any_field(object, name)? {
            Some(field) if self.shows_field(object, field)? => Ok(Some(field)),
            _ => Ok(None),
        }
    }

    /// The fields that this org shows to clients.
    pub(crate) fn fields(&self, object: &Object) -> Outcome<Vec<&'static Field>> {
        let mut fields = Vec::new();
        for field in self.every_field(object)? {
            if self.shows_field(object, field)? {
                fields.push(field);
            }
        }
        Ok(fields)
    }

    /// Every field of an object, custom ones among them, shown or not.
    pub(crate) fn every_field(&self, object: &Object) -> Outcome<Vec<&'static Field>> {
        Ok(object
            .fields()
            .chain(custom_fields::of(self, object)?)
            .collect())
    }

    /// The field of that name, in any case, shown or not.
    pub(crate) fn any_field(&self, object: &Object, name: &str) -> Outcome<Option<&'static Field>> {
        if let Some(field) = object.field(name) {
            return Ok(Some(field));
        }
        Ok(custom_fields::of(self, object)?.find(|field| field.name.eq_ignore_ascii_case(name)))
    }

    /// Says whether the org has the object and shows it to the user.
    pub(crate) fn shows_object(&self, object: &Object) -> Outcome<bool> {
        Ok(self.shows(object.shown)? && shown::object(self, object)?)
    }

    /// Says whether the org has the field and shows it to the user.
    pub(crate) fn shows_field(&self, object: &Object, field: &Field) -> Outcome<bool> {
        Ok(self.shows(field.shown)? && shown::field(self, object, field)?)
    }

    /// Says whether the org has the feature behind an object or a field
    /// (docs/salesforce/settings.md#what-digital-experiences-open, docs/salesforce/accounts.md#partner-accounts).
    pub(crate) fn shows(&self, shown: Shown) -> Outcome<bool> {
        match shown {
            Shown::Always => Ok(true),
            Shown::Hidden => Ok(false),
            Shown::Persons => {
                Ok(self.setting("practice.personAccounts")? != Some(Value::Bool(false)))
            }
            Shown::RecordTypes(object) => {
                let sql = "SELECT EXISTS (SELECT 1 FROM \"RecordType\" WHERE \"SobjectType\" = ? AND \"IsActive\" = 1)";
                let mut statement = self.db.prepare_cached(sql)?;
                Ok(statement.query_row([object], |row| row.get(0))?)
            }
            Shown::Experiences => self.is_on("CommunitiesSettings.enableNetworksEnabled"),
            Shown::Partners => {
                if self.is_on("CommunitiesSettings.enableEnablePRM")? {
                    return Ok(true);
                }
                let sql = "SELECT EXISTS (SELECT 1 FROM \"UserLicense\" WHERE \"PracticeUserType\" = 'PowerPartner' AND \"TotalLicenses\" > 0 AND \"Status\" = 'Active')";
                let licensed = self
                    .db
                    .prepare_cached(sql)?
                    .query_row([], |row| row.get(0))?;
                Ok(licensed && self.shows(Shown::Experiences)?)
            }
        }
    }

    /// The same request in another version of the API.
    pub(crate) fn at_version(&self, version: u32) -> Tenant<'_> {
        Tenant {
            db: self.db,
            now_ms: self.now_ms,
            user_id: self.user_id.clone(),
            fills: self.fills,
            version,
            calls: self.calls,
            in_flight: self.in_flight,
            duplicates: self.duplicates,
            unassigns: self.unassigns,
            deleted_too: self.deleted_too,
            readable: Readable::default(),
        }
    }

    /// The same request, which deletes so many permission set assignments together.
    pub(crate) fn unassigning(&self, unassigns: usize) -> Tenant<'_> {
        Tenant {
            unassigns,
            ..self.at_version(self.version)
        }
    }

    /// The same request, whose queries find deleted records, too (docs/salesforce/records.md#recycle-bin).
    pub(crate) fn with_deleted(&self) -> Tenant<'_> {
        Tenant {
            deleted_too: true,
            ..self.at_version(self.version)
        }
    }

    /// The same request with another header about duplicate rules.
    pub(crate) fn with_duplicates(self, duplicates: DuplicateHeader) -> Self {
        Self { duplicates, ..self }
    }

    /// The next id of an object: its prefix, three characters of the seed, a counter.
    ///
    /// A refused save takes its id back with it, so the same seed and the same requests give the same
    /// ids.
    pub(crate) fn next_id(&self, object: &Object) -> Outcome<String> {
        self.next_id_of(object.name, object.prefix)
    }

    /// The same for what has ids and is no object: deployments.
    pub(crate) fn next_id_of(&self, name: &str, prefix: &str) -> Outcome<String> {
        let sql = "INSERT INTO practice_counter VALUES (?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last";
        let counter: i64 = self
            .db
            .prepare_cached(sql)?
            .query_row([name], |row| row.get(0))?;
        let seed: i64 = self
            .db
            .prepare_cached("SELECT seed FROM practice_seed")?
            .query_row([], |row| row.get(0))?;
        Ok(record_id(
            prefix,
            seed.cast_unsigned(),
            counter.cast_unsigned(),
        ))
    }

    /// The org's own id.
    pub(crate) fn organization_id(&self) -> Outcome<String> {
        Ok(self
            .db
            .query_row("SELECT \"Id\" FROM \"Organization\"", [], |row| row.get(0))?)
    }

    /// A setting, hidden or of the platform: `practice.numberOfCustomerRoles`.
    pub(crate) fn setting(&self, name: &str) -> Outcome<Option<Value>> {
        let sql = "SELECT value FROM practice_setting WHERE name = ?";
        let found: Option<String> = self
            .db
            .prepare_cached(sql)?
            .query_row([name], |row| row.get(0))
            .optional()?;
        Ok(found.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Says whether a setting is on; one that was never set is off.
    pub(crate) fn is_on(&self, name: &str) -> Outcome<bool> {
        Ok(self.setting(name)? == Some(Value::Bool(true)))
    }

    /// Writes a setting.
    pub(crate) fn configure(&self, name: &str, value: &Value) -> Outcome<()> {
        let sql = "INSERT INTO practice_setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value";
        self.db
            .prepare_cached(sql)?
            .execute([name, &value.to_string()])?;
        self.changed()
    }

    /// Runs `save` so that it leaves everything or nothing. Units nest: an inner one that fails takes
    /// back only its own part.
    pub(crate) fn unit<T>(&self, save: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
        let outermost = self.db.is_autocommit();
        let (begin, keep, undo) = match outermost {
            true => ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"),
            false => (
                "SAVEPOINT unit",
                "RELEASE unit",
                "ROLLBACK TO unit; RELEASE unit",
            ),
        };
        self.db.execute_batch(begin)?;
        let outcome = save().and_then(|saved| {
            self.db.execute_batch(keep)?;
            Ok(saved)
        });
        if outcome.is_err() {
            self.db.execute_batch(undo)?;
        }
        outcome
    }
}

/// Returns the SQL of a field, over the table or alias `of`.
pub(crate) fn expression(field: &Field, of: &str) -> String {
    let mut sql = String::new();
    push_expression(field, of, &mut sql);
    sql
}

fn push_expression(field: &Field, of: &str, sql: &mut String) {
    match field.computed {
        Some(computed) => sql.push_str(&computed.replace("{t}", of)),
        None => {
            for part in [of, ".\"", field.name, "\""] {
                sql.push_str(part);
            }
        }
    }
}

fn where_all(holds: &[(&str, Value)]) -> (String, Vec<Sql>) {
    let mut conditions = Vec::new();
    let mut values = Vec::new();
    for (name, value) in holds {
        match value {
            Value::Null => conditions.push(format!("t.\"{name}\" IS NULL")),
            other => {
                conditions.push(format!("t.\"{name}\" = ?"));
                values.push(value::to_sql(other));
            }
        }
    }
    let condition = match conditions.is_empty() {
        true => String::new(),
        false => format!(" WHERE {}", conditions.join(" AND ")),
    };
    (condition, values)
}

/// The id of the record that was made as the `counter`th of its object.
pub(crate) fn record_id(prefix: &str, seed: u64, counter: u64) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let digit = |number: u64| char::from(DIGITS[usize::try_from(number % 62).expect("below 62")]);
    let digest = Sha256::digest(seed.to_be_bytes());
    let mut short = prefix.to_owned();
    short.extend(digest.iter().take(3).map(|byte| digit(u64::from(*byte))));
    let places = (0..9).rev().map(|place| counter / 62_u64.pow(place));
    short.extend(places.map(digit));
    format!("{short}{}", id::checksum(&short))
}
