use std::collections::BTreeMap;

use serde_json::json;

use super::{
    Approval, ChangeKey, ChangeState, End, Event, How, Next, Origin, Outcome, Phase, RunState,
    Stop, User, Verdict,
};
use super::{Queue, secrets_in_doubt, secrets_needed, write_requests};
use crate::plan::{Confirmation, Plan, PlannedStep, PluginStamp, Requests, StepState, conflicts};
use crate::recognised::Recognised;
use usher_contract::change::{
    Certainty, Change, Consequence, Deferral, Effect, Prerequisite, StepPlan, Undo,
};
use usher_contract::operation::{
    ALLOW_DUPLICATES, CreateRecord, DeleteRecord, Field, Key, Operation, UpdateRecord,
};
use usher_contract::read::{Identity, OrgKind};
use usher_contract::value::{Reference, Scalar, Token, Unit};

fn create(address: &str, object: &str, needs: &[&str]) -> Change {
    Change {
        address: address.into(),
        summary: address.into(),
        operation: Operation::from(CreateRecord {
            object: object.into(),
            fields: Vec::new(),
            key: Key {
                conditions: Vec::new(),
                enforced: true,
            },
            options: Vec::new(),
        }),
        after: needs
            .iter()
            .map(|need| Prerequisite::Change((*need).into()))
            .collect(),
        waits: Vec::new(),
        results: Vec::new(),
        undo: Undo::Nothing,
    }
}

fn steps(changes: Vec<Change>) -> PlannedStep {
    PlannedStep {
        id: "s".into(),
        item: None,
        plugin: Some(PluginStamp {
            name: "p".into(),
            version: "1.0.0".into(),
            digest: String::new(),
            file: None,
        }),
        state: StepState::Changes,
        input: serde_json::Map::new().into(),
        plan: StepPlan {
            changes,
            outputs: json!({}).into(),
            ..StepPlan::default()
        },
        before: BTreeMap::new(),
        bound: None,
        only_if: BTreeMap::new(),
        relies_on: Vec::new(),
        kept_with: BTreeMap::new(),
        of_loop: None,
        reads: Default::default(),
        terms: crate::plan::Terms::default(),
    }
}

fn plan(changes: Vec<Change>) -> Plan {
    Plan {
        recipe: "r".into(),
        title: "R".into(),
        org: Identity {
            org_id: "00D".into(),
            org_kind: OrgKind::Practice,
            user_id: "005".into(),
            username: "me@org".into(),
            api_version: "66.0".into(),
        },
        now: "2026-11-22T10:00:00Z".into(),
        inputs: Default::default(),
        left_out: Vec::new(),
        steps: vec![steps(changes)],
        requests: Requests::default(),
    }
}

/// Every batch of a step, when nothing fails.
fn batches(step: &PlannedStep) -> Vec<Vec<String>> {
    let all = batches_of(std::slice::from_ref(step));
    let names = |batch: Vec<ChangeKey>| batch.into_iter().map(|key| key.address).collect();
    all.into_iter().map(names).collect()
}

/// Every batch of a turn, when nothing fails.
fn batches_of(turn: &[PlannedStep]) -> Vec<Vec<ChangeKey>> {
    let keys = turn.iter().flat_map(|step| {
        let changes = step.plan.changes.iter();
        changes.map(|change| ChangeKey::new(&step.unit(), &change.address))
    });
    let keys: Vec<ChangeKey> = keys.collect();
    let unbound = |token: &Token| {
        let mut units = turn.iter().map(PlannedStep::unit);
        token
            .binder()
            .is_none_or(|(of, _)| units.all(|unit| unit != *of))
    };
    let mut queue = Queue::new(turn, &|_| true, &|_| false, &unbound);
    let mut all = Vec::new();
    while let Next::Send(batch) = queue.take() {
        let sent = batch.changes.iter().map(|index| keys[*index].clone());
        all.push(sent.collect());
        for index in batch.changes {
            queue.done(index, &|_| true);
        }
    }
    all
}

