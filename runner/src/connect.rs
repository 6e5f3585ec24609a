//! From `--org` to a client: the practice org in process, or an org over HTTP. Decides who gets which token.

mod registered;
mod token;

use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use usher_core::orgs::repeated;
use usher_core::read::Identity;
use usher_engine::client::Client;
use usher_engine::org_time::OrgTime;
use usher_engine::session::Secret;
use usher_engine::wire::PatientWire;
use usher_engine::wire::TimedWire;
use usher_engine::wire::Wire;
use usher_engine::wire::{AddressError, HttpWire};
use usher_engine::wire::{Audit, AuditedWire};

use crate::connect::registered::Registered;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::orgs;
use crate::practice::{self, Door, RequestLog};
use crate::wire::{LoggedWire, PracticeWire};
use crate::world::World;

/// An org by the name the person gave it.
pub(crate) struct Connection {
    pub(crate) alias: String,
    pub(crate) org: Arc<Client>,
    /// The time there.
    pub(crate) time: OrgTime,
    /// The requests made, until the journal has them.
    pub(crate) audit: Audit,
    registered: Option<Registered>,
}

impl Connection {
    /// Asks who is signed in, and where. An org of the registry must be the one that it was at first: nothing else is
    /// asked of another one.
    pub(crate) fn identity(
        &self,
    ) -> impl Future<Output = Result<Identity, Error>> + Send + use<> + 'static {
        let (org, registered) = (Arc::clone(&self.org), self.registered.clone());
        async move {
            let who = match (org.who().await, &registered) {
                (Err(error), Some(registered)) => return Err(registered.told(error)),
                (who, _) => who?,
            };
            if let Some(registered) = registered {
                registered.must_be(&who.org_id)?;
            }
            Ok(org.identity_of(who).await?)
        }
    }

    /// The same for a command that needs no more than to know that an org of the registry is the one that it was.
    pub(crate) async fn must_be_as_known(&self) -> Result<(), Error> {
        match &self.registered {
            Some(_) => self.identity().await.map(|_| ()),
            None => Ok(()),
        }
    }
}

/// Milliseconds for which a request whose answer was lost may still be running on a practice org that is served over
/// HTTP: the org answers in milliseconds, or as late as it was told to stall.
const PRACTICE_OUTLIVES_MS: u64 = 10_000;

/// The one who names an org. A person and a run of this home may name an address, and USHER_TOKEN goes there. A plan
/// file comes from anywhere.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Person,
    PlanFile,
    /// A run of this home, while USHER_ORG names another org: USHER_TOKEN may belong to that one.
    RunBesideOther,
}

/// An org as a command names it.
#[derive(Clone, Copy)]
struct Meant<'a> {
    alias: &'a str,
    by: By,
    /// The id of the org, when it is known already.
    org_id: Option<&'a str>,
}

/// Opens the org that `named` (`--org`), else `USHER_ORG`, names. Nothing is sent yet.
pub(crate) fn open(named: Option<&str>, home: &Home, world: &World) -> Result<Connection, Error> {
    opened_by_person(named, None, home, world)
}

fn opened_by_person(
    named: Option<&str>,
    org_id: Option<&str>,
    home: &Home,
    world: &World,
) -> Result<Connection, Error> {
    let alias = named
        .or_else(|| world.variable("USHER_ORG"))
        .ok_or_else(|| {
            Error::new(Exit::Usage, "org/none", "which org?")
                .help("pass `--org practice` for the practice org in the box, or set USHER_ORG")
        })?;
    let by = By::Person;
    let meant = Meant { alias, by, org_id };
    connected(meant, home, world)
}

/// Opens the org that `named` names, else the one by which a run of this home names its org. `org_id`: that of the run.
pub(crate) fn of_run(
    named: Option<&str>,
    in_run: &str,
    org_id: &str,
    home: &Home,
    world: &World,
) -> Result<Connection, Error> {
    if named.is_some() || in_run.is_empty() {
        return opened_by_person(named, Some(org_id), home, world);
    }
    let other = world.variable("USHER_ORG").filter(|org| *org != in_run);
    let meant = Meant {
        alias: in_run,
        by: other.map_or(By::Person, |_| By::RunBesideOther),
        org_id: Some(org_id),
    };
    connected(meant, home, world)
}

/// Opens the org that `named`, else `USHER_ORG`, names, else the one that a plan file names. The file may name only
/// what this home knows by that name: an address in it would decide who gets a token. `org_id`: that of the plan.
pub(crate) fn again(
    named: Option<&str>,
    in_file: &str,
    org_id: &str,
    home: &Home,
    world: &World,
) -> Result<Connection, Error> {
    if named.or_else(|| world.variable("USHER_ORG")).is_some() {
        return opened_by_person(named, Some(org_id), home, world);
    }
    must_be_known(in_file, home)?;
    let meant = Meant {
        alias: in_file,
        by: By::PlanFile,
        org_id: Some(org_id),
    };
    connected(meant, home, world)
}

