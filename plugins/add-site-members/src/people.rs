//! The users who become members, and whom Salesforce mails: the active users with an added profile or set who are not
//! members already.

use std::collections::BTreeSet;

use usher_sdk::{
    Certainty, Consequence, Diagnostic, Effect, Failure, Lookup, Mailing, Org, ReadError, Record,
    StepPlan, Value,
};

use crate::named::{Kind, Named};

/// Adds the effects of all changes that add a group.
pub(crate) fn announce(
    site: &Record,
    new: &[&Named],
    org: &dyn Org,
    plan: &mut StepPlan,
) -> Result<(), Failure> {
    if new.is_empty() {
        return Ok(());
    }
    let name = site.text("Name")?;
    let people = match people(&site.id()?, new, org) {
        Ok(people) => Some(people?),
        Err(ReadError::Pending(_) | ReadError::Refused(_) | ReadError::TooMuch(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let who = match people {
        None => "The users who have it now".to_owned(),
        Some(0) => {
            let summary = "Nobody has it yet who is not a member already".to_owned();
            plan.note(Diagnostic::info("no-new-members", "", summary));
            return Ok(());
        }
        Some(1) => "One user".to_owned(),
        Some(people) => format!("{people} users"),
    };
    let one = people == Some(1);
    let becomes = if one {
        "becomes a member"
    } else {
        "become members"
    };
    let summary = format!("{who} {becomes} of the site `{name}`");
    let members = Effect::new("members", summary, Certainty::Likely, Consequence::Other);
    plan.effect(because_of_all(members, new));

    let live = matches!(site.value("Status")?, Value::Text(status) if status == "Live");
    if !live || site.value("OptionsSendWelcomeEmail")? == Value::Truth(false) {
        return Ok(());
    }
    let gets = if one { "gets" } else { "get" };
    let summary = format!("{who} {gets} the welcome mail of the site `{name}`, which is live");
    let warning = format!("{summary}; mails cannot be called back");
    plan.note(
        Diagnostic::warning("adding-mails", "/site", warning)
            .rule("Experience Cloud, why members get no welcome email"),
    );
    let mailing = Consequence::Mails(Mailing {
        recipients: people.and_then(|people| u32::try_from(people).ok()),
        to: vec![],
    });
    let mails = Effect::new("mails", summary, Certainty::Likely, mailing);
    plan.effect(because_of_all(mails, new));
    Ok(())
}

/// Returns the number of active users who are new to the site.
fn people(
    site: &Value,
    new: &[&Named],
    org: &dyn Org,
) -> Result<Result<usize, Failure>, ReadError> {
    let ids = |kind| {
        let of_kind = new.iter().filter(move |named| named.kind == kind);
        of_kind.map(|named| &named.id)
    };
    let [users, holders, members] = org.find_each([
        Lookup::of("User")
            .whose_any("ProfileId", ids(Kind::Profile))
            .whose("IsActive", true),
        Lookup::of("PermissionSetAssignment")
            .read(["AssigneeId"])
            .whose_any("PermissionSetId", ids(Kind::Set))
            .whose("Assignee.IsActive", true),
        Lookup::of("NetworkMember")
            .read(["MemberId"])
            .whose("NetworkId", site),
    ])?;
    Ok(count(&users, &holders, &members))
}

fn count(users: &[Record], holders: &[Record], members: &[Record]) -> Result<usize, Failure> {
    let mut known = BTreeSet::new();
    for member in members {
        known.insert(identity(member.value("MemberId")?));
    }
    let already = known.len();
    for user in users {
        known.insert(identity(user.id()?));
    }
    for holder in holders {
        known.insert(identity(holder.value("AssigneeId")?));
    }
    Ok(known.len() - already)
}

/// One text for each user: the id, or the token of a user who is only planned.
fn identity(user: Value) -> String {
    match user {
        Value::Text(id) => id,
        Value::Unknown(unknown) => unknown.token,
        other => format!("{other:?}"),
    }
}

fn because_of_all(effect: Effect, new: &[&Named]) -> Effect {
    new.iter()
        .fold(effect, |effect, named| effect.because_of(named.address()))
}
