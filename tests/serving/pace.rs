//! Slow clients, and the end of a server.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{ORGANIZATION, connect, head, parsed, rest, send};
use crate::over_http::Served;
use crate::world::{Product, READY};

#[test]
fn heads_that_dribble_are_cut_off_in_seconds_and_keep_no_client_out() {
    let product = Product::new();
    let served = Served::start_with(&product, &["--in-memory"]);
    let began = Instant::now();
    let mut dribble: Vec<TcpStream> = (0..300).map(|_| connect(&served)).collect();
    for stream in &mut dribble {
        stream.write_all(b"GET /services/data HT").expect("sent");
    }
    // All places are taken, and a client with a whole request has one at once.
    for _ in 0..20 {
        let answer = send(
            &served,
            "x",
            &served.token,
            &format!("GET {ORGANIZATION}"),
            "",
        );
        assert_eq!(answer.0, 200);
    }
    let served_after = began.elapsed();
    assert!(served_after < Duration::from_secs(8), "{served_after:?}");
    // A byte a second does not help.
    let mut last = dribble.pop().expect("one of them");
    last.set_read_timeout(Some(Duration::from_secs(1)))
        .expect("a limit");
    let mut ended = false;
    while began.elapsed() < Duration::from_secs(25) && !ended {
        let _cut = last.write_all(b"T");
        ended = matches!(last.read(&mut [0; 16]), Ok(0)) || last.write_all(b"T").is_err();
    }
    assert!(ended, "the head of a request has ten seconds");
}

#[test]
fn bodies_that_do_not_come_keep_no_client_out() {
    let product = Product::new();
    let served = Served::start_with(&product, &["--in-memory"]);
    let began = Instant::now();
    let line = "POST /services/data/v66.0/sobjects/Account";
    let whole = head(line, "x", &served.token, &"x".repeat(1_000));
    let (sent, _) = whole.split_at(whole.len() - 900);
    let slow: Vec<TcpStream> = (0..300).map(|_| connect(&served)).collect();
    for mut stream in &slow {
        stream.write_all(sent.as_bytes()).expect("sent");
    }
    for _ in 0..20 {
        let line = format!("GET {ORGANIZATION}");
        assert_eq!(send(&served, "x", &served.token, &line, "").0, 200);
    }
    let served_after = began.elapsed();
    assert!(served_after < Duration::from_secs(8), "{served_after:?}");
}

/// Twenty megabytes, which no buffer of a system holds.
#[test]
fn an_answer_that_its_client_takes_slowly_is_whole_although_the_server_stops() {
    let product = Product::new();
    let mut served = Served::start_with(&product, &["--in-memory"]);
    let text = "x".repeat(32_000);
    let record =
        |name: &str| json!({"attributes": {"type": "Account"}, "Name": name, "Description": text});
    let records: Vec<_> = (0..200).map(|n| record(&format!("Large {n}"))).collect();
    let body = json!({ "records": records }).to_string();
    let line = "POST /services/data/v66.0/composite/sobjects";
    for _ in 0..3 {
        let request = head(line, "x", &served.token, &body).replace(
            "connection: close",
            "content-type: application/json\r\nconnection: close",
        );
        let mut stream = connect(&served);
        stream.write_all(request.as_bytes()).expect("sent");
        assert_eq!(parsed(&rest(&mut stream)).0, 200);
    }
    let query = "GET /services/data/v66.0/query?q=SELECT+Description+FROM+Account+WHERE+Name+LIKE+'Large%25'";
    let mut stream = connect(&served);
    let request = head(query, "x", &served.token, "");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut first = [0; 15];
    stream.read_exact(&mut first).expect("the beginning");
    served.ask_to_stop();
    std::thread::sleep(Duration::from_secs(2));
    let rest = rest(&mut stream);
    let (_, body) = rest.split_once("\r\n\r\n").expect("a head");
    let body: Value = serde_json::from_str(body).expect("the whole body");
    assert_eq!(body["totalSize"], 600);
    assert_eq!(served.ended(), Some(0));
}

