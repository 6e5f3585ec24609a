//! Single records from the answers, found by themselves or as parents along a path.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::view::snapshot::rows::{Cell, Row, Shapes};
use usher_contract::id;
use usher_contract::name::fold;

/// Rows that tell of one record before they become one: every kind of lookup adds one, and each value is looked for in all
/// of them.
const TOLD_MAX: usize = 16;

/// An id in 18 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Id([u8; 18]);

/// Records by object, whose name is folded, and by id.
#[derive(Clone, Debug, Default)]
pub(super) struct Records(HashMap<String, HashMap<Id, Known>>);

/// The rows that tell of a record, the latest last.
#[derive(Clone, Debug, Default)]
pub(super) struct Known(Vec<Told>);

/// A row that tells of a record.
#[derive(Clone, Debug)]
struct Told {
    row: Arc<Row>,
    /// The record is this parent of the row; none: the row is its own.
    parent: Option<usize>,
}

impl Id {
    pub(super) fn of(text: &str) -> Option<Self> {
        let id = id::canonical(text)?;
        id.as_bytes().try_into().ok().map(Self)
    }

    pub(super) fn text(self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }
}

impl Records {
    pub(super) fn get(&self, object: &str, id: Id) -> Option<&Known> {
        self.0.get(object)?.get(&id)
    }

    /// Keeps the values of a row's record, and of the parents whose ids are in it. The object's name is folded.
    pub(super) fn learn(&mut self, object: &str, row: &Arc<Row>, shapes: &mut Shapes) {
        if let Some(id) = row.id().and_then(Id::of) {
            self.tell(
                object,
                id,
                Told {
                    row: Arc::clone(row),
                    parent: None,
                },
                shapes,
            );
        }
        for parent in 0..row.shape().parents() {
            let Some(text) = row.id_of(parent) else {
                continue;
            };
            // A parent whose prefix Usher does not know may be of any object.
            let object = fold(id::object_of(text).unwrap_or_default());
            if let Some(id) = Id::of(text) {
                let told = Told {
                    row: Arc::clone(row),
                    parent: Some(parent),
                };
                self.tell(&object, id, told, shapes);
            }
        }
    }

    fn tell(&mut self, object: &str, id: Id, told: Told, shapes: &mut Shapes) {
        if object.is_empty() {
            return;
        }
        if !self.0.contains_key(object) {
            self.0.insert(object.to_owned(), HashMap::new());
        }
        if let Some(of) = self.0.get_mut(object) {
            of.entry(id).or_default().tell(told, shapes);
        }
    }
}

impl Known {
    fn tell(&mut self, told: Told, shapes: &mut Shapes) {
        let shape = told.row.shape();
        // Ten thousand rows tell the same of one parent: the latest counts.
        self.0
            .retain(|one| one.parent != told.parent || !Arc::ptr_eq(one.row.shape(), shape));
        if self.0.len() >= TOLD_MAX {
            let row = self.as_one(shapes);
            self.0 = vec![Told {
                row: Arc::new(row),
                parent: None,
            }];
        }
        // There may be hundreds of thousands, most with one row.
        self.0.reserve_exact(1);
        self.0.push(told);
    }

    /// Everything that the rows tell.
    fn as_one(&self, shapes: &mut Shapes) -> Row {
        let told = self.0.iter();
        let fields = told.flat_map(|told| told.row.fields(told.parent));
        let fields = fields.map(|(name, cell)| (name.to_owned(), cell.clone()));
        shapes.row(fields.collect::<BTreeMap<String, Cell>>())
    }

    /// The value of a field; `name` is folded.
    pub(super) fn get(&self, name: &str) -> Option<&Cell> {
        self.0.iter().rev().find_map(|told| match told.parent {
            None => told.row.get(name),
            Some(parent) => told.row.get_of(parent, name),
        })
    }
}
