//! A deployment as an admin reads it: the components, and the differences that it makes in each.

use serde_json::{Map, Value, json};
use usher_core::component::{Content, Difference, content, differences, label, overlay};
use usher_core::operation::{Component, ComponentName, DeployComponents};
use usher_core::privilege;
use usher_core::read::Record;
use usher_core::text;

use crate::page::Page;
use crate::report::Detail;
use crate::report::operation::Shown;
use crate::report::operation::permissions::{Permissions, VALUES_LISTED_MAX};
use crate::report::row::Row;
use crate::report::words::{self, count, value};
use crate::wording;

/// The change of one component.
struct Changed<'a> {
    name: &'a ComponentName,
    /// `make`, `change`, `take away`; `deploy` if the present content is not known.
    verb: &'static str,
    differences: Vec<Difference>,
}

impl Shown for DeployComponents {
    fn words(&self, _before: Option<&Record>, detail: Detail) -> String {
        self.subject(detail)
    }

    fn subject(&self, _detail: Detail) -> String {
        let name = |name: &ComponentName| format!("{} {}", name.kind, words::name(name));
        let put = self.components.iter().map(|part| name(&part.name));
        let gone = self
            .removals
            .iter()
            .map(|part| format!("without {}", name(part)));
        format!("deploy {}", put.chain(gone).collect::<Vec<_>>().join(", "))
    }

    /// The differences that it makes in each component.
    fn rows(&self, before: Option<&Record>, detail: Detail) -> Vec<Row> {
        let components = all(self, before);
        let rows = components.iter().flat_map(|changed| {
            let of = format!("{} {}", changed.name.kind, words::name(changed.name));
            let rows = changed.differences.iter().map(move |one| {
                let row = row(one, detail);
                Row {
                    name: format!("{of}: {}", row.name),
                    ..row
                }
            });
            rows.collect::<Vec<_>>()
        });
        rows.collect()
    }

    /// Each component, with the differences that it makes. `before`: the present contents, by kind and full name.
    fn contents(&self, before: Option<&Record>, detail: Detail, indent: usize, page: &mut Page) {
        for changed in all(self, before) {
            let name = words::name(changed.name);
            page.line(
                indent,
                format!("{} {} {name}", changed.verb, changed.name.kind),
            );
            let permissions = Permissions::of(&changed.differences);
            permissions.lines(detail, indent + 4, page);
            let values = &permissions.others;
            let many = detail != Detail::Full && values.len() > VALUES_LISTED_MAX;
            let shown = if many {
                VALUES_LISTED_MAX
            } else {
                values.len()
            };
            for one in &values[..shown] {
                page.line(indent + 4, row(one, detail).text());
            }
            if many {
                let hidden = count(values.len() - shown, "value");
                let how = words::shows_all(detail);
                page.line(indent + 4, format!("… {hidden} more {how}"));
            }
        }
    }

    fn lines(&self, before: Option<&Record>, detail: Detail, indent: usize, page: &mut Page) {
        self.contents(before, detail, indent, page);
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
fn row(one: &Difference, detail: Detail) -> Row {
    let text = |of: &Option<Value>| of.as_ref().map(|of| value(of, detail));
    Row {
        name: text::sentence(&one.at),
        before: text(&one.before),
        after: text(&one.after),
        is_secret: false,
        raises: privilege::of_difference(one).is_some(),
    }
}

fn shown(name: &ComponentName) -> String {
    label(name).unwrap_or_else(|| format!("{}/{}", name.kind, wording::plain(&name.full_name)))
}
