//! The consequences of activating a site that cannot be called back.

use usher_sdk::{
    Certainty, Condition, Consequence, Diagnostic, Effect, Failure, Lookup, Mailing, Org,
    ReadError, StepPlan,
};

use crate::{RULE, Site};

/// Adds the mails and the warnings of the change `live`.
pub(crate) fn announce(site: &Site, org: &dyn Org, plan: &mut StepPlan) -> Result<(), Failure> {
    let name = &site.name;
    if site.status == "UnderConstruction" {
        let summary = format!(
            "The site `{name}` is under construction and can never be so again; it can only be taken down for maintenance"
        );
        plan.note(Diagnostic::warning("preview-ends", "/site", summary).rule(RULE));
    }
    if !site.sends_welcome_mail {
        let summary = format!(
            "The site `{name}` sends no welcome mail; its members need a password reset to get in"
        );
        plan.note(Diagnostic::info("no-welcome-mail", "/site", summary));
        return Ok(());
    }
    let members = members(site, org)?;
    let who = match members {
        None => "its members".to_owned(),
        Some(0) => {
            let summary =
                format!("The site `{name}` has no member yet, so Salesforce mails no user");
            plan.note(Diagnostic::info("no-members", "/site", summary));
            return Ok(());
        }
        Some(1) => "its 1 member".to_owned(),
        Some(members) => format!("its {members} members"),
    };
    let (summary, recipients, certainty) = match site.has_been_live {
        false => (
            format!("The site `{name}` mails {who} how to get in"),
            members,
            Certainty::Likely,
        ),
        // No page says that earlier members are mailed again [inferred: they are not].
        true => (
            format!("The site `{name}` mails those of {who} who joined while it was down"),
            None,
            Certainty::Possible,
        ),
    };
    let warning = Diagnostic::warning(
        "activation-mails",
        "/site",
        format!("{summary}; mails cannot be called back"),
    );
    plan.note(warning.rule(
        "Salesforce CLI, community publish: activating sends the welcome mail to all members",
    ));
    let mailing = Consequence::Mails(Mailing {
        recipients,
        to: vec![],
    });
    plan.effect(Effect::new("mails", summary, certainty, mailing).because_of("live"));
    Ok(())
}

/// Returns the number of members, with those whom earlier steps make users. None: it is not known.
fn members(site: &Site, org: &dyn Org) -> Result<Option<u32>, Failure> {
    // The groups of a site that is only planned bring members who are not known before the site exists.
    if site.id.is_unknown() {
        return Ok(None);
    }
    // A group that is only planned brings members who are not known either: Salesforce finds them in the background.
    let groups = Lookup::of("NetworkMemberGroup").whose("NetworkId", &site.id);
    match org.find(&groups) {
        Ok(groups) => {
            for group in &groups {
                if group.id()?.is_unknown() {
                    return Ok(None);
                }
            }
        }
        Err(ReadError::Pending(_) | ReadError::Refused(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    match org.count("NetworkMember", &[Condition::is("NetworkId", &site.id)]) {
        Ok(members) => Ok(u32::try_from(members).ok()),
        Err(ReadError::Pending(_) | ReadError::Refused(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
