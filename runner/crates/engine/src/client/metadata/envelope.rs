//! Makes a request: a SOAP envelope with the token, and in it the one call. Names are checked, values are escaped;
//! nothing of a plugin can become markup.

use quick_xml::escape::escape;
use serde_json::{Map, Value};

use crate::client::{ApiVersion, OrgError, no_token};
use usher_core::package::is_element;

/// The name of this client in the org's logs (Metadata API Developer Guide, CallOptions).
const CLIENT: &str = concat!("usher/", env!("CARGO_PKG_VERSION"));

/// `readMetadata` of one settings component.
pub(super) fn read(settings: &str) -> Result<String, OrgError> {
    let settings = named(settings)?;
    Ok(format!(
        "<readMetadata><type>{settings}Settings</type><fullNames>{settings}</fullNames></readMetadata>"
    ))
}

/// `listMetadata` of one kind of component.
pub(super) fn list(kind: &str) -> Result<String, OrgError> {
    let kind = named(kind)?;
    Ok(format!(
        "<listMetadata><queries><type>{kind}</type></queries>\
         <asOfVersion>{}</asOfVersion></listMetadata>",
        ApiVersion::OLDEST
    ))
}

/// `readMetadata` of one component.
pub(super) fn read_one(kind: &str, full_name: &str) -> Result<String, OrgError> {
    let (kind, full_name) = (named(kind)?, escaped(full_name)?);
    Ok(format!(
        "<readMetadata><type>{kind}</type><fullNames>{full_name}</fullNames></readMetadata>"
    ))
}

/// `updateMetadata` of some fields of one settings component.
pub(super) fn update(settings: &str, fields: &Map<String, Value>) -> Result<String, OrgError> {
    let settings = named(settings)?;
    let mut names: Vec<&String> = fields.keys().collect();
    // The WSDL is a sequence in the order of the alphabet, after `fullName`.
    names.sort();
    let mut elements = String::new();
    for name in names {
        let value = text(&fields[name])?;
        let name = named(name)?;
        elements.push_str(&format!("<{name}>{value}</{name}>"));
    }
    Ok(format!(
        "<updateMetadata><metadata xsi:type=\"{settings}Settings\">\
         <fullName>{settings}</fullName>{elements}</metadata></updateMetadata>"
    ))
}

/// The call in its envelope, with the token.
pub(super) fn sealed(token: &str, call: &str) -> Result<String, OrgError> {
    let token = escaped(token).map_err(|_| no_token())?;
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns=\"http://soap.sforce.com/2006/04/metadata\">\
         <soapenv:Header><SessionHeader><sessionId>{token}</sessionId></SessionHeader>\
         <CallOptions><client>{CLIENT}</client></CallOptions></soapenv:Header>\
         <soapenv:Body>{call}</soapenv:Body></soapenv:Envelope>"
    ))
}

fn named(name: &str) -> Result<&str, OrgError> {
    if is_element(name) {
        return Ok(name);
    }
    Err(OrgError::Malformed(format!(
        "`{}` is not a valid name of metadata, of settings or of a field",
        name.escape_debug()
    )))
}

/// A value as the text of an element. Nothing is an empty element [inferred].
fn text(value: &Value) -> Result<String, OrgError> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => escaped(text),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        Value::Array(_) | Value::Object(_) => Err(OrgError::Malformed(
            "a field of settings is set to one value, not to several".to_owned(),
        )),
    }
}

pub(super) fn escaped(text: &str) -> Result<String, OrgError> {
    // XML 1.0 has no way at all to write these.
    let unwritable = |c: char| {
        (c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r'))
            || matches!(c, '\u{FFFE}' | '\u{FFFF}')
    };
    match text.chars().find(|c| unwritable(*c)) {
        None => Ok(escape(text).into_owned()),
        Some(c) => Err(OrgError::Malformed(format!(
            "a text with the character `{}` cannot be sent",
            c.escape_unicode()
        ))),
    }
}
