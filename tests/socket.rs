//! HTTP on a socket, as far as a test needs it that stands between Usher and an org: one request, and the connection
//! closes.

use std::io::Read;
use std::net::TcpStream;

use bytes::Bytes;

/// An answer, as it goes over the wire.
pub(crate) fn answer(status: u16, kind: &str, body: &str) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\nconnection: close\r\n");
    format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// The answer of an org, as it goes over the wire.
pub(crate) fn answer_of(reply: &http::Response<Bytes>) -> Vec<u8> {
    let kind = reply.headers().get("content-type");
    let kind = kind.and_then(|kind| kind.to_str().ok());
    let body = String::from_utf8_lossy(reply.body());
    let status = reply.status().as_u16();
    answer(status, kind.unwrap_or("application/json"), &body)
}

/// The request on a connection; none: it is gone.
pub(crate) fn read(stream: &mut TcpStream) -> Option<http::Request<Bytes>> {
    let mut bytes = Vec::new();
    let mut part = [0; 4_096];
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        match stream.read(&mut part).ok()? {
            0 => return None,
            count => bytes.extend_from_slice(&part[..count]),
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let mut request = http::Request::builder()
        .method(first.next()?)
        .uri(first.next()?);
    let mut length = 0;
    for line in lines {
        let (name, value) = line.split_once(": ")?;
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().ok()?;
        }
        // Answers go on as text.
        if !name.eq_ignore_ascii_case("accept-encoding") {
            request = request.header(name, value);
        }
    }
    let mut body = bytes.split_off(end + 4);
    while body.len() < length {
        match stream.read(&mut part).ok()? {
            0 => return None,
            count => body.extend_from_slice(&part[..count]),
        }
    }
    request.body(Bytes::from(body)).ok()
}
