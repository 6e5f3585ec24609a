//! Approvals in files: the user who approved a saved plan, the time, and the facts that they judged by. A file protects
//! against mistakes: another plan than the approved one, another org, an old approval. It is not signed, so it does not
//! protect against deception.

use std::path::Path;

use serde::{Deserialize, Serialize};
use usher_core::limit;
use usher_core::run::Written;

use crate::clock;
use crate::error::Error;
use crate::exit::Exit;
use crate::saved::SavedPlan;
use crate::text_file::read_text;
use crate::whole_file::WholeFile;

/// The format that this Usher writes and reads.
const FORMAT: u64 = 1;

/// Milliseconds of an hour and of a day.
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// The longest time that an approval may be used. A person who approves something for longer no longer knows what it
/// was.
const VALID_MS_MAX: i64 = 90 * DAY_MS;

/// By how much the clocks of two machines may differ.
const AHEAD_MS_MAX: i64 = 5 * 60_000;

/// The content of an approval file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApprovalFile {
    #[serde(rename = "usher approval")]
    pub(crate) format: u64,
    /// Hex SHA-256 of the saved plan.
    pub(crate) plan: String,
    /// The title of the plan, for people.
    pub(crate) title: String,
    /// The org's id.
    pub(crate) org: String,
    pub(crate) by: String,
    /// UTC.
    pub(crate) at: String,
    /// UTC. Afterwards it does not count any more.
    pub(crate) until: String,
    /// The loss of data for good is approved as well.
    pub(crate) destroys: bool,
    /// The facts by which the plan was judged: what it does, a line for each fact.
    pub(crate) facts: Vec<String>,
}

/// An approval that a plan is carried out with.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) approval: Written,
    pub(crate) destroys: bool,
}

/// Writes an approval, readable by this user only.
pub(crate) fn write(path: &Path, approval: &ApprovalFile) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(approval)
        .map_err(|error| Error::new(Exit::Bug, "bug", error.to_string()))?;
    if path.exists() && parsed(path).is_err() {
        let message = format!("`{}` is there and is not an approval", path.display());
        return Err(Error::new(Exit::File, "approval/other-file", message)
            .help("give another name, or take that file away"));
    }
    WholeFile::begin(path)?.finish(&format!("{text}\n"))
}

/// The approval in a file, when it is one for this plan and counts at this time.
pub(crate) fn take(path: &Path, plan: &SavedPlan, now_ms: i64) -> Result<Taken, Error> {
    let file = parsed(path)?;
    let refuse = |code: &str, message: String| {
        Err(Error::new(
            Exit::PlanDoesNotFit,
            code,
            format!("{message}; nothing was changed"),
        )
        .help("look at the plan again: `usher approve PLAN.json`"))
    };
    if file.plan != plan.digest || file.org != plan.plan.org.org_id {
        let message = format!(
            "the approval is for another plan: `{}`, approved by {} at {}",
            file.title, file.by, file.at
        );
        return refuse("approval/other-plan", message);
    }
    let (Some(at), Some(until)) = (clock::ms(&file.at), clock::ms(&file.until)) else {
        return Err(not_one(path, "its times are not valid"));
    };
    if now_ms > until || until - at > VALID_MS_MAX {
        let message = format!("the approval of {} counted until {}", file.by, file.until);
        return refuse("approval/expired", message);
    }
    if at > now_ms + AHEAD_MS_MAX {
        let message = format!("the approval is of {}, which is still to come", file.at);
        return refuse("approval/not-yet", message);
    }
    Ok(Taken {
        approval: Written {
            by: file.by,
            at: file.at,
            plan: file.plan,
        },
        destroys: file.destroys,
    })
}

/// `12h` or `7d` in milliseconds.
pub(crate) fn valid_ms(text: &str) -> Result<i64, Error> {
    let unit = match text.chars().last() {
        Some('h') => HOUR_MS,
        Some('d') => DAY_MS,
        _ => 0,
    };
    let number = text.get(..text.len().saturating_sub(1)).unwrap_or_default();
    let number: Option<i64> = number.parse::<u32>().ok().map(i64::from);
    match number.map(|number| number * unit) {
        Some(ms) if ms > 0 && ms <= VALID_MS_MAX => Ok(ms),
        _ => {
            let message = format!("`{text}` is not a time for which an approval may be used");
            Err(Error::new(Exit::Usage, "approval/bad-time", message)
                .help("write hours or days, `12h` or `7d`; at most 90 days"))
        }
    }
}

fn parsed(path: &Path) -> Result<ApprovalFile, Error> {
    let text = read_text(path, limit::PACK_FILE_BYTES_MAX)?;
    let file: ApprovalFile =
        serde_json::from_str(&text).map_err(|error| not_one(path, &error.to_string()))?;
    match file.format {
        FORMAT => Ok(file),
        _ => Err(not_one(path, "a newer Usher has written it")),
    }
}

fn not_one(path: &Path, why: &str) -> Error {
    let message = format!("`{}` is not an approval: {why}", path.display());
    Error::new(Exit::PlanDoesNotFit, "approval/not-one", message)
        .help("`usher approve PLAN.json` writes one")
}

impl ApprovalFile {
    /// An approval of a plan as it was saved.
    pub(crate) fn of(plan: &SavedPlan, by: String, at_ms: i64, valid_ms: i64) -> Self {
        Self {
            format: FORMAT,
            plan: plan.digest.clone(),
            title: plan.plan.title.clone(),
            org: plan.plan.org.org_id.clone(),
            by,
            at: clock::utc(at_ms),
            until: clock::utc(at_ms + valid_ms),
            destroys: false,
            facts: Vec::new(),
        }
    }
}
