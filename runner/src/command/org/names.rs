//! `usher org add`, `list`, `default` and `remove`: the registry of a home.

use serde_json::{Value, json};
use usher_core::orgs::{
    NamedOrg, SignIn, check_default, check_name, check_variable, repeated, usual_variable,
};

use crate::args::Output;
use crate::command::org::{json_of, way};
use crate::connect;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::keychain::Keychains;
use crate::orgs;
use crate::practice;
use crate::report::{self, FORMAT};
use crate::unfit::unfit;

pub(super) fn add(
    name: &str,
    address: &str,
    token_env: Option<String>,
    output: &Output,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let home = Home::of(&desk.world)?;
    check_name(name).map_err(|why| unfit(&why))?;
    let variable = token_env.unwrap_or_else(|| usual_variable(name));
    check_variable(&variable).map_err(|why| unfit(&why))?;
    let org = NamedOrg {
        address: connect::wire_to(address, None, &desk.world)?
            .address()
            .to_owned(),
        sign_in: SignIn::Token {
            variable: variable.clone(),
        },
        kept: None,
        ca_file: None,
        org_id: None,
    };
    let orgs = orgs::change(&home, |orgs| {
        if let Some(there) = orgs.named.get(name) {
            let message = format!("`{name}` is the org at {}", there.address);
            return Err(Error::new(Exit::Usage, "org/exists", message).help(format!(
                "give another name, or forget this one with `usher org remove {name}`"
            )));
        }
        let own = orgs.check_own(name, &variable);
        own.map_err(|why| unfit(&why))?;
        orgs.named.insert(name.to_owned(), org.clone());
        Ok(orgs.clone())
    })?;
    if output.json {
        let org = json_of(name, &org, &orgs, desk);
        desk.document(&json!({ "format": FORMAT, "added": org }));
    } else {
        desk.print(format!("`{name}` is the org at {}.", org.address));
        desk.say(format!(
            "Its access token is taken from {variable}. Usher remembers the id that it answers with at first."
        ));
    }
    Ok(Exit::Done)
}

pub(super) fn list(output: &Output, desk: &mut Desk) -> Result<Exit, Error> {
    let orgs = orgs::read(&Home::of(&desk.world)?)?;
    if output.json {
        let all = orgs.named.iter();
        let all = all.map(|(name, org)| json_of(name, org, &orgs, desk));
        let all: Vec<Value> = all.collect();
        desk.document(&json!({ "format": FORMAT, "default": orgs.default, "orgs": all }));
        return Ok(Exit::Done);
    }
    if orgs.named.is_empty() {
        desk.print("No org has a name yet.");
        desk.say("`usher org login NAME` signs in to one; `practice` is always there.");
        return Ok(Exit::Done);
    }
    let row = |(name, org): (&String, &NamedOrg)| {
        let org_id = org.org_id.clone();
        let org_id = org_id.unwrap_or_else(|| "(not asked yet)".to_owned());
        let is_default = orgs.default.as_ref() == Some(name);
        let mark = if is_default { " (default)" } else { "" };
        let name = format!("{name}{mark}");
        vec![name, org.address.clone(), way(org, desk), org_id]
    };
    let rows: Vec<Vec<String>> = orgs.named.iter().map(row).collect();
    let header = ["NAME", "ADDRESS", "SIGN-IN", "ORG"];
    desk.print(report::table(&header, &rows, desk.console.width));
    Ok(Exit::Done)
}

pub(super) fn default(
    name: Option<&str>,
    none: bool,
    output: &Output,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let home = Home::of(&desk.world)?;
    let default = match (name, none) {
        (None, false) => orgs::read(&home)?.default,
        (name, _) => orgs::change(&home, |orgs| {
            if let Some(name) = name {
                let is_practice = practice::name_of(name).is_some();
                let is_named = is_practice || orgs.named.contains_key(name);
                check_default(name, is_named).map_err(|_| orgs::unknown(name))?;
            }
            orgs.default = name.map(str::to_owned);
            Ok(orgs.default.clone())
        })?,
    };
    if output.json {
        desk.document(&json!({ "format": FORMAT, "default": default }));
        return Ok(Exit::Done);
    }
    match default {
        Some(default) => desk.print(format!(
            "Commands without `--org` and USHER_ORG are for `{default}`."
        )),
        None => desk.print("Commands need `--org` or USHER_ORG."),
    }
    Ok(Exit::Done)
}

pub(super) fn remove(name: &str, output: &Output, desk: &mut Desk) -> Result<Exit, Error> {
    let home = Home::of(&desk.world)?;
    let unknown = || {
        let name = repeated(name);
        let message = format!("there is no org `{name}` in the registry");
        Error::new(Exit::Usage, "org/unknown", message)
            .help("`usher org list` lists those that are")
    };
    let known = orgs::read(&home)?.named.remove(name).ok_or_else(unknown)?;
    let keychains = Keychains::of(&home, &desk.world)?;
    let _turn = keychains.turn(name)?;
    // The secrets first: without the entry nobody would know of them. A keychain that is gone does not keep the entry.
    let forgotten = known.kept.map(|kept| keychains.forget(name, kept));
    orgs::change(&home, |orgs| match orgs.remove(name) {
        Some(_) => Ok(()),
        None => Err(unknown()),
    })?;
    if output.json {
        let left = matches!(forgotten, Some(Err(_)));
        desk.document(&json!({ "format": FORMAT, "removed": name, "secrets_left": left }));
        return Ok(Exit::Done);
    }
    desk.print(format!("`{name}` is the name of no org any more."));
    let valid = "Salesforce still accepts its tokens until they end: see Setup > Connected Apps OAuth Usage.";
    match forgotten {
        None => {}
        Some(Ok(())) => desk.say(format!("Its secrets are forgotten. {valid}")),
        Some(Err(error)) => desk.say(format!(
            "Its secrets could not be taken out: {}. {valid}",
            error.message
        )),
    }
    Ok(Exit::Done)
}
