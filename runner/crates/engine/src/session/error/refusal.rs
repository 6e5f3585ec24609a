//! Refusals of a sign-in: from Salesforce's words to a reason with a way out. The words are those of
//! `docs/salesforce/sign-in.md`; what they mean where the page does not say it is marked.

use std::fmt;

/// Characters of Salesforce's own words that are repeated.
const SAID_CHARS: usize = 200;

/// Minutes from which a clock is told to be off. An assertion is valid for three.
const OFF_MS_MIN: u64 = 60_000;

/// A sign-in that Salesforce refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub reason: Reason,
    /// Salesforce's own words.
    pub said: String,
    /// The clock of this machine, when it is wrong.
    pub clock: Option<ClockOff>,
}

/// A clock of this machine that is not as the org's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockOff {
    /// Milliseconds by which it is ahead; below zero: behind.
    ahead_ms: i64,
}

/// The reason why Salesforce refuses a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    WrongKey,
    WrongAudience,
    AssertionExpired,
    Expired,
    BadCode,
    Denied,
    AppBlocked,
    AppNotInstalled,
    NotApproved,
    NotAttached,
    InactiveUser,
    IpRange,
    ApiDisabled,
    NotForRest,
    UnknownApp,
    WrongSecret,
    GrantOff,
    NoRunAsUser,
    WrongRedirect,
    NoChallenge,
    TooManyLogins,
    Other,
}

impl Reason {
    /// The stable code.
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// The way out.
    pub fn help(self) -> &'static str {
        self.row().2
    }

    /// Code, meaning and way out.
    fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::WrongKey => (
                "sign-in/wrong-key",
                "the key does not belong to a certificate of the app",
                "upload the certificate of this key in Setup, External Client App Manager, the app, Settings, OAuth \
                 Settings, Use digital signatures; or give the key that belongs to the certificate there",
            ),
            Self::WrongAudience => (
                "sign-in/wrong-audience",
                "the sign-in is meant for another host than the one that answers",
                "use `https://test.salesforce.com` for a sandbox, `https://login.salesforce.com` for production, or \
                 the My Domain of the org",
            ),
            Self::AssertionExpired => (
                "sign-in/clock",
                "by Salesforce's clock the sign-in has expired, or is not valid yet",
                "set the clock of this machine",
            ),
            Self::Expired => (
                "sign-in/expired",
                "the sign-in has expired, or someone has revoked it",
                "sign in to the org again; how long a sign-in lasts is in Setup, External Client App Manager, the app, \
                 Policies, OAuth Policies, Refresh Token Policy",
            ),
            Self::BadCode => (
                "sign-in/bad-code",
                "the code from the browser is not valid, not valid any more, or of another sign-in",
                "sign in again, and finish in the browser window that this sign-in opens",
            ),
            Self::Denied => (
                "sign-in/denied",
                "the user has denied the app access",
                "sign in again and choose Allow",
            ),
            Self::AppBlocked => (
                "sign-in/app-blocked",
                "an administrator of the org has blocked the app",
                "unblock the app in Setup, Connected Apps OAuth Usage",
            ),
            Self::AppNotInstalled => (
                "sign-in/app-not-installed",
                "the app is not installed in the org",
                "make or deploy the External Client App in this org and use its consumer key; an administrator can \
                 install an app that has been used in Setup, Connected Apps OAuth Usage",
            ),
            Self::NotApproved => (
                "sign-in/not-approved",
                "the user has not approved the app, and no administrator has approved it for the user",
                "in Setup, External Client App Manager, the app, Policies, OAuth Policies, set Permitted Users to \
                 \"Admin approved users are pre-authorized\", and select a profile or permission set of the user under \
                 App Policies; check the username as well",
            ),
            Self::NotAttached => (
                "sign-in/not-attached",
                "the app is not attached to an agent",
                "use the token of an app that is meant for the API",
            ),
            Self::InactiveUser => (
                "sign-in/inactive-user",
                "the user is not active",
                "activate or unfreeze the user in Setup, Users; or sign in as another user",
            ),
            Self::IpRange => (
                "sign-in/ip-range",
                "the user may not sign in from this network address, or not at this time",
                "add the address to Login IP Ranges of the user's profile, or set IP Relaxation in the OAuth Policies \
                 of the app; check Login Hours of the profile as well",
            ),
            Self::ApiDisabled => (
                "sign-in/api-disabled",
                "the user may not use the API, or the org has none",
                "give the user the permission API Enabled, in the profile or in a permission set",
            ),
            Self::NotForRest => (
                "sign-in/not-for-rest",
                "the access token is not valid for the REST API",
                "select the scope \"Manage user data via APIs (api)\" in Setup, External Client App Manager, the app, \
                 Settings, OAuth Settings, then sign in again",
            ),
            Self::UnknownApp => (
                "sign-in/unknown-app",
                "Salesforce knows no app with this consumer key",
                "copy the consumer key in Setup, External Client App Manager, the app, Settings, OAuth Settings, \
                 Consumer Key and Secret; a new app takes some minutes",
            ),
            Self::WrongSecret => (
                "sign-in/wrong-secret",
                "the consumer secret is wrong, or is missing",
                "copy the consumer secret in Setup, External Client App Manager, the app, Settings, OAuth Settings, \
                 Consumer Key and Secret",
            ),
            Self::GrantOff => (
                "sign-in/grant-off",
                "this way to sign in is off for the app",
                "turn the flow on in Setup, External Client App Manager, the app, Settings, OAuth Settings, Flow \
                 Enablement",
            ),
            Self::NoRunAsUser => (
                "sign-in/no-run-as-user",
                "the app has no user to run as",
                "set Run As in Setup, External Client App Manager, the app, Policies, OAuth Policies, Client \
                 Credentials Flow",
            ),
            Self::WrongRedirect => (
                "sign-in/wrong-redirect",
                "the address to which the browser is sent back is not a callback URL of the app",
                "add it to Callback URL in Setup, External Client App Manager, the app, Settings, OAuth Settings",
            ),
            Self::NoChallenge => (
                "sign-in/no-challenge",
                "the app requires PKCE, and the sign-in came without a challenge",
                "sign in again with `usher org login`",
            ),
            Self::TooManyLogins => (
                "sign-in/too-many-logins",
                "the user has signed in too often",
                "try again in an hour; one sign-in serves many commands when it is kept",
            ),
            Self::Other => (
                "sign-in/refused",
                "Salesforce refuses the sign-in",
                "see the user's Login History in Setup; it says more than the answer does",
            ),
        }
    }
}

