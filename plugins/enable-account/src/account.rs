//! The account and its owner, and the requirements for enabling it.

use usher_external_users::Family;
use usher_sdk::{Condition, Diagnostic, Failure, Lookup, Org, Problems, Record, Value};

use crate::{PARTNER, field};

const ROLE: &str = "Create a Customer User to Access Financial Services Cloud in Experience Cloud, \
     before you begin";

/// The account that the input names.
pub(crate) struct Account {
    pub(crate) id: Value,
    pub(crate) name: String,
    /// The box is ticked. No user can tick it in an account that is only planned.
    pub(crate) enabled: bool,
    is_person: bool,
    owner: Owner,
}

/// An owner. A value that is not known yet counts as right.
struct Owner {
    username: Value,
    active: Value,
    user_type: Value,
    /// Null for none.
    role: Value,
}

/// Returns the lookup of its fields.
pub(crate) fn fields(family: Family, person_accounts: bool) -> Lookup {
    let lookup = Lookup::of("Account")
        .read(["Name", field(family), "OwnerId", "Owner.Username"])
        .read(["Owner.IsActive", "Owner.UserType", "Owner.UserRoleId"]);
    match person_accounts {
        true => lookup.read(["IsPersonAccount"]),
        false => lookup,
    }
}

impl Account {
    pub(crate) fn of(
        record: &Record,
        family: Family,
        person_accounts: bool,
    ) -> Result<Self, Failure> {
        Ok(Self {
            id: record.id()?,
            name: record.text("Name")?.to_owned(),
            enabled: record.value(field(family))? == Value::Truth(true),
            // An account that is only planned has a name, so it is not a person account.
            is_person: person_accounts && record.value("IsPersonAccount")? == Value::Truth(true),
            owner: Owner {
                username: record.value("Owner.Username")?,
                active: record.value("Owner.IsActive")?,
                user_type: record.value("Owner.UserType")?,
                role: record.value("Owner.UserRoleId")?,
            },
        })
    }

    /// Reports everything that keeps it from being enabled.
    pub(crate) fn suits(
        &self,
        family: Family,
        org: &dyn Org,
        problems: &mut Problems,
    ) -> Result<(), Failure> {
        let name = &self.name;
        if self.is_person && family == Family::Partner {
            let summary =
                format!("`{name}` is a person account, which cannot be a partner account");
            problems.unmet(
                Diagnostic::error("person-account", "/account", summary)
                    .remedy("Set {with.account} to a business account")
                    .rule(PARTNER),
            );
        }
        self.owner_suits(family, problems)?;
        if family == Family::Partner && self.has_contacts_of_partners(org)? {
            let summary = format!("Contacts of `{name}` are owned by external users");
            problems.unmet(
                Diagnostic::error("contacts-of-external-users", "/account", summary)
                    .remedy("Give the contacts to internal users")
                    .rule("REST API, portal users cannot own partner accounts"),
            );
        }
        Ok(())
    }

    fn owner_suits(&self, family: Family, problems: &mut Problems) -> Result<(), Failure> {
        let owner = &self.owner;
        let (code, wrong, remedy) = if matches!(&owner.user_type, Value::Text(kind) if kind != "Standard")
        {
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
                "Give the owner a role first, in Setup > Users or with the step `assign-role`",
            )
        } else {
            return Ok(());
        };
        let summary = format!(
            "{}, owner of the account `{}`, {wrong}",
            owner.username.text()?,
            self.name
        );
        let rule = match family {
            Family::Partner => PARTNER,
            Family::Customer => ROLE,
        };
        let problem = Diagnostic::error(code, "/account", summary).remedy(remedy);
        problems.unmet(problem.rule(rule));
        Ok(())
    }

    fn has_contacts_of_partners(&self, org: &dyn Org) -> Result<bool, Failure> {
        let contacts = [
            Condition::is("AccountId", &self.id),
            Condition::any(
                "Owner.UserType",
                [
                    "PowerPartner",
                    "PowerCustomerSuccess",
                    "CustomerSuccess",
                    "CspLitePortal",
                ],
            ),
        ];
        Ok(org.count("Contact", &contacts)? > 0)
    }
}
