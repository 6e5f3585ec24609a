//! Messages about names that come from the documents: the org lacks them, and a person may say their names in this org.

use usher_permissions::{Voice, Wish};
use usher_sdk::{Diagnostic, Problems};

use crate::persona::Persona;

pub(crate) struct Words {
    pub(crate) persona: &'static Persona,
}

impl Voice for Words {
    fn unknown_set(&self, wish: &Wish, problems: &mut Problems) {
        let name = &wish.name;
        if is_given(wish) {
            let summary = format!(
                "There is no permission set and no group with the id, API name or label `{name}`"
            );
            problems.invalid(
                Diagnostic::error("unknown-permission-set", &wish.at, summary)
                    .remedy("Set it in {with.names} to a name that Setup > Permission Sets shows"),
            );
            return;
        }
        let summary = format!(
            "The persona `{}` needs the permission set `{name}`, and this org has none of that API name or label",
            self.persona.name
        );
        let remedy = format!(
            "Look for it in Setup > Permission Sets; under another name, write `\"{name}\" = \"API name\"` in {{with.names}}. When it is not there, Salesforce Contracts or Document Generation is not licensed or not turned on in this org"
        );
        problems.unmet(
            Diagnostic::error("label-not-there", &wish.at, summary)
                .remedy(remedy)
                .rule(self.persona.rule),
        );
    }

    fn find_license(&self, wish: &Wish) -> String {
        let name = &wish.name;
        if is_given(wish) {
            return "Set it in {with.names} to a permission set license that Setup > Company Information lists"
                .to_owned();
        }
        format!(
            "Look for it in Setup > Company Information > Permission Set Licenses; under another name, write `\"{name}\" = \"name\"` in {{with.names}}. When it is not there, Salesforce Contracts or Document Generation is not licensed in this org"
        )
    }

    fn choose(&self, wish: &Wish, names: &str) -> String {
        if is_given(wish) {
            return format!(
                "Write the API name of the one that is meant in {{with.names}} ({names})"
            );
        }
        format!(
            "Write which is meant, by its API name ({names}), in {{with.names}}: `\"{}\" = \"API name\"`",
            wish.name
        )
    }
}

/// Says whether a person has written the name.
fn is_given(wish: &Wish) -> bool {
    wish.at.starts_with("/names/")
}
