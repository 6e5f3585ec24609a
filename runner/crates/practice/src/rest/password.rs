//! `sobjects/User/{id}/password` (docs/salesforce/users.md#passwords). The password signs in where the org lets it
//! (docs/salesforce/soap.md#login).

use http::Method;
use serde_json::{Value, json};

use crate::mail;
use crate::refusal::{Outcome, Refusal};
use crate::rest::records::record_id;
use crate::rest::{Answer, Call, method_not_allowed};
use crate::rights;
use crate::schema::object;
use crate::sign_in::password;
use crate::tenant::Tenant;

/// A password that Salesforce makes up; the form is \[inferred\].
fn temporary(org: &Tenant<'_>) -> Outcome<String> {
    let id = org.next_id_of("practice_password", "000")?;
    Ok(format!("a1{}", &id[3..15]))
}

pub(crate) fn answer(org: &Tenant<'_>, call: &Call, id: &str) -> Outcome<Answer> {
    let users = object("User").expect("the schema has it");
    let id = record_id(users, id)?;
    let user = org.row(users, &id)?.ok_or_else(Refusal::not_found)?;
    if call.method != Method::GET {
        rights::save::password(org, &user)?;
    }
    match call.method {
        Method::GET => Ok(Answer::ok(
            json!({ "isExpired": password::is_expired(org.db, &id)? }),
        )),
        Method::POST => {
            let body = call.object()?;
            let new = body
                .get("NewPassword")
                .and_then(Value::as_str)
                .unwrap_or_default();
            password::check(new)?;
            org.unit(|| Ok(password::set(org.db, &id, new, false)?))?;
            Ok(Answer::empty())
        }
        Method::DELETE => {
            let new = org.unit(|| {
                mail::password_reset(org, &id)?;
                let new = temporary(org)?;
                password::set(org.db, &id, &new, true)?;
                Ok(new)
            })?;
            Ok(Answer::ok(json!({ "NewPassword": new })))
        }
        _ => Err(method_not_allowed(&call.method)),
    }
}
