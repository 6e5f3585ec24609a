//! Names of sets and licenses: labels change with release and language, API names do not. A hyphen, a blank, an
//! underscore or the case of a letter does not make another set. SOQL has no such comparison, so the few spellings that
//! are likely are looked for, and what is found is compared here.

use crate::same;

/// Characters that do not make another name.
const LOOSE: [char; 3] = ['-', ' ', '_'];

/// The end of the developer names of many permission set licenses.
const LICENSE_END: &str = "Psl";

/// The spellings of an API name that a name may stand for.
pub(crate) fn api_names(name: &str) -> Vec<String> {
    let joined: String = name.chars().filter(|c| !LOOSE.contains(c)).collect();
    let underscored = name.replace(['-', ' '], "_");
    let hyphens = name.replace(' ', "").replace('-', "_");
    each_once([name.to_owned(), joined, underscored, hyphens])
}

/// The spellings of a developer name of a license.
pub(crate) fn license_names(name: &str) -> Vec<String> {
    let names = api_names(name);
    let ended = names.iter().map(|name| format!("{name}{LICENSE_END}"));
    each_once(names.iter().cloned().chain(ended))
}

/// The spellings of a label that a name may stand for.
pub(crate) fn labels(name: &str) -> Vec<String> {
    let blanks = name.replace(['-', '_'], " ");
    let without = name.replace('-', "");
    each_once([name.to_owned(), blanks, without])
}

/// Says that two names differ in hyphens, blanks, underscores and case at most.
pub(crate) fn loosely_same(a: &str, b: &str) -> bool {
    loose(a) == loose(b)
}

/// Says that a license has this developer name, with the common end or without.
pub(crate) fn is_license(developer_name: &str, name: &str) -> bool {
    let (is, wanted) = (loose(developer_name), loose(name));
    let end = loose(LICENSE_END);
    is == wanted || is.strip_suffix(&end) == Some(&wanted)
}

fn loose(name: &str) -> String {
    let kept = name.chars().filter(|c| !LOOSE.contains(c));
    kept.collect::<String>().to_lowercase()
}

fn each_once(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut once: Vec<String> = vec![];
    for name in names {
        if !once.iter().any(|other| same(other, &name)) {
            once.push(name);
        }
    }
    once
}

#[cfg(test)]
mod tests;
