"""A user has a title."""

from typing import TypedDict

from usher_step import Change, Diagnostic, Failure, Lookup, Org, StepPlan, UpdateRecord, Value, is_as_wanted


class Input(TypedDict):
    user: Value
    title: str


def plan(input: Input, org: Org) -> StepPlan:
    users = org.find(Lookup.of("User").read("Username", "Title").whose("Id", input["user"]))
    if not users:
        raise Failure.invalid(Diagnostic.error("unknown-user", "/user", "There is no such user"))
    user = users[0]

    plan = StepPlan()
    if not is_as_wanted("Title", user.value("Title"), input["title"]):
        who = user.text("Username")
        update = UpdateRecord.of("User", user.id()).set("Title", input["title"])
        plan.change(Change(f"title/{who}", f"Give {who} the title {input['title']}", update))
    return plan.answer({"user_id": user.id()})
