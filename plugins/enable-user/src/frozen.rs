//! A frozen user who is let in again.

use usher_external_users::{FREEZING, Login};
use usher_sdk::{Change, Diagnostic, Failure, Org, StepPlan, Value};

/// Plans to unfreeze the user, if that user is frozen. One who is only planned is not.
pub(crate) fn let_in(
    user: &Value,
    username: &str,
    org: &dyn Org,
    plan: &mut StepPlan,
) -> Result<(), Failure> {
    if user.is_unknown() {
        return Ok(());
    }
    let logins = Login::of_users([user], "/unfreeze", org)?;
    if logins.is_empty() {
        let summary =
            format!("The org shows no `UserLogin` of {username}: that user may be frozen still");
        let note = Diagnostic::warning("no-login", "/unfreeze", summary);
        plan.note(note.remedy("Look in Setup > Users").rule(FREEZING));
    }
    if let Some(login) = logins.iter().find(|login| login.is_frozen) {
        let summary = format!("Unfreeze {username}");
        plan.change(Change::new("unfreeze", summary, login.set(false)));
    }
    Ok(())
}
