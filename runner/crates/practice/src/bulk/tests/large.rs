use std::fmt::Write as _;

use super::{TestOrg, Value, job, org};

#[test]
fn more_than_one_batch_goes_through_a_batch_a_look() {
    let org = org();
    let mut csv = "Name,RollupDescription\n".to_owned();
    for number in 0..10_001 {
        writeln!(csv, "Role {number},\"a\nb\"").expect("memory takes it");
    }
    let (id, info) = org.bulk_load(&job("insert", "UserRole"), &csv);
    assert_eq!(info["state"], "JobComplete", "{info}");
    assert_eq!(info["numberRecordsProcessed"], 10_001);
    assert_eq!(info["numberRecordsFailed"], 0);
    let results = org.bulk(&format!("GET ingest/{id}/successfulResults"), &[], "");
    let text = String::from_utf8_lossy(results.body()).into_owned();
    assert_eq!(text.matches("\"true\"").count(), 10_001);
    // Asked for, at work, ten thousand, the last one.
    assert_eq!(info["totalProcessingTime"], 3_000);
}

#[test]
fn a_look_carries_out_a_slice_and_the_next_request_half_a_batch() {
    let org = org();
    let id = loaded(&org, 5_400);
    let mut processed = Vec::new();
    loop {
        let response = org.bulk(&format!("GET ingest/{id}"), &[], "");
        let info: Value = serde_json::from_slice(response.body()).expect("JSON");
        processed.push(info["numberRecordsProcessed"].as_u64().expect("a number"));
        if info["state"] == "JobComplete" {
            break;
        }
    }
    // The look that begins the job has nothing to load yet. A look that finds the batch begun goes on after 25 slices:
    // with one that was due, and one of its own.
    assert_eq!(processed, [0, 200, 5_400]);
}

#[test]
fn others_are_served_while_a_job_loads() {
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

    let org = org();
    let id = loaded(&org, 5_000);
    for _ in 0..2 {
        org.bulk(&format!("GET ingest/{id}"), &[], "");
    }
    let ended = AtomicBool::new(false);
    let served = std::thread::scope(|scope| {
        scope.spawn(|| {
            org.bulk(&format!("GET ingest/{id}"), &[], "");
            ended.store(true, SeqCst);
        });
        let mut served = 0;
        while !ended.load(SeqCst) {
            org.records("SELECT Id FROM Organization");
            served += 1;
        }
        served
    });
    // Each of the 25 slices of that one request may let one in.
    assert!(served > 5, "{served} requests were served meanwhile");
}

/// The id of a job that has data of so many roles.
fn loaded(org: &TestOrg, roles: usize) -> String {
    let mut csv = "Name\n".to_owned();
    for number in 0..roles {
        writeln!(csv, "Role {number}").expect("memory takes it");
    }
    let id = org.bulk_job("ingest", &job("insert", "UserRole"));
    org.bulk(&format!("PUT ingest/{id}/batches"), &[], &csv);
    let state = r#"{"state":"UploadComplete"}"#;
    org.bulk(&format!("PATCH ingest/{id}"), &[], state);
    id
}

#[test]
fn a_list_of_jobs_has_pages() {
    let org = org();
    let (mut line, mut seen) = ("GET ingest".to_owned(), 0);
    for _ in 0..1_001 {
        org.bulk_job("ingest", &job("insert", "Account"));
    }
    for expected in [1_000, 1] {
        let response = org.bulk(&line, &[], "");
        let page: Value = serde_json::from_slice(response.body()).expect("JSON");
        let jobs = page["records"].as_array().expect("a list").len();
        assert_eq!(jobs, expected);
        seen += jobs;
        assert_eq!(page["done"], expected == 1);
        line = format!(
            "GET {}",
            page["nextRecordsUrl"].as_str().unwrap_or_default()
        );
    }
    assert_eq!(seen, 1_001);
    let response = org.bulk("GET ingest?queryLocator=moo", &[], "");
    assert_eq!(response.status(), 400);
}
