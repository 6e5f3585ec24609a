//! Secret inputs of a run: nothing holds them but the process that was given them. A run keeps what recognises each,
//! and asks for those that it still needs when another process carries it on.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_core::recognised::{Recognised, SALT_BYTES};
use usher_core::run::secrets_needed;
use usher_core::value::Token;
use usher_engine::journal::LoadedRun;

use crate::error::Error;
use crate::exit::Exit;
use crate::person::Person;
use crate::world::Lines;

/// What recognises a secret, with a salt of its own.
pub(crate) fn recognise(secret: &str) -> Result<Recognised, Error> {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt)
        .map_err(|error| Error::new(Exit::Failed, "start/no-randomness", error.to_string()))?;
    Ok(Recognised::of(secret, salt))
}

/// What recognises the secrets of a run, by input. None: the input is optional and was not given.
pub(crate) fn recognised(
    secrets: &BTreeMap<Token, Value>,
) -> Result<BTreeMap<String, Option<Recognised>>, Error> {
    let mut all = BTreeMap::new();
    for (token, secret) in secrets {
        if let Token::Input(name) = token {
            let recognised = secret.as_str().map(recognise).transpose()?;
            all.insert(name.clone(), recognised);
        }
    }
    Ok(all)
}

/// The secrets that the rest of a run needs: as `--set` gives them, else as the person types them.
pub(crate) fn again(
    run: &LoadedRun,
    set: &[String],
    person: Option<&dyn Person>,
    lines: &Lines,
) -> Result<BTreeMap<Token, Value>, Error> {
    let mut held = given(run, set)?;
    let mut missing = Vec::new();
    for name in secrets_needed(&run.state) {
        let token = Token::Input(name.to_owned());
        if held.contains_key(&token) {
            continue;
        }
        let Some(Some(recognised)) = run.state.origin.secrets.get(name) else {
            held.insert(token, Value::Null);
            continue;
        };
        match person.and_then(|person| typed(run, name, person, lines)) {
            Some(secret) => {
                held.insert(token, checked(run, name, recognised, &secret)?);
            }
            None => missing.push(name),
        }
    }
    match missing.is_empty() {
        true => Ok(held),
        false => Err(not_given(run, &missing)),
    }
}

/// What `--set` gives.
fn given(run: &LoadedRun, set: &[String]) -> Result<BTreeMap<Token, Value>, Error> {
    let mut held = BTreeMap::new();
    for text in set {
        let Some((name, secret)) = text.split_once('=') else {
            // Nothing says that the text is not a secret, so it is not repeated.
            let message = "`--set` takes a name and a value";
            return Err(
                Error::new(Exit::Usage, "input/bad-set", message).help("write `--set name=value`")
            );
        };
        let name = name.trim();
        let Some(Some(recognised)) = run.state.origin.secrets.get(name) else {
            return Err(not_a_secret(run, name));
        };
        let secret = checked(run, name, recognised, secret)?;
        held.insert(Token::Input(name.to_owned()), secret);
    }
    Ok(held)
}

fn checked(
    run: &LoadedRun,
    name: &str,
    recognised: &Recognised,
    secret: &str,
) -> Result<Value, Error> {
    if recognised.is(secret) {
        return Ok(Value::from(secret));
    }
    let message = format!(
        "this `{name}` is not the secret that run {} began with; nothing was sent",
        run.id
    );
    Err(Error::new(Exit::Invalid, "input/other-secret", message)
        .help("give the same secret; to use another one, undo the run and apply the recipe again"))
}

/// What the person types, unseen; none: nothing was typed.
fn typed(run: &LoadedRun, name: &str, person: &dyn Person, lines: &Lines) -> Option<String> {
    lines.write(format!(
        "Run {} needs the secret `{name}` again. Type it; it is not shown:",
        run.id
    ));
    person.hidden_line().filter(|secret| !secret.is_empty())
}

fn not_given(run: &LoadedRun, missing: &[&str]) -> Error {
    let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    let what = match missing {
        [_] => "secret",
        _ => "secrets",
    };
    let set: Vec<String> = missing
        .iter()
        .map(|name| format!(" --set {name}=…"))
        .collect();
    let message = format!(
        "run {} needs the {what} {} again, and no file holds it",
        run.id,
        names.join(", ")
    );
    Error::new(Exit::Usage, "run/no-secret", message).help(format!(
        "write `usher resume {}{}`, or resume the run in a terminal, where Usher asks",
        run.id,
        set.concat()
    ))
}

fn not_a_secret(run: &LoadedRun, name: &str) -> Error {
    let secrets = run.state.origin.secrets.iter();
    let secrets = secrets.filter(|(_, recognised)| recognised.is_some());
    let names: Vec<String> = secrets.map(|(name, _)| format!("`{name}`")).collect();
    let help = match names.as_slice() {
        [] => "leave `--set` out: the run has no secret".to_owned(),
        names => format!("give its secrets only: {}", names.join(", ")),
    };
    let message = format!(
        "`{name}` is not a secret of run {}, and its other inputs are those it began with",
        run.id
    );
    Error::new(Exit::Usage, "run/has-inputs", message).help(help)
}
