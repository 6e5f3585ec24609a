//! The users who get the role: the owners of a record, or one user. Two rounds of lookups, one for a user.

use usher_sdk::{Diagnostic, Failure, Lookup, Org, Problems, Record, Value};

use crate::role::{self, Role};
use crate::{Input, RULE};

/// A user who shall have a role.
pub(crate) struct Person {
    pub(crate) id: Value,
    pub(crate) username: String,
    /// The role that the person has already.
    pub(crate) role: Option<Role>,
    /// The record that the person owns, for texts; none for a user who was named.
    owns: Option<&'static str>,
    active: Value,
    user_type: Value,
    /// Place in the input.
    at: &'static str,
}

/// The target of the first round of lookups, beside the role.
enum Target<'i> {
    Contact(&'i Value),
    Account(&'i Value),
    User(&'i Value),
    Nothing,
}

/// The people, each once, and the role that the input names.
pub(crate) fn and_roles(
    input: &Input,
    org: &dyn Org,
    problems: &mut Problems,
) -> Result<(Vec<Person>, Option<Role>), Failure> {
    let target = Target::of(input, problems)?;
    let (contact, account, user) = target.ids();
    let [contacts, accounts, users, by_name, by_developer_name] = org.find_each([
        Lookup::of("Contact")
            .read(["OwnerId", "AccountId", "Account.OwnerId"])
            .whose_any("Id", contact),
        Lookup::of("Account")
            .read(["OwnerId"])
            .whose_any("Id", account),
        person(user),
        role::lookup("Name", &input.role),
        role::lookup("DeveloperName", &input.role),
    ])?;
    let role = role::meant(&input.role, &by_name, &by_developer_name, problems)?;
    let found = contacts.first().or(accounts.first()).or(users.first());
    let Some(found) = found else {
        target.not_found(problems)?;
        return Ok((vec![], role));
    };
    let mut people = vec![];
    match target {
        Target::User(_) => people.push(Person::new(found, None, "/user")?),
        Target::Account(_) => {
            let owners = org.find(&person([&found.value("OwnerId")?]))?;
            for owner in &owners {
                people.push(Person::new(owner, Some("the account"), "/owner_of")?);
            }
        }
        _ => {
            let owner = found.value("OwnerId")?;
            let account_owner = match found.value("AccountId")? {
                Value::Nothing => Value::Nothing,
                _ => found.value("Account.OwnerId")?,
            };
            let both = [&owner, &account_owner];
            let ids = both.into_iter().filter(|id| **id != Value::Nothing);
            for record in &org.find(&person(ids))? {
                let id = record.id()?;
                let owns = match (id.is_same_id(&owner), id.is_same_id(&account_owner)) {
                    (true, true) => "the contact and its account",
                    (true, false) => "the contact",
                    _ => "the contact's account",
                };
                people.push(Person::new(record, Some(owns), "/owner_of")?);
            }
        }
    }
    Ok((people, role))
}

impl Person {
    fn new(record: &Record, owns: Option<&'static str>, at: &'static str) -> Result<Self, Failure> {
        let role = match record.value("UserRoleId")? {
            Value::Nothing => None,
            // An unknown role may be empty, so Usher cannot say that the user has one.
            Value::Unknown(unknown) => {
                let reason = "which role the user has is not known yet";
                return Err(Failure::deferred(&unknown.token, reason));
            }
            id => Some(Role {
                id,
                name: record.text("UserRole.Name")?.to_owned(),
            }),
        };
        Ok(Self {
            id: record.id()?,
            username: record.text("Username")?.to_owned(),
            role,
            owns,
            active: record.value("IsActive")?,
            user_type: record.value("UserType")?,
            at,
        })
    }

    /// Returns the text for people: the username, and the record that the person owns.
    pub(crate) fn shown(&self) -> String {
        match self.owns {
            None => self.username.clone(),
            Some(owns) => format!("{}, owner of {owns},", self.username),
        }
    }

    /// Checks that an owner is an active internal user. A value that is not known yet counts as right.
    pub(crate) fn may_have_a_role(&self, problems: &mut Problems) {
        let who = self.shown();
        if let Value::Text(kind) = &self.user_type
            && kind != "Standard"
        {
            let summary = format!(
                "{who} is not an internal user; external users get their roles from Salesforce"
            );
            let problem = Diagnostic::error("not-internal", self.at, summary).rule(RULE);
            if self.owns.is_none() {
                problems.invalid(problem.remedy("Name an internal user"));
            } else {
                problems.unmet(problem.remedy("Give the record to an internal user who is active"));
            }
        } else if self.active == Value::Truth(false) {
            let summary = format!("{who} is inactive");
            let problem = Diagnostic::error("inactive", self.at, summary).rule(RULE);
            problems.unmet(problem.remedy(if self.owns.is_none() {
                "Activate the user first"
            } else {
                "Give the record to an internal user who is active, or activate this one"
            }));
        }
    }
}

impl<'i> Target<'i> {
    fn of(input: &'i Input, problems: &mut Problems) -> Result<Self, Failure> {
        let record = match (&input.owner_of, &input.user) {
            (Some(record), None) => record,
            (None, Some(user)) => return Ok(Self::User(user)),
            _ => {
                let summary = "Exactly one of `owner_of` and `user` says whose role it is about";
                let problem = Diagnostic::error("owner-of-or-user", "", summary)
                    .remedy("Give `owner_of` a contact or an account, or `user` a user");
                problems.invalid(problem);
                return Ok(Self::Nothing);
            }
        };
        match record {
            Value::Unknown(unknown) => match record.object() {
                Some("Contact") => Ok(Self::Contact(record)),
                Some("Account") => Ok(Self::Account(record)),
                Some(other) => {
                    problems.invalid(not_owned(&format!("a {other}")));
                    Ok(Self::Nothing)
                }
                None => {
                    let reason = "what kind of record it is, is not known yet";
                    Err(Failure::deferred(&unknown.token, reason))
                }
            },
            _ if record.may_be_id("003") => Ok(Self::Contact(record)),
            _ if record.may_be_id("001") => Ok(Self::Account(record)),
            _ => {
                problems.invalid(not_owned(&format!("`{}`", record.text()?)));
                Ok(Self::Nothing)
            }
        }
    }

    /// Returns for each object the ids to look for: a contact's, an account's, a user's. A text that cannot be the id
    /// of a user is left out: Salesforce would refuse the whole query.
    fn ids(&self) -> (Option<&'i Value>, Option<&'i Value>, Option<&'i Value>) {
        match *self {
            Self::Contact(id) => (Some(id), None, None),
            Self::Account(id) => (None, Some(id), None),
            Self::User(id) => (None, None, Some(id).filter(|id| id.may_be_id("005"))),
            Self::Nothing => (None, None, None),
        }
    }

    fn not_found(&self, problems: &mut Problems) -> Result<(), Failure> {
        let (what, prefix, id) = match *self {
            Self::Contact(id) => ("contact", "003", id),
            Self::Account(id) => ("account", "001", id),
            Self::User(id) => ("user", "005", id),
            Self::Nothing => return Ok(()),
        };
        if let Value::Unknown(unknown) = id {
            let reason = format!("the {what} is not there yet");
            return Err(Failure::deferred(&unknown.token, &reason));
        }
        let at = match *self {
            Self::User(_) => "/user",
            _ => "/owner_of",
        };
        let summary = format!("There is no {what} `{}`", id.text()?);
        let problem = Diagnostic::error(&format!("unknown-{what}"), at, summary);
        problems
            .invalid(problem.remedy(format!("Give an id that begins with {prefix}, of this org")));
        Ok(())
    }
}

fn person<'v>(ids: impl IntoIterator<Item = &'v Value>) -> Lookup {
    Lookup::of("User")
        .read(["Username", "IsActive", "UserType"])
        .read(["UserRoleId", "UserRole.Name"])
        .whose_any("Id", ids)
}

fn not_owned(what: &str) -> Diagnostic {
    let summary = format!("{what} is neither a contact nor an account");
    Diagnostic::error("neither-contact-nor-account", "/owner_of", summary)
        .remedy("Give the id of a contact (003…) or an account (001…)")
}
