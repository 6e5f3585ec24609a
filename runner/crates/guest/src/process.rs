//! Running a program to its end, with its output and a bound on its time.

use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The pause between two checks whether the program has ended.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Returns what the program wrote to its standard output.
///
/// # Errors
///
/// It cannot be started, fails, or takes longer than `at_most`. The error is what it wrote to its standard error.
pub(crate) fn run(command: &mut Command, at_most: Option<Duration>) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("`{program}` cannot be started: {error}"))?;
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let started = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if at_most.is_some_and(|limit| started.elapsed() > limit) => {
                // It may have ended in between. Either way it has ended afterwards.
                let _ = child.kill();
                let _ = child.wait();
                let seconds = started.elapsed().as_secs();
                return Err(format!("`{program}` gave no answer in {seconds} s"));
            }
            Ok(None) => thread::sleep(LOOK_EVERY),
            Err(error) => return Err(format!("`{program}` cannot be waited for: {error}")),
        }
    };
    let (stdout, stderr) = (joined(stdout), joined(stderr));
    if status.success() {
        return Ok(stdout);
    }
    Err(format!(
        "`{program}` ended with {status}\n{}",
        stderr.trim_end()
    ))
}

type Collected = Option<thread::JoinHandle<Vec<u8>>>;

/// Both pipes are read at once: a full one would stop the program.
fn collect(pipe: Option<impl Read + Send + 'static>) -> Collected {
    pipe.map(|mut pipe| {
        thread::spawn(move || {
            let mut bytes = vec![];
            // A pipe that breaks ends the output. The exit status decides whether that matters.
            let _ = pipe.read_to_end(&mut bytes);
            bytes
        })
    })
}

fn joined(collected: Collected) -> String {
    let bytes = collected.and_then(|thread| thread.join().ok());
    String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
}

#[cfg(test)]
mod tests;
