//! From templates, as the file holds them, to values and expressions of the program. Names are looked up on the way.

use std::ops::Range;

use serde_json::{Value as Json, json};
use usher_program as program;
use usher_program::{Filter, NotSupported};

use crate::recipe::data::Reader;
use crate::recipe::data::scope::Meaning;
use crate::recipe::expression::Expression;
use crate::recipe::syntax::{Data, Entry, Node};
use crate::recipe::template::{self, Kind, Piece, Template};

/// The values that a place takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// One value: a text, a number, true or false, a date.
    One,
    /// The same, or a list of them.
    OneOrMore,
    /// A text.
    Text,
    Anything,
}

impl Reader<'_> {
    /// The value below a key; null where it is a mistake.
    pub(super) fn value(&mut self, name: &str, node: &Node, takes: Takes) -> program::Template {
        let nothing = program::Template::Value(Json::Null);
        match (&node.data, takes) {
            (Data::Time(text), Takes::One | Takes::OneOrMore) => {
                return program::Template::Value(self.date(text, node));
            }
            (Data::List(nodes), Takes::OneOrMore) => {
                let values = nodes.iter().map(|node| self.value(name, node, Takes::One));
                return program::Template::List(values.collect());
            }
            (Data::List(_) | Data::Table(_), Takes::One | Takes::Text)
            | (Data::Table(_), Takes::OneOrMore) => {
                let wanted = match takes {
                    Takes::Text => "a text",
                    Takes::One => "one value",
                    _ => "a value or a list of values",
                };
                let example = format!("`{name} = \"…\"`");
                self.mistakes.wrong_type(name, node, wanted, &example);
                return nothing;
            }
            (data, Takes::Text) if !matches!(data, Data::Text(_)) => {
                let example = format!("`{name} = \"…\"`");
                self.mistakes.wrong_type(name, node, "a text", &example);
                return nothing;
            }
            _ => {}
        }
        let template = template::read(node, self.source, &mut self.mistakes);
        self.lower(&template)
    }

    /// A text for people.
    pub(super) fn text(&mut self, entry: &Entry) -> program::Template {
        if let Data::Text(text) = &entry.value.data
            && text.trim().is_empty()
        {
            let message = format!("`{}` is empty", entry.key);
            let span = entry.value.span.clone();
            self.mistakes.add(
                "wrong-type",
                span,
                message,
                "write one line in an admin's words",
            );
        }
        self.value(&entry.key, &entry.value, Takes::Text)
    }

    /// A condition: one expression and nothing else.
    pub(super) fn condition(&mut self, entry: &Entry) -> Option<program::Expression> {
        let template = match &entry.value.data {
            Data::Text(_) => template::read(&entry.value, self.source, &mut self.mistakes),
            _ => Template {
                span: entry.value.span.clone(),
                kind: Kind::Literal(Json::Null),
            },
        };
        match template.as_expression() {
            Some(expression) => self.expression(expression, true),
            // An expression that is not valid is a mistake already.
            None if matches!(&template.kind, Kind::Literal(Json::String(text)) if text.is_empty()) => {
                None
            }
            None => {
                let key = &entry.key;
                let message = format!("`{key}` is {}, not an expression alone", entry.value.what());
                let help =
                    format!("write an expression that is true or false: `{key} = \"${{…}}\"`");
                let span = entry.value.span.clone();
                self.mistakes.add("wrong-type", span, message, help);
                None
            }
        }
    }

    fn date(&mut self, text: &str, node: &Node) -> Json {
        let is_day = text.len() == 10 && !text.contains(':');
        let is_instant =
            text.contains(['T', ' ']) && (text.ends_with('Z') || text[10..].contains(['+', '-']));
        if !is_day && !is_instant {
            let message = format!("`{text}` is neither a day nor a time with its zone");
            let help = "write `2026-11-22`, or `2026-11-22T10:00:00Z`";
            self.mistakes
                .add("wrong-type", node.span.clone(), message, help);
        }
        json!({ "$date": text.replace(' ', "T") })
    }

    fn lower(&mut self, template: &Template) -> program::Template {
        let nothing = program::Template::Value(Json::Null);
        match &template.kind {
            Kind::Literal(value) => program::Template::Value(value.clone()),
            Kind::Text(pieces) => match pieces.as_slice() {
                [Piece::Expression(expression)] => self
                    .expression(expression, false)
                    .map_or(nothing, program::Template::Expression),
                pieces => program::Template::Text(
                    pieces
                        .iter()
                        .filter_map(|piece| self.piece(piece))
                        .collect(),
                ),
            },
            Kind::List(items) => {
                program::Template::List(items.iter().map(|item| self.lower(item)).collect())
            }
            Kind::Table(members) => {
                let members = members.iter();
                program::Template::Table(
                    members
                        .map(|(key, value)| (key.value.clone(), self.lower(value)))
                        .collect(),
                )
            }
        }
    }

    fn piece(&mut self, piece: &Piece) -> Option<program::Piece> {
        match piece {
            Piece::Text(text) => Some(program::Piece::Text(text.clone())),
            Piece::Expression(expression) => self
                .expression(expression, false)
                .map(program::Piece::Expression),
        }
    }

    /// `decides`: something depends on the value, so it must be known.
    fn expression(
        &mut self,
        expression: &Expression,
        decides: bool,
    ) -> Option<program::Expression> {
        let tree = match program::parse(expression.text()) {
            Ok(tree) => Some(tree),
            Err(NotSupported(what)) => {
                let message =
                    format!("an expression of a plugin made of data does not take {what}");
                let help = "docs/data-plugins.md#expressions lists what it takes";
                self.mistakes
                    .add("not-supported", expression.span.clone(), message, help);
                None
            }
        };
        let is_computed = decides || tree.as_ref().is_some_and(|tree| !passes_on(tree));
        for path in &expression.paths {
            match self.scope.meaning(path, &mut self.mistakes) {
                Meaning::Input(name) if is_computed => {
                    self.scope.computed.insert(name);
                }
                Meaning::Input(name) => {
                    self.scope.passed.insert(name);
                }
                Meaning::Value { name } => self.named_value(&name, is_computed),
                Meaning::Made { .. } if is_computed => self.computed_id(&path.text(), &path.span),
                _ => {}
            }
        }
        tree
    }

    /// Notes the inputs that a value with a name passes on.
    fn named_value(&mut self, name: &str, is_computed: bool) {
        let mut values = self.scope.values.iter();
        let passed = values.find(|value| value.name == name);
        let passed = passed.map(|value| value.passed.clone()).unwrap_or_default();
        match is_computed {
            true => self.scope.computed.extend(passed),
            false => self.scope.passed.extend(passed),
        }
    }

    fn computed_id(&mut self, name: &str, span: &Range<usize>) {
        self.mistakes.add(
            "made-later",
            span.clone(),
            format!("the id of `{name}` is known only when the record is made, so nothing can be computed from it"),
            format!("let `${{{name}}}` stand alone, or in a text"),
        );
    }
}

/// Says that the expression passes values on and looks into none.
fn passes_on(expression: &program::Expression) -> bool {
    match expression {
        program::Expression::Value(_) | program::Expression::Path(_) => true,
        program::Expression::Filter(value, Filter::Default, arguments) => {
            arguments.len() < 2 && passes_on(value) && arguments.iter().all(passes_on)
        }
        program::Expression::List(items) => items.iter().all(passes_on),
        _ => false,
    }
}
