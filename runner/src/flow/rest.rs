//! Planning the rest of a run that ended early: recipe, inputs and plugins are those that it began with.

use std::collections::BTreeMap;
use std::sync::Arc;

use usher_core::diagnostic::SourceText;
use usher_core::read::Identity;
use usher_core::recipe::{Recipe, check, parse};
use usher_core::run::RunState;
use usher_engine::inputs::FoundInputs;
use usher_engine::planning::{Confirmations, Planning};
use usher_engine::reads::Reader;

use crate::confirmations::{self, Given};
use crate::connect::Connection;
use crate::error::Error;
use crate::flow::prepare;
use crate::home::Home;
use crate::plugins::Plugins;
use crate::world::World;

/// Everything that a run that ended early needs to plan the rest of its steps.
pub(super) struct Frozen<'a> {
    recipe: Recipe,
    inputs: FoundInputs,
    /// The user who resumes the run.
    identity: Identity,
    now: String,
    plugins: Plugins,
    confirmations: Confirmations,
    connection: &'a Connection,
}

impl Frozen<'_> {
    /// For the steps that are planned when the run has begun.
    pub(super) fn planning(&self) -> Planning<'_> {
        Planning {
            recipe: &self.recipe,
            inputs: &self.inputs,
            identity: &self.identity,
            now: &self.now,
            org: Arc::clone(&self.connection.org),
            reader: Arc::new(Reader::new(Arc::clone(&self.connection.org))),
            steps: &self.plugins,
            confirmations: &self.confirmations,
        }
    }
}

/// Recipe, inputs and plugins as the run began with them; no file of the recipe is needed. `identity`: who carries the
/// run on.
pub(super) async fn frozen<'a>(
    run: &RunState,
    identity: &Identity,
    home: &Home,
    connection: &'a Connection,
    world: &World,
) -> Result<Frozen<'a>, Error> {
    let plan = run.plan.as_deref().ok_or_else(Error::no_plan)?;
    let source = SourceText {
        name: run.origin.source.clone(),
        text: run.recipe.clone(),
    };
    let raw =
        parse(source.clone()).map_err(|mistake| Error::mistakes(Some(&source), vec![*mistake]))?;
    let mut plugins = Plugins::frozen(&raw, &run.origin, home)?;
    plugins.note_grants(home)?;
    let recipe = check(raw, &plugins).map_err(|found| Error::mistakes(Some(&source), found))?;
    plugins
        .load(&prepare::host(home, world)?, &world.calls)
        .await?;
    let values = plan.inputs.iter();
    let values = values.map(|input| (input.name.clone(), input.value.value()));
    let inputs = FoundInputs {
        values: values.collect(),
        used: Arc::clone(&plan.inputs),
        // Never written down; the run's bindings hold those that were given again.
        secrets: BTreeMap::new(),
    };
    Ok(Frozen {
        confirmations: confirmations::all(&Given::new(), &recipe, identity, home)?,
        recipe,
        inputs,
        identity: identity.clone(),
        now: plan.now.clone(),
        plugins,
        connection,
    })
}

/// Checks that the plugins of a run that goes on are still allowed what they ask for, when a person has allowed it, and
/// the privileges that the changes still to be sent raise.
pub(super) fn still_allowed(run: &RunState, home: &Home) -> Result<(), Error> {
    let source = SourceText {
        name: run.origin.source.clone(),
        text: run.recipe.clone(),
    };
    let raw =
        parse(source.clone()).map_err(|mistake| Error::mistakes(Some(&source), vec![*mistake]))?;
    let plugins = Plugins::frozen_outside(&raw, &run.origin, home)?;
    let wishes = plugins.wishes(home)?;
    match wishes.of.is_empty() {
        true => plugins.must_raise_no_more(run, home),
        false => Err(wishes.refused(home)),
    }
}
