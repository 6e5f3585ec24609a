//! Inputs of a step: a struct says which inputs there are, and the schema of the manifest follows from it.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::typed::id::{Id, Object};
use crate::typed::schema::Schema;
use crate::{Diagnostic, Problems, Scalar, Unknown, Value};

/// A type that an input can have. `derive(Input)` implements it for structs and for enums without fields.
///
/// ```
/// use usher_sdk::{FromInput, Id, Input, ReadRecord, Schema, Value};
///
/// #[derive(ReadRecord)]
/// #[record(object = "User")]
/// struct User;
///
/// #[derive(Input)]
/// struct Given {
///     /// The users, who may be planned by an earlier step
///     users: Vec<Id<User>>,
///     /// The access that they get
///     #[input(default = "read")]
///     access: Access,
///     /// Days until they lose it; never without it
///     #[input(also = r#"{"minimum": 1}"#)]
///     days: Option<i64>,
///     /// Any value, which may not be known yet
///     note: Option<Value>,
/// }
///
/// #[derive(Input)]
/// enum Access {
///     Read,
///     ReadWrite, // "read-write"
/// }
///
/// let mut schema = Schema::default();
/// Given::schema(&mut schema);
/// let schema = serde_json::Value::from(schema);
/// assert_eq!(schema["required"], serde_json::json!(["users"]));
/// assert_eq!(schema["properties"]["users"]["items"]["x-usher-record"], "User");
/// assert_eq!(schema["properties"]["access"]["enum"], serde_json::json!(["read", "read-write"]));
/// ```
///
/// The first paragraph of a field's comment is its description. `#[input(…)]` on a field or a variant takes `rename`,
/// on a field also `default` (a value as in JSON); `known`, with which Usher waits until an id or a value is known before
/// it calls; and `also`, which has further words of JSON Schema. An `Option` may be left out. Usher checks an input against the schema before it calls the plugin.
#[diagnostic::on_unimplemented(
    message = "an input cannot be a `{Self}`",
    note = "it can be `String`, `bool`, `i64`, `usher_sdk::Id<…>`, `usher_sdk::Value`, `usher_sdk::Secret`, a type with `#[derive(Input)]`, or an `Option`, `Vec` or `BTreeMap<String, …>` of these"
)]
pub trait FromInput: Sized {
    /// Says the words of its JSON Schema.
    fn schema(schema: &mut Schema);

    /// Reads the input at a place. A mistake that no schema can find is a problem; then there is no value.
    fn from_input(json: &Json, at: &Place<'_>, problems: &mut Problems) -> Option<Self>;

    /// The value of an input that is left out, where it may be.
    fn left_out() -> Option<Self> {
        None
    }
}

/// A place in the input.
pub struct Place<'p> {
    above: Option<&'p Place<'p>>,
    name: &'p str,
}

impl<'p> Place<'p> {
    /// The input as a whole.
    pub const TOP: Place<'static> = Place {
        above: None,
        name: "",
    };

    /// The place of a property or an item.
    pub fn below(&'p self, name: &'p str) -> Self {
        Self {
            above: Some(self),
            name,
        }
    }

    /// JSON Pointer.
    pub fn pointer(&self) -> String {
        match self.above {
            None => String::new(),
            Some(above) => {
                let name = self.name.replace('~', "~0").replace('/', "~1");
                format!("{}/{name}", above.pointer())
            }
        }
    }
}

/// Adds the problem that a value is not as it should be.
fn expected<T>(what: &str, at: &Place<'_>, problems: &mut Problems) -> Option<T> {
    let summary = format!("This is not {what}");
    problems.invalid(Diagnostic::error("wrong-input", at.pointer(), summary));
    None
}

impl FromInput for String {
    fn schema(schema: &mut Schema) {
        schema.set("type", "string");
    }

    fn from_input(json: &Json, at: &Place<'_>, problems: &mut Problems) -> Option<Self> {
        match json.as_str() {
            Some(text) => Some(text.to_owned()),
            None => expected("a text", at, problems),
        }
    }
}

impl FromInput for bool {
    fn schema(schema: &mut Schema) {
        schema.set("type", "boolean");
    }

    fn from_input(json: &Json, at: &Place<'_>, problems: &mut Problems) -> Option<Self> {
        json.as_bool()
            .or_else(|| expected("true or false", at, problems))
    }
}

impl FromInput for i64 {
    fn schema(schema: &mut Schema) {
        schema.set("type", "integer");
    }

    fn from_input(json: &Json, at: &Place<'_>, problems: &mut Problems) -> Option<Self> {
        // JSON Schema takes `5.0` for a whole number.
        let text = json.as_number().map(ToString::to_string);
        let whole = text.and_then(|text| text.strip_suffix(".0").unwrap_or(&text).parse().ok());
        whole.or_else(|| expected("a whole number that fits into 64 bits", at, problems))
    }
}

