//! The one feature set, as dependencies; there is no code here. `Cargo.toml` says why.
