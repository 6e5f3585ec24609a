//! The users who become members, and whom Salesforce mails: the active users with an added profile or set who are not
//! members already.

use std::collections::BTreeSet;

use usher_sdk::{
    Certainty, Consequence, Diagnostic, Effect, Failure, Lookup, Mailing, Org, ReadError, Record,
    StepPlan, Value,
};

use crate::named::{Kind, Named};

/// More users than these are not read one by one: their number says enough.
const READ_MAX: u64 = 200;

/// The users who become members.
#[derive(Clone, Copy, PartialEq)]
enum People {
    NotKnown,
    Exactly(usize),
    /// Some of them may be members already.
    AtMost(u64),
}

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
    let people = match People::read(&site.id()?, new, org) {
        Ok(people) => people?,
        Err(ReadError::Pending(_) | ReadError::Refused(_) | ReadError::TooMuch(_)) => {
            People::NotKnown
        }
        Err(error) => return Err(error.into()),
    };
    let who = match people {
        People::NotKnown => "The users who have it now".to_owned(),
        People::Exactly(0) => {
            let summary = "No user who is not a member already has it".to_owned();
            plan.note(Diagnostic::info("no-new-members", "", summary));
            return Ok(());
        }
        People::Exactly(1) => "One user".to_owned(),
        People::Exactly(people) => format!("{people} users"),
        People::AtMost(people) => format!("Up to {people} users"),
    };
    let one = people == People::Exactly(1);
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
        recipients: match people {
            People::Exactly(people) => u32::try_from(people).ok(),
            People::NotKnown | People::AtMost(_) => None,
        },
        to: vec![],
    });
    let mails = Effect::new("mails", summary, Certainty::Likely, mailing);
    plan.effect(because_of_all(mails, new));
    Ok(())
}

impl People {
    /// Counts the active users who are new to the site. Users are counted before they are read, so that a profile of
    /// many users, or a site of many members, costs no more than another.
    fn read(
        site: &Value,
        new: &[&Named],
        org: &dyn Org,
    ) -> Result<Result<Self, Failure>, ReadError> {
        let ids = |kind| {
            let of_kind = new.iter().filter(move |named| named.kind == kind);
            of_kind.map(|named| &named.id)
        };
        let users = Lookup::of("User")
            .whose_any("ProfileId", ids(Kind::Profile))
            .whose("IsActive", true);
        let holders = Lookup::of("PermissionSetAssignment")
            .read(["AssigneeId"])
            .whose_any("PermissionSetId", ids(Kind::Set))
            .whose("Assignee.IsActive", true);
        let mut at_most = 0;
        for lookup in [&users, &holders] {
            if lookup.conditions.iter().all(|one| !one.any_of.is_empty()) {
                at_most += org.count(&lookup.object, &lookup.conditions)?;
            }
        }
        if at_most > READ_MAX {
            return Ok(Ok(Self::AtMost(at_most)));
        }
        let [users, holders] = org.find_each([users, holders])?;
        let people = match people(&users, &holders) {
            Ok(people) => people,
            Err(failure) => return Ok(Err(failure)),
        };
        let members = org.find(
            &Lookup::of("NetworkMember")
                .read(["MemberId"])
                .whose("NetworkId", site)
                .whose_any("MemberId", &people),
        )?;
        Ok(new_ones(&people, &members).map(Self::Exactly))
    }
}

/// Each user once.
fn people(users: &[Record], holders: &[Record]) -> Result<Vec<Value>, Failure> {
    let mut people: Vec<Value> = vec![];
    let mut known = BTreeSet::new();
    let ids = users.iter().map(Record::id);
    let ids = ids.chain(holders.iter().map(|holder| holder.value("AssigneeId")));
    for id in ids {
        let id = id?;
        if known.insert(identity(&id)) {
            people.push(id);
        }
    }
    Ok(people)
}

fn new_ones(people: &[Value], members: &[Record]) -> Result<usize, Failure> {
    let mut known = BTreeSet::new();
    for member in members {
        known.insert(identity(&member.value("MemberId")?));
    }
    Ok(people
        .iter()
        .filter(|one| !known.contains(&identity(one)))
        .count())
}

/// One text for each user: the id, or the token of a user who is only planned.
fn identity(user: &Value) -> String {
    match user {
        Value::Text(id) => id.clone(),
        Value::Unknown(unknown) => unknown.token.clone(),
        other => format!("{other:?}"),
    }
}

fn because_of_all(effect: Effect, new: &[&Named]) -> Effect {
    new.iter()
        .fold(effect, |effect, named| effect.because_of(named.address()))
}
