//! Checks that the references of a step can fit its plugin: JSON types, objects of records, secrets.
//!
//! Refuses only what certainly does not fit. The result of an expression is checked when it is evaluated.

use serde_json::Value;

use crate::recipe::expression::{Expression, Path};
use crate::recipe::fits::Sources;
use crate::recipe::keys::Mistakes;
use crate::recipe::manual::Manual;
use crate::recipe::raw::RawUse;
use crate::recipe::template::{Kind, Template};
use crate::recipe::when::When;
use crate::recipe::{Input, InputKind, pointer};
use usher_contract::id;
use usher_contract::manifest::Manifest;

/// Adds a mistake for every reference that cannot fit.
pub(super) fn check(
    step: &RawUse,
    manifest: &Manifest,
    sources: Sources<'_>,
    mistakes: &mut Mistakes,
) {
    for (key, value) in &step.with {
        let place = Taken {
            plugin: &manifest.name,
            at: format!("/{}", pointer::escape(&key.value)),
            schema: manifest.input.property(&key.value),
        };
        place.check(value, sources, mistakes);
    }
}

/// Adds a mistake when a condition can be neither true nor false, or reads a secret.
pub(in crate::recipe) fn check_when(when: &When, sources: Sources<'_>, mistakes: &mut Mistakes) {
    let expression = when.expression();
    if sources.refuse_secrets("`when`", &[expression], mistakes) {
        return;
    }
    let foreseen = expression.as_path().and_then(|path| sources.foresee(path));
    let Some(foreseen) = foreseen else { return };
    if foreseen.types.is_empty() || foreseen.types.contains(&"boolean") {
        return;
    }
    let types: Vec<&str> = foreseen.types.iter().map(|is| article(is)).collect();
    let message = format!(
        "`when` must be true or false, and {} is {}",
        foreseen.name,
        types.join(" or ")
    );
    let help = match foreseen.types.as_slice() {
        ["string"] => format!("compare it: `${{{} != \"\"}}`", when.text()),
        ["array"] => format!("compare it: `${{{} | length > 0}}`", when.text()),
        ["integer" | "number"] => format!("compare it: `${{{} > 0}}`", when.text()),
        _ => "compare it with something".to_owned(),
    };
    mistakes.add("wrong-type", expression.span.clone(), message, help);
}

/// Adds a mistake for each secret that a person would read.
pub(in crate::recipe) fn check_manual(
    manual: &Manual,
    sources: Sources<'_>,
    mistakes: &mut Mistakes,
) {
    sources.refuse_secrets("a manual step", &manual.expressions(), mistakes);
}

/// The objects of which a property holds the id of a record.
pub(super) fn record_objects(property: &Value) -> Vec<&str> {
    texts(property.get("x-usher-record"))
}

/// The JSON types that a property may have; empty when it may have any.
pub(super) fn json_types(property: &Value) -> Vec<&str> {
    texts(property.get("type"))
}

fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(texts)) => texts.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// A place in a step's input, and the schema of what the plugin takes there.
struct Taken<'a> {
    plugin: &'a str,
    /// JSON Pointer into the input.
    at: String,
    schema: Option<&'a Value>,
}

/// The facts known of a value before it exists.
struct Foreseen<'a> {
    /// "input `user`"
    name: String,
    /// Empty when the value may have any type.
    types: Vec<&'a str>,
    record: Record<'a>,
}

enum Record<'a> {
    /// The id of a record of one of these objects.
    Of(Vec<&'a str>),
    /// A text for which Usher has looked up no record.
    NotLookedUp,
    NotSaid,
}

impl<'a> Taken<'a> {
    fn check(&self, value: &Template, sources: Sources<'_>, mistakes: &mut Mistakes) {
        match &value.kind {
            Kind::List(items) => {
                let schema = self.schema.and_then(|schema| schema.get("items"));
                for (index, item) in items.iter().enumerate() {
                    let place = self.below(&index.to_string(), schema);
                    place.check(item, sources, mistakes);
                }
            }
            Kind::Table(entries) => {
                for (key, value) in entries {
                    let schema = self.schema.and_then(|schema| {
                        let named = schema.get("properties").and_then(|all| all.get(&key.value));
                        named.or_else(|| schema.get("additionalProperties"))
                    });
                    self.below(&key.value, schema)
                        .check(value, sources, mistakes);
                }
            }
            Kind::Literal(literal) => self.literal(literal, value, mistakes),
            Kind::Text(_) => {
                self.secrets(value, sources, mistakes);
                match value.as_expression() {
                    Some(expression) => {
                        if let Some(path) = expression.as_path()
                            && let Some(foreseen) = sources.foresee(path)
                        {
                            self.reference(path, &foreseen, mistakes);
                        }
                    }
                    None if !self.takes(&["string"]) => {
                        let message = format!("{}, and this is a text", self.wants());
                        let help = "let the expression stand alone, without text around it";
                        mistakes.add("wrong-type", value.span.clone(), message, help);
                    }
                    None => {}
                }
            }
        }
    }

