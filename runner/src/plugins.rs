//! The plugins of one recipe: found, allowed, loaded; and the adapter between the engine's port and the
//! WebAssembly host.

pub(crate) mod allow;
mod calls;
mod elsewhere;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};
use usher_core::grant::{Grant, Limits};
use usher_core::limit;
use usher_core::manifest::Manifest;
use usher_core::plan::PluginStamp;
use usher_core::recipe::{PackPlugin, PluginLookup, PluginRef, RawRecipe, RecipesOf};
use usher_core::run::Origin;
use usher_core::text;
use usher_core::value::Unit;
use usher_engine::port::{Boxed, StepAnswer, StepCall, StepError, Steps};
use usher_host::{Call, Host, LookedAt, NoPlan, Plugin, PluginError};
use usher_packs::EmbeddedPlugin;

use crate::catalog::Found;
use crate::data_plugin;
use crate::error::Error;
use crate::exit::Exit;
use crate::frozen;
use crate::home::Home;
use crate::plugins::elsewhere::Elsewhere;
use crate::shelf::boxed::{self, is_in_box};
use crate::shelf::{Pack, folder};

use calls::Called;
pub use calls::Calls;

/// The plugins that a recipe names, looked at but not loaded.
pub(crate) struct Plugins {
    known: BTreeMap<PluginRef, Known>,
    /// Names of all plugins in the box.
    names: Vec<&'static str>,
    /// The recipe, as messages name it.
    source: String,
    /// The recipes whose grants count.
    recipes: RecipesOf,
    /// The plugins that their pack takes, by name.
    pack: BTreeMap<String, PackPlugin>,
    /// The file in which a person allows more.
    grants: PathBuf,
    is_boxed: bool,
    /// They are those of a run that began earlier.
    is_frozen: bool,
    /// Hears of every call.
    calls: Calls,
    /// Calls that were made ahead, by their units: nobody has heard of them yet.
    ahead: Mutex<HashMap<Unit, Called>>,
}

/// A component, and the file that it was read from.
type Read = (LookedAt, Option<PathBuf>);

struct Known {
    component: LookedAt,
    stamp: Arc<PluginStamp>,
    /// The file that it was read from, links followed.
    file: Option<PathBuf>,
    /// The grant that its plans are held against.
    allowed: Grant,
    /// Limits that a person has lowered for it.
    limits: Limits,
    loaded: Option<Plugin>,
}

impl Known {
    fn manifest(&self) -> &Manifest {
        self.component.manifest()
    }
}

impl Plugins {
    /// Looks at every plugin that the recipe names. One in the box that is not there is the recipe's
    /// mistake, told when it is checked; a file that cannot be used is an error here.
    pub(crate) fn of(found: &Found) -> Result<Self, Error> {
        let read = |plugin: &PluginRef| {
            Ok(match plugin {
                PluginRef::Named(name) => match boxed::plugin(name) {
                    None => None,
                    Some(EmbeddedPlugin {
                        component, digest, ..
                    }) => {
                        let component = LookedAt::of_embedded(component, digest);
                        Some((component.map_err(|error| unusable(&error, name))?, None))
                    }
                },
                PluginRef::File(file) => {
                    let file = found.folder.join(file);
                    let file = folder::within(&file, &found.pack.provenance)?;
                    let bytes = match data_plugin::is_one(&file) {
                        true => data_plugin::component(&file, &plugin.to_string())?,
                        false => folder::component(&file)?,
                    };
                    let component = looked_at(bytes, &plugin.to_string())?;
                    Some((component, file.canonicalize().ok()))
                }
            })
        };
        let pack = found.pack.plugins.clone();
        let plugins = Self::looked_at(&found.raw, read, found.pack.recipes_of(), pack)?;
        plugins.must_have_own_names()?;
        Ok(plugins)
    }

