//! The personas of Salesforce Contracts, as the documents describe them.

use usher_sdk::{Diagnostic, Failure, Problems, Record, Value, ticked};

/// One kind of user of Salesforce Contracts.
pub(crate) struct Persona {
    pub(crate) name: &'static str,
    /// Permission sets by label.
    pub(crate) sets: &'static [&'static str],
    /// Permission set licenses by label. Those that a set is bound to come along without being named.
    pub(crate) licenses: &'static [&'static str],
    /// The users whom it is for, by `UserType` and in words. None: the documents do not say.
    users: Option<(&'static str, &'static str)>,
    /// The document.
    pub(crate) rule: &'static str,
}

/// `Set Up Salesforce Contracts Customer Community Plus User` names both sets, and in its last paragraph those of the
/// two other personas; `Personas and Permission Set Licenses for Salesforce Contracts` names the licenses. No document
/// names the license of a partner; the license that the set is bound to comes along. That the runtime user needs the
/// license of contract lifecycles is [inferred] from its name.
const PERSONAS: &[Persona] = &[
    Persona {
        name: "cc-plus-user",
        sets: &[
            "DocGen Run-time Community User",
            "Contract Management CC Plus Digital Experience User",
        ],
        licenses: &["DocGen Runtime for Community Users"],
        users: Some(("PowerCustomerSuccess", "Customer Community Plus")),
        rule: "Set Up Salesforce Contracts Customer Community Plus User, Permission Set Assignments",
    },
    Persona {
        name: "clm-partner",
        sets: &["CLM Digital Experience Partner"],
        licenses: &[],
        users: Some(("PowerPartner", "Partner Community")),
        rule: "Set Up Salesforce Contracts Partner Community User",
    },
    Persona {
        name: "clm-runtime-user",
        sets: &["CLM Runtime User"],
        licenses: &["Contract Lifecycle Management User"],
        users: None,
        rule: "Personas and Permission Set Licenses for Salesforce Contracts",
    },
];

impl Persona {
    pub(crate) fn named(name: &str) -> Result<&'static Self, Failure> {
        let persona = PERSONAS.iter().find(|persona| persona.name == name);
        persona.ok_or_else(|| {
            let names: Vec<&str> = PERSONAS.iter().map(|persona| persona.name).collect();
            let summary = format!("Salesforce Contracts has no persona `{name}` here");
            Failure::invalid(
                Diagnostic::error("unknown-persona", "/persona", summary)
                    .remedy(format!("Set {{with.persona}} to one of {}", ticked(&names)))
                    .rule("Personas and Permission Set Licenses for Salesforce Contracts"),
            )
        })
    }

    /// Everything it needs, as the documents call it.
    pub(crate) fn labels(&self) -> impl Iterator<Item = &'static str> {
        self.sets.iter().chain(self.licenses).copied()
    }

    /// Checks the kind of the user: a user of another kind gets nothing from the persona's sets. The type of a user who
    /// is only planned may not be known.
    pub(crate) fn suits(&self, user: &Record, problems: &mut Problems) -> Result<(), Failure> {
        let Some((kind, license)) = self.users else {
            return Ok(());
        };
        let Value::Text(is) = user.value("UserType")? else {
            return Ok(());
        };
        if is == kind {
            return Ok(());
        }
        let who = match user.value("Username")? {
            Value::Text(username) => username,
            _ => "the user".to_owned(),
        };
        let has = match user.value("Profile.UserLicense.MasterLabel")? {
            Value::Text(has) => format!("has `{has}`"),
            _ => format!("is of the type {is}"),
        };
        let summary = format!(
            "The persona `{}` is for users with a license of the kind `{license}`; {who} {has}",
            self.name
        );
        problems.unmet(
            Diagnostic::error("other-license", "/persona", summary)
                .remedy(
                    "Set {with.persona} to one that fits the user, or {with.user} to a user of that license",
                )
                .rule(self.rule),
        );
        Ok(())
    }
}
