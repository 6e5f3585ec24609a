//! Findings about the files beside the source: the SDK, the component, the recipe, the rehearsals.

use usher_core::diagnostic::{Diagnostic, Severity};
use usher_guest::Language;
use usher_host::inspect;

use crate::catalog;
use crate::error::{Error, Mistake};
use crate::flow;
use crate::plugins;
use crate::shelf::folder;
use crate::workshop::lint::{component, warning};
use crate::workshop::{PluginFolder, Watched, sdk, template};
use crate::world::World;

/// The findings; `name`: the plugin's, as its manifest gives it.
pub(super) fn findings(
    folder: &PluginFolder,
    name: Option<&str>,
    world: &World,
) -> Result<Vec<Mistake>, Error> {
    let mut found = Vec::new();
    found.extend(of_sdk(folder));
    let is_built = of_component(folder, name, &mut found)?;
    of_recipe(folder, is_built, world, &mut found)?;
    found.extend(of_tests(folder));
    Ok(found)
}

fn of_sdk(folder: &PluginFolder) -> Option<Mistake> {
    if folder.language == Language::Data {
        // Nothing in the folder uses it.
        return None;
    }
    let shown = folder.name_of("sdk");
    let help = "run `usher plugin sdk`, which writes the SDK of this Usher";
    match sdk::version_of(folder) {
        None => Some(warning(
            "lint/no-sdk",
            format!("`{shown}` is not there, or Usher has not written it"),
            help,
        )),
        Some(version) if version != template::version() => {
            let words = |text: &str| text.lines().collect::<Vec<_>>().join(", ");
            let message = format!(
                "`{shown}` is of another Usher ({}); this one has {}",
                words(&version),
                words(&template::version())
            );
            Some(warning("lint/other-sdk", message, help))
        }
        Some(_) => None,
    }
}

/// Says whether there is a component.
fn of_component(
    folder: &PluginFolder,
    name: Option<&str>,
    found: &mut Vec<Mistake>,
) -> Result<bool, Error> {
    let Some(path) = the_component(folder, name) else {
        let message = format!("the plugin in `{}` is not built", folder.shown);
        found.push(warning(
            "lint/not-built",
            message,
            "run `usher plugin build`",
        ));
        return Ok(false);
    };
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let shown = folder.name_of(&file);
    let bytes = folder::component(&path)?;
    let inspection = inspect(&bytes).map_err(|error| plugins::unusable(&error, &shown))?;
    found.extend(component::problems(&inspection, &shown));
    // The interpreter of Python imports WASI, and no author can change that.
    if folder.language != Language::Python {
        found.extend(component::muted(&inspection, &shown));
    }
    let written = path.metadata().and_then(|data| data.modified()).ok();
    let saved = Watched::look(&folder.path.join("src"))?.newest();
    let source = folder.path.join(folder.language.source()).metadata();
    let source = source.and_then(|data| data.modified()).ok();
    if saved.max(source) > written {
        let message = format!("`{shown}` is older than the source");
        let help = "run `usher plugin build`: what is tested must be what is used";
        found.push(warning("lint/old-component", message, help));
    }
    Ok(true)
}

/// The component of the folder: by the plugin's name, else the only one.
fn the_component(folder: &PluginFolder, name: Option<&str>) -> Option<std::path::PathBuf> {
    if let Some(name) = name {
        let path = folder.path.join(format!("{name}.wasm"));
        return path.is_file().then_some(path);
    }
    let entries = folder.path.read_dir().into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let mut components = paths.filter(|path| path.extension().is_some_and(|end| end == "wasm"));
    let first = components.next()?;
    components.next().is_none().then_some(first)
}

/// The recipe that shows how the plugin is used.
fn of_recipe(
    folder: &PluginFolder,
    is_built: bool,
    world: &World,
    found: &mut Vec<Mistake>,
) -> Result<(), Error> {
    let path = folder.path.join("recipe.toml");
    if !path.is_file() {
        let message = format!("`{}` is not there", folder.name_of("recipe.toml"));
        let help = "write a recipe that uses the plugin: `usher plugin test` carries it out on a practice org";
        found.push(warning("lint/no-recipe", message, help));
        return Ok(());
    }
    if !is_built {
        // Nothing in a recipe can be held against a plugin that is not there.
        return Ok(());
    }
    let recipe = path.display().to_string();
    let checked = catalog::find(&recipe, world).and_then(flow::checked);
    match checked {
        Ok(_) => {}
        Err(error) if error.mistakes.is_empty() => found.push(Mistake {
            source: None,
            diagnostic: Diagnostic {
                code: error.code,
                severity: Severity::Error,
                message: error.message,
                span: None,
                help: error.help,
                row: None,
            },
        }),
        Err(error) => found.extend(error.mistakes),
    }
    Ok(())
}

fn of_tests(folder: &PluginFolder) -> Option<Mistake> {
    let entries = folder.path.join("tests").read_dir();
    let mut names = entries.into_iter().flatten().flatten();
    let is_test = names.any(|entry| {
        let path = entry.path();
        path.extension().is_some_and(|end| end == "toml")
    });
    if is_test {
        return None;
    }
    let message = format!("`{}` holds no rehearsal", folder.name_of("tests"));
    let help = "write one: an org, an input and the expected plan, as docs/plugins.md shows";
    Some(warning("lint/no-tests", message, help))
}
