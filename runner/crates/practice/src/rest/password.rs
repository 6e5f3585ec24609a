//! `sobjects/User/{id}/password` (docs/salesforce/users.md#passwords). Users do not sign in to the practice org with
//! passwords, so it keeps none; a client sees the mail.

use http::Method;
use serde_json::{Value, json};

use crate::mail;
use crate::refusal::{Outcome, Refusal};
use crate::rest::records::record_id;
use crate::rest::{Answer, Call, method_not_allowed};
use crate::rights;
use crate::schema::object;
use crate::tenant::Tenant;

/// A new org's policy: eight characters, letters and digits \[inferred\].
const LENGTH_MIN: usize = 8;

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
        Method::GET => Ok(Answer::ok(json!({ "isExpired": false }))),
        Method::POST => {
            let body = call.object()?;
            let password = body
                .get("NewPassword")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let strong = password.chars().count() >= LENGTH_MIN
                && password.contains(char::is_alphabetic)
                && password.contains(char::is_numeric);
            match strong {
                true => Ok(Answer::empty()),
                false => {
                    // [inferred] The text.
                    let message = format!(
                        "Your password must be at least {LENGTH_MIN} characters long and have a mix of letters and numbers."
                    );
                    Err(Refusal::new(400, "INVALID_NEW_PASSWORD", message))
                }
            }
        }
        Method::DELETE => {
            let password = org.unit(|| {
                mail::password_reset(org, &id)?;
                temporary(org)
            })?;
            Ok(Answer::ok(json!({ "NewPassword": password })))
        }
        _ => Err(method_not_allowed(&call.method)),
    }
}
