//! Levels of access: the wanted one beside that of the org. A higher level counts as wanted, and is lowered only when
//! the input says so: others may need it.

use std::cmp::Ordering;

use serde::Deserialize;
use usher_sdk::{Diagnostic, StepPlan};

/// The access that the input wants.
#[derive(Clone, Copy, Default, PartialEq, Deserialize)]
pub(crate) enum Access {
    #[default]
    Read,
    Edit,
}

/// The access that the org gives already, beside the wanted one.
pub(crate) enum Present {
    /// As wanted, or more and kept.
    Stays,
    Raised,
    Lowered,
}

/// A place where the org gives access.
pub(crate) struct Place<'p> {
    /// Of the wanted access in the input.
    pub(crate) at: String,
    /// For people: "The sharing set `A`".
    pub(crate) giver: String,
    /// For people: "on each Case".
    pub(crate) on: String,
    /// The access that the org gives.
    pub(crate) present: &'p str,
    /// The input says that more access than is wanted is lowered.
    pub(crate) may_lower: bool,
}

impl Access {
    /// As Salesforce writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Read => "Read",
            Self::Edit => "Edit",
        }
    }

    /// Compares the access with that of the org, and notes a level that is above it.
    pub(crate) fn beside(self, place: &Place<'_>, plan: &mut StepPlan) -> Present {
        let (wanted, present) = (self.name(), place.present);
        let Place { at, giver, on, .. } = place;
        match rank(present).cmp(&rank(wanted)) {
            Ordering::Less => Present::Raised,
            Ordering::Equal => Present::Stays,
            Ordering::Greater if place.may_lower => {
                let summary = format!("{giver} gives {present} {on} and is lowered to {wanted}");
                plan.note(Diagnostic::warning("access-lowered", at, summary));
                Present::Lowered
            }
            Ordering::Greater => {
                let summary = format!(
                    "{giver} gives {present} {on}, which is more than {wanted}, and keeps it"
                );
                let remedy = format!("Set {{with.lower_access}} to true to lower it to {wanted}");
                plan.note(Diagnostic::info("more-access", at, summary).remedy(remedy));
                Present::Stays
            }
        }
    }
}

/// Orders the levels (docs/salesforce/sharing.md#shares).
fn rank(level: &str) -> u8 {
    match level {
        "Read" => 1,
        "Edit" => 2,
        "All" => 3,
        _ => 0,
    }
}
