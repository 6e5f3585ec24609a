//! `usher org logout`: revokes the tokens of an org, and forgets its secrets.

use std::path::Path;

use serde_json::json;
use usher_core::orgs::{NamedOrg, SignIn};
use usher_engine::wire::Audit;

use crate::args::Output;
use crate::connect;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::keychain::{Keychains, Secrets};
use crate::orgs;
use crate::report::FORMAT;

pub(super) async fn logout(name: &str, output: &Output, desk: &mut Desk) -> Result<Exit, Error> {
    let home = Home::of(&desk.world)?;
    let org = orgs::find(&orgs::read(&home)?, name)?;
    let Some(kept) = org.kept else {
        return nothing_kept(name, &org, output, desk);
    };
    let keychains = Keychains::of(&home, &desk.world)?;
    let secrets = {
        let _turn = keychains.turn(name)?;
        let secrets = keychains.read(name, kept);
        // A person who signs out wants to be signed out here, whatever the keychain and the network do.
        let forgotten = secrets.and_then(|secrets| {
            keychains.forget(name, kept)?;
            Ok(secrets)
        });
        match forgotten {
            Ok(secrets) => secrets,
            Err(error) => return Err(unreached(name, &org, &home, error)),
        }
    };
    let revoked = revoke(&org, &secrets, desk).await;
    let revoked = revoked.map_err(|error| {
        let message = format!(
            "the secrets of `{name}` are forgotten here, but Salesforce was not told: {}",
            error.message
        );
        Error::new(Exit::Unreachable, "org/not-revoked", message).help(
            "revoke the tokens in the org: Setup > Connected Apps OAuth Usage; they stay valid until then",
        )
    })?;
    if output.json {
        desk.document(&json!({ "format": FORMAT, "signed_out": name, "revoked": revoked }));
        return Ok(Exit::Done);
    }
    desk.print(format!("You are signed out of `{name}`."));
    match revoked {
        true => desk.say("Salesforce has revoked its tokens, and Usher has forgotten them."),
        false => desk.say("Usher held no token of it."),
    }
    Ok(Exit::Done)
}

/// Has the registry forget that secrets of the org are kept, as nothing can take them out.
fn unreached(name: &str, org: &NamedOrg, home: &Home, error: Error) -> Error {
    let parted = orgs::change(home, |orgs| {
        let now = orgs.named.get_mut(name);
        if let Some(now) = now.filter(|now| now.kept == org.kept) {
            now.kept = None;
        }
        Ok(())
    });
    if let Err(error) = parted {
        return error;
    }
    let message = format!(
        "Usher uses the secrets of `{name}` no more, but can neither revoke nor remove them: {}",
        error.message
    );
    Error::new(Exit::Unreachable, "org/not-revoked", message).help(
        "revoke the tokens in the org: Setup > Connected Apps OAuth Usage; they stay valid until then",
    )
}

/// Revokes what is kept. Says whether there was anything.
async fn revoke(org: &NamedOrg, secrets: &Secrets, desk: &Desk) -> Result<bool, Error> {
    // With a refresh token go all access tokens that were made of it.
    let Some(token) = secrets.refresh.as_ref().or(secrets.access.as_ref()) else {
        return Ok(false);
    };
    let app = org.sign_in.app().cloned();
    let app = app.unwrap_or_else(|| usher_core::orgs::App {
        client_id: String::new(),
        login: None,
    });
    let secret = secrets.client_secret.clone();
    let authorities = org.ca_file.as_deref().map(Path::new);
    let endpoint = connect::endpoint(
        org.login(),
        authorities,
        &app,
        secret,
        &desk.world,
        &Audit::default(),
    )?;
    endpoint.revoke(token).await?;
    Ok(true)
}

/// The end for an org of which Usher keeps no secret.
fn nothing_kept(
    name: &str,
    org: &NamedOrg,
    output: &Output,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    if output.json {
        desk.document(&json!({ "format": FORMAT, "signed_out": name, "revoked": false }));
        return Ok(Exit::Done);
    }
    desk.print(format!("Usher keeps no secret of `{name}`."));
    desk.say(match &org.sign_in {
        SignIn::Token { variable } => format!("Its access token is in {variable}."),
        SignIn::Sf { username } => {
            format!("`sf` is signed in: `sf org logout --target-org {username}` signs out.")
        }
        SignIn::Jwt { key_file, .. } => format!("It signs in with the key in {key_file}."),
        SignIn::Web(_) | SignIn::ClientCredentials(_) => {
            format!("`usher org login {name}` signs in.")
        }
    });
    Ok(Exit::Done)
}
