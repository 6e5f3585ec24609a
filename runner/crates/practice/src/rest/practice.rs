//! The practice face, below `/practice`: set-up that Salesforce gives no API for. **Not Salesforce's**:
//! no real org has it.
//!
//! - `POST /practice/records/<Object>`: a raw row, no rule asked → `{"id"}`
//! - `PATCH /practice/records/<Object>/<id>`: fields of a row, no rule asked
//! - `GET /practice/mails`: what would have been sent
//! - `GET /practice/settings`, `PATCH /practice/settings` with `{"name": value}`

use http::Method;
use serde_json::{Value, json};

use crate::mail;
use crate::org::Org;
use crate::refusal::{Outcome, Refusal};
use crate::rest::records::record_id;
use crate::rest::{Answer, Call, method_not_allowed};
use crate::save::{self, Hand};
use crate::schema::object;
use crate::settings;

pub(crate) fn answer(org: &Org<'_>, call: &Call, path: &[&str]) -> Outcome<Answer> {
    match (&call.method, path) {
        (&Method::POST, ["records", name]) => {
            let object = object(name).ok_or_else(Refusal::not_found)?;
            let id = save::create(org, object, &call.object()?, Hand::Raw)?;
            Ok(Answer {
                status: 201,
                body: Some(json!({ "id": id })),
                location: None,
            })
        }
        (&Method::PATCH, ["records", name, id]) => {
            let object = object(name).ok_or_else(Refusal::not_found)?;
            let id = record_id(object, id)?;
            save::update(org, object, &id, &call.object()?, Hand::Raw)?;
            Ok(Answer::empty())
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
        (&Method::GET, ["mails"]) => Ok(Answer::ok(mail::all(org)?)),
        (method, ["records", ..] | ["settings"] | ["mails"]) => Err(method_not_allowed(method)),
        _ => Err(Refusal::not_found()),
    }
}
