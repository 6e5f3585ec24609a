//! Holds this process at a point, so that the fault sweep can let another one act meanwhile. A release build has none
//! of this.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// `<point>:<file>`. A point is the number of an event, counted from 1 by this process, or `lease`.
const VARIABLE: &str = "USHER_HOLD_AT";

static EVENTS: AtomicU64 = AtomicU64::new(0);

/// Holds after an event that is durable. Those behind it that came with the same answer are durable with it.
pub(crate) fn after_event() {
    let number = EVENTS.fetch_add(1, Ordering::Relaxed) + 1;
    at(&number.to_string());
}

/// Holds right before the lease of an org is taken.
pub(crate) fn before_lease() {
    at("lease");
}

/// Plants `Planted::SecondWriter`. Says whether a lease that another process holds is ignored.
pub(crate) fn lets_others_in() -> bool {
    std::env::var("USHER_PLANTED_BUG").is_ok_and(|bug| bug == "second-writer")
}

/// Waits for the file of this point, and makes `<file>.held` to show that it waits.
fn at(point: &str) {
    let Some(file) = file_of(point) else {
        return;
    };
    let mut held = file.clone().into_os_string();
    held.push(".held");
    let _nobody_looks = std::fs::write(Path::new(&held), b"");
    while !file.exists() {
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn file_of(point: &str) -> Option<PathBuf> {
    let held = std::env::var(VARIABLE).ok()?;
    let (wanted, file) = held.split_once(':')?;
    (wanted == point).then(|| PathBuf::from(file))
}
