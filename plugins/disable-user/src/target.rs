//! The record of the input: a user, a contact, or an account with all its users.

use usher_sdk::{Condition, Diagnostic, Failure, Lookup, Org, Record, StepPlan, Value};

use crate::user::Kind;
use crate::{How, Input, given, problem, set};

/// Records that one request takes (REST API, sObject Collections).
const USERS_MAX: u64 = 200;

/// The record that names the user.
pub(crate) enum Target<'i> {
    User(&'i Value),
    Contact(&'i Value),
    Account(&'i Value),
}

impl<'i> Target<'i> {
    pub(crate) fn of(input: &'i Input) -> Result<Self, Failure> {
        let user = given(input.user.as_ref()).map(Self::User);
        let contact = given(input.contact.as_ref()).map(Self::Contact);
        let account = given(input.account.as_ref()).map(Self::Account);
        let mut all = [user, contact, account].into_iter().flatten();
        match (all.next(), all.next()) {
            (Some(one), None) => Ok(one),
            _ => Err(Failure::invalid(
                Diagnostic::error(
                    "user-or-contact",
                    "",
                    "The step is about one user, the user of one contact, or all users of one account, and exactly one of `user`, `contact` and `account` names it",
                )
                .remedy("Set {with.user} to a user, {with.contact} to a contact, or {with.account} to an account"),
            )),
        }
    }

    /// The name of the input.
    pub(crate) fn input(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Contact(_) => "contact",
            Self::Account(_) => "account",
        }
    }

    /// Says whether the step is about all users of an account.
    pub(crate) fn is_account(&self) -> bool {
        matches!(self, Self::Account(_))
    }

    /// An address of a change or effect: of one user without, of one of many with the username.
    pub(crate) fn address(&self, address: &str, username: &str) -> String {
        match self {
            Self::Account(_) => format!("{address}/{username}"),
            _ => address.to_owned(),
        }
    }

    /// Returns the lookup. A text that cannot be such an id is not asked for: Salesforce would refuse the whole query.
    pub(crate) fn lookup(&self) -> Lookup {
        let lookup = Lookup::of("User")
            .read(["Username", "IsActive", "UserType", "AccountId"])
            .read(["Account.Name", "UserRole.Name"])
            .read(["Profile.UserLicense.MasterLabel"]);
        match *self {
            Self::User(id) => lookup.whose_any("Id", id_of(id, "005")),
            Self::Contact(id) => lookup.whose_any("ContactId", id_of(id, "003")),
            Self::Account(id) => lookup.whose_any("AccountId", id_of(id, "001")),
        }
    }

    /// The active users of the account. Users are counted before they are read.
    pub(crate) fn of_account(
        &self,
        only: Kind,
        how: How,
        org: &dyn Org,
        plan: &mut StepPlan,
    ) -> Result<Vec<Record>, Failure> {
        let Self::Account(id) = *self else {
            return Ok(vec![]);
        };
        let accounts = Lookup::of("Account")
            .read(["Name"])
            .whose_any("Id", id_of(id, "001"));
        let accounts = org.find(&accounts)?;
        let Some(account) = accounts.first() else {
            return Err(self.unknown(id)?);
        };
        let conditions = [
            Condition::is("AccountId", id),
            Condition::is("IsActive", true),
            Condition::any("UserType", only.user_types().iter().copied()),
        ];
        let name = account.text("Name")?;
        let count = org.count("User", &conditions)?;
        if count > USERS_MAX {
            let kind = only.adjective();
            let summary = format!(
                "The account `{name}` has {count} active {kind} users, and the step {}s at most {USERS_MAX}",
                how.word()
            );
            // One who is frozen is active still, and counts.
            let remedy = match how {
                How::Deactivate => {
                    "Deactivate most of them in Setup > Users or with a data loader first"
                }
                How::Freeze => "Leave the account out and name the users: {with.user} in a loop",
            };
            return Err(Failure::unmet(
                problem("too-many-users", "account", summary)
                    .remedy(remedy)
                    .rule("REST API, sObject Collections"),
            ));
        }
        if count == 0 {
            let kind = only.adjective();
            let summary = format!("The account `{name}` has no active {kind} user");
            plan.note(Diagnostic::info("no-user", "/account", summary));
            return Ok(vec![]);
        }
        let mut lookup = self.lookup();
        lookup.conditions = conditions.into();
        Ok(org.find(&lookup)?)
    }

    /// Judges a lookup that found nothing: a contact without a user is as wanted, an unknown user is a mistake.
    pub(crate) fn not_found(&self, plan: &mut StepPlan) -> Result<(), Failure> {
        let (Self::User(id) | Self::Contact(id) | Self::Account(id)) = *self;
        if let Self::Contact(id) = self
            && id.may_be_id("003")
            && !id.is_unknown()
        {
            let summary = format!("The contact `{}` has no user", id.text()?);
            plan.note(Diagnostic::info("no-user", "/contact", summary));
            return Ok(());
        }
        Err(self.unknown(id)?)
    }

    fn unknown(&self, id: &Value) -> Result<Failure, Failure> {
        let input = self.input();
        if let Value::Unknown(unknown) = id {
            let reason = match self {
                Self::Account(_) => "the account is not there yet",
                _ => "the user is not there yet",
            };
            return Ok(Failure::deferred(&unknown.token, reason));
        }
        let prefix = match self {
            Self::User(_) => "005",
            Self::Contact(_) => "003",
            Self::Account(_) => "001",
        };
        let summary = format!("There is no {input} `{}`", id.text()?);
        let to = format!("an id of this org that begins with {prefix}");
        Ok(Failure::invalid(
            problem(&format!("unknown-{input}"), input, summary).remedy(set(input, &to)),
        ))
    }
}

fn id_of<'v>(id: &'v Value, prefix: &str) -> Option<&'v Value> {
    Some(id).filter(|id| id.may_be_id(prefix))
}
