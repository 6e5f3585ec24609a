//! JSON as Usher prints it: no character in it is hidden.

use serde_json::Value;
use usher_core::text::is_hidden;

/// A document for programs, in which no character is hidden.
pub(crate) fn document_text(document: &Value) -> String {
    let text = serde_json::to_string_pretty(document).expect("JSON values serialise");
    format!("{}\n", escaped(&text))
}

/// JSON whose hidden characters are escapes. Only texts have such characters, but for the line feeds of the layout.
pub(crate) fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || !is_hidden(c) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
    }
    out
}