/// Any value, which may not be known yet.
impl FromInput for Value {
    fn schema(schema: &mut Schema) {
        schema.set("type", ["string", "number", "boolean"].as_slice());
        schema.set("x-usher-unknown", true);
    }

    fn from_input(json: &Json, at: &Place<'_>, problems: &mut Problems) -> Option<Self> {
        Self::from_json(json).or_else(|| expected("one value", at, problems))
    }
}

/// The id of a record, which may not be known yet.
impl<O: Object> FromInput for Id<O> {
    fn schema(schema: &mut Schema) {
        schema.set("type", "string");
        schema.set("x-usher-unknown", true);
        schema.set("x-usher-record", O::NAME);
    }

    fn from_input(json: &Json, at: &Place<'_>, problems: &mut Problems) -> Option<Self> {
        let value = Value::from_json(json).unwrap_or_default();
        let is_of_object = value.object().is_none_or(|object| object == O::NAME);
        match value.may_be_id("") && is_of_object {
            true => Self::of_value(value),
            false => expected(&format!("the id of a record of {}", O::NAME), at, problems),
        }
    }
}

/// A secret: it stands for a value that the plugin never sees. It may go to the places that `secrets` of the manifest
/// name (`also` of [`crate::plugin`]), and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret(Unknown);

impl From<Secret> for Scalar {
    fn from(secret: Secret) -> Self {
        Value::Unknown(secret.0).into()
    }
}

impl FromInput for Secret {
    fn schema(schema: &mut Schema) {
        schema.set("type", "string");
        schema.set("x-usher-secret", true);
    }

    fn from_input(json: &Json, at: &Place<'_>, problems: &mut Problems) -> Option<Self> {
        match Value::from_json(json) {
            Some(Value::Unknown(unknown)) => Some(Self(unknown)),
            _ => expected("a secret of the recipe", at, problems),
        }
    }
}

impl<T: FromInput> FromInput for Option<T> {
    fn schema(schema: &mut Schema) {
        T::schema(schema);
    }

    fn from_input(json: &Json, at: &Place<'_>, problems: &mut Problems) -> Option<Self> {
        T::from_input(json, at, problems).map(Some)
    }

    fn left_out() -> Option<Self> {
        Some(None)
    }
}

impl<T: FromInput> FromInput for Vec<T> {
    fn schema(schema: &mut Schema) {
        let mut items = Schema::default();
        T::schema(&mut items);
        schema.set("type", "array");
        schema.set("items", items);
    }

    fn from_input(json: &Json, at: &Place<'_>, problems: &mut Problems) -> Option<Self> {
        let Some(items) = json.as_array() else {
            return expected("a list", at, problems);
        };
        let items = items.iter().enumerate();
        let items: Vec<Option<T>> = items
            .map(|(index, item)| T::from_input(item, &at.below(&index.to_string()), problems))
            .collect();
        items.into_iter().collect()
    }
}

impl<T: FromInput> FromInput for BTreeMap<String, T> {
    fn schema(schema: &mut Schema) {
        let mut members = Schema::default();
        T::schema(&mut members);
        schema.set("type", "object");
        schema.set("additionalProperties", members);
    }

    fn from_input(json: &Json, at: &Place<'_>, problems: &mut Problems) -> Option<Self> {
        let Some(members) = json.as_object() else {
            return expected("an object", at, problems);
        };
        let members: Vec<Option<(String, T)>> = members
            .iter()
            .map(|(name, member)| {
                let value = T::from_input(member, &at.below(name), problems)?;
                Some((name.clone(), value))
            })
            .collect();
        members.into_iter().collect()
    }
}

/// One field of a struct: given, left out with a default, or left out. Meant for `derive(Input)`.
pub fn field<T: FromInput>(
    json: &Json,
    name: &str,
    default: Option<&str>,
    at: &Place<'_>,
    problems: &mut Problems,
) -> Option<T> {
    let at = at.below(name);
    let default = || serde_json::from_str::<Json>(default?).ok();
    match json.get(name).cloned().or_else(default) {
        Some(json) => T::from_input(&json, &at, problems),
        None => T::left_out().or_else(|| {
            let summary = format!("`{name}` is missing");
            problems.invalid(Diagnostic::error("wrong-input", at.pointer(), summary));
            None
        }),
    }
}

/// The place of a word among the words of an enum. Meant for `derive(Input)`.
pub fn variant(
    json: &Json,
    words: &[&str],
    at: &Place<'_>,
    problems: &mut Problems,
) -> Option<usize> {
    let word = json.as_str();
    let place = words.iter().position(|known| Some(*known) == word);
    place.or_else(|| expected(&format!("one of {}", crate::ticked(words)), at, problems))
}
