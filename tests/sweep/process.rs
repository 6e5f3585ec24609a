//! Commands as processes of their own: killed at an event, or held at one.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::world::{Product, Ran};

/// The time that a process may take to come to a point.
const PATIENCE: Duration = Duration::from_secs(120);

/// The pause between two looks at it meanwhile.
const LOOK: Duration = Duration::from_millis(3);

/// A running command; killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    said: [PathBuf; 2],
}

/// A file that a process waits for.
pub(crate) struct Hold {
    point: String,
    file: PathBuf,
}

impl Process {
    /// Starts a command. `name`: unlike that of others in this home.
    pub(crate) fn start(
        product: &Product,
        name: &str,
        line: &str,
        variables: &[(&str, String)],
    ) -> Self {
        let said = ["out", "err"].map(|kind| product.path(&format!("{name}.{kind}")));
        let [out, err] = said
            .each_ref()
            .map(|file| File::create(file).expect("a file"));
        let child = Command::new(env!("CARGO_BIN_EXE_usher"))
            .args(line.split_whitespace())
            .env("USHER_HOME", product.path("home"))
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .current_dir(product.path(""))
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            .spawn()
            .expect("the program starts");
        Self { child, said }
    }

    /// Waits until `there` holds, or the process ends. Returns what it said when it ended.
    pub(crate) fn until(&mut self, there: impl Fn() -> bool) -> Option<Ran> {
        let patience = Instant::now() + PATIENCE;
        loop {
            if there() {
                return None;
            }
            if let Some(status) = self.child.try_wait().expect("a child") {
                let code = status.code().and_then(|code| u8::try_from(code).ok());
                let [out, err] = self
                    .said
                    .each_ref()
                    .map(|file| std::fs::read_to_string(file).unwrap_or_default());
                let exit = code.unwrap_or(u8::MAX);
                return Some(Ran { exit, out, err });
            }
            assert!(Instant::now() < patience, "a process does not come as far");
            std::thread::sleep(LOOK);
        }
    }

    /// Ctrl-C, once.
    pub(crate) fn interrupt(&self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &id]).status();
        assert!(sent.is_ok_and(|status| status.success()), "it is there");
    }

    /// Waits until it ends.
    pub(crate) fn end(&mut self) -> Ran {
        self.until(|| false).expect("it has ended")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // SIGKILL.
        let _ended_already = self.child.kill();
        let _status = self.child.wait();
    }
}

impl Hold {
    /// Holds at a point: the number of an event, or `lease`.
    pub(crate) fn at(product: &Product, point: impl ToString) -> Self {
        let point = point.to_string();
        let file = product.path(&format!("hold-{point}"));
        Self { point, file }
    }

    /// The variable that the process must find in its environment.
    pub(crate) fn variable(&self) -> (&'static str, String) {
        let value = format!("{}:{}", self.point, self.file.display());
        ("USHER_HOLD_AT", value)
    }

    /// Says whether the process waits.
    pub(crate) fn is_held(&self) -> bool {
        let mut held = self.file.clone().into_os_string();
        held.push(".held");
        PathBuf::from(held).exists()
    }

    pub(crate) fn release(&self) {
        std::fs::write(&self.file, b"").expect("a file");
    }
}
