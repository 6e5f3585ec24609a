//! Loops and groups.

use expect_test::expect;
use serde_json::{Value, json};

use super::{recipe, wrong};
use crate::recipe::{Evaluation, Item, Kept, Outputs, Recipe, Scope};
use usher_contract::value::Unit;

const LOOPS: &str = r#"title = "x"

[inputs.sets]
type = "list"

[inputs.contact]
type = "record"
object = "Contact"

[[steps]]
id = "owner"
use = "assign-role"
with = { owner_of = "${inputs.contact}", role = "CEO" }

[[steps]]
id = "named"
for_each = "${inputs.sets}"
use = "anything"
with = { name = "${item}", shout = "${item | upper}!", role = "${steps.owner.role_name}" }

[[steps]]
id = "people"
for_each = ["a", "b \"c\""]
when = "${inputs.sets | length > 0}"

[[steps.group]]
id = "first"
use = "assign-role"
with = { owner_of = "${inputs.contact}", role = "${item}" }

[[steps.group]]
id = "second"
when = "${steps.first.count > 1}"
use = "anything"
with = { count = "${steps.first.count}" }

[[steps]]
id = "outside"
when = "${inputs.sets | length > 0}"
use = "anything"
with = { one = "${steps.first[\"a\"].count}", other = '${steps.first["b \"c\""].count + 1}' }
"#;

fn input(
    recipe: &Recipe,
    step: &str,
    item: Option<&Item>,
    outputs: &Outputs,
) -> Result<Value, Evaluation> {
    let inputs = json!({ "sets": ["x", "y"], "contact": "003" });
    let scope = Scope {
        inputs: inputs.as_object().expect("an object"),
        item,
        outputs,
    };
    let step = recipe.steps.iter().find(|known| known.id == step);
    let Some(Kept::ByPlugin(used)) = step.map(|step| &step.kept) else {
        panic!("a step with a plugin");
    };
    used.input(&scope).map(Value::Object)
}

fn item(key: &str) -> Item {
    Item {
        key: key.to_owned(),
        value: json!(key),
    }
}

#[test]
fn a_group_is_its_steps_and_an_item_sees_its_own_outputs() {
    let recipe = recipe(LOOPS);
    let ids: Vec<&str> = recipe.steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(ids, ["owner", "named", "first", "second", "outside"]);
    let [owner, named, first, second, outside] = recipe.steps.as_slice() else {
        panic!("five steps");
    };
    assert!(first.is_beside(second) && !first.is_beside(named) && !owner.is_looped());
    assert_eq!(outside.loop_words(), None);

    let mut outputs = Outputs::default();
    outputs.add(&Unit::step("owner"), json!({ "role_name": "CEO" }));
    for (key, count) in [("a", 1), ("b \"c\"", 2)] {
        let unit = Unit {
            step: "first".to_owned(),
            item: Some(key.to_owned()),
        };
        outputs.add(&unit, json!({ "count": count }));
    }
    assert_eq!(
        input(&recipe, "named", Some(&item("x")), &outputs),
        Ok(json!({ "name": "x", "shout": "X!", "role": "CEO" }))
    );
    assert_eq!(
        input(&recipe, "second", Some(&item("b \"c\"")), &outputs),
        Ok(json!({ "count": 2 }))
    );
    assert_eq!(
        input(&recipe, "second", Some(&item("gone")), &outputs),
        Err(Evaluation::Behind(vec!["first".to_owned()]))
    );
    assert_eq!(
        input(&recipe, "outside", None, &outputs),
        Ok(json!({ "one": 1, "other": 3 }))
    );
}

#[test]
fn the_items_of_a_list() {
    let recipe = recipe(LOOPS);
    let texts = |sets: Value| {
        let inputs = json!({ "sets": sets });
        let outputs = Outputs::default();
        let scope = Scope {
            inputs: inputs.as_object().expect("an object"),
            item: None,
            outputs: &outputs,
        };
        recipe.steps[1].texts(&scope).expect("a loop")
    };
    assert_eq!(texts(json!(["x", "y"])), Ok(vec![item("x"), item("y")]));
    let Err(Evaluation::Failed(mistakes)) = texts(json!(["x", "", "x", 1])) else {
        panic!("there are mistakes");
    };
    let messages: Vec<&str> = mistakes.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "an empty text is no item",
            "`x` is twice in the list",
            "`1` is not a text"
        ]
    );
}

