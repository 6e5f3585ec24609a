//! The shapes of names that plugins use. They end up in requests, so what is not a plain name is refused
//! here, whatever a manifest declares.

use usher_core::grant;
use usher_core::operation::ResourcePath;
use usher_core::value::Scalar;

use crate::fault::Fault;
use crate::text;

/// Salesforce allows 40 characters and adds namespace and suffix.
const NAME_BYTES_MAX: usize = 255;

/// Relationships that SOQL follows from child to parent.
const PARENTS_MAX: usize = 5;

/// An address is read by people and stands in tokens and in the journal.
const ADDRESS_BYTES_MAX: usize = 255;

/// API name of an object, a settings component, a metadata type or a field.
pub(crate) fn api(what: &'static str, name: String) -> Result<String, Fault> {
    if is_api(&name) {
        return Ok(name);
    }
    Err(no_name(what, &name))
}

/// A field, or a path of parents to one: `Account.OwnerId`.
pub(crate) fn field(name: String) -> Result<String, Fault> {
    let parts = name.split('.');
    if parts.clone().count() <= PARENTS_MAX + 1 && parts.clone().all(is_api) {
        return Ok(name);
    }
    Err(no_name("field name", &name))
}

/// Address of a change or effect: anything that can be read on one line.
pub(crate) fn address(address: String) -> Result<String, Fault> {
    if !address.is_empty()
        && address.len() <= ADDRESS_BYTES_MAX
        && text::is_plain(&address)
        && address.trim() == address
    {
        return Ok(address);
    }
    Err(no_name("address", &address))
}

/// Name of a result. It stands behind the address in a token, so it holds none of a token's signs.
pub(crate) fn result(name: String) -> Result<String, Fault> {
    let right = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    if !name.is_empty() && name.len() <= NAME_BYTES_MAX && name.bytes().all(right) {
        return Ok(name);
    }
    Err(no_name("name of a result", &name))
}

/// A JSON Pointer.
pub(crate) fn pointer(text: String) -> Result<String, Fault> {
    if text.is_empty() || text.starts_with('/') {
        return Ok(text);
    }
    Err(Fault::Pointer {
        text: text::shown(&text),
    })
}

/// A resource that may be read or written at all. Which one it is must be known: a first segment that
/// comes to be later could be any.
pub(crate) fn resource(path: &ResourcePath) -> Result<(), Fault> {
    let refused = || Fault::NeverGranted {
        resource: text::shown(&self::path(path)),
    };
    let [Scalar::Text(first), rest @ ..] = path.segments.as_slice() else {
        return Err(refused());
    };
    let plain = |segment: &Scalar| match segment {
        Scalar::Text(text) => !matches!(text.as_str(), "" | "." | ".."),
        Scalar::Nothing | Scalar::Truth(_) => false,
        Scalar::Number(_)
        | Scalar::Date(_)
        | Scalar::DateTime(_)
        | Scalar::Reference(_)
        | Scalar::Joined(_) => true,
    };
    if grant::is_never_granted(first) || first.contains('/') || !rest.iter().all(plain) {
        return Err(refused());
    }
    for segment in &path.segments {
        if let Scalar::Text(segment) = segment
            && !text::is_plain(segment)
        {
            return Err(no_name("segment of a path", segment));
        }
    }
    Ok(())
}

/// A path as a person reads it.
pub(crate) fn path(path: &ResourcePath) -> String {
    let segments = path.segments.iter().map(|segment| match segment {
        Scalar::Text(text) | Scalar::Date(text) | Scalar::DateTime(text) => text.clone(),
        other => other.to_json().to_string(),
    });
    segments.collect::<Vec<_>>().join("/")
}

fn is_api(name: &str) -> bool {
    let right = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    name.len() <= NAME_BYTES_MAX
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(right)
}

fn no_name(what: &'static str, name: &str) -> Fault {
    Fault::Name {
        what,
        text: text::line(name, ADDRESS_BYTES_MAX),
    }
}
