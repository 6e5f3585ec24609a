//! Adds to the id of a record that is only planned the object of the record: `{"$ref": …, "$object": …}`, as the
//! contract hands it to plugins.

use serde_json::{Map, Value};
use usher_core::value::Token;
use usher_core::view::View;

use crate::reads::Reader;

impl Reader {
    /// A step's input with the object beside every reference to a record that earlier steps bring.
    pub fn with_objects(&self, mut input: Map<String, Value>) -> Map<String, Value> {
        let view = self.view();
        input.values_mut().for_each(|value| name(value, &view));
        input
    }
}

fn name(value: &mut Value, view: &View) {
    match value {
        Value::Object(object) => {
            let token = object.get("$ref").and_then(Value::as_str);
            let token = token.map(Token::of_text);
            match token.and_then(|token| view.object_of(&token).map(str::to_owned)) {
                Some(of) => {
                    object.insert("$object".to_owned(), Value::from(of));
                }
                None => object.values_mut().for_each(|value| name(value, view)),
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| name(value, view)),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
