//! Planning a whole recipe: step after step in the order of the file, each on the view that the ones
//! before it have made. Only reads; nothing is sent.

mod accept;
mod ahead;
mod bindable;
mod by_hand;
mod components;
mod problem;
mod rights;
mod seats;
mod settings;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};
use usher_core::change::{Deferral, Note, StepPlan};
use usher_core::known::Known;
use usher_core::manifest::{Kind, Manifest};
use usher_core::operation::CreateRecord;
use usher_core::plan::ReadNeeds;
use usher_core::plan::{Bound, Plan, PlannedStep, PluginStamp, ProblemClass, Requests, StepState};
use usher_core::read::Identity;
use usher_core::recipe::{Evaluation, Kept, Recipe, Runs, Scope, Step, Use};
use usher_core::rights::{Made, of_reads};
use usher_core::run::{RunState, write_requests};
use usher_core::value::{Token, Unit};
use usher_core::view::Cloud;

pub use by_hand::Confirmations;

use crate::client::Client;
use crate::inputs::FoundInputs;
use crate::planning::ahead::Ahead;
use crate::port::{Boxed, Planner, StepCall, Steps};
use crate::reads::Reader;

/// Everything that a plan is made from.
pub struct Planning<'a> {
    pub recipe: &'a Recipe,
    pub inputs: &'a FoundInputs,
    pub identity: &'a Identity,
    /// The one time of the whole run, UTC.
    pub now: &'a str,
    pub org: Arc<Client>,
    pub reader: Arc<Reader>,
    pub steps: &'a dyn Steps,
    pub confirmations: &'a Confirmations,
}

/// The results of earlier steps that a step can use.
struct Earlier<'a> {
    /// Outputs by the ids of steps, for expressions.
    outputs: &'a BTreeMap<String, Value>,
    steps: &'a [PlannedStep],
}

/// The result of planning a step.
struct Drafted {
    state: StepState,
    input: Map<String, Value>,
    plan: StepPlan,
    before: BTreeMap<String, usher_core::read::Record>,
    /// Effects of earlier steps that its reads relied on.
    relies_on: Vec<Token>,
    made: Made,
}

