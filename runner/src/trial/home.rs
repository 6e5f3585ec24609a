//! A home of its own for one test, gone with it: practice orgs, grants and journal are fresh, and nothing of a person's
//! home is read but the compiled code of plugins. Time passes only while something waits.

use std::collections::BTreeMap;
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use usher_engine::port::{Boxed, Clock};

use crate::client_wishes::ClientWishes;
use crate::error::Error;
use crate::home::Home;
use crate::plugins::Calls;
use crate::practice;
use crate::world::World;

/// A home of its own.
pub(super) struct OwnHome {
    path: PathBuf,
}

impl OwnHome {
    pub(super) fn make(world: &World) -> Result<Self, Error> {
        let name: String = practice::entropy()?
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let path = std::env::temp_dir().join(format!("usher-plugin-test-{name}"));
        let mut builder = std::fs::DirBuilder::new();
        let made = builder.mode(0o700).create(&path);
        made.map_err(|error| Error::file("make the folder", &path, &error))?;
        let own = Self { path };
        // Code that was compiled once is compiled for every home of the machine.
        if let Some(cache) = Home::of(world)?.compiled()?.parent() {
            let link = own.path.join("cache");
            symlink(cache, &link).map_err(|error| Error::file("make the link", &link, &error))?;
        }
        Ok(own)
    }

    /// The world of commands in the plugin's folder, in this home.
    pub(super) fn world(&self, folder: &Path, outer: &World) -> World {
        let home = self.path.display().to_string();
        World {
            variables: BTreeMap::from([("USHER_HOME".to_owned(), home)]),
            folder: folder.to_owned(),
            program: outer.program.clone(),
            clock: Arc::new(PassingClock {
                now_ms: AtomicI64::new(outer.clock.now_ms()),
                passed_ms: AtomicU64::new(0),
            }),
            stop: outer.stop.clone(),
            log: outer.log.clone(),
            client: ClientWishes::default(),
            calls: Calls::noting_used(),
        }
    }
}

impl Drop for OwnHome {
    fn drop(&mut self) {
        // The system empties the folder of temporary files anyway.
        let _left = std::fs::remove_dir_all(&self.path);
    }
}

/// A clock that only waiting moves: a practice org takes as long as it says, and nobody waits for it.
struct PassingClock {
    now_ms: AtomicI64,
    passed_ms: AtomicU64,
}

impl Clock for PassingClock {
    fn now_ms(&self) -> i64 {
        self.now_ms.load(Ordering::Relaxed)
    }

    fn ticks_ms(&self) -> u64 {
        self.passed_ms.load(Ordering::Relaxed)
    }

    fn sleep(&self, ms: u64) -> Boxed<'_, ()> {
        self.passed_ms.fetch_add(ms, Ordering::Relaxed);
        self.now_ms.fetch_add(ms.cast_signed(), Ordering::Relaxed);
        Box::pin(tokio::task::yield_now())
    }
}
