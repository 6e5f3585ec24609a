//! A loaded plugin and its one use: planning. Each call has a store of its own, so that no call reaches another's data
//! and a trap ends one call only.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use wasmtime::Store;

use usher_contract::answer;
use usher_contract::change::StepPlan;
use usher_contract::gate::Gate;
use usher_contract::grant::Limits as Lowered;
use usher_contract::handed::Handed;
use usher_contract::manifest::{Manifest, Undeclared};
use usher_contract::read::{Identity, Reads};
use usher_contract::text;
use usher_contract::used::Used;

use crate::bindings::StepPre;
use crate::bindings::usher::step::types as wit;
use crate::convert;
use crate::error::{Ident, NoPlan, PlanError, PluginError};
use crate::limit::Limits;
use crate::log::LogLine;
use crate::looked_at::LookedAt;
use crate::own_time::{OutOfTime, Unfinished};
use crate::pool::{InPool, Pool, Slot};
use crate::reading::Reading;
use crate::state::{self, State};
use crate::trap;

/// A plugin that is ready to plan. Copies share everything.
#[derive(Clone)]
pub struct Plugin {
    inner: Arc<Inner>,
}

struct Inner {
    pre: StepPre<State>,
    in_pool: InPool,
    component: LookedAt,
    limits: Limits,
}

/// A plugin that has not described itself yet: a compiled component with its manifest.
pub(crate) struct Prepared {
    pub(crate) pre: StepPre<State>,
    pub(crate) component: LookedAt,
    /// It came with Usher, whose tests let each of its plugins describe itself.
    pub(crate) is_ahead: bool,
}

/// The request for a plan.
#[derive(Clone)]
pub struct Call {
    pub identity: Identity,
    /// UTC, `2026-11-22T10:00:00Z`: the run's planning time.
    pub now: String,
    /// The input without the schema's defaults. A `$ref` where the schema wants a known value is refused: a step with
    /// such an input waits.
    pub input: Map<String, Value>,
    pub org: Arc<dyn Reads>,
    /// The only source of the plugin's randomness. The same for the same step and item of a run.
    pub seed: [u8; 32],
    /// Limits that a person has lowered for the plugin.
    pub limits: Lowered,
    /// Lets the plugin read and plan beyond its manifest: a test learns what the manifest must declare. No such plan is
    /// ever carried out.
    pub learns: bool,
    /// Notes what the plugin uses of its manifest. In a long list that takes a part of the time of each call.
    pub notes_used: bool,
}

/// A plan, with the log and the reads of its call.
#[derive(Clone, Debug)]
pub struct Planned {
    /// References to what the plan itself binds are still [`usher_contract::value::Reference::Bound`].
    pub plan: StepPlan,
    pub log: Vec<LogLine>,
    /// Reads beyond the manifest. They were refused; the plugin planned without them.
    pub denied: Vec<Undeclared>,
    /// The number of reads that the plugin asked for.
    pub reads: usize,
    /// The reads that were answered or refused by the org, and what the plan needs to be declared; nothing, when the call
    /// did not ask for it.
    pub used: Used,
}

impl Plugin {
    /// Returns the plugin's description of itself.
    pub fn manifest(&self) -> &Manifest {
        self.inner.component.manifest()
    }

    /// The manifest's own bytes.
    pub fn manifest_text(&self) -> &[u8] {
        self.inner.component.manifest_text()
    }

    /// SHA-256 of the component, in hexadecimal.
    pub fn digest(&self) -> &str {
        self.inner.component.digest()
    }

