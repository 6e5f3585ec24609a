//! Step plugin `enable-user`: a contact is an external user of a license and profile.
//!
//! A new user is made, an inactive one is activated again, an active one stays; users of another kind of license are
//! refused. Everything that Salesforce does by itself is announced: the roles that it makes, by exact name, the users
//! whom it moves, the mails that it sends.
//!
//! Here is the way from input to plan. `features` reads the org's features, `contact` and `profile` the person and the
//! profile; `roles` predicts the roles, `sites` the mails; `create` and `existing` make the change.

mod contact;
mod create;
mod existing;
mod features;
mod levels;
mod names;
mod profile;
mod roles;
mod sites;

use serde::Deserialize;
use usher_sdk::{Failure, Lookup, Org, Problems, StepPlan, Value};

use crate::contact::Contact;
use crate::existing::Existing;
use crate::features::Features;
use crate::levels::Level;
use crate::profile::Profile;

const FSC: &str = "Create a Customer User to Access Financial Services Cloud in Experience Cloud";
const PARTNER: &str =
    "Salesforce Help, Turning an existing business account into a partner account";
const ROLES: &str = "Knowledge article 005167124, Roles automatically created for accounts when enabling external users";

/// The input, which follows the schema in `manifest.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    contact: Value,
    license: String,
    profile: String,
    username: Option<String>,
    alias: Option<String>,
    nickname: Option<String>,
    email: Option<String>,
    time_zone: Option<String>,
    locale: Option<String>,
    language: Option<String>,
    encoding: Option<String>,
    crm_content: bool,
    portal_role: Option<Level>,
    role_levels: Option<u8>,
}

/// Plans one contact.
///
/// # Errors
///
/// No such contact or profile, a profile of another license, a name that is taken, a role level that the account does
/// not have; the org, the account's owner or the profile is not ready, or there is no seat. Problems that can be seen
/// together are reported together.
pub fn plan(mut input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    // A recipe's input cannot be left out, only left empty.
    input.username = input.username.filter(|username| !username.is_empty());
    let features = Features::read(org)?;
    let mut problems = Problems::default();
    // A text that cannot be the id of a contact is not asked for: Salesforce would refuse the whole query.
    let contact_id = || Some(&input.contact).filter(|id| id.may_be_id("003"));
    let [contacts, profiles, users, organization] = org.find_each([
        contact::fields(&features).whose_any("Id", contact_id()),
        profile::fields().whose("Name", &input.profile),
        existing::fields().whose_any("ContactId", contact_id()),
        Lookup::of("Organization")
            .read(["TimeZoneSidKey", "LanguageLocaleKey", "DefaultLocaleSidKey"])
            .whose("Id", org.who().org_id),
    ])?;
    let contact = Contact::of(&input, contacts.first(), &features, &mut problems)?;
    let profile = Profile::of(&input, profiles.first(), &mut problems)?;
    let user = Existing::of(&users)?;
    if let (Some(contact), Some(profile), None) = (&contact, &profile, &user) {
        contact.suits(profile, &mut problems);
        profile.suits(&mut problems);
    }
    problems.none()?;
    let (Some(contact), Some(profile)) = (contact, profile) else {
        return Err(Failure::Broken("a problem was not told".to_owned()));
    };
    let case = Case {
        input: &input,
        features: &features,
        contact: &contact,
        profile: &profile,
        org,
    };
    match user {
        Some(user) => existing::plan(&case, &user),
        None => create::plan(&case, organization.first()),
    }
}

usher_sdk::export!(plan);

/// The common start of both ways to a user.
struct Case<'c> {
    input: &'c Input,
    features: &'c Features,
    contact: &'c Contact,
    profile: &'c Profile,
    org: &'c dyn Org,
}

#[cfg(test)]
mod tests;
