//! The state of an org between requests: its store, the rest of long queries, sessions and the calls of the day.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use crate::error::PracticeError;
use crate::pages::Pages;
use crate::refusal::Outcome;
use crate::sign_in::mint::Mint;
use crate::sign_in::session::{self, MAY_SIGN_IN, Session};
use crate::store;

const DAY_MS: i64 = 86_400_000;

/// The data behind the lock of an org.
pub(crate) struct Inner {
    pub(crate) db: Connection,
    pub(crate) pages: Pages,
    pub(crate) mint: Mint,
    /// Day and number of calls: in memory, so that reading writes nothing.
    calls: (i64, u64),
}

impl Inner {
    /// Over an opened store.
    pub(crate) fn over(db: Connection) -> Self {
        Self {
            db,
            pages: Pages::default(),
            mint: Mint::default(),
            calls: (0, 0),
        }
    }

    pub(crate) fn sign_in(
        &mut self,
        username: Option<&str>,
        entropy: [u8; 16],
    ) -> Result<String, PracticeError> {
        self.mint.stir(&entropy);
        // The administrator is the first user that the base fixture makes.
        let sql = format!(
            "SELECT u.\"Id\" FROM \"User\" u WHERE {MAY_SIGN_IN} AND (?1 IS NULL OR u.\"Username\" = ?1) ORDER BY u.\"Id\" LIMIT 1"
        );
        let user: Option<String> = self
            .db
            .query_row(&sql, [username], |row| row.get(0))
            .optional()?;
        let Some(user_id) = user else {
            let username = username.unwrap_or("the administrator").to_owned();
            return Err(PracticeError::NoUser { username });
        };
        let organization: String =
            self.db
                .query_row("SELECT \"Id\" FROM \"Organization\"", [], |row| row.get(0))?;
        let token = token(&organization, entropy);
        // Each command signs in. One that comes after a power cut does so again.
        store::set_lasting(&self.db, false)?;
        let opened = self.open_session(&token, user_id);
        store::set_lasting(&self.db, true)?;
        opened?;
        Ok(token)
    }

    fn open_session(&mut self, token: &str, user_id: String) -> Result<(), PracticeError> {
        let transaction = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let session = Session {
            user_id,
            from_app: None,
        };
        session::open(&transaction, token, &session)?;
        Ok(transaction.commit()?)
    }

    /// The session that an access token opens, and it is used.
    pub(crate) fn session(&self, token: &str, now_ms: i64) -> Outcome<Session> {
        session::used(&self.db, token, now_ms)
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

/// The token of a sign-in without an app.
pub(crate) fn token(organization_id: &str, entropy: [u8; 16]) -> String {
    let digits: String = entropy.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}!AQ{digits}", &organization_id[..15])
}