impl Planning<'_> {
    /// Plans every step. The plan shows an error at its step.
    pub async fn plan(&self) -> Plan {
        self.planned_looking(true).await
    }

    /// Plans every step, and looks ahead or does not: the plan is the same.
    async fn planned_looking(&self, ahead: bool) -> Plan {
        let mut looks = ahead.then(Ahead::default);
        let mut outputs = BTreeMap::new();
        let mut steps: Vec<PlannedStep> = Vec::new();
        // The first step whose effects the view cannot show.
        let mut open: Option<&Step> = None;
        for (place, step) in self.recipe.steps.iter().enumerate() {
            let waits = self.is_verifying(step) && !is_quiet(&steps);
            let mut drafted = if waits && !self.is_skipped(step, &outputs) {
                Drafted::without_plan(StepState::Deferred(Deferral {
                    waiting_for: Vec::new(),
                    reason: "looks at the org when everything before it is done".to_owned(),
                    likely: Vec::new(),
                }))
            } else {
                if let Some(ahead) = &mut looks {
                    Box::pin(self.look_ahead(place, ahead, &outputs, &steps)).await;
                }
                let earlier = Earlier {
                    outputs: &outputs,
                    steps: &steps,
                };
                // Boxed, as it is large, and lies on the stack of whoever plans.
                Box::pin(self.step(&self.reader, step, &earlier)).await
            };
            if let Some(open) = open {
                drafted.state = problem::behind(drafted.state, &open.id);
            }
            match &drafted.state {
                StepState::Changes | StepState::AsWanted => {
                    self.reader.plan_is(&Unit::step(&step.id), &drafted.plan);
                    outputs.insert(step.id.clone(), drafted.plan.outputs.clone());
                    if may_be_another(&drafted.plan) {
                        self.cloud(step);
                        open.get_or_insert(step);
                    }
                }
                StepState::Skipped { .. } => {}
                StepState::Manual(manual) => {
                    if self.is_open(step, manual) {
                        self.cloud(step);
                        open.get_or_insert(step);
                    }
                }
                StepState::Deferred(_) => {
                    self.cloud(step);
                    open.get_or_insert(step);
                }
                StepState::Failed { .. } => self.cloud(step),
            }
            steps.push(self.planned(step, drafted, &outputs));
        }
        self.check_whole(&mut steps).await;
        let write = write_requests(&steps);
        Plan {
            recipe: self.recipe.name.clone(),
            title: self.recipe.title.clone(),
            org: self.identity.clone(),
            now: self.now.to_owned(),
            inputs: self.inputs.used.clone(),
            requests: Requests {
                read: self.org.requests().read,
                write,
            },
            steps,
        }
    }

    async fn step(&self, reader: &Arc<Reader>, step: &Step, earlier: &Earlier<'_>) -> Drafted {
        let scope = Scope {
            inputs: &self.inputs.values,
            outputs: earlier.outputs,
        };
        match step.runs(&scope) {
            Ok(Runs::Yes) => {}
            Ok(Runs::No { reason }) => return Drafted::without_plan(StepState::Skipped { reason }),
            Err(evaluation) => return Drafted::without_plan(not_evaluated(evaluation)),
        }
        match &step.kept {
            Kept::ByPlugin(used) => {
                let mut drafted = self.by_plugin(reader, step, used, earlier, &scope).await;
                drafted.notes().for_each(|note| {
                    self.recipe.traced(step, note);
                    step.told(note);
                });
                drafted
            }
            Kept::ByHand(manual) => {
                reader.take_relied();
                let state = self.by_hand(reader, step, manual, &scope).await;
                Drafted {
                    relies_on: reader.take_relied(),
                    ..Drafted::without_plan(state)
                }
            }
        }
    }

    async fn by_plugin(
        &self,
        reader: &Arc<Reader>,
        step: &Step,
        used: &Use,
        earlier: &Earlier<'_>,
        scope: &Scope<'_>,
    ) -> Drafted {
        let (manifest, _) = self.plugin(used);
        let input = match used.input(scope) {
            Ok(input) => input,
            Err(evaluation) => return Drafted::without_plan(not_evaluated(evaluation)),
        };
        let unknown = manifest.input.unknowns_refused(&input);
        if !unknown.is_empty() {
            return Drafted::without_plan(StepState::Deferred(Deferral {
                waiting_for: Vec::new(),
                reason: format!("its input needs {} first", unknown.join(", ")),
                likely: Vec::new(),
            }));
        }
        let call = StepCall {
            step: step.id.clone(),
            identity: self.identity.clone(),
            now: self.now.to_owned(),
            input: reader.with_objects(input.clone()),
            reads: Arc::<Reader>::clone(reader) as _,
            is_ahead: reader.is_beside(),
        };
        reader.take_relied();
        reader.take_unanswered();
        reader.take_made();
        let state = match self.steps.plan(&used.plugin.to_string(), call).await {
            Ok(answer) => match self.accept(reader, step, answer, earlier).await {
                Ok((plan, before)) => {
                    let state = if plan.changes.is_empty() {
                        StepState::AsWanted
                    } else {
                        StepState::Changes
                    };
                    return Drafted {
                        state,
                        input,
                        plan,
                        before,
                        relies_on: reader.take_relied(),
                        made: reader.take_made(),
                    };
                }
                Err(state) => state,
            },
            Err(error) => problem::of_step(error, &input, reader.take_unanswered()),
        };
        Drafted {
            input,
            made: reader.take_made(),
            ..Drafted::without_plan(state)
        }
    }

    /// Plans one step that had to wait, when everything before it is done: against the org as it is, with the values
    /// that the run has bound.
    async fn later(&self, step: &Step, run: &RunState) -> PlannedStep {
        // No plugin sees a secret.
        let mut bindings = run.bindings.clone();
        bindings.retain(|token, _| !token.is_secret() && !run.secrets.contains(token));
        let known = Known(&bindings);
        let steps = run.steps();
        let place = steps.iter().position(|planned| planned.id == step.id);
        let steps = &steps[..place.unwrap_or(steps.len())];
        // A value that never came stays unknown by itself.
        let outputs = steps.iter().map(|planned| {
            let outputs = known.json_as_known(&planned.plan.outputs);
            (planned.id.clone(), outputs)
        });
        let earlier = Earlier {
            outputs: &outputs.collect(),
            steps,
        };
        let reader = Arc::new(Reader::new(Arc::clone(&self.org)));
        let drafted = self.step(&reader, step, &earlier).await;
        self.planned(step, drafted, earlier.outputs)
    }

    /// Makes reads of what a step without a plan may write pending from here on.
    fn cloud(&self, step: &Step) {
        let token = Token::Plan(Unit::step(&step.id));
        self.reader.cloud(match &step.kept {
            Kept::ByPlugin(used) => Cloud::of(self.plugin(used).0, token),
            Kept::ByHand(manual) => Cloud::of_object(manual.object(), token),
        });
    }

    fn is_skipped(&self, step: &Step, outputs: &BTreeMap<String, Value>) -> bool {
        let scope = Scope {
            inputs: &self.inputs.values,
            outputs,
        };
        matches!(step.runs(&scope), Ok(Runs::No { .. }))
    }

    /// Says whether the step only looks, when everything before it is done.
    fn is_verifying(&self, step: &Step) -> bool {
        match &step.kept {
            Kept::ByPlugin(used) => self.plugin(used).0.kind == Kind::Verifying,
            Kept::ByHand(_) => false,
        }
    }

    fn plugin(&self, used: &Use) -> (&Manifest, &PluginStamp) {
        self.steps
            .plugin(&used.plugin.to_string())
            .expect("a checked recipe names loaded plugins only")
    }

    fn planned(
        &self,
        step: &Step,
        drafted: Drafted,
        outputs: &BTreeMap<String, Value>,
    ) -> PlannedStep {
        let plugin = match &step.kept {
            Kept::ByPlugin(used) => Some(self.plugin(used)),
            Kept::ByHand(_) => None,
        };
        let bound = match (&drafted.state, &step.kept) {
            (StepState::Deferred(_), Kept::ByPlugin(used)) => {
                let scope = Scope {
                    inputs: &self.inputs.values,
                    outputs,
                };
                let manifest = self.plugin(used).0;
                Some(Bound::of(manifest, &used.seen(&scope, manifest)))
            }
            _ => None,
        };
        let reads = match &step.kept {
            Kept::ByPlugin(used) => of_reads(self.plugin(used).0, &drafted.state, &drafted.made),
            Kept::ByHand(_) => ReadNeeds::default(),
        };
        PlannedStep {
            id: step.id.clone(),
            item: None,
            plugin: plugin.map(|(_, stamp)| stamp.clone()),
            bound,
            only_if: BTreeMap::new(),
            state: drafted.state,
            input: drafted.input,
            plan: drafted.plan,
            before: drafted.before,
            relies_on: drafted.relies_on,
            kept_with: BTreeMap::new(),
            reads,
        }
    }
}

