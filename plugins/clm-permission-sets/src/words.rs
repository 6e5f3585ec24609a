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
                "There is no permission set and no group with the label or API name `{name}`"
            );
            problems.invalid(
                Diagnostic::error("unknown-permission-set", &wish.at, summary)
                    .remedy("Compare it with Setup > Permission Sets"),
            );
            return;
        }
        let summary = format!(
            "The persona `{}` needs the permission set `{name}`, and this org has none of that label",
            self.persona.name
        );
        // The label's first word finds its neighbours: `DocGen`, `CLM`, `Contract`.
        let word = name.split(' ').next().unwrap_or(name);
        let remedy = format!(
            "Look how it is called here: `SELECT Name, Label FROM PermissionSet WHERE Label LIKE '{word}%'`. Found under another name: `names = {{ \"{name}\" = \"…\" }}`. Not found: Salesforce Contracts or Document Generation is not licensed or not turned on in this org"
        );
        problems.unmet(
            Diagnostic::error("label-not-there", &wish.at, summary)
                .remedy(remedy)
                .rule(self.persona.rule),
        );
    }

    fn choose(&self, wish: &Wish, names: &str) -> String {
        if is_given(wish) {
            return format!("Write the API name of the one that is meant ({names})");
        }
        format!(
            "Say which is meant, by its API name ({names}): `names = {{ \"{}\" = \"…\" }}`",
            wish.name
        )
    }
}

/// Says whether a person has written the name.
fn is_given(wish: &Wish) -> bool {
    wish.at.starts_with("/names/")
}
