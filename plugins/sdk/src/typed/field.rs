//! Fields that are read: the types that a field of a record can have.

use std::marker::PhantomData;

use crate::typed::column::kind;
use crate::typed::id::Id;
use crate::{Failure, Record, Value};

/// A type that a field of a record can have.
#[diagnostic::on_unimplemented(
    message = "a field of a record cannot be read as `{Self}`",
    note = "it can be `String`, `bool`, `i64`, `usher_sdk::Id<…>`, `usher_sdk::Value`, an `Option` of these, or `usher_sdk::Compared<…>`"
)]
pub trait ReadField: Sized {
    /// The values that the field is compared with.
    type Kind;

    /// Says whether the field is read, and not compared only.
    const IS_READ: bool = true;

    /// Takes the field out of a record.
    ///
    /// # Errors
    ///
    /// The value is not known yet, or of another kind.
    fn from_field(record: &Record, field: &str) -> Result<Self, Failure>;
}

/// A field that lookups compare and nobody reads.
pub struct Compared<T>(PhantomData<fn() -> T>);

impl<T: ReadField> ReadField for Compared<T> {
    type Kind = T::Kind;
    const IS_READ: bool = false;

    fn from_field(_: &Record, _: &str) -> Result<Self, Failure> {
        Ok(Self(PhantomData))
    }
}

impl ReadField for String {
    type Kind = kind::Text;

    fn from_field(record: &Record, field: &str) -> Result<Self, Failure> {
        record.text(field).map(str::to_owned)
    }
}

impl ReadField for bool {
    type Kind = kind::Truth;

    fn from_field(record: &Record, field: &str) -> Result<Self, Failure> {
        record.truth(field)
    }
}

impl ReadField for i64 {
    type Kind = kind::Number;

    fn from_field(record: &Record, field: &str) -> Result<Self, Failure> {
        record.integer(field)?.ok_or_else(|| empty(field))
    }
}

impl ReadField for Value {
    type Kind = kind::Any;

    fn from_field(record: &Record, field: &str) -> Result<Self, Failure> {
        record.value(field)
    }
}

impl<O> ReadField for Id<O> {
    type Kind = kind::Reference<O>;

    fn from_field(record: &Record, field: &str) -> Result<Self, Failure> {
        Self::of_value(record.value(field)?).ok_or_else(|| empty(field))
    }
}

impl<T: ReadField> ReadField for Option<T> {
    type Kind = T::Kind;

    fn from_field(record: &Record, field: &str) -> Result<Self, Failure> {
        match record.value(field)? {
            Value::Nothing => Ok(None),
            _ => T::from_field(record, field).map(Some),
        }
    }
}

fn empty(field: &str) -> Failure {
    Failure::Broken(format!(
        "the field `{field}` holds no such value in this record; the struct that reads it can say `Option`"
    ))
}
