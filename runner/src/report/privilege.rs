//! The mark of what gives somebody more than they had.

use usher_core::text;

use crate::page::{Page, Style};

/// Adds the mark of what gives somebody more than they had; nothing when nothing does.
pub(super) fn mark(raised: &[String], indent: usize, page: &mut Page) {
    if !raised.is_empty() {
        let what = format!(" {}", text::visible(&raised.join(", ")));
        page.headed(indent, Style::Red, "RAISES PRIVILEGES:", what);
    }
}
