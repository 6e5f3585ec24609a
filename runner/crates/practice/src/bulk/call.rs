//! One request of the bulk face.

use bytes::Bytes;
use http::Method;

/// A request, as far as jobs ask for it.
pub(super) struct Call<'a> {
    pub(super) method: &'a Method,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: &'a Bytes,
    /// Empty: the request has none.
    pub(super) content_type: &'a str,
}

impl Call<'_> {
    /// The first value of a query parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}
