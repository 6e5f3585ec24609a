//! The one walk over everything in a plan that may refer to a later value: scalars, the JSON bodies of requests, and
//! the JSON contents of deployed components. Written once for reading and for changing.

use serde_json::Value;

use crate::change::{Change, Effect, Prerequisite, StepPlan, TakeBack, Wait};
use crate::known::{Known, Unknown};
use crate::operation::Operation;
use crate::operation::references::changing::Visitor as Changing;
use crate::operation::references::reading::Visitor as Reading;
use crate::value::{Reference, Scalar, Token};

/// Makes the module of one walk. The two walks differ only in the type of a reference.
macro_rules! walk {
    ($module:ident, $kind:ident, $references:ident $(, $mutable:tt)?) => {
        mod $module {
            use crate::change::{Change, Consequence, Effect, Source, StepPlan, TakeBack, Undo, Wait, WayBack};
            use crate::operation::references::$module::Visitor;

            pub(super) fn plan(plan: &$($mutable)? StepPlan, to: &mut dyn Visitor) {
                for one in &$($mutable)? plan.changes {
                    change(one, to);
                }
                for one in &$($mutable)? plan.effects {
                    effect(one, to);
                }
            }

            pub(super) fn change(change: &$($mutable)? Change, to: &mut dyn Visitor) {
                change.operation.$kind().$references(to);
                after(change, to);
                if let Undo::Possible(back) = &$($mutable)? change.undo {
                    take_back(back, to);
                }
            }

            /// Visits what Usher reads after the org has taken the change: its waits and results.
            pub(super) fn after(change: &$($mutable)? Change, to: &mut dyn Visitor) {
                for one in &$($mutable)? change.waits {
                    wait(one, to);
                }
                for binding in &$($mutable)? change.results {
                    if let Source::Found { look, .. } = &$($mutable)? binding.source {
                        to.probe(look);
                    }
                }
            }

            pub(super) fn take_back(back: &$($mutable)? TakeBack, to: &mut dyn Visitor) {
                if let WayBack::Instead(inverse) = &$($mutable)? back.way {
                    inverse.$kind().$references(to);
                }
                for one in &$($mutable)? back.waits {
                    wait(one, to);
                }
                for expected in &$($mutable)? back.only_if {
                    to.probe(&$($mutable)? expected.look);
                    to.finding(&$($mutable)? expected.finding);
                }
            }

            pub(super) fn wait(wait: &$($mutable)? Wait, to: &mut dyn Visitor) {
                to.probe(&$($mutable)? wait.look);
                to.finding(&$($mutable)? wait.until);
                to.checks(&$($mutable)? wait.failed);
            }

            pub(super) fn effect(effect: &$($mutable)? Effect, to: &mut dyn Visitor) {
                match &$($mutable)? effect.consequence {
                    Consequence::Appears { fields: set, key, id, .. } => {
                        to.fields(set);
                        to.conditions(key);
                        to.scalar(id);
                    }
                    Consequence::Alters { id, fields: set, .. } => {
                        to.scalar(id);
                        to.fields(set);
                    }
                    Consequence::Disappears { id, .. } | Consequence::Takes { id, .. } => {
                        to.scalar(id);
                    }
                    Consequence::Configures { fields: set, .. } => to.fields(set),
                    Consequence::Opens { fields, .. } => {
                        for field in fields {
                            to.scalar(&$($mutable)? field.initial);
                        }
                    }
                    Consequence::Mails { to: addressed, .. } => to.scalars(addressed),
                    Consequence::Other => {}
                }
            }
        }
    };
}

walk!(reading, kind, references);
walk!(changing, kind_mut, references_mut, mut);

/// Collects tokens.
#[derive(Default)]
struct Tokens(Vec<Token>);

impl Reading for Tokens {
    fn scalar(&mut self, scalar: &Scalar) {
        let references = scalar.references().into_iter();
        self.0
            .extend(references.filter_map(Reference::token).cloned());
    }

    fn json(&mut self, text: &str) {
        // A text that is not JSON was refused when the plan was taken.
        if let Ok(json) = serde_json::from_str(text) {
            tokens_in(&json, &mut self.0);
        }
    }
}

/// Every token in JSON that a plan sends, in order.
pub fn tokens_in(json: &Value, found: &mut Vec<Token>) {
    match json {
        Value::Object(object) => match object.get("$ref").and_then(Value::as_str) {
            Some(token) => found.push(Token::of_text(token)),
            None => object.values().for_each(|value| tokens_in(value, found)),
        },
        Value::Array(values) => values.iter().for_each(|value| tokens_in(value, found)),
        _ => {}
    }
}

impl StepPlan {
    /// Every token in a change or an effect.
    pub fn tokens(&self) -> Vec<Token> {
        let mut tokens = Tokens::default();
        reading::plan(self, &mut tokens);
        tokens.0
    }

