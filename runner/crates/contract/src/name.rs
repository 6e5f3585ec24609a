//! Rules for names. Steps, inputs and outputs are written in `snake_case`, plugins, packs and recipes in kebab-case,
//! objects and fields by their API names. The names that plugins use end up in requests, so Usher refuses every name
//! that is not plain, even when a manifest declares it.

use std::collections::BTreeMap;

use crate::fault::Fault;
use crate::known::{Known, as_text};
use crate::never::{carries_calls, is_never_granted};
use crate::operation::ResourcePath;
use crate::resource::{self, Barred};
use crate::text;
use crate::value::Scalar;

/// Longest name that a person chooses; a plan shows them side by side.
const NAME_BYTES_MAX: usize = 64;

/// Longest API name: 40 characters and a suffix, with room for a namespace.
const API_NAME_BYTES_MAX: usize = 80;

/// Relationships that SOQL follows from child to parent.
const PARENTS_MAX: usize = 5;

/// People read an address, and tokens and the journal hold it.
const ADDRESS_BYTES_MAX: usize = 255;

/// Lower-case letters and digits, single hyphens between them.
pub fn is_kebab(name: &str) -> bool {
    name.len() <= NAME_BYTES_MAX && name.split('-').all(is_word)
}

/// Lower-case letters and digits, single underscores between them, a letter first.
pub fn is_snake(name: &str) -> bool {
    name.len() <= NAME_BYTES_MAX
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.split('_').all(is_word)
}

/// A name of a property in a schema of inputs or outputs.
pub fn is_property(name: &str) -> bool {
    name.len() <= NAME_BYTES_MAX
        && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// An API name of an object, a settings component, a metadata type or a field: a letter first, then letters,
/// digits and underscores.
pub fn is_api(name: &str) -> bool {
    name.len() <= API_NAME_BYTES_MAX
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// A field's API name, or a path to a field of a parent: `Account.Owner.UserRoleId`.
pub fn is_field(name: &str) -> bool {
    let parts = name.split('.');
    parts.clone().count() <= PARENTS_MAX + 1 && parts.clone().all(is_api)
}

/// Declared in place of a field's name: every custom field of the object.
pub const CUSTOM_FIELDS: &str = "*__c";

/// The end of the API name of a custom field.
const CUSTOM: &str = "__c";

/// Says that a declared name is a name, or stands for it: [`CUSTOM_FIELDS`] for a custom field of the object itself.
pub fn covers(declared: &str, name: &str) -> bool {
    let is_custom = || is_api(name) && fold(name).ends_with(CUSTOM);
    declared.eq_ignore_ascii_case(name)
        || (declared.eq_ignore_ascii_case(CUSTOM_FIELDS) && is_custom())
}

/// A field's API name, or [`CUSTOM_FIELDS`].
pub(crate) fn is_written(name: &str) -> bool {
    is_api(name) || name == CUSTOM_FIELDS
}

/// A field's API name, a path to a field of a parent, or [`CUSTOM_FIELDS`].
pub(crate) fn is_read(name: &str) -> bool {
    is_field(name) || name == CUSTOM_FIELDS
}

/// Checks the API name of an object, a settings component, a metadata type or a field.
pub(crate) fn api(what: &'static str, name: &str) -> Result<(), Fault> {
    named(is_api(name), what, name)
}

/// Checks a field's name, or a path of parents to one: `Account.OwnerId`.
pub(crate) fn field(name: &str) -> Result<(), Fault> {
    named(is_field(name), "field name", name)
}

/// Checks the address of a change or effect: anything that can be read on one line.
pub(crate) fn address(address: &str) -> Result<(), Fault> {
    let right = !address.is_empty()
        && address.len() <= ADDRESS_BYTES_MAX
        && text::is_plain(address)
        && address.trim() == address;
    named(right, "address", address)
}

/// Checks the name of a result or a bind. It comes after the address in a token, so it holds none of a token's signs.
pub(crate) fn result(name: &str) -> Result<(), Fault> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let right = !name.is_empty() && name.len() <= ADDRESS_BYTES_MAX && name.bytes().all(plain);
    named(right, "name of a result", name)
}

/// Checks the name of a parameter.
pub(crate) fn parameter(name: &str) -> Result<(), Fault> {
    Ok(resource::parameter(name)?)
}

/// Checks a JSON Pointer.
pub(crate) fn pointer(text: &str) -> Result<(), Fault> {
    if text.is_empty() || text.starts_with('/') {
        return Ok(());
    }
    Err(Fault::Pointer {
        text: text::shown(text),
    })
}

/// Checks that a resource may be read or written at all, as far as it is known. The first segment must be known: a
/// later value could be any.
pub(crate) fn resource(path: &ResourcePath) -> Result<(), Fault> {
    let shown = || text::shown(&self::path(path));
    let Some(Scalar::Text(first)) = path.segments.first() else {
        return Err(Fault::FirstSegment { resource: shown() });
    };
    // A segment with later values is checked when they are known.
    let known = path.segments.iter().map(known_text);
    let known: Vec<String> = known
        .map(|it| it.unwrap_or_else(|| "*".to_owned()))
        .collect();
    if is_never_granted(first) || carries_calls(known.iter().map(String::as_str)) {
        return Err(Barred::NeverGranted { resource: shown() }.into());
    }
    for segment in &path.segments {
        if let Some(text) = known_text(segment) {
            resource::segment(&text)?;
            if !text::is_plain(&text) {
                return Err(no_name("segment of a path", &text));
            }
        }
    }
    Ok(())
}

/// The text of a segment without later values.
fn known_text(segment: &Scalar) -> Option<String> {
    Known(&BTreeMap::new())
        .value(segment)
        .ok()
        .map(|value| as_text(&value))
}

/// A path as a person reads it.
pub(crate) fn path(path: &ResourcePath) -> String {
    let segments = path.segments.iter().map(|segment| match segment {
        Scalar::Text(text) | Scalar::Date(text) | Scalar::DateTime(text) => text.clone(),
        other => other.to_json().to_string(),
    });
    segments.collect::<Vec<_>>().join("/")
}

fn named(right: bool, what: &'static str, name: &str) -> Result<(), Fault> {
    match right {
        true => Ok(()),
        false => Err(no_name(what, name)),
    }
}

fn no_name(what: &'static str, name: &str) -> Fault {
    Fault::Name {
        what,
        text: text::line(name, ADDRESS_BYTES_MAX),
    }
}

/// The form in which names of objects and fields are compared: Salesforce takes them without regard to case.
pub fn fold(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// The same in a text that is there, in place of what it held: many names in a row need no text of their own.
pub fn fold_into<'t>(name: &str, text: &'t mut String) -> &'t str {
    text.clear();
    text.push_str(name);
    text.make_ascii_lowercase();
    text
}

fn is_word(word: &str) -> bool {
    !word.is_empty()
        && word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}
