//! `orgs.toml`: the orgs that a home knows by name. Where an address may lead is for the client to say.

use crate::diagnostic::{Diagnostic, SourceText};
use crate::orgs::{
    App, Kept, NamedOrg, Orgs, SignIn, Unfit, check_default, check_line, check_name, check_org_id,
    check_path, check_variable, usual_variable,
};
use crate::recipe::keys::{Keys, Mistakes, Spanned};
use crate::recipe::syntax::{self, Entry};
use usher_contract::limit;

/// Keys under which a user may have written a secret.
const SECRETS: &[&str] = &[
    "token",
    "access_token",
    "refresh_token",
    "client_secret",
    "password",
];

/// An `orgs.toml`.
///
/// # Errors
///
/// Every mistake in it.
pub fn parse_orgs(source: &SourceText) -> Result<Orgs, Vec<Diagnostic>> {
    let root =
        syntax::parse(source, "orgs", limit::PACK_FILE_BYTES_MAX).map_err(|error| vec![*error])?;
    let mut mistakes = Mistakes::new("orgs");
    let mut keys = Keys::new(&root, "the file");
    let entry = keys.optional("orgs");
    let default = keys.optional_text("default", &mut mistakes);
    keys.finish(&[], &mut mistakes);
    let table = entry.and_then(|entry| mistakes.table(&entry.key, &entry.value));
    let mut orgs = Orgs::default();
    let entries = table.map_or(&[][..], |table| &table.entries);
    for entry in entries {
        read(entry, &mut orgs, &mut mistakes);
    }
    if let Some(default) = default {
        // An org with a mistake has its name, too.
        let is_named = entries.iter().any(|entry| entry.key == default.value);
        match check_default(&default.value, is_named) {
            Ok(()) => orgs.default = Some(default.value),
            Err(unfit) => refuse(&unfit, default.span, &mut mistakes),
        }
    }
    mistakes.or(|| orgs)
}

fn read(entry: &Entry, orgs: &mut Orgs, mistakes: &mut Mistakes) {
    let name = &entry.key;
    if let Err(unfit) = check_name(name) {
        refuse(&unfit, entry.key_span.clone(), mistakes);
        return;
    }
    let Some(table) = mistakes.table(name, &entry.value) else {
        return;
    };
    if let Some(key) = SECRETS.iter().find(|key| table.get(key).is_some()) {
        let what = match *key {
            "token" | "access_token" => "token",
            _ => "secret",
        };
        let message = format!("org `{name}` has a {what} in it, and no file may hold one");
        let help = match what {
            "token" => "take it out, and set the variable that `token_env` names",
            _ => "take it out, and sign in with `usher org login`, which keeps secrets",
        };
        // Points to the name of the org: the line with the secret is not shown.
        mistakes.add("token", entry.key_span.clone(), message, help);
        return;
    }
    let mut keys = Keys::new(table, format!("org `{name}`"));
    let example = "address = \"http://127.0.0.1:8080\"";
    let address = keys.required_text("address", example, mistakes);
    let kind = keys.optional_text("sign_in", mistakes);
    let sign_in = sign_in(entry, kind, &mut keys, mistakes);
    let kept = keys.optional_text("secrets", mistakes);
    let ca_file = keys.optional_text("ca_file", mistakes);
    let ca_file = fit(ca_file, "ca_file", check_path, mistakes);
    let org_id = keys.optional_text("org_id", mistakes);
    keys.finish(&[], mistakes);
    if let Some((SignIn::Token { variable }, span)) = &sign_in {
        let own = check_variable(variable).and_then(|()| orgs.check_own(name, variable));
        if let Err(unfit) = own {
            refuse(&unfit, span.clone(), mistakes);
        }
    }
    let kept = kept.and_then(|kept| {
        let place = Kept::named(&kept.value);
        if place.is_none() {
            let message = format!("org `{name}` keeps its secrets in no place that Usher knows");
            let help = "write `secrets = \"keychain\"` or `secrets = \"file\"`";
            mistakes.add("bad-secrets", kept.span, message, help);
        }
        place
    });
    let org_id = org_id.and_then(|id| match check_org_id(&id.value) {
        Ok(id) => Some(id),
        Err(unfit) => {
            refuse(&unfit, id.span, mistakes);
            None
        }
    });
    if let (Some(address), Some((sign_in, _))) = (address, sign_in) {
        let org = NamedOrg {
            address: address.value,
            sign_in,
            kept,
            ca_file,
            org_id,
        };
        orgs.named.insert(name.clone(), org);
    }
}

