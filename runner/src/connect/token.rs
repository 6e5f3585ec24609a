//! The token for an org: from its variable, checked before anything is sent.

use usher_core::id;
use usher_core::orgs::{NamedOrg, TOKEN};
use usher_engine::session::Secret;

use crate::connect::{By, Meant, way_in_and_on};
use crate::error::Error;
use crate::exit::Exit;
use crate::world::World;

/// An access token, with the variable that it was taken from.
struct Token<'w> {
    variable: &'w str,
    text: &'w str,
}

/// The token for an address. Without one the org says that it wants one; first of all it must be there.
pub(super) fn for_address(meant: Meant<'_>, world: &World) -> Result<Secret, Error> {
    let Some(token) = Token::of(TOKEN, world)? else {
        return Ok(Secret::new(String::new()));
    };
    if !token.may_go_to(meant) {
        let alias = meant.alias;
        let message = format!(
            "USHER_ORG names another org than that of the run, `{alias}`, and {TOKEN} may be a token of that other org; \
             nothing was sent"
        );
        return Err(
            Error::new(Exit::Refused, "org/other-token", message).help(format!(
                "pass `--org {alias}` to use {TOKEN} for the org of the run"
            )),
        );
    }
    token.must_be_of(meant.org_id)?;
    Ok(token.secret())
}

/// The token for an org of the registry from a variable: its own, else the one of the org that a person names. `kept`:
/// the token that is kept for the org, which counts before the latter.
pub(super) fn for_named(
    meant: Meant<'_>,
    org: &NamedOrg,
    variable: &str,
    kept: Option<Secret>,
    world: &World,
) -> Result<Secret, Error> {
    let name = meant.alias;
    if let (false, Some(kept)) = (world.is_set(variable), kept) {
        return Ok(kept);
    }
    // An own variable that is set decides, also when it is empty.
    let (token, why) = match world.is_set(variable) {
        true => (Token::of(variable, world)?, "is empty"),
        false => {
            let of_named = Token::of(TOKEN, world)?;
            (
                of_named.filter(|token| token.may_go_to(meant)),
                "is not set",
            )
        }
    };
    let Some(token) = token else {
        let message = format!("the org `{name}` has no access token: {variable} {why}");
        let other_way = match meant.by {
            By::Person => String::new(),
            By::PlanFile | By::RunBesideOther => {
                format!(", or pass `--org {name}` to use that in {TOKEN}")
            }
        };
        let help = format!("set {variable} to an access token of `{name}`{other_way}");
        return Err(Error::new(Exit::Unreachable, "org/no-token", message).help(help));
    };
    token.must_be_of(org.org_id.as_deref())?;
    token.must_be_of(meant.org_id)?;
    Ok(token.secret())
}

/// The token that is kept for an org of the registry. A token of another org is not sent to it.
pub(super) fn of_entry(
    kept: Option<Secret>,
    name: &str,
    org: &NamedOrg,
) -> Result<Option<Secret>, Error> {
    let own = kept.as_ref().and_then(|kept| org_id_of(kept.expose()));
    let known = org.org_id.as_deref().and_then(id::canonical);
    let (Some(own), Some(known)) = (own, known) else {
        return Ok(kept);
    };
    if own == known {
        return Ok(kept);
    }
    let message = format!(
        "the access token that is kept for `{name}` is of the org {own}, and `{name}` is the org {known}; nothing was sent"
    );
    Err(Error::new(Exit::Refused, "org/other-token", message).help(way_in_and_on(name, org)))
}

/// The id with which a token of Salesforce begins, as 18 characters.
fn org_id_of(token: &str) -> Option<String> {
    let (org_id, _) = token.split_once('!')?;
    id::canonical(org_id).filter(|org_id| org_id.starts_with("00D"))
}

impl<'w> Token<'w> {
    /// The token in a variable, without the white space around it.
    fn of(variable: &'w str, world: &'w World) -> Result<Option<Self>, Error> {
        let text = world.variable(variable).unwrap_or_default().trim();
        if !text.chars().all(|letter| letter.is_ascii_graphic()) {
            let message = format!(
                "{variable} is not an access token: it has white space in it, or a letter that no token has"
            );
            return Err(Error::new(Exit::Usage, "org/bad-token", message)
                .help(format!("set {variable} to the token alone")));
        }
        Ok((!text.is_empty()).then_some(Self { variable, text }))
    }

    /// Says whether the one who names an org may have the token go there.
    fn may_go_to(&self, meant: Meant<'_>) -> bool {
        match meant.by {
            By::Person => true,
            By::PlanFile => self.variable != TOKEN,
            By::RunBesideOther => {
                let own = self.org_id();
                own.is_some() && own == meant.org_id.and_then(id::canonical)
            }
        }
    }

    /// Refuses a token of another org than this.
    fn must_be_of(&self, org_id: Option<&str>) -> Result<(), Error> {
        let (Some(own), Some(org_id)) = (self.org_id(), org_id) else {
            return Ok(());
        };
        if id::canonical(org_id).as_ref() == Some(&own) {
            return Ok(());
        }
        let variable = self.variable;
        let message = format!(
            "{variable} holds an access token of the org {own}, and the command is for the org {org_id}; nothing was sent"
        );
        Err(
            Error::new(Exit::Refused, "org/other-token", message).help(format!(
                "set {variable} to an access token of the org {org_id}"
            )),
        )
    }

    fn org_id(&self) -> Option<String> {
        org_id_of(self.text)
    }

    fn secret(&self) -> Secret {
        Secret::new(self.text.to_owned())
    }
}
