//! Recipes of two steps whose plugins are written here, against the practice org.

use std::sync::Arc;

use expect_test::expect;
use serde_json::{Map, Value, json};
use usher_core::change::{
    Binding, Certainty, Change, Consequence, Deferral, Effect, Failure, Source, StepPlan, Undo,
    Wait,
};
use usher_core::diagnostic::SourceText;
use usher_core::manifest::Manifest;
use usher_core::operation::{
    Condition, CreateRecord, Field, Finding, Key, Lookup, Operation, Probe,
};
use usher_core::plan::{Plan, PluginStamp, StepState};
use usher_core::read::{Identity, OrgKind, ReadError};
use usher_core::recipe::{PluginLookup, PluginRef, Recipe, check, parse};
use usher_core::run::{Approval, Event, Origin, RunState};
use usher_core::value::{Scalar, Token};

use super::{Confirmations, Planning};
use crate::conduct::scripted::{Reply, Script};
use crate::inputs::FoundInputs;
use crate::port::{Boxed, Planner, StepAnswer, StepCall, StepError, Steps};
use crate::reads::Reader;
use crate::testing::{FIXTURE, TestOrg};

type Answer = fn() -> StepPlan;

/// `first` gives the answer that the test sets; `second` makes a contact for the account and hands its owner on.
struct Plugins {
    first: Answer,
    plugins: Vec<(Manifest, PluginStamp)>,
}

impl Plugins {
    fn new(first: Answer) -> Self {
        let plugin = |name: &str| {
            let json = json!({
                "format": 1, "name": name, "version": "0.1.0", "summary": "", "kind": "changing",
                "input": {"type": "object", "properties": {"good": {"type": "string", "x-usher-unknown": true}}},
                "output": {"type": "object", "properties": {
                    "good": {"type": "string"}, "never": {"type": "string"}
                }},
                "writes": {"create": {"Contact": ["LastName"], "Account": ["Name"]}}
            });
            let stamp = PluginStamp {
                name: name.into(),
                version: "0.1.0".into(),
                digest: String::new(),
                file: None,
            };
            let manifest = Manifest::parse(json.to_string().as_bytes()).expect("a manifest");
            (manifest, stamp)
        };
        Self {
            first,
            plugins: ["first", "second", "third", "idle", "unlucky"]
                .map(plugin)
                .into(),
        }
    }

    fn named(&self, name: &str) -> Option<&(Manifest, PluginStamp)> {
        self.plugins.iter().find(|(_, stamp)| stamp.name == name)
    }
}

impl PluginLookup for Plugins {
    fn manifest(&self, plugin: &PluginRef) -> Option<&Manifest> {
        self.named(&plugin.to_string())
            .map(|(manifest, _)| manifest)
    }

    fn names(&self) -> Vec<&str> {
        Vec::new()
    }
}

impl Steps for Plugins {
    fn plugin(&self, name: &str) -> Option<(&Manifest, &PluginStamp)> {
        self.named(name).map(|(manifest, stamp)| (manifest, stamp))
    }

    fn plan(&self, name: &str, call: StepCall) -> Boxed<'_, Result<StepAnswer, StepError>> {
        let name = name.to_owned();
        Box::pin(async move {
            let plan = match name.as_str() {
                "first" => (self.first)(),
                "second" => contact(call).await?,
                "idle" | "unlucky" => return Err(gives_up(&name, call).await),
                _ => StepPlan {
                    outputs: json!({ "good": call.input.get("good") }).into(),
                    ..StepPlan::default()
                },
            };
            let denied = Vec::new();
            Ok(StepAnswer { plan, denied })
        })
    }
}

/// Says that the org gives no answer: after a read that has none, or without any.
async fn gives_up(name: &str, call: StepCall) -> StepError {
    if name == "unlucky" {
        let cases = call.reads.find_all(vec![Lookup {
            object: "Account".into(),
            fields: Vec::new(),
            conditions: Vec::new(),
        }]);
        let answer = cases.await.remove(0);
        assert!(
            matches!(answer, Err(ReadError::Unavailable(_))),
            "{answer:?}"
        );
    }
    StepError::Failed(Failure::Transient("try later".to_owned()))
}

async fn contact(call: StepCall) -> Result<StepPlan, StepError> {
    let lookup = Lookup {
        object: "Account".into(),
        fields: vec!["OwnerId".into()],
        conditions: vec![Condition::is("Name", Scalar::text("Acme"))],
    };
    let found = call.reads.find_all(vec![lookup]).await.remove(0);
    let record = match found {
        Ok(records) if records.is_empty() => {
            return Err(StepError::Failed(Failure::Unmet(Vec::new())));
        }
        Ok(mut records) => records.remove(0),
        Err(ReadError::Pending { token, reason }) => {
            return Err(StepError::Failed(Failure::Deferred(Deferral {
                waiting_for: vec![token],
                reason,
                likely: Vec::new(),
            })));
        }
        Err(error) => return Err(StepError::Plugin(error.to_string())),
    };
    let value = |name: &str| Scalar::from_json(&record[name]).expect("a value");
    let fields = [
        ("LastName", Scalar::text("Byron")),
        ("AccountId", value("Id")),
        ("OwnerId", value("OwnerId")),
    ];
    Ok(StepPlan {
        changes: vec![create("contact", "Contact", &fields)],
        outputs: json!({}).into(),
        ..StepPlan::default()
    })
}

