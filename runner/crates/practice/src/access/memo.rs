//! The part of a user's access that is the same for many records, calculated once for a [`Viewer`](crate::access::Viewer):
//! the time that a query takes grows with the records, and not with the records times users, rules and shares.
//!
//! A viewer lives no longer than the request that asks, so nothing here grows old.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::access::Level;
use crate::access::answers::Known;
use crate::access::rules::Rule;
use crate::access::sets::Mapping;
use crate::row::Row;

/// Rows by the record that they are about.
pub(super) type ByRecord = BTreeMap<String, Vec<Row>>;

/// Everything that a viewer has found out.
#[derive(Default)]
pub(super) struct Memo {
    /// The level on all records of an object.
    pub(super) general: Known<&'static str, Level>,
    /// Users of whose access the viewer has everything.
    pub(super) reached: Known<String, bool>,
    /// High-volume users.
    pub(super) high_volume: Known<String, bool>,
    /// The rules of an object.
    pub(super) rules: Known<&'static str, Rc<Vec<Rule>>>,
    /// The level on the records below an account, by the field of the account's shares.
    pub(super) below: Known<(&'static str, String), Level>,
    /// The mappings of sharing sets for an object.
    pub(super) mappings: Known<&'static str, Rc<Vec<Mapping>>>,
    /// The record at the end of a path that begins at a record.
    pub(super) ends: Known<(String, String), String>,
    /// Manual shares by record, by object: only where a query looks at all records.
    pub(super) shares: RefCell<BTreeMap<&'static str, Rc<ByRecord>>>,
    /// Accounts above records that the viewer has access to: only where a query looks at all accounts.
    pub(super) above: OnceCell<BTreeSet<String>>,
}