    fn below(&self, key: &str, schema: Option<&'a Value>) -> Taken<'a> {
        Taken {
            plugin: self.plugin,
            at: format!("{}/{}", self.at, pointer::escape(key)),
            schema,
        }
    }

    fn name(&self) -> String {
        pointer::spoken(&self.at)
    }

    /// Usher looks up inputs only, so a record in the recipe itself must be an id.
    fn literal(&self, literal: &Value, value: &Template, mistakes: &mut Mistakes) {
        if let (Some(object), Some(text)) = (self.objects().first(), literal.as_str())
            && id::canonical(text).is_none()
        {
            mistakes.add(
                "wrong-record",
                value.span.clone(),
                format!("`{}` takes a {object}, and `{text}` is not an id", self.name()),
                format!(
                    "make it an input with `type = \"record\"` and `object = \"{object}\"`, and refer to that"
                ),
            );
        }
    }

    fn reference(&self, path: &Path, foreseen: &Foreseen<'_>, mistakes: &mut Mistakes) {
        let span = path.span.clone();
        if !self.takes(&foreseen.types) {
            let types: Vec<&str> = foreseen.types.iter().map(|is| article(is)).collect();
            let message = format!(
                "{}, and {} is {}",
                self.wants(),
                foreseen.name,
                types.join(" or ")
            );
            let help = match foreseen.types.as_slice() {
                ["string"] if self.takes(&["array"]) => {
                    format!("make it a list: `[\"${{{}}}\"]`", path.text())
                }
                ["array"] if self.takes(&["string"]) => {
                    format!("make it a text: `\"${{{} | join(\", \")}}\"`", path.text())
                }
                _ => format!("refer to something that is {}", self.wanted()),
            };
            mistakes.add("wrong-type", span, message, help);
            return;
        }
        let objects = self.objects();
        let Some(first) = objects.first() else { return };
        let wanted = format!("`{}` takes a {}", self.name(), objects.join(" or "));
        let declare = format!("declare it with `type = \"record\"` and `object = \"{first}\"`");
        let (message, help) = match &foreseen.record {
            Record::NotSaid => return,
            Record::Of(given) if given.iter().any(|given| is_among(given, &objects)) => return,
            Record::Of(given) => (
                format!(
                    "{wanted}, and {} is a {}",
                    foreseen.name,
                    given.join(" or ")
                ),
                if path.input().is_some() {
                    declare
                } else {
                    format!("refer to a {first}")
                },
            ),
            Record::NotLookedUp => (
                format!(
                    "{wanted}, and {} is a text that Usher does not look up here",
                    foreseen.name
                ),
                declare,
            ),
        };
        mistakes.add("wrong-record", span, message, help);
    }

    /// A secret must be alone, at a place that the manifest names.
    fn secrets(&self, value: &Template, sources: Sources<'_>, mistakes: &mut Mistakes) {
        let expressions = value.expressions();
        let alone = value
            .as_expression()
            .and_then(|expression| expression.as_path());
        let marked = self.schema.and_then(|schema| schema.get("x-usher-secret"));
        for path in expressions.iter().flat_map(|expression| &expression.paths) {
            let Some(input) = sources.input(path) else {
                continue;
            };
            if input.kind != InputKind::Secret {
                continue;
            }
            let name = &input.name;
            let (message, help) = if alone.is_none() {
                let message = format!("secret `{name}` is part of something larger");
                (
                    message,
                    format!("let it stand alone: `\"${{inputs.{name}}}\"`"),
                )
            } else if marked != Some(&Value::Bool(true)) {
                let message = format!(
                    "plugin `{}` takes no secret as `{}`",
                    self.plugin,
                    self.name()
                );
                (
                    message,
                    "secrets go only where the plugin's manifest says `x-usher-secret`".to_owned(),
                )
            } else {
                continue;
            };
            mistakes.add("secret-place", path.span.clone(), message, help);
        }
    }

    fn objects(&self) -> Vec<&'a str> {
        self.schema.map(record_objects).unwrap_or_default()
    }

    /// Says whether the plugin takes one of `types`; also true when the types of either are not known.
    fn takes(&self, types: &[&str]) -> bool {
        let wanted = self.schema.map(json_types).unwrap_or_default();
        let is_taken =
            |is: &&str| wanted.contains(is) || (*is == "integer" && wanted.contains(&"number"));
        wanted.is_empty() || types.is_empty() || types.iter().any(is_taken)
    }

    fn wants(&self) -> String {
        format!("`{}` takes {}", self.name(), self.wanted())
    }

    fn wanted(&self) -> String {
        let types = self.schema.map(json_types).unwrap_or_default();
        let types: Vec<&str> = types.into_iter().map(article).collect();
        types.join(" or ")
    }
}

