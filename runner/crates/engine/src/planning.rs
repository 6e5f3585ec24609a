//! Planning a whole recipe: step after step in the order of the file, each on the view that the ones
//! before it have made. Only reads; nothing is sent.

mod accept;
mod components;
mod problem;
mod settings;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};
use usher_core::change::{Deferral, StepPlan};
use usher_core::manifest::Manifest;
use usher_core::plan::{Plan, PlannedStep, PluginStamp, ProblemClass, Requests, StepState};
use usher_core::read::Identity;
use usher_core::recipe::{Evaluation, Recipe, Scope, Step};
use usher_core::run::write_requests;
use usher_core::value::Token;

use crate::inputs::FoundInputs;
use crate::org::Org;
use crate::port::{StepCall, Steps};
use crate::reads::Reader;

/// What a plan is made from.
pub struct Planning<'a> {
    pub recipe: &'a Recipe,
    pub inputs: &'a FoundInputs,
    pub identity: &'a Identity,
    /// The one time of the whole run, UTC.
    pub now: &'a str,
    pub org: &'a Org,
    pub reader: Arc<Reader>,
    pub steps: &'a dyn Steps,
}

/// What planning a step came to.
struct Drafted {
    state: StepState,
    input: Map<String, Value>,
    plan: StepPlan,
    before: BTreeMap<String, usher_core::read::Record>,
}

impl Planning<'_> {
    /// Plans every step. What goes wrong stands in the plan, at its step.
    pub async fn plan(&self) -> Plan {
        let mut outputs = BTreeMap::new();
        let mut steps: Vec<PlannedStep> = Vec::new();
        for step in &self.recipe.steps {
            let name = step.plugin.to_string();
            let (manifest, stamp) = self
                .steps
                .plugin(&name)
                .expect("a checked recipe names loaded plugins only");
            let drafted = self.step(step, manifest, &outputs).await;
            match &drafted.state {
                StepState::Changes | StepState::AsWanted => {
                    self.reader.plan_is(&step.id, &drafted.plan);
                    outputs.insert(step.id.clone(), drafted.plan.outputs.clone());
                }
                StepState::Deferred(_) | StepState::Failed { .. } => self.cloud(step, manifest),
            }
            steps.push(planned(step, stamp, drafted));
        }
        self.check_whole(&mut steps).await;
        let write = steps.iter().map(|step| write_requests(&step.plan)).sum();
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

    async fn step(
        &self,
        step: &Step,
        manifest: &Manifest,
        outputs: &BTreeMap<String, Value>,
    ) -> Drafted {
        let scope = Scope {
            inputs: &self.inputs.values,
            outputs,
        };
        let input = match step.input(&scope) {
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
            input: input.clone(),
            reads: Arc::<Reader>::clone(&self.reader) as _,
        };
        let state = match self.steps.plan(&step.plugin.to_string(), call).await {
            Ok(answer) => match self.accept(step, answer).await {
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
                    };
                }
                Err(state) => state,
            },
            Err(error) => problem::of_step(error),
        };
        Drafted {
            input,
            ..Drafted::without_plan(state)
        }
    }

    /// Reads of what a step without a plan may write are pending from here on.
    fn cloud(&self, step: &Step, manifest: &Manifest) {
        let writes = &manifest.writes;
        let objects = writes
            .create
            .keys()
            .chain(writes.update.keys())
            .chain(&writes.delete);
        let token = Token(format!("{}:plan", step.id));
        self.reader.cloud(objects.cloned(), &token);
        self.reader
            .cloud_components(writes.deploy.iter().cloned(), &token);
    }
}

impl Drafted {
    fn without_plan(state: StepState) -> Self {
        Self {
            state,
            input: Map::new(),
            plan: StepPlan {
                outputs: Value::Object(Map::new()),
                ..StepPlan::default()
            },
            before: BTreeMap::new(),
        }
    }
}

fn planned(step: &Step, stamp: &PluginStamp, drafted: Drafted) -> PlannedStep {
    PlannedStep {
        id: step.id.clone(),
        plugin: stamp.clone(),
        state: drafted.state,
        input: drafted.input,
        plan: drafted.plan,
        before: drafted.before,
    }
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
