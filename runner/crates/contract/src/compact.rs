//! JSON that is kept for long and rarely read: as its text. A `Value` with two properties takes ten times as much.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// JSON as text. Equal values have equal texts: properties are sorted.
#[derive(Clone, PartialEq, Eq)]
pub struct Compact(Box<str>);

impl Compact {
    /// The text of a value.
    pub fn of(value: &Value) -> Self {
        Self(value.to_string().into_boxed_str())
    }

    /// The value.
    pub fn value(&self) -> Value {
        // The text was written of a value, here.
        serde_json::from_str(&self.0).unwrap_or_default()
    }

    /// The properties; none, when it is not an object.
    pub fn object(&self) -> Map<String, Value> {
        match self.value() {
            Value::Object(object) => object,
            _ => Map::new(),
        }
    }
}

impl Default for Compact {
    fn default() -> Self {
        Value::Null.into()
    }
}

impl From<Value> for Compact {
    fn from(value: Value) -> Self {
        Self::of(&value)
    }
}

impl From<Map<String, Value>> for Compact {
    fn from(object: Map<String, Value>) -> Self {
        Value::Object(object).into()
    }
}

impl fmt::Display for Compact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Compact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Compact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Compact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from)
    }
}
