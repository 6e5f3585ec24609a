//! The recipe of the folder on a fresh practice org: applied, planned again, applied again, undone; and refused without
//! each of the grants that the plugin asks for.

mod attendant;
mod grants;
mod snapshot;

use usher_core::change::Undo;
use usher_core::plan::Plan;
use usher_core::text;
use usher_core::used::Used;
use usher_host::Plugin;

use crate::catalog::Catalog;
use crate::error::Error;
use crate::flow::{self, Applied, Applying, Consent, Planned, Ran, Target, Undoing, Undone};
use crate::home::Home;
use crate::practice;
use crate::trial::folder::Folder;
use crate::trial::home::OwnHome;
use crate::trial::outcome::{Case, Outcome, Part, Wrong};
use crate::world::World;

use attendant::Agreeing;
use snapshot::Snapshot;

/// The recipe as a person in the folder names it.
const RECIPE: &str = "./recipe.toml";

/// Tries the recipe of the folder.
pub(super) async fn tried(
    folder: &Folder,
    plugin: &Plugin,
    used: &mut Used,
    world: &World,
) -> Result<Vec<Case>, Error> {
    if !folder.has_recipe() {
        return Ok(Vec::new());
    }
    let home = OwnHome::make(world)?;
    let trying = Trying {
        world: home.world(folder.path(), world),
    };
    let mut cases = Vec::new();
    let stopped = trying.all(&mut cases).await;
    used.extend(&trying.world.calls.used(plugin.digest()));
    if let Err(stopped) = stopped {
        cases.push(Case {
            file: Some("recipe.toml".to_owned()),
            ..Case::of(
                Part::Practice,
                stopped.doing,
                Outcome::Failed(stopped.wrong),
            )
        });
    }
    Ok(cases)
}

struct Trying {
    world: World,
}

/// A step of the test that failed. Those behind it would say nothing.
struct Stopped {
    doing: &'static str,
    wrong: Wrong,
}

type Step<T> = Result<T, Stopped>;

const REFUSED: &str = "Each grant is needed";
const PLAN: &str = "Plan the example";
const APPLY: &str = "Apply";
const PLAN_AGAIN: &str = "Plan again";
const APPLY_AGAIN: &str = "Apply again";
const UNDO: &str = "Undo";

impl Trying {
    async fn all(&self, cases: &mut Vec<Case>) -> Step<()> {
        let mut passed = |doing: &str, says: String| {
            cases.push(Case::of(Part::Practice, doing, Outcome::Passed(says)));
        };
        let org = self.prepared().map_err(stopped(PLAN))?;
        let raised = self.allow().await.map_err(stopped(PLAN))?;
        passed(REFUSED, self.refused_without_each(&raised).await?);
        let before = Snapshot::of(&org, &self.world).map_err(stopped(UNDO))?;
        let first = self.plan(PLAN).await?;
        passed(PLAN, format!("{} to make", changes(&first)));
        if first.is_empty() {
            let why = "the example of `practice.toml` needs no change, so nothing is tried with it";
            return Err(Stopped {
                doing: APPLY,
                wrong: Wrong {
                    remedy: Some(
                        "give the example inputs, or the org records, for which there is something to do".to_owned(),
                    ),
                    ..Wrong::because(why)
                },
            });
        }
        let ran = match self.apply().await.map_err(stopped(APPLY))? {
            Applied::Ran(ran) => ran,
            _ => return Err(failed(APPLY, "the plan of now has nothing to do")),
        };
        ended_well(APPLY, &ran)?;
        passed(APPLY, String::new());
        let second = self.plan(PLAN_AGAIN).await?;
        if !second.is_empty() {
            return Err(wanted_again(PLAN_AGAIN, &second));
        }
        passed(PLAN_AGAIN, "nothing to do".to_owned());
        match self.apply().await.map_err(stopped(APPLY_AGAIN))? {
            Applied::Over(planned) if planned.failure.is_none() => {
                passed(APPLY_AGAIN, "nothing to do".to_owned());
            }
            _ => return Err(failed(APPLY_AGAIN, "there is something to do again")),
        }
        match self.undo().await.map_err(stopped(UNDO))? {
            Undone::Ran(ran) => ended_well(UNDO, &ran)?,
            Undone::Nothing { .. } | Undone::NothingLeft if stays(&first) => {
                passed(
                    UNDO,
                    "none of the changes can be undone, as they say".to_owned(),
                );
                return Ok(());
            }
            Undone::Nothing { .. } | Undone::NothingLeft => {
                return Err(failed(UNDO, "none of the changes can be undone"));
            }
            Undone::NotApproved(_) => return Err(failed(UNDO, "the undo was not approved")),
        }
        let after = Snapshot::of(&org, &self.world).map_err(stopped(UNDO))?;
        let differences = before.differences(&after);
        if !differences.is_empty() && !stays(&first) {
            return Err(Stopped {
                doing: UNDO,
                wrong: Wrong {
                    why: differences,
                    remedy: Some(
                        "give each change a way back that restores what was there, or say with `impossible` or \
                         `nothing` why there is none"
                            .to_owned(),
                    ),
                    ..Wrong::default()
                },
            });
        }
        passed(
            UNDO,
            match differences.is_empty() {
                true => "the org is as it was before".to_owned(),
                false => "the org is as it was before, but for what cannot be undone".to_owned(),
            },
        );
        Ok(())
    }

