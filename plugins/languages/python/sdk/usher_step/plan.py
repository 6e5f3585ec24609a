"""The answer of a plugin."""

from __future__ import annotations

from collections.abc import Mapping

from wit_world.imports import types

from .change import Change, Effect
from .failure import Diagnostic, Failure
from .org import Lookup, Org
from .value import Bound, Value, document
from .whole import whole


class StepPlan:
    """Changes, effects and notes are added one by one; `answer` ends it with the outputs."""

    def __init__(self) -> None:
        self._parts = types.StepPlan([], [], "", [])

    def change(self, change: Change) -> None:
        self._parts.changes.append(change.parts())

    def effect(self, effect: Effect) -> None:
        self._parts.effects.append(effect.parts())

    def note(self, note: Diagnostic) -> None:
        """Adds a note for people."""
        self._parts.notes.append(note.parts())

    def has(self, address: str) -> bool:
        """Says whether a change or effect with this address is in the plan."""
        addresses = [change.address for change in self._parts.changes] + [effect.address for effect in self._parts.effects]
        return address in addresses

    def ensure(self, org: Org, change: Change) -> Value | Bound:
        """The id of the record that a change creates. When a record with the key of the change is there already, that is
        its id, and the change is left out."""
        match change.parts().operation:
            case types.Operation_Create(create):
                lookup = Lookup.of(create.object)
                lookup.parts().conditions.extend(create.key.conditions)
                there = org.find(lookup)
                if there:
                    return there[0].id()
                self.change(change)
                return change.id()
            case _:
                raise Failure.broken(f"`{change.address}` creates no record")

    def answer(self, outputs: Mapping[str, object]) -> StepPlan:
        """The plan with its outputs, in which any value may be one that is not known yet. Complete also when there is no
        change, because later steps use it."""
        if not isinstance(outputs, dict):
            raise Failure.broken(f"the outputs are not a dict: {outputs!r}")
        self._parts.outputs = document(outputs, "the outputs")
        return self

    def lowered(self) -> types.StepPlan:
        """The plan in the form of the contract."""
        if not self._parts.outputs:
            raise Failure.broken("the plan has no outputs: end it with `plan.answer({…})`")
        return whole(self._parts, "plan")
