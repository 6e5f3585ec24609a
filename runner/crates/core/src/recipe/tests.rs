use std::collections::BTreeMap;
use std::fmt::Write;

use expect_test::{Expect, expect};
use serde_json::{Map, Value, json};

use super::{Evaluation, Kept, PluginLookup, PluginRef, Recipe, Scope, check, parse};
use crate::diagnostic::{Diagnostic, SourceText};
use usher_contract::manifest::Manifest;

mod by_hand;
mod garbage;
mod keep;
mod loops;
mod mistakes;
mod optional;
mod terms;
mod told;
mod traced;

/// Three plugins, enough for every rule.
pub(super) struct Plugins(Vec<Manifest>);

impl Plugins {
    pub(super) fn new() -> Self {
        let manifest = |name: &str, input: Value, output: Value| {
            let json = json!({
                "format": 1, "name": name, "version": "0.1.0", "summary": "", "kind": "changing",
                "input": input, "output": output
            });
            Manifest::parse(json.to_string().as_bytes()).expect("a manifest")
        };
        Self(vec![
            manifest(
                "assign-permission-sets",
                json!({"type": "object", "additionalProperties": false,
                "required": ["user", "permission_sets"],
                "properties": {
                    "user": {"type": "string", "x-usher-unknown": true, "x-usher-record": "User"},
                    "permission_sets": {"type": "array", "minItems": 1, "items": {"type": "string"}}
                }}),
                json!({"type": "object", "properties": {
                    "user_id": {"type": "string", "x-usher-record": "User"},
                    "assigned": {"type": "array", "items": {"type": "string"}},
                    "site": {"type": "object", "properties": {"url": {"type": "string"}}}
                }}),
            ),
            manifest(
                "assign-role",
                json!({"type": "object", "required": ["owner_of", "role"], "properties": {
                    "owner_of": {"type": "string", "x-usher-record": ["Contact", "Account"]},
                    "role": {"type": "string"},
                    "levels": {"type": "integer", "minimum": 1, "maximum": 3},
                    "replace": {"type": "boolean", "default": false},
                    "kind": {"type": "string", "default": "customer", "enum": ["customer", "partner"]},
                    "password": {"type": "string", "x-usher-secret": true, "x-usher-unknown": true},
                    "more": {"type": "object", "additionalProperties": {"type": "string"}}
                }}),
                json!({"type": "object", "properties": {"role_name": {"type": "string"}, "count": {"type": "integer"}}}),
            ),
            manifest(
                "anything",
                json!({"type": "object", "additionalProperties": true}),
                json!({"type": "object"}),
            ),
        ])
    }
}

impl PluginLookup for Plugins {
    fn manifest(&self, plugin: &PluginRef) -> Option<&Manifest> {
        let PluginRef::Named(name) = plugin else {
            return None;
        };
        self.0.iter().find(|manifest| manifest.name == *name)
    }

    fn names(&self) -> Vec<&str> {
        self.0
            .iter()
            .map(|manifest| manifest.name.as_str())
            .collect()
    }
}

pub(super) fn source(text: &str) -> SourceText {
    SourceText {
        name: "recipes/fsc/try.toml".into(),
        text: text.into(),
    }
}

pub(super) fn read(source: SourceText) -> Result<Recipe, Vec<Diagnostic>> {
    let raw = parse(source).map_err(|mistake| vec![*mistake])?;
    check(raw, &Plugins::new())
}

pub(super) fn recipe(text: &str) -> Recipe {
    read(source(text)).unwrap_or_else(|found| panic!("{}", render(&source(text), &found)))
}

/// `line:col code message / help`, one a line.
pub(super) fn render(source: &SourceText, found: &[Diagnostic]) -> String {
    let mut text = String::new();
    for diagnostic in found {
        let place = diagnostic.span.as_ref().map(|span| {
            let (line, column) = source.position(span.start);
            let (end_line, end) = source.position(span.end);
            if line == end_line {
                format!("{line}:{column}-{end}")
            } else {
                format!("{line}:{column}-{end_line}:{end}")
            }
        });
        writeln!(
            text,
            "{} {} {} / {}",
            place.as_deref().unwrap_or("-"),
            diagnostic.code,
            diagnostic.message,
            diagnostic.help.as_deref().unwrap_or("-")
        )
        .expect("a string takes everything");
    }
    text
}

/// The mistakes of a recipe.
#[track_caller]
pub(super) fn wrong(text: &str, expected: Expect) {
    let source = source(text);
    let found = read(source.clone()).expect_err("there are mistakes");
    for diagnostic in &found {
        assert!(
            diagnostic.span.is_some() && diagnostic.help.is_some(),
            "{diagnostic:?}"
        );
        assert!(!diagnostic.message.ends_with('.'), "{diagnostic:?}");
    }
    expected.assert_eq(&render(&source, &found));
}

pub(super) const GOOD: &str = r#"format = 1
title = "Give a customer access"
description = "Role first, then permissions."

[inputs.contact]
type = "record"
object = "Contact"
help = "The person who gets access"

[inputs.user]
type = "record"
object = "User"

