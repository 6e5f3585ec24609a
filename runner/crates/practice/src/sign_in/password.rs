//! Passwords of users: one that a client set, or else that of the whole org (docs/salesforce/users.md#passwords). They
//! open nothing but this practice org, and are kept as digests.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::refusal::{Outcome, Refusal};
use crate::sign_in::switches::PASSWORD;
use crate::tenant::Tenant;

/// A new org's policy: eight characters, letters and digits \[inferred\].
const LENGTH_MIN: usize = 8;

/// Bytes of a password with its security token: more is none.
const GIVEN_BYTES_MAX: usize = 512;

/// Refuses a new password that is too weak.
pub(crate) fn check(new: &str) -> Outcome<()> {
    let strong = new.chars().count() >= LENGTH_MIN
        && new.len() <= GIVEN_BYTES_MAX
        && new.contains(char::is_alphabetic)
        && new.contains(char::is_numeric);
    match strong {
        true => Ok(()),
        false => {
            // [inferred] The text.
            let message = format!(
                "Your password must be at least {LENGTH_MIN} characters long and have a mix of letters and numbers."
            );
            Err(Refusal::new(400, "INVALID_NEW_PASSWORD", message))
        }
    }
}

/// Keeps a user's password. A temporary one has expired at once.
pub(crate) fn set(
    db: &Connection,
    user_id: &str,
    password: &str,
    temporary: bool,
) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO practice_password VALUES (?, ?, ?)";
    db.prepare_cached(sql)?
        .execute(params![user_id, digest(user_id, password), temporary])?;
    Ok(())
}

/// Says whether a user's password has expired.
pub(crate) fn is_expired(db: &Connection, user_id: &str) -> Outcome<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM practice_password WHERE user_id = ? AND expired = 1)";
    Ok(db
        .prepare_cached(sql)?
        .query_row([user_id], |row| row.get(0))?)
}

/// Says whether that is the user's password. A security token may come behind it.
pub(crate) fn fits(org: &Tenant<'_>, user_id: &str, given: &str) -> Outcome<bool> {
    if given.len() > GIVEN_BYTES_MAX {
        return Ok(false);
    }
    let sql = "SELECT digest FROM practice_password WHERE user_id = ?";
    let own: Option<String> = org
        .db
        .prepare_cached(sql)?
        .query_row([user_id], |row| row.get(0))
        .optional()?;
    let Some(own) = own else {
        let common = org.setting(PASSWORD)?;
        let common = common.as_ref().and_then(Value::as_str);
        return Ok(common.is_some_and(|common| !common.is_empty() && given.starts_with(common)));
    };
    let ends = given.char_indices().map(|(at, c)| at + c.len_utf8());
    Ok(ends
        .map(|end| digest(user_id, &given[..end]))
        .any(|digest| digest == own))
}

fn digest(user_id: &str, password: &str) -> String {
    let digest = Sha256::digest(format!("{user_id} {password}").as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
