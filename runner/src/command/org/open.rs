//! `usher org open`: an org in the browser. No token is in the address, as the list of processes and the history of the
//! browser show it.

use serde_json::json;

use crate::args::Output;
use crate::browser;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::orgs;
use crate::report::FORMAT;

pub(super) fn open(
    name: Option<&str>,
    no_browser: bool,
    output: &Output,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let orgs = orgs::read(&Home::of(&desk.world)?)?;
    let name = name.or_else(|| desk.world.variable("USHER_ORG"));
    let name = name.or(orgs.default.as_deref()).ok_or_else(|| {
        Error::new(Exit::Usage, "org/none", "which org?")
            .help("give the name of an org of `usher org list`")
    })?;
    let org = orgs::find(&orgs, name)?;
    let opened = !no_browser && browser::open(&org.address, &desk.world);
    if output.json {
        desk.document(&json!({ "format": FORMAT, "address": org.address, "opened": opened }));
        return Ok(Exit::Done);
    }
    desk.print(&org.address);
    if opened {
        desk.say("The browser opens it, and asks you to sign in when you are not signed in there.");
    }
    Ok(Exit::Done)
}
