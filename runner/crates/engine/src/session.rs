//! Who we are at an org.

mod secret;

pub use secret::Secret;
