//! Faults: which request something is to go wrong with, and what. A decision only: [`Faults::next`] is
//! told every request in turn. `Practice::exchange_amid` does what goes wrong inside an org; what goes
//! wrong on the way is done by the code that carries requests and answers.

use bytes::Bytes;
use http::{Method, Request};
use sha2::{Digest, Sha256};

use crate::fault::pattern::Pattern;
use crate::fault::request::RequestTraits;

pub use crate::fault::kind::{Cut, FaultKind, GatewayStatus, Rival, Shape, ThrottleStatus};

mod file;
mod kind;
mod pattern;
mod request;

/// The faults of one practice org, and how far their counting has come.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    seed: u64,
    counted: Vec<Counted>,
}

#[derive(Clone, Debug)]
struct Counted {
    fault: Fault,
    /// Requests that fitted so far.
    fitted: u64,
    happened: u64,
}

/// One fault: which requests fit, whose turn it is among them, what happens.
#[derive(Clone, Debug, PartialEq)]
struct Fault {
    on: On,
    method: Option<Method>,
    path: Option<Pattern>,
    turn: Turn,
    /// The number of times that it happens; none: always.
    times: Option<u64>,
    kind: FaultKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum On {
    Any,
    Read,
    Write,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Turn {
    /// The nth that fits, from 1, and those behind it.
    From(u64),
    /// Each that fits, with this probability.
    Chance(f64),
}

impl Faults {
    /// Returns the fault that happens to this request. Every fault counts every request that fits it; when it is the
    /// turn of several, the first of the file happens.
    pub fn next(&mut self, request: &Request<Bytes>) -> Option<FaultKind> {
        if self.counted.is_empty() {
            // Without faults no body is read twice.
            return None;
        }
        let seen = RequestTraits::of(request);
        let mut chosen = None;
        for (place, counted) in self.counted.iter_mut().enumerate() {
            if !counted.fault.fits(&seen) {
                continue;
            }
            counted.fitted += 1;
            let spent = counted
                .fault
                .times
                .is_some_and(|times| counted.happened >= times);
            let turn = match counted.fault.turn {
                Turn::From(nth) => counted.fitted >= nth,
                Turn::Chance(chance) => drawn(self.seed, place, counted.fitted) < chance,
            };
            if chosen.is_none() && turn && !spent {
                counted.happened += 1;
                chosen = Some(counted.fault.kind.clone());
            }
        }
        chosen
    }
}

impl Fault {
    fn fits(&self, seen: &RequestTraits) -> bool {
        let on = match self.on {
            On::Any => true,
            On::Read => !seen.writes,
            On::Write => seen.writes,
        };
        let method = self.method.as_ref();
        on && method.is_none_or(|method| *method == seen.method)
            && self.path.as_ref().is_none_or(|path| path.fits(&seen.path))
            && self.kind.concerns(seen)
    }
}

/// Says whether a request saves records: a fault may then be for one of them.
pub(crate) fn saves(request: &Request<Bytes>) -> bool {
    RequestTraits::of(request).saves
}

/// A number from 0 up to 1: the same for the same seed, fault and request.
fn drawn(seed: u64, fault: usize, request: u64) -> f64 {
    let digest = Sha256::digest(format!("{seed}/{fault}/{request}"));
    let bytes = [digest[0], digest[1], digest[2], digest[3]];
    f64::from(u32::from_be_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests;
