//! Faults between Usher and an org, over a socket: the code, the exit, and how often a read is sent.

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use expect_test::expect;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::world::Product;

/// Answers every request with these bytes, then closes the connection. Returns the address and the number of requests.
fn answering(bytes: Vec<u8>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("a port"));
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
                head.extend(byte);
            }
            counted.fetch_add(1, Ordering::SeqCst);
            // The other side may have had enough.
            let _written = stream.write_all(&bytes);
        }
    });
    (address, requests)
}

fn answer(status: &str, more: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    // The client must not use a connection again that is closed.
    let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\n{more}");
    format!("{head}content-length: {length}\r\n\r\n{body}").into_bytes()
}

fn refusal(status: &str, more: &str, code: &str, message: &str) -> Vec<u8> {
    let body = serde_json::json!([{ "errorCode": code, "message": message }]);
    answer(status, more, &body.to_string())
}

/// Zeros, packed a thousandfold.
fn bomb() -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&vec![0; 64 << 20]).expect("memory");
    let packed = packed.finish().expect("memory");
    let length = packed.len();
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n");
    [head.into_bytes(), packed].concat()
}

/// A gigabyte, as its head says.
fn gigabyte() -> Vec<u8> {
    let mut bytes = b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n".to_vec();
    bytes.resize(40 << 20, b' ');
    bytes
}

#[test]
fn each_fault_has_its_code_its_exit_and_its_retries() {
    let page = "<!DOCTYPE html><html><body>Sign in to the hotel</body></html>";
    let faults = [
        ("HTML for JSON", answer("200 OK", "", page)),
        ("HTML, 403", answer("403 Forbidden", "", page)),
        ("HTML, 503", answer("503 Down", "", page)),
        ("maintenance, 420", answer("420 Edge", "", "")),
        (
            "half an answer",
            b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"records\"".to_vec(),
        ),
        ("half a head", b"HTTP/1.1 200".to_vec()),
        ("no answer", Vec::new()),
        ("no JSON", answer("200 OK", "", "{\"records\"")),
        ("a gigabyte", gigabyte()),
        ("a gzip bomb", bomb()),
        (
            "a redirect",
            answer("302 Found", "location: https://elsewhere.example/x\r\n", ""),
        ),
        (
            "signed out",
            refusal(
                "401 No",
                "",
                "INVALID_SESSION_ID",
                "Session expired or invalid",
            ),
        ),
        (
            "limit of the day",
            refusal(
                "403 No",
                "",
                "REQUEST_LIMIT_EXCEEDED",
                "TotalRequests Limit exceeded.",
            ),
        ),
        (
            "too many at once",
            refusal(
                "403 No",
                "",
                "REQUEST_LIMIT_EXCEEDED",
                "ConcurrentPerOrgLongTxn Limit exceeded.",
            ),
        ),
        (
            "come back in 2 s",
            refusal("429 No", "retry-after: 2\r\n", "TOO_MANY", "slow down"),
        ),
        (
            "come back in an hour",
            refusal("429 No", "retry-after: 3600\r\n", "TOO_MANY", "slow down"),
        ),
    ];
    let mut table = String::new();
    let mut row = |name: &str, address: &str, requests: &AtomicUsize| {
        let product = Product::new();
        let words = [
            "org",
            "query",
            "SELECT Id FROM Account",
            "--org",
            address,
            "--json",
        ];
        let ended = product.run_words(&words).json();
        let error = &ended["error"];
        let (code, exit) = (error["code"].as_str().unwrap_or("-"), &error["exit"]);
        let sent = requests.load(Ordering::SeqCst);
        writeln!(table, "{name:<22} {code:<18} {exit:<3} {sent}").expect("memory");
    };
    for (name, bytes) in faults {
        let (address, requests) = answering(bytes);
        row(name, &address, &requests);
    }
    let nothing = AtomicUsize::new(0);
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", closed.local_addr().expect("a port"));
    drop(closed);
    row("port closed", &address, &nothing);
    row("no such host", "https://nowhere.invalid", &nothing);
    row("plain HTTP elsewhere", "http://acme.example", &nothing);
    expect![[r#"
        HTML for JSON          org/foreign        40 1
        HTML, 403              org/foreign        40 1
        HTML, 503              org/unavailable    40 4
        maintenance, 420       org/unavailable    40 4
        half an answer         org/lost           40 4
        half a head            org/lost           40 4
        no answer              org/lost           40 4
        no JSON                org/unavailable    40 1
        a gigabyte             org/too-much       31 1
        a gzip bomb            org/too-much       31 1
        a redirect             org/redirected     40 1
        signed out             org/signed-out     40 1
        limit of the day       org/closed         40 1
        too many at once       org/unavailable    40 4
        come back in 2 s       org/unavailable    40 4
        come back in an hour   org/unavailable    40 1
        port closed            org/unreachable    40 0
        no such host           org/no-such-host   40 0
        plain HTTP elsewhere   org/not-loopback   2 0
    "#]]
    .assert_eq(&table);
}
