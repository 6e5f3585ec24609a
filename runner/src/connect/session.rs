//! The session at an org of the registry, from its entry and the secrets that are kept for it.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use usher_core::limit;
use usher_core::orgs::{App as AppOf, Kept, NamedOrg, SignIn, audience};
use usher_engine::session::{
    App, Fixed, Grant, Granted, Keep, Now, Renewing, Secret, Session, SigningKey, TokenEndpoint,
    Turn,
};
use usher_engine::wire::{Audit, AuditedWire, PatientWire};

use crate::connect::{Meant, shown, token, way_in_and_on, wire_to};
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::keychain::{Keychains, Secrets};
use crate::orgs;
use crate::sf::{Sf, SfSession};
use crate::text_file::read_text;
use crate::world::World;

/// The session of an org of the registry. Nothing is sent yet.
pub(super) fn of_named(
    meant: Meant<'_>,
    org: &NamedOrg,
    home: &Home,
    world: &World,
    audit: &Audit,
) -> Result<Arc<dyn Session>, Error> {
    let name = meant.alias;
    let keychains = Keychains::of(home, world)?;
    let secrets = || match org.kept {
        Some(kept) => keychains.read(name, kept),
        None => Ok(Secrets::default()),
    };
    let authorities = org.ca_file.as_deref().map(Path::new);
    let endpoint = |app: &AppOf, client_secret: Option<Secret>| {
        endpoint(org.login(), authorities, app, client_secret, world, audit)
    };
    let renewing = |endpoint: TokenEndpoint, grant: Grant, access: Option<Secret>| {
        let keep = KeepForOrg {
            keychains: keychains.clone(),
            home: home.clone(),
            name: name.to_owned(),
            org: org.clone(),
        };
        let mut session = Renewing::new(endpoint, grant, Arc::new(keep), Arc::clone(&world.clock));
        if let Some(org_id) = &org.org_id {
            session = session.of_org(org_id);
        }
        if let Some(access) = access {
            session = session.with_access(access);
        }
        Arc::new(session)
    };
    match &org.sign_in {
        SignIn::Token { variable } => {
            // A variable that is set decides, and the keychain is not asked.
            let kept = match world.is_set(variable) {
                true => None,
                false => token::of_entry(secrets()?.access, name, org)?,
            };
            let token = token::for_named(meant, org, variable, kept, world)?;
            Ok(Arc::new(Fixed::new(token)))
        }
        SignIn::Web(app) => {
            let secrets = secrets()?;
            let Some(refresh) = secrets.refresh else {
                return Err(signed_out(name, org));
            };
            let access = token::of_entry(secrets.access, name, org)?;
            let endpoint = endpoint(app, secrets.client_secret)?;
            Ok(renewing(endpoint, Grant::Refresh(refresh), access))
        }
        SignIn::Jwt {
            app,
            username,
            key_file,
        } => {
            let endpoint = endpoint(app, None)?;
            let grant = Grant::Jwt {
                key: signing_key(Path::new(key_file))?,
                username: username.clone(),
                audience: audience(org.login()),
            };
            Ok(renewing(endpoint, grant, None))
        }
        SignIn::ClientCredentials(app) => {
            let secrets = secrets()?;
            if secrets.client_secret.is_none() {
                return Err(signed_out(name, org));
            }
            let access = token::of_entry(secrets.access, name, org)?;
            let endpoint = endpoint(app, secrets.client_secret)?;
            Ok(renewing(endpoint, Grant::ClientCredentials, access))
        }
        SignIn::Sf { username } => {
            let wire = wire_to(&org.address, authorities, world)?;
            let address = wire.address().to_owned();
            let wire = shown(Arc::new(wire), &address, world);
            let session = SfSession::new(Sf::find(world)?, username, org.org_id.as_deref(), wire);
            Ok(Arc::new(session))
        }
    }
}

