//! Apps: the External Client Apps of an org, as fixtures and the practice face write them
//! (docs/salesforce/sign-in.md#apps).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::refusal::Outcome;
use crate::row::{Row, text};
use crate::schema::object;
use crate::sign_in::denied::{Denied, Signed};
use crate::sign_in::key::Key;
use crate::tenant::Tenant;

/// The setting that keeps the apps of the org.
pub(crate) const APPS: &str = "practice.apps";

/// Scopes that an app may have.
pub(crate) const SCOPES: [&str; 12] = [
    "address",
    "api",
    "email",
    "full",
    "id",
    "offline_access",
    "openid",
    "phone",
    "profile",
    "refresh_token",
    "visualforce",
    "web",
];

/// An app.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct App {
    pub(crate) name: String,
    /// The consumer key.
    pub(crate) client_id: String,
    /// The consumer secret; none: an app of people, who keep no secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) secret: Option<String>,
    /// A request with a code or a refresh token needs the secret.
    #[serde(default = "yes")]
    pub(crate) secret_required: bool,
    #[serde(default)]
    pub(crate) callback_urls: Vec<String>,
    #[serde(default = "usual_scopes")]
    pub(crate) scopes: Vec<String>,
    /// PEM, a certificate or a public key: with it come JWTs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) certificate: Option<String>,
    /// A request for a code needs a challenge.
    #[serde(default)]
    pub(crate) pkce: bool,
    /// A challenge may be the verifier itself.
    #[serde(default)]
    pub(crate) plain_pkce: bool,
    #[serde(default)]
    pub(crate) client_credentials: bool,
    /// The username for client credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) run_as: Option<String>,
    #[serde(default)]
    pub(crate) permitted: Permitted,
    /// Usernames, names of profiles and of permission sets that an administrator approved.
    #[serde(default)]
    pub(crate) users: Vec<String>,
    #[serde(default)]
    pub(crate) profiles: Vec<String>,
    #[serde(default)]
    pub(crate) permission_sets: Vec<String>,
    /// Every refresh gives a new refresh token, and ends the former.
    #[serde(default)]
    pub(crate) rotate_refresh_tokens: bool,
    /// Days that a refresh token is valid; none: until it is revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refresh_token_days: Option<u32>,
    /// Minutes until a session is over by itself; none: those of the org.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) session_minutes: Option<u32>,
    #[serde(default)]
    pub(crate) state: State,
}

/// *Permitted Users*
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Permitted {
    /// *All users may self-authorize*
    #[default]
    Everyone,
    /// *Admin approved users are pre-authorized*
    Approved,
}

/// The state of an app in this org.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    #[default]
    Installed,
    NotInstalled,
    Blocked,
}

fn yes() -> bool {
    true
}

fn usual_scopes() -> Vec<String> {
    ["api", "refresh_token", "web"].map(str::to_owned).into()
}

/// The apps of the org.
pub(crate) fn all(org: &Tenant<'_>) -> Outcome<Vec<App>> {
    let kept = org.setting(APPS)?.unwrap_or_default();
    // The list was checked before it was kept.
    Ok(serde_json::from_value(kept).unwrap_or_default())
}

/// The app of that consumer key, if it may be used here.
pub(crate) fn usable(org: &Tenant<'_>, client_id: &str) -> Signed<App> {
    let found = all(org)?.into_iter().find(|app| app.client_id == client_id);
    let app = found.ok_or_else(|| Denied::new("invalid_client_id", "client identifier invalid"))?;
    match app.state {
        State::Installed => Ok(app),
        State::Blocked => Err(Denied::new(
            "OAUTH_APP_BLOCKED",
            "this app is blocked by admin",
        )),
        State::NotInstalled => Err(Denied::new(
            "OAUTH_EC_APP_NOT_FOUND",
            "External client app is not installed in this org",
        )),
    }
}

