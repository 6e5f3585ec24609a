//! Findings that are there anyway, without any plan.

use usher_contract::read::{Identity, OrgKind};

use crate::doctor::of_plan::few_requests;
use crate::doctor::{Fact, Facts, Finding, License, Place, Settings, Site, User, Weight};

/// The share of the day's requests below which the rest is told, in percent.
const FEW_REQUESTS_PERCENT: u64 = 5;

/// The most names that a finding lists.
const NAMED_MAX: usize = 10;

/// The findings about an org and its signed-in user that no plan is needed for, the heaviest first.
pub fn anyway(identity: &Identity, facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    if identity.org_kind == OrgKind::Production {
        findings.push(production(identity));
    }
    findings.extend(facts.user.known().and_then(no_role));
    findings.extend(facts.settings.known().and_then(off));
    findings.extend(few_left(facts));
    findings.extend(no_seats(&facts.licenses));
    if let Fact::Known(sites) = &facts.sites {
        findings.extend(not_member(sites, &identity.username));
    }
    findings.extend(hidden(facts, &identity.username));
    findings.sort_by_key(|finding| finding.weight);
    findings
}

fn production(identity: &Identity) -> Finding {
    let what =
        "this is a production org: Usher asks for its name before it changes anything".to_owned();
    Finding::anyway("doctor/production", Weight::Note, what).remedy(format!(
        "try the recipe in a sandbox first; without a person, `--yes --org-id {}` says that this org is meant",
        identity.org_id
    ))
}

fn no_role(user: &User) -> Option<Finding> {
    let Fact::Known(None) = user.role else {
        return None;
    };
    let what = format!(
        "{} has no role, and Salesforce asks the owner of an account with external users for one",
        user.name
    );
    Some(
        Finding::anyway("doctor/no-role", Weight::Note, what)
            .remedy("give this user a role, or let another user own the accounts")
            .rule("docs/salesforce/roles.md#owner-needs-a-role")
            .at(Place::Users),
    )
}

fn off(settings: &Settings) -> Option<Finding> {
    if settings.digital_experiences != Some(false) {
        return None;
    }
    let what = "Digital Experiences is off, so there are no sites and no external users".to_owned();
    Some(
        Finding::anyway("doctor/digital-experiences-off", Weight::Warning, what)
            .remedy("turn it on; it cannot be turned off again")
            .rule("docs/salesforce/settings.md#digital-experiences")
            .at(Place::DigitalExperiences),
    )
}

fn few_left(facts: &Facts) -> Option<Finding> {
    let limit = facts.requests()?;
    let floor = limit.max / 100 * FEW_REQUESTS_PERCENT;
    if limit.left >= floor {
        return None;
    }
    let what = format!(
        "the org takes {} more API requests today, of {}",
        limit.left, limit.max
    );
    Some(few_requests(Weight::Warning, what))
}

fn no_seats(licenses: &Fact<Vec<License>>) -> Option<Finding> {
    let licenses = licenses.known()?.iter();
    let full = licenses.filter(|license| license.is_external && license.left() == Some(0));
    let names: Vec<&str> = full.map(|license| license.label.as_str()).collect();
    if names.is_empty() {
        return None;
    }
    let what = format!("no seat is free of {}", named(&names));
    Some(
        Finding::anyway("doctor/no-seat", Weight::Warning, what)
            .remedy("free some seats, or buy more")
            .rule("docs/salesforce/licenses.md#seats")
            .at(Place::Company),
    )
}

fn not_member(sites: &[Site], username: &str) -> Option<Finding> {
    let others = sites.iter().filter(|site| !site.is_member);
    let names: Vec<&str> = others.map(|site| site.name.as_str()).collect();
    if names.is_empty() {
        return None;
    }
    let what = format!(
        "{username} is not a member of {}, and Salesforce lets members alone customize or publish a site",
        named(&names)
    );
    Some(
        Finding::anyway("doctor/not-member", Weight::Note, what)
            .remedy("add the profile of this user to the members of the site")
            .rule("docs/salesforce/sites.md#working-on-a-site")
            .at(Place::SiteMembers),
    )
}

/// The facts that the org does not show this user.
fn hidden(facts: &Facts, username: &str) -> Option<Finding> {
    let hidden = [
        (facts.limits.known().is_none(), "the limits"),
        (facts.licenses.known().is_none(), "the user licenses"),
        (
            facts.permission_set_licenses.known().is_none(),
            "the permission set licenses",
        ),
        (facts.settings.known().is_none(), "the settings"),
        (facts.sites.known().is_none(), "the sites"),
    ];
    let names = hidden.iter().filter(|(is_hidden, _)| *is_hidden);
    let names: Vec<&str> = names.map(|(_, name)| *name).collect();
    let (last, before) = names.split_last()?;
    let list = match before {
        [] => (*last).to_owned(),
        before => format!("{} and {last}", before.join(", ")),
    };
    let what = format!("the org does not show {username} {list}");
    Some(
        Finding::anyway("doctor/not-shown", Weight::Note, what)
            .remedy(
                "*View Setup and Configuration* shows limits and licenses, *Modify Metadata Through Metadata API \
                 Functions* settings; sites are there when Digital Experiences is on",
            )
            .at(Place::PermissionSets),
    )
}

/// "`A`, `B` and 3 more".
fn named(names: &[&str]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(NAMED_MAX)
        .map(|name| format!("`{name}`"))
        .collect();
    match names.len().saturating_sub(NAMED_MAX) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