#[test]
fn one_object_per_request_and_needs_first() {
    let plan = steps(vec![
        create("license", "PermissionSetLicenseAssign", &[]),
        create("a", "PermissionSetAssignment", &["license"]),
        create("b", "PermissionSetAssignment", &[]),
        create("other", "PermissionSetLicenseAssign", &[]),
    ]);
    assert_eq!(batches(&plan), [vec!["license", "other"], vec!["a", "b"]]);
    assert_eq!(write_requests(std::slice::from_ref(&plan)), 2);
}

#[test]
fn a_collection_has_two_hundred_rows() {
    let plan = steps(
        (0..401)
            .map(|n| create(&format!("c{n}"), "Contact", &[]))
            .collect(),
    );
    let sizes: Vec<usize> = batches(&plan).iter().map(Vec::len).collect();
    assert_eq!(sizes, [200, 200, 1]);
    assert_eq!(write_requests(std::slice::from_ref(&plan)), 3);
}

#[test]
fn an_older_usher_replays_no_undo_whose_changes_are_kept_with_others() {
    let planned = |step: PlannedStep| {
        let mut plan = plan(Vec::new());
        plan.steps = vec![step];
        Event::Planned {
            plan: plan.into(),
            recipe: String::new(),
            origin: Origin::default(),
        }
    };
    let mut step = steps(vec![create("a", "Account", &[])]);
    assert_eq!(planned(step.clone()).needs(), 1);
    let newer = Unit::step("s").binds("b", "id");
    step.kept_with.insert("a".to_owned(), vec![newer]);
    assert_eq!(planned(step).needs(), 4);
}

#[test]
fn fewer_than_fifty_assignments_are_deleted_together() {
    let delete = |object: &str, number: usize| {
        let mut change = create(&format!("{object}{number}"), object, &[]);
        change.operation = DeleteRecord {
            object: object.into(),
            id: Scalar::text(format!("{object}{number}")),
        }
        .into();
        change
    };
    let sizes = |object: &str| {
        let plan = steps((0..101).map(|number| delete(object, number)).collect());
        let sizes: Vec<usize> = batches(&plan).iter().map(Vec::len).collect();
        assert_eq!(
            write_requests(std::slice::from_ref(&plan)),
            sizes.len() as u64
        );
        sizes
    };
    assert_eq!(sizes("permissionsetassignment"), [49, 49, 3]);
    assert_eq!(sizes("Contact"), [101]);
}

#[test]
fn creates_with_different_options_do_not_share_a_request() {
    let allowing = |address: &str| {
        let mut change = create(address, "Account", &[]);
        if let Some(CreateRecord { options, .. }) = change.operation.of_mut() {
            options.push(Field {
                name: ALLOW_DUPLICATES.into(),
                value: Scalar::Truth(true),
            });
        }
        change
    };
    let plan = steps(vec![
        create("a", "Account", &[]),
        allowing("b"),
        create("c", "Account", &[]),
        allowing("d"),
    ]);
    assert_eq!(batches(&plan), [["a", "c"], ["b", "d"]]);
    assert_eq!(write_requests(std::slice::from_ref(&plan)), 2);
}

#[test]
fn what_refers_to_another_change_waits_for_it() {
    let mut user = create("user", "User", &[]);
    if let Some(CreateRecord { fields, .. }) = user.operation.of_mut() {
        fields.push(Field {
            name: "ContactId".into(),
            value: Scalar::Reference(Reference::Given(Token::of_text("s:contact.id"))),
        });
    }
    let plan = steps(vec![user, create("contact", "Contact", &[])]);
    assert_eq!(batches(&plan), [["contact"], ["user"]]);
    assert_eq!(write_requests(std::slice::from_ref(&plan)), 2);
}

#[test]
fn what_waits_for_something_failed_is_stuck() {
    let plan = steps(vec![create("a", "X", &[]), create("b", "X", &["a"])]);
    let is_b = |key: &ChangeKey| key.address == "b";
    let mut queue = Queue::new(&[plan], &is_b, &|_| false, &|_| true);
    assert_eq!(queue.take(), Next::Stuck(vec![1]));
}

