//! Plans that are as large as an answer may be, of the kind that makes a judge compare each with each.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::answer::{Breach, judge};
use crate::change::{Binding, Certainty, Change, Consequence, Effect, Source, StepPlan, Undo};
use crate::handed::Handed;
use crate::manifest::Manifest;
use crate::operation::Condition;
use crate::operation::{CreateRecord, Field, Key, Operation};
use crate::value::{BindingName, Reference, Scalar};

/// The time that judging one answer may take, in a build without optimisation.
const TIME_MAX: Duration = Duration::from_secs(10);

fn judged(plan: StepPlan) -> Result<StepPlan, Breach> {
    let manifest = json!({
        "format": 1, "name": "large", "version": "1.0.0", "summary": "", "kind": "changing",
        "input": {"type": "object"}, "output": {"type": "object"},
        "reads": {"records": {"Account": ["Name"]}},
        "writes": {"create": {"Account": ["Name", "Description"]}},
        "predicts": {"records": {"Contact": ["Name"]}}
    });
    let manifest = Manifest::parse(manifest.to_string()).expect("a manifest");
    let begun = now();
    let answer = judge(plan, &manifest, &Handed::default());
    let took = begun.elapsed();
    assert!(took < TIME_MAX, "{took:?}");
    answer
}

#[expect(clippy::disallowed_methods, reason = "a test looks at the time")]
fn now() -> Instant {
    Instant::now()
}

fn create(address: String, fields: Vec<(String, Scalar)>) -> Change {
    let fields = fields
        .into_iter()
        .map(|(name, value)| Field { name, value });
    Change {
        operation: Operation::from(CreateRecord {
            object: "Account".into(),
            fields: fields.collect(),
            key: Key {
                conditions: vec![Condition::is("Name", Scalar::text(address.clone()))],
                enforced: false,
            },
            options: Vec::new(),
        }),
        address,
        summary: String::new(),
        after: Vec::new(),
        waits: Vec::new(),
        results: Vec::new(),
        undo: Undo::Nothing,
    }
}

fn bound(address: &str, name: &str) -> Scalar {
    Scalar::Reference(Reference::Bound(Box::new(BindingName {
        address: address.into(),
        name: name.into(),
    })))
}

fn plan(changes: Vec<Change>, effects: Vec<Effect>) -> StepPlan {
    StepPlan {
        changes,
        effects,
        outputs: json!({}).into(),
        ..StepPlan::default()
    }
}

#[test]
fn many_results_of_one_change() {
    let mut change = create("a".into(), Vec::new());
    change.results = (0..200_000)
        .map(|at| Binding {
            name: format!("r{at}"),
            source: Source::Reply("/id".into()),
            secret: false,
        })
        .collect();
    let users = (0..10).map(|user| {
        let fields = (0..2_000).map(|at| {
            let result = format!("r{}", 199_999 - at);
            ("Description".to_owned(), bound("a", &result))
        });
        create(format!("user{user}"), fields.collect())
    });
    let changes = std::iter::once(change).chain(users).collect();
    drop(judged(plan(changes, Vec::new())));
}

#[test]
fn many_fields_that_are_not_declared() {
    let fields = (0..200_000).map(|at| (format!("F{at}"), Scalar::text("x")));
    let change = create("a".into(), fields.collect());
    let effect = Effect {
        address: "e".into(),
        causes: vec!["a".into()],
        summary: String::new(),
        certainty: Certainty::Likely,
        consequence: Consequence::Alters {
            object: "Contact".into(),
            id: Scalar::text("003000000000001AAA"),
            fields: (0..100_000)
                .map(|at| Field {
                    name: format!("G{at}"),
                    value: Scalar::text("x"),
                })
                .collect(),
        },
        within_ms: 0,
        remains: None,
    };
    let refused = judged(plan(vec![change], vec![effect])).expect_err("refused");
    assert!(matches!(refused, Breach::Undeclared(what) if what.len() <= 1_000));
}

#[test]
fn an_effect_of_many_changes_that_many_others_wait_for() {
    let effect = Effect {
        address: "e".into(),
        causes: (0..5_000).map(|at| format!("c{at}")).collect(),
        summary: String::new(),
        certainty: Certainty::Likely,
        consequence: Consequence::Appears {
            object: "Contact".into(),
            fields: Vec::new(),
            key: vec![Condition::is("Name", Scalar::text("x"))],
            id: Scalar::Nothing,
        },
        within_ms: 0,
        remains: None,
    };
    let causes = (0..5_000).map(|at| create(format!("c{at}"), Vec::new()));
    let behind = (0..5_000).map(|at| {
        let fields = vec![("Description".to_owned(), bound("e", "id"))];
        create(format!("d{at}"), fields)
    });
    let refused = judged(plan(causes.chain(behind).collect(), vec![effect]));
    let text = refused.expect_err("refused").to_string();
    assert!(
        text.contains("more than 1000000 links between changes"),
        "{text}"
    );
}
