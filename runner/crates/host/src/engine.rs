//! Everything that an engine is made with: what components may import, and the clock that gives plugins turns.

use std::io;
use std::thread;
use std::time::Duration;

use wasmtime::component::{HasSelf, Linker};
use wasmtime::{Engine, EngineWeak};

use crate::bindings::Step;
use crate::limit;
use crate::state::State;

/// Everything that a component may import.
pub(crate) fn linker(engine: &Engine) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    Step::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?;
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    Ok(linker)
}

/// Starts the clock of an engine.
pub(crate) fn start_clock(engine: &Engine) -> io::Result<()> {
    let weak = engine.weak();
    let ticker = thread::Builder::new().name("usher-host-ticker".to_owned());
    ticker.spawn(move || tick(&weak)).map(drop)
}

/// Advances the engine's clock as long as there is an engine.
fn tick(engine: &EngineWeak) {
    while let Some(engine) = engine.upgrade() {
        engine.increment_epoch();
        drop(engine);
        thread::sleep(Duration::from_millis(limit::TICK_MS));
    }
}
