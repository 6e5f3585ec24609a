//! JSON Pointers into a step's input: makes them, takes them apart, and words them for people.

/// A key as a segment.
pub(super) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The key of a segment.
pub(super) fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

/// Returns the pointer as a person would write it: `/more/notes/0` is `more.notes[0]`.
pub(super) fn spoken(pointer: &str) -> String {
    let mut text = String::new();
    for segment in pointer.split('/').skip(1) {
        let key = unescape(segment);
        if !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit()) {
            text.push_str(&format!("[{key}]"));
        } else {
            if !text.is_empty() {
                text.push('.');
            }
            text.push_str(&key);
        }
    }
    text
}
