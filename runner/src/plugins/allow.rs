//! Holds what the plugins of a recipe ask for against what they are allowed. A pack in the box allows it to its own recipes.
//! For every other recipe a person allows it once, in `grants.toml`. A refusal gives the lines that allow it.

mod ask;
mod granted;
mod refused;
mod tried;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use usher_core::change::{Change, StepPlan, TakeBack, Undo, WayBack};
use usher_core::grant::{Grant, Limits, in_words};
use usher_core::plan::PluginStamp;
use usher_core::privilege;
use usher_core::recipe::{Grants, PluginGrant, PluginRef, RecipesOf, grant_header};
use usher_core::run::{ChangeKey, ChangeState, RunState};
use usher_core::text;
use usher_engine::port::StepError;

use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::page::Page;
use crate::plugins::{Known, Plugins};
use crate::shelf::boxed::is_in_box;

/// One plugin that is held against the grants.
struct Asked<'a> {
    /// The recipe names a plugin in the box.
    is_named: bool,
    stamp: &'a PluginStamp,
    /// The file that it was read from.
    file: Option<&'a Path>,
}

/// The wishes of a recipe's plugins that nobody has allowed yet.
pub(crate) struct Wishes {
    /// The recipes that a grant would be for.
    recipes: RecipesOf,
    /// The recipe, as messages name it.
    source: String,
    pub(crate) of: Vec<Wish>,
}

/// A plugin that asks for more than it is allowed.
pub(crate) struct Wish {
    /// The plugin as the recipe names it.
    reference: String,
    pub(crate) stamp: PluginStamp,
    /// Everything that it asks for.
    whole: Grant,
    /// The part of that which is not allowed.
    missing: Grant,
    /// The resources in it that can never be granted.
    never: Vec<String>,
    /// The person's grant for a plugin of that name in the same recipes, for other bytes or for less.
    before: Option<Grant>,
    /// The reason why that does not count for this plugin.
    why: Option<String>,
    /// The grant that allows it, as it will be in `grants.toml`.
    granted: PluginGrant,
    /// The folder of the component, when it is a file.
    folder: Option<String>,
}

impl Wishes {
    /// Says whether a person can allow all of it.
    pub(crate) fn can_be_allowed(&self) -> bool {
        self.of.iter().all(|wish| wish.never.is_empty())
    }

    /// The question to a person, in plain words.
    pub(crate) fn question(&self) -> Page {
        ask::page(&self.recipes, &self.of)
    }

    /// The refusal, with the lines that allow it.
    pub(crate) fn refused(&self, home: &Home) -> Error {
        refused::error(&self.recipes, &self.source, &self.of, home)
    }

    /// Writes into `grants.toml` that all of it is allowed.
    pub(crate) fn write(&self, home: &Home) -> Result<(), Error> {
        granted::write(&self.recipes, &self.of, home)
    }
}

impl Wish {
    /// Lists in words what the person has not allowed before.
    pub(crate) fn additions(&self) -> Vec<String> {
        let before = self.before.clone().unwrap_or_default();
        in_words(&self.whole.without(&before))
    }

    /// Lists in words everything that is allowed then.
    pub(crate) fn in_words(&self) -> Vec<String> {
        in_words(&self.granted.grant)
    }

    /// Says that the person has allowed other bytes of that name.
    fn has_changed_bytes(&self) -> bool {
        self.before.is_some() && self.why.is_some()
    }

    /// The folder of the component, when it is a file.
    fn folder(&self) -> Option<String> {
        self.folder.clone()
    }

    /// Says that the person has allowed nothing to these bytes before.
    pub(crate) fn has_new_bytes(&self) -> bool {
        self.before.is_none() || self.why.is_some()
    }
}

impl Plugins {
    /// Finds what the plugins ask for and nobody has allowed.
    ///
    /// # Errors
    ///
    /// A plugin has a version that its pack does not take, or `grants.toml` cannot be read.
    pub(crate) fn wishes(&self, home: &Home) -> Result<Wishes, Error> {
        for known in self.known.values() {
            let manifest = known.manifest();
            if let Some(taken) = self.pack.get(&manifest.name)
                && !taken.requirement.matches(&manifest.version)
            {
                let message = format!(
                    "the pack takes `{}` {}, and this is {}",
                    manifest.name, taken.requirement, manifest.version
                );
                return Err(Error::new(Exit::Plugin, "plugin/wrong-version", message));
            }
        }
        let grants = granted::read(home)?;
        let known = self.known.iter();
        let of = known.filter_map(|(reference, known)| self.wish(reference, known, &grants));
        Ok(Wishes {
            recipes: self.recipes.clone(),
            source: self.source.clone(),
            of: of.collect(),
        })
    }

