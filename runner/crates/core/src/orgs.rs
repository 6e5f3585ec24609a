//! The registry of a home: the orgs that it knows by name, with the address of each and the way to sign in to it.
//! [`crate::recipe::parse_orgs`] reads it; what is written of it is made here. No secret is in it.

mod named;

use std::collections::BTreeMap;

use usher_contract::{id, name};

pub use named::{App, Kept, NamedOrg, SignIn};

/// The practice org in the box. No registry can give its name to another org.
pub const PRACTICE: &str = "practice";

/// The variable with the token of the org that a person names. An org of the registry has one of its own.
pub const TOKEN: &str = "USHER_TOKEN";

/// The beginning of an org's id.
const ORG_PREFIX: &str = "00D";

/// Longest name of an environment variable.
const VARIABLE_BYTES_MAX: usize = 128;

/// The orgs of a home.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Orgs {
    /// The org of a command for which nobody names one.
    pub default: Option<String>,
    /// The orgs, by name.
    pub named: BTreeMap<String, NamedOrg>,
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
    #[error("`{what}` is not one short line of text")]
    NoLine { what: &'static str },
    #[error(
        "`{what}` is not the whole path of a file, so it would be another file in another folder"
    )]
    NoPath { what: &'static str },
    #[error("`{0}` is not the name of an org")]
    Default(String),
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
            Self::NoLine { .. } => "write it in one line, of at most 1,000 bytes",
            Self::NoPath { .. } => "write it from the root, as in `/home/me/usher.key`",
            Self::Default(_) => {
                "write `practice`, `practice:<name>` or the name of an org of this file, or leave it out"
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

/// The audience of an assertion for a token endpoint: the host of the platform for production or for sandboxes, in front
/// of which a My Domain stands. Another host than Salesforce's is its own.
pub fn audience(login: &str) -> String {
    let host = login.split_once("://").map_or(login, |(_, host)| host);
    if !host.ends_with(".salesforce.com") {
        return login.to_owned();
    }
    let is_test = host == "test.salesforce.com"
        || [".sandbox.", ".scratch."]
            .iter()
            .any(|part| host.contains(part));
    let platform = if is_test { "test" } else { "login" };
    format!("https://{platform}.salesforce.com")
}

/// Longest text of the registry that is no address.
const LINE_BYTES_MAX: usize = 1_000;

/// Checks that a text is one line, without an invisible character.
///
/// # Errors
///
/// It is not, or it is too long.
pub fn check_line(what: &'static str, text: &str) -> Result<(), Unfit> {
    let is_line = (1..=LINE_BYTES_MAX).contains(&text.len()) && !text.contains(char::is_control);
    is_line.then_some(()).ok_or(Unfit::NoLine { what })
}

/// Checks the path of a file.
///
/// # Errors
///
/// It is not one short line of text, or does not begin at the root.
pub fn check_path(what: &'static str, text: &str) -> Result<(), Unfit> {
    check_line(what, text)?;
    let is_whole = std::path::Path::new(text).is_absolute();
    is_whole.then_some(()).ok_or(Unfit::NoPath { what })
}

/// Checks that a name may be that of the org of a command for which nobody names one. `is_named`: the registry has it.
///
/// # Errors
///
/// No org has the name.
pub fn check_default(name: &str, is_named: bool) -> Result<(), Unfit> {
    match is_named || is_practice(name) {
        true => Ok(()),
        false => Err(Unfit::Default(repeated(name).to_owned())),
    }
}

/// Says whether this names a practice org, as far as a registry can know.
fn is_practice(name: &str) -> bool {
    let rest = name.strip_prefix(PRACTICE);
    rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix(':').is_some_and(name::is_kebab))
}

impl Orgs {
    /// Says that this variable may hold the token of the org of that name.
    ///
    /// # Errors
    ///
    /// It holds the token of another org.
    pub fn check_own(&self, name: &str, variable: &str) -> Result<(), Unfit> {
        let mut others = self.named.iter().filter(|(other, _)| *other != name);
        match others.find(|(_, org)| org.sign_in.variable() == Some(variable)) {
            None => Ok(()),
            Some((org, _)) => Err(Unfit::SharedVariable {
                variable: variable.to_owned(),
                org: org.clone(),
            }),
        }
    }

    /// Forgets an org; none of that name: nothing is returned.
    pub fn remove(&mut self, name: &str) -> Option<NamedOrg> {
        let removed = self.named.remove(name)?;
        self.default.take_if(|default| default == name);
        Some(removed)
    }

    /// The text of an `orgs.toml`.
    pub fn text(&self) -> String {
        let mut text = "# Usher writes this file: `usher org add`, `usher org login`, `usher org remove`. It holds no secret.\n"
            .to_owned();
        if let Some(default) = &self.default {
            text.push('\n');
            named::line(&mut text, "default", default);
        }
        for (name, org) in &self.named {
            text.push_str(&format!("\n[orgs.{name}]\n"));
            org.write(name, &mut text);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::audience;

    #[test]
    fn the_audience_is_the_host_of_the_platform() {
        for (login, expected) in [
            (
                "https://login.salesforce.com",
                "https://login.salesforce.com",
            ),
            ("https://test.salesforce.com", "https://test.salesforce.com"),
            (
                "https://acme.my.salesforce.com",
                "https://login.salesforce.com",
            ),
            (
                "https://acme--uat.sandbox.my.salesforce.com",
                "https://test.salesforce.com",
            ),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ] {
            assert_eq!(audience(login), expected);
        }
    }
}
