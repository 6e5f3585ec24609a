//! Connect REST for sites: `connect/communities` (docs/salesforce/sites.md#making-a-site). Sites are made and published
//! in the background (`jobs`).

use http::Method;
use serde_json::{Map, Value, json};

use crate::background;
use crate::jobs::{self, NewSite, Task};
use crate::refusal::{Outcome, Refusal};
use crate::rest::records::record_id;
use crate::rest::{Answer, Call, method_not_allowed};
use crate::rights;
use crate::row::{Row, text, truth};
use crate::schema::{Object, Shown, object};
use crate::site;
use crate::tenant::Tenant;

/// The host of this org's sites. Invented: a real one has its My Domain name in front.
const HOST: &str = "https://usher-practice.my.site.com";

/// Names that public code and documents show (docs/salesforce/sites.md#templates); a real org lists the templates that
/// its licenses bring.
const TEMPLATES: [&str; 7] = [
    "Build Your Own",
    "Build Your Own (LWR)",
    "Customer Account Portal",
    "Customer Service",
    "Help Center",
    PARTNER_CENTRAL,
    VISUALFORCE,
];

/// Listed with at least one partner license (docs/salesforce/sites.md#templates).
const PARTNER_CENTRAL: &str = "Partner Central";

/// Not an Experience Builder site: it cannot be published (docs/salesforce/sites.md#publishing).
const VISUALFORCE: &str = "VF Template";

/// From this version on, the answer to a creation names its job (docs/salesforce/sites.md#making-a-site).
const JOB_ID_SINCE: u32 = 58;

/// Answers below `connect/`.
pub(crate) fn answer(org: &Tenant<'_>, call: &Call, path: &[&str]) -> Outcome<Answer> {
    if !org.shows(Shown::Experiences)? {
        // [inferred] The refusal, its code and text (docs/salesforce/sites.md#making-a-site).
        let message = "Digital experiences are not enabled for this organization";
        return Err(Refusal::new(403, "FUNCTIONALITY_NOT_ENABLED", message));
    }
    if call.method == Method::POST {
        rights::save::sites(org)?;
    }
    match (&call.method, path) {
        (&Method::GET, ["communities"]) => list(org, call),
        (&Method::POST, ["communities"]) => create(org, call),
        (&Method::GET, ["communities", "templates"]) => {
            let templates: Vec<Value> = templates(org)?
                .into_iter()
                .map(|name| json!({ "templateName": name, "publisher": "Salesforce" }))
                .collect();
            Ok(Answer::ok(
                json!({ "total": templates.len(), "templates": templates }),
            ))
        }
        (&Method::GET, ["communities", id]) => {
            background::look(org)?;
            Ok(Answer::ok(community(org, &network(org, id)?)))
        }
        (&Method::POST, ["communities", id, "publish"]) => publish(org, id),
        (method, ["communities"] | ["communities", _] | ["communities", _, "publish"]) => {
            Err(method_not_allowed(method))
        }
        _ => Err(Refusal::not_found()),
    }
}

fn list(org: &Tenant<'_>, call: &Call) -> Outcome<Answer> {
    background::look(org)?;
    let wanted = match call.parameter("status") {
        None => None,
        Some("Inactive") => Some("DownForMaintenance"),
        Some(status @ ("Live" | "UnderConstruction")) => Some(status),
        Some(other) => {
            let message = format!("Invalid value for the parameter status: {other}");
            return Err(Refusal::new(400, "INVALID_INPUT", message));
        }
    };
    let networks = org.rows(networks(), &[])?;
    let shown = networks
        .iter()
        .filter(|network| wanted.is_none_or(|status| text(network, "Status") == status));
    let communities: Vec<Value> = shown.map(|network| community(org, network)).collect();
    Ok(Answer::ok(
        json!({ "total": communities.len(), "communities": communities }),
    ))
}

fn create(org: &Tenant<'_>, call: &Call) -> Outcome<Answer> {
    let site = wanted_site(org, &call.object()?)?;
    let name = site.name.clone();
    let id = org.unit(|| {
        free(org, &site)?;
        jobs::start(org, Task::Create(site.clone()))
    })?;
    // [inferred] The message's words.
    let mut body = json!({ "message": "Your site is being created.", "name": name });
    if org.version >= JOB_ID_SINCE {
        body["jobId"] = Value::from(id);
    }
    // 201 as for other creations [inferred].
    Ok(Answer {
        status: 201,
        body: Some(body),
        location: None,
    })
}

fn publish(org: &Tenant<'_>, id: &str) -> Outcome<Answer> {
    let network = network(org, id)?;
    site::refuse_strangers(org, text(&network, "Id"))?;
    if text(&network, "PracticeTemplate") == VISUALFORCE {
        // The rule of docs/salesforce/sites.md#publishing; code and text [inferred].
        let message = "Only Experience Builder sites can be published";
        return Err(Refusal::new(400, "INVALID_INPUT", message));
    }
    let network_id = text(&network, "Id").to_owned();
    let job = org.unit(|| {
        jobs::start(
            org,
            Task::Publish {
                network_id: network_id.clone(),
            },
        )
    })?;
    Ok(Answer::ok(json!({
        "id": network_id,
        // [inferred] The message's words.
        "message": "We are publishing your changes now. You will receive an email confirmation when your changes are live.",
        "name": text(&network, "Name"),
        "url": site_url(&network),
        "jobId": job,
    })))
}

