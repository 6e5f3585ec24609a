//! `[inputs.<name>.keep]`, `gone.<name>`, and every mistake in them.

use expect_test::expect;
use serde_json::json;

use super::{recipe, wrong};
use usher_contract::operation::{Condition, Lookup};
use usher_contract::value::Scalar;

const LIST: &str = r#"title = "x"

[inputs.profile]
type = "list"

[inputs.people]
type = "rows"
key = "contact"
[inputs.people.columns.contact]
type = "record"
object = "Contact"
[inputs.people.keep]
object = "User"
by = "ContactId"
where = { IsActive = true, "Profile.Name" = "${inputs.profile}" }
"#;

const GONE: &str = r#"
[[steps]]
id = "gone"
for_each = "${gone.people}"
use = "assign-role"
with = { owner_of = "${item.key}", role = "${item.name}" }
"#;

#[test]
fn the_set_is_a_lookup_with_the_inputs_in_it() {
    let recipe = recipe(&format!("{LIST}{GONE}"));
    let step = recipe.steps.first().expect("a step");
    assert_eq!(
        (step.looped_gone(), step.looped_input()),
        (Some("people"), None)
    );
    let input = recipe.input("people").expect("an input");
    let keep = input.keep.as_ref().expect("a set");
    assert_eq!(keep.brake.allows(100), 10);
    let inputs = json!({ "profile": ["A", "B"] });
    let set = keep.set(inputs.as_object().expect("a table"), vec!["Name".into()]);
    let wanted = Lookup {
        object: "User".into(),
        fields: vec!["Name".into()],
        conditions: vec![
            Condition::is("IsActive", Scalar::Truth(true)),
            Condition {
                field: "Profile.Name".into(),
                any_of: vec![Scalar::text("A"), Scalar::text("B")],
            },
        ],
    };
    assert_eq!(set, Ok(wanted));
    // A condition without a value would make the set wider than anybody meant.
    for nothing in [json!([]), json!([""]), json!(null)] {
        let inputs = json!({ "profile": nothing });
        let set = keep.set(inputs.as_object().expect("a table"), Vec::new());
        let codes: Vec<String> = set
            .expect_err("no value")
            .into_iter()
            .map(|it| it.code)
            .collect();
        assert_eq!(codes, ["keep/no-value"], "{inputs}");
    }
}

const ALREADY: &str = r#"
[inputs.people.keep.already_gone]
object = "UserLogin"
by = "UserId"
where = { IsFrozen = true }
when = "${inputs.profile[0] == 'A'}"
"#;

#[test]
fn who_was_let_go_already_is_a_lookup_under_a_condition() {
    let recipe = recipe(&format!("{LIST}{ALREADY}{GONE}"));
    let input = recipe.input("people").expect("an input");
    let keep = input.keep.as_ref().expect("a set");
    let asked = |profile| {
        let inputs = json!({ "profile": [profile] });
        keep.already_gone(inputs.as_object().expect("a table"))
            .expect("the conditions have values")
            .map(|(lookup, by)| (lookup, by.to_owned()))
    };
    let lookup = Lookup {
        object: "UserLogin".into(),
        fields: vec!["UserId".into()],
        conditions: vec![Condition::is("IsFrozen", Scalar::Truth(true))],
    };
    assert_eq!(asked("A"), Some((lookup, "UserId".to_owned())));
    assert_eq!(asked("B"), None);
}

