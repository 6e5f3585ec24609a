//! An org that was looked at: facts, what a plan needs, findings with their remedies; and the answers of a live check.

mod facts;
mod findings;
mod json;
mod live;

pub(crate) use json::doctor_json;
pub(crate) use live::{live_json, live_page};

use usher_core::doctor::{Facts, Finding, Wanted};
use usher_core::read::Identity;

use crate::page::Page;

/// The parts of an org that are shown.
#[derive(Clone, Copy)]
pub(crate) struct Doctored<'a> {
    pub(crate) alias: &'a str,
    pub(crate) identity: &'a Identity,
    pub(crate) facts: &'a Facts,
    pub(crate) wanted: Option<&'a Wanted>,
    pub(crate) findings: &'a [Finding],
    /// The address of the org in a browser.
    pub(crate) my_domain: Option<&'a str>,
}

/// The org for a person. `columns`: those of a table.
pub(crate) fn doctor_page(shown: Doctored<'_>, columns: usize) -> Page {
    let mut page = facts::facts_page(shown, columns);
    if let Some(wanted) = shown.wanted {
        page.append(facts::wanted_page(wanted));
    }
    page.append(findings::findings_page(shown));
    page
}