fn wanted_site(org: &Tenant<'_>, body: &Map<String, Value>) -> Outcome<NewSite> {
    let text = |name: &str| {
        let value = body.get(name).and_then(Value::as_str).map(str::trim);
        value.filter(|value| !value.is_empty()).map(str::to_owned)
    };
    // [inferred] Codes and texts of what is missing or unknown.
    let invalid = |message: &str| Refusal::new(400, "INVALID_INPUT", message);
    let name = text("name").ok_or_else(|| invalid("Enter a name for your community."))?;
    if name.chars().count() > 80 {
        return Err(invalid("The name can have at most 80 characters."));
    }
    let template =
        text("templateName").ok_or_else(|| invalid("Enter a template for your community."))?;
    if !templates(org)?.contains(&template.as_str()) {
        return Err(invalid(&format!("The template {template} does not exist.")));
    }
    let prefix = text("urlPathPrefix");
    let plain = |prefix: &String| prefix.chars().all(|c| c.is_ascii_alphanumeric());
    if !prefix.iter().all(plain) {
        // The rule and the beginning of the text: docs/salesforce/sites.md#names-and-addresses.
        return Err(invalid("The URL can only contain alphanumeric characters."));
    }
    Ok(NewSite {
        name,
        prefix,
        description: text("description"),
        template,
        network_id: None,
    })
}

/// Refuses a name or an address that another site has, or one that is being made
/// (docs/salesforce/sites.md#names-and-addresses).
fn free(org: &Tenant<'_>, site: &NewSite) -> Outcome<()> {
    let mut taken: Vec<(String, Option<String>)> = Vec::new();
    for network in org.rows(networks(), &[])? {
        // A site of an LWR template holds two [inferred].
        for prefix in [
            text(&network, "UrlPathPrefix"),
            site::address_prefix(&network),
        ] {
            let name = text(&network, "Name").to_owned();
            taken.push((name, (!prefix.is_empty()).then(|| prefix.to_owned())));
        }
    }
    taken.extend(
        jobs::sites_to_come(org)?
            .into_iter()
            .map(|site| (site.name, site.prefix)),
    );
    let invalid = |message: &str| Err(Refusal::new(400, "INVALID_INPUT", message));
    let lower = |prefix: &Option<String>| prefix.as_ref().map(|prefix| prefix.to_lowercase());
    if taken
        .iter()
        .any(|(name, _)| name.to_lowercase() == site.name.to_lowercase())
    {
        return invalid("Enter a different name. That one already exists.");
    }
    if !taken
        .iter()
        .any(|(_, prefix)| lower(prefix) == lower(&site.prefix))
    {
        return Ok(());
    }
    match site.prefix {
        None => invalid("Enter a URL for your community."),
        Some(_) => invalid("That URL is already in use. Please enter a unique one."),
    }
}

fn templates(org: &Tenant<'_>) -> Outcome<Vec<&'static str>> {
    let partners = org.shows(Shown::Partners)?;
    let names = TEMPLATES
        .into_iter()
        .filter(|name| partners || *name != PARTNER_CENTRAL);
    Ok(names.collect())
}

fn network(org: &Tenant<'_>, id: &str) -> Outcome<Row> {
    let id = record_id(networks(), id)?;
    org.row(networks(), &id)?.ok_or_else(Refusal::not_found)
}

fn networks() -> &'static Object {
    object("Network").expect("the schema has it")
}

/// Shows a site as Connect does (docs/salesforce/sites.md#as-connect-shows-them).
fn community(org: &Tenant<'_>, network: &Row) -> Value {
    let id = text(network, "Id");
    let url = site_url(network);
    let status = match text(network, "Status") {
        "DownForMaintenance" => "Inactive",
        status => status,
    };
    json!({
        "id": id,
        "name": text(network, "Name"),
        "description": network.get("Description"),
        "status": status,
        "urlPathPrefix": network.get("UrlPathPrefix"),
        "siteUrl": url,
        "loginUrl": format!("{url}/login"),
        "templateName": text(network, "PracticeTemplate"),
        "sendWelcomeEmail": truth(network, "OptionsSendWelcomeEmail"),
        "invitationsEnabled": truth(network, "OptionsInvitationsEnabled"),
        "knowledgeableEnabled": truth(network, "OptionsKnowledgeableEnabled"),
        "memberVisibilityEnabled": truth(network, "OptionsMemberVisibility"),
        "guestMemberVisibilityEnabled": truth(network, "OptionsGuestMemberVisibility"),
        "nicknameDisplayEnabled": truth(network, "OptionsNicknameDisplayEnabled"),
        "privateMessagesEnabled": truth(network, "OptionsPrivateMessagesEnabled"),
        "reputationEnabled": truth(network, "OptionsReputationEnabled"),
        "allowMembersToFlag": truth(network, "OptionsAllowMembersToFlag"),
        "allowChatterAccessWithoutLogin": truth(network, "OptionsGuestChatterEnabled"),
        "siteAsContainerEnabled": truth(network, "OptionsSiteAsContainerEnabled"),
        "url": format!("/services/data/v{}.0/connect/communities/{id}", org.version),
    })
}

fn site_url(network: &Row) -> String {
    match site::address_prefix(network) {
        "" => HOST.to_owned(),
        prefix => format!("{HOST}/{prefix}"),
    }
}

#[cfg(test)]
mod tests;
