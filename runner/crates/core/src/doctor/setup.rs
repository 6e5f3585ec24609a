//! Pages of Setup: the way there in words, and the address where public sources agree on it
//! (docs/salesforce/setup.md#addresses).

/// A page of Setup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Company,
    DigitalExperiences,
    PermissionSets,
    Roles,
    Sites,
    SiteMembers,
    Users,
}

impl Place {
    /// The way there: "Setup > Users".
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Company => "Setup > Company Information",
            Self::DigitalExperiences => "Setup > Digital Experiences > Settings",
            Self::PermissionSets => "Setup > Permission Sets",
            Self::Roles => "Setup > Roles",
            Self::Sites => "Setup > All Sites",
            Self::SiteMembers => "Setup > All Sites > Workspaces > Administration > Members",
            Self::Users => "Setup > Users",
        }
    }

    /// The address in an org. `my_domain`: `https://acme.my.salesforce.com`. None: no public source has it.
    pub fn address(self, my_domain: &str) -> Option<String> {
        let page = match self {
            Self::Company => "CompanyProfileInfo",
            Self::DigitalExperiences => "NetworkSettings",
            Self::PermissionSets => "PermSets",
            Self::Roles => "Roles",
            Self::Sites => "SetupNetworks",
            Self::Users => "ManageUsers",
            Self::SiteMembers => return None,
        };
        Some(format!("{my_domain}/lightning/setup/{page}/home"))
    }
}
