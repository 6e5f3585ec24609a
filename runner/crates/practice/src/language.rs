//! Names in the language of a user: those of standard profiles and permission sets by query, not those of metadata
//! (docs/salesforce/profiles.md#names-in-other-languages); and the words in the names of portal roles.

use rusqlite::OptionalExtension;

use crate::refusal::Outcome;
use crate::row::{Row, text, truth};
use crate::schema::{Field, Object};
use crate::tenant::{Tenant, expression};

/// The translated fields: object, field, and the SQL that says whether a row is one of the platform's own.
const TRANSLATED: [(&str, &str, &str); 2] = [
    ("Profile", "Name", "{t}.\"PracticeStandard\" = 1"),
    (
        "PermissionSet",
        "Label",
        "{t}.\"IsCustom\" = 0 AND {t}.\"IsOwnedByProfile\" = 0",
    ),
];

/// Objects that translations may be about.
pub(crate) const OBJECTS: [&str; 3] = ["PermissionSet", "Profile", "UserRole"];

/// Keeps a translation of a name of the platform, or of the words in the names of roles.
pub(crate) fn put(
    org: &Tenant<'_>,
    language: &str,
    object: &str,
    name: &str,
    shown: &str,
) -> Outcome<()> {
    let sql = "INSERT OR REPLACE INTO practice_translation VALUES (?, ?, ?, ?)";
    org.db
        .prepare_cached(sql)?
        .execute([language, object, name, shown])?;
    Ok(())
}

/// Returns the SQL of a field, as the user who asks sees it.
pub(crate) fn expression_shown(
    org: &Tenant<'_>,
    object: &Object,
    field: &Field,
    of: &str,
) -> Outcome<String> {
    let plain = expression(field, of);
    let translated = TRANSLATED
        .iter()
        .find(|(name, translated, _)| (*name, *translated) == (object.name, field.name));
    let Some((_, _, is_own)) = translated else {
        return Ok(plain);
    };
    let language = language_of_user(org)?;
    // The language stands in the SQL, so it is one of plain letters.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !language.chars().all(is_plain) || !has_any(org, &language)? {
        return Ok(plain);
    }
    let is_own = is_own.replace("{t}", of);
    Ok(format!(
        "IFNULL((SELECT x.shown FROM practice_translation x WHERE {is_own} AND x.language = '{language}' AND x.object = '{}' AND x.name = {plain}), {plain}) COLLATE platform",
        object.name
    ))
}

/// Puts the names that the user who asks sees into a row.
pub(crate) fn show(org: &Tenant<'_>, object: &Object, row: &mut Row) -> Outcome<()> {
    let translated = TRANSLATED.iter().find(|(name, ..)| *name == object.name);
    let Some((_, field, _)) = translated else {
        return Ok(());
    };
    let is_own = match object.name {
        "Profile" => truth(row, "PracticeStandard"),
        _ => !truth(row, "IsCustom") && !truth(row, "IsOwnedByProfile"),
    };
    if is_own
        && let Some(shown) = find(org, &language_of_user(org)?, object.name, text(row, field))?
    {
        row.insert(field, shown.into());
    }
    Ok(())
}

/// The words of a role's name in the language of the org, `Customer User` for one. That role names are made in it is
/// \[inferred\] (docs/salesforce/roles.md#names-in-other-languages).
pub(crate) fn role_words(org: &Tenant<'_>, words: &str) -> Outcome<String> {
    let sql = "SELECT \"LanguageLocaleKey\" FROM \"Organization\"";
    let language: Option<Option<String>> =
        org.db.query_row(sql, [], |row| row.get(0)).optional()?;
    let language = language.flatten().unwrap_or_default();
    let shown = find(org, &language, "UserRole", words)?;
    Ok(shown.unwrap_or_else(|| words.to_owned()))
}

fn language_of_user(org: &Tenant<'_>) -> Outcome<String> {
    let sql = "SELECT IFNULL(\"LanguageLocaleKey\", '') FROM \"User\" WHERE \"Id\" = ?";
    let mut statement = org.db.prepare_cached(sql)?;
    let found = statement.query_row([&org.user_id], |row| row.get(0));
    Ok(found.optional()?.unwrap_or_default())
}

fn has_any(org: &Tenant<'_>, language: &str) -> Outcome<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM practice_translation WHERE language = ?)";
    Ok(org
        .db
        .prepare_cached(sql)?
        .query_row([language], |row| row.get(0))?)
}

fn find(org: &Tenant<'_>, language: &str, object: &str, name: &str) -> Outcome<Option<String>> {
    let sql =
        "SELECT shown FROM practice_translation WHERE language = ? AND object = ? AND name = ?";
    Ok(org
        .db
        .prepare_cached(sql)?
        .query_row([language, object, name], |row| row.get(0))
        .optional()?)
}

#[cfg(test)]
mod tests;
