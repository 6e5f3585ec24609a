//! The words of JSON Schema that Usher knows, and those among them that hold further schemas. The validator gets these
//! words, and [`super::reach`] and [`super::work`] count them. A schema with any other word is refused, so that nothing
//! is validated that was not counted.

use serde_json::Value;

/// The form of the schemas below a word.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    One,
    List,
    /// Name → schema.
    Named,
    /// `items` before 2020-12.
    OneOrList,
    /// `dependencies` before 2019-09: name → schema, or a list of names.
    NamedOrNames,
    /// A reference to a schema.
    Pointer,
}

/// The values against which the schemas below a word are checked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Against {
    /// The same value.
    Same,
    /// The same value, and once more to describe mistakes: each branch is first asked whether it fits.
    SameTwice,
    /// Members of an object.
    Members,
    /// Items of an array.
    Items,
    /// Items of an array, and once more to describe mistakes.
    ItemsTwice,
    /// Names of an object's members.
    Names,
}

/// A word that holds schemas.
pub(super) struct Applicator {
    pub(super) word: &'static str,
    pub(super) shape: Shape,
    pub(super) against: Against,
}

const fn applicator(word: &'static str, shape: Shape, against: Against) -> Applicator {
    Applicator {
        word,
        shape,
        against,
    }
}

/// Every word with schemas that are applied.
pub(super) const APPLICATORS: &[Applicator] = &[
    applicator("$ref", Shape::Pointer, Against::Same),
    applicator("allOf", Shape::List, Against::Same),
    applicator("anyOf", Shape::List, Against::SameTwice),
    applicator("oneOf", Shape::List, Against::SameTwice),
    applicator("not", Shape::One, Against::SameTwice),
    applicator("if", Shape::One, Against::SameTwice),
    applicator("then", Shape::One, Against::Same),
    applicator("else", Shape::One, Against::Same),
    applicator("dependentSchemas", Shape::Named, Against::Same),
    applicator("dependencies", Shape::NamedOrNames, Against::Same),
    applicator("properties", Shape::Named, Against::Members),
    applicator("patternProperties", Shape::Named, Against::Members),
    applicator("additionalProperties", Shape::One, Against::Members),
    applicator("propertyNames", Shape::One, Against::Names),
    applicator("items", Shape::OneOrList, Against::Items),
    applicator("prefixItems", Shape::List, Against::Items),
    applicator("additionalItems", Shape::One, Against::Items),
    applicator("contains", Shape::One, Against::ItemsTwice),
];

/// Words without schemas that are applied: they are checked at once, or are for people.
const OTHERS: &[&str] = &[
    "$comment",
    "$defs",
    "$schema",
    "const",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "default",
    "definitions",
    "dependentRequired",
    "deprecated",
    "description",
    "enum",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "readOnly",
    "required",
    "title",
    "type",
    "uniqueItems",
    "writeOnly",
];

/// Says whether a schema may have the word. Words of authors begin with `x-`.
pub(super) fn is_known(word: &str) -> bool {
    word.starts_with("x-")
        || OTHERS.contains(&word)
        || APPLICATORS.iter().any(|known| known.word == word)
}

/// The schemas below a word's value, with their names there.
pub(super) fn below<'a>(
    root: &'a Value,
    shape: Shape,
    value: &'a Value,
) -> Vec<(Option<&'a str>, &'a Value)> {
    let listed = |values: &'a [Value]| values.iter().map(|schema| (None, schema)).collect();
    match (shape, value) {
        (Shape::Pointer, Value::String(text)) => {
            let target = target(root, text);
            target.into_iter().map(|schema| (None, schema)).collect()
        }
        (Shape::List | Shape::OneOrList, Value::Array(values)) => listed(values),
        (Shape::One | Shape::OneOrList, schema) => vec![(None, schema)],
        (Shape::Named, Value::Object(named)) => named
            .iter()
            .map(|(name, schema)| (Some(name.as_str()), schema))
            .collect(),
        (Shape::NamedOrNames, Value::Object(named)) => named
            .iter()
            .filter(|(_, schema)| !schema.is_array())
            .map(|(name, schema)| (Some(name.as_str()), schema))
            .collect(),
        _ => Vec::new(),
    }
}

/// The schema that a reference names, when it is in the same schema.
pub(super) fn target<'a>(root: &'a Value, reference: &str) -> Option<&'a Value> {
    let pointer = reference.strip_prefix('#')?;
    // Usher and the validator would read an escaped pointer differently.
    if pointer.contains('%') || !(pointer.is_empty() || pointer.starts_with('/')) {
        return None;
    }
    root.pointer(pointer)
        .filter(|target| target.is_object() || target.is_boolean())
}
