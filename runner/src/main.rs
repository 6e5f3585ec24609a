//! The program. Everything it does is in the library, so that tests can do it in process.

use std::process::ExitCode;

fn main() -> ExitCode {
    usher::main()
}
