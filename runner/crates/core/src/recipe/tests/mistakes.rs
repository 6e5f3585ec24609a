//! Every diagnostic of a recipe, as a person meets it.

use expect_test::expect;

use super::{GOOD, read, render, source, wrong};
use crate::diagnostic::SourceText;
use usher_contract::limit;

#[test]
fn text_that_is_no_toml() {
    wrong(
        "title = \"x",
        expect![[r#"
        1:11-11 recipe/syntax not TOML: invalid basic string, expected `"` / the file is TOML: `key = value` lines below `[table]` headers; texts in quotes
    "#]],
    );
    wrong(
        "title = \"x\"\ntitle = \"y\"",
        expect![[r#"
        2:1-6 recipe/syntax not TOML: duplicate key / the file is TOML: `key = value` lines below `[table]` headers; texts in quotes
    "#]],
    );
    wrong(
        "x = 99999999999999999999",
        expect![[r#"
        1:5-25 recipe/syntax `99999999999999999999` is beyond 64 bits / the file is TOML: `key = value` lines below `[table]` headers; texts in quotes
    "#]],
    );
    wrong(
        "x = nan",
        expect![[r#"
        1:5-8 recipe/syntax `nan` is not a usable number / the file is TOML: `key = value` lines below `[table]` headers; texts in quotes
    "#]],
    );
    wrong(
        "\u{0}",
        expect![[r#"
        1:2-2 recipe/syntax not TOML: key with no value, expected `=` / the file is TOML: `key = value` lines below `[table]` headers; texts in quotes
    "#]],
    );
}

#[test]
fn everything_at_once_in_the_order_of_the_file() {
    wrong(
        r#"titel = "x"
format = 2

[inputs.Contact-Id]
type = "recrod"

[inputs.role]
type = "choice"
default = 3
hlep = "x"

[[steps]]
id = "user"
use = "assign-permision-sets"
with = { user = "${inputs.usr}" }

[[steps]]
id = "user"
with = 3

[[stpes]]
"#,
        expect![[r#"
            1:1-6 recipe/unknown-key the recipe knows no key `titel` / did you mean `title`?
            2:10-11 recipe/unknown-format the recipe has format 2; this Usher knows format 1 / use a newer Usher, or write the recipe in format 1
            4:9-19 recipe/bad-name `Contact-Id` is not a valid name for an input / write `contact_id`
            5:8-16 recipe/unknown-type input `Contact-Id` has no type `recrod` / did you mean `record`?
            7:1-14 recipe/missing-key input `role` lacks `choices` / add `choices = ["…", "…"]`
            10:1-5 recipe/unknown-key input `role` knows no key `hlep` / did you mean `help`?
            14:7-30 recipe/unknown-plugin there is no plugin `assign-permision-sets` / did you mean `assign-permission-sets`?
            15:20-30 recipe/unknown-input there is no input `usr` / there is `Contact-Id` and `role`
            17:1-10 recipe/missing-key step `user` lacks `use` / add `use = "assign-permission-sets"`
            18:6-12 recipe/duplicate-step there is a step `user` already, in line 13 / give each step an id of its own
            19:8-9 recipe/wrong-type `with` is an integer, not a table / write `with = { … }`
            21:3-8 recipe/unknown-key the recipe knows no key `stpes` / did you mean `steps`?
        "#]],
    );
}

#[test]
fn what_is_missing() {
    wrong(
        "",
        expect![[r#"
        1:1-1 recipe/missing-key the recipe lacks `title` / add `title = "What the recipe does"`
        1:1-1 recipe/missing-key the recipe lacks `steps` / add `[[steps]]`
    "#]],
    );
    wrong(
        "title = \"x\"\nsteps = []",
        expect![[r#"
        2:9-11 recipe/missing-key the recipe has no steps / add `[[steps]]`
    "#]],
    );
    wrong(
        "title = 3\nsteps = 3",
        expect![[r#"
        1:9-10 recipe/wrong-type `title` is an integer, not a text / write `title = "…"`
        2:9-10 recipe/wrong-type `steps` is an integer, not a list of tables / write `[[steps]]` above each
    "#]],
    );
    wrong(
        "title = \"x\"\nsteps = [3]\ninputs = 3\ndescription = []",
        expect![[r#"
            2:10-11 recipe/wrong-type `steps` is an integer, not a table / write `[[steps]]` above each
            3:10-11 recipe/wrong-type `inputs` is an integer, not a table / write `inputs = { … }`
            4:15-17 recipe/wrong-type `description` is a list, not a text / write `description = "…"`
        "#]],
    );
    wrong(
        "title = \"x\"\n[[steps]]",
        expect![[r#"
        2:1-10 recipe/missing-key the step lacks `id` / add `id = "user"`
        2:1-10 recipe/missing-key the step lacks `use` / add `use = "assign-permission-sets"`
    "#]],
    );
}

#[test]
fn keys_that_mean_nothing_yet() {
    wrong(
        r#"title = "x"
[[steps]]
id = "a"
use = "anything"
for_each = "${inputs.x}"
retry = 3
timeout = "3 min"
group = "g"
finally = true
[[steps]]
id = "b"
use = "anything"
[[group]]
[[groups]]
[[finally]]
"#,
        expect![[r#"
            4:1-4 recipe/unknown-key a group has no `use` / write `use` in a step of the group: `[[steps.group]]`
            6:9-10 recipe/wrong-type `retry` is an integer, not a table / write `retry = { … }`
            7:11-18 recipe/bad-time `3 min` is not a time that a step may take / write a number with its unit, from `1s` to `1h`: `90s`, `10m`
            8:9-12 recipe/wrong-type `steps.group` is a text, not a list of tables / write `[[steps.group]]` above each
            13:3-8 recipe/not-supported `group` is not supported by this Usher yet / write it as a step: `[[steps]]`, with its steps as `[[steps.group]]`
            14:3-9 recipe/not-supported `groups` is not supported by this Usher yet / write each as a step: `[[steps]]`, with its steps as `[[steps.group]]`
            15:3-10 recipe/not-supported `finally` is not supported by this Usher yet / write `finally = true` in a step or a group at the end
        "#]],
    );
}

#[test]
fn inputs_that_are_not_right() {
    wrong(
        r#"title = "x"
[inputs]
number = 3
[inputs.a]
[inputs.b]
type = "record"
[inputs.c]
type = "record"
object = "A B"
[inputs.d]
type = "choice"
[inputs.e]
type = "choice"
choices = []
[inputs.f]
type = "choice"
choices = ["x", "x", 3]
[inputs.f2]
type = "choice"
choices = ["x", "x"]
[inputs.g]
type = "choice"
choices = ["one", "two"]
default = "tow"
[inputs.h]
type = "integer"
default = 1.5
[inputs.i]
type = "list"
default = ["a", 3]
[inputs.j]
type = "secret"
default = "hunter2"
[inputs.k]
type = "string"
object = "User"
choices = ["x"]
default = 2020-01-01
[inputs.l]
type = "boolean"
default = "true"
[inputs.m]
type = "number"
[inputs.n]
type = "record"
object = "User"
default = ""
[inputs.o]
type = "list"
default = "x"
[inputs.p]
type = "list"
default = ["a", "${inputs.o}"]
[[steps]]
id = "a"
use = "anything"
"#,
        expect![[r#"
            3:10-11 recipe/wrong-type `number` is an integer, not a table / write `[inputs.number]` with its keys below
            4:1-11 recipe/missing-key input `a` lacks `type` / add `type = "string"`
            5:1-11 recipe/missing-key input `b` lacks `object` / add `object = "User"`, or whatever it is a record of
            9:10-15 recipe/bad-name `A B` is not a valid object / write its API name, as in `User` or `FinServ__Claim__c`
            10:1-11 recipe/missing-key input `d` lacks `choices` / add `choices = ["…", "…"]`
            14:11-13 recipe/wrong-type input `e` leaves no choice / name at least one
            17:22-23 recipe/wrong-type `choices` is an integer, not a text / write `choices = ["…", "…"]`
            20:17-20 recipe/wrong-type the choice `x` stands there twice / name each once
            24:11-16 recipe/wrong-type default: `tow` is not a choice of `g` / did you mean `two`?
            27:11-14 recipe/wrong-type default: `h` is a number, not an integer / give a whole number, without quotes
            30:17-18 recipe/wrong-type default: item 2 of `i` is a number, not a text / write it in quotes
            33:1-8 recipe/secret-default the default of secret `j` could be read by anybody / leave it out; a secret is given when the recipe runs
            36:1-7 recipe/unknown-key input `k` of type `string` knows no key `object` / leave it out, or write `type = "record"`
            37:1-8 recipe/unknown-key input `k` of type `string` knows no key `choices` / leave it out, or write `type = "choice"`
            38:11-21 recipe/wrong-type default: `k` is a date or time, not a text / put it in quotes
            41:11-17 recipe/wrong-type default: `l` is a text, not a boolean / give `true` or `false`, without quotes
            43:8-16 recipe/unknown-type input `m` has no type `number` / there is `record`, `string`, `integer`, `boolean`, `choice`, `list`, `table`, `secret` and `rows`
            47:11-13 recipe/wrong-type default: `n` is empty, not a record of User / give the id of a User, or its unique name or email
            50:11-14 recipe/wrong-type default: `o` is a text, not a list of texts / give a list, as in `["…", "…"]`
            53:17-30 recipe/bad-expression the default of `p` holds an expression / write the value; expressions belong below `with`
        "#]],
    );
}

#[test]
fn names_that_are_not_names() {
    wrong(
        r#"title = "x"
name = "My Recipe"
[[steps]]
id = "owner-role"
use = "Assign Role"
[[steps]]
id = "3"
use = "/x.wasm"
[[steps]]
id = "b"
use = "anything"
with = { "$ref" = "user:user.id", deep = { "$join" = [] } }
"#,
        expect![[r#"
            2:8-19 recipe/bad-name `My Recipe` is not a valid name for a recipe / write `my-recipe`
            4:6-18 recipe/bad-name `owner-role` is not a valid name for a step / write `owner_role`
            5:7-20 recipe/bad-name `Assign Role` is not a valid name of a plugin / write `assign-role`
            7:6-9 recipe/bad-name `3` is not a valid name for a step / write lower-case letters, digits and underscores, a letter first
            8:7-16 recipe/bad-name `/x.wasm` is not a valid name of a plugin / write a file relative to the recipe: `./x.wasm`
            12:10-16 recipe/bad-name `$ref` begins with `$` / keys that begin with `$` are Usher's own; refer with `"${steps.….…}"`
            12:44-51 recipe/bad-name `$join` begins with `$` / keys that begin with `$` are Usher's own; refer with `"${steps.….…}"`
        "#]],
    );
    let in_pack = SourceText {
        name: "fsc/try".into(),
        text: "name = \"other\"\ntitle = \"x\"\n[[steps]]\nid = \"a\"\nuse = \"anything\"".into(),
    };
    let found = read(in_pack.clone()).expect_err("a mistake");
    expect![[r#"
        1:8-15 recipe/bad-name the recipe calls itself `other` but its file `try` / write `name = "try"`, or leave it out
    "#]].assert_eq(&render(&in_pack, &found));
}

#[test]
fn plugins_that_are_not_there() {
    wrong(
        "title = \"x\"\n[[steps]]\nid = \"a\"\nuse = \"asign-role\"\n[[steps]]\nid = \"b\"\nuse = \"./x.wasm\"\nwith = { a = \"${steps.a.anything}\" }",
        expect![[r#"
            4:7-19 recipe/unknown-plugin there is no plugin `asign-role` / did you mean `assign-role`?
            7:7-17 recipe/unknown-plugin there is no plugin `./x.wasm` / check the file; it is looked for beside the recipe
        "#]],
    );
}

const HEAD: &str = r#"title = "x"
[inputs.contact]
type = "record"
object = "Contact"
[inputs.name]
type = "string"
[inputs.names]
type = "list"
[inputs.count]
type = "integer"
[inputs.secret]
type = "secret"
[[steps]]
id = "first"
use = "assign-permission-sets"
with = { user = "005D0000001abcd", permission_sets = ["a"] }
"#;

fn step(with: &str) -> String {
    format!(
        "{HEAD}[[steps]]\nid = \"second\"\nuse = \"anything\"\nwith = {{ a = {with} }}\n[[steps]]\nid = \"third\"\nuse = \"anything\""
    )
}

#[test]
fn references_that_lead_nowhere() {
    for (with, expected) in [
        (
            r#""${inputs.nme}""#,
            expect![[r#"
            20:17-27 recipe/unknown-input there is no input `nme` / did you mean `name`?
        "#]],
        ),
        (
            r#""${inputs}""#,
            expect![[r#"
            20:17-23 recipe/bad-expression `inputs` needs a name / write `inputs.<name>`
        "#]],
        ),
        (
            r#""${inputs['name']}""#,
            expect![[r#"
            20:17-23 recipe/bad-expression `inputs` needs a name / write `inputs.<name>`
        "#]],
        ),
        (
            r#""${inputs.name.length}""#,
            expect![[r#"
            20:17-35 recipe/bad-expression input `name` has no part `length` / write `inputs.name`
        "#]],
        ),
        (
            r#""${input.name}""#,
            expect![[r#"
            20:17-27 recipe/bad-expression `input` is not known here / did you mean `inputs`?
        "#]],
        ),
        (
            r#""${name}""#,
            expect![[r#"
            20:17-21 recipe/bad-expression `name` is not known here / write `inputs.name`
        "#]],
        ),
        (
            r#""${first}""#,
            expect![[r#"
            20:17-22 recipe/bad-expression `first` is not known here / write `steps.first.<output>`
        "#]],
        ),
        (
            r#""${steps}""#,
            expect![[r#"
            20:17-22 recipe/bad-expression `steps` needs a step and an output / write `steps.<id>.<output>`
        "#]],
        ),
        (
            r#""${steps.first}""#,
            expect![[r#"
            20:17-28 recipe/bad-expression `steps.first` names no output / write `steps.first.<output>`
        "#]],
        ),
        (
            r#""${steps.frist.user_id}""#,
            expect![[r#"
            20:17-36 recipe/unknown-step there is no step `frist` before this one / did you mean `first`?
        "#]],
        ),
        (
            r#""${steps.second.x}""#,
            expect![[r#"
            20:17-31 recipe/unknown-step step `second` refers to itself / refer to an earlier step
        "#]],
        ),
        (
            r#""${steps.third.x}""#,
            expect![[r#"
            20:17-30 recipe/unknown-step step `third` comes later than `second` / references point backwards: move `third` before `second`
        "#]],
        ),
        (
            r#""${steps.first.user}""#,
            expect![[r#"
            20:17-33 recipe/unknown-output step `first` has no output `user` / there is `assigned`, `site` and `user_id`
        "#]],
        ),
        (
            r#""${steps.first.site.ulr}""#,
            expect![[r#"
            20:17-37 recipe/unknown-output output `site` of step `first` has no part `ulr` / did you mean `url`?
        "#]],
        ),
        (
            r#"["text ${inputs.name} and ${inputs.x + inputs.y}"]"#,
            expect![[r#"
                20:42-50 recipe/unknown-input there is no input `x` / there is `contact`, `name`, `names`, `count` and `secret`
                20:53-61 recipe/unknown-input there is no input `y` / there is `contact`, `name`, `names`, `count` and `secret`
            "#]],
        ),
    ] {
        wrong(&step(with), expected);
    }
}

#[test]
fn expressions_that_are_none() {
    for (with, expected) in [
        (
            r#""${}""#,
            expect![[r#"
            20:15-18 recipe/bad-expression the expression is empty / write `${inputs.<name>}` or `${steps.<id>.<output>}`; for the characters themselves `$${`
        "#]],
        ),
        (
            r#""a ${inputs.name""#,
            expect![[r#"
            20:17-30 recipe/bad-expression the expression has no end / close it with `}`; for the characters themselves write `$${`
        "#]],
        ),
        (
            r#""${inputs.name +}""#,
            expect![[r#"
            20:15-31 recipe/bad-expression `inputs.name +` is not a valid expression: unexpected end of input, expected expression / write `${inputs.<name>}` or `${steps.<id>.<output>}`; for the characters themselves `$${`
        "#]],
        ),
        (
            r#""${inputs.name | uper}""#,
            expect![[r#"
            20:31-35 recipe/bad-expression there is no filter `uper` / did you mean `upper`?
        "#]],
        ),
        (
            r#""${inputs.name is defnied}""#,
            expect![[r#"
            20:32-39 recipe/bad-expression there is no test `is defnied` / there is `none`
        "#]],
        ),
        (
            r#""${inputs.name is not string}""#,
            expect![[r#"
            20:36-42 recipe/bad-expression there is no test `is string` / there is `none`
        "#]],
        ),
        (
            r#""${range(3)}""#,
            expect![[r#"
            20:17-22 recipe/bad-expression `range(…)` calls a function / there are no functions; a filter is written `value | filter`: `default`, `first`, `join`, `last`, `length`, `lower`, `replace`, `split`, `trim` and `upper`
        "#]],
        ),
        (
            r#""${inputs.name.upper()}""#,
            expect![[r#"
            20:17-34 recipe/bad-expression `inputs.name.upper(…)` calls a function / there are no functions; a filter is written `value | filter`: `default`, `first`, `join`, `last`, `length`, `lower`, `replace`, `split`, `trim` and `upper`
        "#]],
        ),
        (
            r#""${(inputs.name).upper()}""#,
            expect![[r#"
            20:31-36 recipe/bad-expression `upper(…)` calls a function / there are no functions; a filter is written `value | filter`: `default`, `first`, `join`, `last`, `length`, `lower`, `replace`, `split`, `trim` and `upper`
        "#]],
        ),
        (r#""${inputs.name }}""#, expect![""]),
        (
            r#""${inputs.name\n| uper}""#,
            expect![[r#"
            20:14-38 recipe/bad-expression there is no filter `uper` / did you mean `upper`?
        "#]],
        ),
        (
            r#""é ${inputs.nam}""#,
            expect![[r#"
            20:19-29 recipe/unknown-input there is no input `nam` / did you mean `name`?
        "#]],
        ),
        (
            "'''\n${inputs.nam}'''",
            expect![[r#"
            21:3-13 recipe/unknown-input there is no input `nam` / did you mean `name`?
        "#]],
        ),
        (
            r#"2020-01-01"#,
            expect![[r#"
            20:14-24 recipe/wrong-type `value` is a date or time, not a text / write it in quotes
        "#]],
        ),
    ] {
        // Bad braces are good text.
        if with.contains("}}") {
            assert!(read(source(&step(with))).is_ok());
            continue;
        }
        wrong(&step(with), expected);
    }
    let long = format!("\"${{{}}}\"", "1+".repeat(limit::EXPRESSION_BYTES_MAX));
    let found = read(source(&step(&long))).expect_err("too long");
    assert!(
        found[0]
            .message
            .ends_with("it has 2000 bytes, more than 1000"),
        "{found:?}"
    );
}

fn role(with: &str) -> String {
    format!("{HEAD}[[steps]]\nid = \"second\"\nuse = \"assign-role\"\nwith = {{ {with} }}")
}

#[test]
fn what_a_plugin_does_not_take() {
    for (with, expected) in [
        (
            "",
            expect![[r#"
            20:8-12 recipe/missing-key plugin `assign-role` needs `owner_of` / add `owner_of = "${inputs.…}"` to `with`: a Contact
            20:8-12 recipe/missing-key plugin `assign-role` needs `role` / add `role = "…"` to `with`
        "#]],
        ),
        (
            r#"owner_of = "${inputs.contact}", rloe = "x""#,
            expect![[r#"
            20:42-46 recipe/unknown-key plugin `assign-role` takes no `rloe` / did you mean `role`?
        "#]],
        ),
        (
            r#"owner_of = "${inputs.contact}", role = "x", banana = 1"#,
            expect![[r#"
                20:54-60 recipe/unknown-key plugin `assign-role` takes no `banana` / there is `kind`, `levels`, `more`, `owner_of`, `password`, `replace` and `role`
            "#]],
        ),
        (
            r#"owner_of = "${inputs.contact}", role = 3"#,
            expect![[r#"
            20:49-50 recipe/wrong-type plugin `assign-role` does not take this as `role`: 3 is not of type "string" / `usher plugin inspect` shows what the plugin takes
        "#]],
        ),
        (
            r#"owner_of = "${inputs.contact}", role = "x", levels = 9"#,
            expect![[r#"
                20:63-64 recipe/wrong-type plugin `assign-role` does not take this as `levels`: 9 is greater than the maximum of 3 / `usher plugin inspect` shows what the plugin takes
            "#]],
        ),
        (
            r#"owner_of = "${inputs.contact}", role = "x", kind = "friend""#,
            expect![[r#"
                20:61-69 recipe/wrong-type plugin `assign-role` does not take this as `kind`: "friend" is not one of "customer" or "partner" / `usher plugin inspect` shows what the plugin takes
            "#]],
        ),
        (
            r#"owner_of = "${inputs.contact}", role = "x", more = { a = 3 }"#,
            expect![[r#"
                20:67-68 recipe/wrong-type plugin `assign-role` does not take this as `more.a`: 3 is not of type "string" / `usher plugin inspect` shows what the plugin takes
            "#]],
        ),
        (
            r#"owner_of = "${inputs.name}", role = "x""#,
            expect![[r#"
            20:24-35 recipe/wrong-record `owner_of` takes a Contact or Account, and input `name` is a text that Usher does not look up here / declare it with `type = "record"` and `object = "Contact"`
        "#]],
        ),
        (
            r#"owner_of = "Jane Doe", role = "x""#,
            expect![[r#"
            20:21-31 recipe/wrong-record `owner_of` takes a Contact, and `Jane Doe` is not an id / make it an input with `type = "record"` and `object = "Contact"`, and refer to that
        "#]],
        ),
        (
            r#"owner_of = "${steps.first.user_id}", role = "x""#,
            expect![[r#"
                20:24-43 recipe/wrong-record `owner_of` takes a Contact or Account, and `steps.first.user_id` is a User / refer to a Contact
            "#]],
        ),
        (
            r#"owner_of = "${inputs.count}", role = "${inputs.names}""#,
            expect![[r#"
                20:24-36 recipe/wrong-type `owner_of` takes a text, and input `count` is an integer / refer to something that is a text
                20:50-62 recipe/wrong-type `role` takes a text, and input `names` is a list / make it a text: `"${inputs.names | join(", ")}"`
            "#]],
        ),
        (
            r#"owner_of = "${inputs.contact}", role = "x", levels = "${inputs.name}""#,
            expect![[r#"
                20:66-77 recipe/wrong-type `levels` takes an integer, and input `name` is a text / refer to something that is an integer
            "#]],
        ),
        (
            r#"owner_of = "${inputs.contact}", role = "x", levels = "${inputs.count}0""#,
            expect![[r#"
                20:63-81 recipe/wrong-type `levels` takes an integer, and this is a text / let the expression stand alone, without text around it
            "#]],
        ),
        (
            r#"owner_of = "${inputs.contact}", role = "x", more = { a = "${steps.first.assigned}" }"#,
            expect![[r#"
                20:70-90 recipe/wrong-type `more.a` takes a text, and `steps.first.assigned` is a list / make it a text: `"${steps.first.assigned | join(", ")}"`
            "#]],
        ),
        (
            r#"owner_of = "${inputs.contact}", role = "${inputs.secret}""#,
            expect![[r#"
                20:52-65 recipe/secret-place plugin `assign-role` takes no secret as `role` / secrets go only where the plugin's manifest says `x-usher-secret`
            "#]],
        ),
        (
            r#"owner_of = "${inputs.contact}", role = "x", password = "${inputs.secret}!""#,
            expect![[r#"
                20:68-81 recipe/secret-place secret `secret` is part of something larger / let it stand alone: `"${inputs.secret}"`
            "#]],
        ),
        (
            r#"owner_of = "${inputs.contact}", role = "x", password = "${inputs.secret | upper}""#,
            expect![[r#"
                20:68-81 recipe/secret-place secret `secret` is part of something larger / let it stand alone: `"${inputs.secret}"`
            "#]],
        ),
    ] {
        wrong(&role(with), expected);
    }
    wrong(
        &format!(
            "{HEAD}[[steps]]\nid = \"s\"\nuse = \"assign-permission-sets\"\nwith = {{ user = \"${{inputs.contact}}\", permission_sets = \"${{inputs.name}}\" }}"
        ),
        expect![[r#"
            20:20-34 recipe/wrong-record `user` takes a User, and input `contact` is a Contact / declare it with `type = "record"` and `object = "User"`
            20:59-70 recipe/wrong-type `permission_sets` takes a list, and input `name` is a text / make it a list: `["${inputs.name}"]`
        "#]],
    );
    wrong(
        &format!(
            "{HEAD}[[steps]]\nid = \"s\"\nuse = \"assign-permission-sets\"\nwith = {{ user = \"${{steps.first.user_id}}\", permission_sets = [] }}"
        ),
        expect![[r#"
            20:61-63 recipe/wrong-type plugin `assign-permission-sets` does not take this as `permission_sets`: [] has less than 1 item / `usher plugin inspect` shows what the plugin takes
        "#]],
    );
    wrong(
        &format!(
            "{HEAD}[[steps]]\nid = \"s\"\nuse = \"assign-permission-sets\"\nwith.user = \"${{steps.first.user_id}}\"\nwith.permission_sets = [\"${{inputs.name}}\", 3]"
        ),
        expect![[r#"
            21:43-44 recipe/wrong-type plugin `assign-permission-sets` does not take this as `permission_sets[1]`: 3 is not of type "string" / `usher plugin inspect` shows what the plugin takes
        "#]],
    );
}

#[test]
fn recipes_that_are_too_large() {
    let file = source(&format!(
        "#{}",
        "x".repeat(usize::try_from(limit::RECIPE_BYTES_MAX).expect("small"))
    ));
    let found = read(file.clone()).expect_err("too large");
    expect![[r#"
        1:1-1 recipe/too-large the file has 1048577 bytes, more than 1048576 / check that it is the right file
    "#]].assert_eq(&render(&file, &found));
    let steps: String = (0..=limit::STEPS_PER_RECIPE_MAX)
        .map(|n| format!("[[steps]]\nid = \"s{n}\"\nuse = \"anything\"\n"))
        .collect();
    wrong(
        &format!("title = \"x\"\n{steps}"),
        expect![[r#"
        2:1-10 recipe/too-large 2001 steps, more than 2000 / split the recipe
    "#]],
    );
    let inputs: String = (0..=limit::INPUTS_PER_RECIPE_MAX)
        .map(|n| format!("[inputs.i{n}]\ntype = \"string\"\n"))
        .collect();
    wrong(
        &format!("title = \"x\"\n{inputs}[[steps]]\nid = \"s\"\nuse = \"anything\"\n"),
        expect![[r#"
            2:2-8 recipe/too-large 201 inputs, more than 200 / split the recipe
        "#]],
    );
}

#[test]
fn mistakes_beyond_a_hundred_are_only_mentioned() {
    let keys: String = (0..5_000).map(|n| format!("k{n} = 1\n")).collect();
    let found = read(source(&keys)).expect_err("mistakes");
    assert_eq!(found.len(), limit::MISTAKES_MAX + 1);
    let file = source(&keys);
    expect![[r#"
        100:1-4 recipe/unknown-key the recipe knows no key `k99` / there is `format`, `name`, `title`, `description`, `inputs`, `in_org` and `steps`
        100:1-4 recipe/too-many-mistakes these are 100 mistakes; there are more / fix these first
    "#]].assert_eq(&render(&file, &found[limit::MISTAKES_MAX - 1..]));
}

#[test]
fn the_manual_names_every_code() {
    let manual = include_str!("../../../../../../docs/codes.md");
    // Every diagnostic is in one of these tests.
    let tests = concat!(
        include_str!("mistakes.rs"),
        include_str!("by_hand.rs"),
        include_str!("../inputs/tests.rs"),
        include_str!("../pack/tests.rs"),
    );
    let words = tests.split(|c: char| !(c.is_ascii_lowercase() || "/-".contains(c)));
    let areas = [
        "recipe/",
        "input/",
        "confirm/",
        "pack/",
        "practice/",
        "grants/",
    ];
    let is_code = |word: &&str| {
        areas
            .iter()
            .any(|area| word.starts_with(area) && word.len() > area.len())
    };
    for code in words.filter(is_code) {
        assert!(
            manual.contains(&format!("`{code}`")),
            "docs/codes.md lacks `{code}`"
        );
    }
}

#[test]
fn the_good_one_has_none() {
    assert_eq!(read(source(GOOD)).map(|_| ()), Ok(()));
}