    /// Changes every reference: in a scalar with `scalar`, in JSON with `json`.
    pub(super) fn change_references(
        &mut self,
        scalar: &mut dyn FnMut(&mut Scalar),
        json: &mut dyn FnMut(&mut Value),
    ) {
        changing::plan(self, &mut Both { scalar, json });
    }
}

impl Operation {
    /// Every token that must have a value before the operation can be sent.
    pub fn tokens(&self) -> Vec<Token> {
        let mut tokens = Tokens::default();
        self.kind().references(&mut tokens);
        tokens.0
    }
}

impl Effect {
    /// Passes every reference in the effect to `to`.
    pub(crate) fn references(&self, to: &mut dyn Reading) {
        reading::effect(self, to);
    }
}

impl Change {
    /// Passes every reference in the change to `to`, those of its undo included.
    pub(crate) fn references(&self, to: &mut dyn Reading) {
        reading::change(self, to);
    }

    /// Passes every reference to `to` that is used before the change is done.
    pub(crate) fn references_until_done(&self, to: &mut dyn Reading) {
        self.operation.kind().references(to);
        reading::after(self, to);
    }

    /// Every token that must have a value before the change can be sent: those in its operation and those that it waits
    /// for.
    pub fn tokens_to_send(&self) -> Vec<Token> {
        let mut tokens = self.operation.tokens();
        tokens.extend(
            self.after
                .iter()
                .filter_map(|prerequisite| match prerequisite {
                    Prerequisite::Given(token) => Some(token.clone()),
                    Prerequisite::Change(_) => None,
                }),
        );
        tokens
    }

    /// Every token that must have a value before the change can be sent and awaited. Tokens that only undoing it needs
    /// are left out.
    pub fn tokens(&self) -> Vec<Token> {
        let mut tokens = Tokens(self.tokens_to_send());
        reading::after(self, &mut tokens);
        tokens.0
    }
}

impl Wait {
    /// Every token that must have a value before Usher can look.
    pub fn tokens(&self) -> Vec<Token> {
        let mut tokens = Tokens::default();
        reading::wait(self, &mut tokens);
        tokens.0
    }
}

impl TakeBack {
    /// Every token that must have a value before the change can be undone.
    pub fn tokens(&self) -> Vec<Token> {
        let mut tokens = Tokens::default();
        reading::take_back(self, &mut tokens);
        tokens.0
    }

    /// The same with the values that `known` has, in scalars, request bodies and deployed contents.
    ///
    /// # Errors
    ///
    /// A value is not known.
    pub fn resolved(&self, known: &Known<'_>) -> Result<Self, Unknown> {
        let mut back = self.clone();
        let missing = std::cell::RefCell::new(None);
        let note = |unknown: Unknown| {
            missing.borrow_mut().get_or_insert(unknown);
        };
        let mut scalar = |scalar: &mut Scalar| match known.scalar(scalar) {
            Ok(value) => *scalar = value,
            Err(unknown) => note(unknown),
        };
        let mut json = |json: &mut Value| match known.json(json) {
            Ok(value) => *json = value,
            Err(unknown) => note(unknown),
        };
        let mut both = Both {
            scalar: &mut scalar,
            json: &mut json,
        };
        changing::take_back(&mut back, &mut both);
        match missing.into_inner() {
            None => Ok(back),
            Some(unknown) => Err(unknown),
        }
    }
}

impl Operation {
    /// The same with the values that `known` has, in scalars, request bodies and deployed contents. A value that is not
    /// known stays a reference.
    #[must_use]
    pub fn as_known(&self, known: &Known<'_>) -> Self {
        let mut operation = self.clone();
        let mut scalar = |scalar: &mut Scalar| {
            if let Ok(value) = known.scalar(scalar) {
                *scalar = value;
            }
        };
        let mut json = |json: &mut Value| *json = known.json_as_known(json);
        let mut both = Both {
            scalar: &mut scalar,
            json: &mut json,
        };
        operation.kind_mut().references_mut(&mut both);
        operation
    }

    /// The tokens in its target: the id of a record, the segments of a path.
    pub fn target_tokens(&self) -> Vec<&Token> {
        let references = self.target_references().into_iter();
        references.filter_map(Reference::token).collect()
    }
}

/// Changes scalars and JSON.
struct Both<'v> {
    scalar: &'v mut dyn FnMut(&mut Scalar),
    json: &'v mut dyn FnMut(&mut Value),
}

impl Changing for Both<'_> {
    fn scalar(&mut self, scalar: &mut Scalar) {
        (self.scalar)(scalar);
    }

    fn json(&mut self, text: &mut String) {
        if let Ok(mut json) = serde_json::from_str(text) {
            (self.json)(&mut json);
            *text = json.to_string();
        }
    }
}

#[cfg(test)]
mod tests;