    /// Notes what each plugin is allowed. Its plans are held against that.
    pub(crate) fn note_grants(&mut self, home: &Home) -> Result<(), Error> {
        let grants = granted::read(home)?;
        let allowed: Vec<(Grant, Limits)> = self
            .known
            .iter()
            .map(|(reference, known)| {
                let (allowed, person) = self.allowed(&Asked::of(reference, known), &grants);
                // A lower limit counts for whatever bytes bear the name: it takes something away.
                let limits = person.map(|person| person.limits.clone());
                (allowed, limits.unwrap_or_default())
            })
            .collect();
        for (known, (allowed, limits)) in self.known.values_mut().zip(allowed) {
            known.allowed = allowed;
            known.limits = limits;
        }
        self.grants = home.grants();
        Ok(())
    }

    fn wish(&self, reference: &PluginRef, known: &Known, grants: &Grants) -> Option<Wish> {
        let asked = Asked::of(reference, known);
        let (allowed, person) = self.allowed(&asked, grants);
        let mut whole = privilege::asked_by(known.manifest());
        // A manifest does not say which user permissions are in what is deployed; a pack does.
        if let Some(taken) = self.pack.get(&known.manifest().name) {
            let raised = taken.grant.raises();
            raised.for_each(|privilege| whole.add("raises", privilege));
        }
        let mut missing = whole.without(&allowed);
        let never = whole.take_never_granted();
        missing.take_never_granted();
        if missing.is_empty() && never.is_empty() {
            return None;
        }
        let counts = person.map(|person| counts(person, &asked, &grants.development));
        // Below a development folder every build has other bytes.
        let digest = match (person, &counts) {
            (Some(PluginGrant { digest: None, .. }), Some(Ok(()))) => None,
            _ => Some(format!("sha256:{}", asked.stamp.digest)),
        };
        Some(Wish {
            reference: reference.to_string(),
            stamp: asked.stamp.clone(),
            granted: PluginGrant {
                grant: whole.clone(),
                digest,
                limits: person.map(|it| it.limits.clone()).unwrap_or_default(),
            },
            whole,
            missing,
            never,
            before: person.map(|person| person.grant.clone()),
            why: counts.and_then(Result::err),
            folder: known
                .file
                .as_deref()
                .and_then(Path::parent)
                .and_then(Path::to_str)
                .map(str::to_owned),
        })
    }

    /// The refusal of a plan that raises more privileges than the plugin is allowed to raise.
    pub(super) fn raises_beyond(&self, known: &Known, plan: &StepPlan) -> Option<StepError> {
        let beyond = beyond(&plan.changes, &known.allowed);
        if beyond.is_empty() {
            return None;
        }
        let name = &known.stamp.name;
        let what = beyond.iter().map(|one| {
            let words = format!("`{name}` may not raise the privilege `{one}`, and its plan does");
            text::shown(&words)
        });
        Some(StepError::Raises {
            what: what.collect(),
            remedy: self.how_to_raise(&known.stamp, &known.allowed, &beyond, &self.grants),
        })
    }

    /// Checks that the changes of a run that are still to be sent raise no more privileges than the plugins may raise now.
    ///
    /// # Errors
    ///
    /// They raise more, or `grants.toml` cannot be read.
    pub(crate) fn must_raise_no_more(&self, run: &RunState, home: &Home) -> Result<(), Error> {
        let grants = granted::read(home)?;
        for step in run.steps() {
            let unit = step.unit();
            let left = step.plan.changes.iter().filter(|change| {
                let key = ChangeKey::new(&unit, &change.address);
                let state = run.changes.get(&key);
                matches!(
                    state,
                    None | Some(ChangeState::Waiting | ChangeState::InDoubt { .. })
                )
            });
            let Some(stamp) = &step.plugin else {
                continue;
            };
            // The box allowed it. This Usher does not have that recipe any more.
            if run.origin.recipes.is_none() && !self.is_boxed && stamp.file.is_none() {
                continue;
            }
            let mut used = run.origin.plugins.iter();
            let used = used.find(|(_, digest)| **digest == stamp.digest);
            let file = used.and_then(|(used, _)| run.origin.files.get(used));
            let asked = Asked {
                is_named: stamp.file.is_none(),
                stamp,
                file: file.map(Path::new),
            };
            let (allowed, _) = self.allowed(&asked, &grants);
            let beyond = beyond(left, &allowed);
            let Some(one) = beyond.first() else {
                continue;
            };
            let message = format!(
                "step `{unit}`: `{}` may not raise the privilege `{one}`, and a change that is still to be sent does; nothing was sent",
                stamp.name
            );
            let how = self.how_to_raise(stamp, &allowed, &beyond, &home.grants());
            return Err(Error::new(Exit::Refused, "grant/raises", text::shown(&message)).help(how));
        }
        Ok(())
    }

