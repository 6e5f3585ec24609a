//! The exports of the component. Usher writes the manifest and the program behind the component's own data, and their
//! places into [`PLACES`], which it finds by the mark at its beginning.
#![expect(
    unsafe_code,
    reason = "a component exports its functions by symbol name, and the program lies at an address that Usher chose"
)]

use serde_json::{Map, Value as Json};
use usher_sdk::{Failure, Org, StepPlan};

/// The mark, then address and length of the manifest, address and length of the program.
#[repr(C, align(4))]
struct Places {
    mark: [u8; 16],
    numbers: [u32; 4],
}

/// Zero in the component that comes with Usher: it holds no program.
#[used]
static PLACES: Places = Places {
    mark: *b"usher:data-place",
    numbers: [0; 4],
};

/// A manifest without a plan, for the component that holds no program.
const EMPTY: &str = include_str!("../manifest.json");

/// Read by hosts before anything of the plugin runs.
#[used]
#[unsafe(link_section = "usher:manifest")]
static SECTION: [u8; EMPTY.len()] = *include_bytes!("../manifest.json");

fn describe() -> String {
    let bytes = written(0).unwrap_or(EMPTY.as_bytes());
    String::from_utf8_lossy(bytes).into_owned()
}

fn follow(input: Map<String, Json>, org: &dyn Org) -> Result<StepPlan, Failure> {
    let Some(bytes) = written(2) else {
        return Err(Failure::Broken(
            "there is no program in this component".to_owned(),
        ));
    };
    crate::plan(&crate::program(bytes)?, input, org)
}

/// The bytes whose address is the number at `at`, and whose length comes behind it.
fn written(at: usize) -> Option<&'static [u8]> {
    // SAFETY: `PLACES` is initialised and lives for ever. The read must not be replaced by the zeros of the source:
    // Usher writes other numbers into the component.
    let numbers = unsafe { std::ptr::read_volatile(&raw const PLACES.numbers) };
    let (address, length) = (*numbers.get(at)? as usize, *numbers.get(at + 1)? as usize);
    if address == 0 {
        return None;
    }
    // SAFETY: Usher wrote `length` bytes to `address`, into pages that it added behind the component's own memory. The
    // allocator takes new pages only, so nothing writes there.
    Some(unsafe { std::slice::from_raw_parts(address as *const u8, length) })
}

usher_sdk::__export! {
    describe,
    |input: &str| usher_sdk::guest::plan(input, follow)
}
