//! The types that a plugin may read and write: those that it declares. [`crate::plugin`] implements these traits, so that
//! everything else does not compile.

/// A struct that a plugin may read. [`crate::plugin`] implements it for its `reads`.
#[diagnostic::on_unimplemented(
    message = "this plugin does not declare that it reads `{Self}`",
    note = "add the struct to `reads: [...]` of `usher_sdk::plugin!`: a person allows what stands there"
)]
pub trait DeclaredRead {}

/// A struct of which a plugin may make records. [`crate::plugin`] implements it for its `creates`.
#[diagnostic::on_unimplemented(
    message = "this plugin does not declare that it creates `{Self}`",
    note = "add the struct to `creates: [...]` of `usher_sdk::plugin!`: a person allows what stands there"
)]
pub trait DeclaredCreate {}

/// A struct of which a plugin may take a record or make one. [`crate::plugin`] implements it for its `ensures`.
#[diagnostic::on_unimplemented(
    message = "this plugin does not declare that it ensures `{Self}`",
    note = "add the struct to `ensures: [...]` of `usher_sdk::plugin!`: a person allows what stands there"
)]
pub trait DeclaredEnsure {}

/// A struct with which a plugin may change records. [`crate::plugin`] implements it for its `updates`.
#[diagnostic::on_unimplemented(
    message = "this plugin does not declare that it updates `{Self}`",
    note = "add the struct to `updates: [...]` of `usher_sdk::plugin!`: a person allows what stands there"
)]
pub trait DeclaredUpdate {}

/// An object of which a plugin may delete records. [`crate::plugin`] implements it for its `deletes`.
#[diagnostic::on_unimplemented(
    message = "this plugin does not declare that it deletes records of `{Self}`",
    note = "add the object to `deletes: [...]` of `usher_sdk::plugin!`: a person allows what stands there"
)]
pub trait DeclaredDelete {}
