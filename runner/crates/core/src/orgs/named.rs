//! One org of the registry, and the way to sign in to it.

use serde_json::Value;

use crate::orgs::usual_variable;

/// An org that a person has named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedOrg {
    /// `https://acme.my.salesforce.com`, or `http://127.0.0.1:8080`.
    pub address: String,
    pub sign_in: SignIn,
    /// The place that holds its secrets; none: it has no secret.
    pub kept: Option<Kept>,
    /// A file of certificates that are trusted beside the platform's own.
    pub ca_file: Option<String>,
    /// The id that the org answered with at first; none: nobody has asked it yet.
    pub org_id: Option<String>,
}

/// The place that holds the secrets of an org.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The keychain of the system.
    Keychain,
    /// A file of the home.
    File,
}

/// The way to an access token of an org.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// The access token is in this environment variable, or it was given and is kept.
    Token { variable: String },
    /// A person signed in with a browser; the refresh token is kept.
    Web(App),
    /// An assertion that is signed with the private key in a file.
    Jwt {
        app: App,
        username: String,
        key_file: String,
    },
    /// The app itself, with its secret, which is kept.
    ClientCredentials(App),
    /// The Salesforce CLI, `sf`, is signed in as this user, and gives tokens.
    Sf { username: String },
}

/// The External Client App as which Usher signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// The consumer key.
    pub client_id: String,
    /// The address of the token endpoint; none: that of the org.
    pub login: Option<String>,
}

impl Kept {
    /// The name in the registry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keychain => "keychain",
            Self::File => "file",
        }
    }

    /// The place of that name.
    pub fn named(name: &str) -> Option<Self> {
        let all = [Self::Keychain, Self::File];
        all.into_iter().find(|kept| kept.name() == name)
    }
}

impl SignIn {
    /// The names of all ways in the registry.
    pub const NAMES: [&str; 5] = ["token", "web", "jwt", "client-credentials", "sf"];

    /// The name in the registry.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Token { .. } => "token",
            Self::Web(_) => "web",
            Self::Jwt { .. } => "jwt",
            Self::ClientCredentials(_) => "client-credentials",
            Self::Sf { .. } => "sf",
        }
    }

    /// The variable that holds the token, where a variable does.
    pub fn variable(&self) -> Option<&str> {
        match self {
            Self::Token { variable } => Some(variable),
            _ => None,
        }
    }

    /// The app as which Usher signs in, where it does.
    pub fn app(&self) -> Option<&App> {
        match self {
            Self::Web(app) | Self::Jwt { app, .. } | Self::ClientCredentials(app) => Some(app),
            Self::Token { .. } | Self::Sf { .. } => None,
        }
    }

    /// The user who is named in the registry.
    pub fn username(&self) -> Option<&str> {
        match self {
            Self::Jwt { username, .. } | Self::Sf { username } => Some(username),
            Self::Token { .. } | Self::Web(_) | Self::ClientCredentials(_) => None,
        }
    }
}

impl NamedOrg {
    /// The address of the token endpoint.
    pub fn login(&self) -> &str {
        let login = self.sign_in.app().and_then(|app| app.login.as_deref());
        login.unwrap_or(&self.address)
    }

    /// Writes its lines in an `orgs.toml`.
    pub(super) fn write(&self, name: &str, text: &mut String) {
        line(text, "address", &self.address);
        match &self.sign_in {
            SignIn::Token { variable } if *variable == usual_variable(name) => {}
            SignIn::Token { variable } => line(text, "token_env", variable),
            other => line(text, "sign_in", other.name()),
        }
        if let Some(app) = self.sign_in.app() {
            line(text, "client_id", &app.client_id);
            if let Some(login) = &app.login {
                line(text, "login", login);
            }
        }
        if let Some(username) = self.sign_in.username() {
            line(text, "username", username);
        }
        if let SignIn::Jwt { key_file, .. } = &self.sign_in {
            line(text, "key_file", key_file);
        }
        if let Some(kept) = self.kept {
            line(text, "secrets", kept.name());
        }
        if let Some(ca_file) = &self.ca_file {
            line(text, "ca_file", ca_file);
        }
        if let Some(org_id) = &self.org_id {
            line(text, "org_id", org_id);
        }
    }
}

/// Writes a key and its text. A text in JSON is one in TOML as well: no text of the registry has a character that only
/// one of them writes out.
pub(super) fn line(text: &mut String, key: &str, value: &str) {
    text.push_str(&format!("{key} = {}\n", Value::from(value)));
}
