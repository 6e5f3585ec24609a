//! One user, and the reasons why the step does not disable that user.

use serde::Deserialize;
use usher_sdk::{Failure, Org, Problems, Record, Value};

use crate::{How, problem, set};

/// The kind of users that the step is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) enum Kind {
    #[default]
    #[serde(rename = "")]
    External,
    #[serde(rename = "partner")]
    Partner,
    #[serde(rename = "customer")]
    Customer,
}

/// `User.UserType` of partner users, then those of customers (docs/salesforce/users.md#user-types).
const EXTERNAL: &[&str] = &[
    "PowerPartner",
    "PowerCustomerSuccess",
    "CustomerSuccess",
    "CspLitePortal",
];

impl Kind {
    /// `User.UserType` of such users.
    pub(crate) fn user_types(self) -> &'static [&'static str] {
        match self {
            Self::External => EXTERNAL,
            Self::Partner => &EXTERNAL[..1],
            Self::Customer => &EXTERNAL[1..],
        }
    }

    /// The word before "user".
    pub(crate) fn adjective(self) -> &'static str {
        match self {
            Self::External => "external",
            Self::Partner => "partner",
            Self::Customer => "customer",
        }
    }

    fn of(user_type: &str) -> Option<Self> {
        [Self::Partner, Self::Customer]
            .into_iter()
            .find(|kind| kind.user_types().contains(&user_type))
    }
}

/// The user, who is external and exists.
pub(crate) struct User {
    pub(crate) id: Value,
    pub(crate) username: String,
    pub(crate) active: bool,
    pub(crate) kind: Kind,
    pub(crate) user_type: String,
    pub(crate) account_id: Value,
    pub(crate) account: String,
    pub(crate) role: Option<String>,
    pub(crate) license: String,
}

impl User {
    /// The user; none when there is a problem with it, which is reported at `input`.
    pub(crate) fn of(
        record: &Record,
        input: &str,
        (only, how): (Kind, How),
        org: &dyn Org,
        problems: &mut Problems,
    ) -> Result<Option<Self>, Failure> {
        let (id, username) = (record.id()?, record.text("Username")?);
        if id.is_unknown() {
            let summary = format!("{username} is made by this very plan");
            problems.invalid(
                problem("made-by-this-plan", input, summary)
                    .remedy("Leave out this step, or the one that makes the user"),
            );
            return Ok(None);
        }
        let user_type = record.text("UserType")?;
        let Some(kind) = Kind::of(user_type) else {
            not_external(username, user_type, input, problems);
            return Ok(None);
        };
        if only != Kind::External && kind != only {
            let summary = format!(
                "{username} is a {} user, and this step is for {} users",
                kind.adjective(),
                only.adjective()
            );
            let remedy = set(
                input,
                &whose(input, &format!("a {} user", only.adjective())),
            );
            problems.invalid(problem("other-kind", input, summary).remedy(remedy));
            return Ok(None);
        }
        let active = record.truth("IsActive")?;
        if active && id.is_same_id(&Value::Text(org.who().user_id)) {
            let summary = format!(
                "{username} is the signed-in user, who cannot {} itself",
                how.word()
            );
            problems.unmet(
                problem("signed-in-user", input, summary)
                    .remedy("Sign in as another user who may manage external users")
                    .rule("docs/salesforce/users.md#activity"),
            );
            return Ok(None);
        }
        let role = record.text("UserRole.Name")?;
        Ok(Some(Self {
            username: username.to_owned(),
            active,
            kind,
            user_type: user_type.to_owned(),
            account_id: record.value("AccountId")?,
            account: record.text("Account.Name")?.to_owned(),
            role: (!role.is_empty()).then(|| role.to_owned()),
            license: record.text("Profile.UserLicense.MasterLabel")?.to_owned(),
            id,
        }))
    }

    pub(crate) fn is_partner(&self) -> bool {
        self.kind == Kind::Partner
    }
}

fn not_external(username: &str, user_type: &str, input: &str, problems: &mut Problems) {
    let (code, is, remedy) = match user_type {
        "Standard" => (
            "internal-user",
            "an internal user",
            "; internal ones are deactivated in Setup > Users",
        ),
        "CsnOnly" => (
            "internal-user",
            "a colleague with Chatter only",
            "; internal ones are deactivated in Setup > Users",
        ),
        "Guest" => (
            "guest-user",
            "the guest user of a site, in whose name visitors see it without signing in",
            "; a guest user goes with its site",
        ),
        _ => ("not-external", "not a partner or customer user", ""),
    };
    let summary = format!("{username} is {is}");
    let remedy = set(
        input,
        &format!("that of a partner or customer user{remedy}"),
    );
    let rule = "docs/salesforce/users.md#user-types";
    problems.invalid(problem(code, input, summary).remedy(remedy).rule(rule));
}

/// The user, or the contact of the user, as the input asks for it.
fn whose(input: &str, user: &str) -> String {
    match input {
        "user" => user.to_owned(),
        input => format!("the {input} of {user}"),
    }
}
