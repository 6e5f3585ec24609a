//! A program that is run with limits: on its time, and on what it says.

use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::exit::Exit;
use crate::world::World;

/// The time in which it must have ended. It asks Salesforce, and starts slowly on a slow machine.
const LIMIT: Duration = Duration::from_secs(120);

/// The time in which its output ends after it: all that it said is there already.
const OUTPUT_LIMIT: Duration = Duration::from_secs(5);

/// The most that it may say.
const BYTES_MAX: u64 = 8 * 1024 * 1024;

/// The pause between two looks whether it has ended.
const PAUSE: Duration = Duration::from_millis(20);

/// The exit code of the Salesforce CLI, as of a shell, for a command that it does not have.
const UNKNOWN_COMMAND: i32 = 127;

/// A program on the path, with the environment that it gets.
#[derive(Clone)]
pub(super) struct Program {
    path: PathBuf,
    variables: Vec<(String, String)>,
}

/// The end of a program.
pub(super) struct Ended {
    pub(super) out: Vec<u8>,
    code: Option<i32>,
}

impl Ended {
    /// Says whether it ended because it has no such command.
    pub(super) fn is_unknown_command(&self) -> bool {
        self.code == Some(UNKNOWN_COMMAND)
    }
}

impl Program {
    /// The program of that name on the path. It gets no variable of Usher, as those may hold tokens.
    pub(super) fn find(name: &str, world: &World) -> Option<Self> {
        let folders = std::env::split_paths(world.variable("PATH")?);
        let path = folders
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(name))
            .find(|path| is_program(path))?;
        let variables = world.variables.iter();
        let variables = variables.filter(|(name, _)| !name.starts_with("USHER_"));
        Some(Self {
            path,
            variables: variables
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        })
    }

    /// Runs it to its end.
    pub(super) fn run<'a>(
        &self,
        args: impl IntoIterator<Item = &'a OsStr>,
    ) -> Result<Ended, Error> {
        let failed = |error: std::io::Error| {
            let message = format!("cannot run `{}`: {error}", self.path.display());
            Error::new(Exit::File, "sf/not-run", message)
        };
        let mut child = Command::new(&self.path)
            .args(args)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // A program that it starts itself ends with it.
            .process_group(0)
            .spawn()
            .map_err(failed)?;
        let no_answer = |message: String| {
            Error::new(Exit::Unreachable, "sf/no-answer", message)
                .help("try `sf org list` by itself")
        };
        let out = child.stdout.take();
        let (says, said) = mpsc::channel();
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = out.map(|out| out.take(BYTES_MAX + 1).read_to_end(&mut bytes));
            // Nobody waits for it any more when it took too long.
            let _late = says.send(read.transpose().map(|_| bytes));
        });
        let code = ended(&mut child).map_err(failed)?;
        let Some(code) = code else {
            let message = format!("`sf` did not end within {} s", LIMIT.as_secs());
            return Err(no_answer(message));
        };
        let Ok(out) = said.recv_timeout(OUTPUT_LIMIT) else {
            kill_group(&child);
            let message = "`sf` ended, and a program that it started keeps its output open";
            return Err(no_answer(message.to_owned()));
        };
        let out = out.map_err(failed)?;
        if out.len() as u64 > BYTES_MAX {
            let message = format!("`sf` says more than {BYTES_MAX} bytes");
            return Err(Error::new(Exit::Limit, "sf/too-much", message));
        }
        Ok(Ended { out, code })
    }
}

/// The exit code of a program that ended in time. Another one is killed. A signal is no code.
fn ended(child: &mut Child) -> std::io::Result<Option<Option<i32>>> {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status.code()));
        }
        if began.elapsed() > LIMIT {
            kill(child);
            let _status = child.wait();
            return Ok(None);
        }
        std::thread::sleep(PAUSE);
    }
}

/// Kills it, with what it has started.
fn kill(child: &mut Child) {
    kill_group(child);
    let _gone = child.kill();
}

/// Kills what it has started.
fn kill_group(child: &Child) {
    let id = i32::try_from(child.id()).ok();
    if let Some(group) = id.and_then(rustix::process::Pid::from_raw) {
        let _gone = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

fn is_program(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|there| there.is_file() && there.permissions().mode() & 0o111 != 0)
}