[inputs.role]
type = "choice"
choices = ["CEO", "CFO"]
default = "CEO"

[inputs.sets]
type = "list"
default = ["Customer Community Read Only"]

[inputs.levels]
type = "integer"
default = 3

[inputs.replace]
type = "boolean"
default = false

[inputs.suffix]
type = "string"
default = "é"

[inputs.password]
type = "secret"

[[steps]]
id = "owner_role"
use = "assign-role"
with = { owner_of = "${inputs.contact}", role = "${ inputs.role }", levels = "${inputs.levels}", replace = "${inputs.replace}", password = "${inputs.password}", more = { note = "$${x} ${inputs.role | lower} of ${inputs.suffix}" } }

[[steps]]
id = "permissions"
use = "assign-permission-sets"
with = { user = "${inputs.user}", permission_sets = "${inputs.sets}" }

[[steps]]
id = "last"
use = "anything"
with.text = "${steps.owner_role.role_name} for ${steps.permissions.user_id}"
with.id = "${steps.permissions.user_id}"
with.all = ["${steps.permissions.assigned}", 1, true, 1.5, "plain"]
with.sum = "${steps.owner_role.count + 1}"
"#;

fn given() -> Map<String, Value> {
    let given = json!({"contact": "Jane", "user": "jane@example.com", "password": "x"});
    given.as_object().expect("an object").clone()
}

