//! `for_each`: a step that is kept once for each row or text of an input, for each record that is gone from the set of an
//! input, or for each text of a list in the recipe.
//!
//! Steps with the same `for_each` are one loop: within it an expression means the outputs of its own item.

use serde_json::Value;

use crate::diagnostic::{Diagnostic, SourceText};
use crate::recipe::evaluate::{Evaluation, Item, Scope};
use crate::recipe::expression::{Expression, Path};
use crate::recipe::keys::Mistakes;
use crate::recipe::syntax::{Data, Entry};
use crate::recipe::template::{self, Kind, Reasons, Template};

const HELP: &str = "write an input of type `rows` or `list`: `for_each = \"${inputs.<name>}\"`, `\"${gone.<name>}\"` of a list that is kept, or a list of texts";

/// The loop of a step.
#[derive(Clone, Debug)]
pub(super) struct Each {
    /// One expression that is an input or its gone records, or a list.
    template: Template,
    /// Equal for the steps of one loop.
    text: String,
}

/// Returns the loop, or adds a mistake.
pub(super) fn read(entry: &Entry, source: &SourceText, mistakes: &mut Mistakes) -> Option<Each> {
    let template = template::read(&entry.value, source, mistakes);
    let text = match (&template.kind, &entry.value.data) {
        (Kind::List(items), Data::List(_)) if !items.is_empty() => {
            let text = source.text.get(entry.value.span.clone());
            text.unwrap_or_default().to_owned()
        }
        (Kind::Text(_), _) => {
            let path = template.as_expression()?.as_path();
            match path.filter(|path| path.input().or(path.gone()).is_some()) {
                Some(path) => path.text(),
                None => return refused(entry, mistakes),
            }
        }
        _ => return refused(entry, mistakes),
    };
    Some(Each { template, text })
}

fn refused(entry: &Entry, mistakes: &mut Mistakes) -> Option<Each> {
    let message = "`for_each` is neither an input nor a list of texts";
    mistakes.add("wrong-type", entry.value.span.clone(), message, HELP);
    None
}

impl Each {
    /// The input whose rows or texts it goes through.
    pub(super) fn input(&self) -> Option<&str> {
        let path = self.template.as_expression()?.as_path()?;
        path.input()
    }

    /// The input whose gone records it goes through.
    pub(super) fn gone(&self) -> Option<&str> {
        let path = self.template.as_expression()?.as_path()?;
        path.gone()
    }

    /// The text as it is written, without the braces.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Says whether two steps are in one loop.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.text == other.text
    }

    pub(super) fn expressions(&self) -> Vec<&Expression> {
        self.template.expressions()
    }

    /// The only path, when it is an input.
    pub(super) fn path(&self) -> Option<&Path> {
        self.template.as_expression()?.as_path()
    }

    /// Returns the items of a list: each text is its own key.
    ///
    /// # Errors
    ///
    /// As [`Evaluation`]: something is not a text, or stands twice.
    pub(super) fn texts(&self, scope: &Scope<'_>) -> Result<Vec<Item>, Evaluation> {
        let mut reasons = Reasons::default();
        let values = self.template.evaluate(scope, &mut reasons);
        let values = reasons.or(values)?;
        let mut items: Vec<Item> = Vec::new();
        let mut known = std::collections::HashSet::new();
        let mut mistakes = Vec::new();
        for value in values.as_array().into_iter().flatten() {
            let why = match value {
                Value::String(text) if text.is_empty() => "an empty text is no item".to_owned(),
                Value::String(text) if !known.insert(text.clone()) => {
                    format!("`{text}` is twice in the list")
                }
                Value::String(text) => {
                    items.push(Item {
                        key: text.clone(),
                        value: value.clone(),
                    });
                    continue;
                }
                other => format!("`{other}` is not a text"),
            };
            let mistake = Diagnostic::error("recipe/bad-item", why);
            let place = self.template.span.clone();
            mistakes.push(mistake.at(place).help("each item is another text"));
        }
        match mistakes.is_empty() {
            true => Ok(items),
            false => Err(Evaluation::Failed(mistakes)),
        }
    }
}
