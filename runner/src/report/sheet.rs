//! The content of the report on a plan, or on a run, in order and with its marks. Text, JSON, Markdown and HTML are
//! four ways to lay this out.

use usher_core::plan::{Plan, PlannedStep, Requests};
use usher_core::run::{ChangeKey, ChangeState, Event, RunState};

use crate::error::Error;
use crate::page::Page;
use crate::report::item::Item;
use crate::report::json::Outcomes;
use crate::report::marks::Marks;
use crate::report::results::Results;
use crate::report::{Detail, add_error, json, plan, run};
use crate::report::{diagnostics, tree};
use crate::roles::Seen;

/// A plan, or a run of it, that is shown.
#[derive(Clone, Copy)]
pub(crate) struct Sheet<'a> {
    plan: &'a Plan,
    alias: &'a str,
    detail: Detail,
    requests: Requests,
    outcomes: Option<Outcomes<'a>>,
    failure: Option<&'a Error>,
    tree: Option<&'a Seen>,
}

/// A step of a sheet.
pub(super) struct Step<'a> {
    /// The step, and its item when it is in a loop.
    pub(super) id: String,
    pub(super) by: String,
    pub(super) items: Vec<Item<'a>>,
    /// The number of its changes, listed or counted.
    pub(super) changes: usize,
}

impl<'a> Sheet<'a> {
    /// The sheet of a plan. `requests`: those that were made, or would be.
    pub(crate) fn of(plan: &'a Plan, alias: &'a str, detail: Detail) -> Self {
        Self {
            plan,
            alias,
            detail,
            requests: plan.requests,
            outcomes: None,
            failure: None,
            tree: None,
        }
    }

    /// Adds the requests that were made.
    pub(crate) fn requests(mut self, requests: Requests) -> Self {
        self.requests = requests;
        self
    }

    /// Adds the outcomes of the plan.
    pub(crate) fn outcomes(mut self, outcomes: Outcomes<'a>) -> Self {
        self.outcomes = Some(outcomes);
        self
    }

    /// Adds the error that ended the command, if there is one.
    pub(crate) fn failure(mut self, failure: Option<&'a Error>) -> Self {
        self.failure = failure;
        self
    }

    /// Adds the roles of the org.
    pub(crate) fn tree(mut self, tree: Option<&'a Seen>) -> Self {
        self.tree = tree;
        self
    }

    /// As the one document for programs.
    pub(crate) fn json(&self) -> serde_json::Value {
        let outcomes = self.outcomes.as_ref();
        let mut document = json::plan_json(self.plan, self.alias, self.requests, outcomes);
        document["marks"] = self.marks().json();
        if let Some(failure) = self.failure {
            add_error(failure, &mut document);
        }
        document
    }

    /// Its rows, and what became of them.
    pub(crate) fn results(&self) -> Results<'a> {
        let state = self.outcomes.map(|outcomes| outcomes.state);
        let plan = state.and_then(|state| state.plan.as_deref());
        let plan = plan.unwrap_or(self.plan);
        Results {
            inputs: &plan.inputs,
            left_out: &plan.left_out,
            steps: &plan.steps,
            state,
        }
    }

    /// As lines for a console.
    pub(crate) fn page(&self) -> Page {
        plan::plan_page(self.plan, self.alias, self.detail)
    }

    /// Returns the same with everything that the text only counts.
    pub(super) fn whole(&self) -> Self {
        let detail = match self.detail {
            Detail::Normal => Detail::Full,
            other => other,
        };
        Self { detail, ..*self }
    }

    pub(super) fn title(&self) -> String {
        plan::title(self.plan)
    }

    pub(super) fn recipe(&self) -> &str {
        &self.plan.recipe
    }

    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        plan::facts(self.plan, self.alias, self.detail)
    }

    /// The plan in one line.
    pub(super) fn summary(&self) -> String {
        plan::summary(self.plan)
    }

    pub(super) fn marks(&self) -> Marks {
        Marks::of(self.plan, self.detail)
    }

    pub(super) fn steps(&self) -> Vec<Step<'a>> {
        let step = |step: &'a PlannedStep| Step {
            id: step.unit().to_string(),
            by: plan::by(step),
            items: plan::items(step, self.detail),
            changes: step.plan.changes.len(),
        };
        self.plan.steps.iter().map(step).collect()
    }

    /// Returns the end of the run, and the next command; none: it has not begun.
    pub(super) fn result(&self) -> Option<Page> {
        let outcomes = self.outcomes.as_ref()?;
        Some(match outcomes.carried {
            Some(carried) => run::result_page(outcomes.run, carried, outcomes.state, self.alias),
            None => Page::from(format!(
                "Not ended. Next: run `usher resume {}` to finish it.",
                outcomes.run
            )),
        })
    }

    /// Returns the result of each change, and the verdict on each effect, in the order of the plan.
    pub(super) fn became(&self) -> Page {
        let mut page = Page::default();
        let Some(outcomes) = &self.outcomes else {
            return page;
        };
        for event in ends(self.plan, outcomes.state) {
            if let Some(told) = run::progress_page(&event, outcomes.state) {
                page.append(told);
            }
        }
        page
    }

    /// Returns the problem for which the plan cannot be carried out, or the error that ended the run.
    pub(super) fn error(&self) -> Option<Page> {
        self.failure.map(diagnostics::error_page)
    }

    /// The roles before and after; none: the plan touches none.
    pub(super) fn roles(&self) -> Option<tree::Trees> {
        tree::Trees::of(self.plan, self.tree)
    }
}

/// The events by which each change and effect came to its end.
fn ends(plan: &Plan, state: &RunState) -> Vec<Event> {
    let mut events = Vec::new();
    for step in &plan.steps {
        let unit = step.unit();
        for change in &step.plan.changes {
            if let Some(ChangeState::Settled(outcome)) = state.change(&unit, &change.address) {
                let (change, outcome) = (ChangeKey::new(&unit, &change.address), outcome.clone());
                events.push(Event::Settled { change, outcome });
            }
        }
        for effect in &step.plan.effects {
            if let Some(verdict) = state.verdict(&unit, &effect.address) {
                let (key, verdict) = (ChangeKey::new(&unit, &effect.address), verdict.clone());
                events.push(Event::Verified { key, verdict });
            }
        }
    }
    events
}
