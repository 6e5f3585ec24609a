//! Compiles a component in a process of its own. The compiler is large, the bytes may come from anybody, and no user
//! has granted them anything yet. Their size does not show the cost of compiling: a function of a hundred kilobytes may
//! ask for gigabytes, a few hundred thousand small instructions for minutes. The system limits the memory and the time
//! of the process, and Usher takes its code only when it ends well.
//!
//! The process is this program again, with [`ARGUMENT`]: in come the functions that were kept of a plugin and its
//! component, out come the functions that it has now and the compiled code, each after its length. It gets no other
//! arguments, and of the environment only the number of threads and the way in which it takes memory.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use usher_code::config;
use usher_contract::limit::COMPONENT_BYTES_MAX;
use wasmtime::Engine;

use crate::functions::{self, Functions};
use crate::limit;

/// The argument that makes the program a compiler.
pub const ARGUMENT: &str = "compile-plugin";

/// Ends with this code: the component is not valid, and standard error gives the reason.
const INVALID: u8 = 1;
/// Ends with this code: something else went wrong, and standard error names it.
const FAILED: u8 = 2;

/// Has the program's allocator take each large piece of memory of the system and give it back. By itself it takes a gigabyte at
/// once, which counts against the limit of the process (<https://microsoft.github.io/mimalloc/environment.html>).
const MEMORY_AS_USED: (&str, &str) = ("MIMALLOC_DISALLOW_ARENA_ALLOC", "1");

/// The pause between two checks of the process.
const LOOK: Duration = Duration::from_millis(5);

/// Bytes that are read of the process's standard error when it fails.
const SAID_BYTES_MAX: u64 = 16 * 1024;

/// The process that compiles.
#[derive(Clone, Debug)]
pub(crate) enum Compiler {
    /// This process, without limits: for tests.
    Here,
    /// A process of this program.
    Program(PathBuf),
}

/// The reason why there is no compiled code.
pub(crate) enum NotCompiled {
    /// The component is not valid.
    Invalid(String),
    /// Compiling takes more time or memory than there is.
    TooCostly,
    /// The compiler did not finish, or did not start.
    Failed(String),
}

/// The result of compiling.
#[derive(Default)]
pub(crate) struct Compiled {
    pub(crate) code: Vec<u8>,
    /// The functions of the component, to be kept. Empty when nobody asked for them.
    pub(crate) functions: Vec<u8>,
}

impl Compiler {
    /// Compiles a component. `kept`: the functions of an earlier state of the component, when functions are kept.
    pub(crate) fn compile(
        &self,
        bytes: &[u8],
        kept: Option<&[u8]>,
    ) -> Result<Compiled, NotCompiled> {
        match self {
            Self::Here => compile_here(bytes, kept).map_err(NotCompiled::Invalid),
            Self::Program(program) => compile_in(program, bytes, kept),
        }
    }
}

fn compile_here(bytes: &[u8], kept: Option<&[u8]>) -> Result<Compiled, String> {
    let said = |error: wasmtime::Error| format!("{error:#}");
    let mut config = config(bytes.len());
    let functions = kept.map(|kept| Arc::new(Functions::kept(kept)));
    if let Some(functions) = &functions {
        let store = Arc::clone(functions);
        config.enable_incremental_compilation(store).map_err(said)?;
    }
    let engine = Engine::new(&config).map_err(said)?;
    let code = engine.precompile_component(bytes).map_err(said)?;
    let functions = functions.map(|functions| functions.to_keep());
    Ok(Compiled {
        code,
        functions: functions.unwrap_or_default(),
    })
}

fn compile_in(program: &Path, bytes: &[u8], kept: Option<&[u8]>) -> Result<Compiled, NotCompiled> {
    let not_started = |error: io::Error| {
        NotCompiled::Failed(format!("cannot start `{}`: {error}", program.display()))
    };
    let mut child = Command::new(program)
        .arg(ARGUMENT)
        .env_clear()
        .env("RAYON_NUM_THREADS", limit::compile_threads(bytes.len()))
        .env(MEMORY_AS_USED.0, MEMORY_AS_USED.1)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(not_started)?;
    let (input, output, said) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        // If the process ends before it has read everything, its exit status counts.
        scope.spawn(move || input.map(|input| ask(input, bytes, kept)));
        let output = scope.spawn(move || read(output, limit::COMPILER_BYTES_MAX));
        let said = scope.spawn(move || read(said, SAID_BYTES_MAX));
        let ended = wait(&mut child);
        let output = output.join().unwrap_or_default();
        let said = said.join().unwrap_or_default();
        match ended {
            Ok(Some(status)) => compiled(status, &output, &said),
            Ok(None) => Err(NotCompiled::TooCostly),
            Err(error) => Err(NotCompiled::Failed(error.to_string())),
        }
    })
}

