//! Planning a whole recipe: step after step in the order of the file, each on the view that the ones
//! before it have made. Only reads; nothing is sent.

mod accept;
mod ahead;
mod bindable;
mod by_hand;
mod components;
mod course;
mod items;
mod looked;
mod problem;
mod rights;
mod seats;
mod settings;
mod waves;
mod windows;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value};
use usher_core::change::{Deferral, Note, StepPlan};
use usher_core::known::Known;
use usher_core::manifest::{Kind, Manifest};
use usher_core::operation::CreateRecord;
use usher_core::plan::ReadNeeds;
use usher_core::plan::{Bound, Plan, PlannedStep, PluginStamp, ProblemClass, Requests, StepState};
use usher_core::read::Identity;
use usher_core::recipe::{Evaluation, Item, Kept, Outputs, Recipe, Runs, Scope, Step, Use};
use usher_core::rights::{Made, of_reads};
use usher_core::run::{RunState, write_requests};
use usher_core::value::{Token, Unit};
use usher_core::view::Cloud;

pub use by_hand::Confirmations;

use crate::client::Client;
use crate::inputs::FoundInputs;
use crate::planning::course::Course;
use crate::planning::looked::{Ahead, Turn};
use crate::planning::windows::Windows;
use crate::port::{Boxed, Planner, StepCall, StepError, Steps};
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

/// The result of planning a step.
struct Drafted {
    state: StepState,
    input: Map<String, Value>,
    plan: StepPlan,
    before: BTreeMap<String, usher_core::read::Record>,
    /// Effects of earlier steps that its reads relied on.
    relies_on: Vec<Token>,
    made: Made,
    /// Alone, its plugin may come to another end.
    is_by_chance: bool,
}

