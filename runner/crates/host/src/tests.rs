//! The crate as its callers use it, with guests written by hand in WebAssembly text.

mod bounds;
mod cached;
mod guest;
mod image;
mod inspected;
mod loaded;
mod mutated;
mod muted;
mod planned;
mod pooled;
pub(crate) mod table;
mod written;

use std::sync::Arc;

use serde_json::{Map, Value};

use usher_contract::read::{Identity, OrgKind};

use crate::limit::Limits;
use crate::{Call, Host, PlanError, Planned, Plugin};

/// A host with the usual limits and no cache.
fn host() -> Host {
    Host::new(None).expect("an engine")
}

/// Loads a guest as a plugin, on a host with other limits.
async fn plugin(bytes: Vec<u8>, limits: Limits) -> Plugin {
    let host = Host::with_limits(None, limits).expect("an engine");
    host.load(bytes.into()).await.expect("a plugin")
}

/// A call on an org of a few records.
pub(crate) fn call() -> Call {
    Call {
        identity: Identity {
            org_id: "00D000000000001AAA".to_owned(),
            org_kind: OrgKind::Practice,
            user_id: "005000000000001AAA".to_owned(),
            username: "admin@example.com".to_owned(),
            api_version: "66.0".to_owned(),
        },
        now: "2026-11-22T10:00:00Z".to_owned(),
        input: Map::new(),
        org: Arc::new(table::few()),
        seed: [7; 32],
        limits: usher_contract::grant::Limits::default(),
        learns: false,
        notes_used: true,
    }
}

/// Returns the plan of the plugin in `bytes` with the usual limits.
async fn plan(bytes: Vec<u8>) -> Result<Planned, PlanError> {
    plugin(bytes, Limits::usual()).await.plan(call()).await
}

fn object(json: Value) -> Map<String, Value> {
    match json {
        Value::Object(object) => object,
        other => panic!("{other} is no object"),
    }
}
