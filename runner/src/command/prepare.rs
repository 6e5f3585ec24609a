//! From a command line to a plan: find and check the recipe, allow and load its plugins, open the org,
//! fill in the inputs, plan.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};
use usher_core::diagnostic::{Diagnostic, SourceText};
use usher_core::limit;
use usher_core::plan::{Plan, ProblemClass};
use usher_core::read::{OrgKind, ReadError};
use usher_core::recipe::{Recipe, check, parse, parse_inputs, parse_set};
use usher_core::run::RunState;
use usher_engine::inputs::{FoundInputs, InputsError, find_records};
use usher_engine::planning::{Confirmations, Planning};
use usher_engine::reads::Reader;
use usher_host::Host;

use crate::args::Target;
use crate::catalog::{Catalog, Found, read_text};
use crate::clock;
use crate::confirmations::{self, Given};
use crate::connect::{self, Connection};
use crate::error::{Error, Mistake};
use crate::exit::Exit;
use crate::home::Home;
use crate::plugins::Plugins;
use crate::practice;
use crate::report;
use crate::saved::{SavedPlan, SavedRecipe};
use crate::world::World;

/// A plan and what it was made with.
pub(crate) struct Prepared {
    pub(crate) recipe: Recipe,
    pub(crate) connection: Connection,
    pub(crate) home: Home,
    pub(crate) plan: Plan,
    pub(crate) plugins: Plugins,
    pub(crate) inputs: FoundInputs,
    /// What to save with the plan.
    pub(crate) origin: SavedRecipe,
    /// The inputs as given, or the example's.
    pub(crate) given: Map<String, Value>,
    confirmations: Confirmations,
    /// Steps by hand that are being confirmed.
    pub(crate) confirmed: Given,
}

impl Prepared {
    /// For the steps that are planned when the run has begun.
    pub(crate) fn planning(&self) -> Planning<'_> {
        planning(
            &self.recipe,
            &self.inputs,
            &self.plan,
            &self.connection,
            &self.plugins,
            &self.confirmations,
        )
    }
}

/// What a run that ended early needs to plan the rest of its steps.
pub(crate) struct Frozen<'a> {
    recipe: Recipe,
    inputs: FoundInputs,
    plan: Plan,
    plugins: Plugins,
    confirmations: Confirmations,
    connection: &'a Connection,
}

impl Frozen<'_> {
    /// For the steps that are planned when the run has begun.
    pub(crate) fn planning(&self) -> Planning<'_> {
        planning(
            &self.recipe,
            &self.inputs,
            &self.plan,
            self.connection,
            &self.plugins,
            &self.confirmations,
        )
    }
}

/// Recipe, inputs and plugins as the run began with them; no file of the recipe is needed.
pub(crate) async fn frozen<'a>(
    run: &RunState,
    home: &Home,
    connection: &'a Connection,
    world: &World,
) -> Result<Frozen<'a>, Error> {
    let plan = run.plan.as_deref().cloned().ok_or_else(Error::no_plan)?;
    let source = SourceText {
        name: run.origin.source.clone(),
        text: run.recipe.clone(),
    };
    let raw =
        parse(source.clone()).map_err(|mistake| Error::mistakes(Some(&source), vec![*mistake]))?;
    let mut plugins = Plugins::frozen(&raw, &run.origin, home)?;
    let recipe = check(raw, &plugins).map_err(|found| Error::mistakes(Some(&source), found))?;
    plugins.load(&host(home, world)?).await?;
    let values = plan.inputs.iter();
    let values = values.map(|input| (input.name.clone(), input.value.clone()));
    let inputs = FoundInputs {
        values: values.collect(),
        used: plan.inputs.clone(),
        // Never written down.
        secrets: BTreeMap::new(),
    };
    Ok(Frozen {
        confirmations: confirmations::all(&Given::new(), &recipe, &plan.org, home)?,
        recipe,
        inputs,
        plan,
        plugins,
        connection,
    })
}

/// Checks that the plugins from files of a run that goes on are still allowed what they ask for.
pub(crate) fn still_allowed(run: &RunState, home: &Home) -> Result<(), Error> {
    let source = SourceText {
        name: run.origin.source.clone(),
        text: run.recipe.clone(),
    };
    let raw =
        parse(source.clone()).map_err(|mistake| Error::mistakes(Some(&source), vec![*mistake]))?;
    Plugins::frozen_from_files(&raw, &run.origin, home)?.allowed(&Catalog::load()?, home)
}

