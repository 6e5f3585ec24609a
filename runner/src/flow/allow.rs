//! Allows the plugins of a recipe what they ask for: asks a person, and writes the answer down.

use usher_core::recipe::check;

use crate::catalog;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::attendant::{Answer, Attendant, Question, Told};
use crate::home::Home;
use crate::plugins::Plugins;
use crate::plugins::allow::Wishes;
use crate::world::World;

/// Allows the plugins of `recipe` what they ask for. `yes`: nobody is asked. Gives what was not allowed before.
pub(crate) async fn allow(
    recipe: &str,
    yes: bool,
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<Wishes, Error> {
    let home = Home::of(world)?;
    let found = catalog::find(recipe, world)?;
    let mut plugins = Plugins::of(&found)?;
    let source = found.raw.source().clone();
    check(found.raw, &plugins)
        .map_err(|diagnostics| Error::mistakes(Some(&source), diagnostics))?;
    must_be_allowed(&mut plugins, yes, &home, attendant).await
}

/// Checks that the plugins are allowed what they ask for, and asks for what is missing.
///
/// # Errors
///
/// A plugin asks for more, and the person says no, or nobody can be asked.
pub(super) async fn must_be_allowed(
    plugins: &mut Plugins,
    yes: bool,
    home: &Home,
    attendant: &mut dyn Attendant,
) -> Result<Wishes, Error> {
    let wishes = plugins.wishes(home)?;
    if !wishes.of.is_empty() {
        let answer = match (wishes.can_be_allowed(), yes) {
            (false, _) => Answer::No,
            (true, true) => Answer::Yes,
            (true, false) => attendant.asked(&Question::Allow(&wishes)).await,
        };
        match answer {
            Answer::Yes => wishes.write(home)?,
            Answer::No | Answer::Nobody => return Err(wishes.refused(home)),
            Answer::Stop => {
                let message = "interrupted while Usher asked; nothing was changed";
                return Err(Error::new(Exit::Interrupted, "run/interrupted", message));
            }
        }
        if !yes {
            attendant.told(&Told::Allowed {
                grants: &home.grants(),
            });
        }
    }
    plugins.note_grants(home)?;
    Ok(wishes)
}
