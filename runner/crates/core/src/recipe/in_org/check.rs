//! The names in `in_org`: each leads to an input or to a value of `[in_org]`, and no value is seen by itself.

use crate::diagnostic::did_you_mean;
use crate::recipe::declared::RawInput;
use crate::recipe::in_org::read::RawOrgValue;
use crate::recipe::in_org::{InOrg, Source};
use crate::recipe::keys::Mistakes;
use crate::recipe::{Input, InputKind};

/// Adds a mistake for each name that does not exist, for secrets, and for circles.
pub(in crate::recipe) fn check(
    inputs: &[RawInput],
    values: &[RawOrgValue],
    mistakes: &mut Mistakes,
) {
    let nodes = nodes(inputs, values);
    for (_, in_org) in &nodes {
        for (source, span) in in_org.references() {
            if let Some((code, message, help)) = wrong(source, inputs, values) {
                mistakes.add(code, span.clone(), message, help);
            }
        }
    }
    let mut seen = vec![State::New; nodes.len()];
    for start in 0..nodes.len() {
        let mut way = Vec::new();
        walk(start, &nodes, &mut seen, &mut way, mistakes);
    }
}

/// The values that have questions.
fn nodes<'a>(inputs: &'a [RawInput], values: &'a [RawOrgValue]) -> Vec<(Source, &'a InOrg)> {
    let inputs = inputs.iter().filter_map(|raw| raw.input.as_ref());
    let inputs = inputs.filter_map(|input| {
        let in_org = input.in_org.as_ref()?;
        Some((Source::Input(input.name.clone()), in_org))
    });
    let values = values.iter().filter_map(|raw| raw.value.as_ref());
    let values = values.map(|value| (Source::InOrg(value.name.clone()), &value.in_org));
    inputs.chain(values).collect()
}

/// The code, the message and the help for a reference that leads nowhere.
fn wrong(
    source: &Source,
    inputs: &[RawInput],
    values: &[RawOrgValue],
) -> Option<(&'static str, String, String)> {
    match source {
        Source::Input(name) => {
            let Some(raw) = inputs.iter().find(|raw| raw.name == *name) else {
                let names = inputs.iter().map(|raw| raw.name.as_str());
                let message = format!("there is no input `{name}`");
                return Some(("unknown-input", message, did_you_mean(name, names)));
            };
            let is_secret = |input: &Input| input.kind == InputKind::Secret;
            raw.input
                .as_ref()
                .filter(|input| is_secret(input))
                .map(|_| {
                    let message = format!("secret `{name}` would be in a query");
                    let help = "name an input that is not a secret".to_owned();
                    ("secret-in-org", message, help)
                })
        }
        Source::InOrg(name) => {
            let names = values.iter().map(|raw| raw.name.as_str());
            let is_there = names.clone().any(|known| known == name);
            let message = format!("there is no `[in_org.{name}]`");
            (!is_there).then(|| ("unknown-in-org", message, did_you_mean(name, names)))
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    /// On the way from where the walk began.
    Open,
    Done,
}

/// Follows the references of a value. One that leads back to its own way is a mistake, reported once.
fn walk(
    at: usize,
    nodes: &[(Source, &InOrg)],
    states: &mut [State],
    way: &mut Vec<usize>,
    mistakes: &mut Mistakes,
) {
    match states[at] {
        State::Done => return,
        State::Open => {
            let start = way.iter().position(|other| *other == at).unwrap_or(0);
            let names = way[start..].iter().chain([&at]);
            let names: Vec<String> = names.map(|node| format!("`{}`", nodes[*node].0)).collect();
            let message = format!("no value is seen first: {}", names.join(" needs "));
            let help = "let one of them refer to an input that a person gives";
            mistakes.add("in-org-circle", nodes[at].1.span.clone(), message, help);
            return;
        }
        State::New => states[at] = State::Open,
    }
    way.push(at);
    for (source, _) in nodes[at].1.references() {
        if let Some(next) = nodes.iter().position(|(name, _)| name == source) {
            walk(next, nodes, states, way, mistakes);
        }
    }
    way.pop();
    states[at] = State::Done;
}