#[test]
fn a_good_recipe_is_read_as_it_stands() {
    let recipe = recipe(GOOD);
    assert_eq!(recipe.name, "try");
    assert_eq!(recipe.title, "Give a customer access");
    let inputs: Vec<String> = recipe
        .inputs
        .iter()
        .map(|input| format!("{} {} {:?}", input.name, input.kind.name(), input.default))
        .collect();
    expect![[r#"
        contact record None
        user record None
        role choice Some(String("CEO"))
        sets list Some(Array [String("Customer Community Read Only")])
        levels integer Some(Number(3))
        replace boolean Some(Bool(false))
        suffix string Some(String("é"))
        password secret None"#]]
    .assert_eq(&inputs.join("\n"));
    let ids: Vec<&str> = recipe.steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(ids, ["owner_role", "permissions", "last"]);
}

#[test]
fn the_name_comes_from_the_pack_the_key_or_the_file() {
    let named = |name: &str, text: &str| {
        let source = SourceText {
            name: name.into(),
            text: format!("{text}{}", GOOD.replace("format = 1\n", "")),
        };
        read(source).expect("a recipe").name
    };
    assert_eq!(named("fsc/customer-user", ""), "fsc/customer-user");
    assert_eq!(
        named("fsc/customer-user", "name = \"customer-user\"\n"),
        "fsc/customer-user"
    );
    assert_eq!(named("/tmp/My recipe.toml", ""), "My recipe");
    assert_eq!(named("C:\\x\\mine.toml", ""), "mine");
    assert_eq!(named("x.toml", "name = \"mine\"\n"), "mine");
}

fn evaluated(recipe: &Recipe, step: usize, outputs: &Value) -> Result<Value, Evaluation> {
    let mut given = given();
    given.retain(|name, _| recipe.input(name).is_some());
    let inputs = recipe.bind_inputs(&given).expect("inputs").values;
    let outputs: BTreeMap<String, Value> = outputs
        .as_object()
        .expect("an object")
        .iter()
        .map(|(id, value)| (id.clone(), value.clone()))
        .collect();
    let scope = Scope {
        inputs: &inputs,
        item: None,
        outputs: &outputs.clone().into_iter().collect(),
    };
    let Kept::ByPlugin(used) = &recipe.steps[step].kept else {
        panic!("step {step} is by hand");
    };
    used.input(&scope).map(Value::Object)
}

#[test]
fn expressions_keep_types_alone_and_make_text_within() {
    let recipe = recipe(GOOD);
    assert_eq!(
        evaluated(&recipe, 0, &json!({})),
        Ok(json!({
            "owner_of": "Jane", "role": "CEO", "levels": 3, "replace": false, "password": "x",
            "more": {"note": "${x} ceo of é"}
        }))
    );
    let outputs = json!({
        "owner_role": {"role_name": "CEO", "count": 1},
        "permissions": {"user_id": "005", "assigned": ["a", "b"]}
    });
    assert_eq!(
        evaluated(&recipe, 2, &outputs),
        Ok(json!({
            "text": "CEO for 005", "id": "005", "sum": 2,
            "all": [["a", "b"], 1, true, 1.5, "plain"]
        }))
    );
}

#[test]
fn unknown_values_pass_through_are_joined_or_waited_for() {
    let recipe = recipe(GOOD);
    let user = json!({"$ref": "user:user.id", "$object": "User"});
    let outputs = |count: Value| {
        json!({
            "owner_role": {"role_name": {"$join": ["Role ", {"$ref": "r:a.n"}, "!"]}, "count": count},
            "permissions": {"user_id": user, "assigned": ["a", {"$ref": "p:b.id"}]}
        })
    };
    assert_eq!(
        evaluated(&recipe, 2, &outputs(json!(1))),
        Ok(json!({
            "text": {"$join": ["Role ", {"$ref": "r:a.n"}, "! for ", {"$ref": "user:user.id"}]},
            "id": user, "sum": 2,
            "all": [["a", {"$ref": "p:b.id"}], 1, true, 1.5, "plain"]
        }))
    );
    let unknown = evaluated(&recipe, 2, &outputs(json!({"$ref": "c:c.n"})));
    let tokens = vec![usher_contract::value::Token::of_text("c:c.n")];
    assert_eq!(unknown, Err(Evaluation::Unknown(tokens)));
    assert_eq!(
        evaluated(
            &recipe,
            2,
            &json!({"owner_role": {"role_name": "x", "count": 1}})
        ),
        Err(Evaluation::Behind(vec!["permissions".into()]))
    );
}

#[test]
fn what_cannot_be_evaluated_says_where_and_why() {
    let text = r#"title = "t"
[inputs.names]
type = "list"
default = []
[[steps]]
id = "a"
use = "assign-role"
with = { owner_of = "001D000000IRFma", role = "x" }
[[steps]]
id = "b"
use = "anything"
with.missing = "${steps.a.role_name}"
with.list = "Hello ${inputs.names}"
with.null = "Hello ${steps.a.count}"
with.part = "${steps.a.count + 'x'}"
with.none = "${inputs.names | first}"
with.fine = "${steps.a.role_name | default('x')}"
with.large = "${'aaaaaaaaaa' * 1000000000}"
with.long = "${[1] * 1000000000}"
with.map = "${ {'$ref': 1} }"
with.size = "${9223372036854775807 * 9}"
with.zero = "${1 // 0}"
with.dots = "${(inputs.names).x}"
"#;
    let recipe = recipe(text);
    let found = evaluated(&recipe, 1, &json!({"a": {"count": null}}));
    let Err(Evaluation::Failed(found)) = found else {
        panic!("{found:?}");
    };
    expect![[r#"
        12:17-37 recipe/bad-expression `steps.a.role_name` has no value / say what to take instead: `${steps.a.role_name | default("…")}`
        13:20-35 recipe/bad-expression a list cannot be part of a text / let it stand alone, or write `… | join(", ")`
        14:20-36 recipe/bad-expression null cannot be part of a text / let it stand alone, or write `… | default("…", true)`
        15:14-36 recipe/bad-expression tried to use + operator on unsupported types none and string / check what its names stand for
        16:14-37 recipe/bad-expression it has no value / say what to take instead: `… | default("…")`
        18:15-43 recipe/bad-expression it takes too long to evaluate / make it simpler
        19:14-33 recipe/bad-expression repeated sequence is too large / check what its names stand for
        20:13-29 recipe/bad-expression the result is a table with a key that begins with `$` / let it be a text, a number, a boolean or a list
        21:14-40 recipe/bad-expression the result is a number beyond 64 bits / let it be a text, a number, a boolean or a list
        22:14-23 recipe/bad-expression unable to calculate 1 // 0 / check what its names stand for
        23:14-33 recipe/bad-expression it has no value / say what to take instead: `… | default("…")`
    "#]].assert_eq(&render(&source(text), &found));
}

#[test]
fn a_pointer_leads_back_into_the_recipe() {
    let recipe = recipe(GOOD);
    let place = |step: usize, pointer: &str| {
        let place = recipe.steps[step].locate(pointer);
        let text = recipe.source.text[place.span]
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned();
        format!("{text} {:?}", place.input)
    };
    let places = [
        place(1, "/permission_sets/0"),
        place(1, "/user"),
        place(0, "/more/note"),
        place(0, "/more/nothing"),
        place(0, "/owner_of"),
        place(2, "/all/3"),
        place(2, "/all/0/1"),
        place(2, "/all/9"),
        place(2, "/text"),
        place(2, "/nothing"),
        place(2, ""),
        place(2, "garbage"),
    ];
    expect![[r#"
        "${inputs.sets}" Some("sets")
        "${inputs.user}" Some("user")
        "$${x} ${inputs.role | lower} of ${inputs.suffix}" None
        { note = "$${x} ${inputs.role | lower} of ${inputs.suffix}" } None
        "${inputs.contact}" Some("contact")
        1.5 None
        "${steps.permissions.assigned}" None
        ["${steps.permissions.assigned}", 1, true, 1.5, "plain"] None
        "${steps.owner_role.role_name} for ${steps.permissions.user_id}" None
        with None
        with None
        with None"#]]
    .assert_eq(&places.join("\n"));
}

#[test]
fn plugins_are_named_before_they_are_looked_up() {
    let raw = parse(source(
        "[[steps]]\nuse = \"./x.wasm\"\n[[steps]]\nuse = \"b\"\n[[steps]]\nuse = \"b\"",
    ))
    .expect("TOML");
    let plugins: Vec<String> = raw
        .plugins()
        .iter()
        .map(|(plugin, span)| format!("{plugin} {span:?}"))
        .collect();
    expect![[r#"
        ./x.wasm 16..26
        b 43..46"#]]
    .assert_eq(&plugins.join("\n"));
}
