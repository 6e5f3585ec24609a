//! The rest of queries: kept in memory until it is fetched. A process that ends forgets it, as Salesforce does after a
//! while.

use std::collections::VecDeque;

use serde_json::Value;

/// Queries whose rest is kept: Salesforce keeps ten for each user.
const OPEN_MAX: usize = 10;

/// Records that were found and not fetched.
#[derive(Default)]
pub(crate) struct Pages {
    open: VecDeque<Open>,
    last: u64,
}

/// The cursors of one query: of its own records, and of nested results.
struct Open {
    user_id: String,
    cursors: Vec<Cursor>,
}

/// Records that have more than one page.
pub(crate) struct Cursor {
    pub(crate) locator: String,
    pub(crate) total: usize,
    /// Records of one page.
    pub(crate) size: usize,
    pub(crate) records: Vec<Value>,
}

impl Pages {
    /// A locator that no cursor has.
    pub(crate) fn locator(&mut self) -> String {
        self.last += 1;
        format!("01g{:012}AAA", self.last)
    }

    /// Keeps what a query of that user found; the oldest query makes room.
    pub(crate) fn keep(&mut self, user_id: &str, cursors: Vec<Cursor>) {
        if cursors.is_empty() {
            return;
        }
        if self.open.len() == OPEN_MAX {
            self.open.pop_front();
        }
        self.open.push_back(Open {
            user_id: user_id.to_owned(),
            cursors,
        });
    }

    /// The records of that user behind a locator.
    pub(crate) fn find(&self, locator: &str, user_id: &str) -> Option<&Cursor> {
        let open = self.open.iter().filter(|open| open.user_id == user_id);
        let mut cursors = open.flat_map(|open| &open.cursors);
        cursors.find(|cursor| cursor.locator == locator)
    }
}
