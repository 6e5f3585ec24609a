//! The resources that may be sent at all, whatever a manifest declares and a person grants.
//!
//! A literal is checked when an answer is judged. A resource with later values is checked when it is complete
//! ([`crate::known::Known::path`]), and once more by the client right before it sends.

use crate::never::carries_calls;
use crate::text;

/// The longest name of a query parameter. The longest that Salesforce documents have thirty characters.
const PARAMETER_BYTES_MAX: usize = 64;

/// Bytes of a refused text that a message repeats: enough to recognise it.
const REPEATED_BYTES_MAX: usize = 80;

/// Names of query parameters, by their letters alone, that turn a request into another one.
///
/// `_HttpMethod` is documented (REST API Developer Guide, "Update a Record": a POST with `?_HttpMethod=PATCH` is a
/// PATCH). It is not known whether Salesforce honours any of the others. No resource documents a parameter of such a
/// name, so refusing them costs nothing.
const OTHER_REQUEST: &[&str] = &[
    "httpmethod",
    "method",
    "methodoverride",
    "xhttpmethod",
    "xhttpmethodoverride",
    "xmethodoverride",
    // A request is made as the user who signed in.
    "accesstoken",
    "authorization",
    "oauthtoken",
    "sessionid",
    "sid",
];

/// The reason why a resource must not be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Barred {
    #[error(
        "`{text}` cannot be a segment of a path: a segment holds something else than dots, and none of `/ \\ % ; ? #` \
         or control characters"
    )]
    Segment { text: String },
    #[error(
        "`{text}` cannot be a parameter: a name is of letters, digits, `_`, `-` and `.`, a letter first, and says \
         nothing of the method or of who asks"
    )]
    Parameter { text: String },
    #[error("`{resource}` carries other calls or code and is never granted")]
    NeverGranted { resource: String },
}

/// Checks one complete segment of a path.
///
/// Dots alone lead to a parent. The other signs end a segment for some server or proxy on the way, even
/// percent-encoded, because some decode a path before they read it.
pub fn segment(text: &str) -> Result<(), Barred> {
    let climbs = text.trim().trim_matches(is_dot).is_empty();
    let ends = |c: char| c.is_control() || is_stroke(c) || matches!(c, '%' | ';' | '?' | '#');
    if climbs || text.contains(ends) {
        let text = repeated(text);
        return Err(Barred::Segment { text });
    }
    Ok(())
}

/// Says that the character is a dot, or one that a server which normalises Unicode turns into dots (UAX #15, NFKC).
fn is_dot(c: char) -> bool {
    matches!(c, '.' | '\u{2024}'..='\u{2026}' | '\u{fe52}' | '\u{ff0e}')
}

/// Says that the character is a stroke, or one that may become a stroke in the same way or looks like one.
fn is_stroke(c: char) -> bool {
    matches!(
        c,
        '/' | '\\' | '\u{2044}' | '\u{2215}' | '\u{29f5}' | '\u{fe68}' | '\u{ff0f}' | '\u{ff3c}'
    )
}

/// Checks the name of a query parameter.
pub fn parameter(name: &str) -> Result<(), Barred> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    let letters: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let right = name.len() <= PARAMETER_BYTES_MAX
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(plain)
        && !OTHER_REQUEST.contains(&letters.as_str());
    match right {
        true => Ok(()),
        false => Err(Barred::Parameter {
            text: repeated(name),
        }),
    }
}

/// A refused text with its odd characters escaped, because they may be the mistake.
fn repeated(refused: &str) -> String {
    text::line(&refused.escape_debug().to_string(), REPEATED_BYTES_MAX)
}

/// Checks a resource as it is sent.
pub fn leaving(segments: &[String], query: &[(String, String)]) -> Result<(), Barred> {
    if carries_calls(segments.iter().map(String::as_str)) {
        let resource = text::shown(&segments.join("/"));
        return Err(Barred::NeverGranted { resource });
    }
    segments.iter().try_for_each(|it| segment(it))?;
    query.iter().try_for_each(|(name, _)| parameter(name))
}

#[cfg(test)]
mod tests {
    use super::{leaving, parameter, segment};

    #[test]
    fn a_segment_that_a_server_may_fold_does_not_leave() {
        for folded in [
            "",
            ".",
            "..",
            "...",
            " ",
            " .. ",
            "a/b",
            "..\\x",
            "%2e%2e",
            "%2F",
            "..;x",
            "x?q",
            "x#y",
            "a\r\nb",
            "\0",
            "\u{2025}",
            "\u{ff0e}\u{ff0e}",
            "a\u{ff0f}b",
        ] {
            assert!(segment(folded).is_err(), "{folded:?}");
        }
        for plain in [
            "communities",
            "0DB000000000001AAA",
            "a.b",
            "..a",
            "jörg@x.example",
            "a b",
            "+49",
        ] {
            assert_eq!(segment(plain), Ok(()), "{plain:?}");
        }
    }

    #[test]
    fn a_parameter_that_makes_another_request_does_not_leave() {
        for other in [
            "_HttpMethod",
            "_httpmethod",
            "HTTPMETHOD",
            "HttpMethod",
            "X-HTTP-Method-Override",
            "_method",
            "oauth_token",
            "access_token",
            "",
            "a b",
            "a=b",
            "a&b",
            "%5fHttpMethod",
            "ä",
        ] {
            assert!(parameter(other).is_err(), "{other:?}");
        }
        for plain in [
            "q",
            "fields",
            "pageSize",
            "include-deleted",
            "a.b",
            "updatedSince",
        ] {
            assert_eq!(parameter(plain), Ok(()), "{plain:?}");
        }
    }

    #[test]
    fn a_resource_is_matched_as_it_leaves() {
        let leaves = |segments: &[&str]| {
            let segments: Vec<String> = segments.iter().map(|&it| it.to_owned()).collect();
            leaving(&segments, &[]).is_ok()
        };
        assert!(leaves(&["connect", "communities"]));
        for never in [
            &["composite"][..],
            &["Composite", "batch"],
            &["connect", "..", "composite"],
            &[],
            &["", "x"],
            &["connect", ""],
        ] {
            assert!(!leaves(never), "{never:?}");
        }
    }
}
