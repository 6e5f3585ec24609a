//! Orgs without sites, and sites that an org does not have.

use usher_sdk::{Diagnostic, Failure, Lookup, Org, ReadError, ticked};

/// All statuses of a site (docs/salesforce/sites.md#states). A lookup takes a condition.
const STATUSES: [&str; 3] = ["Live", "DownForMaintenance", "UnderConstruction"];

/// Sites that a remedy lists.
const OFFERED_MAX: usize = 10;

/// Bytes of a name that is compared with others. The cost is the product of both lengths.
const COMPARED_BYTES_MAX: usize = 255;

/// Explains the error of an org without Digital Experiences, which does not have the object.
pub fn without_sites(error: ReadError) -> Failure {
    match error {
        ReadError::Refused(refusal) if refusal.code == "INVALID_TYPE" => Failure::unmet(
            Diagnostic::error(
                "digital-experiences-off",
                "/site",
                "This org has no sites: Digital Experiences is off, or the signed-in user may not see them",
            )
            .remedy("Turn it on in Setup > Digital Experiences > Settings, and make the site"),
        ),
        error => error.into(),
    }
}

/// Reports that the org has no site of the name in the input `site`. The remedy, which `remedy` begins, says which one is
/// probably meant, and lists the org's sites. The manifest reads `Name` and `Status` of
/// `Network`.
pub fn unknown_site(name: &str, remedy: &str, org: &dyn Org) -> Diagnostic {
    let remedy = match names(org) {
        None => format!("{remedy} to a site as Setup > Digital Experiences > All Sites shows it"),
        Some(there) if there.is_empty() => "The signed-in user sees no site in this org. Make the site first: step `create-site`, or Setup > Digital Experiences > All Sites".to_owned(),
        Some(there) => {
            let listed = listed(&there);
            match (nearest(name, &there), there.len()) {
                (Some(meant), 1) => {
                    format!("{remedy} to the site of this org; did you mean `{meant}`?")
                }
                (Some(meant), _) => {
                    format!("{remedy} to a site of this org; did you mean `{meant}`? {listed}")
                }
                (None, _) => format!("{remedy} to a site of this org. {listed}"),
            }
        }
    };
    Diagnostic::error(
        "unknown-site",
        "/site",
        format!("There is no site `{name}`"),
    )
    .remedy(remedy)
}

/// The names of all sites, in order. None: the org does not show them.
fn names(org: &dyn Org) -> Option<Vec<String>> {
    let all = Lookup::of("Network").read(["Name"]);
    let sites = org.find(&all.whose_any("Status", STATUSES)).ok()?;
    let names = sites.iter().map(|site| site.text("Name"));
    let mut names: Vec<String> = names
        .map(|name| name.map(str::to_owned))
        .collect::<Result<_, _>>()
        .ok()?;
    names.sort_by_cached_key(|name| name.to_lowercase());
    Some(names)
}

/// "There are `A`, `B` and 3 more".
fn listed(names: &[String]) -> String {
    let (shown, rest) = names.split_at(names.len().min(OFFERED_MAX));
    match (shown, rest.len()) {
        ([one], _) => format!("There is `{one}`"),
        (shown, 0) => format!("There are {}", ticked(shown)),
        (shown, more) => {
            let shown: Vec<String> = shown.iter().map(|name| format!("`{name}`")).collect();
            format!("There are {} and {more} more", shown.join(", "))
        }
    }
}

/// The name that a person probably meant.
fn nearest<'n>(name: &str, names: &'n [String]) -> Option<&'n str> {
    let may_be_compared = |name: &str| name.len() <= COMPARED_BYTES_MAX;
    let wanted = name.to_lowercase();
    let compared = names
        .iter()
        .filter(|other| may_be_compared(name) && may_be_compared(other))
        .map(|other| {
            let distance = strsim::damerau_levenshtein(&wanted, &other.to_lowercase());
            (distance, other.as_str())
        });
    compared
        .filter(|(distance, other)| *distance <= 1 + other.len().min(name.len()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use super::{listed, nearest};

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn a_slip_leads_to_the_site_that_is_meant() {
        let sites = names(&["Client Portal", "Hilfe", "Shop"]);
        assert_eq!(nearest("client partal", &sites), Some("Client Portal"));
        assert_eq!(nearest("Hlife", &sites), Some("Hilfe"));
        assert_eq!(nearest("Nowhere", &sites), None);
        assert_eq!(nearest(&"x".repeat(300), &sites), None);
    }

    #[test]
    fn ten_sites_at_most_are_listed() {
        assert_eq!(listed(&names(&["A"])), "There is `A`");
        assert_eq!(listed(&names(&["A", "B"])), "There are `A` and `B`");
        let twelve: Vec<String> = (10..22).map(|number| format!("S{number}")).collect();
        assert_eq!(
            listed(&twelve),
            "There are `S10`, `S11`, `S12`, `S13`, `S14`, `S15`, `S16`, `S17`, `S18`, `S19` and 2 more"
        );
    }
}
