//! Every way in which an answer can be wrong, on the contract's generated types. The host and the SDK compile
//! this one file, each with the types that its own generator makes: both must say the same of every answer.

use expect_test::{Expect, expect};
use serde_json::json;

use usher_contract::answer::{self, Breach};
use usher_contract::handed::Handed;
use usher_contract::manifest::Manifest;

use crate::bindings::usher::step::types::{
    Alteration, Appearance, Binding, BindingName, Certainty, Change, Check, Component,
    ComponentName, Condition, ConfigureSettings, Consequence, CreateRecord, DeleteRecord,
    DeployComponents, Effect, Expectation, Field, Finding, FoundValue, Key, Lookup, Mailing,
    Method, Operation, Piece, Prerequisite, Probe, Reference, Repetition, RequestKey, ResourcePath,
    RestRequest, Scalar, Source, StepPlan, TakeBack, Undo, UpdateRecord, Wait, WayBack,
};

const MANIFEST: &str = r#"{
  "format": 1, "name": "by-hand", "version": "1.2.0", "summary": "For tests", "kind": "changing",
  "input": {"type": "object"},
  "output": {"type": "object", "properties": {"id": {"type": "string", "x-usher-unknown": true}}},
  "reads": {
    "records": {"User": ["Username", "IsActive"], "Site": ["Status"]},
    "settings": ["Communities"], "components": ["Profile"], "resources": ["connect/communities/*"]
  },
  "writes": {
    "create": {"Assignment": ["AssigneeId", "SetId"]}, "update": {"User": ["IsActive"]},
    "delete": ["Assignment"], "configure": {"Communities": ["enableNetworksEnabled"]},
    "deploy": ["Profile"], "requests": ["POST connect/communities", "POST composite/batch"]
  },
  "predicts": {"records": {"UserRole": ["Name"], "User": ["UserRoleId"]}}
}"#;

/// Judges a plan to which `user:user.id` was handed.
fn judged(plan: StepPlan) -> Result<usher_contract::change::StepPlan, String> {
    let manifest = Manifest::parse(MANIFEST.as_bytes()).expect("a manifest");
    let mut handed = Handed::default();
    handed.note(&json!({"user": {"$ref": "user:user.id"}}));
    let plan = super::step_plan(plan).map_err(|bad| bad.to_string())?;
    answer::judge(plan, &manifest, &handed).map_err(|breach| match breach {
        Breach::BadAnswer(bad) => bad.to_string(),
        Breach::Undeclared(_) => breach.to_string(),
    })
}

/// Checks the mistake that a good plan has after `spoil`.
#[track_caller]
fn check(spoil: impl FnOnce(&mut StepPlan), expected: Expect) {
    let mut plan = good();
    spoil(&mut plan);
    expected.assert_eq(&judged(plan).err().unwrap_or_else(|| "nothing".to_owned()));
}

/// The same for a plan with one more change, `more`.
#[track_caller]
fn check_operation(operation: Operation, expected: Expect) {
    check(
        |plan| plan.changes.push(change("more", operation)),
        expected,
    );
}

fn text(text: &str) -> Scalar {
    Scalar::Text(text.to_owned())
}

fn field(name: &str, value: Scalar) -> Field {
    Field {
        name: name.to_owned(),
        value,
    }
}

fn given(token: &str) -> Scalar {
    Scalar::Reference(Reference::Given(token.to_owned()))
}

fn bound(address: &str, name: &str) -> Reference {
    Reference::Bound(BindingName {
        address: address.to_owned(),
        name: name.to_owned(),
    })
}

fn lookup(object: &str, field: &str, value: Scalar) -> Lookup {
    Lookup {
        object: object.to_owned(),
        fields: Vec::new(),
        conditions: vec![Condition {
            field: field.to_owned(),
            any_of: vec![value],
        }],
    }
}

fn wait(look: Probe) -> Wait {
    Wait {
        summary: "it is being made".to_owned(),
        look,
        until: Finding::Present,
        failed: Vec::new(),
        reason_at: None,
        every_ms: 1000,
        at_most_ms: 60_000,
    }
}

