//! The mark of a change that gives users more than they had.

use usher_core::text;

use crate::page::{Page, Style};

/// Adds the mark of a change that gives users more than they had; nothing when there is none.
pub(super) fn mark(raised: &[String], indent: usize, page: &mut Page) {
    if !raised.is_empty() {
        let what = format!(" {}", text::visible(&raised.join(", ")));
        page.headed(indent, Style::Red, "RAISES PRIVILEGES:", what);
    }
}
