//! Foresight: the reads that planning a recipe needs, whatever the org is like. All of it leaves together, before the first
//! step is planned.
//!
//! Nothing depends on it: a read that turns out to be needed finds its answer, and one that does not has cost a place in
//! a request that leaves anyway.

use usher_core::read::Identity;
use usher_core::recipe::{BoundInputs, Kept, Outputs, Recipe, Runs, Scope};

use crate::client::{OrgError, Who};
use crate::inputs;
use crate::own_rights;
use crate::port::Steps;
use crate::reads::{Foreseen, Reader};

/// Descriptions and settings that are foreseen: as many as go into the first composite, and into one round of requests.
const FORESEEN_MAX: usize = 20;

/// The reads of one planning that are known before it begins.
#[derive(Clone, Debug, Default)]
pub struct Foresight(Foreseen);

impl Foresight {
    /// The reads of a recipe with these inputs: the records that they name, and what the plugins of its steps say that
    /// they look at.
    pub fn of(recipe: &Recipe, inputs: &BoundInputs, steps: &dyn Steps) -> Self {
        let scope = Scope {
            inputs: &inputs.values,
            item: None,
            outputs: &Outputs::default(),
        };
        let mut foreseen = Foreseen {
            lookups: inputs::foreseen(recipe, inputs),
            ..Foreseen::default()
        };
        for step in &recipe.steps {
            let Kept::ByPlugin(used) = &step.kept else {
                continue;
            };
            // The plugin of a checked recipe is known; a step that waits for another one may be skipped.
            let plugin = steps.plugin(&used.plugin.to_string());
            let (Some((manifest, _)), Ok(Runs::Yes)) = (plugin, step.runs(&scope)) else {
                continue;
            };
            add(&mut foreseen.objects, &manifest.reads.describes);
            add(&mut foreseen.settings, &manifest.reads.settings);
        }
        Self(foreseen)
    }

    /// Asks for the kind of the org, and for everything that is foreseen.
    ///
    /// # Errors
    ///
    /// As [`OrgError`]: the org does not answer what it is.
    pub async fn open(&self, reader: &Reader, who: Who) -> Result<Identity, OrgError> {
        let foreseen = self.of_user(&who.user_id);
        reader.open(who, foreseen).await
    }

    /// Asks for everything that is foreseen.
    pub async fn read(&self, reader: &Reader, user: &Identity) {
        reader.foresee(self.of_user(&user.user_id)).await;
    }

    fn of_user(&self, user_id: &str) -> Foreseen {
        let mut foreseen = self.0.clone();
        foreseen.queries.push(own_rights::question(user_id));
        foreseen
    }
}

/// Adds the names that are not there. One that stands for others names nothing that can be asked for.
fn add(known: &mut Vec<String>, names: &[String]) {
    for name in names {
        if known.len() < FORESEEN_MAX && !name.contains('*') && !known.contains(name) {
            known.push(name.clone());
        }
    }
}
