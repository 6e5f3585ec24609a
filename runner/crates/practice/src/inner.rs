//! The state of an org between requests: its store, the rest of long queries, sessions and the calls of the day.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use sha2::{Digest, Sha256};

use crate::error::PracticeError;
use crate::pages::Pages;
use crate::refusal::{Outcome, Refusal};

/// Sessions that are valid at once; the oldest makes room.
const SESSIONS_MAX: i64 = 1_000;

const DAY_MS: i64 = 86_400_000;

/// The data behind the lock of an org.
pub(crate) struct Inner {
    pub(crate) db: Connection,
    pub(crate) pages: Pages,
    /// Day and number of calls: in memory, so that reading writes nothing.
    calls: (i64, u64),
}

impl Inner {
    /// Over an opened store.
    pub(crate) fn over(db: Connection) -> Self {
        Self {
            db,
            pages: Pages::default(),
            calls: (0, 0),
        }
    }

    pub(crate) fn sign_in(
        &mut self,
        username: Option<&str>,
        entropy: [u8; 16],
    ) -> Result<String, PracticeError> {
        // The administrator is the first user that the base fixture makes.
        let sql = "SELECT \"Id\" FROM \"User\" WHERE \"IsActive\" = 1 AND \"Id\" NOT IN (SELECT \"UserId\" FROM \"UserLogin\" WHERE \"IsFrozen\" = 1) AND (?1 IS NULL OR \"Username\" = ?1) ORDER BY \"Id\" LIMIT 1";
        let user: Option<String> = self
            .db
            .query_row(sql, [username], |row| row.get(0))
            .optional()?;
        let Some(user_id) = user else {
            let username = username.unwrap_or("the administrator").to_owned();
            return Err(PracticeError::NoUser { username });
        };
        let organization: String =
            self.db
                .query_row("SELECT \"Id\" FROM \"Organization\"", [], |row| row.get(0))?;
        let digits: String = entropy.iter().map(|byte| format!("{byte:02x}")).collect();
        let token = format!("{}!AQ{digits}", &organization[..15]);
        let transaction = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute(
            "INSERT OR REPLACE INTO practice_session SELECT ?, ?, IFNULL(MAX(number), 0) + 1 FROM practice_session",
            [&digest(&token), &user_id],
        )?;
        transaction.execute(
            "DELETE FROM practice_session WHERE number <= (SELECT MAX(number) FROM practice_session) - ?",
            [SESSIONS_MAX],
        )?;
        transaction.commit()?;
        Ok(token)
    }

    /// The user that an access token belongs to.
    pub(crate) fn session(&self, token: &str) -> Outcome<String> {
        let sql = "SELECT s.user_id FROM practice_session s JOIN \"User\" u ON u.\"Id\" = s.user_id WHERE s.digest = ? AND u.\"IsActive\" = 1 AND u.\"Id\" NOT IN (SELECT \"UserId\" FROM \"UserLogin\" WHERE \"IsFrozen\" = 1)";
        let user: Option<String> = self
            .db
            .query_row(sql, [digest(token)], |row| row.get(0))
            .optional()?;
        user.ok_or_else(|| Refusal::new(401, "INVALID_SESSION_ID", "Session expired or invalid"))
    }

    /// Calls of the day so far.
    pub(crate) fn calls(&self, now_ms: i64) -> u64 {
        match self.calls.0 == now_ms.div_euclid(DAY_MS) {
            true => self.calls.1,
            false => 0,
        }
    }

    /// Counts one more call of the day.
    pub(crate) fn count_call(&mut self, now_ms: i64) -> u64 {
        self.calls = (now_ms.div_euclid(DAY_MS), self.calls(now_ms) + 1);
        self.calls.1
    }
}

/// Tokens are kept as digests: who reads the file cannot sign in with it.
fn digest(token: &str) -> String {
    let digest = Sha256::digest(token.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
