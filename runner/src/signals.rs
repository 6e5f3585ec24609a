//! Ctrl-C and SIGTERM while a run is carried out. The first asks it to stop: requests in flight are finished and
//! written down. A second Ctrl-C ends the process at once; requests in flight are then in doubt, and resuming looks for
//! them.

use tokio::signal::unix::{Signal, SignalKind, signal};
use usher_engine::stop::StopFlag;

use crate::exit::Exit;
use crate::lines::Lines;

/// SIGXFSZ, by which the system ends a process that writes beyond its limit of a file's size. The number is
/// the same on Linux and macOS.
const FILE_SIZE_EXCEEDED: i32 = 25;

/// Turns the signal for a file that may not grow into an error of the write, as on a full disk.
pub(crate) fn take_file_limits_as_errors() {
    // Hearing it is enough. If that is not possible, a run survives the end of its process.
    let _heard = signal(SignalKind::from_raw(FILE_SIZE_EXCEEDED));
}

/// Listens from now on, when the signals are `ours` to hear. Listens once: of two listeners the second would take the
/// first Ctrl-C for a second one.
pub(crate) fn listen(ours: &mut bool, stop: &StopFlag, lines: &Lines) {
    if !std::mem::take(ours) {
        return;
    }
    let (Ok(interrupts), Ok(terms)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        // Without a handler a signal ends the process, which a run survives as well.
        return;
    };
    tokio::spawn(hear(interrupts, terms, stop.clone(), lines.clone()));
}

async fn hear(mut interrupts: Signal, mut terms: Signal, stop: StopFlag, lines: Lines) {
    loop {
        let again = tokio::select! {
            _ = interrupts.recv() => !stop.ask(),
            _ = terms.recv() => { stop.ask(); false }
        };
        if again {
            std::process::exit(i32::from(Exit::Killed.code()));
        }
        lines.write("Stopping when what is in flight is done. Ctrl-C again stops at once.");
    }
}
