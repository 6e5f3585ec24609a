//! A deployment as an admin reads it: which components, and in what each will be other than it is.

use serde_json::{Map, Value, json};
use usher_core::component::{Content, Difference, content, differences, label, overlay};
use usher_core::operation::{Component, ComponentName, DeployComponents};
use usher_core::read::Record;

use crate::report::Detail;
use crate::report::operation::Shown;
use crate::report::words::{self, count};

/// More values of one component than this are counted, not listed: a whole profile has hundreds.
const VALUES_LISTED_MAX: usize = 20;

/// What becomes of a component.
struct Changed<'a> {
    name: &'a ComponentName,
    /// `make`, `change`, `take away`; `deploy` where nobody knows what is there.
    verb: &'static str,
    differences: Vec<Difference>,
}

impl Shown for DeployComponents {
    fn words(&self) -> String {
        let name =
            |name: &ComponentName| format!("{}/{}", name.kind, words::scalar(&name.full_name));
        let put = self.components.iter().map(|part| name(&part.name));
        let gone = self
            .removals
            .iter()
            .map(|part| format!("without {}", name(part)));
        format!("deploy {}", put.chain(gone).collect::<Vec<_>>().join(", "))
    }

    /// Below each component, in what it will be other than it is. `before`: what the components hold, by kind and
    /// full name.
    fn lines(&self, before: Option<&Record>, detail: Detail) -> Vec<String> {
        let mut lines = Vec::new();
        for changed in all(self, before) {
            let name = words::scalar(&changed.name.full_name);
            lines.push(format!("{} {} `{name}`", changed.verb, changed.name.kind));
            let values = &changed.differences;
            let many = detail != Detail::Full && values.len() > VALUES_LISTED_MAX;
            let shown = if many {
                VALUES_LISTED_MAX
            } else {
                values.len()
            };
            lines.extend(
                values[..shown]
                    .iter()
                    .map(|one| format!("    {}", line(one))),
            );
            if many {
                let hidden = count(values.len() - shown, "value");
                lines.push(format!("    … {hidden} more (`--full` shows all)"));
            }
        }
        lines
    }

    fn json(&self, before: Option<&Record>) -> (Value, Value) {
        let components: Vec<Value> = all(self, before)
            .iter()
            .map(|changed| {
                let differences = changed.differences.iter();
                let differences = differences
                    .map(|one| json!({ "at": one.at, "before": one.before, "after": one.after }));
                json!({
                    "kind": changed.name.kind,
                    "full_name": changed.name.full_name.to_json(),
                    "what": changed.verb,
                    "differences": differences.collect::<Vec<_>>(),
                })
            })
            .collect();
        let mut after = Map::new();
        for component in &self.components {
            after.insert(shown(&component.name), Value::Object(content(component)));
        }
        after.extend(self.removals.iter().map(|name| (shown(name), Value::Null)));
        (
            json!({ "verb": "deploy", "components": components }),
            Value::Object(after),
        )
    }
}

fn all<'a>(deployment: &'a DeployComponents, before: Option<&Record>) -> Vec<Changed<'a>> {
    let former = |name: &ComponentName| before.and_then(|before| before.get(&label(name)?));
    let changed = deployment
        .components
        .iter()
        .map(|component| of(component, former(&component.name)));
    let gone = deployment.removals.iter().map(|name| Changed {
        name,
        verb: "take away",
        differences: Vec::new(),
    });
    changed.chain(gone).collect()
}

fn of<'a>(component: &'a Component, former: Option<&Value>) -> Changed<'a> {
    let wanted = content(component);
    let nothing = Content::new();
    let (verb, there) = match former {
        None => ("deploy", &nothing),
        Some(Value::Object(there)) => ("change", there),
        Some(_) => ("make", &nothing),
    };
    let after = match verb {
        "change" => overlay(&component.name.kind, Some(there), &wanted),
        _ => wanted,
    };
    Changed {
        name: &component.name,
        verb,
        differences: differences(there, &after),
    }
}

/// `accessMappings Case: accessLevel: Read -> Edit`
fn line(one: &Difference) -> String {
    let at = &one.at;
    match (&one.before, &one.after) {
        (Some(before), Some(after)) => format!("{at}: {} -> {}", text(before), text(after)),
        (None, Some(after)) => format!("{at}: {}", text(after)),
        (Some(before), None) => format!("{at}: no longer {}", text(before)),
        (None, None) => at.clone(),
    }
}

/// What is not known yet is told by what will make it known.
fn text(value: &Value) -> String {
    match usher_core::value::Scalar::from_json(value) {
        Some(scalar) => words::scalar(&scalar),
        None => words::value(value),
    }
}

fn shown(name: &ComponentName) -> String {
    label(name).unwrap_or_else(|| format!("{}/{}", name.kind, words::scalar(&name.full_name)))
}
