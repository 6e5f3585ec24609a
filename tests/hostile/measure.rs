//! Runs a command as a process of its own, and measures its wall time and its peak memory.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The time that an attack may take: fifteen seconds, times three on a machine that others use, too.
pub(super) const SECONDS_MAX: f64 = 45.0;
/// The most memory that an attack may take.
pub(super) const MIB_MAX: u64 = 512;

/// The limits at which a process is killed. It has failed long before.
const KILLED_AFTER: Duration = Duration::from_secs(120);
const KILLED_ABOVE_MIB: u64 = 2048;

const LOOK_EVERY: Duration = Duration::from_millis(5);

/// The result of a process.
pub(super) struct Measured {
    /// None: a signal ended it.
    pub(super) exit: Option<i32>,
    pub(super) seconds: f64,
    pub(super) mib: u64,
    /// Standard output, then standard error.
    pub(super) said: String,
}

/// Runs `usher` with these words, in a folder and with a home.
pub(super) fn usher(folder: &Path, words: &[&str], variables: &[(&str, &str)]) -> Measured {
    let said = folder.join("said.txt");
    let out = File::create(&said).expect("a file");
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_usher"))
        .args(words)
        .current_dir(folder)
        .env("USHER_HOME", folder.join("home"))
        .env("RUST_BACKTRACE", "0")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(out.try_clone().expect("a file"))
        .stderr(out)
        .spawn()
        .expect("it starts");
    let mut mib = 0;
    let status = loop {
        mib = mib.max(peak_mib(child.id()));
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        if began.elapsed() > KILLED_AFTER || mib > KILLED_ABOVE_MIB {
            child.kill().expect("a child");
        }
        std::thread::sleep(LOOK_EVERY);
    };
    let seconds = began.elapsed().as_secs_f64();
    let said = std::fs::read(&said).expect("a file");
    Measured {
        exit: status.code(),
        seconds,
        mib,
        said: String::from_utf8_lossy(&said).into_owned(),
    }
}

/// The most memory that the process and its children have had at a time each, in MiB.
fn peak_mib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    let own = kib.unwrap_or(0) / 1024;
    let threads = std::fs::read_dir(format!("/proc/{process}/task"));
    let children = threads.into_iter().flatten().flatten().map(|thread| {
        let children = std::fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        let children = children.split_whitespace();
        let children = children.filter_map(|child| child.parse().ok());
        children.map(peak_mib).max().unwrap_or(0)
    });
    own.max(children.max().unwrap_or(0))
}
