//! The org's tables in SQLite: opening, seeding once, one table for each object of the schema.
//!
//! A file belongs to one shape of the schema: its `user_version` is a digest of the tables, so a file
//! made by another version of Usher is refused, never misread. The meaning of the rows is not known here.

use std::cmp::Ordering;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, TransactionBehavior};
use sha2::{Digest, Sha256};

use crate::bulk::tables::TABLES as BULK_TABLES;
use crate::error::PracticeError;
use crate::schema::{Field, FieldKind, OBJECTS, Object};
use crate::stamp;

mod seats;
pub(crate) mod selection;

/// Tells a practice org from any other SQLite file: `USHR`.
const APPLICATION_ID: i64 = 0x5553_4852;

/// The time that one process waits for another that writes the same org.
const BUSY: Duration = Duration::from_secs(30);

/// Bytes of a page in memory. Most tables have a few rows, and each has a page at least: with SQLite's own 4,096 a new
/// org takes 560 KB, with these 250 KB, and a server may hold a thousand orgs.
const MEMORY_PAGE_BYTES: i64 = 1_024;

/// Tables that are no objects: the seed and the counters, settings, custom fields, components, deployments, retrieves, translations,
/// what will be calculated, sessions, passwords, refresh tokens, authorization codes, mails, deletions and the
/// references that they emptied.
const OWN_TABLES: &str = "
CREATE TABLE practice_seed (seed INTEGER NOT NULL);
CREATE TABLE practice_counter (object TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE practice_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE practice_custom_field (number INTEGER PRIMARY KEY, object TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL, UNIQUE (object, name));
CREATE TABLE practice_component (kind TEXT NOT NULL, full_name TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (kind, full_name)) WITHOUT ROWID;
CREATE TABLE practice_deployment (id TEXT PRIMARY KEY, submitted_ms INTEGER NOT NULL, user_id TEXT NOT NULL, options TEXT NOT NULL, package TEXT NOT NULL, report TEXT) WITHOUT ROWID;
CREATE TABLE practice_retrieval (id TEXT PRIMARY KEY, submitted_ms INTEGER NOT NULL, user_id TEXT NOT NULL, request TEXT NOT NULL, report TEXT, zip BLOB) WITHOUT ROWID;
CREATE TABLE practice_mail (number INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, address TEXT NOT NULL, user_id TEXT NOT NULL, network_id TEXT, subject TEXT NOT NULL);
CREATE INDEX practice_mail_received ON practice_mail (user_id, network_id);
CREATE TABLE practice_translation (language TEXT NOT NULL, object TEXT NOT NULL, name TEXT NOT NULL, shown TEXT NOT NULL, PRIMARY KEY (language, object, name)) WITHOUT ROWID;
CREATE TABLE practice_due (subject TEXT NOT NULL, key TEXT NOT NULL, due_ms INTEGER NOT NULL, PRIMARY KEY (subject, key)) WITHOUT ROWID;
CREATE TABLE practice_session (digest TEXT PRIMARY KEY, user_id TEXT NOT NULL, number INTEGER NOT NULL, client_id TEXT, scopes TEXT, approval TEXT, minutes INTEGER, issued_ms INTEGER, used_ms INTEGER) WITHOUT ROWID;
CREATE TABLE practice_refresh (digest TEXT PRIMARY KEY, user_id TEXT NOT NULL, client_id TEXT NOT NULL, scopes TEXT NOT NULL, approval TEXT NOT NULL, number INTEGER NOT NULL, issued_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE practice_password (user_id TEXT PRIMARY KEY, digest TEXT NOT NULL, expired INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE practice_code (digest TEXT PRIMARY KEY, user_id TEXT NOT NULL, client_id TEXT NOT NULL, redirect_uri TEXT NOT NULL, scopes TEXT NOT NULL, challenge TEXT, plain INTEGER NOT NULL, expires_ms INTEGER NOT NULL, spent INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE practice_deletion (id TEXT PRIMARY KEY, object TEXT NOT NULL, with_id TEXT NOT NULL, deleted_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX practice_deletion_with ON practice_deletion (with_id);
CREATE INDEX practice_deletion_time ON practice_deletion (deleted_ms);
CREATE TABLE practice_unlinked (with_id TEXT NOT NULL, object TEXT NOT NULL, id TEXT NOT NULL, field TEXT NOT NULL, PRIMARY KEY (with_id, object, id, field)) WITHOUT ROWID;
";

/// Two fields of an object by which rows are looked up or counted. A value of the first alone may have a hundred thousand
/// rows (a site its members, an owner the shares of what it owns).
const PAIRS: [(&str, [&str; 2]); 7] = [
    ("AccountShare", ["AccountId", "UserOrGroupId"]),
    ("CaseShare", ["CaseId", "UserOrGroupId"]),
    ("ContactShare", ["ContactId", "UserOrGroupId"]),
    ("LeadShare", ["LeadId", "UserOrGroupId"]),
    ("NetworkMember", ["NetworkId", "MemberId"]),
    ("OpportunityShare", ["OpportunityId", "UserOrGroupId"]),
    ("PermissionSetAssignment", ["AssigneeId", "PermissionSetId"]),
];

/// An org that lives as long as the connection.
pub(crate) fn in_memory(
    seed: u64,
    fill: impl FnOnce(&Connection) -> Result<(), PracticeError>,
) -> Result<Connection, PracticeError> {
    let mut db = Connection::open_in_memory()?;
    db.pragma_update(None, "page_size", MEMORY_PAGE_BYTES)?;
    prepare(&mut db)?;
    make(&mut db, seed, fill)?;
    Ok(db)
}

/// The org in the file at `path`; a new file is filled in one transaction, whole or not at all.
#[expect(clippy::disallowed_methods, reason = "the store is the one file")]
pub(crate) fn open(
    path: &Path,
    seed: u64,
    fill: impl FnOnce(&Connection) -> Result<(), PracticeError>,
) -> Result<Connection, PracticeError> {
    private_file(path)?;
    let keeps_log = keeps_log(path);
    let mut db = Connection::open(path)?;
    prepare(&mut db)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keeps_log)?;
    // Before anything is written: the file may belong to another program.
    recognise(&db, path)?;
    db.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    set_lasting(&db, true)?;
    make(&mut db, seed, fill)?;
    // Another process may have made it in between.
    recognise(&db, path)?;
    Ok(db)
}

/// Bytes of a log that stays when a process closes the org. To empty and delete the log, and to make it again, a process
/// waits four times for the disk, and most commands write one page, their session. SQLite reads a log of this size in less
/// than a millisecond when it opens the org.
const LOG_BYTES_MAX: u64 = 256 * 1024;

/// Says whether the log stays as it is when this process closes the org. A log with a whole new org in it is emptied.
fn keeps_log(path: &Path) -> bool {
    let bytes = |path: &Path| path.metadata().map_or(0, |file| file.len());
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    bytes(path) > 0 && bytes(Path::new(&log)) <= LOG_BYTES_MAX
}

/// Makes what is written from now on outlast a power cut (`true`), or only the end of the process.
pub(crate) fn set_lasting(db: &Connection, is_lasting: bool) -> rusqlite::Result<()> {
    db.pragma_update(
        None,
        "synchronous",
        match is_lasting {
            true => "FULL",
            false => "NORMAL",
        },
    )
}

/// The seed of the org in the file at `path`; none: no org is there. A file that is something else is for [`open`] to
/// judge.
#[expect(clippy::disallowed_methods, reason = "the store is the one file")]
pub(crate) fn seed_of(path: &Path) -> Result<Option<u64>, PracticeError> {
    if !path.exists() {
        return Ok(None);
    }
    let db = Connection::open(path)?;
    db.busy_timeout(BUSY)?;
    let found = db.query_row("SELECT seed FROM practice_seed", [], |row| {
        row.get::<_, i64>(0)
    });
    Ok(found.ok().map(i64::cast_unsigned))
}

/// Refuses a file that holds something else than an org of this version. An empty file will do.
fn recognise(db: &Connection, path: &Path) -> Result<(), PracticeError> {
    let path = || path.to_owned();
    let number = |sql: &str| match db.query_row(sql, [], |row| row.get::<_, i64>(0)) {
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) => {
            Err(PracticeError::NotPractice { path: path() })
        }
        other => Ok(other?),
    };
    if number("SELECT COUNT(*) FROM sqlite_schema")? == 0 {
        return Ok(());
    }
    if number("PRAGMA application_id")? != APPLICATION_ID {
        return Err(PracticeError::NotPractice { path: path() });
    }
    if number("PRAGMA user_version")? != schema_version() {
        return Err(PracticeError::OtherVersion { path: path() });
    }
    Ok(())
}

/// Makes the tables and fills them, unless another process has done so.
fn make(
    db: &mut Connection,
    seed: u64,
    fill: impl FnOnce(&Connection) -> Result<(), PracticeError>,
) -> Result<(), PracticeError> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let tables: i64 =
        transaction.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 {
        return Ok(());
    }
    transaction.execute_batch(&format!(
        "{}PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {};",
        ddl(),
        schema_version()
    ))?;
    // SQLite's integers are signed; the bits are the same.
    transaction.execute("INSERT INTO practice_seed VALUES (?)", [seed.cast_signed()])?;
    fill(&transaction)?;
    transaction.commit()?;
    // The statements that made the org are of no use to its requests: a server may hold a thousand orgs.
    db.flush_prepared_statement_cache();
    Ok(())
}

fn prepare(db: &mut Connection) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY)?;
    // The plan of a statement does not depend on bound values. Without this, SQLite compiles a statement that compares a
    // column with such a value again for each use: a cached statement is given back without its values.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.set_prepared_statement_cache_capacity(256);
    db.create_collation("platform", order)?;
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    type Test = fn(&str, &str) -> bool;
    let tests: [(&str, Test); 3] = [
        ("platform_like", like),
        ("platform_has_all", selection::has_all),
        ("platform_is_same", selection::is_same),
    ];
    for (name, test) in tests {
        db.create_scalar_function(name, 2, flags, move |context| {
            let wanted: String = context.get(0)?;
            let value: Option<String> = context.get(1)?;
            Ok(value.is_some_and(|value| test(&wanted, &value)))
        })?;
    }
    db.create_scalar_function("platform_local", 2, flags, |context| {
        let time: Option<String> = context.get(0)?;
        let zone: String = context.get(1)?;
        Ok(time.and_then(|time| stamp::local(&time, &zone)))
    })?;
    db.create_scalar_function("platform_labels", 2, flags, |context| {
        let selected: Option<String> = context.get(0)?;
        let known: String = context.get(1)?;
        Ok(selected.map(|selected| selection::labels(&selected, &known)))
    })
}