/// The way to sign in, with the place of its first key.
fn sign_in(
    entry: &Entry,
    kind: Option<Spanned<String>>,
    keys: &mut Keys<'_>,
    mistakes: &mut Mistakes,
) -> Option<(SignIn, std::ops::Range<usize>)> {
    let name = &entry.key;
    let kind = kind.unwrap_or_else(|| Spanned {
        value: "token".to_owned(),
        span: entry.key_span.clone(),
    });
    let found = match kind.value.as_str() {
        "token" => {
            let variable = keys.optional_text("token_env", mistakes);
            let variable = variable.unwrap_or_else(|| Spanned {
                value: usual_variable(name),
                span: entry.key_span.clone(),
            });
            let span = variable.span;
            let variable = variable.value;
            return Some((SignIn::Token { variable }, span));
        }
        "web" => app(keys, mistakes).map(SignIn::Web),
        "jwt" => {
            let app = app(keys, mistakes);
            let username = required(
                "username",
                "username = \"admin@acme.example\"",
                keys,
                mistakes,
            );
            let example = "key_file = \"/home/me/usher.key\"";
            let key_file = keys.required_text("key_file", example, mistakes);
            let key_file = fit(key_file, "key_file", check_path, mistakes);
            match (app, username, key_file) {
                (Some(app), Some(username), Some(key_file)) => Some(SignIn::Jwt {
                    app,
                    username,
                    key_file,
                }),
                _ => None,
            }
        }
        "client-credentials" => app(keys, mistakes).map(SignIn::ClientCredentials),
        "sf" => {
            let username = required(
                "username",
                "username = \"admin@acme.example\"",
                keys,
                mistakes,
            );
            username.map(|username| SignIn::Sf { username })
        }
        _ => {
            let message = format!("org `{name}` has a `sign_in` that Usher does not know");
            let names = SignIn::NAMES.map(|name| format!("`{name}`")).join(", ");
            let help = format!("write one of {names}");
            mistakes.add("bad-sign-in", kind.span, message, help);
            // The keys of all ways are known.
            for key in ["token_env", "client_id", "login", "username", "key_file"] {
                let _known = keys.optional(key);
            }
            return None;
        }
    };
    found.map(|sign_in| (sign_in, kind.span))
}

fn app(keys: &mut Keys<'_>, mistakes: &mut Mistakes) -> Option<App> {
    let client_id = required("client_id", "client_id = \"3MVG9…\"", keys, mistakes);
    let login = keys.optional_text("login", mistakes);
    let login = fit(login, "login", check_line, mistakes);
    client_id.map(|client_id| App { client_id, login })
}

fn required(
    key: &'static str,
    example: &str,
    keys: &mut Keys<'_>,
    mistakes: &mut Mistakes,
) -> Option<String> {
    let text = keys.required_text(key, example, mistakes);
    fit(text, key, check_line, mistakes)
}

/// The text, or a mistake.
fn fit(
    text: Option<Spanned<String>>,
    what: &'static str,
    check: fn(&'static str, &str) -> Result<(), Unfit>,
    mistakes: &mut Mistakes,
) -> Option<String> {
    let text = text?;
    match check(what, &text.value) {
        Ok(()) => Some(text.value),
        Err(unfit) => {
            refuse(&unfit, text.span, mistakes);
            None
        }
    }
}

fn refuse(unfit: &Unfit, span: std::ops::Range<usize>, mistakes: &mut Mistakes) {
    let (message, help) = (unfit.to_string(), unfit.help());
    match unfit {
        Unfit::Name(_) | Unfit::Practice => mistakes.add("bad-name", span, message, help),
        Unfit::Variable(_) | Unfit::TokenOfAny => mistakes.add("bad-variable", span, message, help),
        Unfit::SharedVariable { .. } => mistakes.add("shared-variable", span, message, help),
        Unfit::OrgId(_) => mistakes.add("bad-id", span, message, help),
        Unfit::NoLine { .. } => mistakes.add("bad-text", span, message, help),
        Unfit::NoPath { .. } => mistakes.add("bad-path", span, message, help),
        Unfit::Default(_) => mistakes.add("bad-default", span, message, help),
    }
}

#[cfg(test)]
mod tests;
