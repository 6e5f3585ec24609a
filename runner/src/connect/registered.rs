//! An org of the registry is the one that it was when it was asked first.

use std::sync::Arc;

use usher_core::orgs::{NamedOrg, SignIn};
use usher_engine::client::OrgError;
use usher_engine::session::{Reason, SignInError};

use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::orgs;

/// An org of the registry that is spoken to.
#[derive(Clone)]
pub(super) struct Registered(Arc<Known>);

struct Known {
    name: String,
    org: NamedOrg,
    home: Home,
}

impl Registered {
    pub(super) fn new(name: &str, org: NamedOrg, home: &Home) -> Self {
        Self(Arc::new(Known {
            name: name.to_owned(),
            org,
            home: home.clone(),
        }))
    }

    pub(super) fn address(&self) -> &str {
        &self.0.org.address
    }

    /// Refuses an org with another id than the registry remembers, and has the registry remember the first.
    pub(super) fn must_be(&self, found: &str) -> Result<(), Error> {
        let Known { name, org, home } = &*self.0;
        if let Some(known) = &org.org_id {
            return self.compare(known, found);
        }
        orgs::change(home, |orgs| {
            // Another process may have changed it in the meantime.
            let now = orgs.named.get_mut(name);
            let Some(now) = now.filter(|now| now.address == org.address) else {
                let message = format!("the org `{name}` was changed in the registry just now");
                return Err(Error::new(Exit::Refused, "org/changed", message)
                    .help("look at it with `usher org list`, then try again"));
            };
            match &now.org_id {
                Some(known) => self.compare(known, found),
                None => {
                    now.org_id = Some(found.to_owned());
                    Ok(())
                }
            }
        })
    }

    fn compare(&self, known: &str, found: &str) -> Result<(), Error> {
        if known == found {
            return Ok(());
        }
        let Known { name, org, .. } = &*self.0;
        let message = format!(
            "the org `{name}` is {known}, and {} answers as the org {found}; nothing else was asked",
            org.address
        );
        Err(Error::new(Exit::Refused, "org/other-org", message).help(format!(
            "see what answers there; if `{name}` is to be the other org, `usher org remove {name}` and add it again"
        )))
    }

    /// The way for a person to sign in to it again.
    pub(super) fn way_in(&self) -> String {
        way_in(&self.0.name, &self.0.org)
    }

    /// The error of a request, which says how to sign in to this org again.
    pub(super) fn told(&self, error: OrgError) -> Error {
        let is_signed_out = match &error {
            OrgError::SignedOut(_) => true,
            OrgError::SignIn(SignInError::NoRenewal) => true,
            OrgError::SignIn(SignInError::Refused(refused)) => refused.reason == Reason::Expired,
            _ => false,
        };
        match Error::from(error) {
            error if is_signed_out => error.help(way_in_and_on(&self.0.name, &self.0.org)),
            error => error,
        }
    }
}

/// The way on after a sign-in.
const CONTINUES: &str = "then `usher resume` continues a run that stopped";

/// The way for a person to sign in to an org of the registry again, and on from there.
pub(crate) fn way_in_and_on(name: &str, org: &NamedOrg) -> String {
    format!("{}; {CONTINUES}", way_in(name, org))
}

/// The way for a person to sign in to an org of the registry again.
fn way_in(name: &str, org: &NamedOrg) -> String {
    match &org.sign_in {
        SignIn::Token { variable } if org.kept.is_none() => {
            format!("set {variable} to a valid access token of `{name}`")
        }
        SignIn::Token { .. } => format!("run `usher org login {name} --token-stdin`"),
        SignIn::Sf { username } => {
            format!("run `sf org login web --alias {name}` and sign in as {username}")
        }
        _ => format!("run `usher org login {name}`"),
    }
}
