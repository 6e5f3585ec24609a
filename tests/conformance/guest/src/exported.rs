//! The exports of the component. Its manifest has a slot of a fixed size, filled up with blanks, so that the manifest
//! of a case can be written over it: in the custom section and in the answer of `describe`.
#![expect(unsafe_code, reason = "a section is placed by its name")]

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

usher_sdk::__export! {
    || String::from_utf8_lossy(&DESCRIPTION).into_owned(),
    |input: &str| usher_sdk::guest::plan(input, crate::plan)
}