/// Asks the process to compile: 1 when functions are kept, otherwise 0; those of before; the component.
fn ask(mut input: impl Write, bytes: &[u8], kept: Option<&[u8]>) -> io::Result<()> {
    input.write_all(&[u8::from(kept.is_some())])?;
    let kept = kept.unwrap_or_default();
    input.write_all(&(kept.len() as u64).to_le_bytes())?;
    input.write_all(kept)?;
    input.write_all(bytes)
}

/// Returns what the process made, or the reason why there is nothing.
fn compiled(status: ExitStatus, output: &[u8], said: &[u8]) -> Result<Compiled, NotCompiled> {
    let said = String::from_utf8_lossy(said).into_owned();
    match status.code() {
        // Output that fills the cap may have been cut.
        Some(0) if output.len() as u64 >= limit::COMPILER_BYTES_MAX => Err(NotCompiled::TooCostly),
        Some(0) => answered(output)
            .ok_or_else(|| NotCompiled::Failed("it answers with half a result".to_owned())),
        Some(invalid) if invalid == i32::from(INVALID) => Err(NotCompiled::Invalid(said)),
        Some(_) => Err(NotCompiled::Failed(said)),
        // The system ends a process that is beyond its limits. A process that gets no memory ends itself.
        None => Err(NotCompiled::TooCostly),
    }
}

fn answered(mut output: &[u8]) -> Option<Compiled> {
    let functions = functions::take(&mut output)?.to_vec();
    let code = functions::take(&mut output)?.to_vec();
    output.is_empty().then_some(Compiled { code, functions })
}

fn read(from: Option<impl Read>, bytes_max: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(from) = from {
        // Half an error text is still shown. Half of the code is not used, because the exit status counts.
        let _cut = from.take(bytes_max).read_to_end(&mut bytes);
    }
    bytes
}

/// Returns the exit status of the process; `None` when it did not end in time and was stopped.
fn wait(child: &mut Child) -> io::Result<Option<ExitStatus>> {
    let until = Instant::now() + Duration::from_millis(limit::COMPILE_WAIT_MS_MAX);
    while Instant::now() < until {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(LOOK);
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}

/// Runs as the compiler: reads a component from standard input and writes its code to standard output.
pub fn main() -> ExitCode {
    let (exit, why) = match limited_component() {
        Err(error) => (FAILED, error.to_string()),
        Ok((kept, bytes)) => match compile_here(&bytes, kept.as_deref()) {
            Err(why) => (INVALID, why),
            Ok(compiled) => match answer(&compiled) {
                Err(error) => (FAILED, error.to_string()),
                Ok(()) => return ExitCode::SUCCESS,
            },
        },
    };
    let _unread = io::stderr().write_all(why.as_bytes());
    ExitCode::from(exit)
}

fn answer(compiled: &Compiled) -> io::Result<()> {
    let mut output = io::stdout().lock();
    for part in [&compiled.functions, &compiled.code] {
        output.write_all(&(part.len() as u64).to_le_bytes())?;
        output.write_all(part)?;
    }
    output.flush()
}

/// Reads the functions that were kept and the component that is to be compiled, and sets the limits.
fn limited_component() -> io::Result<(Option<Vec<u8>>, Vec<u8>)> {
    limited::memory()?;
    let mut input = io::stdin().lock();
    let mut head = [0; 9];
    input.read_exact(&mut head)?;
    let [keeps, length @ ..] = head;
    let kept = at_most(
        &mut input,
        u64::from_le_bytes(length),
        limit::FUNCTIONS_BYTES_MAX,
    )?;
    let bytes = at_most(&mut input, u64::MAX, COMPONENT_BYTES_MAX)?;
    limited::time(limit::compile_cpu_seconds(bytes.len()))?;
    Ok(((keeps != 0).then_some(kept), bytes))
}

/// Reads so many bytes, or up to the end; no more than `most`.
fn at_most(input: &mut impl Read, length: u64, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(length.min(most + 1)).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > most {
        true => Err(io::Error::other("the input is too large")),
        false => Ok(bytes),
    }
}

/// The limits that the system keeps for this process.
#[cfg(unix)]
mod limited {
    use std::io;

    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    use crate::limit;

    pub(super) fn memory() -> io::Result<()> {
        at_most(Resource::Core, 0)?;
        at_most(Resource::Data, limit::COMPILE_BYTES_MAX)
    }

    pub(super) fn time(seconds: u64) -> io::Result<()> {
        at_most(Resource::Cpu, seconds)
    }

    fn at_most(resource: Resource, most: u64) -> io::Result<()> {
        // The process that started Usher may have set a lower limit, which cannot be raised again.
        let given = getrlimit(resource).maximum;
        let most = Some(given.map_or(most, |given| given.min(most)));
        let limit = Rlimit {
            current: most,
            maximum: most,
        };
        Ok(setrlimit(resource, limit)?)
    }
}

/// On other systems only the time that Usher waits for the process limits it.
#[cfg(not(unix))]
mod limited {
    use std::io;

    pub(super) fn memory() -> io::Result<()> {
        Ok(())
    }

    pub(super) fn time(_seconds: u64) -> io::Result<()> {
        Ok(())
    }
}
