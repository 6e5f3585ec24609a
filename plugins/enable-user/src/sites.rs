//! The sites that a new user becomes a member of through the profile, and the mails that leave. Members by
//! permission set are another step's.

use usher_sdk::{
    Appearance, Certainty, Consequence, Diagnostic, Effect, Failure, Lookup, Mailing, ReadError,
    Record, Scalar, StepPlan, Value,
};

use crate::Case;

const RULE: &str = "Experience Cloud, why members get no welcome email";

/// The sites that have the profile as a member.
pub(crate) fn memberships(case: &Case<'_>) -> Lookup {
    Lookup::of("NetworkMemberGroup")
        .read(["NetworkId", "AssignmentStatus"])
        .whose("ParentId", &case.profile.id)
}

/// Announces the memberships and the mails that leave at once, and notes the later mails.
///
/// Mails also depend on the org's deliverability and verified senders, which no API shows.
pub(crate) fn announce(
    case: &Case<'_>,
    email: &str,
    user: &Scalar,
    memberships: Result<Vec<Record>, ReadError>,
    plan: &mut StepPlan,
) -> Result<(), Failure> {
    let memberships = match memberships {
        Ok(memberships) => memberships,
        Err(ReadError::Pending(_) | ReadError::Refused(_)) => {
            let summary = "Which sites the user becomes a member of, and whether a mail leaves, is not known yet";
            plan.note(Diagnostic::info("sites-not-known", "/profile", summary));
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    let mut sites: Vec<Value> = vec![];
    for membership in &memberships {
        let leaving = match membership.value("AssignmentStatus")? {
            Value::Text(status) => {
                ["FailedAdd", "WaitingForRemove", "RemoveCalculated"].contains(&status.as_str())
            }
            _ => false,
        };
        if !leaving {
            sites.push(membership.value("NetworkId")?);
        }
    }
    let sites = case.org.find(
        &Lookup::of("Network")
            .read(["Name", "Status", "OptionsSendWelcomeEmail"])
            .whose_any("Id", &sites),
    )?;
    if sites.is_empty() {
        let summary = format!(
            "No site has the profile `{}` as a member, so no welcome mail leaves now",
            case.profile.name
        );
        let note = Diagnostic::info("no-site", "/profile", summary);
        plan.note(note.remedy("Add the profile to the members of a site"));
    }
    for site in &sites {
        let name = site.text("Name")?;
        plan.effect(member(&site.id()?, name, user));
        if site.value("OptionsSendWelcomeEmail")? == Value::Truth(false) {
            let summary = format!(
                "The site `{name}` sends no welcome mail; the user needs a password reset to get in"
            );
            plan.note(Diagnostic::info("no-welcome-mail", "/profile", summary).rule(RULE));
        } else if matches!(site.value("Status")?, Value::Text(status) if status == "Live") {
            let summary =
                format!("{email} gets the welcome mail of the site `{name}`, which is live");
            let mailing = Consequence::Mails(Mailing {
                recipients: Some(1),
                to: vec![Scalar::from(email)],
            });
            let effect = Effect::new(format!("mail/{name}"), summary, Certainty::Likely, mailing);
            plan.effect(effect.because_of("user"));
        } else {
            let summary = format!(
                "{email} gets the welcome mail of the site `{name}` when that is activated"
            );
            plan.note(Diagnostic::info("mail-at-activation", "/profile", summary).rule(RULE));
        }
    }
    Ok(())
}

/// Announces the row that the platform makes for each member. No page says how soon [inferred: within a minute].
fn member(site: &Value, name: &str, user: &Scalar) -> Effect {
    let row = Appearance::of("NetworkMember")
        .set("NetworkId", site)
        .set("MemberId", user.clone())
        .found_by(["NetworkId", "MemberId"]);
    let summary = format!("The user becomes a member of the site `{name}`");
    Effect::new(format!("member/{name}"), summary, Certainty::Likely, row)
        .because_of("user")
        .within_ms(60_000)
}
