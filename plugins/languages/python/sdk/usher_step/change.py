"""Changes and effects: the operation, the waits, the kept values, the undo."""

from __future__ import annotations

from collections.abc import Mapping

from wit_world.imports import types

from .operation import ComponentName, Operation, ResourcePath, condition, conditions, field
from .org import Lookup
from .value import Bound, Scalar, Unknown, Value, scalar


class Probe:
    """Something Usher can look at by itself, without the plugin."""

    @staticmethod
    def records(lookup: Lookup) -> types.Probe:
        return types.Probe_Records(lookup.parts())

    @staticmethod
    def rest(path: ResourcePath) -> types.Probe:
        return types.Probe_Rest(path.parts())

    @staticmethod
    def settings(name: str) -> types.Probe:
        return types.Probe_Settings(name)

    @staticmethod
    def component(name: ComponentName) -> types.Probe:
        return types.Probe_Component(name.parts())

    @staticmethod
    def object(name: str) -> types.Probe:
        return types.Probe_Object(name)


class Finding:
    """The finding that is expected of a probe."""

    @staticmethod
    def present() -> types.Finding:
        return types.Finding_Present()

    @staticmethod
    def absent() -> types.Finding:
        return types.Finding_Absent()

    @staticmethod
    def holds(at: str, *values: Scalar) -> types.Finding:
        return types.Finding_Holds([_check(at, values)])


class Wait:
    """Looks until the finding is there: every five seconds, for ten minutes at most."""

    def __init__(self, summary: str, look: types.Probe, until: types.Finding) -> None:
        self._parts = types.Wait(summary, look, until, [], None, 5_000, 600_000)

    @classmethod
    def until(cls, summary: str, look: types.Probe, until: types.Finding) -> Wait:
        return cls(summary, look, until)

    def fails_when(self, at: str, *values: Scalar) -> Wait:
        """The change has failed when one of the values is at `at`."""
        self._parts.failed.append(_check(at, values))
        return self

    def reason_at(self, at: str) -> Wait:
        """The place of the reason for a failure."""
        self._parts.reason_at = at
        return self

    def every_ms(self, every_ms: int, at_most_ms: int) -> Wait:
        self._parts.every_ms, self._parts.at_most_ms = every_ms, at_most_ms
        return self

    def parts(self) -> types.Wait:
        return self._parts


class TakeBack:
    """The way to undo a change, with its conditions and what remains."""

    def __init__(self, way: types.WayBack) -> None:
        self._parts = types.TakeBack(way, [], [], None, None)

    @classmethod
    def restore(cls) -> TakeBack:
        """Usher restores the values that it read before."""
        return cls(types.WayBack_Restore())

    @classmethod
    def instead(cls, operation: Operation) -> TakeBack:
        """Another operation, because Salesforce has no exact inverse."""
        return cls(types.WayBack_Instead(operation.parts()))

    def only_if(self, look: types.Probe, finding: types.Finding) -> TakeBack:
        """Undone only if this holds at that moment."""
        self._parts.only_if.append(types.Expectation(look, finding))
        return self

    def wait(self, wait: Wait) -> TakeBack:
        """Undone when the wait is over."""
        self._parts.waits.append(wait.parts())
        return self

    def stays(self, what: str) -> TakeBack:
        """The part that stays: "the user stays, inactive"."""
        self._parts.stays = what
        return self

    def destroys(self, what: str) -> TakeBack:
        """The data that is lost; Usher asks again."""
        self._parts.destroys = what
        return self

    def parts(self) -> types.TakeBack:
        return self._parts


