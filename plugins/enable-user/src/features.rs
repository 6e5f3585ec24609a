//! The features of this org, as its settings and descriptions show them.

use usher_sdk::{Diagnostic, Failure, Org};

/// The org's settings, as far as they matter here.
pub(crate) struct Features {
    /// *Allow using standard external profiles*; taken for on when this org does not show it.
    pub(crate) standard_profiles: bool,
    /// *Minimize the number of roles created*.
    pub(crate) minimised: bool,
    /// Accounts can be person accounts.
    pub(crate) person_accounts: bool,
    /// Accounts can be partner accounts.
    pub(crate) partner_accounts: bool,
}

impl Features {
    pub(crate) fn read(org: &dyn Org) -> Result<Self, Failure> {
        let communities = org.get_settings("Communities")?;
        if !communities.truth("enableNetworksEnabled")? {
            let summary = "Digital Experiences is off, so there can be no external users";
            return Err(Failure::unmet(
                Diagnostic::error("digital-experiences-off", "", summary)
                    .remedy("Turn it on in Setup > Digital Experiences > Settings; it cannot be turned off again")
                    .rule("Metadata API, CommunitiesSettings"),
            ));
        }
        let standard = "enableOotbProfExtUserOpsEnable";
        let sharing = org.get_settings("Sharing")?;
        let minimise = "enableAccountRoleOptimization";
        let account = org.describe_object("Account", &["IsPersonAccount", "IsPartner"])?;
        Ok(Self {
            standard_profiles: !communities.has(standard) || communities.truth(standard)?,
            minimised: sharing.has(minimise) && sharing.truth(minimise)?,
            person_accounts: account.contains_key("IsPersonAccount"),
            partner_accounts: account.contains_key("IsPartner"),
        })
    }
}
