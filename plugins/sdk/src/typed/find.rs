//! Lookups for records of a struct.

use std::marker::PhantomData;

use crate::typed::declared::DeclaredRead;
use crate::typed::id::{Id, Object};
use crate::typed::read::{Column, ReadRecord, kind};
use crate::{Failure, Lookup, Org, Probe, Scalar};

/// Finds records as `R` reads them: [`ReadRecord::whose`] begins one, `org.all` asks for its records.
pub struct Find<R> {
    lookup: Lookup,
    record: PhantomData<fn() -> R>,
}

impl<R: ReadRecord> Find<R> {
    pub(crate) fn every() -> Self {
        let fields = R::FIELDS.iter().filter(|(_, is_read)| *is_read);
        let fields = fields.map(|(field, _)| *field);
        Self {
            lookup: Lookup::of(R::Object::NAME).read(fields.filter(|field| *field != "Id")),
            record: PhantomData,
        }
    }

    /// Of these, the records whose field equals `value`.
    #[must_use]
    pub fn whose<K>(mut self, column: Column<R, K>, value: impl Compares<K>) -> Self {
        self.lookup = self.lookup.whose(column.field, value.scalar());
        self
    }

    /// Of these, the records whose field equals one of `values`; none when there are none.
    #[must_use]
    pub fn whose_any<K, V: Compares<K>>(
        mut self,
        column: Column<R, K>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(Compares::scalar);
        self.lookup = self.lookup.whose_any(column.field, values);
        self
    }

    /// The lookup as the contract has it.
    pub fn lookup(&self) -> &Lookup {
        &self.lookup
    }

    /// Looks for the records, without their fields: for waits, for a way back, and for what a change binds.
    pub fn probe(self) -> Probe {
        Probe::Records(Lookup {
            fields: vec![],
            ..self.lookup
        })
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

impl dyn Org + '_ {
    /// All records that a lookup finds, ordered by id, planned ones last.
    ///
    /// `reads` of [`crate::plugin`] must name the struct:
    ///
    /// ```compile_fail,E0277
    /// # use usher_sdk::{Failure, Org, ReadRecord};
    /// #[derive(ReadRecord)]
    /// #[record(object = "User")]
    /// struct User {
    ///     username: String,
    /// }
    ///
    /// fn users(org: &dyn Org) -> Result<Vec<User>, Failure> {
    ///     org.all(User::every()) // `User` is not among the `reads` of this plugin
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// The read has no answer, or a field is not as the struct says.
    pub fn all<R: ReadRecord + DeclaredRead>(&self, find: Find<R>) -> Result<Vec<R>, Failure> {
        let found = self.find(&find.lookup)?;
        found.iter().map(R::from_record).collect()
    }

    /// The record with this id; none when there is none.
    ///
    /// # Errors
    ///
    /// As [`all`](#method.all).
    pub fn with_id<R: ReadRecord + DeclaredRead>(
        &self,
        id: &Id<R::Object>,
    ) -> Result<Option<R>, Failure> {
        let mut find = R::every();
        find.lookup = find.lookup.whose("Id", id);
        Ok(self.all(find)?.into_iter().next())
    }

    /// Several lookups at once that do not need each other's answers, in fewer requests:
    /// `let (users, groups) = org.each((User::every(), Group::every()))?`.
    ///
    /// # Errors
    ///
    /// As [`all`](#method.all).
    pub fn each<F: Finds>(&self, finds: F) -> Result<F::Found, Failure> {
        finds.all(self)
    }
}

/// Two, three or four lookups: see `each` of [`Org`].
pub trait Finds {
    /// The records of each.
    type Found;

    /// Asks for all of them.
    ///
    /// # Errors
    ///
    /// One of them has no answer, or a field is not as its struct says.
    fn all(self, org: &dyn Org) -> Result<Self::Found, Failure>;
}

macro_rules! several {
    ($($record:ident $name:ident),*) => {
        impl<$($record: ReadRecord + DeclaredRead),*> Finds for ($(Find<$record>,)*) {
            type Found = ($(Vec<$record>,)*);

            fn all(self, org: &dyn Org) -> Result<Self::Found, Failure> {
                let ($($name,)*) = self;
                let [$($name),*] = org.find_each([$($name.lookup),*])?;
                Ok(($($name.iter().map($record::from_record).collect::<Result<_, _>>()?,)*))
            }
        }
    };
}

several!(A a, B b);
several!(A a, B b, C c);
several!(A a, B b, C c, D d);
