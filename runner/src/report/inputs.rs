//! Inputs that were read from an org: as a file, as lines, as JSON, each with where its value is from and what the check
//! with them says.

use std::path::Path;

use serde_json::{Map, Value, json};
use usher_core::change::NoteSeverity;
use usher_core::plan::{Plan, PlannedStep, StepState};
use usher_core::recipe::{InputLine, Origin, Surveyed, written};
use usher_core::text;

use crate::page::Page;
use crate::report::{Detail, FORMAT, shell_word, words};
use crate::wording;

/// The inputs of a recipe in an org, and the plan that was made with them.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a> {
    /// The recipe as a command takes it.
    pub(crate) recipe: &'a str,
    pub(crate) alias: &'a str,
    pub(crate) plan: &'a Plan,
    pub(crate) inputs: &'a [Surveyed],
    pub(crate) differs: bool,
}

impl Inputs<'_> {
    /// The text of a file that `--inputs` takes. `name`: its name, if it has one.
    pub(crate) fn file(&self, name: Option<&Path>) -> String {
        let org = &self.plan.org;
        let (recipe, alias) = (self.recipe, self.alias);
        let mut head = vec![format!(
            "Inputs of `{recipe}`, read from the org {alias} ({}) as {}.",
            org.org_id, org.username
        )];
        match self.differs {
            false => head.push("With them the org is as the recipe says:".to_owned()),
            true => {
                head.push("With them the org is not yet as the recipe says:".to_owned());
                head.extend(self.remains().into_iter().map(|line| format!("- {line}")));
            }
        }
        head.push(format!("  {}", self.command(name)));
        let lines = self.inputs.iter().map(|input| InputLine {
            comment: self.origin(input),
            name: input.name.clone(),
            value: input.value.clone(),
        });
        written(&head, &lines.collect::<Vec<_>>())
    }

    /// The file as lines. A line feed in a value is written as an escape, so no value makes a line.
    pub(crate) fn lines(&self) -> Page {
        let mut page = Page::default();
        for line in self.file(None).lines() {
            page.line(0, line);
        }
        page
    }

    /// A summary for a person, when the inputs are in a file.
    pub(crate) fn page(&self, file: &Path) -> Page {
        let mut page = Page::default();
        for input in self.inputs {
            let value = match &input.value {
                Some(value) => words::value(value, Detail::Normal),
                None => "-".to_owned(),
            };
            page.line(0, format!("{} = {value}", input.name));
            page.line(4, self.origin(input));
        }
        page.blank();
        page.line(
            0,
            format!(
                "Written to `{}`.",
                text::sentence(&file.display().to_string())
            ),
        );
        page.append(self.checked());
        page.line(0, format!("Next: {}", self.command(Some(file))));
        page
    }

    /// The result of the check with these inputs.
    pub(crate) fn checked(&self) -> Page {
        if !self.differs {
            return Page::from(
                "With these inputs there is nothing to change: the org is as the recipe says.",
            );
        }
        let mut page = Page::from("With these inputs the org is not yet as the recipe says:");
        for line in self.remains() {
            page.line(2, line);
        }
        page
    }

    /// As the one document for programs.
    pub(crate) fn json(&self) -> Value {
        let org = &self.plan.org;
        let values = self.inputs.iter().filter_map(|input| {
            let value = input.value.clone()?;
            Some((input.name.clone(), value))
        });
        let sources = self.inputs.iter().map(|input| {
            let mut source = json!({ "input": input.name, "from": from(&input.origin) });
            match &input.origin {
                Origin::Org { field, object } => {
                    source["object"] = json!(object);
                    source["field"] = json!(field);
                }
                Origin::Default(why) | Origin::Missing(why) => {
                    source["reason"] = json!(wording::unseen(why));
                }
                Origin::Given | Origin::Secret => {}
            }
            source
        });
        let steps = self.plan.steps.iter().flat_map(|step| {
            let lines = remains(step).into_iter();
            lines.map(|what| json!({ "step": step.unit().to_string(), "what": what }))
        });
        json!({
            "format": FORMAT,
            "recipe": self.plan.recipe,
            "org": {
                "alias": self.alias,
                "id": org.org_id,
                "kind": org.org_kind,
                "username": org.username,
            },
            "inputs": values.collect::<Map<_, _>>(),
            "sources": sources.collect::<Vec<_>>(),
            "check": { "differs": self.differs, "remains": steps.collect::<Vec<_>>() },
        })
    }

    /// The command that checks the org with the file.
    fn command(&self, file: Option<&Path>) -> String {
        let file = file.map(|file| shell_word(&file.display().to_string()));
        format!(
            "usher check {} --org {} --inputs {}",
            shell_word(self.recipe),
            shell_word(self.alias),
            file.as_deref().unwrap_or("FILE")
        )
    }

    /// The origin of an input's value, in words.
    fn origin(&self, input: &Surveyed) -> String {
        let used = self.plan.inputs.iter().find(|used| used.name == input.name);
        let shown = used.and_then(|used| used.shown.as_deref());
        let shown = shown.map_or(String::new(), |shown| {
            format!(": {}", text::sentence(shown))
        });
        match &input.origin {
            Origin::Given => format!("As given{shown}"),
            Origin::Org {
                field: Some(field),
                object,
            } => {
                format!("In the org, `{field}` of `{object}`{shown}")
            }
            Origin::Org {
                field: None,
                object,
            } => {
                format!("In the org, by whether there is such a `{object}`")
            }
            Origin::Default(why) if input.value.is_some() => {
                format!("The default; {}", wording::unseen(why))
            }
            Origin::Default(why) => format!("Left out; {}", wording::unseen(why)),
            Origin::Missing(why) => wording::unseen(why),
            Origin::Secret => {
                format!(
                    "Secrets are never written down; pass `--set {}=…`",
                    input.name
                )
            }
        }
    }

    /// The changes that are still to be made, one line each.
    fn remains(&self) -> Vec<String> {
        let steps = self.plan.steps.iter().flat_map(|step| {
            let unit = step.unit().to_string();
            let lines = remains(step).into_iter();
            lines.map(move |line| format!("{unit}  {line}"))
        });
        steps.collect()
    }
}

fn from(origin: &Origin) -> &'static str {
    match origin {
        Origin::Given => "given",
        Origin::Org { .. } => "org",
        Origin::Default(_) => "default",
        Origin::Missing(_) => "missing",
        Origin::Secret => "secret",
    }
}

/// The differences that a check finds in a step.
fn remains(step: &PlannedStep) -> Vec<String> {
    match &step.state {
        StepState::AsWanted | StepState::Skipped { .. } => Vec::new(),
        StepState::Changes => {
            let changes = step.plan.changes.iter();
            changes.map(|change| words::said(&change.summary)).collect()
        }
        StepState::Deferred(deferral) => {
            vec![format!(
                "planned later: {}",
                text::sentence(&deferral.reason)
            )]
        }
        StepState::Failed { problems, .. } => {
            let errors = problems
                .iter()
                .filter(|note| note.severity == NoteSeverity::Error);
            errors.map(|note| words::said(&note.summary)).collect()
        }
        // A state that only a person knows is not a difference.
        StepState::Manual(manual) => match manual.look {
            Some(_) => vec![format!("manual step: {}", wording::told(&manual.title))],
            None => Vec::new(),
        },
    }
}
