//! The names in `in_org`: each leads to an input or to a value of `[in_org]`, and no value is seen by itself.

use std::ops::Range;

use crate::diagnostic::did_you_mean;
use crate::recipe::InputKind;
use crate::recipe::declared::RawInput;
use crate::recipe::in_org::read::RawOrgValue;
use crate::recipe::in_org::{InOrg, Source};
use crate::recipe::keys::Mistakes;

/// Adds a mistake for each name that does not exist, for secrets, and for circles.
pub(in crate::recipe) fn check(
    inputs: &[RawInput],
    values: &[RawOrgValue],
    mistakes: &mut Mistakes,
) {
    let nodes = nodes(inputs, values);
    for (source, span) in nodes.iter().flat_map(|(_, in_org)| in_org.references()) {
        match source {
            Source::Input(name) => input(name, span, inputs, mistakes),
            Source::InOrg(name) => value(name, span, values, mistakes),
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

fn input(name: &str, span: &Range<usize>, inputs: &[RawInput], mistakes: &mut Mistakes) {
    let Some(raw) = inputs.iter().find(|raw| raw.name == name) else {
        let message = format!("there is no input `{name}`");
        let help = did_you_mean(name, inputs.iter().map(|raw| raw.name.as_str()));
        mistakes.add("unknown-input", span.clone(), message, help);
        return;
    };
    let kind = raw.input.as_ref().map(|input| &input.kind);
    if kind == Some(&InputKind::Secret) {
        let message = format!("secret `{name}` would be in a query");
        let help = "name an input that is not a secret";
        mistakes.add("secret-in-org", span.clone(), message, help);
    }
}

fn value(name: &str, span: &Range<usize>, values: &[RawOrgValue], mistakes: &mut Mistakes) {
    let names = values.iter().map(|raw| raw.name.as_str());
    if names.clone().all(|known| known != name) {
        let message = format!("there is no `[in_org.{name}]`");
        mistakes.add(
            "unknown-in-org",
            span.clone(),
            message,
            did_you_mean(name, names),
        );
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