/// The token endpoint at an address. Its requests are kept in `audit`.
pub(crate) fn endpoint(
    login: &str,
    authorities: Option<&Path>,
    app: &AppOf,
    client_secret: Option<Secret>,
    world: &World,
    audit: &Audit,
) -> Result<TokenEndpoint, Error> {
    let wire = wire_to(login, authorities, world)?;
    let address = wire.address().to_owned();
    let wire = shown(Arc::new(wire), &address, world);
    let wire = AuditedWire::new(wire, Arc::clone(&world.clock), audit.clone());
    let wire = PatientWire::new(Arc::new(wire), Arc::clone(&world.clock), world.stop.clone());
    let app = App {
        client_id: app.client_id.clone(),
        client_secret,
    };
    // The host that a person signs in at may be the org itself, also where it is not Salesforce's.
    Ok(TokenEndpoint::new(Arc::new(wire), app).trusting(login))
}

/// The private key in a file.
pub(crate) fn signing_key(path: &Path) -> Result<SigningKey, Error> {
    let text = read_text(path, limit::PACK_FILE_BYTES_MAX)?;
    Ok(SigningKey::of_pem(&text)?)
}

/// Says whether others than its owner may read a file.
pub(crate) fn is_open_to_others(path: &Path) -> bool {
    let mode = path
        .metadata()
        .map(|metadata| metadata.permissions().mode());
    mode.is_ok_and(|mode| mode & 0o044 != 0)
}

/// The error of an org whose secrets are not kept any more.
fn signed_out(name: &str, org: &NamedOrg) -> Error {
    let message = format!("nobody is signed in to the org `{name}`");
    Error::new(Exit::Unreachable, "org/signed-out", message).help(way_in_and_on(name, org))
}

/// Keeps what a token endpoint grants where the secrets of the org are.
struct KeepForOrg {
    keychains: Keychains,
    home: Home,
    name: String,
    /// The entry with which the session began.
    org: NamedOrg,
}

impl KeepForOrg {
    /// Says whether the name is still that of the org, the app and the way to sign in.
    fn is_as_before(&self) -> Result<bool, Error> {
        let now = orgs::read(&self.home)?.named.remove(&self.name);
        let client_id = |org: &NamedOrg| org.sign_in.app().map(|app| app.client_id.clone());
        Ok(now.is_some_and(|now| {
            let org = &self.org;
            let same_org = org.org_id.is_none() || now.org_id == org.org_id;
            same_org
                && now.address == org.address
                && now.login() == org.login()
                && now.kept == org.kept
                && now.sign_in.name() == org.sign_in.name()
                && client_id(&now) == client_id(org)
        }))
    }

    fn read(&self, kept: Kept) -> Result<Now, Error> {
        if !self.is_as_before()? {
            return Ok(Now::Gone);
        }
        let secrets = self.keychains.read(&self.name, kept)?;
        Ok(match (&self.org.sign_in, secrets.refresh) {
            (SignIn::Web(_), Some(refresh)) => Now::Refresh(refresh),
            (SignIn::Web(_), None) => Now::Gone,
            _ if secrets.client_secret.is_none() => Now::Gone,
            _ => Now::AsBefore,
        })
    }
}

impl Keep for KeepForOrg {
    fn keep(&self, granted: &Granted) -> Result<(), String> {
        let Some(kept) = self.org.kept else {
            return Ok(());
        };
        let change = |secrets: &mut Secrets| {
            secrets.access = Some(granted.access.clone());
            if let Some(refresh) = &granted.refresh {
                secrets.refresh = Some(refresh.clone());
            }
        };
        let changed = self.keychains.keep_again(&self.name, kept, change);
        changed.map_err(|error| error.message)
    }

    fn turn(&self) -> Result<Turn, String> {
        if self.org.kept.is_none() {
            return Ok(Turn::default());
        }
        let turn = self.keychains.turn(&self.name);
        turn.map(Turn::holding).map_err(|error| error.message)
    }

    fn now(&self) -> Result<Now, String> {
        match self.org.kept {
            Some(kept) => self.read(kept).map_err(|error| error.message),
            None => Ok(Now::AsBefore),
        }
    }
}