impl Drafted {
    /// The plugin's texts for people.
    fn notes(&mut self) -> impl Iterator<Item = &mut Note> {
        let problems = match &mut self.state {
            StepState::Failed { problems, .. } => problems.as_mut_slice(),
            _ => &mut [],
        };
        self.plan.notes.iter_mut().chain(problems)
    }

    fn without_plan(state: StepState) -> Self {
        Self {
            state,
            input: Map::new(),
            plan: StepPlan {
                outputs: Value::Object(Map::new()),
                ..StepPlan::default()
            },
            before: BTreeMap::new(),
            relies_on: Vec::new(),
            made: Made::default(),
        }
    }
}

impl Planner for Planning<'_> {
    fn plan<'a>(&'a self, unit: &'a Unit, state: &'a RunState) -> Boxed<'a, PlannedStep> {
        let mut steps = self.recipe.steps.iter();
        let found = steps.find(|known| known.id == unit.step);
        let step = found.expect("the run is of this recipe");
        Box::pin(self.later(step, state))
    }
}

/// Says whether a record that a duplicate rule finds may take the place of one that the plan makes. What is in that one
/// is known only then.
fn may_be_another(plan: &StepPlan) -> bool {
    let mut creates = plan
        .changes
        .iter()
        .filter_map(|change| change.operation.of());
    creates.any(CreateRecord::uses_duplicate)
}

/// Says whether these steps leave nothing to be done.
fn is_quiet(steps: &[PlannedStep]) -> bool {
    steps.iter().all(|step| match &step.state {
        StepState::AsWanted | StepState::Skipped { .. } => true,
        StepState::Manual(manual) => manual.look.is_none(),
        StepState::Changes | StepState::Deferred(_) | StepState::Failed { .. } => false,
    })
}

fn not_evaluated(evaluation: Evaluation) -> StepState {
    match evaluation {
        Evaluation::Unknown(tokens) => StepState::Deferred(Deferral {
            reason: "an expression needs a value that is not known yet".to_owned(),
            waiting_for: tokens,
            likely: Vec::new(),
        }),
        Evaluation::Behind(steps) => StepState::Deferred(Deferral {
            waiting_for: Vec::new(),
            reason: format!("planned after `{}`", steps.join("`, `")),
            likely: Vec::new(),
        }),
        Evaluation::Failed(diagnostics) => StepState::Failed {
            class: ProblemClass::Invalid,
            problems: diagnostics
                .into_iter()
                .map(problem::of_diagnostic)
                .collect(),
        },
    }
}

#[cfg(test)]
mod tests;
