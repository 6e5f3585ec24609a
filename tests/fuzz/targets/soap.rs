//! Any text as an envelope; `{session}` stands for a session. The first byte says to which face it goes.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let face = match first {
        b'u' => "u",
        b's' => "s",
        _ => "m",
    };
    let line = format!("POST /services/Soap/{face}/66.0");
    let headers = [("Content-Type", "text/xml"), ("SOAPAction", "x")];
    let envelope = String::from_utf8_lossy(rest);
    usher_fuzz::with_org(|org| {
        let envelope = envelope.replace("{session}", &org.token);
        org.send(&line, &headers, envelope.as_bytes());
    });
});
