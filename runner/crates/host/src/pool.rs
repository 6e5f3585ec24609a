//! Memory, tables and a stack for calls that follow each other. Mapping them for each call took a twelfth of the computing
//! of a plan of 2,000 people on one core, and a seventh on two. The engine maps them once here, and clears them after
//! each call: the next one begins as in a new instance.
//!
//! A command with a few calls does without. Where the system refuses the pool, and for a call that finds no free slot or a
//! component that fits into none, everything is mapped as for the first calls.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::sync::{Semaphore, SemaphorePermit};
use wasmtime::component::Linker;
use wasmtime::{Enabled, Engine, PoolingAllocationConfig};

use crate::bindings::StepPre;
use crate::cache;
use crate::engine;
use crate::limit::{self, PoolSize};
use crate::state::State;

/// The pool of one host. It is made when it is needed.
pub(crate) struct Pool {
    size: PoolSize,
    ready: OnceLock<Option<Ready>>,
}

struct Ready {
    engine: Engine,
    linker: Linker<State>,
    slots: Semaphore,
}

/// The pool, as one plugin uses it.
pub(crate) struct InPool {
    /// `None` for a component that fits into no slot.
    pool: Option<Arc<Pool>>,
    calls: AtomicUsize,
    pre: OnceLock<Option<StepPre<State>>>,
}

/// A place for one call. It must outlive the call's store.
pub(crate) struct Slot<'p> {
    pre: &'p StepPre<State>,
    _permit: SemaphorePermit<'p>,
}

impl Pool {
    pub(crate) fn of(size: PoolSize) -> Self {
        Self {
            size,
            ready: OnceLock::new(),
        }
    }

    fn ready(&self) -> Option<&Ready> {
        let ready = self.ready.get_or_init(|| Ready::of(self.size.slots).ok());
        ready.as_ref()
    }
}

impl Ready {
    fn of(slots: u32) -> wasmtime::Result<Self> {
        let mut config = usher_code::running();
        config
            .allocation_strategy(allocation(slots))
            // Compiled code never reads what it has not written; this is for an error of the compiler.
            .async_stack_zeroing(true);
        let engine = Engine::new(&config)?;
        engine::start_clock(&engine)?;
        Ok(Self {
            linker: engine::linker(&engine)?,
            engine,
            slots: Semaphore::new(slots as usize),
        })
    }

    /// The plugin, ready for a slot.
    fn load(&self, plugin: &StepPre<State>) -> wasmtime::Result<StepPre<State>> {
        let code = plugin.instance_pre().component().serialize()?;
        let component = cache::trusted(&self.engine, &code)?;
        StepPre::new(self.linker.instantiate_pre(&component)?)
    }
}

impl InPool {
    /// `fits`: the component may fit into a slot.
    pub(crate) fn of(pool: &Arc<Pool>, fits: bool) -> Self {
        Self {
            pool: fits.then(|| Arc::clone(pool)),
            calls: AtomicUsize::new(0),
            pre: OnceLock::new(),
        }
    }

    /// A slot for the next call of `plugin`. `None`: the call is made without one.
    pub(crate) fn slot(&self, plugin: &StepPre<State>) -> Option<Slot<'_>> {
        let pool = self.pool.as_ref()?;
        if self.calls.fetch_add(1, Ordering::Relaxed) < pool.size.calls_before {
            return None;
        }
        let ready = pool.ready()?;
        let pre = self.pre.get_or_init(|| ready.load(plugin).ok()).as_ref()?;
        Some(Slot {
            pre,
            _permit: ready.slots.try_acquire().ok()?,
        })
    }
}

impl Slot<'_> {
    pub(crate) fn pre(&self) -> &StepPre<State> {
        self.pre
    }
}

/// So many slots, each with everything that a component in it may have.
fn allocation(slots: u32) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .total_stacks(slots)
        .total_core_instances(slots * limit::SLOT_INSTANCES_MAX)
        .max_core_instances_per_component(limit::SLOT_INSTANCES_MAX)
        .total_memories(slots * limit::SLOT_MEMORIES_MAX)
        .max_memories_per_component(limit::SLOT_MEMORIES_MAX)
        .max_memory_size(usher_contract::limit::PLUGIN_MEMORY_BYTES_MAX)
        .total_tables(slots * limit::SLOT_TABLES_MAX)
        .max_tables_per_component(limit::SLOT_TABLES_MAX)
        .max_tables_per_module(limit::SLOT_TABLES_MAX)
        .table_elements(limit::SLOT_TABLE_ELEMENTS_MAX)
        // A used slot is taken before a fresh one, also one of another plugin: memory stays near what calls need at a time.
        .max_unused_warm_slots(0)
        // All of a memory goes back to the system: a plugin writes to a few pages in its midst.
        .linear_memory_keep_resident(0)
        .table_keep_resident(limit::SLOT_TABLE_BYTES_KEPT)
        .async_stack_keep_resident(limit::SLOT_STACK_BYTES_KEPT)
        // A page that is swapped out looks as if nobody had written to it, and would stay for the next plugin
        // (github.com/bytecodealliance/wasmtime/pull/14357).
        .pagemap_scan(Enabled::No);
    pool
}
