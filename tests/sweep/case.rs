//! One case of the sweep: a recipe, what hurts its run, and where. As text it is what `USHER_SWEEP` takes.

use std::fmt;
use std::str::FromStr;

/// What hurts a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hurt {
    /// The nth request does not get through.
    FailBefore,
    /// The nth request acts, its answer is lost.
    LoseAnswer,
    /// From the nth request on nobody is there.
    Gone,
    /// The nth request acts, its answer is lost, and from then on nobody is there.
    LostAndGone,
    /// The nth request does not get through, and from then on nobody is there.
    CutAndGone,
    /// The nth request is throttled.
    Throttled,
    /// 503 for the nth request.
    Unavailable,
    /// From the nth request on all are throttled.
    ThrottledOn,
    /// The nth request comes late.
    Stalled,
    /// The nth saving request meets locked rows.
    Locked,
    /// The first record of the nth saving request is locked.
    LockedRow,
    /// The nth writing request meets another one in process.
    Busy,
    /// The nth job ends in an error.
    JobError,
    /// From the nth event on the journal takes no more.
    Journal,
    /// SIGKILL after the nth event.
    Kill,
}

/// Which run is hurt: the recipe's, or the one that takes it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    Apply,
    Undo,
}

/// What `n` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counts {
    Requests,
    Writes,
    Saves,
    Jobs,
    Events,
}

/// All of them.
pub(crate) const HURTS: [Hurt; 15] = [
    Hurt::FailBefore,
    Hurt::LoseAnswer,
    Hurt::Gone,
    Hurt::LostAndGone,
    Hurt::CutAndGone,
    Hurt::Throttled,
    Hurt::Unavailable,
    Hurt::ThrottledOn,
    Hurt::Stalled,
    Hurt::Locked,
    Hurt::LockedRow,
    Hurt::Busy,
    Hurt::JobError,
    Hurt::Journal,
    Hurt::Kill,
];

/// One point at which a run is hurt.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Case {
    pub(crate) recipe: String,
    pub(crate) phase: Phase,
    pub(crate) hurt: Hurt,
    pub(crate) n: u64,
}

impl Hurt {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::FailBefore => "fail-before",
            Self::LoseAnswer => "lose-answer",
            Self::Gone => "gone",
            Self::LostAndGone => "lost-and-gone",
            Self::CutAndGone => "cut-and-gone",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::ThrottledOn => "throttled-on",
            Self::Stalled => "stalled",
            Self::Locked => "locked",
            Self::LockedRow => "locked-row",
            Self::Busy => "busy",
            Self::JobError => "job-error",
            Self::Journal => "journal",
            Self::Kill => "kill",
        }
    }

    pub(crate) fn counts(self) -> Counts {
        match self {
            Self::Locked | Self::LockedRow => Counts::Saves,
            Self::Busy => Counts::Writes,
            Self::JobError => Counts::Jobs,
            Self::Journal | Self::Kill => Counts::Events,
            _ => Counts::Requests,
        }
    }

    /// Whether it stays hurt until somebody comes: then where it goes on is hurt once more.
    pub(crate) fn stays(self) -> bool {
        use Hurt::{CutAndGone, Gone, LostAndGone, ThrottledOn};
        matches!(self, Gone | LostAndGone | CutAndGone | ThrottledOn)
    }

    /// The faults file that hurts at the nth; none where it is not a request that is hurt.
    pub(crate) fn faults(self, n: u64) -> Option<String> {
        let one =
            |kind: &str, more: &str| format!("[[faults]]\nkind = \"{kind}\"\nnth = {n}\n{more}");
        let on = |kind: &str, from: u64| {
            format!("[[faults]]\nkind = \"{kind}\"\nnth = {from}\ntimes = \"always\"\n")
        };
        Some(match self {
            Self::FailBefore => one("fail-before", ""),
            Self::LoseAnswer => one("lose-answer", ""),
            Self::Gone => on("unreachable", n),
            Self::LostAndGone => one("lose-answer", "") + &on("unreachable", n + 1),
            Self::CutAndGone => one("fail-before", "") + &on("unreachable", n + 1),
            Self::Throttled => one("throttle", "retry_after = 1\n"),
            Self::Unavailable => one("throttle", "status = 503\n"),
            Self::ThrottledOn => on("throttle", n),
            Self::Stalled => one("stall", "ms = 30_000\n"),
            Self::Locked => one("lock", ""),
            Self::LockedRow => one("lock", "row = 1\n"),
            Self::Busy => one("busy", ""),
            Self::JobError => one("job-error", ""),
            Self::Journal | Self::Kill => return None,
        })
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = match self.phase {
            Phase::Apply => "",
            Phase::Undo => "undo/",
        };
        write!(f, "{} {phase}{} {}", self.recipe, self.hurt.name(), self.n)
    }
}

impl FromStr for Case {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [recipe, hurt, n] = words.as_slice() else {
            return Err(format!("`{text}` is not `<recipe> <hurt> <n>`"));
        };
        let (phase, hurt) = match hurt.strip_prefix("undo/") {
            Some(hurt) => (Phase::Undo, hurt),
            None => (Phase::Apply, *hurt),
        };
        let known = HURTS.into_iter().find(|known| known.name() == hurt);
        Ok(Self {
            recipe: (*recipe).to_owned(),
            phase,
            hurt: known.ok_or_else(|| format!("there is no hurt `{hurt}`"))?,
            n: n.parse().map_err(|error| format!("`{n}`: {error}"))?,
        })
    }
}
