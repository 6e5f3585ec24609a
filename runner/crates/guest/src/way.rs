//! The ways to a standard library for WASM.

use std::fmt;

/// One way to a standard library for WASM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WasmStd {
    /// The toolchain has it.
    Target,
    /// rustup adds it to the toolchain.
    Rustup,
    /// Made from Debian's packages, and kept.
    Debian,
}

impl fmt::Display for WasmStd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Target => "target",
            Self::Rustup => "rustup",
            Self::Debian => "debian",
        })
    }
}
