//! Types and traits generated from `wit/step.wit`. Nothing outside this crate sees them.

wasmtime::component::bindgen!({
    path: "../../../wit",
    world: "step",
    imports: { default: async | trappable },
    exports: { default: async },
});
