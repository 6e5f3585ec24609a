//! XML as a small tree, names without prefixes; and text made safe for XML. For envelopes of a few
//! kilobytes, read whole.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

/// The greatest depth of elements: the envelopes of the Metadata API have eight.
const DEPTH_MAX: usize = 32;

/// One element.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// Without prefix.
    pub(crate) name: String,
    /// Names without prefix.
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Element>,
    pub(crate) text: String,
    /// The line in which its start tag ends, counted from 1.
    pub(crate) line: usize,
}

impl Element {
    /// The first child of that name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text without the white space of XML around it: what indents a document is not part of a
    /// value, what only looks like a blank (U+00A0, U+3000) is.
    pub(crate) fn content(&self) -> &str {
        self.text.trim_matches([' ', '\t', '\r', '\n'])
    }

    /// The content of the first child of that name.
    pub(crate) fn child_text(&self, name: &str) -> &str {
        self.child(name).map_or("", Self::content)
    }

    /// An attribute's value.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// The root element, or why there is none.
pub(crate) fn parse(text: &str) -> Result<Element, String> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = vec![Element::default()];
    let (mut line, mut counted) = (1, 0);
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let top = open.len() - 1;
        let at =
            usize::try_from(reader.buffer_position()).map_or(text.len(), |at| at.min(text.len()));
        line += text.as_bytes()[counted..at]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        counted = at;
        match event {
            Event::Start(start) if open.len() > DEPTH_MAX => {
                return Err(format!("`{}` is nested too deep", start.name().as_ref()));
            }
            Event::Start(start) => open.push(element(&start, line)?),
            Event::Empty(start) => open[top].children.push(element(&start, line)?),
            Event::End(_) => {
                let done = open
                    .pop()
                    .expect("the reader checks that ends match starts");
                open.last_mut()
                    .ok_or("an end without a start")?
                    .children
                    .push(done);
            }
            Event::Text(text) => open[top].text.push_str(&text.xml10_content()),
            Event::CData(text) => open[top].text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let name = reference.xml10_content();
                let character = reference
                    .resolve_char_ref()
                    .map_err(|error| error.to_string())?;
                match (character, resolve_predefined_entity(&name)) {
                    (Some(character), _) => open[top].text.push(character),
                    (None, Some(text)) => open[top].text.push_str(text),
                    (None, None) => return Err(format!("unknown entity `{name}`")),
                }
            }
            // Entities of its own could make a small text large.
            Event::DocType(_) => return Err("a document type is not allowed".to_owned()),
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    let mut root = open.pop().expect("the outermost is never closed");
    match (open.is_empty(), root.children.len()) {
        (true, 1) => Ok(root.children.remove(0)),
        _ => Err("one whole element is expected".to_owned()),
    }
}

fn element(start: &BytesStart<'_>, line: usize) -> Result<Element, String> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute
            .normalized_value(XmlVersion::Explicit1_0)
            .map_err(|error| error.to_string())?;
        let name = attribute.key.local_name().as_ref().to_owned();
        attributes.push((name, value.into_owned()));
    }
    Ok(Element {
        name: start.local_name().as_ref().to_owned(),
        attributes,
        line,
        ..Element::default()
    })
}

/// `text` as the content of an element. A character that XML does not have is shown as one that is not known: one record
/// with it would make every answer unreadable.
pub(crate) fn escape(text: &str) -> String {
    let escaped = quick_xml::escape::escape(text);
    match escaped.chars().all(is_of_xml) {
        true => escaped.into_owned(),
        false => {
            let shown = escaped.chars();
            shown
                .map(|c| match is_of_xml(c) {
                    true => c,
                    false => char::REPLACEMENT_CHARACTER,
                })
                .collect()
        }
    }
}

/// Says whether XML 1.0 has the character.
fn is_of_xml(c: char) -> bool {
    !matches!(c, '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests;
