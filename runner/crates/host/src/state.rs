//! The data of one store: the way to the org, the log, and the plugin's bounds. Made for one call and dropped after it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use wasmtime::component::ResourceTable;
use wasmtime::{Engine, ResourceLimiter, Store, UpdateDeadline};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use crate::limit::{self, Limits};
use crate::log::{Level, Log, LogLine, Source};
use crate::own_time::OwnTime;
use crate::reading::Reading;
use crate::wasi::{self, Output};

/// The data of one store.
pub(crate) struct State {
    /// `None` while a plugin describes itself, because it may ask nothing then.
    pub(crate) reading: Option<Reading>,
    pub(crate) log: Log,
    pub(crate) bounds: Bounds,
    pub(crate) own: OwnTime,
    /// The muted WASI, made when it is used: the plugins of the box have no need of it.
    wasi: Option<Wasi>,
    since_1970: Duration,
    seed: [u8; 32],
    table: ResourceTable,
}

struct Wasi {
    output: Output,
    context: WasiCtx,
}

/// Makes a store for one call. `since_1970` and `seed` are all that the muted WASI gives.
pub(crate) fn store(
    engine: &Engine,
    limits: &Limits,
    reading: Option<Reading>,
    since_1970: Duration,
    seed: &[u8; 32],
) -> Store<State> {
    let mut table = ResourceTable::new();
    table.set_max_capacity(limit::HANDLES_MAX);
    let own = OwnTime::new(limits);
    let state = State {
        reading,
        log: Log::new(limits.log_lines),
        bounds: Bounds {
            memory_bytes: 0,
            memory_bytes_max: limits.memory_bytes,
            live_bytes: Arc::clone(&limits.live_bytes),
            memory_refused: false,
            is_crowded: false,
            table_elements: 0,
        },
        own: own.clone(),
        wasi: None,
        since_1970,
        seed: *seed,
        table,
    };
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.bounds);
    store.set_hostcall_fuel(limits.reading.bytes);
    store.set_max_component_handles(limit::HANDLES_MAX);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(move |_| {
        own.yields().map_err(wasmtime::Error::new)?;
        Ok(UpdateDeadline::Yield(1))
    });
    store
}

impl State {
    /// Returns all log lines, standard output and error last.
    pub(crate) fn into_log(self) -> (Option<Reading>, Vec<LogLine>) {
        let mut log = self.log;
        if let Some(Wasi { output, .. }) = &self.wasi {
            log.push_output(Source::Stdout, Level::Info, &output.stdout.contents());
            log.push_output(Source::Stderr, Level::Warn, &output.stderr.contents());
        }
        (self.reading, log.finish())
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let wasi = self.wasi.get_or_insert_with(|| {
            let output = Output::new();
            let context = wasi::muted(&output, self.since_1970, &self.seed);
            Wasi { output, context }
        });
        WasiCtxView {
            ctx: &mut wasi.context,
            table: &mut self.table,
        }
    }
}

/// Counts memory and tables of one call.
pub(crate) struct Bounds {
    memory_bytes: usize,
    memory_bytes_max: usize,
    /// Memory of all calls of the host that are going on, this one among them.
    live_bytes: Arc<AtomicUsize>,
    /// A plugin that gets no more memory usually traps; this shows the reason.
    pub(crate) memory_refused: bool,
    /// Other calls have taken the memory. What a plugin makes of that is no answer: alone it may give another one.
    pub(crate) is_crowded: bool,
    table_elements: usize,
}

impl Drop for Bounds {
    fn drop(&mut self) {
        self.live_bytes
            .fetch_sub(self.memory_bytes, Ordering::Relaxed);
    }
}

impl ResourceLimiter for Bounds {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        let all = self.memory_bytes.saturating_add(more);
        if all > self.memory_bytes_max {
            self.memory_refused = true;
            return Ok(false);
        }
        // Calls on other threads grow at the same time.
        let before = self.live_bytes.fetch_add(more, Ordering::Relaxed);
        if before.saturating_add(more) > usher_contract::limit::PLUGINS_MEMORY_BYTES_MAX {
            self.live_bytes.fetch_sub(more, Ordering::Relaxed);
            (self.memory_refused, self.is_crowded) = (true, true);
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use wasmtime::ResourceLimiter;

    use super::Bounds;
    use crate::limit::Limits;

    #[test]
    fn calls_share_the_memory_of_their_host() {
        let limits = Limits::usual();
        let bounds = || Bounds {
            memory_bytes: 0,
            memory_bytes_max: limits.memory_bytes,
            live_bytes: Arc::clone(&limits.live_bytes),
            memory_refused: false,
            is_crowded: false,
            table_elements: 0,
        };
        let whole = limits.memory_bytes;
        let many = usher_contract::limit::PLUGINS_MEMORY_BYTES_MAX / whole;
        let takes = |bounds: &mut Bounds| bounds.memory_growing(0, whole, None).expect("an answer");
        let mut all: Vec<Bounds> = (0..many).map(|_| bounds()).collect();
        assert!(all.iter_mut().all(takes));
        let mut last = bounds();
        assert!(!takes(&mut last) && last.memory_refused && last.is_crowded);
        all.pop();
        assert!(takes(&mut bounds()));
    }
}