/// Two steps may use one address. The first binds what the second refers to, so that is known by then.
#[test]
fn an_address_of_another_step_is_not_waited_for() {
    let mut contact = create("record", "Contact", &[]);
    if let Some(CreateRecord { fields, .. }) = contact.operation.of_mut() {
        fields.push(Field {
            name: "AccountId".into(),
            value: Scalar::Reference(Reference::Given(Token::of_text("account:record.id"))),
        });
    }
    assert_eq!(write_requests(&[steps(vec![contact])]), 1);
}

/// The items of a step, each with its changes.
fn items(of: impl IntoIterator<Item = Vec<Change>>) -> Vec<PlannedStep> {
    let items = of.into_iter().enumerate().map(|(number, changes)| {
        let mut step = steps(changes);
        step.item = Some(format!("i{number}"));
        step
    });
    items.collect()
}

/// `i0:user i1:user`
fn told(batches: &[Vec<ChangeKey>]) -> Vec<String> {
    let told = |key: &ChangeKey| {
        let item = key.unit.item.as_deref().unwrap_or_default();
        format!("{item}:{}", key.address)
    };
    let batch = |batch: &Vec<ChangeKey>| batch.iter().map(told).collect::<Vec<_>>().join(" ");
    batches.iter().map(batch).collect()
}

#[test]
fn collections_go_over_items() {
    let people = items((0..450).map(|_| {
        let sets = ["a", "b"].map(|set| create(set, "PermissionSetAssignment", &[]));
        sets.to_vec()
    }));
    let sizes: Vec<usize> = batches_of(&people).iter().map(Vec::len).collect();
    assert_eq!(sizes, [200, 200, 200, 200, 100]);
    assert_eq!(write_requests(&people), 5);
    let mut apart = people;
    apart.insert(225, steps(vec![create("x", "Account", &[])]));
    apart[225].id = "between".to_owned();
    assert_eq!(write_requests(&apart), 3 + 1 + 3);
}

#[test]
fn users_come_in_growing_collections() {
    let people = items((0..1_000).map(|_| vec![create("user", "User", &[])]));
    let sizes: Vec<usize> = batches_of(&people).iter().map(Vec::len).collect();
    assert_eq!(sizes, [50, 100, 200, 200, 200, 200, 50]);
}

/// Later items were planned as if the first one had made the account a partner: nothing in them says so.
#[test]
fn what_only_the_first_item_needs_goes_before_all_others() {
    let mut account = create("account", "Account", &[]);
    account.operation = UpdateRecord {
        object: "Account".into(),
        id: Scalar::text("001"),
        fields: Vec::new(),
        options: Vec::new(),
    }
    .into();
    let first = vec![account, create("user", "User", &["account"])];
    let other = || vec![create("user", "User", &[])];
    let people = items([first, other(), other()]);
    assert_eq!(
        told(&batches_of(&people)),
        ["i0:account", "i0:user i1:user i2:user"]
    );
}

#[test]
fn a_row_that_comes_back_goes_behind_those_that_were_never_sent() {
    let people = items((0..401).map(|_| vec![create("a", "Contact", &[])]));
    let mut queue = Queue::new(&people, &|_| true, &|_| false, &|_| true);
    let Next::Send(first) = queue.take() else {
        panic!("a batch");
    };
    queue.again(first.changes[3]);
    let sizes = std::iter::from_fn(|| match queue.take() {
        Next::Send(batch) => Some((batch.changes[0], batch.changes.len())),
        _ => None,
    });
    assert_eq!(sizes.collect::<Vec<_>>(), [(200, 200), (400, 1), (3, 1)]);
}

#[test]
fn an_item_that_relies_on_another_one_waits_for_the_next_turn() {
    let mut people = items((0..4).map(|_| vec![create("a", "Contact", &[])]));
    let all = |people: &[PlannedStep]| {
        let turns = super::turns(people).map(|turn| (turn.start, turn.end));
        turns.collect::<Vec<_>>()
    };
    assert_eq!(all(&people), [(0, 4)]);
    people[2].relies_on = vec![people[1].unit().binds("role", "id")];
    assert_eq!(all(&people), [(0, 2), (2, 4)]);
    people[2].relies_on = vec![Unit::step("other").binds("role", "id")];
    assert_eq!(all(&people), [(0, 4)]);
    people[1].state = StepState::Deferred(Deferral {
        waiting_for: Vec::new(),
        reason: String::new(),
        likely: Vec::new(),
    });
    assert_eq!(all(&people), [(0, 1), (1, 2), (2, 4)]);
}

