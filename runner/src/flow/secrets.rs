//! Asks for the secrets again that a run still needs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use usher_core::value::Token;
use usher_engine::journal::LoadedRun;

use crate::error::Error;
use crate::exit::Exit;
use crate::flow::attendant::Attendant;
use crate::person::Typed;
use crate::secrets::{checked, given};

/// Secrets of a run, given again.
pub(super) struct Again<'n> {
    pub(super) held: BTreeMap<Token, Value>,
    /// Names of those that are needed and were not given.
    pub(super) missing: Vec<&'n str>,
}

/// The secrets of a run that are `needed`: as `--set` gives them, else as the person types them.
pub(super) async fn again<'n>(
    run: &LoadedRun,
    needed: BTreeSet<&'n str>,
    set: &[String],
    attendant: &mut dyn Attendant,
) -> Result<Again<'n>, Error> {
    let mut held = given(run, set)?;
    let mut missing = Vec::new();
    for name in needed {
        let token = Token::Input(name.to_owned());
        if held.contains_key(&token) {
            continue;
        }
        let Some(Some(recognised)) = run.state.origin.secrets.get(name) else {
            held.insert(token, Value::Null);
            continue;
        };
        match typed(run, name, attendant).await? {
            Some(secret) => {
                held.insert(token, checked(run, name, recognised, &secret)?);
            }
            None => missing.push(name),
        }
    }
    Ok(Again { held, missing })
}

/// The secret that the person types; none: nothing was typed.
async fn typed(
    run: &LoadedRun,
    name: &str,
    attendant: &mut dyn Attendant,
) -> Result<Option<String>, Error> {
    match attendant.secret(&run.id, name).await {
        Typed::Line(secret) if !secret.is_empty() => Ok(Some(secret)),
        Typed::Line(_) | Typed::Nothing => Ok(None),
        Typed::Interrupted => Err(Error::new(
            Exit::Interrupted,
            "run/interrupted",
            format!("interrupted while Usher asked for the secret `{name}`; nothing was sent"),
        )),
    }
}
