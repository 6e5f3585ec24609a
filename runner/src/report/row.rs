//! One value that is sent, beside the one that it replaces: a part of a line in a text, a row of a table in a page.

/// A value by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) name: String,
    /// None: the former value is not known, or there was none.
    pub(super) before: Option<String>,
    /// None: the value is removed.
    pub(super) after: Option<String>,
    pub(super) is_secret: bool,
    pub(super) raises: bool,
}

impl Row {
    /// A value that replaces nothing that is known.
    pub(super) fn new(name: String, after: String) -> Self {
        Self {
            name,
            before: None,
            after: Some(after),
            is_secret: false,
            raises: false,
        }
    }

    /// The value that is replaced. A value that stays as it is is not shown twice.
    pub(super) fn replaced(&self) -> Option<&str> {
        let before = self.before.as_deref();
        before.filter(|before| Some(*before) != self.after.as_deref())
    }

    /// `Title: Frequent flyer -> Countess`.
    pub(super) fn text(&self) -> String {
        let name = &self.name;
        match (self.replaced(), &self.after) {
            // The arrow shows the place of a secret at once.
            (_, Some(after)) if self.is_secret => format!("{name} ← {after}"),
            (Some(before), Some(after)) => format!("{name}: {before} -> {after}"),
            (_, Some(after)) => format!("{name}: {after}"),
            (Some(before), None) => format!("{name}: no longer {before}"),
            (None, None) => name.clone(),
        }
    }
}

/// The rows in one line.
pub(super) fn joined(rows: &[Row]) -> String {
    let texts: Vec<String> = rows.iter().map(Row::text).collect();
    texts.join(", ")
}
