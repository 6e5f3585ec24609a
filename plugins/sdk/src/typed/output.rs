//! Outputs of a step: a struct says which outputs there are, and the schema of the manifest follows from it.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::typed::id::{Id, Object};
use crate::typed::schema::Schema;
use crate::{Scalar, Value};

/// A type that an output can have. `derive(Output)` implements it for structs and for enums without fields.
///
/// ```
/// use usher_sdk::{Id, IntoOutput, Output, ReadRecord};
///
/// #[derive(ReadRecord)]
/// #[record(object = "Group")]
/// struct Group;
///
/// #[derive(Output)]
/// struct Outputs {
///     /// Id of the group
///     group_id: Id<Group>,
///     /// The members, as many as could be counted
///     members: Option<i64>,
/// }
///
/// let outputs = Outputs { group_id: Id::made_by("group/Acme"), members: None };
/// assert_eq!(outputs.json().to_string(), r#"{"group_id":{"$bound":["group/Acme","id"]}}"#);
/// ```
///
/// The first paragraph of a field's comment is its description. `#[output(…)]` on a field or a variant takes `rename`,
/// on a field also `also`, which has further words of JSON Schema. An `Option` that is `None` is left out.
#[diagnostic::on_unimplemented(
    message = "an output cannot be a `{Self}`",
    note = "it can be `String`, `bool`, `i64`, `usher_sdk::Id<…>`, `usher_sdk::Value`, `usher_sdk::Scalar`, a type with `#[derive(Output)]`, or an `Option`, `Vec` or `BTreeMap<String, …>` of these"
)]
pub trait IntoOutput {
    /// Says whether an output of this type is always there.
    const IS_ALWAYS: bool = true;

    /// Says the words of its JSON Schema.
    fn schema(schema: &mut Schema);

    /// The value as JSON; null when it is left out.
    fn json(&self) -> Json;
}

macro_rules! known {
    ($($type:ty, $name:literal);*) => {
        $(impl IntoOutput for $type {
            fn schema(schema: &mut Schema) {
                schema.set("type", $name);
            }

            fn json(&self) -> Json {
                Json::from(self.clone())
            }
        })*
    };
}

known!(String, "string"; bool, "boolean"; i64, "integer");

/// Any value, which may not be known yet.
impl IntoOutput for Scalar {
    fn schema(schema: &mut Schema) {
        schema.set("type", ["string", "number", "boolean", "null"].as_slice());
        schema.set("x-usher-unknown", true);
    }

    fn json(&self) -> Json {
        json!(self)
    }
}

impl IntoOutput for Value {
    fn schema(schema: &mut Schema) {
        Scalar::schema(schema);
    }

    fn json(&self) -> Json {
        json!(self)
    }
}

impl<O: Object> IntoOutput for Id<O> {
    fn schema(schema: &mut Schema) {
        schema.set("type", "string");
        schema.set("x-usher-unknown", true);
        schema.set("x-usher-record", O::NAME);
    }

    fn json(&self) -> Json {
        json!(Scalar::from(self))
    }
}

impl<T: IntoOutput> IntoOutput for Option<T> {
    const IS_ALWAYS: bool = false;

    fn schema(schema: &mut Schema) {
        T::schema(schema);
    }

    fn json(&self) -> Json {
        self.as_ref().map_or(Json::Null, T::json)
    }
}

impl<T: IntoOutput> IntoOutput for Vec<T> {
    fn schema(schema: &mut Schema) {
        let mut items = Schema::default();
        T::schema(&mut items);
        schema.set("type", "array");
        schema.set("items", items);
    }

    fn json(&self) -> Json {
        self.iter().map(T::json).collect()
    }
}

impl<T: IntoOutput> IntoOutput for BTreeMap<String, T> {
    fn schema(schema: &mut Schema) {
        let mut members = Schema::default();
        T::schema(&mut members);
        schema.set("type", "object");
        schema.set("additionalProperties", members);
    }

    fn json(&self) -> Json {
        let members = self.iter();
        members
            .map(|(name, member)| (name.clone(), member.json()))
            .collect()
    }
}

/// The outputs of a struct, each with its name and whether it is always there. Meant for `derive(Output)`.
pub fn object<const N: usize>(members: [(&str, bool, Json); N]) -> Json {
    let there = members.into_iter();
    let there = there.filter(|(_, is_always, json)| *is_always || !json.is_null());
    there
        .map(|(name, _, json)| (name.to_owned(), json))
        .collect()
}