fn planning<'a>(
    recipe: &'a Recipe,
    inputs: &'a FoundInputs,
    plan: &'a Plan,
    connection: &Connection,
    plugins: &'a Plugins,
    confirmations: &'a Confirmations,
) -> Planning<'a> {
    Planning {
        recipe,
        inputs,
        identity: &plan.org,
        now: &plan.now,
        org: Arc::clone(&connection.org),
        reader: Arc::new(Reader::new(Arc::clone(&connection.org))),
        steps: plugins,
        confirmations,
    }
}

/// Plans the recipe against the org. Nothing in the org changes. `confirm`: as `--confirm` was given.
pub(crate) async fn prepare(
    target: &Target,
    confirm: &[String],
    world: &mut World,
) -> Result<Prepared, Error> {
    planned(target, confirm, None, world).await
}

/// Plans again what was saved: the same recipe, inputs and time, the org as it is now.
pub(crate) async fn again(
    saved: &SavedPlan,
    target: &Target,
    confirm: &[String],
    world: &mut World,
) -> Result<Prepared, Error> {
    planned(target, confirm, Some(saved), world).await
}

async fn planned(
    target: &Target,
    confirm: &[String],
    saved: Option<&SavedPlan>,
    world: &mut World,
) -> Result<Prepared, Error> {
    let home = Home::of(world)?;
    let catalog = Catalog::load()?;
    let found = match saved {
        Some(saved) => saved.found(&catalog)?,
        None => catalog.find(&target.recipe, world)?,
    };
    let mut plugins = Plugins::of(&found)?;
    if let Some(saved) = saved {
        saved.must_be_planned_by(plugins.stamps())?;
    }
    let source = found.raw.source().clone();
    let origin = SavedRecipe {
        source: source.name.clone(),
        text: source.text.clone(),
        pack: found.pack.clone(),
        folder: found.folder.clone(),
    };
    let (pack, example) = (found.pack.is_some(), found.example.clone());
    plugins.allow(&catalog, &found, &home)?;
    let recipe = check(found.raw, &plugins)
        .map_err(|diagnostics| Error::mistakes(Some(&source), diagnostics))?;
    let asked = given_inputs(target, &recipe, world)?;
    let (given, connection) = match saved {
        Some(saved) => (
            saved.inputs(asked)?,
            connect::again(target.org.org.as_deref(), &saved.alias, &home, world)?,
        ),
        None => {
            let start = example.as_ref().filter(|_| asked.is_empty());
            let start = start.and_then(|example| example.start.as_deref());
            let org = org_of(
                target.org.org.as_deref(),
                start,
                found.practice.as_ref(),
                &home,
                world,
            )?;
            (asked, connect::open(org.as_deref(), &home, world)?)
        }
    };
    // The org answers while the plugins are loaded.
    let org = Arc::clone(&connection.org);
    let identity = tokio::spawn(async move { org.identity().await });
    let host = host(&home, world)?;
    plugins.load(&host).await?;
    let identity = identity
        .await
        .map_err(|error| Error::new(Exit::Bug, "bug", error.to_string()))??;
    if let Some(saved) = saved {
        saved.must_be_of(&identity)?;
    }
    let confirmed = confirmations::given(confirm, &recipe, &identity, example.as_ref())?;
    let given = match (given.is_empty(), identity.org_kind, example) {
        (true, OrgKind::Practice, Some(example)) => {
            let whose = if pack { "the recipe's" } else { "the" };
            world.say(format!(
                "No inputs given: on a practice org, {whose} example is used."
            ));
            example.inputs
        }
        _ => given,
    };
    let bound = recipe
        .bind_inputs(&given)
        .map_err(|found| Error::mistakes(None, found))?;
    let reader = Arc::new(Reader::new(Arc::clone(&connection.org)));
    let inputs = find_records(&recipe, bound, &reader)
        .await
        .map_err(inputs_error)?;
    // A plan's time is part of it: what a plugin makes of it was approved.
    let now = match saved {
        Some(saved) => saved.plan.now.clone(),
        None => clock::utc(world.clock.now_ms()),
    };
    let confirmations = confirmations::all(&confirmed, &recipe, &identity, &home)?;
    let planning = Planning {
        recipe: &recipe,
        inputs: &inputs,
        identity: &identity,
        now: &now,
        org: Arc::clone(&connection.org),
        reader,
        steps: &plugins,
        confirmations: &confirmations,
    };
    let plan = planning.plan().await;
    Ok(Prepared {
        plan,
        recipe,
        connection,
        home,
        plugins,
        inputs,
        origin,
        given,
        confirmations,
        confirmed,
    })
}

