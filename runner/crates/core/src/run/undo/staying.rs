//! The changes that stay when a run has been undone, and what they refer to.

use std::collections::BTreeMap;

use usher_contract::change::Change;
use usher_contract::id;
use usher_contract::operation::{DeployComponents, Operation};
use usher_contract::value::{Scalar, Token};

/// The thing that a change refers to: an id in 18 characters, or the full name of a component.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Referred {
    Id(String),
    Name(String),
}

/// Changes that stay when the run is undone, or perhaps stay, by what they refer to.
#[derive(Default)]
pub(crate) struct Staying {
    /// The summary of the first change that stays.
    surely: BTreeMap<Referred, String>,
    /// The ids of changes that are undone first: when one of them stays after all, so does what it refers to.
    perhaps: BTreeMap<Referred, Vec<Token>>,
}

impl Staying {
    /// Records that a change stays, with all that `operation` refers to: the change's own, or the one that undoes a
    /// part of it. `texts`: the texts that the operation holds.
    pub(super) fn stays(&mut self, change: &Change, operation: &Operation, texts: &[String]) {
        for referred in referred(operation, texts) {
            let by = self.surely.entry(referred);
            by.or_insert_with(|| change.summary.clone());
        }
    }

    /// Records that a change is undone. If it stays after all, what it refers to must stay too. `id`: the token of its
    /// id.
    pub(super) fn may_stay(&mut self, change: &Change, texts: &[String], id: &Token) {
        for referred in referred(&change.operation, texts) {
            self.perhaps.entry(referred).or_default().push(id.clone());
        }
    }

    /// Returns the ids of the changes that keep the record of that id if they stay.
    ///
    /// # Errors
    ///
    /// A change that stays refers to it.
    pub(crate) fn record(&self, id: &Scalar) -> Result<Vec<Token>, String> {
        match id {
            Scalar::Text(text) => match id::canonical(text) {
                Some(id) => self.of(&Referred::Id(id)),
                None => Ok(Vec::new()),
            },
            _ => Ok(Vec::new()),
        }
    }

    /// The same for the component of that full name.
    ///
    /// # Errors
    ///
    /// A change that stays refers to it.
    pub(crate) fn component(&self, full_name: &str) -> Result<Vec<Token>, String> {
        self.of(&Referred::Name(full_name.to_owned()))
    }

    fn of(&self, referred: &Referred) -> Result<Vec<Token>, String> {
        match self.surely.get(referred) {
            Some(by) => Err(format!("what stays refers to it: {by}")),
            None => Ok(self.perhaps.get(referred).cloned().unwrap_or_default()),
        }
    }
}

/// Returns the ids among the texts. The texts of a deployment may also be names; its own names are left out.
fn referred(operation: &Operation, texts: &[String]) -> Vec<Referred> {
    let ids = texts.iter().filter_map(|text| id::canonical(text));
    let mut referred: Vec<Referred> = ids.map(Referred::Id).collect();
    if let Some(deploy) = operation.of::<DeployComponents>() {
        let own = |text: &String| {
            let mut names = deploy.names();
            names.any(|name| name.full_name == Scalar::text(text.as_str()))
        };
        let names = texts.iter().filter(|text| !own(text)).cloned();
        referred.extend(names.map(Referred::Name));
    }
    referred
}
