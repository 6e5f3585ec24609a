//! The reasons why there is no access token, each with its code and the way out. `refusal` says which refusal of a
//! token endpoint is which reason.

mod refusal;

use crate::session::KeyError;
use crate::wire::Unreached;

pub use refusal::{ClockOff, Reason, Refused};

/// The reason why there is no access token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The session has one token and no way to another one.
    #[error(
        "the org does not accept the access token any more, and there is no way to another one"
    )]
    NoRenewal,
    /// The host of the sign-in is not reachable; nothing was sent.
    #[error("the sign-in is not reachable: {0}")]
    Unreachable(Unreached),
    /// The host of the sign-in did not answer.
    #[error("the sign-in was not answered: {0}")]
    Lost(String),
    /// The host of the sign-in is down for maintenance, or broken.
    #[error("the sign-in is not available: {0}")]
    Unavailable(String),
    /// Something on the way answers in place of Salesforce.
    #[error("this is not an answer of Salesforce to a sign-in: {0}")]
    Foreign(String),
    /// The answer is not one of a token endpoint.
    #[error("the answer to the sign-in makes no sense: {0}")]
    BadAnswer(String),
    /// The tokens are for an org at a host that is neither Salesforce's nor that of the sign-in.
    #[error(
        "the sign-in gives a token for `{0}`, which is neither a host of Salesforce nor the host of the sign-in"
    )]
    OtherInstance(String),
    /// The new token is of another user than the first one.
    #[error("the sign-in gives a token of {found}, and this session is of {known}")]
    OtherUser { known: String, found: String },
    /// The token is of another org than that of the session.
    #[error(
        "`sf` gives a token of the org {own}, and the command is for the org {known}; nothing was sent"
    )]
    OtherToken { own: String, known: String },
    /// The new refresh token is not in the keychain, and the old one is not valid any more.
    #[error("the new refresh token cannot be kept: {0}")]
    NotKept(String),
    /// The file with the key of the app holds no such key.
    #[error("the key of the app cannot be used: {0}")]
    Key(#[from] KeyError),
    /// The program that gives tokens gives none.
    #[error("{0}")]
    NoToken(String),
    /// Salesforce refuses the sign-in.
    #[error("{0}")]
    Refused(Refused),
}

impl SignInError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoRenewal => "sign-in/no-renewal",
            Self::Unreachable(unreached) => unreached.barrier.code(),
            Self::Lost(_) => "sign-in/lost",
            Self::Unavailable(_) => "sign-in/unavailable",
            Self::Foreign(_) => "sign-in/foreign",
            Self::BadAnswer(_) => "sign-in/bad-answer",
            Self::OtherInstance(_) => "sign-in/other-instance",
            Self::OtherUser { .. } => "sign-in/other-user",
            Self::OtherToken { .. } => "org/other-token",
            Self::NotKept(_) => "sign-in/not-kept",
            Self::Key(_) => "sign-in/bad-key",
            Self::NoToken(_) => "sign-in/no-token",
            Self::Refused(refused) => refused.reason.code(),
        }
    }

    /// The way out.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NoRenewal => "sign in to the org again",
            Self::Unreachable(unreached) => unreached.barrier.remedy(),
            Self::Lost(_) => "check the network, then try again",
            Self::Unavailable(_) => {
                "try again later; https://status.salesforce.com shows maintenance"
            }
            Self::Foreign(_) => {
                "something between here and the sign-in answers in its place: a proxy, a sign-in page of a network; or \
                 the address of the sign-in is wrong"
            }
            Self::BadAnswer(_) => {
                "check the address of the sign-in: it is `https://login.salesforce.com`, \
                 `https://test.salesforce.com`, or the My Domain of the org"
            }
            Self::OtherInstance(_) => {
                "if this is the address of your org, sign in there with `--my-domain` or `--login-host` of `usher org \
                 login`; else the address of the sign-in is wrong, or someone answers in its place"
            }
            Self::OtherUser { .. } => {
                "see who the user of the app is; sign in to the org again when it is to be another user"
            }
            Self::OtherToken { .. } => {
                "run `sf org list` to see to which orgs `sf` is signed in, and `usher org import-sf` to name them again"
            }
            Self::NotKept(_) => "unlock the keychain, then sign in to the org again",
            Self::Key(error) => error.help(),
            Self::NoToken(_) => {
                "run `sf org list` to see to which orgs it is signed in, and `sf org login web` to sign in"
            }
            Self::Refused(refused) => refused.reason.help(),
        }
    }

    /// Says whether it stays so until a person has changed something: asking again is of no use.
    pub fn lasts(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Lost(_) | Self::Unavailable(_) | Self::NotKept(_) => false,
            Self::Refused(refused) => refused.reason != Reason::TooManyLogins,
            Self::NoRenewal
            | Self::Foreign(_)
            | Self::BadAnswer(_)
            | Self::OtherInstance(_)
            | Self::OtherUser { .. }
            | Self::OtherToken { .. }
            | Self::Key(_)
            | Self::NoToken(_) => true,
        }
    }

    /// The error that the address stands for to which a browser is sent back: its `error` and `error_description`.
    pub fn of_redirect(error: &str, description: &str) -> Self {
        Self::Refused(Refused::of(error, description, None))
    }
}

#[cfg(test)]
mod tests;
