//! Records that are read: a struct says which fields of an object it needs, and a lookup finds its records.

use std::marker::PhantomData;

use crate::typed::allowed::DeclaredRead;
use crate::typed::column::{Column, Compares};
use crate::typed::id::{Id, Object};
use crate::{Failure, Lookup, Org, Probe, Record};

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
