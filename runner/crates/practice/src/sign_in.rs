//! Sign-in: the OAuth endpoints of the org, below `/services/oauth2`, and the identity of who is signed in
//! (docs/salesforce/sign-in.md). Forms in, JSON objects out.

use bytes::Bytes;
use http::{Method, Request, Response};

use crate::address::address;
use crate::in_flight::InFlight;
use crate::inner::Inner;
use crate::refusal::Outcome;
use crate::rest;
use crate::row::Row;
use crate::schema::{Object, object};
use crate::sign_in::denied::{Denied, Signed};
use crate::sign_in::mint::Mint;
use crate::tenant::Tenant;

mod answer;
pub(crate) mod app;
mod authorize;
mod client;
mod code;
mod denied;
mod discovery;
pub(crate) mod end;
mod grant;
mod identity;
mod introspect;
mod issue;
mod jwt;
mod key;
pub(crate) mod mint;
mod page;
pub(crate) mod password;
mod permit;
pub(crate) mod refresh;
mod revoke;
pub(crate) mod session;
mod single_access;
pub(crate) mod switches;

/// One request to sign-in, and what it needs.
struct Desk<'a> {
    org: Tenant<'a>,
    mint: &'a mut Mint,
    /// `https://127.0.0.1:8443`: the org as this client calls it.
    address: String,
    request: &'a Request<Bytes>,
    /// The pairs of the query, then those of the body.
    form: Vec<(String, String)>,
}

/// Says whether these parts of a path are sign-in's.
pub(crate) fn is_here(path: &[&str]) -> bool {
    matches!(
        path,
        ["services", "oauth2", ..]
            | ["id", _, _]
            | ["id", "keys"]
            | [".well-known", "openid-configuration"]
            | ["secur", "frontdoor.jsp"]
    )
}

/// Answers a request of which [`is_here`] said so.
pub(crate) fn exchange(
    inner: &mut Inner,
    request: &Request<Bytes>,
    path: &[&str],
    in_flight: &InFlight,
    now_ms: i64,
) -> Response<Bytes> {
    let calls = inner.calls(now_ms);
    let Inner { db, mint, .. } = inner;
    let mut form = rest::parameters(request.uri().query().unwrap_or_default());
    if request.method() == Method::POST {
        form.extend(rest::parameters(&String::from_utf8_lossy(request.body())));
    }
    let mut desk = Desk {
        org: Tenant::of_platform(db, now_ms, calls, in_flight),
        mint,
        address: address(request),
        request,
        form,
    };
    let mut response = desk.answer(path).unwrap_or_else(|denied| denied.respond());
    // [inferred] That sign-in alone counts no call.
    if path == ["services", "oauth2", "userinfo"] {
        rest::show_usage(response.headers_mut(), inner.count_call(now_ms));
    }
    response
}

impl Desk<'_> {
    fn answer(&mut self, path: &[&str]) -> Signed<Response<Bytes>> {
        let post = self.request.method() == Method::POST;
        match path {
            ["services", "oauth2", "token"] if post => grant::token(self),
            ["services", "oauth2", "introspect"] if post => introspect::answer(self),
            ["services", "oauth2", "token" | "introspect"] => {
                Err(Denied::request("must use HTTP POST"))
            }
            ["services", "oauth2", "authorize"] => authorize::answer(self),
            ["services", "oauth2", "revoke"] => revoke::answer(self),
            ["services", "oauth2", "userinfo"] => identity::userinfo(self),
            ["services", "oauth2", "singleaccess"] => single_access::answer(self),
            ["id", organization_id, user_id] => identity::identity(self, organization_id, user_id),
            ["id", "keys"] => Ok(discovery::keys()),
            [".well-known", "openid-configuration"] => Ok(discovery::configuration(self)),
            ["secur", "frontdoor.jsp"] => Ok(single_access::door(self)),
            _ => Err(Denied::absent()),
        }
    }

    /// The first value of a parameter that is not empty.
    fn field(&self, name: &str) -> Option<&str> {
        let mut pairs = self.form.iter();
        let found = pairs.find(|(key, value)| key == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    fn needed(&self, name: &str) -> Signed<&str> {
        self.field(name)
            .ok_or_else(|| Denied::request(format!("missing required parameter: {name}")))
    }

    /// The user of that name.
    fn user(&self, username: &str) -> Signed<Option<Row>> {
        let rows = self.org.rows(users(), &[("Username", username.into())])?;
        Ok(rows.into_iter().next())
    }

    /// Says whether a setting that is a list of usernames has this one.
    fn lists(&self, setting: &str, username: &str) -> Signed<bool> {
        Ok(lists(&self.org, setting, username)?)
    }

    /// A setting that is a text; none: it is empty.
    fn text(&self, setting: &str) -> Signed<Option<String>> {
        let set = self.org.setting(setting)?.unwrap_or_default();
        Ok(set
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned))
    }

    /// `<address>/id/<org>/<user>`
    fn id_url(&self, user_id: &str) -> Signed<String> {
        let organization_id = self.org.organization_id()?;
        Ok(format!("{}/id/{organization_id}/{user_id}", self.address))
    }
}

/// Says whether a setting that is a list of usernames has this one.
pub(crate) fn lists(org: &Tenant<'_>, setting: &str, username: &str) -> Outcome<bool> {
    let listed = org.setting(setting)?.unwrap_or_default();
    let mut names = listed.as_array().into_iter().flatten();
    Ok(names.any(|name| {
        name.as_str()
            .is_some_and(|name| name.eq_ignore_ascii_case(username))
    }))
}

fn users() -> &'static Object {
    object("User").expect("the schema has it")
}

#[cfg(test)]
mod tests;
