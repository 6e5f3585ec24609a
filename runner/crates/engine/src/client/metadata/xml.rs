//! XML as a tree of small elements: enough for SOAP answers, and too little for an answer to do harm with.
//!
//! Depth and number of elements are limited. A DTD is passed over. Of the entities only the five of XML itself are
//! known: any other stays as it is written. Prefixes are left out, attributes but for `nil`, and elements
//! whose names begin with `$`: only Usher hands such names to plugins, for values that are not known yet.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use usher_core::limit;

use crate::veil::Veil;

/// One element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element {
    /// Without prefix.
    pub(super) name: String,
    /// `xsi:nil="true"`: it says that there is nothing.
    pub(super) nil: bool,
    /// Text of the element itself, as it is written.
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The first child of that name.
    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Hides secrets in names and texts.
    pub(super) fn hide(&mut self, veil: &Veil) {
        veil.answer(&mut self.name);
        veil.answer(&mut self.text);
        self.children.iter_mut().for_each(|child| child.hide(veil));
    }

    /// The text of the first child of that name.
    pub(super) fn text_of(&self, name: &str) -> Option<&str> {
        Some(self.child(name)?.text.as_str())
    }
}

/// The reason why a text has no tree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoTree {
    #[error("it has more than {max} elements", max = limit::XML_ELEMENTS_MAX)]
    TooLarge,
    #[error("{0}")]
    Unreadable(String),
}

impl From<String> for NoTree {
    fn from(why: String) -> Self {
        Self::Unreadable(why)
    }
}

/// Returns the root element of a document, or the reason why there is none.
pub(super) fn parse(bytes: &[u8]) -> Result<Element, NoTree> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    let mut count = 0;
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let starts = matches!(event, Event::Start(_) | Event::Empty(_));
        if starts {
            count += 1;
            if root.is_some() {
                return Err("there is something behind its end".to_owned().into());
            }
            if open.len() == limit::XML_DEPTH_MAX {
                let why = format!("it is nested deeper than {}", limit::XML_DEPTH_MAX);
                return Err(why.into());
            }
            if count > limit::XML_ELEMENTS_MAX {
                return Err(NoTree::TooLarge);
            }
        }
        let closed = match event {
            Event::Start(start) => {
                open.push(element(&start));
                None
            }
            Event::Empty(start) => Some(element(&start)),
            // The reader has compared its name with the start's.
            Event::End(_) => open.pop(),
            Event::Text(text) => {
                add(&mut open, &text.xml10_content())?;
                None
            }
            Event::CData(text) => {
                add(&mut open, &text.xml10_content())?;
                None
            }
            Event::GeneralRef(reference) => {
                add(&mut open, &resolved(&reference)?)?;
                None
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => None,
            Event::Eof if open.is_empty() => {
                return root.ok_or_else(|| "there is no element".to_owned().into());
            }
            Event::Eof => return Err("it breaks off".to_owned().into()),
        };
        if let Some(element) = closed {
            match open.last_mut() {
                Some(_) if element.name.starts_with('$') => {}
                Some(parent) => parent.children.push(element),
                None => root = Some(element),
            }
        }
    }
}

fn element(start: &BytesStart<'_>) -> Element {
    // The check for doubles is off, because its cost is the square of their number.
    let nil = start
        .attributes()
        .with_checks(false)
        .flatten()
        .any(|attribute| {
            attribute.key.local_name().as_ref() == "nil"
                && matches!(&*attribute.value, "true" | "1")
        });
    Element {
        name: start.local_name().as_ref().to_owned(),
        nil,
        text: String::new(),
        children: Vec::new(),
    }
}

fn add(open: &mut [Element], text: &str) -> Result<(), String> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text
            .trim_matches(['\u{FEFF}', ' ', '\t', '\r', '\n'])
            .is_empty() => {}
        None => return Err("there is text outside of its elements".to_owned()),
    }
    Ok(())
}

fn resolved(reference: &BytesRef<'_>) -> Result<String, String> {
    if let Some(c) = reference
        .resolve_char_ref()
        .map_err(|error| error.to_string())?
    {
        return Ok(c.to_string());
    }
    Ok(match reference.as_ref() {
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "amp" => "&".to_owned(),
        "apos" => "'".to_owned(),
        "quot" => "\"".to_owned(),
        unknown => format!("&{unknown};"),
    })
}
