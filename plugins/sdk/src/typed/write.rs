//! Records that are written: a struct says which fields a change sends.

use std::marker::PhantomData;

use crate::plan::conditions;
use crate::typed::allowed::{DeclaredCreate, DeclaredEnsure, DeclaredUpdate};
use crate::typed::id::{Id, Object};
use crate::{
    Change, CreateRecord, Duplicates, Failure, Field, Key, Lookup, Operation, Org, Reference,
    Scalar, StepPlan, UpdateRecord, Value,
};

/// A struct whose fields are sent to records. `derive(WriteRecord)` implements it. `of` names the struct that is the
/// object; fields have their names as in [`ReadRecord`](crate::ReadRecord). An `Option` that is `None` is not sent.
///
/// ```
/// use usher_sdk::{Change, Id, ReadRecord, StepPlan, WriteRecord};
/// # #[derive(usher_sdk::Input)]
/// # struct Nothing {}
/// # #[derive(usher_sdk::Output)]
/// # struct NoOutput {}
/// # fn nothing(_: Nothing, _: &dyn usher_sdk::Org) -> Result<usher_sdk::Answer<NoOutput>, usher_sdk::Failure> {
/// #     Ok(StepPlan::new().outputs(NoOutput {}))
/// # }
/// # usher_sdk::plugin! { name: "groups", version: "0.1.0", summary: "A group is there", plan: nothing, creates: [NewGroup, NewMember], updates: [Label] }
///
/// #[derive(ReadRecord)]
/// #[record(object = "User")]
/// struct User;
/// #[derive(ReadRecord)]
/// #[record(object = "Group")]
/// struct Group;
/// #[derive(ReadRecord)]
/// #[record(object = "GroupMember")]
/// struct GroupMember;
///
/// #[derive(WriteRecord)]
/// #[record(of = Group)]
/// struct NewGroup {
///     name: String,
///     #[record(unique)]            // Salesforce refuses a second group with the same two values
///     developer_name: String,
///     #[record(unique, field = "Type")]
///     kind: &'static str,
/// }
///
/// #[derive(WriteRecord)]
/// #[record(of = GroupMember)]
/// struct NewMember {
///     #[record(unique)]
///     group_id: Id<Group>,
///     #[record(unique)]
///     user_or_group_id: Id<User>,
/// }
///
/// #[derive(WriteRecord)]
/// #[record(of = Group)]
/// struct Label {
///     name: String,
/// }
///
/// let mut plan = StepPlan::new();
/// let group = NewGroup { name: "Acme".into(), developer_name: "Acme".into(), kind: "Regular" };
/// let group: Id<Group> = plan.create("group/Acme", "Make the group `Acme`", group.create());
/// let ada = Id::new("005D0000001aBcDIAU");
/// let member = NewMember { group_id: group, user_or_group_id: ada };
/// plan.create("member/ada", "Ada becomes a member of `Acme`", member.create());
///
/// let partners = Id::new("00GD0000001aBcDIAU");
/// let label = Label { name: "Partners".into() };
/// plan.change(Change::new("label", "Call the group `Partners`", label.update(&partners)));
/// assert_eq!(plan.changes.len(), 3);
/// ```
///
/// A group's id in the place of a user's does not compile:
///
/// ```compile_fail,E0308
/// # use usher_sdk::{Id, ReadRecord, WriteRecord};
/// # #[derive(ReadRecord)]
/// # #[record(object = "User")]
/// # struct User;
/// # #[derive(ReadRecord)]
/// # #[record(object = "Group")]
/// # struct Group;
/// #[derive(WriteRecord)]
/// #[record(of = User)]
/// struct NewDelegate {
///     delegated_approver_id: Id<User>,
/// }
///
/// let partners: Id<Group> = Id::new("00GD0000001aBcDIAU");
/// NewDelegate { delegated_approver_id: partners };
/// ```
///
/// Nor does a write that `creates` or `updates` of [`crate::plugin`] do not name:
///
/// ```compile_fail,E0277
/// # use usher_sdk::{Id, ReadRecord, WriteRecord};
/// # #[derive(ReadRecord)]
/// # #[record(object = "User")]
/// # struct User;
/// #[derive(WriteRecord)]
/// #[record(of = User)]
/// struct Title {
///     title: String,
/// }
///
/// let ada: Id<User> = Id::new("005D0000001aBcDIAU");
/// Title { title: "Countess".into() }.update(&ada);
/// ```
pub trait WriteRecord: Sized {
    /// The object that is written.
    type Object: Object;

    /// Every field that may be sent.
    const FIELDS: &'static [&'static str];

    /// The fields that are sent.
    fn fields(self) -> Vec<Field>;

    /// Makes a record with these fields. `creates` of [`crate::plugin`] must name the struct.
    fn create(self) -> Create<Self::Object>
    where
        Self: NewRecord + DeclaredCreate,
    {
        created(self)
    }

    /// Sets the fields of the record with this id. `updates` of [`crate::plugin`] must name the struct.
    fn update(self, id: &Id<Self::Object>) -> UpdateRecord
    where
        Self: DeclaredUpdate,
    {
        UpdateRecord {
            object: Self::Object::NAME.to_owned(),
            id: id.into(),
            fields: self.fields(),
            options: vec![],
        }
    }
}

