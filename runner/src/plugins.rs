//! The plugins of one recipe: found, allowed, loaded; and the adapter between the engine's port and the
//! WebAssembly host.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use usher_core::diagnostic::SourceText;
use usher_core::grant::{Grant, Missing, lines_to_add};
use usher_core::limit;
use usher_core::manifest::Manifest;
use usher_core::plan::PluginStamp;
use usher_core::recipe::{PluginGrant, PluginLookup, PluginRef, RawRecipe, parse_grants};
use usher_engine::port::{Boxed, StepAnswer, StepCall, StepError, Steps};
use usher_host::file::{self, FileError};
use usher_host::{Call, Host, NoPlan, Plugin, PluginError};

use crate::catalog::{Catalog, Found, read_text};
use crate::error::Error;
use crate::exit::Exit;
use crate::frozen;
use crate::home::Home;

/// The plugins that a recipe names, looked at but not loaded.
pub(crate) struct Plugins {
    known: BTreeMap<PluginRef, Known>,
    /// Names of all plugins in the box.
    names: Vec<&'static str>,
}

struct Known {
    bytes: Arc<[u8]>,
    manifest: Manifest,
    stamp: PluginStamp,
    loaded: Option<Plugin>,
}

impl Plugins {
    /// Looks at every plugin that the recipe names. One in the box that is not there is the recipe's
    /// mistake, told when it is checked; a file that cannot be used is an error here.
    pub(crate) fn of(found: &Found) -> Result<Self, Error> {
        Self::looked_at(&found.raw, |plugin| {
            Ok(match plugin {
                PluginRef::Named(name) => embedded(name).map(Into::into),
                PluginRef::File(file) => Some(read_component(&found.folder.join(file))?.into()),
            })
        })
    }

    /// The plugins that a run began with, kept by their digests.
    pub(crate) fn frozen(
        raw: &RawRecipe,
        digests: &BTreeMap<String, String>,
        home: &Home,
    ) -> Result<Self, Error> {
        Self::looked_at(raw, |plugin| {
            let digest = digests.get(&plugin.to_string());
            digest
                .map(|digest| Ok(frozen::get(home, digest)?.into()))
                .transpose()
        })
    }

    fn looked_at(
        raw: &RawRecipe,
        bytes_of: impl Fn(&PluginRef) -> Result<Option<Arc<[u8]>>, Error>,
    ) -> Result<Self, Error> {
        let mut known = BTreeMap::new();
        let mut left = limit::COMPONENTS_BYTES_MAX;
        for (plugin, _) in raw.plugins() {
            let Some(bytes) = bytes_of(&plugin)? else {
                continue;
            };
            left = left
                .checked_sub(bytes.len() as u64)
                .ok_or_else(too_large_together)?;
            let (manifest, digest) = manifest_of(&bytes, &plugin.to_string())?;
            let stamp = PluginStamp {
                name: manifest.name.clone(),
                version: manifest.version.to_string(),
                digest,
            };
            known.insert(
                plugin,
                Known {
                    bytes,
                    manifest,
                    stamp,
                    loaded: None,
                },
            );
        }
        Ok(Self {
            known,
            names: usher_packs::plugins()
                .iter()
                .map(|plugin| plugin.name)
                .collect(),
        })
    }

    /// Keeps every plugin for a run that still has steps to plan.
    pub(crate) fn keep(&self, home: &Home) -> Result<(), Error> {
        self.known
            .values()
            .try_for_each(|known| frozen::keep(home, &known.stamp.digest, &known.bytes))
    }

    /// What the recipe's `use` names → digest of the component.
    pub(crate) fn digests(&self) -> BTreeMap<String, String> {
        let known = self.known.iter();
        known
            .map(|(plugin, known)| (plugin.to_string(), known.stamp.digest.clone()))
            .collect()
    }

