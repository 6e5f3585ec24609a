//! Every external user of an account is in the public group of that account.

mod records;

use usher_sdk::{
    Answer, Change, Diagnostic, Failure, Id, Input, Org, Output, ReadRecord, StepPlan, WriteRecord,
};

use records::{Account, Group, GroupMember, GroupName, NewGroup, NewGroupMember, User};

/// Salesforce takes 40 characters for the name of a group.
const NAME_CHARACTERS_MAX: usize = 40;

usher_sdk::plugin! {
    summary: "Every external user of an account is in the public group of that account",
    plan: plan,
    reads: [Account, User, Group, GroupMember],
    creates: [NewGroup, NewGroupMember],
    updates: [GroupName],
}

#[derive(Input)]
struct Given {
    /// Id of the account whose external users get the group
    #[input(known)]
    account: Id<Account>,
    /// Name of the group. Without it, or empty: a new group gets the name of the account, and a group that is there
    /// keeps its own
    #[input(default = "", also = r#"{"maxLength": 40}"#)]
    name: String,
}

#[derive(Output)]
struct Outputs {
    /// Id of the group
    group_id: Id<Group>,
}

fn plan(input: Given, org: &dyn Org) -> Result<Answer<Outputs>, Failure> {
    let account = org.with_id::<Account>(&input.account)?;
    let account = account.ok_or_else(|| unknown_account(&input.account))?;
    let developer_name = format!("Account_{}", account.id.text()?);
    let (users, groups) = org.each((
        User::whose(User::ACCOUNT_ID, &account.id).whose(User::IS_ACTIVE, true),
        Group::whose(Group::DEVELOPER_NAME, &developer_name).whose(Group::KIND, "Regular"),
    ))?;
    let there = groups.first();

    let mut plan = StepPlan::new();
    let name = match (input.name.trim(), there) {
        ("", None) => shortened(&account.name),
        ("", Some(group)) => group.name.clone(),
        (wanted, _) => wanted.to_owned(),
    };
    let group_id = match there {
        None => created(&mut plan, developer_name, &name),
        Some(group) => renamed(&mut plan, group, &name),
    };
    let members = match there {
        None => vec![],
        Some(group) => org.all(GroupMember::whose(GroupMember::GROUP_ID, &group.id))?,
    };
    for user in &users {
        if user.user_type.as_deref() == Some("CspLitePortal") {
            plan.note(high_volume(&user.username));
        } else if !members
            .iter()
            .any(|member| member.user_or_group_id == user.id)
        {
            put_into(&mut plan, user, &group_id, &name);
        }
    }
    if users.is_empty() {
        let summary = format!("{} has no active external user yet", account.name);
        plan.note(Diagnostic::info("no-external-users", "", summary));
    }
    Ok(plan.outputs(Outputs { group_id }))
}

fn created(plan: &mut StepPlan, developer_name: String, name: &str) -> Id<Group> {
    let group = NewGroup {
        name: name.to_owned(),
        developer_name,
        kind: "Regular",
    };
    let summary = format!("Create the public group {name}");
    plan.create("group", summary, group.create())
}

fn renamed(plan: &mut StepPlan, group: &Group, name: &str) -> Id<Group> {
    if !Group::NAME.is_as_wanted(&group.name, name) {
        let summary = format!("Give the public group {} the name {name}", group.name);
        let name = GroupName {
            name: name.to_owned(),
        };
        plan.change(Change::new("name", summary, name.update(&group.id)));
    }
    group.id.clone()
}

fn put_into(plan: &mut StepPlan, user: &User, group: &Id<Group>, name: &str) {
    let who = &user.username;
    let member = NewGroupMember {
        group_id: group.clone(),
        user_or_group_id: user.id.clone(),
    };
    let summary = format!("Put {who} into the public group {name}");
    plan.create(format!("member/{who}"), summary, member.create());
}

fn high_volume(who: &str) -> Diagnostic {
    let summary = format!("{who} has a license for high volumes, and such users are in no group");
    Diagnostic::warning("high-volume-user", "", summary)
        .remedy(format!("Share with {who} by a sharing set"))
}

fn unknown_account(id: &Id<Account>) -> Failure {
    let summary = match id.text() {
        Ok(id) => format!("There is no account {id}"),
        Err(unknown) => return unknown,
    };
    let problem = Diagnostic::error("unknown-account", "/account", summary);
    Failure::invalid(
        problem
            .remedy("Set {with.account} to the id of an account of this org; it begins with 001"),
    )
}

fn shortened(name: &str) -> String {
    let shortened: String = name.chars().take(NAME_CHARACTERS_MAX).collect();
    shortened.trim().to_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn rehearsals_are_as_expected() {
        super::plugin().rehearse_all("../tests");
    }
}
