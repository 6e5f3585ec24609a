//! The settings of sign-in that are no app's.

/// The setting with usernames of people whose address is not allowed.
pub(crate) const IP_RESTRICTED: &str = "practice.ipRestricted";

/// The setting with the username who approves every app without a page.
pub(crate) const APPROVES_AS: &str = "practice.approveAs";

/// The setting by which every request for a code needs a challenge.
pub(crate) const REQUIRE_PKCE: &str = "practice.requirePkce";

/// The setting with the password of all users; while it is empty, nobody signs in with one.
pub(crate) const PASSWORD: &str = "practice.password";

/// The setting that turns `login` of the SOAP API on (docs/salesforce/soap.md#login).
pub(crate) const SOAP_LOGIN: &str = "practice.soapLogin";

/// The setting by which a JWT that is valid for more than five minutes is refused.
pub(crate) const STRICT_EXPIRY: &str = "practice.strictJwtExpiry";