    /// Makes the practice org of the example. Gives the org's name.
    fn prepared(&self) -> Result<String, Error> {
        let world = &self.world;
        let home = Home::of(world)?;
        let found = Catalog::load()?.find(RECIPE, world)?;
        let start = found.example.as_ref().and_then(|it| it.start.clone());
        let org = start.unwrap_or_else(|| "practice".to_owned());
        if let Some(practice) = &found.practice {
            practice::make_beside(&org, practice, &home)?;
        }
        Ok(org)
    }

    async fn plan(&self, doing: &'static str) -> Step<Plan> {
        let planned = flow::plan(&target(), false, &mut Agreeing, &self.world).await;
        let (planned, _) = planned.map_err(stopped(doing))?;
        let Planned { plan, failure, .. } = planned;
        match failure {
            None => Ok(plan),
            Some(error) => Err(stopped(doing)(error)),
        }
    }

    async fn apply(&self) -> Result<Applied, Error> {
        let applying = Applying {
            target: target(),
            confirm: Vec::new(),
            policy: None,
            approval: None,
            consent: everything(),
            org_id: None,
        };
        flow::apply(&applying, &mut Agreeing, &self.world).await
    }

    async fn undo(&self) -> Result<Undone, Error> {
        let undoing = Undoing {
            run: None,
            org: None,
            set: Vec::new(),
            as_other_user: false,
            policy: None,
            consent: everything(),
            org_id: None,
            draws_roles: false,
        };
        flow::undo(&undoing, &mut Agreeing, &self.world).await
    }
}

/// The recipe with its example, on a practice org.
fn target() -> Target {
    Target {
        recipe: RECIPE.to_owned(),
        set: Vec::new(),
        inputs: None,
        rows: Vec::new(),
        goes_on: false,
        let_go: Vec::new(),
        results: Vec::new(),
        org: Some("practice".to_owned()),
        draws_roles: false,
    }
}

fn everything() -> Consent {
    Consent {
        shown: true,
        later: true,
        destroy: true,
    }
}

/// Says whether the plan has a change that cannot be undone, and says so.
fn stays(plan: &Plan) -> bool {
    let mut changes = plan.steps.iter().flat_map(|step| &step.plan.changes);
    changes.any(|change| matches!(change.undo, Undo::Impossible(_)))
}

fn changes(plan: &Plan) -> String {
    let many: usize = plan.steps.iter().map(|step| step.plan.changes.len()).sum();
    match many {
        1 => "1 change".to_owned(),
        many => format!("{many} changes"),
    }
}

fn ended_well(doing: &'static str, ran: &Ran) -> Step<()> {
    match &ran.failure {
        None => Ok(()),
        Some(error) => Err(stopped(doing)(error.clone())),
    }
}

fn wanted_again(doing: &'static str, plan: &Plan) -> Stopped {
    let again = plan.steps.iter().flat_map(|step| &step.plan.changes);
    let again =
        again.map(|change| format!("`{}` is planned again: {}", change.address, change.summary));
    Stopped {
        doing,
        wrong: Wrong {
            why: again.map(|line| text::shown(&line)).collect(),
            remedy: Some("plan a change only where the org differs from what is wanted".to_owned()),
            ..Wrong::default()
        },
    }
}

fn failed(doing: &'static str, why: &str) -> Stopped {
    Stopped {
        doing,
        wrong: Wrong::because(why),
    }
}

/// Makes of an error the reason why the test goes no further.
fn stopped(doing: &'static str) -> impl Fn(Error) -> Stopped {
    move |error| {
        let mistakes = error.mistakes.iter().map(|mistake| &mistake.diagnostic);
        let mut why: Vec<String> = mistakes
            .clone()
            .map(|it| format!("{} ({})", it.message, it.code))
            .collect();
        if why.is_empty() {
            why.push(format!("{} ({})", error.message, error.code));
        }
        let remedy = mistakes
            .filter_map(|it| it.help.clone())
            .next()
            .or(error.help);
        Stopped {
            doing,
            wrong: Wrong {
                why,
                remedy,
                ..Wrong::default()
            },
        }
    }
}