/// A struct by whose fields Usher recognises a record that it makes: those with `#[record(unique)]`, where Salesforce
/// itself refuses a second record with the same values, or those with `#[record(recognised)]`, where it does not. Such a
/// field is always sent, so it is not an `Option`.
///
/// `new.create()` makes a record; `plan.ensure` takes the record with this key that is there already, or makes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot make a record: no field says how the record is recognised",
    note = "give fields `#[record(unique)]` when Salesforce refuses a second record with the same values, else `#[record(recognised)]`"
)]
pub trait NewRecord: WriteRecord {
    /// The fields of the key.
    const KEY: &'static [&'static str];

    /// Says whether Salesforce refuses a second record with the same key.
    const ENFORCED: bool;
}

fn created<W: NewRecord>(new: W) -> Create<W::Object> {
    let fields = new.fields();
    Create {
        record: CreateRecord {
            object: W::Object::NAME.to_owned(),
            key: Key {
                conditions: conditions(&fields, W::KEY),
                enforced: W::ENFORCED,
            },
            fields,
            options: vec![],
        },
        object: PhantomData,
    }
}

/// Makes a record of the object `O`: [`WriteRecord::create`]. Plan it with `create` of [`StepPlan`], or with
/// [`Create::change`] when the change needs more, e.g. something that it waits for.
pub struct Create<O> {
    record: CreateRecord,
    object: PhantomData<fn() -> O>,
}

impl<O: Object> Create<O> {
    /// The answer to a duplicate rule of the org that takes the record for one that is there.
    #[must_use]
    pub fn duplicates(mut self, duplicates: Duplicates) -> Self {
        self.record = self.record.duplicates(duplicates);
        self
    }

    /// The change, and the id of the record that it makes.
    pub fn change(self, address: impl Into<String>, summary: impl Into<String>) -> (Change, Id<O>) {
        let change = Change::new(address, summary, self);
        let id = Id::made_by(&change.address);
        (change, id)
    }
}

impl<O> From<Create<O>> for Operation {
    fn from(create: Create<O>) -> Self {
        Self::Create(create.record)
    }
}

impl StepPlan {
    /// Adds a change that makes a record, undone by deleting it. Returns the id of the record.
    pub fn create<O: Object>(
        &mut self,
        address: impl Into<String>,
        summary: impl Into<String>,
        create: Create<O>,
    ) -> Id<O> {
        let (change, id) = create.change(address, summary);
        self.change(change);
        id
    }

    /// Takes the record that has the key of `new` already, else adds a change that makes it. Returns the id of the
    /// record. `ensures` of [`crate::plugin`] must name the struct.
    ///
    /// # Errors
    ///
    /// The org gives no answer to the question whether the record is there.
    pub fn ensure<W: NewRecord + DeclaredEnsure>(
        &mut self,
        org: &dyn Org,
        address: impl Into<String>,
        summary: impl Into<String>,
        new: W,
    ) -> Result<Id<W::Object>, Failure> {
        let create = created(new);
        let mut conditions = create.record.key.conditions.iter();
        // A record that refers to one of this plan cannot be there yet.
        if conditions.all(|condition| condition.any_of.iter().all(is_there)) {
            let found = org.find(&Lookup {
                object: W::Object::NAME.to_owned(),
                fields: vec![],
                conditions: create.record.key.conditions.clone(),
            })?;
            if let Some(record) = found.first()
                && let Some(id) = Id::of_value(record.id()?)
            {
                return Ok(id);
            }
        }
        Ok(self.create(address, summary, create))
    }
}

/// Says whether a value is known without carrying out this plan.
fn is_there(value: &Scalar) -> bool {
    match value {
        Scalar::Reference(reference) => matches!(reference, Reference::Given(_)),
        Scalar::Joined(_) => false,
        _ => true,
    }
}

/// A type that a field of a written record can have.
#[diagnostic::on_unimplemented(
    message = "a field of a record cannot be sent as `{Self}`",
    note = "it can be a text, `bool`, `i64`, `usher_sdk::Id<…>`, `usher_sdk::Value`, `usher_sdk::Scalar`, or an `Option` of these"
)]
pub trait SentField {
    /// Says whether a field of this type is always sent.
    const IS_ALWAYS: bool = true;

    /// The value that is sent; none when the field is not.
    fn sent(self) -> Option<Scalar>;
}

macro_rules! sent {
    ($($type:ty),*) => {
        $(impl SentField for $type {
            fn sent(self) -> Option<Scalar> {
                Some(self.into())
            }
        })*
    };
}

sent!(&str, String, bool, i64, Value, Scalar);

impl<O> SentField for Id<O> {
    fn sent(self) -> Option<Scalar> {
        Some(self.into())
    }
}

impl<T: SentField> SentField for Option<T> {
    const IS_ALWAYS: bool = false;

    fn sent(self) -> Option<Scalar> {
        self?.sent()
    }
}

/// The fields that have a value. Meant for `derive(WriteRecord)`.
pub fn sent<const N: usize>(fields: [(&str, Option<Scalar>); N]) -> Vec<Field> {
    let fields = fields.into_iter();
    fields
        .filter_map(|(name, value)| Some(Field::new(name, value?)))
        .collect()
}
