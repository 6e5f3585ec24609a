//! The names that an expression may use: inputs of the recipe, outputs of earlier steps, a few filters.

use serde_json::Value;

use crate::diagnostic::did_you_mean;
use crate::recipe::each::Each;
use crate::recipe::expression::refusal::Refusal;
use crate::recipe::expression::{Expression, Path};
use crate::recipe::keys::Mistakes;
use crate::recipe::when::When;
use crate::recipe::{Input, InputKind, keep};
use usher_contract::manifest::{Manifest, Schema};

/// The names to which a step may refer.
pub(super) struct Names<'a> {
    /// Every input, also one that is itself a mistake.
    pub(super) inputs: &'a [&'a str],
    /// The steps before it.
    pub(super) earlier: &'a [Earlier<'a>],
    /// The step itself.
    pub(super) own: &'a str,
    /// Its conditions.
    pub(super) when: &'a [When],
    /// Its loop.
    pub(super) each: Option<&'a Each>,
    /// The inputs that are no mistakes.
    pub(super) declared: &'a [&'a Input],
    /// The steps after it.
    pub(super) later: &'a [&'a str],
}

/// A step before another one, as far as that one may refer to it.
pub(super) struct Earlier<'a> {
    pub(super) id: &'a str,
    pub(super) outputs: Outputs<'a>,
    /// The conditions under which it runs.
    pub(super) when: &'a [When],
    /// Its loop.
    pub(super) each: Option<&'a Each>,
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
                Some("item") => self.item(path, mistakes),
                Some("gone") => self.gone(path, mistakes),
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
        let item = self.each.map(|_| "item");
        did_you_mean(root, ["inputs", "steps"].into_iter().chain(item))
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
        if let Some((message, help)) = self.of_item(path, earlier) {
            mistakes.add("wrong-item", span.clone(), message, help);
        }
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
        let is_own = |when: &&When| self.when.iter().any(|own| own.text() == when.text());
        let when = earlier.when.iter().find(|when| !is_own(when))?;
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

    /// Adds a mistake when a loop goes through something that has no items.
    pub(super) fn check_each(&self, each: &Each, mistakes: &mut Mistakes) {
        if let Some((path, name)) = each.path().zip(each.gone()) {
            self.check_gone(path, name, mistakes);
            return;
        }
        for expression in each.expressions() {
            self.check(expression, mistakes);
            for path in &expression.paths {
                if path.input().is_some() {
                    continue;
                }
                let message = format!(
                    "`for_each` reads `{}`, and goes through inputs only",
                    path.text()
                );
                let help = "write `${inputs.<name>}`, or texts";
                mistakes.add("bad-expression", path.span.clone(), message, help);
            }
        }
        let Some((path, input)) = each.path().zip(self.looped(each)) else {
            return;
        };
        if matches!(input.kind, InputKind::List | InputKind::Rows { .. }) {
            return;
        }
        let message = format!(
            "`for_each` goes through rows or a list, and input `{}` is a {}",
            input.name,
            input.kind.name()
        );
        let help = format!(
            "make a list of it: `for_each = [\"${{inputs.{}}}\"]`",
            input.name
        );
        mistakes.add("wrong-type", path.span.clone(), message, help);
    }

    /// Adds a mistake when a loop goes through the gone records of an input that stands for no set.
    fn check_gone(&self, path: &Path, name: &str, mistakes: &mut Mistakes) {
        let kept = self.declared.iter().filter(|input| input.keep.is_some());
        let names = kept.map(|input| input.name.as_str());
        let (message, help) = match self.inputs.contains(&name) {
            false => (
                format!("there is no input `{name}`"),
                did_you_mean(name, names),
            ),
            true => match self.declared.iter().find(|input| input.name == name) {
                Some(input) if input.keep.is_none() => (
                    format!("nothing says which records of the org input `{name}` stands for"),
                    format!("add `[inputs.{name}.keep]` with `object`, `by` and `where`"),
                ),
                // An input that is itself a mistake, or one with a set.
                _ => return,
            },
        };
        mistakes.add("bad-expression", path.span.clone(), message, help);
    }

    /// Adds a mistake: gone records are no value.
    fn gone(&self, path: &Path, mistakes: &mut Mistakes) {
        let message = format!("`{}` is known in `for_each` only", path.text());
        let help = "write `for_each = \"${gone.<name>}\"` in a step, and `item.id` in its `with`";
        mistakes.add("bad-expression", path.span.clone(), message, help);
    }

    /// The input that a loop goes through.
    fn looped(&self, each: &Each) -> Option<&Input> {
        let name = each.input()?;
        self.declared
            .iter()
            .copied()
            .find(|input| input.name == name)
    }

    fn item(&self, path: &Path, mistakes: &mut Mistakes) {
        let span = path.span.clone();
        let Some(each) = self.each else {
            let message = "`item` is known in a step with `for_each`, and this one has none";
            let help = "add `for_each = \"${inputs.<name>}\"`, or refer to an input";
            mistakes.add("bad-expression", span, message, help);
            return;
        };
        let columns: Option<Vec<&str>> = match self.looped(each).map(|input| &input.kind) {
            _ if each.gone().is_some() => Some(keep::PARTS.to_vec()),
            Some(InputKind::Rows { columns, .. }) => {
                Some(columns.iter().map(|it| it.name.as_str()).collect())
            }
            // The input is itself a mistake.
            None if each.input().is_some() => return,
            _ => None,
        };
        let (whole, part) = match each.gone() {
            Some(_) => ("record", "part"),
            None => ("row", "column"),
        };
        let (message, help) = match (&columns, path.item().unwrap_or_default()) {
            (None, []) => return,
            (None, [part, ..]) => (
                format!(
                    "an item of `{}` is a text and has no part `{part}`",
                    each.text()
                ),
                "write `item`".to_owned(),
            ),
            (Some(columns), []) => {
                let first = columns.first().copied().unwrap_or("<column>");
                (
                    format!("`item` is a whole {whole}"),
                    format!("name a {part}: `item.{first}`"),
                )
            }
            (Some(columns), [name, rest @ ..]) => {
                if !columns.contains(&name.as_str()) {
                    (
                        format!("{whole}s of `{}` have no {part} `{name}`", each.text()),
                        did_you_mean(name, columns.iter().copied()),
                    )
                } else if let Some(inner) = rest.first() {
                    (
                        format!("{part} `{name}` has no part `{inner}`"),
                        format!("write `item.{name}`"),
                    )
                } else {
                    return;
                }
            }
        };
        mistakes.add("bad-expression", span, message, help);
    }

    /// Returns the reason why a path does not say which item of an earlier step it means.
    fn of_item(&self, path: &Path, earlier: &Earlier<'_>) -> Option<Refusal> {
        let (step, output) = path.output()?;
        match (earlier.each, &path.key) {
            (None, None) | (Some(_), Some(_)) => None,
            (None, Some(_)) => Some((
                format!("step `{step}` has no items"),
                format!("write `steps.{step}.{output}`"),
            )),
            (Some(each), None) if self.each.is_some_and(|own| own.is_same(each)) => None,
            (Some(each), None) => Some((
                format!(
                    "step `{step}` has outputs for each item of `{}`",
                    each.text()
                ),
                format!(
                    "name the item: `steps.{step}[\"…\"].{output}`, or give this step the same `for_each`"
                ),
            )),
        }
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