impl Refused {
    /// The refusal of a token endpoint, or of the page at which a user approves. `clock`: by how much this machine's
    /// clock is ahead, where the answer said the time.
    pub(in crate::session) fn of(error: &str, description: &str, ahead_ms: Option<i64>) -> Self {
        let said = match description.is_empty() {
            true => shown(error),
            false => shown(&format!("{error}: {description}")),
        };
        Self {
            reason: reason(error, description),
            said,
            clock: ahead_ms
                .filter(|ms| ms.unsigned_abs() >= OFF_MS_MIN)
                .map(|ahead_ms| ClockOff { ahead_ms }),
        }
    }

    /// The refusal of a request for a reason that is known already.
    pub(crate) fn because(reason: Reason, said: &str) -> Self {
        Self {
            reason,
            said: shown(said),
            clock: None,
        }
    }

    /// The refusal of an assertion. The org has one text for a code and an assertion that have expired.
    pub(in crate::session) fn of_assertion(mut self) -> Self {
        if self.reason == Reason::BadCode {
            self.reason = Reason::AssertionExpired;
        }
        self
    }
}

/// The reason behind Salesforce's words. The codes of refusals at the authorize endpoint are taken for the same ones at
/// the token endpoint [inferred].
fn reason(error: &str, description: &str) -> Reason {
    let error = error.to_ascii_lowercase();
    let text = description.to_ascii_lowercase();
    let says = |part: &str| text.contains(part);
    match error.as_str() {
        "oauth_app_blocked" => Reason::AppBlocked,
        "oauth_ec_app_not_found" | "app_not_found" => Reason::AppNotInstalled,
        "oauth_app_access_denied" | "invalid_app_access" => Reason::NotApproved,
        "access_denied" => Reason::Denied,
        "invalid_client_id" => Reason::UnknownApp,
        "invalid_client" => Reason::WrongSecret,
        "unsupported_grant_type" | "unauthorized_client" => Reason::GrantOff,
        "redirect_uri_mismatch" => Reason::WrongRedirect,
        "inactive_user" => Reason::InactiveUser,
        // [inferred]
        "rate_limit_exceeded" => Reason::TooManyLogins,
        _ if says("app is blocked") => Reason::AppBlocked,
        _ if says("app is not installed") => Reason::AppNotInstalled,
        _ if says("approved") => Reason::NotApproved,
        _ if says("no client credentials user") => Reason::NoRunAsUser,
        _ if says("audience") => Reason::WrongAudience,
        _ if says("expired access/refresh token") => Reason::Expired,
        _ if says("authorization code") || says("code verifier") => Reason::BadCode,
        _ if says("code challenge") => Reason::NoChallenge,
        // [inferred]: an assertion that is not valid yet.
        _ if says("assertion") && (says("expired") || says("not yet valid")) => {
            Reason::AssertionExpired
        }
        _ if says("invalid assertion") => Reason::WrongKey,
        _ if says("inactive user") => Reason::InactiveUser,
        _ if says("ip restricted") || says("login hours") => Reason::IpRange,
        _ if says("api is not enabled") => Reason::ApiDisabled,
        _ if says("client identifier") => Reason::UnknownApp,
        _ if says("client credentials") || says("client secret") => Reason::WrongSecret,
        // [inferred]
        _ if says("login rate exceeded") => Reason::TooManyLogins,
        _ => Reason::Other,
    }
}

/// Salesforce's own words, on one line and not too long.
fn shown(said: &str) -> String {
    said.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(SAID_CHARS)
        .collect()
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (_, meaning, _) = self.reason.row();
        write!(f, "{meaning}")?;
        if let Some(clock) = self.clock {
            write!(f, "; {clock}")?;
        }
        if !self.said.is_empty() {
            write!(f, " (Salesforce says \"{}\")", self.said)?;
        }
        Ok(())
    }
}

impl fmt::Display for ClockOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = self.ahead_ms.unsigned_abs().div_euclid(60_000);
        let (number, unit) = match minutes {
            0..120 => (minutes, "minute"),
            120..2_880 => (minutes / 60, "hour"),
            _ => (minutes / 1_440, "day"),
        };
        let plural = if number == 1 { "" } else { "s" };
        let side = if self.ahead_ms < 0 {
            "behind"
        } else {
            "ahead of"
        };
        write!(
            f,
            "the clock of this machine is {number} {unit}{plural} {side} Salesforce's"
        )
    }
}
