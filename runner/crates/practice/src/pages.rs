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

/// A query that has more than one page.
pub(crate) struct Open {
    pub(crate) locator: String,
    user_id: String,
    pub(crate) total: usize,
    /// Records of one page.
    pub(crate) size: usize,
    pub(crate) records: Vec<Value>,
}

impl Pages {
    /// Keeps what a query of that user found; the oldest makes room.
    pub(crate) fn keep(
        &mut self,
        user_id: &str,
        total: usize,
        size: usize,
        records: Vec<Value>,
    ) -> &Open {
        self.last += 1;
        if self.open.len() == OPEN_MAX {
            self.open.pop_front();
        }
        self.open.push_back(Open {
            locator: format!("01g{:012}AAA", self.last),
            user_id: user_id.to_owned(),
            total,
            size,
            records,
        });
        self.open.back().expect("it was put there")
    }

    /// The query of that user behind a locator.
    pub(crate) fn find(&self, locator: &str, user_id: &str) -> Option<&Open> {
        let mut open = self.open.iter();
        open.find(|open| open.locator == locator && open.user_id == user_id)
    }
}