/// The order of two texts without regard to case.
fn order(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        let (a, b) = (a.bytes(), b.bytes());
        let lower = |byte: u8| byte.to_ascii_lowercase();
        return a.map(lower).cmp(b.map(lower));
    }
    a.to_lowercase().cmp(&b.to_lowercase())
}

/// Says whether `value` fits a SOQL pattern, without regard to case.
pub(crate) fn like(pattern: &str, value: &str) -> bool {
    enum Piece {
        Any,
        One,
        Exactly(char),
    }
    let mut pieces = Vec::new();
    let lower = pattern.to_lowercase();
    let mut rest = lower.chars();
    while let Some(c) = rest.next() {
        pieces.push(match c {
            '%' => Piece::Any,
            '_' => Piece::One,
            '\\' => Piece::Exactly(rest.next().unwrap_or('\\')),
            other => Piece::Exactly(other),
        });
    }
    let value: Vec<char> = value.to_lowercase().chars().collect();
    // Greedy with one place to go back to: the last `%`.
    let (mut at, mut piece) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    loop {
        let fits = match pieces.get(piece) {
            None if at == value.len() => return true,
            Some(Piece::Any) => {
                back = Some((at, piece));
                piece += 1;
                continue;
            }
            Some(Piece::One) => at < value.len(),
            Some(Piece::Exactly(c)) => value.get(at) == Some(c),
            None => false,
        };
        if fits {
            (at, piece) = (at + 1, piece + 1);
            continue;
        }
        match back {
            Some((from, any)) if from < value.len() => {
                back = Some((from + 1, any));
                (at, piece) = (from + 1, any + 1);
            }
            _ => return false,
        }
    }
}

