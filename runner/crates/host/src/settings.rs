//! The engine's settings.

use wasmtime::{Config, OptLevel, RegallocAlgorithm};

use crate::limit;

/// The engine's settings for a component of so many bytes. An engine loads code that was compiled well or quickly
/// alike; all other settings are the same for all components.
pub(crate) fn config(component_bytes: usize) -> Config {
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
        // Gives the same plan byte for byte, on every machine.
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true);
    config
}
