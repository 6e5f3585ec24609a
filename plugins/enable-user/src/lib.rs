//! Step plugin `enable-user`: a contact is an external user of a license and profile.
//!
//! A new user is made, an inactive one is activated again, an active one stays with the profile that the user has,
//! unless the input says otherwise. Everything that Salesforce does by itself is announced: the roles that it makes,
//! the users whom it moves, the mails that it sends.
//!
//! Here is the way from input to plan. `features` reads the org's features, `contact` and `profile` the person and the
//! profile, `values` checks further fields; `roles` predicts the roles, `sites` the mails; `create` and `existing` make
//! the change, `upgrade` that of the profile, `frozen` lets a frozen user in again.

mod contact;
mod create;
mod existing;
mod features;
mod frozen;
mod input;
mod levels;
mod names;
mod profile;
mod roles;
mod runner;
mod sites;
mod upgrade;
mod values;

use usher_sdk::{Failure, Lookup, Org, Problems, StepPlan, Value};

use crate::contact::Contact;
use crate::existing::Existing;
use crate::features::Features;
pub use crate::input::Input;
use crate::profile::Profile;

const FSC: &str = "Create a Customer User to Access Financial Services Cloud in Experience Cloud";
const PARTNER: &str =
    "Salesforce Help, Turning an existing business account into a partner account";
const ROLES: &str = "Knowledge article 005167124, Roles automatically created for accounts when enabling external users";

/// Plans one contact.
///
/// # Errors
///
/// No such contact, profile or site, a profile of another license, a name that is taken, a role level that the account
/// does not have, a field that this org wants or does not have; the org, the account's owner or the profile is not
/// ready, or there is no seat. Problems that can be seen together are reported together.
pub fn plan(mut input: Input, org: &dyn Org) -> Result<StepPlan, Failure> {
    // An empty text counts as not given; `null` empties a field.
    let is_empty = |value: &Value| matches!(value, Value::Text(text) if text.is_empty());
    input.values.retain(|_, value| !is_empty(value));
    let mut problems = Problems::default();
    values::check(&input, &mut problems);
    problems.none()?;
    let mut problems = Problems::default();
    let features = Features::read(&input, org)?;
    values::fit(&input, &features.user, &mut problems);
    // A text that cannot be the id of a contact is not asked for: Salesforce would refuse the whole query.
    let contact_id = || Some(&input.contact).filter(|id| id.may_be_id("003"));
    let wanted = profile::wanted(&input);
    let [by_id, by_label] = wanted.lookups();
    let [contacts, by_id, by_label, users, organization] = org.find_each([
        contact::fields(&features).whose_any("Id", contact_id()),
        by_id,
        by_label,
        existing::fields(&input, &features).whose_any("ContactId", contact_id()),
        Lookup::of("Organization")
            .read(["TimeZoneSidKey", "LanguageLocaleKey", "DefaultLocaleSidKey"])
            .whose("Id", org.who().org_id),
    ])?;
    let profiles = wanted.resolve(&by_id, &by_label, org)?;
    let contact = Contact::of(&input, contacts.first(), &features, &mut problems)?;
    let profile = profiles.first().and_then(Option::as_ref);
    let profile = Profile::of(&input, profile, org, &mut problems)?;
    let user = Existing::of(&users)?;
    let (Some(contact), Some(profile)) = (contact, profile) else {
        problems.none()?;
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
        Some(user) => existing::plan(&case, &user, problems),
        None => create::plan(&case, organization.first(), problems),
    }
}

usher_sdk::export!(plan);

/// The common start of both ways to a user.
#[derive(Clone, Copy)]
struct Case<'c> {
    input: &'c Input,
    features: &'c Features,
    contact: &'c Contact,
    profile: &'c Profile,
    org: &'c dyn Org,
}

#[cfg(test)]
mod tests;
