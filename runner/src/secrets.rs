//! Secret inputs of a run: only the process that was given them holds them. A run keeps data that recognises each, and
//! asks for those that it still needs when another process carries it on.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_core::recognised::{Recognised, SALT_BYTES};
use usher_core::value::Token;
use usher_engine::journal::LoadedRun;

use crate::error::Error;
use crate::exit::Exit;

/// Returns the data that recognises a secret, with a salt of its own.
pub(crate) fn recognise(secret: &str) -> Result<Recognised, Error> {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt)
        .map_err(|error| Error::new(Exit::Failed, "start/no-randomness", error.to_string()))?;
    Ok(Recognised::of(secret, salt))
}

/// Returns the data that recognises the secrets of a run, by input. None: the input is optional and was not given.
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

/// Returns the secrets of `--set`.
pub(crate) fn given(run: &LoadedRun, set: &[String]) -> Result<BTreeMap<Token, Value>, Error> {
    let mut held = BTreeMap::new();
    for text in set {
        let Some((name, secret)) = text.split_once('=') else {
            // The text may be a secret, so it is not repeated.
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

pub(crate) fn checked(
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

/// The error of a run that cannot go on without these secrets.
pub(crate) fn not_given(run: &LoadedRun, missing: &[&str]) -> Error {
    let set: Vec<String> = missing
        .iter()
        .map(|name| format!(" --set {name}=…"))
        .collect();
    let message = format!(
        "run {} needs {} again, and no file holds it",
        run.id,
        named(missing)
    );
    Error::new(Exit::Usage, "run/no-secret", message).help(format!(
        "write `usher resume {}{}`, or resume the run in a terminal, where Usher asks",
        run.id,
        set.concat()
    ))
}

/// "the secret `pw`", "the secrets `pin`, `pw`".
pub(crate) fn named(names: &[&str]) -> String {
    let what = match names {
        [_] => "secret",
        _ => "secrets",
    };
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("the {what} {}", names.join(", "))
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
