//! Saved plans: a person approves one today, and a person applies it later. One JSON file, readable by its owner only,
//! that itself names what it is bound to: org, user, recipe, inputs and plugins.

mod envelope;
mod file;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use usher_core::diagnostic::SourceText;
use usher_core::limit;
use usher_core::plan::{Plan, PluginStamp};
use usher_core::read::Identity;
use usher_core::recipe::{InputKind, Recipe, parse};
use usher_core::recognised::Recognised;

use crate::catalog::{Catalog, Found};
use crate::error::Error;
use crate::exit::Exit;
use crate::secrets::recognise;
use crate::shelf::{Pack, folder};
use crate::text_file::read_text;

pub(crate) use file::{is_named, must_be_named, read, write};

/// The content of a plan file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedPlan {
    /// The version of Usher that wrote it, for people.
    pub(crate) usher: String,
    /// The org's name on the command line. The plan itself identifies the org.
    pub(crate) alias: String,
    pub(crate) recipe: SavedRecipe,
    /// The inputs as given, without secrets.
    pub(crate) given: Map<String, Value>,
    /// The data that recognises each secret that was given.
    pub(crate) secrets: BTreeMap<String, Recognised>,
    /// The approved plan, with the digests of the plugins that planned it.
    #[serde(with = "usher_core::shared")]
    pub(crate) plan: Arc<Plan>,
    /// Hex SHA-256 of the file's content, for a plan that was read.
    #[serde(skip)]
    pub(crate) digest: String,
    /// The plan file by its whole path, for a plan that was read.
    #[serde(skip)]
    pub(crate) file: PathBuf,
}

/// The recipe whole, so that its file is not needed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedRecipe {
    /// As messages name it.
    pub(crate) source: String,
    pub(crate) text: String,
    /// The pack in the box that it belongs to.
    pub(crate) pack: Option<String>,
    /// The folder of its own plugins (`./x.wasm`).
    pub(crate) folder: PathBuf,
}

impl SavedPlan {
    /// Returns the file content for a plan that was just made. `given`: with secrets.
    pub(crate) fn of(
        plan: &Arc<Plan>,
        alias: &str,
        recipe: SavedRecipe,
        declared: &Recipe,
        mut given: Map<String, Value>,
    ) -> Result<Self, Error> {
        let mut secrets = BTreeMap::new();
        for name in secret_inputs(declared) {
            if let Some(Value::String(secret)) = given.remove(name) {
                secrets.insert(name.to_owned(), recognise(&secret)?);
            }
        }
        Ok(Self {
            usher: env!("CARGO_PKG_VERSION").to_owned(),
            alias: alias.to_owned(),
            recipe,
            given,
            secrets,
            plan: Arc::clone(plan),
            digest: String::new(),
            file: PathBuf::new(),
        })
    }

    /// The recipe, ready to be checked; one in the box must be the one that is in the box now.
    pub(crate) fn found(&self) -> Result<Found, Error> {
        let saved = &self.recipe;
        let source = SourceText {
            name: saved.source.clone(),
            text: saved.text.clone(),
        };
        let pack = match saved.pack {
            Some(_) => {
                let catalog = Catalog::load()?;
                let recipes = catalog.recipes().into_iter();
                let mut same = recipes
                    .filter(|(name, _, now)| *name == saved.source && now.text == saved.text);
                let (_, pack, _) = same.next().ok_or_else(|| {
                    let message = format!(
                        "the plan was made from another `{}` than this Usher has in the box",
                        saved.source
                    );
                    does_not_fit("plan/other-recipe", message)
                })?;
                pack.clone()
            }
            None => self.pack_outside()?,
        };
        let raw = parse(source.clone())
            .map_err(|mistake| Error::mistakes(Some(&source), vec![*mistake]))?;
        Ok(Found {
            raw,
            pack,
            example: None,
            practice: None,
            folder: saved.folder.clone(),
        })
    }

