//! The engine's settings.

use std::sync::Arc;

use wasmtime::{Config, OptLevel, RegallocAlgorithm};

use crate::limit;
use crate::memory::Own;

/// The engine's settings for compiling a component of so many bytes. An engine loads code that was compiled well or
/// quickly alike; all other settings are the same for all components.
pub fn config(component_bytes: usize) -> Config {
    let mut config = Config::new();
    if component_bytes > limit::COMPILED_WELL_BYTES_MAX {
        config
            .cranelift_opt_level(OptLevel::None)
            .cranelift_regalloc_algorithm(RegallocAlgorithm::SinglePass);
    }
    config
        .epoch_interruption(true)
        .max_wasm_stack(limit::STACK_BYTES_MAX)
        .async_stack_size(limit::CALL_STACK_BYTES)
        // Both are for debuggers and profilers of the host. A trap shows the names of functions without them.
        .generate_address_map(false)
        .native_unwind_info(false)
        // Gives the same plan byte for byte, on every machine.
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true);
    config
}

/// The settings of an engine that runs code, also such that lies in the program.
pub fn running() -> Config {
    let mut config = config(0);
    if let Some(own) = Own::here() {
        config.with_custom_code_memory(Some(Arc::new(own)));
    }
    config
}
