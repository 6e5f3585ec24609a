//! Any requests: `METHOD /path`, lines of headers, an empty line, a body. A line `---` ends one request and begins the
//! next.

#![no_main]

use libfuzzer_sys::fuzz_target;
use usher_fuzz::Org;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    usher_fuzz::with_org(|org| {
        for request in text.split("\n---\n").take(8) {
            send(org, request);
        }
    });
});

fn send(org: &Org, request: &str) {
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    let mut lines = head.lines();
    let line = lines.next().unwrap_or_default();
    let headers: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(": ")).collect();
    org.send(line, &headers, body.as_bytes());
}
