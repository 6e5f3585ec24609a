//! The types of components that Salesforce has, whether the practice org has components of them or not
//! (docs/salesforce/metadata.md#types).

/// One name a line, in the order of bytes.
static NAMES: &str = include_str!("types.txt");

/// Says whether Salesforce has a type of that name.
pub(crate) fn is_type(name: &str) -> bool {
    !name.is_empty() && NAMES.lines().any(|known| known == name)
}

#[cfg(test)]
mod tests {
    use super::{NAMES, is_type};

    #[test]
    fn every_name_stands_once_and_in_order() {
        let names: Vec<&str> = NAMES.lines().collect();
        assert!(names.is_sorted_by(|one, other| one < other));
        assert!(is_type("Flow") && is_type("Settings") && !is_type("Flows") && !is_type(""));
    }

    #[test]
    fn the_kinds_of_the_practice_org_are_types() {
        for kind in &crate::metadata::KINDS {
            assert!(is_type(kind.name), "{}", kind.name);
            for part in kind.parts() {
                assert!(is_type(part.name), "{}", part.name);
            }
        }
    }
}
