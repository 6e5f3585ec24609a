//! Tests a plugin in its own folder: rehearsals of the component itself, its recipe on a fresh practice org, inputs that
//! are generated from its schema, and the question which of its declarations nothing needed.

mod declare;
mod difference;
mod folder;
mod generated;
mod home;
mod outcome;
mod practice;
mod rehearsals;

use std::path::PathBuf;

use usher_core::grant::in_words;
use usher_core::manifest::Manifest;
use usher_core::used::Used;
use usher_host::Plugin;

use crate::error::Error;
use crate::exit::Exit;
use crate::flow;
use crate::home::Home;
use crate::plugins;
use crate::world::World;

pub(crate) use difference::{Side, differing};
pub(crate) use outcome::{Case, Outcome, Part, Tested, Wrong};

use folder::Folder;

/// The wishes of a person for the test of a plugin.
pub(crate) struct Testing {
    /// The plugin's folder.
    pub(crate) folder: PathBuf,
    /// Writes into the rehearsals the answers of now.
    pub(crate) update: bool,
    /// Writes into `manifest.json` the reads and writes of the tests.
    pub(crate) declare: bool,
    /// The seed of generated inputs.
    pub(crate) seed: u64,
    /// The number of generated inputs.
    pub(crate) cases: usize,
    /// One generated input alone, by its number.
    pub(crate) only: Option<usize>,
}

/// Tests the plugin.
///
/// # Errors
///
/// There is no component, it cannot be used, or a file of the test has mistakes. A test that fails is a result.
pub(crate) async fn test(testing: &Testing, world: &World) -> Result<Tested, Error> {
    // Without the `.` of a folder that is named so.
    let path = world
        .folder
        .join(&testing.folder)
        .components()
        .collect::<PathBuf>();
    let folder = Folder::open(&path)?;
    let plugin = loaded(&folder, world).await?;
    folder.must_declare_as_built(&plugin, testing.declare)?;
    let mut used = Used::default();
    let mut cases = Vec::new();
    if testing.only.is_none() {
        cases.extend(rehearsals::all(&folder, &plugin, testing, &mut used).await?);
        if testing.declare {
            return declare::finish(&folder, &plugin, &used, cases);
        }
        if !testing.update {
            cases.extend(practice::tried(&folder, &plugin, &mut used, world).await?);
        }
    }
    if !testing.update {
        cases.extend(generated::tried(&folder, &plugin, testing).await?);
    }
    // Without a test that passed, nothing can be said of what the others would need.
    let says = cases
        .iter()
        .any(|case| matches!(case.outcome, Outcome::Passed(_)) && case.part != Part::Generated);
    let unused = match says && !testing.update {
        true => unused(&used, plugin.manifest()),
        false => Vec::new(),
    };
    Ok(Tested::of(&plugin, folder.component_name(), cases, unused))
}

/// Compiles the component in the folder, or takes it from the cache.
async fn loaded(folder: &Folder, world: &World) -> Result<Plugin, Error> {
    let home = Home::of(world)?;
    let host = flow::host(&home, world)?;
    let plugin = host.load(folder.component()).await;
    plugin.map_err(|error| plugins::unusable(&error, &folder.component_name()))
}

/// Lists in words what the manifest declares and no test needed.
fn unused(used: &Used, manifest: &Manifest) -> Vec<String> {
    in_words(&used.unused_of(manifest).grant())
}

impl Tested {
    /// The error of a test that failed. `strict`: a declaration that nothing needed is one, too.
    pub(crate) fn failure(&self, strict: bool) -> Option<Error> {
        let failed = self.cases.iter().filter(|case| case.is_failed()).count();
        if failed > 0 {
            let what = if failed == 1 {
                "test fails"
            } else {
                "tests fail"
            };
            let message = format!("{failed} {what}");
            return Some(Error::new(Exit::Failed, "plugin/test-failed", message));
        }
        if strict && !self.unused.is_empty() {
            let message = "the manifest declares what no test needed";
            let help = "take it out of the manifest, or add a rehearsal that needs it";
            return Some(Error::new(Exit::Failed, "plugin/unused", message).help(help));
        }
        None
    }
}
