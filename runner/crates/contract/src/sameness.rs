//! Compares values by [`usher_sameness`]. A value with a reference equals only itself.

use usher_sameness::Value;

pub use usher_sameness::{stored, time};

use crate::value::Scalar;

impl Scalar {
    /// Says that SOQL would find one of the two by the other in `field`: text is compared without case.
    pub fn found_by(&self, field: &str, other: &Self) -> bool {
        match (self.known(), other.known()) {
            (Some(a), Some(b)) => usher_sameness::found_by(field, a, b),
            _ => self == other,
        }
    }

    /// Says that nothing is left to change where `field` has this value: case counts.
    pub fn is_as_wanted(&self, field: &str, wanted: &Self) -> bool {
        match (self.known(), wanted.known()) {
            (Some(there), Some(wanted)) => usher_sameness::is_as_wanted(field, there, wanted),
            _ => self == wanted,
        }
    }

    /// Says that both are the id of the same record.
    pub fn is_same_id(&self, other: &Self) -> bool {
        self.found_by("Id", other)
    }

    fn known(&self) -> Option<Value<'_>> {
        Some(match self {
            Self::Nothing => Value::Nothing,
            Self::Truth(truth) => Value::Truth(*truth),
            Self::Number(number) => Value::Number(number),
            Self::Text(text) => Value::Text(text),
            Self::Date(date) => Value::Date(date),
            Self::DateTime(time) => Value::DateTime(time),
            Self::Reference(_) | Self::Joined(_) => return None,
        })
    }
}
