//! From `--org` to a client: the practice org in process, or an org over HTTP. Decides who gets which token.

mod registered;
mod session;
mod token;
mod trust;

use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use usher_core::orgs::repeated;
use usher_core::read::Identity;
use usher_engine::client::{Client, OrgError, Who};
use usher_engine::foresight::Foresight;
use usher_engine::org_time::OrgTime;
use usher_engine::reads::Reader;
use usher_engine::session::{Fixed, Session};
use usher_engine::wire::{AddressError, HttpWire, NoWire, TrustError};
use usher_engine::wire::{Allowance, LimitedWire, SpreadWire, Usage};
use usher_engine::wire::{Audit, AuditedWire, PatientWire, TimedWire, TracedWire, Wire};

use crate::connect::registered::Registered;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::orgs;
use crate::practice::{self, Door, RequestLog};
use crate::wire::{LoggedWire, PracticeWire};
use crate::world::World;

use registered::way_in_and_on;
pub(crate) use session::{endpoint, is_open_to_others, signing_key};
pub(crate) use trust::of as trust;

/// An org by the name the person gave it.
pub(crate) struct Connection {
    pub(crate) alias: String,
    pub(crate) org: Arc<Client>,
    /// The time there.
    pub(crate) time: OrgTime,
    /// The requests made, until the journal has them.
    pub(crate) audit: Audit,
    /// The requests that may be made.
    allowance: Allowance,
    registered: Option<Registered>,
}

impl Connection {
    /// Asks who is signed in, and where. An org of the registry must be the one that it was at first: nothing else is
    /// asked of another one.
    pub(crate) fn identity(
        &self,
    ) -> impl Future<Output = Result<Identity, Error>> + Send + use<> + 'static {
        self.identified(|org, who| async move { org.identity_of(who).await })
    }

    /// The same, together with the reads that are foreseen.
    pub(crate) fn opened(
        &self,
        foresight: Foresight,
        reader: Arc<Reader>,
    ) -> impl Future<Output = Result<Identity, Error>> + Send + use<> + 'static {
        self.identified(|_, who| async move { foresight.open(&reader, who).await })
    }

    /// Asks who is signed in, and has `rest` ask for the rest.
    fn identified<F, R>(
        &self,
        rest: F,
    ) -> impl Future<Output = Result<Identity, Error>> + Send + use<F, R> + 'static
    where
        F: FnOnce(Arc<Client>, Who) -> R + Send + 'static,
        R: Future<Output = Result<Identity, OrgError>> + Send + 'static,
    {
        let (org, registered) = (Arc::clone(&self.org), self.registered.clone());
        async move {
            let who = match (org.who().await, &registered) {
                (Err(error), Some(registered)) => return Err(registered.told(error)),
                (who, _) => who?,
            };
            if let Some(registered) = &registered {
                registered.must_be(&who.org_id)?;
            }
            org.bind(&who).await?;
            match (rest(Arc::clone(&org), who).await, &registered) {
                (Err(error), Some(registered)) => Err(registered.told(error)),
                (identity, _) => Ok(identity?),
            }
        }
    }

    /// Says whether this is a practice org of this home.
    pub(crate) fn is_in_box(&self) -> bool {
        practice::name_of(&self.alias).is_some()
    }

    /// The API requests of the last 24 hours, as the last answer of the org says.
    pub(crate) fn usage(&self) -> Option<Usage> {
        self.allowance.usage()
    }

    /// The error that a command ends with. When no more requests may be made, the org has no say in it; when a request
    /// was not let in, the reason for that is the error.
    pub(crate) fn explained(&self, error: Error) -> Error {
        if error.exit != Exit::Unreachable {
            return error;
        }
        match (self.allowance.spent(), self.org.refusal()) {
            (Some(spent), _) => OrgError::Spent(spent).into(),
            (None, Some(refusal)) => match &self.registered {
                Some(registered) => registered.told(refusal),
                None => refusal.into(),
            },
            (None, None) => error,
        }
    }

    /// The way for a person to sign in again. None: the registry has no such org.
    pub(crate) fn way_in(&self) -> Option<String> {
        self.registered.as_ref().map(Registered::way_in)
    }

    /// The address of the org in a browser. None: it has none, or it is on this machine without TLS.
    pub(crate) fn https_address(&self) -> Option<&str> {
        let address = match &self.registered {
            Some(registered) => registered.address(),
            None => &self.alias,
        };
        Some(address).filter(|address| address.starts_with("https://"))
    }

    /// The same for a command that needs no more than to know that an org of the registry is the one that it was.
    pub(crate) async fn must_be_as_known(&self) -> Result<(), Error> {
        match &self.registered {
            Some(_) => self.identity().await.map(|_| ()),
            None => Ok(()),
        }
    }
}

