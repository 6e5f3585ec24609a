//! Steps that are carried out at the end, whatever happened before.

use expect_test::expect;
use usher_core::plan::Terms;

use super::*;

fn finally(mut step: PlannedStep) -> PlannedStep {
    step.terms = Terms {
        finally: true,
        ..Terms::default()
    };
    step
}

/// A step that makes an account of its own name. `of`: the step to whose account it refers.
fn makes(id: &str, name: &str, of: Option<&str>) -> PlannedStep {
    let mut fields = vec![("Name", Scalar::text(name))];
    if let Some(of) = of {
        let token = Unit::step(of).binds("account", "id");
        fields.push(("Of", Scalar::Reference(Reference::Given(token))));
    }
    let made = Change {
        address: "account".to_owned(),
        ..create(name, "Account", &fields)
    };
    let mut step = step(id, Vec::new(), Vec::new());
    step.plan.changes = vec![made];
    step
}

/// A failure in the middle, and an end that refers to what is there, to what is not there, and fails itself.
fn steps(second: &str) -> Vec<PlannedStep> {
    vec![
        makes("first", "one", None),
        makes("second", second, None),
        makes("third", "three", None),
        finally(makes("of_second", "end 1", Some("second"))),
        finally(makes("fails", "bad end", None)),
        finally(makes("of_first", "end 2", Some("first"))),
    ]
}

fn reasons(state: &RunState) -> String {
    let steps = state.steps().iter();
    let skipped = steps.filter_map(|step| match &step.state {
        StepState::Skipped { reason } => Some(format!("{} skipped: {reason}\n", step.id)),
        _ => None,
    });
    skipped.collect()
}

async fn check_end(steps: Vec<PlannedStep>, goes_on: bool, expected: Expect) -> Part {
    let org = Arc::new(Crowd::default());
    let events = match goes_on {
        true => going_on(steps),
        false => beginning(steps),
    };
    let part = carry(&org, &events, u64::MAX).await;
    let mut names: Vec<String> = org
        .records
        .lock()
        .expect("no panic")
        .keys()
        .map(|(_, name)| name.clone())
        .collect();
    names.sort();
    let told = told(&org, &part);
    expected.assert_eq(&format!("{told}{}{names:?}\n", reasons(&part.state)));
    let replayed = RunState::of(&part.events).expect("possible");
    assert_eq!(replayed.changes, part.state.changes);
    part
}