#[test]
fn a_body_that_dribbles_is_refused() {
    let product = Product::new();
    let served = Served::start_with(&product, &["--in-memory"]);
    let mut stream = connect(&served);
    let line = "POST /services/data/v66.0/sobjects/Account";
    let whole = head(line, "x", &served.token, &"x".repeat(1_000));
    let (sent, _) = whole.split_at(whole.len() - 900);
    stream.write_all(sent.as_bytes()).expect("sent");
    let began = Instant::now();
    let (status, _) = parsed(&rest(&mut stream));
    assert_eq!(status, 408);
    assert!(
        began.elapsed() < Duration::from_secs(15),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn a_connection_that_waits_between_requests_is_kept() {
    let product = Product::new();
    let served = Served::start_with(&product, &["--in-memory"]);
    let mut stream = connect(&served);
    let request = head("GET /services/data", "x", "", "").replace("connection: close\r\n", "");
    for pause in [0, 11] {
        std::thread::sleep(Duration::from_secs(pause));
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = [0; 15];
        stream.read_exact(&mut answer).expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 200 OK");
        // The rest of the answer, which is one write.
        let mut more = [0; 16 * 1024];
        let _some = stream.read(&mut more).expect("a body");
    }
}

#[test]
fn a_request_at_work_ends_and_no_other_begins() {
    let product = Product::new();
    let mut served = Served::start_with(&product, &["--in-memory", "--latency", "1500"]);
    let mut working = connect(&served);
    let mut waiting = connect(&served);
    let mut dribbling = connect(&served);
    dribbling.write_all(b"GET /ser").expect("sent");
    let request = head(&format!("GET {ORGANIZATION}"), "x", &served.token, "");
    working.write_all(request.as_bytes()).expect("sent");
    std::thread::sleep(Duration::from_millis(500));
    let began = Instant::now();
    served.ask_to_stop();
    assert_eq!(parsed(&rest(&mut working)).0, 200);
    assert_eq!(rest(&mut waiting), "");
    assert_eq!(rest(&mut dribbling), "");
    assert_eq!(served.ended(), Some(0));
    assert!(
        began.elapsed() < Duration::from_secs(8),
        "{:?}",
        began.elapsed()
    );
    assert!(!product.path(READY).exists(), "no client finds it any more");
    let address = served.url.split_once("://").expect("a URL").1;
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_request_that_takes_too_long_does_not_keep_the_server() {
    let product = Product::new();
    let mut served = Served::start_with(&product, &["--in-memory", "--latency", "60000"]);
    let mut working = connect(&served);
    let request = head(&format!("GET {ORGANIZATION}"), "x", &served.token, "");
    working.write_all(request.as_bytes()).expect("sent");
    std::thread::sleep(Duration::from_millis(300));
    let began = Instant::now();
    served.ask_to_stop();
    assert_eq!(served.ended(), Some(0));
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn a_reader_of_the_log_that_stops_holds_nobody_up() {
    let product = Product::new();
    let ready = product.path(READY);
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_usher"))
        .args([
            "practice",
            "serve",
            "--in-memory",
            "--log",
            "-",
            "--port",
            "0",
            "--ready",
        ])
        .arg(&ready)
        .env("USHER_HOME", product.path("home"))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the program starts");
    let began = Instant::now();
    let url = loop {
        let text = std::fs::read_to_string(&ready).unwrap_or_default();
        let json: Value = serde_json::from_str(&text).unwrap_or_default();
        if let Some(url) = json["url"].as_str() {
            break url.to_owned();
        }
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "it does not get ready"
        );
        std::thread::sleep(Duration::from_millis(20));
    };
    let port = url.trim_start_matches("http://").to_owned();
    // A pipe takes 64 KB, which is less than these lines.
    for _ in 0..800 {
        let mut stream = TcpStream::connect(&port).expect("it listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a limit");
        let request = head("GET /services/data", "x", "", "");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = [0; 15];
        stream.read_exact(&mut answer).expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 200 OK");
    }
    let ended = std::process::Command::new("kill")
        .arg(child.id().to_string())
        .status();
    assert!(ended.expect("a signal").success());
    let began = Instant::now();
    while child.try_wait().expect("a state").is_none() {
        assert!(began.elapsed() < Duration::from_secs(15), "it does not end");
        std::thread::sleep(Duration::from_millis(20));
    }
}
