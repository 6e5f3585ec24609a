//! Limits that only concern a WebAssembly engine, each with its reason. [`usher_contract::limit`] bounds what a step, a
//! run or a person notices.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use usher_code::limit::COMPILED_WELL_BYTES_MAX;
use usher_contract::gate;
use usher_contract::grant::Limits as Lowered;
use usher_contract::limit;

/// The time that a plugin computes before others get their turn and its time is counted.
///
/// Ten milliseconds: too short to be noticed, long enough that counting costs nothing.
pub(crate) const TICK_MS: u64 = 10;

/// The pause between two checks of a call that runs no code of its own: a sleeping call ends that much late.
pub(crate) const LOOK_MS: u64 = 20;

/// Core instances of one component. Stock toolchains make up to a dozen.
pub(crate) const INSTANCES_MAX: usize = 64;

/// Tables of one component. As many as instances: a module rarely has two.
pub(crate) const TABLES_MAX: usize = 64;

/// Elements of all tables together. They are in the host's memory, eight bytes each, which
/// [`limit::PLUGIN_MEMORY_BYTES_MAX`] does not count; the largest guest measured has some ten thousand.
pub(crate) const TABLE_ELEMENTS_MAX: usize = 1024 * 1024;

/// Memories of one component.
pub(crate) const MEMORIES_MAX: usize = 16;

/// Resources and component handles that a plugin holds at a time. A plugin needs none for its own
/// contract; stock toolchains hold a handful for the muted WASI.
pub(crate) const HANDLES_MAX: usize = 4096;

/// Calls of one plugin before its calls get slots of a [`crate::pool`]. A call saves a tenth or two of a
/// millisecond. Making the pool took 4 to 9 ms and loading a plugin into it 14 to 25, in a debug build; where they pay in
/// the release build was not measured.
const CALLS_BEFORE_SLOTS: usize = 16;

/// Slots of a host: more than the items that are planned side by side (three windows of 200). Each reserves 4 GiB of
/// addresses; together that is 2.5 TiB of the 128 TiB that a process has. Where the system refuses so much, calls go
/// without slots.
const SLOTS: u32 = 640;

/// Core instances of a component in a slot. Those of Rust and C make three, stock toolchains up to a dozen.
pub(crate) const SLOT_INSTANCES_MAX: u32 = 16;

/// Memories of a component in a slot. Toolchains make one.
pub(crate) const SLOT_MEMORIES_MAX: u32 = 1;

/// Tables of a component in a slot. Toolchains make two or three.
pub(crate) const SLOT_TABLES_MAX: u32 = 4;

/// Elements of each of its tables, as far as it may grow. The plugins in the box have 98 at most; those in JavaScript have a
/// table without a maximum, and so no slots. More would cost every slot: where the system makes large pages by itself, the
/// tables of all slots take their 80 MiB.
pub(crate) const SLOT_TABLE_ELEMENTS_MAX: usize = 4096;

/// Bytes of each table that are overwritten with zeros after a call; the system takes back the rest.
pub(crate) const SLOT_TABLE_BYTES_KEPT: usize = 16 * 1024;

/// Bytes at the top of the stack that are overwritten with zeros after each call. The system takes back the rest, in one
/// system call.
pub(crate) const SLOT_STACK_BYTES_KEPT: usize = 32 * 1024;

/// Bytes of each of a plugin's standard output and error that are kept.
pub(crate) const OUTPUT_BYTES_MAX: usize = 1024 * 1024;

/// Bytes of all log lines of one call together: a thousand plans run side by side.
pub(crate) const LOG_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Plugins that are compiled at a time. Compiling takes all the memory and cores that it gets.
pub(crate) const COMPILING_MAX: usize = 2;

/// Memory of the process that compiles one plugin. The largest toolchain measured (Python, 18 MB) needs between 400 and 420 MiB,
/// of which 307 are in use at a time.
pub(crate) const COMPILE_BYTES_MAX: u64 = 480 * 1024 * 1024;

/// Threads of the process for a component of so many bytes. Two halve the wait. Each compiles a function and takes memory
/// for it, and [`COMPILE_BYTES_MAX`] was measured with one thread for interpreters of whole languages.
pub(crate) fn compile_threads(component_bytes: usize) -> &'static str {
    match component_bytes > COMPILED_WELL_BYTES_MAX {
        true => "1",
        false => "2",
    }
}

