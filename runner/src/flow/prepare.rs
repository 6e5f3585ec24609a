//! From a command line to a plan: find and check the recipe, allow and load its plugins, open the org,
//! fill in the inputs; then plan, as often as the command needs it.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};
use usher_core::diagnostic::{Diagnostic, SourceText};
use usher_core::limit;
use usher_core::plan::Plan;
use usher_core::read::{Identity, OrgKind, ReadError};
use usher_core::recipe::{
    BoundInputs, InputKind, Recipe, check, parse_inputs, parse_practice, parse_set,
};
use usher_engine::foresight::Foresight;
use usher_engine::inputs::{FoundInputs, InputsError, find_records};
use usher_engine::planning::{Confirmations, Planning};
use usher_engine::reads::Reader;
use usher_engine::spans::Instrument;
use usher_host::Host;

use crate::catalog::{self, Found};
use crate::clock;
use crate::confirmations::{self, Given};
use crate::connect::{self, Connection};
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::allow;
use crate::flow::attendant::{Attendant, Told};
use crate::flow::keep::{self, LetGo};
use crate::flow::rows;
use crate::flow::target::Target;
use crate::home::Home;
use crate::plugins::Plugins;
use crate::practice;
use crate::saved::{SavedPlan, SavedRecipe};
use crate::text_file::read_text;
use crate::world::World;

/// Everything that a plan is made of, found and checked: recipe, plugins, org, inputs. It can be planned more than
/// once.
pub(crate) struct Opened {
    pub(crate) recipe: Recipe,
    pub(crate) connection: Connection,
    pub(crate) identity: Identity,
    pub(crate) home: Home,
    pub(crate) plugins: Plugins,
    /// The recipe as a saved plan holds it.
    origin: SavedRecipe,
    /// A wrong row is left out, and a failed item takes no other down.
    pub(crate) goes_on: bool,
    /// The most records that are let go of each list, in place of the recipe's brake.
    let_go: LetGo,
    /// The inputs as given, or the example's.
    given: Arc<Map<String, Value>>,
    /// Steps by hand that are being confirmed.
    pub(crate) confirmed: Given,
    /// The inputs that a person gave: none, when the example is used.
    asked: Arc<Map<String, Value>>,
    /// The one time of every plan that is made of this, UTC. A plan's time is part of it: what a plugin makes of it is
    /// approved.
    now: String,
    foresight: Foresight,
    /// The reader with everything that was read while this was opened, for the first plan. Each other plan is of the org
    /// as it is then.
    first: Mutex<Option<Arc<Reader>>>,
}

/// A plan and what it was made with.
pub(crate) struct Prepared<'a> {
    pub(crate) opened: &'a Opened,
    pub(crate) plan: Arc<Plan>,
    pub(crate) made_with: MadeWith<'a>,
}

/// The values that a plan was made with: steps are planned with them when the run has begun.
pub(crate) struct MadeWith<'a> {
    opened: &'a Opened,
    pub(crate) inputs: FoundInputs,
    confirmations: Confirmations,
}

impl MadeWith<'_> {
    /// For the steps that are planned when the run has begun.
    pub(crate) fn planning(&self) -> Planning<'_> {
        Planning {
            recipe: &self.opened.recipe,
            inputs: &self.inputs,
            identity: &self.opened.identity,
            now: &self.opened.now,
            org: Arc::clone(&self.opened.connection.org),
            reader: Arc::new(Reader::new(Arc::clone(&self.opened.connection.org))),
            steps: &self.opened.plugins,
            confirmations: &self.confirmations,
        }
    }
}

impl Opened {
    /// The inputs that a person gave, without secrets.
    pub(crate) fn asked(&self) -> Arc<Map<String, Value>> {
        let inputs = self.recipe.inputs.iter();
        let secrets = inputs.filter(|input| input.kind == InputKind::Secret);
        let mut asked = Arc::clone(&self.asked);
        for secret in secrets.filter(|secret| self.asked.contains_key(&secret.name)) {
            Arc::make_mut(&mut asked).remove(&secret.name);
        }
        asked
    }

    /// The inputs as given, or the example's.
    pub(super) fn given(&self) -> &Map<String, Value> {
        &self.given
    }

    /// Takes these inputs, and the defaults of the others.
    pub(super) fn fill(&mut self, given: Arc<Map<String, Value>>) -> Result<(), Error> {
        self.given = given;
        self.bound().map(drop)
    }

    /// A value for every input. Made for each plan, and gone with it: rows may be many.
    fn bound(&self) -> Result<BoundInputs, Error> {
        let bound = self.recipe.bind_inputs(&self.given);
        bound.map_err(|found| Error::mistakes(None, found))
    }

