//! The contact, its account and the account's owner.

use usher_sdk::{Diagnostic, Failure, Lookup, Problems, Record, Value};

use crate::features::Features;
use crate::profile::Profile;
use crate::{FSC, Input, PARTNER};

/// The contact who is to be a user.
pub(crate) struct Contact {
    pub(crate) id: Value,
    /// Empty when there is none, or when it is not known.
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    /// Null when there is none.
    pub(crate) email: Value,
    pub(crate) account: Account,
}

pub(crate) struct Account {
    pub(crate) id: Value,
    pub(crate) name: String,
    pub(crate) is_person: bool,
    is_partner: Value,
    pub(crate) owner: Owner,
}

pub(crate) struct Owner {
    pub(crate) id: Value,
    pub(crate) username: String,
    pub(crate) alias: String,
    /// Null for none.
    pub(crate) role: Value,
    active: Value,
    user_type: Value,
}

/// Returns the lookup of the contact's fields. Orgs without person accounts, or without partners, lack a field.
pub(crate) fn fields(features: &Features) -> Lookup {
    let mut lookup = Lookup::of("Contact")
        .read([
            "FirstName",
            "LastName",
            "Email",
            "AccountId",
            "Account.Name",
        ])
        .read(["Account.OwnerId", "Account.Owner.Username"])
        .read(["Account.Owner.Alias", "Account.Owner.IsActive"])
        .read(["Account.Owner.UserType", "Account.Owner.UserRoleId"]);
    if features.person_accounts {
        lookup = lookup.read(["Account.IsPersonAccount"]);
    }
    if features.partner_accounts {
        lookup = lookup.read(["Account.IsPartner"]);
    }
    lookup
}

impl Contact {
    /// The contact that was found, or a problem.
    pub(crate) fn of(
        input: &Input,
        found: Option<&Record>,
        features: &Features,
        problems: &mut Problems,
    ) -> Result<Option<Self>, Failure> {
        let Some(record) = found else {
            problems.invalid(not_found(&input.contact)?);
            return Ok(None);
        };
        let name = [record.value("FirstName")?, record.value("LastName")?];
        // The first name of a contact that is only planned may not be known; then the user gets none.
        let first_name = match &name[0] {
            Value::Unknown(_) => "",
            known => known.text()?,
        };
        if record.value("AccountId")? == Value::Nothing {
            let summary = format!("{first_name} {} has no account", name[1].text()?);
            problems.unmet(
                Diagnostic::error("contact-without-account", "/contact", summary.trim_start())
                    .remedy("Choose an account for the contact in the field Account Name")
                    .rule(format!(
                        "{FSC}, the contact must have a standard related account"
                    )),
            );
            return Ok(None);
        }
        Ok(Some(Self {
            id: record.id()?,
            first_name: first_name.to_owned(),
            last_name: name[1].text()?.to_owned(),
            email: record.value("Email")?,
            account: Account::of(record, features)?,
        }))
    }

    /// Returns the name for people.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
            .trim_start()
            .to_owned()
    }

    /// Checks the requirements of a license with roles for the account and its owner.
    pub(crate) fn suits(&self, profile: &Profile, problems: &mut Problems) {
        let Some(family) = profile.family else {
            return;
        };
        let (account, owner) = (&self.account, &self.account.owner);
        if account.is_person && family.is_partner() {
            let summary = format!(
                "`{}` is a person account, which cannot have partner users",
                account.name
            );
            problems.unmet(
                Diagnostic::error("person-account", "/contact", summary)
                    .remedy("Set {with.contact} to one of a business account, or {with.profile} to a customer profile")
                    .rule(PARTNER),
            );
        }
        let (code, wrong, remedy) = if owner.is_external() {
            (
                "owner-not-internal",
                "is not an internal user",
                "Give the account to an internal user who has a role",
            )
        } else if owner.active == Value::Truth(false) {
            (
                "owner-inactive",
                "is inactive",
                "Give the account to an active internal user who has a role",
            )
        } else if owner.role == Value::Nothing {
            (
                "owner-without-role",
                "has no role",
                "Give the owner a role first: step `assign-role`, or Setup > Users",
            )
        } else {
            return;
        };
        let summary = format!(
            "{}, owner of the account `{}`, {wrong}",
            owner.username, account.name
        );
        let problem = Diagnostic::error(code, "/contact", summary).remedy(remedy);
        problems.unmet(problem.rule(match family.is_partner() {
            true => PARTNER.to_owned(),
            false => format!("{FSC}, before you begin"),
        }));
    }

    /// Returns the notes for people before the user is made.
    pub(crate) fn notes(&self, profile: &Profile) -> Vec<Diagnostic> {
        let (account, owner) = (&self.account, &self.account.owner);
        let mut notes = vec![];
        // The document asks for the role with any license; Salesforce refuses only users with roles.
        if profile.family.is_none() && owner.role == Value::Nothing {
            let summary = format!(
                "{}, owner of the account `{}`, has no role; users of this license do without, others of the account will not",
                owner.username, account.name
            );
            let note = Diagnostic::info("owner-without-role", "/contact", summary);
            notes.push(note.rule(format!("{FSC}, before you begin")));
        }
        if profile.family.is_some_and(|family| family.is_partner())
            && account.is_partner == Value::Truth(false)
        {
            let summary = format!(
                "`{}` is not enabled as a partner account; the user is made all the same, but opportunities and leads will not name the account",
                account.name
            );
            let note = Diagnostic::warning("not-a-partner-account", "/contact", summary);
            notes.push(note.rule("Object Reference, Account, IsPartner"));
        }
        notes
    }
}

impl Account {
    fn of(record: &Record, features: &Features) -> Result<Self, Failure> {
        let flag = |there: bool, field: &str| match there {
            true => record.value(field),
            false => Ok(Value::Nothing),
        };
        Ok(Self {
            id: record.value("AccountId")?,
            name: record.text("Account.Name")?.to_owned(),
            // The field is not known for an account that is only planned. That one is a business account: it is planned
            // apart from its contact, and a person account makes its own.
            is_person: flag(features.person_accounts, "Account.IsPersonAccount")?
                == Value::Truth(true),
            is_partner: flag(features.partner_accounts, "Account.IsPartner")?,
            owner: Owner {
                id: record.value("Account.OwnerId")?,
                username: record.text("Account.Owner.Username")?.to_owned(),
                alias: record.text("Account.Owner.Alias")?.to_owned(),
                role: record.value("Account.Owner.UserRoleId")?,
                active: record.value("Account.Owner.IsActive")?,
                user_type: record.value("Account.Owner.UserType")?,
            },
        })
    }
}

impl Owner {
    fn is_external(&self) -> bool {
        matches!(&self.user_type, Value::Text(kind) if kind != "Standard")
    }
}

fn not_found(contact: &Value) -> Result<Diagnostic, Failure> {
    if let Value::Unknown(unknown) = contact {
        return Err(Failure::deferred(
            &unknown.token,
            "the contact is not there yet",
        ));
    }
    let id = contact.text()?;
    Ok(if contact.may_be_id("001") {
        let summary = format!("`{id}` is an account, and a user is made from a contact");
        Diagnostic::error("account-instead-of-contact", "/contact", summary)
            .remedy("Set {with.contact} to the id of one of its contacts; of a person account, its PersonContactId")
    } else {
        let summary = format!("There is no contact `{id}`");
        Diagnostic::error("unknown-contact", "/contact", summary)
            .remedy("Set {with.contact} to an id that begins with 003, of this org")
    })
}
