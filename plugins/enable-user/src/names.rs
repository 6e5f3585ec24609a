//! Names of a new user: pure functions of the contact and the org, so that a second plan is the same.
//!
//! A name that another person's user has is reported, with the input to set. A name that a former user of the same
//! person has is passed over for the next one of a fixed list: a user who was disabled for good keeps the nickname,
//! and may keep the username (docs/salesforce/users.md#disabling-for-good).

use usher_sdk::{Diagnostic, Failure, Lookup, Problems, Record, Value};

use crate::Input;
use crate::contact::Contact;

/// Longest username, nickname and alias in characters (Object Reference, User; of the username [inferred]).
const USERNAME_MAX: usize = 80;
const NICKNAME_MAX: usize = 40;
const ALIAS_MAX: usize = 8;

/// Letters at the end of generated names: 308 million of them, enough for the contacts of an org that share a name.
const TAG_LETTERS: usize = 6;

/// Generated names, one of which a person's next user gets.
const CANDIDATES: u8 = 5;

/// The names that a user may get, in the order of preference. Names that are given have no alternative.
pub(crate) struct Candidates {
    usernames: Vec<String>,
    nicknames: Vec<String>,
    alias: String,
}

/// The names that the user gets.
pub(crate) struct Names {
    pub(crate) username: String,
    pub(crate) nickname: String,
    pub(crate) alias: String,
}

/// Returns the names that can be made from the contact.
pub(crate) fn candidates(
    input: &Input,
    contact: &Contact,
    email: &str,
    org_id: &str,
) -> Result<Candidates, Failure> {
    let (first, last) = (slug(&contact.first_name), slug(&contact.last_name));
    // Usernames are unique over all orgs, so the org is part of them. The contact's id is not, because a contact
    // that is only planned has none.
    let tags: Vec<String> = (0..CANDIDATES)
        .map(|number| {
            let number = number.to_string();
            let mut parts = vec![
                &org_id[..org_id.len().min(15)],
                email,
                &contact.first_name,
                &contact.last_name,
            ];
            if number != "0" {
                parts.push(&number);
            }
            tag(&parts)
        })
        .collect();
    let usernames = match &input.username {
        Some(given) => vec![given.to_lowercase()],
        None => usernames(email, input.username_suffix.as_deref(), &tags)?,
    };
    let nicknames = match &input.nickname {
        Some(given) => vec![given.clone()],
        None => {
            let both = [first.as_str(), last.as_str()];
            let words: Vec<&str> = both.into_iter().filter(|word| !word.is_empty()).collect();
            let name = shortened(&words.join("."), NICKNAME_MAX - TAG_LETTERS - 1);
            let nickname = |tag| format!("{name}.{tag}").trim_start_matches('.').to_owned();
            tags.iter().map(nickname).collect()
        }
    };
    let alias = input.alias.clone().unwrap_or_else(|| {
        let alias = shortened(&format!("{}{last}", shortened(&first, 1)), ALIAS_MAX);
        match alias.as_str() {
            "" => tags.first().cloned().unwrap_or_default(),
            _ => alias,
        }
    });
    Ok(Candidates {
        usernames,
        nicknames,
        alias,
    })
}

impl Candidates {
    /// Returns the lookups of users who have one of the names already that the user gets when nobody has them. Most do, and
    /// an org may be asked for thousands of users at once.
    pub(crate) fn first_holders(&self) -> [Lookup; 2] {
        let first = |names: &[String]| names.first().cloned().into_iter().collect();
        let first = Self {
            usernames: first(&self.usernames),
            nicknames: first(&self.nicknames),
            alias: String::new(),
        };
        first.holders()
    }

    /// Returns the lookups of users who have one of the names already.
    pub(crate) fn holders(&self) -> [Lookup; 2] {
        let user = || {
            Lookup::of("User")
                .read(["Username", "CommunityNickname", "FirstName"])
                .read(["LastName", "IsActive", "ContactId"])
        };
        [
            user().whose_any("Username", &self.usernames),
            user().whose_any("CommunityNickname", &self.nicknames),
        ]
    }