    /// Asks the plugin what it would change.
    ///
    /// # Errors
    ///
    /// The input is wrong, the plugin gives a reason why it has no plan, it does not finish or hits a limit, or its
    /// plan is wrong or goes beyond its manifest.
    pub async fn plan(&self, call: Call) -> Result<Planned, PlanError> {
        let manifest = self.inner.component.manifest();
        let uncalled = |why| PlanError {
            plugin: Ident::of(manifest),
            why,
            denied: Vec::new(),
            log: Vec::new(),
            used: Used::default(),
        };
        let input = manifest.input.with_defaults(&call.input);
        // A step with such an input waits before it gets here, but the manifest's own defaults were filled in only
        // above.
        let refused = manifest.input.unknowns_refused(&input);
        if !refused.is_empty() {
            return Err(uncalled(NoPlan::UnknownInput(refused)));
        }
        let input = Value::Object(input);
        let problems = manifest.input.problems_of(&input);
        if !problems.is_empty() {
            return Err(uncalled(NoPlan::Input(problems)));
        }
        let Some(since_1970) = since_1970(&call.now) else {
            return Err(uncalled(NoPlan::BadTime { now: call.now }));
        };
        let limits = &self.inner.limits.lowered(&call.limits);
        let mut gate = Gate::new(Arc::clone(manifest), limits.reading.clone());
        if call.learns {
            gate = gate.learning();
        }
        if call.notes_used {
            gate = gate.noting();
        }
        // Values from the recipe are handed over. A default comes from the plugin itself and hands over nothing.
        gate.hand_in(&Value::Object(call.input));
        let reading = Reading {
            identity: call.identity,
            now: call.now,
            org: call.org,
            gate,
        };
        // Declared before the store, so that it is dropped after it.
        let slot = self.inner.in_pool.slot(&self.inner.pre);
        let pre = slot.as_ref().map_or(&self.inner.pre, Slot::pre);
        let mut store = state::store(pre.engine(), limits, Some(reading), since_1970, &call.seed);
        let text = input.to_string();
        let own = store.data().own.clone();
        let called = called(pre, &mut store, &text);
        let called = own.watch(limits.call, called).await;
        let answer = outcome(called, &store, limits);

        let (reading, log) = store.into_data().into_log();
        let reading = reading.expect("it was put there above and nobody takes it");
        let mut gate = reading.gate;
        let mut used = gate.take_used();
        match answer.and_then(|answer| judged(answer, manifest, gate.handed(), call.learns)) {
            Ok(plan) => {
                if let Some(used) = &mut used {
                    used.plan(&plan);
                }
                Ok(Planned {
                    plan,
                    log,
                    denied: gate.denied().to_vec(),
                    reads: gate.reads(),
                    used: used.unwrap_or_default(),
                })
            }
            Err(why) => Err(PlanError {
                plugin: Ident::of(manifest),
                why,
                denied: gate.denied().to_vec(),
                log,
                used: used.unwrap_or_default(),
            }),
        }
    }
}

#[cfg(test)]
impl Plugin {
    /// Asks for a slot as a call does, and says whether there is one. It counts as a call.
    pub(crate) fn has_slot(&self) -> bool {
        self.inner.in_pool.slot(&self.inner.pre).is_some()
    }
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin")
            .field("name", &self.manifest().name)
            .field("version", &self.manifest().version)
            .field("digest", &self.digest())
            .finish_non_exhaustive()
    }
}

/// A prepared plugin whose description of itself matches its manifest.
pub(crate) async fn described(
    prepared: Prepared,
    pool: &Arc<Pool>,
    limits: Limits,
) -> Result<Plugin, PluginError> {
    let Prepared {
        pre,
        component,
        is_ahead,
    } = prepared;
    let plugin = Ident::of(component.manifest());
    if !is_ahead && said(&pre, &plugin, &limits).await?.as_bytes() != component.manifest_text() {
        return Err(PluginError::DescribeDiffers { plugin });
    }
    Ok(Plugin {
        inner: Arc::new(Inner {
            pre,
            in_pool: InPool::of(pool, component.fits_slot()),
            component,
            limits,
        }),
    })
}

