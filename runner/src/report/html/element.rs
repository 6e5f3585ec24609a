//! The one way into HTML: every text goes through `escaped`, every element is made here.

use usher_core::text;

/// HTML that is put together.
#[derive(Default)]
pub(super) struct Html(String);

impl Html {
    /// Adds an element with a text in it.
    pub(super) fn text(&mut self, name: &str, class: &str, text: &str) {
        self.open(name, class);
        self.0.push_str(&escaped(text));
        self.close(name);
    }

    /// Adds an element with other elements in it.
    pub(super) fn within(&mut self, name: &str, class: &str, inner: impl FnOnce(&mut Self)) {
        self.open(name, class);
        self.0.push('\n');
        inner(self);
        self.close(name);
    }

    /// Adds an element with attributes and a text in it.
    pub(super) fn with(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.start(name, attributes);
        self.0.push_str(&escaped(text));
        self.close(name);
    }

    /// Begins an element with attributes; `end` ends it.
    pub(super) fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.0.push_str(&format!("<{name}"));
        for (attribute, value) in attributes {
            self.0
                .push_str(&format!(" {attribute}=\"{}\"", escaped(value)));
        }
        self.0.push('>');
    }

    /// Ends an element that was begun.
    pub(super) fn end(&mut self, name: &str) {
        self.close(name);
    }

    /// Adds the style, which is Usher's own.
    pub(super) fn style(&mut self, style: &'static str) {
        self.0.push_str(&format!("<style>{style}</style>\n"));
    }

    /// The whole text.
    pub(super) fn into_text(self) -> String {
        self.0
    }

    fn open(&mut self, name: &str, class: &str) {
        match class {
            "" => self.start(name, &[]),
            class => self.start(name, &[("class", class)]),
        }
    }

    fn close(&mut self, name: &str) {
        self.0.push_str(&format!("</{name}>\n"));
    }
}

/// The text in which nothing is HTML, and nothing is hidden.
fn escaped(text: &str) -> String {
    let text = text::visible(text);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
