//! `finally` and `retry`.

use expect_test::expect;

use super::{recipe, wrong};
use crate::plan::{Retry, Terms};

#[test]
fn a_group_gives_its_terms_to_its_steps() {
    let recipe = recipe(
        r#"title = "x"

[[steps]]
id = "a"
use = "anything"
retry = { times = 3 }
finally = false

[[steps]]
id = "end"
finally = true
retry = { times = 2, wait = "2m" }

[[steps.group]]
id = "b"
use = "anything"

[[steps.group]]
id = "c"
use = "anything"
retry = { times = 20, wait = "1s" }
"#,
    );
    let terms: Vec<Terms> = recipe.steps.iter().map(|step| step.terms).collect();
    let of = |finally, times, wait_ms| Terms {
        finally,
        retry: Some(Retry { times, wait_ms }),
    };
    assert_eq!(
        terms,
        [
            of(false, 3, None),
            of(true, 2, Some(120_000)),
            of(true, 20, Some(1_000)),
        ]
    );
}

#[test]
fn terms_that_cannot_be() {
    wrong(
        r#"title = "x"
finally = true
retry = { times = 3 }

[[steps]]
id = "a"
use = "anything"
finally = "yes"
retry = { times = 0 }

[[steps]]
id = "b"
use = "anything"
retry = { times = 21, wait = "11m", pause = "1s" }

[[steps]]
id = "c"
use = "anything"
retry = { wait = "10" }

[[steps]]
id = "d"
use = "anything"
retry = 3
finaly = true

[[steps]]
id = "people"
for_each = ["x"]

[[steps.group]]
id = "e"
use = "anything"
finally = true

[[steps]]
id = "f"
finally = true
retry = { times = 1 }
manual = { title = "x", text = ["y"] }
"#,
        expect![[r#"
            2:1-8 recipe/not-supported `finally` is not supported by this Usher yet / write `finally = true` in a step or a group at the end
            3:1-6 recipe/not-supported `retry` is not supported by this Usher yet / write it in a step or a group
            8:11-16 recipe/wrong-type `finally` is a text, not a boolean / write `finally = true`
            9:19-20 recipe/wrong-type `times` is not a whole number from 1 to 20 / write how often a change is sent again, from 1 to 20: `retry = { times = 3, wait = "10s" }`
            14:19-21 recipe/wrong-type `times` is not a whole number from 1 to 20 / write how often a change is sent again, from 1 to 20: `retry = { times = 3, wait = "10s" }`
            14:30-35 recipe/bad-time `11m` is not a pause before a change is sent again / write a number with its unit, from `1s` to `10m`: `10s`, `2m`
            14:37-42 recipe/unknown-key `retry` knows no key `pause` / there is `times` and `wait`
            19:9-24 recipe/missing-key `retry` lacks `times` / add `times = 3`
            19:18-22 recipe/bad-time `10` is not a pause before a change is sent again / write a number with its unit, from `1s` to `10m`: `10s`, `2m`
            24:9-10 recipe/wrong-type `retry` is an integer, not a table / write `retry = { … }`
            25:1-7 recipe/unknown-key step `d` knows no key `finaly` / did you mean `finally`?
            34:1-8 recipe/unknown-key the steps of a group are carried out together / write `finally = true` at the group, or move the step out of it
            38:1-8 recipe/unknown-key a manual step has no `finally` / leave out `finally`, or `manual`
            39:1-6 recipe/unknown-key a manual step has no `retry` / leave out `retry`, or `manual`
        "#]],
    );
}

#[test]
fn what_is_carried_out_at_the_end_is_at_the_end() {
    wrong(
        r#"title = "x"

[[steps]]
id = "a"
use = "anything"
finally = true

[[steps]]
id = "b"
use = "anything"

[[steps]]
id = "people"
for_each = ["x"]

[[steps.group]]
id = "c"
use = "anything"

[[steps]]
id = "d"
use = "anything"
finally = true
"#,
        expect![[r#"
            9:6-9 recipe/finally-not-last step `b` is behind `a`, which is carried out at the end / write `b` before `a`, or give it `finally = true`
            17:6-9 recipe/finally-not-last step `c` is behind `a`, which is carried out at the end / write `c` before `a`, or give it `finally = true`
        "#]],
    );
    wrong(
        r#"title = "x"

[[steps]]
id = "a"
for_each = ["x"]
use = "assign-role"
with = { owner_of = "003000000000000AAA", role = "${item}" }

[[steps]]
id = "b"
use = "anything"
finally = true
with = { name = "${steps.a.role_name}" }
"#,
        expect![[r#"
            13:20-37 recipe/wrong-item step `a` has outputs for each item of `["x"]` / name the item: `steps.a["…"].role_name`, or give this step the same `for_each`
        "#]],
    );
}
