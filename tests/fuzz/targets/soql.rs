//! Any text as SOQL. The first byte says whether its columns are asked for, or its records.

#![no_main]

use libfuzzer_sys::fuzz_target;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let soql = String::from_utf8_lossy(rest);
    let soql = utf8_percent_encode(&soql, NON_ALPHANUMERIC);
    let columns = if *first == b'c' { "&columns=true" } else { "" };
    let line = format!("GET /services/data/v66.0/query?q={soql}{columns}");
    usher_fuzz::with_org(|org| {
        org.send(&line, &[], b"");
    });
});
