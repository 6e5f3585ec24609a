//! The facts of a plan that a person must know before anything else: the number of changes, mails, changes that cannot
//! be undone, raised privileges.

use serde_json::{Value, json};
use usher_core::change::{Consequence, Undo};
use usher_core::plan::{Plan, PlannedStep};
use usher_core::privilege;

use crate::report::{Detail, words};

/// The marks of a plan, each with the step that it is of.
#[derive(Default)]
pub(super) struct Marks {
    pub(super) mails: Vec<Mark>,
    pub(super) for_good: Vec<Mark>,
    pub(super) in_part: Vec<Mark>,
    pub(super) raises: Vec<Mark>,
}

/// One thing that is marked.
pub(super) struct Mark {
    pub(super) step: String,
    /// None: the step as a whole.
    pub(super) address: Option<String>,
    /// The text in one line.
    pub(super) text: String,
}

impl Marks {
    /// The marks of a plan. A run that undoes another one has none about undoing.
    pub(super) fn of(plan: &Plan, detail: Detail) -> Self {
        let mut marks = Self::default();
        for step in &plan.steps {
            marks.step(step, detail);
        }
        marks
    }

    fn step(&mut self, step: &PlannedStep, detail: Detail) {
        let mark = |address: Option<&String>, text: String| Mark {
            step: step.unit().to_string(),
            address: address.cloned(),
            text,
        };
        for change in &step.plan.changes {
            let (address, said) = (Some(&change.address), words::said(&change.summary));
            let raised = privilege::raised(&change.operation);
            if !raised.is_empty() {
                let text = format!("{said}: {}", raised.join(", "));
                self.raises.push(mark(address, text));
            }
            match &change.undo {
                _ if detail == Detail::Undo => {}
                Undo::Impossible(why) => {
                    let text = format!("{said}: {}", words::said(why));
                    self.for_good.push(mark(address, text));
                }
                Undo::Possible(back) => {
                    if let Some(stays) = &back.stays {
                        let text = format!("{said}: {}", words::said(stays));
                        self.in_part.push(mark(address, text));
                    }
                }
                Undo::Nothing => {}
            }
        }
        let bound = step.bound.as_ref();
        let raised = bound.map(|bound| privilege::raised_by(&bound.writes));
        if let Some(raised) = raised.filter(|raised| !raised.is_empty()) {
            let text = format!("planned later, at most: {}", raised.join(", "));
            self.raises.push(mark(None, text));
        }
        for effect in &step.plan.effects {
            if matches!(effect.consequence, Consequence::Mails { .. }) {
                let certainty = words::certainty(effect.certainty);
                let text = format!("{}{certainty}", words::said(&effect.summary));
                self.mails.push(mark(Some(&effect.address), text));
            }
        }
    }

    /// The marks under their headings, in the order in which they are shown.
    pub(super) fn headed(&self) -> [(&'static str, &[Mark]); 4] {
        [
            ("Raises privileges", &self.raises),
            ("Mails", &self.mails),
            ("Cannot be undone", &self.for_good),
            ("Undone only in part", &self.in_part),
        ]
    }

    /// The marks as data.
    pub(super) fn json(&self) -> Value {
        let list = |marks: &[Mark]| {
            let marks = marks.iter();
            let marks = marks.map(
                |mark| json!({ "step": mark.step, "address": mark.address, "text": mark.text }),
            );
            marks.collect::<Vec<_>>()
        };
        json!({
            "raises": list(&self.raises),
            "mails": list(&self.mails),
            "cannot_be_undone": list(&self.for_good),
            "undone_in_part": list(&self.in_part),
        })
    }
}
