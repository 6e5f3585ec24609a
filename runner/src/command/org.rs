//! `usher org`: the registry of a home, signing in to its orgs, and asking one.

mod app;
mod doctor;
mod import_sf;
mod login;
mod login_target;
mod logout;
mod names;
mod open;
mod query;
mod show;

use serde_json::{Value, json};
use usher_core::orgs::{NamedOrg, Orgs, SignIn};
use usher_core::read::OrgKind;

use crate::args::OrgCommand;
use crate::command::block_on;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;

/// Runs one command about orgs.
pub(super) fn run(command: OrgCommand, desk: &mut Desk) -> Result<Exit, Error> {
    match command {
        OrgCommand::Login(args) => block_on(login::login(&args, desk)),
        OrgCommand::Logout { name, output } => block_on(logout::logout(&name, &output, desk)),
        OrgCommand::ImportSf { orgs, output } => import_sf::import(&orgs, &output, desk),
        OrgCommand::App(args) => app::app(&args, desk),
        OrgCommand::Add {
            name,
            address,
            token_env,
            output,
        } => names::add(&name, &address, token_env, &output, desk),
        OrgCommand::List(output) => names::list(&output, desk),
        OrgCommand::Show {
            name,
            offline,
            output,
        } => block_on(show::show(&name, offline, &output, desk)),
        OrgCommand::Default { name, none, output } => {
            names::default(name.as_deref(), none, &output, desk)
        }
        OrgCommand::Open {
            name,
            no_browser,
            output,
        } => open::open(name.as_deref(), no_browser, &output, desk),
        OrgCommand::Remove { name, output } => names::remove(&name, &output, desk),
        OrgCommand::Doctor(args) => block_on(doctor::run(&args, desk)),
        OrgCommand::Query { soql, org, output } => {
            block_on(query::query(&soql, &org, &output, desk))
        }
    }
}

/// An org of the registry. Never a secret of it, only whether there is one.
fn json_of(name: &str, org: &NamedOrg, orgs: &Orgs, desk: &Desk) -> Value {
    let mut json = json!({
        "name": name,
        "address": org.address,
        "default": orgs.default.as_deref() == Some(name),
        "org_id": org.org_id,
        "sign_in": org.sign_in.name(),
    });
    if let Some(variable) = org.sign_in.variable() {
        json["token_env"] = variable.into();
        json["token_is_set"] = desk.world.variable(variable).is_some().into();
    }
    if let Some(app) = org.sign_in.app() {
        json["client_id"] = app.client_id.as_str().into();
        json["login"] = org.login().into();
    }
    if let Some(username) = org.sign_in.username() {
        json["username"] = username.into();
    }
    if let SignIn::Jwt { key_file, .. } = &org.sign_in {
        json["key_file"] = key_file.as_str().into();
    }
    if let Some(ca_file) = &org.ca_file {
        json["ca_file"] = ca_file.as_str().into();
    }
    json["secrets"] = org.kept.map(|kept| kept.name()).into();
    json
}

/// The way to sign in, in words.
fn way(org: &NamedOrg, desk: &Desk) -> String {
    match &org.sign_in {
        SignIn::Token { variable } => match (desk.world.variable(variable), org.kept) {
            (Some(_), _) => variable.clone(),
            (None, Some(_)) => "a token that is kept".to_owned(),
            (None, None) => format!("{variable} (not set)"),
        },
        SignIn::Web(_) => "browser".to_owned(),
        SignIn::Jwt { username, .. } => format!("key, as {username}"),
        SignIn::ClientCredentials(_) => "client credentials".to_owned(),
        SignIn::Sf { username } => format!("sf, as {username}"),
    }
}

/// The kind of an org, in words.
fn kind(kind: OrgKind) -> &'static str {
    match kind {
        OrgKind::Production => "PRODUCTION",
        OrgKind::Sandbox => "sandbox",
        OrgKind::Scratch => "scratch org",
        OrgKind::Trial => "trial",
        OrgKind::Practice => "practice org",
    }
}
