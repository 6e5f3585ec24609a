//! The contract `wit/step.wit` as Rust types and functions, generated; nothing here is written by hand. The types
//! compile natively too; the functions work in a component only.
//!
//! The code lies here, so that no plugin waits until its generator has been compiled. When the contract has changed,
//! `cargo run --manifest-path plugins/sdk/generate/Cargo.toml` writes it again.

#[expect(
    unsafe_code,
    unreachable_pub,
    unused_qualifications,
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "generated code passes memory to the host, and is written for other lints"
)]
#[rustfmt::skip]
mod generated;

pub use generated::*;
