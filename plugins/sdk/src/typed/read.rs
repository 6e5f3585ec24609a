//! Records that are read: a struct says which fields of an object it needs.

use std::fmt;
use std::marker::PhantomData;

use crate::typed::find::{Compares, Find};
use crate::typed::id::{Id, Object};
use crate::value::is_as_wanted;
use crate::{Failure, Record, Value};

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

/// A struct whose fields are the fields of records. `derive(ReadRecord)` implements it.
///
/// ```
/// use usher_sdk::{Compared, Id, ReadRecord};
///
/// #[derive(ReadRecord)]
/// #[record(object = "User")]
/// struct User {
///     id: Id<User>,
///     username: String,                // `Username`; every name in PascalCase
///     is_active: bool,
///     user_role_id: Option<Id<Role>>,  // an `Option` where the field may be empty
///     #[record(field = "Profile.Name")]
///     profile: String,                 // a path through a parent, or another name: `Tier__c`
///     #[record(field = "Contact.AccountId")]
///     account: Compared<Id<Account>>,  // compared in lookups, never read
/// }
///
/// #[derive(ReadRecord)]
/// #[record(of = User)]                 // another look at the same object: its id is an `Id<User>`
/// struct Name {
///     id: Id<User>,
///     name: String,
/// }
///
/// #[derive(ReadRecord)]                // objects that are only referred to
/// #[record(object = "UserRole")]
/// struct Role;
/// #[derive(ReadRecord)]
/// #[record(object = "Account")]
/// struct Account;
///
/// let acme: Id<Account> = Id::new("001D000000IRFmaIAH");
/// let find = User::whose(User::ACCOUNT, &acme).whose(User::IS_ACTIVE, true);
/// assert_eq!(find.lookup().fields, ["Username", "IsActive", "UserRoleId", "Profile.Name"]);
/// ```
///
/// A text that is empty in the org is an empty `String`; everything else that may be empty is an `Option`. A field
/// whose value is not known yet defers the step, unless its type lets it through: an [`Id`] and a [`Value`].
///
/// A comparison takes the values of its field only:
///
/// ```compile_fail,E0277
/// # use usher_sdk::{Id, ReadRecord};
/// # #[derive(ReadRecord)]
/// # #[record(object = "User")]
/// # struct User { account_id: Id<Account> }
/// # #[derive(ReadRecord)]
/// # #[record(object = "Account")]
/// # struct Account;
/// # #[derive(ReadRecord)]
/// # #[record(object = "Contact")]
/// # struct Contact;
/// # let jane: Id<Contact> = Id::new("003D00000000001IAA");
/// User::whose(User::ACCOUNT_ID, &jane); // `AccountId` holds ids of accounts
/// ```
pub trait ReadRecord: Sized {
    /// The object that is read.
    type Object: Object;

    /// The fields, and whether each is read; the others are compared only.
    const FIELDS: &'static [(&'static str, bool)];

    /// Takes the fields out of an answer.
    ///
    /// # Errors
    ///
    /// A value is not known yet, or is not of the kind that the struct says.
    fn from_record(record: &Record) -> Result<Self, Failure>;

    /// Finds all records of the object that the user may see. Prefer a condition: Usher bounds the rows of a step.
    fn every() -> Find<Self> {
        Find::every()
    }

    /// Finds records whose field equals `value`.
    fn whose<K>(column: Column<Self, K>, value: impl Compares<K>) -> Find<Self> {
        Find::every().whose(column, value)
    }

    /// Finds records whose field equals one of `values`; none when there are none.
    fn whose_any<K, V: Compares<K>>(
        column: Column<Self, K>,
        values: impl IntoIterator<Item = V>,
    ) -> Find<Self> {
        Find::every().whose_any(column, values)
    }
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
