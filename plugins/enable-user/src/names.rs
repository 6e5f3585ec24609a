//! Names of a new user: pure functions of the contact and the org, so that a second plan is the same. Never counted up:
//! a name that is taken is reported, with the input to set.

use usher_sdk::{Diagnostic, Failure, Lookup, Problems, Record};

use crate::Input;
use crate::contact::Contact;

/// Longest username, nickname and alias in characters (Object Reference, User; of the username [inferred]).
const USERNAME_MAX: usize = 80;
const NICKNAME_MAX: usize = 40;
const ALIAS_MAX: usize = 8;

/// Letters at the end of generated names: 308 million of them, enough for the contacts of an org that share a name.
const TAG_LETTERS: usize = 6;

pub(crate) struct Names {
    pub(crate) username: String,
    pub(crate) nickname: String,
    pub(crate) alias: String,
}

impl Names {
    pub(crate) fn of(
        input: &Input,
        contact: &Contact,
        email: &str,
        org_id: &str,
    ) -> Result<Self, Failure> {
        let (first, last) = (slug(&contact.first_name), slug(&contact.last_name));
        // Usernames are unique over all orgs, so the org is part of them. The contact's id is not, because a contact
        // that is only planned has none.
        let tag = tag(&[
            &org_id[..org_id.len().min(15)],
            email,
            &contact.first_name,
            &contact.last_name,
        ]);
        let username = match &input.username {
            Some(given) => given.to_lowercase(),
            None => username(email, &tag)?,
        };
        let nickname = input.nickname.clone().unwrap_or_else(|| {
            let both = [first.as_str(), last.as_str()];
            let words: Vec<&str> = both.into_iter().filter(|word| !word.is_empty()).collect();
            let name = shortened(&words.join("."), NICKNAME_MAX - TAG_LETTERS - 1);
            format!("{name}.{tag}").trim_start_matches('.').to_owned()
        });
        let alias = input.alias.clone().unwrap_or_else(|| {
            let alias = shortened(&format!("{}{last}", shortened(&first, 1)), ALIAS_MAX);
            match alias.as_str() {
                "" => tag.clone(),
                _ => alias,
            }
        });
        Ok(Self {
            username,
            nickname,
            alias,
        })
    }

    /// Returns the lookups of users who have one of the names already.
    pub(crate) fn holders(&self) -> [Lookup; 2] {
        let user = || Lookup::of("User").read(["Username"]);
        [
            user().whose("Username", &self.username),
            user().whose("CommunityNickname", &self.nickname),
        ]
    }

    /// Reports names that another user has. Only this org can be asked; Salesforce refuses the user when another org
    /// has the username.
    pub(crate) fn must_be_free(
        &self,
        input: &Input,
        by_username: &[Record],
        by_nickname: &[Record],
        problems: &mut Problems,
    ) -> Result<(), Failure> {
        if !by_username.is_empty() {
            let summary = format!("The username `{}` is taken", self.username);
            let at = place(input.username.as_ref(), "/username");
            problems.invalid(
                Diagnostic::error("username-taken", at, summary)
                    .remedy("Set `username` to one that no user has, in any org")
                    .rule("REST API, DUPLICATE_USERNAME"),
            );
        }
        if let Some(holder) = by_nickname.first() {
            let summary = format!(
                "The nickname `{}` is taken by {}",
                self.nickname,
                holder.text("Username")?
            );
            let at = place(input.nickname.as_ref(), "/nickname");
            problems.invalid(
                Diagnostic::error("nickname-taken", at, summary)
                    .remedy("Set `nickname` to one that no user of this org has")
                    .rule("REST API, DUPLICATE_COMM_NICKNAME"),
            );
        }
        Ok(())
    }
}

/// The place of a problem with a name that was not given: the contact that it is made from.
fn place(given: Option<&String>, at: &'static str) -> &'static str {
    match given {
        Some(_) => at,
        None => "/contact",
    }
}

/// The email with the tag at its end; the part before the `@` of a long one is shortened.
fn username(email: &str, tag: &str) -> Result<String, Failure> {
    let email = email.to_lowercase();
    let (local, domain) = email.rsplit_once('@').unwrap_or((&email, "invalid"));
    let rest = domain.chars().count() + TAG_LETTERS + 2;
    if rest >= USERNAME_MAX {
        let summary = format!(
            "No username can be made from `{email}`: it would be longer than {USERNAME_MAX} characters"
        );
        return Err(Failure::invalid(
            Diagnostic::error("username-too-long", "/contact", summary).remedy("Set `username`"),
        ));
    }
    let local = shortened(local, USERNAME_MAX - rest);
    Ok(format!("{local}@{domain}.{tag}"))
}

/// Returns the lower-case ASCII letters and digits of a name, which every field takes.
fn slug(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

fn shortened(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}

/// Returns six letters made from the parts, without regard to case. FNV-1a: it must be the same for ever, not secure.
fn tag(parts: &[&str]) -> String {
    let text = parts.join("\n").to_lowercase();
    let mut hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    // The low bits of FNV depend little on the first bytes; fold the high half in.
    hash ^= hash >> 32;
    let mut letters = String::new();
    for _ in 0..TAG_LETTERS {
        letters.push(char::from(b'a' + (hash % 26) as u8));
        hash /= 26;
    }
    letters
}