    /// Checks that every plugin is allowed what its manifest asks for, and that its version is one that
    /// its pack takes.
    pub(crate) fn allow(&self, catalog: &Catalog, found: &Found, home: &Home) -> Result<(), Error> {
        let granted = granted(home)?;
        let mut refusals = Vec::new();
        for (reference, known) in &self.known {
            let manifest = &known.manifest;
            let pack = found.pack.as_ref().and_then(|pack| catalog.packs.get(pack));
            let taken = pack.and_then(|pack| pack.plugins.get(&manifest.name));
            if let Some(taken) = taken
                && !taken.requirement.matches(&manifest.version)
            {
                let message = format!(
                    "the pack takes `{}` {}, and this is {}",
                    manifest.name, taken.requirement, manifest.version
                );
                return Err(Error::new(Exit::Plugin, "plugin/wrong-version", message));
            }
            let mut missing = match is_in_box(&known.stamp) {
                true => grant_of_packs(catalog, &manifest.name).missing(manifest),
                false => Grant::default().missing(manifest),
            };
            if !missing.is_empty()
                && let Some(person) = granted.get(&manifest.name)
                && fits(person, &known.stamp)
            {
                let still = person.grant.missing(manifest);
                missing.retain(|need| still.contains(need));
            }
            if !missing.is_empty() {
                refusals.push((reference.to_string(), known.stamp.clone(), missing));
            }
        }
        match refusals.is_empty() {
            true => Ok(()),
            false => Err(refused(&refusals, home)),
        }
    }

    /// Compiles the plugins, or takes them from the cache.
    pub(crate) async fn load(&mut self, host: &Host) -> Result<(), Error> {
        for known in self.known.values_mut() {
            let plugin = host.load(Arc::clone(&known.bytes)).await;
            known.loaded = Some(plugin.map_err(|error| unusable(&error, &known.stamp.name))?);
        }
        Ok(())
    }

    /// What the plugins are, byte for byte.
    pub(crate) fn stamps(&self) -> impl Iterator<Item = &PluginStamp> {
        self.known.values().map(|known| &known.stamp)
    }

    fn by_name(&self, name: &str) -> Option<&Known> {
        self.known
            .iter()
            .find(|(plugin, _)| plugin.to_string() == name)
            .map(|(_, known)| known)
    }
}

impl PluginLookup for Plugins {
    fn manifest(&self, plugin: &PluginRef) -> Option<&Manifest> {
        self.known.get(plugin).map(|known| &known.manifest)
    }

    fn names(&self) -> Vec<&str> {
        self.names.clone()
    }
}

impl Steps for Plugins {
    fn plugin(&self, name: &str) -> Option<(&Manifest, &PluginStamp)> {
        self.by_name(name)
            .map(|known| (&known.manifest, &known.stamp))
    }

    fn plan(&self, name: &str, call: StepCall) -> Boxed<'_, Result<StepAnswer, StepError>> {
        let plugin = self.by_name(name).and_then(|known| known.loaded.clone());
        Box::pin(async move {
            let Some(plugin) = plugin else {
                return Err(StepError::Plugin("it was not loaded".to_owned()));
            };
            let seed = Sha256::digest(format!("{} {}", call.now, call.step)).into();
            let answer = plugin.plan(Call {
                identity: call.identity,
                now: call.now,
                input: call.input,
                org: call.reads,
                seed,
            });
            match answer.await {
                Ok(planned) => Ok(StepAnswer {
                    plan: planned.plan,
                    denied: planned.denied.iter().map(ToString::to_string).collect(),
                }),
                Err(error) => Err(step_error(error)),
            }
        })
    }
}

/// A component by the name a person gives: one in the box, or a file.
pub(crate) fn component(text: &str, folder: &Path) -> Result<Vec<u8>, Error> {
    if let Some(bytes) = embedded(text) {
        return Ok(bytes.to_vec());
    }
    if text.ends_with(".wasm") || text.contains('/') {
        return read_component(&folder.join(text));
    }
    let names = usher_packs::plugins().iter().map(|plugin| plugin.name);
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

fn embedded(name: &str) -> Option<&'static [u8]> {
    let plugin = usher_packs::plugins()
        .iter()
        .find(|plugin| plugin.name == name)?;
    Some(plugin.component)
}