fn change(address: &str, operation: Operation) -> Change {
    Change {
        address: address.to_owned(),
        summary: "Something".to_owned(),
        operation,
        after: Vec::new(),
        waits: Vec::new(),
        results: Vec::new(),
        undo: Undo::Nothing,
    }
}

fn create() -> Operation {
    Operation::Create(CreateRecord {
        object: "Assignment".to_owned(),
        fields: vec![
            field("AssigneeId", given("user:user.id")),
            field("SetId", text("0PS")),
        ],
        key: Key {
            conditions: lookup("Assignment", "AssigneeId", given("user:user.id")).conditions,
            enforced: true,
        },
        options: vec![field("allow-duplicates", Scalar::Truth(true))],
    })
}

fn update(id: Scalar) -> Operation {
    Operation::Update(UpdateRecord {
        object: "User".to_owned(),
        id,
        fields: vec![field("IsActive", Scalar::Truth(false))],
        options: Vec::new(),
    })
}

fn request(segments: &[&str], body: &str) -> Operation {
    Operation::Request(RestRequest {
        method: Method::Post,
        path: ResourcePath {
            segments: segments.iter().map(|it| text(it)).collect(),
            query: Vec::new(),
        },
        body: Some(body.to_owned()),
        repetition: Repetition::Never,
    })
}

fn deploy(content: &str) -> Operation {
    Operation::Deploy(DeployComponents {
        components: vec![Component {
            name: profile(),
            content: content.to_owned(),
        }],
        removals: Vec::new(),
        options: Vec::new(),
    })
}

fn profile() -> ComponentName {
    ComponentName {
        kind: "Profile".to_owned(),
        full_name: text("Guest"),
    }
}

fn effect(address: &str, cause: &str, consequence: Consequence) -> Effect {
    Effect {
        address: address.to_owned(),
        causes: vec![cause.to_owned()],
        summary: "Something happens".to_owned(),
        certainty: Certainty::Likely,
        consequence,
        within_ms: 0,
        remains: None,
    }
}

/// A plan that uses nearly everything: an assignment, a request with a result, an update that needs both, their
/// effects, an output.
fn good() -> StepPlan {
    let mut site = change(
        "site",
        request(
            &["connect", "communities"],
            r#"{"name": "x", "owner": {"$ref": "user:user.id", "$object": "User"}}"#,
        ),
    );
    site.results = vec![
        Binding {
            name: "job".to_owned(),
            source: Source::Reply("/jobId".to_owned()),
            secret: false,
        },
        Binding {
            name: "id".to_owned(),
            source: Source::Found(FoundValue {
                look: Probe::Records(lookup("Site", "Id", text("0DB"))),
                at: "Id".to_owned(),
            }),
            secret: false,
        },
    ];
    site.waits = vec![wait(Probe::Rest(ResourcePath {
        segments: vec![
            text("connect"),
            text("communities"),
            Scalar::Reference(bound("site", "job")),
        ],
        query: Vec::new(),
    }))];
    let mut active = change("active", update(given("user:user.id")));
    active.after = vec![
        Prerequisite::Change("assignment/a".to_owned()),
        Prerequisite::Given("user:user.id".to_owned()),
    ];
    active.undo = Undo::Possible(TakeBack {
        way: WayBack::Instead(update(Scalar::Joined(vec![
            Piece::Text("x".to_owned()),
            Piece::Reference(bound("site", "id")),
        ]))),
        waits: Vec::new(),
        only_if: vec![Expectation {
            look: Probe::Records(lookup("User", "Username", text("ada"))),
            finding: Finding::Holds(vec![Check {
                at: "IsActive".to_owned(),
                any_of: vec![Scalar::Truth(true)],
            }]),
        }],
        stays: Some("the user stays, inactive\u{1b}[0m".to_owned()),
        destroys: None,
    });
    StepPlan {
        changes: vec![change("assignment/a", create()), site, active],
        effects: vec![
            effect(
                "role",
                "assignment/a",
                Consequence::Appears(Appearance {
                    object: "UserRole".to_owned(),
                    fields: vec![field("Name", text("A"))],
                    key: lookup("UserRole", "Name", text("A")).conditions,
                    id: Scalar::Nothing,
                }),
            ),
            effect(
                "moved",
                "active",
                Consequence::Alters(Alteration {
                    object: "User".to_owned(),
                    id: given("user:user.id"),
                    fields: vec![field("UserRoleId", Scalar::Reference(bound("role", "id")))],
                }),
            ),
        ],
        outputs: r#"{"id": {"$bound": ["role", "id"]}}"#.to_owned(),
        notes: Vec::new(),
    }
}

