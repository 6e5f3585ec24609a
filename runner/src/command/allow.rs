//! `usher allow`: show what the plugins of a recipe ask for, ask, and write down that they are allowed it.

use serde_json::json;
use usher_core::recipe::check;

use crate::args::Output;
use crate::catalog::Catalog;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::plugins::Plugins;
use crate::plugins::allow::Asking;
use crate::report::FORMAT;
use crate::world::World;

pub(super) fn run(
    recipe: &str,
    yes: bool,
    output: &Output,
    world: &mut World,
) -> Result<Exit, Error> {
    let home = Home::of(world)?;
    let found = Catalog::load()?.find(recipe, world)?;
    let mut plugins = Plugins::of(&found)?;
    let source = found.raw.source().clone();
    check(found.raw, &plugins)
        .map_err(|diagnostics| Error::mistakes(Some(&source), diagnostics))?;
    let person = world.console.person.as_deref();
    let asking = match yes {
        true => Asking::Yes,
        false => Asking::of(person.filter(|_| !output.json)),
    };
    let allowed = plugins.allow(&home, asking, &world.console.err)?;
    let file = home.grants();
    if output.json {
        let allowed = allowed.iter().map(|wish| {
            json!({
                "plugin": wish.stamp.name,
                "version": wish.stamp.version,
                "digest": format!("sha256:{}", wish.stamp.digest),
                "new": wish.new(),
            })
        });
        let allowed: Vec<_> = allowed.collect();
        world.document(&json!({ "format": FORMAT, "grants": file, "allowed": allowed }));
        return Ok(Exit::Done);
    }
    if allowed.is_empty() {
        world.print(format!(
            "`{recipe}`: its plugins ask for nothing that is not allowed."
        ));
        return Ok(Exit::Done);
    }
    for wish in &allowed {
        let (name, version) = (&wish.stamp.name, &wish.stamp.version);
        world.print(format!(
            "{name} {version} is allowed what it asks for in `{recipe}`."
        ));
    }
    Ok(Exit::Done)
}
