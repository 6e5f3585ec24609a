//! From `--org` to a client: the practice org in process, or an org over HTTP.

use std::path::Path;
use std::sync::Arc;

use usher_engine::audit::{Audit, AuditedWire};
use usher_engine::org::{AddressError, HttpWire, Org, Secret};
use usher_engine::org_time::{OrgTime, TimedWire};
use usher_engine::patience::PatientWire;
use usher_engine::port::Wire;

use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::practice::{self, Door, RequestLog};
use crate::request_log::LoggedWire;
use crate::world::World;

/// An org by the name the person gave it.
pub(crate) struct Connection {
    pub(crate) alias: String,
    pub(crate) org: Arc<Org>,
    /// What time it is there.
    pub(crate) time: OrgTime,
    /// The requests made, until the journal has them.
    pub(crate) audit: Audit,
}

/// How long a request whose answer was lost may still be running on a practice org that is served over
/// HTTP: it answers in milliseconds, or as late as it was told to stall.
const PRACTICE_OUTLIVES_MS: u64 = 10_000;

/// Opens the org that `named` (`--org`), else `USHER_ORG`, names. Nothing is sent yet.
pub(crate) fn open(named: Option<&str>, home: &Home, world: &World) -> Result<Connection, Error> {
    let alias = named
        .or_else(|| world.variable("USHER_ORG"))
        .ok_or_else(|| {
            Error::new(Exit::Usage, "org/none", "which org?")
                .help("pass `--org practice` for the practice org in the box, or set USHER_ORG")
        })?;
    connected(alias, home, world)
}

/// Opens the org that `named`, else `USHER_ORG`, names, else the one that was meant before.
pub(crate) fn again(
    named: Option<&str>,
    before: &str,
    home: &Home,
    world: &World,
) -> Result<Connection, Error> {
    let alias = named.or_else(|| world.variable("USHER_ORG"));
    connected(alias.unwrap_or(before), home, world)
}

fn connected(alias: &str, home: &Home, world: &World) -> Result<Connection, Error> {
    let (wire, token, outlives_ms): (Arc<dyn Wire>, Secret, u64) = if alias.starts_with("http") {
        let wire = HttpWire::new(alias).map_err(|error| {
            let code = match error {
                AddressError::Malformed(_) => "org/bad-address",
                AddressError::NotLoopback(_) => "org/not-loopback",
            };
            Error::new(Exit::Usage, code, error.to_string())
        })?;
        // Without a token the org says that it wants one; first of all it must be there.
        let token = world.variable("USHER_TOKEN").unwrap_or_default();
        // Loopback only, so it is a practice org.
        let token = Secret::new(token.to_owned());
        (Arc::new(wire), token, PRACTICE_OUTLIVES_MS)
    } else {
        let name = practice::name_of(alias).ok_or_else(|| {
            Error::new(
                Exit::Usage,
                "org/unknown",
                format!("there is no org `{alias}`"),
            )
            .help("pass `practice`, `practice:<name>` or `http://127.0.0.1:PORT`")
        })?;
        let practice = Arc::new(practice::open(name, home)?);
        let token = practice::sign_in(&practice)?;
        let mut door = Door::new(practice, Arc::clone(&world.clock));
        if let Some(file) = world.variable("USHER_PRACTICE_FAULTS") {
            door = door.faults(practice::faults(Path::new(file), world)?);
        }
        if let Some(file) = world.variable("USHER_PRACTICE_LOG") {
            door = door.log(RequestLog::open(&world.folder.join(file))?);
        }
        // In process nothing is running any more when it has not answered.
        (Arc::new(practice::PracticeWire::new(door)), token, 0)
    };
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
        alias: alias.to_owned(),
        org: Arc::new(Org::new(Arc::new(wire), token).outlived_by(outlives_ms)),
        time,
        audit,
    })
}