fn create(address: &str, object: &str, fields: &[(&str, Scalar)]) -> Change {
    let fields = fields.iter().map(|(name, value)| Field {
        name: (*name).to_owned(),
        value: value.clone(),
    });
    Change {
        address: address.into(),
        summary: String::new(),
        operation: Operation::from(CreateRecord {
            object: object.into(),
            fields: fields.collect(),
            key: Key {
                conditions: Vec::new(),
                enforced: false,
            },
            options: Vec::new(),
        }),
        after: Vec::new(),
        waits: Vec::new(),
        results: Vec::new(),
        undo: Undo::Nothing,
    }
}

fn account() -> StepPlan {
    StepPlan {
        changes: vec![create("acme", "Account", &[("Name", Scalar::text("Acme"))])],
        outputs: json!({}).into(),
        ..StepPlan::default()
    }
}

/// A result that is called like the field that the second step reads.
fn account_with_result() -> StepPlan {
    let mut plan = account();
    plan.changes[0].results.push(Binding {
        name: "OwnerId".into(),
        source: Source::Reply("/owner".into()),
        secret: false,
    });
    plan
}

/// A plan whose outputs refer to an account that only may come to be.
fn outputs_of_what_may_come() -> StepPlan {
    let bound = |address: &str| json!({ "$bound": [address, "id"] });
    let mut plan = account();
    plan.effects.push(Effect {
        address: "maybe".into(),
        causes: vec!["acme".into()],
        summary: String::new(),
        certainty: Certainty::Possible,
        consequence: Consequence::Appears {
            object: "Contact".into(),
            fields: Vec::new(),
            key: Vec::new(),
            id: Scalar::Nothing,
        },
        within_ms: 0,
        remains: None,
    });
    plan.outputs = json!({ "good": bound("acme"), "never": bound("maybe") }).into();
    plan
}

fn recipe(text: &str, plugins: &Plugins) -> Recipe {
    let source = SourceText {
        name: "r.toml".into(),
        text: text.to_owned(),
    };
    let Ok(raw) = parse(source) else {
        panic!("the text is TOML");
    };
    match check(raw, plugins) {
        Ok(recipe) => recipe,
        Err(mistakes) => panic!("{mistakes:?}"),
    }
}

const TWO_STEPS: &str = r#"
title = "Two"

[[steps]]
id = "account"
use = "first"

[[steps]]
id = "contact"
use = "second"
"#;

fn inputs() -> FoundInputs {
    FoundInputs {
        values: Map::new(),
        used: Arc::default(),
        secrets: Default::default(),
    }
}

fn identity() -> Identity {
    Identity {
        org_id: "00D".into(),
        org_kind: OrgKind::Practice,
        user_id: "005".into(),
        username: "me@org".into(),
        api_version: "66.0".into(),
    }
}

/// Each step, its state, and the values that its creates set.
fn shown(plan: &Plan) -> String {
    let mut text = String::new();
    for step in &plan.steps {
        let state = match &step.state {
            StepState::Changes => "changes".to_owned(),
            StepState::Deferred(deferral) => format!(
                "deferred: {} (waiting for {:?})",
                deferral.reason, deferral.waiting_for
            ),
            other => format!("{other:?}"),
        };
        text.push_str(&format!("{}: {state}\n", step.id));
        for change in &step.plan.changes {
            if let Some(CreateRecord { object, fields, .. }) = change.operation.of() {
                let fields: Map<String, Value> = fields
                    .iter()
                    .map(|field| (field.name.clone(), field.value.to_json()))
                    .collect();
                text.push_str(&format!("  create {object} {}\n", Value::from(fields)));
            }
        }
    }
    text
}

async fn planned(org: &TestOrg, first: Answer) -> Plan {
    let plugins = Plugins::new(first);
    let planning = Planning {
        recipe: &recipe(TWO_STEPS, &plugins),
        inputs: &inputs(),
        identity: &identity(),
        now: "2026-11-22T10:00:00Z",
        org: Arc::clone(&org.org),
        reader: Arc::new(Reader::new(Arc::clone(&org.org))),
        steps: &plugins,
        confirmations: &Confirmations::default(),
    };
    planning.plan().await
}

