//! A script: the questions to the org, in order, and the answer.

use std::hint::black_box;

use serde::Serialize;
use serde_json::{Value as Json, json};
use usher_sdk::{
    ComponentName, Condition, Failure, Field, Level, Lookup, Org, OrgKind, ReadError, ResourcePath,
    StepPlan,
};

use crate::decode::{FromJson, case, field, only, value};

/// The actions of the plugin in one call.
pub(crate) struct Script {
    reads: Vec<Ask>,
    answer: Answer,
}

/// One function of the contract with its parameters.
enum Ask {
    Who,
    Now,
    /// The input beside the script. Asks the org nothing.
    Input,
    Find(Lookup),
    FindAll(Vec<Lookup>),
    Count(String, Vec<Condition>),
    Query(String, Vec<Field>),
    DescribeObject(String, Vec<String>),
    GetSettings(String),
    ListComponents(String),
    ReadComponent(ComponentName, Vec<ComponentName>),
    Get(ResourcePath),
}

enum Answer {
    Ok(StepPlan),
    Err(Failure),
    /// Breaks off.
    Trap,
    /// Computes without end.
    Loop,
    /// Takes memory without end.
    Hoard,
    /// Logs without end, sixteen megabytes at a time.
    Flood,
}

impl FromJson for Script {
    fn from_json(json: &Json) -> Result<Self, String> {
        only(json, &["reads", "answer"])?;
        Ok(Self {
            reads: field(json, "reads")?,
            answer: field(json, "answer")?,
        })
    }
}

impl FromJson for Ask {
    fn from_json(json: &Json) -> Result<Self, String> {
        let (name, parameters) = case(json)?;
        let of = parameters.unwrap_or(&Json::Null);
        Ok(match name {
            "who" => Self::Who,
            "now" => Self::Now,
            "input" => Self::Input,
            "find" => Self::Find(field(of, "what")?),
            "find-all" => Self::FindAll(field(of, "what")?),
            "count" => Self::Count(field(of, "object")?, field(of, "conditions")?),
            "query" => Self::Query(field(of, "soql")?, field(of, "binds")?),
            "describe-object" => Self::DescribeObject(field(of, "object")?, field(of, "fields")?),
            "get-settings" => Self::GetSettings(field(of, "name")?),
            "list-components" => Self::ListComponents(field(of, "kind")?),
            "read-component" => Self::ReadComponent(field(of, "name")?, field(of, "companions")?),
            "get" => Self::Get(field(of, "path")?),
            name => return Err(format!("`{name}` is not a function of the contract")),
        })
    }
}

impl FromJson for Answer {
    fn from_json(json: &Json) -> Result<Self, String> {
        let (name, held) = case(json)?;
        Ok(match name {
            "ok" => Self::Ok(with_outputs(value(name, held)?)),
            "err" => Self::Err(value(name, held)?),
            "trap" => Self::Trap,
            "loop" => Self::Loop,
            "hoard" => Self::Hoard,
            "flood" => Self::Flood,
            name => return Err(format!("`{name}` is not an answer")),
        })
    }

    /// The org is as wanted.
    fn left_out() -> Option<Self> {
        Some(Self::Ok(with_outputs(StepPlan::new())))
    }
}

/// Outputs that are left out are an object without a value.
fn with_outputs(mut plan: StepPlan) -> StepPlan {
    if plan.outputs.is_empty() {
        plan.outputs = "{}".to_owned();
    }
    plan
}

impl Script {
    /// Asks everything and gives the answer. `note` gets the answer of each read.
    pub(crate) fn play(
        self,
        input: &Json,
        org: &dyn Org,
        note: impl Fn(&Json),
    ) -> Result<StepPlan, Failure> {
        for ask in &self.reads {
            note(&ask.asked(input, org));
        }
        match self.answer {
            Answer::Ok(plan) => Ok(plan),
            Answer::Err(failure) => Err(failure),
            Answer::Trap => panic!("the script says so"),
            Answer::Loop => loop {
                black_box(());
            },
            Answer::Hoard => {
                let mut hoard = Vec::new();
                loop {
                    hoard.push(vec![1_u8; 1 << 20]);
                    black_box(&hoard);
                }
            }
            Answer::Flood => {
                let line = "x".repeat(16_000_000);
                loop {
                    org.log(Level::Info, &line);
                }
            }
        }
    }
}

impl Ask {
    /// Returns the answer of the read: `{"value": …}`, or the case of `read-error`.
    fn asked(&self, input: &Json, org: &dyn Org) -> Json {
        match self {
            Self::Who => {
                let who = org.who();
                answered(Ok(json!({
                    "org-id": who.org_id, "org-kind": kind(who.org_kind), "user-id": who.user_id,
                    "username": who.username, "api-version": who.api_version,
                })))
            }
            Self::Now => answered(Ok(org.now())),
            Self::Input => answered(Ok(input)),
            Self::Find(what) => answered(org.find(what)),
            Self::FindAll(what) => {
                let answers = org.find_all(what).into_iter();
                answered(Ok(answers.map(answered).collect::<Vec<_>>()))
            }
            Self::Count(object, conditions) => answered(org.count(object, conditions)),
            Self::Query(soql, binds) => answered(org.query(soql, binds)),
            Self::DescribeObject(object, fields) => {
                let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
                answered(org.describe_object(object, &fields))
            }
            Self::GetSettings(name) => answered(org.get_settings(name)),
            Self::ListComponents(kind) => answered(org.list_components(kind).map(|all| {
                let all = all.into_iter();
                let one = all.map(|one| json!({ "fullName": one.full_name, "id": one.id }));
                one.collect::<Vec<_>>()
            })),
            Self::ReadComponent(name, companions) => answered(org.read_component(name, companions)),
            Self::Get(path) => answered(org.get(path)),
        }
    }
}

fn answered<T: Serialize>(answer: Result<T, ReadError>) -> Json {
    match answer {
        Ok(value) => json!({ "value": value }),
        Err(ReadError::Denied(what)) => json!({ "denied": what }),
        Err(ReadError::Pending(it)) => {
            json!({ "pending": { "token": it.token, "reason": it.reason } })
        }
        Err(ReadError::Refused(it)) => json!({
            "refused": { "status": it.status, "code": it.code, "message": it.message }
        }),
        Err(ReadError::TooMuch(what)) => json!({ "too-much": what }),
        Err(ReadError::Unavailable(why)) => json!({ "unavailable": why }),
    }
}

fn kind(kind: OrgKind) -> &'static str {
    match kind {
        OrgKind::Production => "production",
        OrgKind::Sandbox => "sandbox",
        OrgKind::Scratch => "scratch",
        OrgKind::Trial => "trial",
        OrgKind::Practice => "practice",
    }
}
