//! Places in JSON text: the bytes at which the value of a JSON Pointer stands.

use std::ops::Range;

/// The place of the value that a pointer names. When the text has no such value, the one that would hold it. Of a value
/// with a name, the name is part of the place.
pub(super) fn of(text: &str, pointer: &str) -> Range<usize> {
    let mut walk = Walk { text, at: 0 };
    walk.blanks();
    let mut place = walk.at..walk.at;
    for segment in pointer.split('/').skip(1) {
        let segment = segment.replace("~1", "/").replace("~0", "~");
        match walk.enter(&segment) {
            Some(from) => place.start = from,
            None => break,
        }
    }
    walk.skip();
    place.end = walk.at;
    place
}

/// The place of a line and a column, both from 1.
pub(super) fn of_line(text: &str, line: usize, column: usize) -> Range<usize> {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let at = text.floor_char_boundary(before + column.saturating_sub(1));
    at..text.ceil_char_boundary(at + 1)
}

/// A walk through text that is JSON. In other text it ends somewhere, and never leaves it.
struct Walk<'t> {
    text: &'t str,
    at: usize,
}

impl Walk<'_> {
    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self.next().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Goes to the member or the item of the value here. Returns the beginning of its name, or of itself.
    fn enter(&mut self, segment: &str) -> Option<usize> {
        match self.next()? {
            b'{' => self.member(segment),
            b'[' => self.item(segment.parse().ok()?),
            _ => None,
        }
    }

    fn member(&mut self, name: &str) -> Option<usize> {
        let object = self.at;
        self.at += 1;
        loop {
            self.blanks();
            if self.next() != Some(b'"') {
                break;
            }
            let from = self.at;
            self.skip();
            let found = serde_json::from_str::<String>(&self.text[from..self.at]);
            self.blanks();
            self.at += usize::from(self.next() == Some(b':'));
            self.blanks();
            if found.is_ok_and(|found| found == name) {
                return Some(from);
            }
            self.skip();
            self.blanks();
            if self.next() != Some(b',') {
                break;
            }
            self.at += 1;
        }
        self.at = object;
        None
    }

    fn item(&mut self, index: usize) -> Option<usize> {
        let array = self.at;
        self.at += 1;
        for _ in 0..index {
            self.blanks();
            self.skip();
            self.blanks();
            if self.next() != Some(b',') {
                self.at = array;
                return None;
            }
            self.at += 1;
        }
        self.blanks();
        Some(self.at)
    }

    /// Goes behind the value here. Depth is counted, so that no nesting takes memory.
    fn skip(&mut self) {
        let mut depth = 0usize;
        while let Some(byte) = self.next() {
            match byte {
                b'"' => self.text_end(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' if depth == 0 => return,
                b'}' | b']' => {
                    depth -= 1;
                    self.at += 1;
                }
                b',' | b':' if depth == 0 => return,
                byte if depth == 0 && !byte.is_ascii_whitespace() => self.word_end(),
                _ => self.at += 1,
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn text_end(&mut self) {
        self.at += 1;
        while let Some(byte) = self.next() {
            self.at += 1;
            match byte {
                b'\\' => self.at = (self.at + 1).min(self.text.len()),
                b'"' => return,
                _ => {}
            }
        }
    }

    fn word_end(&mut self) {
        let ends = |byte: u8| byte.is_ascii_whitespace() || b",:]}".contains(&byte);
        while self.next().is_some_and(|byte| !ends(byte)) {
            self.at += 1;
        }
    }
}