#[tokio::test]
async fn a_field_that_the_platform_fills_is_handed_on() {
    let org = TestOrg::new(FIXTURE);
    let plan = planned(&org, account).await;
    expect![[r#"
        account: changes
          create Account {"Name":"Acme"}
        contact: changes
          create Contact {"AccountId":{"$ref":"account:acme.id"},"LastName":"Byron","OwnerId":{"$ref":"account:acme.OwnerId"}}
    "#]].assert_eq(&shown(&plan));
}

#[tokio::test]
async fn a_field_that_is_called_like_a_result_defers_the_step() {
    let org = TestOrg::new(FIXTURE);
    let plan = planned(&org, account_with_result).await;
    expect![[r#"
        account: changes
          create Account {"Name":"Acme"}
        contact: deferred: its plan needs a value that only the org shows, after the steps before it (waiting for [Token("?account:acme.OwnerId")])
    "#]].assert_eq(&shown(&plan));
}

#[tokio::test]
async fn a_step_waits_no_longer_than_its_recipe_says() {
    let waiting = || {
        let mut plan = account();
        plan.changes[0].waits.push(Wait {
            summary: "it is there".into(),
            look: Probe::Records(Lookup {
                object: "Account".into(),
                fields: Vec::new(),
                conditions: vec![Condition::is("Name", Scalar::text("Acme"))],
            }),
            until: Finding::Present,
            failed: Vec::new(),
            every_ms: 1_000,
            at_most_ms: 600_000,
            reason_at: None,
        });
        plan
    };
    let org = TestOrg::new(FIXTURE);
    let plugins = Plugins::new(waiting);
    let text = TWO_STEPS.replace("use = \"first\"", "use = \"first\"\ntimeout = \"2m\"");
    let planning = Planning {
        recipe: &recipe(&text, &plugins),
        inputs: &inputs(),
        identity: &identity(),
        now: "2026-11-22T10:00:00Z",
        org: Arc::clone(&org.org),
        reader: Arc::new(Reader::new(Arc::clone(&org.org))),
        steps: &plugins,
        confirmations: &Confirmations::default(),
    };
    let plan = planning.plan().await;
    assert_eq!(plan.steps[0].plan.changes[0].waits[0].at_most_ms, 120_000);
}

/// One output that never comes does not keep the others back.
#[tokio::test]
async fn a_later_step_gets_the_outputs_that_are_known() {
    let org = TestOrg::new(FIXTURE);
    let plugins = Plugins::new(outputs_of_what_may_come);
    let text = r#"
title = "Outputs"

[[steps]]
id = "account"
use = "first"

[[steps]]
id = "later"
use = "third"
with = { good = "${steps.account.good}" }
"#;
    let planning = Planning {
        recipe: &recipe(text, &plugins),
        inputs: &inputs(),
        identity: &identity(),
        now: "2026-11-22T10:00:00Z",
        org: Arc::clone(&org.org),
        reader: Arc::new(Reader::new(Arc::clone(&org.org))),
        steps: &plugins,
        confirmations: &Confirmations::default(),
    };
    let plan = planning.plan().await;
    let unit = plan.steps[1].unit();
    let mut state = RunState::default();
    let events = [
        Event::Planned {
            plan: plan.into(),
            recipe: String::new(),
            origin: Origin::default(),
        },
        Event::Approved { by: Approval::Flag },
    ];
    for event in &events {
        state.next(event).expect("possible");
    }
    let account = Token::of_text("account:acme.id");
    state.bindings.insert(account, json!("001000000000001AAA"));
    let later = Planner::plan(&planning, std::slice::from_ref(&unit), &state).await;
    let [later] = later.as_slice() else {
        panic!("one plan");
    };
    assert_eq!(later.state, StepState::AsWanted);
    assert_eq!(
        later.plan.outputs.value(),
        json!({ "good": "001000000000001AAA" })
    );
}

#[tokio::test]
async fn an_org_that_answers_is_not_to_blame() {
    let (silent, _) = Script::org(vec![Reply::Unreachable]);
    for (name, org) in [
        ("idle", TestOrg::new(FIXTURE).org),
        ("unlucky", Arc::new(silent)),
    ] {
        let plugins = Plugins::new(account);
        let text = format!("title = \"T\"\n[[steps]]\nid = \"s\"\nuse = \"{name}\"\n");
        let planning = Planning {
            recipe: &recipe(&text, &plugins),
            inputs: &inputs(),
            identity: &identity(),
            now: "2026-11-22T10:00:00Z",
            org: Arc::clone(&org),
            reader: Arc::new(Reader::new(org)),
            steps: &plugins,
            confirmations: &Confirmations::default(),
        };
        let plan = planning.plan().await;
        let StepState::Failed { class, problems } = &plan.steps[0].state else {
            panic!("{:?}", plan.steps[0].state);
        };
        let told = format!("{class:?} {}: {}", problems[0].code, problems[0].summary);
        match name {
            "idle" => {
                expect!["Unavailable plugin/try-later: it asks for another try later: try later"]
                    .assert_eq(&told)
            }
            _ => expect!["Unavailable org/unavailable: try later"].assert_eq(&told),
        }
    }
}
