//! `usher org show`: an org of the registry, and who is signed in there.

use serde_json::json;

use crate::args::Output;
use crate::command::org::{json_of, kind, way};
use crate::connect;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::orgs;
use crate::page::Page;
use crate::report::FORMAT;

pub(super) async fn show(
    name: &str,
    offline: bool,
    output: &Output,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let home = Home::of(&desk.world)?;
    let identity = match offline {
        true => None,
        false => {
            // A name of the registry alone: the others have nothing to show.
            let _known = orgs::find(&orgs::read(&home)?, name)?;
            let connection = connect::open(Some(name), &home, &desk.world)?;
            Some(connection.identity().await?)
        }
    };
    // The first answer of the org has written its id.
    let orgs = orgs::read(&home)?;
    let org = orgs::find(&orgs, name)?;
    if output.json {
        let mut json = json_of(name, &org, &orgs, desk);
        json["identity"] = identity
            .as_ref()
            .map_or(serde_json::Value::Null, |identity| {
                json!({
                    "org_id": identity.org_id,
                    "kind": identity.org_kind,
                    "user_id": identity.user_id,
                    "username": identity.username,
                    "api_version": identity.api_version,
                })
            });
        desk.document(&json!({ "format": FORMAT, "org": json }));
        return Ok(Exit::Done);
    }
    let mut page = Page::default();
    let mut line = |what: &str, text: &str| page.line(0, format!("{what:<10}{text}"));
    line("name", name);
    line("address", &org.address);
    line("sign-in", &way(&org, desk));
    line("org", org.org_id.as_deref().unwrap_or("(not asked yet)"));
    if let Some(identity) = &identity {
        line("kind", kind(identity.org_kind));
        line(
            "user",
            &format!("{} ({})", identity.username, identity.user_id),
        );
    }
    desk.print(page);
    Ok(Exit::Done)
}
