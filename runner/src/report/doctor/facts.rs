//! Facts about an org, and what a plan needs there, in lines.

use std::collections::BTreeMap;

use usher_core::doctor::{Fact, License, Settings, User, Wanted};
use usher_core::rights::Met;
use usher_core::text::sentence;

use crate::page::{Page, Style};
use crate::report::doctor::Doctored;
use crate::report::plan::org_kind;
use crate::report::table::table;
use crate::report::words::count;

/// The columns of the names of facts.
const NAME_COLUMNS: usize = 10;

/// The most sites that are listed.
const SITES_MAX: usize = 20;

pub(super) fn facts_page(shown: Doctored<'_>, columns: usize) -> Page {
    let mut page = Page::default();
    let (identity, facts) = (shown.identity, shown.facts);
    let mut line = |name: &str, text: String| page.line(0, format!("{name:<NAME_COLUMNS$}{text}"));
    let kind = org_kind(identity.org_kind);
    line(
        "org",
        format!("{}{kind}, {}", sentence(shown.alias), identity.org_id),
    );
    line(
        "",
        known(&facts.edition, |edition| {
            let mut text = format!(
                "{}, {}",
                sentence(&edition.name),
                sentence(&edition.edition)
            );
            if let Some(instance) = &edition.instance {
                text += &format!(", on {}", sentence(instance));
            }
            if let Some(ends) = &edition.trial_ends {
                text += &format!(", a trial until {}", sentence(ends));
            }
            format!("{text}, API {}", identity.api_version)
        }),
    );
    line(
        "user",
        format!("{}, {}", identity.username, identity.user_id),
    );
    line("", known(&facts.user, user));
    line(
        "requests",
        match facts.requests() {
            Some(limit) => format!("{} of {} left today", limit.left, limit.max),
            None => known(&facts.limits, |_| {
                "not known: the org does not count them".to_owned()
            }),
        },
    );
    line("settings", known(&facts.settings, settings));
    line(
        "sites",
        known(&facts.sites, |sites| {
            let shown = sites.iter().take(SITES_MAX).map(|site| {
                let member = if site.is_member { "" } else { ", not a member" };
                format!("{} ({}{member})", sentence(&site.name), site.status)
            });
            let more = sites.len().saturating_sub(SITES_MAX);
            match (sites.len(), more) {
                (0, _) => "none".to_owned(),
                (_, 0) => shown.collect::<Vec<_>>().join(", "),
                _ => format!("{}, and {more} more", shown.collect::<Vec<_>>().join(", ")),
            }
        }),
    );
    let seats = shown.wanted.map(|wanted| &wanted.seats);
    licenses("licenses", &facts.licenses, seats, columns, &mut page);
    if let Some(seats) = seats.filter(|seats| !seats.is_empty()) {
        let of_sets = &facts.permission_set_licenses;
        let is_taken = |license: &&License| seats.contains_key(&license.id);
        if of_sets
            .known()
            .is_none_or(|all| all.iter().any(|one| is_taken(&one)))
        {
            licenses(
                "permission set licenses",
                of_sets,
                Some(seats),
                columns,
                &mut page,
            );
        }
    }
    page
}

/// A fact in words, or the reason why it is not known.
fn known<T>(fact: &Fact<T>, in_words: impl FnOnce(&T) -> String) -> String {
    match fact {
        Fact::Known(fact) => in_words(fact),
        Fact::NotKnown(why) => format!("not known: {}", sentence(why)),
    }
}

fn user(user: &User) -> String {
    let role = match &user.role {
        Fact::Known(Some(role)) => format!("role {}", sentence(role)),
        Fact::Known(None) => "no role".to_owned(),
        Fact::NotKnown(_) => "role not known".to_owned(),
    };
    format!(
        "{}, profile {}, license {}, {role}",
        sentence(&user.name),
        sentence(&user.profile),
        sentence(&user.license)
    )
}

fn settings(settings: &Settings) -> String {
    let truth = |truth: Option<bool>| match truth {
        Some(true) => "on",
        Some(false) => "off",
        None => "not known",
    };
    format!(
        "Digital Experiences {}; standard external profiles {}; minimize the number of roles {}; number of roles: no API \
         shows it, see Setup > Digital Experiences > Settings",
        truth(settings.digital_experiences),
        truth(settings.standard_profiles),
        truth(settings.few_roles)
    )
}

/// The licenses that a plan takes seats of, or those for external users.
fn licenses(
    title: &str,
    all: &Fact<Vec<License>>,
    seats: Option<&BTreeMap<String, u64>>,
    columns: usize,
    page: &mut Page,
) {
    let none = BTreeMap::new();
    let seats = seats.unwrap_or(&none);
    let all = match all {
        Fact::Known(all) => all,
        Fact::NotKnown(why) => {
            page.line(0, format!("{title}: not known: {}", sentence(why)));
            return;
        }
    };
    let is_taken = |license: &License| seats.contains_key(&license.id);
    let any_taken = all.iter().any(is_taken);
    let chosen = all.iter().filter(|license| match any_taken {
        true => is_taken(license),
        false => license.is_external,
    });
    let rows = chosen.map(|license| {
        let left = license.left();
        vec![
            license.label.clone(),
            license.used.to_string(),
            left.map_or("no limit".to_owned(), |_| license.total.to_string()),
            left.map_or(String::new(), |left| left.to_string()),
            seats.get(&license.id).map_or(String::new(), u64::to_string),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    if rows.is_empty() {
        page.line(0, format!("{title}: none for external users"));
        return;
    }
    page.blank();
    let title = title.to_uppercase();
    let header = [title.as_str(), "USED", "TOTAL", "FREE", "PLAN TAKES"];
    page.append(table(&header, &rows, columns));
}

/// The needs of a plan, compared with the permissions of the user.
pub(super) fn wanted_page(wanted: &Wanted) -> Page {
    let mut page = Page::default();
    page.blank();
    let later = match wanted.later {
        0 => String::new(),
        later => format!(", {later} of them planned later"),
    };
    page.line(
        0,
        format!(
            "{}  ({}): {}{later}; {} to send",
            sentence(&wanted.title),
            sentence(&wanted.recipe),
            count(wanted.steps, "step"),
            count(
                usize::try_from(wanted.requests).unwrap_or(usize::MAX),
                "request"
            ),
        ),
    );
    if wanted.needs.is_empty() {
        page.line(2, "needs no permission that Usher knows of");
    }
    for needed in &wanted.needs {
        let (style, head) = match needed.met {
            Some(Met::Yes) => (Style::Green, "yes      "),
            Some(Met::Perhaps(_)) => (Style::Yellow, "perhaps  "),
            Some(Met::No) if needed.is_optional => (Style::Yellow, "no       "),
            Some(Met::No) => (Style::Red, "MISSING  "),
            None => (Style::Yellow, "unknown  "),
        };
        let without = match needed.is_optional {
            true => "; a step does without",
            false => "",
        };
        let text = format!("{}: to {}{without}", needed.need.in_words(), needed.need.to);
        page.headed(2, style, head, text);
    }
    if !wanted.objects.is_empty() {
        let objects: Vec<&str> = wanted.objects.iter().map(String::as_str).collect();
        page.line(2, format!("*Read* on {}", objects.join(", ")));
    }
    page
}