/// The description of itself that a component gives.
pub(crate) async fn said(
    pre: &StepPre<State>,
    plugin: &Ident,
    limits: &Limits,
) -> Result<String, PluginError> {
    let mut store = state::store(pre.engine(), limits, None, Duration::ZERO, &[0; 32]);
    let own = store.data().own.clone();
    let asked = own.watch(limits.call, asked(pre, &mut store)).await;
    outcome(asked, &store, limits).map_err(|why| PluginError::Describe {
        plugin: plugin.clone(),
        why: why.to_string(),
    })
}

async fn asked(pre: &StepPre<State>, store: &mut Store<State>) -> wasmtime::Result<String> {
    let step = pre.instantiate_async(&mut *store).await?;
    step.usher_step_planner().call_describe(store).await
}

type Answer = Result<wit::StepPlan, wit::Failure>;

async fn called(
    pre: &StepPre<State>,
    store: &mut Store<State>,
    input: &str,
) -> wasmtime::Result<Answer> {
    let step = pre.instantiate_async(&mut *store).await?;
    step.usher_step_planner().call_plan(store, input).await
}

/// Converts the result of a call.
fn outcome<T>(
    called: Result<wasmtime::Result<T>, Unfinished>,
    store: &Store<State>,
    limits: &Limits,
) -> Result<T, NoPlan> {
    let error = match called {
        Err(Unfinished::Call) => {
            let ms = limits.call.as_millis();
            return Err(NoPlan::OutOfTime { ms });
        }
        Err(Unfinished::Own(over)) => return Err(out_of_time(over, limits)),
        Ok(Err(error)) => error,
        Ok(Ok(_)) if store.data().bounds.is_crowded => {
            let bytes = limits.memory_bytes;
            return Err(NoPlan::OutOfMemory { bytes });
        }
        Ok(Ok(answer)) => return Ok(answer),
    };
    let reason = error.root_cause().to_string();
    Err(if let Some(over) = error.downcast_ref::<OutOfTime>() {
        out_of_time(*over, limits)
    } else if reason.starts_with(TOO_MUCH_DATA) {
        let bytes = limits.reading.bytes;
        NoPlan::TooMuchData { bytes }
    } else if store.data().bounds.memory_refused {
        let bytes = limits.memory_bytes;
        NoPlan::OutOfMemory { bytes }
    } else {
        NoPlan::Trap {
            reason: text::shown(&reason),
            stack: trap::stack(&error),
        }
    })
}

fn out_of_time(over: OutOfTime, limits: &Limits) -> NoPlan {
    match over {
        OutOfTime::SinceAnswer => NoPlan::OutOfCompute {
            ms: limits.compute.as_millis(),
        },
        OutOfTime::All => NoPlan::OutOfOwnTime {
            ms: limits.own.as_millis(),
        },
    }
}

/// The beginning of the engine's text for the one error that has no public type.
const TOO_MUCH_DATA: &str = "too much data is being copied between the host and the guest";

/// Returns the plan, when the answer is a plan and is right. `learns`: it may go beyond the manifest.
fn judged(
    answer: Answer,
    manifest: &Manifest,
    handed: &Handed,
    learns: bool,
) -> Result<StepPlan, NoPlan> {
    match answer {
        Ok(plan) => {
            let plan = convert::step_plan(plan).map_err(NoPlan::BadAnswer)?;
            if !learns {
                return Ok(answer::judge(plan, manifest, handed)?);
            }
            let (plan, _) =
                answer::judge_beyond(plan, manifest, handed).map_err(NoPlan::BadAnswer)?;
            Ok(plan)
        }
        Err(failure) => {
            let failure = convert::failure(failure).map_err(NoPlan::BadAnswer)?;
            let failure = answer::judge_failure(failure, handed)?;
            Err(NoPlan::Failed(failure))
        }
    }
}

/// The time since 1970; `None` when `now` is not a time or is before 1970.
fn since_1970(now: &str) -> Option<Duration> {
    let time: jiff::Timestamp = now.parse().ok()?;
    let seconds = u64::try_from(time.as_second()).unwrap_or(0);
    Some(Duration::from_secs(seconds))
}
