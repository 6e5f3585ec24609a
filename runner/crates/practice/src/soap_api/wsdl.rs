//! The addresses of WSDLs (docs/salesforce/soap.md#wsdls). The practice org serves none: those of Salesforce fit.

use bytes::Bytes;
use http::{Response, StatusCode};

/// Says whether these parts of a path are the address of a WSDL.
pub(crate) fn is_here(path: &[&str]) -> bool {
    matches!(path, ["services", "wsdl", ..] | ["soap", "wsdl.jsp"])
}

/// The refusal of a WSDL, in the practice org's own words.
pub(crate) fn refused() -> Response<Bytes> {
    let text = "The practice org serves no WSDL. Use the partner, metadata, apex or tooling WSDL of a Salesforce org.\n";
    Response::builder()
        .status(StatusCode::NOT_FOUND)
        .header("Content-Type", "text/plain;charset=UTF-8")
        .body(Bytes::from_static(text.as_bytes()))
        .expect("constant headers are well-formed")
}