/// Says what is wrong with a list of apps.
pub(crate) fn check(apps: &Value) -> Result<(), String> {
    let apps: Vec<App> = serde_json::from_value(apps.clone()).map_err(|error| error.to_string())?;
    for (place, app) in apps.iter().enumerate() {
        app.check()
            .map_err(|wrong| format!("`{}`: {wrong}", app.name))?;
        if apps[..place]
            .iter()
            .any(|other| other.client_id == app.client_id)
        {
            return Err(format!("`client_id` `{}` is given twice", app.client_id));
        }
    }
    Ok(())
}

impl App {
    fn check(&self) -> Result<(), String> {
        if self.client_id.is_empty() || self.secret.as_deref() == Some("") {
            return Err("`client_id` and `secret` are no empty texts".to_owned());
        }
        if let Some(scope) = self
            .scopes
            .iter()
            .find(|scope| !SCOPES.contains(&scope.as_str()))
        {
            return Err(format!("there is no scope `{scope}`"));
        }
        if self.client_credentials && self.secret.is_none() {
            return Err("`client_credentials` needs a `secret`".to_owned());
        }
        match &self.certificate {
            Some(pem) => Key::read(pem).map(drop),
            None => Ok(()),
        }
    }

    /// The key that JWTs of the app are signed with.
    pub(crate) fn key(&self) -> Option<Key> {
        Key::read(self.certificate.as_deref()?).ok()
    }

    /// Says whether a given secret is right; `needed`: one must be given.
    pub(crate) fn knows(&self, given: Option<&str>, needed: bool) -> bool {
        match (&self.secret, given.filter(|given| !given.is_empty())) {
            (Some(secret), Some(given)) => secret == given,
            (Some(_), None) => !needed,
            (None, given) => given.is_none(),
        }
    }

    /// The scopes that a request gets: those that it asks for, or all of the app.
    pub(crate) fn scopes(&self, asked: Option<&str>) -> Signed<String> {
        let Some(asked) = asked.filter(|asked| !asked.trim().is_empty()) else {
            return Ok(self.scopes.join(" "));
        };
        let mut given: Vec<&str> = Vec::new();
        for scope in asked.split([' ', '+']).filter(|scope| !scope.is_empty()) {
            if !self.offers(scope) {
                return Err(Denied::new(
                    "invalid_scope",
                    "the requested scope is not allowed",
                ));
            }
            if !given.contains(&scope) {
                given.push(scope);
            }
        }
        Ok(given.join(" "))
    }

    fn offers(&self, scope: &str) -> bool {
        let refresh = |scope: &str| matches!(scope, "refresh_token" | "offline_access");
        self.scopes.iter().any(|own| {
            own == scope || refresh(own) && refresh(scope) || own == "full" && !refresh(scope)
        })
    }

    /// Says whether an administrator approved the user for the app.
    pub(crate) fn is_approved(&self, org: &Tenant<'_>, user: &Row) -> Outcome<bool> {
        let same = |name: &String, value: &str| name.eq_ignore_ascii_case(value);
        let username = text(user, "Username");
        if self.users.iter().any(|name| same(name, username)) {
            return Ok(true);
        }
        let profiles = object("Profile").expect("the schema has it");
        let profile = org.row(profiles, text(user, "ProfileId"))?;
        let profile = profile.unwrap_or_default();
        if self
            .profiles
            .iter()
            .any(|name| same(name, text(&profile, "Name")))
        {
            return Ok(true);
        }
        let sql = "SELECT EXISTS (SELECT 1 FROM \"PermissionSetAssignment\" a JOIN \"PermissionSet\" s ON s.\"Id\" = a.\"PermissionSetId\" WHERE a.\"AssigneeId\" = ? AND a.\"IsActive\" = 1 AND a.\"IsRevoked\" = 0 AND s.\"Name\" = ?)";
        for name in &self.permission_sets {
            let mut statement = org.db.prepare_cached(sql)?;
            if statement.query_row([text(user, "Id"), name], |row| row.get(0))? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
