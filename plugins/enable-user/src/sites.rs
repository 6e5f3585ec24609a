//! The sites that a new user becomes a member of through the profile, and the mails that leave. Members by
//! permission set are another step's; here they only count as a way into the site of the input.

use usher_external_users::{Visitor, is_joined, unknown_site};
use usher_sdk::{
    Appearance, Certainty, Consequence, Diagnostic, Effect, Failure, Lookup, Mailing, Problems,
    ReadError, Record, Scalar, StepPlan, Value,
};

use crate::Case;
use crate::features::off;

const RULE: &str = "Experience Cloud, why members get no welcome email";

/// Returns the lookups of the sites that have the profile as a member, and of the site that the input names.
pub(crate) fn lookups(case: &Case<'_>) -> [Lookup; 2] {
    [
        Lookup::of("NetworkMemberGroup")
            .read(["NetworkId", "AssignmentStatus"])
            .whose("ParentId", &case.profile.id),
        Lookup::of("Network")
            .read(["Name"])
            .whose_any("Name", &case.input.site),
    ]
}

/// The sites that have the profile as a member.
pub(crate) enum Memberships {
    Of(Vec<Value>),
    /// The sites are only planned, or the signed-in user may not see them.
    NotKnown,
}

impl Memberships {
    pub(crate) fn of(
        case: &Case<'_>,
        found: Result<Vec<Record>, ReadError>,
        problems: &mut Problems,
    ) -> Result<Self, Failure> {
        let groups = match found {
            Ok(groups) => groups,
            Err(ReadError::Refused(refusal)) => {
                // Without Digital Experiences the object does not exist. Settings that say they are on, or will be,
                // count for more.
                if !case.features.communities_are_known && refusal.code == "INVALID_TYPE" {
                    problems.unmet(off(
                        "This org has no sites: Digital Experiences is off, or the signed-in user may not see them",
                    ));
                }
                return Ok(Self::NotKnown);
            }
            Err(ReadError::Pending(_)) => return Ok(Self::NotKnown),
            Err(error) => return Err(error.into()),
        };
        let mut sites = vec![];
        for group in &groups {
            if is_joined(group)? {
                sites.push(group.value("NetworkId")?);
            }
        }
        Ok(Self::Of(sites))
    }

    /// Reports that the site of the input is not there, or does not let the user in.
    pub(crate) fn must_let_in(
        &self,
        case: &Case<'_>,
        visitor: &Visitor<'_>,
        named: Result<Vec<Record>, ReadError>,
        problems: &mut Problems,
    ) -> Result<(), Failure> {
        let (Some(site), Self::Of(sites)) = (&case.input.site, self) else {
            return Ok(());
        };
        let Some(named) = named?.into_iter().next() else {
            problems.invalid(unknown_site(site, "Set {with.site}", case.org));
            return Ok(());
        };
        let id = named.id()?;
        let by_profile = sites.iter().any(|other| other.is_same_id(&id));
        if !by_profile && !visitor.may_enter(&id, case.org)? {
            let profile = &case.profile.name;
            let summary = format!(
                "Neither the profile `{profile}` nor a permission set of the user is a member of the site `{site}`, so the user cannot enter the site"
            );
            problems.unmet(
                Diagnostic::error("profile-not-a-member", "/site", summary)
                    .remedy(format!("Add `{profile}` to the members first: step `add-site-members`, or Administration > Members in the workspaces of the site; or set {{with.profile}} to a profile that is a member"))
                    .rule("docs/salesforce/sites.md#members"),
            );
        }
        Ok(())
    }
}

/// Announces the memberships and the mails that leave at once, and notes the later mails.
///
/// Mails also depend on the org's deliverability and verified senders, which no API shows.
pub(crate) fn announce(
    case: &Case<'_>,
    email: &str,
    user: &Scalar,
    memberships: &Memberships,
    plan: &mut StepPlan,
) -> Result<(), Failure> {
    let Memberships::Of(sites) = memberships else {
        let summary = "The sites that the user becomes a member of, and the mails that leave, are not known yet";
        plan.note(Diagnostic::info("sites-not-known", "/profile", summary));
        return Ok(());
    };
    let sites = case.org.find(
        &Lookup::of("Network")
            .read(["Name", "Status", "OptionsSendWelcomeEmail"])
            .whose_any("Id", sites),
    )?;
    if sites.is_empty() {
        let summary = format!(
            "No site has the profile `{}` as a member, so no welcome mail leaves now",
            case.profile.name
        );
        let note = Diagnostic::info("no-site", "/profile", summary);
        plan.note(note.remedy("Add the profile to the members of a site"));
    }
    let arrives = !is_invalid(email);
    if !arrives {
        let summary = format!(
            "No mail to {email} arrives: a refresh of a sandbox adds `.invalid` to addresses"
        );
        let note = Diagnostic::warning("email-invalid", "/contact", summary)
            .remedy("Set {with.email}, or give the contact an address without `.invalid` first");
        plan.note(note.rule("Salesforce Help, article 000386507"));
    }
    for site in &sites {
        let name = site.text("Name")?;
        plan.effect(member(&site.id()?, name, user));
        if site.value("OptionsSendWelcomeEmail")? == Value::Truth(false) {
            let summary = format!(
                "The site `{name}` sends no welcome mail; the user needs a password reset to get in"
            );
            plan.note(Diagnostic::info("no-welcome-mail", "/profile", summary).rule(RULE));
        } else if !arrives {
            // The mail that would be announced reaches nobody.
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

fn is_invalid(email: &str) -> bool {
    email.to_lowercase().ends_with(".invalid")
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