fn is_in_box(stamp: &PluginStamp) -> bool {
    usher_packs::plugins()
        .iter()
        .any(|plugin| plugin.digest == stamp.digest)
}

fn read_component(path: &Path) -> Result<Vec<u8>, Error> {
    file::read(path, limit::COMPONENT_BYTES_MAX).map_err(|error| {
        let code = match error {
            FileError::NotRegular => "plugin/not-a-file",
            FileError::TooLarge { .. } => "plugin/too-large",
            FileError::Io(_) => "plugin/not-found",
        };
        let message = format!("cannot read the plugin `{}`: {error}", path.display());
        Error::new(Exit::Plugin, code, message)
    })
}

fn too_large_together() -> Error {
    let max = limit::COMPONENTS_BYTES_MAX;
    let message = format!("the plugins of this recipe have more than {max} bytes together");
    Error::new(Exit::Limit, "plugin/too-large", message)
        .help("make two recipes of it, or make the plugins smaller")
}

fn manifest_of(bytes: &[u8], name: &str) -> Result<(Manifest, String), Error> {
    let inspection = usher_host::inspect(bytes).map_err(|error| unusable(&error, name))?;
    if let Some(problem) = inspection.problems.first() {
        return Err(unusable(problem, name));
    }
    let manifest = inspection
        .manifest
        .ok_or_else(|| unusable(&PluginError::NoManifest, name))?;
    Ok((manifest, inspection.digest))
}

/// What the packs in the box allow a plugin in the box: the union, as each of them may use it.
fn grant_of_packs(catalog: &Catalog, name: &str) -> Grant {
    let mut all = Grant::default();
    for grant in catalog
        .packs
        .values()
        .filter_map(|pack| pack.plugins.get(name))
    {
        all.extend(&grant.grant);
    }
    all
}

/// What this person allows: `grants.toml`.
fn granted(home: &Home) -> Result<BTreeMap<String, PluginGrant>, Error> {
    let path = home.grants();
    if !path.is_file() {
        return Ok(BTreeMap::new());
    }
    let source = SourceText {
        name: path.display().to_string(),
        text: read_text(&path, limit::RECIPE_BYTES_MAX)?,
    };
    parse_grants(&source).map_err(|diagnostics| Error::mistakes(Some(&source), diagnostics))
}

fn fits(grant: &PluginGrant, stamp: &PluginStamp) -> bool {
    grant
        .digest
        .as_ref()
        .is_none_or(|digest| digest.strip_prefix("sha256:").unwrap_or(digest) == stamp.digest)
}

fn refused(refusals: &[(String, PluginStamp, Vec<Missing>)], home: &Home) -> Error {
    let mut messages = Vec::new();
    let mut lines = Vec::new();
    for (reference, stamp, missing) in refusals {
        let needs: Vec<String> = missing
            .iter()
            .map(|need| format!("{} `{}`", need.verb, need.what))
            .collect();
        messages.push(format!(
            "plugin `{}` {} (`{reference}`) may not {}",
            stamp.name,
            stamp.version,
            needs.join(", ")
        ));
        if missing.iter().any(|need| !need.never) {
            lines.push(format!(
                "{}\ndigest = \"sha256:{}\"",
                lines_to_add(&stamp.name, missing),
                stamp.digest
            ));
        }
        for need in missing.iter().filter(|need| need.never) {
            messages.push(format!(
                "`{}` carries other calls or code and is never granted",
                need.what
            ));
        }
    }
    let error = Error::new(Exit::Refused, "grant/missing", messages.join("; "));
    if lines.is_empty() {
        return error;
    }
    error.help(format!(
        "to allow it, add to `{}`:\n{}",
        home.grants().display(),
        lines.join("\n")
    ))
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
        NoPlan::OutOfTime { .. }
        | NoPlan::OutOfCompute { .. }
        | NoPlan::OutOfOwnTime { .. }
        | NoPlan::OutOfMemory { .. }
        | NoPlan::TooMuchData { .. } => StepError::Limit(whole),
        _ => StepError::Plugin(whole),
    }
}
