//! The indices leave nothing out: an answer found by them is the one found by looking at everything.

use serde_json::Value;

use super::{change, create, effect, field, view};
use crate::view::{Progress, Snapshot, View};
use usher_contract::change::{Certainty, Consequence, StepPlan};
use usher_contract::operation::{Condition, Lookup, Operation, UpdateRecord};
use usher_contract::read::Record;
use usher_contract::value::{BindingName, Reference, Scalar, Token, Unit};

/// Numbers that repeat with their seed (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((number ^ (number >> 31)) % bound as u64).expect("below a bound")
    }

    fn value(&mut self) -> Scalar {
        let texts = [
            "",
            "a",
            "A",
            "b",
            "ä",
            "Ä",
            "005000000000001",
            "005000000000001AAA",
        ];
        match self.below(10) {
            8 => Scalar::Nothing,
            9 => Scalar::Truth(true),
            text => Scalar::text(texts[text]),
        }
    }
}

const FIELDS: [&str; 3] = ["One", "Two", "Three"];

/// Records of the org, each field known.
fn real(numbers: &mut Numbers) -> Vec<Record> {
    let ids = (0..4).map(|number| format!("00100000000000{number}AAA"));
    ids.map(|id| {
        let mut record = Record::from_iter([("Id".to_owned(), Value::from(id))]);
        for name in FIELDS {
            record.insert(name.into(), numbers.value().to_json());
        }
        record
    })
    .collect()
}

fn planned(numbers: &mut Numbers) -> View {
    let mut changes = Vec::new();
    for number in 0..6 {
        let fields = FIELDS.map(|name| field(name, numbers.value()));
        let created = create("Account", fields.to_vec());
        changes.push(change(&format!("new{number}"), created));
    }
    let mut effects = Vec::new();
    for number in 0..6 {
        let id = match numbers.below(2) {
            0 => Scalar::text(format!("00100000000000{}AAA", numbers.below(4))),
            _ => Scalar::Reference(Reference::Bound(Box::new(BindingName {
                address: format!("new{}", numbers.below(6)),
                name: "id".into(),
            }))),
        };
        let fields = vec![field(FIELDS[numbers.below(3)], numbers.value())];
        match numbers.below(4) {
            0 => effects.push(effect(
                &format!("gone{number}"),
                Certainty::Certain,
                Consequence::Disappears {
                    object: "Account".into(),
                    id,
                },
            )),
            1 => changes.push(change(
                &format!("set{number}"),
                Operation::from(UpdateRecord {
                    object: "account".into(),
                    id,
                    fields,
                    options: Vec::new(),
                }),
            )),
            _ => effects.push(effect(
                &format!("alters{number}"),
                Certainty::Likely,
                Consequence::Alters {
                    object: "Account".into(),
                    id,
                    fields,
                },
            )),
        }
    }
    view(changes, effects)
}

fn found(view: &View, real: &[Record], conditions: Vec<Condition>) -> Vec<Record> {
    let lookup = Lookup {
        object: "Account".into(),
        fields: FIELDS.map(str::to_owned).to_vec(),
        conditions,
    };
    let mut seen = Snapshot::default();
    for _ in 0..5 {
        match view.find(&lookup, &seen) {
            Progress::Answer(answer) => return answer.expect("everything is known"),
            Progress::Ask(lookups) => {
                for lookup in lookups {
                    let meets = |record: &&Record| {
                        let mut conditions = lookup.conditions.iter();
                        conditions.all(|condition| super::holds(record, condition))
                    };
                    let rows: Vec<Record> = real.iter().filter(meets).cloned().collect();
                    seen.put(lookup, Ok(rows));
                }
            }
        }
    }
    panic!("the view asks without end");
}

#[test]
fn an_index_leaves_nothing_out() {
    let mut hits = 0;
    for seed in 0..300 {
        let mut numbers = Numbers(seed);
        let real = real(&mut numbers);
        let view = planned(&mut numbers);
        let all = found(&view, &real, Vec::new());
        for _ in 0..10 {
            let count = 1 + numbers.below(2);
            let conditions: Vec<Condition> = (0..count)
                .map(|_| Condition {
                    field: FIELDS[numbers.below(3)].to_ascii_uppercase(),
                    any_of: (0..=numbers.below(2)).map(|_| numbers.value()).collect(),
                })
                .collect();
            let meets = |record: &&Record| {
                let mut conditions = conditions.iter();
                conditions.all(|condition| super::holds(record, condition))
            };
            let expected: Vec<Record> = all.iter().filter(meets).cloned().collect();
            hits += expected.len();
            let by_index = found(&view, &real, conditions.clone());
            assert_eq!(by_index, expected, "seed {seed}: {conditions:?}");
        }
    }
    assert!(hits > 1_000, "{hits} hits");
}

/// A small plan of another step: it makes a record, or alters or removes one that the org or the first step has.
fn later(numbers: &mut Numbers) -> StepPlan {
    let fields = vec![field(FIELDS[numbers.below(3)], numbers.value())];
    let id = match numbers.below(2) {
        0 => Scalar::text(format!("00100000000000{}AAA", numbers.below(4))),
        _ => {
            let made = format!("s:new{}.id", numbers.below(6));
            Scalar::Reference(Reference::Given(Token::of_text(&made)))
        }
    };
    let object = "Account".to_owned();
    let consequence = match numbers.below(5) {
        0 => Consequence::Disappears { object, id },
        1 => Consequence::Alters { object, id, fields },
        _ => {
            let created = change("made", create("Account", fields));
            return StepPlan {
                changes: vec![created],
                ..StepPlan::default()
            };
        }
    };
    StepPlan {
        effects: vec![effect("later", Certainty::Likely, consequence)],
        ..StepPlan::default()
    }
}

