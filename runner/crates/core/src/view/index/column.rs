//! Places by the value that they give to one field.

use std::collections::HashMap;

use usher_contract::value::Scalar;
use usher_contract::values::key;

/// The places that set one field.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    by_key: HashMap<String, Vec<usize>>,
    /// Places at which the value is not known: it may be any.
    open: Vec<usize>,
}

impl Column {
    /// A column of which nothing is known at these places.
    pub(super) fn open_at(places: &[usize]) -> Self {
        Self {
            by_key: HashMap::new(),
            open: places.to_vec(),
        }
    }

    pub(super) fn set(&mut self, place: usize, value: &Scalar, is_open: bool) {
        let key = key(value);
        if is_open || key.is_none() {
            self.open.push(place);
        }
        if let Some(key) = key {
            self.by_key.entry(key).or_default().push(place);
        }
    }

    pub(super) fn set_open(&mut self, place: usize) {
        self.open.push(place);
    }

    /// The places of one of the values, and those at which the value is not known. `None`: one of the values may be at
    /// any place.
    pub(super) fn places(&self, values: &[Scalar]) -> Option<Vec<usize>> {
        let mut places = self.open.clone();
        for value in values {
            let key = key(value)?;
            places.extend(self.by_key.get(&key).into_iter().flatten());
        }
        Some(places)
    }

    /// Returns the largest number of places that there may be.
    pub(super) fn count(&self, values: &[Scalar]) -> Option<usize> {
        let mut count = self.open.len();
        for value in values {
            count += self.by_key.get(&key(value)?).map_or(0, Vec::len);
        }
        Some(count)
    }
}
