//! The exports of the component. Its manifest has a slot of a fixed size, filled up with blanks, so that the manifest
//! of a case can be written over it: in the custom section and in the answer of `describe`.
#![expect(
    unsafe_code,
    reason = "a component exports its functions by symbol name"
)]

use usher_sdk::bindings::exports::usher::step::planner::Guest;
use usher_sdk::{Failure, StepPlan};

const MANIFEST: &[u8] = include_bytes!("../manifest.json");

/// Enough for every manifest of the suite.
const SLOT_BYTES: usize = 8 * 1024;

const SLOT: [u8; SLOT_BYTES] = {
    let mut slot = [b' '; SLOT_BYTES];
    let mut at = 0;
    while at < MANIFEST.len() {
        slot[at] = MANIFEST[at];
        at += 1;
    }
    slot
};

/// Read by hosts before anything of the plugin runs.
#[used]
#[unsafe(link_section = "usher:manifest")]
static SECTION: [u8; SLOT_BYTES] = SLOT;

/// Answered by `describe`.
static DESCRIPTION: [u8; SLOT_BYTES] = SLOT;

struct Plugin;

impl Guest for Plugin {
    fn describe() -> String {
        String::from_utf8_lossy(&DESCRIPTION).into_owned()
    }

    fn plan(input: String) -> Result<StepPlan, Failure> {
        usher_sdk::guest::plan(&input, crate::plan)
    }
}

usher_sdk::bindings::export_bindings!(Plugin with_types_in usher_sdk::bindings);
