use std::fmt::Write as _;

use super::{job, org};

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