    /// The way to allow the privileges `beyond`, too.
    fn how_to_raise(
        &self,
        stamp: &PluginStamp,
        allowed: &Grant,
        beyond: &BTreeSet<String>,
        grants: &Path,
    ) -> String {
        let all = allowed.raises().chain(beyond.iter().map(String::as_str));
        let all: BTreeSet<String> = all
            .map(|it| serde_json::Value::from(it).to_string())
            .collect();
        let all = Vec::from_iter(all).join(", ");
        let header = grant_header(&self.recipes, &stamp.name);
        format!(
            "if you want that, write `raises = [{all}]` into `{}` below `{header}`, where \
             `digest = \"sha256:{}\"` must stand, too",
            grants.display(),
            stamp.digest
        )
    }

    /// Gives what a plugin is allowed, and the person's grant for a plugin of that name, also when it does not count.
    fn allowed<'g>(
        &self,
        asked: &Asked<'_>,
        grants: &'g Grants,
    ) -> (Grant, Option<&'g PluginGrant>) {
        let mut allowed = Grant::default();
        let name = &asked.stamp.name;
        // A pack in the box grants to bytes that came in the box, whatever name other bytes bear.
        let came_in_box = is_in_box(&asked.stamp.digest) || self.is_frozen && asked.is_named;
        if self.is_boxed && came_in_box {
            let taken = self.pack.get(name);
            allowed.extend(&taken.map(|taken| taken.grant.clone()).unwrap_or_default());
        }
        let person = grants.of(&self.recipes, name);
        if let Some(person) = person
            && counts(person, asked, &grants.development).is_ok()
        {
            allowed.extend(&person.grant);
        }
        (allowed, person)
    }
}

impl<'a> Asked<'a> {
    fn of(reference: &'a PluginRef, known: &'a Known) -> Self {
        Self {
            is_named: matches!(reference, PluginRef::Named(_)),
            stamp: &known.stamp,
            file: known.file.as_deref(),
        }
    }
}

/// The privileges that changes raise, and those that a change in the place of undoing them raises.
pub(super) fn raised(changes: &[Change]) -> BTreeSet<String> {
    beyond(changes, &Grant::default())
}

/// The privileges beyond a grant that changes raise, and those that a change in the place of undoing them raises.
fn beyond<'c>(changes: impl IntoIterator<Item = &'c Change>, granted: &Grant) -> BTreeSet<String> {
    let operations = changes.into_iter().flat_map(|change| {
        let instead = match &change.undo {
            Undo::Possible(TakeBack {
                way: WayBack::Instead(instead),
                ..
            }) => Some(&**instead),
            _ => None,
        };
        std::iter::once(&change.operation).chain(instead)
    });
    operations
        .flat_map(|operation| privilege::beyond(operation, granted))
        .collect()
}

/// Checks that a person's grant is for this component. The error says why not.
fn counts(person: &PluginGrant, asked: &Asked<'_>, development: &[String]) -> Result<(), String> {
    let name = &asked.stamp.name;
    match &person.digest {
        Some(digest) if digest.strip_prefix("sha256:").unwrap_or(digest) == asked.stamp.digest => {
            Ok(())
        }
        Some(_) => Err(format!(
            "the grant for `{name}` is for other bytes than these"
        )),
        None if asked.file.is_some_and(|file| is_below(file, development)) => Ok(()),
        None => Err(format!(
            "the grant for `{name}` has no `digest`, and the component lies below no folder that `development` lists"
        )),
    }
}

fn is_below(file: &Path, folders: &[String]) -> bool {
    folders.iter().any(|folder| {
        // A link counts as what it leads to.
        let folder = Path::new(folder);
        let folder = folder
            .canonicalize()
            .unwrap_or_else(|_| PathBuf::from(folder));
        file.starts_with(folder)
    })
}
