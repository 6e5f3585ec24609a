//! The reasons why there is no access token.

/// The reason why there is no access token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The session has one token and no way to another one.
    #[error("the access token cannot be renewed")]
    NoRenewal,
    /// The host of the token endpoint is not reachable, or did not answer.
    #[error("{0}")]
    Unreachable(String),
    /// The answer is not one of a token endpoint.
    #[error("the answer to the sign-in makes no sense: {0}")]
    BadAnswer(String),
    /// The sign-in is refused for a reason that Usher does not know.
    #[error("the sign-in is refused: {0}")]
    Refused(String),
}

impl SignInError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoRenewal => "sign-in/no-renewal",
            Self::Unreachable(_) => "sign-in/unreachable",
            Self::BadAnswer(_) => "sign-in/bad-answer",
            Self::Refused(_) => "sign-in/refused",
        }
    }

    /// The way out.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NoRenewal => "sign in again",
            Self::Unreachable(_) => "try again later",
            Self::BadAnswer(_) => "check the address of the sign-in",
            Self::Refused(_) => "sign in again",
        }
    }
}