    /// Refuses two plugins of one name that differ. A grant is for a name and the bytes of one of them.
    fn must_have_own_names(&self) -> Result<(), Error> {
        let mut by_name: BTreeMap<&str, (&PluginRef, &PluginStamp)> = BTreeMap::new();
        for (plugin, known) in &self.known {
            let stamp: &PluginStamp = &known.stamp;
            let first = by_name.entry(&stamp.name).or_insert((plugin, stamp));
            if first.1.digest != stamp.digest {
                let message = format!(
                    "`{}` and `{plugin}` are two different plugins of the name `{}`, and grants know a plugin by its name",
                    first.0, stamp.name
                );
                return Err(Error::new(Exit::Plugin, "plugin/same-name", message).help(
                    "use one of them in this recipe, or build one of them with another name",
                ));
            }
        }
        Ok(())
    }

    /// The plugins that a run began with, kept by their digests.
    pub(crate) fn frozen(raw: &RawRecipe, origin: &Origin, home: &Home) -> Result<Self, Error> {
        let (recipes, pack) = began_with(raw, origin)?;
        let read = |plugin: &PluginRef| {
            let used = plugin.to_string();
            let digest = origin.plugins.get(&used);
            digest
                .map(|digest| {
                    let component = looked_at(frozen::get(home, digest)?, &used)?;
                    Ok((component, origin.files.get(&used).map(PathBuf::from)))
                })
                .transpose()
        };
        let mut plugins = Self::looked_at(raw, read, recipes, pack)?;
        plugins.is_frozen = true;
        Ok(plugins)
    }

    /// The same, of plugins that a person has allowed. Those of the box that a recipe of the box uses, the box allowed.
    pub(crate) fn frozen_outside(
        raw: &RawRecipe,
        origin: &Origin,
        home: &Home,
    ) -> Result<Self, Error> {
        let mut origin = origin.clone();
        let from_file = |used: &str| {
            let mut plugins = raw.plugins().into_iter();
            plugins.any(|(plugin, _)| {
                matches!(plugin, PluginRef::File(_)) && plugin.to_string() == used
            })
        };
        let files = &origin.files;
        let is_outside = origin.recipes.is_some();
        origin.plugins.retain(|used, digest| {
            // A run that an older Usher began names no files, and kept no plugin that it did not need any more.
            let is_known = files.contains_key(used) || frozen::is_kept(home, digest);
            is_outside || from_file(used) && !is_in_box(digest) && is_known
        });
        Self::frozen(raw, &origin, home)
    }

    fn looked_at(
        raw: &RawRecipe,
        read: impl Fn(&PluginRef) -> Result<Option<Read>, Error>,
        recipes: RecipesOf,
        pack: BTreeMap<String, PackPlugin>,
    ) -> Result<Self, Error> {
        let mut known = BTreeMap::new();
        let mut left = limit::COMPONENTS_BYTES_MAX;
        for (plugin, _) in raw.plugins() {
            let Some((component, file)) = read(&plugin)? else {
                continue;
            };
            left = left
                .checked_sub(component.bytes().len() as u64)
                .ok_or_else(too_large_together)?;
            let manifest = component.manifest();
            let mut stamp = PluginStamp {
                name: manifest.name.clone(),
                version: manifest.version.to_string(),
                digest: component.digest().to_owned(),
                file: None,
            };
            if let PluginRef::File(file) = &plugin
                && !is_in_box(&stamp.digest)
            {
                stamp.file = Some(text::shown(file));
            }
            known.insert(
                plugin,
                Known {
                    component,
                    stamp: Arc::new(stamp),
                    file,
                    allowed: Grant::default(),
                    limits: Limits::default(),
                    loaded: None,
                },
            );
        }
        Ok(Self {
            known,
            names: boxed::plugin_names().collect(),
            source: raw.source().name.clone(),
            is_boxed: boxed::is_of_box(&recipes),
            recipes,
            pack,
            grants: PathBuf::new(),
            is_frozen: false,
            calls: Calls::default(),
            ahead: Mutex::default(),
        })
    }

    /// Keeps the plugins of a run: all of them when it still has steps to plan, else those that a person has allowed,
    /// whose grants are looked at again when the run is resumed.
    pub(crate) fn keep(&self, has_later: bool, home: &Home) -> Result<(), Error> {
        self.known
            .values()
            .filter(|known| has_later || !self.is_boxed || !is_in_box(&known.stamp.digest))
            .try_for_each(|known| frozen::keep(home, &known.stamp.digest, known.component.bytes()))
    }

