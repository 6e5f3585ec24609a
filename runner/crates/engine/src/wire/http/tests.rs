//! The wire on loopback: real sockets, real TLS, an authority of its own.

mod proxied;
mod server;
mod tls;

use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::wire::http::tests::server::{Say, Server};
use crate::wire::http::{HttpWire, Times, Trust};
use crate::wire::{ReadsOnly, SignsIn, Wire, WireError};

/// Short times, so that a test which waits for them is short.
const TIMES: Times = Times {
    connect_ms: 400,
    read_ms: 700,
    write_ms: 1_500,
    sign_in_ms: 500,
    stall_ms: 300,
};

fn wire(address: &str, trust: &Trust) -> HttpWire {
    HttpWire::with_times(address, trust, TIMES).expect("a wire")
}

fn request(path: &str) -> http::Request<Bytes> {
    let mut request = http::Request::new(Bytes::new());
    *request.uri_mut() = path.parse().expect("a path");
    request.extensions_mut().insert(ReadsOnly);
    request
}

/// The result of one read: the status and the body, or the error in words.
async fn read(wire: &HttpWire) -> String {
    match wire.send(request("/services/data?q=SECRET")).await {
        Ok(answer) => {
            let body = String::from_utf8_lossy(answer.body()).into_owned();
            format!("{} {body}", answer.status().as_u16())
        }
        Err(WireError::Unreachable(unreached)) => format!("{:?}: {unreached}", unreached.barrier),
        Err(error) => format!("may have acted: {error}"),
    }
}

/// The result of one read from a server that says this.
async fn read_of(says: Vec<Say>) -> String {
    let server = Server::plain(says).await;
    let told = read(&wire(&server.address, &Trust::default())).await;
    told.replace(&server.address, "ORG")
}

fn text(text: &str) -> Say {
    Say::Bytes(text.as_bytes().to_vec())
}

fn packed(body: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(body).expect("memory");
    packed.finish().expect("memory")
}

/// An answer with this body, packed.
fn gzip(body: &[u8]) -> Vec<Say> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    vec![text(&head), Say::Bytes(body.to_vec())]
}

#[tokio::test]
async fn an_answer_is_unpacked_and_says_so_no_more() {
    let server = Server::plain(gzip(&packed(b"[{\"version\":\"66.0\"}]"))).await;
    let wire = wire(&server.address, &Trust::default());
    let answer = wire
        .send(request("/services/data"))
        .await
        .expect("an answer");
    assert_eq!(answer.body(), "[{\"version\":\"66.0\"}]");
    assert_eq!(answer.headers().get("content-encoding"), None);
    let head = server.heads().concat();
    assert!(head.contains("accept-encoding: gzip\r\n"), "{head}");
    let agent = format!("user-agent: usher/{}\r\n", env!("CARGO_PKG_VERSION"));
    assert!(head.contains(&agent), "{head}");
}

#[tokio::test]
async fn an_answer_that_unpacks_to_a_gigabyte_is_refused() {
    // Zeros pack a thousandfold: 40 MB of them are 40 kB on the way, and more than the bound of 32 MB.
    let told = read_of(gzip(&packed(&vec![0; 40_000_000]))).await;
    assert_eq!(
        told,
        "may have acted: the answer is larger than 33554432 bytes"
    );
}

#[tokio::test]
async fn an_answer_without_an_end_is_refused_at_the_bound() {
    let head = text("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
    let told = read_of(vec![head, Say::Endless]).await;
    assert_eq!(
        told,
        "may have acted: the answer is larger than 33554432 bytes"
    );
}

#[tokio::test]
async fn half_an_answer_is_none() {
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[{\"version\"";
    let told = read_of(vec![text(half), Say::Close]).await;
    assert!(
        told.starts_with("may have acted: the connection to ORG broke: "),
        "{told}"
    );
    // The same in packed bytes that stop, though the length is right.
    let whole = packed(b"[{\"version\":\"66.0\"}]");
    let told = read_of(gzip(&whole[..whole.len() / 2])).await;
    assert!(
        told.starts_with("may have acted: the answer of ORG is damaged: "),
        "{told}"
    );
    let told = read_of(vec![text("HTTP/1.1 200"), Say::Close]).await;
    assert!(
        told.starts_with("may have acted: the connection to ORG broke: "),
        "{told}"
    );
}

#[tokio::test]
async fn an_answer_that_stops_or_trickles_is_given_up() {
    let begun = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[";
    let told = read_of(vec![text(begun), Say::Hang]).await;
    assert_eq!(
        told,
        "may have acted: ORG stopped in the middle of its answer"
    );
    // Headers that come a line at a time: each is in time, the whole is not.
    let mut slow = vec![text("HTTP/1.1 200 OK\r\n")];
    for number in 0..40 {
        slow.extend([Say::Pause(50), text(&format!("x-{number}: y\r\n"))]);
    }
    let told = read_of(slow).await;
    assert_eq!(told, "may have acted: ORG did not answer within 0 s");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_never_followed() {
    let elsewhere = Server::plain(vec![text("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")]).await;
    for status in ["301", "302", "303", "307", "308"] {
        let moved = format!(
            "HTTP/1.1 {status} Moved\r\nlocation: {}/x\r\ncontent-length: 0\r\n\r\n",
            elsewhere.address
        );
        assert_eq!(read_of(vec![text(&moved)]).await, format!("{status} "));
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn nothing_listens_or_no_host_is_there() {
    let closed = Server::closed().await;
    let told = read(&wire(&closed, &Trust::default())).await;
    let told = told.replace(&closed, "ORG");
    assert_eq!(
        told,
        "Silent: nothing answers at ORG: Connection refused (os error 111)"
    );
    let told = read(&wire("https://nowhere.invalid", &Trust::default())).await;
    assert!(
        told.starts_with("NoHost: the host of https://nowhere.invalid is not known: "),
        "{told}"
    );
}

#[test]
fn a_write_has_the_time_that_salesforce_gives_it_and_a_large_body_has_more() {
    let times = Times::default();
    let mut write = http::Request::new(Bytes::new());
    assert_eq!(times.whole(&write), Duration::from_secs(610));
    assert_eq!(times.whole(&request("/")), Duration::from_secs(120));
    *write.body_mut() = Bytes::from(vec![0; 6_400_000]);
    assert_eq!(times.whole(&write), Duration::from_secs(710));
}

#[tokio::test]
async fn an_endpoint_of_a_sign_in_that_is_silent_is_given_up_before_a_write_is() {
    let server = Server::plain(vec![Say::Hang]).await;
    let mut request = http::Request::new(Bytes::new());
    *request.uri_mut() = "/services/oauth2/token".parse().expect("a path");
    request.extensions_mut().insert(SignsIn);
    let began = Instant::now();
    let answer = wire(&server.address, &Trust::default()).send(request).await;
    assert!(matches!(answer, Err(WireError::Lost(_))), "{answer:?}");
    let took = began.elapsed();
    assert!(took < Duration::from_millis(TIMES.write_ms), "{took:?}");
}
