//! The same users by another client, where it is installed: `sf data import bulk`.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use crate::served::{Served, finish, spawn};
use crate::table::say;

/// Inserts a user for each contact by the Bulk API, as a person with a data loader does: the file has every id and name
/// that Salesforce wants, which somebody has found out before; no permission sets, and nobody looks at roles.
pub(crate) fn bulk(folder: &Path, served: &Served, people: u64) {
    let is_there = Command::new("sf").arg("--version").output();
    if !is_there.is_ok_and(|said| said.status.success()) {
        return say("\n`sf` is not installed: no other client beside\n");
    }
    let profile =
        served.query("SELECT Id FROM Profile WHERE Name = 'Client Customer Community Plus'");
    let profile = profile[0]["Id"].as_str().expect("an id");
    let mut file = String::from(
        "Username,LastName,Email,Alias,CommunityNickname,TimeZoneSidKey,LocaleSidKey,LanguageLocaleKey,EmailEncodingKey,ProfileId,ContactId\n",
    );
    let contacts =
        served.query("SELECT Id, Email FROM Contact WHERE Email LIKE 'p%@bench.example'");
    for (number, contact) in contacts.iter().take(people as usize).enumerate() {
        let email = contact["Email"].as_str().expect("a text");
        writeln!(
            file,
            "peer.{email},Peer,{email},p{number},peer{number},Europe/Berlin,en_US,en_US,UTF-8,{profile},{}",
            contact["Id"].as_str().expect("an id")
        )
        .expect("text");
    }
    std::fs::write(folder.join("users.csv"), file).expect("written");
    let sf = |words: &[&str]| {
        let mut command = Command::new("sf");
        command
            .args(words)
            .env("HOME", folder)
            .env("SF_ACCESS_TOKEN", &served.token)
            .env("SF_DISABLE_TELEMETRY", "true");
        finish(folder, words, || spawn(folder, "peer", &mut command))
    };
    let url = [
        "org",
        "login",
        "access-token",
        "--no-prompt",
        "--alias",
        "bench",
        "--instance-url",
        &served.url,
    ];
    sf(&url);
    served.asked();
    let words = "data import bulk --sobject User --file users.csv --target-org bench --wait 60";
    let measured = sf(&words.split(' ').collect::<Vec<_>>());
    let (requests, trips) = served.asked();
    say(&format!(
        "\n`sf data import bulk` of the users alone, from a file with every id: {requests} requests, {trips} trips, {:.1} s, {} MiB\n",
        measured.wall.as_secs_f64(),
        measured.peak
    ));
}
