//! The names in the conditions of a set: inputs that have a value, and no secrets.

use crate::diagnostic::did_you_mean;
use crate::recipe::declared::RawInput;
use crate::recipe::expression::Path;
use crate::recipe::keep::already::Already;
use crate::recipe::keys::Mistakes;
use crate::recipe::{Input, InputKind};

/// Adds a mistake for each name that no condition can be made from.
pub(in crate::recipe) fn check(inputs: &[RawInput], mistakes: &mut Mistakes) {
    let keeps = inputs.iter().filter_map(|raw| raw.input.as_ref());
    let keeps = keeps.filter_map(|input| input.keep.as_ref());
    for keep in keeps {
        let already = keep.already.iter().flat_map(Already::conditions);
        let templates = keep.conditions.iter().chain(already);
        let expressions = templates.flat_map(|(_, template)| template.expressions());
        let when = keep.already.as_ref().and_then(Already::when);
        for path in expressions.chain(when).flat_map(|it| &it.paths) {
            if let Some((code, message, help)) = refusal(path, inputs) {
                mistakes.add(code, path.span.clone(), message, help);
            }
        }
    }
}

/// The code, the message and what to write instead.
fn refusal(path: &Path, inputs: &[RawInput]) -> Option<(&'static str, String, String)> {
    let Some(name) = path.input() else {
        let message = format!("a condition reads `{}`, and knows inputs only", path.text());
        let help = "write `${inputs.<name>}`, or a value".to_owned();
        return Some(("bad-expression", message, help));
    };
    let Some(raw) = inputs.iter().find(|raw| raw.name == name) else {
        let message = format!("there is no input `{name}`");
        let help = did_you_mean(name, inputs.iter().map(|raw| raw.name.as_str()));
        return Some(("unknown-input", message, help));
    };
    let input = raw.input.as_ref()?;
    if let Some(part) = path.segments.get(2) {
        let message = format!("input `{name}` has no part `{part}`");
        return Some(("bad-expression", message, format!("write `inputs.{name}`")));
    }
    of_input(input)
}

fn of_input(input: &Input) -> Option<(&'static str, String, String)> {
    let name = &input.name;
    match input.kind {
        InputKind::Secret => Some((
            "secret-in-org",
            format!("secret `{name}` would be in a query"),
            "name an input that is not a secret".to_owned(),
        )),
        InputKind::Rows { .. } | InputKind::Table => Some((
            "wrong-type",
            format!(
                "input `{name}` has type `{}`, and a condition takes values",
                input.kind.name()
            ),
            "name an input that is a text, a number, a boolean, a record or a list".to_owned(),
        )),
        _ if input.is_optional => Some((
            "bad-expression",
            format!("input `{name}` may be left out, and the set would then be wider"),
            format!("give `{name}` a default, or drop its `optional`"),
        )),
        _ => None,
    }
}
