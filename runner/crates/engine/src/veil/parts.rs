//! Parts of a token in a text: every run of characters that the token holds, too, as it is or in base64.

use std::collections::HashSet;

use crate::veil::{HIDDEN, base64};

/// A run of at least so many characters of a token is hidden.
const PART_BYTES_MIN: usize = 16;

/// Every run of [`PART_BYTES_MIN`] characters holds one of so many at a multiple of it.
const SIGN_BYTES: usize = PART_BYTES_MIN / 2;

/// The parts of a token.
#[derive(Clone, Default)]
pub(super) struct Parts {
    parts: HashSet<[u8; PART_BYTES_MIN]>,
    signs: HashSet<[u8; SIGN_BYTES]>,
}

impl Parts {
    /// The parts of this token. One with other letters than those of ASCII is none.
    pub(super) fn of(token: &str) -> Self {
        let mut parts = Self::default();
        if !token.is_ascii() {
            return parts;
        }
        parts.add(token);
        for before in 0..3 {
            let coded = in_base64(token.as_bytes(), before);
            parts.add(&coded.replace('+', "-").replace('/', "_"));
            parts.add(&coded);
        }
        parts
    }

    /// The parts of both.
    pub(super) fn and(&self, other: &Self) -> Self {
        Self {
            parts: self.parts.union(&other.parts).copied().collect(),
            signs: self.signs.union(&other.signs).copied().collect(),
        }
    }

    fn add(&mut self, text: &str) {
        if text.len() >= PART_BYTES_MIN {
            self.parts.extend(windows::<PART_BYTES_MIN>(text));
            self.signs.extend(windows::<SIGN_BYTES>(text));
        }
    }

    /// Says whether a text may hold a part: quick, since most texts hold none.
    pub(super) fn may_be_in(&self, text: &str) -> bool {
        let (chunks, _) = text.as_bytes().as_chunks::<SIGN_BYTES>();
        !self.signs.is_empty() && chunks.iter().any(|chunk| self.signs.contains(chunk))
    }

    /// Hides each part.
    pub(super) fn hide(&self, text: &mut String) {
        if !self.may_be_in(text) {
            return;
        }
        let mut shown = String::new();
        // The end of what is in `shown` or hidden, and the start of the parts that follow one another.
        let (mut done, mut hidden) = (0, None);
        for (at, window) in windows::<PART_BYTES_MIN>(text).enumerate() {
            if !self.parts.contains(&window) {
                continue;
            }
            if hidden.is_none_or(|end| at > end) {
                // Both ends of a part are letters of ASCII, so that a text may be cut there.
                shown.push_str(text.get(done..at).unwrap_or_default());
                shown.push_str(HIDDEN);
            }
            done = at + PART_BYTES_MIN;
            hidden = Some(done);
        }
        if hidden.is_some() {
            shown.push_str(text.get(done..).unwrap_or_default());
            *text = shown;
        }
    }
}

fn windows<const BYTES: usize>(text: &str) -> impl Iterator<Item = [u8; BYTES]> + '_ {
    text.as_bytes()
        .windows(BYTES)
        .filter_map(|window| window.try_into().ok())
}

/// The letters of base64 that these bytes decide, after so many other bytes.
fn in_base64(bytes: &[u8], before: usize) -> String {
    let mut all = vec![0; before];
    all.extend(bytes);
    let coded = base64(&all);
    let decided = (before * 8).div_ceil(6)..all.len() * 8 / 6;
    coded.get(decided).unwrap_or_default().to_owned()
}
