//! Effects of one step, approved and planned again, by address. One more email is a difference.

use serde_json::{Value, json};

use crate::difference::change::fields_differ;
use crate::difference::{Details, Difference, Subject, Way, one_sided};
use crate::plan::PlannedStep;
use usher_contract::change::{Consequence, Effect};
use usher_contract::operation::Field;
use usher_contract::value::Scalar;

pub(super) fn differences(approved: &PlannedStep, now: &PlannedStep, found: &mut Vec<Difference>) {
    for effect in &now.plan.effects {
        let (address, summary) = (&effect.address, &effect.summary);
        let Some(known) = of(approved, address) else {
            found.push(one_sided(
                Subject::Effect,
                Way::Added,
                now,
                address,
                summary,
            ));
            continue;
        };
        let details = compare(known, effect).0;
        if !details.is_empty() {
            found.push(Difference {
                details,
                ..one_sided(Subject::Effect, Way::Changed, now, address, summary)
            });
        }
    }
    for known in &approved.plan.effects {
        if of(now, &known.address).is_none() {
            let (address, summary) = (&known.address, &known.summary);
            found.push(one_sided(
                Subject::Effect,
                Way::Removed,
                now,
                address,
                summary,
            ));
        }
    }
}

fn of<'a>(step: &'a PlannedStep, address: &str) -> Option<&'a Effect> {
    let mut effects = step.plan.effects.iter();
    effects.find(|effect| effect.address == address)
}

fn compare(approved: &Effect, now: &Effect) -> Details {
    let mut details = Details::default();
    details.compare("certainty", json!(approved.certainty), json!(now.certainty));
    consequences(&approved.consequence, &now.consequence, &mut details);
    details.compare("what causes it", json!(approved.causes), json!(now.causes));
    details.compare(
        "what an undo leaves",
        json!(approved.remains),
        json!(now.remains),
    );
    details
}

fn consequences(approved: &Consequence, now: &Consequence, details: &mut Details) {
    fields_differ(fields(approved), fields(now), details);
    match (approved, now) {
        (
            Consequence::Takes { amount, .. },
            Consequence::Takes {
                amount: amount_now, ..
            },
        ) => details.compare("amount", json!(amount), json!(amount_now)),
        (
            Consequence::Mails { recipients, to },
            Consequence::Mails {
                recipients: recipients_now,
                to: to_now,
            },
        ) => {
            details.compare("recipients", json!(recipients), json!(recipients_now));
            details.compare("to", values(to), values(to_now));
        }
        _ => {}
    }
    // Objects, ids, keys, kinds: all the rest.
    if details.0.is_empty() {
        details.compare("what happens", json!(approved), json!(now));
    }
}

fn fields(consequence: &Consequence) -> &[Field] {
    match consequence {
        Consequence::Appears { fields, .. }
        | Consequence::Alters { fields, .. }
        | Consequence::Configures { fields, .. } => fields,
        _ => &[],
    }
}

fn values(values: &[Scalar]) -> Value {
    values.iter().map(Scalar::to_json).collect()
}
