//! `login`: a username and a password for a session (docs/salesforce/soap.md#login). Versions from 65.0 have it no more,
//! and new orgs have it off until an administrator turns it on.

use rusqlite::OptionalExtension;

use crate::refusal::Refusal;
use crate::rights;
use crate::row::{Row, text};
use crate::schema::{Object, object};
use crate::sign_in::mint::Mint;
use crate::sign_in::session::{self, FromApp, MAY_SIGN_IN, Session};
use crate::sign_in::switches::{IP_RESTRICTED, SOAP_LOGIN};
use crate::sign_in::{end, lists, password};
use crate::soap_api::envelope::Fault;
use crate::soap_api::face::Face;
use crate::soap_api::headers::Headers;
use crate::soap_api::people;
use crate::tenant::Tenant;
use crate::xml::Element;

/// The last version with the operation.
const LAST_VERSION: u32 = 64;

/// The result of a sign-in, or its fault.
pub(super) fn login(
    face: Face,
    org: &Tenant<'_>,
    mint: &mut Mint,
    headers: &Headers,
    call: &Element,
    address: &str,
) -> Result<String, Fault> {
    if org.version > LAST_VERSION {
        let message = format!(
            "The SOAP Login operation is not available in the API version specified ({}.0). Refer to the documentation for supported versions.",
            org.version
        );
        return Err(Refusal::new(500, "INVALID_OPERATION", message).into());
    }
    if !org.is_on(SOAP_LOGIN)? {
        let message = "SOAP API login() is disabled by default in this org. Contact the org administrator to enable SOAP API login().";
        return Err(Refusal::new(500, "INVALID_OPERATION", message).into());
    }
    let user = known(org, headers, call)?;
    let user_id = text(&user, "Id");
    let asker = Tenant {
        user_id: user_id.to_owned(),
        fills: false,
        ..org.at_version(org.version)
    };
    rights::api::soap(&asker)?;
    let organization_id = org.organization_id()?;
    let token = format!("{}!AQ{}", &organization_id[..15], mint.draw(org.now_ms));
    let session = Session {
        user_id: user_id.to_owned(),
        from_app: Some(FromApp::of_login(mint.draw(org.now_ms), org.now_ms)),
    };
    org.unit(|| Ok(session::open(org.db, &token, &session)?))?;
    let expired = password::is_expired(org.db, user_id)?;
    let sandbox = organization_is_sandbox(org)?;
    let url = |letter: &str| {
        format!(
            "{address}/services/Soap/{letter}/{}.0/{}",
            org.version,
            &organization_id[..15]
        )
    };
    let info = match people::info(org, user_id) {
        Ok(info) => info,
        Err(refusal) => {
            end::one(org.db, &token).map_err(Refusal::from)?;
            return Err(refusal.into());
        }
    };
    Ok(format!(
        "<result><metadataServerUrl>{}</metadataServerUrl><passwordExpired>{expired}</passwordExpired><sandbox>{sandbox}</sandbox><serverUrl>{}</serverUrl><sessionId>{token}</sessionId><userId>{user_id}</userId><userInfo>{info}</userInfo></result>",
        url("m"),
        url(face.letter()),
    ))
}

/// The user with that name and that password.
fn known(org: &Tenant<'_>, headers: &Headers, call: &Element) -> Result<Row, Fault> {
    let invalid = || {
        let message = "Invalid username, password, security token; or user locked out.";
        Fault::of_login("INVALID_LOGIN", message)
    };
    let username = call.child_text("username");
    let sql = format!("SELECT u.\"Id\" FROM \"User\" u WHERE u.\"Username\" = ? AND {MAY_SIGN_IN}");
    let found: Option<String> = org
        .db
        .prepare_cached(&sql)
        .and_then(|mut statement| statement.query_row([username], |row| row.get(0)).optional())
        .map_err(Refusal::from)?;
    let user_id = found.ok_or_else(invalid)?;
    if !password::fits(org, &user_id, call.child_text("password"))? {
        return Err(invalid());
    }
    let user = org.row(users(), &user_id)?.ok_or_else(invalid)?;
    let named = headers.organization_id.as_str();
    let own = named.len() >= 15 && org.organization_id()?.starts_with(named);
    // External users say which org they sign in to.
    if !own && (!named.is_empty() || text(&user, "UserType") != "Standard") {
        return Err(invalid());
    }
    if lists(org, IP_RESTRICTED, username)? {
        // [inferred] The text.
        let message = "The user is not allowed to log in from this IP address.";
        return Err(Fault::of_login("LOGIN_DURING_RESTRICTED_DOMAIN", message));
    }
    Ok(user)
}

fn organization_is_sandbox(org: &Tenant<'_>) -> Result<bool, Fault> {
    let sql = "SELECT \"IsSandbox\" FROM \"Organization\"";
    let is: rusqlite::Result<bool> = org.db.query_row(sql, [], |row| row.get(0));
    Ok(is.map_err(Refusal::from)?)
}

fn users() -> &'static Object {
    object("User").expect("the schema has it")
}
