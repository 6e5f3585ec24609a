//! The users who get the role: the owners of a record, or one user. Two rounds of lookups, one for a user.

use usher_sdk::{Diagnostic, Failure, Lookup, Org, Problems, Record, StepPlan, Value};

use crate::role::Role;
use crate::target::Target;
use crate::{Input, RULE};

/// A user who shall have a role.
pub(crate) struct Person {
    pub(crate) id: Value,
    pub(crate) username: String,
    /// The role that the person has already.
    pub(crate) role: Option<Role>,
    is: Is,
    active: Value,
    user_type: Value,
}

/// The reason why the step looks at a user.
#[derive(Clone, Copy, PartialEq)]
enum Is {
    /// The input names the user.
    Named,
    /// The owner of the account that the input names.
    AccountOwner,
    /// The owner of the account of the contact that the input names.
    ContactsAccountOwner,
    /// The owner of both.
    OwnerOfBoth,
    /// The owner of the contact alone, whom Salesforce does not look at.
    ContactOwner,
}

/// The people, each once.
pub(crate) fn of(
    input: &Input,
    org: &dyn Org,
    plan: &mut StepPlan,
    problems: &mut Problems,
) -> Result<Vec<Person>, Failure> {
    let target = Target::of(input, problems)?;
    let (contact, account, user) = target.ids();
    let [contacts, accounts, users] = org.find_each([
        Lookup::of("Contact")
            .read(["OwnerId", "AccountId", "Account.OwnerId"])
            .whose_any("Id", contact),
        Lookup::of("Account")
            .read(["OwnerId"])
            .whose_any("Id", account),
        person(user),
    ])?;
    let found = contacts.first().or(accounts.first()).or(users.first());
    let Some(found) = found else {
        target.not_found(problems)?;
        return Ok(vec![]);
    };
    let owners = match target {
        Target::User(_) => return Ok(vec![Person::new(found, Is::Named)?]),
        Target::Account(_) => vec![(found.value("OwnerId")?, Is::AccountOwner)],
        _ => owners(found)?,
    };
    let records = org.find(&person(owners.iter().map(|(id, _)| id)))?;
    let mut people = vec![];
    // In the order of the records, which are ordered by id.
    for record in &records {
        let id = record.id()?;
        if let Some((_, is)) = owners.iter().find(|(owner, _)| id.is_same_id(owner)) {
            people.push(Person::new(record, *is)?);
        }
    }
    for (id, is) in &owners {
        if Record::with_id(&records, id).is_none() {
            is.not_seen(id, plan, problems)?;
        }
    }
    Ok(people)
}

/// The owners of a contact and of its account.
fn owners(contact: &Record) -> Result<Vec<(Value, Is)>, Failure> {
    let owner = contact.value("OwnerId")?;
    let account_owner = match contact.value("AccountId")? {
        Value::Nothing => Value::Nothing,
        _ => contact.value("Account.OwnerId")?,
    };
    if owner.is_same_id(&account_owner) {
        return Ok(vec![(owner, Is::OwnerOfBoth)]);
    }
    let both = [
        (owner, Is::ContactOwner),
        (account_owner, Is::ContactsAccountOwner),
    ];
    let is_there = |(id, _): &(Value, Is)| *id != Value::Nothing;
    Ok(both.into_iter().filter(is_there).collect())
}

impl Is {
    /// Returns the record that the person owns, for texts; none for a user who was named.
    fn owner_of(self) -> Option<&'static str> {
        match self {
            Self::Named => None,
            Self::AccountOwner => Some("the account"),
            Self::ContactsAccountOwner => Some("the contact's account"),
            Self::OwnerOfBoth => Some("the contact and its account"),
            Self::ContactOwner => Some("the contact"),
        }
    }

    /// The place in the input.
    fn at(self) -> &'static str {
        match self {
            Self::Named => "/user",
            _ => "/owner_of",
        }
    }

    /// Reports an owner whom the org does not show. An owner who is not known yet is waited for.
    fn not_seen(
        self,
        id: &Value,
        plan: &mut StepPlan,
        problems: &mut Problems,
    ) -> Result<(), Failure> {
        if let Value::Unknown(unknown) = id {
            let reason = "the owner is not known yet";
            return Err(Failure::deferred(&unknown.token, reason));
        }
        let (owned, id) = (self.owner_of().unwrap_or("the record"), id.text()?);
        let summary = format!("The org does not show the user `{id}`, owner of {owned}");
        if self == Self::ContactOwner {
            plan.note(Diagnostic::info(
                "contact-owner-not-seen",
                self.at(),
                summary,
            ));
            return Ok(());
        }
        problems.unmet(
            Diagnostic::error("owner-not-seen", self.at(), summary)
                .remedy("Let the signed-in user see all users, or give the account to another internal user")
                .rule(RULE),
        );
        Ok(())
    }
}

