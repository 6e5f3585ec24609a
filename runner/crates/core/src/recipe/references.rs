//! The names that an expression may use: inputs of the recipe, outputs of earlier steps, a few filters.

use serde_json::Value;

use crate::diagnostic::did_you_mean;
use crate::recipe::expression::refusal::Refusal;
use crate::recipe::expression::{Expression, Path};
use crate::recipe::keys::Mistakes;
use crate::recipe::when::When;
use usher_contract::manifest::{Manifest, Schema};

/// The names to which a step may refer.
pub(super) struct Names<'a> {
    /// Every input, also one that is itself a mistake.
    pub(super) inputs: &'a [&'a str],
    /// The steps before it.
    pub(super) earlier: &'a [Earlier<'a>],
    /// The step itself.
    pub(super) own: &'a str,
    /// Its condition.
    pub(super) when: Option<&'a When>,
    /// The steps after it.
    pub(super) later: &'a [&'a str],
}

/// A step before another one, as far as that one may refer to it.
pub(super) struct Earlier<'a> {
    pub(super) id: &'a str,
    pub(super) outputs: Outputs<'a>,
    /// The condition under which it runs.
    pub(super) when: Option<&'a When>,
}

/// The outputs of a step.
#[derive(Clone, Copy)]
pub(super) enum Outputs<'a> {
    Of(&'a Manifest),
    /// The plugin was not found, which is a mistake already.
    NotKnown,
    /// A manual step has no outputs.
    None,
}

impl<'a> Earlier<'a> {
    /// The manifest of its plugin.
    pub(super) fn manifest(&self) -> Option<&'a Manifest> {
        match self.outputs {
            Outputs::Of(manifest) => Some(manifest),
            Outputs::NotKnown | Outputs::None => None,
        }
    }
}

impl Names<'_> {
    /// Adds a mistake for each name that does not exist.
    pub(super) fn check(&self, expression: &Expression, mistakes: &mut Mistakes) {
        for path in &expression.paths {
            if mistakes.is_full() {
                return;
            }
            match path.root() {
                Some("inputs") => self.input(path, mistakes),
                Some("steps") => self.output(path, mistakes),
                _ => {
                    let root = path.root().unwrap_or_default();
                    mistakes.add(
                        "bad-expression",
                        path.span.clone(),
                        format!("`{root}` is not known here"),
                        self.other(root),
                    );
                }
            }
        }
    }

    fn other(&self, root: &str) -> String {
        if self.inputs.contains(&root) {
            return format!("write `inputs.{root}`");
        }
        if self.earlier.iter().any(|step| step.id == root) {
            return format!("write `steps.{root}.<output>`");
        }
        did_you_mean(root, ["inputs", "steps"])
    }

    fn input(&self, path: &Path, mistakes: &mut Mistakes) {
        let span = path.span.clone();
        let Some(name) = path.input() else {
            let (message, help) = ("`inputs` needs a name", "write `inputs.<name>`");
            mistakes.add("bad-expression", span, message, help);
            return;
        };
        if !self.inputs.contains(&name) {
            mistakes.add(
                "unknown-input",
                span,
                format!("there is no input `{name}`"),
                did_you_mean(name, self.inputs.iter().copied()),
            );
        } else if let Some(part) = path.segments.get(2) {
            mistakes.add(
                "bad-expression",
                span,
                format!("input `{name}` has no part `{part}`"),
                format!("write `inputs.{name}`"),
            );
        }
    }

    fn output(&self, path: &Path, mistakes: &mut Mistakes) {
        let span = path.span.clone();
        let Some((step, output)) = path.output() else {
            let (message, help) = match path.segments.get(1) {
                Some(step) => (
                    format!("`steps.{step}` names no output"),
                    format!("write `steps.{step}.<output>`"),
                ),
                None => (
                    "`steps` needs a step and an output".to_owned(),
                    "write `steps.<id>.<output>`".to_owned(),
                ),
            };
            mistakes.add("bad-expression", span, message, help);
            return;
        };
        let Some(earlier) = self.earlier.iter().find(|earlier| earlier.id == step) else {
            let (message, help) = self.no_step(step);
            mistakes.add("unknown-step", span, message, help);
            return;
        };
        if let Some((message, help)) = self.skipped(earlier) {
            mistakes.add("skipped-step", span.clone(), message, help);
        }
        let manifest = match earlier.outputs {
            Outputs::Of(manifest) => manifest,
            Outputs::NotKnown => return,
            Outputs::None => {
                let message = format!("`{step}` is a manual step and has no outputs");
                let help = "refer to an input that the person gives";
                mistakes.add("unknown-output", span, message, help);
                return;
            }
        };
        if let Some((message, help)) =
            missing_output(&manifest.output, step, output, &path.segments[3..])
        {
            mistakes.add("unknown-output", span, message, help);
        }
    }

    /// Returns the reason why an earlier step may have no outputs although this one runs.
    fn skipped(&self, earlier: &Earlier<'_>) -> Option<Refusal> {
        let when = earlier.when?;
        if self.when.is_some_and(|own| own.text() == when.text()) {
            return None;
        }
        let message = format!(
            "step `{}` is skipped when `{}` is false, and then has no outputs",
            earlier.id,
            when.text()
        );
        let help = format!(
            "give this step the same condition: `when = \"${{{}}}\"`",
            when.text()
        );
        Some((message, help))
    }

    fn no_step(&self, step: &str) -> Refusal {
        if step == self.own {
            let message = format!("step `{step}` refers to itself");
            return (message, "refer to an earlier step".to_owned());
        }
        if self.later.contains(&step) {
            let message = format!("step `{step}` comes later than `{}`", self.own);
            let help = format!(
                "references point backwards: move `{step}` before `{}`",
                self.own
            );
            return (message, help);
        }
        let help = did_you_mean(step, self.earlier.iter().map(|step| step.id));
        (format!("there is no step `{step}` before this one"), help)
    }
}

fn missing_output(schema: &Schema, step: &str, output: &str, parts: &[String]) -> Option<Refusal> {
    let Some(mut at) = schema.property(output) else {
        let help = did_you_mean(output, schema.properties().map(|(name, _)| name));
        return Some((format!("step `{step}` has no output `{output}`"), help));
    };
    let mut name = output.to_owned();
    for part in parts {
        // A schema that names no properties allows anything inside.
        let properties = at.get("properties").and_then(Value::as_object)?;
        let Some(below) = properties.get(part) else {
            let help = did_you_mean(part, properties.keys().map(String::as_str));
            return Some((
                format!("output `{name}` of step `{step}` has no part `{part}`"),
                help,
            ));
        };
        name = format!("{name}.{part}");
        at = below;
    }
    None
}