/// Seconds that the process may compute for any component: one of a toolchain for JavaScript (1.4 MB) takes two in a debug
/// build on a fast machine, and six on one whose cores others use.
const COMPILE_CPU_SECONDS: u64 = 10;

/// Bytes of a component that allow another second. The largest toolchain measured (18.4 MB) takes sixteen seconds in a
/// debug build on a fast machine, and more than 23 on a slow one; it may take 46.
const COMPILE_BYTES_A_CPU_SECOND: u64 = 500_000;

/// Seconds that the process may compute, for any size.
const COMPILE_CPU_SECONDS_MAX: u64 = 50;

/// Seconds that the process may compute for a component of so many bytes.
pub(crate) fn compile_cpu_seconds(component_bytes: usize) -> u64 {
    let bought = component_bytes as u64 / COMPILE_BYTES_A_CPU_SECOND;
    (COMPILE_CPU_SECONDS + bought).min(COMPILE_CPU_SECONDS_MAX)
}

/// The time that Usher waits for the process. More than it may compute, because it shares the cores with others.
pub(crate) const COMPILE_WAIT_MS_MAX: u64 = 60_000;

/// Files in the folder of compiled code; the oldest are deleted first. A pack has a dozen plugins.
pub(crate) const CACHED_MAX: usize = 256;

/// Bytes of one file of compiled code. A component compiles to about twice its size; the largest toolchain measured
/// comes to 52 MB.
pub(crate) const CACHED_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// Bytes of the functions that are kept of one plugin. The largest that is kept (JavaScript, 1.4 MB) comes to 4.5 MB.
pub(crate) const FUNCTIONS_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Files with functions in the folder of compiled code; the oldest are deleted first. One for each plugin that somebody is
/// writing.
pub(crate) const FUNCTIONS_MAX: usize = 16;

/// Bytes that the process writes: functions, code, and their lengths.
pub(crate) const COMPILER_BYTES_MAX: u64 = CACHED_BYTES_MAX + FUNCTIONS_BYTES_MAX;

/// The size of a [`crate::pool`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct PoolSize {
    /// Calls that have a slot at a time.
    pub(crate) slots: u32,
    /// Calls of a plugin before its calls get slots.
    pub(crate) calls_before: usize,
}

/// The bounds of one call. Tests make them tighter, so that hitting a limit does not take ten seconds.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) call: Duration,
    /// Between two answers of the org.
    pub(crate) compute: Duration,
    /// In all.
    pub(crate) own: Duration,
    pub(crate) memory_bytes: usize,
    /// Memory of all calls of the host that are going on.
    pub(crate) live_bytes: Arc<AtomicUsize>,
    pub(crate) log_lines: usize,
    pub(crate) pool: PoolSize,
    /// Its bytes bound what one call hands over in either direction.
    pub(crate) reading: gate::Bounds,
}

impl Limits {
    pub(crate) fn usual() -> Self {
        Self {
            call: Duration::from_millis(limit::CALL_MS_MAX),
            compute: Duration::from_millis(limit::COMPUTE_MS_MAX),
            own: Duration::from_millis(limit::OWN_MS_MAX),
            memory_bytes: limit::PLUGIN_MEMORY_BYTES_MAX,
            live_bytes: Arc::default(),
            log_lines: limit::LOG_LINES_MAX,
            pool: PoolSize {
                slots: SLOTS,
                calls_before: CALLS_BEFORE_SLOTS,
            },
            reading: gate::Bounds::default(),
        }
    }

    /// The limits, with those that a person has lowered. None is raised.
    pub(crate) fn lowered(&self, by: &Lowered) -> Self {
        let mut lowered = self.clone();
        let bounds = &mut lowered.reading;
        bounds.reads = bounds.reads.min(by.reads.unwrap_or(usize::MAX));
        bounds.rows = bounds.rows.min(by.rows.unwrap_or(usize::MAX));
        let bytes = by.memory_bytes().unwrap_or(usize::MAX);
        lowered.memory_bytes = lowered.memory_bytes.min(bytes);
        if let Some(seconds) = by.seconds {
            let time = Duration::from_secs(seconds);
            lowered.compute = lowered.compute.min(time);
            lowered.own = lowered.own.min(time);
        }
        lowered
    }
}
