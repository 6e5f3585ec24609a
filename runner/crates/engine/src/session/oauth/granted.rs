//! The answer of a token endpoint: `docs/salesforce/sign-in.md#token`.

use serde_json::Value;
use usher_core::id;

use crate::session::oauth::Origin;
use crate::session::{Secret, SignInError};

/// Bytes of a token. Those that name their user themselves have some thousands.
const TOKEN_BYTES_MAX: usize = 16_384;

/// Bytes of the list of scopes.
const SCOPE_BYTES_MAX: usize = 2_048;

/// The tokens that an endpoint has granted.
pub struct Granted {
    pub access: Secret,
    /// A refresh token: the first, or the next one.
    pub refresh: Option<Secret>,
    /// The origin of the org: `https://acme.my.salesforce.com`.
    pub instance: String,
    /// The address of the user: `https://login.salesforce.com/id/00D…/005…`. Nothing is ever sent there.
    pub identity: String,
    /// The scopes, with spaces between them.
    pub scope: String,
    /// The ids of the org and the user, as 18 characters.
    pub org_id: String,
    pub user_id: String,
}

impl Granted {
    /// Reads an answer. The instance must be one of Salesforce's, or one of `trusted`.
    pub(super) fn of(json: &Value, trusted: &[Origin]) -> Result<Self, SignInError> {
        let kind = json["token_type"].as_str().unwrap_or("Bearer");
        if !kind.eq_ignore_ascii_case("bearer") {
            return Err(nonsense("its `token_type` is not `Bearer`"));
        }
        let access = token(json, "access_token")?;
        let access = access.ok_or_else(|| nonsense("it has no `access_token`"))?;
        let instance = text(json, "instance_url")?;
        let instance = Origin::of(instance)
            .ok_or_else(|| nonsense("its `instance_url` is not the address of an org"))?;
        if !instance.is_salesforces() && !trusted.contains(&instance) {
            return Err(SignInError::OtherInstance(instance.as_str().to_owned()));
        }
        let identity = text(json, "id")?;
        let (org_id, user_id) = ids(identity)
            .ok_or_else(|| nonsense("its `id` does not end with the ids of an org and a user"))?;
        let of_token = access.expose().split_once('!');
        let of_token = of_token.and_then(|(org, _)| id::canonical(org));
        if of_token.is_some_and(|own| own != org_id) {
            return Err(nonsense("its `access_token` and its `id` name two orgs"));
        }
        let scope = json["scope"].as_str().unwrap_or_default();
        if scope.len() > SCOPE_BYTES_MAX || !scope.chars().all(|c| c.is_ascii_graphic() || c == ' ')
        {
            return Err(nonsense("its `scope` is not a list of scopes"));
        }
        Ok(Self {
            access,
            refresh: token(json, "refresh_token")?,
            instance: instance.as_str().to_owned(),
            identity: identity.to_owned(),
            scope: scope.to_owned(),
            org_id,
            user_id,
        })
    }
}

/// A token that may be left out.
fn token(json: &Value, name: &str) -> Result<Option<Secret>, SignInError> {
    let text = match &json[name] {
        Value::Null => return Ok(None),
        value => value.as_str().unwrap_or_default(),
    };
    let is_token = !text.is_empty()
        && text.len() <= TOKEN_BYTES_MAX
        && text.bytes().all(|byte| byte.is_ascii_graphic());
    match is_token {
        true => Ok(Some(Secret::new(text.to_owned()))),
        false => Err(nonsense(&format!("its `{name}` is not a token"))),
    }
}

fn text<'a>(json: &'a Value, name: &str) -> Result<&'a str, SignInError> {
    let text = json[name].as_str();
    text.ok_or_else(|| nonsense(&format!("it has no `{name}`")))
}

/// The ids at the end of `…/id/00D…/005…`.
fn ids(identity: &str) -> Option<(String, String)> {
    let (before, user) = identity.rsplit_once('/')?;
    let (before, org) = before.rsplit_once('/')?;
    let address = before.strip_suffix("/id")?;
    Origin::of(address)?;
    let id = |id: &str, prefix: &str| id::canonical(id).filter(|id| id.starts_with(prefix));
    Some((id(org, "00D")?, id(user, "005")?))
}

fn nonsense(why: &str) -> SignInError {
    SignInError::BadAnswer(why.to_owned())
}
