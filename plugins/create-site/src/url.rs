//! The URL of the site, and the prefix that Salesforce keeps for it.

use usher_sdk::{Alteration, Certainty, Diagnostic, Effect, Failure, Problems, Record, Scalar};

use crate::{Input, RULE};

/// Salesforce keeps the URL of an LWR site with this behind it (docs/salesforce/sites.md#sites-of-lwr-templates).
const LWR_SUFFIX: &str = "vforcesite";

/// Words that Salesforce likely keeps for itself. That there are some is public, these are [inferred]
/// (docs/salesforce/sites.md#names-and-addresses).
const RESERVED: &[&str] = &[
    "apex",
    "home",
    "idp",
    "lightning",
    "login",
    "secur",
    "services",
    "sfsites",
];

/// The prefixes that a site with this URL may have as a record: that of an Aura site, that of an LWR site.
pub(crate) fn prefixes(url: &str) -> [Scalar; 2] {
    [
        match url {
            "" => Scalar::Nothing,
            url => url.into(),
        },
        format!("{url}{LWR_SUFFIX}").into(),
    ]
}

/// Says whether a site with this prefix has the URL.
pub(crate) fn is_of(url: &str, prefix: &str) -> bool {
    let (url, prefix) = (url.to_lowercase(), prefix.to_lowercase());
    prefix == url || prefix.strip_suffix(LWR_SUFFIX) == Some(url.as_str())
}

/// Refuses a URL that Salesforce would not take, and proposes one like it.
pub(crate) fn check(input: &Input, problems: &mut Problems) {
    let fits = |c: &char| c.is_ascii_alphanumeric();
    if input.url.chars().all(|c| fits(&c)) {
        return;
    }
    let proposal: String = input.url.chars().filter(fits).collect();
    let remedy = match proposal.as_str() {
        "" => "Set {with.url} to letters and digits: no blank, `-`, `_` or other sign".to_owned(),
        proposal => format!("Set {{with.url}} to `{proposal}`, or to other letters and digits"),
    };
    let summary = format!(
        "`{}` cannot be the URL of a site: Salesforce takes letters and digits only",
        input.url
    );
    problems.invalid(
        Diagnostic::error("bad-url", "/url", summary)
            .remedy(remedy)
            .rule("docs/salesforce/sites.md#names-and-addresses"),
    );
}

/// Warns of a word that Salesforce may not give away: the job that makes the site would fail.
pub(crate) fn reserved(input: &Input) -> Option<Diagnostic> {
    let url = input.url.to_lowercase();
    RESERVED.contains(&url.as_str()).then(|| {
        let summary = format!(
            "Salesforce likely keeps the URL `{}` for itself; then the site is not made",
            input.url
        );
        Diagnostic::warning("url-may-be-reserved", "/url", summary)
            .remedy("Set {with.url} to another word, such as the name of the site in letters and digits")
            .rule("docs/salesforce/sites.md#names-and-addresses")
    })
}

pub(crate) fn in_use(input: &Input, other: &Record) -> Result<Diagnostic, Failure> {
    let other = other.text("Name")?;
    let (summary, remedy) = match input.url.as_str() {
        "" => (
            format!(
                "The site `{other}` has the domain's own URL; every other site needs one behind it"
            ),
            "Set {with.url} to one that no site has",
        ),
        url => (
            format!("The URL `{url}` is in use by the site `{other}`"),
            "Set {with.url} to one that no site has",
        ),
    };
    Ok(Diagnostic::error("url-in-use", "/url", summary)
        .remedy(remedy)
        .rule(RULE))
}

/// The address of the new site. LWR sites are told by the name of their template, so the prefix is not certain.
pub(crate) fn effect(input: &Input, template: &str) -> Effect {
    let [aura, lwr] = prefixes(&input.url);
    let prefix = match template.to_lowercase().contains("lwr") {
        true => lwr,
        false => aura,
    };
    let address = match input.url.as_str() {
        "" => "/login".to_owned(),
        url => format!("/{url}/login"),
    };
    let summary = format!(
        "Members of the site `{}` log in at `{address}` behind the domain of the org's sites, once it is live",
        input.name
    );
    let site = Alteration::of("Network", Scalar::bound("site", "id")).set("UrlPathPrefix", prefix);
    Effect::new("address", summary, Certainty::Likely, site).because_of("site")
}
