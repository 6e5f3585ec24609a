//! The registry of a home: the orgs that it knows by name, with the address of each and the variable that holds its
//! access token. [`crate::recipe::parse_orgs`] reads it; what is written of it is made here. No token is in it.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_contract::{id, name};

/// The practice org in the box. No registry can give its name to another org.
pub const PRACTICE: &str = "practice";

/// The variable with the token of the org that a person names. An org of the registry has one of its own.
pub const TOKEN: &str = "USHER_TOKEN";

/// The beginning of an org's id.
const ORG_PREFIX: &str = "00D";

/// Longest name of an environment variable.
const VARIABLE_BYTES_MAX: usize = 128;

/// The orgs of a home, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orgs(pub BTreeMap<String, NamedOrg>);

/// An org that a person has named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedOrg {
    /// `http://127.0.0.1:8080`.
    pub address: String,
    /// The environment variable that holds its access token.
    pub token_env: String,
    /// The id that the org answered with at first; none: nobody has asked it yet.
    pub org_id: Option<String>,
}

/// The reason why an org cannot be in the registry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("`{0}` is not a valid name of an org")]
    Name(String),
    #[error("`{PRACTICE}` is the practice org in the box")]
    Practice,
    #[error("`{0}` is not a valid name of an environment variable")]
    Variable(String),
    #[error(
        "`{TOKEN}` holds the token of the org that a command names, not that of an org of the registry"
    )]
    TokenOfAny,
    #[error("`{variable}` holds the token of the org `{org}`, and a token belongs to one org")]
    SharedVariable { variable: String, org: String },
    #[error("`{0}` is not a valid id of an org")]
    OrgId(String),
}

impl Unfit {
    /// The remedy.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Name(_) => {
                "write lower-case letters, digits and single hyphens, as in `acme-uat`"
            }
            Self::Practice => "give the org another name",
            Self::Variable(_) => {
                "write letters, digits and underscores, a letter or underscore first"
            }
            Self::TokenOfAny => {
                "name a variable that only this org has, or leave the variable out for the usual one"
            }
            Self::SharedVariable { .. } => "name a variable that no other org has",
            Self::OrgId(_) => {
                "write the 18 characters of its id, which begin with 00D, or leave the id out"
            }
        }
    }
}

/// Checks the name of an org.
///
/// # Errors
///
/// It is no name in kebab-case, or that of the practice org.
pub fn check_name(name: &str) -> Result<(), Unfit> {
    match name {
        PRACTICE => Err(Unfit::Practice),
        name if name::is_kebab(name) => Ok(()),
        name => Err(Unfit::Name(repeated(name).to_owned())),
    }
}

/// Checks the name of the variable that holds an org's token.
///
/// # Errors
///
/// It is no name of a variable, or the one whose token is of the org that a person names.
pub fn check_variable(variable: &str) -> Result<(), Unfit> {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let is_name = (1..=VARIABLE_BYTES_MAX).contains(&variable.len())
        && variable.bytes().all(is_word)
        && !variable.starts_with(|first: char| first.is_ascii_digit());
    match variable {
        TOKEN => Err(Unfit::TokenOfAny),
        _ if is_name => Ok(()),
        variable => Err(Unfit::Variable(repeated(variable).to_owned())),
    }
}

/// The id of an org, as 18 characters.
///
/// # Errors
///
/// It is no id, or one of something else.
pub fn check_org_id(text: &str) -> Result<String, Unfit> {
    let id = id::canonical(text).filter(|id| id.starts_with(ORG_PREFIX));
    id.ok_or_else(|| Unfit::OrgId(repeated(text).to_owned()))
}

/// A text of the user in an error. A token has `!` in it, and an address may have a password before `@`: such a text is
/// not repeated.
pub fn repeated(text: &str) -> &str {
    match text.contains(['!', '@']) {
        true => "***",
        false => text,
    }
}

/// The variable that holds an org's token when nobody names another: `USHER_TOKEN_ACME_UAT`.
pub fn usual_variable(name: &str) -> String {
    let name = name.to_ascii_uppercase().replace('-', "_");
    format!("{TOKEN}_{name}")
}

impl Orgs {
    /// Says that this variable may hold the token of the org of that name.
    ///
    /// # Errors
    ///
    /// It holds the token of another org.
    pub fn check_own(&self, name: &str, variable: &str) -> Result<(), Unfit> {
        let mut others = self.0.iter().filter(|(other, _)| *other != name);
        match others.find(|(_, org)| org.token_env == variable) {
            None => Ok(()),
            Some((org, _)) => Err(Unfit::SharedVariable {
                variable: variable.to_owned(),
                org: org.clone(),
            }),
        }
    }

    /// The text of an `orgs.toml`.
    pub fn text(&self) -> String {
        let mut text =
            "# Usher writes this file: `usher org add`, `usher org remove`. It holds no token.\n"
                .to_owned();
        for (name, org) in &self.0 {
            text.push_str(&format!("\n[orgs.{name}]\n"));
            text.push_str(&line("address", &org.address));
            if org.token_env != usual_variable(name) {
                text.push_str(&line("token_env", &org.token_env));
            }
            if let Some(org_id) = &org.org_id {
                text.push_str(&line("org_id", org_id));
            }
        }
        text
    }
}

/// A text in JSON is one in TOML as well: an address, a variable and an id have no character that only one of them
/// writes out.
fn line(key: &str, text: &str) -> String {
    format!("{key} = {}\n", Value::from(text))
}