fn ddl() -> String {
    let tables = OBJECTS.iter().map(|object| table(object));
    tables
        .chain([OWN_TABLES, BULK_TABLES, seats::TABLES].map(str::to_owned))
        .collect()
}

fn table(object: &Object) -> String {
    let stored = || object.fields().filter(|field| field.computed.is_none());
    let columns: Vec<String> = stored().map(column).collect();
    let name = object.name;
    let columns = columns.join(", ");
    let mut sql = format!("CREATE TABLE \"{name}\" ({columns}) WITHOUT ROWID;\n");
    if let Some(bin) = bin(object) {
        sql.push_str(&format!(
            "CREATE TABLE \"{bin}\" ({columns}) WITHOUT ROWID;\n"
        ));
    }
    if let Some((_, [first, second])) = PAIRS.iter().find(|(object, _)| *object == name) {
        sql.push_str(&format!(
            "CREATE INDEX \"{name}.{first}.{second}\" ON \"{name}\" (\"{first}\", \"{second}\");\n"
        ));
    }
    let stamps = ["CreatedById", "LastModifiedById"];
    for field in stored().filter(|field| !stamps.contains(&field.name)) {
        let named = matches!(field.name, "Name" | "DeveloperName");
        let looked_up = field.unique || field.id_lookup || named;
        if looked_up || matches!(field.kind, FieldKind::Reference { .. }) {
            sql.push_str(&format!(
                "CREATE INDEX \"{name}.{0}\" ON \"{name}\" (\"{0}\");\n",
                field.name
            ));
        }
        // Sub-selects look for the deleted records below each record; every other index would be a page for nothing.
        let below =
            matches!(field.kind, FieldKind::Reference { children, .. } if !children.is_empty());
        if let (true, Some(bin)) = (below, bin(object)) {
            sql.push_str(&format!(
                "CREATE INDEX \"{bin}.{0}\" ON \"{bin}\" (\"{0}\");\n",
                field.name
            ));
        }
    }
    sql
}

