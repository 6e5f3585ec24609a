//! Steps that are planned once more when their turn comes.

use serde_json::Map;
use usher_contract::change::{Change, Deferral, StepPlan, Undo};
use usher_contract::operation::{Operation, WaitOnly};

use super::{Outsiders, PlannedStep, PluginStamp, StepState, needs_plugins};

fn step(id: &str, file: Option<&str>, state: StepState) -> PlannedStep {
    let change = Change {
        address: "a".into(),
        summary: String::new(),
        operation: Operation::from(WaitOnly),
        after: Vec::new(),
        waits: Vec::new(),
        results: Vec::new(),
        undo: Undo::Nothing,
    };
    let changes = match state {
        StepState::Changes => vec![change],
        _ => Vec::new(),
    };
    PlannedStep {
        id: id.into(),
        item: None,
        of_loop: None,
        plugin: Some(PluginStamp {
            name: id.into(),
            version: "1.0.0".into(),
            digest: file.unwrap_or(id).into(),
            file: file.map(str::to_owned),
        }),
        state,
        input: Map::new().into(),
        plan: StepPlan {
            changes,
            ..StepPlan::default()
        },
        before: Default::default(),
        bound: None,
        only_if: Default::default(),
        relies_on: Vec::new(),
        kept_with: std::collections::BTreeMap::new(),
        reads: Default::default(),
        terms: crate::plan::Terms::default(),
    }
}

fn is_planned_again(step: &PlannedStep, before: &[PlannedStep]) -> bool {
    let mut outsiders = Outsiders::default();
    before.iter().for_each(|earlier| outsiders.learn(earlier));
    outsiders.is_planned_again(step)
}

#[test]
fn a_step_behind_a_plugin_from_a_file_is_planned_again() {
    let evil = || step("evil", Some("./evil.wasm"), StepState::Changes);
    let boxed = || step("boxed", None, StepState::Changes);
    let idle = step("idle", None, StepState::AsWanted);
    assert!(is_planned_again(&boxed(), &[evil()]));
    assert!(is_planned_again(&idle, &[evil(), boxed()]));
    assert!(!is_planned_again(&boxed(), &[boxed()]));
    // A plugin knows its own changes, and a step that changes nothing misleads no plugin.
    assert!(!is_planned_again(&evil(), &[evil()]));
    let looks = step("looks", Some("./looks.wasm"), StepState::AsWanted);
    assert!(!is_planned_again(&boxed(), &[looks]));
    assert!(needs_plugins(&[evil(), boxed()]));
    assert!(!needs_plugins(&[boxed(), evil()]));
    let later = step(
        "later",
        None,
        StepState::Deferred(Deferral {
            waiting_for: Vec::new(),
            reason: String::new(),
            likely: Vec::new(),
        }),
    );
    assert!(needs_plugins(&[later]));
}
