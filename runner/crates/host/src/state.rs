//! What one store holds: who may be asked, what was said, and what bounds the plugin. Made for one call,
//! dropped after it.

use std::time::Duration;

use wasmtime::component::ResourceTable;
use wasmtime::{Engine, ResourceLimiter, Store, UpdateDeadline};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use crate::limit::{self, Limits};
use crate::log::{Level, Log, LogLine, Source};
use crate::reading::Reading;
use crate::wasi::{self, Output};

/// The data of one store.
pub(crate) struct State {
    /// None while a plugin says what it is: then it may ask nothing.
    pub(crate) reading: Option<Reading>,
    pub(crate) log: Log,
    pub(crate) bounds: Bounds,
    output: Output,
    wasi: WasiCtx,
    table: ResourceTable,
}

/// The plugin computed for too long. Travels through the engine as an error.
#[derive(Debug, thiserror::Error)]
#[error("computed for too long")]
pub(crate) struct OutOfCompute;

/// A store for one call. `since_1970` and `seed` are all that the muted WASI gives.
pub(crate) fn store(
    engine: &Engine,
    limits: &Limits,
    reading: Option<Reading>,
    since_1970: Duration,
    seed: &[u8; 32],
) -> Store<State> {
    let output = Output::new();
    let mut table = ResourceTable::new();
    table.set_max_capacity(limit::HANDLES_MAX);
    let ticks_max = limits.compute.as_millis() / u128::from(limit::TICK_MS);
    let state = State {
        reading,
        log: Log::new(limits.log_lines),
        bounds: Bounds {
            memory_bytes: 0,
            memory_bytes_max: limits.memory_bytes,
            memory_refused: false,
            table_elements: 0,
            ticks: 0,
        },
        wasi: wasi::muted(&output, since_1970, seed),
        output,
        table,
    };
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.bounds);
    store.set_hostcall_fuel(limits.reading.bytes);
    store.set_max_component_handles(limit::HANDLES_MAX);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(move |mut context| {
        let bounds = &mut context.data_mut().bounds;
        bounds.ticks += 1;
        if bounds.ticks > ticks_max {
            return Err(wasmtime::Error::new(OutOfCompute));
        }
        Ok(UpdateDeadline::Yield(1))
    });
    store
}

impl State {
    /// Everything that was said, standard output and error last.
    pub(crate) fn into_log(self) -> (Option<Reading>, Vec<LogLine>) {
        let mut log = self.log;
        log.push_output(Source::Stdout, Level::Info, &self.output.stdout.contents());
        log.push_output(Source::Stderr, Level::Warn, &self.output.stderr.contents());
        (self.reading, log.finish())
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

/// Counts memory, tables and computing time of one call.
pub(crate) struct Bounds {
    memory_bytes: usize,
    memory_bytes_max: usize,
    /// A plugin that got no more memory usually breaks off; this tells why.
    pub(crate) memory_refused: bool,
    table_elements: usize,
    /// Since the org was last asked.
    ticks: u128,
}

impl Bounds {
    /// The org was asked, so what was computed before does not count any more.
    pub(crate) fn asked(&mut self) {
        self.ticks = 0;
    }
}

impl ResourceLimiter for Bounds {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let all = self
            .memory_bytes
            .saturating_add(desired.saturating_sub(current));
        if all > self.memory_bytes_max {
            self.memory_refused = true;
            return Ok(false);
        }
        self.memory_bytes = all;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let all = self
            .table_elements
            .saturating_add(desired.saturating_sub(current));
        if all > limit::TABLE_ELEMENTS_MAX {
            self.memory_refused = true;
            return Ok(false);
        }
        self.table_elements = all;
        Ok(true)
    }

    fn instances(&self) -> usize {
        limit::INSTANCES_MAX
    }

    fn tables(&self) -> usize {
        limit::TABLES_MAX
    }

    fn memories(&self) -> usize {
        limit::MEMORIES_MAX
    }
}