/// Each change needs the one before it: as many requests as changes, and no more work than that.
#[test]
fn a_long_chain_is_counted_one_change_after_the_other() {
    let chain = (0..10_000).map(|n: u32| {
        let needs: Vec<String> = n
            .checked_sub(1)
            .map(|n| format!("c{n}"))
            .into_iter()
            .collect();
        let needs: Vec<&str> = needs.iter().map(String::as_str).collect();
        create(&format!("c{n}"), "Contact", &needs)
    });
    assert_eq!(write_requests(&[steps(chain.collect())]), 10_000);
}

#[test]
fn fields_and_objects_conflict_whatever_their_case() {
    let update = |step: &str, object: &str, field: &str, value: &str| PlannedStep {
        id: step.into(),
        ..steps(vec![Change {
            operation: Operation::from(UpdateRecord {
                object: object.into(),
                id: Scalar::text("005000000000001AAA"),
                fields: vec![Field {
                    name: field.into(),
                    value: Scalar::text(value),
                }],
                options: Vec::new(),
            }),
            ..create("a", "X", &[])
        }])
    };
    let found = conflicts(&[
        update("first", "User", "userroleid", "00E1"),
        update("same", "user", "UserRoleId", "00E1"),
        update("second", "USER", "UserRoleId", "00E2"),
    ]);
    let found: Vec<_> = found
        .iter()
        .map(|one| (one.first.step.as_str(), one.second.step.as_str()))
        .collect();
    assert_eq!(found, [("first", "second")]);
}

fn key(address: &str) -> ChangeKey {
    ChangeKey::new(&Unit::step("s"), address)
}

fn intent(request: u64, address: &str) -> Event {
    Event::Intent {
        request,
        changes: vec![key(address)],
        before: BTreeMap::new(),
        before_of: Vec::new(),
        at_ms: 0,
        ahead_ms: None,
    }
}

fn done(address: &str) -> Event {
    Event::Settled {
        change: key(address),
        outcome: Outcome::Done {
            how: How::Sent,
            values: BTreeMap::from([("id".to_owned(), json!("001"))]),
        },
    }
}

fn effect(address: &str, certainty: Certainty) -> Effect {
    Effect {
        address: address.into(),
        causes: vec!["a".into()],
        summary: address.into(),
        certainty,
        consequence: Consequence::Appears {
            object: "X".into(),
            fields: Vec::new(),
            key: Vec::new(),
            id: Scalar::Nothing,
        },
        within_ms: 0,
        remains: None,
    }
}

fn appeared(address: &str) -> Event {
    Event::Appeared {
        key: key(address),
        id: "00E".into(),
    }
}

fn verified(address: &str, verdict: Verdict) -> Event {
    Event::Verified {
        key: key(address),
        verdict,
    }
}

fn missing() -> Verdict {
    Verdict::Missing {
        why: "not there".into(),
    }
}

fn beginning() -> Vec<Event> {
    let mut plan = plan(vec![create("a", "X", &[]), create("b", "X", &[])]);
    plan.steps[0].plan.effects = vec![
        effect("role", Certainty::Certain),
        effect("mail", Certainty::Likely),
        Effect {
            consequence: Consequence::Other,
            ..effect("other", Certainty::Certain)
        },
    ];
    vec![
        Event::Planned {
            plan: plan.into(),
            recipe: String::new(),
            origin: Origin::default(),
        },
        Event::Approved { by: Approval::Flag },
    ]
}

fn fold(events: &[Event]) -> Result<RunState, String> {
    RunState::of(events).map_err(|impossible| impossible.to_string())
}

