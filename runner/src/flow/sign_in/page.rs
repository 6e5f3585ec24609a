//! The small pages that a browser shows when it comes back from Salesforce.

/// The page of a sign-in that goes on in the terminal.
pub(super) const BACK: &str =
    "Usher has the answer of Salesforce. Close this page and go back to the terminal.";

/// The page of a sign-in that Salesforce refused.
pub(super) const REFUSED: &str = "Salesforce did not allow the sign-in. Close this page and go back to the terminal, which shows the reason.";

/// The page of an answer to another sign-in.
pub(super) const OTHER: &str =
    "This is not the answer to the sign-in that waits. Open the address that the terminal shows.";

/// The page of an address that the terminal never showed.
pub(super) const NOTHING: &str = "Nothing is here.";

/// A whole answer with a page.
pub(super) fn answer(status: &str, text: &str) -> String {
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Usher</title>\
         <body style=\"font-family:sans-serif;margin:4em\"><p>{text}</p></body></html>\n"
    );
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\
         cache-control: no-store\r\nreferrer-policy: no-referrer\r\n\
         content-security-policy: default-src 'none'; style-src 'unsafe-inline'\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}
