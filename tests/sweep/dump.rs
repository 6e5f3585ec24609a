//! A practice org as text, for comparing two orgs: every row of every table, ids as what they stand for, times as "a
//! time". Rows that only show how the org came there are left out: counters, sessions, jobs that are over.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use crate::sweep::rows::{Row, tables};

/// Tables that differ without the org being another: publishing or deploying the same twice is harmless and leaves two
/// jobs, and a record that was made and deleted leaves its traces. Other tables show what the jobs did.
const LEFT_OUT: [&str; 7] = [
    "BackgroundOperation",
    "practice_counter",
    "practice_deletion",
    "practice_deployment",
    "practice_seed",
    "practice_session",
    "practice_unlinked",
];

/// The end of the names of tables with deleted records.
const RECYCLE_BIN: &str = ".bin";

/// Settings that say when something was, and not what is.
const TIMES: [&str; 2] = ["practice.clockAheadMs", "practice.changedMs"];

/// Columns that name a row; `name` is that of settings.
const NAMING: [&str; 5] = ["Username", "DeveloperName", "Name", "LastName", "name"];

/// Columns with the user who made or changed a row, and the user who got it for that.
const AUTHORS: [&str; 4] = [
    "CreatedById",
    "LastModifiedById",
    "OwnerId",
    "EmailSenderAddress",
];

/// The number of references that are followed to name a row.
const DEPTH: usize = 3;

/// Every row of an org, and the ids of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dump(Vec<Kept>, Vec<String>);

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Kept {
    table: String,
    name: Option<String>,
    /// The text by which it is recognised: `User jane@example.com`.
    identity: String,
    fields: Row,
}

impl Dump {
    /// The org in the file.
    pub(crate) fn of(file: &Path) -> Self {
        let tables = tables(file, &LEFT_OUT);
        let ids: BTreeMap<&str, (&str, &Row)> = tables
            .iter()
            .flat_map(|(table, rows)| {
                rows.iter()
                    .filter_map(|row| Some((row.get("Id")?.as_str(), (table.as_str(), row))))
            })
            .collect();
        let mut kept = Vec::new();
        let there = tables.iter();
        for (table, rows) in there.filter(|(table, _)| !table.ends_with(RECYCLE_BIN)) {
            for row in rows {
                if row
                    .get("name")
                    .is_none_or(|name| !TIMES.contains(&name.as_str()))
                {
                    kept.push(Kept::of(table, row, &ids));
                }
            }
        }
        let ids = ids.keys().map(|id| (*id).to_owned()).collect();
        Self(kept, ids)
    }

    /// Returns the difference, `-` only here, `+` only there; none when there is none.
    pub(crate) fn difference(&self, other: &Self) -> Option<String> {
        let mut text = String::new();
        for (sign, one, two) in [('-', self, other), ('+', other, self)] {
            let mut others: Vec<&Kept> = two.0.iter().collect();
            for row in &one.0 {
                match others.iter().position(|known| *known == row) {
                    Some(place) => drop(others.swap_remove(place)),
                    None => {
                        let _written = writeln!(text, "    {sign} {row}");
                    }
                }
            }
        }
        (!text.is_empty()).then_some(text)
    }

    /// Returns the difference from `start`, without the one that `undone`, an undisturbed run that was undone, leaves:
    /// other records, other fields of a record, other values of a new one.
    pub(crate) fn beyond(&self, start: &Self, undone: &Self) -> Option<String> {
        let mut text = String::new();
        let mut identities: Vec<&str> = self
            .0
            .iter()
            .chain(&start.0)
            .map(|row| row.identity.as_str())
            .collect();
        identities.sort_unstable();
        identities.dedup();
        for identity in identities {
            let (here, before, may) = (
                self.rows(identity),
                start.rows(identity),
                undone.rows(identity),
            );
            let more = here.len() > before.len().max(may.len());
            let less = here.len() < before.len().min(may.len());
            if more || less {
                let _written = writeln!(
                    text,
                    "    {identity}: {} of them, not {}",
                    here.len(),
                    before.len()
                );
            }
            let begun = before.first().copied().or(may.first().copied());
            let (Some(begun), Some(may)) = (begun, may.first()) else {
                continue;
            };
            for row in here {
                for field in row.fields.keys().chain(begun.fields.keys()) {
                    let [is, was, may_be] = [row, begun, may].map(|row| row.fields.get(field));
                    // A field of a new record may be as if less had been done to it.
                    let untouched = before.is_empty() && is.is_none_or(|value| value == "0");
                    if is != was && was == may_be && !untouched {
                        let _written =
                            writeln!(text, "    {identity}: {field} is {is:?}, was {was:?}");
                    }
                }
            }
        }
        (!text.is_empty()).then_some(text)
    }