impl Planning<'_> {
    /// Plans every step. The plan shows an error at its step.
    pub async fn plan(&self) -> Plan {
        self.planned_looking(Some(Ahead::default())).await
    }

    /// Plans every step, and looks ahead or does not: the plan is the same.
    async fn planned_looking(&self, mut looks: Option<Ahead>) -> Plan {
        let mut course = Course::default();
        for (place, step) in self.recipe.steps.iter().enumerate() {
            let looks = looks.as_mut();
            match self.items(step, &course) {
                Ok(items) if items.len() == 0 => {
                    let reason = self.why_none(step);
                    let skipped = Drafted::without_plan(StepState::Skipped { reason });
                    let skipped = self.planned(step, None, skipped, &course);
                    course.add(skipped, step.loop_words());
                }
                Ok(items) => {
                    let all: Vec<usize> = (0..items.len()).collect();
                    let turn = Turn {
                        place,
                        step,
                        items: &items,
                        indices: &all,
                    };
                    self.plan_items(&self.reader, turn, &course, looks).await;
                }
                Err(evaluation) => {
                    let failed = Drafted::without_plan(not_evaluated(evaluation));
                    let failed = self.planned(step, None, failed, &course);
                    self.cloud(&self.reader, step, None);
                    course.add(failed, step.loop_words());
                }
            }
            course.ends_turn();
        }
        let mut steps = waves::in_waves(course.into_steps());
        self.check_whole(&mut steps).await;
        let write = write_requests(&steps);
        Plan {
            recipe: self.recipe.name.clone(),
            title: self.recipe.title.clone(),
            org: self.identity.clone(),
            now: self.now.to_owned(),
            inputs: Arc::clone(&self.inputs.used),
            left_out: Vec::new(),
            requests: Requests {
                read: self.org.requests().read,
                write,
            },
            steps,
        }
    }

    /// Plans items of one step in their order, each on the view that the ones before it have made.
    async fn plan_items<'a>(
        &'a self,
        reader: &'a Arc<Reader>,
        turn: Turn<'a>,
        course: &'a Course<'_>,
        mut looks: Option<&mut Ahead>,
    ) {
        let step = turn.step;
        let mut windows = Windows::of(turn, looks.as_deref());
        let mut held = None;
        let waits = self.is_verifying(step) && !course.is_quiet();
        let mut is_clouded = false;
        for (nth, index) in turn.indices.iter().enumerate() {
            let item = turn.items.get(*index);
            let of = step.loop_words();
            let of_item = of.zip(item);
            let fallen = of_item
                .filter(|_| !step.terms.finally)
                .and_then(|(of, item)| course.fallen(of, &item.key))
                .or_else(|| self.is_oneself(step, item?));
            let mut drafted = if let Some(fallen) = fallen {
                Drafted::without_plan(fallen)
            } else if waits && !self.is_skipped(step, item, course) {
                Drafted::without_plan(StepState::Deferred(Deferral {
                    waiting_for: Vec::new(),
                    reason: "looks at the org when everything before it is done".to_owned(),
                    likely: Vec::new(),
                }))
            } else {
                // Boxed, as they are large, and lie on the stack of whoever plans.
                match looks.as_deref_mut() {
                    Some(ahead) => {
                        let looking = (ahead, &mut windows, &mut held);
                        Box::pin(self.for_good(reader, (turn, nth), looking, course)).await
                    }
                    None => Box::pin(self.step(reader, step, item, course)).await,
                }
            };
            if step.terms.finally
                && matches!(drafted.state, StepState::Deferred(_))
                && let Some(left_out) =
                    of_item.and_then(|(of, item)| course.left_out(of, &item.key))
            {
                drafted = Drafted::without_plan(left_out);
            }
            if let Some(open) = course.open() {
                drafted.state = problem::behind(drafted.state, &open);
            }
            let is_hidden = match &drafted.state {
                StepState::Changes | StepState::AsWanted => {
                    let unit = unit(step, item);
                    reader.plan_is(&unit, &drafted.plan);
                    may_be_another(&drafted.plan)
                }
                StepState::Skipped { .. } => false,
                StepState::Manual(manual) => self.is_open(step, manual),
                StepState::Deferred(_) => true,
                // An item that is not carried out hides nothing from the others.
                StepState::Failed { .. } => {
                    if item.is_none() {
                        self.cloud(reader, step, None);
                    }
                    false
                }
            };
            if is_hidden {
                if !std::mem::replace(&mut is_clouded, true) {
                    self.cloud(reader, step, item);
                }
                course.opens(&step.id);
            }
            let planned = self.planned(step, item, drafted, course);
            course.add(planned, of);
        }
        // Steps behind this one are in a window that no item of it has entered.
        while let Some(ahead) = looks.as_deref_mut()
            && let Some(window) = windows.take().await
        {
            ahead.enter(turn.place, window.end, window.planned);
        }
    }

    async fn step(
        &self,
        reader: &Arc<Reader>,
        step: &Step,
        item: Option<&Item>,
        course: &Course<'_>,
    ) -> Drafted {
        let scope = self.scope(item, course);
        match step.runs(&scope) {
            Ok(Runs::Yes) => {}
            Ok(Runs::No { reason }) => return Drafted::without_plan(StepState::Skipped { reason }),
            Err(evaluation) => return Drafted::without_plan(not_evaluated(evaluation)),
        }
        match &step.kept {
            Kept::ByPlugin(used) => {
                let mut drafted = self.by_plugin(reader, step, used, course, &scope).await;
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
        course: &Course<'_>,
        scope: &Scope<'_>,
    ) -> Drafted {
        let unit = unit(step, scope.item);
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
            unit: unit.clone(),
            identity: self.identity.clone(),
            now: self.now.to_owned(),
            input: reader.with_objects(input.clone()),
            reads: Arc::<Reader>::clone(reader) as _,
            is_ahead: reader.is_ahead(),
            is_beside: reader.is_beside(),
        };
        reader.take_relied();
        reader.take_unanswered();
        reader.take_made();
        let mut is_by_chance = false;
        let state = match self.steps.plan(&used.plugin.to_string(), call).await {
            Ok(answer) => match self.accept(reader, &unit, answer, course).await {
                Ok((mut plan, before)) => {
                    if let Some(most) = step.timeout_ms {
                        waits_at_most(&mut plan, most);
                    }
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
                        is_by_chance: false,
                    };
                }
                Err(state) => state,
            },
            Err(error) => {
                if error.is_by_chance() {
                    reader.is_planned_by_chance();
                    // An org that does not answer is waited for once.
                    is_by_chance = !matches!(error, StepError::Failed(_));
                }
                problem::of_step(error, &input, reader.take_unanswered())
            }
        };
        Drafted {
            input,
            made: reader.take_made(),
            is_by_chance,
            ..Drafted::without_plan(state)
        }
    }

    /// Plans a step that had to wait, or some items of it, when everything before it is done: against the org as it is,
    /// with the values that the run has bound.
    async fn later(&self, units: &[Unit], run: &RunState) -> Vec<PlannedStep> {
        let Some(first) = units.first() else {
            return Vec::new();
        };
        let place = self
            .recipe
            .steps
            .iter()
            .position(|step| step.id == first.step);
        let place = place.expect("the run is of this recipe");
        let step = &self.recipe.steps[place];
        // No plugin sees a secret.
        let mut bindings = run.bindings.clone();
        bindings.retain(|token, _| !token.is_secret() && !run.secrets.contains(token));
        let known = Known(&bindings);
        let mut outputs = Outputs::default();
        let earlier = run
            .steps()
            .iter()
            .take_while(|planned| planned.id != step.id);
        for planned in earlier {
            // A value that never came stays unknown by itself.
            outputs.add(
                &planned.unit(),
                known.json_as_known(&planned.plan.outputs.value()),
            );
        }
        let course = Course::during(run, outputs);
        let reader = Arc::new(Reader::new(Arc::clone(&self.org)));
        let items = self.items(step, &course);
        let items = items.expect("the items of the plan are those of the run");
        let places: HashMap<&str, usize> = (0..items.len())
            .filter_map(|index| Some((items.get(index)?.key.as_str(), index)))
            .collect();
        let indices = units.iter().map(|unit| match &unit.item {
            Some(item) => places.get(item.as_str()).copied(),
            None => Some(0),
        });
        let indices: Vec<usize> = indices.flatten().collect();
        let turn = Turn {
            place,
            step,
            items: &items,
            indices: &indices,
        };
        let mut ahead = Ahead::alone();
        self.plan_items(&reader, turn, &course, Some(&mut ahead))
            .await;
        course.into_steps()
    }

    fn scope<'s>(&'s self, item: Option<&'s Item>, course: &'s Course<'_>) -> Scope<'s> {
        Scope {
            inputs: &self.inputs.values,
            item,
            outputs: &course.outputs,
        }
    }

    /// Makes reads of what a step without a plan may write pending from here on.
    fn cloud(&self, reader: &Reader, step: &Step, item: Option<&Item>) {
        let token = Token::Plan(Arc::new(unit(step, item)));
        reader.cloud(match &step.kept {
            Kept::ByPlugin(used) => Cloud::of(self.plugin(used).0, token),
            Kept::ByHand(manual) => Cloud::of_object(manual.object(), token),
        });
    }

    fn is_skipped(&self, step: &Step, item: Option<&Item>, course: &Course<'_>) -> bool {
        matches!(step.runs(&self.scope(item, course)), Ok(Runs::No { .. }))
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
        item: Option<&Item>,
        drafted: Drafted,
        course: &Course<'_>,
    ) -> PlannedStep {
        let plugin = match &step.kept {
            Kept::ByPlugin(used) => Some(self.plugin(used)),
            Kept::ByHand(_) => None,
        };
        let bound = match (&drafted.state, &step.kept) {
            (StepState::Deferred(_), Kept::ByPlugin(used)) => {
                let scope = self.scope(item, course);
                let manifest = self.plugin(used).0;
                Some(Box::new(Bound::of(manifest, &used.seen(&scope, manifest))))
            }
            _ => None,
        };
        let reads = match &step.kept {
            Kept::ByPlugin(used) => of_reads(self.plugin(used).0, &drafted.state, &drafted.made),
            Kept::ByHand(_) => ReadNeeds::default(),
        };
        PlannedStep {
            id: step.id.clone(),
            item: item.map(|item| item.key.clone()),
            of_loop: item.and(step.loop_words()).map(str::to_owned),
            plugin: plugin.map(|(_, stamp)| stamp.clone()),
            bound,
            only_if: BTreeMap::new(),
            state: drafted.state,
            input: drafted.input.into(),
            plan: drafted.plan,
            before: drafted.before,
            relies_on: drafted.relies_on,
            kept_with: BTreeMap::new(),
            reads: reads.into(),
            terms: step.terms,
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
                outputs: Map::new().into(),
                ..StepPlan::default()
            },
            before: BTreeMap::new(),
            relies_on: Vec::new(),
            made: Made::default(),
            is_by_chance: false,
        }
    }
}

impl Planner for Planning<'_> {
    fn plan<'a>(&'a self, units: &'a [Unit], state: &'a RunState) -> Boxed<'a, Vec<PlannedStep>> {
        Box::pin(self.later(units, state))
    }
}

/// Shortens every wait of a plan to what the recipe allows.
fn waits_at_most(plan: &mut StepPlan, most_ms: u32) {
    let waits = plan.changes.iter_mut().flat_map(|change| &mut change.waits);
    for wait in waits {
        wait.at_most_ms = wait.at_most_ms.min(most_ms);
    }
    for effect in &mut plan.effects {
        effect.within_ms = effect.within_ms.min(most_ms);
    }
}

/// One step, or one item of a step.
fn unit(step: &Step, item: Option<&Item>) -> Unit {
    Unit {
        step: step.id.clone(),
        item: item.map(|item| item.key.clone()),
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
