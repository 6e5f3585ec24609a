//! `usher org add`, `usher org list` and `usher org remove`: the registry of a home. `usher org query`: ask an org.

use serde_json::{Value, json};
use usher_core::orgs::{NamedOrg, check_name, check_variable, repeated, usual_variable};

use crate::args::{OrgArg, Output};
use crate::connect;
use crate::desk::Desk;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::orgs;
use crate::report::{self, FORMAT};

pub(super) fn add(
    name: &str,
    address: &str,
    token_env: Option<String>,
    output: &Output,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let home = Home::of(&desk.world)?;
    check_name(name).map_err(|unfit| orgs::unfit(&unfit))?;
    let token_env = token_env.unwrap_or_else(|| usual_variable(name));
    check_variable(&token_env).map_err(|unfit| orgs::unfit(&unfit))?;
    let org = NamedOrg {
        address: connect::wire_to(address, None, &desk.world)?
            .address()
            .to_owned(),
        token_env,
        org_id: None,
    };
    orgs::change(&home, |orgs| {
        if let Some(there) = orgs.0.get(name) {
            let message = format!("`{name}` is the org at {}", there.address);
            return Err(Error::new(Exit::Usage, "org/exists", message).help(format!(
                "give another name, or forget this one with `usher org remove {name}`"
            )));
        }
        let own = orgs.check_own(name, &org.token_env);
        own.map_err(|unfit| orgs::unfit(&unfit))?;
        orgs.0.insert(name.to_owned(), org.clone());
        Ok(())
    })?;
    if output.json {
        let org = json_of(name, &org, desk);
        desk.document(&json!({ "format": FORMAT, "added": org }));
    } else {
        let NamedOrg {
            address, token_env, ..
        } = &org;
        desk.print(format!("`{name}` is the org at {address}."));
        desk.say(format!(
            "Its access token is taken from {token_env}. Usher remembers the id that it answers with at first."
        ));
    }
    Ok(Exit::Done)
}

pub(super) fn list(output: &Output, desk: &mut Desk) -> Result<Exit, Error> {
    let orgs = orgs::read(&Home::of(&desk.world)?)?;
    if output.json {
        let orgs = orgs.0.iter().map(|(name, org)| json_of(name, org, desk));
        let orgs: Vec<Value> = orgs.collect();
        desk.document(&json!({ "format": FORMAT, "orgs": orgs }));
        return Ok(Exit::Done);
    }
    if orgs.0.is_empty() {
        desk.print("No org has a name yet.");
        desk.say("`usher org add NAME ADDRESS` gives one a name; `practice` is always there.");
        return Ok(Exit::Done);
    }
    let row = |(name, org): (&String, &NamedOrg)| {
        let token = match desk.world.variable(&org.token_env) {
            Some(_) => org.token_env.clone(),
            None => format!("{} (not set)", org.token_env),
        };
        let org_id = org.org_id.clone();
        let org_id = org_id.unwrap_or_else(|| "(not asked yet)".to_owned());
        vec![name.clone(), org.address.clone(), token, org_id]
    };
    let rows: Vec<Vec<String>> = orgs.0.iter().map(row).collect();
    let header = ["NAME", "ADDRESS", "TOKEN IN", "ORG"];
    desk.print(report::table(&header, &rows, desk.console.width));
    Ok(Exit::Done)
}

pub(super) fn remove(name: &str, output: &Output, desk: &mut Desk) -> Result<Exit, Error> {
    let home = Home::of(&desk.world)?;
    orgs::change(&home, |orgs| match orgs.0.remove(name) {
        Some(_) => Ok(()),
        None => {
            let name = repeated(name);
            let message = format!("there is no org `{name}` in the registry");
            Err(Error::new(Exit::Usage, "org/unknown", message)
                .help("`usher org list` lists those that are"))
        }
    })?;
    if output.json {
        desk.document(&json!({ "format": FORMAT, "removed": name }));
    } else {
        desk.print(format!("`{name}` is the name of no org any more."));
    }
    Ok(Exit::Done)
}

/// An org of the registry. Never its token, only whether there is one.
fn json_of(name: &str, org: &NamedOrg, desk: &Desk) -> Value {
    json!({
        "name": name,
        "address": org.address,
        "token_env": org.token_env,
        "token_is_set": desk.world.variable(&org.token_env).is_some(),
        "org_id": org.org_id,
    })
}

pub(super) async fn query(
    soql: &str,
    org: &OrgArg,
    output: &Output,
    desk: &mut Desk,
) -> Result<Exit, Error> {
    let home = Home::of(&desk.world)?;
    let connection = connect::open(org.org.as_deref(), &home, &desk.world)?;
    connection.must_be_as_known().await?;
    let mut records = connection.org.query(soql).await?;
    records.iter_mut().for_each(strip);
    if output.json {
        desk.document(&json!({ "format": FORMAT, "records": records }));
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<(String, String)>> = records.iter().map(|record| flat("", record)).collect();
    let mut header: Vec<String> = Vec::new();
    for (name, _) in rows.iter().flatten() {
        if !header.contains(name) {
            header.push(name.clone());
        }
    }
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let cell = |name: &String| row.iter().find(|(other, _)| other == name);
            header
                .iter()
                .map(|name| cell(name).map_or(String::new(), |(_, text)| text.clone()))
                .collect()
        })
        .collect();
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    if !cells.is_empty() {
        desk.print(report::table(&names, &cells, desk.console.width));
    }
    desk.say(format!("{} found", report::count(cells.len(), "record")));
    Ok(Exit::Done)
}

/// Takes `attributes` out: they say what the query says.
fn strip(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.remove("attributes");
            object.values_mut().for_each(strip);
        }
        Value::Array(values) => values.iter_mut().for_each(strip),
        _ => {}
    }
}

/// Fields by path, parents joined by dots, what holds records as JSON.
fn flat(prefix: &str, record: &Value) -> Vec<(String, String)> {
    let mut cells = Vec::new();
    for (name, value) in record.as_object().into_iter().flatten() {
        let path = format!("{prefix}{name}");
        match value {
            Value::Object(object) if !object.contains_key("records") => {
                cells.extend(flat(&format!("{path}."), value));
            }
            Value::String(text) => cells.push((path, text.clone())),
            Value::Null => cells.push((path, String::new())),
            other => cells.push((path, other.to_string())),
        }
    }
    cells
}
