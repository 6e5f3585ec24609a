//! Ids of records, with the object in their type.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use crate::typed::allowed::DeclaredDelete;
use crate::{DeleteRecord, Failure, Reference, Scalar, Value};

/// An object of Salesforce. `derive(ReadRecord)` implements it for a struct with `#[record(object = "…")]`; a struct
/// without fields is an object that is only referred to.
pub trait Object {
    /// API name, e.g. `User`.
    const NAME: &'static str;
}

/// The id of a record of the object `O`: known, not known yet, or that of a record which this plan makes. Pass it on
/// as it is; an id of another object does not compile in its place.
///
/// ```
/// use usher_sdk::{Id, ReadRecord};
///
/// #[derive(ReadRecord)]
/// #[record(object = "User")]
/// struct User;
///
/// let ada: Id<User> = Id::new("005D0000001aBcD");
/// assert_eq!(ada, Id::new("005D0000001aBcDIAU"), "the same record, in 15 and in 18 characters");
/// ```
///
/// ```compile_fail,E0308
/// # use usher_sdk::{Id, ReadRecord};
/// # #[derive(ReadRecord)]
/// # #[record(object = "User")]
/// # struct User;
/// # #[derive(ReadRecord)]
/// # #[record(object = "Account")]
/// # struct Account;
/// fn deactivate(user: &Id<User>) {}
///
/// let acme: Id<Account> = Id::new("001D000000IRFmaIAH");
/// deactivate(&acme); // expected `&Id<User>`, found `&Id<Account>`
/// ```
pub struct Id<O> {
    id: Scalar,
    object: PhantomData<fn() -> O>,
}

impl<O> Id<O> {
    /// An id that is written down, e.g. in a test. Ids from the org and from the input have their type already.
    pub fn new(id: impl Into<String>) -> Self {
        Self::of(Scalar::Text(id.into()))
    }

    /// The id of the record that the change at `address` makes, for a change that has no typed constructor.
    pub fn made_by(address: &str) -> Self {
        Self::of(Scalar::bound(address, "id"))
    }

    pub(crate) fn of(id: Scalar) -> Self {
        Self {
            id,
            object: PhantomData,
        }
    }

    /// The id that a field or an input holds; none when it is empty or no id can be in it.
    pub(crate) fn of_value(value: Value) -> Option<Self> {
        match value {
            Value::Text(_) | Value::Unknown(_) => Some(Self::of(value.into())),
            _ => None,
        }
    }

    /// Says whether the record is there already: its id is known.
    pub fn is_known(&self) -> bool {
        matches!(self.id, Scalar::Text(_))
    }

    /// The id as a text.
    ///
    /// # Errors
    ///
    /// It is not known yet: the step is deferred. This plan makes the record itself: a fault of the plugin.
    pub fn text(&self) -> Result<&str, Failure> {
        match &self.id {
            Scalar::Text(id) => Ok(id),
            Scalar::Reference(Reference::Given(token)) => Err(Failure::deferred(
                token,
                "it depends on a value that is not known yet",
            )),
            _ => Err(Failure::Broken(
                "the id of a record that this plan makes has no text".to_owned(),
            )),
        }
    }

    /// Deletes the record. `deletes` of [`crate::plugin`] must name the object. Say with [`crate::Change::undo`]
    /// whether the deletion can be undone.
    pub fn delete(&self) -> DeleteRecord
    where
        O: Object + DeclaredDelete,
    {
        DeleteRecord {
            object: O::NAME.to_owned(),
            id: self.into(),
        }
    }

    /// The form in which ids are compared, and a number for the kind, so that known ones come first.
    fn key(&self) -> (u8, String) {
        match &self.id {
            Scalar::Text(id) => (
                0,
                usher_sameness::id::canonical(id).unwrap_or_else(|| id.clone()),
            ),
            Scalar::Reference(Reference::Given(token)) => (1, token.clone()),
            Scalar::Reference(Reference::Bound(bound)) => (2, bound.address.clone()),
            other => (3, format!("{other:?}")),
        }
    }
}

impl<O> Clone for Id<O> {
    fn clone(&self) -> Self {
        Self::of(self.id.clone())
    }
}

impl<O> fmt::Debug for Id<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}

/// Two ids are equal when they are of the same record, in 15 or 18 characters.
impl<O> PartialEq for Id<O> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl<O> Eq for Id<O> {}

impl<O> PartialOrd for Id<O> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<O> Ord for Id<O> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl<O> Hash for Id<O> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl<O> From<Id<O>> for Scalar {
    fn from(id: Id<O>) -> Self {
        id.id
    }
}

impl<O> From<&Id<O>> for Scalar {
    fn from(id: &Id<O>) -> Self {
        id.id.clone()
    }
}
