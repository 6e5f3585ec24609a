//! The rows of a practice org's file, as they are kept.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

/// Values by column; what is null is left out.
pub(crate) type Row = BTreeMap<String, String>;

/// Every table of the file but these, with its rows.
pub(crate) fn tables(file: &Path, without: &[&str]) -> Vec<(String, Vec<Row>)> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let db = Connection::open_with_flags(file, flags).expect("the practice org opens");
    // Its tables name it; nothing here is compared by it.
    db.create_collation("platform", |a, b| a.cmp(b))
        .expect("a collation");
    let names = names(&db, without).into_iter();
    names
        .map(|table| (table.clone(), rows(&db, &table)))
        .collect()
}

fn names(db: &Connection, without: &[&str]) -> Vec<String> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut statement = db.prepare(sql).expect("SQL");
    let names = statement.query_map([], |row| row.get::<_, String>(0));
    let names = names
        .expect("a list of tables")
        .map(|name| name.expect("a name"));
    names
        .filter(|name| !without.contains(&name.as_str()))
        .collect()
}

fn rows(db: &Connection, table: &str) -> Vec<Row> {
    let mut statement = db
        .prepare(&format!("SELECT * FROM \"{table}\""))
        .expect("a table");
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut found = statement.query([]).expect("rows");
    let mut rows = Vec::new();
    while let Some(row) = found.next().expect("a row") {
        let mut values = Row::new();
        for (place, column) in columns.iter().enumerate() {
            let value = match row.get_ref(place).expect("a value") {
                ValueRef::Null => continue,
                ValueRef::Integer(number) => number.to_string(),
                ValueRef::Real(number) => number.to_string(),
                ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                ValueRef::Blob(_) => "(bytes)".to_owned(),
            };
            values.insert(column.clone(), value);
        }
        rows.push(values);
    }
    rows
}
