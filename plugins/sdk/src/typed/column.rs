//! Fields in conditions: each is compared with values of its kind only.

use std::fmt;
use std::marker::PhantomData;

use crate::Scalar;
use crate::typed::id::Id;
use crate::value::is_as_wanted;

/// The kinds of values that fields are compared by. See [`Column`].
pub mod kind {
    use std::marker::PhantomData;

    /// Texts.
    pub struct Text;
    /// True or false.
    pub struct Truth;
    /// Whole numbers.
    pub struct Number;
    /// Ids of records of `O`.
    pub struct Reference<O>(PhantomData<fn() -> O>);
    /// Any value: a field that is a [`crate::Value`].
    pub struct Any;
}

/// A field of a record that is read, for conditions: `User::USERNAME`. `K` is one of [`kind`].
pub struct Column<R, K> {
    pub(crate) field: &'static str,
    record: PhantomData<fn() -> (R, K)>,
}

impl<R, K> Column<R, K> {
    #[doc(hidden)]
    pub const fn of(field: &'static str) -> Self {
        Self {
            field,
            record: PhantomData,
        }
    }

    /// Says that nothing is left to change where this field holds `there` and should hold `wanted`: as
    /// [`Value::is_as_wanted`], so blanks at the ends do not count, and case does.
    pub fn is_as_wanted(self, there: impl Compares<K>, wanted: impl Compares<K>) -> bool {
        is_as_wanted(self.field, &there.scalar(), &wanted.scalar())
    }
}

impl<R, K> Clone for Column<R, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, K> Copy for Column<R, K> {}

impl<R, K> fmt::Display for Column<R, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field)
    }
}

/// A value that a field of a kind is compared with.
#[diagnostic::on_unimplemented(
    message = "this field is not compared with `{Self}`",
    note = "a text field is compared with a text, a reference with an `Id` of its object; `usher_sdk::Empty` stands for a field that holds nothing"
)]
pub trait Compares<K> {
    /// The value as the contract has it.
    fn scalar(self) -> Scalar;
}

/// Nothing: the field is empty.
#[derive(Clone, Copy, Debug)]
pub struct Empty;

impl<K> Compares<K> for Empty {
    fn scalar(self) -> Scalar {
        Scalar::Nothing
    }
}

impl Compares<kind::Text> for &str {
    fn scalar(self) -> Scalar {
        self.into()
    }
}

impl Compares<kind::Text> for String {
    fn scalar(self) -> Scalar {
        self.into()
    }
}

impl Compares<kind::Text> for &String {
    fn scalar(self) -> Scalar {
        self.into()
    }
}

impl Compares<kind::Truth> for bool {
    fn scalar(self) -> Scalar {
        self.into()
    }
}

impl Compares<kind::Number> for i64 {
    fn scalar(self) -> Scalar {
        self.into()
    }
}

impl<O> Compares<kind::Reference<O>> for Id<O> {
    fn scalar(self) -> Scalar {
        self.into()
    }
}

impl<O> Compares<kind::Reference<O>> for &Id<O> {
    fn scalar(self) -> Scalar {
        self.into()
    }
}

impl<T: Into<Scalar>> Compares<kind::Any> for T {
    fn scalar(self) -> Scalar {
        self.into()
    }
}
