//! The connections of a server: as many at once as it has places. When all are taken, the one that has kept the server
//! waiting for longest makes room: for a whole request, or to take an answer.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::serve::pace::{At, Pace};

/// Connections served at once; a test suite opens a few dozen. The system gives a process file descriptors for them.
const PLACES: u32 = 256;

/// The time in which a place comes free once a connection was told to make room.
const ROOM: Duration = Duration::from_millis(50);

/// The time for which a connection that keeps the server waiting is left alone. `sf` opens five hundred at once, one for each
/// type of metadata, and each has its handshake first: those that still wait for a place have it next.
const GRACE: Duration = Duration::from_secs(3);

/// All connections.
pub(super) struct Connections {
    places: Arc<Semaphore>,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    last: u64,
    by_number: BTreeMap<u64, (Arc<Pace>, Arc<Notify>)>,
}

/// The place of one connection, until this is dropped.
pub(super) struct Place {
    connections: Arc<Connections>,
    number: u64,
    pub(super) pace: Arc<Pace>,
    leave: Arc<Notify>,
    _permit: OwnedSemaphorePermit,
}

impl Connections {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            places: Arc::new(Semaphore::new(PLACES as usize)),
            open: Mutex::default(),
        })
    }

    /// A place for one more connection, as soon as there is one.
    pub(super) async fn place(self: &Arc<Self>) -> Place {
        let permit = loop {
            if let Ok(permit) = Arc::clone(&self.places).try_acquire_owned() {
                break permit;
            }
            self.make_room();
            let place = Arc::clone(&self.places).acquire_owned();
            if let Ok(Ok(permit)) = timeout(ROOM, place).await {
                break permit;
            }
        };
        let (pace, leave) = (Pace::new(), Arc::new(Notify::new()));
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.last += 1;
        let number = open.last;
        let known = (Arc::clone(&pace), Arc::clone(&leave));
        open.by_number.insert(number, known);
        Place {
            connections: Arc::clone(self),
            number,
            pace,
            leave,
            _permit: permit,
        }
    }

    /// Tells the connection to leave that has kept the server waiting for longest; none when all are at work, or have
    /// kept it waiting for a moment only.
    fn make_room(&self) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = open.by_number.values().filter_map(|(pace, leave)| {
            let (at, since) = pace.at();
            (at != At::Request && since.elapsed() >= GRACE).then_some((since, leave))
        });
        if let Some((_, leave)) = idle.min_by_key(|(since, _)| *since) {
            leave.notify_one();
        }
    }

    /// Returns when every connection has ended.
    pub(super) async fn all_ended(&self) {
        let _all = self.places.acquire_many(PLACES).await;
    }
}

impl Place {
    /// Returns when the connection is to make room.
    pub(super) async fn must_leave(&self) {
        self.leave.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let connections = &self.connections;
        let mut open = connections
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        open.by_number.remove(&self.number);
    }
}