#[test]
fn events_add_up_to_a_state() {
    let mut events = beginning();
    events.extend([intent(1, "a"), done("a")]);
    let state = fold(&events).expect("possible");
    assert_eq!(state.phase, Phase::Running);
    assert_eq!(state.end(), End::Failed);
    assert_eq!(state.bindings[&Token::of_text("s:a.id")], json!("001"));
    events.push(intent(2, "b"));
    assert_eq!(fold(&events).expect("possible").end(), End::InDoubt);
    assert_eq!(
        fold(&events)
            .expect("possible")
            .change(&Unit::step("s"), "b"),
        Some(&ChangeState::InDoubt { request: 2 })
    );
    events.extend([done("b"), Event::Finished { end: End::Done }]);
    let state = fold(&events).expect("possible");
    assert_eq!(
        (state.phase.clone(), state.end()),
        (Phase::Finished(End::Done), End::Done)
    );
}

#[test]
fn an_effect_binds_its_id_and_a_certain_one_that_is_missing_fails_the_run() {
    let mut events = beginning();
    events.extend([intent(1, "a"), done("a"), intent(2, "b"), done("b")]);
    events.push(appeared("role"));
    events.push(verified("role", Verdict::Held));
    events.push(verified("mail", missing()));
    let state = fold(&events).expect("possible");
    assert_eq!(state.bindings[&Token::of_text("s:role.id")], json!("00E"));
    assert_eq!(state.end(), End::Done);
    assert_eq!(
        state
            .verdict(&Unit::step("s"), "mail")
            .and_then(Verdict::verified),
        Some(false)
    );
    assert_eq!(state.verdict(&Unit::step("s"), "other"), None);
    events.push(verified("other", missing()));
    let state = fold(&events).expect("possible");
    assert_eq!(state.end(), End::Failed);
    let missed = state.missed();
    assert_eq!(missed.len(), 1);
    assert_eq!(
        (
            missed[0].0.step.as_str(),
            missed[0].1.address.as_str(),
            missed[0].2
        ),
        ("s", "other", "not there")
    );
}

#[test]
fn impossible_events_are_told() {
    let check = |more: &[Event], expected: &str| {
        let mut events = beginning();
        events.extend_from_slice(more);
        assert_eq!(fold(&events).expect_err("impossible"), expected);
    };
    check(&[intent(2, "a")], "request 2 cannot follow request 0");
    check(&[intent(1, "x")], "there is no change `x` in step `s`");
    check(
        &[intent(1, "a"), done("a"), done("a")],
        "the change `a` of step `s` is settled and cannot have the event `settled`",
    );
    check(
        &[Event::Finished { end: End::Done }, intent(1, "a")],
        "a run that is Finished(Done) cannot have the event `intent`",
    );
    check(
        &[appeared("a")],
        "there is no effect `a` in step `s` that can have the event `appeared`",
    );
    check(
        &[appeared("other")],
        "there is no effect `other` in step `s` that can have the event `appeared`",
    );
    let confirmed = Event::Confirmed {
        unit: Unit::step("s"),
        confirmation: Confirmation {
            note: "x".into(),
            by: "me".into(),
            at: "2026-11-22T10:00:00Z".into(),
        },
    };
    check(
        &[confirmed],
        "step `s` does not wait for somebody to say that it is done",
    );
    check(
        &[appeared("role"), appeared("role")],
        "the effect `role` of step `s` had the event `appeared` already",
    );
    check(
        &[verified("role", Verdict::Held), verified("role", missing())],
        "the effect `role` of step `s` had the event `verified` already",
    );
}

/// Every order of up to four events from the beginning either is refused or leaves a state from which
/// the run can still end: nothing panics, nothing is lost.
#[test]
fn every_short_history_is_total() {
    let alphabet = [
        intent(1, "a"),
        intent(2, "b"),
        done("a"),
        done("b"),
        Event::Answered {
            change: key("a"),
            values: BTreeMap::new(),
            how: How::Sent,
        },
        appeared("role"),
        verified("role", missing()),
        verified("none", Verdict::Held),
        Event::Finished { end: End::Failed },
    ];
    let mut possible = 0;
    for code in 0..alphabet.len().pow(4) {
        let mut state = fold(&beginning()).expect("possible");
        let mut rest = code;
        for _ in 0..4 {
            let event = &alphabet[rest % alphabet.len()];
            rest /= alphabet.len();
            // An event that cannot follow changes nothing.
            let before = (state.phase.clone(), state.changes.clone(), state.requests);
            if state.next(event).is_err() {
                assert_eq!(
                    before,
                    (state.phase.clone(), state.changes.clone(), state.requests)
                );
            }
        }
        if !matches!(state.phase, Phase::Finished(_)) {
            state
                .next(&Event::Finished { end: End::Failed })
                .expect("a run can end");
        }
        possible += usize::from(matches!(state.phase, Phase::Finished(_)));
    }
    assert_eq!(possible, alphabet.len().pow(4));
}

