//! The owner of a record, who is a user or a queue (docs/salesforce/sharing.md#groups).

use crate::access::groups::Target;
use crate::access::{Viewer, hierarchy, known};
use crate::refusal::Outcome;
use crate::tenant::Tenant;

/// Says whether the viewer has everything that the owner of that id has. A queue has what it has for its members, and for
/// whoever is above them \[inferred\].
pub(super) fn reaches(org: &Tenant<'_>, viewer: &Viewer, owner_id: &str) -> Outcome<bool> {
    if !owner_id.starts_with(known("Group").prefix) {
        return hierarchy::reaches(org, viewer, owner_id);
    }
    viewer.memo.reached.get(owner_id.to_owned(), |queue_id| {
        Target::Public(queue_id.to_owned()).reaches(org, viewer)
    })
}
