//! The user, and everything that lets the user into the site.

use usher_sdk::{Diagnostic, Failure, Lookup, Org, ReadError, Record, Value};

use crate::Input;

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
    /// Status of the site; none: there is no such site.
    site: Option<String>,
    member: bool,
}

impl Visitor {
    pub(crate) fn find(input: &Input, org: &dyn Org) -> Result<Self, Failure> {
        let user = Value::Text(input.user.clone());
        // A text that cannot be the id of a user is not asked for: Salesforce would refuse the whole query.
        let user = || Some(&user).filter(|user| user.may_be_id("005"));
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
                .whose("Name", &input.site),
            Lookup::of("NetworkMember")
                .read(["NetworkId"])
                .whose_any("MemberId", user()),
        ];
        let [users, sites, members] = org.find_each(reads).map_err(without_sites)?;
        let Some(user) = users.first() else {
            let summary = format!("There is no user `{}`", input.user);
            return Err(Failure::invalid(
                Diagnostic::error("unknown-user", "/user", summary)
                    .remedy("Give the id of a user of this org; it begins with 005"),
            ));
        };
        Self::of(user, sites.first(), &members)
    }

    fn of(user: &Record, site: Option<&Record>, members: &[Record]) -> Result<Self, Failure> {
        let mut member = false;
        if let Some(site) = site {
            for row in members {
                member |= row.value("NetworkId")?.is_same_id(&site.id()?);
            }
        }
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
            site: match site {
                Some(site) => Some(site.text("Status")?.to_owned()),
                None => None,
            },
            member,
        })
    }

    /// Reports everything that keeps the user out, or that nothing does.
    pub(crate) fn login(&self, site: &str) -> Vec<Diagnostic> {
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
        match self.site.as_deref() {
            None => found.push(
                Diagnostic::error(
                    "unknown-site",
                    "/site",
                    format!("There is no site `{site}`"),
                )
                .remedy("Compare it with Setup > Digital Experiences > All Sites"),
            ),
            Some(status) => {
                if status != "Live" {
                    let summary = format!("The site `{site}` is not live but {status}");
                    found.push(
                        Diagnostic::error("site-not-live", "/site", summary)
                            .remedy("Activate it: step `activate-site`")
                            .rule("Object Reference, Network, Status"),
                    );
                }
                if !self.member {
                    let summary = format!("{username} is not a member of the site `{site}`");
                    found.push(
                        Diagnostic::error("not-a-member", "/site", summary)
                            .remedy(format!("Add the profile `{profile}`, or a permission set of the user, to the site's members: step `add-site-members`"))
                            .rule("Object Reference, NetworkMemberGroup"),
                    );
                }
            }
        }
        if found.is_empty() {
            let summary =
                format!("{username} is active, enabled, and a member of the live site `{site}`");
            found.push(Diagnostic::info("gets-in", "/site", summary));
        }
        found
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
