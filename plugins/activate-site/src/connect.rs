//! The site as Connect shows it: the template that it was made from, and the address at which its members log in.

use serde_json::Value as Json;
use usher_sdk::{Diagnostic, Failure, Org, ReadError, ResourcePath};

use crate::Site;

/// *Salesforce Tabs + Visualforce*, as Connect names it (docs/salesforce/sites.md#templates).
const TABS: &str = "VF Template";

/// Nothing when the site is only planned, or when the org does not show it.
#[derive(Default)]
pub(crate) struct Shown {
    template: String,
    site_url: String,
    login_url: String,
}

impl Shown {
    pub(crate) fn read(site: &Site, org: &dyn Org) -> Result<Self, Failure> {
        if site.id.is_unknown() {
            return Ok(Self::default());
        }
        let path = ResourcePath::of(["connect", "communities"]).then(&site.id);
        match org.get(&path) {
            Ok(shown) => Ok(Self::of(&shown)),
            // Without it the site is taken for one that has pages.
            Err(ReadError::Pending(_) | ReadError::Refused(_)) => Ok(Self::default()),
            Err(error) => Err(error.into()),
        }
    }

    fn of(shown: &Json) -> Self {
        let text = |name: &str| shown[name].as_str().unwrap_or_default().to_owned();
        Self {
            template: text("templateName"),
            site_url: text("siteUrl"),
            login_url: text("loginUrl"),
        }
    }

    /// Says whether the site has pages that can be published. Sites of *Salesforce Tabs + Visualforce* have none in
    /// Experience Builder.
    pub(crate) fn has_pages(&self) -> bool {
        !self.template.eq_ignore_ascii_case(TABS)
    }

    pub(crate) fn nothing_to_publish(&self, site: &Site) -> Diagnostic {
        // That such a site is open without publishing it is [inferred].
        let summary = format!(
            "The site `{}` is made of Salesforce Tabs and Visualforce, which cannot be published; it is only activated",
            site.name
        );
        Diagnostic::info("nothing-to-publish", "/site", summary)
            .rule("docs/salesforce/sites.md#publishing")
    }

    /// Reports the address at which members log in: the bare address of the site does not answer.
    pub(crate) fn login_address(&self, site: &Site) -> Option<Diagnostic> {
        let address = match (self.login_url.as_str(), self.site_url.trim_end_matches('/')) {
            ("", "") => return None,
            ("", url) => format!("{url}/login"),
            (login, _) => login.to_owned(),
        };
        let summary = format!("Members of the site `{}` log in at {address}", site.name);
        Some(
            Diagnostic::info("login-address", "/site", summary)
                .rule("docs/salesforce/sites.md#names-and-addresses"),
        )
    }
}
