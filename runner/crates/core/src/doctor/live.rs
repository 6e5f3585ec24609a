//! Doubts that only a live org settles: facts that the recipes rely on and that no public source states in full, or that
//! sources dispute. docs/live-check.md has a row for each, under the same key.

/// A doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Stable, as docs/live-check.md has it.
    pub key: &'static str,
    /// The sentence that is taken for true, without its end.
    pub taken: &'static str,
    /// The page and heading of the fact.
    pub fact: &'static str,
    pub proof: Proof,
}

/// The way to settle a doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A query; its rows are shown.
    Rows(&'static str),
    /// The values that a field may have.
    Values(&'static str, &'static str),
    /// The lengths of fields; a field that is missing is named.
    Lengths(&'static str, &'static [&'static str]),
    /// Fields of settings whose names contain one of these.
    Settings(&'static str, &'static [&'static str]),
    /// The columns of the permissions that Usher knows needs for.
    Rights,
    /// The permissions of the signed-in user, in one query.
    OwnRights,
    /// The limit of API requests.
    Requests,
    /// A role with a long name is made, looked at and deleted.
    LongRole,
    /// A member of a site is made a second time. Should the org take it, it is deleted.
    SecondMember,
}

impl Proof {
    /// Says that it changes the org for a moment.
    pub fn writes(self) -> bool {
        matches!(self, Self::LongRole | Self::SecondMember)
    }
}

/// A doubt with the answer of an org.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub doubt: Doubt,
    /// The answer, or the refusal, in one line.
    pub found: String,
    /// Says that the org gave an answer, and no refusal.
    pub is_answered: bool,
}

const fn doubt(key: &'static str, taken: &'static str, fact: &'static str, proof: Proof) -> Doubt {
    Doubt {
        key,
        taken,
        fact,
        proof,
    }
}

/// The doubts that the command settles by itself, in the order of the page. The others are for a person.
pub const DOUBTS: &[Doubt] = &[
    doubt(
        "organization",
        "sandboxes, trials and production orgs are told apart by these fields",
        "rest.md#user-info",
        Proof::Rows(
            "SELECT Name, OrganizationType, IsSandbox, TrialExpirationDate, InstanceName FROM Organization",
        ),
    ),
    doubt(
        "requests",
        "`limits` shows the API requests of the day as `DailyApiRequests`",
        "rest.md#calls-of-the-day",
        Proof::Requests,
    ),
    doubt(
        "rights-columns",
        "every permission that Usher knows has a column in permission sets; features that the org lacks leave some out",
        "permission-sets.md#rights-of-a-user",
        Proof::Rights,
    ),
    doubt(
        "own-rights",
        "one query answers all permissions of the signed-in user",
        "permission-sets.md#rights-of-a-user",
        Proof::OwnRights,
    ),
    doubt(
        "portal-role-values",
        "the level *User* is stored as `Worker`",
        "users.md#portal-role",
        Proof::Values("User", "PortalRole"),
    ),
    doubt(
        "user-types",
        "Customer Community gives `CspLitePortal`, Customer Community Plus `PowerCustomerSuccess`, partners `PowerPartner`",
        "users.md#user-types",
        Proof::Rows(
            "SELECT Name, UserType, UserLicense.Name FROM Profile WHERE UserType IN ('CspLitePortal', \
             'PowerCustomerSuccess', 'PowerPartner', 'CustomerSuccess') ORDER BY Name LIMIT 20",
        ),
    ),
    doubt(
        "license-keys",
        "licenses are told apart by `LicenseDefinitionKey`",
        "licenses.md#license-keys",
        Proof::Rows(
            "SELECT Name, LicenseDefinitionKey, TotalLicenses, UsedLicenses FROM UserLicense ORDER BY Name LIMIT 50",
        ),
    ),
    doubt(
        "contract-sets",
        "the permission sets of Salesforce Contracts are found by these labels",
        "permission-sets.md#names",
        Proof::Rows(
            "SELECT Name, Label, NamespacePrefix FROM PermissionSet WHERE Label IN ('DocGen Run-time Community User', \
             'Contract Management CC Plus Digital Experience User', 'CLM Digital Experience Partner')",
        ),
    ),
    doubt(
        "profile-sets",
        "each profile has a hidden permission set, and `IsCustom` of it says whether the profile is a custom one",
        "profiles.md#hidden-permission-set",
        Proof::Rows(
            "SELECT Profile.Name, IsOwnedByProfile, IsCustom FROM PermissionSet WHERE IsOwnedByProfile = true LIMIT 5",
        ),
    ),
    doubt(
        "group-status",
        "a permission set group can be assigned in the status `Updated` only",
        "permission-sets.md#groups",
        Proof::Values("PermissionSetGroup", "Status"),
    ),
    doubt(
        "role-lengths",
        "names and developer names of roles have 80 characters",
        "roles.md#length-of-names",
        Proof::Lengths("UserRole", &["Name", "DeveloperName"]),
    ),
    doubt(
        "user-lengths",
        "a username has 80 characters, a nickname 40",
        "users.md#username",
        Proof::Lengths("User", &["Username", "CommunityNickname", "Alias"]),
    ),
    doubt(
        "account-shares",
        "shares of accounts have these fields",
        "sharing.md#shares",
        Proof::Lengths(
            "AccountShare",
            &[
                "AccountId",
                "UserOrGroupId",
                "AccountAccessLevel",
                "CaseAccessLevel",
                "ContactAccessLevel",
                "OpportunityAccessLevel",
                "RowCause",
            ],
        ),
    ),
    doubt(
        "communities-settings",
        "`readMetadata` takes settings, and these fields are there; no field holds the number of roles",
        "settings.md#components-of-settings",
        Proof::Settings(
            "Communities",
            &[
                "enableNetworksEnabled",
                "enableOotbProfExtUserOpsEnable",
                "Role",
            ],
        ),
    ),
    doubt(
        "sharing-settings",
        "`enableAccountRoleOptimization` is off by default",
        "settings.md#sharing-settings",
        Proof::Settings(
            "Sharing",
            &[
                "enableAccountRoleOptimization",
                "enableExternalSharingModel",
                "Role",
            ],
        ),
    ),
    doubt(
        "site-status",
        "a site is `Live`, `UnderConstruction` or `DownForMaintenance`",
        "sites.md#states",
        Proof::Values("Network", "Status"),
    ),
    doubt(
        "member-groups",
        "members of a site are rows with these fields",
        "sites.md#member-groups",
        Proof::Rows("SELECT Id, NetworkId, ParentId FROM NetworkMemberGroup LIMIT 5"),
    ),
    doubt(
        "site-members",
        "`NetworkMember` shows who is a member of a site",
        "sites.md#members",
        Proof::Rows("SELECT NetworkId, MemberId FROM NetworkMember LIMIT 5"),
    ),
    doubt(
        "background-operations",
        "jobs of sites are found by query",
        "sites.md#jobs",
        Proof::Rows("SELECT Id, Status FROM BackgroundOperation LIMIT 5"),
    ),
    doubt(
        "long-role",
        "a client may write a role name of 80 characters",
        "roles.md#length-of-names",
        Proof::LongRole,
    ),
    doubt(
        "second-member",
        "a second membership of one profile in a site is refused",
        "sites.md#member-groups",
        Proof::SecondMember,
    ),
];