#[test]
fn who_was_let_go_already_has_to_be_said_whole() {
    wrong(
        &format!(
            "{LIST}{}",
            r#"
[inputs.maybe]
type = "string"
optional = true

[inputs.people.keep.already_gone]
object = "UserLogin"
where = {}
when = true
what = 1

[[steps]]
id = "a"
use = "anything"
"#
        ),
        expect![[r#"
            21:1-34 recipe/missing-key `already_gone` lacks `by` / add `by = "UserId"`
            23:9-11 recipe/wrong-type `where` has no conditions, so everybody would count as let go already / say who was: `where = { IsFrozen = true }`
            24:8-12 recipe/wrong-type `when` is a boolean, not an expression alone / write an expression that is true or false: `when = "${inputs.<name>}"`
            25:1-5 recipe/unknown-key `already_gone` knows no key `what` / did you mean `when`?
        "#]],
    );
    wrong(
        &format!(
            "{LIST}{}",
            r#"
[inputs.maybe]
type = "string"
optional = true

[inputs.people.keep.already_gone]
object = "UserLogin"
by = "UserId"
where = { IsFrozen = "${inputs.maybe}" }
when = "${item.contact == 'x'}"

[[steps]]
id = "a"
use = "anything"
"#
        ),
        expect![[r#"
            24:25-37 recipe/bad-expression input `maybe` may be left out, and the set would then be wider / give `maybe` a default, or drop its `optional`
            25:11-23 recipe/bad-expression a condition reads `item.contact`, and knows inputs only / write `${inputs.<name>}`, or a value
        "#]],
    );
}

#[test]
fn sets_that_cannot_be() {
    wrong(
        r#"title = "x"

[inputs.word]
type = "secret"
[inputs.maybe]
type = "string"
optional = true

[inputs.text]
type = "string"
keep = { object = "User", by = "ContactId", where = { IsActive = true } }

[inputs.a]
type = "rows"
key = "x"
[inputs.a.columns.x]
type = "string"
[inputs.a.keep]
object = "Us er"
where = {}
brake = { most = -1, percent = 101 }

[inputs.b]
type = "rows"
key = "x"
[inputs.b.columns.x]
type = "string"
[inputs.b.keep]
object = "User"
by = "ContactId"
brake = {}
wher = { IsActive = true }

[inputs.c]
type = "rows"
key = "x"
[inputs.c.columns.x]
type = "string"
[inputs.c.keep]
object = "User"
by = "ContactId"
where = { A = "${inputs.word}", B = "${inputs.maybe}", C = "${inputs.a}", D = "${inputs.no}", E = "${item.x}", F = { a = 1 }, G = [] }

[[steps]]
id = "a"
use = "anything"
"#,
        expect![[r#"
            11:1-5 recipe/unknown-key input `text` of type `string` knows no key `keep` / leave it out, or write `type = "rows"`
            18:1-16 recipe/missing-key `keep` lacks `by` / add `by = "ContactId"`
            19:10-17 recipe/bad-name `Us er` is not a valid object / write its API name, as in `User` or `FinServ__Claim__c`
            20:9-11 recipe/wrong-type `where` has no conditions, so every record would belong to the set / say whom the list is about: `where = { IsActive = true, "Profile.Name" = "…" }`
            21:18-20 recipe/wrong-type `most` is not a whole number from 0 to 100000 / write `most = 10`
            21:32-35 recipe/wrong-type `percent` is not a whole number from 0 to 100 / write `percent = 10`
            31:9-11 recipe/missing-key `brake` has neither `most` nor `percent` / write `brake = { most = 50, percent = 10 }`, or one of both
            32:1-5 recipe/unknown-key `keep` knows no key `wher` / did you mean `where`?
            42:116-125 recipe/wrong-type a condition takes a value, or a list of values / write a value, a list of values, or `"${inputs.<name>}"`
            42:131-133 recipe/wrong-type a condition takes a value, or a list of values / write a value, a list of values, or `"${inputs.<name>}"`
        "#]],
    );
    wrong(
        r#"title = "x"

[inputs.word]
type = "secret"
[inputs.maybe]
type = "string"
optional = true

[inputs.c]
type = "rows"
key = "x"
[inputs.c.columns.x]
type = "string"
[inputs.c.keep]
object = "User"
by = "ContactId"
where = { A = "${inputs.word}", B = "${inputs.maybe}", C = "${inputs.c}", D = "${inputs.no}", E = "${item.x}" }

[[steps]]
id = "a"
use = "anything"
"#,
        expect![[r#"
            17:18-29 recipe/secret-in-org secret `word` would be in a query / name an input that is not a secret
            17:40-52 recipe/bad-expression input `maybe` may be left out, and the set would then be wider / give `maybe` a default, or drop its `optional`
            17:63-71 recipe/wrong-type input `c` has type `rows`, and a condition takes values / name an input that is a text, a number, a boolean, a record or a list
            17:82-91 recipe/unknown-input there is no input `no` / there is `word`, `maybe` and `c`
            17:102-108 recipe/bad-expression a condition reads `item.x`, and knows inputs only / write `${inputs.<name>}`, or a value
        "#]],
    );
}

#[test]
fn gone_is_known_in_loops_over_sets_only() {
    wrong(
        &format!(
            "{LIST}{}",
            r#"
[inputs.more]
type = "rows"
key = "x"
[inputs.more.columns.x]
type = "string"

[[steps]]
id = "a"
for_each = "${gone.more}"
use = "anything"
with = { name = "${gone.people}" }

[[steps]]
id = "b"
for_each = "${gone.peopel}"
use = "anything"

[[steps]]
id = "c"
for_each = "${gone.people}"
use = "assign-role"
with = { owner_of = "${item.id}", role = "${item}", kind = "${item.nam}" }

[[steps]]
id = "d"
use = "anything"
with = { name = "${steps.c.role_name}" }
"#
        ),
        expect![[r#"
            25:15-24 recipe/bad-expression nothing says which records of the org input `more` stands for / add `[inputs.more.keep]` with `object`, `by` and `where`
            27:20-31 recipe/bad-expression `gone.people` is known in `for_each` only / write `for_each = "${gone.<name>}"` in a step, and `item.id` in its `with`
            31:15-26 recipe/bad-expression there is no input `peopel` / did you mean `people`?
            38:24-31 recipe/wrong-record `owner_of` takes a Contact or Account, and `item.id` is a User / refer to a Contact
            38:45-49 recipe/bad-expression `item` is a whole record / name a part: `item.id`
            38:63-71 recipe/bad-expression records of `gone.people` have no part `nam` / did you mean `name`?
            43:20-37 recipe/wrong-item step `c` has outputs for each item of `gone.people` / name the item: `steps.c["…"].role_name`, or give this step the same `for_each`
        "#]],
    );
}
