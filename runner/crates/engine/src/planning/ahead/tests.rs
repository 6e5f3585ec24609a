//! Random recipes on random orgs: looking ahead changes no plan.
//!
//! `USHER_PLANS` sets the number of recipes, `USHER_PLANS_SEED` the first of them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Map, Value, json};
use usher_core::change::{Change, Failure, StepPlan, Undo};
use usher_core::diagnostic::SourceText;
use usher_core::manifest::Manifest;
use usher_core::operation::{
    Condition, ConfigureSettings, CreateRecord, Field, Key, Lookup, Operation, UpdateRecord,
};
use usher_core::plan::{Plan, PluginStamp};
use usher_core::read::{Identity, OrgKind};
use usher_core::recipe::{PluginLookup, PluginRef, Recipe, check, parse};
use usher_core::value::{BindingName, Reference, Scalar};

use crate::inputs::FoundInputs;
use crate::planning::looked::Ahead;
use crate::planning::{Confirmations, Planning};
use crate::port::{Boxed, StepAnswer, StepCall, StepError, Steps};
use crate::reads::{Reader, Shape};
use crate::testing::{FIXTURE, TestOrg};

/// Recipes that are tried when no other number is asked for, and those that share an org.
const RECIPES: u64 = 120;
const RECIPES_PER_ORG: u64 = 20;

/// Names of accounts: few, so that steps meet each other's records.
const NAMES: [&str; 6] = ["Acme", "Brook", "Cedar", "Delta", "Ember", "Fjord"];

/// Numbers from a seed (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn name(&mut self) -> &'static str {
        NAMES[self.below(NAMES.len() as u64) as usize]
    }
}

/// One plugin that does what its input says, and writes into each change everything that it has read so far.
struct Scripted {
    plugin: (Manifest, PluginStamp),
    /// The number of its calls.
    calls: AtomicUsize,
}

impl Scripted {
    fn new() -> Self {
        let any = json!({ "x-usher-unknown": true });
        let json = json!({
            "format": 1, "name": "scripted", "version": "0.1.0", "summary": "", "kind": "changing",
            "input": {"type": "object", "properties": {"script": {"type": "string"}, "from": any}},
            "output": {"type": "object", "properties": {"made": {}}},
            "reads": {"records": {"Account": ["Name", "Description", "ParentId", "Parent.Name"]}, "settings": ["Communities"]},
            "writes": {
                "create": {"Account": ["Name", "Description", "ParentId"]},
                "update": {"Account": ["Description", "ParentId"]},
                "configure": {"Communities": ["enableNetworksEnabled"]}
            }
        });
        let stamp = PluginStamp {
            name: "scripted".into(),
            version: "0.1.0".into(),
            digest: String::new(),
            file: None,
        };
        let manifest = Manifest::parse(json.to_string().as_bytes()).expect("a manifest");
        Self {
            plugin: (manifest, stamp),
            calls: AtomicUsize::new(0),
        }
    }
}

impl PluginLookup for Scripted {
    fn manifest(&self, _: &PluginRef) -> Option<&Manifest> {
        Some(&self.plugin.0)
    }

    fn names(&self) -> Vec<&str> {
        Vec::new()
    }
}

impl Steps for Scripted {
    fn plugin(&self, _: &str) -> Option<(&Manifest, &PluginStamp)> {
        Some((&self.plugin.0, &self.plugin.1))
    }

    fn plan(&self, _: &str, call: StepCall) -> Boxed<'_, Result<StepAnswer, StepError>> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            Ok(StepAnswer {
                plan: follow(call).await?,
                denied: Vec::new(),
            })
        })
    }
}

