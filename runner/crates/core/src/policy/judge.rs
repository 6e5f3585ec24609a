//! Judges a plan by policies. All of them count, and the stricter one wins.

use usher_contract::read::OrgKind;

use crate::policy::{Fact, Facts, Policy, Rule, Rules};

/// The judgement of policies on a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The rules that refuse the plan.
    pub refused: Vec<Broken>,
    pub asks: Asks,
}

/// Says whether a person is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asks {
    /// No policy says for which plans a person is asked. A person is always asked then.
    Always,
    /// These rules ask for a person.
    Because(Vec<Broken>),
    Nobody,
}

/// A rule that a plan meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub file: String,
    pub line: usize,
    /// The fact about the plan: "mails".
    pub fact: String,
    /// The changes and effects that make it a fact.
    pub changes: Vec<String>,
}

impl Judged {
    /// The judgement without any policy.
    pub fn without_policy() -> Self {
        Self {
            refused: Vec::new(),
            asks: Asks::Always,
        }
    }
}

/// Judges what a plan does in an org of that kind by all policies.
pub fn judge(policies: &[Policy], kind: OrgKind, facts: &Facts) -> Judged {
    let mut refused = Vec::new();
    let mut asks = None::<Vec<Broken>>;
    for policy in policies {
        for rules in policy.rules(kind) {
            let Rules { ask, refuse } = rules;
            refused.extend(met(policy, refuse, facts));
            if let Some(ask) = ask {
                asks.get_or_insert_default().extend(met(policy, ask, facts));
            }
        }
    }
    let asks = match asks {
        None => Asks::Always,
        Some(met) if met.is_empty() => Asks::Nobody,
        Some(met) => Asks::Because(met),
    };
    Judged { refused, asks }
}

fn met<'a>(
    policy: &'a Policy,
    rules: &'a [Rule],
    facts: &'a Facts,
) -> impl Iterator<Item = Broken> + 'a {
    rules.iter().filter_map(|rule| {
        let changes = changes(&rule.fact, facts);
        (!changes.is_empty()).then(|| Broken {
            file: policy.file.clone(),
            line: rule.line,
            fact: rule.fact.in_words(),
            changes,
        })
    })
}

/// The changes that make it a fact; `None` when it is not one.
fn changes(fact: &Fact, facts: &Facts) -> Vec<String> {
    match fact {
        Fact::Mails => facts.mails.clone(),
        Fact::CannotUndo => facts.cannot_undo.clone(),
        Fact::Deletes => facts.deletes.clone(),
        Fact::RaisesPrivileges => facts.raises.clone(),
        Fact::Records { object, above } => {
            let records = facts.records(object.as_deref());
            match records.len() as u64 > *above {
                true => records,
                false => Vec::new(),
            }
        }
        Fact::Privileges(names) => facts.privileges(names),
    }
}
