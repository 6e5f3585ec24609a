//! Envelopes of answers and of faults (docs/salesforce/soap.md#faults).

use crate::refusal::Refusal;
use crate::soap_api::face::Face;
use crate::xml::escape;

const SOAP: &str = "xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"";
const XSI: &str = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";

/// The refusal of a whole call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The element that holds the code; none: SOAP itself refuses, before there is a call.
    kind: Option<&'static str>,
    code: String,
    message: String,
}

impl Fault {
    /// A message that was not understood.
    pub(super) fn of_client(message: &str) -> Self {
        Self {
            kind: None,
            code: "soapenv:Client".to_owned(),
            message: message.to_owned(),
        }
    }

    /// A refusal of `login`.
    pub(super) fn of_login(code: &str, message: &str) -> Self {
        Self {
            kind: Some("LoginFault"),
            code: code.to_owned(),
            message: message.to_owned(),
        }
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self {
            kind: Some(kind(&refusal.code)),
            code: refusal.code.into_owned(),
            message: refusal.message,
        }
    }
}

/// The element of a fault, as the WSDL has them.
fn kind(code: &str) -> &'static str {
    match code {
        "INVALID_FIELD" => "InvalidFieldFault",
        "INVALID_ID_FIELD" | "MALFORMED_ID" => "InvalidIdFault",
        "INVALID_NEW_PASSWORD" => "InvalidNewPasswordFault",
        "INVALID_OLD_PASSWORD" => "InvalidOldPasswordFault",
        "INVALID_QUERY_LOCATOR" => "InvalidQueryLocatorFault",
        "INVALID_TYPE" => "InvalidSObjectFault",
        "MALFORMED_QUERY" => "MalformedQueryFault",
        _ => "UnexpectedErrorFault",
    }
}

/// Faults of that element say where in a query the error is.
fn has_place(kind: &str) -> bool {
    matches!(
        kind,
        "InvalidFieldFault" | "InvalidSObjectFault" | "MalformedQueryFault"
    )
}

/// The envelope of an answer. `used` of `limit` calls of the day are used up.
pub(super) fn answer(face: Face, used: u64, limit: u64, body: &str) -> String {
    // The WSDL has the header for every operation but `login`.
    let header = match body.starts_with("<loginResponse>") {
        true => String::new(),
        false => format!(
            "<soapenv:Header><LimitInfoHeader><limitInfo><current>{used}</current><limit>{limit}</limit><type>API REQUESTS</type></limitInfo></LimitInfoHeader></soapenv:Header>"
        ),
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope {SOAP} xmlns=\"{}\" {XSI} xmlns:sf=\"{}\">{header}<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>",
        face.namespace(),
        face.of_records()
    )
}

/// The envelope of a fault.
pub(super) fn fault(face: Face, fault: &Fault) -> String {
    let Fault { code, message, .. } = fault;
    let message = escape(message);
    let body = match fault.kind {
        None => format!("<faultcode>{code}</faultcode><faultstring>{message}</faultstring>"),
        Some(kind) => {
            // A place that is not known is -1.
            let place = match has_place(kind) {
                true => "<sf:row>-1</sf:row><sf:column>-1</sf:column>",
                false => "",
            };
            format!(
                "<faultcode>sf:{code}</faultcode><faultstring>{code}: {message}</faultstring><detail><sf:{kind} xsi:type=\"sf:{kind}\"><sf:exceptionCode>{code}</sf:exceptionCode><sf:exceptionMessage>{message}</sf:exceptionMessage>{place}</sf:{kind}></detail>"
            )
        }
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope {SOAP} xmlns:sf=\"{}\" {XSI}><soapenv:Body><soapenv:Fault>{body}</soapenv:Fault></soapenv:Body></soapenv:Envelope>",
        face.of_faults()
    )
}
