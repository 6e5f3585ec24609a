//! `usher practice serve`: several orgs behind one socket, data of one's own, the request log, slow clients, the end.

mod orgs;
mod pace;
mod start;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use crate::over_http::Served;
use crate::world::{Product, READY};

/// The file for clients.
fn ready(product: &Product) -> Value {
    let text = std::fs::read_to_string(product.path(READY)).expect("the server is ready");
    serde_json::from_str(&text).expect("JSON")
}

/// A connection to the server.
fn connect(served: &Served) -> TcpStream {
    let address = served.url.split_once("://").expect("a URL").1;
    let stream = TcpStream::connect(address).expect("it listens");
    let patience = Some(Duration::from_secs(60));
    stream.set_read_timeout(patience).expect("a limit");
    stream
}

/// A request; the head has no length where there is no body.
fn head(line: &str, host: &str, token: &str, body: &str) -> String {
    let length = match body {
        "" => String::new(),
        body => format!("content-length: {}\r\n", body.len()),
    };
    format!(
        "{line} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n{length}\r\n{body}"
    )
}

/// Everything that comes until the connection ends.
fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A connection that is cut off may end with an error.
    let _end = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Status and body of a whole answer.
fn parsed(answer: &str) -> (u16, Value) {
    let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok());
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let json = serde_json::from_str(body).unwrap_or(Value::Null);
    (status.unwrap_or(0), json)
}

/// Sends one request to a host and returns status and body.
fn send(served: &Served, host: &str, token: &str, line: &str, body: &str) -> (u16, Value) {
    let mut stream = connect(served);
    let request = head(line, host, token, body);
    stream.write_all(request.as_bytes()).expect("sent");
    parsed(&rest(&mut stream))
}

const ORGANIZATION: &str =
    "/services/data/v66.0/query?q=SELECT+Id,IsSandbox,TrialExpirationDate+FROM+Organization";
