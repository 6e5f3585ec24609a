//! `CustomSite` (docs/salesforce/metadata.md#networks): the site behind a network. It can be read; its values beyond the
//! network's own are those that the WSDL asks for \[inferred\].

use serde_json::{Value, json};

use crate::components::Content;
use crate::metadata::shape::{Elements, Shape};
use crate::metadata::{Listed, Written, id_of, record};
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text};
use crate::schema::{Object, Shown, object};
use crate::tenant::Tenant;

/// The prefix of sites \[inferred\].
const PREFIX: &str = "0DM";

/// Their contents are compared with what is there, and so not looked at.
pub(super) const SITE: Elements = &[
    ("active", Shape::Anything),
    ("allowHomePage", Shape::Anything),
    ("allowStandardAnswersPages", Shape::Anything),
    ("allowStandardIdeasPages", Shape::Anything),
    ("allowStandardLookups", Shape::Anything),
    ("allowStandardPortalPages", Shape::Anything),
    ("allowStandardSearch", Shape::Anything),
    ("analyticsTrackingCode", Shape::Anything),
    ("authorizationRequiredPage", Shape::Anything),
    ("bandwidthExceededPage", Shape::Anything),
    ("browserXssProtection", Shape::Anything),
    ("cachePublicVisualforcePagesInProxyServers", Shape::Anything),
    ("changePasswordPage", Shape::Anything),
    ("chatterAnswersForgotPasswordConfirmPage", Shape::Anything),
    ("chatterAnswersForgotPasswordPage", Shape::Anything),
    ("chatterAnswersHelpPage", Shape::Anything),
    ("chatterAnswersLoginPage", Shape::Anything),
    ("chatterAnswersRegistrationPage", Shape::Anything),
    ("clickjackProtectionLevel", Shape::Anything),
    ("contentSniffingProtection", Shape::Anything),
    ("customWebAddresses", Shape::Anything),
    ("description", Shape::Anything),
    ("enableAuraRequests", Shape::Anything),
    ("favoriteIcon", Shape::Anything),
    ("fileNotFoundPage", Shape::Anything),
    ("forgotPasswordPage", Shape::Anything),
    ("genericErrorPage", Shape::Anything),
    ("guestProfile", Shape::Anything),
    ("inMaintenancePage", Shape::Anything),
    ("inactiveIndexPage", Shape::Anything),
    ("indexPage", Shape::Anything),
    ("masterLabel", Shape::Anything),
    ("myProfilePage", Shape::Anything),
    ("portal", Shape::Anything),
    ("redirectToCustomDomain", Shape::Anything),
    ("referrerPolicyOriginWhenCrossOrigin", Shape::Anything),
    ("robotsTxtPage", Shape::Anything),
    ("selfRegPage", Shape::Anything),
    ("serverIsDown", Shape::Anything),
    ("siteAdmin", Shape::Anything),
    ("siteGuestRecordDefaultOwner", Shape::Anything),
    ("siteIframeWhiteListUrls", Shape::Anything),
    ("siteRedirectMappings", Shape::Anything),
    ("siteTemplate", Shape::Anything),
    ("siteType", Shape::Anything),
    ("subdomain", Shape::Anything),
    ("urlPathPrefix", Shape::Anything),
];

/// The name of the site behind the network of that name: letters, digits and underscores \[inferred\].
pub(super) fn name_of(network: &str) -> String {
    let mut name = String::new();
    for c in network.chars() {
        match c.is_ascii_alphanumeric() {
            true => name.push(c),
            false if !name.ends_with('_') => name.push('_'),
            false => {}
        }
    }
    name.trim_matches('_').to_owned()
}

pub(super) fn list(org: &Tenant<'_>) -> Outcome<Vec<Listed>> {
    let listed = rows(org)?;
    let listed = listed.iter().map(|row| {
        let listed = record::listed(name_of(text(row, "Name")), row);
        Listed {
            id: id_of(PREFIX, &listed.full_name),
            ..listed
        }
    });
    Ok(listed.collect())
}

pub(super) fn read(org: &Tenant<'_>, full_name: &str) -> Outcome<Option<Content>> {
    let row = rows(org)?
        .into_iter()
        .find(|row| name_of(text(row, "Name")) == full_name);
    let Some(row) = row else {
        return Ok(None);
    };
    let mut content = Content::new();
    let mut one = |element: &str, value: Value| {
        content.insert(element.to_owned(), json!([value]));
    };
    for element in [
        "allowHomePage",
        "allowStandardIdeasPages",
        "allowStandardLookups",
        "allowStandardPortalPages",
        "allowStandardSearch",
    ] {
        one(element, json!("false"));
    }
    for element in [
        "browserXssProtection",
        "contentSniffingProtection",
        "referrerPolicyOriginWhenCrossOrigin",
    ] {
        one(element, json!("true"));
    }
    let active = text(&row, "Status") == "Live";
    one("active", json!(active.to_string()));
    one("clickjackProtectionLevel", json!("SameOriginOnly"));
    one("indexPage", json!("CommunitiesLanding"));
    one("masterLabel", json!(text(&row, "Name")));
    one("siteType", json!("ChatterNetwork"));
    if !text(&row, "UrlPathPrefix").is_empty() {
        one("urlPathPrefix", json!(text(&row, "UrlPathPrefix")));
    }
    Ok(Some(content))
}

/// Takes a site as it is, so that a retrieved one can be deployed again. Not the platform's words: it changes custom
/// sites.
pub(super) fn write(
    org: &Tenant<'_>,
    full_name: &str,
    content: &Content,
    _: u32,
) -> Outcome<Written> {
    if read(org, full_name)?.as_ref() == Some(content) {
        return Ok(Written {
            id: id_of(PREFIX, full_name),
            created: false,
            changed: false,
        });
    }
    let message = format!("the practice org does not change the custom site `{full_name}`");
    Err(Refusal::save("FIELD_INTEGRITY_EXCEPTION", message, &[]))
}

/// The same for a deletion.
pub(super) fn remove(org: &Tenant<'_>, full_name: &str) -> Outcome<bool> {
    match read(org, full_name)? {
        None => Ok(false),
        Some(_) => {
            let message = "A site can't be deleted";
            Err(Refusal::save("DELETE_FAILED", message, &[]))
        }
    }
}

fn rows(org: &Tenant<'_>) -> Outcome<Vec<Row>> {
    if !org.shows(Shown::Experiences)? {
        return Ok(Vec::new());
    }
    org.rows(networks(), &[])
}

fn networks() -> &'static Object {
    object("Network").expect("the schema has it")
}
