//! A policy: says which plans Usher carries out without a question, which need a person, and which are refused. Its
//! rules are about what a plan does, not about recipes and steps.

mod facts;
mod judge;

use usher_contract::read::OrgKind;
use usher_contract::text::list;

pub use facts::{Carried, Facts, destroyed, holders, made_by};
pub use judge::{Asks, Broken, Judged, judge};

/// A fact about a plan that a rule is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// Salesforce sends emails.
    Mails,
    /// A change cannot be undone.
    CannotUndo,
    /// A record is deleted, by a change or along with one.
    Deletes,
    /// A user gets more permissions than before.
    RaisesPrivileges,
    /// More records than `above` are touched: of an object, or in all.
    Records { object: Option<String>, above: u64 },
    /// A user gets one of these user permissions, also with a profile or a permission set that carries it.
    Privileges(Vec<String>),
}

impl Fact {
    /// The rule's words: "refuses a plan that mails".
    pub fn in_words(&self) -> String {
        match self {
            Self::Mails => "mails".to_owned(),
            Self::CannotUndo => "makes a change that cannot be undone".to_owned(),
            Self::Deletes => "deletes".to_owned(),
            Self::RaisesPrivileges => "raises privileges".to_owned(),
            Self::Records {
                object: Some(object),
                above,
            } => format!("touches more than {above} records of `{object}`"),
            Self::Records {
                object: None,
                above,
            } => format!("touches more than {above} records"),
            Self::Privileges(names) => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                format!("gives {}", list(&names))
            }
        }
    }
}

/// A line of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub fact: Fact,
    /// Counted from 1.
    pub line: usize,
}

/// The rules of a policy for one kind of org.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// The rules by which a person is asked; `None`: the policy does not say.
    pub ask: Option<Vec<Rule>>,
    /// The rules by which the plan is refused.
    pub refuse: Vec<Rule>,
}

/// A policy file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// The file's name in messages.
    pub file: String,
    /// Rules for every org.
    pub all: Rules,
    /// Rules for trials as well, because they become production orgs.
    pub production: Rules,
    /// Rules for scratch orgs as well.
    pub sandbox: Rules,
    pub practice: Rules,
}

impl Policy {
    /// Returns the rules that count for an org of that kind.
    fn rules(&self, kind: OrgKind) -> [&Rules; 2] {
        let own = match kind {
            OrgKind::Production | OrgKind::Trial => &self.production,
            OrgKind::Sandbox | OrgKind::Scratch => &self.sandbox,
            OrgKind::Practice => &self.practice,
        };
        [&self.all, own]
    }

    /// The user permissions that the policy's rules for such an org name.
    pub fn privileges(&self, kind: OrgKind) -> Vec<&str> {
        let rules = self.rules(kind).into_iter();
        let rules = rules.flat_map(|rules| rules.ask.iter().flatten().chain(&rules.refuse));
        rules
            .filter_map(|rule| match &rule.fact {
                Fact::Privileges(names) => Some(names),
                _ => None,
            })
            .flatten()
            .map(String::as_str)
            .collect()
    }
}
