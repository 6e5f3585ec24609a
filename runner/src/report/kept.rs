//! A set of records that a list stands for, and those of it that the list lets go.

use serde_json::{Value, json};
use usher_core::keep::KeptSet;
use usher_core::plan::Plan;

use crate::report::words::count;

/// "100 `User` records, of which 4 have no row; the brake allows 10, and they are let go".
pub(super) fn in_words(input: &str, set: &KeptSet) -> String {
    if set.left_out > 0 {
        let rows = count(set.left_out, "row");
        let are = if set.left_out == 1 { "is" } else { "are" };
        return format!("nobody is let go, since {rows} of `{input}` {are} left out");
    }
    let of = count(set.of, &format!("`{}` record", set.object));
    let gone = set.gone.len();
    if gone == 0 {
        return format!("{of}; none is without a row in `{input}`");
    }
    let have = if gone == 1 { "has" } else { "have" };
    let limit = match set.let_go {
        Some(_) => "`--let-go` allows",
        None => "the brake allows",
    };
    let (allowed, so) = (
        set.allowed(),
        match set.stopped() {
            Some(_) => "so that nobody is let go",
            None if gone == 1 => "and it is let go",
            None => "and they are let go",
        },
    );
    format!("{of}, of which {gone} {have} no row; {limit} {allowed}, {so}")
}

/// The sets of a plan, by their inputs; null: it has none.
pub(super) fn json(plan: &Plan) -> Value {
    let sets = plan.inputs.iter().filter_map(|input| {
        let set = input.kept.as_ref()?;
        let facts = json!({
            "object": set.object,
            "of": set.of,
            "gone": set.gone,
            "allowed": set.allowed(),
            "left_out": set.left_out,
            "is_stopped": set.stopped().is_some(),
        });
        Some((input.name.clone(), facts))
    });
    let sets: serde_json::Map<String, Value> = sets.collect();
    match sets.is_empty() {
        true => Value::Null,
        false => Value::Object(sets),
    }
}
