//! The orgs of a server. Each has its own id, data, users, faults and token; each is made or opened when its first
//! request comes, so that a thousand of them cost nothing until then.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{OnceCell, Semaphore};
use usher_engine::port::Clock;
use usher_practice::{Faults, Practice};

use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::practice::{self, Door, Making, RequestLog};
use crate::serve::coming::Coming;

/// Orgs that are made at once: making one keeps a processor busy.
const MAKERS: usize = 4;

/// Seeds that are tried for an org until its id is no other org's: a digest gives the same one to two of a thousand.
const ATTEMPTS: u32 = 1_000;

/// The part that all orgs of a server have in common.
pub(crate) struct Common {
    pub(crate) home: Home,
    pub(crate) making: Making,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) latency_ms: u64,
    pub(crate) faults: Faults,
    pub(crate) log: Option<Arc<RequestLog>>,
}

/// All orgs of a server.
pub(crate) struct Orgs {
    common: Common,
    /// The name whose flavour and start they have.
    kind: String,
    pub(super) all: Vec<Org>,
    by_name: HashMap<String, usize>,
    /// By the first fifteen characters of the id, as tokens have them.
    by_id: HashMap<String, usize>,
    makers: Semaphore,
}

/// One org.
pub(super) struct Org {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) token: String,
    seed: u64,
    entropy: [u8; 16],
    door: OnceCell<Arc<Door>>,
}

impl Orgs {
    /// The org `kind` alone, or so many of its kind: `kind-1`, `kind-2`, …
    pub(crate) fn new(kind: &str, count: Option<usize>, common: Common) -> Result<Self, Error> {
        let names = Self::names(kind, count);
        let mut orgs = Self {
            common,
            kind: kind.to_owned(),
            all: Vec::with_capacity(names.len()),
            by_name: HashMap::with_capacity(names.len()),
            by_id: HashMap::with_capacity(names.len()),
            makers: Semaphore::new(MAKERS),
        };
        for name in names {
            practice::refuse_other_names(&name)?;
            orgs.add(name)?;
        }
        Ok(orgs)
    }

    /// The names of so many orgs of that kind.
    pub(crate) fn names(kind: &str, count: Option<usize>) -> Vec<String> {
        match count {
            None => vec![kind.to_owned()],
            Some(count) => (1..=count)
                .map(|number| format!("{kind}-{number}"))
                .collect(),
        }
    }

    fn add(&mut self, name: String) -> Result<(), Error> {
        let seed = self.seed(&name)?;
        let entropy = practice::entropy()?;
        let id = Practice::organization_id(seed);
        let place = self.all.len();
        self.by_name.insert(name.clone(), place);
        // Orgs that were made one by one may have one id: the first has it here.
        self.by_id.entry(id[..15].to_owned()).or_insert(place);
        self.all.push(Org {
            token: Practice::token_to_come(seed, entropy),
            name,
            id,
            seed,
            entropy,
            door: OnceCell::new(),
        });
        Ok(())
    }

    /// The seed of an org: that of the one that is there, else one whose id no other org here has.
    fn seed(&self, name: &str) -> Result<u64, Error> {
        let making = &self.common.making;
        let mut wanted = (0..ATTEMPTS).map(|attempt| making.seed(name, attempt));
        let there = match making.in_memory {
            true => None,
            false => practice::seed_there(name, &self.common.home)?,
        };
        if let Some(there) = there {
            let is_other = making.seed.is_some() && !wanted.any(|seed| seed == there);
            if making.is_own() || is_other {
                return Err(made_already(name));
            }
            return Ok(there);
        }
        let free = |seed: &u64| {
            !self
                .by_id
                .contains_key(&Practice::organization_id(*seed)[..15])
        };
        wanted.find(free).ok_or_else(|| {
            let message = format!("no id is left for the practice org `{name}`");
            Error::new(Exit::Failed, "practice/no-id", message).help("serve fewer orgs")
        })
    }

    pub(super) fn by_name(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    pub(super) fn by_id(&self, id: &str) -> Option<usize> {
        self.by_id.get(id.get(..15)?).copied()
    }

    /// The door of the org at that place, which is opened, and made where it is not there yet.
    pub(super) async fn door(self: &Arc<Self>, place: usize) -> Result<Arc<Door>, Error> {
        let Some(org) = self.all.get(place) else {
            return Err(Error::new(Exit::Failed, "practice/unusable", "no such org"));
        };
        let made = org.door.get_or_try_init(|| async {
            let _permit = self.makers.acquire().await;
            let orgs = Arc::clone(self);
            let opened = tokio::task::spawn_blocking(move || orgs.open(place));
            opened.await.unwrap_or_else(|_| Err(broken()))
        });
        made.await.cloned()
    }

    fn open(&self, place: usize) -> Result<Arc<Door>, Error> {
        let (common, org) = (&self.common, &self.all[place]);
        let practice = common
            .making
            .open(&org.name, &self.kind, org.seed, &common.home)?;
        practice::token_from(&practice, org.entropy)?;
        let mut door = Door::new(Arc::new(practice), Arc::clone(&common.clock))
            .latency(common.latency_ms)
            .faults(common.faults.clone());
        if let Some(log) = &common.log {
            door = door.log(Arc::clone(log), &org.name);
        }
        Ok(Arc::new(door))
    }

    /// A request as it comes, for the log.
    pub(super) fn coming<B>(&self, request: &http::Request<B>) -> Coming {
        Coming {
            log: self.common.log.clone(),
            began_ms: self.common.clock.now_ms(),
            clock: Arc::clone(&self.common.clock),
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
        }
    }

    /// Makes the first org, so that a mistake in the data is found before anything is served.
    pub(crate) async fn open_first(self: &Arc<Self>) -> Result<(), Error> {
        self.door(0).await.map(drop)
    }
}

fn made_already(name: &str) -> Error {
    let message = format!(
        "the practice org `{name}` is there already, and what it begins with is given for new ones"
    );
    Error::new(Exit::Usage, "practice/made-already", message).help(
        "add `--fresh` to delete it and to begin again, or `--in-memory`; leave `--data`, `--seed` and `--start` out \
         to go on with it",
    )
}

fn broken() -> Error {
    let message = "the practice org broke: this is a bug in usher";
    Error::new(Exit::Bug, "bug", message)
}