    /// Gives the digest of each component, by what the recipe's `use` names.
    pub(crate) fn digests(&self) -> BTreeMap<String, String> {
        let known = self.known.iter();
        known
            .map(|(plugin, known)| (plugin.to_string(), known.stamp.digest.clone()))
            .collect()
    }

    /// Gives the file of each component, by what the recipe's `use` names.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let known = self.known.iter();
        known
            .filter_map(|(plugin, known)| {
                let file = known.file.as_ref()?.to_str()?;
                Some((plugin.to_string(), file.to_owned()))
            })
            .collect()
    }

    /// The recipes whose grants count; none: those of a pack in the box.
    pub(crate) fn outside(&self) -> Option<RecipesOf> {
        (!self.is_boxed).then(|| self.recipes.clone())
    }

    /// Compiles the plugins, or takes them from the cache. `calls`: hears of every call of theirs.
    pub(crate) async fn load(&mut self, host: &Host, calls: &Calls) -> Result<(), Error> {
        self.calls = calls.clone();
        for known in self.known.values_mut() {
            let plugin = host.load_looked_at(known.component.clone()).await;
            known.loaded = Some(plugin.map_err(|error| unusable(&error, &known.stamp.name))?);
        }
        Ok(())
    }

    /// Gives the stamp of each plugin, byte for byte.
    pub(crate) fn stamps(&self) -> impl Iterator<Item = &PluginStamp> {
        self.known.values().map(|known| &*known.stamp)
    }

    fn ahead(&self) -> MutexGuard<'_, HashMap<Unit, Called>> {
        // Nothing panics while it holds the lock; should it ever, the calls are still whole.
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn by_name(&self, name: &str) -> Option<&Known> {
        self.known
            .iter()
            .find(|(plugin, _)| plugin.as_str() == name)
            .map(|(_, known)| known)
    }
}

impl PluginLookup for Plugins {
    fn manifest(&self, plugin: &PluginRef) -> Option<&Manifest> {
        self.known.get(plugin).map(|known| known.manifest())
    }

    fn names(&self) -> Vec<&str> {
        self.names.clone()
    }
}

impl Steps for Plugins {
    fn plugin(&self, name: &str) -> Option<(&Manifest, &PluginStamp)> {
        self.by_name(name)
            .map(|known| (known.manifest(), &*known.stamp))
    }

    fn plan(&self, name: &str, call: StepCall) -> Boxed<'_, Result<StepAnswer, StepError>> {
        let known = self.by_name(name);
        Box::pin(async move {
            let loaded = known.and_then(|known| Some((known, known.loaded.clone()?)));
            let Some((known, plugin)) = loaded else {
                return Err(StepError::Plugin("it was not loaded".to_owned()));
            };
            let seed = Sha256::digest(format!("{} {}", call.now, call.unit)).into();
            let asked = Call {
                identity: call.identity,
                now: call.now,
                input: call.input,
                org: call.reads,
                seed,
                limits: known.limits.clone(),
                learns: false,
                notes_used: self.calls.notes_used(),
            };
            let mut answer = match call.is_beside {
                true => Elsewhere::start(async move { plugin.plan(asked).await }).await,
                false => plugin.plan(asked).await,
            };
            let raised = match &answer {
                Ok(planned) => allow::raised(&planned.plan.changes),
                Err(_) => BTreeSet::new(),
            };
            // A plan that raises no privilege goes beyond no grant.
            let is_raising = !raised.is_empty();
            let called = Called::of(&known.stamp, call.unit.to_string(), &mut answer, raised);
            if call.is_ahead {
                self.ahead().insert(call.unit, called);
            } else {
                self.ahead().remove(&call.unit);
                self.calls.note(called);
            }
            match answer {
                Ok(planned) => {
                    if is_raising && let Some(raises) = self.raises_beyond(known, &planned.plan) {
                        return Err(raises);
                    }
                    Ok(StepAnswer {
                        plan: planned.plan,
                        denied: planned.denied.iter().map(ToString::to_string).collect(),
                    })
                }
                Err(error) => Err(step_error(error)),
            }
        })
    }

    fn keeps(&self, unit: &Unit) {
        let called = self.ahead().remove(unit);
        called
            .into_iter()
            .for_each(|called| self.calls.note(called));
    }
}

