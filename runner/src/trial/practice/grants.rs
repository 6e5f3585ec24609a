//! The grants of the test: the plugins get what they ask for and what their plans raise, and are refused without each of it.

use usher_core::text;

use crate::catalog;
use crate::error::Error;
use crate::flow::{self, Planned};
use crate::home::Home;
use crate::plugins::Plugins;
use crate::trial::outcome::Wrong;
use crate::trial::practice::attendant::Agreeing;
use crate::trial::practice::{RECIPE, REFUSED, Step, Stopped, Trying, stopped, target};

/// The code of a plan that raises more than is allowed.
const RAISES: &str = "grant/raises";

/// Plans until all that is raised is known: a step that may not raise a privilege ends the plan before the steps behind it.
const PLANS_MAX: usize = 20;

impl Trying {
    /// Allows the plugins what they ask for, and the privileges that their plans raise. Returns these.
    pub(super) async fn allow(&self) -> Result<Vec<String>, Error> {
        let home = Home::of(&self.world)?;
        let plugins = self.plugins()?;
        plugins.wishes(&home)?.write(&home)?;
        let mut raised = Vec::new();
        for _ in 0..PLANS_MAX {
            if !self.refusal().await?.is_some_and(|error| raises(&error)) {
                break;
            }
            raised.extend(plugins.allow_raised(&self.world.calls, &home)?);
        }
        Ok(raised)
    }

    /// Takes each thing that the plugins ask for, and each privilege that they raise, out of the grants, and expects a
    /// refusal.
    pub(super) async fn refused_without_each(&self, raised: &[String]) -> Step<String> {
        let wrong = stopped(REFUSED);
        let home = Home::of(&self.world).map_err(&wrong)?;
        let plugins = self.plugins().map_err(&wrong)?;
        let mut tried = plugins.refused_without_each(&home).map_err(&wrong)?;
        for one in raised {
            plugins.disallow_raised(one, &home).map_err(&wrong)?;
            let refusal = self.refusal().await.map_err(&wrong)?;
            let is_refused = refusal.is_some_and(|error| raises(&error));
            tried.push((format!("raise the privilege `{one}`"), is_refused));
            plugins
                .allow_raised(&self.world.calls, &home)
                .map_err(&wrong)?;
        }
        let let_through: Vec<String> = tried
            .iter()
            .filter(|(_, is_refused)| !is_refused)
            .map(|(what, _)| {
                let words = format!("without the grant to {what}, the recipe is not refused");
                text::shown(&words)
            })
            .collect();
        if !let_through.is_empty() {
            return Err(Stopped {
                doing: REFUSED,
                wrong: Wrong {
                    why: let_through,
                    ..Wrong::default()
                },
            });
        }
        let raises = match raised.is_empty() {
            true => String::new(),
            false => format!("; the example raises {}", text::shown(&raised.join(", "))),
        };
        Ok(format!("{} tried without{raises}", tried.len()))
    }

    fn plugins(&self) -> Result<Plugins, Error> {
        Plugins::of(&catalog::find(RECIPE, &self.world)?)
    }

    /// The reason why the recipe is not planned.
    async fn refusal(&self) -> Result<Option<Error>, Error> {
        let planned = flow::plan(&target(), false, &mut Agreeing, &self.world).await;
        match planned {
            Ok((Planned { failure, .. }, _)) => Ok(failure),
            Err(error) => Ok(Some(error)),
        }
    }
}

fn raises(error: &Error) -> bool {
    let mut mistakes = error.mistakes.iter();
    error.code == RAISES || mistakes.any(|mistake| mistake.diagnostic.code == RAISES)
}