#[test]
fn loops_that_cannot_be() {
    wrong(
        r#"title = "x"

[inputs.sets]
type = "list"

[inputs.name]
type = "string"

[[steps]]
id = "a"
for_each = "${inputs.name}"
use = "anything"

[[steps]]
id = "b"
for_each = "${steps.a.x}"
use = "anything"

[[steps]]
id = "c"
for_each = []
use = "anything"

[[steps]]
id = "d"
use = "anything"
with = { x = "${item}" }

[[steps]]
id = "e"
for_each = "${inputs.sets}"
use = "assign-role"
with = { owner_of = "${item}", role = "${item.name}" }

[[steps]]
id = "f"
use = "anything"
with = { a = "${steps.e.count}", b = '${steps.d["x"].y}' }

[[steps]]
id = "g"
for_each = ["1"]
use = "anything"
with = { a = "${steps.e.count}" }

[[steps]]
id = "h"
for_each = ["${inputs.nobody}"]
manual = { title = "Do it", text = ["…"] }
"#,
        expect![[r#"
            11:15-26 recipe/wrong-type `for_each` goes through rows or a list, and input `name` is a string / make a list of it: `for_each = ["${inputs.name}"]`
            16:12-26 recipe/wrong-type `for_each` is neither an input nor a list of texts / write an input of type `rows` or `list`: `for_each = "${inputs.<name>}"`, `"${gone.<name>}"` of a list that is kept, or a list of texts
            21:12-14 recipe/wrong-type `for_each` is neither an input nor a list of texts / write an input of type `rows` or `list`: `for_each = "${inputs.<name>}"`, `"${gone.<name>}"` of a list that is kept, or a list of texts
            27:17-21 recipe/bad-expression `item` is known in a step with `for_each`, and this one has none / add `for_each = "${inputs.<name>}"`, or refer to an input
            33:24-28 recipe/wrong-record `owner_of` takes a Contact or Account, and `item` is a text that Usher does not look up here / declare it with `type = "record"` and `object = "Contact"`
            33:42-51 recipe/bad-expression an item of `inputs.sets` is a text and has no part `name` / write `item`
            38:17-30 recipe/wrong-item step `e` has outputs for each item of `inputs.sets` / name the item: `steps.e["…"].count`, or give this step the same `for_each`
            38:41-55 recipe/wrong-item step `d` has no items / write `steps.d.y`
            38:41-55 recipe/unknown-output step `d` has no output `y` / there is none
            44:17-30 recipe/wrong-item step `e` has outputs for each item of `inputs.sets` / name the item: `steps.e["…"].count`, or give this step the same `for_each`
            46:1-10 recipe/unknown-key a manual step has no `for_each`, and this one goes through `["${inputs.nobody}"]` / move it out of the loop, and let its text speak of all items
            48:16-29 recipe/unknown-input there is no input `nobody` / there is `sets` and `name`
        "#]],
    );
}

#[test]
fn groups_that_cannot_be() {
    wrong(
        r#"title = "x"

[[steps]]
id = "People"
use = "anything"
for_each = ["a"]

[[steps.group]]
id = "a"
for_each = ["b"]
use = "anything"

[[steps.group]]
id = "a"
use = "anything"

[[steps.group]]
id = "inner"
[[steps.group.group]]
id = "b"
use = "anything"

[[steps]]
id = "empty"
group = []

[[groups]]
id = "x"
"#,
        expect![[r#"
            4:6-14 recipe/bad-name `People` is not a valid name for a group / write `people`
            5:1-4 recipe/unknown-key a group has no `use` / write `use` in a step of the group: `[[steps.group]]`
            10:1-9 recipe/unknown-key the group goes through its items already / leave `for_each` out here, or move the step out of the group
            14:6-9 recipe/duplicate-step there is a step `a` already, in line 9 / give each step an id of its own
            19:15-20 recipe/unknown-key a group has no groups / write the steps of the inner group as steps of the outer one
            25:9-11 recipe/missing-key the group has no steps / add `[[steps.group]]`
            27:3-9 recipe/not-supported `groups` is not supported by this Usher yet / write each as a step: `[[steps]]`, with its steps as `[[steps.group]]`
        "#]],
    );
}

const ROWS: &str = r#"title = "x"

[inputs.people]
type = "rows"
key = "email"

[inputs.people.columns.email]
type = "string"

[inputs.people.columns.contact]
type = "record"
object = "Contact"

[inputs.people.columns.role]
type = "string"
optional = true

"#;

#[test]
fn a_row_has_its_columns() {
    let recipe = recipe(&format!(
        "{ROWS}{}",
        r#"
[[steps]]
id = "user"
for_each = "${inputs.people}"
use = "anything"
with = { contact = "${item.contact}", role = "${item.role}" }
"#
    ));
    let row = Item {
        key: "a@b".to_owned(),
        value: json!({ "email": "a@b", "contact": "003", "role": null }),
    };
    assert_eq!(
        input(&recipe, "user", Some(&row), &Outputs::default()),
        Ok(json!({ "contact": "003" }))
    );
    wrong(
        &format!(
            "{ROWS}{}",
            r#"
[[steps]]
id = "user"
for_each = "${inputs.people}"
use = "assign-role"
with = { owner_of = "${item.email}", role = "${item.role}", kind = "${item.rolle}", levels = "${item}", password = "${item.email.x}" }
"#
        ),
        expect![[r#"
            23:24-34 recipe/wrong-record `owner_of` takes a Contact or Account, and column `email` is a text that Usher does not look up here / declare it with `type = "record"` and `object = "Contact"`
            23:45-59 recipe/missing-key plugin `assign-role` needs `role`, and column `role` may be left out / give column `role` a default, or drop its `optional`
            23:71-81 recipe/bad-expression rows of `inputs.people` have no column `rolle` / did you mean `role`?
            23:97-101 recipe/bad-expression `item` is a whole row / name a column: `item.email`
            23:119-131 recipe/bad-expression column `email` has no part `x` / write `item.email`
        "#]],
    );
}