    /// Returns the pack of a recipe that is not in the box. A plan file names its recipe itself, so the grants of that
    /// recipe count only while the recipe's file has the text of the plan. Else the grants of the plan file count.
    fn pack_outside(&self) -> Result<Pack, Error> {
        let saved = &self.recipe;
        let name = Path::new(&saved.source).file_name().unwrap_or_default();
        let recipe = saved.folder.join(name);
        let now = read_text(&recipe, limit::RECIPE_BYTES_MAX);
        match now.is_ok_and(|now| now == saved.text) {
            true => folder::pack(&recipe),
            false => Ok(folder::file_alone(&self.file)),
        }
    }

    /// Refuses plugins that are not, byte for byte, those that made the plan.
    pub(crate) fn must_be_planned_by<'a>(
        &self,
        stamps: impl Iterator<Item = &'a PluginStamp>,
    ) -> Result<(), Error> {
        let mut stamps = stamps;
        let made = |stamp: &PluginStamp| {
            let mut steps = self.plan.steps.iter();
            steps.any(|step| {
                let made = step.plugin.as_ref();
                made.is_some_and(|made| made.digest == stamp.digest)
            })
        };
        match stamps.find(|stamp| !made(stamp)) {
            None => Ok(()),
            Some(other) => {
                let message = format!(
                    "the plan was made by another plugin than this `{}` {}: its bytes differ",
                    other.name, other.version
                );
                Err(does_not_fit("plan/other-plugin", message))
            }
        }
    }

    /// Refuses another org, and another user of the org.
    pub(crate) fn must_be_of(&self, identity: &Identity) -> Result<(), Error> {
        let approved = &self.plan.org;
        let (code, what, was, is) = if approved.org_id != identity.org_id {
            ("plan/other-org", "org", &approved.org_id, &identity.org_id)
        } else if approved.user_id != identity.user_id {
            (
                "plan/other-user",
                "user",
                &approved.username,
                &identity.username,
            )
        } else {
            return Ok(());
        };
        let message = format!("the plan is for the {what} {was}, and this is {is}");
        Err(does_not_fit(code, message))
    }

    /// Returns the inputs again. `asked`: those of the command line; a saved plan takes nothing but its secrets.
    pub(crate) fn inputs(&self, asked: Map<String, Value>) -> Result<Map<String, Value>, Error> {
        let mut given = self.given.clone();
        if let Some(other) = asked.keys().find(|name| !self.secrets.contains_key(*name)) {
            let message = format!("the plan has its inputs in it, `{other}` too");
            return Err(Error::new(Exit::Usage, "plan/has-inputs", message)
                .help("leave `--set` and `--inputs` out, or save a new plan"));
        }
        for (name, recognised) in &self.secrets {
            match asked.get(name).and_then(Value::as_str) {
                Some(secret) if recognised.is(secret) => {
                    given.insert(name.clone(), Value::from(secret));
                }
                Some(_) => {
                    let message = format!("`{name}` is not the secret that the plan was made with");
                    return Err(does_not_fit("plan/other-secret", message));
                }
                None => {
                    let message = format!("the plan does not hold the secret `{name}`");
                    return Err(Error::new(Exit::Usage, "plan/no-secret", message)
                        .help(format!("give it again: `--set {name}=…`")));
                }
            }
        }
        Ok(given)
    }
}

/// The error of a plan file for another place or time.
fn does_not_fit(code: &str, message: String) -> Error {
    Error::new(
        Exit::PlanDoesNotFit,
        code,
        format!("{message}; nothing was changed"),
    )
    .help("save a new plan: `usher plan … -o FILE.json`")
}

fn secret_inputs(recipe: &Recipe) -> impl Iterator<Item = &str> {
    let secrets = recipe
        .inputs
        .iter()
        .filter(|input| input.kind == InputKind::Secret);
    secrets.map(|input| input.name.as_str())
}
