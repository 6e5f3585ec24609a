//! The path of a request, taken apart.

use percent_encoding::percent_decode_str;

/// The parts of a path, decoded; a slash at the end makes none.
pub(crate) fn segments(path: &str) -> Vec<String> {
    let parts = path.split('/').filter(|part| !part.is_empty());
    parts
        .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
        .collect()
}

/// The parts as requests are told apart by them.
pub(crate) fn names(parts: &[String]) -> Vec<&str> {
    parts.iter().map(String::as_str).collect()
}
