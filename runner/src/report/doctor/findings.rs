//! Findings in lines: those of the plan, then those that are there anyway.

use usher_core::doctor::{Finding, Scope, Weight};
use usher_core::text::sentence;

use crate::page::{Page, Style};
use crate::report::doctor::Doctored;

pub(super) fn findings_page(shown: Doctored<'_>) -> Page {
    let mut page = Page::default();
    let is_of_plan = |finding: &&Finding| matches!(finding.scope, Scope::Plan { .. });
    let (of_plan, anyway): (Vec<&Finding>, Vec<&Finding>) =
        shown.findings.iter().partition(is_of_plan);
    if shown.wanted.is_some() {
        page.blank();
        match of_plan.is_empty() {
            true => page.line(0, "Findings of this plan: none"),
            false => page.line(0, "Findings of this plan"),
        }
        for finding in of_plan {
            lines(finding, shown.my_domain, &mut page);
        }
    }
    page.blank();
    match anyway.is_empty() {
        true => page.line(0, "Findings that are there anyway: none"),
        false => page.line(0, "Findings that are there anyway"),
    }
    for finding in anyway {
        lines(finding, shown.my_domain, &mut page);
    }
    page
}

fn lines(finding: &Finding, my_domain: Option<&str>, page: &mut Page) {
    let (style, head) = match finding.weight {
        Weight::Missing => (Style::Red, "missing: "),
        Weight::Warning => (Style::Yellow, "warning: "),
        Weight::Note => (Style::Cyan, "note: "),
    };
    let steps = match &finding.scope {
        Scope::Plan { steps } if !steps.is_empty() => format!(" (`{}`)", steps.join("`, `")),
        Scope::Plan { .. } | Scope::Anyway => String::new(),
    };
    page.headed(
        2,
        style,
        head,
        format!("{}{steps}", sentence(&finding.what)),
    );
    if let Some(remedy) = &finding.remedy {
        let rule = finding.rule.as_ref();
        let rule = rule.map_or(String::new(), |rule| format!(" (rule: {})", sentence(rule)));
        page.line(4, format!("{}{rule}", sentence(remedy)));
    }
    if let Some(place) = finding.place {
        let address = my_domain.and_then(|domain| place.address(domain));
        match address {
            Some(address) => page.line(4, format!("{}: {address}", place.in_words())),
            None => page.line(4, place.in_words()),
        }
    }
    page.line(4, format!("code: {}", finding.code));
}
