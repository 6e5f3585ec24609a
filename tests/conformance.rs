//! The conformance suite on the host: one component, whose manifest each case writes, and whose input says what to
//! read and what to answer. `docs/conformance.md` explains the cases.

pub(crate) mod case;
mod complete;
pub(crate) mod component;
mod org;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;
use usher_contract::answer::Breach;
use usher_contract::read::{Identity, OrgKind};
use usher_host::{Call, Host, NoPlan, PlanError, Plugin};

use case::{Case, Runner};
use org::State;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/conformance/cases");

/// The result of a case.
struct Tried {
    refused: Vec<String>,
    /// The kind of the first mistake.
    fault: Option<String>,
    log: Vec<Json>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_case_comes_out_as_it_says() {
    let host = Host::new(Some(component::cache())).expect("a host");
    let mut plugins: BTreeMap<String, Plugin> = BTreeMap::new();
    let mut wrong = vec![];
    for case in case::cases(Runner::Host) {
        let manifest = case.manifest();
        let plugin = match plugins.get(&manifest) {
            Some(plugin) => plugin,
            None => {
                let bytes = component::under(&manifest);
                let plugin = host.load(bytes.into()).await;
                let plugin = plugin.unwrap_or_else(|error| panic!("{}: {error}", case.name));
                plugins.entry(manifest).or_insert(plugin)
            }
        };
        let tried = tried(plugin, &case).await;
        wrong.extend(case.compare(&tried.refused, &tried.log).err());
        if case.fault != tried.fault {
            let (is, should) = (&tried.fault, &case.fault);
            wrong.push(format!(
                "{}: the fault is {is:?}, not {should:?}",
                case.name
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

async fn tried(plugin: &Plugin, case: &Case) -> Tried {
    let planned = plugin
        .plan(Call {
            identity: Identity {
                org_id: "00DPRACTICE000125B".to_owned(),
                org_kind: OrgKind::Practice,
                user_id: "005PRACTICE0001Y5B".to_owned(),
                username: "admin@practice.example".to_owned(),
                api_version: "66.0".to_owned(),
            },
            now: "2026-11-22T10:00:00Z".to_owned(),
            input: case.input(),
            org: Arc::new(State::of(&case.org)),
            seed: [7; 32],
            limits: usher_contract::grant::Limits::default(),
            learns: false,
            notes_used: false,
        })
        .await;
    let (why, denied, log) = match planned {
        Ok(planned) => (None, planned.denied, planned.log),
        Err(PlanError {
            why, denied, log, ..
        }) => (Some(why), denied, log),
    };
    // A refused read makes the whole answer worthless, so it is reported first.
    let (refused, fault) = match (denied.is_empty(), why) {
        (false, _) => breach(&Breach::Undeclared(denied)),
        (true, None | Some(NoPlan::Failed(_))) => (vec![], None),
        (true, Some(NoPlan::BadAnswer(bad))) => breach(&Breach::BadAnswer(bad)),
        (true, Some(NoPlan::Undeclared(what))) => breach(&Breach::Undeclared(what)),
        (true, Some(other)) => (vec![other.to_string()], Some(other.code().to_owned())),
    };
    Tried {
        refused,
        fault,
        log: log
            .iter()
            .filter_map(|line| serde_json::from_str(&line.text).ok())
            .collect(),
    }
}

/// Returns the lines that name the mistakes, and the kind of the first.
fn breach(breach: &Breach) -> (Vec<String>, Option<String>) {
    match breach {
        Breach::BadAnswer(bad) => (vec![bad.to_string()], Some(complete::kind(&bad.fault))),
        Breach::Undeclared(what) => (
            what.iter().map(ToString::to_string).collect(),
            what.first()
                .map(|first| format!("undeclared/{}", complete::kind(first))),
        ),
    }
}