/// Refuses an org of a plan file that is neither a practice org nor in the registry.
fn must_be_known(alias: &str, home: &Home) -> Result<(), Error> {
    if practice::name_of(alias).is_some() || orgs::read(home)?.0.contains_key(alias) {
        return Ok(());
    }
    let shown = repeated(alias);
    let (code, message) = match is_address(alias) {
        true => (
            "plan/names-address",
            format!(
                "the plan names its org by the address `{shown}`, and no file decides where a token goes"
            ),
        ),
        false => (
            "plan/unknown-org",
            format!("the plan is for the org `{shown}`, and this home knows no org of that name"),
        ),
    };
    let message = format!("{message}; nothing was sent");
    Err(Error::new(Exit::PlanDoesNotFit, code, message).help(
        "pass `--org` with the org that you mean; `usher org add NAME ADDRESS` gives an org a name that a plan can have",
    ))
}

/// Says whether a person who writes this means an address.
pub(crate) fn is_address(alias: &str) -> bool {
    alias.contains("://") || alias.starts_with("http:") || alias.starts_with("https:")
}

/// The wire to an address that a person has given.
pub(crate) fn wire_to(address: &str) -> Result<HttpWire, Error> {
    HttpWire::new(address).map_err(|error| {
        let code = match error {
            AddressError::Malformed(_) => "org/bad-address",
            AddressError::NotLoopback(_) => "org/not-loopback",
        };
        Error::new(Exit::Usage, code, error.to_string())
    })
}

/// The way to an org, and the token for it.
struct Opened {
    wire: Arc<dyn Wire>,
    token: Secret,
    outlives_ms: u64,
    registered: Option<Registered>,
}

fn opened(meant: Meant<'_>, home: &Home, world: &World) -> Result<Opened, Error> {
    let alias = meant.alias;
    if let Some(name) = practice::name_of(alias) {
        return in_process(name, home, world);
    }
    let (wire, token, registered) = if is_address(alias) {
        (wire_to(alias)?, token::for_address(meant, world)?, None)
    } else {
        let org = orgs::find(&orgs::read(home)?, alias)?;
        let wire = wire_to(&org.address)?;
        let token = token::for_named(meant, &org, world)?;
        let registered = Registered::new(alias, org, home);
        (wire, token, Some(registered))
    };
    Ok(Opened {
        wire: Arc::new(wire),
        token,
        // Loopback only, so it is a practice org.
        outlives_ms: PRACTICE_OUTLIVES_MS,
        registered,
    })
}

fn in_process(name: &str, home: &Home, world: &World) -> Result<Opened, Error> {
    let practice = Arc::new(practice::open(name, home)?);
    let token = practice::sign_in(&practice)?;
    let mut door = Door::new(practice, Arc::clone(&world.clock));
    if let Some(file) = world.variable("USHER_PRACTICE_FAULTS") {
        door = door.faults(practice::faults(Path::new(file), world)?);
    }
    if let Some(file) = world.variable("USHER_PRACTICE_LOG") {
        door = door.log(RequestLog::open(&world.folder.join(file))?);
    }
    Ok(Opened {
        wire: Arc::new(PracticeWire::new(door)),
        token,
        // In process nothing is running any more when it has not answered.
        outlives_ms: 0,
        registered: None,
    })
}

fn connected(meant: Meant<'_>, home: &Home, world: &World) -> Result<Connection, Error> {
    let Opened {
        wire,
        token,
        outlives_ms,
        registered,
    } = opened(meant, home, world)?;
    let wire: Arc<dyn Wire> = match world.variable("USHER_LOG") {
        Some("requests") => Arc::new(LoggedWire::new(wire, world.log.clone())),
        _ => wire,
    };
    let audit = Audit::default();
    let clock = &world.clock;
    let time = OrgTime::new(world.clock.as_ref());
    let wire = TimedWire::new(wire, Arc::clone(&world.clock), time.clone());
    let wire = Arc::new(wire);
    let wire = AuditedWire::new(wire, Arc::clone(clock), audit.clone());
    let wire = PatientWire::new(Arc::new(wire), Arc::clone(clock), world.stop.clone());
    Ok(Connection {
        alias: meant.alias.to_owned(),
        org: Arc::new(Client::new(Arc::new(wire), token).outlived_by(outlives_ms)),
        time,
        audit,
        registered,
    })
}
