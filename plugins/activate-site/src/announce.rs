//! The consequences of activating a site that cannot be called back.

use usher_sdk::{
    Certainty, Condition, Consequence, Diagnostic, Effect, Failure, Lookup, Mailing, Org, OrgKind,
    ReadError, StepPlan, Value, ticked,
};

use crate::{RULE, Site};

/// Members whose addresses are looked at: more are not, because their number only informs.
const ADDRESSES_MAX: u32 = 200;

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
    let groups = Groups::read(site, org)?;
    let members = match &groups {
        Some(groups) => groups.members(site, org)?,
        None => None,
    };
    let unreachable = match members {
        Some(1..=ADDRESSES_MAX) => unreachable(site, org)?,
        _ => 0,
    };
    if unreachable > 0 {
        let summary = format!(
            "Salesforce mails no user of the site `{name}` whose address ends in `.invalid`, which a refresh of a sandbox adds: {unreachable} of its members"
        );
        plan.note(
            Diagnostic::warning("invalid-addresses", "/site", summary)
                .remedy("Correct the addresses of those users first")
                .rule("Salesforce Help, article 000386507"),
        );
    }
    let members = members.map(|members| members.saturating_sub(unreachable));
    let who = match members {
        None => "its members".to_owned(),
        Some(0) if unreachable > 0 => return Ok(()),
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
    if let Some(groups) = &groups
        && !site.has_been_live
    {
        groups
            .internal(site, org)?
            .into_iter()
            .for_each(|note| plan.note(note));
    }
    let mailing = Consequence::Mails(Mailing {
        recipients,
        to: vec![],
    });
    plan.effect(Effect::new("mails", summary, certainty, mailing).because_of("live"));
    Ok(())
}

/// Returns the number of members whom no mail reaches: a refresh of a sandbox adds `.invalid` to the addresses of its
/// users. It only informs, so an org that does not show the addresses is no obstacle.
fn unreachable(site: &Site, org: &dyn Org) -> Result<u32, Failure> {
    if org.who().org_kind == OrgKind::Production {
        return Ok(0);
    }
    let members = Lookup::of("NetworkMember")
        .read(["Member.Email"])
        .whose("NetworkId", &site.id);
    let members = match org.find(&members) {
        Ok(members) => members,
        Err(ReadError::Pending(_) | ReadError::Refused(_) | ReadError::TooMuch(_)) => return Ok(0),
        Err(error) => return Err(error.into()),
    };
    let mut unreachable = 0;
    for member in &members {
        let is_invalid = match member.value("Member.Email")? {
            Value::Text(email) => email.to_ascii_lowercase().ends_with(".invalid"),
            _ => false,
        };
        unreachable += u32::from(is_invalid);
    }
    Ok(unreachable)
}

/// Warns when the signed-in user is not a member of the site, which Salesforce asks of users who work on it. The user who
/// makes a site is one.
pub(crate) fn warn_of_runner(
    site: &Site,
    org: &dyn Org,
    plan: &mut StepPlan,
) -> Result<(), Failure> {
    if site.id.is_unknown() {
        return Ok(());
    }
    let who = org.who();
    let membership = Lookup::of("NetworkMember")
        .whose("NetworkId", &site.id)
        .whose("MemberId", &who.user_id);
    match org.find(&membership) {
        Ok(rows) if rows.is_empty() => {
            let summary = format!(
                "{}, in whose name Usher works, is not a member of the site `{}`, and Salesforce may refuse to publish or activate it",
                who.username, site.name
            );
            plan.note(
                Diagnostic::warning("runner-not-a-member", "/site", summary)
                    .remedy("Add the profile of that user in Workspaces > Administration > Members first")
                    .rule("docs/salesforce/sites.md#working-on-a-site"),
            );
            Ok(())
        }
        Ok(_) | Err(ReadError::Pending(_) | ReadError::Refused(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The profiles and permission sets that are members.
struct Groups {
    /// All of them are there already.
    known: bool,
    profiles: Vec<Value>,
}

impl Groups {
    /// None: they are not known.
    fn read(site: &Site, org: &dyn Org) -> Result<Option<Self>, Failure> {
        // The groups of a site that is only planned bring members who are not known before the site exists.
        if site.id.is_unknown() {
            return Ok(None);
        }
        let groups = Lookup::of("NetworkMemberGroup")
            .read(["ParentId"])
            .whose("NetworkId", &site.id);
        let groups = match org.find(&groups) {
            Ok(groups) => groups,
            Err(ReadError::Pending(_) | ReadError::Refused(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let mut all = Self {
            known: true,
            profiles: vec![],
        };
        for group in &groups {
            all.known &= !group.id()?.is_unknown();
            let parent = group.value("ParentId")?;
            // The others are permission sets.
            if matches!(&parent, Value::Text(id) if id.starts_with("00e")) {
                all.profiles.push(parent);
            }
        }
        Ok(Some(all))
    }

    /// Returns the number of members, with those whom earlier steps make users. None: it is not known, as with a group
    /// that is only planned, whose members Salesforce finds in the background.
    fn members(&self, site: &Site, org: &dyn Org) -> Result<Option<u32>, Failure> {
        if !self.known {
            return Ok(None);
        }
        match org.count("NetworkMember", &[Condition::is("NetworkId", &site.id)]) {
            Ok(members) => Ok(u32::try_from(members).ok()),
            // The number only informs, so a site with too many members to count is no obstacle.
            Err(ReadError::Pending(_) | ReadError::Refused(_) | ReadError::TooMuch(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Reports profiles of internal users. Salesforce makes one of them a member by itself: that of the user who made
    /// the site.
    fn internal(&self, site: &Site, org: &dyn Org) -> Result<Option<Diagnostic>, Failure> {
        let profiles = Lookup::of("Profile")
            .read(["Name"])
            .whose("UserType", "Standard")
            .whose_any("Id", &self.profiles);
        let profiles = match org.find(&profiles) {
            Ok(profiles) => profiles,
            Err(ReadError::Pending(_) | ReadError::Refused(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let names: Result<Vec<&str>, Failure> =
            profiles.iter().map(|one| one.text("Name")).collect();
        let names = names?;
        let (profile, is, get) = match names.len() {
            0 => return Ok(None),
            1 => ("The internal profile", "is a member", "its users get"),
            _ => ("The internal profiles", "are members", "their users get"),
        };
        let summary = format!(
            "{profile} {} {is} of the site `{}`, so {get} the mail as well",
            ticked(&names),
            site.name
        );
        let note = Diagnostic::warning("internal-members", "/site", summary)
            .remedy("Where they shall get no mail, take the profile out in Workspaces > Administration > Members first")
            .rule("docs/salesforce/sites.md#members");
        Ok(Some(note))
    }
}
