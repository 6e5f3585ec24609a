//! Ids of the records that the user of a request may read, found once for all sub-selects of a query.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use rusqlite::Connection;

use crate::refusal::Outcome;

/// Ids by object, in their order; none where every record may be read. Each with the number of changes of the store at
/// which it was found: after another one it counts no more.
#[derive(Default)]
pub(crate) struct Readable(RefCell<BTreeMap<&'static str, (u64, Ids)>>);

/// Ids in their order.
pub(crate) type Ids = Option<Rc<Vec<String>>>;

impl Readable {
    /// The ids of an object, found by `find` unless they are known.
    pub(crate) fn ids(
        &self,
        db: &Connection,
        object: &'static str,
        find: impl FnOnce() -> Outcome<Option<Vec<String>>>,
    ) -> Outcome<Ids> {
        let changes = db.total_changes();
        if let Some((then, ids)) = self.0.borrow().get(object)
            && *then == changes
        {
            return Ok(ids.clone());
        }
        let ids = find()?.map(Rc::new);
        self.0.borrow_mut().insert(object, (changes, ids.clone()));
        Ok(ids)
    }
}
