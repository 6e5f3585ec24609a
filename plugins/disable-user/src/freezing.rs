//! Freezing: the user stays active, and cannot sign in (docs/salesforce/users.md#freezing).

use usher_external_users::{FREEZING, Login};
use usher_sdk::{Change, Diagnostic, Failure, Org, Problems, StepPlan};

use crate::consequences::keep_out;
use crate::target::Target;
use crate::user::User;
use crate::{problem, set};

/// Plans to freeze those of these active users who are not frozen.
///
/// # Errors
///
/// The signed-in user may not see who is frozen, or the org shows no setting of a user.
pub(crate) fn plan(
    users: &[&User],
    target: &Target<'_>,
    org: &dyn Org,
    plan: &mut StepPlan,
) -> Result<(), Failure> {
    if users.is_empty() {
        return Ok(());
    }
    let at = format!("/{}", target.input());
    let logins = Login::of_users(users.iter().map(|user| &user.id), &at, org)?;
    let mut problems = Problems::default();
    let mut frozen: Vec<&User> = vec![];
    for &user in users {
        let mut own = logins.iter();
        let Some(login) = own.find(|login| login.user_id.is_same_id(&user.id)) else {
            problems.unmet(no_login(user, target));
            continue;
        };
        if login.is_frozen {
            continue;
        }
        plan.change(Change::new(
            target.address("user", &user.username),
            format!("Freeze {}", user.username),
            login.set(true),
        ));
        frozen.push(user);
    }
    problems.none()?;
    for user in &frozen {
        keep_out(user, target, plan);
    }
    if !frozen.is_empty() {
        let whose = match frozen.as_slice() {
            [user] => format!("{} keeps the seat of the license", user.username),
            several => format!(
                "The {} users keep the seats of their licenses",
                several.len()
            ),
        };
        let summary = format!("{whose}: freezing frees none");
        let note = Diagnostic::info("keeps-seat", at.as_str(), summary)
            .remedy("Set {with.how} to `deactivate` to free it");
        plan.note(note.rule(FREEZING));
    }
    Ok(())
}

fn no_login(user: &User, target: &Target<'_>) -> Diagnostic {
    let summary = format!(
        "The org shows no `UserLogin` of {}, so the user cannot be frozen",
        user.username
    );
    problem("no-login", target.input(), summary)
        .remedy(set("how", "`deactivate`"))
        .rule(FREEZING)
}
