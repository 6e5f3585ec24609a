//! Faults of the practice org for the nth request.

use crate::sweep::case::Counts;

/// One way for a request to go wrong.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    kind: &'static str,
    keys: &'static str,
    lasts: Lasts,
    counts: Counts,
}

/// The requests after the nth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Lasts {
    /// Nothing more.
    Once,
    /// The same for every request.
    On,
    /// The org is not reachable from the next one on.
    ThenGone,
}

impl Fault {
    const fn once(name: &'static str, kind: &'static str, keys: &'static str) -> Self {
        Self {
            name,
            kind,
            keys,
            lasts: Lasts::Once,
            counts: Counts::Requests,
        }
    }

    const fn on(name: &'static str, kind: &'static str, keys: &'static str) -> Self {
        let mut fault = Self::once(name, kind, keys);
        fault.lasts = Lasts::On;
        fault
    }

    const fn then_gone(name: &'static str, kind: &'static str) -> Self {
        let mut fault = Self::once(name, kind, "");
        fault.lasts = Lasts::ThenGone;
        fault
    }

    const fn of(mut self, counts: Counts) -> Self {
        self.counts = counts;
        self
    }

    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }

    /// Says whether it stays until a person comes: then the resume is hurt once more.
    pub(crate) fn stays(&self) -> bool {
        self.lasts != Lasts::Once
    }

    /// Says whether it can be tried over a socket as well: one that takes real time cannot.
    pub(crate) fn is_quick(&self) -> bool {
        self.kind != "stall"
    }

    /// The faults file that hurts at the nth.
    pub(crate) fn file(&self, n: u64) -> String {
        let Self { kind, keys, .. } = self;
        let one = format!("[[faults]]\nkind = \"{kind}\"\nnth = {n}\n{keys}\n");
        match self.lasts {
            Lasts::Once => one,
            Lasts::On => one + "times = \"always\"\n",
            Lasts::ThenGone => {
                let from = n + 1;
                one + &format!(
                    "[[faults]]\nkind = \"unreachable\"\nnth = {from}\ntimes = \"always\"\n"
                )
            }
        }
    }
}

/// The request is lost, comes late or meets an org that has no time for it.
pub(crate) const REQUESTS: [Fault; 13] = [
    Fault::once("fail-before", "fail-before", ""),
    Fault::once("lose-answer", "lose-answer", ""),
    Fault::on("gone", "unreachable", ""),
    Fault::then_gone("lost-and-gone", "lose-answer"),
    Fault::then_gone("cut-and-gone", "fail-before"),
    Fault::once("throttled", "throttle", "retry_after = 1"),
    Fault::once("unavailable", "throttle", "status = 503"),
    Fault::on("throttled-on", "throttle", ""),
    Fault::once("stalled", "stall", "ms = 30_000"),
    Fault::once("locked", "lock", "").of(Counts::Saves),
    Fault::once("locked-row", "lock", "row = 1").of(Counts::Saves),
    Fault::once("busy", "busy", "").of(Counts::Writes),
    Fault::once("job-error", "job-error", "").of(Counts::Jobs),
];

/// The answer is a refusal, an error, a page of something on the way, or half of what it should be.
pub(crate) const ANSWERS: [Fault; 24] = [
    Fault::once("refused", "refuse", ""),
    Fault::once("refused-row", "refuse", "row = 1").of(Counts::Saves),
    Fault::on("limit", "limit", ""),
    Fault::once("error", "error", "acts = false"),
    Fault::once("error-acted", "error", "acts = true"),
    Fault::once("gateway", "bad-gateway", "acts = false"),
    Fault::once("gateway-acted", "bad-gateway", "acts = true"),
    Fault::once(
        "gateway-500-acted",
        "bad-gateway",
        "status = 500\nacts = true",
    ),
    Fault::once(
        "gateway-timeout-acted",
        "bad-gateway",
        "status = 504\nacts = true",
    ),
    Fault::on("gateway-on", "bad-gateway", "acts = false"),
    Fault::once("html", "html", "acts = false"),
    Fault::once("html-acted", "html", "acts = true"),
    Fault::on("html-on", "html", "acts = false"),
    Fault::once("redirect", "redirect", ""),
    Fault::once("half-answer", "half-answer", ""),
    Fault::once("headers-only", "half-answer", "after = \"headers\""),
    Fault::once("garbled", "garbled", "shape = \"empty\"\nacts = false"),
    Fault::once("garbled-acted", "garbled", "shape = \"empty\"\nacts = true"),
    Fault::once("row-missing", "garbled", "shape = \"fewer\"\nacts = true").of(Counts::Collections),
    Fault::once(
        "row-without-code",
        "garbled",
        "shape = \"no-code\"\nacts = true",
    )
    .of(Counts::Collections),
    Fault::once("too-long", "too-long", ""),
    Fault::once("headers-too-large", "headers-too-large", ""),
    Fault::once("signed-out", "sign-out", ""),
    Fault::on("signed-out-on", "sign-out", ""),
];

/// The org's clock is wrong from the nth request on.
pub(crate) const DATES: [Fault; 2] = [
    Fault::on("org-ahead", "date", "seconds = 86_400"),
    Fault::on("org-behind", "date", "seconds = -86_400"),
];
