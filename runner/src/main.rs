//! The program. Everything it does is in the library, so that tests can do it in process.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Planning makes and drops many small values on all cores; the allocator of the system takes a third of its time for that.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    usher::main()
}
