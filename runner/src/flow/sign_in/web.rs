//! Signing in with a browser: authorization code with PKCE, and a listener on this machine to which the browser comes
//! back (RFC 6749, RFC 7636, RFC 8252).

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use usher_engine::session::{ENTROPY_BYTES, Grant, Pkce, Secret, SignInError};

use crate::error::Error;
use crate::exit::Exit;
use crate::flow::sign_in::loopback::{Brought, Loopback, PATH};

/// The ports to which a browser comes back, the first that is free. The app of the customer names an address with each
/// of them: Salesforce compares addresses whole.
const PORTS: [u16; 3] = [17_170, 17_171, 17_172];

/// The time that a person has for it.
const LIMIT: Duration = Duration::from_secs(5 * 60);

/// A sign-in that waits for the browser.
pub(crate) struct WebSignIn {
    loopback: Loopback,
    state: String,
    verifier: Secret,
    /// The address that the person opens. It holds no secret.
    pub(crate) address: String,
}

/// The addresses to which a browser may come back: those that the app must name.
pub(crate) fn callbacks() -> Vec<String> {
    PORTS.into_iter().map(redirect).collect()
}

/// The address to which a browser comes back on a port.
fn redirect(port: u16) -> String {
    format!("http://localhost:{port}{PATH}")
}

impl WebSignIn {
    /// Listens, and makes the address to open. `port`: the port to listen on; none: one of the usual ones. `random`: bytes
    /// that nobody can guess.
    pub(crate) async fn begin(
        login: &str,
        client_id: &str,
        port: Option<u16>,
        random: [[u8; ENTROPY_BYTES]; 2],
    ) -> Result<Self, Error> {
        let loopback = listen(port).await?;
        let [state, verifier] = random;
        let state = URL_SAFE_NO_PAD.encode(state);
        let Pkce {
            verifier,
            challenge,
        } = Pkce::of(&verifier);
        let redirect = redirect(loopback.port);
        let pairs = [
            ("response_type", "code"),
            ("client_id", client_id),
            ("redirect_uri", &redirect),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("state", &state),
            // A browser that is signed in to another org would go on there.
            ("prompt", "login"),
        ];
        let query = pairs.map(|(name, value)| {
            format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))
        });
        Ok(Self {
            loopback,
            state,
            verifier,
            address: format!("{login}/services/oauth2/authorize?{}", query.join("&")),
        })
    }

    /// Waits for the browser. What it brings is what Usher has to show for tokens.
    pub(crate) async fn grant(self) -> Result<Grant, Error> {
        let brought = tokio::time::timeout(LIMIT, self.loopback.wait(&self.state)).await;
        let Ok(brought) = brought else {
            let message = format!(
                "the browser did not come back within {} min; nothing was kept",
                LIMIT.as_secs() / 60
            );
            return Err(
                Error::new(Exit::Unreachable, "sign-in/no-answer", message).help(
                    "try again; if Salesforce shows an error instead of a sign-in, compare the app with `usher org app --print`",
                ),
            );
        };
        match brought {
            Brought::Code(code) => Ok(Grant::Code {
                code,
                verifier: self.verifier,
                redirect: redirect(self.loopback.port),
            }),
            Brought::Refused { error, description } => {
                Err(SignInError::of_redirect(&error, &description).into())
            }
        }
    }
}

async fn listen(port: Option<u16>) -> Result<Loopback, Error> {
    let ports: &[u16] = port.as_ref().map_or(&PORTS, std::slice::from_ref);
    let mut why = String::new();
    for port in ports {
        match Loopback::bind(*port).await {
            Ok(loopback) => return Ok(loopback),
            Err(error) => why = error.to_string(),
        }
    }
    let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
    let message = format!(
        "cannot listen on port {} of this machine: {why}",
        ports.join(", ")
    );
    Err(Error::new(Exit::File, "sign-in/no-port", message).help(
        "end the program that uses it, or pass `--port PORT` and add its address to the callback URLs of the app",
    ))
}
