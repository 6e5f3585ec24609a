//! Limits that code is compiled with, each with its reason.

/// Stack of the WebAssembly code. Interpreted guests need more than the engine's usual half.
pub const STACK_BYTES_MAX: usize = 1024 * 1024;

/// Stack of one call, host functions included. It must exceed [`STACK_BYTES_MAX`] by what these need.
pub const CALL_STACK_BYTES: usize = 4 * 1024 * 1024;

/// Size from which components are compiled quickly instead of well, in half the time. Only interpreters for whole
/// languages are as large, and these run their own code anyway.
pub const COMPILED_WELL_BYTES_MAX: usize = 4 * 1024 * 1024;
