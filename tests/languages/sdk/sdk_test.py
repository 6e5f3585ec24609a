"""The SDK for Python without a component: `python3 tests/languages/sdk/sdk_test.py`."""

import json
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
SDK = HERE.parents[2] / "plugins" / "languages" / "python" / "sdk"
sys.dont_write_bytecode = True
sys.path[:0] = [str(SDK), str(SDK / "typings")]

from componentize_py_types import Err, Ok  # noqa: E402
from wit_world.imports import log, org, types  # noqa: E402

import usher_step  # noqa: E402
from usher_step import (  # noqa: E402
    Bound,
    Change,
    CreateRecord,
    Date,
    DateTime,
    Diagnostic,
    Lookup,
    Problems,
    StepPlan,
    Unknown,
    UpdateRecord,
    joined,
)


def called(plan, input=None, *answers):
    """The answer of one call: the plan, or the failure. Each read gets the next of `answers`."""
    left, lines = list(answers), []

    def find(what):
        answer = left.pop(0)
        if not isinstance(answer, list):
            raise Err(answer)
        return json.dumps(answer)

    def one(what):
        try:
            return Ok(find(what))
        except Err as error:
            return Err(error.value)

    org.find, org.find_all = find, lambda all: [one(what) for what in all]
    log.emit = lambda level, message: lines.append(f"{level.name} {message}")
    streams = sys.stdout, sys.stderr
    try:
        return usher_step.answer(plan, json.dumps(input or {})), lines
    except Err as failure:
        return failure.value, lines
    finally:
        sys.stdout, sys.stderr = streams


def value(document):
    match document:
        case {"date": day}:
            return Date(day)
        case {"date-time": instant}:
            return DateTime(instant)
        case {"$ref": token}:
            return Unknown(token)
        case _:
            return document


def change(summary, operation):
    def plan(input, org):
        plan = StepPlan()
        plan.change(Change("a", summary, operation()))
        return plan.answer({})

    return plan


def update():
    return UpdateRecord.of("User", "005").set("Title", "x")


class Sdk(unittest.TestCase):
    def test_values_are_compared_as_usher_compares_them(self):
        for field, a, b, expected in json.loads((HERE / "sameness.json").read_text()):
            for one, other in [(value(a), value(b)), (value(b), value(a))]:
                found = "no"
                if usher_step.is_as_wanted(field, one, other):
                    found = "as-wanted"
                elif usher_step.found_by(field, one, other):
                    found = "found"
                self.assertEqual(found, expected, (field, a, b))

    def test_a_plan_has_the_form_of_the_contract(self):
        def plan(input, org):
            plan = StepPlan()
            plan.change(Change("a", "b", CreateRecord.of("Group").set("Name", "x").set("N", 1e21).unique("Name")))
            return plan.answer({"id": Bound("a"), "text": joined("x", Unknown("t"))})

        text = types.Scalar_Text("x")
        fields = [types.Field("Name", text), types.Field("N", types.Scalar_Number("1000000000000000000000"))]
        key = types.Key([types.Condition("Name", [text])], True)
        create = types.Operation_Create(types.CreateRecord("Group", fields, key, []))
        undo = types.Undo_Possible(types.TakeBack(types.WayBack_Restore(), [], [], None, None))
        outputs = '{"id":{"$bound":["a","id"]},"text":{"$join":["x",{"$ref":"t"}]}}'
        wanted = types.StepPlan([types.Change("a", "b", create, [], [], [], undo)], [], outputs, [])
        self.assertEqual(called(plan)[0], wanted)

    def test_a_mistake_is_told(self):
        def outputs(document):
            return lambda input, org: StepPlan().answer(document)

        mistakes = [
            (change("\ud83d!", update), 'plan.changes[0].summary is no Unicode text: it has half of a surrogate pair in "?!"'),
            (change(3, update), "plan.changes[0].summary: expected a text, found 3"),
            (change("b", lambda: CreateRecord.of("User")), "the new User has no key: end it with `unique` or `recognised`"),
            (change("b", lambda: CreateRecord.of("User").unique("N")), "the key names `N`, which is not set before it"),
            (change("b", lambda: update().set("T", {})), "TypeError: the value of `T` is not a single value: {}"),
            (outputs([]), "the outputs are not a dict: []"),
            (outputs({"a": object}), "the outputs: <class 'object'> is not a value of JSON"),
            (lambda input, org: None, "`plan` did not answer with a StepPlan: return `plan.answer({…})`"),
            (lambda input, org: StepPlan(), "the plan has no outputs: end it with `plan.answer({…})`"),
            (lambda input, org: sys.exit(3), "SystemExit: 3"),
            (lambda input, org: {}["a"], "KeyError: 'a'"),
        ]
        for plan, message in mistakes:
            failure, lines = called(plan)
            self.assertIsInstance(failure, types.Failure_Broken, message)
            self.assertTrue(failure.value.startswith(message), failure.value)
            self.assertFalse([line for line in lines if "usher_step/" in line])

    def test_a_read_without_an_answer_becomes_the_right_failure(self):
        def plan(input, here):
            here.find_all(Lookup.of("A").whose("B", 1), Lookup.of("A").whose("B", 2))

        pending = org.ReadError_Pending(org.Hindrance("t", "r"))
        self.assertEqual(called(plan, None, [], pending)[0], types.Failure_Deferred(types.Deferral(["t"], "r", [])))
        self.assertEqual(called(plan, None, [], org.ReadError_Unavailable("gone"))[0], types.Failure_Transient("gone"))
        refused = called(plan, None, org.ReadError_Refused(org.Refusal(400, "C", "m")), [])[0]
        self.assertEqual(refused.value[0].summary, "The org refuses to be read: C m")
        denied = called(plan, None, org.ReadError_Denied("reads `A`"), [])[0]
        self.assertEqual(denied.value, "reads `A`")

    def test_a_value_that_is_not_known_yet_defers_the_step(self):
        failure, _ = called(lambda input, org: f"{input['user']}", {"user": {"$ref": "u:user.id"}})
        self.assertEqual(failure.value.waiting_for, ["u:user.id"])

    def test_problems_are_reported_at_once(self):
        def plan(input, org):
            problems = Problems()
            problems.unmet(Diagnostic.error("a", "", "A"))
            problems.invalid(Diagnostic.error("b", "/x", "B").remedy("C"))
            problems.none()

        failure, _ = called(plan)
        self.assertIsInstance(failure, types.Failure_Invalid)
        self.assertEqual([(one.code, one.remedy) for one in failure.value], [("a", None), ("b", "C")])

    def test_a_record_with_the_key_is_taken_else_it_is_made(self):
        def plan(input, here):
            plan = StepPlan()
            made = Change("a", "b", CreateRecord.of("Group").set("Name", "x").unique("Name"))
            return plan.answer({"id": plan.ensure(here, made)})

        self.assertEqual(called(plan, None, [{"Id": "00G"}])[0].outputs, '{"id":"00G"}')
        self.assertEqual(called(plan, None, [])[0].outputs, '{"id":{"$bound":["a","id"]}}')

    def test_what_is_printed_is_logged(self):
        def plan(input, here):
            print("one\ntwo", end="!")
            print("odd", file=sys.stderr)
            self.assertEqual(here.find_all(Lookup.of("A").whose_any("B", [])), [[]])
            return StepPlan().answer({})

        self.assertEqual(called(plan)[1], ["INFO one", "WARN odd", "INFO two!"])


if __name__ == "__main__":
    unittest.main()
