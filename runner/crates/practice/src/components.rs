//! Metadata components that are not records: sharing sets and other deployed components. They are kept here; `metadata`
//! decides what a kind may hold.

use rusqlite::OptionalExtension;
use serde_json::{Map, Value};

use crate::refusal::Outcome;
use crate::tenant::Tenant;

/// The content of a component, whichever way it came: element → the list of its occurrences, in order. An occurrence is
/// a text, or again such a map: `{"name":["Own"],"accessMappings":[{"object":["Case"]}]}`.
pub(crate) type Content = Map<String, Value>;

/// Keeps a component; one of that kind and name is replaced. `kind` is the type of the Metadata API.
pub(crate) fn put(org: &Tenant<'_>, kind: &str, full_name: &str, content: &Content) -> Outcome<()> {
    let sql = "INSERT INTO practice_component VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET content = excluded.content";
    let content = Value::Object(content.clone()).to_string();
    org.db
        .prepare_cached(sql)?
        .execute([kind, full_name, &content])?;
    Ok(())
}

/// The component of that kind and name.
pub(crate) fn get(org: &Tenant<'_>, kind: &str, full_name: &str) -> Outcome<Option<Content>> {
    let sql = "SELECT content FROM practice_component WHERE kind = ? AND full_name = ?";
    let found: Option<String> = org
        .db
        .prepare_cached(sql)?
        .query_row([kind, full_name], |row| row.get(0))
        .optional()?;
    Ok(found.as_deref().map(read))
}

/// Every component of a kind, by full name.
pub(crate) fn list(org: &Tenant<'_>, kind: &str) -> Outcome<Vec<(String, Content)>> {
    let sql = "SELECT full_name, content FROM practice_component WHERE kind = ? ORDER BY full_name";
    let mut statement = org.db.prepare_cached(sql)?;
    let found = statement.query_map([kind], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    let mut components = Vec::new();
    for component in found {
        let (full_name, content) = component?;
        components.push((full_name, read(&content)));
    }
    Ok(components)
}

/// Takes a component away; says whether there was one.
pub(crate) fn remove(org: &Tenant<'_>, kind: &str, full_name: &str) -> Outcome<bool> {
    let sql = "DELETE FROM practice_component WHERE kind = ? AND full_name = ?";
    let gone = org.db.prepare_cached(sql)?.execute([kind, full_name])?;
    Ok(gone > 0)
}

fn read(content: &str) -> Content {
    serde_json::from_str(content).expect("the table holds what `put` wrote")
}

#[cfg(test)]
mod tests;
