//! Metadata components that are deployed and removed.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answer::json;
use crate::fault::Fault;
use crate::form;
use crate::manifest::Against;
use crate::operation::{OperationKind, options, references::refers};
use crate::package;
use crate::probe::{ComponentName, Field};
use crate::text;
use crate::value::Scalar;

/// A metadata component with its content (JSON object: element name → its occurrences).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Component {
    pub name: ComponentName,
    pub content: String,
}

/// Metadata components to deploy and to remove.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DeployComponents {
    pub components: Vec<Component>,
    pub removals: Vec<ComponentName>,
    pub options: Vec<Field>,
}

impl DeployComponents {
    /// The names of all components; the deployed ones come first.
    pub fn names(&self) -> impl Iterator<Item = &ComponentName> {
        let deployed = self.components.iter().map(|component| &component.name);
        deployed.chain(&self.removals)
    }

    /// Checks that each component has one place in a package.
    fn packed(&self) -> Result<(), Fault> {
        let mut names = HashSet::new();
        for name in self.names() {
            // A name that is known only later is also plain, or fails then.
            let full_name = match &name.full_name {
                Scalar::Text(full_name) => full_name.as_str(),
                _ => "unknown.unknown",
            };
            package::path(&name.kind, full_name)?;
            if !names.insert(name) {
                let kind = text::shown(&name.kind);
                return Err(Fault::DeployedTwice { kind });
            }
        }
        Ok(())
    }
}

impl OperationKind for DeployComponents {
    fn verb(&self) -> &'static str {
        "deploy"
    }

    refers!(to, Self { components, removals, options } => {
        for component in components {
            let Component { name, content } = component;
            to.component(name);
            to.json(content);
        }
        for removed in removals {
            to.component(removed);
        }
        to.fields(options);
    });

    fn form(&mut self) -> Result<(), Fault> {
        self.names().try_for_each(form::component_name)?;
        options::form(&mut self.options)
    }

    fn check(&mut self, _is_awaited: bool) -> Result<(), Fault> {
        if self.components.is_empty() && self.removals.is_empty() {
            return Err(Fault::SetsNothing);
        }
        for component in &mut self.components {
            let json = json::tidy_text("component content", &mut component.content)?;
            content(&json)?;
        }
        self.packed()?;
        options::known(&self.options, &[])
    }

    fn declared(&self, against: &mut Against<'_>) {
        let declared = &against.writes.deploy;
        for name in self.names() {
            against.name(declared, &name.kind);
        }
    }
}

/// Checks the content of a component: element name → list of its occurrences in order, each a text or such an
/// object again.
pub fn content(json: &Value) -> Result<(), Fault> {
    let wrong = |reason: String| Fault::Json {
        what: "component content",
        reason,
    };
    let Value::Object(elements) = json else {
        return Err(wrong("it is not an object of elements".to_owned()));
    };
    for (name, occurrences) in elements {
        if !package::is_element(name) {
            return Err(Fault::Name {
                what: "name of an element",
                text: text::shown(name),
            });
        }
        let Value::Array(occurrences) = occurrences else {
            let name = text::shown(name);
            return Err(wrong(format!(
                "element `{name}` is not a list of occurrences"
            )));
        };
        for occurrence in occurrences {
            match occurrence {
                Value::String(_) => {}
                _ if json::is_stand_in(occurrence) => {}
                Value::Object(_) => content(occurrence)?,
                _ => {
                    let name = text::shown(name);
                    return Err(wrong(format!(
                        "element `{name}` holds neither text nor elements"
                    )));
                }
            }
        }
    }
    Ok(())
}
