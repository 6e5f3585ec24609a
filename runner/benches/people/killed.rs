//! `kill -9` while the list is sent, and `resume`: each person is a user in the end, and is one once.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::served::{Served, run, start};

/// Times that the command is killed.
const KILLS: u64 = 5;

/// Pauses between two looks at the org.
const LOOK: Duration = Duration::from_millis(20);

/// Kills the command whenever another part of the people are users, resumes it, and prints what there is in the end.
pub(crate) fn show(folder: &Path, served: &Served, people: u64) {
    let mut out = std::io::stdout();
    let mut words = vec!["apply", "people.toml", "--yes", "--rows", "people.csv"];
    for kill in 0..KILLS {
        let began = Instant::now();
        let mut child = start(folder, served, &words);
        let enough = people * kill / KILLS + 1;
        while users(served).len() < usize::try_from(enough).unwrap_or(usize::MAX) {
            if child.try_wait().expect("a child").is_some() {
                break;
            }
            std::thread::sleep(LOOK);
        }
        let _ended_already = child.kill();
        let ended = child.wait().expect("a child");
        let said = format!(
            "killed after {:.1} s with {} users ({ended})\n",
            began.elapsed().as_secs_f64(),
            users(served).len()
        );
        out.write_all(said.as_bytes())
            .expect("standard output takes text");
        words = vec!["resume", "--yes"];
    }
    let measured = run(folder, served, &words);
    let users = users(served);
    let sets = count(
        served,
        "SELECT Id FROM PermissionSetAssignment WHERE Assignee.Email LIKE '%bench.example' AND PermissionSet.IsOwnedByProfile = false",
    );
    let said = format!(
        "resumed to the end in {:.1} s: {people} people, {} of them users, {} users in all, {sets} assignments\n",
        measured.wall.as_secs_f64(),
        users.len(),
        users.values().sum::<u64>(),
    );
    out.write_all(said.as_bytes())
        .expect("standard output takes text");
    let each_once = users.len() as u64 == people && users.values().all(|count| *count == 1);
    assert!(
        each_once && sets == people * 2,
        "each person is a user once, with two sets"
    );
}

/// The number of users of each contact.
fn users(served: &Served) -> BTreeMap<String, u64> {
    let mut users = BTreeMap::new();
    for row in served
        .query("SELECT ContactId FROM User WHERE ContactId != null AND Email LIKE '%bench.example'")
    {
        let contact = row["ContactId"].as_str().unwrap_or_default().to_owned();
        *users.entry(contact).or_insert(0) += 1;
    }
    users
}

fn count(served: &Served, soql: &str) -> u64 {
    let rows: Vec<Value> = served.query(soql);
    rows.len() as u64
}
