//! The definitions of an org, for comparing it with itself: components and custom fields. They are not records, so no query
//! lists them.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::error::PracticeError;

/// The tables with definitions: what a row is called, its name, its content.
const TABLES: [(&str, &str); 2] = [
    (
        "component",
        "SELECT kind || ' ' || full_name, content FROM practice_component",
    ),
    (
        "custom field",
        "SELECT object || '.' || name, definition FROM practice_custom_field",
    ),
];

/// The contents of all definitions by their names, such as `component SharingSet Partners`.
pub(crate) fn all(db: &Connection) -> Result<BTreeMap<String, String>, PracticeError> {
    let mut all = BTreeMap::new();
    for (what, sql) in TABLES {
        let mut rows = db.prepare(sql)?;
        let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        for row in rows {
            let (name, content): (String, String) = row?;
            all.insert(format!("{what} {name}"), content);
        }
    }
    Ok(all)
}
