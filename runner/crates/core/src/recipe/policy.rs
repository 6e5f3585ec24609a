//! `policy.toml`: the plans that need a person, and those that are refused. [`crate::policy`] defines the rules.

use crate::diagnostic::{Diagnostic, SourceText, did_you_mean};
use crate::policy::{Fact, Policy, Rule, Rules};
use crate::recipe::keys::{Keys, Mistakes};
use crate::recipe::syntax::{self, Data, Entry, Node, Table};
use usher_contract::{limit, name};

/// The facts that are named by one word.
const WORDS: [&str; 4] = ["mails", "cannot-undo", "deletes", "raises-privileges"];

/// A `policy.toml`.
///
/// # Errors
///
/// Every mistake in it.
pub fn parse_policy(source: &SourceText) -> Result<Policy, Vec<Diagnostic>> {
    let root = syntax::parse(source, "policy", limit::PACK_FILE_BYTES_MAX)
        .map_err(|error| vec![*error])?;
    let mut mistakes = Mistakes::new("policy");
    let mut keys = Keys::new(&root, "the file");
    let mut section = |key: &'static str| keys.optional(key);
    let (all, production) = (section("all"), section("production"));
    let (sandbox, practice) = (section("sandbox"), section("practice"));
    keys.finish(&[], &mut mistakes);
    if root.entries.is_empty() {
        let help = "write `[all]`, `[production]`, `[sandbox]` or `[practice]`, and rules below it";
        mistakes.add("empty", 0..0, "the file has no rule", help);
    }
    let mut read = |entry| rules(entry, source, &mut mistakes);
    let policy = Policy {
        file: source.name.clone(),
        all: read(all),
        production: read(production),
        sandbox: read(sandbox),
        practice: read(practice),
    };
    mistakes.or(|| policy)
}

fn rules(entry: Option<&Entry>, source: &SourceText, mistakes: &mut Mistakes) -> Rules {
    let table = entry.and_then(|entry| Some((entry, mistakes.table(&entry.key, &entry.value)?)));
    let Some((entry, table)) = table else {
        return Rules::default();
    };
    let mut keys = Keys::new(table, format!("`[{}]`", entry.key));
    let (ask, refuse) = (keys.optional("ask"), keys.optional("refuse"));
    keys.finish(&[], mistakes);
    Rules {
        ask: ask.map(|entry| list(entry, source, mistakes)),
        refuse: refuse.map_or_else(Vec::new, |entry| list(entry, source, mistakes)),
    }
}

fn list(entry: &Entry, source: &SourceText, mistakes: &mut Mistakes) -> Vec<Rule> {
    let Data::List(nodes) = &entry.value.data else {
        let example = format!("`{} = [\"mails\", \"deletes\"]`", entry.key);
        mistakes.wrong_type(&entry.key, &entry.value, "a list", &example);
        return Vec::new();
    };
    let rule = |node: &Node| {
        let (line, _) = source.position(node.span.start);
        let fact = fact(&entry.key, node, mistakes)?;
        Some(Rule { fact, line })
    };
    nodes.iter().filter_map(rule).collect()
}

fn fact(key: &str, node: &Node, mistakes: &mut Mistakes) -> Option<Fact> {
    match &node.data {
        Data::Text(word) => match word.as_str() {
            "mails" => Some(Fact::Mails),
            "cannot-undo" => Some(Fact::CannotUndo),
            "deletes" => Some(Fact::Deletes),
            "raises-privileges" => Some(Fact::RaisesPrivileges),
            other => {
                let message = format!("`{other}` is not a fact about a plan");
                let help = did_you_mean(other, WORDS);
                mistakes.add("unknown-fact", node.span.clone(), message, help);
                None
            }
        },
        Data::Table(table) => of_table(node, table, mistakes),
        _ => {
            let example = "`\"mails\"`, or `{ object = \"User\", above = 5 }`";
            mistakes.wrong_type(key, node, "a list of facts", example);
            None
        }
    }
}

fn of_table(node: &Node, table: &Table, mistakes: &mut Mistakes) -> Option<Fact> {
    let mut keys = Keys::new(table, "a rule");
    let privileges = keys.optional("privileges");
    let object = keys.optional_text("object", mistakes);
    let above = match privileges {
        None => keys.required("above", "above = 5"),
        Some(_) => keys.optional("above"),
    };
    keys.finish(&[], mistakes);
    if let Some(entry) = privileges {
        if object.is_some() || above.is_some() {
            let message = "a rule is about `privileges` or about records, not about both";
            let help = "write two rules: `{ privileges = [\"ModifyAllData\"] }, { above = 100 }`";
            mistakes.add("two-rules", node.span.clone(), message, help);
        }
        return privileges_of(entry, mistakes);
    }
    let object = match object {
        Some(object) if !name::is_api(&object.value) => {
            let message = format!("`{}` is not a valid object", object.value);
            let help = "write its API name, as in `User` or `FinServ__Claim__c`";
            mistakes.add("bad-name", object.span, message, help);
            return None;
        }
        object => object.map(|object| object.value),
    };
    let above = above?;
    match above.value.data {
        Data::Integer(number) if number >= 0 => Some(Fact::Records {
            object,
            above: number.unsigned_abs(),
        }),
        _ => {
            let example = "`above = 5`";
            mistakes.wrong_type("above", &above.value, "a number from 0", example);
            None
        }
    }
}

fn privileges_of(entry: &Entry, mistakes: &mut Mistakes) -> Option<Fact> {
    let names = mistakes.texts(&entry.key, &entry.value)?;
    if names.is_empty() {
        let help = "name at least one: `privileges = [\"ModifyAllData\"]`";
        let span = entry.value.span.clone();
        mistakes.add("no-privilege", span, "`privileges` names none", help);
    }
    for privilege in &names {
        if !name::is_api(&privilege.value) {
            let message = format!("`{}` is not a valid user permission", privilege.value);
            let help = "write its API name without `Permissions`, as in `ModifyAllData`";
            mistakes.add("bad-name", privilege.span.clone(), message, help);
        }
    }
    let names = names.into_iter().map(|privilege| privilege.value);
    Some(Fact::Privileges(names.collect()))
}

#[cfg(test)]
mod tests;
