//! The practice face, below `/practice`: set-up that Salesforce gives no API for. **Not Salesforce's**:
//! no real org has it.
//!
//! - `POST /practice/records/<Object>`: a raw row, no rule asked → `{"id"}`; or a list of rows, all or
//!   none → `{"ids"}` in the order of the rows
//! - `PATCH /practice/records/<Object>/<id>`: fields of a row, no rule asked
//! - `POST /practice/undelete/<id>`: a record of the recycle bin comes back → `{"id"}`; every rule is asked
//! - `POST /practice/tokens` with `{"username": …}`: an access token of that user → `{"access_token"}`
//! - `POST /practice/tokens/end` with `{"token": …}`, `{"username": …}` or `{}`: ends that token, the sessions of that
//!   user, all; with `"refresh_tokens": true` refresh tokens, too → `{"ended"}`
//! - `GET /practice/apps`, `POST /practice/apps`, `PATCH` and `DELETE /practice/apps/<client id>`: the apps of the org
//! - `GET /practice/mails`: what would have been sent
//! - `GET /practice/settings`, `PATCH /practice/settings` with `{"name": value}`

use http::Method;
use serde_json::{Map, Value, json};

use crate::hand::Hand;
use crate::mail;
use crate::refusal::{Outcome, Refusal};
use crate::rest::records::record_id;
use crate::rest::{Answer, Call, method_not_allowed};
use crate::save;
use crate::schema::object;
use crate::settings;
use crate::tenant::Tenant;
use crate::undelete;

mod apps;
pub(crate) mod tokens;

pub(crate) fn answer(org: &Tenant<'_>, call: &Call, path: &[&str]) -> Outcome<Answer> {
    match (&call.method, path) {
        (&Method::POST, ["records", name]) => {
            let object = object(name).ok_or_else(Refusal::not_found)?;
            if object.name == "Organization" {
                let message = "an org is one organization; PATCH changes it";
                return Err(Refusal::new(400, "INVALID_TYPE_FOR_OPERATION", message));
            }
            let body = match call.json()? {
                Value::Array(records) => {
                    let ids = save::create_all(org, object, &rows(records)?, Hand::Raw)?;
                    json!({ "ids": ids })
                }
                _ => json!({ "id": save::create(org, object, &call.object()?, Hand::Raw)? }),
            };
            Ok(Answer {
                status: 201,
                body: Some(body),
                location: None,
            })
        }
        (&Method::PATCH, ["records", name, id]) => {
            let object = object(name).ok_or_else(Refusal::not_found)?;
            let id = record_id(object, id)?;
            save::update(org, object, &id, &call.object()?, Hand::Raw)?;
            Ok(Answer::empty())
        }
        (&Method::POST, ["undelete", id]) => {
            Ok(Answer::ok(json!({ "id": undelete::undelete(org, id)? })))
        }
        (&Method::GET, ["settings"]) => Ok(Answer::ok(Value::Object(settings::all(org)?))),
        (&Method::PATCH, ["settings"]) => {
            let wanted = call.object()?;
            org.unit(|| {
                wanted
                    .iter()
                    .try_for_each(|(name, value)| settings::set(org, name, value))
            })?;
            Ok(Answer::empty())
        }
        (_, ["apps", rest @ ..]) => apps::answer(org, call, rest),
        (&Method::GET, ["mails"]) => Ok(Answer::ok(mail::all(org)?)),
        (method, ["records", ..] | ["settings"] | ["mails"] | ["tokens", ..]) => {
            Err(method_not_allowed(method))
        }
        _ => Err(Refusal::not_found()),
    }
}

/// The rows of a list. One that is no object refuses the list.
fn rows(records: Vec<Value>) -> Outcome<Vec<Map<String, Value>>> {
    let rows = records.into_iter().enumerate().map(|(place, record)| {
        let Value::Object(fields) = record else {
            let refusal = Refusal::new(400, "JSON_PARSER_ERROR", "it is no JSON object");
            return Err(refusal.about(&format!("record {}", place + 1)));
        };
        Ok(fields)
    });
    rows.collect()
}

#[cfg(test)]
mod tests;
