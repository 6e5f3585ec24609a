//! Plans, asks, and changes exactly that.
//!
//! A plan is carried out under the lease of its org only. Approved beforehand, it is made under the lease. A person
//! is asked without it; when another run of this home was at work meanwhile, the plan is made again under the lease,
//! and it is carried out only when it does exactly what the person has seen.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use usher_core::difference::differences;
use usher_core::plan::needs_plugins;
use usher_core::policy::destroyed;
use usher_core::run::{Approval, Event, Origin, RunState};
use usher_engine::journal::Journal;

use crate::approval::{self, Taken};
use crate::clock;
use crate::error::Error;
use crate::exit::Exit;
use crate::flow::attendant::{Attendant, Roles, Shown, Subject, Told};
use crate::flow::consent::{Asked, Asking, Consent, nothing_known};
use crate::flow::drive::{Driving, NotApproved, Ran, run_id};
use crate::flow::failure;
use crate::flow::mark::Mark;
use crate::flow::plan::{Planned, looked_up};
use crate::flow::prepare::{Opened, Prepared};
use crate::flow::production::Guard;
use crate::flow::target::Target;
use crate::flow::wanted::{self, Wanted};
use crate::frozen;
use crate::home::Home;
use crate::lease::Lease;
use crate::policy::Policies;
use crate::secrets;
use crate::world::World;

/// A recipe or a saved plan to apply, with the wishes of the person.
pub(crate) struct Applying {
    pub(crate) target: Target,
    /// Manual steps that are done, each as `step=note`.
    pub(crate) confirm: Vec<String>,
    /// A team's policy.
    pub(crate) policy: Option<PathBuf>,
    /// The file of an approval that was given before.
    pub(crate) approval: Option<PathBuf>,
    pub(crate) consent: Consent,
    /// The id of the org that is meant.
    pub(crate) org_id: Option<String>,
}

/// The result of applying.
pub(crate) enum Applied {
    /// There is nothing to do, or no plan that can be applied.
    Over(Planned),
    NotApproved(NotApproved),
    Ran(Ran),
}

/// Applies a recipe or a saved plan.
pub(crate) async fn apply(
    applying: &Applying,
    attendant: &mut dyn Attendant,
    world: &World,
) -> Result<Applied, Error> {
    let policies = Policies::of(applying.policy.as_deref(), &Home::of(world)?, world)?;
    let target = &applying.target;
    let wanted = wanted::open(target, &applying.confirm, attendant, world).await?;
    let written = written(applying, &wanted, world)?;
    let opened = &wanted.opened;
    let is_approved = applying.consent.shown || written.is_some();
    let guard = Guard::of(
        &opened.connection,
        &opened.identity,
        applying.org_id.as_deref(),
        is_approved,
    )?;
    loop {
        let held = match is_approved {
            true => Some(take_lease(opened, world)?),
            false => None,
        };
        let mark = Mark::of(&opened.home)?;
        let shown = wanted.plan().await?;
        if is_over(&shown) {
            return Ok(Applied::Over(Planned::of(&shown, None)));
        }
        must_suffice(opened, &shown)?;
        let org = &opened.connection.org;
        let roles = looked_up(target.draws_roles, &shown.plan, org).await;
        let alias = &opened.connection.alias;
        attendant.shown(&Shown {
            plan: &shown.plan,
            alias,
            undoes: false,
        });
        let not_approved = |why| NotApproved {
            plan: Arc::clone(&shown.plan),
            alias: alias.clone(),
            undoes: false,
            roles: None,
            why,
        };
        let by = match asked(
            applying,
            &policies,
            &shown,
            written.as_ref(),
            &guard,
            attendant,
        )
        .await
        {
            Ok(Asked::Approved(by)) => by,
            Ok(asked) => {
                let why = matches!(asked, Asked::Stopped).then(stopped);
                let not_approved = not_approved(why);
                return Ok(Applied::NotApproved(NotApproved {
                    roles,
                    ..not_approved
                }));
            }
            Err(error) => {
                let not_approved = not_approved(Some(error));
                return Ok(Applied::NotApproved(NotApproved {
                    roles,
                    ..not_approved
                }));
            }
        };
        let going = Going {
            by,
            roles,
            policies: &policies,
            consent: applying.consent,
        };
        if let Some(lease) = held {
            return going.carry_out(shown, lease, attendant, world).await;
        }
        let lease = take_lease(opened, world)?;
        if !mark.has_moved(&opened.home, &opened.identity.org_id)? {
            return going.carry_out(shown, lease, attendant, world).await;
        }
        let now = wanted.plan().await?;
        let is_over = is_over(&now);
        if !is_over && differences(&shown.plan, &now.plan).is_empty() {
            drop(shown);
            return going.carry_out(now, lease, attendant, world).await;
        }
        attendant.told(&Told::PlanMoved);
        if is_over {
            return Ok(Applied::Over(Planned::of(&now, None)));
        }
    }
}

