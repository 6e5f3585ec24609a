//! `orgs.toml`: the orgs that a home knows by name. Where an address may lead is for the client to say.

use crate::diagnostic::{Diagnostic, SourceText};
use crate::orgs::{
    NamedOrg, Orgs, Unfit, check_name, check_org_id, check_variable, usual_variable,
};
use crate::recipe::keys::{Keys, Mistakes, Spanned};
use crate::recipe::syntax::{self, Entry};
use usher_contract::limit;

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
    keys.finish(&[], &mut mistakes);
    let table = entry.and_then(|entry| mistakes.table(&entry.key, &entry.value));
    let mut orgs = Orgs::default();
    for entry in table.map_or(&[][..], |table| &table.entries) {
        read(entry, &mut orgs, &mut mistakes);
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
    if table.get("token").is_some() {
        let message = format!("org `{name}` has a token in it, and no file may hold one");
        let help = "take it out, and set the variable that `token_env` names";
        // Points to the name of the org: the line with the token is not shown.
        mistakes.add("token", entry.key_span.clone(), message, help);
        return;
    }
    let mut keys = Keys::new(table, format!("org `{name}`"));
    let example = "address = \"http://127.0.0.1:8080\"";
    let address = keys.required_text("address", example, mistakes);
    let token_env = keys.optional_text("token_env", mistakes);
    let org_id = keys.optional_text("org_id", mistakes);
    keys.finish(&[], mistakes);
    let variable = token_env.unwrap_or_else(|| Spanned {
        value: usual_variable(name),
        span: entry.key_span.clone(),
    });
    let own = check_variable(&variable.value).and_then(|()| orgs.check_own(name, &variable.value));
    if let Err(unfit) = own {
        refuse(&unfit, variable.span.clone(), mistakes);
    }
    let org_id = org_id.and_then(|id| match check_org_id(&id.value) {
        Ok(id) => Some(id),
        Err(unfit) => {
            refuse(&unfit, id.span, mistakes);
            None
        }
    });
    if let Some(address) = address {
        let org = NamedOrg {
            address: address.value,
            token_env: variable.value,
            org_id,
        };
        orgs.0.insert(name.clone(), org);
    }
}

fn refuse(unfit: &Unfit, span: std::ops::Range<usize>, mistakes: &mut Mistakes) {
    let (message, help) = (unfit.to_string(), unfit.help());
    match unfit {
        Unfit::Name(_) | Unfit::Practice => mistakes.add("bad-name", span, message, help),
        Unfit::Variable(_) | Unfit::TokenOfAny => mistakes.add("bad-variable", span, message, help),
        Unfit::SharedVariable { .. } => mistakes.add("shared-variable", span, message, help),
        Unfit::OrgId(_) => mistakes.add("bad-id", span, message, help),
    }
}

#[cfg(test)]
mod tests;
