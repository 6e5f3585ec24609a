use std::fmt::Write as _;

use super::{Value, job, org};

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
