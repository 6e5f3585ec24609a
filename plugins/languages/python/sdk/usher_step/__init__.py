"""The SDK for step plugins in Python. A plugin is a module `plugin` with one function, which answers with a `StepPlan` or
raises a `Failure`:

    from usher_step import Change, Diagnostic, Failure, Lookup, Org, StepPlan, UpdateRecord

    def plan(input: dict[str, Any], org: Org) -> StepPlan:
        users = org.find(Lookup.of("User").read("Username", "Title").whose("Id", input["user"]))
        if not users:
            raise Failure.invalid(Diagnostic.error("unknown-user", "/user", "There is no such user"))
        plan = StepPlan()
        …
        return plan.answer({"user_id": users[0].id()})

Written by Usher: `usher plugin sdk` writes it again.
"""

from wit_world.imports.context import Identity, OrgKind
from wit_world.imports.types import Certainty, Method, Severity

from .change import Change, Consequence, Effect, Finding, Probe, TakeBack, Wait
from .failure import Diagnostic, Failure, Problems, ReadError
from .guest import answer
from .operation import (
    ComponentName,
    ConfigureSettings,
    CreateRecord,
    DeleteRecord,
    DeployComponents,
    ResourcePath,
    RestRequest,
    UpdateRecord,
)
from .org import Lookup, Org, Record
from .plan import StepPlan
from .same import found_by, is_as_wanted, is_same_id
from .value import Bound, Date, DateTime, Joined, Scalar, Unknown, Value, integer, joined, text, truth

__all__ = [
    "Bound",
    "Certainty",
    "Change",
    "ComponentName",
    "ConfigureSettings",
    "Consequence",
    "CreateRecord",
    "Date",
    "DateTime",
    "DeleteRecord",
    "DeployComponents",
    "Diagnostic",
    "Effect",
    "Failure",
    "Finding",
    "Identity",
    "Joined",
    "Lookup",
    "Method",
    "Org",
    "OrgKind",
    "Probe",
    "Problems",
    "ReadError",
    "Record",
    "ResourcePath",
    "RestRequest",
    "Scalar",
    "Severity",
    "StepPlan",
    "TakeBack",
    "Unknown",
    "UpdateRecord",
    "Value",
    "Wait",
    "answer",
    "found_by",
    "integer",
    "is_as_wanted",
    "is_same_id",
    "joined",
    "text",
    "truth",
]
