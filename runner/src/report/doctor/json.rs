//! An org that was looked at, as JSON. What is not known is null, with the reason in `not_known`.

use serde_json::{Map, Value, json};
use usher_core::doctor::{Fact, Facts, Finding, License, Needed, Scope, Wanted, Weight};
use usher_core::rights::Met;

use crate::report::FORMAT;
use crate::report::doctor::Doctored;

pub(crate) fn doctor_json(shown: Doctored<'_>) -> Value {
    let (identity, facts) = (shown.identity, shown.facts);
    let edition = facts.edition.known();
    let user = facts.user.known();
    let findings = shown.findings.iter();
    json!({
        "format": FORMAT,
        "org": {
            "alias": shown.alias,
            "id": identity.org_id,
            "kind": identity.org_kind,
            "api_version": identity.api_version,
            "name": edition.map(|edition| &edition.name),
            "edition": edition.map(|edition| &edition.edition),
            "instance": edition.and_then(|edition| edition.instance.as_ref()),
            "trial_ends": edition.and_then(|edition| edition.trial_ends.as_ref()),
        },
        "user": {
            "id": identity.user_id,
            "username": identity.username,
            "name": user.map(|user| &user.name),
            "profile": user.map(|user| &user.profile),
            "license": user.map(|user| &user.license),
            "role": user.and_then(|user| user.role.known()),
        },
        "limits": facts.limits.known().map(|limits| {
            let limits = limits.iter().map(|limit| {
                (limit.name.clone(), json!({ "max": limit.max, "left": limit.left }))
            });
            limits.collect::<Map<_, _>>()
        }),
        "licenses": licenses(&facts.licenses),
        "permission_set_licenses": licenses(&facts.permission_set_licenses),
        "settings": facts.settings.known().map(|settings| json!({
            "digital_experiences": settings.digital_experiences,
            "standard_external_profiles": settings.standard_profiles,
            "minimize_roles": settings.few_roles,
        })),
        "sites": facts.sites.known().map(|sites| {
            let sites = sites.iter().map(|site| json!({
                "name": site.name, "status": site.status, "is_member": site.is_member,
            }));
            sites.collect::<Vec<_>>()
        }),
        "not_known": not_known(facts),
        "plan": shown.wanted.map(wanted),
        "findings": findings.map(|one| finding(one, shown.my_domain)).collect::<Vec<_>>(),
    })
}

fn licenses(licenses: &Fact<Vec<License>>) -> Option<Vec<Value>> {
    let license = |license: &License| {
        json!({
            "id": license.id,
            "name": license.label,
            "key": license.key,
            "used": license.used,
            "total": license.total,
            "left": license.left(),
            "is_external": license.is_external,
        })
    };
    Some(licenses.known()?.iter().map(license).collect())
}

fn not_known(facts: &Facts) -> Map<String, Value> {
    fn why<T>(fact: &Fact<T>) -> Option<&str> {
        match fact {
            Fact::Known(_) => None,
            Fact::NotKnown(why) => Some(why),
        }
    }
    let role = facts.user.known().and_then(|user| why(&user.role));
    let reasons = [
        ("user", why(&facts.user)),
        ("role", role),
        ("edition", why(&facts.edition)),
        ("permissions", why(&facts.rights)),
        ("limits", why(&facts.limits)),
        ("licenses", why(&facts.licenses)),
        (
            "permission_set_licenses",
            why(&facts.permission_set_licenses),
        ),
        ("settings", why(&facts.settings)),
        ("sites", why(&facts.sites)),
    ];
    let known = reasons.into_iter();
    known
        .filter_map(|(name, why)| Some((name.to_owned(), why?.into())))
        .collect()
}

fn wanted(wanted: &Wanted) -> Value {
    json!({
        "recipe": wanted.recipe,
        "title": wanted.title,
        "steps": wanted.steps,
        "planned_later": wanted.later,
        "requests": wanted.requests,
        "needs": wanted.needs.iter().map(need).collect::<Vec<_>>(),
        "reads_objects": wanted.objects,
        "seats": wanted.seats,
    })
}

fn need(needed: &Needed) -> Value {
    let rights = needed.need.rights();
    json!({
        "to": needed.need.to,
        "one_of": rights.map(|right| right.name).collect::<Vec<_>>(),
        "rule": needed.need.rule,
        "met": match needed.met {
            Some(Met::Yes) => "yes",
            Some(Met::Perhaps(_)) => "perhaps",
            Some(Met::No) => "no",
            None => "not-known",
        },
        "is_optional": needed.is_optional,
    })
}

fn finding(finding: &Finding, my_domain: Option<&str>) -> Value {
    let (scope, steps) = match &finding.scope {
        Scope::Plan { steps } => ("plan", steps.as_slice()),
        Scope::Anyway => ("anyway", &[][..]),
    };
    json!({
        "code": finding.code,
        "scope": scope,
        "steps": steps,
        "weight": match finding.weight {
            Weight::Missing => "missing",
            Weight::Warning => "warning",
            Weight::Note => "note",
        },
        "message": finding.what,
        "remedy": finding.remedy,
        "rule": finding.rule,
        "setup": finding.place.map(|place| json!({
            "path": place.in_words(),
            "address": my_domain.and_then(|domain| place.address(domain)),
        })),
    })
}
