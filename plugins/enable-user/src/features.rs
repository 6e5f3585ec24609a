//! The features of this org, as its settings and descriptions show them.
//!
//! Settings are metadata, which is a right of its own. Whoever may make external users need not have it, so what
//! cannot be read is assumed, and a note says so.

use usher_external_users::Fields;
use usher_sdk::{Diagnostic, Failure, Org, ReadError, Record};

use crate::{Input, values};

/// The org's settings, as far as they matter here.
pub(crate) struct Features {
    /// *Allow using standard external profiles*; taken for on when this org does not show it.
    pub(crate) standard_profiles: bool,
    /// *Minimize the number of roles created*; taken for off when this org does not show it.
    pub(crate) minimised: bool,
    /// That setting could be read, or this org has none.
    pub(crate) minimised_is_known: bool,
    /// The settings of Digital Experiences could be read.
    pub(crate) communities_are_known: bool,
    /// Accounts can be person accounts.
    pub(crate) person_accounts: bool,
    /// Accounts can be partner accounts.
    pub(crate) partner_accounts: bool,
    /// The fields of users that matter here.
    pub(crate) user: Fields,
}

impl Features {
    pub(crate) fn read(input: &Input, org: &dyn Org) -> Result<Self, Failure> {
        let communities = settings("Communities", org)?;
        if let Some(communities) = &communities
            && !communities.truth("enableNetworksEnabled")?
        {
            return Err(Failure::unmet(off(
                "Digital Experiences is off, so there can be no external users",
            )));
        }
        let sharing = settings("Sharing", org)?;
        let truth = |settings: &Option<Record>, field: &str, unknown: bool| match settings {
            Some(settings) if settings.has(field) => settings.truth(field),
            _ => Ok(unknown),
        };
        let account = org.describe_object("Account", &["IsPersonAccount", "IsPartner"])?;
        let fields = values::described(input);
        Ok(Self {
            standard_profiles: truth(&communities, "enableOotbProfExtUserOpsEnable", true)?,
            minimised: truth(&sharing, "enableAccountRoleOptimization", false)?,
            minimised_is_known: sharing.is_some(),
            communities_are_known: communities.is_some(),
            person_accounts: account.contains_key("IsPersonAccount"),
            partner_accounts: account.contains_key("IsPartner"),
            user: Fields::read("User", "user", &fields, org)?,
        })
    }

    /// Returns the note on what could not be read and is assumed.
    pub(crate) fn note(&self, org: &dyn Org) -> Option<Diagnostic> {
        let (mut unread, mut assumed) = (vec![], vec![]);
        if !self.communities_are_known {
            unread.push("of Digital Experiences");
            assumed.push("users may have standard external profiles");
        }
        if !self.minimised_is_known {
            unread.push("of Sharing");
            assumed.push("*Minimize the number of roles created* is off");
        }
        if unread.is_empty() {
            return None;
        }
        let summary = format!(
            "{} may not read the settings {}; assuming that {}",
            org.who().username,
            unread.join(" and "),
            assumed.join(", and that ")
        );
        let note = Diagnostic::info("settings-not-read", "", summary)
            .remedy("Compare it with Setup, or sign in as a user with Modify Metadata Through Metadata API Functions and View Setup and Configuration");
        Some(note.rule("docs/salesforce/settings.md#rights"))
    }
}

/// Says that Digital Experiences is off, as `summary` puts it.
pub(crate) fn off(summary: &str) -> Diagnostic {
    Diagnostic::error("digital-experiences-off", "", summary)
        .remedy(
            "Turn it on in Setup > Digital Experiences > Settings; it cannot be turned off again",
        )
        .rule("Metadata API, CommunitiesSettings")
}

/// The settings; none when the signed-in user may not read them.
fn settings(name: &str, org: &dyn Org) -> Result<Option<Record>, Failure> {
    match org.get_settings(name) {
        Ok(settings) => Ok(Some(settings)),
        Err(ReadError::Refused(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
