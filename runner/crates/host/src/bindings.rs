//! Types and traits generated from `wit/step.wit`. Nothing outside this crate sees them.

wasmtime::component::bindgen!({
    path: "../../../wit",
    world: "step",
    imports: { default: async | trappable },
    exports: { default: async },
});

/// The contract that this host has.
pub const CONTRACT: &str = "usher:step@0.1.0";
