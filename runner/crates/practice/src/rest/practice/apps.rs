//! `/practice/apps`: the apps of the org, one by one.

use http::Method;
use serde_json::{Map, Value, json};

use crate::refusal::{Outcome, Refusal};
use crate::rest::{Answer, Call, method_not_allowed};
use crate::settings;
use crate::sign_in::app::APPS;
use crate::tenant::Tenant;

/// Secrets are not shown again.
const HIDDEN: &str = "secret";

pub(super) fn answer(org: &Tenant<'_>, call: &Call, path: &[&str]) -> Outcome<Answer> {
    let apps = match org.setting(APPS)? {
        Some(Value::Array(apps)) => apps,
        _ => Vec::new(),
    };
    match (&call.method, path) {
        (&Method::GET, []) => {
            let shown: Vec<Value> = apps.into_iter().map(shown).collect();
            Ok(Answer::ok(json!({ "apps": shown })))
        }
        (&Method::POST, []) => {
            let app = Value::Object(call.object()?);
            let client_id = app["client_id"].clone();
            keep(org, apps, &client_id, Some(app))?;
            Ok(Answer {
                status: 201,
                body: Some(json!({ "client_id": client_id })),
                location: None,
            })
        }
        (&Method::PATCH, [client_id]) => {
            let mut app = found(&apps, client_id)?;
            app.extend(call.object()?);
            let id = Value::from(*client_id);
            keep(org, apps, &id, Some(Value::Object(app)))?;
            Ok(Answer::empty())
        }
        (&Method::DELETE, [client_id]) => {
            found(&apps, client_id)?;
            keep(org, apps, &Value::from(*client_id), None)?;
            Ok(Answer::empty())
        }
        (method, [] | [_]) => Err(method_not_allowed(method)),
        _ => Err(Refusal::not_found()),
    }
}

fn found(apps: &[Value], client_id: &str) -> Outcome<Map<String, Value>> {
    let app = apps.iter().find(|app| app["client_id"] == *client_id);
    let app = app.and_then(Value::as_object).cloned();
    app.ok_or_else(Refusal::not_found)
}

/// Puts an app in the place of the one with that consumer key, or at the end.
fn keep(
    org: &Tenant<'_>,
    mut apps: Vec<Value>,
    client_id: &Value,
    app: Option<Value>,
) -> Outcome<()> {
    let place = apps.iter().position(|app| app["client_id"] == *client_id);
    match (place, app) {
        (Some(place), Some(app)) => apps[place] = app,
        (Some(place), None) => drop(apps.remove(place)),
        (None, app) => apps.extend(app),
    }
    org.unit(|| settings::set(org, APPS, &Value::Array(apps)))
}

fn shown(mut app: Value) -> Value {
    if let Some(app) = app.as_object_mut() {
        app.remove(HIDDEN);
    }
    app
}