/// The error of a command that was interrupted before anything of its plan was sent.
pub(super) fn stopped() -> Error {
    let message = "interrupted while Usher asked; nothing was changed";
    Error::new(Exit::Interrupted, "run/interrupted", message)
}

/// The approval that was given before, when there is one: it must be for this saved plan.
fn written(applying: &Applying, wanted: &Wanted, world: &World) -> Result<Option<Taken>, Error> {
    let Some(file) = &applying.approval else {
        return Ok(None);
    };
    let Some(saved) = wanted.saved() else {
        let message = "an approval is for a saved plan, and this is a recipe";
        return Err(Error::new(Exit::Usage, "approval/no-plan", message)
            .help("`usher plan … -o plan.json` saves one, `usher approve plan.json` approves it"));
    };
    let path = world.folder.join(file);
    approval::take(&path, saved, world.clock.now_ms()).map(Some)
}

/// Asks whether the plan may be applied.
async fn asked(
    applying: &Applying,
    policies: &Policies,
    prepared: &Prepared<'_>,
    written: Option<&Taken>,
    guard: &Guard<'_>,
    attendant: &mut dyn Attendant,
) -> Result<Asked, Error> {
    let (plan, org) = (&prepared.plan, &prepared.opened.connection.org);
    let (steps, known) = (&plan.steps, nothing_known());
    let judged = policies
        .judge(steps, plan.org.org_kind, org, &known)
        .await?;
    let asking = Asking {
        subject: Subject::Plan,
        judged: &judged,
        destroyed: &destroyed(steps, &known, &BTreeSet::new()),
        written,
        names: &guard.names().await?,
    };
    guard.told(asking.answer(applying.consent, attendant).await)
}

/// Says whether there is nothing to ask for: nothing to do, or no plan that could be applied.
fn is_over(prepared: &Prepared<'_>) -> bool {
    let failure = failure::of_plan(
        &prepared.opened.recipe,
        &prepared.plan,
        prepared.opened.goes_on,
    );
    prepared.plan.is_empty() || failure.is_some()
}

/// Refuses a plan that sends more requests than the org takes today. The org has said so with its last answer, so that it
/// is not asked.
fn must_suffice(opened: &Opened, prepared: &Prepared<'_>) -> Result<(), Error> {
    let needed = prepared.plan.requests.write;
    let Some(usage) = opened.connection.usage() else {
        return Ok(());
    };
    let left = usage.left();
    if left >= needed {
        return Ok(());
    }
    let message = format!(
        "the plan sends {needed} API requests at least, and the org takes {left} more of its {} today; nothing was changed",
        usage.allowed
    );
    Err(Error::new(Exit::Limit, "org/few-requests", message)
        .help("wait until requests are free again: the org counts the last 24 hours"))
}

fn take_lease(opened: &Opened, world: &World) -> Result<Lease, Error> {
    let since = clock::utc(world.clock.now_ms());
    Lease::take(&opened.home, &opened.identity.org_id, &since)
}

/// A plan that was approved.
struct Going<'a> {
    by: Approval,
    roles: Roles,
    policies: &'a Policies,
    consent: Consent,
}

impl Going<'_> {
    /// Begins a run of the plan, and carries it out.
    async fn carry_out(
        self,
        prepared: Prepared<'_>,
        mut lease: Lease,
        attendant: &mut dyn Attendant,
        world: &World,
    ) -> Result<Applied, Error> {
        // The run alone holds the plan, so that a step takes its place in it without a copy of all.
        let Prepared {
            opened,
            plan,
            made_with,
        } = prepared;
        let now_ms = world.clock.now_ms();
        let mut journal = Journal::open(&opened.home.journal()?)?;
        let id = run_id(&journal, now_ms)?;
        lease.hold_for(&id, &clock::utc(now_ms))?;
        let beginning = frozen::beginning(&opened.home)?;
        opened
            .plugins
            .keep(needs_plugins(&plan.steps), &opened.home)?;
        let planned = Event::Planned {
            plan,
            recipe: opened.recipe.source.text.clone(),
            origin: Origin {
                alias: opened.connection.alias.clone(),
                source: opened.recipe.source.name.clone(),
                plugins: opened.plugins.digests(),
                files: opened.plugins.files(),
                recipes: opened.plugins.outside(),
                undoes: None,
                users: Vec::new(),
                given: opened.asked(),
                secrets: secrets::recognised(&made_with.inputs.secrets)?,
                goes_on: opened.goes_on,
            },
        };
        let driving = Driving {
            id: &id,
            connection: &opened.connection,
            journal: journal.begin(&id, now_ms),
            beginning: Some(beginning),
            planner: &made_with.planning(),
            confirmed: opened.confirmed.clone(),
            // The run knows the secrets; no event holds them.
            state: RunState {
                bindings: made_with.inputs.secrets.clone(),
                ..RunState::default()
            },
            policies: self.policies,
            consent: self.consent,
        };
        let events = vec![planned, Event::Approved { by: self.by }];
        let ran = driving.carry_out(events, attendant, world).await?;
        Ok(Applied::Ran(Ran {
            roles: self.roles,
            ..ran
        }))
    }
}