/// The recipes that a run's recipe belongs to, and what their pack takes now.
fn began_with(
    raw: &RawRecipe,
    origin: &Origin,
) -> Result<(RecipesOf, BTreeMap<String, PackPlugin>), Error> {
    if let Some(recipes) = &origin.recipes {
        return Ok((recipes.clone(), BTreeMap::new()));
    }
    let source = &raw.source().name;
    let mut packs = boxed::packs()?.into_iter();
    let of = |pack: &Pack| {
        let mut recipes = pack.recipes.values();
        recipes.any(|recipe| recipe.source.name == *source)
    };
    Ok(match packs.find(of) {
        Some(pack) => (pack.recipes_of(), pack.plugins),
        // An older Usher did not write the whole path down.
        None => {
            let file = std::path::absolute(source).unwrap_or_else(|_| PathBuf::from(source));
            let file = file.to_string_lossy().into_owned();
            (RecipesOf::File(file), BTreeMap::new())
        }
    })
}

/// A component by the name a person gives: one in the box, or a file.
pub(crate) fn component(text: &str, below: &Path) -> Result<Vec<u8>, Error> {
    if let Some(plugin) = boxed::plugin(text) {
        return Ok(plugin.component.to_vec());
    }
    if text.ends_with(".wasm") || text.ends_with(".toml") || text.contains('/') {
        return folder::component(&below.join(text));
    }
    let names = boxed::plugin_names();
    Err(Error::new(
        Exit::Plugin,
        "plugin/not-found",
        format!("there is no plugin `{text}` in the box"),
    )
    .help(usher_core::diagnostic::did_you_mean(text, names)))
}

/// The error of a plugin that cannot be used.
pub(crate) fn unusable(error: &PluginError, name: &str) -> Error {
    let exit = match error {
        PluginError::TooCostly { .. } => Exit::Limit,
        _ => Exit::Plugin,
    };
    let message = format!("`{name}` cannot be used: {error}");
    Error::new(exit, error.code(), message)
}

fn too_large_together() -> Error {
    let max = limit::COMPONENTS_BYTES_MAX;
    let message = format!("the plugins of this recipe have more than {max} bytes together");
    Error::new(Exit::Limit, "plugin/too-large", message)
        .help("make two recipes of it, or make the plugins smaller")
}

fn looked_at(bytes: Vec<u8>, name: &str) -> Result<LookedAt, Error> {
    LookedAt::of(bytes).map_err(|error| unusable(&error, name))
}

fn step_error(error: usher_host::PlanError) -> StepError {
    let whole = error.to_string();
    let denied: Vec<String> = error
        .denied
        .iter()
        .map(|denied| format!("{} {denied}", error.plugin))
        .collect();
    match error.why {
        // A plugin that asked beyond its manifest and then gave up has failed because of that.
        _ if !denied.is_empty() => StepError::Undeclared(denied),
        NoPlan::Input(problems) => StepError::Input(problems),
        NoPlan::Failed(failure) => StepError::Failed(failure),
        NoPlan::Undeclared(what) => StepError::Undeclared(
            what.iter()
                .map(|what| format!("{} {what}", error.plugin))
                .collect(),
        ),
        NoPlan::Trap { stack, .. } => StepError::Broke {
            why: whole,
            remedy: usher_host::trap_help(&stack),
        },
        NoPlan::OutOfTime { .. }
        | NoPlan::OutOfCompute { .. }
        | NoPlan::OutOfOwnTime { .. }
        | NoPlan::OutOfMemory { .. }
        | NoPlan::TooMuchData { .. } => StepError::Limit(whole),
        _ => StepError::Plugin(whole),
    }
}
