//! Step plugin `disable-user`: an external user is inactive. The plan reports the consequences.
//!
//! Salesforce deletes no users, and partner accounts neither: both are disabled. A disabled user keeps contact and
//! role, so that everything is as before when the user is activated again.

use serde::Deserialize;
use serde_json::json;
use usher_sdk::{
    Certainty, Change, Condition, Consequence, Diagnostic, Effect, Failure, Lookup, Org, Record,
    StepPlan, UpdateRecord, Value,
};

const PARTNER: &str =
    "Salesforce Help, Turning an existing business account into a partner account";

/// The input, which follows the schema in `manifest.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    user: Option<Value>,
    contact: Option<Value>,
}

/// Plans one user.
///
/// # Errors
///
/// Not exactly one of `user` and `contact`; no such user; an internal one, or one whom this very plan makes.
pub fn plan(input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    let target = Target::of(&input)?;
    let users = org.find(&target.lookup())?;
    let mut plan = StepPlan::new();
    let Some(user) = chosen(&users)? else {
        target.not_found(&mut plan)?;
        return plan.answer(json!({}));
    };
    let user = User::of(user, &target)?;
    if user.active {
        plan.change(Change::new(
            "user",
            format!("Deactivate {}", user.username),
            UpdateRecord::of("User", &user.id).set("IsActive", false),
        ));
        user.consequences(&target, org, &mut plan)?;
    }
    plan.answer(json!({ "user_id": user.id }))
}

usher_sdk::export!(plan);

/// Returns the active one of a contact's users, if there is one.
fn chosen(users: &[Record]) -> Result<Option<&Record>, Failure> {
    for user in users {
        if user.value("IsActive")? == Value::Truth(true) {
            return Ok(Some(user));
        }
    }
    Ok(users.first())
}

/// The record that names the user.
enum Target<'i> {
    User(&'i Value),
    Contact(&'i Value),
}

impl<'i> Target<'i> {
    fn of(input: &'i Input) -> Result<Self, Failure> {
        match (&input.user, &input.contact) {
            (Some(user), None) => Ok(Self::User(user)),
            (None, Some(contact)) => Ok(Self::Contact(contact)),
            _ => Err(Failure::invalid(
                Diagnostic::error(
                    "user-or-contact",
                    "",
                    "Exactly one of `user` and `contact` says who it is",
                )
                .remedy("Give `user` a user, or `contact` a contact"),
            )),
        }
    }

    /// Returns the lookup. A text that cannot be such an id is not asked for: Salesforce would refuse the whole query.
    fn lookup(&self) -> Lookup {
        let lookup = Lookup::of("User")
            .read(["Username", "IsActive", "UserType", "AccountId"])
            .read(["Account.Name", "UserRole.Name"])
            .read(["Profile.UserLicense.MasterLabel"]);
        match *self {
            Self::User(id) => lookup.whose_any("Id", Some(id).filter(|id| id.may_be_id("005"))),
            Self::Contact(id) => {
                lookup.whose_any("ContactId", Some(id).filter(|id| id.may_be_id("003")))
            }
        }
    }

    fn at(&self) -> &'static str {
        match self {
            Self::User(_) => "/user",
            Self::Contact(_) => "/contact",
        }
    }

    /// Judges a lookup that found nothing: a contact without a user is as wanted, an unknown user is a mistake.
    fn not_found(&self, plan: &mut StepPlan) -> Result<(), Failure> {
        let (Self::User(id) | Self::Contact(id)) = *self;
        if let Value::Unknown(unknown) = id {
            let reason = "the user is not there yet";
            return Err(Failure::deferred(&unknown.token, reason));
        }
        let id_text = id.text()?;
        match self {
            Self::Contact(id) if id.may_be_id("003") => {
                let summary = format!("The contact `{id_text}` has no user");
                plan.note(Diagnostic::info("no-user", "/contact", summary));
                Ok(())
            }
            Self::Contact(_) => Err(Failure::invalid(
                Diagnostic::error(
                    "unknown-contact",
                    "/contact",
                    format!("There is no contact `{id_text}`"),
                )
                .remedy("Give an id that begins with 003, of this org"),
            )),
            Self::User(_) => Err(Failure::invalid(
                Diagnostic::error(
                    "unknown-user",
                    "/user",
                    format!("There is no user `{id_text}`"),
                )
                .remedy("Give an id that begins with 005, of this org"),
            )),
        }
    }
}

