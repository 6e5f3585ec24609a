//! Reads that leave together: lookups, and other ones, of which some can share a request with them.

use usher_core::operation::Lookup;

/// Segments and query of a resource.
pub(super) type Path = (Vec<String>, Vec<(String, String)>);

/// Reads that were asked for together.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) lookups: Vec<Lookup>,
    pub(super) others: Vec<Other>,
}

/// A read that is no lookup.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Other {
    Resource(Path),
    /// A free query, with its values.
    Query(String),
    /// The number of records of a lookup.
    Count(Lookup),
    /// Settings by name.
    Settings(String),
    /// The components of a kind.
    Listed(String),
    /// A component by kind and full name.
    Component(String, String),
}

/// Reads that are probably needed soon.
#[derive(Clone, Debug, Default)]
pub struct Foreseen {
    pub lookups: Vec<Lookup>,
    /// Objects whose descriptions are asked for.
    pub objects: Vec<String>,
    /// Names of settings.
    pub settings: Vec<String>,
    /// Free queries, with their values.
    pub queries: Vec<String>,
}

impl From<Foreseen> for Asked {
    fn from(foreseen: Foreseen) -> Self {
        let objects = foreseen.objects.iter();
        let objects = objects.map(|object| Other::Resource(description(object)));
        let settings = foreseen.settings.into_iter().map(Other::Settings);
        let queries = foreseen.queries.into_iter().map(Other::Query);
        Self {
            lookups: foreseen.lookups,
            others: queries.chain(objects).chain(settings).collect(),
        }
    }
}

impl Asked {
    /// Says whether nothing is asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.lookups.is_empty() && self.others.is_empty()
    }

    /// Adds what was asked for elsewhere.
    pub(super) fn add(&mut self, more: Self) {
        self.lookups.extend(more.lookups);
        self.others.extend(more.others);
    }
}

impl From<Other> for Asked {
    fn from(other: Other) -> Self {
        Self {
            lookups: Vec::new(),
            others: vec![other],
        }
    }
}

/// The description of an object, as the plugin contract and the manifest name it.
pub(super) fn description(object: &str) -> Path {
    let segments = ["sobjects", object, "describe"].map(str::to_owned);
    (segments.to_vec(), Vec::new())
}
