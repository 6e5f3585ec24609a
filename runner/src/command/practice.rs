//! `usher practice serve`, `usher practice show` and `usher practice reset`.

mod show;

use std::path::Path;
use std::sync::Arc;
use std::task::Poll;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;
use tokio::signal::unix::{Signal, SignalKind, signal};
use usher_practice::Faults;

use crate::args::{Certificate, Output, Serve};
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::practice::{self, Making, RequestLog};
use crate::report::FORMAT;
use crate::serve::{Common, Orgs, Ready, Server, Shown, Tls};

pub(super) use show::show;

/// Files that a server of several orgs asks for: those of 10,000 orgs and its connections, else as many as macOS allows.
const FILES_OPEN: [u64; 2] = [40_000, 10_240];

pub(super) async fn serve(args: &Serve, desk: &mut Desk) -> Result<Exit, Error> {
    // From here on a signal is the server's to hear: one that comes before it is ready stops it all the same.
    let stopped = Stopped::listen();
    let home = Home::of(&desk.world)?;
    if args.orgs.is_some() {
        allow_more_files();
    }
    let orgs = Arc::new(orgs(args, &home, desk)?);
    orgs.open_first().await?;
    let tls = match args.tls {
        true => Some(tls(args.tls_cert, &home, desk)?),
        false => None,
    };
    let server = Server::bind(orgs, args.port, tls).await?;
    let ready = server.ready();
    announce(args, &ready, desk);
    let file = args.ready.as_ref().map(|file| desk.world.folder.join(file));
    match &file {
        Some(file) => ready.write(file)?,
        // Somebody who starts it by hand needs the tokens; they open these practice orgs and nothing else.
        None if args.orgs.is_none() => desk.print(format!("USHER_TOKEN={}", ready.token())),
        None => {
            for org in &ready.orgs {
                desk.print(format!(
                    "{} {} USHER_TOKEN={}",
                    org.name, org.url, org.token
                ));
            }
        }
    }
    let forget = || {
        if let Some(file) = &file {
            let _gone_already = std::fs::remove_file(file);
        }
    };
    server
        .run(async {
            stopped.wait().await;
            forget();
        })
        .await;
    Ok(Exit::Done)
}

/// The orgs that the arguments name, none of them made.
fn orgs(args: &Serve, home: &Home, desk: &mut Desk) -> Result<Orgs, Error> {
    let mut making = Making {
        start: args.start.clone(),
        seed: args.seed,
        data: Vec::new(),
        in_memory: args.in_memory,
    };
    making.read(&args.data, &desk.world)?;
    making.refuse_unknown_start()?;
    let faults = match &args.faults {
        Some(file) => practice::faults(file, &desk.world)?,
        None => Faults::default(),
    };
    let count = args.orgs.map(usize::from);
    if args.fresh {
        for name in Orgs::names(&args.name, count) {
            practice::reset(&name, home)?;
        }
    }
    let log = match args.log.as_deref() {
        None => None,
        Some(file) if file == Path::new("-") => {
            Some(RequestLog::to_reader(desk.console.give_out()))
        }
        Some(file) => Some(RequestLog::open(&desk.world.folder.join(file))?),
    };
    let common = Common {
        home: home.clone(),
        making,
        clock: Arc::clone(&desk.world.clock),
        latency_ms: args.latency,
        faults,
        log: log.map(Arc::new),
    };
    Orgs::new(&args.name, count, common)
}

/// Says where the orgs are.
fn announce(args: &Serve, ready: &Ready, desk: &Desk) {
    let url = &ready.url;
    desk.say(match (args.orgs, ready.orgs.as_slice()) {
        (Some(_), [first, .., last]) => format!(
            "Practice orgs `{}` to `{}` at {url}; interrupt to stop.",
            first.name, last.name
        ),
        (_, [org, ..]) => format!("Practice org `{}` at {url}; interrupt to stop.", org.name),
        (_, []) => format!("No practice org at {url}; interrupt to stop."),
    });
    if let (Some(_), Some(first)) = (args.orgs, ready.orgs.first()) {
        desk.say(format!(
            "Each has a host of its own ({}), a path ({}), and a token by which it is found at {url}.",
            first.url, first.path_url
        ));
    }
    if let Some(file) = &ready.authority {
        desk.say(format!(
            "Clients trust it by the certificate authority in {}",
            file.display()
        ));
    }
}

fn tls(certificate: Certificate, home: &Home, desk: &Desk) -> Result<Tls, Error> {
    let shown = match certificate {
        Certificate::Good => Shown::Good,
        Certificate::Expired => Shown::Expired,
        Certificate::WrongHost => Shown::WrongHost,
        Certificate::UnknownCa => Shown::UnknownAuthority,
    };
    Tls::of(&home.practice_tls()?, shown, Arc::clone(&desk.world.clock))
}

pub(super) fn reset(name: &str, output: &Output, desk: &mut Desk) -> Result<Exit, Error> {
    let home = Home::of(&desk.world)?;
    let is_from_beside = practice::reset(name, &home)?;
    if !is_from_beside {
        drop(practice::open(name, &home)?);
    }
    let said = match is_from_beside {
        true => {
            "is deleted. The next command with its recipe makes it again, from the `practice.toml` beside that."
        }
        false => "is as on the first day.",
    };
    match output.json {
        true => desk.document(&json!({ "format": FORMAT, "reset": name })),
        false => desk.print(format!("Practice org `{name}` {said}")),
    }
    Ok(Exit::Done)
}

/// Each org has three files open, and a process may often have no more than a thousand although the system lets it ask
/// for more. Where the system does not, an org that cannot be opened says so.
fn allow_more_files() {
    for wanted in FILES_OPEN {
        let limit = getrlimit(Resource::Nofile);
        let wanted = limit.maximum.map_or(wanted, |most| most.min(wanted));
        let more = Rlimit {
            current: Some(wanted),
            maximum: limit.maximum,
        };
        if limit.current.is_none_or(|now| now >= wanted)
            || setrlimit(Resource::Nofile, more).is_ok()
        {
            return;
        }
    }
}

/// Ctrl-C and SIGTERM, heard from the beginning on.
struct Stopped {
    signals: Vec<Signal>,
}

impl Stopped {
    fn listen() -> Self {
        let kinds = [SignalKind::interrupt(), SignalKind::terminate()];
        let signals = kinds.into_iter().filter_map(|kind| signal(kind).ok());
        Self {
            signals: signals.collect(),
        }
    }

    /// Returns when one has come.
    async fn wait(mut self) {
        std::future::poll_fn(|context| {
            let mut signals = self.signals.iter_mut();
            match signals.any(|signal| signal.poll_recv(context).is_ready()) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        })
        .await;
    }
}