impl Person {
    fn new(record: &Record, is: Is) -> Result<Self, Failure> {
        let role = match record.value("UserRoleId")? {
            Value::Nothing => None,
            // An unknown role may be empty, so Usher cannot say that the user has one.
            Value::Unknown(unknown) => {
                let reason = "the role of the user is not known yet";
                return Err(Failure::deferred(&unknown.token, reason));
            }
            id => Some(Role {
                id,
                name: record.text("UserRole.Name")?.to_owned(),
                developer_name: record.text("UserRole.DeveloperName")?.to_owned(),
                at_the_top: false,
            }),
        };
        Ok(Self {
            id: record.id()?,
            username: record.text("Username")?.to_owned(),
            role,
            is,
            active: record.value("IsActive")?,
            user_type: record.value("UserType")?,
        })
    }

    /// Returns the text for people: the username, and the record that the person owns.
    pub(crate) fn shown(&self) -> String {
        match self.is.owner_of() {
            None => self.username.clone(),
            Some(owned) => format!("{}, owner of {owned},", self.username),
        }
    }

    /// Says whether the step is about this user: Salesforce asks for a role of the account's owner only.
    pub(crate) fn is_condition(&self) -> bool {
        self.is != Is::ContactOwner
    }

    /// Says whether the user is an active internal one; reports one who is not. A value that is not known yet counts
    /// as right.
    pub(crate) fn may_have_a_role(&self, plan: &mut StepPlan, problems: &mut Problems) -> bool {
        let is_external = matches!(&self.user_type, Value::Text(kind) if kind != "Standard");
        let is_inactive = self.active == Value::Truth(false);
        if !is_external && !is_inactive {
            return true;
        }
        match self.is {
            Is::ContactOwner => plan.note(self.not_suited(is_external)),
            Is::Named if is_external => problems.invalid(self.unsuited(is_external)),
            _ => problems.unmet(self.unsuited(is_external)),
        }
        false
    }

    /// A note about the contact's owner, whose role Salesforce does not ask for.
    fn not_suited(&self, is_external: bool) -> Diagnostic {
        let (code, is) = match is_external {
            true => ("contact-owner-external", "is not an internal user"),
            false => ("contact-owner-inactive", "is inactive"),
        };
        let summary = format!(
            "{} {is} and gets no role; Salesforce asks for a role of the account's owner only",
            self.shown()
        );
        Diagnostic::info(code, self.is.at(), summary)
            .rule("docs/salesforce/roles.md#owner-needs-a-role")
    }

    fn unsuited(&self, is_external: bool) -> Diagnostic {
        let (who, at) = (self.shown(), self.is.at());
        let is_owner = self.is != Is::Named;
        let problem = if is_external {
            let summary = format!(
                "{who} is not an internal user; external users get their roles from Salesforce"
            );
            let problem = Diagnostic::error("not-internal", at, summary);
            problem.remedy(match is_owner {
                true => "Give the account to an internal user who is active",
                false => "Set {with.user} to an internal user",
            })
        } else {
            let problem = Diagnostic::error("inactive", at, format!("{who} is inactive"));
            problem.remedy(match is_owner {
                true => "Give the account to an internal user who is active, or activate this one",
                false => "Activate the user first",
            })
        };
        problem.rule(RULE)
    }
}

fn person<'v>(ids: impl IntoIterator<Item = &'v Value>) -> Lookup {
    Lookup::of("User")
        .read(["Username", "IsActive", "UserType"])
        .read(["UserRoleId", "UserRole.Name", "UserRole.DeveloperName"])
        .whose_any("Id", ids)
}
