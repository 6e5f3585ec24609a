"""Every external user of an account is in the public group of that account."""

from typing import TypedDict

from usher_step import (
    Change,
    CreateRecord,
    Diagnostic,
    Failure,
    Lookup,
    Org,
    Record,
    Scalar,
    StepPlan,
    UpdateRecord,
    is_as_wanted,
)

NAME_CHARACTERS_MAX = 40


class Input(TypedDict):
    account: str
    name: str


def plan(input: Input, org: Org) -> StepPlan:
    accounts = org.find(Lookup.of("Account").read("Name").whose("Id", input["account"]))
    if not accounts:
        raise unknown_account(input["account"])
    account = accounts[0]
    developer_name = f"Account_{account.text('Id')}"
    users, groups = org.find_all(
        Lookup.of("User").read("Username", "UserType").whose("AccountId", account.id()).whose("IsActive", True),
        Lookup.of("Group").read("Name").whose("DeveloperName", developer_name).whose("Type", "Regular"),
    )

    plan = StepPlan()
    group: Scalar
    members: list[Record] = []
    if groups:
        wanted = input["name"].strip() or groups[0].text("Name")
        rename(plan, groups[0], wanted)
        group = groups[0].id()
        members = org.find(Lookup.of("GroupMember").read("UserOrGroupId").whose("GroupId", group))
    else:
        wanted = input["name"].strip() or account.text("Name")[:NAME_CHARACTERS_MAX].strip()
        group = create(plan, developer_name, wanted)
    for user in users:
        if user.value("UserType") == "CspLitePortal":
            plan.note(high_volume(user.text("Username")))
        elif not any(is_as_wanted("UserOrGroupId", one.value("UserOrGroupId"), user.id()) for one in members):
            plan.change(membership(user, group, wanted))
    if not users:
        plan.note(Diagnostic.info("no-external-users", "", f"{account.text('Name')} has no active external user yet"))
    return plan.answer({"group_id": group})


def create(plan: StepPlan, developer_name: str, name: str) -> Scalar:
    group = (
        CreateRecord.of("Group")
        .set("Name", name)
        .set("DeveloperName", developer_name)
        .set("Type", "Regular")
        .unique("DeveloperName", "Type")
    )
    change = Change("group", f"Create the public group {name}", group)
    plan.change(change)
    return change.id()


def rename(plan: StepPlan, group: Record, name: str) -> None:
    if not is_as_wanted("Name", group.value("Name"), name):
        summary = f"Give the public group {group.text('Name')} the name {name}"
        plan.change(Change("name", summary, UpdateRecord.of("Group", group.id()).set("Name", name)))


def membership(user: Record, group: Scalar, name: str) -> Change:
    member = (
        CreateRecord.of("GroupMember")
        .set("GroupId", group)
        .set("UserOrGroupId", user.id())
        .unique("GroupId", "UserOrGroupId")
    )
    who = user.text("Username")
    return Change(f"member/{who}", f"Put {who} into the public group {name}", member)


def high_volume(who: str) -> Diagnostic:
    summary = f"{who} has a license for high volumes, and such users are in no group"
    return Diagnostic.warning("high-volume-user", "", summary).remedy(f"Share with {who} by a sharing set")


def unknown_account(id: str) -> Failure:
    problem = Diagnostic.error("unknown-account", "/account", f"There is no account {id}")
    return Failure.invalid(
        problem.remedy("Set {with.account} to the id of an account of this org; it begins with 001")
    )
