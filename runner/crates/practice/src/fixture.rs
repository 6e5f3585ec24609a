//! Fixtures: TOML that fills a new org. `[[records]]` in order, each with `object`, `fields` and
//! optionally `ref`, `raw`, `invented`; `[settings]` before them. Other keys are other people's: a
//! pack's `practice.toml` holds examples as well.
//!
//! `[[components]]` are metadata: `kind`, `full_name` and `content`, where a list is an element that occurs
//! several times.
//!
//! `[features]` says what the org has: `person_accounts`, and `default_record_types` by object.
//!
//! `[[apps]]` sign users in. `[[custom_fields]]`, `[[duplicate_rules]]` and `[[validation_rules]]` are the org's own. Rules, and required custom
//! fields, hold for what clients save: no fixture is refused by them.
//!
//! `[starts.<name>]` with all of its own is another start: an org of that name begins with the base
//! and this, without what is common to all.
//!
//! `overlay = true` makes a file an overlay: it lies over the base, before the other fixtures and whatever the start.
//! `[[changes]]` set fields of records that an earlier fixture made, by their `ref`; `[translations.<language>.<object>]`
//! are names in another language (`language`).
//!
//! `"@name"` is the id of the record with that `ref`, `"@name.set"` that of the hidden permission set of
//! such a profile. A record goes through the rules like an administrator's insert. Objects that the
//! platform does not let one create are written raw, and so is what says `raw = true`.

use crate::error::PracticeError;
use crate::fixture::file::{Start, read};
use crate::fixture::mistakes::Mistakes;
use crate::fixture::values::Refs;
use crate::tenant::Tenant;

mod file;
mod keys;
mod load;
mod mistakes;
mod tree;
mod values;

/// A fixture beyond the built-in base.
#[derive(Clone, Copy, Debug)]
pub struct Fixture<'a> {
    /// For messages.
    pub name: &'a str,
    /// TOML.
    pub text: &'a str,
}

impl Fixture<'_> {
    /// The names of its starts.
    ///
    /// # Errors
    ///
    /// It has not the form of a fixture.
    pub fn starts(&self) -> Result<Vec<String>, PracticeError> {
        Ok(read(self)?.starts.into_keys().collect())
    }
}

/// Fills a new org: the base, then what lies over it, then the start of that name where one of the fixtures has it, else
/// the common records of all. Records behind the one called `admin` are made by that user.
///
/// All mistakes of the first fixture that has any are told.
pub(crate) fn fill(
    org: &mut Tenant<'_>,
    base: &Fixture<'_>,
    fixtures: &[Fixture<'_>],
    start: Option<&str>,
) -> Result<(), PracticeError> {
    let mut refs = Refs::default();
    let mut mistakes = Mistakes::of(base);
    load::records(org, &read(base)?.common, &mut refs, &mut mistakes);
    mistakes.or(())?;
    let (mut overlays, mut starts, mut common) = (Vec::new(), Vec::new(), Vec::new());
    for fixture in fixtures {
        let mut file = read(fixture)?;
        if file.overlay {
            overlays.push((fixture, file.common));
            continue;
        }
        starts.extend(start.and_then(|start| Some((fixture, file.starts.remove(start)?))));
        common.push((fixture, file.common));
    }
    let chosen = if starts.is_empty() { common } else { starts };
    let parts: Vec<(&Fixture<'_>, Start)> = overlays.into_iter().chain(chosen).collect();
    let mut found: Vec<Mistakes<'_>> = parts
        .iter()
        .map(|(fixture, _)| Mistakes::of(fixture))
        .collect();
    for ((_, part), mistakes) in parts.iter().zip(&mut found) {
        load::fields(org, part, false, mistakes);
    }
    for ((_, part), mistakes) in parts.iter().zip(&mut found) {
        load::records(org, part, &mut refs, mistakes);
    }
    // The org's own rules come last: they are about what clients save, not about fixtures.
    for ((_, part), mistakes) in parts.iter().zip(&mut found) {
        load::lists(org, part, mistakes);
        // A field that was refused is told once.
        if mistakes.len() == 0 {
            load::fields(org, part, true, mistakes);
        }
    }
    found.into_iter().try_for_each(|mistakes| mistakes.or(()))
}
