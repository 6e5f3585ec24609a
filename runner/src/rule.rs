//! The rule of a problem or note, as a person reads it: the public documents first.
//!
//! Plugins in the box name a public document, or a heading of the pages in docs/salesforce, which hold facts with their
//! sources. Who uses Usher need not have these pages, so their sources come along.

/// The name of a page, and its text.
macro_rules! page {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("../../docs/salesforce/", $name, ".md")),
        )
    };
}
/// The pages, each with its text.
const PAGES: [(&str, &str); 17] = [
    page!("accounts"),
    page!("bulk"),
    page!("licenses"),
    page!("metadata"),
    page!("permission-sets"),
    page!("profiles"),
    page!("queries"),
    page!("records"),
    page!("rest"),
    page!("roles"),
    page!("settings"),
    page!("setup"),
    page!("sharing"),
    page!("sign-in"),
    page!("sites"),
    page!("soap"),
    page!("users"),
];

/// The documents that recipes come from: the name in a source, and the title (docs/coverage.md).
const DOCUMENTS: [(&str, &str); 5] = [
    (
        "document 000",
        "Create a Customer User to Access Financial Services Cloud in Experience Cloud",
    ),
    (
        "document 001",
        "Set Up Salesforce Contracts Customer Community Plus User",
    ),
    (
        "document 002",
        "Roles automatically created for accounts when enabling external users",
    ),
    (
        "document 003",
        "Turning a business account into a partner account",
    ),
    (
        "document 004",
        "Roles automatically created for accounts when enabling external users",
    ),
];

/// The beginning of a rule that names a page.
const FOLDER: &str = "docs/salesforce/";

/// The grade of a fact that a document of Salesforce states.
const DOCUMENTED: &str = "documented: ";

/// The grade of a fact that public code or an answer on a public site shows.
const SEEN: &str = "seen in public clients: ";

/// Sources that are named. A heading has facts of more.
const SOURCES_MAX: usize = 3;

/// Returns the rule with the public documents behind it: `Object Reference, User; see
/// docs/salesforce/users.md#activity`.
/// A rule that names no page stays as it is.
pub(crate) fn in_words(rule: &str) -> String {
    let Some(facts) = facts(rule) else {
        return rule.to_owned();
    };
    let documented = sources(&facts, DOCUMENTED);
    let sources = match documented.is_empty() {
        false => documented.join("; "),
        true => match sources(&facts, SEEN).join("; ").as_str() {
            "" => "no public document says it".to_owned(),
            seen => format!("no document of Salesforce says it; seen in {seen}"),
        },
    };
    format!("{sources}; see {rule}")
}

/// The facts below the heading that a rule names, on one line.
fn facts(rule: &str) -> Option<String> {
    let (page, heading) = rule.strip_prefix(FOLDER)?.split_once(".md#")?;
    let (_, text) = PAGES.iter().find(|(name, _)| *name == page)?;
    let mut sections = text.split("\n## ").skip(1);
    let (_, facts) = sections.find_map(|section| {
        let (title, facts) = section.split_once('\n')?;
        (title.trim().to_lowercase().replace(' ', "-") == heading).then_some((title, facts))
    })?;
    let words: Vec<&str> = facts.split_whitespace().collect();
    Some(words.join(" "))
}

/// The sources of this grade, each once.
fn sources(facts: &str, grade: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let graded = facts.split('[').skip(1);
    for graded in graded.filter_map(|rest| rest.split_once(']')?.0.strip_prefix(grade)) {
        for source in graded.split("; ") {
            let document = DOCUMENTS.iter().find(|(name, _)| *name == source);
            let source = document.map_or(source, |(_, title)| title);
            if found.len() < SOURCES_MAX && !found.iter().any(|known| known == source) {
                found.push(source.to_owned());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{DOCUMENTS, PAGES, in_words};

    #[test]
    fn a_page_comes_with_the_documents_behind_it() {
        for (rule, told) in [
            (
                "docs/salesforce/profiles.md#profile-records",
                "Object Reference, Profile; see docs/salesforce/profiles.md#profile-records",
            ),
            (
                "docs/salesforce/accounts.md#partner-accounts",
                "Object Reference, Account; Turning a business account into a partner account; see docs/salesforce/accounts.md#partner-accounts",
            ),
            (
                "docs/salesforce/profiles.md#full-names",
                "no document of Salesforce says it; seen in E-Bikes, `networks/E-Bikes.network-meta.xml`; see docs/salesforce/profiles.md#full-names",
            ),
        ] {
            assert_eq!(in_words(rule), told);
        }
    }

    #[test]
    fn other_rules_stay() {
        for rule in [
            "Object Reference, User, IsActive",
            "docs/salesforce/users.md",
            concat!("docs/salesforce/", "users.md#nowhere"),
            concat!("docs/salesforce/", "nowhere.md#activity"),
        ] {
            assert_eq!(in_words(rule), rule);
        }
    }

    #[test]
    fn every_page_and_every_title_is_there() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
        let pages = std::fs::read_dir(folder.join("salesforce")).expect("the pages");
        assert_eq!(pages.count(), PAGES.len() + 1, "the pages and their README");
        let coverage = std::fs::read_to_string(folder.join("coverage.md")).expect("coverage.md");
        for (_, title) in &DOCUMENTS {
            assert!(coverage.contains(&format!(": {title}")), "{title}");
        }
    }
}