class Change:
    """One difference that Usher makes. It is undone by restoring the former state unless `undo` says otherwise.
    `address` names it inside the step; it is made from what the change is about, never from a counter."""

    def __init__(self, address: str, summary: str, operation: Operation | None) -> None:
        sent = types.Operation_WaitOnly() if operation is None else operation.parts()
        undo = types.Undo_Possible(TakeBack.restore().parts())
        self._parts = types.Change(address, summary, sent, [], [], [], undo)
        self.address = address

    @classmethod
    def wait_only(cls, address: str, summary: str, wait: Wait) -> Change:
        """Sends nothing, only waits; there is nothing to undo."""
        return cls(address, summary, None).wait(wait).undo_nothing()

    def id(self) -> Bound:
        """The id of the record that this change creates, for other changes and the outputs."""
        return Bound(self.address, "id")

    def after(self, address: str) -> Change:
        """Only after the change at this address."""
        self._parts.after.append(types.Prerequisite_Change(address))
        return self

    def after_value(self, value: Value) -> Change:
        """Only when the thing that the value stands for really exists, although no field holds it."""
        if isinstance(value, Unknown):
            self._parts.after.append(types.Prerequisite_Given(value.token))
        return self

    def wait(self, wait: Wait) -> Change:
        """Done when the wait is over. The last wait decides; an earlier one may only fail it."""
        self._parts.waits.append(wait.parts())
        return self

    def bind_reply(self, name: str, pointer: str) -> Change:
        """Keeps a value of the answer under a name, for `Bound`."""
        self._parts.results.append(types.Binding(name, types.Source_Reply(pointer), False))
        return self

    def bind_found(self, name: str, look: types.Probe, at: str) -> Change:
        """Keeps a value that is found after all waits."""
        self._parts.results.append(types.Binding(name, types.Source_Found(types.FoundValue(look, at)), False))
        return self

    def undo(self, back: TakeBack) -> Change:
        """Undone in this way."""
        self._parts.undo = types.Undo_Possible(back.parts())
        return self

    def undo_nothing(self) -> Change:
        """There is nothing to undo."""
        self._parts.undo = types.Undo_Nothing()
        return self

    def undo_impossible(self, why: str) -> Change:
        """The change cannot be undone, for this reason."""
        self._parts.undo = types.Undo_Impossible(why)
        return self

    def parts(self) -> types.Change:
        return self._parts


class Consequence:
    """Things that Salesforce does by itself because of a change."""

    @staticmethod
    def appears(object: str, set: Mapping[str, Scalar], *found_by: str, id: Scalar = None) -> types.Consequence:
        """A record appears, found afterwards by some of its fields."""
        fields = _fields(set)
        return types.Consequence_Appears(types.Appearance(object, fields, conditions(fields, found_by), scalar(id, "id")))

    @staticmethod
    def alters(object: str, id: Scalar, set: Mapping[str, Scalar]) -> types.Consequence:
        """Fields of a record get values."""
        return types.Consequence_Alters(types.Alteration(object, scalar(id, "id"), _fields(set)))

    @staticmethod
    def disappears(object: str, id: Scalar) -> types.Consequence:
        """A record is deleted."""
        return types.Consequence_Disappears(types.Disappearance(object, scalar(id, "id")))

    @staticmethod
    def configures(settings: str, set: Mapping[str, Scalar]) -> types.Consequence:
        """Settings get values."""
        return types.Consequence_Configures(types.ConfigureSettings(settings, _fields(set)))

    @staticmethod
    def takes_seat(object: str, id: Scalar) -> types.Consequence:
        """One seat of a license: a record of `UserLicense` or `PermissionSetLicense`."""
        return types.Consequence_Takes(types.Taking(object, scalar(id, "id"), "TotalLicenses", "UsedLicenses", 1))

    @staticmethod
    def mails(recipients: int | None, *to: Scalar) -> types.Consequence:
        """Emails are sent."""
        return types.Consequence_Mails(types.Mailing(recipients, [scalar(one, "to") for one in to]))

    @staticmethod
    def other() -> types.Consequence:
        """Text only: shown, not verified."""
        return types.Consequence_Other()


class Effect:
    """One difference that Salesforce makes by itself because of changes of this plan."""

    def __init__(self, address: str, summary: str, certainty: types.Certainty, consequence: types.Consequence) -> None:
        self._parts = types.Effect(address, [], summary, certainty, consequence, 0, None)
        self.address = address

    def because_of(self, address: str) -> Effect:
        """Caused by the change at this address."""
        self._parts.causes.append(address)
        return self

    def within_ms(self, within_ms: int) -> Effect:
        """Salesforce may take so long; without, it comes with the answer."""
        self._parts.within_ms = within_ms
        return self

    def remains(self, what: str) -> Effect:
        """The part of it that stays when its causes have been undone."""
        self._parts.remains = what
        return self

    def id(self) -> Bound:
        """The id of the record that appears."""
        return Bound(self.address, "id")

    def parts(self) -> types.Effect:
        return self._parts


def _check(at: str, values: tuple[Scalar, ...]) -> types.Check:
    return types.Check(at, condition(at, values).any_of)


def _fields(set: Mapping[str, Scalar]) -> list[types.Field]:
    return [field(name, value) for name, value in set.items()]
