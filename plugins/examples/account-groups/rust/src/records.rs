//! The records that the step reads and writes.

use usher_sdk::{Compared, Id, ReadRecord, WriteRecord};

#[derive(ReadRecord)]
#[record(object = "Account")]
pub(crate) struct Account {
    pub(crate) id: Id<Account>,
    pub(crate) name: String,
}

#[derive(ReadRecord)]
#[record(object = "User")]
pub(crate) struct User {
    pub(crate) id: Id<User>,
    pub(crate) username: String,
    pub(crate) user_type: Option<String>,
    account_id: Compared<Id<Account>>,
    is_active: Compared<bool>,
}

#[derive(ReadRecord)]
#[record(object = "Group")]
pub(crate) struct Group {
    pub(crate) id: Id<Group>,
    pub(crate) name: String,
    developer_name: Compared<String>,
    #[record(field = "Type")]
    kind: Compared<String>,
}

#[derive(ReadRecord)]
#[record(object = "GroupMember")]
pub(crate) struct GroupMember {
    pub(crate) user_or_group_id: Id<User>,
    group_id: Compared<Id<Group>>,
}

#[derive(WriteRecord)]
#[record(of = Group)]
pub(crate) struct NewGroup {
    pub(crate) name: String,
    #[record(unique)]
    pub(crate) developer_name: String,
    #[record(unique, field = "Type")]
    pub(crate) kind: &'static str,
}

#[derive(WriteRecord)]
#[record(of = GroupMember)]
pub(crate) struct NewGroupMember {
    #[record(unique)]
    pub(crate) group_id: Id<Group>,
    #[record(unique)]
    pub(crate) user_or_group_id: Id<User>,
}

#[derive(WriteRecord)]
#[record(of = Group)]
pub(crate) struct GroupName {
    pub(crate) name: String,
}