impl<'a> Sources<'a> {
    fn input(&self, path: &Path) -> Option<&'a Input> {
        let name = path.input()?;
        self.inputs.iter().find(|input| input.name == name).copied()
    }

    /// Returns the optional input or column that the value consists of, if it consists of nothing else: "input `sets`".
    pub(in crate::recipe) fn optional(&self, value: &Template) -> Option<String> {
        let path = value.as_expression()?.as_path()?;
        if let Some(input) = self.input(path) {
            return input.is_optional.then(|| format!("input `{}`", input.name));
        }
        let [name] = path.item()? else { return None };
        let InputKind::Rows { columns, .. } = &self.looped()?.kind else {
            return None;
        };
        let column = columns.iter().find(|column| column.name == *name)?;
        column.is_optional.then(|| format!("column `{name}`"))
    }

    /// Adds a mistake for each secret. Returns whether there is one.
    fn refuse_secrets(
        &self,
        place: &str,
        expressions: &[&Expression],
        mistakes: &mut Mistakes,
    ) -> bool {
        let mut refused = false;
        for path in expressions.iter().flat_map(|expression| &expression.paths) {
            let Some(input) = self.input(path) else {
                continue;
            };
            if input.kind == InputKind::Secret {
                let message = format!("{place} takes no secret, and input `{}` is one", input.name);
                let help = "secrets go only where a plugin's manifest says `x-usher-secret`";
                mistakes.add("secret-place", path.span.clone(), message, help);
                refused = true;
            }
        }
        refused
    }

    fn foresee(&self, path: &Path) -> Option<Foreseen<'a>> {
        if let Some(input) = self.input(path) {
            return Some(Foreseen::of(input));
        }
        if let Some(parts) = path.item() {
            return self.foresee_item(parts);
        }
        let (step, output) = path.output().filter(|_| path.segments.len() == 3)?;
        let earlier = self.earlier.iter().find(|earlier| earlier.id == step)?;
        let manifest = earlier.manifest()?;
        let schema = manifest.output.property(output)?;
        let objects = record_objects(schema);
        Some(Foreseen {
            name: format!("`{}`", path.text()),
            types: json_types(schema),
            record: if objects.is_empty() {
                Record::NotSaid
            } else {
                Record::Of(objects)
            },
        })
    }
}

impl<'a> Sources<'a> {
    /// The input whose rows or texts the loop goes through.
    fn looped(&self) -> Option<&'a Input> {
        let name = self.each?.input()?;
        self.inputs.iter().find(|input| input.name == name).copied()
    }

    fn foresee_item(&self, parts: &[String]) -> Option<Foreseen<'a>> {
        let each = self.each?;
        if let Some(name) = each.gone() {
            return self.foresee_gone(name, parts);
        }
        match (self.looped().map(|input| &input.kind), parts) {
            (Some(InputKind::Rows { columns, .. }), [name]) => {
                let column = columns.iter().find(|column| column.name == *name)?;
                Some(Foreseen::of_kind(format!("column `{name}`"), &column.kind))
            }
            (Some(InputKind::Rows { .. }), _) => None,
            (None, _) if each.input().is_some() => None,
            _ => Some(Foreseen {
                name: "`item`".to_owned(),
                types: vec!["string"],
                record: Record::NotLookedUp,
            }),
        }
    }
}

impl<'a> Sources<'a> {
    /// The facts known of a record that is gone: `id` is one of its object, `key` one of the object of the key column.
    fn foresee_gone(&self, name: &str, parts: &[String]) -> Option<Foreseen<'a>> {
        let [part] = parts else { return None };
        let input = self.inputs.iter().find(|input| input.name == name)?;
        let key = match &input.kind {
            InputKind::Rows { key, columns } => columns.iter().find(|column| column.name == *key),
            _ => None,
        };
        let record = match (part.as_str(), key.map(|column| &column.kind)) {
            ("id", _) => Record::Of(vec![&input.keep.as_ref()?.object]),
            ("key", Some(InputKind::Record { object })) => Record::Of(vec![object]),
            _ => Record::NotLookedUp,
        };
        Some(Foreseen {
            name: format!("`item.{part}`"),
            types: vec!["string"],
            record,
        })
    }
}

impl<'a> Foreseen<'a> {
    fn of(input: &'a Input) -> Self {
        Self::of_kind(format!("input `{}`", input.name), &input.kind)
    }

    fn of_kind(name: String, kind: &'a InputKind) -> Self {
        let types = match kind {
            InputKind::Record { .. }
            | InputKind::Text
            | InputKind::Choice { .. }
            | InputKind::Secret => "string",
            InputKind::Integer => "integer",
            InputKind::Boolean => "boolean",
            InputKind::List | InputKind::Rows { .. } => "array",
            InputKind::Table => "object",
        };
        Self {
            name,
            types: vec![types],
            record: match kind {
                InputKind::Record { object } => Record::Of(vec![object]),
                InputKind::Text | InputKind::Choice { .. } => Record::NotLookedUp,
                _ => Record::NotSaid,
            },
        }
    }
}

fn is_among(object: &str, objects: &[&str]) -> bool {
    objects
        .iter()
        .any(|wanted| wanted.eq_ignore_ascii_case(object))
}

fn article(json_type: &str) -> &str {
    match json_type {
        "string" => "a text",
        "integer" => "an integer",
        "number" => "a number",
        "boolean" => "a boolean",
        "array" => "a list",
        "object" => "a table",
        "null" => "null",
        other => other,
    }
}
