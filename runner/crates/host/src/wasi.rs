//! The muted WASI 0.2: it is linked so that components of stock toolchains load, and it gives nothing. It has no
//! environment, arguments, folders, sockets or names. Its clock shows the run's planning time for ever, and randomness
//! is a function of the call's seed, so that planning again gives the same bytes.

use std::time::Duration;

use sha2::{Digest, Sha256};
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::random::Deterministic;
use wasmtime_wasi::{HostMonotonicClock, HostWallClock, WasiCtx, WasiCtxBuilder};

use crate::limit;

/// Interfaces of `wasi` 0.2 that are linked, without their versions.
pub(crate) const MUTED: &[&str] = &[
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
    "wasi:sockets/instance-network",
    "wasi:sockets/ip-name-lookup",
    "wasi:sockets/network",
    "wasi:sockets/tcp",
    "wasi:sockets/tcp-create-socket",
    "wasi:sockets/udp",
    "wasi:sockets/udp-create-socket",
];

/// The standard output and error of a plugin.
#[derive(Clone)]
pub(crate) struct Output {
    pub(crate) stdout: MemoryOutputPipe,
    pub(crate) stderr: MemoryOutputPipe,
}

impl Output {
    pub(crate) fn new() -> Self {
        Self {
            stdout: MemoryOutputPipe::new(limit::OUTPUT_BYTES_MAX),
            stderr: MemoryOutputPipe::new(limit::OUTPUT_BYTES_MAX),
        }
    }
}

/// A context that gives nothing but `since_1970` as the time and bytes made of `seed`.
pub(crate) fn muted(output: &Output, since_1970: Duration, seed: &[u8; 32]) -> WasiCtx {
    let mut insecure_seed = [0; 16];
    insecure_seed.copy_from_slice(&seed[..16]);
    WasiCtxBuilder::new()
        .stdout(output.stdout.clone())
        .stderr(output.stderr.clone())
        .wall_clock(Standing(since_1970))
        .monotonic_clock(Standing(since_1970))
        .secure_random(Deterministic::new(stretched(seed, b"secure")))
        .insecure_random(Deterministic::new(stretched(seed, b"insecure")))
        .insecure_random_seed(u128::from_le_bytes(insecure_seed))
        .max_random_size(limit::OUTPUT_BYTES_MAX as u64)
        .allow_tcp(false)
        .allow_udp(false)
        .allow_ip_name_lookup(false)
        .build()
}

/// A clock that always shows the same time.
struct Standing(Duration);

impl HostWallClock for Standing {
    fn resolution(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn now(&self) -> Duration {
        self.0
    }
}

impl HostMonotonicClock for Standing {
    fn resolution(&self) -> u64 {
        1
    }

    fn now(&self) -> u64 {
        0
    }
}

/// Half a kilobyte made of the seed, repeated for ever: enough for the keys of hash tables, and nothing here needs
/// unpredictable bytes. Made for each call, so it has to be quick.
fn stretched(seed: &[u8; 32], purpose: &[u8]) -> Vec<u8> {
    (0u8..16)
        .flat_map(|part| {
            let mut hash = Sha256::new();
            hash.update(seed);
            hash.update(purpose);
            hash.update([part]);
            <[u8; 32]>::from(hash.finalize())
        })
        .collect()
}
