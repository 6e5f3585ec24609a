//! The form of a request to a token endpoint, and what hides its secrets.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::session::{App, Grant, KeyError, Secret, SignInError, jwt};
use crate::veil::Veil;

/// Everything but letters, digits and `-._~` is encoded.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A form.
pub(super) struct Form {
    pub(super) body: String,
    pub(super) veil: Veil,
}

/// The form that asks for tokens.
pub(super) fn of_grant(grant: &Grant, app: &App, now_ms: i64) -> Result<Form, SignInError> {
    let mut form = Form::new();
    match grant {
        Grant::Code {
            code,
            verifier,
            redirect,
        } => {
            form.text("grant_type", "authorization_code");
            form.secret("code", code);
            form.text("redirect_uri", redirect);
            form.secret("code_verifier", verifier);
        }
        Grant::Refresh(token) => {
            form.text("grant_type", "refresh_token");
            form.secret("refresh_token", token);
        }
        Grant::Jwt {
            key,
            username,
            audience,
        } => {
            let assertion = jwt::assertion(key, &app.client_id, username, audience, now_ms);
            form.text("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
            form.secret("assertion", &assertion.ok_or(KeyError::Damaged)?);
            // The assertion names the app and is signed with its key.
            return Ok(form);
        }
        Grant::ClientCredentials => form.text("grant_type", "client_credentials"),
    }
    form.text("client_id", &app.client_id);
    if let Some(secret) = &app.client_secret {
        form.secret("client_secret", secret);
    }
    Ok(form)
}

/// The form that revokes a token.
pub(super) fn of_token(token: &Secret) -> Form {
    let mut form = Form::new();
    form.secret("token", token);
    form
}

impl Form {
    fn new() -> Self {
        Self {
            body: String::new(),
            veil: Veil::default(),
        }
    }

    fn text(&mut self, name: &str, value: &str) {
        if !self.body.is_empty() {
            self.body.push('&');
        }
        self.body.push_str(name);
        self.body.push('=');
        self.body.extend(utf8_percent_encode(value, ENCODED));
    }

    fn secret(&mut self, name: &str, value: &Secret) {
        self.text(name, value.expose());
        self.veil = self.veil.and(&Veil::of_token(value.expose()));
    }
}