#[tokio::test]
async fn the_end_is_carried_out_after_a_failure() {
    check_end(
        steps("bad two"),
        false,
        expect![[r#"
        {"look": 6, "write": 4} Ok(Finished(Failed))
        fails account: FIELD_INTEGRITY_EXCEPTION no
        second account: FIELD_INTEGRITY_EXCEPTION no
        third account: Waiting
        2 done
        of_second skipped: step `second` has not done what this step refers to
        ["end 2", "one"]
    "#]],
    )
    .await;
}

#[tokio::test]
async fn the_end_is_carried_out_when_all_is_done() {
    check_end(
        steps("two"),
        false,
        expect![[r#"
        {"look": 7, "write": 6} Ok(Finished(Failed))
        fails account: FIELD_INTEGRITY_EXCEPTION no
        5 done
        ["end 1", "end 2", "one", "three", "two"]
    "#]],
    )
    .await;
}

#[tokio::test]
async fn a_change_of_the_end_that_needs_nothing_is_sent_though_another_one_cannot_be() {
    let mut both = makes("both", "end 1", Some("second"));
    let mut other = create("end 2", "Account", &[("Name", Scalar::text("end 2"))]);
    other.address = "other".to_owned();
    both.plan.changes.push(other);
    let steps = vec![makes("second", "bad", None), finally(both)];
    check_end(
        steps,
        false,
        expect![[r#"
        {"look": 3, "write": 2} Ok(Finished(Failed))
        both account: run/depends what it needs has failed
        second account: FIELD_INTEGRITY_EXCEPTION no
        1 done
        ["end 2"]
    "#]],
    )
    .await;
}

#[tokio::test]
async fn the_end_of_each_item_is_carried_out_whatever_became_of_the_item() {
    let all = ["n0".to_owned(), "bad".to_owned(), "n1".to_owned()];
    let end = |name: &String| {
        let named = format!("end {name}");
        let made = create(&named, "Account", &[("Name", Scalar::text(named.as_str()))]);
        finally(item("end", name, vec![made]))
    };
    let steps = || {
        let mut steps = people(&all);
        steps.extend(all.iter().map(end));
        steps
    };
    check_end(
        steps(),
        true,
        expect![[r#"
        {"look": 4, "write": 3} Ok(Finished(Failed))
        contact[bad] contact: FIELD_INTEGRITY_EXCEPTION no
        sets[bad] a: run/depends step `contact` has failed for this item
        sets[bad] b: run/depends step `contact` has failed for this item
        9 done
        ["end bad", "end n0", "end n1", "n0", "n0 a", "n0 b", "n1", "n1 a", "n1 b"]
    "#]],
    )
    .await;
    check_end(
        steps(),
        false,
        expect![[r#"
        {"look": 3, "write": 2} Ok(Finished(Failed))
        contact[bad] contact: FIELD_INTEGRITY_EXCEPTION no
        sets[bad] a: Waiting
        sets[bad] b: Waiting
        sets[n0] a: Waiting
        sets[n0] b: Waiting
        sets[n1] a: Waiting
        sets[n1] b: Waiting
        5 done
        ["end bad", "end n0", "end n1", "n0", "n1"]
    "#]],
    )
    .await;
}

/// A step that is planned during the run and gets no plan is a failure like any other.
#[tokio::test]
async fn the_end_is_carried_out_when_a_step_gets_no_plan_during_the_run() {
    let all = vec![
        makes("first", "one", None),
        makes("second", "two", None),
        makes("third", "three", None),
        finally(makes("end_without_plan", "end 0", None)),
        finally(makes("end", "end 1", None)),
    ];
    // It may make contacts, and plans to make an account.
    let plan = all.iter().map(|step| match step.id.as_str() {
        "second" | "end_without_plan" => deferred(step),
        _ => step.clone(),
    });
    let org = Arc::new(Crowd::default());
    let (later, mut watch) = (Later::of(&all), Approving::default());
    let events = beginning(plan.collect());
    let part = carry_with(&org, &events, u64::MAX, (&later, &mut watch)).await;
    expect![[r#"
        {"look": 2, "write": 2} Ok(Finished(Failed))
        third account: Waiting
        2 done
    "#]]
    .assert_eq(&told(&org, &part));
}

/// An item of the end may need what an item before it makes, which has its turn now.
#[tokio::test]
async fn an_item_of_the_end_may_need_another_one() {
    let made = create("one", "Account", &[("Name", Scalar::text("one"))]);
    let first = finally(item("end", "a", vec![made]));
    let made = &first.plan.changes[0].address;
    let token = first.unit().binds(made, "id");
    let of = Scalar::Reference(Reference::Given(token));
    let other = create(
        "two",
        "Account",
        &[("Name", Scalar::text("two")), ("Of", of)],
    );
    let steps = vec![
        makes("first", "bad", None),
        first,
        finally(item("end", "b", vec![other])),
    ];
    check_end(
        steps,
        false,
        expect![[r#"
        {"look": 4, "write": 3} Ok(Finished(Failed))
        first account: FIELD_INTEGRITY_EXCEPTION no
        2 done
        ["one", "two"]
    "#]],
    )
    .await;
}

/// An item of the end that gets no plan takes no other one down.
#[tokio::test]
async fn the_end_of_the_other_items_is_carried_out_when_one_gets_no_plan() {
    let all = ["a", "b", "c"].map(|name| {
        let object = if name == "b" { "Account" } else { "Contact" };
        let made = create(name, object, &[("Name", Scalar::text(name))]);
        finally(item("end", name, vec![made]))
    });
    let org = Arc::new(Crowd::default());
    let (later, mut watch) = (Later::of(&all), Approving::default());
    // It may make contacts, and plans to make an account for one of them.
    let events = beginning(all.iter().map(deferred).collect());
    let part = carry_with(&org, &events, u64::MAX, (&later, &mut watch)).await;
    expect![[r#"
        {"look": 1, "write": 1} Ok(Finished(Failed))
        2 done
    "#]]
    .assert_eq(&told(&org, &part));
    assert_eq!(watch.0, vec![2], "one question, for those that have a plan");
}

#[tokio::test]
async fn a_run_that_is_killed_at_any_event_is_carried_on_to_the_same_end() {
    let org = Arc::new(Crowd::default());
    let whole = carry(&org, &beginning(steps("bad two")), u64::MAX).await;
    let wanted = org.records.lock().expect("no panic").len();
    for breaks_at in 3..=whole.events.len() as u64 {
        let org = Arc::new(Crowd::default());
        let events = beginning(steps("bad two"));
        let part = carry(&org, &events, breaks_at).await;
        assert!(part.ended.is_err(), "killed at {breaks_at}");
        let mut events = part.events;
        events.push(Event::Resumed);
        let rest = carry(&org, &events, u64::MAX).await;
        assert!(rest.ended.is_ok(), "{breaks_at}: {:?}", rest.ended);
        assert_eq!(
            org.records.lock().expect("no panic").len(),
            wanted,
            "killed at {breaks_at}"
        );
        assert_eq!(reasons(&rest.state), reasons(&whole.state));
    }
}

#[tokio::test]
async fn nothing_more_of_a_failed_turn_is_sent_when_the_end_is_carried_on() {
    let mut names = names(250);
    names[1] = "bad".to_owned();
    let steps = || {
        let mut steps = people(&names);
        steps.push(finally(makes("end", "end", None)));
        beginning(steps)
    };
    let whole = carry(&Arc::new(Crowd::default()), &steps(), u64::MAX).await;
    let all = whole.events.len() as u64;
    // The intent of the end, its outcome, and the end of the run.
    for breaks_at in all - 2..=all {
        let org = Arc::new(Crowd::default());
        let part = carry(&org, &steps(), breaks_at).await;
        assert!(part.ended.is_err(), "killed at {breaks_at}");
        let mut events = part.events;
        events.push(Event::Resumed);
        let rest = carry(&org, &events, u64::MAX).await;
        assert!(rest.ended.is_ok(), "{breaks_at}: {:?}", rest.ended);
        // 199 of the first collection, and the end.
        assert_eq!(
            org.records.lock().expect("no panic").len(),
            200,
            "{breaks_at}"
        );
    }
}
