//! A lookup as its answer is found: case does not count in its names, nor the order of anything.

use std::hash::{BuildHasher as _, Hash, RandomState};

use siphasher::sip128::{Hasher128 as _, SipHasher13};

use usher_contract::name::{fold, fold_into};
use usher_contract::operation::Lookup;
use usher_contract::values::key;

/// Equal for equal lookups of one object. It is a hash with a key that nobody knows, so that two other lookups have the same
/// one as rarely as one guesses it.
pub type Print = u128;

/// The things that a lookup asks for.
pub(super) struct Asked<'l> {
    pub(super) lookup: &'l Lookup,
    /// Folded.
    pub(super) object: String,
    pub(super) print: Print,
    /// The same of its conditions alone.
    pub(super) conditions: Print,
}

/// The hash of nothing, with its key.
#[derive(Clone, Debug)]
pub(super) struct Printing(SipHasher13);

impl Default for Printing {
    fn default() -> Self {
        // The system's random numbers, as the standard library's maps have them.
        let random = RandomState::new();
        Self(SipHasher13::new_with_keys(
            random.hash_one(0),
            random.hash_one(1),
        ))
    }
}

impl Printing {
    pub(super) fn asked<'l>(&self, lookup: &'l Lookup) -> Asked<'l> {
        let mut folded = String::new();
        let mut name = |name: &str| self.of(fold_into(name, &mut folded));
        let fields = lookup.fields.iter();
        let fields = fields.filter(|field| !is_id(field));
        let fields = in_order(fields.map(|field| name(field)).collect());
        let conditions = lookup.conditions.iter().map(|condition| {
            let values = condition.any_of.iter().map(|value| self.of(value));
            self.of((name(&condition.field), in_order(values.collect())))
        });
        let conditions = self.of(in_order(conditions.collect()));
        Asked {
            lookup,
            object: fold(&lookup.object),
            print: self.of((fields, conditions)),
            conditions,
        }
    }

    pub(super) fn of(&self, what: impl Hash) -> Print {
        let mut hasher = self.0;
        what.hash(&mut hasher);
        hasher.finish128().as_u128()
    }

    /// The number under which answers are kept that find a value in a field. Others may have it, too.
    pub(super) fn place(&self, field: &str, key: &str) -> u64 {
        let mut hasher = self.0;
        (fold(field), key).hash(&mut hasher);
        hasher.finish128().h1
    }

    /// The same for each condition of a lookup, with the first value that it allows.
    pub(super) fn places<'a>(&'a self, lookup: &'a Lookup) -> impl Iterator<Item = u64> + 'a {
        lookup.conditions.iter().filter_map(|condition| {
            let first = condition.any_of.first()?;
            Some(self.place(&condition.field, &key(first)?))
        })
    }
}

/// Says whether a field is the id, which every record has.
pub(super) fn is_id(field: &str) -> bool {
    field.eq_ignore_ascii_case("Id")
}

/// Each once.
fn in_order(mut prints: Vec<Print>) -> Vec<Print> {
    prints.sort_unstable();
    prints.dedup();
    prints
}