    /// A plan of this as a file holds it.
    pub(super) fn saved(&self, plan: &Arc<Plan>) -> Result<SavedPlan, Error> {
        let alias = &self.connection.alias;
        let (origin, given) = (self.origin.clone(), Map::clone(&self.given));
        SavedPlan::of(plan, alias, origin, &self.recipe, given)
    }

    /// A reader of the org as it is now, to which is known what a plan probably needs.
    async fn reader(&self) -> Arc<Reader> {
        let first = self.first.lock();
        // Nothing panics while it holds the lock.
        let first = first.unwrap_or_else(PoisonError::into_inner).take();
        if let Some(first) = first {
            return first;
        }
        let reader = Reader::new(Arc::clone(&self.connection.org));
        self.foresight.read(&reader, &self.identity).await;
        Arc::new(reader)
    }

    /// Plans against the org as it is now. Nothing in the org changes.
    pub(super) async fn plan(&self) -> Result<Prepared<'_>, Error> {
        let org = &self.connection.org;
        let reader = self.reader().await;
        let inputs = find_records(&self.recipe, self.bound()?, &reader);
        let inputs = inputs.await.map_err(inputs_error);
        let found = inputs.map_err(|error| self.connection.explained(error))?;
        let mut inputs = found.inputs;
        if !found.wrong.is_empty() && !self.goes_on {
            let used = Arc::unwrap_or_clone(inputs.used);
            return Err(rows::refused(&found.wrong, used));
        }
        for used in Arc::make_mut(&mut inputs.used) {
            if let Some(set) = &mut used.kept {
                set.let_go = self.let_go.get(&used.name).copied();
            }
        }
        let confirmations =
            confirmations::all(&self.confirmed, &self.recipe, &self.identity, &self.home)?;
        let planning = Planning {
            recipe: &self.recipe,
            inputs: &inputs,
            identity: &self.identity,
            now: &self.now,
            org: Arc::clone(org),
            reader,
            steps: &self.plugins,
            confirmations: &confirmations,
        };
        let mut plan = planning.plan().await;
        plan.left_out = rows::left_out(&found.wrong);
        Ok(Prepared {
            opened: self,
            plan: Arc::new(plan),
            made_with: MadeWith {
                opened: self,
                inputs,
                confirmations,
            },
        })
    }
}