/// A lookup of accounts by one field or two.
fn some_lookup(numbers: &mut Numbers) -> Lookup {
    let conditions = (0..=numbers.below(2))
        .map(|_| Condition::is(FIELDS[numbers.below(3)], numbers.value()))
        .collect();
    Lookup {
        object: "account".into(),
        fields: FIELDS.map(str::to_owned).to_vec(),
        conditions,
    }
}

#[test]
fn an_answer_that_is_left_is_the_same() {
    let mut lefts = 0;
    for seed in 0..200 {
        let mut numbers = Numbers(seed);
        let real = real(&mut numbers);
        let mut view = planned(&mut numbers);
        let before = view.clone();
        let unit = Unit::step("t");
        view.add(&unit, &later(&mut numbers).globalise(&unit));
        for _ in 0..10 {
            let lookup = some_lookup(&mut numbers);
            let conditions = &lookup.conditions;
            if view.leaves(&lookup, before.moment()) {
                lefts += 1;
                let then = found(&before, &real, conditions.clone());
                let now = found(&view, &real, conditions.clone());
                assert_eq!(now, then, "seed {seed}: {conditions:?}");
                assert_eq!(view.take_relied(), before.take_relied(), "seed {seed}");
            }
        }
    }
    assert!(lefts > 150, "{lefts} answers were left");
}

#[test]
fn an_answer_of_the_org_is_the_one_that_would_be_laid() {
    let (mut of_org, mut rows) = (0, 0);
    for seed in 0..300 {
        let mut numbers = Numbers(seed);
        let real = real(&mut numbers);
        let fields = FIELDS.map(|name| field(name, numbers.value()));
        let made = change("made", create("Account", fields.to_vec()));
        let set = field(FIELDS[numbers.below(3)], numbers.value());
        let id = Scalar::Reference(Reference::Bound(Box::new(BindingName {
            address: "made".into(),
            name: "id".into(),
        })));
        let alters = Consequence::Alters {
            object: "Account".into(),
            id,
            fields: vec![set],
        };
        let view = view(
            vec![made],
            vec![effect("alters", Certainty::Likely, alters)],
        );
        // A record that goes may be in any answer, so that nothing is left to the org alone.
        let mut laid = view.clone();
        let gone = Consequence::Disappears {
            object: "Contact".into(),
            id: Scalar::text("003000000000001AAA"),
        };
        let unit = Unit::step("t");
        let plan = StepPlan {
            effects: vec![effect("gone", Certainty::Certain, gone)],
            ..StepPlan::default()
        };
        laid.add(&unit, &plan.globalise(&unit));
        for _ in 0..10 {
            let lookup = some_lookup(&mut numbers);
            let conditions = &lookup.conditions;
            assert!(laid.lays_over(&lookup));
            of_org += usize::from(!view.lays_over(&lookup));
            let now = found(&view, &real, conditions.clone());
            rows += now.len();
            assert_eq!(now, found(&laid, &real, conditions.clone()), "seed {seed}");
            assert_eq!(view.take_relied(), laid.take_relied(), "{conditions:?}");
        }
    }
    assert!(of_org > 1_000 && rows > 300, "{of_org} and {rows}");
}

#[test]
fn what_is_taken_back_leaves_nothing_behind() {
    for seed in 0..300 {
        let mut numbers = Numbers(seed);
        let real = real(&mut numbers);
        let mut view = planned(&mut numbers);
        let before = view.clone();
        let then = view.moment();
        for step in ["t", "u", "v"] {
            let unit = Unit::step(step);
            view.add(&unit, &later(&mut numbers).globalise(&unit));
        }
        view.back_to(then);
        assert_eq!(view.moment(), then);
        for _ in 0..10 {
            let conditions: Vec<Condition> = (0..=numbers.below(2))
                .map(|_| Condition::is(FIELDS[numbers.below(3)], numbers.value()))
                .collect();
            let now = found(&view, &real, conditions.clone());
            let expected = found(&before, &real, conditions.clone());
            assert_eq!(now, expected, "seed {seed}: {conditions:?}");
            assert_eq!(view.take_relied(), before.take_relied(), "seed {seed}");
        }
    }
}

/// Looking for one record among many that are planned looks at one.
#[test]
fn one_of_many_planned_records_is_found_by_its_key() {
    let named = |number: usize| field("Name", Scalar::text(format!("n{number}")));
    let changes = (0..1_600).map(|number| {
        let created = create(
            "Account",
            vec![named(number), field("Type", Scalar::text("x"))],
        );
        change(&format!("new{number}"), created)
    });
    let view = view(changes.collect(), Vec::new());
    let accounts = view.index.object("ACCOUNT").expect("touched");
    let conditions = [
        Condition::is("type", Scalar::text("x")),
        Condition::is("name", Scalar::text("N77")),
    ];
    assert_eq!(accounts.rows_that_may_meet(&conditions), [77]);
    // The value of a field that no plan names is not known.
    let unknown = [Condition::is("Site", Scalar::text("x"))];
    assert_eq!(accounts.rows_that_may_meet(&unknown).len(), 1_600);
}
