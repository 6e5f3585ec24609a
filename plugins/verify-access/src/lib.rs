//! Step plugin `verify-access`: a user gets into a site, and sees the records that the user shall see and no others of
//! those named. It does not log in as the user, but asks `UserRecordAccess`; and it reports the reason: owner, role
//! hierarchy, sharing set, manual share, or none of these.
//!
//! It changes nothing. `login` checks that the user gets in, `membership` that the user is in the site, `access` asks for the access to the records, `why` and
//! `sets` find the reasons.

mod access;
mod login;
mod membership;
mod sets;
mod verdict;
mod why;

use serde::Deserialize;
use serde_json::json;
use usher_sdk::{Diagnostic, Failure, Org, Problems, Severity, StepPlan};

use crate::access::{Looked, Wish};
use crate::login::Visitor;
use crate::why::Reasons;

/// The input, which follows the schema in `manifest.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    user: String,
    site: String,
    live: bool,
    sees: Vec<String>,
    must_not_see: Vec<String>,
}

/// Looks at one user.
///
/// # Errors
///
/// Something is not as it shall be: everything that was found, right or wrong, in one answer. A text is not an id, or
/// is in both lists.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let wishes = wishes(&input)?;
    let visitor = Visitor::find(&input, org)?;
    let mut found = visitor.login(&input, org);
    found.extend(visitor.later(&input));
    let looked = Looked::read(wishes, &visitor, org)?;
    let reasons = Reasons::read(&looked, &visitor, org)?;
    for sight in &looked.sights {
        found.push(sight.judge(&visitor, &reasons)?);
    }
    found.extend(reasons.notes());
    if found.iter().any(|one| one.severity == Severity::Error) {
        return Err(Failure::Unmet(found));
    }
    let mut plan = StepPlan::new();
    for note in found {
        plan.note(note);
    }
    plan.answer(json!({ "user_id": visitor.id }))
}

usher_sdk::export!(plan);

/// Returns the wish for each record.
fn wishes(input: &Input) -> Result<Vec<Wish>, Failure> {
    let mut problems = Problems::default();
    let mut wishes: Vec<Wish> = vec![];
    let lists = [
        ("sees", &input.sees, true),
        ("must_not_see", &input.must_not_see, false),
    ];
    for (list, ids, sees) in lists {
        for (index, id) in ids.iter().enumerate() {
            // An input that a person left empty.
            if id.is_empty() {
                continue;
            }
            let wish = Wish {
                id: id.clone(),
                at: format!("/{list}/{index}"),
                sees,
            };
            if !is_id(id) {
                let summary = format!("`{id}` is not the id of a record");
                let remedy = format!(
                    "In {{with.{list}}}, give the id; an input of the type `record` finds it by name"
                );
                problems.invalid(Diagnostic::error("not-an-id", wish.at, summary).remedy(remedy));
            } else if wishes
                .iter()
                .any(|other| other.is_of(id) && other.sees != sees)
            {
                let summary = format!("The record `{id}` shall be seen and not be seen");
                problems.invalid(
                    Diagnostic::error("in-both-lists", wish.at, summary)
                        .remedy("Take it out of {with.sees} or of {with.must_not_see}"),
                );
            } else {
                wishes.push(wish);
            }
        }
    }
    problems.none()?;
    Ok(wishes)
}

fn is_id(text: &str) -> bool {
    matches!(text.len(), 15 | 18) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests;
