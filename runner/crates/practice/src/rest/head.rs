//! The head of a request: its size, its method, the pairs of its query, its token.

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use percent_encoding::percent_decode_str;

use crate::refusal::{Outcome, Refusal};

/// Salesforce's bound of a URI, and of a URI with its headers (docs/salesforce/rest.md#bounds-of-addresses).
const URI_BYTES_MAX: usize = 16_384;

/// Refuses a request whose URI, alone or with the headers, is longer than the platform takes.
pub(crate) fn sizes(request: &Request<Bytes>) -> Outcome<()> {
    let uri = request
        .uri()
        .path_and_query()
        .map_or(0, |uri| uri.as_str().len());
    if uri > URI_BYTES_MAX {
        return Err(Refusal::new(
            414,
            "URI_TOO_LONG",
            "The length of the URI exceeds the 16,384 byte limit",
        ));
    }
    let headers: usize = request
        .headers()
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if uri + headers > URI_BYTES_MAX {
        let message = "The combined length of the URI and headers exceeds the 16,384 byte limit";
        return Err(Refusal::new(
            431,
            "REQUEST_HEADER_FIELDS_TOO_LARGE",
            message,
        ));
    }
    Ok(())
}

/// The method of a request: a `POST` may name another in its query, for clients that know no `PATCH`
/// (docs/salesforce/rest.md#methods).
pub(super) fn method(sent: &Method, query: &[(String, String)]) -> Method {
    let mut pairs = query.iter().filter(|_| sent == Method::POST);
    let named = pairs.find(|(key, _)| key == "_HttpMethod");
    let named = named.and_then(|(_, name)| Method::from_bytes(name.as_bytes()).ok());
    named.unwrap_or_else(|| sent.clone())
}

/// The pairs behind `?`, decoded as forms are.
pub(crate) fn parameters(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

/// The access token of a request; empty: it has none.
pub(crate) fn token(headers: &HeaderMap) -> &str {
    let value = headers
        .get(http::header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let (scheme, token) = value
        .and_then(|value| value.split_once(' '))
        .unwrap_or_default();
    match scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("OAuth") {
        true => token.trim(),
        false => "",
    }
}

/// `Sforce-Query-Options: batchSize=…`
pub(super) fn page_size(headers: &HeaderMap) -> Option<usize> {
    let value = headers.get("Sforce-Query-Options")?.to_str().ok()?;
    let size = value
        .split(',')
        .find_map(|option| option.trim().strip_prefix("batchSize="))?;
    size.trim().parse().ok()
}