/// The user, who is external and exists.
struct User {
    id: Value,
    username: String,
    active: bool,
    user_type: String,
    account_id: Value,
    account: String,
    role: Option<String>,
    license: String,
}

impl User {
    fn of(record: &Record, target: &Target<'_>) -> Result<Self, Failure> {
        let (id, username) = (record.id()?, record.text("Username")?);
        if id.is_unknown() {
            let summary = format!("{username} is made by this very plan");
            return Err(Failure::invalid(
                Diagnostic::error("made-by-this-plan", target.at(), summary)
                    .remedy("Leave out this step, or the one that makes the user"),
            ));
        }
        let user_type = record.text("UserType")?;
        if user_type == "Standard" {
            let summary = format!("{username} is an internal user");
            return Err(Failure::invalid(
                Diagnostic::error("internal-user", target.at(), summary).remedy(
                    "Name an external user; internal ones are deactivated in Setup > Users",
                ),
            ));
        }
        let role = record.text("UserRole.Name")?;
        Ok(Self {
            username: username.to_owned(),
            active: record.truth("IsActive")?,
            user_type: user_type.to_owned(),
            account_id: record.value("AccountId")?,
            account: record.text("Account.Name")?.to_owned(),
            role: (!role.is_empty()).then(|| role.to_owned()),
            license: record.text("Profile.UserLicense.MasterLabel")?.to_owned(),
            id,
        })
    }

    fn is_partner(&self) -> bool {
        self.user_type == "PowerPartner"
    }

    /// Reports the consequences: the partner document's list first.
    fn consequences(
        &self,
        target: &Target<'_>,
        org: &dyn Org,
        plan: &mut StepPlan,
    ) -> Result<(), Failure> {
        let other = |address: &str, summary: String| {
            Effect::new(address, summary, Certainty::Certain, Consequence::Other).because_of("user")
        };
        if self.is_partner() {
            let role = match &self.role {
                Some(role) => format!("The role `{role}` of the user becomes obsolete"),
                None => "The partner role of the user becomes obsolete".to_owned(),
            };
            let summary = format!(
                "{role}, and the user's records stop rolling up to the partner account `{}`",
                self.account
            );
            plan.note(
                Diagnostic::warning("stops-rolling-up", target.at(), summary.as_str())
                    .remedy("Give the user's records to another user of the account first")
                    .rule(PARTNER),
            );
            plan.effect(other("roll-up", summary));
        }
        plan.effect(other(
            "sign-in",
            format!(
                "The user cannot sign in any more; the contact and the account `{}` stay",
                self.account
            ),
        ));
        let seat = format!("A seat of the license `{}` is free again", self.license);
        plan.effect(other("seat", seat));
        if self.is_partner() && self.is_last(org)? {
            let summary = format!(
                "No active partner user of the account `{}` is left; it stays a partner account, as such accounts can be disabled, but not deleted",
                self.account
            );
            plan.note(Diagnostic::info("last-partner-user", target.at(), summary).rule(PARTNER));
        }
        Ok(())
    }

    fn is_last(&self, org: &dyn Org) -> Result<bool, Failure> {
        let active = [
            Condition::is("AccountId", &self.account_id),
            Condition::is("UserType", self.user_type.as_str()),
            Condition::is("IsActive", true),
        ];
        Ok(org.count("User", &active)? <= 1)
    }
}

#[cfg(test)]
mod tests;