/// Finds and checks what a plan is made of. `confirm`: as `--confirm` was given. `saved`: a plan that was saved; then
/// recipe, inputs and time are those it was made with.
pub(super) async fn open(
    target: &Target,
    confirm: &[String],
    saved: Option<&SavedPlan>,
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<Opened, Error> {
    let mut opened = unfilled(target, confirm, saved, attendant, world).await?;
    opened.fill(Arc::clone(&opened.given))?;
    Ok(opened)
}

/// The same, with the inputs as they were given: one that must be given may be missing.
pub(super) async fn unfilled(
    target: &Target,
    confirm: &[String],
    saved: Option<&SavedPlan>,
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<Opened, Error> {
    let home = Home::of(world)?;
    let found = match saved {
        Some(saved) => saved.found()?,
        None => catalog::find(&target.recipe, world)?,
    };
    let mut plugins = Plugins::of(&found)?;
    if let Some(saved) = saved {
        saved.must_be_planned_by(plugins.stamps())?;
    }
    let source = found.raw.source().clone();
    let origin = SavedRecipe {
        source: source.name.clone(),
        text: source.text.clone(),
        pack: found.boxed().map(str::to_owned),
        folder: found.folder.clone(),
    };
    let (pack, example) = (found.boxed().is_some(), found.example.clone());
    let recipe = check(found.raw, &plugins)
        .map_err(|diagnostics| Error::mistakes(Some(&source), diagnostics))?;
    allow::must_be_allowed(&mut plugins, false, &home, attendant).await?;
    rows::must_have_results_for(&recipe, &target.results)?;
    let mut let_go = saved.map_or_else(LetGo::new, |saved| keep::said(&saved.plan));
    let_go.extend(keep::let_go(&target.let_go, &recipe)?);
    let asked = given_inputs(target, &recipe, &let_go, world)?;
    let (given, connection) = match saved {
        Some(saved) => (
            saved.inputs(asked)?,
            connect::again(
                target.org.as_deref(),
                &saved.alias,
                &saved.plan.org.org_id,
                &home,
                world,
            )?,
        ),
        None => {
            let start = example.as_ref().filter(|_| asked.is_empty());
            let start = start.and_then(|example| example.start.as_deref());
            let beside = found.practice.as_ref();
            let org = org_of(target, start, beside, &home, attendant, world)?;
            (asked, connect::open(org.as_deref(), &home, world)?)
        }
    };
    // The org answers while the plugins are loaded.
    let reader = Arc::new(Reader::new(Arc::clone(&connection.org)));
    let example_inputs = example.as_ref().filter(|_| connection.is_in_box());
    let example_inputs = example_inputs.filter(|_| given.is_empty());
    let probable = example_inputs.map_or(&given, |example| &example.inputs);
    let foresight = foresight(&recipe, probable, &plugins);
    let identity = connection.opened(foresight.clone(), Arc::clone(&reader));
    let identity = tokio::spawn(identity.in_current_span());
    let host = host(&home, world)?;
    plugins.load(&host, &world.calls).await?;
    let identity = identity
        .await
        .map_err(|error| Error::new(Exit::Bug, "bug", error.to_string()))??;
    if let Some(saved) = saved {
        saved.must_be_of(&identity)?;
    }
    let confirmed = confirmations::given(confirm, &recipe, &identity, example.as_ref())?;
    let given = Arc::new(given);
    let asked = Arc::clone(&given);
    let given = match (given.is_empty(), identity.org_kind, example) {
        (true, OrgKind::Practice, Some(example)) => {
            attendant.told(&Told::Example { is_own: pack });
            Arc::new(example.inputs)
        }
        _ => given,
    };
    let now = match saved {
        Some(saved) => saved.plan.now.clone(),
        None => clock::utc(world.clock.now_ms()),
    };
    let was_approved =
        |saved: &SavedPlan| !saved.plan.left_out.is_empty() || saved.plan.failure().is_some();
    Ok(Opened {
        goes_on: target.goes_on || saved.is_some_and(was_approved),
        let_go,
        recipe,
        connection,
        identity,
        home,
        plugins,
        origin,
        given,
        confirmed,
        asked,
        now,
        foresight,
        first: Mutex::new(Some(reader)),
    })
}

/// The reads that a plan with these inputs needs; none, when they cannot be used.
fn foresight(recipe: &Recipe, inputs: &Map<String, Value>, plugins: &Plugins) -> Foresight {
    let bound = recipe.bind_inputs(inputs);
    bound.map_or_else(
        |_| Foresight::default(),
        |bound| Foresight::of(recipe, &bound, plugins),
    )
}

/// Reads and checks a recipe without an org.
pub(crate) fn checked(found: Found) -> Result<Recipe, Error> {
    let plugins = Plugins::of(&found)?;
    let source = found.raw.source().clone();
    check(found.raw, &plugins).map_err(|diagnostics| Error::mistakes(Some(&source), diagnostics))
}

/// The org that was named; the start's own where that is the common practice org. `practice`: the file
/// outside the box that has the start.
fn org_of(
    target: &Target,
    start: Option<&str>,
    practice: Option<&SourceText>,
    home: &Home,
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<Option<String>, Error> {
    let named = target.org.as_deref();
    let named = named.or_else(|| world.variable("USHER_ORG"));
    let named = named.map(str::to_owned);
    let (Some("practice"), Some(start)) = (named.as_deref(), start) else {
        if let Some(practice) = practice.filter(|_| named.as_deref() == Some("practice"))
            && parse_practice(practice).is_ok_and(|it| it.has_common_records())
        {
            attendant.told(&Told::NoStart {
                practice: &practice.name,
            });
        }
        return Ok(named);
    };
    let org = format!("practice:{start}");
    attendant.told(&Told::StartsFrom { org: &org });
    if let Some(practice) = practice
        && practice::make_beside(start, practice, home)?.is_older
    {
        attendant.told(&Told::MadeBefore { start });
    }
    Ok(Some(org))
}

/// The host with its cache; without one when the cache folder cannot be used.
pub(crate) fn host(home: &Home, world: &World) -> Result<Host, Error> {
    let cache = home.compiled().ok();
    let unusable = |error: usher_host::HostError| {
        Error::new(Exit::Plugin, "plugin/no-host", error.to_string())
    };
    let made = |cache| Host::compiling_with(world.program.clone(), usher_ahead::plugins(), cache);
    match made(cache) {
        Ok(host) => Ok(host),
        Err(usher_host::HostError::Cache { .. }) => made(None).map_err(unusable),
        Err(error) => Err(unusable(error)),
    }
}

fn given_inputs(
    target: &Target,
    recipe: &Recipe,
    let_go: &LetGo,
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
    rows::read(&target.rows, recipe, let_go, &mut given, world)?;
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

pub(super) fn inputs_error(error: InputsError) -> Error {
    match error {
        InputsError::Mistakes(mistakes) => Error::mistakes(None, mistakes),
        InputsError::Read(error @ ReadError::Unavailable(_)) => {
            Error::new(Exit::Unreachable, "org/unavailable", error.to_string())
        }
        InputsError::Read(error) => Error::new(Exit::Failed, "org/refused", error.to_string()),
    }
}
