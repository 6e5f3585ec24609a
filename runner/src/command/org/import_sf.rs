//! `usher org import-sf`: adds orgs to which the Salesforce CLI is signed in.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use usher_core::orgs::{NamedOrg, Orgs, SignIn, check_line, check_name, check_org_id, repeated};

use crate::args::Output;
use crate::command::org::json_of;
use crate::connect;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::keychain::Keychains;
use crate::orgs;
use crate::report::FORMAT;
use crate::sf::{Sf, SfOrg};
use crate::world::World;

/// An org of `sf` that is not added, with the reason.
struct Left {
    org: String,
    why: String,
}

pub(super) fn import(wanted: &[String], output: &Output, desk: &mut Desk) -> Result<Exit, Error> {
    let home = Home::of(&desk.world)?;
    let found = chosen(Sf::find(&desk.world)?.orgs()?, wanted)?;
    // A sign-in to one of these names has its turn first. In the order of the names, so that two imports do not wait for
    // each other.
    let names: BTreeSet<String> = found.iter().map(name_of_org).collect();
    let keychains = Keychains::of(&home, &desk.world)?;
    let turns = names.iter().filter(|name| check_name(name).is_ok());
    let _turns = turns
        .map(|name| keychains.turn(name))
        .collect::<Result<Vec<_>, _>>()?;
    let (added, left, after) = orgs::change(&home, |orgs| {
        let (mut added, mut left) = (BTreeSet::new(), Vec::new());
        for org in &found {
            match add(org, orgs, &desk.world) {
                Ok(name) => {
                    added.insert(name);
                }
                Err(why) => left.push(Left {
                    org: org.alias.clone().unwrap_or_else(|| org.username.clone()),
                    why,
                }),
            }
        }
        Ok((added, left, orgs.clone()))
    })?;
    let named = &after.named;
    if output.json {
        let added = named.iter().filter(|(name, _)| added.contains(*name));
        let added: Vec<Value> = added
            .map(|(name, org)| json_of(name, org, &after, desk))
            .collect();
        let left: Vec<Value> = left
            .iter()
            .map(|left| json!({ "org": left.org, "why": left.why }))
            .collect();
        desk.document(&json!({ "format": FORMAT, "added": added, "left": left }));
        return Ok(Exit::Done);
    }
    if found.is_empty() {
        desk.print("`sf` is signed in to no org.");
        desk.say("`sf org login web` signs in.");
        return Ok(Exit::Done);
    }
    for (name, org) in named.iter().filter(|(name, _)| added.contains(*name)) {
        let username = org.sign_in.username().unwrap_or_default();
        desk.print(format!(
            "`{name}` is the org at {}, as {username}.",
            org.address
        ));
    }
    for left in &left {
        desk.say(format!("`{}` is not added: {}", left.org, left.why));
    }
    if !added.is_empty() {
        desk.say("`sf` keeps the sign-in; Usher asks it for an access token when one is needed.");
    }
    Ok(Exit::Done)
}

/// The orgs that a person names, else all.
fn chosen(all: Vec<SfOrg>, wanted: &[String]) -> Result<Vec<SfOrg>, Error> {
    if wanted.is_empty() {
        return Ok(all);
    }
    let mut chosen = Vec::new();
    for name in wanted {
        let is_it = |org: &&SfOrg| org.alias.as_ref() == Some(name) || org.username == *name;
        match all.iter().find(is_it) {
            Some(org) => chosen.push(org.clone()),
            None => {
                let message = format!("`sf` is signed in to no org `{}`", repeated_alias(name));
                return Err(Error::new(Exit::Usage, "sf/unknown-org", message)
                    .help("`sf org list` lists the aliases and usernames"));
            }
        }
    }
    Ok(chosen)
}

/// A username has an `@` in it, and may be repeated; a token may not.
fn repeated_alias(name: &str) -> &str {
    match name.contains('!') {
        true => repeated("!"),
        false => name,
    }
}

/// Adds an org; its name, or the reason why it is not added.
fn add(org: &SfOrg, orgs: &mut Orgs, world: &World) -> Result<String, String> {
    let name = name_of_org(org);
    check_name(&name)
        .map_err(|unfit| format!("{unfit}; give it another alias with `sf alias set`"))?;
    check_line("username", &org.username).map_err(|unfit| unfit.to_string())?;
    let org_id = check_org_id(&org.org_id).map_err(|unfit| unfit.to_string())?;
    let wire = connect::wire_to(&org.address, None, world).map_err(|error| error.message)?;
    let named = NamedOrg {
        address: wire.address().to_owned(),
        sign_in: SignIn::Sf {
            username: org.username.clone(),
        },
        kept: None,
        ca_file: None,
        org_id: Some(org_id.clone()),
    };
    match orgs.named.get(&name) {
        Some(there) if there.org_id.as_ref().is_some_and(|id| *id != org_id) => {
            Err(format!("`{name}` is the name of another org"))
        }
        Some(there) if !matches!(there.sign_in, SignIn::Sf { .. }) => Err(format!(
            "Usher signs in to `{name}` in another way; `usher org remove {name}` forgets that"
        )),
        _ => {
            orgs.named.insert(name.clone(), named);
            Ok(name)
        }
    }
}

/// The name that an org of `sf` gets.
fn name_of_org(org: &SfOrg) -> String {
    name_of(org.alias.as_deref().unwrap_or(&org.username))
}

/// A name in kebab-case for an alias or a username.
fn name_of(alias: &str) -> String {
    let lower = alias.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_ascii_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}
