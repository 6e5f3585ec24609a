//! The user, and everything that lets the user into the site.

use usher_external_users::unknown_site;
use usher_sdk::{Diagnostic, Failure, Lookup, Org, ReadError, Record, Value};

use crate::Input;
use crate::membership::Membership;

/// The user who is looked at, and the site.
pub(crate) struct Visitor {
    pub(crate) id: Value,
    pub(crate) username: String,
    pub(crate) profile_id: Value,
    /// Name of the profile.
    pub(crate) profile: String,
    pub(crate) account: Value,
    pub(crate) contact: Value,
    pub(crate) role: Value,
    active: bool,
    portal_enabled: bool,
    api_only: bool,
    /// None: there is no such site, or none is asked for.
    site: Option<Site>,
}

struct Site {
    status: String,
    membership: Membership,
}

impl Visitor {
    pub(crate) fn find(input: &Input, org: &dyn Org) -> Result<Self, Failure> {
        let user = Value::Text(input.user.clone());
        // A text that cannot be the id of a user is not asked for: Salesforce would refuse the whole query.
        let user = || Some(&user).filter(|user| user.may_be_id("005"));
        let site = || Some(&input.site).filter(|site| !site.is_empty());
        let reads = [
            Lookup::of("User")
                .read(["Username", "IsActive", "IsPortalEnabled"])
                .read([
                    "ProfileId",
                    "Profile.Name",
                    "Profile.PermissionsApiUserOnly",
                ])
                .read(["AccountId", "ContactId", "UserRoleId"])
                .whose_any("Id", user()),
            Lookup::of("Network")
                .read(["Status"])
                .whose_any("Name", site()),
            Lookup::of("NetworkMember")
                .read(["NetworkId"])
                .whose_any("MemberId", site().and(user())),
        ];
        let [users, sites, members] = org.find_each(reads).map_err(without_sites)?;
        let Some(user) = users.first() else {
            let summary = format!("There is no user `{}`", input.user);
            return Err(Failure::invalid(
                Diagnostic::error("unknown-user", "/user", summary)
                    .remedy("Set {with.user} to the id of a user of this org; it begins with 005"),
            ));
        };
        let site = match sites.first() {
            Some(site) => Some(Site {
                status: site.text("Status")?.to_owned(),
                membership: Membership::read(user, site, &members, org)?,
            }),
            None => None,
        };
        Self::of(user, site)
    }

    fn of(user: &Record, site: Option<Site>) -> Result<Self, Failure> {
        Ok(Self {
            id: user.id()?,
            username: user.text("Username")?.to_owned(),
            profile_id: user.value("ProfileId")?,
            profile: user.text("Profile.Name")?.to_owned(),
            account: user.value("AccountId")?,
            contact: user.value("ContactId")?,
            role: user.value("UserRoleId")?,
            active: user.truth("IsActive")?,
            portal_enabled: user.truth("IsPortalEnabled")?,
            api_only: user.truth("Profile.PermissionsApiUserOnly")?,
            site,
        })
    }

    /// Reports everything that keeps the user out, or that nothing does.
    pub(crate) fn login(&self, input: &Input, org: &dyn Org) -> Vec<Diagnostic> {
        let mut found = vec![];
        let (username, profile) = (&self.username, &self.profile);
        if !self.active {
            let summary = format!("{username} is inactive and cannot log in");
            found.push(
                Diagnostic::error("user-inactive", "/user", summary)
                    .remedy("Activate the user: step `enable-user`, or Setup > Users")
                    .rule("Object Reference, User, IsActive"),
            );
        }
        if !self.portal_enabled {
            let summary = format!(
                "{username} has no access to sites: the user is not enabled as a customer or partner"
            );
            found.push(
                Diagnostic::error("not-portal-enabled", "/user", summary)
                    .remedy("Enable the contact as a user: step `enable-user`")
                    .rule("Object Reference, User, IsPortalEnabled"),
            );
        }
        if self.api_only {
            let summary = format!(
                "The profile `{profile}` of {username} lets its users work through APIs only; they cannot enter a site"
            );
            found.push(
                Diagnostic::error("api-user-only", "/user", summary)
                    .remedy("Clear *Api Only User* in the profile")
                    .rule("Salesforce Help, Turning an existing business account into a partner account"),
            );
        }
        let site = input.site.as_str();
        if !site.is_empty() {
            found.extend(self.kept_out_of(site, input.live, org));
        }
        if found.is_empty() {
            let summary = match (site, input.live) {
                ("", _) => format!("{username} is active, and enabled for sites"),
                (site, true) => {
                    format!("{username} is active, enabled, and a member of the live site `{site}`")
                }
                (site, false) => {
                    format!("{username} is active, enabled, and a member of the site `{site}`")
                }
            };
            found.push(Diagnostic::info("gets-in", "/site", summary));
        }
        found
    }

    /// Reports everything that keeps the user out of the site.
    fn kept_out_of(&self, name: &str, must_be_live: bool, org: &dyn Org) -> Vec<Diagnostic> {
        let mut found = vec![];
        let Some(site) = &self.site else {
            found.push(unknown_site(name, "Set {with.site}", org));
            return found;
        };
        if site.status != "Live" && must_be_live {
            let summary = format!("The site `{name}` is not live but {}", site.status);
            found.push(
                Diagnostic::error("site-not-live", "/site", summary)
                    .remedy("Activate it: step `activate-site`; or set {with.live} to false when it need not be live yet")
                    .rule("Object Reference, Network, Status"),
            );
        }
        found.extend(site.membership.problem(&self.username, &self.profile, name));
        found
    }

    /// Says that the site is not live, where it need not be.
    pub(crate) fn later(&self, input: &Input) -> Option<Diagnostic> {
        let site = self.site.as_ref()?;
        if input.live || site.status == "Live" {
            return None;
        }
        let summary = format!(
            "{} can enter the site `{}` only when it is live; it is {}",
            self.username, input.site, site.status
        );
        Some(
            Diagnostic::info("enters-later", "/site", summary)
                .rule("Object Reference, Network, Status"),
        )
    }
}

/// Explains the error of an org without Digital Experiences, which has neither sites nor the fields of external users.
fn without_sites(error: ReadError) -> Failure {
    match error {
        ReadError::Refused(refusal)
            if matches!(refusal.code.as_str(), "INVALID_TYPE" | "INVALID_FIELD") =>
        {
            Failure::unmet(
                Diagnostic::error(
                    "digital-experiences-off",
                    "/site",
                    "This org has no sites: Digital Experiences is off, or the signed-in user may not see them",
                )
                .remedy("Turn it on: step `digital-experiences`"),
            )
        }
        error => error.into(),
    }
}