#[test]
fn every_event_is_known_by_the_name_that_its_json_has() {
    let mut events = beginning();
    events.extend([
        Event::StepPlanned {
            step: steps(Vec::new()),
        },
        Event::Confirmed {
            unit: Unit::step("s"),
            confirmation: Confirmation {
                note: String::new(),
                by: String::new(),
                at: String::new(),
            },
        },
        intent(1, "a"),
        Event::NotActed {
            change: key("a"),
            why: String::new(),
            doubted: false,
        },
        Event::Answered {
            change: key("a"),
            values: BTreeMap::new(),
            how: How::Sent,
        },
        done("a"),
        appeared("role"),
        verified("role", Verdict::Held),
        Event::Stopped {
            why: Stop::ByHand {
                unit: Unit::step("s"),
            },
        },
        Event::Resumed,
        handed_over("005000000000002AAA", "other@org"),
        Event::Finished { end: End::Done },
    ]);
    let names = events.iter().map(|event| {
        let json = serde_json::to_value(event).expect("serialises");
        let key = json.as_object().and_then(|object| object.keys().next());
        let name = key
            .map(String::as_str)
            .or(json.as_str())
            .unwrap_or_default();
        assert_eq!(name, event.name());
        assert!(Event::is_known(name), "{name}");
        event.name()
    });
    let names: std::collections::BTreeSet<&str> = names.collect();
    assert_eq!(names.len(), 14, "each of them once");
}

#[test]
fn events_keep_their_json() {
    let event = intent(1, "a");
    let mut json = serde_json::to_value(&event).expect("serialises");
    assert_eq!(
        json,
        json!({"intent": {"request": 1, "changes": [{"step": "s", "address": "a"}], "before": {}, "at_ms": 0}})
    );
    // Journals of format 1 do not hold the time.
    json["intent"]
        .as_object_mut()
        .expect("an object")
        .remove("at_ms");
    assert_eq!(
        serde_json::from_value::<Event>(json).expect("parses"),
        event
    );
    let event = verified("role", missing());
    let json = serde_json::to_value(&event).expect("serialises");
    assert_eq!(
        json,
        json!({"verified": {"step": "s", "address": "role", "verdict": {"missing": {"why": "not there"}}}})
    );
    assert_eq!(
        serde_json::from_value::<Event>(json).expect("parses"),
        event
    );
    assert_eq!(
        serde_json::from_value::<Verdict>(json!({"missing": {}})).expect("parses"),
        Verdict::Missing { why: String::new() }
    );
}

fn handed_over(id: &str, username: &str) -> Event {
    Event::HandedOver {
        to: User {
            id: id.to_owned(),
            username: username.to_owned(),
        },
    }
}

#[test]
fn a_run_that_is_handed_over_keeps_all_its_users() {
    let planned = Event::Planned {
        plan: plan(vec![create("a", "Account", &[])]).into(),
        recipe: String::new(),
        origin: Origin::default(),
    };
    let mut state = RunState::of([&planned]).expect("possible");
    assert_eq!(
        state.user().map(|user| user.username.as_str()),
        Some("me@org")
    );
    // Before it is approved, too.
    let other = handed_over("005000000000002AAA", "other@org");
    state.next(&other).expect("possible");
    let approved = Event::Approved { by: Approval::Flag };
    state.next(&approved).expect("possible");
    assert_eq!(
        state.user().map(|user| user.username.as_str()),
        Some("other@org")
    );
    assert!(state.is_own_user("005") && state.is_own_user("005000000000002"));
    assert!(!state.is_own_user("005000000000003AAA"));
    state.next(&handed_over("005", "me@org")).expect("possible");
    let users = state.users.iter().map(|user| user.username.as_str());
    assert_eq!(users.collect::<Vec<_>>(), ["other@org", "me@org"]);
    let stopped = Event::Stopped {
        why: Stop::Interrupted,
    };
    state.next(&stopped).expect("possible");
    assert!(
        state.next(&other).is_err(),
        "only a run that goes on is handed over"
    );
    assert_eq!((state.events, other.needs()), (5, 4));
}