    /// The same rows without the users who made and changed them.
    pub(crate) fn without_authors(&self) -> Self {
        let rows = self.0.iter().filter(|row| !row.is_owners_share());
        let rows = rows.map(|row| {
            let mut fields = row.fields.clone();
            fields.retain(|name, _| !AUTHORS.contains(&name.as_str()));
            Kept::recognised(&row.table, row.name.clone(), fields)
        });
        Self(rows.collect(), self.1.clone())
    }

    /// Rows of a table whose author, or last one to change them, is that user; as text, in order.
    pub(crate) fn touched_by(&self, table: &str, username: &str) -> Vec<String> {
        let user = format!("<User {username}>");
        let is_theirs = |row: &&Kept| {
            let authors = ["CreatedById", "LastModifiedById"];
            row.table == table
                && authors
                    .iter()
                    .any(|name| row.fields.get(*name) == Some(&user))
        };
        let rows = self.0.iter().filter(is_theirs);
        let mut rows: Vec<String> = rows.map(Kept::to_string).collect();
        rows.sort_unstable();
        rows
    }

    /// Says whether rows of a table have a field.
    pub(crate) fn has(&self, table: &str, field: &str) -> bool {
        let mut rows = self.0.iter().filter(|row| row.table == table);
        rows.any(|row| row.fields.contains_key(field))
    }

    /// The id of another record of the kind that `id` is of; none when it is not the id of a record.
    pub(crate) fn like(&self, id: &str) -> Option<String> {
        let ids = &self.1;
        ids.contains(&id.to_owned()).then_some(())?;
        let like = ids
            .iter()
            .find(|other| other[..3] == id[..3] && *other != id);
        like.cloned()
    }

    fn rows(&self, identity: &str) -> Vec<&Kept> {
        self.0
            .iter()
            .filter(|row| row.identity == identity)
            .collect()
    }
}

impl Kept {
    fn of(table: &str, row: &Row, ids: &BTreeMap<&str, (&str, &Row)>) -> Self {
        let own = ["Id", "number"];
        let told = row.iter().filter(|(column, _)| {
            !(own.contains(&column.as_str())
                || column.starts_with("Practice") && column.ends_with("Ms"))
        });
        let fields: Row = told
            .map(|(column, value)| (column.clone(), shown(value, ids, DEPTH)))
            .collect();
        let name = NAMING.iter().find_map(|column| row.get(*column));
        Self::recognised(table, name.cloned(), fields)
    }

    fn recognised(table: &str, name: Option<String>, fields: Row) -> Self {
        let identity = match &name {
            Some(name) => format!("<{table} {name}>"),
            // A row without a name is named by its fields.
            None => format!("<{table} {fields:?}>"),
        };
        Self {
            table: table.to_owned(),
            name,
            identity,
            fields,
        }
    }

    /// Says whether the row exists because a user owns a record.
    fn is_owners_share(&self) -> bool {
        self.fields
            .get("RowCause")
            .is_some_and(|cause| cause == "Owner")
    }
}

impl std::fmt::Display for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let fields = self
            .fields
            .iter()
            .map(|(name, value)| format!("{name}: {value}"));
        write!(
            f,
            "{} {{ {} }}",
            self.identity,
            fields.collect::<Vec<_>>().join(", ")
        )
    }
}

/// Returns a value without the parts that differ from org to org.
fn shown(value: &str, ids: &BTreeMap<&str, (&str, &Row)>, depth: usize) -> String {
    if is_time(value) {
        return "(a time)".to_owned();
    }
    let Some((table, row)) = ids.get(value) else {
        return value.to_owned();
    };
    let name = NAMING.iter().find_map(|column| row.get(*column));
    match name {
        Some(name) => format!("<{table} {name}>"),
        None if depth == 0 => format!("<{table}>"),
        None => {
            let parts = row
                .iter()
                .filter(|(column, _)| column.ends_with("Id") && *column != "Id");
            let parts = parts
                .filter(|(column, _)| !column.ends_with("ById"))
                .map(|(_, value)| shown(value, ids, depth - 1));
            format!("<{table} {}>", parts.collect::<Vec<_>>().join(" "))
        }
    }
}

/// `2026-11-22T…`
fn is_time(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.len() > 16
        && bytes[..4].iter().all(u8::is_ascii_digit)
        && bytes[4] == b'-'
        && bytes[7] == b'-'
        && bytes[10] == b'T'
}