    /// Chooses the first names that are free. Reports names that another user has, and notes those of a former user
    /// of the same person. Only this org can be asked; Salesforce refuses the user when another org has the username.
    pub(crate) fn choose(
        &self,
        input: &Input,
        contact: &Contact,
        [by_username, by_nickname]: [&[Record]; 2],
        notes: &mut Vec<Diagnostic>,
        problems: &mut Problems,
    ) -> Result<Names, Failure> {
        let username = Kind {
            noun: "username",
            field: "Username",
            candidates: &self.usernames,
            at: match (&input.username, &input.username_suffix) {
                (Some(_), _) => "/username",
                (None, Some(_)) => "/username_suffix",
                (None, None) => "/contact",
            },
            code: "username-taken",
            remedy: "Set {with.username} to one that no user has, in any org",
            rule: "REST API, DUPLICATE_USERNAME",
        };
        let nickname = Kind {
            noun: "nickname",
            field: "CommunityNickname",
            candidates: &self.nicknames,
            at: match &input.nickname {
                Some(_) => "/nickname",
                None => "/contact",
            },
            code: "nickname-taken",
            remedy: "Set {with.nickname} to one that no user of this org has",
            rule: "REST API, DUPLICATE_COMM_NICKNAME",
        };
        Ok(Names {
            username: username.first_free(contact, by_username, notes, problems)?,
            nickname: nickname.first_free(contact, by_nickname, notes, problems)?,
            alias: self.alias.clone(),
        })
    }
}

/// One kind of name.
struct Kind<'n> {
    noun: &'static str,
    field: &'static str,
    candidates: &'n [String],
    /// The place of the input that decides it.
    at: &'static str,
    code: &'static str,
    remedy: &'static str,
    rule: &'static str,
}

impl Kind<'_> {
    fn first_free(
        &self,
        contact: &Contact,
        holders: &[Record],
        notes: &mut Vec<Diagnostic>,
        problems: &mut Problems,
    ) -> Result<String, Failure> {
        let noun = self.noun;
        let mut former = vec![];
        for name in self.candidates {
            let holder = holders.iter().find(|holder| {
                let has = holder.value(self.field);
                has.is_ok_and(|has| has.found_by(self.field, name))
            });
            let Some(holder) = holder else {
                if let Some((first, _)) = former.first() {
                    let summary = format!(
                        "The {noun} `{first}` belongs to a former user of {}, so the new user gets `{name}`",
                        contact.name()
                    );
                    let note = Diagnostic::info("former-user", self.at, summary);
                    notes.push(note.remedy(self.remedy).rule(self.rule));
                }
                return Ok(name.clone());
            };
            former.push((name, holder));
            if !is_former(holder, contact)? {
                break;
            }
        }
        let (name, holder) = match former.last() {
            Some((name, holder)) => (name.as_str(), holder.text("Username")?),
            None => ("", ""),
        };
        let by = match self.field {
            "Username" => String::new(),
            _ => format!(" by {holder}"),
        };
        let summary = format!("The {noun} `{name}` is taken{by}");
        let problem = Diagnostic::error(self.code, self.at, summary);
        problems.invalid(problem.remedy(self.remedy).rule(self.rule));
        Ok(name.to_owned())
    }
}

/// Says whether a user was this person's before: inactive, without a contact, and of the same name.
fn is_former(user: &Record, contact: &Contact) -> Result<bool, Failure> {
    let name = |field, is: &str| user.value(field).map(|has| has.found_by(field, is));
    Ok(user.value("IsActive")? == Value::Truth(false)
        && user.value("ContactId")? == Value::Nothing
        && name("LastName", &contact.last_name)?
        && name("FirstName", &contact.first_name)?)
}

/// The email with a suffix; without one, with each of the tags. The part before the `@` is shortened for a tag, never
/// for a suffix that a person has chosen.
fn usernames(email: &str, suffix: Option<&str>, tags: &[String]) -> Result<Vec<String>, Failure> {
    let email = email.to_lowercase();
    // A sandbox adds `.invalid` to addresses, which is no part of a name.
    let email = email.strip_suffix(".invalid").unwrap_or(&email);
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, "invalid"));
    let mut endings: Vec<String> = tags.to_vec();
    if let Some(suffix) = suffix {
        let suffix = suffix.trim_start_matches('.').to_lowercase();
        for ending in &mut endings {
            *ending = format!("{suffix}.{ending}");
        }
        endings.insert(0, suffix);
    }
    let room = |ending: &str| {
        let rest = domain.chars().count() + ending.chars().count() + 2;
        let needed = if suffix.is_some() {
            local.chars().count()
        } else {
            1
        };
        let room = USERNAME_MAX.checked_sub(rest)?;
        (room >= needed).then_some(room)
    };
    let names: Vec<String> = endings
        .iter()
        .filter_map(|ending| {
            let local = shortened(local, room(ending)?);
            Some(format!("{local}@{domain}.{ending}"))
        })
        .collect();
    if names.is_empty() {
        let summary = format!(
            "No username can be made from `{email}`: it would be longer than {USERNAME_MAX} characters"
        );
        return Err(Failure::invalid(
            Diagnostic::error("username-too-long", "/contact", summary)
                .remedy("Set {with.username}"),
        ));
    }
    Ok(names)
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