#[test]
fn an_undo_knows_the_users_of_the_run_that_it_takes_back() {
    let user = |id: &str, name: &str| User {
        id: id.to_owned(),
        username: name.to_owned(),
    };
    let undo_of = |users: Vec<User>| {
        let planned = Event::Planned {
            plan: plan(vec![create("a", "Account", &[])]).into(),
            recipe: String::new(),
            origin: Origin {
                undoes: Some("1a".to_owned()),
                users,
                ..Origin::default()
            },
        };
        RunState::of([&planned]).expect("possible")
    };
    let other = undo_of(vec![user("005000000000002AAA", "other@org")]);
    assert!(other.is_seen_in_part() && !other.is_own_user("005000000000002AAA"));
    assert_eq!(other.users.len(), 1);
    assert_eq!(
        other.user().map(|user| user.username.as_str()),
        Some("me@org")
    );
    assert!(!undo_of(vec![user("005", "me@org")]).is_seen_in_part());
}

#[test]
fn a_run_that_goes_on_after_a_failed_item_needs_an_usher_that_knows_it() {
    let planned = |goes_on: bool| Event::Planned {
        plan: plan(vec![create("a", "Account", &[])]).into(),
        recipe: String::new(),
        origin: Origin {
            goes_on,
            ..Origin::default()
        },
    };
    assert_eq!((planned(false).needs(), planned(true).needs()), (1, 4));
    let text = serde_json::to_string(&planned(false)).expect("serialises");
    assert!(!text.contains("goes_on"), "{text}");
}

#[test]
fn a_secret_is_needed_as_long_as_something_that_refers_to_it_is_to_be_sent() {
    let set = |address: &str, input: &str| {
        let operation = Operation::from(UpdateRecord {
            object: "User".into(),
            id: Scalar::text("005"),
            fields: vec![Field {
                name: "Title".into(),
                value: Scalar::Reference(Reference::Given(Token::Input(input.into()))),
            }],
            options: Vec::new(),
        });
        Change {
            operation,
            ..create(address, "User", &[])
        }
    };
    let secrets = ["pin", "pw"].map(|name| {
        let recognised = Recognised::of("secret", [0; 16]);
        (name.to_owned(), Some(recognised))
    });
    let origin = Origin {
        secrets: secrets.into(),
        ..Origin::default()
    };
    let begin = |plan: Plan| {
        let recipe = String::new();
        let planned = Event::Planned {
            plan: plan.into(),
            recipe,
            origin: origin.clone(),
        };
        assert_eq!(planned.needs(), 4);
        RunState::of([&planned, &Event::Approved { by: Approval::Flag }]).expect("possible")
    };
    let needed = |state: &RunState| {
        secrets_needed(state)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let mut state = begin(plan(vec![set("a", "pw"), set("b", "open")]));
    assert_eq!(needed(&state), ["pw"]);
    assert!(secrets_in_doubt(&state).is_empty());
    state.next(&intent(1, "a")).expect("possible");
    assert_eq!(secrets_in_doubt(&state).len(), 1);
    assert_eq!(needed(&state), ["pw"], "it may be sent again");
    state.next(&done("a")).expect("possible");
    assert!(needed(&state).is_empty());
    let mut later = plan(vec![]);
    later.steps[0].state = StepState::Deferred(Deferral {
        waiting_for: Vec::new(),
        reason: String::new(),
        likely: Vec::new(),
    });
    assert_eq!(needed(&begin(later)), ["pin", "pw"]);
}