/// The table of an object's deleted records, with the same columns in the same order; none for objects whose records
/// are gone once they are deleted.
pub(crate) fn bin(object: &Object) -> Option<String> {
    object
        .keeps_deleted()
        .then(|| format!("{}.bin", object.name))
}

/// The source of an object's records for a `FROM`: those that are there, or these and the deleted ones.
pub(crate) fn source(object: &Object, deleted_too: bool) -> String {
    let name = object.name;
    match bin(object).filter(|_| deleted_too) {
        Some(bin) => format!("(SELECT * FROM \"{name}\" UNION ALL SELECT * FROM \"{bin}\")"),
        None => format!("\"{name}\""),
    }
}

/// The column of a field, as SQL declares it.
pub(crate) fn column(field: &Field) -> String {
    let kind = match field.kind {
        FieldKind::Id => "TEXT PRIMARY KEY",
        FieldKind::Truth | FieldKind::Integer => "INTEGER",
        FieldKind::Double => "REAL",
        _ if collation(field).is_empty() => "TEXT",
        _ => "TEXT COLLATE platform",
    };
    format!("\"{}\" {kind}", field.name)
}

/// The collation of a field's values; empty: none but that of SQLite.
pub(crate) fn collation(field: &Field) -> &'static str {
    match field.kind {
        FieldKind::Id | FieldKind::Truth | FieldKind::Integer | FieldKind::Double => "",
        // Ids differ in case, and stamps sort as they are.
        FieldKind::Reference { .. } | FieldKind::Date | FieldKind::DateTime => "",
        _ => "platform",
    }
}

/// A positive number of 31 bits that changes with the tables.
fn schema_version() -> i64 {
    let digest = Sha256::digest(ddl().as_bytes());
    let bytes = [digest[0], digest[1], digest[2], digest[3]];
    i64::from(u32::from_be_bytes(bytes) >> 1).max(1)
}

/// Makes the file so that only its owner reads it: it holds names and mail addresses.
#[expect(clippy::disallowed_methods, reason = "the store is the one file")]
fn private_file(path: &Path) -> Result<(), PracticeError> {
    let mut options = std::fs::OpenOptions::new();
    // Opened for reading, too, a pipe in the file's place is not waited for.
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map(drop)
        .map_err(|source| PracticeError::File {
            path: path.to_owned(),
            source,
        })
}

#[cfg(test)]
mod tests;