#[test]
fn a_good_plan_is_good() {
    let plan = judged(good()).expect("a plan");
    assert_eq!(plan.changes.len(), 3);
    let usher_contract::operation::Operation::Request(request) = &plan.changes[1].operation else {
        panic!("a request")
    };
    assert_eq!(
        request.body.as_deref(),
        Some(r#"{"name":"x","owner":{"$ref":"user:user.id"}}"#)
    );
    let usher_contract::change::Undo::Possible(back) = &plan.changes[2].undo else {
        panic!("an undo")
    };
    assert_eq!(
        back.stays.as_deref(),
        Some(r"the user stays, inactive\u{1b}[0m")
    );
}

#[test]
fn addresses() {
    check(
        |plan| plan.changes[0].address.clear(),
        expect!["`` is not a valid address"],
    );
    check(
        |plan| plan.changes[0].address = "a\nb".to_owned(),
        expect!["`a b`: `a b` is not a valid address"],
    );
    check(
        |plan| plan.effects[0].address = "site".to_owned(),
        expect!["`site` is there twice"],
    );
    check(
        |plan| plan.changes[2].after = vec![Prerequisite::Change("nobody".to_owned())],
        expect!["`active`: `nobody` is not a change of this plan"],
    );
    check(
        |plan| plan.changes[2].after = vec![Prerequisite::Change("role".to_owned())],
        expect!["`active`: `role` is not a change of this plan"],
    );
    check(
        |plan| plan.effects[0].causes = vec!["moved".to_owned()],
        expect!["`role`: `moved` is not a change of this plan"],
    );
    check(
        |plan| plan.effects[0].causes.clear(),
        expect!["`role`: it is caused by nothing"],
    );
}

#[test]
fn references() {
    check(
        |plan| plan.changes[2].operation = update(given("user:other.id")),
        expect!["`active`: the reference `user:other.id` was not handed to this call"],
    );
    check(
        |plan| plan.changes[2].after = vec![Prerequisite::Given("user:other.id".to_owned())],
        expect!["`active`: the reference `user:other.id` was not handed to this call"],
    );
    check(
        |plan| {
            plan.changes[1].operation = request(
                &["connect", "communities"],
                r#"[{"$ref": "user:other.id"}]"#,
            );
        },
        expect!["`site`: the reference `user:other.id` was not handed to this call"],
    );
    check(
        |plan| {
            plan.changes
                .push(change("more", deploy(r#"{"a": [{"$ref": "t"}]}"#)))
        },
        expect!["`more`: the reference `t` was not handed to this call"],
    );
    check(
        |plan| plan.outputs = r#"{"id": {"$join": ["x", {"$ref": "t"}]}}"#.to_owned(),
        expect!["`outputs`: the reference `t` was not handed to this call"],
    );
    for (address, name, expected) in [
        ("assignment/a", "id", expect!["nothing"]),
        ("site", "job", expect!["nothing"]),
        (
            "role",
            "id",
            expect![
                "`more`: it goes to what `role` brings, and no change makes that: Salesforce is only predicted to"
            ],
        ),
        (
            "site",
            "other",
            expect!["`more`: nothing in this plan binds `other` of `site`"],
        ),
        (
            "active",
            "id",
            expect!["`more`: nothing in this plan binds `id` of `active`"],
        ),
        (
            "moved",
            "id",
            expect!["`more`: nothing in this plan binds `id` of `moved`"],
        ),
        (
            "nobody",
            "id",
            expect!["`more`: nothing in this plan binds `id` of `nobody`"],
        ),
    ] {
        check_operation(update(Scalar::Reference(bound(address, name))), expected);
    }
    check(
        |plan| {
            plan.effects[1].consequence = Consequence::Mails(Mailing {
                recipients: Some(1),
                to: vec![given("t")],
            });
        },
        expect!["`moved`: the reference `t` was not handed to this call"],
    );
}

#[test]
fn circles() {
    check(
        |plan| plan.changes[0].after = vec![Prerequisite::Change("active".to_owned())],
        expect!["these wait for each other: assignment/a, active"],
    );
    check(
        |plan| plan.changes[0].after = vec![Prerequisite::Change("assignment/a".to_owned())],
        expect!["these wait for each other: assignment/a"],
    );
    // The role appears because of the assignment, so the assignment cannot use it.
    check(
        |plan| {
            let Operation::Create(create) = &mut plan.changes[0].operation else {
                panic!("a create")
            };
            create.fields[1].value = Scalar::Reference(bound("role", "id"));
        },
        expect!["these wait for each other: assignment/a"],
    );
    check(
        |plan| {
            plan.changes[1].operation = request(
                &["connect", "communities"],
                r#"{"job": {"$bound": ["site", "job"]}}"#,
            );
        },
        expect!["`site`: it uses its own result `job` before there is one"],
    );
}

#[test]
fn names_and_numbers() {
    check_operation(
        Operation::Delete(DeleteRecord {
            object: "Assignment WHERE".to_owned(),
            id: text("x"),
        }),
        expect!["`more`: `Assignment WHERE` is not a valid name of an object"],
    );
    let active = |name: &str, value| {
        Operation::Update(UpdateRecord {
            object: "User".to_owned(),
            id: text("005"),
            fields: vec![field(name, value)],
            options: Vec::new(),
        })
    };
    check_operation(
        active("Is Active", Scalar::Nothing),
        expect!["`more`: `Is Active` is not a valid field name"],
    );
    for (number, expected) in [
        ("-12.50", expect!["nothing"]),
        ("0", expect!["nothing"]),
        (
            "NaN",
            expect!["`more`: `NaN` is not a number as JSON has them, without exponent"],
        ),
        (
            "1e3",
            expect!["`more`: `1e3` is not a number as JSON has them, without exponent"],
        ),
        (
            "01",
            expect!["`more`: `01` is not a number as JSON has them, without exponent"],
        ),
        (
            "1.",
            expect!["`more`: `1.` is not a number as JSON has them, without exponent"],
        ),
        (
            "",
            expect!["`more`: `` is not a number as JSON has them, without exponent"],
        ),
        (
            "2026-11-22",
            expect!["`more`: `2026-11-22` is not a number as JSON has them, without exponent"],
        ),
    ] {
        check_operation(
            active("IsActive", Scalar::Number(number.to_owned())),
            expected,
        );
    }
    check(
        |plan| plan.changes[1].results[1].name = "job".to_owned(),
        expect!["`site`: `job` is there twice"],
    );
    check(
        |plan| plan.changes[1].results[0].name = "a.b".to_owned(),
        expect!["`site`: `a.b` is not a valid name of a result"],
    );
    check(
        |plan| plan.changes[1].results[0].source = Source::Reply("id".to_owned()),
        expect!["`site`: `id` is not a JSON Pointer"],
    );
    check(
        |plan| plan.changes[0].results = plan.changes[1].results.split_off(1),
        expect!["`assignment/a`: `id` is there twice"],
    );
}

#[test]
fn operations() {
    let mut twice = create();
    if let Operation::Create(create) = &mut twice {
        create.fields.push(field("setid", text("0PS")));
    }
    check_operation(twice, expect!["`more`: `setid` is there twice"]);
    let mut keyless = create();
    if let Operation::Create(create) = &mut keyless {
        create.key.conditions.clear();
    }
    check_operation(
        keyless,
        expect!["`more`: records of `Assignment` are to be found by no condition"],
    );
    for (name, value) in [
        ("allow_duplicates", Scalar::Truth(true)),
        ("allow-duplicates", text("yes")),
        ("all-or-none", Scalar::Truth(true)),
    ] {
        let mut odd = create();
        if let Operation::Create(create) = &mut odd {
            create.options = vec![field(name, value)];
        }
        let mut plan = good();
        plan.changes.push(change("more", odd));
        assert_eq!(
            judged(plan).expect_err("unknown"),
            format!("`more`: the option `{name}` is not one that this Usher knows")
        );
    }
    check_operation(
        Operation::Configure(ConfigureSettings {
            settings: "Communities".to_owned(),
            fields: Vec::new(),
        }),
        expect!["`more`: it sets nothing"],
    );
    check_operation(
        Operation::Deploy(DeployComponents {
            components: Vec::new(),
            removals: Vec::new(),
            options: Vec::new(),
        }),
        expect!["`more`: it sets nothing"],
    );
    check_operation(Operation::WaitOnly, expect!["`more`: it waits for nothing"]);
    check(
        |plan| plan.changes[1].waits[0].every_ms = 0,
        expect![
            "`site`: a wait looks every 200 ms or more rarely, and ends: every 0 ms, at most 60000 ms"
        ],
    );
    check(
        |plan| {
            plan.changes[1].undo = Undo::Possible(TakeBack {
                way: WayBack::Restore,
                waits: Vec::new(),
                only_if: Vec::new(),
                stays: None,
                destroys: None,
            });
        },
        expect!["`site`: `restore` cannot undo a `request`"],
    );
}

#[test]
fn json_inside() {
    let community = |body| request(&["connect", "communities"], body);
    check_operation(
        community("{"),
        expect!["`more`: request body: EOF while parsing an object at line 1 column 1"],
    );
    check_operation(
        community(r#"{"a": {"$where": 1}}"#),
        expect![
            "`more`: request body: no key may begin with `$` but `$ref`, `$bound` and `$join`; found `$where`"
        ],
    );
    check_operation(
        community(r#"{"a": {"$ref": 1}}"#),
        expect![[r#"`more`: request body: this is not a `$ref`: {"$ref":1}"#]],
    );
    check_operation(
        community(r#"{"a": NaN}"#),
        expect!["`more`: request body: expected value at line 1 column 7"],
    );
    check_operation(
        deploy("[]"),
        expect!["`more`: component content: it is not an object of elements"],
    );
    check_operation(
        deploy(r#"{"label": "x"}"#),
        expect!["`more`: component content: element `label` is not a list of occurrences"],
    );
    check_operation(
        deploy(r#"{"label": [true]}"#),
        expect!["`more`: component content: element `label` holds neither text nor elements"],
    );
    check_operation(
        deploy(r#"{"label": ["x", {"$join": ["a", {"$bound": ["role", "id"]}]}, {"b": ["c"]}]}"#),
        expect!["nothing"],
    );
}

#[test]
fn what_is_never_granted() {
    for (segments, shown) in [
        (&["composite", "batch"][..], "composite/batch"),
        (&["Tooling", "x"], "Tooling/x"),
        (&["connect/../query"], "connect/../query"),
        (&["https://evil.example", "x"], "https://evil.example/x"),
        (&[""], ""),
    ] {
        let mut plan = good();
        plan.changes.push(change("more", request(segments, "{}")));
        assert_eq!(
            judged(plan).expect_err("never granted"),
            format!("`more`: `{shown}` carries other calls or code and is never granted")
        );
    }
    check(
        |plan| {
            if let Operation::Request(request) = &mut plan.changes[1].operation {
                request.path.segments[0] = given("user:user.id");
            }
        },
        expect![[
            r#"`site`: the path `{"$ref":"user:user.id"}/communities` does not begin with a text: a first segment that comes to be later could be any"#
        ]],
    );
    check_operation(
        request(&[], "{}"),
        expect![
            "`more`: the path `` does not begin with a text: a first segment that comes to be later could be any"
        ],
    );
}

#[test]
fn segments_that_a_server_may_fold() {
    let joined = |pieces: &[&str]| {
        let pieces = pieces.iter().map(|&it| Piece::Text(it.to_owned()));
        Scalar::Joined(pieces.collect())
    };
    for (segment, shown) in [
        (text(".."), ".."),
        (text("."), "."),
        (text(""), ""),
        (text("%2e%2e"), "%2e%2e"),
        (text("a/b"), "a/b"),
        (joined(&[".", "."]), ".."),
        (joined(&["x", "/", ".."]), "x/.."),
        (joined(&[]), ""),
        (Scalar::Nothing, ""),
    ] {
        let mut more = request(&["connect", "communities"], "{}");
        if let Operation::Request(request) = &mut more {
            request.path.segments.push(segment);
        }
        let mut plan = good();
        plan.changes.push(change("more", more));
        let said = judged(plan).expect_err("folded");
        let expected = format!("`more`: `{shown}` cannot be a segment of a path");
        assert!(said.starts_with(&expected), "{said}");
    }
}

#[test]
fn parameters_that_make_another_request() {
    for name in [
        "_HttpMethod",
        "_httpmethod",
        "x-http-method-override",
        "access_token",
        "",
    ] {
        let mut more = request(&["connect", "communities"], "{}");
        if let Operation::Request(request) = &mut more {
            request.path.query = vec![field(name, text("PATCH"))];
        }
        let mut plan = good();
        plan.changes.push(change("more", more));
        let said = judged(plan).expect_err("another request");
        let expected = format!("`more`: `{name}` cannot be a parameter");
        assert!(said.starts_with(&expected), "{said}");
    }
}

#[test]
fn paths_show_as_they_are() {
    check_operation(
        request(&["connect", "communities\u{1b}[2J"], "{}"),
        expect![[
            r#"`more`: `communities\u{1b}[2J` cannot be a segment of a path: a segment holds something else than dots, and none of `/ \ % ; ? #` or control characters"#
        ]],
    );
}

#[test]
fn what_is_not_declared() {
    check_operation(
        Operation::Delete(DeleteRecord {
            object: "User".to_owned(),
            id: text("005"),
        }),
        expect!["plans to delete `User` (change `more`), which its manifest does not declare"],
    );
    check(
        |plan| {
            if let Undo::Possible(back) = &mut plan.changes[2].undo {
                back.way = WayBack::Instead(request(&["connect", "other"], "{}"));
            }
        },
        expect![
            "plans to request `POST connect/other` (change `active`), which its manifest does not declare"
        ],
    );
    let spoil = |probe: Probe| move |plan: &mut StepPlan| plan.changes[1].waits.push(wait(probe));
    check(
        spoil(Probe::Records(lookup("Profile", "Name", text("x")))),
        expect!["reads `Profile`, which its manifest does not declare"],
    );
    check(
        spoil(Probe::Settings("Sharing".to_owned())),
        expect!["reads the settings `Sharing`, which its manifest does not declare"],
    );
    check(spoil(Probe::Object("Site".to_owned())), expect!["nothing"]);
    check(
        spoil(Probe::Object("Network".to_owned())),
        expect!["reads `Network`, which its manifest does not declare"],
    );
    check(
        |plan| {
            if let Undo::Possible(back) = &mut plan.changes[2].undo {
                back.only_if[0].finding = Finding::Holds(vec![Check {
                    at: "Email".to_owned(),
                    any_of: vec![Scalar::Nothing],
                }]);
            }
        },
        expect!["reads `Email` of `User`, which its manifest does not declare"],
    );
    check(
        |plan| {
            if let Operation::Request(request) = &mut plan.changes[1].operation {
                request.repetition = Repetition::Look(RequestKey {
                    look: Probe::Component(ComponentName {
                        kind: "Flow".to_owned(),
                        ..profile()
                    }),
                    enforced: true,
                });
            }
        },
        expect!["reads the components of type `Flow`, which its manifest does not declare"],
    );
    check(
        |plan| {
            plan.changes[1].results[1].source = Source::Found(FoundValue {
                look: Probe::Records(lookup("Site", "Id", text("0DB"))),
                at: "Secret".to_owned(),
            });
        },
        expect!["reads `Secret` of `Site`, which its manifest does not declare"],
    );
}

#[test]
fn too_much() {
    check(
        |plan| plan.changes = vec![change("x", create()); 10_001],
        expect!["there are more than 10000 changes"],
    );
    check(
        |plan| {
            let one = plan.effects[0].clone();
            plan.effects = vec![one; 10_001];
        },
        expect!["there are more than 10000 effects"],
    );
}

#[test]
fn a_verifying_step_changes_nothing() {
    let manifest = MANIFEST.replace("\"changing\"", "\"verifying\"");
    let manifest = Manifest::parse(manifest.as_bytes()).expect("a manifest");
    let plan = super::step_plan(good()).expect("converted");
    let error = answer::judge(plan, &manifest, &Handed::default()).expect_err("changes");
    let said = "its answer cannot be right: a verifying step changes nothing";
    assert_eq!(error.to_string(), said);
}
