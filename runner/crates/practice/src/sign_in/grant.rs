//! `POST /services/oauth2/token`: a grant in, an access token out (docs/salesforce/sign-in.md#token).

use bytes::Bytes;
use http::Response;

use crate::row::text;
use crate::sign_in::app::{self, Permitted};
use crate::sign_in::denied::{Denied, Signed};
use crate::sign_in::issue::{Issued, issue};
use crate::sign_in::jwt::Assertion;
use crate::sign_in::permit::{may_sign_in, may_use};
use crate::sign_in::switches::{PASSWORD, STRICT_EXPIRY};
use crate::sign_in::{Desk, client, code, password, refresh};

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// The life of a JWT, where the org is strict.
const JWT_S_MAX: f64 = 300.0;

pub(super) fn token(desk: &mut Desk<'_>) -> Signed<Response<Bytes>> {
    if desk.field("response_type") == Some("device_code") {
        return Err(device());
    }
    match desk.needed("grant_type")? {
        JWT_BEARER => jwt_bearer(desk),
        "refresh_token" => refresh::token(desk),
        "authorization_code" => code::token(desk),
        "client_credentials" => client_credentials(desk),
        "password" => username_password(desk),
        "device" => Err(device()),
        _ => Err(unsupported()),
    }
}

/// The device flow is blocked for every app that is not installed, and no app here has it
/// (docs/salesforce/sign-in.md#apps). [inferred] The code.
fn device() -> Denied {
    Denied::new("OAUTH_APP_BLOCKED", "this app is blocked by admin")
}

fn unsupported() -> Denied {
    Denied::new("unsupported_grant_type", "grant type not supported")
}

fn jwt_bearer(desk: &mut Desk<'_>) -> Signed<Response<Bytes>> {
    let invalid = || Denied::grant("invalid assertion");
    let assertion = Assertion::read(desk.needed("assertion")?).ok_or_else(invalid)?;
    let claims = &assertion.claims;
    let app = app::usable(&desk.org, &claims.iss)?;
    // [inferred] The answer of an app without a certificate.
    let key = app.key().ok_or_else(invalid)?;
    if !key.has_signed(assertion.signed(), &assertion.signature) {
        return Err(invalid());
    }
    if !claims.aud.is_one_of(&audiences(desk)?) {
        return Err(Denied::grant("audience is invalid"));
    }
    expiry(desk, claims.exp)?;
    // [inferred] A name that nobody has gets the answer of one who has not approved: none tells them apart.
    let unapproved = || Denied::grant("user hasn't approved this consumer");
    let user = desk.user(&claims.sub)?.ok_or_else(unapproved)?;
    may_sign_in(desk, &user)?;
    let scopes = match app.permitted {
        Permitted::Approved => app
            .is_approved(&desk.org, &user)?
            .then(|| app.scopes.join(" ")),
        Permitted::Everyone => refresh::approved_scopes(desk, &app, text(&user, "Id"))?,
    };
    let scopes = scopes.ok_or_else(unapproved)?;
    issue(desk, &app, text(&user, "Id"), &scopes, Issued::alone())
}

/// The hosts that a JWT may be for: the login host, and the org's own.
fn audiences(desk: &Desk<'_>) -> Signed<Vec<String>> {
    let sql = "SELECT \"IsSandbox\" FROM \"Organization\"";
    let sandbox: bool = desk.org.db.query_row(sql, [], |row| row.get(0))?;
    let login = match sandbox {
        true => "https://test.salesforce.com",
        false => "https://login.salesforce.com",
    };
    Ok(vec![login.to_owned(), desk.address.clone()])
}

fn expiry(desk: &Desk<'_>, exp: Option<f64>) -> Signed<()> {
    // [inferred] The answer when there is none.
    let exp = exp.ok_or_else(|| Denied::grant("invalid assertion"))?;
    // Times are far below what a double holds exactly.
    let left_s = exp - (desk.org.now_ms / 1_000) as f64;
    if left_s <= 0.0 {
        return Err(Denied::grant("expired authorization code"));
    }
    match left_s > JWT_S_MAX && desk.org.is_on(STRICT_EXPIRY)? {
        true => Err(Denied::grant("invalid assertion")),
        false => Ok(()),
    }
}

fn client_credentials(desk: &mut Desk<'_>) -> Signed<Response<Bytes>> {
    let app = client::known(desk, |_| true)?;
    if !app.client_credentials {
        return Err(unsupported());
    }
    let nobody = || Denied::grant("no client credentials user enabled");
    let username = app.run_as.as_deref().ok_or_else(nobody)?;
    let user = desk.user(username)?.ok_or_else(nobody)?;
    may_sign_in(desk, &user)?;
    let own = |scope: &&String| {
        !matches!(
            scope.as_str(),
            "full" | "offline_access" | "refresh_token" | "web"
        )
    };
    let scopes: Vec<&str> = app.scopes.iter().filter(own).map(String::as_str).collect();
    issue(
        desk,
        &app,
        text(&user, "Id"),
        &scopes.join(" "),
        Issued::alone(),
    )
}

fn username_password(desk: &mut Desk<'_>) -> Signed<Response<Bytes>> {
    let failed = || Denied::grant("authentication failure");
    let app = client::known(desk, |app| app.secret_required)?;
    // Without a password for the org, the flow is blocked.
    desk.text(PASSWORD)?.ok_or_else(failed)?;
    let user = desk.user(desk.needed("username")?)?.ok_or_else(failed)?;
    let given = desk.needed("password")?;
    if !password::fits(&desk.org, text(&user, "Id"), given)? {
        return Err(failed());
    }
    may_sign_in(desk, &user)?;
    may_use(desk, &app, &user)?;
    let scopes: Vec<&str> = app.scopes.iter().map(String::as_str).collect();
    let scopes = scopes.join(" ");
    issue(desk, &app, text(&user, "Id"), &scopes, Issued::alone())
}
