//! `usher practice serve`, `usher practice show` and `usher practice reset`.

mod show;

use std::sync::Arc;

use serde_json::json;

use crate::args::{Certificate, Output, Serve};
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::practice::{self, Door, RequestLog};
use crate::report::FORMAT;
use crate::serve::{Server, Shown, Tls, write_ready};

pub(super) use show::show;

pub(super) async fn serve(args: &Serve, desk: &mut Desk) -> Result<Exit, Error> {
    let home = Home::of(&desk.world)?;
    let (name, ready) = (&args.name, args.ready.as_deref());
    let org = Arc::new(practice::open(name, &home)?);
    let token = practice::token(&org)?;
    let mut door = Door::new(org, Arc::clone(&desk.world.clock)).latency(args.latency);
    if let Some(file) = &args.faults {
        door = door.faults(practice::faults(file, &desk.world)?);
    }
    if let Some(file) = &args.log {
        door = door.log(RequestLog::open(&desk.world.folder.join(file))?);
    }
    let tls = match args.tls {
        true => Some(tls(args.tls_cert, &home, desk)?),
        false => None,
    };
    let authority = tls.as_ref().map(|tls| tls.file.clone());
    let server = Server::bind(door, args.port, tls).await?;
    let url = server.url();
    desk.say(format!(
        "Practice org `{name}` at {url}; interrupt to stop."
    ));
    if let Some(file) = &authority {
        desk.say(format!(
            "Clients trust it by the certificate authority in {}",
            file.display()
        ));
    }
    match ready {
        Some(file) => write_ready(
            &desk.world.folder.join(file),
            &url,
            &token,
            authority.as_deref(),
        )?,
        // Somebody who starts it by hand needs the token; it opens this practice org and nothing else.
        None => desk.print(format!("USHER_TOKEN={token}")),
    }
    tokio::select! {
        () = server.run() => {}
        () = stopped() => {}
    }
    if let Some(file) = ready {
        let _gone_already = std::fs::remove_file(desk.world.folder.join(file));
    }
    Ok(Exit::Done)
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
    practice::reset(name, &home)?;
    drop(practice::open(name, &home)?);
    if output.json {
        desk.document(&json!({ "format": FORMAT, "reset": name }));
    } else {
        desk.print(format!("Practice org `{name}` is as on the first day."));
    }
    Ok(Exit::Done)
}

/// Returns on Ctrl-C or SIGTERM.
async fn stopped() {
    let term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    let Ok(mut term) = term else {
        let _interrupted = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = term.recv() => {}
    }
}
