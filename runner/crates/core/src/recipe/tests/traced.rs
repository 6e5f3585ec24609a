use usher_contract::change::{Note, NoteSeverity};

use super::recipe;

fn traced(text: &str) -> String {
    let recipe = recipe(
        r#"
format = 1
title = "x"
[inputs.person]
type = "record"
object = "User"
[inputs.role]
type = "string"
[inputs.owner]
type = "string"
[[steps]]
id = "sets"
use = "assign-permission-sets"
with = { user = "${inputs.person}", permission_sets = ["A"] }
[[steps]]
id = "role"
use = "assign-role"
with = { owner_of = "003000000000001AAA", role = "${inputs.role}" }
[[steps]]
id = "last"
use = "anything"
with = { name = "${inputs.owner}", user = "${steps.sets.user_id}", role = "${steps.role.role_name}", count = "${steps.role.count}", kind = "x" }
"#,
    );
    let mut note = Note {
        severity: NoteSeverity::Error,
        code: "x".to_owned(),
        summary: text.to_owned(),
        remedy: None,
        rule: None,
        at: String::new(),
    };
    recipe.traced(&recipe.steps[2], &mut note);
    note.summary
}

#[test]
fn an_output_of_a_step_is_told_with_the_record_that_it_is_about() {
    assert_eq!(
        traced("Set {with.user}"),
        "Set what the step `sets` gives by the input `person`"
    );
    assert_eq!(
        traced("Set {with.kind|role} or {with.count}."),
        "Set what the step `role` gives by the input `role` or what the step `role` gives."
    );
}

#[test]
fn what_a_person_can_set_is_left() {
    for text in [
        "Set {with.name}",
        "Set {with.user|name}",
        "Set {with.kind}",
        "Set {with.",
        "Set {with.none}",
    ] {
        assert_eq!(traced(text), text);
    }
}
