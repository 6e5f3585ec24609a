use usher_core::plan::StepState;
use usher_core::value::{Reference, Scalar, Token, Unit};

use super::in_waves;
use crate::conduct::scripted::{create, step};

#[test]
fn an_item_stands_behind_those_that_it_relies_on_and_before_none_that_do_not() {
    let item = |item: &str, relies_on: &[&str]| {
        let mut step = step("user", Vec::new(), Vec::new());
        step.item = Some(item.to_owned());
        let unit = |item: &str| Unit {
            step: "user".to_owned(),
            item: Some(item.to_owned()),
        };
        let tokens = relies_on.iter().map(|item| unit(item).binds("role", "id"));
        step.relies_on = tokens.collect::<Vec<Token>>();
        step
    };
    let mut later = item("later", &[]);
    later.state = StepState::Deferred(usher_core::change::Deferral {
        waiting_for: Vec::new(),
        reason: String::new(),
        likely: Vec::new(),
    });
    let steps = vec![
        step("before", Vec::new(), Vec::new()),
        item("a1", &[]),
        item("a2", &["a1"]),
        later,
        item("a3", &["a1", "a2"]),
        item("b1", &["elsewhere"]),
        item("b2", &["b1"]),
        step("after", Vec::new(), Vec::new()),
    ];
    let ordered = in_waves(steps);
    let shown = ordered
        .iter()
        .map(|step| step.item.as_deref().unwrap_or(&step.id));
    assert_eq!(
        shown.collect::<Vec<_>>(),
        ["before", "a1", "b1", "a2", "b2", "a3", "later", "after"]
    );
}

/// A change that refers to what another item makes can only be sent with that, or behind it.
#[test]
fn an_item_that_refers_to_another_ones_record_is_in_no_earlier_wave() {
    let unit = |item: &str| Unit {
        step: "record".to_owned(),
        item: Some(item.to_owned()),
    };
    let item = |item: &str, relies_on: &str, refers_to: &str| {
        let id = Scalar::Reference(Reference::Given(unit(refers_to).binds("made", "id")));
        let changes = vec![create("made", "Contact", &[("AccountId", id)])];
        let mut step = step("record", changes, Vec::new());
        step.item = Some(item.to_owned());
        step.relies_on = vec![unit(relies_on).binds("role", "id")];
        step
    };
    let steps = vec![
        item("first", "nobody", "nobody"),
        item("second", "first", "nobody"),
        item("third", "nobody", "second"),
        item("fourth", "nobody", "nobody"),
    ];
    let ordered = in_waves(steps);
    let shown = ordered.iter().filter_map(|step| step.item.as_deref());
    assert_eq!(
        shown.collect::<Vec<_>>(),
        ["first", "fourth", "second", "third"]
    );
}
