//! Values that fit a schema, or nearly: whoever takes them checks them.

use serde_json::{Map, Value, json};
use usher_core::manifest::Schema;

use crate::trial::generated::random::Random;

/// Schemas inside of each other. A value with more levels is no better a test.
const DEPTH_MAX: usize = 6;

/// Items of a list, and characters of a text, beyond what the schema asks for.
const ITEMS_MAX: usize = 3;
const LETTERS_MAX: usize = 40;

/// Texts that plugins like to stumble over.
const TEXTS: [&str; 12] = [
    "",
    " ",
    "a",
    "Ada Lovelace",
    "O'Neil \\ \"quoted\"",
    "äöü ß 東京 🙂",
    "line\nfeed\ttab",
    "%_*?",
    "${inputs.x}",
    "005D0000001aBcDIAU",
    "0",
    "x@example.com",
];

/// Numbers at which plugins like to stumble.
const NUMBERS: [i64; 7] = [0, 1, -1, 2, 255, 2_147_483_648, -9_007_199_254_740_991];

/// Makes values for one schema.
pub(super) struct Values<'a> {
    /// The whole schema, into which its parts refer.
    pub(super) schema: &'a Value,
    pub(super) random: &'a mut Random,
}

impl Values<'_> {
    /// An input: properties of one that fits, and others of the schema.
    pub(super) fn input(
        &mut self,
        schema: &Schema,
        base: &Map<String, Value>,
    ) -> Map<String, Value> {
        let required: Vec<&str> = schema.required().collect();
        let mut input = Map::new();
        for (name, of) in schema.properties() {
            let may_lack = !required.contains(&name);
            match base.get(name) {
                Some(value) if self.random.once_in(2) => {
                    input.insert(name.to_owned(), value.clone());
                }
                _ if may_lack && self.random.once_in(3) => {}
                known => {
                    let made = self.value(of, 0).or_else(|| known.cloned());
                    if let Some(value) = made {
                        input.insert(name.to_owned(), value);
                    }
                }
            }
        }
        input
    }

    /// A value for a schema; none when this cannot make one.
    fn value(&mut self, of: &Value, depth: usize) -> Option<Value> {
        let of = &self.led_to(of)?;
        if depth > DEPTH_MAX {
            return None;
        }
        if of.get("x-usher-secret") == Some(&Value::Bool(true)) {
            return Some(json!({ "$ref": "inputs:secret" }));
        }
        if of.get("x-usher-unknown") == Some(&Value::Bool(true)) && self.random.once_in(4) {
            let object = of.get("x-usher-record");
            return Some(match object {
                Some(object) => json!({ "$ref": "earlier:made.id", "$object": object }),
                None => json!({ "$ref": "earlier:made.id" }),
            });
        }
        if let Some(constant) = of.get("const") {
            return Some(constant.clone());
        }
        for listed in ["enum", "examples"] {
            if let Some(values) = of.get(listed).and_then(Value::as_array)
                && !values.is_empty()
                && (listed == "enum" || of.get("pattern").is_some() || self.random.once_in(3))
            {
                return Some(self.random.one_of(values).clone());
            }
        }
        for choice in ["anyOf", "oneOf"] {
            if let Some(choices) = of.get(choice).and_then(Value::as_array)
                && !choices.is_empty()
            {
                let chosen = self.random.one_of(choices).clone();
                return self.value(&chosen, depth + 1);
            }
        }
        let kind = match of.get("type") {
            Some(Value::Array(kinds)) if !kinds.is_empty() => self.random.one_of(kinds).clone(),
            Some(kind) => kind.clone(),
            None => Value::from(
                *self
                    .random
                    .one_of(&["string", "integer", "boolean", "null"]),
            ),
        };
        match kind.as_str()? {
            "string" => self.text(of),
            "integer" => Some(Value::from(self.whole(of))),
            "number" => Some(match self.random.once_in(2) {
                true => Value::from(self.whole(of)),
                false => json!(self.whole(of) as f64 / 2.0),
            }),
            "boolean" => Some(Value::Bool(self.random.once_in(2))),
            "null" => Some(Value::Null),
            "array" => self.list(of, depth),
            "object" => self.table(of, depth),
            _ => None,
        }
    }

    /// The schema that a `$ref` leads to, or the schema itself.
    fn led_to(&self, of: &Value) -> Option<Value> {
        let mut of = of;
        for _ in 0..DEPTH_MAX {
            match of.get("$ref").and_then(Value::as_str) {
                Some(at) => of = self.schema.pointer(at.strip_prefix('#')?)?,
                None => return Some(of.clone()),
            }
        }
        None
    }

    fn text(&mut self, of: &Value) -> Option<Value> {
        if of.get("pattern").is_some() {
            return of.get("default").cloned();
        }
        if of.get("x-usher-record").is_some() && !self.random.once_in(3) {
            return Some(Value::from(self.id()));
        }
        let least = bound(of, "minLength").unwrap_or(0);
        let most = bound(of, "maxLength");
        let text: String = match self.random.below(3) {
            0 => {
                let most = most.unwrap_or(least + LETTERS_MAX).min(least + LETTERS_MAX);
                let letters = least + self.random.below(most.saturating_sub(least) + 1);
                (0..letters).map(|_| self.letter()).collect()
            }
            _ => (*self.random.one_of(&TEXTS)).to_owned(),
        };
        let mut text: String = text.chars().take(most.unwrap_or(usize::MAX)).collect();
        while text.chars().count() < least {
            text.push('x');
        }
        Some(Value::from(text))
    }

    fn letter(&mut self) -> char {
        char::from(
            *self
                .random
                .one_of(b"abcdefghijklmnopqrstuvwxyzABCXYZ019 _-.,'"),
        )
    }

    /// Text of the form of an id.
    fn id(&mut self) -> String {
        let digits = *self.random.one_of(&[15_usize, 18]);
        let rest = (3..digits).map(|_| char::from(*self.random.one_of(b"0123456789ABCDEFabcdef")));
        "005".chars().chain(rest.collect::<Vec<_>>()).collect()
    }

    fn whole(&mut self, of: &Value) -> i64 {
        let limit = |name: &str| of.get(name).and_then(Value::as_f64).map(|it| it as i64);
        let least = limit("minimum").or(limit("exclusiveMinimum").map(|it| it.saturating_add(1)));
        let most = limit("maximum").or(limit("exclusiveMaximum").map(|it| it.saturating_sub(1)));
        match (least, most) {
            (None, None) => *self.random.one_of(&NUMBERS),
            (least, most) => {
                let least = least.unwrap_or_else(|| most.unwrap_or(0).saturating_sub(1_000));
                let most = most.unwrap_or_else(|| least.saturating_add(1_000));
                match self.random.below(4) {
                    0 => least,
                    1 => most,
                    _ => self.random.between(least, most.max(least)),
                }
            }
        }
    }

    fn list(&mut self, of: &Value, depth: usize) -> Option<Value> {
        let least = bound(of, "minItems").unwrap_or(0);
        let most = bound(of, "maxItems")
            .unwrap_or(usize::MAX)
            .min(least + ITEMS_MAX);
        let many = least + self.random.below(most.saturating_sub(least) + 1);
        let any = Value::Object(Map::new());
        let items = of.get("items").unwrap_or(&any);
        let mut list = Vec::new();
        for _ in 0..many {
            list.push(self.value(items, depth + 1)?);
        }
        Some(Value::Array(list))
    }

    fn table(&mut self, of: &Value, depth: usize) -> Option<Value> {
        let required = of.get("required").and_then(Value::as_array);
        let required: Vec<&str> = required
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut table = Map::new();
        let properties = of.get("properties").and_then(Value::as_object);
        for (name, below) in properties.into_iter().flatten() {
            let must = required.contains(&name.as_str());
            if must || self.random.once_in(2) {
                match self.value(below, depth + 1) {
                    Some(value) => drop(table.insert(name.clone(), value)),
                    None if must => return None,
                    None => {}
                }
            }
        }
        if let Some(below @ Value::Object(_)) = of.get("additionalProperties") {
            for _ in 0..self.random.below(ITEMS_MAX) {
                let name: String = (0..4).map(|_| self.letter()).collect();
                let value = self.value(below, depth + 1)?;
                table.insert(name.replace(['$', ' '], "x"), value);
            }
        }
        Some(Value::Object(table))
    }
}

fn bound(of: &Value, name: &str) -> Option<usize> {
    of.get(name)
        .and_then(Value::as_u64)
        .and_then(|it| usize::try_from(it).ok())
}
