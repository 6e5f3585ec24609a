//! `usher apply`: show, ask, change exactly that.
//!
//! A plan is carried out under the lease of its org only. Approved beforehand, it is made under the lease. A person
//! is asked without it; when another run of this home was at work meanwhile, the plan is made again under the lease,
//! and it is carried out only when it does exactly what the person has seen.

use std::collections::BTreeSet;
use std::path::Path;

use usher_core::difference::differences;
use usher_core::plan::needs_plugins;
use usher_core::policy::{Judged, destroyed};
use usher_core::run::{Approval, Event, Origin, RunState};
use usher_engine::journal::Journal;

use crate::approval::{self, Taken};
use crate::args::Target;
use crate::clock;
use crate::command::approved::Wanted;
use crate::command::carry::{Carrying, run_id};
use crate::command::consent::{Asking, nothing_known};
use crate::command::manner::Manner;
use crate::command::mark::Mark;
use crate::command::prepare::{self, Opened, Prepared};
use crate::command::{approved, plan};
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::frozen;
use crate::home::Home;
use crate::lease::Lease;
use crate::policy::Policies;
use crate::secrets;
use crate::world::World;

/// How a person wants something applied.
pub(super) struct Applying<'a> {
    pub(super) target: &'a Target,
    pub(super) confirm: &'a [String],
    /// A team's policy, as `--policy` names it.
    pub(super) policy: Option<&'a Path>,
    /// The file of an approval that was given before.
    pub(super) approval: Option<&'a Path>,
    pub(super) manner: Manner<'a>,
}

pub(super) async fn run(applying: &Applying<'_>, desk: &mut Desk) -> Result<Exit, Error> {
    let (target, manner) = (applying.target, applying.manner);
    let policies = Policies::of(applying.policy, &Home::of(&desk.world)?, &desk.world)?;
    let wanted = approved::open(target, applying.confirm, desk).await?;
    let written = written(applying, &wanted, &desk.world)?;
    let opened = &wanted.opened;
    loop {
        let held = match manner.yes || written.is_some() {
            true => Some(take_lease(opened, &desk.world)?),
            false => None,
        };
        let mark = Mark::of(&opened.home)?;
        let shown = wanted.plan().await?;
        if is_over(&shown) {
            return plan::show(&shown, target, manner.files, desk);
        }
        let org = &opened.connection.org;
        manner.files.look(&shown.plan, org).await;
        if !manner.json {
            plan::print(&shown, target, desk);
        }
        let judged = judge(&policies, &shown).await?;
        let asking = Asking {
            question: "Apply these changes? Type yes:",
            judged: &judged,
            destroyed: &destroyed(&shown.plan.steps, &nothing_known(), &BTreeSet::new()),
            written: written.as_ref(),
        };
        let sheet = plan::sheet(&shown, target);
        let Some(by) = asking.given(manner, sheet, desk)? else {
            desk.say("Nothing was changed.");
            return Ok(Exit::Done);
        };
        if let Some(lease) = held {
            return carry_out(&shown, lease, by, &policies, manner, desk).await;
        }
        let lease = take_lease(opened, &desk.world)?;
        if !mark.has_moved(&opened.home, &opened.identity.org_id)? {
            return carry_out(&shown, lease, by, &policies, manner, desk).await;
        }
        let now = wanted.plan().await?;
        let is_over = is_over(&now);
        if !is_over && differences(&shown.plan, &now.plan).is_empty() {
            return carry_out(&now, lease, by, &policies, manner, desk).await;
        }
        desk.say("Another run has changed the org since this plan was made. The plan is now:");
        if is_over {
            return plan::show(&now, target, manner.files, desk);
        }
    }
}

/// The approval that was given before, when there is one: it must be for this saved plan.
fn written(
    applying: &Applying<'_>,
    wanted: &Wanted<'_>,
    world: &World,
) -> Result<Option<Taken>, Error> {
    let Some(file) = applying.approval else {
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

async fn judge(policies: &Policies, prepared: &Prepared<'_>) -> Result<Judged, Error> {
    let (plan, org) = (&prepared.plan, &prepared.opened.connection.org);
    let known = nothing_known();
    policies
        .judge(&plan.steps, plan.org.org_kind, org, &known)
        .await
}

/// Says whether there is nothing to ask for: nothing to do, or no plan that could be applied.
fn is_over(prepared: &Prepared<'_>) -> bool {
    let failure = prepare::failure(&prepared.opened.recipe, &prepared.plan);
    prepared.plan.is_empty() || failure.is_some()
}

fn take_lease(opened: &Opened, world: &World) -> Result<Lease, Error> {
    let since = clock::utc(world.clock.now_ms());
    Lease::take(&opened.home, &opened.identity.org_id, &since)
}

/// Begins a run of a plan that was approved, and carries it out.
async fn carry_out(
    prepared: &Prepared<'_>,
    mut lease: Lease,
    by: Approval,
    policies: &Policies,
    manner: Manner<'_>,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let opened = prepared.opened;
    let now_ms = desk.world.clock.now_ms();
    let mut journal = Journal::open(&opened.home.journal()?)?;
    let id = run_id(&journal, now_ms)?;
    lease.hold_for(&id, &clock::utc(now_ms))?;
    let beginning = frozen::beginning(&opened.home)?;
    opened
        .plugins
        .keep(needs_plugins(&prepared.plan.steps), &opened.home)?;
    let planned = Event::Planned {
        plan: prepared.plan.clone(),
        recipe: opened.recipe.source.text.clone(),
        origin: Origin {
            alias: opened.connection.alias.clone(),
            source: opened.recipe.source.name.clone(),
            plugins: opened.plugins.digests(),
            files: opened.plugins.files(),
            undoes: None,
            users: Vec::new(),
            given: opened.asked(),
            secrets: secrets::recognised(&prepared.inputs.secrets)?,
        },
    };
    let carrying = Carrying {
        id: &id,
        connection: &opened.connection,
        journal: journal.begin(&id, now_ms),
        beginning: Some(beginning),
        planner: &prepared.planning(),
        confirmed: opened.confirmed.clone(),
        // What stands for secrets is known to the run and never an event.
        state: RunState {
            bindings: prepared.inputs.secrets.clone(),
            ..RunState::default()
        },
        policies,
    };
    let events = vec![planned, Event::Approved { by }];
    carrying.carry_out(events, manner, desk).await
}