/// Reads and checks a recipe without an org.
pub(crate) fn checked(found: Found) -> Result<Recipe, Error> {
    let plugins = Plugins::of(&found)?;
    let source = found.raw.source().clone();
    check(found.raw, &plugins).map_err(|diagnostics| Error::mistakes(Some(&source), diagnostics))
}

/// Why a plan cannot be carried out, if it cannot.
pub(crate) fn failure(recipe: &Recipe, plan: &Plan) -> Option<Error> {
    let class = plan.failure()?;
    let (exit, code, why) = match class {
        ProblemClass::Unmet => (Exit::Failed, "step/unmet", "the org is not ready"),
        ProblemClass::Invalid => (Exit::Invalid, "step/invalid", "the input is wrong"),
        ProblemClass::Unavailable => (
            Exit::Unreachable,
            "org/unavailable",
            "the org gives no answer",
        ),
        ProblemClass::Limit => (Exit::Limit, "plugin/limit", "a limit is reached"),
        ProblemClass::Plugin => (Exit::Failed, "plugin/failed", "a plugin is at fault"),
        ProblemClass::Refused => (Exit::Refused, "grant/undeclared", "a plugin is refused"),
    };
    let mut error = Error::new(exit, code, format!("{why}; nothing was changed"));
    error.mistakes = report::step_problems(recipe, &plan.steps);
    if let [Mistake { diagnostic, .. }] = error.mistakes.as_slice() {
        error.code.clone_from(&diagnostic.code);
    }
    Some(error)
}

/// The org that was named; the start's own where that is the common practice org. `practice`: the file
/// outside the box that has the start.
fn org_of(
    named: Option<&str>,
    start: Option<&str>,
    practice: Option<&SourceText>,
    home: &Home,
    world: &mut World,
) -> Result<Option<String>, Error> {
    let named = named.or_else(|| world.variable("USHER_ORG"));
    let named = named.map(str::to_owned);
    let (Some("practice"), Some(start)) = (named.as_deref(), start) else {
        return Ok(named);
    };
    if let Some(practice) = practice {
        drop(practice::open_beside(start, practice, home)?);
    }
    let org = format!("practice:{start}");
    world.say(format!(
        "The example starts from a practice org of its own: `{org}`."
    ));
    Ok(Some(org))
}

/// The host with its cache; without one when the cache folder cannot be used.
fn host(home: &Home, world: &World) -> Result<Host, Error> {
    let cache = home.compiled().ok();
    let unusable = |error: usher_host::HostError| {
        Error::new(Exit::Plugin, "plugin/no-host", error.to_string())
    };
    let made = |cache| Host::compiling_with(world.program.clone(), cache);
    match made(cache) {
        Ok(host) => Ok(host),
        Err(usher_host::HostError::Cache { .. }) => made(None).map_err(unusable),
        Err(error) => Err(unusable(error)),
    }
}

fn given_inputs(
    target: &Target,
    recipe: &Recipe,
    world: &World,
) -> Result<Map<String, Value>, Error> {
    let mut given = Map::new();
    if let Some(file) = &target.inputs {
        let path = world.folder.join(file);
        let source = SourceText {
            name: file.display().to_string(),
            text: read_text(&path, limit::INPUTS_BYTES_MAX)?,
        };
        given = parse_inputs(&source, recipe)
            .map_err(|diagnostics| Error::mistakes(Some(&source), diagnostics))?;
    }
    let mut mistakes: Vec<Diagnostic> = Vec::new();
    for text in &target.set {
        match parse_set(text, recipe) {
            Ok((name, value)) => {
                given.insert(name, value);
            }
            Err(mistake) => mistakes.push(*mistake),
        }
    }
    match mistakes.is_empty() {
        true => Ok(given),
        false => Err(Error::mistakes(None, mistakes)),
    }
}

fn inputs_error(error: InputsError) -> Error {
    match error {
        InputsError::Mistakes(mistakes) => Error::mistakes(None, mistakes),
        InputsError::Read(error @ ReadError::Unavailable(_)) => {
            Error::new(Exit::Unreachable, "org/unavailable", error.to_string())
        }
        InputsError::Read(error) => Error::new(Exit::Failed, "org/refused", error.to_string()),
    }
}
