//! Step plugin `assign-permission-sets`: a user has permission sets and permission set groups, and the permission set
//! licenses that the sets need.
//!
//! `usher-permissions` finds and assigns the sets; here are the words for names that come from a person's input.

use serde::Deserialize;
use serde_json::json;
use usher_permissions::{Planned, Seen, Voice, Wanted, Wish};
use usher_sdk::{Diagnostic, Failure, Org, Problems, StepPlan, Value};

/// The input, which follows the schema in `manifest.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    user: Value,
    permission_sets: Vec<String>,
    external_only: bool,
}

/// Plans one user.
///
/// # Errors
///
/// A name means no set or several; there is no such user; the user, a license or a group is not ready. All
/// such problems at once.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let names = input.permission_sets.into_iter().enumerate();
    let wanted = Wanted {
        user: &input.user,
        user_fields: &[],
        sets: names
            .map(|(index, name)| Wish {
                name,
                at: format!("/permission_sets/{index}"),
            })
            .collect(),
        licenses: vec![],
        external_only: input.external_only,
    };
    let seen = Seen::read(&wanted, org)?;
    let Planned { plan, assigned } =
        usher_permissions::plan(&wanted, &seen, &Words, Problems::default(), org)?;
    plan.answer(json!({ "user_id": input.user, "assigned": assigned }))
}

usher_sdk::export!(plan);

/// Messages about names that a person has written.
struct Words;

impl Voice for Words {
    fn unknown_set(&self, wish: &Wish, problems: &mut Problems) {
        let name = &wish.name;
        problems.invalid(
            Diagnostic::error(
                "unknown-permission-set",
                &wish.at,
                format!(
                    "There is no permission set and no group with the id, API name or label `{name}`"
                ),
            )
            .remedy(
                "Set {with.permission_sets} to names as Setup > Permission Sets shows them; sets of a package come with the package",
            ),
        );
    }

    fn find_license(&self, _: &Wish) -> String {
        "Setup > Company Information lists the permission set licenses of this org; they come with what was bought"
            .to_owned()
    }

    fn choose(&self, _: &Wish, names: &str) -> String {
        format!(
            "Write the API name of the one that is meant in {{with.permission_sets}} ({names}), or give one of them another label"
        )
    }
}

#[cfg(test)]
mod tests;
