//! Any text as the data of a bulk job. The first line is the job's own description.

#![no_main]

use libfuzzer_sys::fuzz_target;
use usher_fuzz::Org;

fuzz_target!(|data: &[u8]| {
    let (job, csv) = match data.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => (data, &b""[..]),
    };
    usher_fuzz::with_org(|org| load(org, job, csv));
});

fn load(org: &Org, job: &[u8], csv: &[u8]) {
    const JOBS: &str = "/services/data/v66.0/jobs/ingest";
    let made = org.send(&format!("POST {JOBS}"), &[], job);
    let made = made.map_or_else(String::new, |made| {
        String::from_utf8_lossy(made.body()).into_owned()
    });
    let id = made.split("\"id\":\"").nth(1).and_then(|rest| rest.get(..18));
    let Some(id) = id else {
        return;
    };
    org.send(&format!("PUT {JOBS}/{id}/batches"), &[], csv);
    org.send(&format!("PATCH {JOBS}/{id}"), &[], br#"{"state":"UploadComplete"}"#);
    for end in ["", "", "", "/successfulResults", "/failedResults", "/unprocessedrecords"] {
        org.send(&format!("GET {JOBS}/{id}{end}"), &[], b"");
    }
    org.send(&format!("DELETE {JOBS}/{id}"), &[], b"");
}
