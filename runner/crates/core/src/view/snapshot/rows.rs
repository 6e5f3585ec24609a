//! Records as they are kept: those with the same fields share the names, and each holds no more than its values.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::Value;

use crate::view::overlay::id_field;
use usher_contract::name::fold;
use usher_contract::read::Record;
use usher_contract::value::Scalar;

/// Names of fields, folded, sorted, each once.
#[derive(Debug)]
pub(super) struct Shape {
    names: Box<[Box<str>]>,
    parents: Box<[Parent]>,
}

/// A parent along a path whose id is in the row.
#[derive(Debug)]
pub(super) struct Parent {
    /// The path, with a dot behind it: `account.owner.`
    path: Box<str>,
    /// The place of the field with its id.
    id: usize,
}

/// A value. Nearly all are texts.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    Nothing,
    Truth(bool),
    Text(Box<str>),
    Other(Box<Value>),
}

/// A record.
#[derive(Debug)]
pub(super) struct Row {
    shape: Arc<Shape>,
    /// One for each name of the shape.
    cells: Box<[Cell]>,
}

/// Every shape that rows have.
#[derive(Clone, Debug, Default)]
pub(super) struct Shapes(HashMap<Box<[Box<str>]>, Arc<Shape>>);

/// The way from records with the same names to their rows.
struct Layout {
    /// As the records have them.
    names: Vec<String>,
    /// The place of each in the shape.
    places: Vec<usize>,
    shape: Arc<Shape>,
}

impl Shape {
    fn of(names: Box<[Box<str>]>) -> Self {
        let mut shape = Self {
            names,
            parents: Box::default(),
        };
        let mut parents = BTreeMap::new();
        for path in shape.names.iter().filter(|path| path.contains('.')) {
            let segments: Vec<&str> = path.split('.').collect();
            for depth in 1..segments.len() {
                let parent = &segments[..depth];
                if let Some(id) = shape.place(&fold(&id_field(parent))) {
                    parents.insert(parent.join(".") + ".", id);
                }
            }
        }
        let parents = parents.into_iter().map(|(path, id)| Parent {
            path: path.into_boxed_str(),
            id,
        });
        shape.parents = parents.collect();
        shape
    }

    /// The place of a field; `name` is folded.
    fn place(&self, name: &str) -> Option<usize> {
        let names = &self.names;
        names
            .binary_search_by(|known| known.as_ref().cmp(name))
            .ok()
    }

    /// Says whether the field is among them; `name` is folded.
    pub(super) fn has(&self, name: &str) -> bool {
        self.place(name).is_some()
    }

    /// The number of parents whose ids are among them.
    pub(super) fn parents(&self) -> usize {
        self.parents.len()
    }
}

impl Cell {
    fn of(value: Value) -> Self {
        match value {
            Value::Null => Self::Nothing,
            Value::Bool(truth) => Self::Truth(truth),
            Value::String(text) => Self::Text(text.into_boxed_str()),
            other => Self::Other(Box::new(other)),
        }
    }

    pub(super) fn json(&self) -> Value {
        match self {
            Self::Nothing => Value::Null,
            Self::Truth(truth) => Value::Bool(*truth),
            Self::Text(text) => Value::String(text.to_string()),
            Self::Other(value) => Value::clone(value),
        }
    }

    /// The value as it is compared.
    pub(super) fn scalar(&self) -> Scalar {
        match self {
            Self::Nothing => Scalar::Nothing,
            Self::Truth(truth) => Scalar::Truth(*truth),
            Self::Text(text) => Scalar::text(&**text),
            Self::Other(value) => Scalar::from_json(value).unwrap_or(Scalar::Nothing),
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Row {
    pub(super) fn shape(&self) -> &Arc<Shape> {
        &self.shape
    }

    /// The value of a field; `name` is folded.
    pub(super) fn get(&self, name: &str) -> Option<&Cell> {
        Some(&self.cells[self.shape.place(name)?])
    }

    /// The value of a field of the nth parent; `name` is folded.
    pub(super) fn get_of(&self, parent: usize, name: &str) -> Option<&Cell> {
        let path = self.shape.parents.get(parent)?.path.bytes();
        let sought = path.chain(name.bytes());
        let names = &self.shape.names;
        let place = names.binary_search_by(|known| known.bytes().cmp(sought.clone()));
        Some(&self.cells[place.ok()?])
    }

    /// The fields of the record, or of the nth parent.
    pub(super) fn fields(&self, parent: Option<usize>) -> impl Iterator<Item = (&str, &Cell)> {
        let path = parent.and_then(|parent| self.shape.parents.get(parent));
        let path = path.map_or("", |parent| &parent.path);
        let fields = self.shape.names.iter().zip(&self.cells);
        fields.filter_map(move |(name, cell)| Some((name.strip_prefix(path)?, cell)))
    }

    /// The text of the field with the record's id.
    pub(super) fn id(&self) -> Option<&str> {
        self.get("id")?.text()
    }

    /// The text of the field with the id of the nth parent.
    pub(super) fn id_of(&self, parent: usize) -> Option<&str> {
        self.cells[self.shape.parents.get(parent)?.id].text()
    }
}

impl Shapes {
    /// The shape of these names, which are folded.
    pub(super) fn of(&mut self, names: impl IntoIterator<Item = String>) -> Arc<Shape> {
        let names = names.into_iter().map(String::into_boxed_str);
        let mut names: Vec<Box<str>> = names.collect();
        names.sort_unstable();
        names.dedup();
        if let Some(known) = self.0.get(names.as_slice()) {
            return Arc::clone(known);
        }
        let names = names.into_boxed_slice();
        let shape = Arc::new(Shape::of(names.clone()));
        self.0.insert(names, Arc::clone(&shape));
        shape
    }

    /// The rows of an answer.
    pub(super) fn rows(&mut self, records: Vec<Record>) -> Box<[Arc<Row>]> {
        let mut last: Option<Layout> = None;
        let rows = records.into_iter().map(|record| {
            let fitting = last.take().filter(|layout| layout.fits(&record));
            let layout = fitting.unwrap_or_else(|| self.layout(&record));
            let row = layout.row(record);
            last = Some(layout);
            Arc::new(row)
        });
        rows.collect()
    }

    /// The row with these fields, whose names are folded.
    pub(super) fn row(&mut self, fields: BTreeMap<String, Cell>) -> Row {
        let (names, cells): (Vec<String>, Vec<Cell>) = fields.into_iter().unzip();
        Row {
            shape: self.of(names),
            cells: cells.into_boxed_slice(),
        }
    }

    fn layout(&mut self, record: &Record) -> Layout {
        let names: Vec<String> = record.keys().cloned().collect();
        let folded: Vec<String> = names.iter().map(|name| fold(name)).collect();
        let shape = self.of(folded.iter().cloned());
        let places = folded.iter().filter_map(|name| shape.place(name));
        Layout {
            places: places.collect(),
            names,
            shape,
        }
    }
}

impl Layout {
    fn fits(&self, record: &Record) -> bool {
        self.names.iter().eq(record.keys())
    }

    fn row(&self, record: Record) -> Row {
        let mut cells = vec![Cell::Nothing; self.shape.names.len()];
        let values = record.into_iter().map(|(_, value)| value);
        for (place, value) in self.places.iter().zip(values) {
            cells[*place] = Cell::of(value);
        }
        Row {
            shape: Arc::clone(&self.shape),
            cells: cells.into_boxed_slice(),
        }
    }
}
