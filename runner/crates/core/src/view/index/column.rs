//! Places by the value that they give to one field.

use std::collections::HashMap;

use usher_contract::value::Scalar;
use usher_contract::values::key;

use crate::view::since::is_since;

/// The places that set one field.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    by_key: HashMap<String, Places>,
    /// Places at which the value is not known: it may be any.
    open: Places,
}

/// Places in their order. One that is set twice stands twice.
#[derive(Clone, Debug, Default)]
struct Places(Vec<usize>);

impl Places {
    fn add(&mut self, place: usize) {
        // Most values are those of one record, and there may be ten thousand of them in a field.
        if self.0.is_empty() {
            self.0.reserve_exact(1);
        }
        let at = self.0.partition_point(|other| *other <= place);
        self.0.insert(at, place);
    }

    /// Takes back [`Self::add`].
    fn take_back(&mut self, place: usize) {
        if let Ok(at) = self.0.binary_search(&place) {
            self.0.remove(at);
        }
    }

    fn has(&self, place: usize) -> bool {
        self.0.binary_search(&place).is_ok()
    }

    fn last(&self) -> Option<usize> {
        self.0.last().copied()
    }
}

impl Column {
    /// A column of which nothing is known at these places.
    pub(super) fn open_at(places: &[usize]) -> Self {
        Self {
            by_key: HashMap::new(),
            open: Places(places.to_vec()),
        }
    }

    pub(super) fn set(&mut self, place: usize, value: &Scalar, is_open: bool) {
        let key = key(value);
        if is_open || key.is_none() {
            self.open.add(place);
        }
        if let Some(key) = key {
            self.by_key.entry(key).or_default().add(place);
        }
    }

    /// Takes back [`Self::set`], which was the last one.
    pub(super) fn unset(&mut self, place: usize, value: &Scalar, is_open: bool) {
        let key = key(value);
        if is_open || key.is_none() {
            self.open.take_back(place);
        }
        if let Some(key) = key
            && let Some(places) = self.by_key.get_mut(&key)
        {
            places.take_back(place);
            if places.0.is_empty() {
                self.by_key.remove(&key);
            }
        }
    }

    pub(super) fn set_open(&mut self, place: usize) {
        self.open.add(place);
    }

    /// Takes back [`Self::set_open`].
    pub(super) fn set_open_not(&mut self, place: usize) {
        self.open.take_back(place);
    }

    /// Says whether a place since `since` may have one of the values.
    pub(super) fn may_be_set_since(&self, values: &[Scalar], since: usize) -> bool {
        is_since(self.open.last(), since)
            || values.iter().any(|value| match key(value) {
                Some(key) => {
                    let places = self.by_key.get(&key);
                    is_since(places.and_then(Places::last), since)
                }
                None => true,
            })
    }

    /// The places of one of the values, and those at which the value is not known. `None`: one of the values may be at
    /// any place.
    pub(super) fn places(&self, values: &[Scalar]) -> Option<Vec<usize>> {
        let mut places = self.open.0.clone();
        for value in values {
            let key = key(value)?;
            let of_value = self.by_key.get(&key).into_iter();
            places.extend(of_value.flat_map(|places| &places.0));
        }
        Some(places)
    }

    /// Says whether a place may have one of the values.
    pub(super) fn may_have(&self, place: usize, values: &[Scalar]) -> bool {
        self.open.has(place)
            || values.iter().any(|value| match key(value) {
                Some(key) => self.by_key.get(&key).is_some_and(|all| all.has(place)),
                None => true,
            })
    }

    /// Returns the largest number of places that there may be.
    pub(super) fn count(&self, values: &[Scalar]) -> Option<usize> {
        let mut count = self.open.0.len();
        for value in values {
            let of_value = self.by_key.get(&key(value)?);
            count += of_value.map_or(0, |places| places.0.len());
        }
        Some(count)
    }
}