/// Follows a script of words: `Acme?` finds, `Acme#` counts, `Acme+` makes what is not there, `Acme=` changes what is,
/// `?` reads settings, `!` sets them, `P` asks for the parent's name as well, `-` has no plan without that account, `Acme&`
/// finds that account together with what only this script asks for.
async fn follow(call: StepCall) -> Result<StepPlan, StepError> {
    let script = call.input["script"].as_str().unwrap_or_default().to_owned();
    let from = call.input.get("from").and_then(Scalar::from_json);
    let mut seen = String::new();
    let mut plan = StepPlan {
        outputs: json!({}).into(),
        ..StepPlan::default()
    };
    let mut changed = BTreeSet::new();
    for word in script.split(' ') {
        let (name, deed) = word.split_at(word.len() - 1);
        let by_name = || vec![Condition::is("Name", Scalar::text(name))];
        let found = |fields: &[&str]| {
            let lookup = Lookup {
                object: "Account".into(),
                fields: fields.iter().map(|field| (*field).to_owned()).collect(),
                conditions: by_name(),
            };
            call.reads.find_all(vec![lookup])
        };
        match deed {
            "?" if name.is_empty() => {
                let answer = call.reads.get_settings("Communities".into()).await;
                let _text = write!(seen, "{answer:?};");
            }
            "!" if changed.insert("settings".to_owned()) => {
                let on = Scalar::from_json(&json!(seen.len().is_multiple_of(2))).expect("a value");
                plan.changes.push(change(
                    "settings",
                    Operation::from(ConfigureSettings {
                        settings: "Communities".into(),
                        fields: vec![field("enableNetworksEnabled", on)],
                    }),
                ));
            }
            "#" => {
                let count = call.reads.count("Account".into(), by_name()).await;
                let _text = write!(seen, "{count:?};");
            }
            "-" => {
                let answer = found(&[]).await.remove(0);
                if answer.is_ok_and(|records| records.is_empty()) {
                    return Err(StepError::Failed(Failure::Unmet(Vec::new())));
                }
            }
            "&" => {
                let all = [("Account", "Name", name), ("Contact", "LastName", &script)];
                let all = all.map(|(object, field, value)| Lookup {
                    object: object.into(),
                    fields: vec![field.into()],
                    conditions: vec![Condition::is(field, Scalar::text(value))],
                });
                let answers = call.reads.find_all(all.into()).await;
                let _text = write!(seen, "{answers:?};");
            }
            "?" | "P" => {
                let fields: &[&str] = match deed {
                    "P" => &["Name", "Description", "Parent.Name"],
                    _ => &["Name", "Description"],
                };
                let answer = found(fields).await.remove(0);
                let _text = write!(seen, "{answer:?};");
            }
            "+" | "=" if changed.insert(name.to_owned()) => {
                let answer = found(&["Name", "ParentId"]).await.remove(0);
                let _text = write!(seen, "{answer:?};");
                let Ok(records) = answer else { continue };
                let mut fields = vec![field("Description", Scalar::text(digest(&seen)))];
                let parent = from.clone().filter(|_| !seen.len().is_multiple_of(3));
                fields.extend(parent.map(|id| field("ParentId", id)));
                let id = records
                    .first()
                    .and_then(|record| Scalar::from_json(&record["Id"]));
                match (deed, id) {
                    ("+", None) => {
                        fields.push(field("Name", Scalar::text(name)));
                        let key = Key {
                            conditions: by_name(),
                            enforced: false,
                        };
                        plan.changes.push(change(
                            name,
                            Operation::from(CreateRecord {
                                object: "Account".into(),
                                fields,
                                key,
                                options: Vec::new(),
                            }),
                        ));
                        let made = Scalar::Reference(Reference::Bound(Box::new(BindingName {
                            address: name.to_owned(),
                            name: "id".to_owned(),
                        })));
                        plan.outputs = json!({ "made": made.to_json() }).into();
                    }
                    ("=", Some(id)) => {
                        plan.outputs = json!({ "made": id.to_json() }).into();
                        plan.changes.push(change(
                            name,
                            Operation::from(UpdateRecord {
                                object: "Account".into(),
                                id,
                                fields,
                                options: Vec::new(),
                            }),
                        ));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    Ok(plan)
}

fn field(name: &str, value: Scalar) -> Field {
    Field {
        name: name.into(),
        value,
    }
}

fn change(address: &str, operation: Operation) -> Change {
    Change {
        address: address.into(),
        summary: address.into(),
        operation,
        after: Vec::new(),
        waits: Vec::new(),
        results: Vec::new(),
        undo: Undo::Nothing,
    }
}

/// A short text that differs when what was read differs.
fn digest(seen: &str) -> String {
    let sum = seen.bytes().fold(0_u64, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    format!("{sum:x}")
}

/// Loops over names, the second over all that there are.
const LOOPS: [&[&str]; 2] = [&["Acme", "Cedar"], &NAMES];

/// A recipe of one to eight steps, some of them loops, some of which use what an earlier one has made.
fn recipe(random: &mut Random) -> String {
    let steps = random.below(8) + 1;
    let mut text = "title = \"Random\"\n".to_owned();
    let mut loops: Vec<Option<usize>> = Vec::new();
    for step in 0..steps {
        let looped = random.below(4) as usize;
        let own = (looped < LOOPS.len()).then_some(looped);
        let words = (0..random.below(6) + 1).map(|_| {
            let deed = ["?", "#", "+", "=", "P", "!", "&"][random.below(7) as usize];
            match random.below(8) {
                0 => "?".to_owned(),
                _ if deed == "!" => deed.to_owned(),
                1..4 if own.is_some() => format!("${{item}}{deed}"),
                _ => format!("{}{deed}", random.name()),
            }
        });
        let words = words.collect::<Vec<_>>().join(" ");
        let from = match random.below(3) {
            0 if step > 0 => {
                let earlier = random.below(step);
                let key = match loops[earlier as usize] {
                    Some(of) if own != Some(of) => {
                        let names = LOOPS[of];
                        let name = names[random.below(names.len() as u64) as usize];
                        format!("[\\\"{name}\\\"]")
                    }
                    _ => String::new(),
                };
                format!(", from = \"${{steps.s{earlier}{key}.made}}\"")
            }
            _ => String::new(),
        };
        let each = own.map_or_else(String::new, |of| format!("for_each = {:?}\n", LOOPS[of]));
        let _text = write!(
            text,
            "\n[[steps]]\nid = \"s{step}\"\n{each}use = \"scripted\"\nwith = {{ script = \"{words}\"{from} }}\n"
        );
        loops.push(own);
    }
    text
}

fn checked(text: &str, plugins: &Scripted) -> Recipe {
    let source = SourceText {
        name: "r.toml".into(),
        text: text.to_owned(),
    };
    let Ok(raw) = parse(source) else {
        panic!("the text is TOML: {text}");
    };
    match check(raw, plugins) {
        Ok(recipe) => recipe,
        Err(mistakes) => panic!("{mistakes:?}\n{text}"),
    }
}

/// The plan without the number of requests.
async fn planned(
    org: &TestOrg,
    recipe: &Recipe,
    plugins: &dyn Steps,
    ahead: Option<Ahead>,
) -> (Plan, usize) {
    let planning = Planning {
        recipe,
        inputs: &FoundInputs {
            values: Map::new(),
            used: Arc::default(),
            secrets: Default::default(),
        },
        identity: &Identity {
            org_id: "00D".into(),
            org_kind: OrgKind::Practice,
            user_id: "005".into(),
            username: "me@org".into(),
            api_version: "66.0".into(),
        },
        now: "2026-11-22T10:00:00Z",
        org: Arc::clone(&org.org),
        reader: Arc::new(Reader::new(Arc::clone(&org.org))),
        steps: plugins,
        confirmations: &Confirmations::default(),
    };
    org.requests();
    let mut plan = planning.planned_looking(ahead).await;
    plan.requests.read = 0;
    (plan, org.requests().len())
}

async fn some_org(random: &mut Random) -> TestOrg {
    let org = TestOrg::new(FIXTURE);
    let mut last = None;
    for name in NAMES {
        for _ in 0..random.below(3) {
            let mut row = json!({ "Name": name, "Description": format!("{}", random.below(3)) });
            if let Some(parent) = last.filter(|_| random.below(2) == 0) {
                row["ParentId"] = Value::String(parent);
            }
            last = Some(org.create("Account", row).await);
        }
    }
    org
}

fn asked(name: &str, otherwise: u64) -> u64 {
    let number = std::env::var(name).ok();
    number.map_or(otherwise, |number| number.parse().expect("a number"))
}

/// Lookups of accounts by their name.
fn by_name() -> Shape {
    Shape::of(&Lookup {
        object: "Account".into(),
        fields: Vec::new(),
        conditions: vec![Condition::is("Name", Scalar::text("Acme"))],
    })
}

#[tokio::test]
async fn an_item_that_is_held_is_planned_once() {
    let org = TestOrg::new(FIXTURE);
    let plugins = Scripted::new();
    let text = format!(
        "title = \"One account\"\n[[steps]]\nid = \"s\"\nfor_each = {NAMES:?}\nuse = \"scripted\"\n\
         with = {{ script = \"${{item}}? Acme+\" }}\n"
    );
    let recipe = checked(&text, &plugins);
    let mut calls = Vec::new();
    for looks in [
        None,
        Some(Ahead::default()),
        Some(Ahead::contesting(200, &[by_name()])),
    ] {
        let (plan, _) = planned(&org, &recipe, &plugins, looks).await;
        let creates = plan
            .steps
            .iter()
            .filter(|step| !step.plan.changes.is_empty());
        assert_eq!(creates.count(), 1);
        calls.push(plugins.calls.swap(0, Ordering::Relaxed));
    }
    assert_eq!(calls, [6, 11, 6]);
}

#[tokio::test]
async fn what_held_items_ask_the_org_for_leaves_with_the_reads_of_the_others() {
    let org = TestOrg::new(FIXTURE);
    let plugins = Scripted::new();
    let text = format!(
        "title = \"One account\"\n[[steps]]\nid = \"s\"\nfor_each = {NAMES:?}\nuse = \"scripted\"\n\
         with = {{ script = \"Acme& Acme+ ${{item}}/\" }}\n"
    );
    let recipe = checked(&text, &plugins);
    let looks = Some(Ahead::contesting(200, &[by_name()]));
    let (_, requests) = planned(&org, &recipe, &plugins, looks).await;
    assert_eq!(plugins.calls.load(Ordering::Relaxed), NAMES.len());
    assert_eq!(requests, 2);
}

/// A plugin that reaches a limit whenever another call goes on beside it.
struct Crowded {
    scripted: Scripted,
    live: AtomicUsize,
}

impl Steps for Crowded {
    fn plugin(&self, name: &str) -> Option<(&Manifest, &PluginStamp)> {
        self.scripted.plugin(name)
    }

    fn plan(&self, name: &str, call: StepCall) -> Boxed<'_, Result<StepAnswer, StepError>> {
        let plan = self.scripted.plan(name, call);
        Box::pin(async move {
            let before = self.live.fetch_add(1, Ordering::Relaxed);
            let plan = plan.await;
            self.live.fetch_sub(1, Ordering::Relaxed);
            match before {
                0 => plan,
                _ => Err(StepError::Limit("too little memory".into())),
            }
        })
    }
}

#[tokio::test]
async fn a_limit_that_others_have_reached_fails_no_item() {
    let org = TestOrg::new(FIXTURE);
    let plugins = Crowded {
        scripted: Scripted::new(),
        live: AtomicUsize::new(0),
    };
    let text = format!(
        "title = \"Crowded\"\n[[steps]]\nid = \"s\"\nfor_each = {NAMES:?}\nuse = \"scripted\"\n\
         with = {{ script = \"${{item}}? ${{item}}+\" }}\n"
    );
    let recipe = checked(&text, &plugins.scripted);
    for looks in [
        Ahead::default(),
        Ahead::in_windows(2),
        Ahead::contesting(2, &[by_name()]),
    ] {
        let (plan, _) = planned(&org, &recipe, &plugins, Some(looks)).await;
        let failed = plan
            .steps
            .iter()
            .filter(|step| step.plan.changes.is_empty());
        let failed: Vec<_> = failed.map(|step| &step.state).collect();
        assert!(failed.is_empty(), "{failed:?}");
    }
}

#[tokio::test]
async fn an_item_without_a_plan_is_not_planned_in_the_steps_behind() {
    let org = TestOrg::new(FIXTURE);
    for name in &NAMES[4..] {
        org.create("Account", json!({ "Name": name })).await;
    }
    let plugins = Scripted::new();
    let group = |id: &str, script: &str| {
        format!(
            "[[steps.group]]\nid = \"{id}\"\nuse = \"scripted\"\nwith = {{ script = \"{script}\" }}\n"
        )
    };
    let text = format!(
        "title = \"Some\"\n[[steps]]\nid = \"each\"\nfor_each = {NAMES:?}\n{}{}",
        group("first", "${item}-"),
        group("second", "${item}="),
    );
    let recipe = checked(&text, &plugins);
    for looks in [None, Some(Ahead::in_windows(2))] {
        let (plan, _) = planned(&org, &recipe, &plugins, looks).await;
        let changes = plan.steps.iter().map(|step| step.plan.changes.len());
        assert_eq!(changes.sum::<usize>(), 2);
        // Six of the first step, and two of the second.
        assert!(plugins.calls.swap(0, Ordering::Relaxed) <= 8);
    }
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "what was tried is shown on demand")]
async fn looking_ahead_changes_no_plan() {
    let first = asked("USHER_PLANS_SEED", 1);
    let recipes = asked("USHER_PLANS", RECIPES);
    let plugins = Scripted::new();
    let (mut changes, mut in_order, mut side_by_side) = (0, 0, 0);
    let mut org = None;
    for number in 0..recipes {
        let seed = first + number;
        let mut random = Random(seed);
        if number % RECIPES_PER_ORG == 0 {
            org = Some(some_org(&mut random).await);
        }
        let org = org.as_ref().expect("made for the first recipe");
        let text = recipe(&mut random);
        let recipe = checked(&text, &plugins);
        let (strict, strict_requests) = planned(org, &recipe, &plugins, None).await;
        let looks = Some(Ahead::default());
        let (ahead, ahead_requests) = planned(org, &recipe, &plugins, looks).await;
        let looks = Some(Ahead::in_windows(2));
        let (in_windows, _) = planned(org, &recipe, &plugins, looks).await;
        let looks = Some(Ahead::contesting(4, &[by_name()]));
        let (contested, _) = planned(org, &recipe, &plugins, looks).await;
        let json = |plan: &Plan| serde_json::to_string_pretty(plan).expect("serialises");
        assert_eq!(json(&ahead), json(&strict), "seed {seed}\n{text}");
        assert_eq!(json(&in_windows), json(&strict), "seed {seed}\n{text}");
        assert_eq!(json(&contested), json(&strict), "seed {seed}\n{text}");
        let steps = strict.steps.iter();
        changes += steps.map(|step| step.plan.changes.len()).sum::<usize>();
        in_order += strict_requests;
        side_by_side += ahead_requests;
    }
    println!(
        "{recipes} recipes from seed {first}: {changes} changes; requests in order {in_order}, side by side {side_by_side}"
    );
    // The recipes do something, and looking ahead is worth it.
    assert!(changes as u64 > recipes);
    assert!(side_by_side < in_order, "{side_by_side} < {in_order}");
}