/// The address of a practice org in process, in a trace.
const PRACTICE_BASE: &str = "https://practice.invalid";

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
    let alias = match named.or_else(|| world.variable("USHER_ORG")) {
        Some(alias) => alias.to_owned(),
        None => orgs::read(home)?.default.ok_or_else(|| {
            Error::new(Exit::Usage, "org/none", "which org?")
                .help("pass `--org practice` for the practice org in the box, or set USHER_ORG")
        })?,
    };
    let by = By::Person;
    let meant = Meant {
        alias: &alias,
        by,
        org_id,
    };
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
    if practice::name_of(alias).is_some() || orgs::read(home)?.named.contains_key(alias) {
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

/// The wire to an address that a person has given. `authorities`: a file with certificates to trust beside those of the
/// platform.
pub(crate) fn wire_to(
    address: &str,
    authorities: Option<&Path>,
    world: &World,
) -> Result<HttpWire, Error> {
    let trust = trust::of(authorities, world)?;
    HttpWire::new(address, &trust).map_err(|error| {
        let message = error.to_string();
        let unfit = |code| Error::new(Exit::Usage, code, message.clone());
        match error {
            NoWire::Address(AddressError::Malformed(_)) => unfit("org/bad-address"),
            NoWire::Address(AddressError::NotLoopback(_)) => {
                unfit("org/not-loopback").help("write `https://` before the host")
            }
            NoWire::Trust(TrustError::BadProxy) => unfit("org/bad-proxy")
                .help("write it as `http://HOST:PORT`, or as `http://USER:PASSWORD@HOST:PORT`"),
            NoWire::Trust(TrustError::NoCertificate(_) | TrustError::BadCertificate { .. }) => {
                unfit("org/bad-certificates")
                    .help("name a file with the certificate of the authority, in PEM")
            }
            NoWire::Trust(TrustError::NoAuthority(_)) | NoWire::Client(_) => {
                Error::new(Exit::Unreachable, "org/no-tls", message.clone())
                    .help("install the certificates of the system (`ca-certificates`)")
            }
        }
    })
}

/// The way to an org, and who we are there.
struct Opened {
    wire: Arc<dyn Wire>,
    /// The address for a trace: `https://acme.my.salesforce.com`.
    base: String,
    session: Arc<dyn Session>,
    /// Milliseconds for which a request may still be running when it was not answered, where that is known already.
    outlives_ms: Option<u64>,
    registered: Option<Registered>,
    /// The requests, those for a token too.
    audit: Audit,
}

fn opened(meant: Meant<'_>, home: &Home, world: &World) -> Result<Opened, Error> {
    let alias = meant.alias;
    if let Some(name) = practice::name_of(alias) {
        return in_process(name, home, world);
    }
    let audit = Audit::default();
    let (wire, session, registered) = if is_address(alias) {
        let wire = wire_to(alias, None, world)?;
        let session = Fixed::new(token::for_address(meant, world)?);
        (wire, Arc::new(session) as _, None)
    } else {
        let org = orgs::find(&orgs::read(home)?, alias)?;
        let wire = wire_to(&org.address, org.ca_file.as_deref().map(Path::new), world)?;
        let session = session::of_named(meant, &org, home, world, &audit)?;
        let registered = Registered::new(alias, org, home);
        (wire, session, Some(registered))
    };
    Ok(Opened {
        base: wire.address().to_owned(),
        wire: Arc::new(wire),
        session,
        outlives_ms: None,
        registered,
        audit,
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
        let log = RequestLog::open(&world.folder.join(file))?;
        door = door.log(Arc::new(log), name);
    }
    Ok(Opened {
        wire: Arc::new(PracticeWire::new(door)),
        base: PRACTICE_BASE.to_owned(),
        session: Arc::new(Fixed::new(token)),
        // In process nothing is running any more when it has not answered.
        outlives_ms: Some(0),
        registered: None,
        audit: Audit::default(),
    })
}

fn connected(meant: Meant<'_>, home: &Home, world: &World) -> Result<Connection, Error> {
    let opened = opened(meant, home, world)?;
    Ok(connection(meant.alias, opened, world))
}

/// An org of which nobody knows yet which one it is, at an address.
pub(crate) fn to_unknown(
    alias: &str,
    address: &str,
    authorities: Option<&Path>,
    session: Arc<dyn Session>,
    world: &World,
) -> Result<Connection, Error> {
    let wire = wire_to(address, authorities, world)?;
    let opened = Opened {
        base: wire.address().to_owned(),
        wire: Arc::new(wire),
        session,
        outlives_ms: None,
        registered: None,
        audit: Audit::default(),
    };
    Ok(connection(alias, opened, world))
}

/// The wire that shows its requests to a person who wants to see them, as lines or in a trace. `base`: the address for
/// the trace.
pub(crate) fn shown(wire: Arc<dyn Wire>, base: &str, world: &World) -> Arc<dyn Wire> {
    let wire: Arc<dyn Wire> = match world.variable("USHER_LOG") {
        Some("requests") => Arc::new(LoggedWire::new(wire, world.log.clone())),
        _ => wire,
    };
    match &world.client.trace {
        Some(trace) => {
            let clock = Arc::clone(&world.clock);
            Arc::new(TracedWire::new(wire, clock, trace.clone(), base))
        }
        None => wire,
    }
}

fn connection(alias: &str, opened: Opened, world: &World) -> Connection {
    let Opened {
        wire,
        base,
        session,
        outlives_ms,
        registered,
        audit,
    } = opened;
    let wire = shown(wire, &base, world);
    let clock = &world.clock;
    let time = OrgTime::new(world.clock.as_ref());
    let wire = TimedWire::new(wire, Arc::clone(&world.clock), time.clone());
    let wire = Arc::new(wire);
    let wire = AuditedWire::new(wire, Arc::clone(clock), audit.clone());
    let wire = SpreadWire::new(Arc::new(wire));
    let allowance = Allowance::of(world.client.api_budget);
    let wire = LimitedWire::new(Arc::new(wire), allowance.clone());
    let wire = PatientWire::new(Arc::new(wire), Arc::clone(clock), world.stop.clone());
    let org = Client::new(Arc::new(wire), session);
    Connection {
        alias: alias.to_owned(),
        org: Arc::new(match outlives_ms {
            Some(ms) => org.outlived_by(ms),
            None => org,
        }),
        time,
        audit,
        allowance,
        registered,
    }
}
