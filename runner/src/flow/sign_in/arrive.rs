//! The end of a sign-in: asks the org who is signed in, keeps the secrets, and writes the entry of the registry.

use std::path::Path;
use std::sync::Arc;

use usher_core::orgs::{NamedOrg, SignIn};
use usher_core::read::Identity;
use usher_engine::session::{Fixed, Secret, Session};

use crate::connect;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::keychain::{Keychains, Secrets};
use crate::orgs;
use crate::unfit::unfit;
use crate::world::World;

/// A person, or an app, that has an access token of an org.
pub(crate) struct Arrival {
    /// The name that the org gets.
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) sign_in: SignIn,
    pub(crate) ca_file: Option<String>,
    /// The access token of now.
    pub(crate) access: Secret,
    /// The secrets to keep.
    pub(crate) secrets: Secrets,
}

/// An org that a person is signed in to.
pub(crate) struct Arrived {
    pub(crate) org: NamedOrg,
    pub(crate) identity: Identity,
}

/// Asks the org, keeps the secrets, and writes the entry.
pub(crate) async fn arrive(arrival: Arrival, home: &Home, world: &World) -> Result<Arrived, Error> {
    let Arrival {
        name,
        address,
        sign_in,
        ca_file,
        access,
        secrets,
    } = arrival;
    let authorities = ca_file.as_deref().map(Path::new);
    let session: Arc<dyn Session> = Arc::new(Fixed::new(access));
    let connection = connect::to_unknown(&name, &address, authorities, session, world)?;
    let identity = connection.identity().await?;
    let keychains = Keychains::of(home, world)?;
    let _turn = keychains.turn(&name)?;
    let former = orgs::read(home)?.named.remove(&name);
    must_be_same(&name, former.as_ref(), &identity.org_id)?;
    let former_place = former.as_ref().and_then(|former| former.kept);
    // Should the registry fail, the former sign-in goes on.
    let former_secrets = former_place.and_then(|place| keychains.read(&name, place).ok());
    let kept = match secrets.is_empty() {
        true => None,
        false => Some(keychains.keep(&name, &secrets, former_place)?),
    };
    let org = NamedOrg {
        address,
        sign_in,
        kept,
        ca_file,
        org_id: Some(identity.org_id.clone()),
    };
    let written = orgs::change(home, |orgs| {
        must_be_same(&name, orgs.named.get(&name), &identity.org_id)?;
        if let Some(variable) = org.sign_in.variable() {
            let own = orgs.check_own(&name, variable);
            own.map_err(|why| unfit(&why))?;
        }
        orgs.named.insert(name.clone(), org.clone());
        Ok(())
    });
    if let Err(error) = written {
        // The error of the registry is the one to tell.
        if let Some(kept) = kept.filter(|kept| former_place != Some(*kept)) {
            let _left = keychains.forget(&name, kept);
        }
        if let (Some(_), Some(place), Some(former)) = (kept, former_place, former_secrets) {
            let _lost = keychains.put_back(&name, place, &former);
        }
        return Err(error);
    }
    if let (None, Some(former)) = (kept, former_place) {
        // The new way to sign in has no secret. A former one that cannot be reached is left where it is.
        let _left = keychains.forget(&name, former);
    }
    Ok(Arrived { org, identity })
}

/// Refuses to give the name of an org to another org.
fn must_be_same(name: &str, former: Option<&NamedOrg>, org_id: &str) -> Result<(), Error> {
    let known = former.and_then(|former| former.org_id.as_deref());
    match known {
        Some(known) if known != org_id => {
            let message = format!(
                "the org `{name}` is {known}, and this sign-in is to the org {org_id}; nothing was kept"
            );
            Err(Error::new(Exit::Refused, "org/other-org", message).help(format!(
                "give another name; if `{name}` is to be the other org, run `usher org remove {name}` first"
            )))
        }
        _ => Ok(()),
    }
}
