//! The API is for users with *API Enabled*, and for sessions that apps were given for it
//! (docs/salesforce/sign-in.md#who-may-use-the-api).

use crate::refusal::{Outcome, Refusal};
use crate::settings::API_DISABLED;
use crate::sign_in::password;
use crate::sign_in::session::Session;
use crate::tenant::Tenant;
use crate::tenant::rights::{Right, has_one};

/// Refuses a REST call of a session that must not make any.
pub(crate) fn rest(org: &Tenant<'_>, session: &Session) -> Outcome<()> {
    if !session.has("api") {
        let message = "This session is not valid for use with the REST API";
        return Err(Refusal::new(401, "INVALID_SESSION_ID", message));
    }
    let message = "The REST API is not enabled for this Organization.";
    enabled(org, 403, message)?;
    unexpired(org, session, 403)
}

/// Refuses a call of a user who signed in with a password that has expired (docs/salesforce/soap.md#login).
pub(crate) fn unexpired(org: &Tenant<'_>, session: &Session, status: u16) -> Outcome<()> {
    match session.is_of_login() && password::is_expired(org.db, &org.user_id)? {
        false => Ok(()),
        true => {
            let message = "The users password has expired, you must call SetPassword before attempting any other API operations";
            let code = "INVALID_OPERATION_WITH_EXPIRED_PASSWORD";
            Err(Refusal::new(status, code, message))
        }
    }
}

/// Refuses a SOAP call of a user who must not make any.
pub(crate) fn soap(org: &Tenant<'_>) -> Outcome<()> {
    let message = "API is not enabled for this Organization or Partner";
    enabled(org, 500, message)
}

fn enabled(org: &Tenant<'_>, status: u16, message: &str) -> Outcome<()> {
    match has_one(org, &[Right::ApiEnabled])? && !org.is_on(API_DISABLED)? {
        true => Ok(()),
        false => Err(Refusal::new(status, "API_DISABLED_FOR_ORG", message)),
    }
}
