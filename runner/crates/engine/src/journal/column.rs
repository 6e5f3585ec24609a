//! Columns of rows: nothing says that a file holds what was written into it.

use rusqlite::Row;
use rusqlite::types::ValueRef;

/// A number; none: the file holds something else there.
pub(super) fn integer(row: &Row<'_>, column: usize) -> Result<Option<i64>, rusqlite::Error> {
    Ok(row.get_ref(column)?.as_i64().ok())
}

/// A text, or what the file holds instead.
pub(super) fn text<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r str, String> {
    let value = row.get_ref(column).map_err(|error| error.to_string())?;
    let ValueRef::Text(bytes) = value else {
        return Err(format!("it is not a text but {}", value.data_type()));
    };
    std::str::from_utf8(bytes).map_err(|error| error.to_string())
}
